// SPDX-License-Identifier: MIT OR Apache-2.0
// Written by `zkdata export verifier`: one verification key, no owner, no state. Export again instead of editing.
pragma solidity ^0.8.24;

/// @title TrapdoorVerifier
/// @notice Groth16 over BN254 for claims of 19 values and 6 ciphertext words, with limbs of 48 bits.
/// Implements IClaimVerifier.
/// @dev Assumes that precompiles 6, 7 and 8 cost what EIP-1108 says, or up to a quarter more.
contract TrapdoorVerifier {
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
    uint256 private constant KEY = 0x115014589fa9e3951d396cb81e274969aa157e13510df13c08f42d2d953000f9;

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
