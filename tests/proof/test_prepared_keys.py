"""Prepared keys: the same proofs for less work, and a file of which nothing is believed."""

import hashlib
import os
import resource
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.circuits.r1cs_file import Circuit, r1cs, wtns
from tests.proof import groth16_material as material
from tests.proof.squarings import write_squarings
from tests.reference.field import R
from zkdata import _native, dev_setup, prove, verify
from zkdata.cli import main
from zkdata.errors import ArtifactMalformed, StatementFalse, ZkDataError
from zkdata.proof.groth16 import ProvingKey, prepared_folder, prepared_key, proving_key

KERNELS = ("plain", "mulx", "avx2", "ifma")
"""Those that a processor lacks are its best one again."""

HEADER_BYTES = 12
SECTION_BYTES = 12
A, B2, H = 2, 4, 6
G1_BYTES, G2_BYTES = 64, 128
ROWS = 2**9 - 8
BUILD = "import sys; from zkdata.proof.groth16 import prepared_key; prepared_key(*sys.argv[1:])"


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The small key, and its multiples as some kernel made them."""
    zkey = material.folder() / "circuit.zkey"
    made = prepared_key(zkey, tmp_path_factory.mktemp("kept") / "prepared").prepared
    assert made is not None
    return zkey, made[0]


@pytest.fixture(scope="module")
def larger(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A key of some hundred rows, and a witness."""
    folder = tmp_path_factory.mktemp("squarings")
    r1cs_file, witness = write_squarings(folder, ROWS)
    dev_setup(r1cs_file, folder / "squarings.zkey")
    return folder / "squarings.zkey", witness


def sections(data: bytes) -> dict[int, range]:
    """Where each section's bytes are."""
    found, place = {}, HEADER_BYTES
    while place < len(data):
        number, size = (int.from_bytes(data[place + at : place + end], "little") for at, end in ((0, 4), (4, 12)))
        place += SECTION_BYTES
        found[number] = range(place, place + size)
        place += size
    return found


def reopened(key: tuple[Path, Path], data: bytes, folder: Path) -> ProvingKey:
    """The key, prepared by what such a file says."""
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / key[1].name).write_bytes(data)
    return prepared_key(key[0], folder)


def expect_refused(key: tuple[Path, Path], data: bytes, folder: Path, reason: str) -> None:
    """With the reason, and what to do."""
    with pytest.raises(ArtifactMalformed, match=reason) as refused:
        reopened(key, data, folder)
    assert f"{folder / key[1].name}: " in str(refused.value) and "delete it" in str(refused.value)


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_same_proofs_by_every_kernel(
    monkeypatch: pytest.MonkeyPatch, larger: tuple[Path, Path], tmp_path: Path, kernel: str
) -> None:
    """Each makes the same file to the byte, reads what another made, and its proofs verify."""
    zkey, witness = larger
    best = prepared_key(zkey, tmp_path / "best").prepared
    monkeypatch.setenv("ZKDATA_KERNEL", kernel)
    made = prepared_key(zkey, tmp_path / "own")
    assert best is not None and made.prepared is not None and made.prepared[2] is not None
    assert made.prepared[0].read_bytes() == best[0].read_bytes()
    read = prepared_key(zkey, tmp_path / "best")
    assert read.prepared == (best[0], best[0].stat().st_size, None)
    plain = proving_key(zkey)
    assert plain.prepared is None
    public = prove(plain, witness).public
    for prepared in (made, read):
        proof = prove(prepared, witness)
        assert proof.public == public
        verify(plain.verification_key(), proof)


wires = st.sampled_from((0, 1, 2, 3, R - 1, R - 2, 2**16, 2**16 - 1, 2**64 - 1, 2**253)) | st.integers(0, R - 1)


@given(p=wires, u=wires, x=wires, y=wires)
def test_every_witness(key: tuple[Path, Path], p: int, u: int, x: int, y: int) -> None:
    """Wires of any size are proved; a witness that breaks a row is refused as ever."""
    prepared = prepared_key(key[0], key[1].parent)
    values = material.values(p, u, x, y)
    prepared.verification_key().verify(*prepared.prove(wtns(values)))
    values[material.T] = (values[material.T] + 1) % R
    with pytest.raises(StatementFalse, match=f"delete {key[1]}"):
        prepared.prove(wtns(values))


