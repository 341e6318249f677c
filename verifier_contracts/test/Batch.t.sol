// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IClaimVerifier} from "../src/interfaces/IClaimVerifier.sol";
import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {IEscrowErrors} from "../src/interfaces/IEscrowErrors.sol";
import {PanelFixture} from "./PanelFixture.sol";

/// @notice Many claims at once, under a model verifier: which are taken, and which are skipped for what reason.
contract BatchTest is PanelFixture {
    uint256 private constant MANY = 16;
    IDataEscrow.Request private asked;

    function setUp() public {
        open();
        asked = request();
        id = postAs(BUYER, asked, 5000);
    }

    /// @dev Claims on different slots with different terms.
    function _claims(uint256 count) internal view returns (IDataEscrow.ClaimInput[] memory inputs) {
        inputs = new IDataEscrow.ClaimInput[](count);
        for (uint256 i = 0; i < count; ++i) {
            inputs[i] = claimOn(asked);
            inputs[i].nullifier += i;
            inputs[i].count = COUNT + i;
            inputs[i].fee = i;
        }
    }

    function _scope() private view returns (uint256) {
        return escrow.scopeOf(id, asked);
    }

    /* TAKEN */

    /// @notice A batch is as many claims as it holds, and the verifier is asked once about all of them.
    function test_batch() public {
        IDataEscrow.ClaimInput[] memory inputs = _claims(3);
        uint256[8][] memory proofs = new uint256[8][](3);
        uint256[3][] memory signals = new uint256[3][](3);
        IDataEscrow.SetAside[] memory asides = new IDataEscrow.SetAside[](3);
        for (uint256 i = 0; i < 3; ++i) {
            inputs[i].proof[0] = i;
            (proofs[i], signals[i], asides[i]) = (
                inputs[i].proof,
                signalsOf(id, asked, inputs[i]),
                asideOf(asked, inputs[i])
            );
        }
        vm.expectCall(address(verifier), abi.encodeCall(IClaimVerifier.verifyBatch, (proofs, signals)));
        for (uint256 i = 0; i < 3; ++i) expectClaimed(inputs[i], asides[i]);
        vm.prank(STRANGER);
        escrow.claimMany(id, asked, 0, inputs);
        vm.assertEq(escrow.left(id), 5000 - PRICE * (3 * COUNT + 3), "left");
        for (uint256 i = 0; i < 3; ++i) escrow.release(asides[i], nobody(), SECRET);
        vm.assertEq(token.balanceOf(RECIPIENT) + token.balanceOf(RELAYER), PRICE * (3 * COUNT + 3), "paid");
    }

    /// @notice Claims of a batch wait to be admitted like any others.
    function test_batch_withPanel() public {
        name(2, 1, false);
        asked = attested(SHARE);
        id = postAs(BUYER, asked, 5000);
        IDataEscrow.ClaimInput[] memory inputs = _claims(2);
        IDataEscrow.SetAside memory aside = asideOf(asked, inputs[1]);
        escrow.claimMany(id, asked, 0, inputs);
        vm.assertEq(escrow.left(id), 5000 - PRICE * (2 * COUNT + 1) - 2 * SHARE, "left");
        (IDataEscrow.SetAside memory admitted, address[] memory approvers) = admit(aside, 2);
        escrow.release(admitted, approvers, SECRET);
    }

    /// @notice Where the fact is bought each is paid at once, whoever is named, and one that is skipped is not.
    function test_batch_fact() public {
        asked.mode = 0;
        asked.buyerKey = NOBODY;
        id = postAs(BUYER, asked, 5000);
        IDataEscrow.ClaimInput[] memory inputs = _claims(4);
        inputs[2].nullifier = inputs[0].nullifier;
        inputs[3].recipient = STRANGER;
        vm.expectEmit();
        emit IDataEscrow.Skipped(id, inputs[2].nullifier, _spent(inputs[2].nullifier));
        escrow.claimMany(id, asked, 0, inputs);
        vm.assertEq(token.balanceOf(RECIPIENT), PRICE * (2 * COUNT + 1) - 1, "the first and the second");
        vm.assertEq(token.balanceOf(STRANGER), PRICE * (COUNT + 3) - 3, "the fourth");
        vm.assertEq(token.balanceOf(RELAYER), 4, "fees");
        vm.assertEq(escrow.left(id), 5000 - PRICE * (3 * COUNT + 4), "left");
        escrow.claimMany(id, asked, 0, inputs);
        vm.assertEq(escrow.left(id), 5000 - PRICE * (3 * COUNT + 4), "nothing twice");
    }

    /* SKIPPED */

    function _spent(uint256 nullifier) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IEscrowErrors.AlreadyClaimed.selector, nullifier);
    }

    /// @dev Of three claims the second is skipped for this reason, as alone it would be refused for it.
    function _skips(IDataEscrow.ClaimInput memory input, bytes memory reason) private {
        IDataEscrow.ClaimInput[] memory inputs = _claims(3);
        inputs[1] = input;
        vm.expectRevert(reason);
        escrow.claim(id, asked, 0, input);
        uint256 before = vm.snapshotState();
        uint256 left = escrow.left(id);
        vm.expectEmit();
        emit IDataEscrow.Skipped(id, input.nullifier, reason);
        escrow.claimMany(id, asked, 0, inputs);
        vm.assertEq(left - escrow.left(id), PRICE * (2 * COUNT + 2), "the two others");
        vm.assertTrue(escrow.spent(_scope(), inputs[0].nullifier, id), "the first");
        vm.assertTrue(escrow.spent(_scope(), inputs[2].nullifier, id), "the last");
        vm.revertToState(before);
    }

    /// @notice Terms that cannot be paid, no record, and a time to come are skipped, with the exact reason.
    function test_batch_faults() public {
        IDataEscrow.ClaimInput memory input = _claims(2)[1];
        input.recipient = address(0);
        _skips(input, abi.encodeWithSelector(IEscrowErrors.TermsInvalid.selector, "recipient"));
        input.recipient = address(escrow);
        _skips(input, abi.encodeWithSelector(IEscrowErrors.TermsInvalid.selector, "recipient"));
        (input.recipient, input.relayer) = (RECIPIENT, address(escrow));
        _skips(input, abi.encodeWithSelector(IEscrowErrors.TermsInvalid.selector, "relayer"));
        (input.relayer, input.fee) = (RELAYER, input.count * PRICE + 1);
        _skips(input, abi.encodeWithSelector(IEscrowErrors.TermsInvalid.selector, "fee"));
        (input.fee, input.asOf) = (0, NOW * 1000 + 1);
        _skips(input, abi.encodeWithSelector(IEscrowErrors.AsOfInFuture.selector, NOW * 1000 + 1, NOW * 1000));
        (input.asOf, input.count) = (NOW * 1000, 0);
        _skips(input, abi.encodeWithSelector(IEscrowErrors.NothingProven.selector));
        (input.count, input.root) = (COUNT, ROOT + 1);
        _skips(input, abi.encodeWithSelector(IEscrowErrors.RootNotAccepted.selector, ROOT + 1));
        input.root = 0;
        _skips(input, abi.encodeWithSelector(IEscrowErrors.RootNotAccepted.selector, 0));
    }

    /// @notice Whichever of sixteen is claimed first by somebody else, the fifteen others are taken.
    function test_batch_frontRun() public {
        IDataEscrow.ClaimInput[] memory inputs = _claims(MANY);
        uint256 all = PRICE * (MANY * COUNT + (MANY * (MANY - 1)) / 2);
        uint256 before = vm.snapshotState();
        for (uint256 i = 0; i < MANY; ++i) {
            vm.prank(STRANGER);
            escrow.claim(id, asked, 0, inputs[i]);
            vm.expectEmit();
            emit IDataEscrow.Skipped(id, inputs[i].nullifier, _spent(inputs[i].nullifier));
            escrow.claimMany(id, asked, 0, inputs);
            vm.assertEq(escrow.left(id), 5000 - all, "each once");
            for (uint256 j = 0; j < MANY; ++j) {
                vm.assertTrue(escrow.spent(_scope(), inputs[j].nullifier, id), "all are spent");
            }
            vm.revertToState(before);
        }
    }

    /// @notice A slot that is twice in a batch is claimed once, by the first of the two.
    function test_batch_duplicate() public {
        IDataEscrow.ClaimInput[] memory inputs = _claims(3);
        inputs[2].nullifier = inputs[0].nullifier;
        IDataEscrow.SetAside memory aside = asideOf(asked, inputs[0]);
        vm.expectEmit();
        emit IDataEscrow.Skipped(id, inputs[2].nullifier, _spent(inputs[2].nullifier));
        escrow.claimMany(id, asked, 0, inputs);
        vm.assertEq(escrow.left(id), 5000 - PRICE * (2 * COUNT + 1), "two");
        escrow.release(aside, nobody(), SECRET);
    }

    /// @notice What the earlier claims of a batch take is not there for the later; a smaller one may still fit.
    function test_batch_exhausted() public {
        id = postAs(BUYER, asked, PRICE * (2 * COUNT + 5));
        IDataEscrow.ClaimInput[] memory inputs = _claims(4);
        inputs[3].count = 4;
        uint256 left = PRICE * 4;
        uint256 needed = PRICE * (COUNT + 2);
        vm.expectEmit();
        emit IDataEscrow.Skipped(
            id,
            inputs[2].nullifier,
            abi.encodeWithSelector(IEscrowErrors.RequestExhausted.selector, left, needed)
        );
        escrow.claimMany(id, asked, 0, inputs);
        vm.assertEq(escrow.left(id), 0, "all of it");
        vm.assertTrue(!escrow.spent(_scope(), inputs[2].nullifier, id), "free for another day");
        vm.assertTrue(escrow.spent(_scope(), inputs[3].nullifier, id), "the last");
    }

    /// @notice Each root of a batch is asked for, whatever the one before it was; a root that was replaced is skipped.
    function test_batch_roots() public {
        IDataEscrow.ClaimInput[] memory inputs = _claims(5);
        (inputs[1].root, inputs[3].root) = (ROOT + 1, ROOT + 2);
        registry.set(REGISTRAR, ROOT + 2, true);
        vm.expectEmit();
        emit IDataEscrow.Skipped(
            id,
            inputs[1].nullifier,
            abi.encodeWithSelector(IEscrowErrors.RootNotAccepted.selector, ROOT + 1)
        );
        escrow.claimMany(id, asked, 0, inputs);
        vm.assertEq(escrow.left(id), 5000 - PRICE * (4 * COUNT + 9), "four");
        registry.set(REGISTRAR, ROOT, false);
        inputs = _claims(7);
        escrow.claimMany(id, asked, 0, inputs);
        vm.assertTrue(!escrow.spent(_scope(), inputs[6].nullifier, id), "replaced");
    }

    /// @notice A batch of which all are skipped changes nothing, and does not revert.
    function test_batch_allSkipped() public {
        IDataEscrow.ClaimInput[] memory inputs = _claims(3);
        escrow.claimMany(id, asked, 0, inputs);
        uint256 left = escrow.left(id);
        escrow.claimMany(id, asked, 0, inputs);
        vm.assertEq(escrow.left(id), left, "nothing");
    }

    /* REVERTED */

    /// @notice A number that is not canonical, or a wrong count of words, reverts all, at whatever place.
    function test_batch_malformed() public {
        for (uint256 i = 0; i < 3; ++i) {
            IDataEscrow.ClaimInput[] memory inputs = _claims(3);
            inputs[i].words = new uint256[](5);
            vm.expectRevert(IClaimVerifier.ProofMalformed.selector);
            escrow.claimMany(id, asked, 0, inputs);
            inputs = _claims(3);
            inputs[i].nullifier += R;
            bytes memory reason = abi.encodeWithSelector(
                IEscrowErrors.SignalNotCanonical.selector,
                11,
                inputs[i].nullifier
            );
            vm.expectRevert(reason);
            escrow.claimMany(id, asked, 0, inputs);
        }
    }

    /// @notice An empty batch, an unknown request, a verifier beyond the list, or one that rejects, reverts.
    function test_batch_reverts() public {
        IDataEscrow.ClaimInput[] memory inputs = _claims(3);
        vm.expectRevert(IClaimVerifier.ProofMalformed.selector);
        escrow.claimMany(id, asked, 0, new IDataEscrow.ClaimInput[](0));
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.RequestUnknown.selector, id + 1));
        escrow.claimMany(id + 1, asked, 0, inputs);
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.VerifierUnknown.selector, address(0)));
        escrow.claimMany(id, asked, 1, inputs);
        verifier.setRejecting(true);
        vm.expectRevert(IClaimVerifier.ProofRejected.selector);
        escrow.claimMany(id, asked, 0, inputs);
        vm.assertEq(escrow.left(id), 5000, "no trace");
        vm.assertTrue(!escrow.spent(_scope(), inputs[0].nullifier, id), "free");
        verifier.setRejecting(false);
        vm.warp(asked.deadline + 1);
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.RequestExpired.selector, asked.deadline));
        escrow.claimMany(id, asked, 0, inputs);
    }
}
