// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {ClaimSignals} from "./ClaimSignals.sol";
import {HardwareKey} from "./HardwareKey.sol";
import {IDeviceRegistry} from "./interfaces/IDeviceRegistry.sol";
import {RootWindows} from "./RootWindows.sol";

/// @title DeviceRegistry
/// @notice See IDeviceRegistry for every word used here. No owner, no proxy: a registrar is whoever sends, and writes in
/// no other namespace than his own.
/// @dev
///     registrar:  unknown -> open -> open
///     place:      0 -> enrol -> leaf -> revoke -> leaf that ends earlier -> revoke -> removed
///     device key: free from 0 -> enrol -> held to its until -> free from there
///                                      -> revoke -> free once no accepted root carries its leaf
///
///     storage     slots
///     _registries 3 per registrar, and a half per place
///     _devices    1 per device key of a registrar
///     _listed     1 per hardware key of a registrar
///     and those of RootWindows
///
/// What stops whom:
/// - Someone else's device: its own signature names chain, registry, registrar and owner. Nobody but the registrar writes
///   here, so nobody takes a key before its owner does.
/// - A signature used again, after a revocation too: the expiry has to be later than that of the last one used for this
///   key. A device that agrees again signs a later one. No expiry is more than 30 days ahead, so none shuts a device out.
/// - Two owners of one device at one time, paid twice for one slot: `free`. A root is accepted before its end e, claims
///   on it hold no record after the block's time, so none of 1000 e or later; from there the next leaf may begin.
contract DeviceRegistry is RootWindows {
    struct Place {
        uint48 from;
        uint48 until;
    }

    struct Device {
        uint64 expiry;
        uint64 free;
        uint32 place;
    }

    struct Registry {
        uint256 root;
        uint64 additionWindow;
        uint64 revocationWindow;
        bool attested;
        Place[] places;
    }

    uint256 private constant PLACES = 8 ** 7;
    uint256 private constant TIME_LIMIT = 1 << 48;
    uint64 private constant LONGEST = 30 days;
    uint256 private constant REMOVED = 1;

    uint256 private immutable CHAIN = block.chainid;

    mapping(address registrar => Registry) private _registries;
    mapping(address registrar => mapping(uint256 deviceX => Device)) private _devices;
    mapping(address registrar => mapping(bytes32 hardwareKey => bool)) private _listed;

    /* OPEN AND LIST */

    /// @inheritdoc IDeviceRegistry
    function open(uint64 additionWindow, uint64 revocationWindow, bool attested) external {
        Registry storage registry = _registries[msg.sender];
        if (registry.additionWindow != 0) revert RegistrarKnown(msg.sender);
        if (additionWindow < 1 hours || additionWindow > LONGEST || revocationWindow > additionWindow) {
            revert WindowsInvalid(additionWindow, revocationWindow);
        }
        registry.additionWindow = additionWindow;
        registry.revocationWindow = revocationWindow;
        registry.attested = attested;
        emit Opened(msg.sender, additionWindow, revocationWindow, attested);
    }

    /// @inheritdoc IDeviceRegistry
    function list(uint256 x, uint256 y) external {
        _opened();
        if (!HardwareKey.isPoint(x, y)) revert HardwareKeyInvalid(x, y);
        if (_listed[msg.sender][_hardwareKey(x, y)]) revert HardwareKeyKnown(x, y);
        _listed[msg.sender][_hardwareKey(x, y)] = true;
        emit HardwareKeyListed(msg.sender, x, y);
    }

    /// @inheritdoc IDeviceRegistry
    function unlist(uint256 x, uint256 y) external {
        if (!_listed[msg.sender][_hardwareKey(x, y)]) revert HardwareKeyUnknown(x, y);
        delete _listed[msg.sender][_hardwareKey(x, y)];
        emit HardwareKeyUnlisted(msg.sender, x, y);
    }

    /* PUBLISH */

    /// @inheritdoc IDeviceRegistry
    function publish(
        uint256 replaced,
        uint256 root,
        Revocation[] calldata revocations,
        Enrolment[] calldata enrolments
    ) external {
        if (block.chainid != CHAIN) revert ChainMismatch(CHAIN, block.chainid);
        Registry storage registry = _opened();
        if (replaced != registry.root) revert RootMoved(registry.root, replaced);

        for (uint256 i = 0; i < revocations.length; ++i) _revoke(registry, revocations[i]);
        for (uint256 i = 0; i < enrolments.length; ++i) _enrol(registry, enrolments[i]);

        bool revokes = revocations.length != 0 || enrolments.length == 0;
        uint64 window = revokes ? registry.revocationWindow : registry.additionWindow;
        registry.root = root;
        uint64 end = _replace(replaced, root, window, revokes);
        emit Published(msg.sender, root, replaced, uint64(block.timestamp), end);
    }

    /* ANSWERS */

    /// @inheritdoc IDeviceRegistry
    function registryOf(address registrar) external view returns (uint256, uint64, uint64, bool) {
        Registry storage registry = _registries[registrar];
        return (registry.root, registry.additionWindow, registry.revocationWindow, registry.attested);
    }

    /// @inheritdoc IDeviceRegistry
    function placesOf(address registrar) external view returns (uint256) {
        return _registries[registrar].places.length;
    }

    /// @inheritdoc IDeviceRegistry
    function deviceOf(address registrar, uint256 deviceX) external view returns (uint64 free, uint64 expiry) {
        Device storage device = _devices[registrar][deviceX];
        return (device.free, device.expiry);
    }

    /// @inheritdoc IDeviceRegistry
    function listed(address registrar, uint256 x, uint256 y) external view returns (bool) {
        return _listed[registrar][_hardwareKey(x, y)];
    }

    /* ONE PLACE */

    function _revoke(Registry storage registry, Revocation calldata revoked) private {
        if (revoked.place >= registry.places.length) revert PlaceEmpty(revoked.place);
        Place storage place = registry.places[revoked.place];
        if (place.until == 0) revert PlaceEmpty(revoked.place);
        if (revoked.until == 0) {
            if (revoked.leaf != REMOVED) revert RevocationInvalid(revoked.place, "leaf");
        } else {
            if (revoked.until <= place.from || revoked.until >= place.until) {
                revert RevocationInvalid(revoked.place, "until");
            }
            if (_noLeaf(revoked.leaf)) revert RevocationInvalid(revoked.place, "leaf");
        }

        place.until = uint48(revoked.until);
        Device storage device = _devices[msg.sender][revoked.deviceX];
        // An older place of the same device ended before the newest begins, and frees nothing.
        if (device.expiry != 0 && device.place == revoked.place) {
            uint256 end = (block.timestamp + registry.revocationWindow) * 1000;
            // Not before its own beginning, where the place before it may have ended.
            if (end < place.from) end = place.from;
            if (end < revoked.until) end = revoked.until;
            if (end < device.free) device.free = uint64(end);
        }
        emit Revoked(msg.sender, revoked.place, revoked.deviceX, revoked.until, revoked.leaf);
    }

    function _enrol(Registry storage registry, Enrolment calldata enrolled) private {
        uint256 place = registry.places.length;
        if (place == PLACES) revert RegistryFull();
        uint256 deviceX = enrolled.deviceX;
        _checkNumbers(enrolled);

        Device storage device = _devices[msg.sender][deviceX];
        if (enrolled.expiry < block.timestamp) revert EnrolmentExpired(deviceX, enrolled.expiry);
        if (enrolled.expiry > block.timestamp + LONGEST) revert EnrolmentInvalid(deviceX, "expiry");
        if (enrolled.expiry <= device.expiry) revert EnrolmentReplayed(deviceX, enrolled.expiry, device.expiry);
        if (enrolled.from < device.free) revert DeviceHeld(deviceX, device.free, enrolled.from);
        _checkAttestation(registry, enrolled);

        registry.places.push(Place(uint48(enrolled.from), uint48(enrolled.until)));
        _devices[msg.sender][deviceX] = Device(enrolled.expiry, enrolled.until, uint32(place));
        emit Enrolled(msg.sender, place, deviceX, enrolled);
    }

    /* CHECKS */

    function _opened() private view returns (Registry storage registry) {
        registry = _registries[msg.sender];
        if (registry.additionWindow == 0) revert RegistrarUnknown(msg.sender);
    }

    /// @dev A number of r or more would be an alias: the same leaf, and a key that was never used.
    function _checkNumbers(Enrolment calldata enrolled) private pure {
        uint256 deviceX = enrolled.deviceX;
        if (deviceX >= ClaimSignals.R) revert EnrolmentInvalid(deviceX, "deviceX");
        if (enrolled.deviceY >= ClaimSignals.R) revert EnrolmentInvalid(deviceX, "deviceY");
        if (enrolled.ownerCommitment >= ClaimSignals.R) revert EnrolmentInvalid(deviceX, "ownerCommitment");
        if (enrolled.deviceClass >= ClaimSignals.R) revert EnrolmentInvalid(deviceX, "deviceClass");
        if (enrolled.until >= TIME_LIMIT) revert EnrolmentInvalid(deviceX, "until");
        if (enrolled.from >= enrolled.until) revert EnrolmentInvalid(deviceX, "from");
        if (_noLeaf(enrolled.leaf)) revert EnrolmentInvalid(deviceX, "leaf");
    }

    function _noLeaf(uint256 leaf) private pure returns (bool) {
        return leaf <= REMOVED || leaf >= ClaimSignals.R;
    }

    function _checkAttestation(Registry storage registry, Enrolment calldata enrolled) private view {
        Attestation calldata given = enrolled.attestation;
        if (given.r | given.s | given.x | given.y == 0) {
            if (registry.attested) revert AttestationMissing(enrolled.deviceX);
            return;
        }
        // Only points of the curve are listed, by canonical coordinates.
        if (!_listed[msg.sender][_hardwareKey(given.x, given.y)]) revert HardwareKeyUnknown(given.x, given.y);
        bytes32 digest = HardwareKey.digest(CHAIN, address(this), msg.sender, enrolled.leaf, enrolled.expiry);
        if (!HardwareKey.signed(digest, given.r, given.s, given.x, given.y)) {
            revert AttestationRejected(enrolled.deviceX);
        }
    }

    function _hardwareKey(uint256 x, uint256 y) private pure returns (bytes32) {
        return keccak256(abi.encode(x, y));
    }
}
