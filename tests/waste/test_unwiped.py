"""The search finds secrets in the memory of a core that does not wipe them: one that is built with wiping taken out."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.proof import ceremonies
from tests.waste.memory import left_behind
from tests.waste.test_waste import KEY, POWERS, VALUE, secrets

HOUSE = Path(__file__).resolve().parents[2]
WRITES = re.compile(r"unsafe \{ ptr::write_volatile\(\w+, src\) \}")


@pytest.fixture(scope="module")
def unwiped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The native core with a zeroize that writes nothing."""
    folder = tmp_path_factory.mktemp("unwiped")
    native = shutil.copytree(HOUSE / "native", folder / "native", ignore=shutil.ignore_patterns("target"))
    metadata = subprocess.run(
        ["cargo", "metadata", "--format-version", "1", "--locked"], cwd=native, capture_output=True, check=True
    )
    lock = (native / "Cargo.lock").read_text()
    (version,) = re.findall(r'name = "zeroize"\nversion = "(.*)"', lock)
    packages = json.loads(metadata.stdout)["packages"]
    (manifest,) = [
        each["manifest_path"] for each in packages if (each["name"], each["version"]) == ("zeroize", version)
    ]
    shutil.copytree(Path(manifest).parent, folder / "zeroize")
    source = folder / "zeroize/src/lib.rs"
    text, count = WRITES.subn("let _ = src;", source.read_text())
    assert count == 2, "this version of zeroize wipes in another way"
    source.write_text(text)
    patch = f'patch.crates-io.zeroize.path="{folder / "zeroize"}"'
    build = ["cargo", "build", "--release", "--lib", "--features", "python", "--config", patch]
    subprocess.run(build, cwd=native, check=True)
    return native / "target/release/lib_native.so"


@pytest.mark.deep
@pytest.mark.parametrize(("program", "first", "count"), [(POWERS, "0.ptau", 3), (KEY, "0.zkey", 1)])
def test_what_is_not_wiped_is_found(program: str, first: str, count: int, tmp_path: Path, unwiped: Path) -> None:
    """Each secret, in one spelling at least."""
    ceremonies.powers()
    ceremonies.first_key()
    files = str(ceremonies.scratch() / first), str(tmp_path / "new"), VALUE.hex()
    found = left_behind(program, secrets(count), *files, library=unwiped)
    assert {name.partition(",")[0] for name in found} == {name.partition(",")[0] for name in secrets(count)}
