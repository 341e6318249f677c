// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {BlockingToken} from "../tokens/OddTokens.sol";

/// @notice Refuses accounts on its list, and calls the escrow back in the middle of a movement that the escrow asks for.
contract MeddlingToken is BlockingToken {
    address private target;
    bytes private data;
    bool public cameThrough;

    function meddle(address target_, bytes calldata data_) external {
        (target, data) = (target_, data_);
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (target == address(0) || msg.sender != target) return;
        (bool done, ) = target.call(data);
        if (done) cameThrough = true;
    }
}
