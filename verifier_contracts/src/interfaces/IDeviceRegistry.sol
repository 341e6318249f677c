// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title IDeviceRegistry
/// @notice Whose devices count: registrars publish the roots of their enrolments here, each in a namespace of its own,
/// and an escrow asks `accepts`. Everything that a root stands for is in the log, so that anyone can make it again.
/// @dev Assumptions about the outside world:
/// - A registrar is trusted by whoever names him, and by nobody else: that a device is genuine and has one key, and that
///   a root is the root of what he logged. The contract computes no Poseidon and verifies no EdDSA; the log convicts him.
/// - Block time is at most seconds ahead of real time.
/// - What answers at 0x100 is P-256 verification (EIP-7951, RIP-7212) or nothing.
///
/// Units: `from`, `until` and `free` of devices in milliseconds; windows, `expiry` and ends of roots in seconds.
/// Every end is exclusive, but an expiry is the last second. Field means BN254's scalar field.
///
/// The tree: 8-ary, depth 7, places from 0 in the order of enrolment. A place holds 0 until it is enrolled, then its
/// leaf, then perhaps a leaf that ends earlier, and once it is removed 1, for ever. So no state of the tree comes back,
/// and a root that was published once is never the right one again: it is refused, whatever it was replaced for.
interface IDeviceRegistry {
    /* NOUNS */

    /// @notice The word of a hardware key for one enrolment; all zero where there is none.
    /// @param r ECDSA's r on P-256
    /// @param s ECDSA's s, in either half
    /// @param x Of the public key
    /// @param y Of the public key
    struct Attestation {
        uint256 r;
        uint256 s;
        uint256 x;
        uint256 y;
    }

    /// @notice One device for one owner and one period. The next free place is its place.
    /// @param deviceX A.x of the device's key, a field element
    /// @param deviceY A.y, for whoever verifies the signature
    /// @param ownerCommitment H_owner(owner key, A.x), a field element
    /// @param deviceClass What the device is, a field element
    /// @param from First millisecond
    /// @param until Millisecond after the last, below 2^48
    /// @param leaf H_leaf(A.x, owner commitment, class, from, until)
    /// @param expiry Last second in which the device's signature may be used; at most 30 days ahead
    /// @param signature R8.x, R8.y and S of the device over H_enrolment(chain, registry, registrar, owner commitment,
    /// expiry)
    /// @param attestation Of a listed hardware key over the leaf
    struct Enrolment {
        uint256 deviceX;
        uint256 deviceY;
        uint256 ownerCommitment;
        uint256 deviceClass;
        uint64 from;
        uint64 until;
        uint256 leaf;
        uint64 expiry;
        uint256[3] signature;
        Attestation attestation;
    }

    /// @notice The end of one enrolment: now, or at an earlier `until` than the one enrolled.
    /// @param place Of the enrolment
    /// @param deviceX A.x of its device; with another one, the device stays held until the old `until`
    /// @param until The new end, which keeps the records before it claimable; 0 to remove the place
    /// @param leaf The leaf with the new end; 1 where the place is removed
    struct Revocation {
        uint256 place;
        uint256 deviceX;
        uint64 until;
        uint256 leaf;
    }

    /* EVENTS */

    /// @notice A registrar has a registry from now on.
    event Opened(address indexed registrar, uint64 additionWindow, uint64 revocationWindow, bool attested);

    /// @notice Attestations of this hardware key are taken.
    event HardwareKeyListed(address indexed registrar, uint256 x, uint256 y);

    /// @notice Attestations of this hardware key are no longer taken. Enrolments that it vouched for stay.
    event HardwareKeyUnlisted(address indexed registrar, uint256 x, uint256 y);

    /// @notice A place holds another leaf, or 1, in the next root published by this registrar.
    event Revoked(address indexed registrar, uint256 indexed place, uint256 deviceX, uint64 until, uint256 leaf);

    /// @notice A place holds its first leaf in the next root published by this registrar.
    event Enrolled(address indexed registrar, uint256 indexed place, uint256 indexed deviceX, Enrolment enrolment);

    /// @notice The root of all that was logged up to here. `time` is the block's; the root it replaced, 0 where it is
    /// the first, is accepted before `end`.
    event Published(address indexed registrar, uint256 indexed root, uint256 replaced, uint64 time, uint64 end);

    /* ERRORS */

    /// @notice Thrown when a registrar opens a second registry.
    error RegistrarKnown(address registrar);

    /// @notice Thrown when a registrar without a registry publishes or lists.
    error RegistrarUnknown(address registrar);

    /// @notice Thrown when a window is out of bounds: 1 hour <= addition <= 30 days, revocation <= addition.
    error WindowsInvalid(uint64 additionWindow, uint64 revocationWindow);

