// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {Schedules} from "./Schedules.sol";

/// @notice Every schedule up to a length, and long ones at random: in each the contributor is paid, or the buyer cannot
/// open. Contributors and escrows with a planted fault are told apart by a schedule in which that is not so.
contract SchedulesTest is Schedules {
    /// @dev What was found; and scenes that were met, by a hash, with how many moves were left then: what is met again
    /// with no more left leads nowhere new. In memory, where a return to a snapshot forgets nothing.
    struct Search {
        uint256 scenes;
        uint256 moves;
        uint256 paid;
        uint256 credited;
        uint256 paidAtTheEdge;
        string broken;
        uint256[] met;
    }

    error Searched(Search search);

    /// @dev All schedules of so many moves after the first `done` steps of the protocol, which nothing disturbed.
    function _searched(bool gated, uint256 done, uint256 length) private returns (Search memory all) {
        Scene memory scene = stage(gated);
        for (uint256 i = 0; i < MOVES && bytes(all.broken).length == 0; ++i) {
            Search memory part = _branched(scene, done, Move(i), length);
            all.scenes += part.scenes;
            all.moves += part.moves;
            all.paid += part.paid;
            all.credited += part.credited;
            all.paidAtTheEdge += part.paidAtTheEdge;
            all.broken = part.broken;
        }
    }

    function _branched(
        Scene memory scene,
        uint256 done,
        Move move,
        uint256 length
    ) private returns (Search memory part) {
        try this.branch(scene, done, move, length) {} catch (bytes memory answer) {
            vm.warp(NOW);
            vm.assertTrue(bytes4(answer) == Searched.selector, "a search");
            assembly ("memory-safe") {
                mstore(add(answer, 4), sub(mload(answer), 4))
                answer := add(answer, 4)
            }
            part = abi.decode(answer, (Search));
        }
    }

    /// @notice Reverts in any case: so the logs of what was tried, which snapshots keep, do not pile up.
    function branch(Scene calldata from, uint256 done, Move move, uint256 length) external {
        Scene memory scene = from;
        Search memory search;
        search.met = new uint256[](length > 5 ? 1 << 17 : 1 << 14);
        for (uint256 i = 0; i < done; ++i) play(scene, _protocol(i));
        search.moves = 1;
        if (play(scene, move)) {
            _count(search, scene, move);
            _explore(search, scene, length - 1);
            if (bytes(search.broken).length != 0) {
                for (uint256 i = 0; i <= done; ++i) {
                    string memory name = _nameOf(i == 0 ? move : _protocol(done - i));
                    search.broken = string.concat(name, " ", search.broken);
                }
            }
        }
        delete search.met;
        revert Searched(search);
    }

    function _protocol(uint256 step) private view returns (Move) {
        if (panel.gate == address(0)) return [Move.Claim, Move.Release, Move.Land][step];
        return [Move.Claim, Move.Admit, Move.Release, Move.Land][step];
    }

    /// @dev Tries every move, and after each that changed something every other, as long as the law holds.
    function _explore(Search memory search, Scene memory scene, uint256 length) private {
        if (!holds(scene)) {
            search.broken = "and the buyer opens what nobody is paid for";
            return;
        }
        if (!_isNew(search, scene, length) || length == 0) return;
        uint256 before = vm.snapshotState();
        uint256 free;
        assembly ("memory-safe") {
            free := mload(0x40)
        }
        for (uint256 i = 0; i < MOVES; ++i) {
            Scene memory next = abi.decode(abi.encode(scene), (Scene));
            ++search.moves;
            if (!play(next, Move(i))) continue;
            _count(search, next, Move(i));
            _explore(search, next, length - 1);
            if (bytes(search.broken).length != 0) {
                search.broken = string.concat(_nameOf(Move(i)), " ", search.broken);
                return;
            }
            vm.revertToState(before);
            // Nothing that was written since is needed any more.
            assembly ("memory-safe") {
                mstore(0x40, free)
            }
        }
    }

    /// @dev Everything that what follows depends on is in the scene, but for the time.
    function _isNew(Search memory search, Scene memory scene, uint256 length) private view returns (bool) {
        uint256 hash = uint256(keccak256(abi.encode(scene, block.timestamp))) & ~uint256(0xff);
        uint256[] memory met = search.met;
        uint256 place = (hash >> 8) % met.length;
        while (met[place] != 0 && met[place] & ~uint256(0xff) != hash) place = (place + 1) % met.length;
        if (met[place] == 0) ++search.scenes;
        else if ((met[place] & 0xff) > length) return false;
        met[place] = hash | (length + 1);
        vm.assertTrue(search.scenes < met.length, "room");
        return true;
    }

    function _count(Search memory search, Scene memory scene, Move move) private view {
        if (move != Move.Land) return;
        ++search.paid;
        if (scene.blocked) ++search.credited;
        if (block.timestamp == scene.heldUntil) ++search.paidAtTheEdge;
    }

    function _nameOf(Move move) private pure returns (string memory) {
        string[20] memory names = [
            "Claim",
            "Admit",
            "Release",
            "Land",
            "Fork",
            "Spend",
            "Cancel",
            "Close",
            "TopUp",
            "Block",
            "Flip",
            "Revoke",
            "Expire",
            "ToDeadline",
            "PastDeadline",
            "ToHalf",
            "PastHalf",
            "ToExpiry",
            "PastExpiry",
            "Hold"
        ];
        return names[uint256(move)];
    }

    /* HONEST */

    /// @dev All schedules of so many moves from the start, and of one less after each step of the protocol.
    function _obeys(bool gated, uint256 done, uint256 length) private {
        Search memory search = _searched(gated, done, done == 0 ? length : length - 1);
        vm.assertTrue(bytes(search.broken).length == 0, search.broken);
        vm.assertTrue(search.scenes > 200 && search.paid > 0 && search.credited > 0, "paid in both ways");
        vm.assertTrue(search.paidAtTheEdge > 0, "and after the longest wait");
    }

    /// @dev One more in the deep tier.
    function _length() private returns (uint256) {
        sure = true;
        string memory otherwise = "default";
        return keccak256(bytes(vm.envOr("FOUNDRY_PROFILE", otherwise))) == keccak256("deep") ? 6 : 5;
    }

    /// @notice Where the buyer's gate is asked, in every schedule the contributor is paid or the buyer cannot open.
    function test_schedules_gated() public {
        _obeys(true, 0, _length());
    }

    /// @notice The same after a claim that nothing disturbed.
    function test_schedules_gated_claimed() public {
        _obeys(true, 1, _length());
    }

    /// @notice The same after its admission.
    function test_schedules_gated_admitted() public {
        _obeys(true, 2, _length());
    }

    /// @notice The same while the release is on its way.
    function test_schedules_gated_released() public {
        _obeys(true, 3, _length());
    }

    /// @notice Where nobody is asked, in every schedule as well.
    function test_schedules_plain() public {
        for (uint256 done = 0; done < 3; ++done) _obeys(false, done, _length());
    }

    /// @notice What is foretold to be refused is refused by the contract, so nothing is left out by not trying it.
    function test_schedules_foretold() public {
        for (uint256 done = 0; done < 7; ++done) {
            Search memory search = _searched(done < 4, done % 4, 3);
            vm.assertTrue(bytes(search.broken).length == 0, search.broken);
        }
    }

    /// @notice Long schedules at random: nothing that happened long ago breaks the law either.
    function test_fuzz_schedules_long(uint256 seed) public {
        Scene memory scene = stage(seed & 1 == 0);
        for (uint256 i = 0; i < 40; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            // Half of the moves are the contributor's, or he would seldom get anywhere.
            play(scene, Move((seed >> 8) % (seed & 1 == 0 ? 4 : MOVES)));
            vm.assertTrue(holds(scene), "paid, or not opened");
        }
    }

    /* CAUGHT */

    /// @dev Some schedule of so many moves is found, and no shorter one.
    function _breaks(bool gated, uint256 length, string memory what) private {
        sure = true;
        vm.assertTrue(bytes(_searched(gated, 0, length - 1).broken).length == 0, what);
        vm.assertTrue(bytes(_searched(gated, 0, length).broken).length != 0, what);
    }

    /// @notice A secret that is shown with the claim: the budget is spent first, and the claim reverts.
    function test_caught_withClaim() public {
        policy = Policy.WithClaim;
        _breaks(false, 2, "Spend Claim");
    }

    /// @notice A secret that is shown before the gate has agreed: it never does.
    function test_caught_unadmitted() public {
        policy = Policy.Unadmitted;
        _breaks(true, 3, "Claim Flip Release");
    }

    /// @notice A secret that is shown on blocks that are then undone: the budget is spent on those that replace them.
    function test_caught_unconfirmed() public {
        policy = Policy.Unconfirmed;
        _breaks(false, 2, "Fork Spend");
        _breaks(true, 2, "Fork Spend");
    }

    /// @notice A secret that is shown when less than half of the window is left: the release is kept out to its end.
    function test_caught_lastSecond() public {
        policy = Policy.LastSecond;
        _breaks(false, 3, "Claim PastHalf Release");
        _breaks(true, 4, "Claim Admit PastHalf Release");
    }

    /// @notice An escrow in which any one of the buyer's moves makes void what is set aside.
    function test_caught_voidingEscrow() public {
        (voids, sure) = (true, true);
        for (uint256 i = uint256(Move.Spend); i < uint256(Move.Expire); ++i) {
            voidsBy = Move(i);
            vm.assertTrue(bytes(_searched(true, 2, 4).broken).length != 0, _nameOf(voidsBy));
        }
    }
}
