// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "../../src/interfaces/IDataEscrow.sol";
import {EscrowFixture} from "../EscrowTested.sol";
import {SwitchRegistry} from "../SwitchRegistry.sol";
import {SwitchVerifier} from "../SwitchVerifier.sol";
import {OpenedEscrow} from "./OpenedEscrow.sol";

/// @notice Units and amounts: what a claim takes, what comes back, what goes out. Proved by halmos.
contract MoneyProofs is EscrowFixture {
    uint256 private constant LEFT = type(uint32).max;

    struct Sale {
        uint32 price;
        uint32 share;
        uint32 cap;
        uint32 budget;
        uint96 unit;
        uint256 count;
        uint256 fee;
    }

    OpenedEscrow private opened;

    function setUp() public {
        vm.warp(NOW);
        token = newToken();
        verifier = new SwitchVerifier();
        registry = new SwitchRegistry();
        registry.set(REGISTRAR, ROOT, true);
        opened = new OpenedEscrow(only(address(verifier)));
        escrow = opened;
        id = 7;
    }

    /// @notice For all prices, shares, caps, counts, fees, units and budgets: a claim that is taken takes exactly
    /// min(count, cap) * price + share units of those left, sets aside exactly those, each of them worth a unit, and leaves
    /// the 224 bits of the request's hash alone; no other is taken. Nothing wraps.
    function check_claimTakesWhatItCosts(Sale calldata sale) public {
        IDataEscrow.Request memory asked = request();
        (asked.pricePerRecord, asked.share, asked.recordCap) = (sale.price, sale.share, sale.cap);
        (asked.unit, asked.panel) = (sale.unit, bytes32(uint256(1)));
        IDataEscrow.ClaimInput memory input = claimOn(asked);
        (input.count, input.fee) = (sale.count, sale.fee);
        uint256 hash = _post(asked, sale.budget);

        (uint256 cost, uint256 amount) = _priceOf(sale);
        (bool taken, ) = address(opened).call(abi.encodeCall(IDataEscrow.claim, (id, asked, 0, input)));
        assert(taken == (sale.count != 0 && sale.count < R && cost <= sale.budget && sale.fee <= amount));
        if (!taken) return;
        assert(opened.posted(id) == hash | (sale.budget - cost));
        assert(opened.slotOf(opened.scopeOf(id, asked), NULLIFIER) == opened.hashOf(asideOf(asked, input)));
    }

    /// @dev Nobody finds a request of whose hash 224 bits are zero; without it the word of a posted request is not zero.
    function _post(IDataEscrow.Request memory asked, uint256 budget) private returns (uint256 hash) {
        hash = opened.hashOf(asked);
        vm.assume(hash != 0);
        opened.putPosted(id, hash | budget);
    }

    /// @dev In units and in the token's smallest part. What is assumed is arithmetic, which solvers find hard in bits: no product
    /// here has more than 160 bits, so each divided by one factor is the other.
    function _priceOf(Sale calldata sale) private pure returns (uint256 cost, uint256 amount) {
        uint256 paid = sale.count < sale.cap ? sale.count : sale.cap;
        unchecked {
            uint256 earned = uint256(sale.price) * paid;
            (cost, amount) = (earned + sale.share, uint256(sale.unit) * earned);
            vm.assume(paid == 0 || earned / paid == sale.price);
            vm.assume(earned == 0 || amount / earned == sale.unit);
            vm.assume(sale.share == 0 || (uint256(sale.unit) * sale.share) / sale.share == sale.unit);
        }
    }

    /// @notice For all units left and added: a top-up adds exactly them, in the 32 bits of units alone, or is refused.
    function check_topUpKeepsTheHash(uint32 budget, uint32 units, uint96 unit) public {
        IDataEscrow.Request memory asked = request();
        asked.unit = unit;
        uint256 hash = _post(asked, budget);
        uint256 worth = uint256(units) * unit;
        token.mint(address(this), worth);
        token.approve(address(opened), worth);

        (bool taken, ) = address(opened).call(abi.encodeCall(IDataEscrow.topUp, (id, asked, units)));
        assert(taken == (units != 0 && uint256(budget) + units <= LEFT));
        assert(opened.posted(id) == (taken ? hash | (uint256(budget) + units) : hash | budget));
        assert(token.balanceOf(address(opened)) == (taken ? worth : 0));
    }

    /// @notice For every word of a request, amount and unit: what comes back is added to the 32 bits of units alone, or,
    /// where they have no room or the request is closed, is the buyer's credit; never both, never neither.
    function check_whatComesBackKeepsTheHash(uint256 word, uint160 amount, uint96 unit) public {
        vm.assume(unit != 0);
        IDataEscrow.SetAside memory aside;
        (aside.id, aside.buyer, aside.token, aside.unit) = (id, BUYER, address(token), unit);
        opened.putPosted(id, word);
        opened.giveBack(aside, amount);

        uint256 units = uint256(amount) / unit;
        bool fits = word != 0 && (word & LEFT) + units <= LEFT;
        assert(opened.posted(id) & ~LEFT == word & ~LEFT);
        assert(opened.posted(id) & LEFT == (word & LEFT) + (fits ? units : 0));
        assert(opened.credits(address(token), BUYER) == (fits ? 0 : amount));
    }

    /// @notice For every amount, fee of at most the amount, and share of up to three approvers that divides evenly: recipient,
    /// relayer and approvers get amount - fee, fee and the share, together all that was set aside.
    function check_payOutIsWhole(uint160 amount, uint160 fee, uint128 each, uint8 count) public {
        vm.assume(fee <= amount && count <= 3);
        address[] memory approvers = new address[](
            count == 3
                ? 3
                : count == 2
                    ? 2
                    : count == 1
                        ? 1
                        : 0
        );
        for (uint256 i = 0; i < approvers.length; ++i) approvers[i] = address(uint160(1000 + i));
        IDataEscrow.SetAside memory aside;
        (aside.id, aside.token, aside.scope, aside.nullifier) = (id, address(token), 1, NULLIFIER);
        (aside.recipient, aside.relayer) = (RECIPIENT, RELAYER);
        (aside.amount, aside.fee, aside.share) = (amount, fee, uint256(each) * approvers.length);
        token.mint(address(opened), amount);
        opened.payOut(aside, approvers, 0);

        assert(token.balanceOf(RECIPIENT) + token.balanceOf(RELAYER) == amount);
        assert(token.balanceOf(RELAYER) == fee);
        assert(token.balanceOf(address(opened)) == 0);
        for (uint256 i = 0; i < approvers.length; ++i) {
            assert(opened.credits(address(token), approvers[i]) == each);
        }
    }
}
