"""Phase 2 of a setup: keys that pass between snarkjs and us, and every lie in one refused."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.circuits.r1cs_file import Circuit, container, r1cs, section, sections, wtns
from tests.oracles.ceremony import BEACON, VECTORS
from tests.proof import ceremony_files as files
from tests.proof import groth16_material as material
from tests.proof.ceremony_files import CeremonyKey, patched
from tests.reference.field import R
from zkdata import _native
from zkdata.errors import ArtifactMalformed, ArtifactMismatch, Cancelled, ResourceLimit, SetupInsecure
from zkdata.proof.snarkjs import Snarkjs
from zkdata.proof.snarkjs_process import CHECKOUT

POWERS = (VECTORS / "power-3.ptau").read_bytes()
CIRCUIT = r1cs(material.CIRCUIT)
THEIRS = (VECTORS / "snarkjs.zkey").read_bytes()
NAMES = ["alice", "bob", "Cölestine", "the beacon"]


@pytest.fixture(scope="module")
def ceremony(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with 0.zkey to 4.zkey: nobody, three participants and a beacon, all by us, and the circuit."""
    folder = tmp_path_factory.mktemp("ceremony")
    (folder / "circuit.r1cs").write_bytes(CIRCUIT)
    (folder / "powers.ptau").write_bytes(POWERS)
    _native.setup_new(folder / "circuit.r1cs", folder / "powers.ptau", folder / "0.zkey")
    for index, name in enumerate(NAMES[:3]):
        _native.setup_contribute(folder / f"{index}.zkey", folder / f"{index + 1}.zkey", name, b"entropy")
    _native.setup_beacon(folder / "3.zkey", folder / "4.zkey", NAMES[3], bytes.fromhex(BEACON[0]), int(BEACON[1]))
    return folder


def verify(zkey: bytes | Path, circuit: bytes = CIRCUIT, powers: bytes = POWERS) -> _native.Contributions:
    return _native.setup_verify(circuit, powers, zkey)


def expect_proofs(zkey: bytes | Path) -> None:
    """The key proves, and its verification key accepts."""
    key = _native.ProvingKey.open(zkey)
    key.verification_key().verify(*key.prove(wtns(material.values())))


def test_the_first_key_is_that_of_snarkjs(ceremony: Path, tmp_path: Path) -> None:
    """To the byte; and nobody proves with it before somebody contributed."""
    Snarkjs().setup(ceremony / "circuit.r1cs", ceremony / "powers.ptau", tmp_path / "theirs.zkey")
    assert (ceremony / "0.zkey").read_bytes() == (tmp_path / "theirs.zkey").read_bytes()
    with pytest.raises(SetupInsecure, match="phase 2 of the setup was never done"):
        _native.ProvingKey.open(ceremony / "0.zkey")
    with pytest.raises(SetupInsecure, match="nobody contributed"):
        verify(ceremony / "0.zkey")


