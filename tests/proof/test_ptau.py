"""Powers of tau, phase 1 of every setup: made, continued and verified here, in the files of snarkjs."""

import struct
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.circuits.r1cs_file import sections, with_sections
from tests.proof.real_proofs import ROOT, SNARKJS
from zkdata import _native
from zkdata.errors import ArtifactMalformed, ArtifactMismatch, Cancelled, SetupInsecure
from zkdata.proof.phase_one import PINNED, PhaseOne
from zkdata.proof.snarkjs import SnarkjsPowersOfTau

CORPUS = ROOT / "native" / "tests" / "fuzz" / "corpus" / "ptau"
HERMEZ = {path.stem: path for path in sorted(ROOT.parent.glob("shared/fixtures/ptau/*.ptau"))}
BEACON = bytes(range(32))
SECOND = 1.0


def ceremony(folder: Path, power: int) -> Path:
    """Two who contribute and a beacon, prepared for phase 2: all by us."""
    steps = [folder / f"{step}.ptau" for step in ("new", "first", "second", "beacon", "prepared")]
    _native.ptau_new(steps[0], power)
    _native.ptau_contribute(steps[0], steps[1], "Ada")
    _native.ptau_contribute(steps[1], steps[2], "Zoë", b"dice")
    _native.ptau_beacon(steps[2], steps[3], "the end", BEACON, 10)
    _native.ptau_prepare(steps[3], steps[4])
    return steps[4]


def snarkjs(*arguments: str | Path) -> str:
    """What `snarkjs powersoftau` prints when all went well."""
    command = [str(SNARKJS), "powersoftau", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=600, check=True).stdout


def test_snarkjs_accepts_our_ceremony(tmp_path: Path) -> None:
    """Its verifier finds two contributions and a beacon, by their names, and the Lagrange polynomials of the powers."""
    made = ceremony(tmp_path, 2)
    said = snarkjs("verify", made, "-v")
    assert "Powers of Tau Ok!" in said
    for told in ("Contribution #3: the end", "Contribution #2: Zoë", "Contribution #1: Ada", BEACON.hex()):
        assert told in said
    report = _native.ptau_verify(made)
    contributions = report["contributions"]
    assert [(one["name"], one["kind"]) for one in contributions] == [
        ("Ada", "participant"),
        ("Zoë", "participant"),
        ("the end", "beacon"),
    ]
    assert (contributions[2]["beacon"], contributions[2]["iterations"]) == (BEACON, 10)
    for one in contributions:
        assert one["hash"].hex()[:8] in said, "the hash that snarkjs shows"
    assert (report["power"], report["ceremony_power"], report["prepared"]) == (2, 2, True)


@pytest.mark.deep
@pytest.mark.parametrize("power", [1, 5, 10])
def test_ceremonies_go_on_in_either_program(tmp_path: Path, power: int) -> None:
    """Each continues what the other left, both verify every step, and prepare the same bytes."""
    steps = [tmp_path / f"{step}.ptau" for step in range(5)]
    theirs = SnarkjsPowersOfTau(timeout=600)
    theirs.new(power, steps[0])
    _native.ptau_new(tmp_path / "ours.ptau", power)
    assert (tmp_path / "ours.ptau").read_bytes() == steps[0].read_bytes()
    _native.ptau_contribute(steps[0], steps[1], "ours", b"dice")
    theirs.contribute(steps[1], steps[2], "theirs")
    _native.ptau_beacon(steps[2], steps[3], "", BEACON, 10)
    snarkjs("beacon", steps[3], steps[4], BEACON.hex(), "11", "--name=theirs again")
    for step in steps[1:]:
        theirs.verify(step)
        assert len(_native.ptau_verify(step)["contributions"]) == int(step.stem)
    theirs.prepare(steps[4], tmp_path / "theirs.ptau")
    _native.ptau_prepare(steps[4], tmp_path / "prepared.ptau")
    prepared = (tmp_path / "prepared.ptau").read_bytes()
    assert prepared == (tmp_path / "theirs.ptau").read_bytes()
    _native.ptau_verify(tmp_path / "prepared.ptau")


