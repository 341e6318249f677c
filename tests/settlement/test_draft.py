"""A request as a buyer writes it down: what it becomes, and every part that is refused by its name."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.stage import DAY, TOKEN, Stage
from zkdata.capsule.delivery import NOBODY
from zkdata.capsule.schemas import TEMPERATURE
from zkdata.capsule.seal import HOUR
from zkdata.errors import ArtifactMalformed, ParametersInvalid, VerifierUnknown, ZkDataError
from zkdata.proof.request import Mode
from zkdata.settlement.draft import NEEDED, Draft
from zkdata.settlement.panel import ZERO_WORD
from zkdata.settlement.posting import named
from zkdata.settlement.prices import NO_CAP

pytestmark = pytest.mark.xdist_group("settlement")
START = 1_800_000_000_000 // HOUR * HOUR
KEEPERS = ["0x" + f"{number:02x}" * 20 for number in (17, 34)]
PLAIN: dict[str, Any] = {
    "schema": "temperature",
    "bounds": {"temperature": ["-3.30", "8.00"]},
    "device_class": 7,
    "slot_length": HOUR,
    "from": START,
    "until": START + 2 * HOUR,
    "mode": "calldata",
    "registrar": "0x" + "33" * 20,
    "price_per_record": str(TOKEN),
    "budget": str(100 * TOKEN),
    "deadline": START + DAY * 1000,
}


def drafted(folder: Path, document: Any) -> Draft:
    """As it is read from the disk."""
    (folder / "draft.json").write_text(json.dumps(document))
    return Draft.load(folder / "draft.json")


def asked(draft: Draft, stage: Stage, buyer_key: int = NOBODY) -> Any:
    """Put together for the stage's escrow."""
    return draft.asked(
        stage.escrow,
        buyer=stage.buyer,
        token=stage.token.address,
        registry=stage.registry.address,
        buyer_key=buyer_key,
    )


def test_what_it_becomes(stage: Stage, tmp_path: Path) -> None:
    """The window with its last millisecond, prices in units, hashes of names, and defaults for what is left out."""
    made = asked(drafted(tmp_path, PLAIN), stage, stage.journey.buyer.public)
    assert (made.request.time_min, made.request.time_max) == (START, START + 2 * HOUR - 1)
    assert (made.request.mode, made.request.buyer_key) == (Mode.CALLDATA, stage.journey.buyer.public)
    assert made.request.bounds == TEMPERATURE.fields[0].bounds("-3.30", "8.00")
    assert made.prices.amount(made.prices.per_record) == TOKEN and made.prices.record_cap == NO_CAP
    assert (made.deadline, made.token) == (START // 1000 + DAY, stage.token.address)
    assert (made.market, made.about, made.panel.nobody) == (ZERO_WORD, ZERO_WORD, True)
    assert made.verifiers == stage.escrow.verifier_addresses

    clock = datetime.fromtimestamp(START / 1000, UTC).isoformat()
    other = {"mode": "none", "keepers": KEEPERS, "keepers_needed": 2, "share": 2, "unit": 1, "price_per_record": 3}
    other |= {"budget": 50, "market": "air", "about": "hello", "from": clock, "record_cap": 5, "release_window": DAY}
    other |= {"token": "0x" + "44" * 20, "schema": TEMPERATURE.document}
    made = asked(drafted(tmp_path, PLAIN | other), stage, stage.journey.buyer.public)
    assert (made.request.time_min, made.market, made.about) == (START, named("air"), named("hello"))
    assert (made.panel.keepers, made.panel.needed, made.prices.share) == (tuple(KEEPERS), 2, 2)
    assert (made.token, made.release_window, made.prices.record_cap) == ("0x" + "44" * 20, DAY, 5)


@pytest.mark.parametrize(
    ("changed", "named_in"),
    [
        ({"schema": "warmth"}, "schema"),
        ({"schema": {"name": "x"}}, "schema"),
        ({"bounds": []}, "bounds"),
        ({"bounds": {"temperature": ["1"]}}, "bounds"),
        ({"bounds": {"warmth": ["1", "2"]}}, "bounds"),
        ({"bounds": {"temperature": ["8", "2"]}}, "temperature"),
        ({"device_class": "7"}, "device_class"),
        ({"device_class": True}, "device_class"),
        ({"slot_length": 1.5}, "slot_length"),
        ({"slot_length": 10}, "slot_length"),
        ({"from": "yesterday"}, "from"),
        ({"from": "2026-11-27T12:00:00"}, "from"),
        ({"from": START + 3 * HOUR}, "time_min"),
        ({"mode": "mail"}, "mode"),
        ({"mode": []}, "mode"),
        ({"price_per_record": "1.5"}, "price_per_record"),
        ({"price_per_record": -1}, "price_per_record"),
        ({"price_per_record": "0"}, "pricePerRecord"),
        ({"budget": None}, "budget"),
        ({"budget": str(10 * TOKEN + 1), "unit": str(TOKEN)}, "budget"),
        ({"keepers": "0x"}, "keepers"),
        ({"keepers": ["0x11"], "keepers_needed": 1}, "address"),
        ({"keepers": KEEPERS, "keepers_needed": 3}, "keepers"),
        ({"market": 7}, "market"),
        ({"registrar": 7}, "registrar"),
        ({"record_cap": 0}, "recordCap"),
        ({"release_window": "1"}, "release_window"),
    ],
)
def test_a_part_that_makes_no_sense(stage: Stage, tmp_path: Path, changed: dict[str, Any], named_in: str) -> None:
    """Refused by its name, before anything is sent."""
    with pytest.raises(ZkDataError, match=named_in):
        draft = drafted(tmp_path, PLAIN | changed)
        asked(draft, stage).prices.units(draft.budget)


def test_names_that_are_not_there(tmp_path: Path) -> None:
    """A name that is missing, one too many, and what is no object."""
    for name in NEEDED:
        with pytest.raises(ArtifactMalformed, match=f"lacks {name}"):
            drafted(tmp_path, {key: value for key, value in PLAIN.items() if key != name})
    with pytest.raises(ArtifactMalformed, match="prise"):
        drafted(tmp_path, PLAIN | {"prise": 1})
    for text in ("", "[]", "7", "{", "[" * 10_000, "nul", "\0"):
        (tmp_path / "draft.json").write_text(text)
        with pytest.raises(ArtifactMalformed):
            Draft.load(tmp_path / "draft.json")


def test_no_verifier_fits(stage: Stage, tmp_path: Path) -> None:
    """A schema whose limbs no verifier of the escrow takes."""
    bounds = {"schema": "sensor_reading", "bounds": {}}
    with pytest.raises(VerifierUnknown):
        asked(drafted(tmp_path, PLAIN | bounds), stage)


def test_posted_once_by_its_name(tmp_path: Path) -> None:
    """The same draft, buyer and key have one name; another of any of them another one."""
    draft = drafted(tmp_path, PLAIN)
    name = draft.name("0x1", 5)
    assert drafted(tmp_path, dict(reversed(PLAIN.items()))).name("0x1", 5) == name
    others = {draft.name("0x2", 5), draft.name("0x1", 6), drafted(tmp_path, PLAIN | {"about": "b"}).name("0x1", 5)}
    assert len({name, *others}) == 4
    with pytest.raises(ParametersInvalid):
        drafted(tmp_path, PLAIN | {"bounds": {"temperature": [1, 2, 3]}}).request()
