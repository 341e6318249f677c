"""What a registrar's registry is, by the page that describes it: places, devices, roots and their ends, and a tree."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cache

from tests.reference import sealing
from tests.settlement.machines.attempts import Refusal

LONGEST_EXPIRY = 30 * 86_400
REMOVED = 1


@dataclass(frozen=True)
class Entered:
    """One enrolment that a device agrees to."""

    device_x: int
    commitment: int
    device_class: int
    start: int
    until: int
    expiry: int
    hardware: int | None = None
    """Which hardware key vouches for it."""

    @property
    def leaf(self) -> int:
        """By the reference."""
        return sealing.registry_leaf(self.device_x, self.commitment, self.device_class, self.start, self.until)


@dataclass(frozen=True)
class Removed:
    """One revocation: an earlier end, or none at all."""

    place: int
    until: int | None


@dataclass(frozen=True)
class Known:
    """What is remembered of a device."""

    expiry: int
    free: int
    place: int


@dataclass
class RegistryModel:
    """One registrar's; nothing of it before he opens."""

    addition: int = 0
    revocation: int = 0
    attested: bool = False
    places: list[Entered | None] = field(default_factory=list)
    devices: dict[int, Known] = field(default_factory=dict)
    hardware: set[int] = field(default_factory=set)
    ends: dict[int, int | None] = field(default_factory=dict)
    """Every root ever published, with the first second in which it is refused; None for the current one."""

    def copied(self) -> "RegistryModel":
        """A state to come back to."""
        other = copy(self)
        other.places, other.devices = list(self.places), dict(self.devices)
        other.hardware, other.ends = set(self.hardware), dict(self.ends)
        return other

    @property
    def root(self) -> int:
        """The current one; 0 before the first."""
        return next((root for root, end in self.ends.items() if end is None), 0)

    @property
    def tree_root(self) -> int:
        """Of the places, by the reference."""
        return _root(tuple(REMOVED if each is None else each.leaf for each in self.places))

    def accepted(self, root: int, time: int) -> bool:
        """Whether a claim about this root is taken."""
        end = self.ends.get(root, 0)
        return end is None or time < end

    def open_refused(self, registrar: str, addition: int, revocation: int) -> Refusal | None:
        """Once, and within bounds."""
        if self.addition:
            return Refusal.of("RegistrarKnown", registrar=registrar)
        if not 3600 <= addition <= 30 * 86_400 or revocation > addition:
            return Refusal.of("WindowsInvalid", additionWindow=addition, revocationWindow=revocation)
        return None

    def unsent(self, seen: Sequence[Entered | None], removed: Sequence[Removed]) -> Refusal | None:
        """What the client refuses, by the ledger that it was given."""
        standing = list(seen)
        for each in removed:
            found = standing[each.place] if each.place < len(standing) else None
            if found is None:
                return Refusal.of("PlaceEmpty", place=each.place)
            if each.until is not None and each.until <= found.start:
                return Refusal("RecordInvalid")
            standing[each.place] = replace(found, until=each.until) if each.until else None
        return None

    def publish(
        self, registrar: str, replaced: int, removed: Sequence[Removed], entered: Sequence[Entered], time: int
    ) -> "Refusal | RegistryModel":
        """The registry afterwards, or the contract's refusal in a block of this time."""
        if not self.addition:
            return Refusal.of("RegistrarUnknown", registrar=registrar)
        if replaced != self.root:
            return Refusal.of("RootMoved", expected=self.root, got=replaced)
        after = self.copied()
        for each in removed:
            if refusal := after._revoke(each, time):
                return refusal
        for one in entered:
            if refusal := after._enrol(one, time):
                return refusal
        root = after.tree_root
        if root == 0:
            return Refusal.of("RootInvalid", root=0)
        if root in self.ends:
            return Refusal.of("RootUsed", root=root)
        end = time + (self.revocation if removed else self.addition)
        for old, due in self.ends.items():
            if due is None or (removed and due > end):
                after.ends[old] = end
        after.ends[root] = None
        return after

    def _revoke(self, removed: Removed, time: int) -> Refusal | None:
        place = self.places[removed.place]
        assert place is not None, "the client looked"
        if removed.until is not None and removed.until >= place.until:
            return Refusal.of("RevocationInvalid", place=removed.place, part="until")
        known = self.devices[place.device_x]
        if known.place == removed.place:
            end = max((time + self.revocation) * 1000, place.start, removed.until or 0)
            self.devices[place.device_x] = replace(known, free=min(known.free, end))
        self.places[removed.place] = replace(place, until=removed.until) if removed.until else None
        return None

    def _enrol(self, one: Entered, time: int) -> Refusal | None:
        known = self.devices.get(one.device_x, Known(0, 0, 0))
        x = one.device_x
        if one.expiry < time:
            return Refusal.of("EnrolmentExpired", deviceX=x, expiry=one.expiry)
        if one.expiry > time + LONGEST_EXPIRY:
            return Refusal.of("EnrolmentInvalid", deviceX=x, part="expiry")
        if one.expiry <= known.expiry:
            return Refusal.of("EnrolmentReplayed", deviceX=x, expiry=one.expiry, used=known.expiry)
        if one.start < known.free:
            return Refusal.of("DeviceHeld", deviceX=x, free=known.free, **{"from": one.start})
        if one.hardware is None and self.attested:
            return Refusal.of("AttestationMissing", deviceX=x)
        if one.hardware is not None and one.hardware not in self.hardware:
            return Refusal("HardwareKeyUnknown")
        self.devices[x] = Known(one.expiry, one.until, len(self.places))
        self.places.append(one)
        return None


@cache
def _root(leaves: tuple[int, ...]) -> int:
    return sealing.registry_path(leaves, 0)[0] if leaves else 0
