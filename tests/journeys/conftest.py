"""The stage on the embedded chain."""

from collections.abc import Iterator

import pytest

from tests.journeys.stage import Stage, restored, set_up
from zkdata.settlement.chain import Chain


@pytest.fixture(scope="session")
def posted() -> Stage:
    """Built once; tests take `stage`."""
    return set_up(Chain.embedded())


@pytest.fixture
def stage(posted: Stage) -> Iterator[Stage]:
    """The stage as it was built, whatever the test before did on the chain."""
    with restored(posted) as stage:
        yield stage
