// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ClaimSignals} from "../src/ClaimSignals.sol";
import {IClaimVerifier} from "../src/interfaces/IClaimVerifier.sol";
import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {EscrowTested} from "./EscrowTested.sol";

contract ClaimTest is EscrowTested {
    /* ACCEPTED */

    /// @notice A claim sets count * price aside, spends the nullifier, prints what release needs, and pays nobody.
    function test_claim() public {
        IDataEscrow.SetAside memory aside = asideOf(goodClaim());
        vm.assertTrue(!escrow.spent(NULLIFIER), "free before");
        expectClaimed(goodClaim(), aside);
        vm.prank(STRANGER);
        bytes32 claimId = escrow.claim(id, request(), goodClaim());
        vm.assertEq(claimId, claimIdOf(NULLIFIER, aside), "claim id");
        vm.assertTrue(escrow.spent(NULLIFIER), "spent after");
        vm.assertEq(escrow.left(id), BUDGET - COUNT * PRICE, "left");
        vm.assertEq(token.balanceOf(address(escrow)), BUDGET, "nobody is paid yet");
    }

    /// @notice The verifier is asked about M and the recomputed x and y, and about nothing from the claim's own mouth.
    function test_claim_asksTheVerifier() public {
        IDataEscrow.ClaimInput memory input = goodClaim();
        (uint256 x, uint256 y) = this.compress(input.m, input.values, input.words);
        vm.expectCall(address(verifier), abi.encodeCall(IClaimVerifier.verify, (input.proof, [input.m, x, y])));
        escrow.claim(id, request(), input);
    }

    function compress(
        uint256 m,
        uint256[] calldata values,
        uint256[] calldata words
    ) external pure returns (uint256, uint256) {
        return ClaimSignals.compress(m, values, words);
    }

    /// @notice In mode 0 the claim carries no words.
    function test_claim_withoutWords() public {
        IDataEscrow.Request memory asked = request();
        asked.mode = 0;
        uint256 other = postAs(BUYER, asked, BUDGET);
        IDataEscrow.ClaimInput memory input = claimOn(other, asked);
        escrow.claim(other, asked, input);
        input.words = new uint256[](6);
        input.values[ClaimSignals.NULLIFIER] = NULLIFIER + 1;
        vm.expectRevert(IClaimVerifier.ProofMalformed.selector);
        escrow.claim(other, asked, input);
    }

    /// @notice With no relayer named, the fee is the sender's.
    function test_claim_feeToTheSender() public {
        IDataEscrow.ClaimInput memory input = goodClaim();
        input.relayer = address(0);
        input.values[ClaimSignals.TERMS] = termsOf(input);
        IDataEscrow.SetAside memory aside = asideOf(input);
        aside.relayer = STRANGER;
        expectClaimed(input, aside);
        vm.prank(STRANGER);
        escrow.claim(id, request(), input);
    }

    /* THE REQUEST */

    /// @notice A claim on another request, or on the same with any parameter changed, is unknown.
    function test_claim_requestUnknown() public {
        IDataEscrow.ClaimInput memory input = goodClaim();
        IDataEscrow.Request memory asked = request();
        _refuses(id + 1, asked, input, abi.encodeWithSelector(IDataEscrow.RequestUnknown.selector, id + 1));
        asked.pricePerRecord += 1;
        _refuses(id, asked, input, abi.encodeWithSelector(IDataEscrow.RequestUnknown.selector, id));
        asked = request();
        asked.deadline += 1;
        _refuses(id, asked, input, abi.encodeWithSelector(IDataEscrow.RequestUnknown.selector, id));
        asked = request();
        asked.bounds[1] += 1;
        _refuses(id, asked, input, abi.encodeWithSelector(IDataEscrow.RequestUnknown.selector, id));
    }

    /// @notice The last second of the deadline is in time, the next is not.
    function test_claim_deadline() public {
        uint64 deadline = request().deadline;
        vm.warp(deadline + 1);
        _refuses(goodClaim(), abi.encodeWithSelector(IDataEscrow.RequestExpired.selector, deadline));
        vm.warp(deadline);
        escrow.claim(id, request(), goodClaim());
    }

    /// @notice A verifier whose code changed since the deployment is not asked.
    function test_claim_verifierChanged() public {
        vm.etch(address(verifier), bytes.concat(address(verifier).code, hex"00"));
        _refuses(goodClaim(), abi.encodeWithSelector(IDataEscrow.VerifierUnknown.selector, address(verifier)));
    }

    /// @notice On a fork under another chain id, where scopes differ, no slot is paid a second time.
    function test_claim_chainMismatch() public {
        uint256 home = block.chainid;
        vm.chainId(home + 1);
        _refuses(goodClaim(), abi.encodeWithSelector(IDataEscrow.ChainMismatch.selector, home, home + 1));
    }

    /* THE SIGNALS */

    /// @notice Every value that the request fixes is compared with it.
    function test_fuzz_claim_signalMismatch(uint256 which, uint256 other) public {
        uint8[10] memory fixed_ = [0, 1, 2, 3, 4, 6, 7, 14, 17, 18];
        uint256 index = fixed_[which % 10];
        IDataEscrow.ClaimInput memory input = goodClaim();
        uint256 expected = input.values[index];
        other %= R;
        vm.assume(other != expected);
        input.values[index] = other;
        _refuses(input, abi.encodeWithSelector(IDataEscrow.SignalMismatch.selector, index, expected, other));
    }

    /// @notice A claim whose key is wrapped for another buyer is refused, whatever else it proves.
    function test_claim_anotherBuyer() public {
        IDataEscrow.Request memory asked = request();
        asked.buyerKey = ANOTHER_BUYER_KEY;
        uint256 other = postAs(BUYER, asked, BUDGET);
        IDataEscrow.ClaimInput memory input = claimOn(other, asked);
        input.values[ClaimSignals.BUYER_KEY] = BUYER_KEY;
        _refuses(
            other,
            asked,
            input,
            abi.encodeWithSelector(IDataEscrow.SignalMismatch.selector, 14, ANOTHER_BUYER_KEY, BUYER_KEY)
        );
        input.values[ClaimSignals.BUYER_KEY] = ANOTHER_BUYER_KEY;
        escrow.claim(other, asked, input);
    }

    /// @notice A registry root other than the request's is refused by its own name.
    function test_fuzz_claim_rootNotAccepted(uint256 root) public {
        root %= R;
        vm.assume(root != request().root);
        IDataEscrow.ClaimInput memory input = goodClaim();
        input.values[ClaimSignals.ROOT] = root;
        _refuses(input, abi.encodeWithSelector(IDataEscrow.RootNotAccepted.selector, root));
    }

    /// @notice The as-of time is not later than the block, to the millisecond.
    function test_claim_asOf() public {
        IDataEscrow.ClaimInput memory input = goodClaim();
        input.values[ClaimSignals.AS_OF] = NOW * 1000 + 1;
        _refuses(input, abi.encodeWithSelector(IDataEscrow.AsOfInFuture.selector, NOW * 1000 + 1, NOW * 1000));
        input.values[ClaimSignals.AS_OF] = NOW * 1000;
        escrow.claim(id, request(), input);
    }

    /// @notice Any number at or above the field's order is refused as an alias, an aliased nullifier among them.
    function test_fuzz_claim_aliases(uint256 which) public {
        which %= 26;
        IDataEscrow.ClaimInput memory input = goodClaim();
        uint256 wrong;
        if (which < 19) wrong = input.values[which] += R;
        else if (which < 25) wrong = input.words[which - 19] += R;
        else wrong = input.m += R;
        uint256 index = which < 25 ? which : type(uint256).max;
        _refuses(input, abi.encodeWithSelector(IDataEscrow.SignalNotCanonical.selector, index, wrong));
    }

    /// @notice A spent slot is not claimed again under the nullifier's alias.
    function test_claim_aliasedNullifierOfASpentSlot() public {
        claimed();
        IDataEscrow.ClaimInput memory input = goodClaim();
        input.values[ClaimSignals.NULLIFIER] = NULLIFIER + R;
        _refuses(input, abi.encodeWithSelector(IDataEscrow.SignalNotCanonical.selector, 11, NULLIFIER + R));
    }

    /// @notice The counts are the verifier's: no number moves between values and words.
    function test_claim_counts() public {
        IDataEscrow.ClaimInput memory input = goodClaim();
        bytes memory malformed = abi.encodeWithSelector(IClaimVerifier.ProofMalformed.selector);
        input.words = new uint256[](5);
        _refuses(input, malformed);
        input.words = new uint256[](0);
        _refuses(input, malformed);
        input.words = new uint256[](7);
        _refuses(input, malformed);
        input = goodClaim();
        uint256[] memory shorter = new uint256[](18);
        for (uint256 i = 0; i < 18; ++i) shorter[i] = input.values[i];
        input.values = shorter;
        _refuses(input, malformed);
        input.values = new uint256[](20);
        _refuses(input, malformed);
    }

    /* NULLIFIER, TERMS, MONEY */

    /// @notice A slot is paid once, and a replay is told so before any pairing.
    function test_claim_alreadyClaimed() public {
        claimed();
        verifier.setRejecting(true);
        _refuses(goodClaim(), abi.encodeWithSelector(IDataEscrow.AlreadyClaimed.selector, NULLIFIER));
    }

    /// @notice Recipient, relayer and fee are those bound in the proof.
    function test_claim_termsMismatch() public {
        IDataEscrow.ClaimInput memory input = goodClaim();
        input.recipient = STRANGER;
        _refusesTerms(input);
        input = goodClaim();
        input.relayer = STRANGER;
        _refusesTerms(input);
        input = goodClaim();
        input.relayer = address(0);
        _refusesTerms(input);
        input = goodClaim();
        input.fee += 1;
        _refusesTerms(input);
    }

    function _refusesTerms(IDataEscrow.ClaimInput memory input) private {
        uint256 bound = input.values[ClaimSignals.TERMS];
        _refuses(input, abi.encodeWithSelector(IDataEscrow.TermsMismatch.selector, bound, termsOf(input)));
    }

    /// @notice Terms that cannot be paid are refused: no recipient, the escrow itself, a fee above the amount.
    function test_claim_termsInvalid() public {
        _refusesTermsOf(address(0), RELAYER, FEE, "recipient");
        _refusesTermsOf(address(escrow), RELAYER, FEE, "recipient");
        _refusesTermsOf(RECIPIENT, address(escrow), FEE, "relayer");
        _refusesTermsOf(RECIPIENT, RELAYER, COUNT * PRICE + 1, "fee");
        IDataEscrow.ClaimInput memory input = goodClaim();
        input.fee = COUNT * PRICE;
        input.values[ClaimSignals.TERMS] = termsOf(input);
        escrow.claim(id, request(), input);
    }

    function _refusesTermsOf(address recipient, address relayer, uint256 fee, string memory part) private {
        IDataEscrow.ClaimInput memory input = goodClaim();
        (input.recipient, input.relayer, input.fee) = (recipient, relayer, fee);
        input.values[ClaimSignals.TERMS] = termsOf(input);
        _refuses(input, abi.encodeWithSelector(IDataEscrow.TermsInvalid.selector, part));
    }

    /// @notice A claim is paid whole or not at all, for any count whatever, and never for no records.
    function test_fuzz_claim_exhausted(uint256 count) public {
        IDataEscrow.ClaimInput memory input = goodClaim();
        count = between(count, BUDGET / PRICE + 1, R - 1);
        input.values[ClaimSignals.COUNT] = count;
        _refuses(input, abi.encodeWithSelector(IDataEscrow.RequestExhausted.selector, BUDGET, count));
        input.values[ClaimSignals.COUNT] = 0;
        _refuses(input, abi.encodeWithSelector(IDataEscrow.SignalMismatch.selector, 9, 1, 0));
        input.values[ClaimSignals.COUNT] = BUDGET / PRICE;
        escrow.claim(id, request(), input);
        vm.assertEq(escrow.left(id), 0, "the whole budget");
        input.values[ClaimSignals.COUNT] = 1;
        input.values[ClaimSignals.NULLIFIER] = NULLIFIER + 1;
        _refuses(input, abi.encodeWithSelector(IDataEscrow.RequestExhausted.selector, 0, 1));
    }

    /// @notice What the verifier refuses leaves no trace.
    function test_claim_proofRejected() public {
        verifier.setRejecting(true);
        _refuses(goodClaim(), abi.encodeWithSelector(IClaimVerifier.ProofRejected.selector));
        vm.assertEq(escrow.left(id), BUDGET, "left");
        vm.assertTrue(!escrow.spent(NULLIFIER), "free");
    }

    function _refuses(IDataEscrow.ClaimInput memory input, bytes memory reason) private {
        _refuses(id, request(), input, reason);
    }

    function _refuses(
        uint256 id_,
        IDataEscrow.Request memory asked,
        IDataEscrow.ClaimInput memory input,
        bytes memory reason
    ) private {
        vm.expectRevert(reason);
        escrow.claim(id_, asked, input);
    }
}