def test_a_real_ceremony_verifies(tmp_path: Path) -> None:
    """Hermez' powers, cut from 2^28, where they are at hand: every contribution by its proof of knowledge, the beacon,
    every power; and alpha and beta are those of the list of ceremonies."""
    for path in HERMEZ.values():
        report = _native.ptau_verify(path)
        assert report["ceremony_power"] == 28 and report["power"] == 8 and report["prepared"]
        assert [PhaseOne(report["alpha_1"], report["beta_2"])] == list(PINNED.values())
        contributions = report["contributions"]
        assert len(contributions) > 50 and contributions[-1]["kind"] == "beacon"
        assert len({one["hash"] for one in contributions}) == len(contributions)
        with pytest.raises(ArtifactMismatch, match="cut from a ceremony"):
            _native.ptau_contribute(path, tmp_path / "more.ptau", "late")
        data = path.read_bytes()
        body = sections(data)
        for number, size in [(2, 64), (3, 128), (4, 64), (5, 64), (12, 64), (13, 128), (14, 64), (15, 64)]:
            # The last but one in the place of the last.
            planted = body[number][:-size] + body[number][-2 * size : -size]
            with pytest.raises(SetupInsecure):
                _native.ptau_verify(with_sections(data, {number: planted}))


def zero_contributions(folder: Path) -> list[Path]:
    """One file of snarkjs and one of ours that nobody contributed to."""
    _native.ptau_new(folder / "none.ptau", 3)
    return [CORPUS / "new1.ptau", folder / "none.ptau"]


def test_powers_of_nobody_are_refused(tmp_path: Path) -> None:
    """Their tau is 1: neither verified nor prepared."""
    for path in zero_contributions(tmp_path):
        with pytest.raises(SetupInsecure, match="nobody contributed"):
            _native.ptau_verify(path)
        with pytest.raises(SetupInsecure, match="nobody contributed"):
            _native.ptau_prepare(path, tmp_path / "prepared.ptau")
    assert not (tmp_path / "prepared.ptau").exists()


def another_curve(data: bytes) -> bytes:
    """The same over the base field of bls12381, in its header."""
    prime = 0x1A0111EA397FE69A4B1BA7B6434BACD764774B84F38512BF6730D2A0F6B0F6241EABFFFEB153FFFFB9FEFFFFFFFFAAAB
    header = struct.pack("<I", 48) + prime.to_bytes(48, "little") + sections(data)[1][36:]
    return with_sections(data, {1: header})


def huge(data: bytes) -> bytes:
    """A header of 2^28 on a kilobyte."""
    header = sections(data)[1][:36] + struct.pack("<II", 28, 28)
    return with_sections(data, {1: header})[:1024]


def of_the_next_power(data: bytes) -> bytes:
    """A header that asks for twice the points."""
    return with_sections(data, {1: sections(data)[1][:36] + struct.pack("<II", 2, 2)})


def with_more_points(data: bytes) -> bytes:
    """A point too many in tauG1."""
    return with_sections(data, {2: sections(data)[2] + sections(data)[2][:64]})


