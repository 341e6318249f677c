// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
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
            escrow.release{gas: 10_000_000}(NULLIFIER, aside, SECRET);
            vm.assertEq(escrow.credits(address(odd), RECIPIENT), COUNT * PRICE - FEE, "credit");
            vm.assertEq(odd.balanceOf(RELAYER), FEE, "the relayer is paid all the same");
            _withdraws(RECIPIENT, COUNT * PRICE - FEE);
        }
    }

    /// @notice A credit goes out once, whole, to an account that its owner names, and to nobody else.
    function _withdraws(address owner, uint256 amount) private {
        vm.expectRevert(abi.encodeWithSelector(IDataEscrow.NothingCredited.selector, address(odd), STRANGER));
        vm.prank(STRANGER);
        escrow.withdraw(address(odd), STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IDataEscrow.TokenRefused.selector, address(odd), amount, 0));
        vm.prank(owner);
        escrow.withdraw{gas: 10_000_000}(address(odd), owner);
        vm.expectRevert(abi.encodeWithSelector(IDataEscrow.TokenRefused.selector, address(odd), amount, 0));
        vm.prank(owner);
        escrow.withdraw(address(odd), address(escrow));
        vm.expectEmit();
        emit IDataEscrow.Withdrawn(address(odd), owner, address(0xf), amount);
        vm.prank(owner);
        escrow.withdraw(address(odd), address(0xf));
        vm.assertEq(odd.balanceOf(address(0xf)), amount, "withdrawn");
        vm.expectRevert(abi.encodeWithSelector(IDataEscrow.NothingCredited.selector, address(odd), owner));
        vm.prank(owner);
        escrow.withdraw(address(odd), owner);
    }

    /// @notice A relayer, too, gets a credit when the token refuses to pay it.
    function test_release_blockedRelayer() public {
        odd.setBlocked(RELAYER, true);
        escrow.release(NULLIFIER, aside, SECRET);
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
        escrow.release(NULLIFIER, aside, SECRET);
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
        bytes[6] memory doors = [
            abi.encodeCall(IDataEscrow.release, (NULLIFIER, aside, SECRET)),
            abi.encodeCall(IDataEscrow.expire, (NULLIFIER, aside)),
            abi.encodeCall(IDataEscrow.claim, (id, request(), goodClaim())),
            abi.encodeCall(IDataEscrow.post, (request(), BUDGET)),
            abi.encodeCall(IDataEscrow.close, (id, request())),
            abi.encodeCall(IDataEscrow.withdraw, (address(odd), STRANGER))
        ];
        for (uint256 i = 0; i < 6; ++i) {
            if (i > 0) {
                setUp();
                aside = claimed();
                doors[0] = abi.encodeCall(IDataEscrow.release, (NULLIFIER, aside, SECRET));
            }
            odd.setCall(address(escrow), doors[i]);
            escrow.release(NULLIFIER, aside, SECRET);
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
        uint256 other = escrow.post(asked, BUDGET);
        IDataEscrow.ClaimInput memory input = claimOn(other, asked);
        IDataEscrow.SetAside memory aside = asideOf(input);
        (aside.id, aside.token) = (other, address(silent));
        escrow.claim(other, asked, input);
        escrow.release(NULLIFIER, aside, SECRET);
        vm.assertEq(silent.balanceOf(RECIPIENT), COUNT * PRICE - FEE, "recipient");
        vm.assertEq(silent.balanceOf(RELAYER), FEE, "relayer");
    }
}
