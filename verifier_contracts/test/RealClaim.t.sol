// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {PoseidonT2} from "../generated/PoseidonT2.sol";
import {BuyerKey} from "../src/BuyerKey.sol";
import {ClaimSignals} from "../src/ClaimSignals.sol";
import {IClaimVerifier} from "../src/interfaces/IClaimVerifier.sol";
import {CapsuleVerifier} from "./generated/CapsuleVerifier.sol";
import {SignalsFixture} from "./SignalsFixture.sol";

/// @notice A claim made by the prover for a real capsule, under the circuit's own key.
contract RealClaimTest is SignalsFixture {
    IClaimVerifier private real;
    string private json;
    uint256 private m;
    uint256[] private values;
    uint256[] private words;
    uint256[8] private proof;

    function setUp() public {
        real = IClaimVerifier(address(new CapsuleVerifier()));
        json = vm.readFile("../tests/vectors/claim.json");
        m = vm.parseJsonUintArray(json, ".signals")[0];
        values = vm.parseJsonUintArray(json, ".values");
        words = vm.parseJsonUintArray(json, ".words");
        uint256[] memory points = vm.parseJsonUintArray(json, ".proof");
        for (uint256 i = 0; i < 8; ++i) proof[i] = points[i];
    }

    /// @notice Compresses as the escrow does (see ClaimSignalsTest), and asks the verifier.
    function check(uint256 m_, uint256[] calldata values_, uint256[] calldata words_) external view {
        uint256[] memory row = new uint256[](1 + values_.length + words_.length);
        row[0] = m_;
        for (uint256 i = 0; i < values_.length; ++i) row[1 + i] = values_[i];
        for (uint256 i = 0; i < words_.length; ++i) row[1 + values_.length + i] = words_[i];
        (uint256 x, uint256 y) = compressed(row);
        real.verify(proof, [m_, x, y]);
    }

    /// @notice What the prover proved, the contracts accept; x and y come out as the prover's.
    function test_accepted() public view {
        vm.assertEq(values.length, real.valueCount(), "V");
        vm.assertEq(words.length, real.wordCount(), "T");
        vm.assertEq(real.valueBits(), 48, "W");
        this.check(m, values, words);
        uint256[] memory signals = vm.parseJsonUintArray(json, ".signals");
        real.verify(proof, [signals[0], signals[1], signals[2]]);
    }

    /// @notice The claim wraps the capsule key for a key that a request may name.
    function test_buyerKey() public view {
        BuyerKey.check(values[ClaimSignals.BUYER_KEY / 32]);
        // A claim's ephemeral is the u of a point as well.
        BuyerKey.check(values[ClaimSignals.EPHEMERAL / 32]);
    }

    /// @notice The kept secret hashes to the release hash under the proof.
    function test_releaseSecret() public view {
        uint256 secret = vm.parseJsonUint(json, ".release_secret");
        vm.assertEq(PoseidonT2.releaseHash(secret), values[ClaimSignals.RELEASE_HASH / 32], "release hash");
    }

    /// @notice Each value, each word and M, changed alone, is rejected.
    function test_everyNumberIsProven() public {
        for (uint256 i = 0; i < values.length + words.length + 1; ++i) {
            (uint256 m_, uint256[] memory v, uint256[] memory w) = (m, values, words);
            if (i < v.length) v[i] = addmod(v[i], 1, ClaimSignals.R);
            else if (i < v.length + w.length) w[i - v.length] = addmod(w[i - v.length], 1, ClaimSignals.R);
            else m_ = addmod(m_, 1, ClaimSignals.R);
            vm.expectRevert(IClaimVerifier.ProofRejected.selector);
            this.check(m_, v, w);
        }
    }

    /// @notice Words left out, or in another order, are another claim.
    function test_wordsAreUnderTheProof() public {
        vm.expectRevert(IClaimVerifier.ProofRejected.selector);
        this.check(m, values, new uint256[](0));
        uint256[] memory swapped = words;
        (swapped[0], swapped[1]) = (swapped[1], swapped[0]);
        vm.expectRevert(IClaimVerifier.ProofRejected.selector);
        this.check(m, values, swapped);
    }
}
