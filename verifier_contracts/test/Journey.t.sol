// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IClaimVerifier} from "../src/interfaces/IClaimVerifier.sol";
import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {IEscrowErrors} from "../src/interfaces/IEscrowErrors.sol";
import {PanelFixture} from "./PanelFixture.sol";
import {TrapdoorProver} from "./TrapdoorProver.sol";

/// @notice Escrow and exported verifier together, over real pairings.
contract JourneyTest is PanelFixture {
    IDataEscrow.Request private asked;

    function setUp() public {
        open();
        asked = request();
        asked.verifiers = only(listedTrapdoor());
        id = postAs(BUYER, asked, BUDGET);
    }

    /// @dev The claim with a proof of its own M, x and y.
    function provenClaim() private view returns (IDataEscrow.ClaimInput memory input) {
        input = claimOn(asked);
        prove(id, asked, input);
    }

    /// @notice Post, claim, release: the contributor and the relayer are paid, the rest is held.
    function test_journey() public {
        IDataEscrow.ClaimInput memory input = provenClaim();
        IDataEscrow.SetAside memory aside = asideOf(asked, input);
        escrow.claim(id, asked, 0, input);
        escrow.release(aside, nobody(), SECRET);
        vm.assertEq(token.balanceOf(RECIPIENT), COUNT * PRICE - FEE, "recipient");
        vm.assertEq(token.balanceOf(RELAYER), FEE, "relayer");
        vm.assertEq(escrow.left(id), BUDGET - COUNT * PRICE, "held");
    }

    /// @notice With keepers and a gate: claim, admit, release; recipient, relayer and three approvers are paid.
    function test_journey_attested() public {
        address real = asked.verifiers[0];
        name(3, 2, true);
        gate.approve(only(STRANGER));
        asked = attested(6);
        asked.verifiers = only(real);
        id = postAs(BUYER, asked, BUDGET);
        IDataEscrow.ClaimInput memory input = provenClaim();
        IDataEscrow.SetAside memory aside = asideOf(asked, input);
        escrow.claim(id, asked, 0, input);
        address[] memory approvers = new address[](3);
        (approvers[0], approvers[1], approvers[2]) = (panel.keepers[0], panel.keepers[1], STRANGER);
        IDataEscrow.SetAside memory admitted = admittedOf(aside, approvers);
        escrow.admit(aside, panel, DIGEST, keptBy(aside, places(2)), "");
        escrow.release(admitted, approvers, SECRET);
        vm.assertEq(token.balanceOf(RECIPIENT), COUNT * PRICE - FEE, "recipient");
        vm.assertEq(token.balanceOf(RELAYER), FEE, "relayer");
        for (uint256 i = 0; i < 3; ++i) {
            vm.assertEq(escrow.credits(address(token), approvers[i]), 2, "an approver's third");
        }
        vm.assertEq(escrow.left(id), BUDGET - COUNT * PRICE - 6, "held");
    }

    /// @notice The fact alone: one claim, and the money has gone out.
    function test_journey_fact() public {
        address real = asked.verifiers[0];
        asked = request();
        (asked.mode, asked.buyerKey, asked.verifiers) = (0, NOBODY, only(real));
        id = postAs(BUYER, asked, BUDGET);
        escrow.claim(id, asked, 0, provenClaim());
        vm.assertEq(token.balanceOf(RECIPIENT), COUNT * PRICE - FEE, "recipient");
        vm.assertEq(token.balanceOf(RELAYER), FEE, "relayer");
    }

    /// @notice Every number that a claim brings along, its terms among them, is under the pairing.
    function test_fuzz_journey_everyNumberIsProven(uint256 which, uint256 by) public {
        _changed(which % 19, between(by, 1, COUNT - 1));
    }

    /// @notice The same for each, by the least change.
    function test_journey_everyNumber() public {
        for (uint256 which = 0; which < 19; ++which) _changed(which, 1);
        escrow.claim(id, asked, 0, provenClaim());
    }

    function _changed(uint256 which, uint256 by) private {
        IDataEscrow.ClaimInput memory input = provenClaim();
        if (which < 6) input.words[which] -= by;
        else if (which == 6) input.asOf -= by;
        else if (which == 7) registry.set(REGISTRAR, input.root += by, true);
        else if (which == 8) input.count += by;
        else if (which == 9) input.count -= by;
        else if (which == 10) input.content += by;
        else if (which == 11) input.nullifier += by;
        else if (which == 12) input.releaseHash -= by;
        else if (which == 13) input.ephemeral += by;
        else if (which == 14) input.wrap += by;
        else if (which == 15) input.m += by;
        else if (which == 16) input.recipient = address(uint160(input.recipient) + uint160(by));
        else if (which == 17) input.relayer = which % 2 == by % 2 ? address(0) : STRANGER;
        else input.fee += by;
        vm.expectRevert(IClaimVerifier.ProofRejected.selector);
        escrow.claim(id, asked, 0, input);
        vm.assertTrue(!escrow.spent(escrow.scopeOf(id, asked), input.nullifier, id), "no trace");
    }

    /// @notice What the request fixes is under the pairing as well: a proof for another request is false for this one.
    function test_journey_requestIsProven() public {
        IDataEscrow.Request memory mine = asked;
        for (uint256 which = 0; which < 10; ++which) {
            IDataEscrow.Request memory other = request();
            other.verifiers = mine.verifiers;
            IDataEscrow.ClaimInput memory input = claimOn(mine);
            if (which == 0) other.slotLength += 1;
            else if (which == 1) other.timeMin += 1;
            else if (which == 2) other.timeMax += 1;
            else if (which == 3) other.schema += 1;
            else if (which == 4) other.deviceClass += 1;
            else if (which == 5) other.buyerKey = ANOTHER_BUYER_KEY;
            else if (which == 6) other.bounds[0] += 1;
            else if (which == 7) other.bounds[1] += 1;
            else if (which == 8) other.mode = 0;
            // Of the same words, but for the last, another request.
            prove(which == 9 ? id + 1 : id, other, input);
            vm.expectRevert(IClaimVerifier.ProofRejected.selector);
            escrow.claim(id, mine, 0, input);
        }
    }

    /// @notice The claim's parts in other places, or a point in another's place, prove nothing.
    function test_journey_exchanged() public {
        IDataEscrow.ClaimInput memory input = provenClaim();
        (input.proof[0], input.proof[1]) = (input.proof[6], input.proof[7]);
        vm.expectRevert(IClaimVerifier.ProofRejected.selector);
        escrow.claim(id, asked, 0, input);
        input = provenClaim();
        (input.ephemeral, input.wrap) = (input.wrap, input.ephemeral);
        vm.expectRevert(IClaimVerifier.ProofRejected.selector);
        escrow.claim(id, asked, 0, input);
    }

    /// @notice Other values with the same M, x and y exist once x is known. They do not claim: x moves with them.
    function test_fuzz_journey_valuesSolvedForTheSameY(uint256 by) public {
        IDataEscrow.ClaimInput memory input = provenClaim();
        uint256[3] memory signals = signalsOf(id, asked, input);
        uint256 x = signals[1];
        by = between(by, 1, 40);
        input.count += by;
        // content x^10 loses what count x^9 won.
        uint256 loss = mulmod(by, TrapdoorProver.inverse(x), R);
        input.content = addmod(input.content, R - loss, R);

        uint256[] memory row = rowOf(asked, escrow.scopeOf(id, asked), input, 0);
        vm.assertEq(polynomial(row, x), signals[2], "the same y at the old x");
        IClaimVerifier(asked.verifiers[0]).verify(input.proof, signals);
        vm.expectRevert(IClaimVerifier.ProofRejected.selector);
        escrow.claim(id, asked, 0, input);
    }

    /// @notice The malleable twin of a proof claims nothing twice.
    function test_journey_malleableTwin() public {
        IDataEscrow.ClaimInput memory input = provenClaim();
        escrow.claim(id, asked, 0, input);
        uint256 q = 21888242871839275222246405745257275088696311157297823662689037894645226208583;
        input.proof[1] = q - input.proof[1];
        (input.proof[4], input.proof[5]) = (q - input.proof[4], q - input.proof[5]);
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.AlreadyClaimed.selector, NULLIFIER));
        escrow.claim(id, asked, 0, input);
    }

    /// @notice Malformed proof bytes are told apart from false ones through the escrow.
    function test_journey_malformedBubblesUp() public {
        IDataEscrow.ClaimInput memory input = provenClaim();
        input.proof[7] += 1;
        vm.expectRevert(IClaimVerifier.ProofMalformed.selector);
        escrow.claim(id, asked, 0, input);
    }

    /// @notice With too little gas the claim says GasTooLow or runs out; it never says anything about the proof.
    function test_journey_lowGas() public {
        IDataEscrow.ClaimInput memory input = provenClaim();
        bytes memory call = abi.encodeCall(IDataEscrow.claim, (id, asked, 0, input));
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
