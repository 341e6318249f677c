// SPDX-License-Identifier: MIT OR Apache-2.0
// Written by `zkdata export verifier`: one verification key, no owner, no state. Export again instead of editing.
pragma solidity ^0.8.24;

/// @title CapsuleVerifier
/// @notice Groth16 over BN254 for claims of 19 values and 16 ciphertext words, with limbs of 48 bits.
/// Implements IClaimVerifier.
/// @dev Assumes that precompiles 6, 7 and 8 cost what EIP-1108 says, or up to a quarter more.
contract CapsuleVerifier {
    /// @notice Thrown when a point or input is not canonical, or a point is not on its curve, not in its subgroup or at
    /// infinity, and when a batch is empty or its counts differ. Says nothing about truth.
    error ProofMalformed();

    /// @notice Thrown when a well-formed proof does not satisfy the pairing equation for these inputs.
    error ProofRejected();

    /// @notice Thrown when the gas left could not pay for all curve operations, or a precompile does not answer.
    error GasTooLow();

    /// @dev Prime of the base field and order of the groups.
    uint256 private constant Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583;
    uint256 private constant R = 21888242871839275222246405745257275088548364400416034343698204186575808495617;

    /// @dev A failing precompile eats all it is given, so each is given its price by EIP-1108 and a quarter.
    uint256 private constant ADDITION_GAS = 190;
    uint256 private constant MULTIPLICATION_GAS = 7500;
    uint256 private constant PAIRING_GAS = 56250;
    uint256 private constant PAIR_GAS = 42500;

    /// @dev 3 times an addition and a multiplication, and 64 / 63 of a pairing of 4 pairs, because a call keeps back
    /// a 64th; and a little for everything else.
    uint256 private constant NEEDED_GAS = 260511;

    /// @dev The same for a batch: what every one of its proofs takes, and what all of them take once.
    uint256 private constant NEEDED_GAS_EACH = 62564;
    uint256 private constant NEEDED_GAS_ONCE = 232336;

    /// @dev keccak256 of all constants of the key, in their order: what the weights of a batch begin with.
    uint256 private constant KEY = 0xc49b576e06a10be2144d3347212f96ca935a26aefe6c93eebc4b73d3db97d69f;

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

    /// @notice SHA-256 of the ceremony that the key came from, as its setup manifest has it; 0 for a development key, with
    /// which its maker can forge.
    function manifestDigest() external pure returns (bytes32) {
        return 0x0000000000000000000000000000000000000000000000000000000000000000;
    }

    /// @notice Returns if e(A, B) = e(alpha, beta) e(IC_0 + sum of inputs[i] IC_(i + 1), gamma) e(C, delta), else reverts.
    /// @param proof A.x, A.y, B.x imaginary, B.x real, B.y imaginary, B.y real, C.x, C.y
    /// @param inputs M, x and y; what they stand for is for the caller to compute
    function verify(uint256[8] calldata proof, uint256[3] calldata inputs) external view {
        if (gasleft() < NEEDED_GAS) revert GasTooLow();
        bool sound;
        // Calldata is the selector, the proof from 0x04 and the inputs from 0x104.
        assembly ("memory-safe") {
            let a := or(calldataload(0x04), calldataload(0x24))
            let b0 := or(calldataload(0x44), calldataload(0x64))
            let b1 := or(calldataload(0x84), calldataload(0xa4))
            let c := or(calldataload(0xc4), calldataload(0xe4))
            sound := iszero(or(iszero(a), or(iszero(or(b0, b1)), iszero(c))))
            sound := and(sound, and(lt(calldataload(0x04), Q), lt(calldataload(0x24), Q)))
            sound := and(sound, and(lt(calldataload(0x44), Q), lt(calldataload(0x64), Q)))
            sound := and(sound, and(lt(calldataload(0x84), Q), lt(calldataload(0xa4), Q)))
            sound := and(sound, and(lt(calldataload(0xc4), Q), lt(calldataload(0xe4), Q)))
            sound := and(sound, and(lt(calldataload(0x104), R), lt(calldataload(0x124), R)))
            sound := and(sound, lt(calldataload(0x144), R))
        }
        if (!sound) revert ProofMalformed();
        bool answered;
        // Memory from 0x80 on is ours: nothing follows that would need it.
        assembly {
            // Four pairs of six words each: (-A, B) (alpha, beta) (combination of IC, gamma) (C, delta).
            calldatacopy(0x080, proof, 0xc0)
            mstore(0x0a0, sub(Q, mload(0x0a0)))
            mstore(0x140, ALPHA_X)
            mstore(0x160, ALPHA_Y)
            mstore(0x180, BETA_X_IMAGINARY)
            mstore(0x1a0, BETA_X_REAL)
            mstore(0x1c0, BETA_Y_IMAGINARY)
            mstore(0x1e0, BETA_Y_REAL)
            mstore(0x200, IC_0_X)
            mstore(0x220, IC_0_Y)
            // Arguments are evaluated from the right: first the call, then the size of what it returned.
            mstore(0x240, IC_1_X)
            mstore(0x260, IC_1_Y)
            mstore(0x280, calldataload(inputs))
            answered := and(eq(returndatasize(), 0x40), staticcall(MULTIPLICATION_GAS, 7, 0x240, 0x60, 0x240, 0x40))
            answered := and(
                answered,
                and(eq(returndatasize(), 0x40), staticcall(ADDITION_GAS, 6, 0x200, 0x80, 0x200, 0x40))
            )
            mstore(0x240, IC_2_X)
            mstore(0x260, IC_2_Y)
            mstore(0x280, calldataload(0x124))
            answered := and(answered, staticcall(MULTIPLICATION_GAS, 7, 0x240, 0x60, 0x240, 0x40))
            answered := and(answered, staticcall(ADDITION_GAS, 6, 0x200, 0x80, 0x200, 0x40))
            mstore(0x240, IC_3_X)
            mstore(0x260, IC_3_Y)
            mstore(0x280, calldataload(0x144))
            answered := and(answered, staticcall(MULTIPLICATION_GAS, 7, 0x240, 0x60, 0x240, 0x40))
            answered := and(answered, staticcall(ADDITION_GAS, 6, 0x200, 0x80, 0x200, 0x40))
            mstore(0x240, GAMMA_X_IMAGINARY)
            mstore(0x260, GAMMA_X_REAL)
            mstore(0x280, GAMMA_Y_IMAGINARY)
            mstore(0x2a0, GAMMA_Y_REAL)
            calldatacopy(0x2c0, 0xc4, 0x40)
            mstore(0x300, DELTA_X_IMAGINARY)
            mstore(0x320, DELTA_X_REAL)
            mstore(0x340, DELTA_Y_IMAGINARY)
            mstore(0x360, DELTA_Y_REAL)

            // What is at 0x00 counts only where the precompile has written it.
            sound := staticcall(add(PAIRING_GAS, mul(4, PAIR_GAS)), 8, 0x080, 0x300, 0x00, 0x20)
            answered := and(answered, or(iszero(sound), eq(returndatasize(), 0x20)))
            if and(answered, and(sound, mload(0x00))) {
                stop()
            }
        }
        if (!answered) revert GasTooLow();
        if (!sound) revert ProofMalformed();
        revert ProofRejected();
    }

    /// @notice Returns if all proofs hold for their inputs, else reverts, without saying which of them was wrong. One
    /// check of m + 3 pairs: the product over i of e(r_i A_i, B_i) against the sums of the other sides. r_1 is 1, every
    /// other weight 128 bits of a hash of the key, every proof and every input: false proofs cancel out with 2^-128.
    /// @param proofs At least one, each as `verify` takes it
    /// @param inputs As many
    function verifyBatch(uint256[8][] calldata proofs, uint256[3][] calldata inputs) external view {
        if (proofs.length == 0 || proofs.length != inputs.length) revert ProofMalformed();
        // What calldata holds is far below 2^64 proofs.
        unchecked {
            if (gasleft() < NEEDED_GAS_ONCE + proofs.length * NEEDED_GAS_EACH) revert GasTooLow();
        }
        bool answered;
        bool accepted;
        bool wellFormed;
        assembly ("memory-safe") {
            function isCanonical(points, publics) -> sound {
                let a := or(calldataload(points), calldataload(add(points, 0x20)))
                let b0 := or(calldataload(add(points, 0x40)), calldataload(add(points, 0x60)))
                let b1 := or(calldataload(add(points, 0x80)), calldataload(add(points, 0xa0)))
                let c := or(calldataload(add(points, 0xc0)), calldataload(add(points, 0xe0)))
                sound := iszero(or(iszero(a), or(iszero(or(b0, b1)), iszero(c))))
                sound := and(sound, and(lt(calldataload(points), Q), lt(calldataload(add(points, 0x20)), Q)))
                sound := and(sound, and(lt(calldataload(add(points, 0x40)), Q), lt(calldataload(add(points, 0x60)), Q)))
                sound := and(sound, and(lt(calldataload(add(points, 0x80)), Q), lt(calldataload(add(points, 0xa0)), Q)))
                sound := and(sound, and(lt(calldataload(add(points, 0xc0)), Q), lt(calldataload(add(points, 0xe0)), Q)))
                sound := and(sound, and(lt(calldataload(publics), R), lt(calldataload(add(publics, 0x20)), R)))
                sound := and(sound, lt(calldataload(add(publics, 0x40)), R))
            }
            function multiply(at, x, y, scalar) -> done {
                mstore(at, x)
                mstore(add(at, 0x20), y)
                mstore(add(at, 0x40), scalar)
                done := and(eq(returndatasize(), 0x40), staticcall(MULTIPLICATION_GAS, 7, at, 0x60, at, 0x40))
            }
            function addProduct(sum, x, y, scalar) -> done {
                done := multiply(add(sum, 0x40), x, y, scalar)
                done := and(done, and(eq(returndatasize(), 0x40), staticcall(ADDITION_GAS, 6, sum, 0x80, sum, 0x40)))
            }
            function putPoint(at, xImaginary, xReal, yImaginary, yReal) {
                mstore(at, xImaginary)
                mstore(add(at, 0x20), xReal)
                mstore(add(at, 0x40), yImaginary)
                mstore(add(at, 0x60), yReal)
            }
            let count := proofs.length
            let scalars := mload(0x40)
            let size := mul(count, 0x100)
            mstore(scalars, KEY)
            calldatacopy(add(scalars, 0x20), proofs.offset, size)
            calldatacopy(add(add(scalars, 0x20), size), inputs.offset, mul(count, 0x60))
            let seed := keccak256(scalars, add(0x20, add(size, mul(count, 0x60))))

            // All zero: sum of weights, sums of inputs | sum of C, with room for a term | pairs
            let sumC := add(scalars, 0x80)
            let pairs := add(sumC, 0xa0)
            calldatacopy(scalars, calldatasize(), add(0x360, mul(count, 0xc0)))

            wellFormed := 1
            for {
                let i := 0
            } lt(i, count) {
                i := add(i, 1)
            } {
                let proof := add(proofs.offset, mul(i, 0x100))
                let input := add(inputs.offset, mul(i, 0x60))
                wellFormed := and(wellFormed, isCanonical(proof, input))
                // One weight may be 1: the others are drawn after everything is fixed.
                let weight := 1
                if i {
                    mstore(0x00, seed)
                    mstore(0x20, i)
                    weight := shr(128, keccak256(0x00, 0x40))
                }
                mstore(scalars, addmod(mload(scalars), weight, R))
                for {
                    let j := 0
                } lt(j, 0x60) {
                    j := add(j, 0x20)
                } {
                    let scalar := add(add(scalars, 0x20), j)
                    mstore(scalar, addmod(mload(scalar), mulmod(weight, calldataload(add(input, j)), R), R))
                }
                // (-r_i A_i, B_i), and r_i C_i into the sum.
                let pair := add(pairs, mul(i, 0xc0))
                let minusAy := sub(Q, calldataload(add(proof, 0x20)))
                switch i
                case 0 {
                    mstore(pair, calldataload(proof))
                    mstore(add(pair, 0x20), minusAy)
                    calldatacopy(sumC, add(proof, 0xc0), 0x40)
                }
                default {
                    wellFormed := and(multiply(pair, calldataload(proof), minusAy, weight), wellFormed)
                    wellFormed := and(
                        addProduct(sumC, calldataload(add(proof, 0xc0)), calldataload(add(proof, 0xe0)), weight),
                        wellFormed
                    )
                }
                calldatacopy(add(pair, 0x40), add(proof, 0x40), 0x80)
            }

            pairs := add(pairs, mul(count, 0xc0))
            answered := multiply(pairs, ALPHA_X, ALPHA_Y, mload(scalars))
            putPoint(add(pairs, 0x40), BETA_X_IMAGINARY, BETA_X_REAL, BETA_Y_IMAGINARY, BETA_Y_REAL)
            let sum := add(pairs, 0xc0)
            answered := and(multiply(sum, IC_0_X, IC_0_Y, mload(scalars)), answered)
            answered := and(addProduct(sum, IC_1_X, IC_1_Y, mload(add(scalars, 0x20))), answered)
            answered := and(addProduct(sum, IC_2_X, IC_2_Y, mload(add(scalars, 0x40))), answered)
            answered := and(addProduct(sum, IC_3_X, IC_3_Y, mload(add(scalars, 0x60))), answered)
            putPoint(add(sum, 0x40), GAMMA_X_IMAGINARY, GAMMA_X_REAL, GAMMA_Y_IMAGINARY, GAMMA_Y_REAL)
            mstore(add(pairs, 0x180), mload(sumC))
            mstore(add(pairs, 0x1a0), mload(add(sumC, 0x20)))
            putPoint(add(pairs, 0x1c0), DELTA_X_IMAGINARY, DELTA_X_REAL, DELTA_Y_IMAGINARY, DELTA_Y_REAL)

            pairs := sub(pairs, mul(count, 0xc0))
            count := add(count, 3)
            mstore(0x00, 0)
            wellFormed := and(
                staticcall(add(PAIRING_GAS, mul(count, PAIR_GAS)), 8, pairs, mul(count, 0xc0), 0x00, 0x20),
                wellFormed
            )
            answered := and(answered, or(iszero(wellFormed), eq(returndatasize(), 0x20)))
            accepted := eq(mload(0x00), 1)
        }
        if (!answered) revert GasTooLow();
        if (!wellFormed) revert ProofMalformed();
        if (!accepted) revert ProofRejected();
    }
}