DAMAGED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "another curve": (another_curve, "bls12381"),
    "a huge power": (huge, "only|expected"),
    "a power too high": (of_the_next_power, "expected"),
    "a point too many": (with_more_points, "expected"),
    "truncated": (lambda data: data[:-1], "only"),
    "a byte more": (lambda data: data + b"\0", "more than expected"),
    "nothing": (lambda _: b"", "expected"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_what_is_no_file_of_powers_is_refused_at_once(name: str, tmp_path: Path) -> None:
    """By every verb, typed, in less than a second, and nothing is written."""
    damage, reason = DAMAGED[name]
    old, new = tmp_path / "old.ptau", tmp_path / "new.ptau"
    old.write_bytes(damage((CORPUS / "contributed1.ptau").read_bytes()))
    verbs: list[Callable[[], object]] = [
        lambda: _native.ptau_verify(old),
        lambda: _native.ptau_prepare(old, new),
        lambda: _native.ptau_contribute(old, new, "one"),
        lambda: _native.ptau_beacon(old, new, "one", BEACON, 10),
    ]
    for verb in verbs:
        start = time.monotonic()
        with pytest.raises(ArtifactMalformed, match=reason):
            verb()
        assert time.monotonic() - start < SECOND
    assert list(tmp_path.iterdir()) == [old]


def test_phase_2_asks_for_enough_and_for_preparation(tmp_path: Path) -> None:
    """As it asks of the files of snarkjs."""
    prepared = ceremony(tmp_path, 3)
    assert _native.ptau_info(prepared, 8)["prepared"]
    with pytest.raises(ArtifactMismatch, match="too few for 9 rows"):
        _native.ptau_info(prepared, 9)
    with pytest.raises(ArtifactMismatch, match="not prepared"):
        _native.ptau_info(tmp_path / "beacon.ptau", 8)


def test_a_cheat_is_named(tmp_path: Path) -> None:
    """Whose contribution does not hold is said, by number and name."""
    data = ceremony(tmp_path, 1).read_bytes()
    body = sections(data)[7]
    # Ada's and Zoë's records, up to their parameters: another's points are proofs of another's secrets.
    record = 9 * 64 + 5 * 128 + 216 + 64 + 8
    first = 4 + record + 2 + len("Ada")
    exchanged = body[: first + 448] + body[4 + 448 : 4 + 448 + 64 * 6] + body[first + 448 + 64 * 6 :]
    with pytest.raises(SetupInsecure, match=r"contribution 2 \(Zoë\)"):
        _native.ptau_verify(with_sections(data, {7: exchanged}))


@pytest.mark.parametrize("verb", ["prepare", "contribute", "verify"])
def test_long_work_tells_and_stops(verb: str, tmp_path: Path) -> None:
    """Progress never goes back; what the listener raises stops the work within a second and leaves the old file."""
    old, new = tmp_path / "old.ptau", tmp_path / "new.ptau"
    _native.ptau_new(tmp_path / "new0.ptau", 8)
    _native.ptau_contribute(tmp_path / "new0.ptau", old, "one")
    new.write_bytes(b"old")
    left = sorted(tmp_path.iterdir())
    verbs: dict[str, Callable[[Callable[[float], object]], object]] = {
        "prepare": lambda told: _native.ptau_prepare(old, new, told),
        "contribute": lambda told: _native.ptau_contribute(old, new, "two", b"", told),
        "verify": lambda told: _native.ptau_verify(old, told),
    }
    heard: list[float] = []
    verbs[verb](heard.append)
    assert heard == sorted(heard) and heard[-1] == 1.0

    if verb == "prepare":
        new.write_bytes(b"old")

        def stop(_: float) -> None:
            raise Cancelled("enough")

        with pytest.raises(Cancelled, match="enough"):
            verbs[verb](stop)
        assert new.read_bytes() == b"old"
    assert sorted(tmp_path.iterdir()) == left


def test_a_secret_mixed_in_is_seen_nowhere(tmp_path: Path) -> None:
    """Entropy is in no file and no message."""
    entropy = b"correct horse battery staple \xc3\xa9"
    _native.ptau_new(tmp_path / "0.ptau", 1)
    _native.ptau_contribute(tmp_path / "0.ptau", tmp_path / "1.ptau", "one", entropy)
    with pytest.raises(SetupInsecure) as refused:
        (tmp_path / "2.ptau").write_bytes(_mixed(tmp_path))
        _native.ptau_contribute(tmp_path / "2.ptau", tmp_path / "3.ptau", "one", entropy)
    assert entropy not in str(refused.value).encode() and entropy not in repr(refused.value.evidence).encode()
    for path in tmp_path.iterdir():
        assert entropy not in path.read_bytes()


def _mixed(folder: Path) -> bytes:
    new, contributed = (folder / "0.ptau").read_bytes(), (folder / "1.ptau").read_bytes()
    return with_sections(contributed, {2: sections(new)[2]})
