// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {PlantedCode} from "./PlantedCode.sol";
import {ReentryFixture} from "./ReentryFixture.sol";

/// @notice From within every call that the escrow makes to an outsider, every verb of the escrow.
contract ReentryTest is ReentryFixture {
    bytes4 private constant SHUT = bytes4(keccak256("ReentrancyGuardReentrantCall()"));

    /// @dev What came of a call with an intrusion: of the call, of the intrusion, and the books after both.
    error Came(bool done, uint256 met, bytes32 outcome, bytes32 word, bytes32 books);

    function setUp() public {
        open_();
    }

    /// @dev Makes the outer call, and takes everything back.
    function trial(uint256 outer, bytes4 trigger, bytes calldata inner) external {
        intruder.setEntry(trigger, address(escrow), inner);
        vm.prank(outers[outer].sender);
        (bool done, ) = address(escrow).call(outers[outer].call);
        intruder.setEntry(0xffffffff, address(0), "");
        revert Came(done, intruder.met(), intruder.outcome(), intruder.word(), _books());
    }

    function _books() private view returns (bytes32 all) {
        for (uint256 i = 1; i <= id + 2; ++i) all = keccak256(abi.encode(all, escrow.left(i)));
        for (uint256 i = 0; i < slots.length; ++i) {
            all = keccak256(abi.encode(all, escrow.spent(uint256(slots[i][0]), uint256(slots[i][1]), id)));
        }
        for (uint256 i = 0; i < watched.length; ++i) {
            (address who, address other) = (watched[i], address(hooks));
            all = keccak256(abi.encode(all, plain.balanceOf(who), escrow.credits(address(plain), who)));
            all = keccak256(abi.encode(all, hooks.balanceOf(who), escrow.credits(other, who)));
        }
    }

    function _came(
        uint256 outer,
        bytes4 trigger,
        bytes memory inner
    ) private returns (bool done, uint256 met, bytes32 outcome, bytes32 word, bytes32 books) {
        try this.trial(outer, trigger, inner) {} catch (bytes memory reason) {
            assembly ("memory-safe") {
                reason := add(reason, 4)
                mstore(reason, 0xa0)
            }
            (done, met, outcome, word, books) = abi.decode(reason, (bool, uint256, bytes32, bytes32, bytes32));
        }
    }

    function _isListing(uint256 inner) private view returns (bool) {
        return bytes4(inners[inner]) == IDataEscrow.list.selector;
    }

    /// @dev What neither is in the books nor moves money.
    function _movesNothing(uint256 inner) private view returns (bool) {
        bytes4 verb = bytes4(inners[inner]);
        return verb == IDataEscrow.cancel.selector || verb == IDataEscrow.admit.selector;
    }

    function _cell(uint256 outer, uint256 inner) private view returns (string memory) {
        return string.concat(outers[outer].name, ", inner call ", vm.toString(inner));
    }

    /// @notice 26 outside calls times 11 verbs: the guard refuses each, and the outer call ends as it does undisturbed. Only
    /// `list` may be called from where anything may be changed: it touches neither money nor claims.
    function test_reentry_matrix() public {
        vm.assertEq(outers.length, 26, "outside calls");
        for (uint256 o = 0; o < outers.length; ++o) {
            (bool alone, , , , bytes32 undisturbed) = _came(o, 0xffffffff, "");
            vm.assertTrue(alone, outers[o].name);
            for (uint256 i = 0; i < inners.length; ++i) {
                (bool done, uint256 met, bytes32 outcome, , bytes32 books) = _came(o, outers[o].trigger, inners[i]);
                vm.assertTrue(done && met != 0, _cell(o, i));
                if (!_isListing(i)) vm.assertTrue(bytes4(outcome) == SHUT, _cell(o, i));
                vm.assertEq(books, undisturbed, _cell(o, i));
            }
        }
    }

    /// @notice Each verb succeeds when it is called from nowhere, so the guard is what refused it.
    function test_reentry_innersAreGood() public {
        for (uint256 i = 0; i < inners.length; ++i) {
            uint256 before = vm.snapshotState();
            intruder.make(address(escrow), inners[i]);
            vm.revertToState(before);
        }
    }

    /// @notice With a guard that never closes every cell is open: the verb succeeds where anything may be changed, and what it
    /// does is seen in the books.
    function test_reentry_planted() public {
        bytes memory code = address(escrow).code;
        vm.assertTrue(PlantedCode.withoutGuard(code) != 0, "planted");
        vm.etch(address(escrow), code);
        for (uint256 o = 0; o < outers.length; ++o) {
            (, , , , bytes32 undisturbed) = _came(o, 0xffffffff, "");
            for (uint256 i = 0; i < inners.length; ++i) {
                if (_isListing(i)) continue;
                (, , bytes32 outcome, , bytes32 books) = _came(o, outers[o].trigger, inners[i]);
                vm.assertTrue(bytes4(outcome) != SHUT, _cell(o, i));
                if (outers[o].fixed_) continue;
                vm.assertEq(outcome, bytes32(uint256(1)), _cell(o, i));
                vm.assertTrue(books != undisturbed || _movesNothing(i), _cell(o, i));
            }
        }
    }

    /* WHAT IS READ FROM WITHIN */

    function _outerNamed(string memory name_) private view returns (uint256 o) {
        while (keccak256(bytes(outers[o].name)) != keccak256(bytes(name_))) ++o;
    }

    function _reads(string memory outer, bytes memory question) private returns (uint256) {
        uint256 o = _outerNamed(outer);
        (, , bytes32 outcome, bytes32 word, ) = _came(o, outers[o].trigger, question);
        vm.assertEq(outcome, bytes32(uint256(1)), "answered");
        return uint256(word);
    }

    function _left(string memory outer, uint256 which) private returns (uint256) {
        return _reads(outer, abi.encodeCall(IDataEscrow.left, (which)));
    }

    function _spent(string memory outer, bytes32[2] memory slot, uint256 which) private returns (bool) {
        return _reads(outer, abi.encodeCall(IDataEscrow.spent, (uint256(slot[0]), uint256(slot[1]), which))) != 0;
    }

    function _credit(string memory outer) private returns (uint256) {
        return _reads(outer, abi.encodeCall(IDataEscrow.credits, (address(hooks), address(intruder))));
    }

    /// @notice Money that comes in is counted before it has moved: until the token has answered, `left` shows a budget that is
    /// not there yet, and that is gone with all else if the token does not bring it.
    function test_reentry_readsComingIn() public {
        vm.assertEq(_left("post, balance", id + 1), BUDGET, "not moved, and counted");
        vm.assertEq(_left("post, before moving", id + 1), BUDGET, "the same");
        vm.assertEq(_left("post, token", id + 1), BUDGET, "moved");
        vm.assertEq(_left("post, verifier", id + 1), 0, "not yet counted");
        vm.assertEq(_left("topUp, balance", posted.topped), BUDGET + 10, "not moved, and counted");
    }

    /// @notice Money that goes out is no longer counted while it goes: neither as left nor as a credit, and its slot is spent.
    function test_reentry_readsGoingOut() public {
        vm.assertEq(_left("close, token", posted.closing), 0, "closed");
        vm.assertEq(_left("close, buyer", posted.closing), 0, "closed");
        vm.assertEq(_credit("withdraw, token"), 0, "withdrawn");
        vm.assertEq(_credit("withdraw, payee"), 0, "withdrawn");
        vm.assertEq(_left("claim of a fact, token", posted.paying), BUDGET - COUNT * PRICE, "claimed");
        vm.assertTrue(_spent("claim of a fact, token", factSlot, posted.paying), "spent");
        vm.assertTrue(_spent("release, token", releasedSlot, posted.released), "spent");
        vm.assertEq(_credit("admit of a fact, token"), 2 * 2, "approvers are credited before others are paid");
    }

    /// @notice The registry is asked before anything is counted, the verifier after everything: a proof that it finds false
    /// takes all of it back. In a batch the registry sees spent slots, and what was left before the batch.
    function test_reentry_readsOfAClaim() public {
        vm.assertEq(_left("claim, registry", posted.topped), BUDGET, "nothing is set aside");
        vm.assertTrue(!_spent("claim, registry", claimSlot, posted.topped), "free");
        vm.assertEq(_left("claim, verifier", posted.topped), BUDGET - COUNT * PRICE, "set aside, and not yet proven");
        vm.assertTrue(_spent("claim, verifier", claimSlot, posted.topped), "spent, and not yet proven");
        vm.assertEq(_left("claimMany, registry", posted.topped), BUDGET, "nothing is set aside");
        intruder.setTurn(1);
        vm.assertEq(_left("claimMany, registry", posted.topped), BUDGET, "still nothing, though one is set aside");
        vm.assertTrue(_spent("claimMany, registry", batchSlot, posted.topped), "and its slot is spent");
        intruder.setTurn(0);
        vm.assertEq(
            _left("claimMany, verifier", posted.topped),
            BUDGET - 2 * COUNT * PRICE,
            "both, and not yet proven"
        );
    }
}
