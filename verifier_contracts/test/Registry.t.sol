// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {DeviceRegistry} from "../src/DeviceRegistry.sol";
import {IDeviceRegistry} from "../src/interfaces/IDeviceRegistry.sol";
import {RegistryTested} from "./RegistryTested.sol";

contract RegistryTest is RegistryTested {
    /* OPENING */

    /// @notice A registry is opened once, and says so.
    function test_open() public {
        vm.expectEmit();
        emit IDeviceRegistry.Opened(STRANGER, 30 days, 30 days, true);
        vm.prank(STRANGER);
        registry.open(30 days, 30 days, true);
        (uint256 current, uint64 addition, uint64 revocation, bool attested) = registry.registryOf(STRANGER);
        vm.assertEq(current, 0, "no root yet");
        vm.assertTrue(addition == 30 days && revocation == 30 days && attested, "as opened");
        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.RegistrarKnown.selector, STRANGER));
        vm.prank(STRANGER);
        registry.open(30 days, 30 days, true);
    }

    /// @notice Windows are judged at their bounds.
    function test_windows() public {
        _opens(1 hours, 0, true);
        _opens(1 hours - 1, 0, false);
        _opens(1 hours, 1 hours, true);
        _opens(1 hours, 1 hours + 1, false);
        _opens(30 days, 30 days - 1, true);
        _opens(30 days + 1, 0, false);
        _opens(0, 0, false);
        _opens(CURRENT, CURRENT, false);
    }

    function _opens(uint64 addition, uint64 revocation, bool taken) private {
        IDeviceRegistry fresh = new DeviceRegistry();
        if (!taken) {
            vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.WindowsInvalid.selector, addition, revocation));
        }
        fresh.open(addition, revocation, false);
    }

    /// @notice Who has not opened publishes and lists nothing.
    function test_notOpened() public {
        bytes memory refusal = abi.encodeWithSelector(IDeviceRegistry.RegistrarUnknown.selector, STRANGER);
        vm.expectRevert(refusal);
        vm.prank(STRANGER);
        registry.publish(0, 5, none(), nobody());
        vm.expectRevert(refusal);
        vm.prank(STRANGER);
        registry.list(1, 1);
    }

    /* NAMESPACES */

    /// @notice What one registrar does is nothing to another: roots, device keys, places (H5).
    function test_registrarsShareNothing() public {
        enrol(enrolmentOf(DEVICE));
        vm.assertTrue(registry.accepts(REGISTRAR, root), "his own");
        vm.assertTrue(!registry.accepts(STRANGER, root), "not of another");
        vm.prank(STRANGER);
        registry.open(ADDITION, 0, false);
        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.PlaceEmpty.selector, 0));
        vm.prank(STRANGER);
        registry.publish(0, root, one(removal(0, DEVICE)), nobody());
        vm.prank(STRANGER);
        registry.publish(0, root, none(), one(enrolmentOf(DEVICE)));
        vm.prank(STRANGER);
        registry.publish(root, 5, one(removal(0, DEVICE)), nobody());
        vm.assertTrue(registry.accepts(REGISTRAR, root) && !registry.accepts(STRANGER, root), "apart");
    }

    /// @notice On a fork under another id nothing is published: signatures name the chain.
    function test_fork() public {
        uint256 chain = block.chainid;
        vm.chainId(chain + 1);
        refuses(
            none(),
            one(enrolmentOf(DEVICE)),
            abi.encodeWithSelector(IDeviceRegistry.ChainMismatch.selector, chain, chain + 1)
        );
    }

    /* ROOTS */

    /// @notice A root is a field element and not 0.
    function test_rootInvalid() public {
        uint256[4] memory odd = [0, R, R + 5, type(uint256).max];
        for (uint256 i = 0; i < odd.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.RootInvalid.selector, odd[i]));
            vm.prank(REGISTRAR);
            registry.publish(0, odd[i], none(), one(enrolmentOf(DEVICE)));
        }
        vm.prank(REGISTRAR);
        registry.publish(0, R - 1, none(), one(enrolmentOf(DEVICE)));
        vm.assertTrue(registry.accepts(REGISTRAR, R - 1) && !registry.accepts(REGISTRAR, 0), "the largest, and none");
    }

    /// @notice A root that was published is not published again: current, replaced, ended or revoked out.
    function test_rootUsed() public {
        enrol(enrolmentOf(DEVICE));
        uint256 first = root;
        _refusesRoot(first);
        enrol(enrolmentOf(DEVICE + 1));
        _refusesRoot(first);
        vm.warp(NOW + ADDITION);
        _refusesRoot(first);
        uint256 second = root;
        revoke(removal(0, DEVICE));
        _refusesRoot(second);
        vm.warp(block.timestamp + 30 days);
        _refusesRoot(second);
        _refusesRoot(first);
    }

    function _refusesRoot(uint256 used) private {
        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.RootUsed.selector, used));
        vm.prank(REGISTRAR);
        registry.publish(root, used, none(), nobody());
    }

    /// @notice A publication names the root it was computed from; a second one from the same root is refused.
    function test_rootMoved() public {
        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.RootMoved.selector, 0, 5));
        vm.prank(REGISTRAR);
        registry.publish(5, 6, none(), nobody());
        enrol(enrolmentOf(DEVICE));
        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.RootMoved.selector, root, 0));
        vm.prank(REGISTRAR);
        registry.publish(0, 6, none(), nobody());
    }

    /// @notice Additions replace by the long window, revocations and corrections by the short one; both are printed.
    function test_published() public {
        _publishes(none(), one(enrolmentOf(DEVICE)), 0);
        _publishes(none(), one(enrolmentOf(DEVICE + 1)), ADDITION);
        _publishes(one(removal(0, DEVICE)), nobody(), REVOCATION);
        _publishes(one(removal(1, DEVICE + 1)), one(enrolmentOf(DEVICE + 2)), REVOCATION);
        _publishes(none(), nobody(), REVOCATION);
    }

    function _publishes(
        IDeviceRegistry.Revocation[] memory revocations,
        IDeviceRegistry.Enrolment[] memory enrolments,
        uint64 window
    ) private {
        uint256 next = freshRoot();
        uint256 before = root;
        uint64 end = window == 0 ? 0 : uint64(block.timestamp) + window;
        vm.expectEmit();
        emit IDeviceRegistry.Published(REGISTRAR, next, before, uint64(block.timestamp), end);
        vm.prank(REGISTRAR);
        registry.publish(before, next, revocations, enrolments);
        root = next;
        (uint256 current, , , ) = registry.registryOf(REGISTRAR);
        vm.assertEq(current, next, "current");
        vm.assertEq(registry.endOf(REGISTRAR, next), CURRENT, "no end");
        if (window != 0) vm.assertEq(registry.endOf(REGISTRAR, before), end, "end of the one before");
    }

    /// @notice A replaced root is taken in the last second of its window, and not in the next.
    function test_windowsEnd() public {
        enrol(enrolmentOf(DEVICE));
        uint256 first = root;
        enrol(enrolmentOf(DEVICE + 1));
        _endsAt(first, NOW + ADDITION);
        uint256 second = root;
        uint256 time = block.timestamp;
        revoke(removal(0, DEVICE));
        _endsAt(second, time + REVOCATION);
        vm.warp(block.timestamp + 3650 days);
        vm.assertTrue(registry.accepts(REGISTRAR, root), "the current one has no end");
    }

    function _endsAt(uint256 which, uint256 end) private {
        vm.warp(end - 1);
        vm.assertTrue(registry.accepts(REGISTRAR, which), "last second");
        vm.warp(end);
        vm.assertTrue(!registry.accepts(REGISTRAR, which), "ended");
        vm.warp(end + 1);
        vm.assertTrue(!registry.accepts(REGISTRAR, which), "stays ended");
    }

    /// @notice With a revocation window of 0, the roots with a revoked device are refused in the same block.
    function test_revocationAtOnce() public {
        vm.prank(STRANGER);
        registry.open(ADDITION, 0, false);
        vm.prank(STRANGER);
        registry.publish(0, 5, none(), one(enrolmentOf(DEVICE)));
        vm.prank(STRANGER);
        registry.publish(5, 6, none(), one(enrolmentOf(DEVICE + 1)));
        vm.prank(STRANGER);
        registry.publish(6, 7, one(removal(0, DEVICE)), nobody());
        vm.assertTrue(!registry.accepts(STRANGER, 5) && !registry.accepts(STRANGER, 6), "both older ones");
        vm.assertTrue(registry.accepts(STRANGER, 7), "the new one");
    }

    /* THE RING */

    /// @notice With 32 replaced roots valid an addition waits for the oldest to end; a revocation ends it and goes on.
    function test_rootsFull() public {
        uint256[] memory roots = new uint256[](33);
        for (uint256 i = 0; i < 33; ++i) {
            vm.warp(NOW + i);
            enrol(enrolmentOf(DEVICE + i));
            roots[i] = root;
        }
        vm.warp(NOW + 100);
        uint64 oldest = uint64(NOW + 1) + ADDITION;
        bytes memory full = abi.encodeWithSelector(IDeviceRegistry.RootsFull.selector, oldest);
        refusesEnrolment(enrolmentOf(DEVICE + 33), full);
        vm.warp(oldest - 1);
        refusesEnrolment(enrolmentOf(DEVICE + 33), full);
        vm.warp(oldest);
        enrol(enrolmentOf(DEVICE + 33));
        refusesEnrolment(
            enrolmentOf(DEVICE + 34),
            abi.encodeWithSelector(IDeviceRegistry.RootsFull.selector, oldest + 1)
        );

        vm.assertTrue(registry.accepts(REGISTRAR, roots[1]), "valid before the revocation");
        revoke(removal(0, DEVICE));
        vm.assertTrue(!registry.accepts(REGISTRAR, roots[1]), "the oldest ends at once");
        uint256 end = block.timestamp + REVOCATION;
        for (uint256 i = 2; i < 33; ++i) {
            uint256 before = NOW + i + 1 + ADDITION;
            if (i == 32) before = oldest + ADDITION;
            vm.assertEq(registry.endOf(REGISTRAR, roots[i]), before < end ? before : end, "the others are shortened");
        }
        for (uint256 i = 1; i < 34; ++i) revoke(removal(i, 0));
    }

    /* GAS */

    /// @notice What an escrow pays to ask is one cold slot and the call.
    function test_gasOfAccepts() public {
        enrol(enrolmentOf(DEVICE));
        uint256 current = root;
        vm.cool(address(registry));
        uint256 before = gasleft();
        bool taken = registry.accepts(REGISTRAR, current);
        uint256 used = before - gasleft();
        vm.assertTrue(taken && used < 6_000, "gas of accepts");
    }
}
