// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "./interfaces/IDataEscrow.sol";

/// @title CodeTable
/// @notice Verifiers and gates by address and code hash. Anyone adds, nobody removes: what is named keeps its code.
/// @dev storage: listed, 1 slot per account: its code hash, written once.
abstract contract CodeTable is IDataEscrow {
    /// @inheritdoc IDataEscrow
    mapping(address account => bytes32) public listed;

    /// @inheritdoc IDataEscrow
    function list(address account) external {
        _list(account);
    }

    /// @dev Listed twice with the same code is listed once.
    function _list(address account) internal {
        // 0xef begins a delegated account (EIP-7702), whose holder can exchange the code.
        if (account.code.length == 0 || account.code[0] == 0xef) revert VerifierUnknown(account);
        if (listed[account] != 0) return;
        listed[account] = account.codehash;
        emit Listed(account, account.codehash);
    }

    /// @dev Whether it may be named now: listed, and still the code that it was.
    function _isListed(address account) internal view returns (bool) {
        bytes32 known = listed[account];
        return known != 0 && account.codehash == known;
    }
}
