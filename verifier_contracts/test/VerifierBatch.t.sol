// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ClaimSignals} from "../src/ClaimSignals.sol";
import {IClaimVerifier} from "../src/interfaces/IClaimVerifier.sol";
import {Tested} from "./Cheats.sol";
import {TrapdoorVerifier} from "./generated/TrapdoorVerifier.sol";
import {TrapdoorProver} from "./TrapdoorProver.sol";

contract VerifierBatchTest is Tested {
    IClaimVerifier private verifier;
    string private json;
    uint256 private cases;
    bytes32[] private outcomes;
    uint256[8][] private proofs;
    uint256[3][] private inputs;

    bytes32 private constant ACCEPTED = keccak256("accepted");

    function setUp() public {
        verifier = IClaimVerifier(address(new TrapdoorVerifier()));
        json = vm.readFile(VECTORS);
        while (vm.keyExistsJson(json, string.concat(".verifier[", vm.toString(cases), "]"))) {
            string memory path = string.concat(".verifier[", vm.toString(cases++), "]");
            outcomes.push(keccak256(bytes(vm.parseJsonString(json, string.concat(path, ".outcome")))));
            uint256[] memory words = vm.parseJsonUintArray(json, string.concat(path, ".proof"));
            uint256[] memory public_ = vm.parseJsonUintArray(json, string.concat(path, ".inputs"));
            uint256[8] memory proof;
            for (uint256 i = 0; i < 8; ++i) proof[i] = words[i];
            proofs.push(proof);
            inputs.push([public_[0], public_[1], public_[2]]);
        }
        assert(cases > 40);
    }

    /// @dev `count` proofs of different numbers.
    function _valid(uint256 count) private view returns (uint256[8][] memory p, uint256[3][] memory s) {
        (p, s) = (new uint256[8][](count), new uint256[3][](count));
        for (uint256 i = 0; i < count; ++i) {
            for (uint256 j = 0; j < 3; ++j) s[i][j] = uint256(keccak256(abi.encode(i, j))) % ClaimSignals.R;
            p[i] = TrapdoorProver.prove(s[i][0], s[i][1], s[i][2]);
        }
    }

    function _answer(
        uint256[8][] memory p,
        uint256[3][] memory s,
        uint256 limit
    ) private view returns (bool done, bytes memory answer, uint256 used) {
        bytes memory call = abi.encodeCall(IClaimVerifier.verifyBatch, (p, s));
        uint256 before = gasleft();
        (done, answer) = address(verifier).staticcall{gas: limit}(call);
        used = before - gasleft();
    }

    /// @notice Valid proofs are accepted together, one and thirty-two of them, the same one twice as well.
    function test_batch_valid() public view {
        for (uint256 count = 1; count <= 32; count += count < 5 ? 1 : 9) {
            (uint256[8][] memory p, uint256[3][] memory s) = _valid(count);
            verifier.verifyBatch(p, s);
            (p[0], s[0]) = (p[count - 1], s[count - 1]);
            verifier.verifyBatch(p, s);
        }
    }

    /// @notice All valid vectors, which have other points and the edges of the inputs, are accepted together.
    function test_batch_validVectors() public view {
        uint256 count;
        while (outcomes[count] == ACCEPTED) ++count;
        vm.assertEq(count, 4, "valid, zeros, r - 1, (-A, -B, C)");
        uint256[8][] memory p = new uint256[8][](count);
        uint256[3][] memory s = new uint256[3][](count);
        for (uint256 i = 0; i < count; ++i) (p[i], s[i]) = (proofs[i], inputs[i]);
        verifier.verifyBatch(p, s);
    }

    /// @notice Every vector at every place of a batch of three has the outcome that it has alone.
    function test_batch_vectors() public view {
        (uint256[8][] memory p, uint256[3][] memory s) = _valid(3);
        for (uint256 i = 0; i < cases; ++i) {
            for (uint256 place = 0; place < 3; ++place) {
                (uint256[8] memory proof, uint256[3] memory input) = (p[place], s[place]);
                (p[place], s[place]) = (proofs[i], inputs[i]);
                _hasOutcome(outcomes[i], p, s);
                (p[place], s[place]) = (proof, input);
            }
        }
    }

    function _hasOutcome(bytes32 outcome, uint256[8][] memory p, uint256[3][] memory s) private view {
        (bool done, bytes memory answer, ) = _answer(p, s, 10_000_000);
        vm.assertTrue(done == (outcome == ACCEPTED), "accepted or not");
        if (done) return;
        bytes4 expected =
            outcome == keccak256("ProofRejected")
                ? IClaimVerifier.ProofRejected.selector
                : IClaimVerifier.ProofMalformed.selector;
        vm.assertTrue(answer.length == 4 && bytes4(answer) == expected, "for its reason");
    }

    /// @notice No proof at all, or another number of inputs than of proofs, is malformed.
    function test_batch_counts() public {
        (uint256[8][] memory p, uint256[3][] memory s) = _valid(3);
        _malformed(new uint256[8][](0), new uint256[3][](0));
        _malformed(new uint256[8][](0), s);
        _malformed(p, new uint256[3][](0));
        (uint256[8][] memory fewer, uint256[3][] memory less) = _valid(2);
        _malformed(fewer, s);
        _malformed(p, less);
    }

    function _malformed(uint256[8][] memory p, uint256[3][] memory s) private {
        vm.expectRevert(IClaimVerifier.ProofMalformed.selector);
        verifier.verifyBatch(p, s);
    }

    /// @notice Any input of any proof, changed by anything, is rejected.
    /// forge-config: default.fuzz.runs = 64
    function test_fuzz_batch_inputs(uint256 count, uint256 which, uint256 by) public {
        count = between(count, 1, 6);
        (uint256[8][] memory p, uint256[3][] memory s) = _valid(count);
        uint256 i = which % count;
        uint256 j = (which >> 128) % 3;
        s[i][j] = addmod(s[i][j], between(by, 1, ClaimSignals.R - 1), ClaimSignals.R);
        vm.expectRevert(IClaimVerifier.ProofRejected.selector);
        verifier.verifyBatch(p, s);
    }

    /// @notice Proofs in another order than their inputs are rejected.
    function test_batch_order() public {
        (uint256[8][] memory p, uint256[3][] memory s) = _valid(3);
        for (uint256 i = 0; i < 3; ++i) {
            uint256 j = (i + 1) % 3;
            (p[i], p[j]) = (p[j], p[i]);
            vm.expectRevert(IClaimVerifier.ProofRejected.selector);
            verifier.verifyBatch(p, s);
            (s[i], s[j]) = (s[j], s[i]);
            verifier.verifyBatch(p, s);
        }
    }

    /// @notice At no gas limit does a valid batch look malformed or rejected: it is GasTooLow, out of gas, or accepted.
    function test_batch_lowGas() public view {
        for (uint256 count = 1; count < 6; count += 2) {
            (uint256[8][] memory p, uint256[3][] memory s) = _valid(count);
            bool accepted;
            uint256 last = 400_000 + 80_000 * count;
            for (uint256 limit = 1000; limit < last; limit += 2_003) {
                (bool done, bytes memory answer, ) = _answer(p, s, limit);
                vm.assertTrue(done || !accepted, "more gas never turns an accepted batch down");
                accepted = done;
                if (!done && answer.length > 0) {
                    vm.assertTrue(bytes4(answer) == IClaimVerifier.GasTooLow.selector, "no error but GasTooLow");
                }
            }
            vm.assertTrue(accepted, "accepted with enough gas");
        }
    }

    /// @notice The same at each limit near the one from which on a batch of three is taken.
    function test_batch_lowGasAtTheEdge() public view {
        (uint256[8][] memory p, uint256[3][] memory s) = _valid(3);
        (uint256 low, uint256 high) = (100_000, 1_000_000);
        while (high - low > 1) {
            uint256 middle = (low + high) / 2;
            (bool done, , ) = _answer(p, s, middle);
            if (done) high = middle;
            else low = middle;
        }
        for (uint256 limit = high - 120; limit < high + 120; ++limit) {
            (bool done, bytes memory answer, ) = _answer(p, s, limit);
            vm.assertTrue(done == (limit >= high), "one edge");
            if (!done && answer.length > 0) {
                vm.assertTrue(bytes4(answer) == IClaimVerifier.GasTooLow.selector, "no error but GasTooLow");
            }
        }
    }

    /// @notice No vector at any place of a batch of four costs more than 1.3 times a valid batch.
    function test_batch_invalidCostsAtMostAThirdMore() public view {
        (uint256[8][] memory p, uint256[3][] memory s) = _valid(4);
        (bool done, , uint256 valid) = _answer(p, s, 10_000_000);
        vm.assertTrue(done, "valid");
        for (uint256 i = 0; i < cases; ++i) {
            for (uint256 place = 0; place < 4; ++place) {
                (uint256[8] memory proof, uint256[3] memory input) = (p[place], s[place]);
                (p[place], s[place]) = (proofs[i], inputs[i]);
                (, , uint256 used) = _answer(p, s, 10_000_000);
                vm.assertTrue(used * 10 <= valid * 13, "at most 1.3 times");
                (p[place], s[place]) = (proof, input);
            }
        }
    }

    /// @notice Four false proofs of each kind at once cost no more than 1.3 times four valid ones either.
    function test_batch_allInvalidCostsAtMostAThirdMore() public view {
        (uint256[8][] memory p, uint256[3][] memory s) = _valid(4);
        (, , uint256 valid) = _answer(p, s, 10_000_000);
        for (uint256 i = 0; i < cases; ++i) {
            for (uint256 place = 0; place < 4; ++place) (p[place], s[place]) = (proofs[i], inputs[i]);
            (, , uint256 used) = _answer(p, s, 10_000_000);
            vm.assertTrue(used * 10 <= valid * 13, "at most 1.3 times");
        }
    }
}
