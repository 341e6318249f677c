// SPDX-License-Identifier: MIT OR Apache-2.0
// Written by `zkdata export verifier`: one verification key, no owner, no state. Export again instead of editing.
pragma solidity ^0.8.24;

/// @title CapsuleVerifier
/// @notice Groth16 over BN254 for claims of 16 values and 6 ciphertext words. Implements IClaimVerifier.
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
    uint256 private constant ALPHA_X = 0x038ecb582eec906a5f259db6c08ef97594008da0c65f139d0db58d86ea0489f8;
    uint256 private constant ALPHA_Y = 0x24632d160277197e8822d259db7703103954a842fe0ff1a09bffe984f7fa9e82;
    uint256 private constant IC_0_X = 0x27f89f30e61b38c38c7ff7a152d273fb33d8114f8bd331d31e73964c678cf547;
    uint256 private constant IC_0_Y = 0x230eb0ff7f4a250e58c44945acccbe975f0f9bfaad81ce9c170c34c4d517f44b;
    uint256 private constant IC_1_X = 0x135193199f88a9cbb6c4f48fb57be785a14c885531d27eb6e1a6b3755719c8eb;
    uint256 private constant IC_1_Y = 0x23f921cbcd6f473f3ae92329a3a3a01f653907778e875d4e79a12df2fe80eb4f;
    uint256 private constant IC_2_X = 0x03f1a9552bfcac5f84475c47bc906bdd17ca93cdd4dd1810ab1ca5f1eee216ae;
    uint256 private constant IC_2_Y = 0x1b4ddd4b7e7dc145ba08f7794f9a3278f34b41ebe41f6a5a602da8644c991647;
    uint256 private constant IC_3_X = 0x13d1ddeb0c45dfa6c1765c5c42285cbb4a58376f4d420b54fb96f80897fce128;
    uint256 private constant IC_3_Y = 0x2ed7fcd13ddedaa80c30732c862ab6ca71b2c6c51c1a27418b4df176406e29ca;
    uint256 private constant BETA_X_IMAGINARY = 0x2915d3392dc3bcdbeda81206b8e65c9e35c3070e443c4fa33f1bd8e52e42dff2;
    uint256 private constant BETA_X_REAL = 0x0cc3d93139c12f318e32d7cebf6dcf50b835e8dbb7e980c4ea944a8f5bdf4b55;
    uint256 private constant BETA_Y_IMAGINARY = 0x2bbc26167f294e8879f7b1bd14ac49cc58c0f0df29b402f4fc283d00e44beb1c;
    uint256 private constant BETA_Y_REAL = 0x29f8edf4874bc91a2ec11ee2afe90cc50ca9caab62d532b676478f6416c69e67;
    uint256 private constant GAMMA_X_IMAGINARY = 0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2;
    uint256 private constant GAMMA_X_REAL = 0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed;
    uint256 private constant GAMMA_Y_IMAGINARY = 0x090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b;
    uint256 private constant GAMMA_Y_REAL = 0x12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa;
    uint256 private constant DELTA_X_IMAGINARY = 0x2af367d9333369393f6d0f7c01da1d59fe45c5dc0d56d07b547b2517c5d3ace2;
    uint256 private constant DELTA_X_REAL = 0x1c2725209e4d32c991b3d43e0e45c421e202926b6a02f6e5e8d0238eb3f80c2e;
    uint256 private constant DELTA_Y_IMAGINARY = 0x1e495631be14a210627c3cde5c73afb5b11e548c34f068b082ce252d67a24de6;
    uint256 private constant DELTA_Y_REAL = 0x3030127554c5936330307ba0df7f66207d6251f373aad9c6b8a7c194df45d672;

    /// @notice V: how many public values the circuit compresses into M, x and y.
    function valueCount() external pure returns (uint256) {
        return 16;
    }

    /// @notice T: how many ciphertext words the circuit's shape has.
    function wordCount() external pure returns (uint256) {
        return 6;
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
