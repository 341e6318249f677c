"""The statement `range`, by docs/reference/statements.md: every limb of the records is in its bounds."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .field import R
from .sealed import Inputs, Reading, Sealed, example_bounds, sealed_fields


@dataclass(frozen=True, slots=True)
class Range(Sealed):
    """One proof that limbs of a capsule are in bounds."""

    context: int
    minimum: tuple[int, ...]
    maximum: tuple[int, ...]

    @property
    def public(self) -> list[int]:
        """Public inputs in the page's order."""
        return [self.context, self.content, self.schema, self.count, *self.minimum, *self.maximum]

    @property
    def inputs(self) -> Inputs:
        """The circuit's inputs by signal name."""
        return self.sealed_inputs | {
            "context": self.context,
            "content": self.content,
            "min": list(self.minimum),
            "max": list(self.maximum),
        }


def example_range(
    records: Sequence[Reading] | None = None,
    *,
    seed: int = 1,
    shape: Sequence[int] = (16, 1),
    changes: Mapping[str, Any] | None = None,
) -> Range:
    """True of `records` that are like `example_records`; `changes` replaces fields before sealing."""
    data = sealed_fields(records, seed, shape, changes or {})
    minimum, maximum = example_bounds(data["layout"])
    data.setdefault("context", random.Random(seed).randrange(R))
    data.setdefault("minimum", minimum)
    data.setdefault("maximum", maximum)
    return Range(**data)
