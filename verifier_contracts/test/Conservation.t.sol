// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ClaimSignals} from "../src/ClaimSignals.sol";
import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {EscrowFixture} from "./EscrowTested.sol";
import {TestToken} from "./TestToken.sol";
import {BlockingToken} from "./tokens/OddTokens.sol";

/// @notice Plays any sequence of moves by any of four accounts, some blocked by the token, and keeps its own books.
contract Market is EscrowFixture {
    struct Sale {
        uint256 nullifier;
        bool done;
        IDataEscrow.SetAside aside;
    }

    BlockingToken private odd;
    IDataEscrow.Request[] private asked;
    bool[] private closed;
    Sale[] private sales;
    uint256 private clock = NOW;
    uint256 public posted;

    constructor() {
        open();
        asked.push(request());
        closed.push(false);
        posted = BUDGET;
    }

    function newToken() internal override returns (TestToken) {
        return odd = new BlockingToken();
    }

    function _account(uint256 seed) private pure returns (address) {
        return [BUYER, RECIPIENT, RELAYER, STRANGER][seed % 4];
    }

    /* MOVES: what they try may be refused; the books change only on success */

    function wait(uint256 by) external {
        clock += between(by, 1, 1 days);
        vm.warp(clock);
    }

    function block_(uint256 seed, bool value) external {
        odd.setBlocked(_account(seed), value);
    }

    function post(uint256 seed, uint256 budget, uint256 price, uint256 days_) external {
        IDataEscrow.Request memory next = request();
        next.buyer = _account(seed);
        next.pricePerRecord = uint96(between(price, 1, 9));
        next.deadline = uint64(clock + between(days_, 1, 5) * 1 days);
        budget = between(budget, 9, 900);
        postAs(next.buyer, next, budget);
        asked.push(next);
        closed.push(false);
        posted += budget;
    }

    function claim(uint256 seed, uint256 count, uint256 fee, uint256 nullifier) external {
        uint256 which = seed % asked.length;
        IDataEscrow.ClaimInput memory input = claimOn(which + 1, asked[which]);
        input.recipient = _account(seed >> 8);
        input.relayer = _account(seed >> 16);
        input.fee = between(fee, 0, 5);
        input.values[ClaimSignals.TERMS] = termsOf(input);
        input.values[ClaimSignals.COUNT] = between(count, 0, 30);
        input.values[ClaimSignals.NULLIFIER] = between(nullifier, 0, 40);
        IDataEscrow.SetAside memory aside = asideOf(input);
        aside.id = which + 1;
        aside.buyer = asked[which].buyer;
        aside.amount = input.values[ClaimSignals.COUNT] * asked[which].pricePerRecord;
        aside.relayer = input.relayer;
        bool free = !escrow.spent(input.values[ClaimSignals.NULLIFIER]);
        try escrow.claim(which + 1, asked[which], input) {
            vm.assertTrue(free && !closed[which] && clock <= asked[which].deadline, "only what may be claimed");
            Sale storage sale = sales.push();
            sale.nullifier = input.values[ClaimSignals.NULLIFIER];
            sale.aside = aside;
        } catch {}
    }

    function release(uint256 seed) external {
        if (sales.length == 0) return;
        Sale storage sale = sales[seed % sales.length];
        try escrow.release(sale.nullifier, sale.aside, SECRET) {
            vm.assertTrue(!sale.done && clock <= sale.aside.expiry, "once, in time");
            sale.done = true;
        } catch {
            vm.assertTrue(sale.done || clock > sale.aside.expiry, "nothing but time stops a release");
        }
    }

    function expire(uint256 seed) external {
        if (sales.length == 0) return;
        Sale storage sale = sales[seed % sales.length];
        try escrow.expire(sale.nullifier, sale.aside) {
            vm.assertTrue(!sale.done && clock > sale.aside.expiry, "once, after the window");
            sale.done = true;
        } catch {
            vm.assertTrue(sale.done || clock <= sale.aside.expiry, "nothing but time stops an expiry");
        }
    }

    function close(uint256 seed) external {
        uint256 which = seed % asked.length;
        try escrow.close(which + 1, asked[which]) {
            vm.assertTrue(!closed[which] && clock > asked[which].deadline, "once, after the deadline");
            closed[which] = true;
        } catch {
            vm.assertTrue(closed[which] || clock <= asked[which].deadline, "nothing but time stops a close");
        }
    }

    function withdraw(uint256 seed) external {
        address account = _account(seed);
        vm.prank(account);
        try escrow.withdraw(address(odd), account) {} catch {}
    }

    /* BOOKS */

    /// @notice What the escrow owes by its own answers and by the sales that are still open.
    function owed() external view returns (uint256 sum) {
        for (uint256 i = 0; i < asked.length; ++i) sum += escrow.left(i + 1);
        for (uint256 i = 0; i < sales.length; ++i) if (!sales[i].done) sum += sales[i].aside.amount;
        for (uint256 i = 0; i < 4; ++i) sum += escrow.credits(address(odd), _account(i));
    }

    function held() external view returns (uint256) {
        return odd.balanceOf(address(escrow));
    }

    function outside() external view returns (uint256 sum) {
        for (uint256 i = 0; i < 4; ++i) sum += odd.balanceOf(_account(i));
    }
}

contract ConservationTest is EscrowFixture {
    Market private market;

    function setUp() public {
        market = new Market();
    }

    /// @notice forge plays the market and nothing else.
    function targetContracts() external view returns (address[] memory) {
        return only(address(market));
    }

    /// @notice After any moves: left + set aside + credits = balance, and no money appears or vanishes.
    function invariant_moneyIsConserved() external view {
        vm.assertEq(market.owed(), market.held(), "left + set aside + credits = balance");
        vm.assertEq(market.held() + market.outside(), market.posted(), "nothing appears or vanishes");
    }
}
