"""The same files in both directions: snarkjs, as a separate process, reads what we write, and we read what it writes.

Key, witness and proof of other projects are tried as well where a folder beside the checkout holds them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from functools import cache
from pathlib import Path

import pytest

from tests.circuits.r1cs_file import wtns
from tests.journey_fixtures import STATEMENTS, built_circuit, shared_journey
from tests.proof import groth16_material as material
from zkdata import _native
from zkdata.catalogue import catalogue
from zkdata.errors import ArtifactMismatch, ProofRejected, SetupInsecure
from zkdata.proof.cross_check import Answer, cross_check_provers
from zkdata.proof.groth16 import export_verification_key, prove_files
from zkdata.proof.snarkjs import Snarkjs, SnarkjsPowersOfTau
from zkdata.proof.witness import WitnessCalculator

ROOT = Path(__file__).parents[2]
POWERS = ROOT / "build" / "snarkjs"
"""Powers of tau by snarkjs, kept between runs: preparing them for 2^14 rows takes minutes."""

PATIENCE = 3600.0
FOREIGN = {path.parent.name: path for path in sorted(ROOT.parent.glob("shared/fixtures/groth16/*/*.zkey"))}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Our circuit, key, witness, proof and verification key, under the names snarkjs' manual uses."""
    return material.write_files(tmp_path)


def test_snarkjs_exports_the_same_key(folder: Path) -> None:
    """The verification key that snarkjs takes out of our .zkey is ours to the byte, stored pairing included."""
    Snarkjs().export_verification_key(folder / "circuit.zkey", folder / "theirs.json")
    assert (folder / "theirs.json").read_bytes() == (folder / "vkey.json").read_bytes()


@pytest.mark.deep
def test_snarkjs_contributes_to_our_key(folder: Path) -> None:
    """A contribution by snarkjs on top of our key gives a key that works."""
    Snarkjs().contribute(folder / "circuit.zkey", folder / "theirs.zkey", "one")
    key = _native.ProvingKey.open(folder / "theirs.zkey")
    assert key.verification_key().points() != material.proving_key().verification_key().points()
    key.verification_key().verify(*key.prove(wtns(material.values())))


@pytest.mark.parametrize("origin", ["ours", *FOREIGN])
def test_keys_prove_and_verify(origin: str) -> None:
    """A key, ours or another project's, proves its witness and agrees with the verification key and proof beside it."""
    path = FOREIGN.get(origin, material.folder() / "circuit.zkey")
    key = _native.ProvingKey.open(path)
    witness = path.parent / "witness.wtns"
    proof, public = key.prove(witness.read_bytes() if witness.exists() else wtns(material.values()))
    key.verification_key().verify(proof, public)
    with pytest.raises(ProofRejected):
        key.verification_key().verify(proof, [public[0] ^ 1, *public[1:]])
    vkey = path.parent / "verification_key.json"
    if vkey.exists():
        assert _native.VerificationKey.from_json(vkey.read_text()).to_json() == vkey.read_text()
        assert key.verification_key().to_json() == vkey.read_text()
    stored = path.parent / "proof.json"
    if stored.exists():
        key.verification_key().verify(_native.proof_from_json(stored.read_text()), public)


@dataclass(frozen=True)
class Case:
    """A circuit with a witness, and our key for it."""

    r1cs: Path
    zkey: Path
    witness: bytes


def small(_: pytest.FixtureRequest) -> Case:
    """The circuit made by hand."""
    folder = material.folder()
    return Case(folder / "circuit.r1cs", folder / "circuit.zkey", wtns(material.values()))


def product(request: pytest.FixtureRequest) -> Case:
    """The small circuit by circom."""
    folder: Path = request.getfixturevalue("product")
    calculator: WitnessCalculator = request.getfixturevalue("calculator")
    zkey = folder / "product.zkey"
    _native.setup_development(folder / "product.r1cs", zkey)
    return Case(folder / "product.r1cs", zkey, calculator.calculate({"a": 2, "b": [[3, 5], [7, 11]]}))


def stated(kind: str) -> Callable[[pytest.FixtureRequest], Case]:
    """A statement of the journey."""

    def make(_: pytest.FixtureRequest) -> Case:
        statement = STATEMENTS[kind](shared_journey())
        circuit = built_circuit(statement.circuit)
        witness = WitnessCalculator.open(circuit.require("wasm")).calculate(statement.inputs)
        return Case(circuit.require("r1cs"), circuit.require("zkey"), witness)

    return make


CASES: dict[str, Callable[[pytest.FixtureRequest], Case]] = {
    **{make.__name__: make for make in (small, product)},
    **{kind: stated(kind) for kind in STATEMENTS},
}


