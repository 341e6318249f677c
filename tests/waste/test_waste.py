"""Toxic waste: when a contribution is made, its secret is nowhere in the memory of the process that made it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.proof import ceremonies
from tests.waste import generator
from tests.waste.memory import left_behind
from zkdata import _native

VALUE, ITERATIONS = bytes(range(64, 96)), 10
POWERS = "native.ptau_beacon(sys.argv[1], sys.argv[2], 'b', bytes.fromhex(sys.argv[3]), 10)"
KEY = "native.setup_beacon(sys.argv[1], sys.argv[2], 'b', bytes.fromhex(sys.argv[3]), 10)"


def secrets(count: int) -> dict[str, bytes]:
    """The secrets of the beacon, in every way in which they may be written."""
    drawn = generator.scalars(generator.words(generator.seed(VALUE, ITERATIONS)), count)
    names = ("tau", "alpha", "beta") if count == 3 else ("delta",)
    return {
        f"{name}, {form}": needle
        for name, scalar in zip(names, drawn, strict=True)
        for form, needle in generator.spellings(scalar).items()
    }


@pytest.mark.parametrize(("program", "first", "count"), [(POWERS, "0.ptau", 3), (KEY, "0.zkey", 1)])
def test_nothing_is_left(program: str, first: str, count: int, tmp_path: Path) -> None:
    """Of tau, alpha and beta after a contribution to powers, and of delta after one to a key."""
    ceremonies.powers()
    ceremonies.first_key()
    files = str(ceremonies.scratch() / first), str(tmp_path / "new"), VALUE.hex()
    assert left_behind(program, secrets(count), *files) == set()


CORE = """
import resource, sys
from zkdata.cli import main
resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
assert main(sys.argv[1:]) == 0
print(resource.getrlimit(resource.RLIMIT_CORE))
"""


def test_no_core_is_written(tmp_path: Path) -> None:
    """A command that draws secrets forbids its process to leave its memory on the disk, should it crash."""
    ceremonies.key_of("alice").save(tmp_path / "alice.key")
    key = [
        "setup",
        "contribute",
        ceremonies.first_key(),
        tmp_path / "1.zkey",
        "--name",
        "a",
        "--key",
        tmp_path / "alice.key",
    ]
    ceremonies.powers()
    powers = ["setup", "ptau", "contribute", ceremonies.scratch() / "0.ptau", tmp_path / "1.ptau", "--name", "a"]
    for words in (key, powers):
        command = [sys.executable, "-c", CORE, *map(str, words)]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert said.splitlines()[-1] == "(0, 0)"


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    """A secret that the program keeps, in each spelling by itself."""
    for name, needle in secrets(1).items():
        kept = f"kept = bytes(byte ^ 1 for byte in bytes.fromhex('{bytes(byte ^ 1 for byte in needle).hex()}'))"
        assert left_behind(kept, secrets(1)) == {name}


def test_the_secrets_are_those_of_the_core(tmp_path: Path) -> None:
    """delta of a key after the beacon is the generator times the scalar that is looked for."""
    ceremonies.first_key()
    _native.setup_beacon(ceremonies.first_key(), tmp_path / "new.zkey", "b", VALUE, ITERATIONS)
    (drawn,) = generator.scalars(generator.words(generator.seed(VALUE, ITERATIONS)), 1)
    from py_ecc.optimized_bn128 import G2, multiply, normalize

    from tests.reference.field import R

    (x, y) = normalize(multiply(G2, drawn * pow(2**256, -1, R) % R))
    delta = _native.ProvingKey.open(tmp_path / "new.zkey").verification_key().points()[3]
    assert tuple(tuple(int(part) for part in each.coeffs) for each in (x, y)) == delta
