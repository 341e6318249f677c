// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {IEscrowErrors} from "../src/interfaces/IEscrowErrors.sol";
import {Schedules} from "./Schedules.sol";

/// @notice Blocks between claim, admission and release are undone, and what was in them is mined again in another order,
/// at another time, or not at all.
contract ReorgTest is Schedules {
    error Tried(uint256 orders, bool broken);

    /// @dev What the buyer may do in the blocks that come instead.
    function _hostile() private pure returns (Move[5] memory) {
        return [Move.Spend, Move.Cancel, Move.Block, Move.Flip, Move.Revoke];
    }

    /// @dev Every order of the buyer's moves and the contributor's `own`; how many there were. With `lawful`, the law
    /// holds after each move of all of them; without, there is one in which it does not.
    function _everyOrder(Scene memory scene, Move own, bool lawful) private returns (uint256 orders) {
        bool broken;
        uint256 time = block.timestamp;
        try this.replay(scene, own, 0, 0) {} catch (bytes memory answer) {
            vm.warp(time);
            vm.assertTrue(bytes4(answer) == Tried.selector, "tried");
            assembly ("memory-safe") {
                orders := mload(add(answer, 0x24))
                broken := mload(add(answer, 0x44))
            }
        }
        vm.assertTrue(broken != lawful, "paid, or not opened");
    }

    /// @notice Goes on with each move that was not made yet. Reverts in any case, so that nothing of it stays.
    function replay(Scene calldata scene, Move own, uint256 made, uint256 last) external {
        Scene memory now_ = scene;
        if (made != 0) play(now_, last == 5 ? own : _hostile()[last]);
        bool broken = !holds(now_);
        uint256 orders;
        uint256 time = block.timestamp;
        for (uint256 i = 0; !broken && i < 6; ++i) {
            if (made & (1 << i) != 0) continue;
            try this.replay(now_, own, made | (1 << i), i) {} catch (bytes memory answer) {
                vm.assertTrue(bytes4(answer) == Tried.selector, "tried");
                assembly ("memory-safe") {
                    orders := add(orders, mload(add(answer, 0x24)))
                    broken := or(broken, mload(add(answer, 0x44)))
                }
            }
            vm.warp(time);
        }
        revert Tried(made == 63 ? 1 : orders, broken);
    }

    function _plays(Scene memory scene, Move move) private {
        vm.assertTrue(play(scene, move), "as the protocol has it");
    }

    /// @notice The block with the release is undone, after everybody saw the secret. In whatever order the buyer has his
    /// moves and the release mined again, the contributor is paid.
    function test_reorg_ofTheRelease() public {
        Scene memory scene = stage(true);
        _plays(scene, Move.Claim);
        _plays(scene, Move.Admit);
        uint256 before = vm.snapshotState();
        _plays(scene, Move.Release);
        Scene memory admitted = abi.decode(abi.encode(scene), (Scene));
        _plays(scene, Move.Land);
        vm.assertTrue(vm.revertToState(before), "undone");
        vm.assertEq(_everyOrder(admitted, Move.Land, true), 720, "orders of six");
    }

    /// @notice The blocks with claim and admission are undone before the secret was shown: whatever is mined instead, the
    /// buyer has nothing to open with, and a claim that is not taken any more is all that is lost.
    function test_reorg_ofTheClaim() public {
        Scene memory scene = stage(true);
        uint256 before = vm.snapshotState();
        Scene memory seen = abi.decode(abi.encode(scene), (Scene));
        _plays(scene, Move.Claim);
        _plays(scene, Move.Admit);
        vm.assertTrue(vm.revertToState(before), "undone");
        seen.wrapShown = true;
        vm.assertEq(_everyOrder(seen, Move.Claim, true), 720, "orders of six");
    }

    /// @notice Why the admission has to be final first: had the secret been shown on these blocks, there are orders in
    /// which the buyer opens and nobody is paid.
    function test_reorg_ofTheClaimAfterTheSecret() public {
        Scene memory scene = stage(true);
        uint256 before = vm.snapshotState();
        Scene memory seen = abi.decode(abi.encode(scene), (Scene));
        _plays(scene, Move.Claim);
        _plays(scene, Move.Admit);
        _plays(scene, Move.Release);
        vm.assertTrue(vm.revertToState(before), "undone");
        (seen.wrapShown, seen.secretShown) = (true, true);
        _everyOrder(seen, Move.Claim, false);
    }

    /// @notice A claim that is mined again later has another expiry, and so another id: what was made for the old blocks
    /// is refused, keepers' signatures too, and what is made for the new ones pays.
    function test_reorg_claimMinedAgain() public {
        open();
        name(2, 2, false);
        IDataEscrow.Request memory asked = attested(SHARE);
        id = postAs(BUYER, asked, BUDGET);
        uint256 before = vm.snapshotState();
        IDataEscrow.SetAside memory old = asideOf(asked, claimOn(asked));
        escrow.claim(id, asked, 0, claimOn(asked));
        IDataEscrow.KeptBy[] memory oldWords = keptBy(old, places(2));
        (IDataEscrow.SetAside memory oldAdmitted, address[] memory approvers) = admit(old, 2);
        escrow.release(oldAdmitted, approvers, SECRET);
        vm.assertTrue(vm.revertToState(before), "undone");

        vm.warp(NOW + 12);
        IDataEscrow.SetAside memory aside = asideOf(asked, claimOn(asked));
        escrow.claim(id, asked, 0, claimOn(asked));
        vm.assertTrue(aside.claimId != old.claimId, "another id");
        bytes memory refusal = abi.encodeWithSelector(IEscrowErrors.NotReleased.selector, NULLIFIER);
        vm.expectRevert(refusal);
        escrow.admit(old, panel, DIGEST, oldWords, "");
        refusesToAdmit(aside, oldWords, "keepers");
        (IDataEscrow.SetAside memory admitted, ) = admit(aside, 2);
        vm.expectRevert(refusal);
        escrow.release(oldAdmitted, approvers, SECRET);
        escrow.release(admitted, approvers, SECRET);
        vm.assertEq(token.balanceOf(RECIPIENT), COUNT * PRICE - FEE, "recipient");
    }
}
