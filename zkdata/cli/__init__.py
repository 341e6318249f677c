"""The roof: arguments in, verbs of the floors below called, their answers told. One file per noun.

Nothing heavy is imported before a command is known, so that `zkdata --help` is there at once.
"""

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any, NoReturn

from ..errors import Cancelled, ZkDataError
from .usage import UsageWrong, plain

INTERRUPTED = 130  # 128 + SIGINT, as a shell reports it
TERMINATED = 143  # 128 + SIGTERM
SOON = 0.01  # seconds, after which a stop that Python dropped is sent again
NOUNS = {
    noun: {"seal": "sealed", "open": "opened"}.get(noun, noun)
    for noun in [
        "demo",
        "circuits",
        "groth16",
        "export",
        "keys",
        "setup",
        "deploy",
        "registry",
        "seal",
        "request",
        "claim",
        "keeper",
        "credit",
        "open",
        "bench",
    ]
}
"""Each noun's file, imported when it is asked for: a proof of a small circuit takes less time than all of them."""
DESCRIPTION = """\
Sell data without showing it first: a device seals records into a capsule, a proof shows that they are
what a request asks for, and an escrow pays on the proof.
"""
EPILOG = """\
examples:
  zkdata demo                                the whole journey, on a chain inside this process
  zkdata demo --chain anvil --json           the same on anvil, as data
  zkdata circuits list                       every circuit with its rows and digest
  zkdata groth16 prove circuit.zkey witness.wtns proof.json public.json
  zkdata groth16 verify verification_key.json public.json proof.json
  zkdata export verifier verification_key.json Verifier.sol
  zkdata keys new buyer buyer.key
  zkdata setup audit FOLDER --ptau POWERS.ptau
  zkdata keys fetch CIRCUIT --manifest FILE --from URL
  zkdata registry rebuild --rpc URL --registry ADDRESS --registrar ADDRESS
  zkdata bench --out FOLDER                  in a checkout: every step measured, beside the peers found here
  zkdata open --rpc URL --escrow ADDRESS --claim ID --key buyer.key --from STORE --schema NAME readings.csv

exit codes:
  0  done, or valid
  1  a well-formed proof that does not verify, a false statement, or a registrar whom his log convicts
  2  malformed or insecure input, something missing, or wrong usage (130 or 143 if stopped)
"""


class Terminated(KeyboardInterrupt):
    """SIGTERM, which tidies up on its way out as Ctrl-C does."""


class Parser(argparse.ArgumentParser):
    """argparse, with wrong usage as an error like any other, and every option written out."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**({"allow_abbrev": False} | settings))

    def error(self, message: str) -> NoReturn:
        """Raise instead of leaving, so that `--json` can answer too."""
        raise UsageWrong(f"{message}; see `{self.prog} --help`")


class Version(argparse.Action):
    """Looks the version up only when asked."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version

        sys.stdout.write(f"zkdata {version('zkdata')}\n")
        parser.exit()


def parser(only: str | None = None) -> argparse.ArgumentParser:
    """The whole command line, or one noun of it."""
    root = Parser(
        prog="zkdata",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    root.add_argument("--version", action=Version, nargs=0, help="show the version and leave")
    nouns = root.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=Parser)
    for noun, file in NOUNS.items():
        if only is None or noun == only:
            import_module(f".{file}", __name__).add_to(nouns)
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in given
    try:
        chosen = parser(given[0] if given and given[0] in NOUNS else None).parse_args(given)
        with _stoppable():
            code: int = chosen.run(chosen)
        sys.stdout.flush()
        return code
    except ZkDataError as error:
        return _tell(error, as_json, error.exit_code)
    except KeyboardInterrupt as stop:
        code = TERMINATED if isinstance(stop, Terminated) else INTERRUPTED
        return _tell(Cancelled("stopped; nothing half-written is left behind"), as_json, code)
    except BrokenPipeError:
        # Whoever read us has left. Point stdout elsewhere, or Python complains once more on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as fault:
        return _tell(_of_the_system(fault), as_json, 2)
    except Exception as fault:
        # Not exit code 1, which would say that a proof does not verify.
        import traceback

        traceback.print_exc()
        return _tell(ZkDataError(f"a fault inside zkdata ({type(fault).__name__}); please report it"), as_json, 2)


def _of_the_system(fault: OSError) -> UsageWrong:
    if fault.filename is None:
        return UsageWrong(f"the operating system refused: {fault.strerror or fault}")
    return UsageWrong(f"{fault.filename}: {fault.strerror}; check the path", path=str(fault.filename))


@contextmanager
def _stoppable() -> Iterator[None]:
    """SIGTERM raises `Terminated`, and no stop is lost, if this is where signals arrive."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> NoReturn:
        raise Terminated

    def ignored(fault: Any) -> None:
        # Python drops what is raised in a finalizer or in a weak reference's callback, as the import system has.
        if isinstance(fault.exc_value, KeyboardInterrupt):
            number = signal.SIGTERM if isinstance(fault.exc_value, Terminated) else signal.SIGINT
            threading.Timer(SOON, os.kill, [os.getpid(), number]).start()
        else:
            heard(fault)

    before, heard = signal.signal(signal.SIGTERM, stop), sys.unraisablehook
    sys.unraisablehook = ignored
    try:
        yield
    finally:
        sys.unraisablehook = heard
        signal.signal(signal.SIGTERM, before)


def _tell(error: ZkDataError, as_json: bool, code: int) -> int:
    sys.stderr.write(f"zkdata: {error.code}: {error.message}\n")
    if as_json:
        body = {"code": error.code, "message": error.message, "evidence": plain(error.evidence)}
        sys.stdout.write(json.dumps({"error": body}) + "\n")
        sys.stdout.flush()
    return code
