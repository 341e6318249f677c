// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {IEscrowErrors} from "../src/interfaces/IEscrowErrors.sol";
import {EscrowTested} from "./EscrowTested.sol";
import {TestToken} from "./TestToken.sol";
import {BlockingToken} from "./tokens/OddTokens.sol";

/// @notice A token that refuses a payee stops neither the release nor anybody else's money.
contract BlockedPayeeTest is EscrowTested {
    BlockingToken private odd;
    IDataEscrow.SetAside private aside;

    function newToken() internal override returns (TestToken) {
        return odd = new BlockingToken();
    }

    function setUp() public override {
        super.setUp();
        aside = claimed();
    }

    /// @notice In whatever way the token refuses, a release succeeds and the money waits as a credit.
    function test_release_becomesCredit() public {
        for (uint8 way = 0; way < 4; ++way) {
            if (way > 0) {
                setUp();
            }
            odd.setWay(BlockingToken.Way(way));
            odd.setBlocked(RECIPIENT, true);
            vm.expectEmit();
            emit IDataEscrow.Credited(address(odd), RECIPIENT, COUNT * PRICE - FEE);
            escrow.release{gas: 10_000_000}(aside, nobody(), SECRET);
            vm.assertEq(escrow.credits(address(odd), RECIPIENT), COUNT * PRICE - FEE, "credit");
            vm.assertEq(odd.balanceOf(RELAYER), FEE, "the relayer is paid all the same");
            _withdraws(RECIPIENT, COUNT * PRICE - FEE);
        }
    }

    /// @notice A credit goes out once, whole, to an account that its owner names, and to nobody else.
    function _withdraws(address owner, uint256 amount) private {
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.NothingCredited.selector, address(odd), STRANGER));
        vm.prank(STRANGER);
        escrow.withdraw(address(odd), STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.TokenRefused.selector, address(odd), amount, 0));
        vm.prank(owner);
        escrow.withdraw{gas: 10_000_000}(address(odd), owner);
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.TokenRefused.selector, address(odd), amount, 0));
        vm.prank(owner);
        escrow.withdraw(address(odd), address(escrow));
        vm.expectEmit();
        emit IDataEscrow.Withdrawn(address(odd), owner, address(0xf), amount);
        vm.prank(owner);
        escrow.withdraw(address(odd), address(0xf));
        vm.assertEq(odd.balanceOf(address(0xf)), amount, "withdrawn");
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.NothingCredited.selector, address(odd), owner));
        vm.prank(owner);
        escrow.withdraw(address(odd), owner);
    }

    /// @notice A relayer, too, gets a credit when the token refuses to pay it.
    function test_release_blockedRelayer() public {
        odd.setBlocked(RELAYER, true);
        escrow.release(aside, nobody(), SECRET);
        vm.assertEq(odd.balanceOf(RECIPIENT), COUNT * PRICE - FEE, "recipient");
        _withdraws(RELAYER, FEE);
    }

    /// @notice A blocked buyer is credited at close.
    function test_close_blockedBuyer() public {
        odd.setBlocked(BUYER, true);
        IDataEscrow.Request memory asked = request();
        vm.warp(asked.deadline + 1);
        escrow.close(id, asked);
        _withdraws(BUYER, BUDGET - COUNT * PRICE);
    }
}

/// @notice Prices are counted in units; see SplitsTest for what a unit is of a token with decimals.
contract UnitTest is EscrowTested {
    /// @notice The largest unit, price, cap and budget are paid without a carry.
    function test_unit_largest() public {
        IDataEscrow.Request memory asked = request();
        uint256 most = type(uint32).max;
        (asked.unit, asked.pricePerRecord, asked.recordCap) = (type(uint96).max, 1, most);
        id = postAs(BUYER, asked, most);
        IDataEscrow.ClaimInput memory input = claimOn(asked);
        input.count = R - 1;
        IDataEscrow.SetAside memory aside = asideOf(asked, input);
        vm.assertEq(aside.amount, most * type(uint96).max, "all of it");
        escrow.claim(id, asked, 0, input);
        vm.assertEq(escrow.left(id), 0, "nothing is left");
        escrow.release(aside, nobody(), SECRET);
        vm.assertEq(token.balanceOf(RECIPIENT), aside.amount - FEE, "recipient");
    }

    /// @notice Price times cap beyond the budget is exhausted, at the limits of both as well, and never wraps.
    function test_unit_priceTimesCap() public {
        IDataEscrow.Request memory asked = request();
        uint256 most = type(uint32).max;
        (asked.unit, asked.pricePerRecord, asked.recordCap) = (type(uint96).max, most, most);
        id = postAs(BUYER, asked, most);
        IDataEscrow.ClaimInput memory input = claimOn(asked);
        input.count = R - 1;
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.RequestExhausted.selector, most, most * most));
        escrow.claim(id, asked, 0, input);
    }
}
