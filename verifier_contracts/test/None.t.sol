// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IClaimVerifier} from "../src/interfaces/IClaimVerifier.sol";
import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {IEscrowErrors} from "../src/interfaces/IEscrowErrors.sol";
import {TestToken} from "./TestToken.sol";
import {ModelGate} from "./ModelGate.sol";
import {PanelFixture} from "./PanelFixture.sol";
import {BlockingToken} from "./tokens/OddTokens.sol";

/// @notice The key of nobody: the fact is bought and not the data, so a proof is all there is to wait for.
contract NoneTest is PanelFixture {
    BlockingToken private odd;
    IDataEscrow.Request private asked;

    function newToken() internal override returns (TestToken) {
        return odd = new BlockingToken();
    }

    function setUp() public {
        open();
        asked = request();
        (asked.mode, asked.buyerKey) = (0, NOBODY);
        id = postAs(BUYER, asked, BUDGET);
    }

    /// @dev Nothing that is shown moves this claim any more, before its time and after it.
    function _isOver(IDataEscrow.SetAside memory aside, address[] memory approvers) private {
        bytes memory over = abi.encodeWithSelector(IEscrowErrors.NotReleased.selector, NULLIFIER);
        for (uint256 i = 0; i < 2; ++i) {
            for (uint256 j = 0; j < 2; ++j) {
                aside.admitted = j == 0;
                vm.expectRevert(over);
                escrow.release(aside, approvers, 0);
                vm.expectRevert(over);
                escrow.release(aside, nobody(), SECRET);
                vm.expectRevert(over);
                escrow.admit(aside, panel, 0, noSignatures(), "");
                vm.expectRevert(over);
                escrow.expire(aside);
            }
            vm.warp(aside.expiry + 1);
        }
        IDataEscrow.ClaimInput memory input = claimOn(asked);
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.AlreadyClaimed.selector, NULLIFIER));
        escrow.claim(id, asked, 0, input);
    }

    /* WITHOUT A PANEL */

    /// @notice A claim is paid with its proof: recipient and relayer at once, with no secret, and once.
    function test_none() public {
        IDataEscrow.ClaimInput memory input = claimOn(asked);
        IDataEscrow.SetAside memory aside = asideOf(asked, input);
        vm.assertEq(aside.releaseHash, 0, "no release hash");
        vm.expectEmit();
        emit IDataEscrow.Sold(id, NULLIFIER, COUNT, aside.content, RECIPIENT, RELAYER, FEE);
        vm.prank(STRANGER);
        vm.assertEq(escrow.claim(id, asked, 0, input), 0, "no claim id");
        vm.assertEq(odd.balanceOf(RECIPIENT), COUNT * PRICE - FEE, "recipient");
        vm.assertEq(odd.balanceOf(RELAYER), FEE, "relayer");
        vm.assertEq(escrow.left(id), BUDGET - COUNT * PRICE, "left");
        vm.assertTrue(escrow.spent(aside.scope, NULLIFIER, id), "spent");
        _isOver(aside, nobody());
    }

    /// @notice A proof that does not hold is paid nothing.
    function test_none_rejected() public {
        verifier.setRejecting(true);
        IDataEscrow.ClaimInput memory input = claimOn(asked);
        vm.expectRevert(IClaimVerifier.ProofRejected.selector);
        escrow.claim(id, asked, 0, input);
        vm.assertEq(odd.balanceOf(RECIPIENT), 0, "nothing");
    }

    /// @notice What the circuit calls release hash is proven, and acted upon by nobody.
    function test_none_releaseHashIsProven() public {
        asked.verifiers = only(listedTrapdoor());
        id = postAs(BUYER, asked, BUDGET);
        IDataEscrow.ClaimInput memory input = claimOn(asked);
        prove(id, asked, input);
        input.releaseHash += 1;
        vm.expectRevert(IClaimVerifier.ProofRejected.selector);
        escrow.claim(id, asked, 0, input);
        input.releaseHash -= 1;
        escrow.claim(id, asked, 0, input);
        vm.assertEq(odd.balanceOf(RECIPIENT), COUNT * PRICE - FEE, "paid");
    }

    /// @notice The words stay off chain: a claim with any is malformed.
    function test_none_withoutWords() public {
        IDataEscrow.ClaimInput memory input = claimOn(asked);
        input.words = new uint256[](6);
        vm.expectRevert(IClaimVerifier.ProofMalformed.selector);
        escrow.claim(id, asked, 0, input);
    }

    /// @notice A payee whom the token refuses is credited, and does not stop the claim.
    function test_none_blockedPayee() public {
        for (uint8 way = 0; way < 4; ++way) {
            uint256 before = vm.snapshotState();
            odd.setWay(BlockingToken.Way(way));
            odd.setBlocked(RECIPIENT, true);
            escrow.claim{gas: 10_000_000}(id, asked, 0, claimOn(asked));
            vm.assertEq(escrow.credits(address(odd), RECIPIENT), COUNT * PRICE - FEE, "credit");
            vm.assertEq(odd.balanceOf(RELAYER), FEE, "the relayer is paid all the same");
            vm.revertToState(before);
        }
    }

    /// @notice At no gas limit does a claim that succeeds leave an unblocked payee with a credit instead of money.
    function test_none_cannotBeStarved() public {
        bytes memory claiming = abi.encodeCall(IDataEscrow.claim, (id, asked, 0, claimOn(asked)));
        uint256 paid;
        uint256 before = vm.snapshotState();
        for (uint256 limit = 60_000; limit < 300_000; limit += 1_000) {
            (bool done, ) = address(escrow).call{gas: limit}(claiming);
            uint256 received = odd.balanceOf(RECIPIENT) + odd.balanceOf(RELAYER);
            vm.assertEq(received, done ? COUNT * PRICE : 0, "all or nothing");
            if (done) ++paid;
            vm.revertToState(before);
        }
        vm.assertTrue(paid > 50, "most limits suffice");
    }

    /* WITH A GATE */

    /// @dev A fact behind a gate that approves by two accounts.
    function _gated() private returns (IDataEscrow.SetAside memory aside, address[] memory approvers) {
        name(0, 0, true);
        asked.panel = keccak256(abi.encode(panel));
        asked.share = 5;
        id = postAs(BUYER, asked, BUDGET);
        aside = asideOf(asked, claimOn(asked));
        escrow.claim(id, asked, 0, claimOn(asked));
        approvers = new address[](2);
        (approvers[0], approvers[1]) = (address(0x10), address(0x20));
        gate.approve(approvers);
    }

    /// @notice Behind a gate a claim waits, and is paid in the moment in which it is admitted, shares and all.
    function test_none_gate() public {
        (IDataEscrow.SetAside memory aside, address[] memory approvers) = _gated();
        vm.assertEq(odd.balanceOf(RECIPIENT), 0, "not yet");
        vm.assertEq(escrow.left(id), BUDGET - COUNT * PRICE - 5, "set aside");
        IDataEscrow.SetAside memory admitted = admittedOf(aside, approvers);
        vm.expectEmit();
        emit IDataEscrow.Admitted(id, aside.claimId, NULLIFIER, 0, approvers, admitted);
        vm.expectEmit();
        emit IDataEscrow.Released(id, aside.claimId, NULLIFIER, 0);
        escrow.admit(aside, panel, 0, noSignatures(), "");
        vm.assertEq(odd.balanceOf(RECIPIENT), COUNT * PRICE - FEE, "recipient");
        vm.assertEq(odd.balanceOf(RELAYER), FEE, "relayer");
        vm.assertEq(escrow.credits(address(odd), approvers[0]), 2, "one half of what divides");
        vm.assertEq(escrow.credits(address(odd), approvers[1]), 2, "the other");
        vm.assertEq(escrow.left(id), BUDGET - COUNT * PRICE - 4, "the remainder came back");
        _isOver(admitted, approvers);
    }

    /// @notice Before it is admitted no secret releases it, and there is none for the hash 0.
    function test_fuzz_none_noSecret(uint256 secret) public {
        (IDataEscrow.SetAside memory aside, address[] memory approvers) = _gated();
        bytes memory not = abi.encodeWithSelector(IEscrowErrors.NotReleased.selector, NULLIFIER);
        vm.expectRevert(not);
        escrow.release(aside, nobody(), secret);
        IDataEscrow.SetAside memory admitted = admittedOf(aside, approvers);
        vm.expectRevert(not);
        escrow.release(admitted, approvers, secret);
    }

    /// @notice Refused until its time has passed, it expires, and the money is the request's again.
    function test_none_gateRefuses() public {
        (IDataEscrow.SetAside memory aside, ) = _gated();
        gate.set(ModelGate.Way.Revert, "");
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.NotAdmitted.selector, "gate"));
        escrow.admit(aside, panel, 0, noSignatures(), "");
        vm.warp(aside.expiry + 1);
        escrow.expire(aside);
        vm.assertEq(escrow.left(id), BUDGET, "all of it");
        vm.assertEq(odd.balanceOf(RECIPIENT), 0, "nobody is paid");
        _isOver(aside, nobody());
    }

    /// @notice Many at once wait like one where a gate is named.
    function test_none_gateBatch() public {
        (, address[] memory approvers) = _gated();
        IDataEscrow.ClaimInput[] memory inputs = new IDataEscrow.ClaimInput[](2);
        for (uint256 i = 0; i < 2; ++i) {
            inputs[i] = claimOn(asked);
            inputs[i].nullifier += 1 + i;
        }
        IDataEscrow.SetAside memory aside = asideOf(asked, inputs[1]);
        escrow.claimMany(id, asked, 0, inputs);
        vm.assertEq(odd.balanceOf(RECIPIENT), 0, "not yet");
        escrow.admit(aside, panel, 0, noSignatures(), "");
        vm.assertEq(odd.balanceOf(RECIPIENT), COUNT * PRICE - FEE, "one of them");
        vm.assertEq(escrow.credits(address(odd), approvers[1]), 2, "and its approvers");
    }
}
