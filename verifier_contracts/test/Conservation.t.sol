// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {Tested} from "./Cheats.sol";
import {TestToken} from "./TestToken.sol";
import {Trader} from "./Trader.sol";

/// @notice What holds after any moves.
/// forge-config: default.invariant.runs = 8
/// forge-config: default.invariant.depth = 64
contract ConservationTest is Tested {
    Trader private trader;
    IDataEscrow private escrow;

    function setUp() public {
        trader = new Trader();
        escrow = trader.escrowOf();
    }

    /// @notice forge plays the trader and nothing else.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(trader);
    }

    /* MONEY */

    /// @notice In each token: left + set aside + credits = balance, by the escrow's own answers and the open sales.
    function invariant_moneyIsConserved() external view {
        address[] memory accounts = trader.accountsOfAll();
        for (uint256 t = 0; t < 2; ++t) {
            TestToken token = trader.tokens()[t];
            (uint256 owed, uint256 left) = trader.waitingIn(address(token));
            owed += left;
            for (uint256 i = 0; i < accounts.length; ++i) owed += escrow.credits(address(token), accounts[i]);
            vm.assertEq(token.balanceOf(address(escrow)), owed, "left + set aside + credits = balance");
        }
    }

    /// @notice In each token: what was made is held or outside, and nothing appears or vanishes.
    function invariant_nothingAppearsOrVanishes() external view {
        address[] memory accounts = trader.accountsOfAll();
        for (uint256 t = 0; t < 2; ++t) {
            TestToken token = trader.tokens()[t];
            uint256 sum = token.balanceOf(address(escrow));
            for (uint256 i = 0; i < accounts.length; ++i) sum += token.balanceOf(accounts[i]);
            vm.assertEq(sum, trader.minted(address(token)), "held + outside = made");
        }
    }

    /// @notice Every account has what the books say, in each token.
    function invariant_everyoneHasWhatIsHis() external view {
        address[] memory accounts = trader.accountsOfAll();
        for (uint256 t = 0; t < 2; ++t) {
            TestToken token = trader.tokens()[t];
            for (uint256 i = 0; i < accounts.length; ++i) {
                vm.assertEq(token.balanceOf(accounts[i]), trader.balances(address(token), accounts[i]), "balance");
            }
        }
    }

    /// @notice Every account is credited with what the books say, shares and blocked payments, and no more.
    function invariant_creditsAreTheBooks() external view {
        address[] memory accounts = trader.accountsOfAll();
        for (uint256 t = 0; t < 2; ++t) {
            address token = address(trader.tokens()[t]);
            for (uint256 i = 0; i < accounts.length; ++i) {
                vm.assertEq(escrow.credits(token, accounts[i]), trader.credited(token, accounts[i]), "credit");
            }
            vm.assertEq(escrow.credits(token, address(escrow)), 0, "the escrow owes itself nothing");
        }
    }

    /* REQUESTS */

    /// @notice What is left of each request is what the books say.
    function invariant_leftIsTheBooks() external view {
        for (uint256 i = 0; i < trader.requestCount(); ++i) {
            vm.assertEq(escrow.left(i + 1), trader.bookOf(i).left, "left");
        }
    }

    /// @notice Of each request: left + set aside + paid + returned = posted and topped up, in units.
    function invariant_eachRequestIsWhole() external view {
        for (uint256 i = 0; i < trader.requestCount(); ++i) {
            Trader.Book memory book = trader.bookOf(i);
            vm.assertEq(book.left + book.aside + book.paid + book.returned, book.funded, "whole");
        }
    }

    /// @notice Nothing that is left ever exceeds what was put in: no wrap, no carry.
    function invariant_leftNeverWraps() external view {
        for (uint256 i = 0; i < trader.requestCount(); ++i) {
            vm.assertTrue(escrow.left(i + 1) <= trader.bookOf(i).funded, "left");
        }
    }

    /// @notice A closed request stays empty, whatever expires after it.
    function invariant_closedStaysEmpty() external view {
        for (uint256 i = 0; i < trader.requestCount(); ++i) {
            if (trader.bookOf(i).closed) vm.assertEq(escrow.left(i + 1), 0, "empty");
        }
    }

    /// @notice Of a request that was not posted nothing is left.
    function invariant_nothingBeyondThePosted() external view {
        vm.assertEq(escrow.left(0), 0, "before the first");
        vm.assertEq(escrow.left(trader.requestCount() + 1), 0, "after the last");
    }

    /* SLOTS */

    /// @notice No slot is paid twice in its scope.
    function invariant_noSlotIsPaidTwice() external view {
        (, uint256[] memory scopes, uint256[] memory nullifiers, ) = trader.keysOfSales();
        for (uint256 i = 0; i < scopes.length; ++i) {
            vm.assertTrue(trader.paymentsOf(scopes[i], nullifiers[i]) < 2, "once");
        }
    }

    /// @notice For no slot is money set aside twice at a time, nor again after it was paid or lost.
    function invariant_oneSaleOfASlot() external view {
        (Trader.Phase[] memory phases, uint256[] memory scopes, uint256[] memory nullifiers, ) = trader.keysOfSales();
        for (uint256 i = 0; i < phases.length; ++i) {
            if (phases[i] == Trader.Phase.Refused) continue;
            for (uint256 j = 0; j < i; ++j) {
                if (phases[j] == Trader.Phase.Refused) continue;
                if (nullifiers[i] != nullifiers[j]) continue;
                vm.assertTrue(scopes[i] != scopes[j], "one sale of a slot");
            }
        }
    }

    /// @notice A slot that waits, was paid or was lost is spent for every request.
    function invariant_soldSlotsAreSpent() external view {
        (
            Trader.Phase[] memory phases,
            uint256[] memory scopes,
            uint256[] memory nullifiers,
            uint256[] memory ids
        ) = trader.keysOfSales();
        for (uint256 i = 0; i < phases.length; ++i) {
            if (phases[i] == Trader.Phase.Refused) continue;
            vm.assertTrue(escrow.spent(scopes[i], nullifiers[i], ids[i]), "for its own");
            vm.assertTrue(escrow.spent(scopes[i], nullifiers[i], ids[i] + 1), "for another");
        }
    }

    /// @notice No more than two claims are ever made on a slot, and the second only on what another request refused.
    function invariant_twoClaimsOnASlotAtMost() external view {
        (
            Trader.Phase[] memory phases,
            uint256[] memory scopes,
            uint256[] memory nullifiers,
            uint256[] memory ids
        ) = trader.keysOfSales();
        for (uint256 i = 0; i < phases.length; ++i) {
            uint256 earlier;
            for (uint256 j = 0; j < i; ++j) {
                if (nullifiers[i] != nullifiers[j] || scopes[i] != scopes[j]) continue;
                vm.assertTrue(phases[j] == Trader.Phase.Refused && ids[j] != ids[i], "refused by another");
                ++earlier;
            }
            vm.assertTrue(earlier < 2, "once more only");
        }
    }

    /// @notice A slot is never free again for the request that took it last, whatever became of the claim.
    function invariant_slotsAreNotFreeAgain() external view {
        (
            Trader.Phase[] memory phases,
            uint256[] memory scopes,
            uint256[] memory nullifiers,
            uint256[] memory ids
        ) = trader.keysOfSales();
        for (uint256 i = 0; i < phases.length; ++i) {
            bool last = true;
            for (uint256 j = i + 1; last && j < phases.length; ++j) {
                last = nullifiers[i] != nullifiers[j] || scopes[i] != scopes[j];
            }
            if (last) vm.assertTrue(escrow.spent(scopes[i], nullifiers[i], ids[i]), "not again");
        }
    }

    /* CLAIMS */

    /// @notice Shares are even, in whole units: nothing is lost by dividing.
    function invariant_sharesAreEven() external view {
        for (uint256 i = 0; i < trader.saleCount(); ++i) {
            Trader.Sale memory sale = trader.saleOf(i);
            if (sale.approvers.length == 0) continue;
            vm.assertEq(sale.aside.share % (sale.approvers.length * sale.aside.unit), 0, "even");
        }
    }

    /// @notice Nobody is paid for more records than the cap, nor a fee beyond the payment.
    function invariant_paymentsAreCapped() external view {
        for (uint256 i = 0; i < trader.saleCount(); ++i) {
            IDataEscrow.SetAside memory aside = trader.saleOf(i).aside;
            IDataEscrow.Request memory asked = trader.requestOf(aside.id - 1);
            vm.assertTrue(aside.amount <= uint256(asked.recordCap) * asked.pricePerRecord * asked.unit, "cap");
            vm.assertTrue(aside.fee <= aside.amount, "fee");
        }
    }

    /// @notice Where the fact was bought nothing waits for a secret: such a claim is unadmitted, paid or refused.
    function invariant_factsWaitForNoSecret() external view {
        for (uint256 i = 0; i < trader.saleCount(); ++i) {
            Trader.Sale memory sale = trader.saleOf(i);
            if (sale.aside.releaseHash != 0) continue;
            vm.assertTrue(sale.phase != Trader.Phase.Admitted, "paid when it was admitted");
            vm.assertTrue(sale.phase == Trader.Phase.Paid || !sale.aside.admitted, "and lost only before");
        }
    }
}