def test_every_template_has_its_case() -> None:
    """Whatever statement joins the catalogue joins the deep tests below."""
    used = {catalogue().circuits[make(shared_journey()).circuit].template for make in STATEMENTS.values()}
    assert used == {entry.template for entry in catalogue().circuits.values()}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    """Each circuit at hand."""
    return CASES[request.param](request)


def expect_both_provers(zkey: Path, witness: Path) -> None:
    """We prove and snarkjs verifies; snarkjs proves and we verify; py_ecc accepts both; the key exports alike."""
    checked = cross_check_provers(zkey, witness, snarkjs=Snarkjs(timeout=PATIENCE))
    for check in (checked.native, checked.snarkjs):
        assert [verdict.answer for verdict in check.verdicts] == [Answer.VALID] * 3


@pytest.mark.deep
def test_both_directions_with_our_key(case: Case, tmp_path: Path) -> None:
    """For every statement."""
    (tmp_path / "witness.wtns").write_bytes(case.witness)
    expect_both_provers(case.zkey, tmp_path / "witness.wtns")
    Snarkjs().check_witness(case.r1cs, tmp_path / "witness.wtns")


@cache
def powers(power: int) -> Path:
    """Prepared powers of tau with one contribution, all by snarkjs; by one worker, whom the others wait for."""
    prepared = POWERS / f"power-{power}.ptau"
    POWERS.mkdir(parents=True, exist_ok=True)
    with (POWERS / f"power-{power}.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if prepared.exists():
            return prepared
        phase1 = SnarkjsPowersOfTau(timeout=PATIENCE)
        new, contributed = (POWERS / f"power-{power}.{step}.ptau" for step in ("new", "contributed"))
        phase1.new(power, new)
        with pytest.raises(SetupInsecure):
            phase1.verify(new)
        phase1.contribute(new, contributed, "one")
        phase1.prepare(contributed, prepared)
        new.unlink()
        contributed.unlink()
    return prepared


@pytest.mark.deep
def test_both_directions_with_a_key_of_snarkjs(case: Case, tmp_path: Path) -> None:
    """A key from its own ceremony works in both directions; before its contribution it is refused."""
    ptau = powers(_native.ProvingKey.open(case.zkey).domain_size.bit_length() - 1)
    snarkjs = Snarkjs(timeout=PATIENCE)
    first, theirs = tmp_path / "first.zkey", tmp_path / "theirs.zkey"
    (tmp_path / "witness.wtns").write_bytes(case.witness)
    snarkjs.setup(case.r1cs, ptau, first)
    with pytest.raises(SetupInsecure, match="phase 2"):
        prove_files(first, tmp_path / "witness.wtns", tmp_path / "proof.json", tmp_path / "public.json")
    with pytest.raises(SetupInsecure):
        snarkjs.export_verification_key(first, tmp_path / "vkey.json")
    snarkjs.contribute(first, theirs, "one")
    snarkjs.verify_key(case.r1cs, ptau, theirs)

    expect_both_provers(theirs, tmp_path / "witness.wtns")
    export_verification_key(theirs, tmp_path / "ours.json")
    snarkjs.export_verification_key(theirs, tmp_path / "theirs.json")
    assert (tmp_path / "ours.json").read_bytes() == (tmp_path / "theirs.json").read_bytes()


@pytest.mark.deep
def test_snarkjs_refuses_keys_without_a_ceremony(folder: Path) -> None:
    """A first key, which snarkjs itself calls sound, a key of other powers, powers of nobody, and unprepared ones."""
    snarkjs, ptau = Snarkjs(), powers(3)
    snarkjs.setup(folder / "circuit.r1cs", ptau, folder / "first.zkey")
    with pytest.raises(SetupInsecure):
        snarkjs.verify_key(folder / "circuit.r1cs", ptau, folder / "first.zkey")
    with pytest.raises(ArtifactMismatch, match="INVALID"):
        snarkjs.verify_key(folder / "circuit.r1cs", ptau, folder / "circuit.zkey")
    SnarkjsPowersOfTau().verify(ptau)
    SnarkjsPowersOfTau().new(3, folder / "new.ptau")
    with pytest.raises(SetupInsecure, match="nobody contributed"):
        snarkjs.setup(folder / "circuit.r1cs", folder / "new.ptau", folder / "none.zkey")
    SnarkjsPowersOfTau().contribute(folder / "new.ptau", folder / "contributed.ptau", "one")
    with pytest.raises(ArtifactMismatch, match="not prepared"):
        snarkjs.setup(folder / "circuit.r1cs", folder / "contributed.ptau", folder / "none.zkey")
    assert not (folder / "none.zkey").exists()
