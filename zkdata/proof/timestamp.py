"""The statement `timestamp`: every record of a capsule lies in a window."""

import operator
from dataclasses import dataclass, field
from typing import ClassVar

from ..capsule.seal import Capsule
from .inputs import Input
from .statement import Direct, check_times, check_window, sealed_inputs


@dataclass(frozen=True, slots=True)
class Timestamp(Direct):
    """The records of `capsule` were taken from `time_min` to `time_max`, both inclusive, by the device's clock."""

    template: ClassVar[str] = "Timestamp"

    capsule: Capsule
    time_min: int
    """Milliseconds since 1970."""
    time_max: int
    context: int = field(kw_only=True)
    """The verifier's words for whom and what for, as a field element; a proof for one context is none for another."""

    def __post_init__(self) -> None:
        self.check_context()
        check_window(self.time_min, self.time_max)

    @property
    def named(self) -> dict[str, int]:
        """The public values by their names in the catalogue."""
        count = self.capsule.file.header.count
        window = {"timeMin": self.time_min, "timeMax": self.time_max}
        return {"context": self.context, "content": self.capsule.content, "count": count} | window

    @property
    def inputs(self) -> dict[str, Input]:
        """Every input of the circuit, by its name there."""
        return sealed_inputs(self.capsule) | self.named

    def check(self) -> None:
        """StatementFalse names the first record outside of the window."""
        limits = (
            (operator.ge, "before the window", self.time_min),
            (operator.le, "after the window", self.time_max),
        )
        check_times(self.capsule, limits)
