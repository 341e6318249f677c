"""Files of any size and any bytes: refused with the type of the file, in little memory."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.proof.real_proofs import small
from zkdata.errors import ArtifactMalformed, ProofMalformed, ZkDataError
from zkdata.proof.groth16 import verify_files

REFUSALS: dict[str, type[ZkDataError]] = {"key": ArtifactMalformed, "public": ProofMalformed, "proof": ProofMalformed}
MEBIBYTE = 2**20
MEASURED = """
import resource, sys
from pathlib import Path
from zkdata.errors import ZkDataError
from zkdata.proof.groth16 import verify_files
paths = [Path(path) for path in sys.argv[1:]]
verify_files(*paths[:3])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    verify_files(*paths[3:])
except ZkDataError as error:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, error.code)
"""


def files(folder: Path) -> dict[str, Path]:
    """The honest triple."""
    folder.mkdir(exist_ok=True)
    paths = {name: folder / f"{name}.json" for name in REFUSALS}
    for name, path in paths.items():
        path.write_bytes(getattr(small(), name))
    return paths


@pytest.mark.parametrize("size", [5 * MEBIBYTE, 60 * MEBIBYTE, 1024 * MEBIBYTE])
@pytest.mark.parametrize("name", REFUSALS)
def test_a_file_of_any_size_is_refused_in_little_memory(tmp_path: Path, name: str, size: int) -> None:
    """5 MiB or 1 GiB of a file: the type is the file's, and the process grows by less than 64 MiB."""
    honest, large = files(tmp_path), files(tmp_path / "large")
    with large[name].open("r+b") as file:
        file.truncate(size)
    command = [sys.executable, "-c", MEASURED, *map(str, honest.values()), *map(str, large.values())]
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    grown, code = run.stdout.split()
    assert code == REFUSALS[name].__name__
    assert int(grown) < 64 * 1024, "KiB"


@pytest.mark.parametrize("raw", [b"\xff", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf4\x90\x80\x80"], ids=repr)
@pytest.mark.parametrize("name", ["key", "proof"])
def test_bytes_that_are_not_utf_8_are_refused_anywhere(tmp_path: Path, name: str, raw: bytes) -> None:
    """A file that is not UTF-8 is not JSON, also where the bytes stand in a member that nobody reads."""
    paths = files(tmp_path)
    paths[name].write_bytes(paths[name].read_bytes().rstrip()[:-1] + b',"note":"' + raw + b'"}')
    with pytest.raises(REFUSALS[name]):
        verify_files(paths["key"], paths["public"], paths["proof"])


@pytest.mark.parametrize("name", REFUSALS)
def test_what_is_no_regular_file_is_refused_by_its_type(tmp_path: Path, name: str) -> None:
    """A device in place of a file is malformed as that file, not as another."""
    paths = {**files(tmp_path), name: Path("/dev/zero")}
    with pytest.raises(ZkDataError) as refused:
        verify_files(paths["key"], paths["public"], paths["proof"])
    assert type(refused.value) is REFUSALS[name]
