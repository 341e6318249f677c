// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ClaimSignals} from "../src/ClaimSignals.sol";
import {DataEscrow} from "../src/DataEscrow.sol";
import {IClaimVerifier} from "../src/interfaces/IClaimVerifier.sol";
import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {EscrowTested} from "./EscrowTested.sol";
import {TrapdoorVerifier} from "./generated/TrapdoorVerifier.sol";
import {TrapdoorProver} from "./TrapdoorProver.sol";

/// @notice Escrow and exported verifier together, over real pairings.
contract JourneyTest is EscrowTested {
    IDataEscrow.Request private asked;

    function setUp() public override {
        super.setUp();
        address real = address(new TrapdoorVerifier());
        escrow = new DataEscrow(only(real));
        asked = request();
        asked.verifier = real;
        id = postAs(BUYER, asked, BUDGET);
    }

    /// @dev The claim with a proof of its own M, x and y.
    function provenClaim() private view returns (IDataEscrow.ClaimInput memory input) {
        input = claimOn(id, asked);
        (uint256 x, uint256 y) = this.compress(input.m, input.values, input.words);
        input.proof = TrapdoorProver.prove(input.m, x, y);
    }

    function compress(
        uint256 m,
        uint256[] calldata values,
        uint256[] calldata words
    ) external pure returns (uint256, uint256) {
        return ClaimSignals.compress(m, values, words);
    }

    /// @notice Post, claim, release: the contributor and the relayer are paid, the rest is held.
    function test_journey() public {
        IDataEscrow.ClaimInput memory input = provenClaim();
        escrow.claim(id, asked, input);
        escrow.release(NULLIFIER, asideOf(input), SECRET);
        vm.assertEq(token.balanceOf(RECIPIENT), COUNT * PRICE - FEE, "recipient");
        vm.assertEq(token.balanceOf(RELAYER), FEE, "relayer");
        vm.assertEq(escrow.left(id), BUDGET - COUNT * PRICE, "held");
    }

    /// @notice Any value that the request does not fix, any word, M and the proof itself are under the pairing.
    function test_fuzz_journey_everyNumberIsProven(uint256 which, uint256 by) public {
        IDataEscrow.ClaimInput memory input = provenClaim();
        by = between(by, 1, 40);
        uint8[6] memory free = [5, 9, 10, 13, 15, 16];
        which %= 14;
        if (which < 6) {
            uint256 index = free[which];
            input.values[index] = index == ClaimSignals.AS_OF ? input.values[index] - by : input.values[index] + by;
        } else if (which < 12) {
            input.words[which - 6] -= by;
        } else if (which == 12) {
            input.m += by;
        } else {
            (input.proof[0], input.proof[1]) = (input.proof[6], input.proof[7]);
        }
        vm.expectRevert(IClaimVerifier.ProofRejected.selector);
        escrow.claim(id, asked, input);
        vm.assertTrue(!escrow.spent(NULLIFIER), "no trace");
    }

    /// @notice Each value and each word, changed alone, is refused by the request, the terms or the pairing.
    function test_journey_everyValueAndWord() public {
        uint256 count = provenClaim().values.length + provenClaim().words.length;
        for (uint256 i = 0; i < count; ++i) {
            IDataEscrow.ClaimInput memory input = provenClaim();
            if (i < input.values.length) input.values[i] = addmod(input.values[i], R - 1, R);
            else input.words[i - input.values.length] -= 1;
            vm.expectRevert();
            escrow.claim(id, asked, input);
        }
        escrow.claim(id, asked, provenClaim());
    }

    /// @notice Other values with the same M, x and y exist once x is known. They do not claim: x moves with them.
    function test_fuzz_journey_valuesSolvedForTheSameY(uint256 by) public {
        IDataEscrow.ClaimInput memory input = provenClaim();
        (uint256 x, uint256 y) = this.compress(input.m, input.values, input.words);
        by = between(by, 1, 40);
        input.values[ClaimSignals.COUNT] += by;
        // content x^10 loses what count x^9 won.
        uint256 loss = mulmod(by, TrapdoorProver.inverse(x), R);
        input.values[ClaimSignals.CONTENT] = addmod(input.values[ClaimSignals.CONTENT], R - loss, R);

        vm.assertEq(_polynomial(input, x), y, "the same y at the old x");
        IClaimVerifier(asked.verifier).verify(input.proof, [input.m, x, y]);
        vm.expectRevert(IClaimVerifier.ProofRejected.selector);
        escrow.claim(id, asked, input);
    }

    function _polynomial(IDataEscrow.ClaimInput memory input, uint256 x) private pure returns (uint256 sum) {
        uint256 count = input.values.length;
        for (uint256 i = count + input.words.length; i > 0; --i) {
            uint256 coefficient = i > count ? input.words[i - 1 - count] : input.values[i - 1];
            sum = addmod(mulmod(sum, x, R), coefficient, R);
        }
    }

    /// @notice A fresh nullifier, or a fresh recipient with terms to match, needs a proof of its own.
    function test_journey_nullifierAndTermsAreProven() public {
        IDataEscrow.ClaimInput memory input = provenClaim();
        input.values[ClaimSignals.NULLIFIER] += 1;
        vm.expectRevert(IClaimVerifier.ProofRejected.selector);
        escrow.claim(id, asked, input);
        input = provenClaim();
        input.recipient = STRANGER;
        input.values[ClaimSignals.TERMS] = termsOf(input);
        vm.expectRevert(IClaimVerifier.ProofRejected.selector);
        escrow.claim(id, asked, input);
    }

    /// @notice The malleable twin of a proof claims nothing twice.
    function test_journey_malleableTwin() public {
        IDataEscrow.ClaimInput memory input = provenClaim();
        escrow.claim(id, asked, input);
        uint256 q = 21888242871839275222246405745257275088696311157297823662689037894645226208583;
        input.proof[1] = q - input.proof[1];
        (input.proof[4], input.proof[5]) = (q - input.proof[4], q - input.proof[5]);
        vm.expectRevert(abi.encodeWithSelector(IDataEscrow.AlreadyClaimed.selector, NULLIFIER));
        escrow.claim(id, asked, input);
    }

    /// @notice Malformed proof bytes are told apart from false ones through the escrow.
    function test_journey_malformedBubblesUp() public {
        IDataEscrow.ClaimInput memory input = provenClaim();
        input.proof[7] += 1;
        vm.expectRevert(IClaimVerifier.ProofMalformed.selector);
        escrow.claim(id, asked, input);
    }

    /// @notice With too little gas the claim says GasTooLow or runs out; it never says anything about the proof.
    function test_journey_lowGas() public {
        IDataEscrow.ClaimInput memory input = provenClaim();
        bytes memory call = abi.encodeCall(IDataEscrow.claim, (id, asked, input));
        bool told;
        bool done;
        for (uint256 limit = 50_000; !done && limit < 600_000; limit += 5_000) {
            bytes memory answer;
            (done, answer) = address(escrow).call{gas: limit}(call);
            if (!done && answer.length > 0) {
                vm.assertTrue(bytes4(answer) == IClaimVerifier.GasTooLow.selector, "no error but GasTooLow");
                told = true;
            }
        }
        vm.assertTrue(told && done, "told, then done");
    }
}
