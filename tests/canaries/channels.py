"""What leaves a test: what it writes, says, raises, starts and sends. Hooked where it all passes."""

import argparse
import functools
import http.client
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from zkdata.errors import ZkDataError

LOUD = ("zkdata", "web3", "urllib3", "requests", "eth_account")
"""Loggers that are heard down to DEBUG: what a user would see who looks for a fault."""
Note = Callable[[str, str | bytes], None]


class Heard(logging.Handler):
    """Every record, as it would be printed."""

    def __init__(self, note: Note) -> None:
        super().__init__()
        self._note = note

    def emit(self, record: logging.LogRecord) -> None:
        """Its text, and the error that came with it."""
        self._note("log", self.format(record))


class Channels:
    """Hooks that stay until the patch is undone; those on web3 wait until it is loaded."""

    def __init__(self, patch: pytest.MonkeyPatch, note: Note) -> None:
        self._patch, self._note = patch, note
        self._handler = Heard(note)
        self._embedded = False
        self._before(subprocess.Popen, "__init__", self._started)
        self._after(subprocess.Popen, "communicate", self._answered)
        self._before(argparse.ArgumentParser, "parse_known_args", self._asked)
        self._before(http.client.HTTPConnection, "send", self._sent)
        self._after(ZkDataError, "__init__", self._refused)
        self._before(pytest.RaisesExc, "__exit__", self._raised)
        self._before(pytest.WarningsRecorder, "__exit__", self._warned)
        self._after(pytest.CaptureFixture, "readouterr", self._printed)
        logging.getLogger().addHandler(self._handler)
        for name in LOUD:
            logging.getLogger(name).setLevel(logging.DEBUG)

    def hook(self) -> None:
        """What goes to an embedded chain would go over a wire to another one."""
        provider = sys.modules.get("web3.providers.eth_tester.main")
        if provider is not None and not self._embedded:
            self._embedded = True
            self._before(provider.EthereumTesterProvider, "make_request", self._requested)

    def close(self) -> None:
        """Stop hearing; the patch undoes the rest."""
        logging.getLogger().removeHandler(self._handler)

    def error(self, error: BaseException | None) -> None:
        """An error as a traceback without locals shows it, with its evidence and whatever it was raised from."""
        seen: set[int] = set()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            told = (type(error).__name__, str(error), error.args, vars(error))
            self._note("error", " ".join(map(str, told)))
            error = error.__cause__ or error.__context__

    def _before(self, owner: Any, name: str, hear: Callable[..., None]) -> None:
        original = getattr(owner, name)

        @functools.wraps(original)
        def heard(*arguments: Any, **named: Any) -> Any:
            hear(*arguments, **named)
            return original(*arguments, **named)

        self._patch.setattr(owner, name, heard)

    def _after(self, owner: Any, name: str, hear: Callable[..., None]) -> None:
        original = getattr(owner, name)

        @functools.wraps(original)
        def heard(*arguments: Any, **named: Any) -> Any:
            result = original(*arguments, **named)
            hear(result, *arguments, **named)
            return result

        self._patch.setattr(owner, name, heard)

    def _started(self, _: Any, args: Any, *__: Any, env: Mapping[Any, Any] | None = None, **___: Any) -> None:
        self._note("arguments of a process", " ".join(_words(args)))
        if env:
            self._note("environment of a process", " ".join(f"{name}={value}" for name, value in env.items()))

    def _answered(self, said: tuple[Any, Any], *_: Any, **__: Any) -> None:
        for part in said:
            if part:
                self._note("output of a process", part)

    def _asked(self, _: Any, args: Any = None, *__: Any, **___: Any) -> None:
        self._note("arguments of a command", " ".join(map(str, sys.argv[1:] if args is None else args)))

    def _sent(self, _: Any, data: Any) -> None:
        if isinstance(data, bytes | bytearray | str):
            self._note("traffic", bytes(data) if isinstance(data, bytearray) else data)

    def _requested(self, _: Any, method: str, params: Any) -> None:
        self._note("traffic", f"{method} {params}")

    def _refused(self, _: None, error: ZkDataError, /, *__: Any, **___: Any) -> None:
        self.error(error)

    def _raised(self, _: Any, __: Any, error: BaseException | None, *___: Any) -> None:
        self.error(error)

    def _warned(self, recorder: pytest.WarningsRecorder, *_: Any) -> None:
        for each in recorder.list:
            self._note("warning", str(each.message))

    def _printed(self, said: Any, *_: Any) -> None:
        for part in said:
            if part:
                self._note("output", part)


def _words(arguments: Any) -> Iterator[str]:
    alone = isinstance(arguments, str | bytes | os.PathLike)
    for word in [arguments] if alone else arguments:
        yield os.fsdecode(word)
