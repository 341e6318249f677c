// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "./interfaces/IDataEscrow.sol";
import {IEscrowErrors} from "./interfaces/IEscrowErrors.sol";

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

    /// @notice Words of a claim from `m` on, as calldata holds it, and where they go: behind M at 0, value v at 32 (1 + v).
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
    /// @return row Memory for `compress`
    function rowOf(
        IDataEscrow.Request calldata request,
        uint256 scope,
        uint256 words
    ) internal pure returns (uint256[] memory row) {
        uint256[] calldata bounds = request.bounds;
        row = new uint256[](1 + BOUNDS + bounds.length + words);
        row[1 + MODE] = request.mode;
        row[1 + SCOPE] = scope;
        row[1 + SLOT_LENGTH] = request.slotLength;
        row[1 + TIME_MIN] = request.timeMin;
        row[1 + TIME_MAX] = request.timeMax;
        row[1 + SCHEMA] = request.schema;
        row[1 + DEVICE_CLASS] = request.deviceClass;
        row[1 + BUYER_KEY] = request.buyerKey;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            calldatacopy(add(row, mul(0x20, add(BOUNDS, 2))), bounds.offset, shl(5, bounds.length))
        }
    }

    /// @notice x = keccak256(m, values, words) mod R and y = sum of values[i] x^i + sum of words[j] x^(V + j), after refusing
    /// every number that is not below R.
    /// @param row Of the request; its other numbers become those of the claim
    /// @param input The claim; the caller has counted its words
    /// @param id The request where its scope does not name it, else zero
    function compress(
        uint256[] memory row,
        IDataEscrow.ClaimInput calldata input,
        uint256 id
    ) internal pure returns (uint256 x, uint256 y) {
        uint256[] calldata words = input.words;
        // Address of a number that is not below R; zero if there is none.
        uint256 refused;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let first := add(row, 0x20)
            let size := shl(5, mload(row))
            // Terms: the hash of recipient, relayer and fee, which lie in a row, and of the id; a byte less of it.
            let place := mload(0x40)
            calldatacopy(place, add(input, TERMS_AT), 0x60)
            mstore(add(place, 0x60), id)
            let terms := keccak256(place, add(0x60, mul(0x20, iszero(iszero(id)))))
            mstore(add(first, mul(0x20, add(TERMS, 1))), shr(8, terms))

            mstore(first, calldataload(add(input, M_AT)))
            mstore(add(first, mul(0x20, add(AS_OF, 1))), calldataload(add(input, AS_OF_AT)))
            // Root, count, content and nullifier follow each other, and so do ephemeral and wrap.
            calldatacopy(add(first, mul(0x20, add(ROOT, 1))), add(input, ROOT_AT), 0x80)
            mstore(add(first, mul(0x20, add(RELEASE_HASH, 1))), calldataload(add(input, RELEASE_HASH_AT)))
            calldatacopy(add(first, mul(0x20, add(EPHEMERAL, 1))), add(input, EPHEMERAL_AT), 0x40)
            place := add(first, size)
            calldatacopy(sub(place, shl(5, words.length)), words.offset, shl(5, words.length))

            x := mod(keccak256(first, size), R)
            // Horner from the last word down to v_0, which stands behind M.
            for {
                place := sub(place, 0x20)
            } gt(place, first) {
                place := sub(place, 0x20)
            } {
                let v := mload(place)
                if iszero(lt(v, R)) {
                    refused := place
                }
                y := addmod(mulmod(y, x, R), v, R)
            }
            if iszero(lt(mload(first), R)) {
                refused := first
            }
        }
        if (refused != 0) _refuse(row, refused);
    }

    /// @dev M stands at the first place, v_0 at the second.
    function _refuse(uint256[] memory row, uint256 place) private pure {
        uint256 index;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            index := shr(5, sub(sub(place, row), 0x20))
        }
        revert IEscrowErrors.SignalNotCanonical(index == 0 ? INDEX_OF_M : index - 1, row[index]);
    }
}
