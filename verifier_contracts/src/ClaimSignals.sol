// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "./interfaces/IDataEscrow.sol";
import {IEscrowErrors} from "./interfaces/IEscrowErrors.sol";
import {RequestWords} from "./RequestWords.sol";

/// @title ClaimSignals
/// @notice The public values of the statement `capsule`, and their compression to x and y.
/// @dev M fixes the values inside the circuit, and `content` among them fixes the words, before x is known. A proof
/// about other values has to hit a root of a polynomial of degree below V + T at a hash value. So x and y are always
/// computed here, from the values that are acted upon, and never taken from the claim.
library ClaimSignals {
    /// @notice Order of BN254's scalar field.
    uint256 internal constant R = 21888242871839275222246405745257275088548364400416034343698204186575808495617;

    /// @notice Where each value stands, in bytes: 32 times its place in the catalogue.
    uint256 internal constant MODE = 0x0;
    uint256 internal constant SCOPE = 0x20;
    uint256 internal constant SLOT_LENGTH = 0x40;
    uint256 internal constant TIME_MIN = 0x60;
    uint256 internal constant TIME_MAX = 0x80;
    uint256 internal constant AS_OF = 0xa0;
    uint256 internal constant SCHEMA = 0xc0;
    uint256 internal constant DEVICE_CLASS = 0xe0;
    uint256 internal constant ROOT = 0x100;
    uint256 internal constant COUNT = 0x120;
    uint256 internal constant CONTENT = 0x140;
    uint256 internal constant NULLIFIER = 0x160;
    uint256 internal constant TERMS = 0x180;
    uint256 internal constant RELEASE_HASH = 0x1a0;
    uint256 internal constant BUYER_KEY = 0x1c0;
    uint256 internal constant EPHEMERAL = 0x1e0;
    uint256 internal constant WRAP = 0x200;

    /// @notice Where the bounds begin, which are the minimum of each limb, then the maximum of each limb, behind 17 others.
    uint256 internal constant OTHERS = 17;
    uint256 internal constant BOUNDS = 0x220;

    /// @notice Index under which `SignalNotCanonical` reports M.
    uint256 internal constant INDEX_OF_M = type(uint256).max;

    /// @notice Where a request has the words that are values, see RequestWords.
    uint256 private constant SCHEMA_AT = 0x160;
    uint256 private constant BUYER_KEY_AT = 0x1a0;
    uint256 private constant SLOT_LENGTH_AT = 0x1c0;
    uint256 private constant MODE_AT = 0x220;

    /// @notice Where a claim has the words that are values, as calldata holds it: from M to `wrap` in a row.
    uint256 private constant M_AT = 0x100;
    uint256 private constant AS_OF_AT = 0x120;
    uint256 private constant ROOT_AT = 0x140;
    uint256 private constant RELEASE_HASH_AT = 0x1c0;
    uint256 private constant EPHEMERAL_AT = 0x1e0;
    uint256 private constant TERMS_AT = 0x240;

    /// @notice M, the values and the words of claims on one request, as far as the request fixes them.
    /// @param request As posted, so its numbers are below R
    /// @param scope Of the request
    /// @param words How many words a claim has: T in mode 1, none in mode 0
    /// @return row Memory for `compress`: M at the first place, value v at 1 + v
    function rowOf(
        IDataEscrow.Request calldata request,
        uint256 scope,
        uint256 words
    ) internal pure returns (uint256[] memory row) {
        (uint256 bounds, uint256 size) = RequestWords.boundsOf(request);
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            row := mload(0x40)
            let length := add(shr(5, add(add(0x20, BOUNDS), size)), words)
            mstore(row, length)
            let values := add(row, 0x40)
            mstore(0x40, add(add(row, 0x20), shl(5, length)))
            mstore(values, calldataload(add(request, MODE_AT)))
            mstore(add(values, SCOPE), scope)
            // Slot length, timeMin and timeMax follow each other in both, and so do schema and device class.
            calldatacopy(add(values, SLOT_LENGTH), add(request, SLOT_LENGTH_AT), 0x60)
            calldatacopy(add(values, SCHEMA), add(request, SCHEMA_AT), 0x40)
            mstore(add(values, BUYER_KEY), calldataload(add(request, BUYER_KEY_AT)))
            calldatacopy(add(values, BOUNDS), bounds, size)
        }
    }

    /// @notice x = keccak256(m, values, words) mod R and y = sum of values[i] x^i + sum of words[j] x^(V + j), after refusing
    /// every number of the claim that is not below R.
    /// @param row Of the request; its other numbers become those of the claim
    /// @param input The claim
    /// @param words Its words, as many as the row has room for
    /// @param id The request where its scope does not name it, else zero
    function compress(
        uint256[] memory row,
        IDataEscrow.ClaimInput calldata input,
        uint256[] calldata words,
        uint256 id
    ) internal pure returns (uint256 x, uint256 y) {
        bool below;
        _fill(row, input, words, id);
        (x, y, below) = _sum(row, words.length);
        if (!below || !_areBelow(row)) _refuse(row);
    }

    function _fill(
        uint256[] memory row,
        IDataEscrow.ClaimInput calldata input,
        uint256[] calldata words,
        uint256 id
    ) private pure {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let values := add(row, 0x40)
            // Terms: the hash of recipient, relayer and fee, which lie in a row, and of the id; a byte less of it.
            let place := mload(0x40)
            calldatacopy(place, add(input, TERMS_AT), 0x60)
            mstore(add(place, 0x60), id)
            let terms := keccak256(place, add(0x60, shl(5, iszero(iszero(id)))))
            mstore(add(values, TERMS), shr(8, terms))

            mstore(sub(values, 0x20), calldataload(add(input, M_AT)))
            mstore(add(values, AS_OF), calldataload(add(input, AS_OF_AT)))
            // Root, count, content and nullifier follow each other, and so do ephemeral and wrap.
            calldatacopy(add(values, ROOT), add(input, ROOT_AT), 0x80)
            mstore(add(values, RELEASE_HASH), calldataload(add(input, RELEASE_HASH_AT)))
            calldatacopy(add(values, EPHEMERAL), add(input, EPHEMERAL_AT), 0x40)
            let size := shl(5, words.length)
            calldatacopy(sub(add(add(row, 0x20), shl(5, mload(row))), size), words.offset, size)
        }
    }

    /// @dev x, y, and whether all words are below R. Horner from the last word down to the first, and on to v_0.
    function _sum(uint256[] memory row, uint256 words) private pure returns (uint256 x, uint256 y, bool below) {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let values := add(row, 0x40)
            let size := shl(5, mload(row))
            let end := add(add(row, 0x20), size)
            let place := sub(end, shl(5, words))
            x := mod(keccak256(add(row, 0x20), size), R)
            below := 1
            for {} lt(place, end) {} {
                end := sub(end, 0x20)
                below := and(below, lt(mload(end), R))
                y := addmod(mulmod(y, x, R), mload(end), R)
            }
            place := add(values, BOUNDS)
            for {} lt(place, end) {} {
                end := sub(end, 0x20)
                y := addmod(mulmod(y, x, R), mload(end), R)
            }
            y := addmod(mulmod(y, x, R), mload(add(values, WRAP)), R)
            y := addmod(mulmod(y, x, R), mload(add(values, EPHEMERAL)), R)
            y := addmod(mulmod(y, x, R), mload(add(values, BUYER_KEY)), R)
            y := addmod(mulmod(y, x, R), mload(add(values, RELEASE_HASH)), R)
            y := addmod(mulmod(y, x, R), mload(add(values, TERMS)), R)
            y := addmod(mulmod(y, x, R), mload(add(values, NULLIFIER)), R)
            y := addmod(mulmod(y, x, R), mload(add(values, CONTENT)), R)
            y := addmod(mulmod(y, x, R), mload(add(values, COUNT)), R)
            y := addmod(mulmod(y, x, R), mload(add(values, ROOT)), R)
            y := addmod(mulmod(y, x, R), mload(add(values, DEVICE_CLASS)), R)
            y := addmod(mulmod(y, x, R), mload(add(values, SCHEMA)), R)
            y := addmod(mulmod(y, x, R), mload(add(values, AS_OF)), R)
            y := addmod(mulmod(y, x, R), mload(add(values, TIME_MAX)), R)
            y := addmod(mulmod(y, x, R), mload(add(values, TIME_MIN)), R)
            y := addmod(mulmod(y, x, R), mload(add(values, SLOT_LENGTH)), R)
            y := addmod(mulmod(y, x, R), mload(add(values, SCOPE)), R)
            y := addmod(mulmod(y, x, R), mload(values), R)
        }
    }

    /// @dev Whether the claim's own numbers are below R. Those of the request are, and the hashes that are cut to be.
    function _areBelow(uint256[] memory row) private pure returns (bool below) {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let values := add(row, 0x40)
            below := lt(mload(sub(values, 0x20)), R)
            below := and(below, lt(mload(add(values, AS_OF)), R))
            below := and(below, lt(mload(add(values, ROOT)), R))
            below := and(below, lt(mload(add(values, COUNT)), R))
            below := and(below, lt(mload(add(values, CONTENT)), R))
            below := and(below, lt(mload(add(values, NULLIFIER)), R))
            below := and(below, lt(mload(add(values, RELEASE_HASH)), R))
            below := and(below, lt(mload(add(values, EPHEMERAL)), R))
            below := and(below, lt(mload(add(values, WRAP)), R))
        }
    }

    /// @dev With the first number that is not below R: M stands at the first place, v_0 at the second.
    function _refuse(uint256[] memory row) private pure {
        uint256 index;
        while (row[index] < R) ++index;
        revert IEscrowErrors.SignalNotCanonical(index == 0 ? INDEX_OF_M : index - 1, row[index]);
    }
}
