// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {IEscrowErrors} from "../src/interfaces/IEscrowErrors.sol";
import {EscrowTested} from "./EscrowTested.sol";
import {TestToken} from "./TestToken.sol";
import {BlockingToken, CallingToken, SilentToken} from "./tokens/OddTokens.sol";

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

    /// @notice At no gas limit does a release that succeeds leave an unblocked payee with a credit instead of money.
    function test_release_cannotBeStarved() public {
        uint256 paid;
        for (uint256 limit = 20_000; limit < 200_000; limit += 500) {
            try this.releaseAndRevert{gas: limit}() {} catch (bytes memory answer) {
                if (bytes4(answer) != Outcome.selector) continue;
                uint256 received;
                assembly ("memory-safe") {
                    received := mload(add(answer, 0x24))
                }
                vm.assertEq(received, COUNT * PRICE, "recipient and relayer hold all of it");
                ++paid;
            }
        }
        vm.assertTrue(paid > 100, "most limits suffice");
    }

    error Outcome(uint256 paid);

    /// @notice Releases, then takes it back with the outcome as the reason.
    function releaseAndRevert() external {
        escrow.release(aside, nobody(), SECRET);
        revert Outcome(token.balanceOf(RECIPIENT) + token.balanceOf(RELAYER));
    }
}

/// @notice A token that calls back finds every door of the escrow shut.
contract ReentrantTokenTest is EscrowTested {
    CallingToken private odd;

    function newToken() internal override returns (TestToken) {
        return odd = new CallingToken();
    }

    /// @notice From within a release, nothing that moves money can be called, and the payment goes through.
    function test_release_reentered() public {
        IDataEscrow.SetAside memory aside = claimed();
        bytes[10] memory doors = [
            abi.encodeCall(IDataEscrow.release, (aside, nobody(), SECRET)),
            abi.encodeCall(IDataEscrow.expire, (aside)),
            abi.encodeCall(IDataEscrow.claim, (id, request(), 0, goodClaim())),
            abi.encodeCall(IDataEscrow.post, (request(), panel, uint32(BUDGET))),
            abi.encodeCall(IDataEscrow.close, (id, request())),
            abi.encodeCall(IDataEscrow.withdraw, (address(odd), STRANGER)),
            abi.encodeCall(IDataEscrow.claimMany, (id, request(), 0, new IDataEscrow.ClaimInput[](1))),
            abi.encodeCall(IDataEscrow.admit, (aside, panel, 0, new IDataEscrow.KeptBy[](0), "")),
            abi.encodeCall(IDataEscrow.topUp, (id, request(), 1)),
            abi.encodeCall(IDataEscrow.cancel, (id, request()))
        ];
        for (uint256 i = 0; i < 10; ++i) {
            if (i > 0) {
                setUp();
                aside = claimed();
                doors[0] = abi.encodeCall(IDataEscrow.release, (aside, nobody(), SECRET));
            }
            odd.setCall(address(escrow), doors[i]);
            escrow.release(aside, nobody(), SECRET);
            vm.assertTrue(!odd.succeeded(), "the door is shut");
            vm.assertEq(bytes4(odd.answer()), bytes4(keccak256("ReentrancyGuardReentrantCall()")), "by the guard");
            vm.assertEq(odd.balanceOf(RECIPIENT), COUNT * PRICE - FEE, "paid once");
        }
    }
}

/// @notice A token that answers nothing is a good token.
contract SilentTokenTest is EscrowTested {
    /// @notice Money goes in and out of the escrow without an answer from the token.
    function test_silentToken() public {
        SilentToken silent = new SilentToken();
        silent.mint(address(this), BUDGET);
        IDataEscrow.Request memory asked = request();
        asked.token = address(silent);
        id = escrow.post(asked, panel, uint32(BUDGET));
        IDataEscrow.ClaimInput memory input = claimOn(asked);
        IDataEscrow.SetAside memory aside = asideOf(asked, input);
        escrow.claim(id, asked, 0, input);
        escrow.release(aside, nobody(), SECRET);
        vm.assertEq(silent.balanceOf(RECIPIENT), COUNT * PRICE - FEE, "recipient");
        vm.assertEq(silent.balanceOf(RELAYER), FEE, "relayer");
    }
}

/// @notice Prices are counted in units, so that a record may cost a millionth of a token of any number of decimals.
contract UnitTest is EscrowTested {
    uint256 private constant RECORDS = 1_000_000;

    /// @dev A million records at a millionth of a token each, out of a budget of two tokens.
    function _paysAMillion(uint256 decimals) private {
        IDataEscrow.Request memory asked = request();
        (asked.unit, asked.pricePerRecord) = (uint96(10 ** (decimals - 6)), 1);
        id = postAs(BUYER, asked, 2 * RECORDS);
        IDataEscrow.ClaimInput memory input = claimOn(asked);
        (input.count, input.fee) = (RECORDS, 10 ** decimals / 100 + 1);
        uint256 before = token.balanceOf(address(escrow));
        IDataEscrow.SetAside memory aside = asideOf(asked, input);
        vm.assertEq(aside.amount, 10 ** decimals, "one token");
        escrow.claim(id, asked, 0, input);
        vm.assertEq(escrow.left(id), RECORDS, "one token is left");
        escrow.release(aside, nobody(), SECRET);
        vm.assertEq(token.balanceOf(RELAYER), input.fee, "the fee, which is no multiple of the unit");
        vm.assertEq(token.balanceOf(RECIPIENT), 10 ** decimals - input.fee, "the rest of one token");
        vm.warp(asked.deadline + 1);
        escrow.close(id, asked);
        vm.assertEq(token.balanceOf(BUYER), 10 ** decimals, "the other token");
        vm.assertEq(before - token.balanceOf(address(escrow)), 2 * 10 ** decimals, "exactly");
    }

    /// @notice With 6 decimals a unit is the token's smallest part.
    function test_unit_sixDecimals() public {
        _paysAMillion(6);
    }

    /// @notice With 8 decimals a unit is 100 of them.
    function test_unit_eightDecimals() public {
        _paysAMillion(8);
    }

    /// @notice With 18 decimals a unit is 10^12 of them.
    function test_unit_eighteenDecimals() public {
        _paysAMillion(18);
    }

    /// @notice The largest unit, price, cap and budget are paid without a carry.
    function test_unit_largest() public {
        IDataEscrow.Request memory asked = request();
        uint256 most = type(uint32).max;
        (asked.unit, asked.pricePerRecord, asked.recordCap) = (type(uint96).max, 1, uint32(most));
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
        (asked.unit, asked.pricePerRecord, asked.recordCap) = (type(uint96).max, uint32(most), uint32(most));
        id = postAs(BUYER, asked, most);
        IDataEscrow.ClaimInput memory input = claimOn(asked);
        input.count = R - 1;
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.RequestExhausted.selector, most, most * most));
        escrow.claim(id, asked, 0, input);
    }
}
