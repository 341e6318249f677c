"""The catalogue's reader: typed, checked, and with a name for every fault."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.reference.sealing import ARITY, tag
from zkdata.catalogue import CIRCUITS, SHAPE, catalogue, read_catalogue
from zkdata.errors import ArtifactMalformed, ToolMissing

DOCUMENT = json.loads((CIRCUITS / "catalogue.json").read_text())


def test_the_catalogue_of_the_checkout_reads() -> None:
    """Every use has the reference's arity and tag, and the smallest circuit its shape and its values."""
    table = catalogue()
    assert {name: (use.arity, use.tag) for name, use in table.uses.items()} == {
        name: (arity, tag(name)) for name, arity in ARITY.items()
    }
    entry = table.circuits["capsule_16x4"]
    assert (entry.template, entry.shape) == ("Capsule", (16, 4, 48))
    assert entry.public_signals == ("M", "x", "y")
    assert len(entry.values) == 17 + 2 * 4
    assert table.circuits["device"].shape is None
    assert catalogue() is table


def test_shapes_are_listed_from_the_smallest(tmp_path: Path) -> None:
    """Shapes of a template and a number of fields come in order of the records they hold."""
    document = copy.deepcopy(DOCUMENT)
    document["circuits"] = document["circuits"][:1]
    for shape in ((64, 1, 48), (32, 1, 48), (8, 2, 48), (8, 2, 128), (9, 1, 128)):
        entry = copy.deepcopy(document["circuits"][0])
        name, parameters = "capsule_" + "x".join(map(str, shape)), dict(zip(SHAPE, shape, strict=True))
        document["circuits"].append(entry | {"name": name, "template": "Capsule", "parameters": parameters})
    document["circuits"].append(document["circuits"][1] | {"name": "flat", "parameters": {"records": 7, "fields": 1}})
    path = tmp_path / "catalogue.json"
    path.write_text(json.dumps(document))
    table = read_catalogue(path)
    assert (table.shapes("Capsule", 1, 48), table.shapes("Capsule", 2, 48)) == ((32, 64), (8,))
    assert (table.shapes("Capsule", 2, 128), table.shapes("Capsule", 1, 128)) == ((8,), (9,))
    assert (table.shapes("Capsule", 3, 48), table.shapes("Range", 1, 48)) == ((), ())


def formula(use: str, arity: int) -> str:
    """The tag of a use that is not in the table."""
    return str(int.from_bytes(use.encode(), "big") * 2**96 + 2 * 2**80 + arity * 2**64)


Edit = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    "edit",
    [
        lambda d: d.update(version=1),
        lambda d: d.update(version="2"),
        lambda d: d.pop("version"),
        lambda d: d.pop("tags"),
        lambda d: d.pop("circuits"),
        lambda d: d.update(circuits=7),
        lambda d: d["tags"].append(d["tags"][0]),
        lambda d: d["circuits"].append(d["circuits"][0]),
        lambda d: d["tags"][0].update(tag="1"),
        lambda d: d["tags"][0].update(tag="x"),
        lambda d: d["tags"][0].update(tag=1),
        lambda d: d["tags"][0].update(arity=15),
        lambda d: d["tags"][0].update(use="k" * 20, tag=formula("k" * 20, 16)),
        lambda d: d["tags"][0].update(use="k", arity=17, tag=formula("k", 17)),
        lambda d: d["tags"][0].update(use="k", arity=0, tag=formula("k", 0)),
        lambda d: d["tags"][0].update(arity="16"),
        lambda d: d["tags"][0].update(use="é"),
        lambda d: d["circuits"][0].update(name=7),
        lambda d: d["circuits"][0].pop("template"),
        lambda d: d["circuits"][0].update(parameters=[1]),
        lambda d: d["circuits"][0]["parameters"].update(records=-1),
        lambda d: d["circuits"][0]["parameters"].update(records=True),
        lambda d: d["circuits"][0].update(public_signals=[1]),
    ],
)
def test_a_malformed_catalogue_is_refused(edit: Edit, tmp_path: Path) -> None:
    """Every wrong member is ArtifactMalformed."""
    document = copy.deepcopy(DOCUMENT)
    edit(document)
    path = tmp_path / "catalogue.json"
    path.write_text(json.dumps(document))
    with pytest.raises(ArtifactMalformed):
        read_catalogue(path)


def test_a_catalogue_that_is_no_json_or_not_there_is_refused(tmp_path: Path) -> None:
    """Text that is no JSON is ArtifactMalformed; a checkout without the file is ToolMissing."""
    path = tmp_path / "catalogue.json"
    with pytest.raises(ToolMissing):
        read_catalogue(path)
    for data in (b"", b"{", b"\xff", b"[]", b"null"):
        path.write_bytes(data)
        with pytest.raises(ArtifactMalformed):
            read_catalogue(path)