SHAPES = {
    "every size of coefficient": Circuit(
        4,
        [({1: 1, 2: R - 1, 3: 2}, {1: 2**64, 2: R - 2**200, 3: 7}, {1: R // 3, 2: R // 3, 3: R - R // 3})] * 3
        + [({1: R - 2, 2: R // 2}, {0: 31, 1: 17, 2: 16}, {0: R // 2 + 1, 3: 5})],
        public_outputs=1,
    ),
    "no row": Circuit(wires=1, rows=[]),
    "one wire": Circuit(wires=2, rows=[({1: 1}, {1: 1}, {1: 1})]),
    "all rows of the powers": Circuit(8, [({i: 1}, {i: 1}, {i + 1: 1}) for i in range(1, 7)], public_inputs=1),
    "wires in no row": Circuit(9, [({4: 3}, {0: 1}, {4: 3})], public_outputs=1, public_inputs=1),
    "empty sides": Circuit(3, [({}, {1: 1}, {}), ({1: 0}, {2: 1}, {})], public_inputs=1),
}


@pytest.mark.parametrize(
    "shape",
    [pytest.param(shape, marks=() if shape == "every size of coefficient" else pytest.mark.deep) for shape in SHAPES],
)
def test_first_keys_of_every_shape(ceremony: Path, tmp_path: Path, shape: str) -> None:
    """Sums over no row, one, the same coefficients and opposite ones are those of snarkjs, to the byte."""
    circuit, ours, theirs = tmp_path / "circuit.r1cs", tmp_path / "ours.zkey", tmp_path / "theirs.zkey"
    circuit.write_bytes(r1cs(SHAPES[shape]))
    _native.setup_new(circuit, ceremony / "powers.ptau", ours)
    command = [str(CHECKOUT), "zkey", "new", str(circuit), str(ceremony / "powers.ptau"), str(theirs)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    assert ours.read_bytes() == theirs.read_bytes()


def test_our_ceremony_is_accepted_by_snarkjs_and_by_us(ceremony: Path) -> None:
    """Three participants and a beacon; the report says who, with the hashes that they were shown."""
    Snarkjs().verify_key(ceremony / "circuit.r1cs", ceremony / "powers.ptau", ceremony / "4.zkey")
    report = verify(ceremony / "4.zkey")
    assert report == _native.setup_contributions(ceremony / "4.zkey")
    assert [one["name"] for one in report["contributions"]] == NAMES
    assert [one.get("beacon") for one in report["contributions"]] == [None] * 3 + [bytes.fromhex(BEACON[0])]
    assert report["contributions"][3]["iterations"] == int(BEACON[1])
    expect_proofs(ceremony / "4.zkey")


def test_a_ceremony_of_snarkjs_is_accepted_by_us(ceremony: Path) -> None:
    """One that it held alone, with a name beyond ASCII, and its first key was the same as ours."""
    report = verify(THEIRS)
    assert [one["name"] for one in report["contributions"]] == ["Dora", "Émile", "last"]
    assert report["circuit_hash"] == _native.setup_contributions(ceremony / "0.zkey")["circuit_hash"]
    expect_proofs(THEIRS)


def test_hands_may_alternate(ceremony: Path, tmp_path: Path) -> None:
    """Ours, theirs, ours and a beacon of theirs: both accept."""
    by_snarkjs, mixed, last = (tmp_path / name for name in ("2.zkey", "3.zkey", "4.zkey"))
    Snarkjs().contribute(ceremony / "1.zkey", by_snarkjs, "theirs")
    hash_of_third = _native.setup_contribute(by_snarkjs, mixed, "ours again", b"")
    command = [str(CHECKOUT), "zkey", "beacon", str(mixed), str(last), *BEACON, "-n=their beacon"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    Snarkjs().verify_key(ceremony / "circuit.r1cs", ceremony / "powers.ptau", last)
    report = verify(last)["contributions"]
    assert [one["name"] for one in report] == ["alice", "theirs", "ours again", "their beacon"]
    assert report[2]["hash"] == hash_of_third
    expect_proofs(last)


def test_the_same_beacon_gives_the_same_key(ceremony: Path, tmp_path: Path) -> None:
    """A beacon has no randomness, a participant has nothing else, whatever entropy is typed."""
    beacon = (bytes.fromhex(BEACON[0]), int(BEACON[1]))
    _native.setup_beacon(ceremony / "3.zkey", tmp_path / "again.zkey", NAMES[3], *beacon)
    assert (tmp_path / "again.zkey").read_bytes() == (ceremony / "4.zkey").read_bytes()
    hashes = {
        _native.setup_contribute(ceremony / "3.zkey", tmp_path / "again.zkey", "dan", b"entropy") for _ in range(2)
    }
    assert len(hashes) == 2


def names_in(key: CeremonyKey) -> set[int]:
    """Places of section 10 that hold the letters of names."""
    places, start = set(), files.HASH_BYTES + 4
    for record in key.records:
        if len(record) > 392 and record[392] == 1:
            places |= set(range(start + 394, start + 394 + record[393]))
        start += len(record)
    return places


def expect_flips_refused(zkey: bytes, step: int) -> None:
    """Every `step`-th byte of section 10, changed, is refused; in a name, which is in no hash, the report differs."""
    key = CeremonyKey.of(zkey)
    letters, body, honest = names_in(key), key.last_section, verify(zkey)
    for place in range(0, len(body), step):
        for mask in (1, 0x80):
            changed = body[:place] + bytes([body[place] ^ mask]) + body[place + 1 :]
            bodies = {**key.bodies, 10: changed}
            file = container(b"zkey", 1, *(section(number, bodies[number]) for number in bodies))
            try:
                report = verify(file)
            except (ArtifactMalformed, ArtifactMismatch, ResourceLimit, SetupInsecure):
                continue
            assert place in letters, f"byte {place} of section 10 was changed and nobody saw"
            assert [{**one, "name": ""} for one in report["contributions"]] == [
                {**one, "name": ""} for one in honest["contributions"]
            ]
            assert report != honest


def test_a_changed_byte_of_the_contributions_is_refused(ceremony: Path) -> None:
    """One byte in 23."""
    expect_flips_refused((ceremony / "4.zkey").read_bytes(), 23)


@pytest.mark.deep
@pytest.mark.parametrize("maker", ["ours", "theirs"])
def test_every_changed_byte_of_the_contributions_is_refused(ceremony: Path, maker: str) -> None:
    """All of them, of a ceremony of ours and of one by snarkjs."""
    expect_flips_refused(THEIRS if maker == "theirs" else (ceremony / "4.zkey").read_bytes(), 1)


def dropped(key: CeremonyKey, other: CeremonyKey) -> CeremonyKey:
    return key.with_records(key.records[0], *key.records[2:])


def last_dropped(key: CeremonyKey, other: CeremonyKey) -> CeremonyKey:
    return key.with_records(*key.records[:-1])


def swapped(key: CeremonyKey, other: CeremonyKey) -> CeremonyKey:
    first, second, *rest = key.records
    return key.with_records(second, first, *rest)


def repeated(key: CeremonyKey, other: CeremonyKey) -> CeremonyKey:
    return key.with_records(*key.records, key.records[-1])


def of_another_ceremony(key: CeremonyKey, other: CeremonyKey) -> CeremonyKey:
    return key.with_records(key.records[0], other.records[1], *key.records[2:])


def deltas_of_another(key: CeremonyKey, other: CeremonyKey) -> CeremonyKey:
    """A sound delta in both groups, put in without a record."""
    header = patched(key.bodies[2], files.HEADER_DELTA_1, other.bodies[2][files.HEADER_DELTA_1])
    return key.changed(2, patched(header, files.HEADER_DELTA_2, other.bodies[2][files.HEADER_DELTA_2]))


def delta_2_of_another(key: CeremonyKey, other: CeremonyKey) -> CeremonyKey:
    return key.changed(2, patched(key.bodies[2], files.HEADER_DELTA_2, other.bodies[2][files.HEADER_DELTA_2]))


def another_alpha(key: CeremonyKey, other: CeremonyKey) -> CeremonyKey:
    return key.changed(2, patched(key.bodies[2], files.HEADER_ALPHA, key.bodies[5][: files.G1_BYTES]))


def another_gamma(key: CeremonyKey, other: CeremonyKey) -> CeremonyKey:
    return key.changed(2, patched(key.bodies[2], files.HEADER_GAMMA, other.bodies[2][files.HEADER_DELTA_2]))


def taken_from(number: int) -> Callable[[CeremonyKey, CeremonyKey], CeremonyKey]:
    """A section over the delta of another ceremony."""
    return lambda key, other: key.changed(number, other.bodies[number])


def proof_of_another(key: CeremonyKey, other: CeremonyKey) -> CeremonyKey:
    first = patched(
        key.records[0], slice(files.S.start, files.SPX.stop), other.records[0][files.S.start : files.SPX.stop]
    )
    return key.with_records(first, *key.records[1:])


LIES = {
    "one dropped": (dropped, SetupInsecure, "number 2 .Cölestine.: its transcript"),
    "the last one dropped": (last_dropped, SetupInsecure, "not where the last contribution left it"),
    "two swapped": (swapped, SetupInsecure, "number 1 .bob.: its transcript"),
    "the last one twice": (repeated, SetupInsecure, "number 5 .the beacon."),
    "one of another ceremony": (of_another_ceremony, SetupInsecure, "number 2 .Émile.: its transcript"),
    "both deltas without a record": (deltas_of_another, SetupInsecure, "vk_delta_1: it is not where"),
    "delta of one group": (delta_2_of_another, SetupInsecure, "vk_delta_2: it disagrees"),
    "another alpha": (another_alpha, ArtifactMismatch, "alpha or beta of the key"),
    "another gamma": (another_gamma, ArtifactMismatch, "gamma of the key"),
    "C over another delta": (taken_from(8), SetupInsecure, "C: it is not the initial one over delta"),
    "H over another delta": (taken_from(9), SetupInsecure, "H: it is not the initial one over delta"),
    "a proof of another ceremony": (proof_of_another, SetupInsecure, "number 1 .alice.: its transcript"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_refused_by_name(ceremony: Path, lie: str) -> None:
    """What is wrong with the chain, and whose contribution it is."""
    tell, error, words = LIES[lie]
    honest = CeremonyKey.of((ceremony / "4.zkey").read_bytes())
    assert honest.file() == (ceremony / "4.zkey").read_bytes()
    with pytest.raises(error, match=words):
        verify(tell(honest, CeremonyKey.of(THEIRS)).file())


def test_a_ceremony_over_another_circuit_hash_is_refused(ceremony: Path, tmp_path: Path) -> None:
    """Every record in order, from a first key that says to be of another circuit."""
    first = CeremonyKey.of((ceremony / "0.zkey").read_bytes())
    _native.setup_contribute(replace(first, circuit_hash=bytes(64)).file(), tmp_path / "key.zkey", "alice", b"")
    with pytest.raises(ArtifactMismatch, match="the circuit hash of the key"):
        verify(tmp_path / "key.zkey")


@pytest.mark.parametrize("number", [3, 4, 5, 6, 7, 8, 9])
def test_a_changed_point_or_coefficient_is_refused(ceremony: Path, number: int) -> None:
    """Two places of a section, exchanged: every one is on its curve, or a coefficient below r."""
    key = CeremonyKey.of((ceremony / "4.zkey").read_bytes())
    size = {7: files.G2_BYTES, 4: 44}.get(number, files.G1_BYTES)
    start, body = 4 * (number == 4), key.bodies[number]
    parts = [body[place : place + size] for place in range(start, len(body), size)]
    first, second = next((i, j) for i in range(len(parts)) for j in range(i) if parts[i] != parts[j])
    parts[first], parts[second] = parts[second], parts[first]
    with pytest.raises((ArtifactMismatch, ArtifactMalformed, SetupInsecure)):
        verify(key.changed(number, body[:start] + b"".join(parts)).file())


def test_nothing_more_may_be_in_the_file(ceremony: Path) -> None:
    """A section that is not known, bytes behind the records, a record more than counted, an element more."""
    key = CeremonyKey.of((ceremony / "4.zkey").read_bytes())
    with pytest.raises(ArtifactMalformed, match="section 11 does not belong here"):
        verify(key.changed(11, b"extra").file())
    with pytest.raises(ArtifactMalformed, match="bytes more than expected"):
        verify(key.with_records(*key.records[:-1], key.records[-1] + b"\0").file())
    for number in (3, 5, 6, 7, 8, 9):
        body = key.bodies[number]
        with pytest.raises(ArtifactMalformed):
            verify(key.changed(number, body + body[-64:]).file())


def test_another_circuit_is_refused(ceremony: Path) -> None:
    """A row that says otherwise, and a circuit of another size."""
    rows = [*material.CIRCUIT.rows[:1], ({material.T: 1, 0: 6}, {material.P: 1}, {material.OUT: 1})]
    other = Circuit(7, rows, 1, 2, 2)
    with pytest.raises(ArtifactMismatch, match="is not what this circuit and these powers of tau make"):
        verify(ceremony / "4.zkey", circuit=r1cs(other))
    with pytest.raises(ArtifactMismatch, match="the size"):
        verify(ceremony / "4.zkey", circuit=r1cs(Circuit(8, rows, 1, 2, 2)))


def corpus(name: str) -> bytes:
    return (Path(__file__).parents[2] / "native/tests/fuzz/corpus/ptau" / name).read_bytes()


def test_powers_that_nothing_can_start_from_are_refused(tmp_path: Path) -> None:
    """Too few, not prepared, and those of nobody; nothing is written."""
    unprepared = {number: body for number, body in sections(POWERS).items() if number < 12}
    with pytest.raises(ArtifactMismatch, match="take a file of power 3 or more"):
        _native.setup_new(CIRCUIT, corpus("prepared2.ptau"), tmp_path / "none.zkey")
    with pytest.raises(ArtifactMismatch, match="not prepared"):
        ptau = container(b"ptau", 1, *(section(number, body) for number, body in unprepared.items()))
        _native.setup_new(CIRCUIT, ptau, tmp_path / "none.zkey")
    with pytest.raises(SetupInsecure, match="nobody contributed"):
        _native.setup_new(CIRCUIT, corpus("new1.ptau"), tmp_path / "none.zkey")
    with pytest.raises(ArtifactMismatch):
        verify(THEIRS, powers=corpus("prepared2.ptau"))
    assert not list(tmp_path.iterdir())


def test_nobody_contributes_to_a_chain_that_is_broken(ceremony: Path, tmp_path: Path) -> None:
    """Nor to a development key, whose delta no record explains: the next one would lend it a name."""
    key = CeremonyKey.of((ceremony / "4.zkey").read_bytes())
    with pytest.raises(SetupInsecure, match="number 1"):
        _native.setup_contribute(swapped(key, key).file(), tmp_path / "none.zkey", "eve", b"")
    with pytest.raises(SetupInsecure, match="vk_delta_1"):
        _native.setup_contribute(material.zkey(), tmp_path / "none.zkey", "eve", b"")
    assert not list(tmp_path.iterdir())


def test_names_and_beacons_have_their_bounds(ceremony: Path, tmp_path: Path) -> None:
    """As snarkjs has them, and nothing in a name moves a cursor."""
    first, none = ceremony / "0.zkey", tmp_path / "none.zkey"
    for name in ("x" * 65, "a\nb", "\x1b[2J"):
        with pytest.raises(ValueError, match="a name"):
            _native.setup_contribute(first, none, name, b"")
    for beacon, iterations, error in ((b"", 10, ValueError), (bytes(256), 10, ValueError), (b"1", 9, ValueError)):
        with pytest.raises(error, match="beacon"):
            _native.setup_beacon(first, none, "b", beacon, iterations)
    with pytest.raises(ResourceLimit, match="beacon"):
        _native.setup_beacon(first, none, "b", b"1", 33)
    assert not none.exists()
    _native.setup_contribute(first, none, "🦀" * 32, b"")
    assert _native.setup_contributions(none)["contributions"][0]["name"] == "🦀" * 32


def test_entropy_stays_out_of_the_file(ceremony: Path, tmp_path: Path) -> None:
    """What was typed is mixed into a hash, and kept nowhere."""
    typed = b"correct horse battery staple"
    _native.setup_contribute(ceremony / "0.zkey", tmp_path / "new.zkey", "alice", typed)
    assert typed not in (tmp_path / "new.zkey").read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["new.zkey"]


def test_what_is_stopped_leaves_the_old_file(ceremony: Path, tmp_path: Path) -> None:
    """Whoever waits may raise: a beacon of minutes ends at once, and nothing was written."""
    target = tmp_path / "key.zkey"
    target.write_bytes(b"old")

    def stop(done: float) -> None:
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        _native.setup_beacon(ceremony / "0.zkey", target, "b", b"1", 32, stop)
    assert target.read_bytes() == b"old" and [path.name for path in tmp_path.iterdir()] == ["key.zkey"]


def test_a_key_may_be_replaced_by_its_successor(ceremony: Path, tmp_path: Path) -> None:
    """The old file is read to its end before the new one takes its name."""
    target = tmp_path / "key.zkey"
    target.write_bytes((ceremony / "0.zkey").read_bytes())
    for name in NAMES[:2]:
        _native.setup_contribute(target, target, name, b"")
    assert [one["name"] for one in verify(target)["contributions"]] == NAMES[:2]
