"""Generated constants are what the reference derives, and the table of tags keeps every hash use apart."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.reference import emit
from tests.reference.emit import FILES, HOUSE
from tests.reference.field import R
from tests.reference.grain import USED_WIDTHS
from tests.reference.sealing import ARITY, tag

CATALOGUE: dict[str, Any] = json.loads((HOUSE / "circuits/catalogue.json").read_text())
PARAMETER_BITS = 64
"""a and b of a tag: what one use may spread over."""

HASH_CALL = re.compile(r"Hash\((\d+),\s*TAG_(\w+)\(\)")
TAGGED = re.compile(r"TAG_(\w+)\(\)")
UNTAGGED = re.compile(r"Hash\((\d+),\s*(\d+)\)")


def faults_of_tags(uses: list[dict[str, Any]]) -> list[str]:
    """Uses that share a name or a range of tags, or whose tag leaves the field, is 0, or is not the formula's."""
    faults = []
    heads = [int(use["tag"]) >> PARAMETER_BITS for use in uses]
    for use, head in zip(uses, heads, strict=True):
        number = int(use["tag"])
        if heads.count(head) > 1:
            faults.append(f"{use['use']} shares its tags")
        if not 0 < number < R - 2**PARAMETER_BITS or number % 2**PARAMETER_BITS:
            faults.append(f"{use['use']}: {number} leaves no room for a and b")
        if ARITY.get(use["use"]) != use["arity"] or number != tag(use["use"]):
            faults.append(f"{use['use']}: not the tag of its name and arity")
    return faults


def faults_of_circuits(sources: dict[str, str]) -> list[str]:
    """Places where a circuit hashes with a tag of another arity, or without any tag outside the signature."""
    arities = {use["use"].upper().replace("-", "_"): use["arity"] for use in CATALOGUE["tags"]}
    faults = []
    for name, text in sources.items():
        calls = HASH_CALL.findall(text)
        faults += [f"{name}: {use} takes {arities.get(use)}" for n, use in calls if arities.get(use) != int(n)]
        bare = UNTAGGED.findall(text)
        if bare not in ([], [("5", "0")]) or (bare and name != "signature.circom"):
            faults.append(f"{name}: hashes under a literal tag")
        elsewhere = set(TAGGED.findall(text)) - {use for _, use in calls}
        if elsewhere - ({"KEYSTREAM"} if "Permutation(17)" in text else set()):
            faults.append(f"{name}: {sorted(elsewhere)} used outside Hash")
    return faults


def circuit_sources() -> dict[str, str]:
    """Hand-written circuits by file name."""
    return {path.name: path.read_text() for path in _circuits() if path.name != "tags.circom"}


def _circuits() -> Iterator[Path]:
    return (HOUSE / "circuits").rglob("*.circom")


def test_committed_constants_are_current() -> None:
    """Every generated file equals what would be written now."""
    assert emit.main(["--check"]) == 0


def test_a_stale_file_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A generated file that was edited makes the check fail, by name."""
    name = "circuits/lib/tags.circom"
    monkeypatch.setitem(FILES, name, lambda: "edited")
    assert emit.main(["--check"]) == 1
    assert name in capsys.readouterr().err


def test_tags_keep_every_use_apart() -> None:
    """No two uses share a tag for any a and b, and each tag is the formula's."""
    uses = CATALOGUE["tags"]
    assert faults_of_tags(uses) == []
    assert {use["use"] for use in uses} == set(ARITY)


@pytest.mark.parametrize(
    "planted",
    [
        {"use": "leaf", "arity": 5, "tag": str(tag("leaf"))},
        {"use": "leaves", "arity": 5, "tag": str(tag("leaf") + 2**32)},
        {"use": "leaf", "arity": 4, "tag": str(tag("leaf"))},
        {"use": "other", "arity": 1, "tag": "0"},
    ],
)
def test_a_planted_tag_is_caught(planted: dict[str, Any]) -> None:
    """A use listed twice, inside another's range, of another arity, or with tag 0 is a fault."""
    assert faults_of_tags([*CATALOGUE["tags"], planted])


def test_circuits_hash_with_the_arity_of_each_use() -> None:
    """Every Hash in the circuits has as many inputs as its use, and tag 0 is the signature's alone."""
    sources = circuit_sources()
    used = {use for text in sources.values() for use in TAGGED.findall(text)}
    assert faults_of_circuits(sources) == []
    in_circuits = [use["use"] for use in CATALOGUE["tags"] if not use["purpose"].endswith("never in a circuit")]
    assert used == {use.upper().replace("-", "_") for use in in_circuits}


@pytest.mark.parametrize(
    "planted",
    [
        "Hash(4, TAG_LEAF())([1, 2, 3, 4])",
        "Hash(2, TAG_UNHEARD_OF())([1, 2])",
        "Hash(2, 0)([1, 2])",
        "Hash(5, 0)([1, 2, 3, 4, 5])",
        "in[0] <== TAG_LEAF();",
    ],
)
def test_a_planted_hash_is_caught(planted: str) -> None:
    """A hash of another arity, unlisted, untagged, or with a tag used in the open is a fault."""
    assert faults_of_circuits({**circuit_sources(), "planted.circom": planted})


def test_widths_are_those_of_the_table() -> None:
    """Constants exist for exactly the arities of the table, one lane more each; EdDSA's five are among them."""
    assert {use["arity"] + 1 for use in CATALOGUE["tags"]} | {6} == set(USED_WIDTHS)
