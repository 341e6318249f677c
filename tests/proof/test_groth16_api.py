"""The functions over files: paths, bytes and buffers in, frozen values out, one by one and many at once."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import zkdata
from tests.circuits.r1cs_file import wtns
from tests.proof import groth16_material as material
from zkdata import Groth16Proof, dev_setup, prove, prove_many, verify, verify_many
from zkdata.errors import ArtifactMalformed, ArtifactMismatch, ProofMalformed, ProofRejected, StatementFalse
from zkdata.proof.claim import Claim
from zkdata.proof.groth16 import Source, proving_key, verification_key
from zkdata.proof.proof import Proof
from zkdata.proof.prover import Prover
from zkdata.proof.verifier import Verifier

WITNESS = wtns(material.values())
BATCH = 20


@pytest.fixture(scope="module")
def proofs() -> list[Groth16Proof]:
    """Proofs of different statements under one key."""
    return list(prove_many(material.zkey(), (wtns(material.values(u=place)) for place in range(BATCH))))


@pytest.fixture(scope="module")
def vkey() -> bytes:
    """The key that checks them."""
    return proving_key(material.zkey()).verification_key().to_json().encode()


def as_path(folder: Path, name: str, data: bytes) -> Source:
    """A file with these bytes."""
    (folder / name).write_bytes(data)
    return folder / name


FORMS: dict[str, Callable[[Path, str, bytes], Source]] = {
    "path": as_path,
    "text": lambda folder, name, data: str(as_path(folder, name, data)),
    "bytes": lambda folder, name, data: data,
    "bytearray": lambda folder, name, data: bytearray(data),
    "memoryview": lambda folder, name, data: memoryview(data),
    "every second byte": lambda folder, name, data: memoryview(bytes(b for byte in data for b in (byte, 0)))[::2],
}


@pytest.mark.parametrize("form", FORMS)
def test_files_come_in_every_form(tmp_path: Path, form: str, vkey: bytes) -> None:
    """A name, bytes and any buffer, contiguous or not, are read alike, for every kind of file."""
    give = FORMS[form]
    r1cs = give(tmp_path, "in.r1cs", (material.folder() / "circuit.r1cs").read_bytes())
    dev_setup(r1cs, tmp_path / "made.zkey", tmp_path / "made.json")
    made = prove(give(tmp_path, "in.zkey", (tmp_path / "made.zkey").read_bytes()), give(tmp_path, "in.wtns", WITNESS))
    verify(give(tmp_path, "in.json", (tmp_path / "made.json").read_bytes()), made)
    texts = (made.proof_json.encode(), made.public_json.encode())
    read = Groth16Proof.read(*(give(tmp_path, f"{index}.json", text) for index, text in enumerate(texts)))
    assert read == made
    with pytest.raises(ProofRejected):
        verify(give(tmp_path, "other.json", vkey), made)


def test_a_proof_is_a_frozen_value(proofs: list[Groth16Proof]) -> None:
    """Neither its fields nor what they hold can be changed, so it can be a key of a dictionary."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        proofs[0].public = ()  # type: ignore[misc]
    assert len({*proofs, *proofs}) == BATCH


def test_files_survive_a_round(tmp_path: Path, proofs: list[Groth16Proof]) -> None:
    """What is saved is read back equal."""
    proofs[0].save(tmp_path / "proof.json", str(tmp_path / "public.json"))
    assert Groth16Proof.read(str(tmp_path / "proof.json"), tmp_path / "public.json") == proofs[0]


def test_outputs_are_never_inputs(tmp_path: Path) -> None:
    """Nothing is written over what was read, or twice to one name, and the input stays as it was."""
    r1cs = tmp_path / "circuit.r1cs"
    r1cs.write_bytes((material.folder() / "circuit.r1cs").read_bytes())
    for outputs in ((r1cs, tmp_path / "v.json"), (tmp_path / "k.zkey", r1cs), (tmp_path / "same", tmp_path / "same")):
        with pytest.raises(ArtifactMismatch, match="named twice"):
            dev_setup(r1cs, *outputs)
    assert [path.name for path in tmp_path.iterdir()] == ["circuit.r1cs"]


def test_proving_many_is_lazy(proofs: list[Groth16Proof], vkey: bytes) -> None:
    """Witnesses are taken one by one, a bad one is met in its turn, and those before it are proved."""
    asked = prove_many(proving_key(material.zkey()), iter([WITNESS, b"no witness", WITNESS]))
    verify(vkey, next(asked))
    with pytest.raises(ArtifactMalformed):
        next(asked)


