// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ClaimSignals} from "../src/ClaimSignals.sol";
import {IClaimVerifier} from "../src/interfaces/IClaimVerifier.sol";
import {Tested} from "./Cheats.sol";
import {TrapdoorKey} from "./generated/TrapdoorKey.sol";
import {TrapdoorVerifier} from "./generated/TrapdoorVerifier.sol";
import {TrapdoorProver} from "./TrapdoorProver.sol";

/// @notice Two false proofs whose errors cancel, so that the product of their equations holds, pass no batch.
contract WeightsTest is Tested {
    uint256 private constant R = ClaimSignals.R;
    uint256 private constant Q = TrapdoorProver.Q;
    IClaimVerifier private verifier;
    uint256[8][] private proofs;
    uint256[3][] private inputs;

    function setUp() public {
        verifier = IClaimVerifier(address(new TrapdoorVerifier()));
        inputs.push([uint256(1), 2, 3]);
        inputs.push([uint256(4), 5, 6]);
        proofs.push(TrapdoorProver.proveWith(77, false, inputs[0]));
        proofs.push(TrapdoorProver.proveWith(TrapdoorKey.A, true, inputs[1]));
        verifier.verifyBatch(proofs, inputs);
    }

    function _sum(uint256 x, uint256 y, uint256 u, uint256 v) private view returns (uint256, uint256) {
        (bool done, bytes memory point) = address(6).staticcall(abi.encode(x, y, u, v));
        assert(done);
        return abi.decode(point, (uint256, uint256));
    }

    /// @dev product of e(A_i, B_i) = product of e((alpha beta + gamma sum_i) G1 + delta C_i, G2): all weights are 1.
    function _holdsWithEqualWeights() private view returns (bool) {
        (uint256 x, uint256 y) = (0, 0);
        bytes memory pairs;
        for (uint256 i = 0; i < 2; ++i) {
            uint256[8] memory p = proofs[i];
            pairs = abi.encodePacked(pairs, p[0], Q - p[1], p[2], p[3], p[4], p[5]);
            (uint256 u, uint256 v) = TrapdoorProver.multiple(TrapdoorProver.target(inputs[i]));
            (x, y) = _sum(x, y, u, v);
            (, bytes memory point) = address(7).staticcall(abi.encode(p[6], p[7], TrapdoorKey.DELTA));
            (u, v) = abi.decode(point, (uint256, uint256));
            (x, y) = _sum(x, y, u, v);
        }
        pairs = abi.encodePacked(
            pairs,
            x,
            y,
            uint256(11559732032986387107991004021392285783925812861821192530917403151452391805634),
            uint256(10857046999023057135944570762232829481370756359578518086990519993285655852781),
            uint256(4082367875863433681332203403145435568316851327593401208105741076214120093531),
            uint256(8495653923123431417604973247489272438418190587263600148770280649306958101930)
        );
        (bool done, bytes memory answer) = address(8).staticcall(pairs);
        assert(done);
        return abi.decode(answer, (uint256)) == 1;
    }

    /// @dev Both are false alone, hold with equal weights, and pass no batch, in neither order nor among others.
    function _cancelsAndFails() private {
        vm.assertTrue(_holdsWithEqualWeights(), "the errors cancel");
        for (uint256 i = 0; i < 2; ++i) {
            vm.expectRevert(IClaimVerifier.ProofRejected.selector);
            verifier.verify(proofs[i], inputs[i]);
        }
        _fails();
        uint256[8] memory proof = proofs[0];
        uint256[3] memory input = inputs[0];
        proofs[0] = proofs[1];
        inputs[0] = inputs[1];
        proofs[1] = proof;
        inputs[1] = input;
        _fails();
        inputs.push([uint256(7), 8, 9]);
        proofs.push(TrapdoorProver.prove(7, 8, 9));
        _fails();
    }

    function _fails() private {
        vm.expectRevert(IClaimVerifier.ProofRejected.selector);
        verifier.verifyBatch(proofs, inputs);
    }

    /// @notice C_1 + D and C_2 - D.
    /// forge-config: default.fuzz.runs = 32
    function test_fuzz_weights_c(uint256 d) public {
        (uint256 x, uint256 y) = TrapdoorProver.multiple(between(d, 1, R - 1));
        (proofs[0][6], proofs[0][7]) = _sum(proofs[0][6], proofs[0][7], x, y);
        (proofs[1][6], proofs[1][7]) = _sum(proofs[1][6], proofs[1][7], x, Q - y);
        _cancelsAndFails();
    }

    /// @notice A_1 + D with B and A_2 + D with -B.
    function test_weights_a() public {
        (uint256 x, uint256 y) = TrapdoorProver.multiple(1234);
        (proofs[0][0], proofs[0][1]) = _sum(proofs[0][0], proofs[0][1], x, y);
        (proofs[1][0], proofs[1][1]) = _sum(proofs[1][0], proofs[1][1], x, y);
        _cancelsAndFails();
    }

    /// @notice (A_1, B_1) and (A_2, B_2) exchanged: B, too, is under its weight.
    function test_weights_aAndB() public {
        for (uint256 i = 0; i < 6; ++i) (proofs[0][i], proofs[1][i]) = (proofs[1][i], proofs[0][i]);
        _cancelsAndFails();
    }

    /// @notice B_1 and B_2 = -B_1 exchanged, beside the same A.
    function test_weights_b() public {
        proofs[0] = TrapdoorProver.proveWith(TrapdoorKey.A, false, inputs[0]);
        (proofs[0][4], proofs[0][5]) = (Q - proofs[0][4], Q - proofs[0][5]);
        (proofs[1][4], proofs[1][5]) = (Q - proofs[1][4], Q - proofs[1][5]);
        _cancelsAndFails();
    }

    /// @notice C_1 and C_2 exchanged.
    function test_weights_exchangedC() public {
        for (uint256 i = 6; i < 8; ++i) (proofs[0][i], proofs[1][i]) = (proofs[1][i], proofs[0][i]);
        _cancelsAndFails();
    }

    /// @notice M, x or y of one more by what the other's is less.
    /// forge-config: default.fuzz.runs = 48
    function test_fuzz_weights_inputs(uint256 which, uint256 d) public {
        d = between(d, 1, R - 1);
        inputs[0][which % 3] = addmod(inputs[0][which % 3], d, R);
        inputs[1][which % 3] = addmod(inputs[1][which % 3], R - d, R);
        _cancelsAndFails();
    }

    /// @notice The same false proof and its exact opposite error, many times over, do not average out.
    function test_weights_many() public {
        (uint256 x, uint256 y) = TrapdoorProver.multiple(99);
        for (uint256 i = 0; i < 8; ++i) {
            inputs.push([i, i, i]);
            proofs.push(TrapdoorProver.prove(i, i, i));
            (proofs[i][6], proofs[i][7]) = _sum(proofs[i][6], proofs[i][7], x, i % 2 == 0 ? y : Q - y);
        }
        _fails();
    }
}
