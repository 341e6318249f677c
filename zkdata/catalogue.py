"""The one truth about circuits and hash tags: `circuits/catalogue.json`, read once and typed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from .errors import ArtifactMalformed, ToolMissing

CIRCUITS = Path(__file__).resolve().parents[1] / "circuits"
"""The folder of our Circom sources, beside the package in a checkout."""

VERSION = 2
"""Version of statements and tags that this package speaks."""

SHAPE = ("records", "fields", "bits")
"""Parameters of a circuit that knows its capsule's shape: N, K and W."""

MAX_NAME = 19
"""ASCII letters of a hash use: 152 bits above 2^96 stay below the field's order."""

MAX_ARITY = 16
"""Poseidon is defined here up to 17 lanes, one of them the tag's."""


@dataclass(frozen=True, slots=True)
class HashUse:
    """One use of Poseidon: its name, how many inputs it takes, and the tag that sets it apart."""

    name: str
    arity: int
    tag: int
    """ascii(name) * 2^96 + version * 2^80 + arity * 2^64; the low 64 bits are left to a * 2^32 + b."""

    def __post_init__(self) -> None:
        if not (self.name.isascii() and 1 <= len(self.name) <= MAX_NAME and 1 <= self.arity <= MAX_ARITY):
            raise ArtifactMalformed(
                f"hash use {self.name!r}: up to {MAX_NAME} letters and {MAX_ARITY} inputs", use=self.name
            )
        expected = int.from_bytes(self.name.encode(), "big") << 96 | VERSION << 80 | self.arity << 64
        if self.tag != expected:
            raise ArtifactMalformed(f"hash use {self.name!r}: not the tag of its name and arity", use=self.name)


@dataclass(frozen=True, slots=True)
class CircuitEntry:
    """One circuit: a template with its parameters, and its signals in order."""

    name: str
    template: str
    file: str
    """Path of the template's source below the circuits folder."""
    parameters: Mapping[str, int]
    public_signals: tuple[str, ...]
    values: tuple[str, ...]
    """The public values that the signals compress, in order; empty for a statement with direct signals."""

    @property
    def shape(self) -> tuple[int, int, int] | None:
        """Records, limbs of each and their bits; None for a circuit that knows no shape."""
        try:
            records, fields, bits = (self.parameters[name] for name in SHAPE)
        except KeyError:
            return None
        return records, fields, bits


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every hash use and every circuit, by name."""

    uses: Mapping[str, HashUse]
    circuits: Mapping[str, CircuitEntry]

    def shapes(self, template: str, fields: int, bits: int) -> tuple[int, ...]:
        """Numbers of records that circuits of `template` with `fields` limbs of `bits` bits hold, smallest first."""
        return tuple(
            sorted(
                entry.shape[0]
                for entry in self.circuits.values()
                if entry.template == template and entry.shape is not None and entry.shape[1:] == (fields, bits)
            )
        )


def read_catalogue(path: Path) -> Catalogue:
    """Read and check a catalogue; ArtifactMalformed names what is wrong, ToolMissing a folder that is not there."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ToolMissing(f"no {path.name} in {path.parent}: run zkdata from a checkout", path=str(path)) from None
    except UnicodeDecodeError:
        raise ArtifactMalformed(f"{path.name} is not UTF-8; restore it from version control", path=str(path)) from None
    try:
        document = json.loads(text)
        if document["version"] != VERSION:
            raise ArtifactMalformed(f"catalogue of version {document['version']!r}; this package speaks {VERSION}")
        uses = [_use(entry) for entry in document["tags"]]
        circuits = [_circuit(entry) for entry in document["circuits"]]
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        message = f"{path.name} is not a catalogue ({type(fault).__name__}: {fault}); restore it from version control"
        raise ArtifactMalformed(message, path=str(path)) from fault
    catalogue = Catalogue(
        MappingProxyType({use.name: use for use in uses}),
        MappingProxyType({entry.name: entry for entry in circuits}),
    )
    if len(catalogue.uses) != len(uses) or len(catalogue.circuits) != len(circuits):
        raise ArtifactMalformed(f"{path.name} lists a hash use or a circuit twice", path=str(path))
    return catalogue


@cache
def catalogue() -> Catalogue:
    """The catalogue of this checkout, read once."""
    return read_catalogue(CIRCUITS / "catalogue.json")


def _use(entry: dict[str, Any]) -> HashUse:
    return HashUse(_text(entry["use"]), _whole(entry["arity"]), int(_text(entry["tag"])))


def _circuit(entry: dict[str, Any]) -> CircuitEntry:
    return CircuitEntry(
        name=_text(entry["name"]),
        template=_text(entry["template"]),
        file=_text(entry["file"]),
        parameters=MappingProxyType({_text(name): _whole(value) for name, value in entry["parameters"].items()}),
        public_signals=tuple(_text(name) for name in entry["public_signals"]),
        values=tuple(_text(name) for name in entry.get("values", ())),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text expected, not {value!r}")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError(f"a whole number expected, not {value!r}")
    return value
