"""The two trees: over a capsule's ciphertext words, and over a registry's enrolments."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from .. import _native
from ..errors import ArtifactMismatch, RecordInvalid, ResourceLimit
from .device import DevicePublic
from .hashing import FIELD_ORDER, hashed
from .record import TIME_BITS

REGISTRY_ARITY = 8
REGISTRY_DEPTH = 7
MAX_ENROLMENTS = REGISTRY_ARITY**REGISTRY_DEPTH
"""2,097,152 leaves."""

REMOVED_LEAF = 1
"""What a place holds for ever once its enrolment was removed. No enrolment hashes to it, and no tree comes back: an
empty place, which holds 0, is one that nobody was ever enrolled at."""


def content_root(words: Sequence[int]) -> int:
    """Root over all ciphertext words; every node's tag holds its level and the number of words."""
    return _native.content_root(words)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a registrar says of one device: whose it is, of what class, and from when until when."""

    device: DevicePublic
    owner_commitment: int
    device_class: int
    valid_from: int
    """Milliseconds since 1970, inclusive."""
    valid_until: int
    """Milliseconds since 1970, exclusive, below 2^48."""

    def __post_init__(self) -> None:
        for name, value in (("owner_commitment", self.owner_commitment), ("device_class", self.device_class)):
            if not 0 <= value < FIELD_ORDER:
                raise RecordInvalid(f"enrolment: {name} is not a field element", rule=name)
        if not 0 <= self.valid_from < self.valid_until < 2**TIME_BITS:
            raise RecordInvalid("enrolment: valid_from before valid_until, both below 2^48", rule="period")

    @property
    def leaf(self) -> int:
        """The enrolment's leaf in the registry."""
        period = (self.valid_from, self.valid_until)
        return hashed("leaf", [self.device.x, self.owner_commitment, self.device_class, *period])


class RegistryTree:
    """The registry's tree alone, leaves in the order of their places; changing one costs seven hashes."""

    def __init__(self, leaves: Iterable[int] = ()) -> None:
        self._levels: list[list[int]] = [list(leaves), *([] for _ in range(REGISTRY_DEPTH))]
        """Leaves first, the root last; nodes beyond the last place are 0 and not held."""
        if len(self) > MAX_ENROLMENTS:
            raise ResourceLimit(f"a registry holds at most {MAX_ENROLMENTS} enrolments", limit=MAX_ENROLMENTS)
        for level in range(1, REGISTRY_DEPTH + 1):
            places = range(-(-len(self._levels[level - 1]) // REGISTRY_ARITY))
            self._levels[level] = [hashed("registry", self._children(level, place), level) for place in places]

    def __len__(self) -> int:
        return len(self._levels[0])

    def copy(self) -> "RegistryTree":
        """The same tree, to be changed on its own."""
        other = RegistryTree()
        other._levels = [list(nodes) for nodes in self._levels]
        return other

    @property
    def root(self) -> int:
        """What a registrar publishes; 0 before the first enrolment."""
        return self._levels[-1][0] if self._levels[0] else 0

    def leaf(self, place: int) -> int:
        """What stands at a place that was enrolled."""
        return self._levels[0][place]

    def place_of(self, leaf: int) -> int:
        """Where a leaf stands; ArtifactMismatch if it is not enrolled."""
        if leaf != REMOVED_LEAF and leaf in self._levels[0]:
            return self._levels[0].index(leaf)
        raise ArtifactMismatch("this enrolment is not in the registry; ask the registrar for the current list")

    def put(self, place: int, leaf: int) -> None:
        """Set the leaf of a place: one that is there, or the next. ResourceLimit where there is no next one."""
        if not 0 <= place <= len(self):
            raise ArtifactMismatch(f"place {place} is not the next one; enrol in order", place=place)
        if place == MAX_ENROLMENTS:
            raise ResourceLimit(f"a registry holds at most {MAX_ENROLMENTS} enrolments", limit=MAX_ENROLMENTS)
        node = leaf
        for level, nodes in enumerate(self._levels):
            if level:
                node = hashed("registry", self._children(level, place), level)
            nodes[place : place + 1] = [node]
            place //= REGISTRY_ARITY

    def path(self, place: int) -> list[list[int]]:
        """The 8 children of each of the 7 nodes from a place to the root."""
        return [self._children(level, place // REGISTRY_ARITY**level) for level in range(1, REGISTRY_DEPTH + 1)]

    def _children(self, level: int, place: int) -> list[int]:
        found = self._levels[level - 1][place * REGISTRY_ARITY : (place + 1) * REGISTRY_ARITY]
        return [*found, *[0] * (REGISTRY_ARITY - len(found))]


@dataclass(frozen=True, slots=True)
class Registry:
    """All enrolments of one registrar, in the order they were made; None where one was removed."""

    places: tuple[Enrolment | None, ...]
    _tree: RegistryTree = field(init=False, repr=False, compare=False)

    def __init__(self, places: Iterable[Enrolment | None]) -> None:
        object.__setattr__(self, "places", tuple(places))
        leaves = (REMOVED_LEAF if place is None else place.leaf for place in self.places)
        _refuse_overlaps(self.enrolments)
        object.__setattr__(self, "_tree", RegistryTree(leaves))

    @property
    def enrolments(self) -> tuple[Enrolment, ...]:
        """Those that were not removed."""
        return tuple(place for place in self.places if place is not None)

    @property
    def root(self) -> int:
        """What a request names; 0 while nobody is enrolled."""
        return self._tree.root

    def enrolment_of(self, device: DevicePublic, owner_commitment: int, time: int) -> Enrolment:
        """The enrolment of a device as this owner's at a time in milliseconds; ArtifactMismatch if there is none."""
        for each in self.enrolments:
            if each.device == device and each.valid_from <= time < each.valid_until:
                if each.owner_commitment == owner_commitment:
                    return each
                raise ArtifactMismatch("the device is enrolled as another owner's at that time; use that owner's key")
        raise ArtifactMismatch("the device is not enrolled at that time; have its registrar enrol it")

    def path(self, leaf: int) -> list[list[int]]:
        """The 8 children of each of the 7 nodes from `leaf` to the root; ArtifactMismatch if it is not enrolled."""
        return self._tree.path(self._tree.place_of(leaf))


def _refuse_overlaps(enrolments: tuple[Enrolment, ...]) -> None:
    """Two owners of one device at one time would be paid twice for one slot: nullifiers hold the owner's key."""
    periods: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for enrolment in enrolments:
        periods[enrolment.device.x].append((enrolment.valid_from, enrolment.valid_until))
    for times in periods.values():
        for (_, until), (start, _) in pairwise(sorted(times)):
            if start < until:
                raise ArtifactMismatch("a device is enrolled twice for one time; end the first one before", time=start)
