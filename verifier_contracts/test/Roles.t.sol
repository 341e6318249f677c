// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {IEscrowErrors} from "../src/interfaces/IEscrowErrors.sol";
import {PanelFixture} from "./PanelFixture.sol";
import {TestToken} from "./TestToken.sol";

/// @notice A token whose balances can shrink, which no escrow notices.
contract ShrinkingToken is TestToken {
    function shrink(address account, uint256 by) external {
        _burn(account, by);
    }
}

/// @notice Who plays several parts, and what the threat model says that nothing stops.
contract RolesTest is PanelFixture {
    function setUp() public {
        open();
    }

    /// @notice One account as buyer, contributor and relayer moves its own money in a circle, and makes none.
    function test_roles_allAtOnce() public {
        IDataEscrow.Request memory asked = request();
        asked.buyer = STRANGER;
        id = postAs(STRANGER, asked, BUDGET);
        IDataEscrow.ClaimInput memory input = claimOn(asked);
        (input.recipient, input.relayer) = (STRANGER, STRANGER);
        IDataEscrow.SetAside memory aside = asideOf(asked, input);
        escrow.claim(id, asked, 0, input);
        escrow.release(aside, nobody(), SECRET);
        vm.warp(asked.deadline + 1);
        escrow.close(id, asked);
        vm.assertEq(token.balanceOf(STRANGER), BUDGET, "no more and no less than was posted");
        vm.assertEq(escrow.credits(address(token), STRANGER), 0, "and no credit");
    }

    /// @notice Nothing stops a keeper from agreeing to his own claim: whom a buyer names, he trusts.
    function test_roles_keeperIsPaid() public {
        name(1, 1, false);
        IDataEscrow.Request memory asked = attested(SHARE);
        id = postAs(BUYER, asked, BUDGET);
        IDataEscrow.ClaimInput memory input = claimOn(asked);
        (input.recipient, input.fee) = (panel.keepers[0], 0);
        IDataEscrow.SetAside memory aside = asideOf(asked, input);
        escrow.claim(id, asked, 0, input);
        (IDataEscrow.SetAside memory admitted, address[] memory approvers) = admit(aside, 1);
        escrow.release(admitted, approvers, SECRET);
        vm.assertEq(token.balanceOf(panel.keepers[0]), COUNT * PRICE, "for the records");
        vm.assertEq(escrow.credits(address(token), panel.keepers[0]), SHARE, "and for keeping them");
    }

    /// @notice Tokens that somebody sends to the escrow are nobody's: no books change, and a post still takes its own.
    function test_roles_giver() public {
        token.mint(address(escrow), 2 * BUDGET);
        vm.assertEq(escrow.left(id), BUDGET, "what was posted");
        IDataEscrow.Request memory asked = request();
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.TokenRefused.selector, address(token), BUDGET, 0));
        vm.prank(STRANGER);
        escrow.post(asked, panel, 0, uint32(BUDGET));
        vm.warp(asked.deadline + 1);
        escrow.close(id, asked);
        vm.assertEq(token.balanceOf(BUYER), BUDGET, "what was posted comes back, and no more");
    }

    /// @notice Where a token takes balances away the last in the queue goes empty, and only in that token.
    function test_roles_shrinkingToken() public {
        ShrinkingToken odd = new ShrinkingToken();
        IDataEscrow.Request memory asked = request();
        asked.token = address(odd);
        id = postAs(BUYER, asked, BUDGET);
        IDataEscrow.SetAside memory aside = asideOf(asked, claimOn(asked));
        escrow.claim(id, asked, 0, claimOn(asked));
        odd.shrink(address(escrow), BUDGET);
        escrow.release(aside, nobody(), SECRET);
        vm.assertEq(odd.balanceOf(RECIPIENT), 0, "there is nothing");
        vm.assertEq(escrow.credits(address(odd), RECIPIENT), COUNT * PRICE - FEE, "but a credit");
        vm.prank(RECIPIENT);
        vm.expectRevert(
            abi.encodeWithSelector(IEscrowErrors.TokenRefused.selector, address(odd), COUNT * PRICE - FEE, 0)
        );
        escrow.withdraw(address(odd), RECIPIENT);
        vm.assertEq(token.balanceOf(address(escrow)), BUDGET, "the other token is whole");
    }
}
