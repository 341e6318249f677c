// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {IEscrowErrors} from "../src/interfaces/IEscrowErrors.sol";
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
        emit IDataEscrow.Released(id, aside.claimId, NULLIFIER, SECRET);
        vm.prank(STRANGER);
        escrow.release(aside, nobody(), SECRET);
        vm.assertEq(token.balanceOf(RECIPIENT), COUNT * PRICE - FEE, "recipient");
        vm.assertEq(token.balanceOf(RELAYER), FEE, "relayer");
        vm.assertEq(token.balanceOf(address(escrow)), BUDGET - COUNT * PRICE, "escrow");
        vm.assertEq(token.balanceOf(STRANGER), 0, "nobody can redirect");
        vm.assertTrue(escrow.spent(aside.scope, NULLIFIER, id), "spent for ever");
    }

    /// @notice Nothing that happens to verifier, request or chain id after the claim stops a release.
    function test_release_dependsOnNothingElse() public {
        vm.etch(address(verifier), hex"");
        vm.etch(address(registry), hex"");
        vm.chainId(block.chainid + 1);
        vm.warp(aside.expiry);
        escrow.release(aside, nobody(), SECRET);
        vm.assertEq(token.balanceOf(RECIPIENT), COUNT * PRICE - FEE, "recipient");
    }

    /// @notice A closed request still pays what it had set aside.
    function test_release_afterClose() public {
        IDataEscrow.Request memory asked = request();
        vm.warp(asked.deadline);
        IDataEscrow.ClaimInput memory late = goodClaim();
        late.nullifier = NULLIFIER + 1;
        escrow.claim(id, asked, 0, late);
        IDataEscrow.SetAside memory lateAside = asideOf(asked, late);
        vm.warp(asked.deadline + 1);
        escrow.close(id, asked);
        escrow.release(lateAside, nobody(), SECRET);
        vm.assertEq(token.balanceOf(RECIPIENT), COUNT * PRICE - FEE, "recipient");
    }

    /// @notice Only the secret behind the release hash pays, in its one canonical form.
    function test_fuzz_release_secretWrong(uint256 secret) public {
        if (secret == SECRET) secret += 1;
        vm.expectRevert(IEscrowErrors.ReleaseSecretWrong.selector);
        escrow.release(aside, nobody(), secret);
        vm.expectRevert(IEscrowErrors.ReleaseSecretWrong.selector);
        escrow.release(aside, nobody(), SECRET + R);
    }

    /// @notice Money goes out once.
    function test_release_twice() public {
        escrow.release(aside, nobody(), SECRET);
        _notReleased(aside);
    }

    /// @notice With any bit of what was set aside changed, the mark `admitted` among them, nothing is released.
    function test_fuzz_release_changedAside(uint256 which, uint256 bit) public {
        IDataEscrow.SetAside memory changed = aside;
        which %= 20;
        // Buyer and token; recipient and relayer.
        bool account = which == 9 || which == 10 || which == 12 || which == 13;
        bit = which == 19 ? 0 : bit % (account ? 160 : 256);
        assembly ("memory-safe") {
            let at := add(changed, mul(0x20, which))
            mstore(at, xor(mload(at), shl(bit, 1)))
        }
        _notReleased(changed);
    }

    /// @notice Whoever calls himself an approver of a claim that nobody was asked about is refused.
    function test_release_approversOfNobody() public {
        vm.expectRevert(IEscrowErrors.ApproversWrong.selector);
        escrow.release(aside, only(STRANGER), SECRET);
    }

    /// @notice The words that mark a slot as paid, spent or refused open nothing.
    function test_release_marks() public {
        IDataEscrow.SetAside memory nothing;
        _notReleased(nothing);
        nothing.admitted = true;
        _notReleased(nothing);
        (nothing.scope, nothing.nullifier) = (aside.scope, NULLIFIER);
        _notReleased(nothing);
        escrow.release(aside, nobody(), SECRET);
        _notReleased(nothing);
    }

    function _notReleased(IDataEscrow.SetAside memory changed) private {
        bytes memory reason = abi.encodeWithSelector(IEscrowErrors.NotReleased.selector, changed.nullifier);
        vm.expectRevert(reason);
        escrow.release(changed, nobody(), SECRET);
        vm.expectRevert(reason);
        escrow.expire(changed);
    }

    /* THE CLOCK */

    /// @notice Up to the last second of the window release works and expire does not; after it the other way round.
    function test_release_window() public {
        vm.warp(aside.expiry);
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.ReleaseOpen.selector, aside.expiry));
        escrow.expire(aside);
        vm.warp(aside.expiry + 1);
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.ReleaseExpired.selector, aside.expiry));
        escrow.release(aside, nobody(), SECRET);
        escrow.expire(aside);
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.NotReleased.selector, NULLIFIER));
        escrow.release(aside, nobody(), SECRET);
    }

    /// @notice What expires goes back to the open request; the slot stays spent.
    function test_expire() public {
        IDataEscrow.ClaimInput memory again = goodClaim();
        vm.warp(aside.expiry + 1);
        vm.expectEmit();
        emit IDataEscrow.Expired(id, aside.claimId, NULLIFIER, COUNT * PRICE);
        vm.prank(STRANGER);
        escrow.expire(aside);
        vm.assertEq(escrow.left(id), BUDGET, "left");
        vm.assertEq(token.balanceOf(RECIPIENT), 0, "nobody is paid");
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.AlreadyClaimed.selector, NULLIFIER));
        escrow.claim(id, request(), 0, again);
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.NotReleased.selector, NULLIFIER));
        escrow.expire(aside);
    }

    /// @notice What expires after the close is the buyer's credit.
    function test_expire_afterClose() public {
        IDataEscrow.Request memory asked = request();
        vm.warp(asked.deadline + 1);
        escrow.close(id, asked);
        vm.assertEq(token.balanceOf(BUYER), BUDGET - COUNT * PRICE, "returned at close");
        escrow.expire(aside);
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
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.RequestOpen.selector, asked.deadline));
        escrow.close(id, asked);
        vm.warp(asked.deadline + 1);
        asked.buyer = STRANGER;
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.RequestUnknown.selector, id));
        escrow.close(id, asked);
        asked = request();
        vm.expectEmit();
        emit IDataEscrow.Closed(id, BUDGET - COUNT * PRICE);
        vm.prank(STRANGER);
        escrow.close(id, asked);
        vm.assertEq(token.balanceOf(BUYER), BUDGET - COUNT * PRICE, "the buyer, whoever closes");
        IDataEscrow.ClaimInput memory again = goodClaim();
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.RequestUnknown.selector, id));
        escrow.close(id, asked);
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.RequestUnknown.selector, id));
        escrow.claim(id, asked, 0, again);
    }

    /// @notice A claim in the last second of the deadline cannot be shut out by a close.
    function test_close_noVeto() public {
        IDataEscrow.Request memory asked = request();
        IDataEscrow.ClaimInput memory late = goodClaim();
        late.nullifier = NULLIFIER + 1;
        vm.warp(asked.deadline);
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.RequestOpen.selector, asked.deadline));
        escrow.close(id, asked);
        escrow.claim(id, asked, 0, late);
        vm.assertTrue(escrow.spent(aside.scope, NULLIFIER + 1, id), "claimed");
    }
}
