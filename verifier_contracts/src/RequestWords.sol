// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "./interfaces/IDataEscrow.sol";

/// @title RequestWords
/// @notice A request as calldata holds it: 21 words, then the verifiers and the bounds, each behind its length.
/// @dev `post` takes no other layout and checks every number, and the escrow keeps a hash over all of it. So whoever has
/// compared the hash reads words where they lie, without looking at lengths, pointers or high bits again.
library RequestWords {
    /// @notice Where some of the words are.
    uint256 internal constant DEADLINE = 0xc0;
    uint256 internal constant REGISTRY = 0x100;
    uint256 internal constant VERIFIERS_POINTER = 0x260;
    uint256 internal constant BOUNDS_POINTER = 0x280;
    uint256 internal constant VERIFIERS = 0x2a0;

    /// @notice Whether the lists lie where abi.encode puts them.
    /// @param request To be posted
    function arePlain(IDataEscrow.Request calldata request) internal pure returns (bool plain) {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let end := add(VERIFIERS, shl(5, add(calldataload(add(request, VERIFIERS)), 1)))
            plain := eq(calldataload(add(request, VERIFIERS_POINTER)), VERIFIERS)
            plain := and(plain, eq(calldataload(add(request, BOUNDS_POINTER)), end))
        }
    }

    /// @notice keccak256 of all its words, with this deadline in place of its own.
    /// @param request Of any length: whatever its hash is, only the one that was posted has that one's. Zero for too long a one
    /// @param deadline In seconds
    function hashOf(IDataEscrow.Request calldata request, uint256 deadline) internal pure returns (bytes32 hash) {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let end := add(VERIFIERS, shl(5, add(calldataload(add(request, VERIFIERS)), 1)))
            end := add(end, shl(5, add(calldataload(add(request, end)), 1)))
            // A length that is no length costs no memory.
            if lt(end, calldatasize()) {
                let start := mload(0x40)
                calldatacopy(start, request, end)
                mstore(add(start, DEADLINE), deadline)
                hash := keccak256(start, end)
            }
        }
    }

    /// @notice One of the verifiers; zero behind the last.
    /// @param request As posted
    /// @param place Of the verifier, from 0
    function verifierAt(IDataEscrow.Request calldata request, uint256 place) internal pure returns (address verifier) {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let list := add(request, VERIFIERS)
            if lt(place, calldataload(list)) {
                verifier := calldataload(add(list, shl(5, add(place, 1))))
            }
        }
    }

    /// @notice Where the minima begin, and the length of all bounds, in bytes.
    /// @param request As posted
    function boundsOf(IDataEscrow.Request calldata request) internal pure returns (uint256 start, uint256 size) {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let list := add(request, VERIFIERS)
            list := add(list, shl(5, add(calldataload(list), 1)))
            start := add(list, 0x20)
            size := shl(5, calldataload(list))
        }
    }
}
