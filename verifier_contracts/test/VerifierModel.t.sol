// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IClaimVerifier} from "../src/interfaces/IClaimVerifier.sol";
import {Tested} from "./Cheats.sol";
import {TrapdoorVerifier} from "./generated/TrapdoorVerifier.sol";
import {ModelVerifier} from "./ModelVerifier.sol";

/// @notice The model verifier says what the real one says: of 1,000 proofs, true, rewritten, false and malformed.
contract VerifierModelTest is Tested {
    uint256 private constant CASES = 1000;
    uint256 private constant VARIANTS = 25;
    uint256 private constant TOGETHER = 5;

    IClaimVerifier private real;
    ModelVerifier private model;
    bytes[] private cases;
    string[] private outcomes;

    function setUp() public {
        real = IClaimVerifier(address(new TrapdoorVerifier()));
        model = new ModelVerifier();
        string memory json = vm.readFile("../tests/vectors/pairing.json");
        cases = vm.parseJsonBytesArray(json, ".cases");
        outcomes = vm.parseJsonStringArray(json, ".outcomes");
        assert(cases.length == CASES && outcomes.length == VARIANTS);
        uint256[] memory logs = vm.parseJsonUintArray(json, ".logs_in_g1");
        for (uint256 i = 0; i < logs.length; ++i) model.learn(logs[i]);
        bytes[] memory points = vm.parseJsonBytesArray(json, ".points_of_g2");
        for (uint256 i = 0; i < points.length; ++i) {
            (uint256 log, uint256[4] memory point) = abi.decode(points[i], (uint256, uint256[4]));
            model.learn(log, point);
        }
    }

    function _case(uint256 index) private view returns (uint256[8] memory proof, uint256[3] memory inputs) {
        return abi.decode(cases[index], (uint256[8], uint256[3]));
    }

    /// @dev The outcome of a call: 0 for none, else the selector of the error.
    function _asked(IClaimVerifier verifier, bytes memory question) private view returns (bytes4) {
        (bool done, bytes memory reason) = address(verifier).staticcall(question);
        return done ? bytes4(0) : bytes4(reason);
    }

    function _owed(uint256 index) private view returns (bytes4) {
        bytes memory outcome = bytes(outcomes[index % VARIANTS]);
        if (keccak256(outcome) == keccak256("accepted")) return 0;
        return bytes4(keccak256(bytes.concat(outcome, "()")));
    }

    /// @notice Each case has the outcome that the table owes, with a pairing and without.
    function test_everyCase() public view {
        for (uint256 i = 0; i < CASES; ++i) {
            (uint256[8] memory proof, uint256[3] memory inputs) = _case(i);
            bytes memory question = abi.encodeCall(IClaimVerifier.verify, (proof, inputs));
            vm.assertEq(_asked(real, question), _owed(i), string.concat("real, case ", vm.toString(i)));
            vm.assertEq(_asked(model, question), _owed(i), string.concat("model, case ", vm.toString(i)));
        }
    }

    /// @notice A batch is malformed if one of it is, else false if one is; five at a time, neighbours and far ones.
    function test_everyBatch() public view {
        uint256[8] memory seen;
        for (uint256 first = 0; first < CASES / TOGETHER; ++first) {
            uint256[8][] memory proofs = new uint256[8][](TOGETHER);
            uint256[3][] memory inputs = new uint256[3][](TOGETHER);
            bytes4 owed;
            for (uint256 i = 0; i < TOGETHER; ++i) {
                // The first 4 of each 25 are true: a quarter of the batches hold nothing else.
                uint256 index =
                    first % 4 == 0
                        ? first * TOGETHER - ((first * TOGETHER) % VARIANTS) + (i % 4)
                        : first * TOGETHER + i;
                (proofs[i], inputs[i]) = _case(index);
                if (owed != IClaimVerifier.ProofMalformed.selector && _owed(index) != 0) owed = _owed(index);
            }
            bytes memory question = abi.encodeCall(IClaimVerifier.verifyBatch, (proofs, inputs));
            vm.assertEq(_asked(real, question), owed, string.concat("real, batch ", vm.toString(first)));
            vm.assertEq(_asked(model, question), owed, string.concat("model, batch ", vm.toString(first)));
            ++seen[
                owed == 0
                    ? 0
                    : owed == IClaimVerifier.ProofRejected.selector
                        ? 1
                        : 2
            ];
        }
        vm.assertTrue(seen[0] > 20 && seen[1] > 20 && seen[2] > 20, "all three, often");
    }

    /// @notice The table tells a model that is wrong: one that was told no point is found out by every true proof.
    function test_theTableCatches_aModelThatKnowsNothing() public {
        ModelVerifier wrong = new ModelVerifier();
        uint256 differing;
        for (uint256 i = 0; i < CASES; ++i) {
            (uint256[8] memory proof, uint256[3] memory inputs) = _case(i);
            if (_asked(wrong, abi.encodeCall(IClaimVerifier.verify, (proof, inputs))) != _owed(i)) ++differing;
        }
        vm.assertTrue(differing >= (CASES / VARIANTS) * 4, "every true proof");
    }

    /// @notice Nobody tells the model a false logarithm of a point of G2; of G1 it computes the point itself.
    function test_theModelBelievesNoFalseLogarithm() public {
        bytes memory told = vm.parseJsonBytesArray(vm.readFile("../tests/vectors/pairing.json"), ".points_of_g2")[0];
        (uint256 log, uint256[4] memory point) = abi.decode(told, (uint256, uint256[4]));
        model.learn(log, point);
        vm.expectRevert();
        model.learn(log + 1, point);
    }
}