    /// @notice Thrown when a root is 0 or no field element.
    error RootInvalid(uint256 root);

    /// @notice Thrown when the root to be replaced is not the current one: another publication came in between.
    error RootMoved(uint256 expected, uint256 got);

    /// @notice Thrown when a root was published before.
    error RootUsed(uint256 root);

    /// @notice Thrown by an addition while 32 replaced roots are valid; there is room once the oldest ends, at `end`.
    error RootsFull(uint64 end);

    /// @notice Thrown when all 8^7 places are taken.
    error RegistryFull();

    /// @notice Thrown when a part of an enrolment is out of range; names the part.
    error EnrolmentInvalid(uint256 deviceX, string part);

    /// @notice Thrown when the device's signature has expired.
    error EnrolmentExpired(uint256 deviceX, uint64 expiry);

    /// @notice Thrown when the device's signature expires no later than the last one used for its key: used, or older.
    error EnrolmentReplayed(uint256 deviceX, uint64 expiry, uint64 used);

    /// @notice Thrown when an enrolment begins before its device's key is free.
    error DeviceHeld(uint256 deviceX, uint64 free, uint64 from);

    /// @notice Thrown when there is nothing to revoke at a place: not enrolled yet, or removed.
    error PlaceEmpty(uint256 place);

    /// @notice Thrown when a new end is not inside the enrolment's period, or the leaf is not one for it.
    error RevocationInvalid(uint256 place, string part);

    /// @notice Thrown when a hardware key is no point of P-256, coordinates of p or more included.
    error HardwareKeyInvalid(uint256 x, uint256 y);

    /// @notice Thrown when a hardware key is not on the registrar's list.
    error HardwareKeyUnknown(uint256 x, uint256 y);

    /// @notice Thrown when a hardware key is on the registrar's list already.
    error HardwareKeyKnown(uint256 x, uint256 y);

    /// @notice Thrown when a registrar who asks every device for an attestation enrols one without.
    error AttestationMissing(uint256 deviceX);

    /// @notice Thrown when an attestation is not by its key over this enrolment.
    error AttestationRejected(uint256 deviceX);

    /// @notice Thrown on a fork, under another id, of the chain that this registry was deployed on.
    error ChainMismatch(uint256 expected, uint256 got);

    /* VERBS */

    /// @notice Opens the sender's registry, once and for ever with these windows.
    /// @param additionWindow How long a root stays valid after it was replaced; 1 hour to 30 days
    /// @param revocationWindow How long it stays valid after a revocation; 0 to the addition window
    /// @param attested Whether every enrolment has to carry an attestation
    function open(uint64 additionWindow, uint64 revocationWindow, bool attested) external;

    /// @notice Takes attestations of a hardware key from now on.
    /// @param x Of the public key
    /// @param y Of the public key
    function list(uint256 x, uint256 y) external;

    /// @notice Takes no more attestations of a hardware key.
    /// @param x Of the public key
    /// @param y Of the public key
    function unlist(uint256 x, uint256 y) external;

    /// @notice Revokes, then enrols, and publishes the root of the tree after both. With a revocation, every older root
    /// ends at the revocation window from now at the latest; so it does when nothing is enrolled or revoked at all,
    /// because then the new root can only correct a wrong one.
    /// @param replaced The current root, which this one was computed from; 0 before the first
    /// @param root The new root
    /// @param revocations In order
    /// @param enrolments In order, at the next places
    function publish(
        uint256 replaced,
        uint256 root,
        Revocation[] calldata revocations,
        Enrolment[] calldata enrolments
    ) external;

    /* ANSWERS */

    /// @notice Whether a claim may be about this root now: the registrar's current one, or one whose window is not over.
    function accepts(address registrar, uint256 root) external view returns (bool);

    /// @notice First second in which a root is refused: 0 if it was never published, 2^64 - 1 while it is the current one.
    function endOf(address registrar, uint256 root) external view returns (uint64);

    /// @notice The registrar's current root, 0 before the first; his windows, all 0 before he opened; and whether he asks
    /// every device for an attestation.
    function registryOf(
        address registrar
    ) external view returns (uint256 root, uint64 additionWindow, uint64 revocationWindow, bool attested);

    /// @notice How many places are taken, removed ones included.
    function placesOf(address registrar) external view returns (uint256);

    /// @notice First millisecond from which a device's key may be enrolled, and the expiry of its last signature; 0 and 0
    /// if it never was.
    function deviceOf(address registrar, uint256 deviceX) external view returns (uint64 free, uint64 expiry);

    /// @notice Whether attestations of a hardware key are taken.
    function listed(address registrar, uint256 x, uint256 y) external view returns (bool);
}
