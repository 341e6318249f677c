// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ClaimSignals} from "../src/ClaimSignals.sol";
import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {EscrowTested} from "./EscrowTested.sol";

contract ReleaseTest is EscrowTested {
    IDataEscrow.SetAside internal aside;

    function setUp() public override {
        super.setUp();
        aside = claimed();
    }

    /* RELEASE */

    /// @notice The secret pays the recipient and the relayer, whoever shows it, and is printed.
    function test_release() public {
        vm.expectEmit();
        emit IDataEscrow.Released(id, claimIdOf(NULLIFIER, aside), NULLIFIER, SECRET);
        vm.prank(STRANGER);
        escrow.release(NULLIFIER, aside, SECRET);
        vm.assertEq(token.balanceOf(RECIPIENT), COUNT * PRICE - FEE, "recipient");
        vm.assertEq(token.balanceOf(RELAYER), FEE, "relayer");
        vm.assertEq(token.balanceOf(address(escrow)), BUDGET - COUNT * PRICE, "escrow");
        vm.assertEq(token.balanceOf(STRANGER), 0, "nobody can redirect");
        vm.assertTrue(escrow.spent(NULLIFIER), "spent for ever");
    }

    /// @notice Nothing that happens to verifier, request or chain id after the claim stops a release.
    function test_release_dependsOnNothingElse() public {
        vm.etch(address(verifier), hex"");
        vm.chainId(block.chainid + 1);
        vm.warp(aside.expiry);
        escrow.release(NULLIFIER, aside, SECRET);
        vm.assertEq(token.balanceOf(RECIPIENT), COUNT * PRICE - FEE, "recipient");
    }

    /// @notice A closed request still pays what it had set aside.
    function test_release_afterClose() public {
        IDataEscrow.Request memory asked = request();
        vm.warp(asked.deadline);
        IDataEscrow.ClaimInput memory late = goodClaim();
        late.values[ClaimSignals.NULLIFIER] = NULLIFIER + 1;
        escrow.claim(id, asked, late);
        IDataEscrow.SetAside memory lateAside = asideOf(late);
        vm.warp(asked.deadline + 1);
        escrow.close(id, asked);
        escrow.release(NULLIFIER + 1, lateAside, SECRET);
        vm.assertEq(token.balanceOf(RECIPIENT), COUNT * PRICE - FEE, "recipient");
    }

    /// @notice Only the secret behind the release hash pays, in its one canonical form.
    function test_fuzz_release_secretWrong(uint256 secret) public {
        if (secret == SECRET) secret += 1;
        vm.expectRevert(IDataEscrow.ReleaseSecretWrong.selector);
        escrow.release(NULLIFIER, aside, secret);
        vm.expectRevert(IDataEscrow.ReleaseSecretWrong.selector);
        escrow.release(NULLIFIER, aside, SECRET + R);
    }

    /// @notice Money goes out once.
    function test_release_twice() public {
        escrow.release(NULLIFIER, aside, SECRET);
        _notReleased(NULLIFIER, aside);
    }

    /// @notice Under another nullifier, or with any part of what was set aside changed, there is nothing to release.
    function test_fuzz_release_changedAside(uint256 which, uint160 other) public {
        vm.assume(other != 0);
        _notReleased(NULLIFIER + 1, aside);
        IDataEscrow.SetAside memory changed = aside;
        which %= 10;
        if (which == 0) changed.id ^= other;
        if (which == 1) changed.buyer = address(uint160(changed.buyer) ^ other);
        if (which == 2) changed.token = address(uint160(changed.token) ^ other);
        if (which == 3) changed.content ^= other;
        if (which == 4) changed.recipient = address(uint160(changed.recipient) ^ other);
        if (which == 5) changed.relayer = address(uint160(changed.relayer) ^ other);
        if (which == 6) changed.fee ^= other;
        if (which == 7) changed.amount ^= other;
        if (which == 8) changed.releaseHash ^= other;
        if (which == 9) changed.expiry ^= uint64(other) | 1;
        _notReleased(NULLIFIER, changed);
    }

    /// @notice The words that mark a slot as paid, or spent and unpaid, open nothing.
    function test_release_marks() public {
        IDataEscrow.SetAside memory nothing;
        _notReleased(1, nothing);
        _notReleased(2, nothing);
        _notReleased(0, nothing);
    }

    function _notReleased(uint256 nullifier, IDataEscrow.SetAside memory changed) private {
        bytes memory reason = abi.encodeWithSelector(IDataEscrow.NotReleased.selector, nullifier);
        vm.expectRevert(reason);
        escrow.release(nullifier, changed, SECRET);
        vm.expectRevert(reason);
        escrow.expire(nullifier, changed);
    }

    /* THE CLOCK */

    /// @notice Up to the last second of the window release works and expire does not; after it the other way round.
    function test_release_window() public {
        vm.warp(aside.expiry);
        vm.expectRevert(abi.encodeWithSelector(IDataEscrow.ReleaseOpen.selector, aside.expiry));
        escrow.expire(NULLIFIER, aside);
        vm.warp(aside.expiry + 1);
        vm.expectRevert(abi.encodeWithSelector(IDataEscrow.ReleaseExpired.selector, aside.expiry));
        escrow.release(NULLIFIER, aside, SECRET);
        escrow.expire(NULLIFIER, aside);
        vm.expectRevert(abi.encodeWithSelector(IDataEscrow.NotReleased.selector, NULLIFIER));
        escrow.release(NULLIFIER, aside, SECRET);
    }

    /// @notice What expires goes back to the open request; the slot stays spent.
    function test_expire() public {
        IDataEscrow.ClaimInput memory again = goodClaim();
        vm.warp(aside.expiry + 1);
        vm.expectEmit();
        emit IDataEscrow.Expired(id, claimIdOf(NULLIFIER, aside), NULLIFIER, COUNT * PRICE);
        vm.prank(STRANGER);
        escrow.expire(NULLIFIER, aside);
        vm.assertEq(escrow.left(id), BUDGET, "left");
        vm.assertEq(token.balanceOf(RECIPIENT), 0, "nobody is paid");
        vm.expectRevert(abi.encodeWithSelector(IDataEscrow.AlreadyClaimed.selector, NULLIFIER));
        escrow.claim(id, request(), again);
        vm.expectRevert(abi.encodeWithSelector(IDataEscrow.NotReleased.selector, NULLIFIER));
        escrow.expire(NULLIFIER, aside);
    }

    /// @notice What expires after the close is the buyer's credit.
    function test_expire_afterClose() public {
        IDataEscrow.Request memory asked = request();
        vm.warp(asked.deadline + 1);
        escrow.close(id, asked);
        vm.assertEq(token.balanceOf(BUYER), BUDGET - COUNT * PRICE, "returned at close");
        escrow.expire(NULLIFIER, aside);
        vm.assertEq(escrow.left(id), 0, "a closed request stays empty");
        vm.assertEq(escrow.credits(address(token), BUYER), COUNT * PRICE, "credit");
        vm.prank(BUYER);
        escrow.withdraw(address(token), BUYER);
        vm.assertEq(token.balanceOf(BUYER), BUDGET, "all of it");
    }

    /* CLOSE */

    /// @notice Close takes what is left, never what is set aside, and only once after the deadline.
    function test_close() public {
        IDataEscrow.Request memory asked = request();
        vm.warp(asked.deadline);
        vm.expectRevert(abi.encodeWithSelector(IDataEscrow.RequestOpen.selector, asked.deadline));
        escrow.close(id, asked);
        vm.warp(asked.deadline + 1);
        asked.buyer = STRANGER;
        vm.expectRevert(abi.encodeWithSelector(IDataEscrow.RequestUnknown.selector, id));
        escrow.close(id, asked);
        asked = request();
        vm.expectEmit();
        emit IDataEscrow.Closed(id, BUDGET - COUNT * PRICE);
        vm.prank(STRANGER);
        escrow.close(id, asked);
        vm.assertEq(token.balanceOf(BUYER), BUDGET - COUNT * PRICE, "the buyer, whoever closes");
        IDataEscrow.ClaimInput memory again = goodClaim();
        vm.expectRevert(abi.encodeWithSelector(IDataEscrow.RequestUnknown.selector, id));
        escrow.close(id, asked);
        vm.expectRevert(abi.encodeWithSelector(IDataEscrow.RequestUnknown.selector, id));
        escrow.claim(id, asked, again);
    }

    /// @notice A claim in the last second of the deadline cannot be shut out by a close.
    function test_close_noVeto() public {
        IDataEscrow.Request memory asked = request();
        IDataEscrow.ClaimInput memory late = goodClaim();
        late.values[ClaimSignals.NULLIFIER] = NULLIFIER + 1;
        vm.warp(asked.deadline);
        vm.expectRevert(abi.encodeWithSelector(IDataEscrow.RequestOpen.selector, asked.deadline));
        escrow.close(id, asked);
        escrow.claim(id, asked, late);
        vm.assertTrue(escrow.spent(NULLIFIER + 1), "claimed");
    }
}
