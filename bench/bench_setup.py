"""How long does a setup take, in how much memory, for 2^10 to 2^18 rows?

make bench-parts ARGS='-k setup'                                           the small sizes
make bench-parts ARGS='-k setup -m deep --benchmark-json=setup.json'       the large ones, with date and machine

snarkjs' `groth16 setup` only combines powers of tau that somebody has made; its row leaves them out. The deep tests
leave build/snarkjs/power-14.ptau, prepared for phase 2, which is used where it is there; the smallest is made here.
"""

import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from bench import generated_circuit
from zkdata import _native

ROOT = Path(__file__).parents[1]
SNARKJS = ROOT / "node_modules" / ".bin" / "snarkjs"
PTAU = ROOT / "build" / "snarkjs"
SMALLEST = 10
POWERS = [10, 13, 14, pytest.param(16, marks=pytest.mark.deep), pytest.param(18, marks=pytest.mark.deep)]
PEAK = """
import resource, sys
from zkdata import _native
_native.setup_development(*sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@cache
def circuit(folder: Path, power: int) -> Path:
    """The .r1cs whose domain is 2^power."""
    path = folder / f"{power}.r1cs"
    generated_circuit.write(path, generated_circuit.rows_of(power))
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("setup")


@pytest.mark.parametrize("power", POWERS)
def test_setup(benchmark: BenchmarkFixture, folder: Path, power: int) -> None:
    """Our development setup, .r1cs to .zkey, tau drawn afresh; peak memory is that of a process of its own."""
    arguments = (str(circuit(folder, power)), str(folder / f"{power}.zkey"))
    benchmark.pedantic(_native.setup_development, arguments, rounds=3)
    peak = subprocess.run([sys.executable, "-c", PEAK, *arguments], capture_output=True, text=True, check=True).stdout
    benchmark.extra_info.update(
        rows=generated_circuit.rows_of(power),
        r1cs_bytes=Path(arguments[0]).stat().st_size,
        zkey_bytes=Path(arguments[1]).stat().st_size,
        peak_mebibytes=int(peak) // 1024,
    )


@pytest.mark.parametrize("power", POWERS)
def test_open_the_key(benchmark: BenchmarkFixture, folder: Path, power: int) -> None:
    """What every later proof waits for once: the key checked point by point."""
    key = folder / f"{power}.zkey"
    if not key.exists():
        _native.setup_development(circuit(folder, power), key)
    benchmark.pedantic(_native.ProvingKey.open, (key,), rounds=3)


def snarkjs(*arguments: str | Path) -> None:
    """Run it to its end."""
    subprocess.run([str(SNARKJS), *map(str, arguments)], capture_output=True, check=True, timeout=3600)


def powers_of_tau(folder: Path, power: int) -> Path:
    """The file that lies ready, or one made here."""
    ready = PTAU / f"power-{power}.ptau"
    if ready.exists():
        return ready
    final = folder / f"{power}.ptau"
    snarkjs("powersoftau", "new", "bn128", str(power), folder / "new.ptau")
    snarkjs("powersoftau", "contribute", folder / "new.ptau", folder / "first.ptau", "--name=one", "-e=entropy")
    snarkjs("powersoftau", "prepare", "phase2", folder / "first.ptau", final)
    return final


@pytest.mark.parametrize(
    "power", [SMALLEST, *sorted({int(p.stem[6:]) for p in PTAU.glob("power-*.ptau")} - {SMALLEST})]
)
def test_setup_by_snarkjs(benchmark: BenchmarkFixture, folder: Path, power: int) -> None:
    """snarkjs' first half of a key, the whole process, from powers of tau; a contribution comes on top."""
    ptau, r1cs = powers_of_tau(folder, power), circuit(folder, power)
    benchmark.pedantic(snarkjs, ("groth16", "setup", r1cs, ptau, folder / "theirs.zkey"), rounds=3)