def test_a_false_witness_is_not_proved() -> None:
    """StatementFalse comes through every way in."""
    false = wtns([*material.values()[:-1], 5])
    with pytest.raises(StatementFalse):
        prove(material.zkey(), false)
    with pytest.raises(StatementFalse):
        list(prove_many(material.zkey(), [false]))


@pytest.mark.parametrize("count", [0, 1, 2, 16, 17, BATCH])
def test_true_proofs_hold_together(proofs: list[Groth16Proof], vkey: bytes, count: int) -> None:
    """Batches of none, of one, and of every fit of the blocks that threads take."""
    verify_many(vkey, proofs[:count])
    verify_many(verification_key(vkey), iter(proofs[:count]))


@pytest.mark.parametrize("false", [[0], [BATCH - 1], [3, 16, 17], list(range(BATCH))])
def test_false_proofs_are_named(proofs: list[Groth16Proof], vkey: bytes, false: list[int]) -> None:
    """One false proof spoils a batch, and the refusal says which are false and only those."""
    changed = list(proofs)
    for place in false:
        m, *rest = changed[place].public
        changed[place] = dataclasses.replace(changed[place], public=(m + 1, *rest))
    with pytest.raises(ProofRejected) as refused:
        verify_many(vkey, changed)
    assert list(refused.value.which) == false


def test_errors_that_cancel_do_not_pass(proofs: list[Groth16Proof], vkey: bytes) -> None:
    """Two false proofs whose errors sum to nothing are both found: each has a random weight of its own."""
    one, other = proofs[:2]
    shifted = [
        dataclasses.replace(one, public=(one.public[0] + 1, *one.public[1:])),
        dataclasses.replace(other, public=(other.public[0] - 1, *other.public[1:])),
    ]
    exchanged = [dataclasses.replace(one, points=other.points), dataclasses.replace(other, points=one.points)]
    for pair in (shifted, exchanged):
        with pytest.raises(ProofRejected) as refused:
            verify_many(vkey, [*pair, *proofs[2:]])
        assert list(refused.value.which) == [0, 1]


def _with(proof: Groth16Proof, index: int, point: Any) -> Groth16Proof:
    points = list(proof.points)
    points[index] = point
    return dataclasses.replace(proof, points=tuple(points))


@pytest.mark.parametrize(
    ("damage", "part"),
    [
        (lambda proof: dataclasses.replace(proof, public=proof.public[:-1]), "proof 7: public signals"),
        (lambda proof: dataclasses.replace(proof, public=(-1, *proof.public[1:])), "proof 7: public signal 0"),
        (lambda proof: _with(proof, 0, (0, 0)), "proof 7: pi_a"),
        (lambda proof: _with(proof, 1, material.OFF_SUBGROUP), "proof 7: pi_b"),
        (lambda proof: _with(proof, 2, (1, 1)), "proof 7: pi_c"),
    ],
)
def test_a_malformed_proof_is_named(
    proofs: list[Groth16Proof], vkey: bytes, damage: Callable[[Groth16Proof], Groth16Proof], part: str
) -> None:
    """Malformed is not false, in a batch too, and the refusal says which proof and which part."""
    changed = [damage(proof) if place == 7 else proof for place, proof in enumerate(proofs)]
    with pytest.raises(ProofMalformed) as refused:
        verify_many(vkey, changed)
    assert refused.value.part == part


def test_claims_many_at_once(prover: Prover, verifier: Verifier, claim: Claim, proof: Proof) -> None:
    """A batch of claims holds where each holds; a claim about other values, or none at all, is named by its place."""
    (again,) = prover.prove_many([claim])
    verifier.verify_many([proof, again, proof])
    other = dataclasses.replace(proof, values=(*proof.values[:-1], proof.values[-1] + 1))
    with pytest.raises(ProofRejected) as refused:
        verifier.verify_many([proof, other])
    assert refused.value.place == 1
    exchanged = dataclasses.replace(proof, points=(again.points[0], *proof.points[1:]))
    with pytest.raises(ProofRejected) as refused:
        verifier.verify_many([exchanged, again])
    assert list(refused.value.which) == [0]
    with pytest.raises(ProofMalformed) as malformed:
        verifier.verify_many([proof, dataclasses.replace(proof, m=-1)])
    assert malformed.value.place == 1


def test_the_door_has_the_verbs() -> None:
    """The functions are what `zkdata` itself offers."""
    assert {"prove", "prove_many", "verify", "verify_many", "dev_setup", "Groth16Proof"} <= set(zkdata.__all__)
