// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IClaimVerifier} from "../src/interfaces/IClaimVerifier.sol";
import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {IEscrowErrors} from "../src/interfaces/IEscrowErrors.sol";
import {IDeviceRegistry} from "../src/interfaces/IDeviceRegistry.sol";
import {SignalsFixture} from "./SignalsFixture.sol";
import {SwitchVerifier} from "./SwitchVerifier.sol";

contract ClaimTest is SignalsFixture {
    function setUp() public {
        open();
    }

    /* ACCEPTED */

    /// @notice A claim sets count * price aside, spends the nullifier, prints what release needs, and pays nobody.
    function test_claim() public {
        IDataEscrow.SetAside memory aside = asideOf(request(), goodClaim());
        vm.assertTrue(!escrow.spent(aside.scope, NULLIFIER, id), "free before");
        expectClaimed(goodClaim(), aside);
        vm.prank(STRANGER);
        bytes32 claimId = escrow.claim(id, request(), 0, goodClaim());
        vm.assertEq(claimId, aside.claimId, "claim id");
        vm.assertTrue(escrow.spent(aside.scope, NULLIFIER, id), "spent after");
        vm.assertTrue(!escrow.spent(aside.scope + 1, NULLIFIER, id), "in its scope only");
        vm.assertEq(escrow.left(id), BUDGET - COUNT * PRICE, "left");
        vm.assertEq(token.balanceOf(address(escrow)), BUDGET, "nobody is paid yet");
    }

    /// @notice The verifier is asked about M and the recomputed x and y, and about nothing from the claim's own mouth.
    function test_claim_asksTheVerifier() public {
        IDataEscrow.ClaimInput memory input = goodClaim();
        uint256[3] memory signals = signalsOf(id, request(), input);
        vm.expectCall(address(verifier), abi.encodeCall(IClaimVerifier.verify, (input.proof, signals)));
        escrow.claim(id, request(), 0, input);
    }

    /// @notice Of several verifiers the one that the claim picks is asked, and one beyond the list is unknown.
    function test_claim_picksAVerifier() public {
        SwitchVerifier second = new SwitchVerifier();
        escrow.list(address(second));
        IDataEscrow.Request memory asked = request();
        asked.verifiers = new address[](2);
        (asked.verifiers[0], asked.verifiers[1]) = (address(verifier), address(second));
        id = postAs(BUYER, asked, BUDGET);
        IDataEscrow.ClaimInput memory input = claimOn(asked);
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.VerifierUnknown.selector, address(0)));
        escrow.claim(id, asked, 2, input);
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.VerifierUnknown.selector, address(0)));
        escrow.claim(id, asked, type(uint256).max, input);
        verifier.setRejecting(true);
        _refuses(id, asked, input, abi.encodeWithSelector(IClaimVerifier.ProofRejected.selector));
        vm.expectCall(
            address(second),
            abi.encodeCall(IClaimVerifier.verify, (input.proof, signalsOf(id, asked, input)))
        );
        escrow.claim(id, asked, 1, input);
    }

    /// @notice Words are counted by the verifier that the claim picks.
    function test_claim_wordsOfThePickedVerifier() public {
        SwitchVerifier larger = new SwitchVerifier();
        larger.setWordCount(8);
        escrow.list(address(larger));
        IDataEscrow.Request memory asked = request();
        asked.verifiers = new address[](2);
        (asked.verifiers[0], asked.verifiers[1]) = (address(verifier), address(larger));
        id = postAs(BUYER, asked, BUDGET);
        IDataEscrow.ClaimInput memory input = claimOn(asked);
        vm.expectRevert(IClaimVerifier.ProofMalformed.selector);
        escrow.claim(id, asked, 1, input);
        input.words = new uint256[](8);
        _refuses(id, asked, input, abi.encodeWithSelector(IClaimVerifier.ProofMalformed.selector));
        vm.expectCall(
            address(larger),
            abi.encodeCall(IClaimVerifier.verify, (input.proof, signalsOf(id, asked, input)))
        );
        escrow.claim(id, asked, 1, input);
    }

    /// @notice With no relayer named, the fee is the sender's.
    function test_claim_feeToTheSender() public {
        IDataEscrow.ClaimInput memory input = goodClaim();
        input.relayer = address(0);
        IDataEscrow.SetAside memory aside = asideOf(request(), input);
        aside.relayer = STRANGER;
        expectClaimed(input, aside);
        vm.prank(STRANGER);
        escrow.claim(id, request(), 0, input);
        escrow.release(aside, nobody(), SECRET);
        vm.assertEq(token.balanceOf(STRANGER), FEE, "fee");
    }

    /// @notice Records above the cap are proven and not paid.
    function test_fuzz_claim_cap(uint32 cap, uint256 count) public {
        IDataEscrow.Request memory asked = request();
        asked.recordCap = between(cap, 1, BUDGET / PRICE);
        id = postAs(BUYER, asked, BUDGET);
        IDataEscrow.ClaimInput memory input = claimOn(asked);
        input.count = between(count, 1, R - 1);
        input.fee = 0;
        uint256 paid = input.count < asked.recordCap ? input.count : asked.recordCap;
        IDataEscrow.SetAside memory aside = asideOf(asked, input);
        escrow.claim(id, asked, 0, input);
        vm.assertEq(escrow.left(id), BUDGET - paid * PRICE, "left");
        escrow.release(aside, nobody(), SECRET);
        vm.assertEq(token.balanceOf(RECIPIENT), paid * PRICE, "paid");
    }

    /* THE REQUEST */

    /// @notice A claim on another request, or on the same with any parameter changed, is unknown.
    function test_claim_requestUnknown() public {
        bytes memory unknown = abi.encodeWithSelector(IEscrowErrors.RequestUnknown.selector, id);
        IDataEscrow.ClaimInput memory input = goodClaim();
        IDataEscrow.Request memory asked = request();
        _refuses(id + 1, asked, input, abi.encodeWithSelector(IEscrowErrors.RequestUnknown.selector, id + 1));
        _refuses(0, asked, input, abi.encodeWithSelector(IEscrowErrors.RequestUnknown.selector, 0));
        for (uint256 word = 0; word < 20; ++word) {
            asked = request();
            // The struct's first 20 words are its fields; the deadline and the panel's hash among them.
            assembly ("memory-safe") {
                let at := add(asked, mul(0x20, word))
                mstore(at, xor(mload(at), 1))
            }
            _refuses(id, asked, input, unknown);
        }
        asked = request();
        asked.bounds[1] += 1;
        _refuses(id, asked, input, unknown);
        asked = request();
        asked.verifiers = new address[](2);
        (asked.verifiers[0], asked.verifiers[1]) = (address(verifier), address(verifier));
        _refuses(id, asked, input, unknown);
        asked.verifiers = new address[](0);
        _refuses(id, asked, input, unknown);
    }

    /// @notice No number moves between the two lists: each is hashed behind its length.
    function test_claim_listsAreApart() public {
        IDataEscrow.Request memory asked = request();
        asked.verifiers = new address[](3);
        asked.verifiers[0] = address(verifier);
        asked.verifiers[1] = address(2);
        asked.verifiers[2] = address(uint160(asked.bounds[0]));
        uint256[] memory bounds = new uint256[](1);
        bounds[0] = asked.bounds[1];
        asked.bounds = bounds;
        _refuses(id, asked, goodClaim(), abi.encodeWithSelector(IEscrowErrors.RequestUnknown.selector, id));
    }

    /// @notice The last second of the deadline is in time, the next is not.
    function test_claim_deadline() public {
        uint256 deadline = request().deadline;
        vm.warp(deadline + 1);
        _refuses(goodClaim(), abi.encodeWithSelector(IEscrowErrors.RequestExpired.selector, deadline));
        vm.warp(deadline);
        escrow.claim(id, request(), 0, goodClaim());
    }

    /// @notice A verifier without code any more proves nothing.
    function test_claim_verifierGone() public {
        vm.etch(address(verifier), hex"");
        vm.expectRevert();
        escrow.claim(id, request(), 0, goodClaim());
    }

    /// @notice On a fork under another chain id, where scopes differ, no slot is paid a second time.
    function test_claim_chainMismatch() public {
        uint256 home = block.chainid;
        vm.chainId(home + 1);
        _refuses(goodClaim(), abi.encodeWithSelector(IEscrowErrors.ChainMismatch.selector, home, home + 1));
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.ChainMismatch.selector, home, home + 1));
        escrow.claimMany(id, request(), 0, new IDataEscrow.ClaimInput[](1));
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.ChainMismatch.selector, home, home + 1));
        escrow.topUp(id, request(), 1);
    }

    /* THE SIGNALS */

    /// @notice A root that the registry does not accept, for this registrar and now, is refused by its own name.
    function test_fuzz_claim_rootNotAccepted(uint256 root) public {
        root %= R;
        vm.assume(root != ROOT);
        IDataEscrow.ClaimInput memory input = goodClaim();
        input.root = root;
        registry.set(STRANGER, root, true);
        _refuses(input, abi.encodeWithSelector(IEscrowErrors.RootNotAccepted.selector, root));
        registry.set(REGISTRAR, ROOT, false);
        _refuses(goodClaim(), abi.encodeWithSelector(IEscrowErrors.RootNotAccepted.selector, ROOT));
        registry.set(REGISTRAR, root, true);
        vm.expectCall(address(registry), abi.encodeCall(IDeviceRegistry.accepts, (REGISTRAR, root)));
        escrow.claim(id, request(), 0, input);
    }

    /// @notice The root 0 is asked for like any other.
    function test_claim_rootZero() public {
        IDataEscrow.ClaimInput memory input = goodClaim();
        input.root = 0;
        _refuses(input, abi.encodeWithSelector(IEscrowErrors.RootNotAccepted.selector, 0));
    }

    /// @notice The as-of time is not later than the block, to the millisecond.
    function test_claim_asOf() public {
        IDataEscrow.ClaimInput memory input = goodClaim();
        input.asOf = NOW * 1000 + 1;
        _refuses(input, abi.encodeWithSelector(IEscrowErrors.AsOfInFuture.selector, NOW * 1000 + 1, NOW * 1000));
        input.asOf = NOW * 1000;
        escrow.claim(id, request(), 0, input);
    }

    /// @notice A spent slot is not claimed again under the nullifier's alias.
    function test_claim_aliasedNullifierOfASpentSlot() public {
        claimed();
        IDataEscrow.ClaimInput memory input = goodClaim();
        input.nullifier = NULLIFIER + R;
        _refuses(input, abi.encodeWithSelector(IEscrowErrors.SignalNotCanonical.selector, 11, NULLIFIER + R));
    }

    /// @notice The count of words is the verifier's: no number moves between values and words.
    function test_claim_counts() public {
        IDataEscrow.ClaimInput memory input = goodClaim();
        bytes memory malformed = abi.encodeWithSelector(IClaimVerifier.ProofMalformed.selector);
        for (uint256 words = 0; words < 9; ++words) {
            if (words == 6) continue;
            input.words = new uint256[](words);
            _refuses(input, malformed);
        }
    }

    /* NULLIFIER, TERMS, MONEY */

    /// @notice A slot is paid once, and a replay is told so before any pairing.
    function test_claim_alreadyClaimed() public {
        claimed();
        verifier.setRejecting(true);
        _refuses(goodClaim(), abi.encodeWithSelector(IEscrowErrors.AlreadyClaimed.selector, NULLIFIER));
    }

    /// @notice Terms that cannot be paid are refused: no recipient, the escrow itself, a fee above the amount.
    function test_claim_termsInvalid() public {
        _refusesTermsOf(address(0), RELAYER, FEE, "recipient");
        _refusesTermsOf(address(escrow), RELAYER, FEE, "recipient");
        _refusesTermsOf(RECIPIENT, address(escrow), FEE, "relayer");
        _refusesTermsOf(RECIPIENT, RELAYER, COUNT * PRICE + 1, "fee");
        IDataEscrow.ClaimInput memory input = goodClaim();
        input.fee = COUNT * PRICE;
        escrow.claim(id, request(), 0, input);
    }

    function _refusesTermsOf(address recipient, address relayer, uint256 fee, string memory part) private {
        IDataEscrow.ClaimInput memory input = goodClaim();
        (input.recipient, input.relayer, input.fee) = (recipient, relayer, fee);
        _refuses(input, abi.encodeWithSelector(IEscrowErrors.TermsInvalid.selector, part));
    }

    /// @notice A claim is paid whole or not at all, for any count whatever, and never for no records.
    function test_fuzz_claim_exhausted(uint256 count) public {
        IDataEscrow.ClaimInput memory input = goodClaim();
        count = input.count = between(count, BUDGET / PRICE + 1, R - 1);
        if (count > type(uint32).max) count = type(uint32).max;
        _refuses(input, abi.encodeWithSelector(IEscrowErrors.RequestExhausted.selector, BUDGET, count * PRICE));
        input.count = 0;
        _refuses(input, abi.encodeWithSelector(IEscrowErrors.NothingProven.selector));
        input.count = BUDGET / PRICE;
        escrow.claim(id, request(), 0, input);
        vm.assertEq(escrow.left(id), 0, "the whole budget");
        input.count = 1;
        input.nullifier = NULLIFIER + 1;
        _refuses(input, abi.encodeWithSelector(IEscrowErrors.RequestExhausted.selector, 0, PRICE));
    }

    /// @notice What the verifier refuses leaves no trace.
    function test_claim_proofRejected() public {
        verifier.setRejecting(true);
        _refuses(goodClaim(), abi.encodeWithSelector(IClaimVerifier.ProofRejected.selector));
        vm.assertEq(escrow.left(id), BUDGET, "left");
        vm.assertTrue(!escrow.spent(escrow.scopeOf(id, request()), NULLIFIER, id), "free");
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
        escrow.claim(id_, asked, 0, input);
    }
}
