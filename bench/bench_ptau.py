"""How long does phase 1 take, ours and that of snarkjs beside it?

make bench ARGS='-k ptau'                                           2^10 rows
make bench ARGS='-k ptau -m deep --benchmark-json=ptau.json'        2^14 rows; snarkjs' prepare alone takes minutes
"""

import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from zkdata import _native

ROOT = Path(__file__).parents[1]
SNARKJS = ROOT / "node_modules" / ".bin" / "snarkjs"
POWERS = [10, pytest.param(14, marks=pytest.mark.deep)]
VERBS = ["contribute", "prepare", "verify"]
PEAK = """
import resource, sys
from zkdata import _native
getattr(_native, sys.argv[1])(*sys.argv[2:])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ptau")


@cache
def files(folder: Path, power: int) -> tuple[Path, Path]:
    """Powers that somebody contributed to, and the same prepared."""
    new, contributed, prepared = (folder / f"{power}-{step}.ptau" for step in ("new", "contributed", "prepared"))
    _native.ptau_new(new, power)
    _native.ptau_contribute(new, contributed, "one")
    _native.ptau_prepare(contributed, prepared)
    return contributed, prepared


@pytest.mark.parametrize("power", POWERS)
@pytest.mark.parametrize("verb", VERBS)
def test_ptau(benchmark: BenchmarkFixture, folder: Path, verb: str, power: int) -> None:
    """Ours; `verify` of a prepared file. Peak memory is that of a process of its own."""
    contributed, prepared = files(folder, power)
    out = folder / "out.ptau"
    arguments = {"contribute": (contributed, out, "two"), "prepare": (contributed, out), "verify": (prepared,)}[verb]
    work: Callable[..., object] = getattr(_native, f"ptau_{verb}")
    benchmark.pedantic(work, arguments, rounds=3)
    line = [sys.executable, "-c", PEAK, f"ptau_{verb}", *map(str, arguments)]
    peak = subprocess.run(line, capture_output=True, text=True, check=True).stdout
    size = prepared.stat().st_size
    benchmark.extra_info.update(rows=2**power, prepared_bytes=size, peak_mebibytes=int(peak) // 1024)


@pytest.mark.parametrize("power", POWERS)
@pytest.mark.parametrize("verb", VERBS)
def test_ptau_by_snarkjs(benchmark: BenchmarkFixture, folder: Path, verb: str, power: int) -> None:
    """The same by snarkjs, the whole process, over our files."""
    contributed, prepared = files(folder, power)
    out = folder / "theirs.ptau"
    arguments: dict[str, list[str | Path]] = {
        "contribute": ["contribute", contributed, out, "--name=two", "-e=entropy"],
        "prepare": ["prepare", "phase2", contributed, out],
        "verify": ["verify", prepared],
    }
    line = [str(SNARKJS), "powersoftau", *map(str, arguments[verb])]
    run = {"capture_output": True, "check": True, "timeout": 3600}
    benchmark.pedantic(subprocess.run, (line,), run, rounds=1)
