// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {TestToken} from "../TestToken.sol";

/// @notice Refuses accounts on its list, and calls the escrow back in the middle of a movement that the escrow asks for.
contract MeddlingToken is TestToken {
    mapping(address account => bool) public blocked;
    address private target;
    bytes private data;
    bool public cameThrough;

    function setBlocked(address account, bool value) external {
        blocked[account] = value;
    }

    function meddle(address target_, bytes calldata data_) external {
        (target, data) = (target_, data_);
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        if (blocked[to]) revert("blocked");
        return super.transfer(to, amount);
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (target == address(0) || msg.sender != target) return;
        (bool done, ) = target.call(data);
        if (done) cameThrough = true;
    }
}
