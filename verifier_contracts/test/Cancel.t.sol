// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {IEscrowErrors} from "../src/interfaces/IEscrowErrors.sol";
import {EscrowTested} from "./EscrowTested.sol";

/// @notice How a request ends, early or in time, with claims outstanding; and how it gets more money.
contract CancelTest is EscrowTested {
    uint256 private constant NOTICE = 1 days;

    function _unknown() private view returns (bytes memory) {
        return abi.encodeWithSelector(IEscrowErrors.RequestUnknown.selector, id);
    }

    function _cancelled() private returns (IDataEscrow.Request memory asked) {
        asked = request();
        vm.prank(BUYER);
        escrow.cancel(id, asked);
        asked.deadline = block.timestamp + NOTICE;
    }

    function _next(uint256 by) private view returns (IDataEscrow.ClaimInput memory input) {
        input = goodClaim();
        input.nullifier += by;
    }

    function _refusesCancel(IDataEscrow.Request memory asked, bytes memory reason) private {
        vm.expectRevert(reason);
        vm.prank(asked.buyer);
        escrow.cancel(id, asked);
    }

    /* CANCEL */

    /// @notice The buyer gives a day's notice: the request is the same with a nearer deadline, and no other any more.
    function test_cancel() public {
        IDataEscrow.Request memory old = request();
        vm.assertEq(escrow.NOTICE(), NOTICE, "a day");
        claimed();
        vm.expectEmit();
        emit IDataEscrow.Cancelled(id, NOW + NOTICE);
        IDataEscrow.Request memory asked = _cancelled();
        vm.assertEq(escrow.left(id), BUDGET - COUNT * PRICE, "left is as it was");
        vm.assertEq(token.balanceOf(BUYER), 0, "nothing is returned yet");
        IDataEscrow.ClaimInput memory input = _next(1);
        vm.expectRevert(_unknown());
        escrow.claim(id, old, 0, input);
        vm.expectRevert(_unknown());
        escrow.topUp(id, old, 1);
        _refusesCancel(old, _unknown());
        vm.warp(old.deadline + 1);
        vm.expectRevert(_unknown());
        escrow.close(id, old);
        escrow.close(id, asked);
    }

    /// @notice Claims are taken up to the last second of the notice, a spent slot stays spent, and then it closes.
    function test_cancel_claimsDuringTheNotice() public {
        IDataEscrow.SetAside memory aside = claimed();
        IDataEscrow.Request memory asked = _cancelled();
        IDataEscrow.ClaimInput memory input = goodClaim();
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.AlreadyClaimed.selector, NULLIFIER));
        escrow.claim(id, asked, 0, input);
        vm.warp(asked.deadline - 1);
        escrow.claim(id, asked, 0, _next(1));
        vm.warp(asked.deadline);
        input = _next(2);
        IDataEscrow.SetAside memory late = asideOf(asked, input);
        escrow.claim(id, asked, 0, input);
        escrow.release(aside, nobody(), SECRET);
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.RequestOpen.selector, asked.deadline));
        escrow.close(id, asked);
        vm.warp(asked.deadline + 1);
        input = _next(3);
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.RequestExpired.selector, asked.deadline));
        escrow.claim(id, asked, 0, input);
        escrow.close(id, asked);
        vm.assertEq(token.balanceOf(BUYER), BUDGET - 3 * COUNT * PRICE, "what was not set aside");
        escrow.release(late, nobody(), SECRET);
        vm.assertEq(token.balanceOf(RECIPIENT), 2 * (COUNT * PRICE - FEE), "both are paid");
    }

    /// @notice Only the buyer cancels, only the request as posted, and nothing of it but the deadline changes.
    function test_cancel_others() public {
        IDataEscrow.Request memory asked = request();
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.ParametersInvalid.selector, "buyer"));
        vm.prank(STRANGER);
        escrow.cancel(id, asked);
        asked.buyer = STRANGER;
        _refusesCancel(asked, _unknown());
        asked = request();
        asked.deadline += 30 days;
        _refusesCancel(asked, _unknown());
        asked = request();
        asked.pricePerRecord = 1;
        _refusesCancel(asked, _unknown());
    }

    /// @notice A second notice cannot put the deadline off, nor nearer.
    function test_cancel_twice() public {
        IDataEscrow.Request memory asked = _cancelled();
        bytes memory refusal = abi.encodeWithSelector(IEscrowErrors.ParametersInvalid.selector, "deadline");
        _refusesCancel(request(), _unknown());
        _refusesCancel(asked, refusal);
        vm.warp(asked.deadline);
        _refusesCancel(asked, refusal);
        vm.warp(asked.deadline + 1);
        _refusesCancel(asked, refusal);
        escrow.close(id, asked);
        _refusesCancel(asked, _unknown());
    }

    /// @notice A notice only ever brings the deadline nearer: a day before it, it is too late for one.
    function test_cancel_late() public {
        IDataEscrow.Request memory asked = request();
        claimed();
        uint256 deadline = asked.deadline;
        bytes memory refusal = abi.encodeWithSelector(IEscrowErrors.ParametersInvalid.selector, "deadline");
        uint256[4] memory late = [deadline - NOTICE, deadline - 1, deadline, deadline + 1];
        for (uint256 i = 0; i < 4; ++i) {
            vm.warp(late[i]);
            _refusesCancel(asked, refusal);
        }
        vm.warp(deadline - NOTICE - 1);
        asked = _cancelled();
        vm.assertEq(asked.deadline, deadline - 1, "one second nearer");
        vm.warp(deadline);
        escrow.close(id, asked);
        vm.assertEq(token.balanceOf(BUYER), BUDGET - COUNT * PRICE, "but what is outstanding");
    }

    /// @notice A request of which nothing is left is cancelled and closed like any other.
    function test_cancel_nothingLeft() public {
        IDataEscrow.ClaimInput memory input = goodClaim();
        input.count = BUDGET / PRICE;
        IDataEscrow.SetAside memory aside = asideOf(request(), input);
        escrow.claim(id, request(), 0, input);
        vm.assertEq(escrow.left(id), 0, "nothing left");
        IDataEscrow.Request memory asked = _cancelled();
        vm.warp(aside.expiry + 1);
        uint256 before = vm.snapshotState();
        escrow.expire(aside);
        vm.assertEq(escrow.left(id), BUDGET, "it comes back to the cancelled request");
        escrow.close(id, asked);
        vm.assertEq(token.balanceOf(BUYER), BUDGET, "and to the buyer");
        vm.revertToState(before);
        escrow.close(id, asked);
        escrow.expire(aside);
        vm.assertEq(escrow.credits(address(token), BUYER), BUDGET, "or to his credit");
    }

    /* CLOSE */

    /// @notice One second before the deadline, and in it, a request is open, whoever asks; after it, closed once.
    function test_close_deadline() public {
        IDataEscrow.Request memory asked = request();
        IDataEscrow.SetAside memory aside = claimed();
        for (uint256 i = 0; i < 2; ++i) {
            vm.warp(asked.deadline - 1 + i);
            vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.RequestOpen.selector, asked.deadline));
            vm.prank(BUYER);
            escrow.close(id, asked);
        }
        vm.warp(asked.deadline + 1);
        escrow.close(id, asked);
        vm.expectRevert(_unknown());
        escrow.close(id, asked);
        vm.expectRevert(_unknown());
        escrow.topUp(id, asked, 1);
        _refusesCancel(asked, _unknown());
        vm.assertEq(escrow.left(id), 0, "nothing");
        escrow.expire(aside);
        vm.assertEq(escrow.credits(address(token), BUYER), COUNT * PRICE, "what was outstanding");
    }

    /// @notice Nobody closes earlier by a nearer deadline, nor later by a farther one.
    function test_close_editedDeadline() public {
        IDataEscrow.Request memory asked = request();
        uint256 deadline = asked.deadline;
        vm.warp(deadline + 1);
        for (uint256 i = 0; i < 5; ++i) {
            asked.deadline = deadline - 2 + i;
            uint256 before = vm.snapshotState();
            if (i != 2) vm.expectRevert(_unknown());
            escrow.close(id, asked);
            if (i == 2) vm.revertToState(before);
        }
        // The same below 2^64.
        asked.deadline = deadline;
        bytes memory closing = abi.encodeCall(IDataEscrow.close, (id, asked));
        assembly ("memory-safe") {
            let at := add(closing, add(0x24, add(0x40, 0xc0)))
            mstore(at, or(mload(at), shl(64, 1)))
        }
        (bool done, ) = address(escrow).call(closing);
        vm.assertTrue(!done, "not canonical");
    }

    /* TOP UP */

    /// @notice Anyone adds units to an open request; what he adds is the buyer's.
    function test_topUp() public {
        IDataEscrow.Request memory asked = request();
        asked.unit = 1000;
        id = postAs(BUYER, asked, BUDGET);
        token.mint(STRANGER, 7000);
        vm.prank(STRANGER);
        token.approve(address(escrow), 7000);
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.TokenRefused.selector, address(token), 8000, 0));
        vm.prank(STRANGER);
        escrow.topUp(id, asked, 8);
        vm.expectEmit();
        emit IDataEscrow.ToppedUp(id, 7);
        vm.prank(STRANGER);
        escrow.topUp(id, asked, 7);
        vm.assertEq(escrow.left(id), BUDGET + 7, "units");
        vm.warp(asked.deadline + 1);
        escrow.close(id, asked);
        vm.assertEq(token.balanceOf(BUYER), (BUDGET + 7) * 1000, "the buyer's");
    }

    /// @notice Nothing, or more than 32 bits hold, is not added; the last second of the deadline is in time.
    function test_topUp_refused() public {
        IDataEscrow.Request memory asked = request();
        token.mint(address(this), type(uint64).max);
        token.approve(address(escrow), type(uint64).max);
        uint32 room = uint32(type(uint32).max - BUDGET);
        bytes memory refusal = abi.encodeWithSelector(IEscrowErrors.ParametersInvalid.selector, "units");
        vm.expectRevert(refusal);
        escrow.topUp(id, asked, 0);
        vm.expectRevert(refusal);
        escrow.topUp(id, asked, room + 1);
        vm.expectRevert(refusal);
        escrow.topUp(id, asked, type(uint32).max);
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.RequestUnknown.selector, id + 1));
        escrow.topUp(id + 1, asked, 1);
        vm.warp(asked.deadline + 1);
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.RequestExpired.selector, asked.deadline));
        escrow.topUp(id, asked, 1);
        vm.warp(asked.deadline);
        escrow.topUp(id, asked, room);
        vm.assertEq(escrow.left(id), type(uint32).max, "to the brim");
        escrow.claim(id, asked, 0, goodClaim());
        vm.assertEq(escrow.left(id), type(uint32).max - COUNT * PRICE, "and it is still the same request");
    }

    /// @notice An exhausted request is served again after it got more.
    function test_topUp_exhausted() public {
        id = postAs(BUYER, request(), PRICE);
        IDataEscrow.ClaimInput memory input = goodClaim();
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.RequestExhausted.selector, PRICE, COUNT * PRICE));
        escrow.claim(id, request(), 0, input);
        token.mint(address(this), COUNT * PRICE);
        token.approve(address(escrow), COUNT * PRICE);
        escrow.topUp(id, request(), uint32(COUNT * PRICE - PRICE));
        escrow.claim(id, request(), 0, input);
        vm.assertEq(escrow.left(id), 0, "all of it");
    }
}
