"""Money in units: what is taken, what the unit is where it is left out, and amounts that are no multiples."""

from typing import Any

import pytest

from zkdata.errors import ParametersInvalid
from zkdata.settlement.panel import Panel
from zkdata.settlement.posting import named
from zkdata.settlement.prices import NO_CAP, Prices

ONE, TWO = "0x" + "11" * 20, "0x" + "22" * 20
TOKEN = 10**18


def test_the_unit_is_the_largest_that_fits() -> None:
    """Budget, price and share are whole numbers of it, and the fewest approvers divide the share evenly."""
    assert Prices.of(per_record=3 * TOKEN, budget=500 * TOKEN) == Prices(TOKEN, 3, 0, NO_CAP)
    assert Prices.of(per_record=4, budget=500, share=2) == Prices(2, 2, 1)
    assert Prices.of(per_record=4, budget=500, share=2, panel=Panel([ONE, TWO], 2)) == Prices(1, 4, 2)
    assert Prices.of(per_record=4, budget=500, share=2, unit=2, record_cap=7) == Prices(2, 2, 1, 7)
    prices = Prices(10, 3, 2, 5)
    assert (prices.amount(7), prices.units(70), prices.earned(4), prices.earned(6)) == (70, 7, 120, 150)


@pytest.mark.parametrize(
    ("change", "parameter"),
    [
        ({"budget": 501}, "budget"),
        ({"per_record": 5}, "pricePerRecord"),
        ({"share": 3}, "share"),
        ({"budget": 2**33}, "budget"),
        ({"per_record": 2**33, "budget": 2**34}, "pricePerRecord"),
        ({"per_record": 0}, "pricePerRecord"),
        ({"budget": 0}, "pricePerRecord"),
        ({"share": -2}, "pricePerRecord"),
        ({"unit": 0}, "unit"),
        ({"unit": 2**96, "per_record": 2**96, "budget": 2**96}, "unit"),
        ({"record_cap": 0}, "recordCap"),
        ({"record_cap": 2**32}, "recordCap"),
    ],
    ids=str,
)
def test_what_is_no_price(change: dict[str, Any], parameter: str) -> None:
    """An amount that is no multiple of the unit or does not fit its 32 bits, nothing paid, nothing capped."""
    with pytest.raises(ParametersInvalid) as refused:
        prices = Prices.of(**({"per_record": 4, "budget": 500, "share": 0, "unit": 2} | change))
        prices.units(change.get("budget", 500))
    assert refused.value.parameter == parameter


@pytest.mark.parametrize(
    ("keepers", "needed"), [([ONE], 0), ([], 1), ([ONE], 2), ([ONE, ONE], 1), (["0x" + "00" * 20], 1), (["0x12"], 1)]
)
def test_what_is_no_panel(keepers: list[str], needed: int) -> None:
    """Nobody needed, more than there are, one twice, the zero address, no address."""
    with pytest.raises(ParametersInvalid):
        Panel(keepers, needed)
    with pytest.raises(ParametersInvalid):
        Panel([f"0x{n:040x}" for n in range(1, 18)], 1)


def test_a_panel_is_ordered_and_hashed() -> None:
    """The order in which keepers are named does not matter; nobody has the hash zero; a gate alone is a panel."""
    assert Panel([TWO, ONE], 1) == Panel([ONE, TWO], 1) and Panel([TWO, ONE], 1).keepers == (ONE, TWO)
    assert Panel().nobody and Panel().hash == bytes(32) and Panel().least == 0
    gate = Panel(gate=ONE)
    assert not gate.nobody and gate.least == 1 and gate.hash not in (bytes(32), Panel(gate=TWO).hash)
    assert len(named("temperatures of Oslo")) == 32
