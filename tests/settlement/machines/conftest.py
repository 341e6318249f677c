"""A node of the machines' own, whose clock nothing but their moves advances."""

from collections.abc import Iterator

import pytest

from tests.settlement.machines.world import World, built, node
from zkdata.settlement.chain import Chain


@pytest.fixture(scope="session")
def clockwork() -> Iterator[Chain]:
    """Started once, ended after the tests."""
    with node() as chain:
        yield chain


@pytest.fixture(scope="session")
def world(clockwork: Chain, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Deployed once."""
    return built(clockwork, tmp_path_factory.mktemp("kept"))