def test_a_private_place(key: tuple[Path, Path], tmp_path: Path) -> None:
    """The folder is its owner's alone, the file too, and named by the key; whoever is not alone is told."""
    zkey, file = key
    assert file.name == f"{hashlib.blake2b(zkey.read_bytes(), digest_size=32).hexdigest()}.1.zkpm"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    (tmp_path / "open").mkdir(mode=0o755)
    (tmp_path / "link").symlink_to(file.parent)
    (tmp_path / "file").touch()
    for other in ("open", "link"):
        with pytest.raises(ArtifactMalformed, match="chmod 700"):
            prepared_key(zkey, tmp_path / other)
    with pytest.raises(FileExistsError):
        prepared_key(zkey, tmp_path / "file")


def test_where_it_is_kept_by_default(monkeypatch: pytest.MonkeyPatch, key: tuple[Path, Path], tmp_path: Path) -> None:
    """In the user's cache, whose place the environment may name."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for named, expected in (
        ("", tmp_path / ".cache"),
        ("here", tmp_path / ".cache"),
        (f"{tmp_path}/c", tmp_path / "c"),
    ):
        monkeypatch.setenv("XDG_CACHE_HOME", named)
        assert prepared_folder() == expected / "zkdata" / "prepared"
    assert prepared_key(key[0]).prepared == (
        prepared_folder() / key[1].name,
        key[1].stat().st_size,
        pytest.approx(1, abs=5),
    )


@given(data=st.data())
def test_a_byte_that_is_another(
    key: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Wherever it is."""
    whole = bytearray(key[1].read_bytes())
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    expect_refused(key, bytes(whole), tmp_path_factory.getbasetemp() / "flipped", "not a sound prepared key")


def test_any_other_length(key: tuple[Path, Path], tmp_path: Path) -> None:
    """Cut anywhere, at the ends of sections too, or with more behind."""
    whole = key[1].read_bytes()
    ends = [end for each in sections(whole).values() for end in (each.start, each.stop)]
    for length in {0, 1, 4, HEADER_BYTES, len(whole) - 1, *ends[:-1], *range(100, len(whole), 5000)}:
        expect_refused(key, whole[:length], tmp_path / "cut", "not a sound prepared key")
    expect_refused(key, whole + b"\0", tmp_path / "cut", "not a sound prepared key")


@pytest.mark.parametrize(("number", "size"), [(A, G1_BYTES), (B2, G2_BYTES), (H, G1_BYTES)])
def test_points_of_the_curve_that_are_no_multiples(
    key: tuple[Path, Path], tmp_path: Path, number: int, size: int
) -> None:
    """Exchanged, all moved on by one, negated, or at infinity: on the curve, so only sums of them tell."""
    whole = key[1].read_bytes()
    place = sections(whole)[number]
    points = [whole[at : at + size] for at in range(place.start, place.stop, size)]

    def put(changed: list[bytes]) -> bytes:
        return whole[: place.start] + b"".join(changed) + whole[place.stop :]

    reason = "not multiples of the key's points"
    expect_refused(key, put([points[1], points[0], *points[2:]]), tmp_path / "other", reason)
    expect_refused(key, put([*points[:-2], points[-1], points[-2]]), tmp_path / "other", reason)
    expect_refused(key, put([*points[1:], points[0]]), tmp_path / "other", reason)
    expect_refused(key, put([points[0]] * len(points)), tmp_path / "other", reason)
    expect_refused(key, put([*points[:-1], bytes(size)]), tmp_path / "other", "a point at infinity")
    reopened(key, put(points), tmp_path / "other")


def test_multiples_of_another_key(key: tuple[Path, Path], tmp_path: Path) -> None:
    """Under this key's name, and with its digest as well; another key of the same circuit has the same sizes."""
    dev_setup(material.folder() / "circuit.r1cs", tmp_path / "other.zkey")
    other = prepared_key(tmp_path / "other.zkey", tmp_path / "kept").prepared
    assert other is not None
    theirs = other[0].read_bytes()
    assert len(theirs) == key[1].stat().st_size
    expect_refused(key, theirs, tmp_path / "moved", "another key's")
    digest = sections(theirs)[1].start
    forged = theirs[:digest] + bytes.fromhex(key[1].name.partition(".")[0]) + theirs[digest + 32 :]
    expect_refused(key, forged, tmp_path / "moved", "not multiples of the key's points")


def test_windows_that_are_none(key: tuple[Path, Path], tmp_path: Path) -> None:
    """Widths and groups outside of what there is, before anything is made of them."""
    whole = key[1].read_bytes()
    shapes = sections(whole)[1].start + 32
    for place, number in ((0, 0), (0, 2**32 - 1), (4, 0), (4, 2**32 - 1), (8, 3), (12, 65)):
        at = shapes + place
        changed = whole[:at] + number.to_bytes(4, "little") + whole[at + 4 :]
        expect_refused(key, changed, tmp_path / "none", "groups of windows")


