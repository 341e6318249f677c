"""One bench for all trials of a worker."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.faulty_disk import ForkServer, compile_to
from tests.faults.operations import prepare
from tests.faults.trial import Bench


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The faulty disk, compiled."""
    return compile_to(tmp_path_factory.mktemp("faulty_disk"))


@pytest.fixture(scope="session")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the operations read."""
    return prepare(tmp_path_factory.mktemp("inputs"))


@pytest.fixture(scope="session")
def bench(library: Path, inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A fork server, and a folder for the trials."""
    server = ForkServer(library)
    yield Bench(server, inputs, tmp_path_factory.mktemp("trials"))
    server.close()
