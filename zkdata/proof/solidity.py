"""Writes the Solidity verifier of one verification key: our own template, one file that stands alone."""

import re
from string import Template
from typing import TypeAlias

from zkdata.errors import ArtifactMalformed, ArtifactMismatch, SetupInsecure

G1: TypeAlias = tuple[int, int]
G2: TypeAlias = tuple[tuple[int, int], tuple[int, int]]
KeyPoints: TypeAlias = tuple[G1, G2, G2, G2, list[G1]]
"""alpha, beta, gamma, delta and IC, as `_native.VerificationKey.points()` returns them: G2 with the real part first."""

VALUE_BITS = (48, 128)
"""Widths of a limb: 128 bits where the schema has a digest."""

INPUTS = 3
"""M, x and y: what the values of a claim are compressed to."""

TEMPLATE = Template("""\
// SPDX-License-Identifier: MIT OR Apache-2.0
// Written by `zkdata export verifier`: one verification key, no owner, no state. Export again instead of editing.
pragma solidity ^0.8.24;

/// @title $name
/// @notice Groth16 over BN254 for claims of $values values and $words ciphertext words, with limbs of $bits bits.
/// Implements IClaimVerifier.
/// @dev Assumes that precompiles 6, 7 and 8 cost what EIP-1108 says, or up to a quarter more.
contract $name {
    /// @notice Thrown when a point or input is not canonical, or a point is not on its curve, not in its subgroup or at
    /// infinity. Says nothing about truth.
    error ProofMalformed();

    /// @notice Thrown when a well-formed proof does not satisfy the pairing equation for these inputs.
    error ProofRejected();

    /// @notice Thrown when the gas left could not pay for all curve operations, or a precompile does not answer.
    error GasTooLow();

    /// @dev Prime of the base field and order of the groups.
    uint256 private constant Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583;
    uint256 private constant R = 21888242871839275222246405745257275088548364400416034343698204186575808495617;

    /// @dev A failing precompile eats all it is given, so each is given its price (150, 6000, 181000) and a quarter.
    uint256 private constant ADDITION_GAS = 190;
    uint256 private constant MULTIPLICATION_GAS = 7500;
    uint256 private constant PAIRING_GAS = 226000;

    /// @dev 3 * (190 + 7500) + 226000 * 64 / 63, because a call keeps back a 64th, and 7400 for everything else.
    uint256 private constant NEEDED_GAS = 260000;

    /// @dev The verification key. G2 in the order of the precompile: imaginary part first.
$constants

    /// @notice V: how many public values the circuit compresses into M, x and y.
    function valueCount() external pure returns (uint256) {
        return $values;
    }

    /// @notice T: how many ciphertext words the circuit's shape has.
    function wordCount() external pure returns (uint256) {
        return $words;
    }

    /// @notice W: how many bits the circuit's limbs have.
    function valueBits() external pure returns (uint256) {
        return $bits;
    }

    /// @notice Returns if e(A, B) = e(alpha, beta) e(IC_0 + M IC_1 + x IC_2 + y IC_3, gamma) e(C, delta), else reverts.
    /// @param proof A.x, A.y, B.x imaginary, B.x real, B.y imaginary, B.y real, C.x, C.y
    /// @param inputs M, x and y; what they stand for is for the caller to compute
    function verify(uint256[8] calldata proof, uint256[3] calldata inputs) external view {
        if (gasleft() < NEEDED_GAS) revert GasTooLow();
        if (!_canonical(proof, inputs)) revert ProofMalformed();
        bool answered;
        bool accepted;
        bool wellFormed;
        assembly ("memory-safe") {
            function addProduct(sum, x, y, scalar) -> done {
                let term := add(sum, 0x40)
                mstore(term, x)
                mstore(add(term, 0x20), y)
                mstore(add(term, 0x40), scalar)
                done := staticcall(MULTIPLICATION_GAS, 7, term, 0x60, term, 0x40)
                done := and(done, eq(returndatasize(), 0x40))
                done := and(staticcall(ADDITION_GAS, 6, sum, 0x80, sum, 0x40), done)
                done := and(done, eq(returndatasize(), 0x40))
            }

            // Four pairs of six words each: (-A, B) (alpha, beta) (combination of IC, gamma) (C, delta).
            let pairs := mload(0x40)
            let sum := add(pairs, 0x180)
            mstore(sum, IC_0_X)
            mstore(add(sum, 0x20), IC_0_Y)
            answered := addProduct(sum, IC_1_X, IC_1_Y, calldataload(inputs))
            answered := and(addProduct(sum, IC_2_X, IC_2_Y, calldataload(add(inputs, 0x20))), answered)
            answered := and(addProduct(sum, IC_3_X, IC_3_Y, calldataload(add(inputs, 0x40))), answered)

            calldatacopy(pairs, proof, 0xc0)
            mstore(add(pairs, 0x20), sub(Q, calldataload(add(proof, 0x20))))
            mstore(add(pairs, 0x0c0), ALPHA_X)
            mstore(add(pairs, 0x0e0), ALPHA_Y)
            mstore(add(pairs, 0x100), BETA_X_IMAGINARY)
            mstore(add(pairs, 0x120), BETA_X_REAL)
            mstore(add(pairs, 0x140), BETA_Y_IMAGINARY)
            mstore(add(pairs, 0x160), BETA_Y_REAL)
            mstore(add(pairs, 0x1c0), GAMMA_X_IMAGINARY)
            mstore(add(pairs, 0x1e0), GAMMA_X_REAL)
            mstore(add(pairs, 0x200), GAMMA_Y_IMAGINARY)
            mstore(add(pairs, 0x220), GAMMA_Y_REAL)
            calldatacopy(add(pairs, 0x240), add(proof, 0xc0), 0x40)
            mstore(add(pairs, 0x280), DELTA_X_IMAGINARY)
            mstore(add(pairs, 0x2a0), DELTA_X_REAL)
            mstore(add(pairs, 0x2c0), DELTA_Y_IMAGINARY)
            mstore(add(pairs, 0x2e0), DELTA_Y_REAL)

            mstore(0x00, 0)
            wellFormed := staticcall(PAIRING_GAS, 8, pairs, 0x300, 0x00, 0x20)
            answered := and(answered, or(iszero(wellFormed), eq(returndatasize(), 0x20)))
            accepted := eq(mload(0x00), 1)
        }
        if (!answered) revert GasTooLow();
        if (!wellFormed) revert ProofMalformed();
        if (!accepted) revert ProofRejected();
    }

    /// @dev Coordinates below Q, inputs below R, no point at infinity; -A.y = Q - A.y then needs no reduction.
    function _canonical(uint256[8] calldata proof, uint256[3] calldata inputs) private pure returns (bool canonical) {
        assembly ("memory-safe") {
            canonical := 1
            for {
                let i := 0
            } lt(i, 0x100) {
                i := add(i, 0x20)
            } {
                canonical := and(canonical, lt(calldataload(add(proof, i)), Q))
            }
            for {
                let i := 0
            } lt(i, 0x60) {
                i := add(i, 0x20)
            } {
                canonical := and(canonical, lt(calldataload(add(inputs, i)), R))
            }
            let a := or(calldataload(proof), calldataload(add(proof, 0x20)))
            let b := or(
                or(calldataload(add(proof, 0x40)), calldataload(add(proof, 0x60))),
                or(calldataload(add(proof, 0x80)), calldataload(add(proof, 0xa0)))
            )
            let c := or(calldataload(add(proof, 0xc0)), calldataload(add(proof, 0xe0)))
            canonical := and(canonical, iszero(or(iszero(a), or(iszero(b), iszero(c)))))
        }
    }
}
""")