def test_a_key_without_bases(tmp_path: Path) -> None:
    """Of b there is nothing in a circuit without products of wires: no multiples, and proofs as ever."""
    circuit = Circuit(wires=3, rows=[({2: 1}, {0: 1}, {1: 1})], public_outputs=1, public_inputs=0, private_inputs=1)
    (tmp_path / "sum.r1cs").write_bytes(r1cs(circuit))
    dev_setup(tmp_path / "sum.r1cs", tmp_path / "sum.zkey")
    for _ in range(2):
        prepared = prepared_key(tmp_path / "sum.zkey", tmp_path / "kept")
        prepared.verification_key().verify(*prepared.prove(wtns([1, 5, 5])))


def test_two_at_once(larger: tuple[Path, Path], tmp_path: Path) -> None:
    """Both make it, both are served, one file is left."""
    command = [sys.executable, "-c", BUILD, str(larger[0]), str(tmp_path / "kept")]
    for process in [subprocess.Popen(command) for _ in range(2)]:
        assert process.wait(timeout=120) == 0
    assert len(list((tmp_path / "kept").iterdir())) == 1
    kept = prepared_key(larger[0], tmp_path / "kept").prepared
    assert kept is not None and kept[2] is None


def test_killed_while_it_is_made(larger: tuple[Path, Path], tmp_path: Path) -> None:
    """While points are doubled, and while they are written: nothing has the name, or the whole file, and what is beside
    it goes with the next one."""
    command = [sys.executable, "-c", BUILD, str(larger[0]), str(tmp_path / "kept")]
    whole = tmp_path / "kept" / made_by(command, tmp_path / "kept").name
    data, ends = whole.read_bytes(), []
    for begun in (whole.parent.exists, lambda: any(whole.parent.glob(".*.part"))):
        whole.unlink(missing_ok=True)
        whole.parent.rmdir()
        process = subprocess.Popen(command)
        while process.poll() is None and not begun():
            time.sleep(0.0005)
        process.kill()
        ends.append(process.wait(timeout=60))
        assert not whole.exists() or whole.read_bytes() == data
        for part in whole.parent.glob(".*.part"):
            part.unlink()
    assert ends[0] == -signal.SIGKILL
    (whole.parent / f".{whole.name}.0123456789abcdef.part").write_bytes(data[:100])
    whole.unlink(missing_ok=True)
    assert made_by(command, whole.parent).read_bytes() == data


def made_by(command: list[str], folder: Path) -> Path:
    """The only file there is after a process has ended well."""
    subprocess.run(command, check=True, timeout=120)
    (made,) = folder.iterdir()
    return made


def test_a_disk_that_is_full(key: tuple[Path, Path], tmp_path: Path) -> None:
    """Told as the system tells it, and nothing is left."""
    limited = "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
    limited += f"resource.setrlimit(resource.RLIMIT_FSIZE, (10000, {resource.RLIM_INFINITY}));"
    command = [sys.executable, "-c", limited + BUILD, str(key[0]), str(tmp_path / "kept")]
    ran = subprocess.run(command, check=False, timeout=120, capture_output=True, text=True)
    assert ran.returncode == 1 and "OSError: [Errno 27]" in ran.stderr
    assert list((tmp_path / "kept").iterdir()) == []


def test_stopped_while_it_is_made(larger: tuple[Path, Path], tmp_path: Path) -> None:
    """By who listens: nothing is left."""

    def stop(part: float) -> None:
        if part > 0.1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepared_key(larger[0], tmp_path / "kept", progress=stop)
    time.sleep(0.5)
    assert list((tmp_path / "kept").iterdir()) == []


def test_the_command(key: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Says what it made, or found; a damaged file is exit code 2."""
    command = ["groth16", "prepare", str(key[0]), "--folder", str(tmp_path / "kept")]
    assert main(command) == 0
    assert "wrote" in capsys.readouterr().err
    assert main([*command, "--json"]) == 0
    (file,) = (tmp_path / "kept").iterdir()
    told = capsys.readouterr().out
    assert f'"prepared": "{file}", "bytes": {file.stat().st_size}, "made": false' in told
    with file.open("r+b") as opened:
        opened.seek(-1, os.SEEK_END)
        opened.write(b"\xff")
    assert main(command) == 2
    assert "delete it, and prepare the key again" in capsys.readouterr().err


def test_errors_are_ours(key: tuple[Path, Path], tmp_path: Path) -> None:
    """A key that is none is told as ever, and nothing is made of it."""
    with pytest.raises(ZkDataError):
        prepared_key(b"zkey", tmp_path / "kept")
    assert list((tmp_path / "kept").iterdir()) == []
    assert _native.ProvingKey.open_prepared(key[0].read_bytes(), tmp_path / "kept").prepared is not None
