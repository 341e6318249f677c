// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "./interfaces/IDataEscrow.sol";

/// @title ClaimSignals
/// @notice The public values of the statement `capsule`, and their compression to x and y.
/// @dev M fixes the values inside the circuit, and `content` among them fixes the words, before x is known. A proof
/// about other values has to hit a root of a polynomial of degree below V + T at a hash value. So x and y are always
/// computed here, from the values that are acted upon, and never taken from the claim.
library ClaimSignals {
    /// @notice Order of BN254's scalar field.
    uint256 internal constant R = 21888242871839275222246405745257275088548364400416034343698204186575808495617;

    /// @notice Position of each value, as in the catalogue.
    uint256 internal constant MODE = 0;
    uint256 internal constant SCOPE = 1;
    uint256 internal constant SLOT_LENGTH = 2;
    uint256 internal constant TIME_MIN = 3;
    uint256 internal constant TIME_MAX = 4;
    uint256 internal constant AS_OF = 5;
    uint256 internal constant SCHEMA = 6;
    uint256 internal constant DEVICE_CLASS = 7;
    uint256 internal constant ROOT = 8;
    uint256 internal constant COUNT = 9;
    uint256 internal constant CONTENT = 10;
    uint256 internal constant NULLIFIER = 11;
    uint256 internal constant TERMS = 12;
    uint256 internal constant RELEASE_HASH = 13;
    uint256 internal constant BUYER_KEY = 14;
    uint256 internal constant EPHEMERAL = 15;
    uint256 internal constant WRAP = 16;

    /// @notice Where the bounds begin: the minimum of each limb, then the maximum of each limb.
    uint256 internal constant BOUNDS = 17;

    /// @notice Index under which `SignalNotCanonical` reports M.
    uint256 internal constant INDEX_OF_M = type(uint256).max;

    /// @notice x = keccak256(m, values, words) mod R and y = sum of values[i] x^i + sum of words[j] x^(V + j), after
    /// refusing every number that is not below R. The caller has checked the counts: in mode 0 `words` is empty.
    /// @param m M
    /// @param values v_0 .. v_{V-1}
    /// @param words The T ciphertext words, or none
    function compress(
        uint256 m,
        uint256[] calldata values,
        uint256[] calldata words
    ) internal pure returns (uint256 x, uint256 y) {
        if (m >= R) revert IDataEscrow.SignalNotCanonical(INDEX_OF_M, m);
        // Lowest address of a number that is not below R; zero if there is none. `first` is the address of v_0.
        uint256 refused;
        uint256 first;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            // Scratch behind the free memory pointer: M, values, words.
            let start := mload(0x40)
            mstore(start, m)
            first := add(start, 0x20)
            let tail := add(first, shl(5, values.length))
            let end := add(tail, shl(5, words.length))
            calldatacopy(first, values.offset, shl(5, values.length))
            calldatacopy(tail, words.offset, shl(5, words.length))
            x := mod(keccak256(start, sub(end, start)), R)
            // Horner from the last word down to v_0.
            for {} gt(end, first) {} {
                end := sub(end, 0x20)
                let v := mload(end)
                if iszero(lt(v, R)) {
                    refused := end
                }
                y := addmod(mulmod(y, x, R), v, R)
            }
        }
        if (refused != 0) {
            uint256 index = (refused - first) / 32;
            revert IDataEscrow.SignalNotCanonical(
                index,
                index < values.length ? values[index] : words[index - values.length]
            );
        }
    }
}
