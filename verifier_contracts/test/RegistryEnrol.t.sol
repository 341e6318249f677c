// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDeviceRegistry} from "../src/interfaces/IDeviceRegistry.sol";
import {RegistryTested} from "./RegistryTested.sol";

contract RegistryEnrolTest is RegistryTested {
    uint64 private constant MS = 1000;

    function _invalid(uint256 deviceX, string memory part) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IDeviceRegistry.EnrolmentInvalid.selector, deviceX, part);
    }

    function _held(uint256 free, uint256 from) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IDeviceRegistry.DeviceHeld.selector, DEVICE, free, from);
    }

    /* ENROLLING */

    /// @notice Several devices take the next places, and the log has all that was signed.
    function test_enrol() public {
        IDeviceRegistry.Enrolment[] memory both = new IDeviceRegistry.Enrolment[](2);
        (both[0], both[1]) = (enrolmentOf(DEVICE), enrolmentOf(R - 1));
        vm.expectEmit();
        emit IDeviceRegistry.Enrolled(REGISTRAR, 0, DEVICE, both[0]);
        vm.expectEmit();
        emit IDeviceRegistry.Enrolled(REGISTRAR, 1, R - 1, both[1]);
        publish(none(), both);
        vm.assertEq(registry.placesOf(REGISTRAR), 2, "places");
        (uint64 free, uint64 expiry) = registry.deviceOf(REGISTRAR, R - 1);
        vm.assertTrue(free == both[1].until && expiry == both[1].expiry, "held");
        (free, expiry) = registry.deviceOf(STRANGER, R - 1);
        vm.assertTrue(free == 0 && expiry == 0, "by one registrar");
    }

    /// @notice Numbers out of range are refused by name; a key plus r would be the same device, never used.
    function test_outOfRange() public {
        IDeviceRegistry.Enrolment memory given = enrolmentOf(DEVICE);
        given.deviceX = R;
        refusesEnrolment(given, _invalid(R, "deviceX"));
        given.deviceX = DEVICE + R;
        refusesEnrolment(given, _invalid(DEVICE + R, "deviceX"));
        given = enrolmentOf(DEVICE);
        given.deviceY = R;
        refusesEnrolment(given, _invalid(DEVICE, "deviceY"));
        given = enrolmentOf(DEVICE);
        given.ownerCommitment = R;
        refusesEnrolment(given, _invalid(DEVICE, "ownerCommitment"));
        given = enrolmentOf(DEVICE);
        given.deviceClass = R;
        refusesEnrolment(given, _invalid(DEVICE, "deviceClass"));
        given = enrolmentOf(DEVICE);
        uint256[4] memory leaves = [0, REMOVED, R, type(uint256).max];
        for (uint256 i = 0; i < leaves.length; ++i) {
            given.leaf = leaves[i];
            refusesEnrolment(given, _invalid(DEVICE, "leaf"));
        }
        given.leaf = R - 1;
        enrol(given);
    }

    /// @notice A period has a millisecond at least, and ends below 2^48.
    function test_period() public {
        IDeviceRegistry.Enrolment memory given = enrolmentOf(DEVICE);
        given.until = 1 << 48;
        refusesEnrolment(given, _invalid(DEVICE, "until"));
        given.until = CURRENT;
        refusesEnrolment(given, _invalid(DEVICE, "until"));
        given.until = given.from;
        refusesEnrolment(given, _invalid(DEVICE, "from"));
        given.until = given.from - 1;
        refusesEnrolment(given, _invalid(DEVICE, "from"));
        (given.from, given.until) = ((1 << 48) - 2, (1 << 48) - 1);
        enrol(given);
        given = enrolmentOf(DEVICE + 1);
        (given.from, given.until) = (0, 1);
        enrol(given);
    }

    /// @notice The device's signature is taken in its last second, not after it, and no more than 30 days before it.
    function test_expiry() public {
        IDeviceRegistry.Enrolment memory given = enrolmentOf(DEVICE);
        given.expiry = uint64(NOW - 1);
        refusesEnrolment(
            given,
            abi.encodeWithSelector(IDeviceRegistry.EnrolmentExpired.selector, DEVICE, given.expiry)
        );
        given.expiry = uint64(NOW);
        enrol(given);
        given = enrolmentOf(DEVICE + 1);
        given.expiry = uint64(NOW + 30 days + 1);
        refusesEnrolment(given, _invalid(DEVICE + 1, "expiry"));
        given.expiry = CURRENT;
        refusesEnrolment(given, _invalid(DEVICE + 1, "expiry"));
        given.expiry = uint64(NOW + 30 days);
        enrol(given);
    }

    /// @notice A tree of depth 7 has 8^7 places, and the last one is taken.
    function test_registryFull() public {
        // The length of the array of places: the third slot of the registrar's registry, in the third mapping.
        uint256 slot = uint256(keccak256(abi.encode(REGISTRAR, 2))) + 2;
        vm.store(address(registry), bytes32(slot), bytes32(uint256(8 ** 7 - 1)));
        vm.assertEq(registry.placesOf(REGISTRAR), 8 ** 7 - 1, "all but one");
        vm.expectEmit();
        emit IDeviceRegistry.Enrolled(REGISTRAR, 8 ** 7 - 1, DEVICE, enrolmentOf(DEVICE));
        enrol(enrolmentOf(DEVICE));
        refusesEnrolment(enrolmentOf(DEVICE + 1), abi.encodeWithSelector(IDeviceRegistry.RegistryFull.selector));
    }

    /* ONE ENROLMENT AT A TIME */

    /// @notice While a device is enrolled, a second enrolment that begins before the end of the first is refused (H7).
    function test_held() public {
        IDeviceRegistry.Enrolment memory first = enrolmentOf(DEVICE);
        enrol(first);
        IDeviceRegistry.Enrolment memory second = enrolmentOf(DEVICE);
        second.expiry = first.expiry + 1;
        second.until = first.until + 2;
        second.ownerCommitment = 5;
        uint64[5] memory early = [0, first.from, first.from + 1, first.until - 2, first.until - 1];
        for (uint256 i = 0; i < early.length; ++i) {
            second.from = early[i];
            refusesEnrolment(second, _held(first.until, early[i]));
        }
        second.from = first.until;
        enrol(second);
        (uint64 free, ) = registry.deviceOf(REGISTRAR, DEVICE);
        vm.assertEq(free, second.until, "held by the second");
    }

    /// @notice Twice in one call is twice.
    function test_heldWithinOneCall() public {
        IDeviceRegistry.Enrolment[] memory both = new IDeviceRegistry.Enrolment[](2);
        (both[0], both[1]) = (enrolmentOf(DEVICE), enrolmentOf(DEVICE));
        both[1].expiry += 1;
        refuses(none(), both, _held(both[0].until, both[1].from));
    }

    /// @notice After a revocation the device is free once no accepted root has its leaf: at a millisecond, not before.
    function test_freeAfterRevocation() public {
        IDeviceRegistry.Enrolment memory first = enrolmentOf(DEVICE);
        enrol(first);
        enrol(enrolmentOf(DEVICE + 1));
        vm.warp(NOW + 77);
        revoke(removal(0, DEVICE));
        uint64 free = (uint64(NOW) + 77 + REVOCATION) * MS;
        IDeviceRegistry.Enrolment memory second = enrolmentOf(DEVICE);
        second.from = free - 1;
        refusesEnrolment(second, _held(free, free - 1));
        second.from = free;
        enrol(second);
    }

    /// @notice Revoked and enrolled for the next owner in one call: the same rule.
    function test_rotationInOneCall() public {
        IDeviceRegistry.Enrolment memory first = enrolmentOf(DEVICE);
        enrol(first);
        IDeviceRegistry.Enrolment memory second = enrolmentOf(DEVICE);
        second.expiry += 1;
        uint64 free = (uint64(NOW) + REVOCATION) * MS;
        second.from = free - 1;
        refuses(one(removal(0, DEVICE)), one(second), _held(free, free - 1));
        second.from = free;
        publish(one(removal(0, DEVICE)), one(second));
    }

    /* REPLAY */

    /// @notice A signature serves once: after a revocation too it needs a later expiry, whatever else is enrolled.
    function test_replay() public {
        IDeviceRegistry.Enrolment memory first = enrolmentOf(DEVICE);
        enrol(first);
        revoke(removal(0, DEVICE));
        IDeviceRegistry.Enrolment memory again = first;
        again.from = (uint64(NOW) + REVOCATION) * MS;
        for (uint64 back = 0; back < 3; ++back) {
            again.expiry = first.expiry - back;
            refusesEnrolment(
                again,
                abi.encodeWithSelector(
                    IDeviceRegistry.EnrolmentReplayed.selector,
                    DEVICE,
                    again.expiry,
                    uint64(NOW + 1 days)
                )
            );
        }
        again.expiry = uint64(NOW + 1 days + 1);
        enrol(again);
    }

    /// @notice Whatever is given is taken exactly when each rule on its own allows it.
    function testFuzz_rules(uint64 from, uint64 until, uint64 expiry, uint256 bits) public {
        IDeviceRegistry.Enrolment memory first = enrolmentOf(DEVICE);
        enrol(first);
        revoke(removal(0, DEVICE));
        IDeviceRegistry.Enrolment memory given = enrolmentOf(DEVICE);
        uint64 free = (uint64(NOW) + REVOCATION) * MS;
        given.from = bits & 1 == 0 ? from >> 15 : uint64(between(from, free - 2, free + 2));
        given.until = bits & 2 == 0 ? until : given.from + (until % 3);
        given.expiry = bits & 4 == 0 ? expiry : uint64(between(expiry, NOW, first.expiry + 30 days));
        bool taken =
            given.from < given.until &&
                given.until < 1 << 48 &&
                given.expiry > first.expiry &&
                given.expiry <= NOW + 30 days &&
                given.from >= free;
        uint256 next = freshRoot();
        vm.prank(REGISTRAR);
        try registry.publish(root, next, none(), one(given)) {
            vm.assertTrue(taken, "taken against a rule");
        } catch {
            vm.assertTrue(!taken, "refused without a rule");
        }
    }
}
