// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ClaimSignals} from "../src/ClaimSignals.sol";
import {IClaimVerifier} from "../src/interfaces/IClaimVerifier.sol";
import {Tested} from "./Cheats.sol";
import {TrapdoorVerifier} from "./generated/TrapdoorVerifier.sol";
import {TrapdoorProver} from "./TrapdoorProver.sol";

contract VerifierTest is Tested {
    IClaimVerifier private verifier;
    string private json;
    uint256 private cases;

    function setUp() public {
        verifier = IClaimVerifier(address(new TrapdoorVerifier()));
        json = vm.readFile(VECTORS);
        while (vm.keyExistsJson(json, string.concat(".verifier[", vm.toString(cases), "]"))) ++cases;
        assert(cases > 40);
    }

    /// @notice The counts that the exporter was told are what the verifier says.
    function test_countsAreBakedIn() public view {
        vm.assertEq(verifier.valueCount(), 19, "V");
        vm.assertEq(verifier.wordCount(), 6, "T");
        vm.assertEq(verifier.valueBits(), 48, "W");
    }

    /// @notice Every vector has its outcome: nothing, ProofRejected or ProofMalformed, and never a bool.
    function test_vectors() public {
        string memory none = "accepted";
        for (uint256 i = 0; i < cases; ++i) {
            string memory path = string.concat(".verifier[", vm.toString(i), "]");
            (uint256[8] memory proof, uint256[3] memory inputs) = _case(path);
            string memory outcome = vm.parseJsonString(json, string.concat(path, ".outcome"));
            if (keccak256(bytes(outcome)) != keccak256(bytes(none))) {
                vm.expectRevert(abi.encodePacked(bytes4(keccak256(bytes(string.concat(outcome, "()"))))));
            }
            verifier.verify(proof, inputs);
        }
    }

    /// @notice A proof of any inputs is accepted for those and refused for others.
    function test_fuzz_provesWhatItWasMadeFor(uint256 m, uint256 x, uint256 y, uint256 which) public {
        uint256[3] memory inputs = [m % ClaimSignals.R, x % ClaimSignals.R, y % ClaimSignals.R];
        uint256[8] memory proof = TrapdoorProver.prove(inputs[0], inputs[1], inputs[2]);
        verifier.verify(proof, inputs);
        inputs[which % 3] = addmod(inputs[which % 3], 1, ClaimSignals.R);
        vm.expectRevert(IClaimVerifier.ProofRejected.selector);
        verifier.verify(proof, inputs);
    }

    /// @notice At no gas limit does a valid proof look malformed or rejected: it is GasTooLow, out of gas, or accepted.
    function test_lowGasSaysNothingAboutTheProof() public view {
        (uint256[8] memory proof, uint256[3] memory inputs) = _case(".verifier[0]");
        bytes memory call = abi.encodeCall(IClaimVerifier.verify, (proof, inputs));
        bool accepted;
        for (uint256 limit = 1000; limit < 280_000; limit += limit > 255_000 && limit < 265_000 ? 7 : 997) {
            (bool done, bytes memory answer) = address(verifier).staticcall{gas: limit}(call);
            vm.assertTrue(done || !accepted, "more gas never turns an accepted proof down");
            accepted = done;
            if (!done && answer.length > 0) {
                vm.assertTrue(bytes4(answer) == IClaimVerifier.GasTooLow.selector, "no error but GasTooLow");
            }
        }
        vm.assertTrue(accepted, "accepted with enough gas");
    }

    /// @notice No vector costs more than 1.3 times a valid proof, though a failing precompile eats what it is given.
    function test_invalidCostsAtMostAThirdMore() public view {
        uint256 valid = _cost(0);
        for (uint256 i = 1; i < cases; ++i) vm.assertTrue(_cost(i) * 10 <= valid * 13, "at most 1.3 times");
    }

    /// @notice What is not canonical, or at infinity, is refused whatever the chain's own pairing would make of it.
    function test_nonCanonicalIsRefusedBeforeThePairingCounts() public {
        // Answers 1 to everything: PUSH1 1, PUSH1 0, MSTORE, PUSH1 32, PUSH1 0, RETURN.
        vm.etch(address(0x99), hex"600160005260206000f3");
        vm.etch(address(verifier), _redirected(address(verifier).code, 8));
        uint256 refused;
        for (uint256 i = 0; i < cases; ++i) {
            (uint256[8] memory proof, uint256[3] memory inputs) = _case(
                string.concat(".verifier[", vm.toString(i), "]")
            );
            try verifier.verify(proof, inputs) {} catch (bytes memory reason) {
                vm.assertTrue(bytes4(reason) == IClaimVerifier.ProofMalformed.selector, "malformed");
                ++refused;
            }
        }
        // 3 inputs plus r; 8 words plus q; 8 words all ones; 3 points at infinity; zeros.
        vm.assertEq(refused, 23, "refused at sight");
    }

    /// @notice Where a precompile does not answer, nothing is said about the proof.
    function test_missingPrecompile() public {
        (uint256[8] memory proof, uint256[3] memory inputs) = _case(".verifier[0]");
        bytes memory honest = address(verifier).code;
        for (uint256 number = 6; number <= 8; ++number) {
            // Turns the precompile's number in the verifier's code into one that has no code.
            vm.etch(address(verifier), _redirected(honest, number));
            vm.expectRevert(IClaimVerifier.GasTooLow.selector);
            verifier.verify(proof, inputs);
        }
    }

    function _case(string memory path) private view returns (uint256[8] memory proof, uint256[3] memory inputs) {
        uint256[] memory words = vm.parseJsonUintArray(json, string.concat(path, ".proof"));
        uint256[] memory public_ = vm.parseJsonUintArray(json, string.concat(path, ".inputs"));
        for (uint256 i = 0; i < 8; ++i) proof[i] = words[i];
        for (uint256 i = 0; i < 3; ++i) inputs[i] = public_[i];
    }

    function _cost(uint256 index) private view returns (uint256) {
        (uint256[8] memory proof, uint256[3] memory inputs) = _case(
            string.concat(".verifier[", vm.toString(index), "]")
        );
        bytes memory call = abi.encodeCall(IClaimVerifier.verify, (proof, inputs));
        uint256 before = gasleft();
        (bool done, ) = address(verifier).staticcall{gas: 1_000_000}(call);
        uint256 used = before - gasleft();
        vm.assertTrue(done || index > 0, "the first vector is valid");
        return used;
    }

    /// @dev The gas of a precompile call is a constant that appears once or more; its number is pushed just before.
    function _redirected(bytes memory code, uint256 number) private pure returns (bytes memory changed) {
        changed = bytes.concat(code);
        bytes[3] memory gases = [bytes(hex"60be"), bytes(hex"611d4c"), bytes(hex"620373ca")];
        bytes memory gas_ = gases[number - 6];
        bool found;
        for (uint256 i = 2; i + 4 < code.length; ++i) {
            bool here = code[i - 2] == 0x60 && uint8(code[i - 1]) == number;
            for (uint256 j = 0; here && j < gas_.length; ++j) here = code[i + j] == gas_[j];
            if (here) (changed[i - 1], found) = (0x99, true);
        }
        assert(found);
    }
}
