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


@dataclass(frozen=True, slots=True)
class Registry:
    """All enrolments of one registrar, in the order they were made."""

    enrolments: tuple[Enrolment, ...]
    _levels: tuple[tuple[int, ...], ...] = field(init=False, repr=False, compare=False)
    """Leaves first, the root last; nodes beyond the last enrolment are 0 and not held."""

    def __init__(self, enrolments: Iterable[Enrolment]) -> None:
        object.__setattr__(self, "enrolments", tuple(enrolments))
        if len(self.enrolments) > MAX_ENROLMENTS:
            raise ResourceLimit(f"a registry holds at most {MAX_ENROLMENTS} enrolments", limit=MAX_ENROLMENTS)
        _refuse_overlaps(self.enrolments)
        levels = [tuple(enrolment.leaf for enrolment in self.enrolments)]
        for level in range(1, REGISTRY_DEPTH + 1):
            groups = _groups(levels[-1], REGISTRY_ARITY)
            levels.append(tuple(hashed("registry", children, level) for children in groups))
        object.__setattr__(self, "_levels", tuple(levels))

    @property
    def root(self) -> int:
        """What a request names; 0 while nobody is enrolled."""
        return self._levels[-1][0] if self.enrolments else 0

    def path(self, leaf: int) -> list[list[int]]:
        """The 8 children of each of the 7 nodes from `leaf` to the root; ArtifactMismatch if it is not enrolled."""
        try:
            index = self._levels[0].index(leaf)
        except ValueError:
            message = "this enrolment is not in the registry; ask the registrar for the current list"
            raise ArtifactMismatch(message) from None
        path = []
        for nodes in self._levels[:-1]:
            first = index - index % REGISTRY_ARITY
            path.append(_filled(nodes[first : first + REGISTRY_ARITY], REGISTRY_ARITY))
            index //= REGISTRY_ARITY
        return path


def _groups(nodes: Sequence[int], arity: int) -> list[list[int]]:
    return [_filled(nodes[first : first + arity], arity) for first in range(0, len(nodes), arity)]


def _filled(children: Sequence[int], arity: int) -> list[int]:
    return [*children, *[0] * (arity - len(children))]


def _refuse_overlaps(enrolments: tuple[Enrolment, ...]) -> None:
    """Two owners of one device at one time would be paid twice for one slot: nullifiers hold the owner's key."""
    periods: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for enrolment in enrolments:
        periods[enrolment.device.x].append((enrolment.valid_from, enrolment.valid_until))
    for times in periods.values():
        for (_, until), (start, _) in pairwise(sorted(times)):
            if start < until:
                raise ArtifactMismatch("a device is enrolled twice for one time; end the first one before", time=start)
