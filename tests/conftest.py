"""Shared by every test: how hypothesis draws, the implementations that one suite of laws holds for, and canaries."""

import os
import signal
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.implementations import IMPLEMENTATIONS, Implementation

pytest_plugins = ["tests.canaries.plugin"]
SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.data_too_large]

settings.register_profile("default", deadline=None, derandomize=True, database=None, max_examples=20)
settings.register_profile("deep", deadline=None, max_examples=300, print_blob=True, suppress_health_check=SLOW_IS_FINE)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture
def interruptible() -> Iterator[None]:
    """A job that a shell put in the background ignores SIGINT, and its children do too, unless it is handled here."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session", params=IMPLEMENTATIONS, ids=lambda make: make.__name__)
def implementation(request: pytest.FixtureRequest) -> Implementation:
    """Each row of the table in turn; a row whose module is missing is an error, never a skip."""
    made: Implementation = request.param()
    return made
