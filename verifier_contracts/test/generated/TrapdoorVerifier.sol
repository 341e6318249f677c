// SPDX-License-Identifier: MIT OR Apache-2.0
// Written by `zkdata export verifier`: one verification key, no owner, no state. Export again instead of editing.
pragma solidity ^0.8.24;

/// @title TrapdoorVerifier
/// @notice Groth16 over BN254 for claims of 19 values and 6 ciphertext words, with limbs of 48 bits.
/// Implements IClaimVerifier.
/// @dev Assumes that precompiles 6, 7 and 8 cost what EIP-1108 says, or up to a quarter more.
contract TrapdoorVerifier {
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
    uint256 private constant ALPHA_X = 0x29fd51725f21d82912926e2b8b3a18f1f7959e4587af1c9379cc9806a2acba01;
    uint256 private constant ALPHA_Y = 0x2ebe7cb8b0e8b67d112060913e8c3865e6044694ff7537d422d36a23c15d6b00;
    uint256 private constant IC_0_X = 0x0c9a26a9e3c4fe462262489d74c3a3fa6e9aa154b743f1de3b2f1c205fb1bec5;
    uint256 private constant IC_0_Y = 0x21b6171e9bb9d5188459e02198b6ddb7e8d0a3f465bd0076aa2f585ecf04f253;
    uint256 private constant IC_1_X = 0x0b068260b840f2a2dc05426d610830af52243a14f9441802112e93a7cf859ec9;
    uint256 private constant IC_1_Y = 0x191ecefe9060fca285930419f9cd86f0b7e6604bb5ac27d2695f15e4cc0b57c7;
    uint256 private constant IC_2_X = 0x0ba8ba4b0093b5e7e6a4f3f8a1b548f62be7611b690ffeb1ac2b2986b201e05c;
    uint256 private constant IC_2_Y = 0x1e994e1f8b0b864c4223f02e5cf33e01f1bcc107a52812a20db160807e1bb1c7;
    uint256 private constant IC_3_X = 0x1dd51c972fae7612f6e2dd15f95e3f5e494ec359b8ba542f3a758c7581f55425;
    uint256 private constant IC_3_Y = 0x19f0861fa7a78fb0cd69a1127d891772bb9bebb291f074bc875d41fef5ddfa9f;
    uint256 private constant BETA_X_IMAGINARY = 0x2de2a1efd4f6394eff5467ebcb4c904785851bcffc70ceb50a3e534c11b04c67;
    uint256 private constant BETA_X_REAL = 0x12962156b0a72f575dcf2231e5ce1bac85e94828faacf5faa149326536017356;
    uint256 private constant BETA_Y_IMAGINARY = 0x0b9e22424c7be50a6409fc40de1bd572e15b90f96472f0f3829b13ba38ee0848;
    uint256 private constant BETA_Y_REAL = 0x1661218caf5fe7e6bdeeaa6fea869c0ede1bc8e96f8706bb51fffeafe2604744;
    uint256 private constant GAMMA_X_IMAGINARY = 0x003ebcaf98c24f9a0195bd67ce3429ce9aa7f801d948aa4181b1873cf3b8a1e7;
    uint256 private constant GAMMA_X_REAL = 0x02aea5b1c828b4783ca4786f016d45dc9f7660fc7a32bb1d44364202e1a3e135;
    uint256 private constant GAMMA_Y_IMAGINARY = 0x168406c212e90a9446dee0262214425bb8bea4279468ecc343279dddda677d8a;
    uint256 private constant GAMMA_Y_REAL = 0x134fe2146c8e3761eb8cdc535502926900d85b2acea44a258d76d9abed927c38;
    uint256 private constant DELTA_X_IMAGINARY = 0x2dfc8beaf7d061b70c6911281666ea96b2dc59baafddbfa4dd1d5e52b1ba06db;
    uint256 private constant DELTA_X_REAL = 0x058069db52abddbcde41f4478b192583a109ded64e627049eed92525a5d57171;
    uint256 private constant DELTA_Y_IMAGINARY = 0x2a8893a8a02a75a8b87d43fcb2cab27c7f3ca960c7090c33efb7cdf8006f130a;
    uint256 private constant DELTA_Y_REAL = 0x05dddf1243b937e4efef841db8d91ba9540dbcd6d391a0436dfd3554c8b15390;

    /// @notice V: how many public values the circuit compresses into M, x and y.
    function valueCount() external pure returns (uint256) {
        return 19;
    }

    /// @notice T: how many ciphertext words the circuit's shape has.
    function wordCount() external pure returns (uint256) {
        return 6;
    }

    /// @notice W: how many bits the circuit's limbs have.
    function valueBits() external pure returns (uint256) {
        return 48;
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
