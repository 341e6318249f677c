"""Proof files: one spelling, and everything else is malformed."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.journey_fixtures import shared_statement
from zkdata.capsule.hashing import FIELD_ORDER
from zkdata.errors import ArtifactMismatch, ProofMalformed
from zkdata.proof import reference
from zkdata.proof.circuit import Circuit
from zkdata.proof.proof import BASE_FIELD_ORDER, Proof

Edit = Callable[[dict[str, Any]], object]

EDITS: dict[str, Edit] = {
    "member missing": lambda d: d.pop("m"),
    "member added": lambda d: d.update(x="1"),
    "other version": lambda d: d.update(version="1"),
    "other format": lambda d: d.update(format="zkdata.capsule"),
    "number for text": lambda d: d.update(m=5),
    "null": lambda d: d.update(values=None),
    "false": lambda d: d.update(m=False),
    "no text": lambda d: d.update(m=""),
    "hexadecimal": lambda d: d.update(m="0x10"),
    "leading zero": lambda d: d.update(m="0" + d["m"]),
    "sign": lambda d: d.update(m="-1"),
    "other digits": lambda d: d.update(m="\u0661"),
    "exponent": lambda d: d.update(m="1e3"),
    "at the order": lambda d: d.update(m=str(FIELD_ORDER)),
    "value at the order": lambda d: d["values"].__setitem__(3, str(FIELD_ORDER)),
    "word at the order": lambda d: d["words"].__setitem__(0, str(FIELD_ORDER)),
    "values no list": lambda d: d.update(values={}),
    "point missing": lambda d: d["points"].pop("a"),
    "point added": lambda d: d["points"].update(d=["1", "2"]),
    "third coordinate": lambda d: d["points"]["a"].append("1"),
    "coordinate at the order": lambda d: d["points"]["a"].__setitem__(0, str(BASE_FIELD_ORDER)),
    "pair missing": lambda d: d["points"]["b"].pop(),
    "flat pair": lambda d: d["points"].update(b=["1", "2"]),
}


def spelt(document: object) -> str:
    return json.dumps(document, sort_keys=True, separators=(",", ":"))


def test_a_file_comes_back_as_it_was(proof: Proof, tmp_path: Path) -> None:
    """Through text and through disk, readable by everybody."""
    assert Proof.from_json(proof.to_json()) == proof
    proof.save(tmp_path / "proof.json")
    assert Proof.load(tmp_path / "proof.json") == proof
    assert (tmp_path / "proof.json").stat().st_mode & 0o777 == 0o644
    assert Proof.from_json(replace(proof, words=()).to_json()).words == ()


@pytest.mark.parametrize("kind", ["Timestamp", "Range", "Device"])
def test_a_file_of_a_direct_statement_has_no_m(kind: str) -> None:
    """Its values are the public inputs; null stands where a claim has M."""
    _, proof = shared_statement(kind)
    document = json.loads(proof.to_json())
    assert (document["m"], document["words"], document["version"]) == (None, [], "2")
    assert Proof.from_json(proof.to_json()) == proof


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_any_other_document_is_malformed(proof: Proof, circuit: Circuit, edit: Edit) -> None:
    """To the package's reader and to the reference's own."""
    document = json.loads(proof.to_json())
    edit(document)
    with pytest.raises(ProofMalformed):
        Proof.from_json(spelt(document))
    with pytest.raises(ProofMalformed):
        reference.verify(circuit.name, circuit.artifact("vkey.json").read_text(), spelt(document))


def test_any_other_spelling_is_malformed(proof: Proof) -> None:
    """Spaces, order, a key twice, text after the end, no text at all."""
    text = proof.to_json()
    twice = text.replace('"m":', '"m":"1","m":', 1)
    backwards = json.dumps(dict(reversed(json.loads(text).items())), separators=(",", ":"))
    for other in (text + "\n", " " + text, twice, backwards, text + "{}", text[:-1], "", "[]", "null", "[" * 100_000):
        with pytest.raises(ProofMalformed):
            Proof.from_json(other)


def test_a_key_twice_is_malformed_to_the_reference_too(proof: Proof, circuit: Circuit) -> None:
    """Two readers could take different ones."""
    twice = proof.to_json().replace('"m":', '"m":"1","m":', 1)
    with pytest.raises(ProofMalformed):
        reference.verify(circuit.name, circuit.artifact("vkey.json").read_text(), twice)


def test_a_file_of_another_kind_is_malformed(tmp_path: Path) -> None:
    """Too large, not text, not a file."""
    (tmp_path / "large").write_bytes(b"0" * (8 * 2**20 + 1))
    (tmp_path / "binary").write_bytes(b"\xff\xfe\0")
    for name in ("large", "binary", "."):
        with pytest.raises((ProofMalformed, OSError)):
            Proof.load(tmp_path / name)


def test_values_have_names(proof: Proof) -> None:
    """Those of the catalogue, and no others."""
    assert proof.value("count") == 12
    assert proof.value("max[0]") == proof.values[18]
    assert shared_statement("Range")[1].value("max[0]") == proof.values[18]
    for broken, name in (
        (proof, "secret"),
        (replace(proof, circuit="none"), "count"),
        (shared_statement("Device")[1], "count"),
        (replace(proof, values=()), "count"),
    ):
        with pytest.raises(ArtifactMismatch):
            broken.value(name)


def test_calldata_has_the_order_of_the_precompile(proof: Proof) -> None:
    """The imaginary part of B's coordinates first."""
    a, (bx, by), c = proof.points
    assert proof.calldata == (*a, bx[1], bx[0], by[1], by[0], *c)