def verifier_source(
    points: KeyPoints, *, contract_name: str, value_count: int, word_count: int, value_bits: int
) -> str:
    """Solidity source of the verifier for claims of these counts, with limbs of `value_bits` bits, under a checked key.

    ArtifactMismatch for a key that does not have three inputs, SetupInsecure for a degenerate one, ArtifactMalformed
    for a name that is no Solidity identifier.
    """
    alpha, beta, gamma, delta, combination = points
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", contract_name):
        raise ArtifactMalformed(
            f"{contract_name!r} cannot name a contract: use letters, digits and _, not starting with a digit",
            name=contract_name,
        )
    if len(combination) != INPUTS + 1:
        raise ArtifactMismatch(
            f"a claim verifier has {INPUTS} inputs (M, x, y), this key has {len(combination) - 1}: export the key of a"
            " circuit from the catalogue",
            expected=INPUTS,
            got=len(combination) - 1,
        )
    if min(value_count, word_count) < 1:
        raise ArtifactMismatch(
            f"a claim has at least one value and one word, not {value_count} and {word_count}",
            value_count=value_count,
            word_count=word_count,
        )
    if value_bits not in VALUE_BITS:
        raise ArtifactMismatch(
            f"limbs have 48 or 128 bits, not {value_bits}: export for the layout of the key's own circuit",
            value_bits=value_bits,
        )
    _refuse_degenerate(points)
    constants: dict[str, int] = {}
    for name, (x, y) in {"ALPHA": alpha, **{f"IC_{i}": point for i, point in enumerate(combination)}}.items():
        constants |= {f"{name}_X": x, f"{name}_Y": y}
    for name, ((x_re, x_im), (y_re, y_im)) in {"BETA": beta, "GAMMA": gamma, "DELTA": delta}.items():
        constants |= {f"{name}_X_IMAGINARY": x_im, f"{name}_X_REAL": x_re}
        constants |= {f"{name}_Y_IMAGINARY": y_im, f"{name}_Y_REAL": y_re}
    lines = [f"    uint256 private constant {name} = 0x{value:064x};" for name, value in constants.items()]
    return TEMPLATE.substitute(
        name=contract_name, values=value_count, words=word_count, bits=value_bits, constants="\n".join(lines)
    )


def _refuse_degenerate(points: KeyPoints) -> None:
    """A last look at what goes on chain for ever; the native core has checked curves and subgroups."""
    alpha, beta, gamma, delta, combination = points
    twists = (beta, gamma, delta)
    if (0, 0) in (alpha, *combination) or ((0, 0), (0, 0)) in twists:
        raise SetupInsecure("the verification key has a point at infinity; take one from an honest setup")
    if gamma == delta:
        raise SetupInsecure("the verification key has gamma = delta, so anyone can forge; finish its phase 2")
