"""Two real chains, and a contract that reverts in every way."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.stage import Stage, restored, set_up
from zkdata.settlement.chain import Chain
from zkdata.settlement.contracts import Compiled, compile_contract


@pytest.fixture(scope="session")
def anvil() -> Iterator[Chain]:
    """An anvil of our own, ended after the tests."""
    with Chain.anvil() as chain:
        yield chain


@pytest.fixture(scope="session", params=("embedded", "anvil"))
def chain(request: pytest.FixtureRequest) -> Chain:
    """The embedded chain and anvil in turn."""
    if request.param == "embedded":
        return Chain.embedded()
    started: Chain = request.getfixturevalue("anvil")
    return started


@pytest.fixture(scope="session")
def probe() -> Compiled:
    """Probe.sol, compiled."""
    source = Path(__file__).with_name("Probe.sol").read_text()
    return compile_contract("Probe", "Probe.sol", {"Probe.sol": source})


@pytest.fixture(scope="session")
def posted(anvil: Chain) -> Stage:
    """Built once; tests take `stage`."""
    return set_up(anvil)


@pytest.fixture
def stage(posted: Stage) -> Iterator[Stage]:
    """The stage as it was built, whatever the test before did on the chain."""
    with restored(posted) as stage:
        yield stage
