"""A request as a buyer writes it down: a JSON document with the schema's own units, names and times of the clock."""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from zkdata.capsule import schemas
from zkdata.capsule.atomic_file import read_text
from zkdata.capsule.delivery import NOBODY
from zkdata.capsule.record import Schema
from zkdata.errors import ArtifactMalformed, ParametersInvalid
from zkdata.proof.request import Mode, Request
from zkdata.settlement.escrow import RELEASE_WINDOW, Escrow
from zkdata.settlement.panel import ZERO_ADDRESS, ZERO_WORD, Panel
from zkdata.settlement.posting import Asked, named
from zkdata.settlement.prices import NO_CAP, Prices

MAX_BYTES = 2**16
NEEDED = (
    *("schema", "bounds", "device_class", "slot_length", "from", "until", "mode", "registrar"),
    *("price_per_record", "budget", "deadline"),
)
OPTIONAL: Mapping[str, Any] = {
    "about": "",
    "keepers": [],
    "keepers_needed": 0,
    "gate": ZERO_ADDRESS,
    "market": "",
    "record_cap": NO_CAP,
    "release_window": RELEASE_WINDOW,
    "share": 0,
    "token": "",
    "unit": None,
}
MODES = {"calldata": Mode.CALLDATA, "none": Mode.NONE}
_AMOUNT = re.compile(r"[0-9]{1,78}")


@dataclass(frozen=True, slots=True)
class Draft:
    """What the document says, each part seen to be of its kind."""

    fields: Mapping[str, Any]

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a document; ArtifactMalformed for what is no JSON object with these names."""
        text = read_text(path, MAX_BYTES, "the draft")
        try:
            document = json.loads(text)
        except (ValueError, RecursionError):
            document = None
        if not isinstance(document, dict):
            raise ArtifactMalformed(f"{path} is no JSON object; see the page on the command line", path=str(path))
        missing = [name for name in NEEDED if name not in document]
        unknown = sorted(set(document) - {*NEEDED, *OPTIONAL})
        if missing or unknown:
            wrong = f"lacks {', '.join(missing)}" if missing else f"has no use for {', '.join(unknown)}"
            raise ArtifactMalformed(f"a draft {wrong}; add or remove it", path=str(path))
        return cls({**OPTIONAL, **document})

    @property
    def schema(self) -> Schema:
        """A worked schema by its name, or the one that is written out."""
        given = self.fields["schema"]
        worked = schemas.worked()
        if isinstance(given, str):
            _require(given in worked, "schema", f"is one of {', '.join(sorted(worked))}, or a schema's document")
            return worked[given]
        return Schema.from_document(given)

    @property
    def budget(self) -> int:
        """In the token's smallest part."""
        return self._amount("budget")

    @property
    def market(self) -> bytes:
        """As the request names it: the hash of its name, or zero."""
        return self._hashed("market")

    @property
    def panel(self) -> Panel:
        """Who has to agree."""
        keepers = self.fields["keepers"]
        texts = isinstance(keepers, list) and all(isinstance(each, str) for each in keepers)
        _require(texts, "keepers", "are a list of addresses")
        return Panel(keepers, self._number("keepers_needed"), self._text("gate"))

    def request(self, buyer_key: int = NOBODY) -> Request:
        """What a proof has to show."""
        given = self.fields
        _require(given["mode"] in tuple(MODES), "mode", f"is one of {', '.join(MODES)}")
        return Request.about(
            self.schema,
            self._bounds(),
            device_class=self._number("device_class"),
            slot_length=self._number("slot_length"),
            time_min=self._time("from"),
            time_max=self._time("until") - 1,
            buyer_key=buyer_key,
            mode=MODES[given["mode"]],
        )

    def asked(self, escrow: Escrow, *, buyer: str, token: str, registry: str, buyer_key: int = NOBODY) -> Asked:
        """The whole request, as the escrow takes it."""
        panel, request = self.panel, self.request(buyer_key)
        unit = None if self.fields["unit"] is None else self._amount("unit")
        return Asked(
            request=request,
            buyer=buyer,
            token=self._text("token") or token,
            prices=Prices.of(
                per_record=self._amount("price_per_record"),
                budget=self.budget,
                share=self._amount("share"),
                record_cap=self._number("record_cap"),
                unit=unit,
                panel=panel,
            ),
            deadline=self._time("deadline") // 1000,
            release_window=self._number("release_window"),
            registry=registry,
            registrar=self._text("registrar"),
            verifiers=escrow.fitting(request),
            panel=panel,
            market=self.market,
            about=self._hashed("about"),
        )

    def name(self, buyer: str, buyer_key: int) -> str:
        """What the same buyer posts a single time: this very document, for this key."""
        text = json.dumps([buyer, str(buyer_key), self.fields], sort_keys=True)
        return f"post {hashlib.sha256(text.encode()).hexdigest()}"

    def _bounds(self) -> dict[str, tuple[Any, Any]]:
        given = self.fields["bounds"]
        pairs = given if isinstance(given, dict) else {}
        paired = pairs is given and all(isinstance(each, list) and len(each) == 2 for each in pairs.values())
        _require(paired, "bounds", 'are {"field": [smallest, largest], ...}')
        return {name: (low, high) for name, (low, high) in pairs.items()}

    def _hashed(self, name: str) -> bytes:
        text = self._text(name)
        return named(text) if text else ZERO_WORD

    def _text(self, name: str) -> str:
        _require(isinstance(self.fields[name], str), name, "is a text")
        return str(self.fields[name])

    def _number(self, name: str) -> int:
        given = self.fields[name]
        _require(isinstance(given, int) and not isinstance(given, bool), name, "is a whole number")
        return int(given)

    def _amount(self, name: str) -> int:
        """Amounts may be beyond what other languages' numbers hold: they may be written as text."""
        given = str(self.fields[name])
        rule = "is a whole number of the token's smallest part, as a number or as text"
        _require(bool(_AMOUNT.fullmatch(given)), name, rule)
        return int(given)

    def _time(self, name: str) -> int:
        """Milliseconds since 1970, as a number, or as a date and time with its zone."""
        given = self.fields[name]
        if isinstance(given, int) and not isinstance(given, bool):
            return given
        rule = "is milliseconds since 1970, or a time with its zone, like 2026-11-27T12:00:00Z"
        try:
            moment = datetime.fromisoformat(str(given))
        except ValueError:
            moment = datetime.min
        _require(moment.tzinfo is not None, name, rule)
        since = moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
        return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000


def _require(holds: bool, name: str, rule: str) -> None:
    if not holds:
        raise ParametersInvalid(f"draft: {name} {rule}", parameter=name)
