// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDeviceRegistry} from "../src/interfaces/IDeviceRegistry.sol";
import {RegistryTested} from "./RegistryTested.sol";

contract RegistryRevokeTest is RegistryTested {
    uint64 private constant MS = 1000;
    uint256 private constant LEAF = uint256(keccak256("another leaf")) >> 3;

    struct Usable {
        uint256 place;
        uint256 from;
        uint256 until;
    }

    /// @dev What one root carries of the device: a leaf for each of its places.
    mapping(uint256 root => Usable[]) private _carried;
    uint256[] private _published;
    Usable[] private _leaves;

    function _free() private view returns (uint64 free) {
        (free, ) = registry.deviceOf(REGISTRAR, DEVICE);
    }

    /* REVOKING */

    /// @notice Only what is enrolled and not removed can be revoked.
    function test_placeEmpty() public {
        refusesRevocation(removal(0, DEVICE), abi.encodeWithSelector(IDeviceRegistry.PlaceEmpty.selector, 0));
        enrol(enrolmentOf(DEVICE));
        refusesRevocation(removal(1, DEVICE), abi.encodeWithSelector(IDeviceRegistry.PlaceEmpty.selector, 1));
        vm.expectEmit();
        emit IDeviceRegistry.Revoked(REGISTRAR, 0, DEVICE, 0, REMOVED);
        revoke(removal(0, DEVICE));
        refusesRevocation(removal(0, DEVICE), abi.encodeWithSelector(IDeviceRegistry.PlaceEmpty.selector, 0));
        IDeviceRegistry.Revocation memory back = removal(0, DEVICE);
        (back.until, back.leaf) = (enrolmentOf(DEVICE).until, LEAF);
        refusesRevocation(back, abi.encodeWithSelector(IDeviceRegistry.PlaceEmpty.selector, 0));
    }

    /// @notice Twice in one call is refused; a call is done whole or not at all.
    function test_twiceInOneCall() public {
        enrol(enrolmentOf(DEVICE));
        IDeviceRegistry.Revocation[] memory both = new IDeviceRegistry.Revocation[](2);
        (both[0], both[1]) = (removal(0, DEVICE), removal(0, DEVICE));
        refuses(both, nobody(), abi.encodeWithSelector(IDeviceRegistry.PlaceEmpty.selector, 0));
        revoke(removal(0, DEVICE));
    }

    /// @notice A new end lies inside the period: after its first millisecond, before the old end.
    function test_newEnd() public {
        IDeviceRegistry.Enrolment memory given = enrolmentOf(DEVICE);
        enrol(given);
        bytes memory refusal = abi.encodeWithSelector(IDeviceRegistry.RevocationInvalid.selector, 0, "until");
        uint64[6] memory odd = [1, given.from - 1, given.from, given.until, given.until + 1, CURRENT];
        for (uint256 i = 0; i < odd.length; ++i) {
            refusesRevocation(IDeviceRegistry.Revocation(0, DEVICE, odd[i], LEAF), refusal);
        }
        revoke(IDeviceRegistry.Revocation(0, DEVICE, given.until - 1, LEAF));
        refusesRevocation(IDeviceRegistry.Revocation(0, DEVICE, given.until - 1, LEAF), refusal);
        revoke(IDeviceRegistry.Revocation(0, DEVICE, given.from + 1, LEAF));
        revoke(removal(0, DEVICE));
    }

    /// @notice A removed place holds 1, any other a leaf.
    function test_newLeaf() public {
        IDeviceRegistry.Enrolment memory given = enrolmentOf(DEVICE);
        enrol(given);
        bytes memory refusal = abi.encodeWithSelector(IDeviceRegistry.RevocationInvalid.selector, 0, "leaf");
        uint256[4] memory odd = [0, LEAF, R, R + 1];
        for (uint256 i = 0; i < odd.length; ++i) {
            refusesRevocation(IDeviceRegistry.Revocation(0, DEVICE, 0, odd[i]), refusal);
        }
        (odd[1], odd[3]) = (REMOVED, type(uint256).max);
        for (uint256 i = 0; i < odd.length; ++i) {
            refusesRevocation(IDeviceRegistry.Revocation(0, DEVICE, given.until - 1, odd[i]), refusal);
        }
    }

    /* WHEN A DEVICE IS FREE */

    /// @notice A new end in the future holds the device to there, one in the past until the roots before it have ended.
    function test_freeFromTheNewEnd() public {
        IDeviceRegistry.Enrolment memory given = enrolmentOf(DEVICE);
        enrol(given);
        uint64 bound = (uint64(NOW) + REVOCATION) * MS;
        revoke(IDeviceRegistry.Revocation(0, DEVICE, bound + 5, LEAF));
        vm.assertEq(_free(), bound + 5, "the new end");
        revoke(IDeviceRegistry.Revocation(0, DEVICE, given.from + 1, LEAF + 1));
        vm.assertEq(_free(), bound, "the roots before");
        vm.warp(NOW + 1);
        revoke(removal(0, DEVICE));
        vm.assertEq(_free(), bound, "never later than before");
    }

    /// @notice What ended by itself before the windows do is free from its own end.
    function test_freeFromItsOwnEnd() public {
        IDeviceRegistry.Enrolment memory given = enrolmentOf(DEVICE);
        given.until = given.from + 1;
        enrol(given);
        revoke(removal(0, DEVICE));
        vm.assertEq(_free(), given.until, "its end");
    }

    /// @notice A later period that never began frees the device from its beginning, where the earlier one may end.
    function test_freeFromABeginning() public {
        IDeviceRegistry.Enrolment memory first = enrolmentOf(DEVICE);
        enrol(first);
        IDeviceRegistry.Enrolment memory second = enrolmentOf(DEVICE);
        (second.from, second.until, second.expiry) = (first.until + 9, first.until + 99, first.expiry + 1);
        enrol(second);
        revoke(removal(1, DEVICE));
        vm.assertEq(_free(), second.from, "its beginning");
    }

    /// @notice An older place, or a place under the key of another device, frees nothing.
    function test_otherPlacesFreeNothing() public {
        IDeviceRegistry.Enrolment memory first = enrolmentOf(DEVICE);
        enrol(first);
        IDeviceRegistry.Enrolment memory second = enrolmentOf(DEVICE);
        (second.from, second.until, second.expiry) = (first.until, first.until + 99, first.expiry + 1);
        enrol(second);
        enrol(enrolmentOf(DEVICE + 1));
        revoke(removal(0, DEVICE));
        revoke(removal(2, DEVICE));
        revoke(removal(1, DEVICE + 1));
        vm.assertEq(_free(), second.until, "held");
        vm.assertEq(registry.placesOf(REGISTRAR), 3, "places stay taken");
    }

    /* THE RULE BEHIND THE RULES */

    /// @notice Whatever a registrar does, no millisecond of one device can be claimed under two of its enrolments: over
    /// every root that was ever accepted, for as long as it was.
    /// forge-config: deep.fuzz.runs = 2000
    function testFuzz_noTimeIsSoldTwice(uint256 seed) public {
        uint256 time = NOW;
        uint64 expiry = uint64(NOW);
        for (uint256 step = 0; step < 16; ++step) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 move = seed % 5;
            time += (seed >> 8) % 3 == 0 ? (seed >> 16) % 3 hours : 0;
            vm.warp(time);
            expiry = uint64(time) + 1 + uint64(step);
            IDeviceRegistry.Revocation[] memory revocations = none();
            IDeviceRegistry.Enrolment[] memory enrolments = nobody();
            if (move < 2 && _leaves.length != 0) {
                revocations = one(_anyRevocation(seed >> 32));
            }
            if (move > 0) {
                enrolments = one(enrolmentOf(DEVICE));
                enrolments[0].expiry = expiry;
                // At the first millisecond that is free, or a little before or after it.
                uint64 free = _free();
                enrolments[0].from = free + uint64((seed >> 64) % 3) - (free == 0 ? 0 : 1);
                enrolments[0].until = enrolments[0].from + 1 + uint64((seed >> 96) % 6 hours) * MS;
            } else if (revocations.length == 0) {
                enrolments = one(enrolmentOf(uint256(keccak256(abi.encode(step))) >> 3));
            }
            _try(revocations, enrolments);
        }
        _noOverlap();
    }

    function _anyRevocation(uint256 seed) private view returns (IDeviceRegistry.Revocation memory given) {
        given = removal(_leaves[seed % _leaves.length].place, DEVICE);
        Usable memory leaf = _leaves[seed % _leaves.length];
        if ((seed >> 8) % 2 == 0 && leaf.until > leaf.from + 1) {
            given.until = uint64(between(seed >> 16, leaf.from + 1, leaf.until - 1));
            given.leaf = LEAF;
        }
    }

    function _try(
        IDeviceRegistry.Revocation[] memory revocations,
        IDeviceRegistry.Enrolment[] memory enrolments
    ) private {
        uint256 next = freshRoot();
        uint256 place = registry.placesOf(REGISTRAR);
        vm.prank(REGISTRAR);
        try registry.publish(root, next, revocations, enrolments) {
            root = next;
        } catch {
            return;
        }
        if (revocations.length != 0) {
            for (uint256 i = 0; i < _leaves.length; ++i) {
                if (_leaves[i].place == revocations[0].place) _leaves[i].until = revocations[0].until;
            }
        }
        if (enrolments.length != 0 && enrolments[0].deviceX == DEVICE) {
            _leaves.push(Usable(place, enrolments[0].from, enrolments[0].until));
        }
        _published.push(next);
        for (uint256 i = 0; i < _leaves.length; ++i) {
            if (_leaves[i].until != 0) _carried[next].push(_leaves[i]);
        }
    }

    function _noOverlap() private {
        delete _leaves;
        for (uint256 i = 0; i < _published.length; ++i) {
            uint256 end = registry.endOf(REGISTRAR, _published[i]);
            // A claim's records are no later than the block, and the last block is a second before the end.
            uint256 last = end == CURRENT ? type(uint256).max : (end - 1) * MS + 1;
            Usable[] storage carried = _carried[_published[i]];
            for (uint256 j = 0; j < carried.length; ++j) {
                Usable memory leaf = carried[j];
                if (leaf.until > last) leaf.until = last;
                if (leaf.from < leaf.until) _leaves.push(leaf);
            }
        }
        for (uint256 i = 0; i < _leaves.length; ++i) {
            for (uint256 j = 0; j < i; ++j) {
                bool apart = _leaves[i].until <= _leaves[j].from || _leaves[j].until <= _leaves[i].from;
                vm.assertTrue(apart || _leaves[i].place == _leaves[j].place, "one time, two enrolments");
            }
        }
    }
}
