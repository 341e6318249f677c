// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {EscrowTested} from "./EscrowTested.sol";

/// @notice All orders in which two claims, their ends and the request's end can come, each at the second before a
/// deadline, in it, or after it. A window ends in the same second as the deadline, so every edge is the same one.
contract RacesTest is EscrowTested {
    enum Act {
        Close,
        Claim,
        Cancel,
        Release,
        Expire
    }

    /// @dev What is foretold: who has what, and what is done already.
    struct Books {
        uint256 made;
        uint256 left;
        uint256 aside;
        uint256 buyer;
        uint256 paid;
        bool closed;
        bool ended;
    }

    uint256 private constant ACTS = 5;
    uint256 private constant AMOUNT = COUNT * PRICE;

    IDataEscrow.Request private asked;
    IDataEscrow.SetAside private first;

    error Tried(uint256 orders);

    /// @dev The first claim waits for its release up to the very deadline.
    function setUp() public override {
        super.setUp();
        asked = request();
        vm.warp(asked.deadline - asked.releaseWindow);
        first = claimed();
        vm.assertEq(first.expiry, asked.deadline, "one edge");
    }

    function _fits(Books memory books, Act act) private view returns (bool) {
        bool late = block.timestamp > asked.deadline;
        if (act == Act.Close) return late && !books.closed;
        if (act == Act.Claim) return !late && !books.closed;
        // A day's notice would end after the deadline.
        if (act == Act.Cancel) return false;
        return !books.ended && late == (act == Act.Expire);
    }

    function _calldata(Act act) private view returns (bytes memory) {
        IDataEscrow.ClaimInput memory second = goodClaim();
        second.nullifier += 1;
        if (act == Act.Close) return abi.encodeCall(IDataEscrow.close, (id, asked));
        if (act == Act.Claim) return abi.encodeCall(IDataEscrow.claim, (id, asked, 0, second));
        if (act == Act.Cancel) return abi.encodeCall(IDataEscrow.cancel, (id, asked));
        if (act == Act.Release) return abi.encodeCall(IDataEscrow.release, (first, nobody(), SECRET));
        return abi.encodeCall(IDataEscrow.expire, (first));
    }

    function _does(Books memory books, Act act) private {
        bool fits = _fits(books, act);
        vm.prank(BUYER);
        (bool done, ) = address(escrow).call(_calldata(act));
        vm.assertTrue(done == fits, "as the clock says");
        books.made |= 1 << uint256(act);
        if (!done) return;
        if (act == Act.Close) {
            (books.closed, books.buyer, books.left) = (true, books.buyer + books.left, 0);
        } else if (act == Act.Claim) {
            (books.left, books.aside) = (books.left - AMOUNT, books.aside + AMOUNT);
        } else {
            (books.ended, books.aside) = (true, books.aside - AMOUNT);
            if (act == Act.Release) books.paid += AMOUNT;
            else if (books.closed) books.buyer += AMOUNT;
            else books.left += AMOUNT;
        }
    }

    function _balanced(Books memory books) private view {
        uint256 credit = escrow.credits(address(token), BUYER);
        vm.assertEq(escrow.left(id), books.left, "left");
        vm.assertEq(token.balanceOf(BUYER) + credit, books.buyer, "the buyer's");
        vm.assertEq(token.balanceOf(RECIPIENT) + token.balanceOf(RELAYER), books.paid, "paid");
        vm.assertEq(token.balanceOf(address(escrow)), books.left + books.aside + credit, "and the rest is here");
    }

    /// @notice Goes on with each act that was not done yet, now or a second or two later. Reverts in any case.
    function race(Books calldata from, uint256 act, uint256 time) external {
        Books memory books = from;
        vm.warp(asked.deadline - 1 + time);
        if (act < ACTS) _does(books, Act(act));
        _balanced(books);
        uint256 orders;
        for (uint256 i = 0; i < ACTS * 3; ++i) {
            if (i / ACTS < time || books.made & (1 << (i % ACTS)) != 0) continue;
            orders += _raced(books, i % ACTS, i / ACTS);
        }
        revert Tried(books.made == (1 << ACTS) - 1 ? 1 : orders);
    }

    function _raced(Books memory books, uint256 act, uint256 time) private returns (uint256 orders) {
        try this.race(books, act, time) {} catch (bytes memory answer) {
            vm.assertTrue(bytes4(answer) == Tried.selector, "as the books say");
            assembly ("memory-safe") {
                orders := mload(add(answer, 0x24))
            }
        }
    }

    /// @notice Close, claim, cancel, release and expire in every order, at every choice of the three seconds that goes
    /// forward: each is taken or refused by the clock alone, one of release and expire ends the claim, and everyone has
    /// what the books say.
    function test_races() public {
        Books memory books;
        (books.left, books.aside) = (BUDGET - AMOUNT, AMOUNT);
        vm.assertEq(_raced(books, ACTS, 0), 120 * 21, "orders and times");
    }

    /// @notice A notice given a day and a second before the deadline moves the edge of claims and of the close by a
    /// second, and not that of the claim that waits.
    function test_races_afterANotice() public {
        vm.warp(asked.deadline - 1 days - 1);
        vm.prank(BUYER);
        escrow.cancel(id, asked);
        asked.deadline -= 1;
        vm.warp(asked.deadline);
        _takes(Act.Claim, true);
        _takes(Act.Close, false);
        vm.warp(asked.deadline + 1);
        _takes(Act.Claim, false);
        _takes(Act.Expire, false);
        _takes(Act.Close, true);
        _takes(Act.Release, true);
    }

    function _takes(Act act, bool taken) private {
        (bool done, ) = address(escrow).call(_calldata(act));
        vm.assertTrue(done == taken, "by the new deadline");
    }
}
