"""Prices and budgets in units: the escrow counts money of a request in 32 bits of a unit that the request names."""

from dataclasses import dataclass
from math import gcd
from typing import Self

from zkdata.errors import ParametersInvalid
from zkdata.settlement.panel import Panel

COUNT_LIMIT = 2**32
UNIT_LIMIT = 2**96
NO_CAP = COUNT_LIMIT - 1


@dataclass(frozen=True, slots=True)
class Prices:
    """What a request pays, in units of so many of the token's smallest part."""

    unit: int
    per_record: int
    share: int = 0
    """What those who agree to a claim get together."""
    record_cap: int = NO_CAP
    """Records of one slot that are paid at most."""

    def __post_init__(self) -> None:
        _require(1 <= self.unit < UNIT_LIMIT, "unit", "is 1 or more, below 2^96")
        _require(1 <= self.per_record < COUNT_LIMIT, "pricePerRecord", "is 1 unit or more, below 2^32")
        _require(0 <= self.share < COUNT_LIMIT, "share", "is 0 units or more, below 2^32")
        _require(1 <= self.record_cap < COUNT_LIMIT, "recordCap", "is 1 record or more, below 2^32")

    @classmethod
    def of(
        cls,
        *,
        per_record: int,
        budget: int,
        share: int = 0,
        record_cap: int = NO_CAP,
        unit: int | None = None,
        panel: Panel | None = None,
    ) -> Self:
        """From amounts of the token's smallest part, each a multiple of the unit.

        Left out, the unit is the largest that fits all of them, with a share that the fewest approvers divide evenly.
        """
        approvers = 1 if panel is None else max(panel.least, 1)
        _require(min(per_record, budget) >= 1 and share >= 0, "pricePerRecord", "and budget are positive amounts")
        if unit is None:
            unit = gcd(per_record, budget, share // approvers if share % approvers == 0 else share)
        return cls(unit, units(per_record, unit, "pricePerRecord"), units(share, unit, "share"), record_cap)

    def amount(self, count: int) -> int:
        """So many units in the token's smallest part."""
        return count * self.unit

    def units(self, amount: int, name: str = "budget") -> int:
        """An amount of the token's smallest part in units; ParametersInvalid if it is not a multiple, or too large."""
        return units(amount, self.unit, name)

    def earned(self, count: int) -> int:
        """What a claim of so many records earns, in the token's smallest part."""
        return self.amount(min(count, self.record_cap) * self.per_record)


def units(amount: int, unit: int, name: str) -> int:
    """An amount in units, by its name in the request."""
    _require(unit >= 1, "unit", "is 1 or more, below 2^96")
    count, rest = divmod(amount, unit)
    _require(rest == 0, name, f"of {amount} is not a multiple of the unit, {unit}")
    _require(0 <= count < COUNT_LIMIT, name, f"of {amount} is 2^32 units of {unit} or more: name a larger unit")
    return count


def _require(holds: bool, name: str, rule: str) -> None:
    if not holds:
        raise ParametersInvalid(f"prices: {name} {rule}", parameter=name)
