"""The statement `timestamp`, by docs/reference/statements.md: the n records lie in a window."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .field import R
from .sealed import Inputs, Reading, Sealed, sealed_fields


@dataclass(frozen=True, slots=True)
class Timestamp(Sealed):
    """One proof that records of a capsule lie in a window."""

    context: int
    time_min: int
    time_max: int

    @property
    def public(self) -> list[int]:
        """Public inputs in the page's order."""
        return [self.context, self.content, self.count, self.time_min, self.time_max]

    @property
    def inputs(self) -> Inputs:
        """The circuit's inputs by signal name."""
        return self.sealed_inputs | {
            "context": self.context,
            "content": self.content,
            "timeMin": self.time_min,
            "timeMax": self.time_max,
        }


def example_timestamp(
    records: Sequence[Reading] | None = None,
    *,
    seed: int = 1,
    shape: Sequence[int] = (16, 1),
    changes: Mapping[str, Any] | None = None,
) -> Timestamp:
    """True of `records`, with their window as narrow as they are; `changes` replaces fields before sealing."""
    data = sealed_fields(records, seed, shape, changes or {})
    data.setdefault("context", random.Random(seed).randrange(R))
    data.setdefault("time_min", data["base"])
    data.setdefault("time_max", data["base"] + sum(data["deltas"]) + data["count"] - 1)
    return Timestamp(**data)
