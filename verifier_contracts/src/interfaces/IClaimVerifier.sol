// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title IClaimVerifier
/// @notice The pairing check of one circuit under one verification key. It answers "the pairing holds", never "the
/// claim holds": whoever calls it must compute the second and third input from the claim's values (see ClaimSignals).
/// @dev Assumptions: the chain has the BN254 precompiles 6, 7 and 8 of EIP-196 and EIP-197.
interface IClaimVerifier {
    /// @notice Thrown when a point is not canonical, not on its curve, outside its subgroup or at infinity, when an
    /// input is not below the field's order, or when a count is not the circuit's. Says nothing about truth.
    error ProofMalformed();

    /// @notice Thrown when a well-formed proof does not satisfy the pairing equation for these inputs.
    error ProofRejected();

    /// @notice Thrown before any curve operation when the gas left could not pay for all of them, and when a precompile
    /// does not answer. Nothing is said about the proof.
    error GasTooLow();

    /// @notice Returns if the proof holds for the inputs, and reverts otherwise. There is no `false` to misread.
    /// @param proof A.x, A.y, B.x imaginary, B.x real, B.y imaginary, B.y real, C.x, C.y, each below the base field's
    /// prime. For one statement several proofs verify, (-A, -B, C) among them: never key a replay check by these bytes.
    /// @param inputs M, x and y, each below the order of the scalar field.
    function verify(uint256[8] calldata proof, uint256[3] calldata inputs) external view;

    /// @notice Returns if all proofs hold for their inputs, and reverts otherwise: one pairing check of m + 3 pairs, over sums
    /// with 128-bit weights that hash the key, every input and every proof. Does not say which of them was wrong.
    /// @param proofs At least one, each as `verify` takes it
    /// @param inputs As many
    function verifyBatch(uint256[8][] calldata proofs, uint256[3][] calldata inputs) external view;

    /// @notice V: how many public values the circuit compresses into M, x and y.
    function valueCount() external view returns (uint256);

    /// @notice T: how many ciphertext words the circuit's shape has.
    function wordCount() external view returns (uint256);

    /// @notice W: how many bits the circuit's limbs have, 48 or 128.
    function valueBits() external view returns (uint256);
}
