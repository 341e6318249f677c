// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ClaimSignals} from "../src/ClaimSignals.sol";
import {IClaimVerifier} from "../src/interfaces/IClaimVerifier.sol";
import {TrapdoorKey} from "./generated/TrapdoorKey.sol";
import {TrapdoorProver} from "./TrapdoorProver.sol";

/// @notice TrapdoorVerifier without a pairing: it knows the logarithms of the points that it was told, and asks Groth16's
/// equation about them. Tells true, false and malformed apart as the real one does, which a table of 1,000 cases checks.
/// @dev Bound: of G2 it knows no point but those it was told, so another one is malformed to it. In G1 a point of unknown
/// logarithm is a false proof, as all but one in r are.
contract ModelVerifier is IClaimVerifier {
    uint256 private constant R = ClaimSignals.R;
    uint256 private constant Q = TrapdoorProver.Q;

    uint256 public constant valueCount = 19;
    uint256 public constant wordCount = 6;
    uint256 public constant valueBits = 48;

    /// @dev By hash of the coordinates; 0 is infinity, which no proof may hold.
    mapping(bytes32 point => uint256) private logs;

    /// @notice Tells it a multiple of G1's generator, and with it the opposite point.
    function learn(uint256 log) external {
        (uint256 x, uint256 y) = TrapdoorProver.multiple(log);
        logs[keccak256(abi.encode(x, y))] = log;
        logs[keccak256(abi.encode(x, Q - y))] = R - log;
    }

    /// @notice Tells it a point of G2, after checking by one pairing that `log` is its logarithm.
    function learn(uint256 log, uint256[4] calldata point) external {
        (uint256 x, uint256 y) = TrapdoorProver.multiple(R - log);
        // The generator of G2, imaginary parts first.
        uint256[4] memory one = [
            11559732032986387107991004021392285783925812861821192530917403151452391805634,
            10857046999023057135944570762232829481370756359578518086990519993285655852781,
            4082367875863433681332203403145435568316851327593401208105741076214120093531,
            8495653923123431417604973247489272438418190587263600148770280649306958101930
        ];
        (, bytes memory answer) = address(8).staticcall(abi.encode(uint256(1), uint256(2), point, x, y, one));
        require(abi.decode(answer, (uint256)) == 1, "not its logarithm");
        logs[keccak256(abi.encode(point))] = log;
        logs[keccak256(abi.encode(point[0], point[1], Q - point[2], Q - point[3]))] = R - log;
    }

    function verify(uint256[8] calldata proof, uint256[3] calldata inputs) external view {
        if (!_holds(proof, inputs)) revert ProofRejected();
    }

    function verifyBatch(uint256[8][] calldata proofs, uint256[3][] calldata inputs) external view {
        if (proofs.length == 0 || proofs.length != inputs.length) revert ProofMalformed();
        bool all = true;
        for (uint256 i = 0; i < proofs.length; ++i) all = _holds(proofs[i], inputs[i]) && all;
        if (!all) revert ProofRejected();
    }

    function _holds(uint256[8] calldata proof, uint256[3] calldata inputs) private view returns (bool) {
        for (uint256 i = 0; i < 3; ++i) if (inputs[i] >= R) revert ProofMalformed();
        uint256 a = _logOf(proof[0], proof[1]);
        uint256 b = logs[keccak256(abi.encode(proof[2], proof[3], proof[4], proof[5]))];
        uint256 c = _logOf(proof[6], proof[7]);
        if (b == 0) revert ProofMalformed();
        if (a == 0 || c == 0) return false;
        uint256 right = addmod(TrapdoorProver.target(inputs), mulmod(c, TrapdoorKey.DELTA, R), R);
        return mulmod(a, b, R) == right;
    }

    /// @dev Zero for a point of the curve that it was not told.
    function _logOf(uint256 x, uint256 y) private view returns (uint256 log) {
        log = logs[keccak256(abi.encode(x, y))];
        if (log != 0) return log;
        bool onCurve = mulmod(y, y, Q) == addmod(mulmod(mulmod(x, x, Q), x, Q), 3, Q);
        if (x >= Q || y >= Q || !onCurve) revert ProofMalformed();
    }
}
