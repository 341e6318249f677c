// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @notice A model gate for the escrow's own logic: it answers with the bytes that the test tells it to answer with.
contract ModelGate {
    enum Way {
        Answer,
        Revert,
        BurnGas,
        ReturnMuch,
        Write,
        Spend
    }

    Way private _way;
    bytes private _raw;

    function set(Way way, bytes calldata raw) external {
        (_way, _raw) = (way, raw);
    }

    function approve(address[] calldata approvers) external {
        (_way, _raw) = (Way.Answer, abi.encode(approvers));
    }

    /// @dev As IGate, but for what it may do.
    function approversOf(bytes32, uint256, bytes calldata) external {
        if (_way == Way.Write) _raw = "";
        bytes memory raw = _raw;
        Way way = _way;
        assembly ("memory-safe") {
            if eq(way, 1) {
                revert(add(raw, 0x20), mload(raw))
            }
            if eq(way, 2) {
                for {} 1 {} {}
            }
            if eq(way, 5) {
                // Much of what it is promised, and then the answer.
                let before := gas()
                for {} lt(sub(before, gas()), 470000) {} {}
            }
            if eq(way, 3) {
                return(add(raw, 0x20), 100000)
            }
            return(add(raw, 0x20), mload(raw))
        }
    }
}
