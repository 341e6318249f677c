"""Frozen vectors of version 2: what the reference says of the committed cases never changes."""

import json
from typing import Any

import pytest

from tests.oracles.vectors import FOLDER, rendered
from tests.reference.cases import CASES
from tests.reference.delivery import Delivery, is_buyer_key


def read(name: str) -> dict[str, Any]:
    """A committed file."""
    document: dict[str, Any] = json.loads((FOLDER / name).read_text())
    return document


@pytest.mark.parametrize("name", CASES)
def test_vectors_are_frozen(name: str) -> None:
    """Each file is byte for byte what its generator writes: a change is a new version with new vectors."""
    assert (FOLDER / name).read_text() == rendered(name)


def test_sold_capsules_open_from_their_vectors() -> None:
    """Every capsule in mode 1 has its buyer, who gets its key with the release secret of this case, not of another."""
    sold = [case for case in read("capsule.json")["cases"] if "buyer_secret" in case]
    secrets = [int(case["inputs"]["releaseSecret"]) for case in sold]
    for index, case in enumerate(sold):
        wrapped = Delivery(int(case["content"]), *map(int, case["signals"][15:17]))
        opened = [wrapped.open(int(case["buyer_secret"]), secret) == int(case["inputs"]["key"]) for secret in secrets]
        assert [place for place, opens in enumerate(opened) if opens] == [index]


def test_refused_buyer_keys_are_refused() -> None:
    """The file's list of keys of small order is refused, its buyers' keys and the nobody key are not."""
    file = read("delivery.json")
    assert not any(is_buyer_key(int(u)) for u in file["small_order"])
    assert all(is_buyer_key(int(case["buyer_key"])) for case in [*file["cases"], file["nobody"]])
    assert all(case["opened"] == case["key"] for case in file["cases"])
