// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {DeviceRegistry} from "../src/DeviceRegistry.sol";
import {IDeviceRegistry} from "../src/interfaces/IDeviceRegistry.sol";
import {RegistryFixture} from "./RegistryTested.sol";

/// @notice A planted bug: a revocation gives every older root the same end, so that the next one extends it.
contract LastRevocationOnly is DeviceRegistry {
    function _shorten(Ring storage ring, uint64 end) internal override {
        for (uint256 i = 0; i < ring.count; ++i) _ends[msg.sender][ring.roots[(ring.first + i) % RING]] = end;
    }
}

/// @notice A planted bug: a revocation ends only the root that it replaces, and a device goes on with one before it.
contract LastRootOnly is DeviceRegistry {
    function _shorten(Ring storage, uint64) internal override {}
}

/// @notice Plays one sequence of moves against a list: all roots with their ends, no ring, nothing forgotten.
contract Sequence is RegistryFixture {
    struct Listed {
        uint256 root;
        uint256 end;
    }

    enum Move {
        Add,
        Revoke,
        Wait
    }

    IDeviceRegistry private made;
    Listed[] private list;

    function newRegistry() internal view override returns (IDeviceRegistry) {
        return made;
    }

    constructor(IDeviceRegistry under) {
        made = under;
        start();
        _publish(false);
    }

    error Differs(uint256 root);
    error Same();

    /// @notice Six moves, as the digits of a number in base 3. Reverts either way, so that the next sequence begins anew.
    function play(uint256 moves) external {
        for (uint256 i = 0; i < 6; ++i) {
            Move move = Move(moves % 3);
            moves /= 3;
            // So that windows of 4 hours and of 90 minutes end in between moves, on one, and after the last.
            if (move == Move.Wait) vm.warp(block.timestamp + 45 minutes);
            else _publish(move == Move.Revoke);
            _compare();
        }
        for (uint256 i = 0; i < 12; ++i) {
            vm.warp(block.timestamp + 45 minutes);
            _compare();
        }
        revert Same();
    }

    function _publish(bool revokes) private {
        if (revokes) publish(none(), nobody());
        else enrol(enrolmentOf(list.length));
        if (list.length != 0) list[list.length - 1].end = block.timestamp + ADDITION;
        if (revokes) {
            for (uint256 i = 0; i < list.length; ++i) {
                if (list[i].end > block.timestamp + REVOCATION) list[i].end = block.timestamp + REVOCATION;
            }
        }
        list.push(Listed(root, CURRENT));
    }

    function _compare() private view {
        for (uint256 i = 0; i < list.length; ++i) {
            if (registry.endOf(REGISTRAR, list[i].root) != list[i].end) revert Differs(i);
            if (registry.accepts(REGISTRAR, list[i].root) != block.timestamp < list[i].end) revert Differs(i);
        }
    }
}

contract RegistryModelTest is RegistryFixture {
    uint256 private constant SEQUENCES = 3 ** 6;

    function _differing(IDeviceRegistry under) private returns (uint256 count) {
        Sequence sequence = new Sequence(under);
        for (uint256 moves = 0; moves < SEQUENCES; ++moves) {
            vm.warp(NOW);
            try sequence.play(moves) {} catch (bytes memory why) {
                if (bytes4(why) == Sequence.Differs.selector) ++count;
                else vm.assertTrue(bytes4(why) == Sequence.Same.selector, "a sequence that could not be played");
            }
        }
    }

    /// @notice Every sequence of additions, revocations and waits up to six moves ends each root when the list does (H6).
    function test_everySequence() public {
        vm.assertEq(_differing(new DeviceRegistry()), 0, "sequences that differ");
    }

    /// @notice The list catches a revocation that extends an earlier one.
    function test_theListCatches_lastRevocationOnly() public {
        vm.assertTrue(_differing(new LastRevocationOnly()) > 100, "caught");
    }

    /// @notice The list catches a revocation that spares older roots.
    function test_theListCatches_lastRootOnly() public {
        vm.assertTrue(_differing(new LastRootOnly()) > 100, "caught");
    }

    /// @notice Long sequences too, in which the ring fills, goes round and lets go; the list has all roots there ever were.
    /// forge-config: deep.fuzz.runs = 2000
    function testFuzz_longSequence(uint256 seed) public {
        start();
        uint256[] memory roots = new uint256[](80);
        uint256[] memory ends = new uint256[](80);
        uint256 count = 0;
        for (uint256 step = 0; step < 80; ++step) {
            seed = uint256(keccak256(abi.encode(seed)));
            if (seed % 16 == 0) vm.warp(block.timestamp + ((seed >> 8) % 2 hours));
            bool revokes = (seed >> 16) % 4 == 0;
            uint256 valid = 0;
            uint256 oldest = count;
            for (uint256 i = count; i > 0; --i) {
                if (ends[i - 1] > block.timestamp && ends[i - 1] != CURRENT) (oldest, valid) = (i - 1, valid + 1);
            }
            if (valid == 32 && !revokes) {
                refusesEnrolment(
                    enrolmentOf(step),
                    abi.encodeWithSelector(IDeviceRegistry.RootsFull.selector, ends[oldest])
                );
                continue;
            }
            if (valid == 32) ends[oldest] = block.timestamp;
            if (revokes) publish(none(), nobody());
            else enrol(enrolmentOf(step));
            if (count != 0) ends[count - 1] = block.timestamp + (revokes ? REVOCATION : ADDITION);
            for (uint256 i = 0; revokes && i < count; ++i) {
                if (ends[i] > block.timestamp + REVOCATION) ends[i] = block.timestamp + REVOCATION;
            }
            (roots[count], ends[count]) = (root, CURRENT);
            ++count;
        }
        for (uint256 i = 0; i < count; ++i) vm.assertEq(registry.endOf(REGISTRAR, roots[i]), ends[i], "end");
    }
}
