"""The statement `range`: every value of a capsule's records lies in its bounds."""

from dataclasses import dataclass, field
from typing import ClassVar

from ..capsule.fields import Bounds
from ..capsule.seal import Capsule
from .bounds import NamedBounds, check_bounds, encode_bounds, warn_of_narrow
from .inputs import Input
from .statement import Direct, check_values, sealed_inputs


@dataclass(frozen=True, slots=True)
class Range(Direct):
    """Every value of `capsule` is in `bounds`, given by field name in the schema's units, both ends inclusive."""

    template: ClassVar[str] = "Range"

    capsule: Capsule
    bounds: NamedBounds
    context: int = field(kw_only=True)
    """The verifier's words for whom and what for, as a field element; a proof for one context is none for another."""

    def __post_init__(self) -> None:
        self.check_context()
        check_bounds(self.limb_bounds, self.capsule.file.header.bits)
        warn_of_narrow(self.capsule.schema, self.limb_bounds, stacklevel=3)

    @property
    def limb_bounds(self) -> Bounds:
        """Minimum and maximum of each limb."""
        return encode_bounds(self.capsule.schema, self.bounds)

    @property
    def named(self) -> dict[str, int]:
        """The public values by their names in the catalogue."""
        header = self.capsule.file.header
        about = {"context": self.context, "content": self.capsule.content}
        limits = enumerate(self.limb_bounds)
        edges = {f"{edge}[{limb}]": pair[index] for limb, pair in limits for index, edge in enumerate(("min", "max"))}
        return about | {"count": header.count, "schema": header.schema} | edges

    @property
    def inputs(self) -> dict[str, Input]:
        """Every input of the circuit, by its name there."""
        minima, maxima = zip(*self.limb_bounds, strict=True)
        public: dict[str, Input] = {"context": self.context, "content": self.capsule.content}
        return sealed_inputs(self.capsule) | public | {"min": minima, "max": maxima}

    def check(self) -> None:
        """StatementFalse names the first record that is out of bounds, its field, its value and the bound."""
        check_values(self.capsule, self.limb_bounds)
