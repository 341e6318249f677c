// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {DataEscrow} from "../../src/DataEscrow.sol";

/// @notice The escrow with its storage open: a proof begins in any state, not only in those that its calls reach.
contract OpenedEscrow is DataEscrow {
    constructor(address[] memory known) DataEscrow(known) {}

    function putPosted(uint256 id, uint256 word) external {
        _posted[id] = word;
    }

    function putSlot(uint256 scope, uint256 nullifier, bytes32 word) external {
        _slots[scope][nullifier].state = word;
    }

    function posted(uint256 id) external view returns (uint256) {
        return _posted[id];
    }

    function slotOf(uint256 scope, uint256 nullifier) external view returns (bytes32) {
        return _slots[scope][nullifier].state;
    }

    function hashOf(SetAside calldata aside) external pure returns (bytes32) {
        return _hash(aside);
    }

    function hashOf(Request calldata request) external pure returns (uint256) {
        return _hash(request, request.deadline);
    }

    function giveBack(SetAside calldata aside, uint256 amount) external {
        _return(aside, amount);
    }

    function payOut(SetAside calldata aside, address[] calldata approvers, uint256 secret) external {
        _payOut(aside, approvers, secret);
    }
}
