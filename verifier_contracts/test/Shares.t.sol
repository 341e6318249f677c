// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {IEscrowErrors} from "../src/interfaces/IEscrowErrors.sol";
import {PanelFixture} from "./PanelFixture.sol";

/// @notice What those who agreed to a claim earn.
contract SharesTest is PanelFixture {
    function setUp() public {
        open();
    }

    /// @dev Posts with `keepers` of whom one is needed, and claims.
    function _claimed(uint256 keepers, uint256 share) private returns (IDataEscrow.SetAside memory) {
        name(keepers, 1, false);
        return claimedAttested(share);
    }

    function _credit(address account) private view returns (uint256) {
        return escrow.credits(address(token), account);
    }

    /// @notice Of a budget of 500, 50 records of 1 and 2 for two approvers: 50, 1, 1, and 448 are left.
    function test_shares_exact() public {
        name(2, 2, false);
        IDataEscrow.Request memory asked = attested(2);
        asked.pricePerRecord = 1;
        id = postAs(BUYER, asked, 500);
        IDataEscrow.ClaimInput memory input = claimOn(asked);
        (input.count, input.fee) = (50, 0);
        IDataEscrow.SetAside memory aside = asideOf(asked, input);
        escrow.claim(id, asked, 0, input);
        vm.assertEq(escrow.left(id), 448, "set aside");
        (IDataEscrow.SetAside memory admitted, address[] memory approvers) = admit(aside, 2);
        vm.assertEq(_credit(approvers[0]) + _credit(approvers[1]), 0, "nothing before the release");
        escrow.release(admitted, approvers, SECRET);
        vm.assertEq(token.balanceOf(RECIPIENT), 50, "contributor");
        vm.assertEq(_credit(approvers[0]), 1, "first approver");
        vm.assertEq(_credit(approvers[1]), 1, "second approver");
        vm.assertEq(escrow.left(id), 448, "left");
        vm.prank(approvers[1]);
        escrow.withdraw(address(token), STRANGER);
        vm.assertEq(token.balanceOf(STRANGER), 1, "withdrawn where the approver says");
    }

    /// @notice One approver gets all of it, three get a third each.
    function test_shares_oneAndThree() public {
        IDataEscrow.SetAside memory aside = _claimed(3, 7);
        uint256 before = vm.snapshotState();
        (IDataEscrow.SetAside memory admitted, address[] memory approvers) = admit(aside, 1);
        escrow.release(admitted, approvers, SECRET);
        vm.assertEq(_credit(approvers[0]), 7, "all");
        vm.assertEq(escrow.left(id), BUDGET - COUNT * PRICE - 7, "nothing came back");
        vm.revertToState(before);
        (admitted, approvers) = admit(aside, 3);
        vm.assertEq(escrow.left(id), BUDGET - COUNT * PRICE - 6, "one unit came back");
        escrow.release(admitted, approvers, SECRET);
        for (uint256 i = 0; i < 3; ++i) vm.assertEq(_credit(approvers[i]), 2, "a third of what divides");
    }

    /// @notice For any share, unit and number of approvers: even parts, in whole units, and the rest is the request's.
    /// forge-config: default.fuzz.runs = 64
    function test_fuzz_shares_remainder(uint256 share, uint256 count, uint96 unit) public {
        count = between(count, 1, 16);
        share = between(share, 0, BUDGET - COUNT * PRICE);
        name(16, 1, false);
        IDataEscrow.Request memory asked = attested(share);
        asked.unit = between(unit, 1, type(uint96).max);
        id = postAs(BUYER, asked, BUDGET);
        IDataEscrow.ClaimInput memory input = claimOn(asked);
        IDataEscrow.SetAside memory aside = asideOf(asked, input);
        escrow.claim(id, asked, 0, input);
        (IDataEscrow.SetAside memory admitted, address[] memory approvers) = admit(aside, count);
        vm.assertEq(escrow.left(id), BUDGET - COUNT * PRICE - (share / count) * count, "left");
        escrow.release(admitted, approvers, SECRET);
        for (uint256 i = 0; i < count; ++i) {
            vm.assertEq(_credit(approvers[i]), (share / count) * asked.unit, "an even part");
        }
        vm.assertEq(token.balanceOf(RECIPIENT), COUNT * PRICE * asked.unit - FEE, "recipient");
    }

    /// @notice Once the request is closed, what does not divide is the buyer's credit.
    function test_shares_remainderAfterClose() public {
        name(3, 1, false);
        IDataEscrow.Request memory asked = attested(8);
        id = postAs(BUYER, asked, BUDGET);
        IDataEscrow.ClaimInput memory input = claimOn(asked);
        vm.warp(asked.deadline);
        IDataEscrow.SetAside memory aside = asideOf(asked, input);
        escrow.claim(id, asked, 0, input);
        vm.warp(asked.deadline + 1);
        escrow.close(id, asked);
        vm.assertEq(token.balanceOf(BUYER), BUDGET - COUNT * PRICE - 8, "closed");
        (IDataEscrow.SetAside memory admitted, address[] memory approvers) = admit(aside, 3);
        vm.assertEq(_credit(BUYER), 2, "the remainder");
        vm.assertEq(escrow.left(id), 0, "a closed request stays empty");
        escrow.release(admitted, approvers, SECRET);
        vm.assertEq(_credit(approvers[2]), 2, "a third");
    }

    /// @notice What does not fit into a request that was topped up to the brim is the buyer's credit.
    function test_shares_remainderWithoutRoom() public {
        IDataEscrow.SetAside memory aside = _claimed(3, 7);
        uint32 more = uint32(type(uint32).max - escrow.left(id));
        token.mint(address(this), more);
        token.approve(address(escrow), more);
        IDataEscrow.Request memory asked = attested(7);
        escrow.topUp(id, asked, more);
        vm.assertEq(escrow.left(id), type(uint32).max, "to the brim");
        admit(aside, 3);
        vm.assertEq(escrow.left(id), type(uint32).max, "no carry into the hash");
        vm.assertEq(_credit(BUYER), 1, "the remainder");
        vm.warp(asked.deadline + 1);
        escrow.close(id, asked);
    }

    /// @notice More approvers than units: nobody gets a part, and all of it returns.
    function test_shares_lessThanApprovers() public {
        IDataEscrow.SetAside memory aside = _claimed(3, 2);
        (IDataEscrow.SetAside memory admitted, address[] memory approvers) = admit(aside, 3);
        vm.assertEq(escrow.left(id), BUDGET - COUNT * PRICE, "all of the share");
        escrow.release(admitted, approvers, SECRET);
        for (uint256 i = 0; i < 3; ++i) vm.assertEq(_credit(approvers[i]), 0, "nothing");
    }

    /// @notice The share is part of what a claim needs, and of what goes back when it expires, admitted or not.
    function test_shares_exhaustedAndExpired() public {
        name(2, 1, false);
        IDataEscrow.Request memory asked = attested(9);
        id = postAs(BUYER, asked, COUNT * PRICE + 8);
        IDataEscrow.ClaimInput memory input = claimOn(asked);
        vm.expectRevert(
            abi.encodeWithSelector(IEscrowErrors.RequestExhausted.selector, COUNT * PRICE + 8, COUNT * PRICE + 9)
        );
        escrow.claim(id, asked, 0, input);
        id = postAs(BUYER, asked, COUNT * PRICE + 9);
        IDataEscrow.SetAside memory aside = asideOf(asked, input);
        escrow.claim(id, asked, 0, input);
        vm.assertEq(escrow.left(id), 0, "all of it");
        uint256 before = vm.snapshotState();
        vm.warp(aside.expiry + 1);
        escrow.expire(aside);
        vm.assertEq(escrow.left(id), COUNT * PRICE + 9, "all of it came back");
        vm.revertToState(before);
        (IDataEscrow.SetAside memory admitted, ) = admit(aside, 2);
        vm.assertEq(escrow.left(id), 1, "the remainder");
        vm.warp(admitted.expiry + 1);
        escrow.expire(admitted);
        vm.assertEq(escrow.left(id), COUNT * PRICE + 9, "the rest as well, and the remainder once");
    }
}
