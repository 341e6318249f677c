"""Long work says how far it is, and stops within a second: by what its listener raises, and by Ctrl-C."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.proof.squarings import write_squarings
from zkdata import dev_setup, prove
from zkdata.errors import Cancelled
from zkdata.proof.groth16 import ProvingKey, proving_key

ROWS = 2**15 - 8
SECOND = 1.0


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """An .r1cs of some size, a witness and a key."""
    folder = tmp_path_factory.mktemp("squarings")
    r1cs, witness = write_squarings(folder, ROWS)
    dev_setup(r1cs, folder / "squarings.zkey")
    return r1cs, witness, folder / "squarings.zkey"


class Listener:
    """Keeps what it is told, and raises once it has heard of `limit`."""

    def __init__(self, limit: float = 2.0) -> None:
        self.heard: list[float] = []
        self.raised_at = 0.0
        self._limit = limit

    def __call__(self, part: float) -> None:
        self.heard.append(part)
        if part >= self._limit:
            self.raised_at = time.monotonic()
            raise Cancelled("enough")


Work = Callable[[Listener], object]


@pytest.fixture(params=["setup", "open", "prove", "open and prove"])
def work(request: pytest.FixtureRequest, files: tuple[Path, Path, Path], tmp_path: Path) -> Work:
    """Each piece of long work in turn."""
    r1cs, witness, zkey = files
    key: ProvingKey = proving_key(zkey)
    verbs: dict[str, Work] = {
        "setup": lambda listener: dev_setup(r1cs, tmp_path / "made.zkey", progress=listener),
        "open": lambda listener: proving_key(zkey, progress=listener),
        "prove": lambda listener: prove(key, witness, progress=listener),
        "open and prove": lambda listener: prove(zkey, witness, progress=listener),
    }
    return verbs[request.param]


def test_progress_goes_forward(work: Work) -> None:
    """The listener hears parts that never go back, and 1 at the end."""
    listener = Listener()
    work(listener)
    assert listener.heard == sorted(listener.heard)
    assert listener.heard[-1] == 1.0
    assert all(0.0 <= part <= 1.0 for part in listener.heard)


def test_a_listener_stops_the_work(work: Work, tmp_path: Path) -> None:
    """What it raises comes out within a second, before the work is done, and nothing is left behind."""
    listener = Listener(limit=0.0)
    with pytest.raises(Cancelled, match="enough"):
        work(listener)
    assert time.monotonic() - listener.raised_at < SECOND
    assert len(listener.heard) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_key_is_as_good_after_a_stop(files: tuple[Path, Path, Path]) -> None:
    """A proof that was stopped leaves the key and the threads as they were."""
    key = proving_key(files[2])
    with pytest.raises(Cancelled):
        prove(key, files[1], progress=Listener(limit=0.0))
    prove(key, files[1])


def test_other_threads_go_on(files: tuple[Path, Path, Path]) -> None:
    """While one thread proves, another never waits for the interpreter longer than a tenth of a second."""
    key, gaps, done = proving_key(files[2]), [], threading.Event()

    def beat() -> None:
        last = time.monotonic()
        while not done.wait(0.005):
            gaps.append(time.monotonic() - last)
            last = time.monotonic()

    heart = threading.Thread(target=beat)
    heart.start()
    prove(key, files[1])
    done.set()
    heart.join()
    gaps.sort()
    assert len(gaps) > 10
    assert gaps[len(gaps) * 9 // 10] < 0.1  # nine in ten: a loaded machine may hold back any single one


def stopped_by(command: list[str], number: int) -> tuple[int, float, str]:
    """Exit code, seconds from the signal to the end, and stderr of a command that is sent a signal while it works."""
    # Python says nothing when it has started to work: the core's first thread in /proc does.
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        threads = Path(f"/proc/{process.pid}/task")
        while len(list(threads.iterdir())) == 1:
            time.sleep(0.005)
        process.send_signal(number)
        sent = time.monotonic()
        code = process.wait(30)
        assert process.stderr is not None
        return code, time.monotonic() - sent, process.stderr.read()


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize(("number", "expected"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("verb", ["setup", "prove"])
def test_a_signal_stops_the_command(
    files: tuple[Path, Path, Path], tmp_path: Path, verb: str, number: int, expected: int
) -> None:
    """Exit code 130 or 143 within a second of the signal, one line, and no file, whole or in part."""
    r1cs, witness, zkey = files
    inputs = {"setup": [r1cs], "prove": [zkey, witness]}[verb]
    command = [sys.executable, "-m", "zkdata.cli", "groth16", verb, *inputs, tmp_path / "one", tmp_path / "other"]
    code, seconds, said = stopped_by(list(map(str, command)), number)
    assert (code, said) == (expected, "zkdata: Cancelled: stopped; nothing half-written is left behind\n")
    assert seconds < SECOND
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("call", ["dev_setup(files[0], files[3])", "prove(files[2], files[1])"])
def test_ctrl_c_needs_no_listener(files: tuple[Path, Path, Path], tmp_path: Path, call: str) -> None:
    """A program that asked for no progress is interrupted as soon."""
    program = f"import sys; from zkdata import dev_setup, prove; files = sys.argv[1:]; {call}"
    command = [sys.executable, "-c", program, *map(str, files), str(tmp_path / "made.zkey")]
    code, seconds, said = stopped_by(command, signal.SIGINT)
    assert code in (-signal.SIGINT, 130) and said.rstrip().endswith("KeyboardInterrupt")
    assert seconds < SECOND
    assert list(tmp_path.iterdir()) == []


LOSES_A_STOP = """
import os, sys, time
from zkdata import cli

class Dropped:
    def __del__(self):
        os.kill(os.getpid(), int(sys.argv[1]))

def add_to(nouns):
    nouns.add_parser("wait").set_defaults(run=wait)

def wait(chosen):
    Dropped()
    time.sleep(60)

cli.NOUNS = {"wait": "wait"}
sys.modules["zkdata.cli.wait"] = sys.modules["__main__"]
sys.exit(cli.main(["wait"]))
"""


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize(("number", "expected"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stop_that_python_drops_is_sent_again(number: int, expected: int) -> None:
    """An exception raised in a finalizer, or while a module's lock is let go, is ignored; the command stops anyway."""
    command = [sys.executable, "-c", LOSES_A_STOP, str(int(number))]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=30)
    said = "zkdata: Cancelled: stopped; nothing half-written is left behind\n"
    assert (done.returncode, done.stderr) == (expected, said)
