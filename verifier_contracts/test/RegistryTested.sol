// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ClaimSignals} from "../src/ClaimSignals.sol";
import {DeviceRegistry} from "../src/DeviceRegistry.sol";
import {IDeviceRegistry} from "../src/interfaces/IDeviceRegistry.sol";
import {Tested} from "./Cheats.sol";

/// @notice An open registry, and enrolments that it takes. Roots and leaves are any numbers: the contract hashes nothing.
abstract contract RegistryFixture is Tested {
    address internal constant REGISTRAR = address(uint160(uint256(keccak256("registrar"))));
    address internal constant STRANGER = address(uint160(uint256(keccak256("stranger"))));
    uint256 internal constant R = ClaimSignals.R;
    uint256 internal constant NOW = 1_760_000_000;
    uint64 internal constant ADDITION = 4 hours;
    uint64 internal constant REVOCATION = 90 minutes;
    uint64 internal constant CURRENT = type(uint64).max;
    uint256 internal constant DEVICE = uint256(keccak256("device")) >> 3;
    uint256 internal constant REMOVED = 1;

    IDeviceRegistry internal registry;
    uint256 internal root;
    uint256 private _roots;

    function start() internal {
        vm.warp(NOW);
        registry = newRegistry();
        vm.prank(REGISTRAR);
        registry.open(ADDITION, REVOCATION, false);
        root = 0;
    }

    function newRegistry() internal virtual returns (IDeviceRegistry) {
        return new DeviceRegistry();
    }

    function freshRoot() internal returns (uint256) {
        return uint256(keccak256(abi.encode("root", ++_roots))) >> 3;
    }

    /// @dev For a year from now, with a signature that expires in a day.
    function enrolmentOf(uint256 deviceX) internal view returns (IDeviceRegistry.Enrolment memory given) {
        given.deviceX = deviceX;
        given.deviceY = R - 1;
        given.ownerCommitment = uint256(keccak256("owner")) >> 3;
        given.deviceClass = 7;
        given.from = uint64(block.timestamp * 1000);
        given.until = given.from + 365 days * 1000;
        given.leaf = uint256(keccak256(abi.encode("leaf", deviceX, given.from))) >> 3;
        given.expiry = uint64(block.timestamp + 1 days);
        given.signature = [uint256(1), 2, 3];
    }

    function one(
        IDeviceRegistry.Enrolment memory given
    ) internal pure returns (IDeviceRegistry.Enrolment[] memory list) {
        list = new IDeviceRegistry.Enrolment[](1);
        list[0] = given;
    }

    function one(
        IDeviceRegistry.Revocation memory given
    ) internal pure returns (IDeviceRegistry.Revocation[] memory list) {
        list = new IDeviceRegistry.Revocation[](1);
        list[0] = given;
    }

    function none() internal pure returns (IDeviceRegistry.Revocation[] memory) {
        return new IDeviceRegistry.Revocation[](0);
    }

    function nobody() internal pure returns (IDeviceRegistry.Enrolment[] memory) {
        return new IDeviceRegistry.Enrolment[](0);
    }

    function removal(uint256 place, uint256 deviceX) internal pure returns (IDeviceRegistry.Revocation memory) {
        return IDeviceRegistry.Revocation(place, deviceX, 0, REMOVED);
    }

    function publish(
        IDeviceRegistry.Revocation[] memory revocations,
        IDeviceRegistry.Enrolment[] memory enrolments
    ) internal {
        uint256 next = freshRoot();
        vm.prank(REGISTRAR);
        registry.publish(root, next, revocations, enrolments);
        root = next;
    }

    function enrol(IDeviceRegistry.Enrolment memory given) internal {
        publish(none(), one(given));
    }

    function revoke(IDeviceRegistry.Revocation memory given) internal {
        publish(one(given), nobody());
    }

    function refuses(
        IDeviceRegistry.Revocation[] memory revocations,
        IDeviceRegistry.Enrolment[] memory enrolments,
        bytes memory refusal
    ) internal {
        uint256 next = freshRoot();
        vm.expectRevert(refusal);
        vm.prank(REGISTRAR);
        registry.publish(root, next, revocations, enrolments);
    }

    function refusesEnrolment(IDeviceRegistry.Enrolment memory given, bytes memory refusal) internal {
        refuses(none(), one(given), refusal);
    }

    function refusesRevocation(IDeviceRegistry.Revocation memory given, bytes memory refusal) internal {
        refuses(one(given), nobody(), refusal);
    }
}

/// @notice A test that opens the fixture anew for each of its cases.
abstract contract RegistryTested is RegistryFixture {
    function setUp() public virtual {
        start();
    }
}
