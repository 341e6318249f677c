"""For pytest: no secret that a test made is in anything that left it, or the test fails.

    python -m pytest -p tests.canaries.plugin ...      where no conftest loads it

Watched are logs, output, errors, warnings, what fixtures show of themselves, arguments and environments of processes,
requests, and files that others can read. What may be seen, and why:

- a release secret in a call of `release`, and anywhere once that was sent: it is what is paid for;
- a made-up secret, which stands in the source of its test;
- anything in a file of mode 0600, in memory, and in what an EVM inside this process answers;
- by a test marked `seen(CHANNEL, WHY)`, what it shows there on purpose.
"""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from tests.canaries.channels import Channels
from tests.canaries.sources import Sources, private_and_open
from tests.canaries.watch import Leak, Watch

FILE_BYTES = 2**21
"""Larger files are circuits and keys."""


class Canaries:
    """One for each process of tests."""

    def __init__(self) -> None:
        self._patch = pytest.MonkeyPatch()
        self.watch = Watch()
        self.sources = Sources(self._patch, self.watch.add)
        self.channels = Channels(self._patch, self.watch.note)
        self._folders: list[Path] = []
        self._shown: dict[str, int] = {}
        made = pytest.TempPathFactory.mktemp

        def mktemp(factory: pytest.TempPathFactory, *arguments: Any, **named: Any) -> Path:
            folder = made(factory, *arguments, **named)
            self._folders.append(folder)
            return folder

        self._patch.setattr(pytest.TempPathFactory, "mktemp", mktemp)

    def hook(self) -> None:
        """Modules that were loaded in the meantime."""
        self.sources.hook()
        self.channels.hook()

    def close(self) -> None:
        """Leave no hook behind."""
        self.channels.close()
        self._patch.undo()

    def leaks(self) -> list[Leak]:
        """What was found since the last time."""
        self._read_files()
        self.watch.look()
        found, self.watch.leaks = self.watch.leaks, []
        return found

    def show(self, fixtures: dict[str, Any]) -> None:
        """What each fixture's value would look like in a report, once."""
        for name, value in fixtures.items():
            if self._shown.get(name) != id(value) and type(value).__module__.startswith(("zkdata", "tests")):
                self._shown[name] = id(value)
                self.watch.note("repr", f"{value!r}")

    def _read_files(self) -> None:
        folders, self._folders = self._folders, []
        for path, is_open in [each for folder in folders for each in private_and_open(folder)]:
            if not is_open:
                self.sources.learn(path)
            elif path.stat().st_size <= FILE_BYTES:
                self.watch.note(f"file {path.name}", path.read_bytes())


_KEY = pytest.StashKey[Canaries]()


def pytest_configure(config: pytest.Config) -> None:
    """From the first import on."""
    config.addinivalue_line("markers", "seen(channel, why): this test lets a secret be seen there, and why")
    if config.option.log_level is None:
        # What `Channels` has loggers say is for it alone.
        config.option.log_level = "WARNING"
    config.stash[_KEY] = Canaries()
    config.stash[_KEY].hook()


def pytest_unconfigure(config: pytest.Config) -> None:
    """To the end."""
    config.stash[_KEY].close()


def pytest_collectstart(collector: pytest.Collector) -> None:
    """Each module of tests may have loaded more of the package."""
    collector.config.stash[_KEY].hook()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """The last of them as well."""
    item.config.stash[_KEY].hook()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """While the fixtures are there."""
    item.config.stash[_KEY].show(getattr(item, "funcargs", {}))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """After the test, look."""
    report = yield
    canaries = item.config.stash[_KEY]
    if call.excinfo is not None:
        canaries.channels.error(call.excinfo.value)
    if call.when == "teardown":
        for name, text in report.sections:
            canaries.watch.note("log" if " log " in name else "output", text)
        meant = tuple(mark.args[0] for mark in item.iter_markers("seen"))
        if found := [each for each in canaries.leaks() if not each.channel.startswith(meant)]:
            report.outcome = "failed"
            report.longrepr = "\n".join(["a secret can be seen by others:", *map(str, found)])
    return report
