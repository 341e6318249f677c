"""How long each root of a registrar is accepted, replayed from his log by the contract's own rules."""

from dataclasses import dataclass, field

RING = 32
"""Replaced roots that may be valid at once."""


@dataclass(slots=True)
class RootWindows:
    """Every root ever published, with the first second in which it is refused; None for the current one."""

    ends: dict[int, int | None] = field(default_factory=dict)
    _replaced: list[int] = field(default_factory=list)
    """Replaced roots in the order they were replaced, and so of their ends; those that ended may be missing."""

    def replace(self, replaced: int, root: int, time: int, window: int, revokes: bool) -> int:
        """Make `root` the current one at `time`; the end of the one it replaces, 0 if there is none."""
        self.ends[root] = None
        if not replaced:
            return 0
        end = time + window
        self._replaced = [each for each in self._replaced if self._end(each) > time]
        if len(self._replaced) == RING:
            self.ends[self._replaced.pop(0)] = time
        self.ends[replaced] = end
        self._replaced.append(replaced)
        if revokes:
            for each in self._replaced:
                self.ends[each] = min(self._end(each), end)
        return end

    def full(self, time: int) -> bool:
        """Whether an addition has to wait."""
        return sum(self._end(each) > time for each in self._replaced) == RING

    def accepted(self, time: int) -> tuple[int, ...]:
        """The roots that a claim may be about at `time`, the oldest first."""
        return tuple(root for root, end in self.ends.items() if end is None or time < end)

    def _end(self, replaced: int) -> int:
        end = self.ends[replaced]
        assert end is not None, "a replaced root has an end"  # noqa: S101 - not from outside
        return end
