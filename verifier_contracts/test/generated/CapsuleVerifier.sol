// SPDX-License-Identifier: MIT OR Apache-2.0
// Written by `zkdata export verifier`: one verification key, no owner, no state. Export again instead of editing.
pragma solidity ^0.8.24;

/// @title CapsuleVerifier
/// @notice Groth16 over BN254 for claims of 19 values and 16 ciphertext words, with limbs of 48 bits.
/// Implements IClaimVerifier.
/// @dev Assumes that precompiles 6, 7 and 8 cost what EIP-1108 says, or up to a quarter more.
contract CapsuleVerifier {
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
    uint256 private constant ALPHA_X = 0x03ed87b4f4f3c2e4aec3634bd78fc71e944940c0d6a71631a29470a5a37106a6;
    uint256 private constant ALPHA_Y = 0x152c11653858698fc71bb27c748d0b301ac8693d7522bc3ba001918512cc3fb8;
    uint256 private constant IC_0_X = 0x189d697bc556e4d20009e832491fb72084b22fd8681c0e2815c4d4d399e2bcb6;
    uint256 private constant IC_0_Y = 0x2ab671b79d45eaa40c9c63e12ed980e5b33b64ca7eeee1aaa7745f85307feba5;
    uint256 private constant IC_1_X = 0x23c857da3bf8a95aa321438ffbfb92f75084fed247bafe010e582267ac38211e;
    uint256 private constant IC_1_Y = 0x2cc1df25582c19f10f986426ea1f929e38dc94b273bf035b9079925140b8cd0e;
    uint256 private constant IC_2_X = 0x12699e6190c61c282abbbeb3bc59fab4bbb5c6859a8798a0c524adfe01e7cd32;
    uint256 private constant IC_2_Y = 0x128a84da36bf881190724d00dae393413d578377f008f21e64fa93cb62074be2;
    uint256 private constant IC_3_X = 0x11afb44b39e286e5c26f2a601aace2dabff46b2719f89cc237cca38d520bc22a;
    uint256 private constant IC_3_Y = 0x1653b27de85e214f7cc6802d6b6769e1d43bbb88c27b974bba47b8ffff9efc8f;
    uint256 private constant BETA_X_IMAGINARY = 0x0b6dd19c46bb168ebae8c074ec837c92db2898d7cb7ed4af79c7ec07efbfe0f8;
    uint256 private constant BETA_X_REAL = 0x057027825cf52a0c133960f240d6aebf850dddcb5ba177d57aed0724b4b00e17;
    uint256 private constant BETA_Y_IMAGINARY = 0x01aeafc69311a8408ac3c40da75a724d4c3b056a342bd8d385397e22e1849802;
    uint256 private constant BETA_Y_REAL = 0x20b6e6650d9034d74f5bdc6771f1776737b983ad2d25b8c1e3d3c5966b59b9c5;
    uint256 private constant GAMMA_X_IMAGINARY = 0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2;
    uint256 private constant GAMMA_X_REAL = 0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed;
    uint256 private constant GAMMA_Y_IMAGINARY = 0x090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b;
    uint256 private constant GAMMA_Y_REAL = 0x12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa;
    uint256 private constant DELTA_X_IMAGINARY = 0x0edde80d30c2a05ad1b43cc3910bba8fb618caa839dfac8ff02479ad7e9d877d;
    uint256 private constant DELTA_X_REAL = 0x2ba2f451a3a7d6c5d2307a9fcfbc6866f7fb1a5eef77aad276493f52c3d9ee40;
    uint256 private constant DELTA_Y_IMAGINARY = 0x06fa7c0e19d78de6d092efcfd626ecc8930852471ba20451a5c093711da5b6ee;
    uint256 private constant DELTA_Y_REAL = 0x0091457bea3ae28eddf4aa01e8bf9aa809a55382b57f3bc2243c9880d82e127c;

    /// @notice V: how many public values the circuit compresses into M, x and y.
    function valueCount() external pure returns (uint256) {
        return 19;
    }

    /// @notice T: how many ciphertext words the circuit's shape has.
    function wordCount() external pure returns (uint256) {
        return 16;
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
