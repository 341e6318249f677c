"""Three verifiers agree, or the disagreement is an error of its own: shown with liars in each place."""

import json
from pathlib import Path

import pytest

from tests.proof import groth16_material as material
from tests.proof.snarkjs_stand_ins import logged, stand_in
from zkdata.errors import (
    ArtifactMalformed,
    ProofMalformed,
    ProofRejected,
    ResourceLimit,
    SetupInsecure,
    ToolMissing,
    VerifiersDisagree,
)
from zkdata.proof import cross_check as room
from zkdata.proof.cross_check import Answer, cross_check, cross_check_provers
from zkdata.proof.snarkjs import Snarkjs

ACCEPTS = logged("INFO", "OK!")
REJECTS = f"{logged('ERROR', 'Invalid proof')}; exit 1"
REFUSES = f"{logged('ERROR', 'TypeError: no')}; exit 1"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Verification key, public signals and proof, which belong together."""
    material.write_files(tmp_path)
    return tmp_path / "vkey.json", tmp_path / "public.json", tmp_path / "proof.json"


def liar(folder: Path, script: str) -> Snarkjs:
    """A stand-in for snarkjs that says the same of every proof."""
    return Snarkjs(stand_in(folder, script))


def falsify(public: Path) -> None:
    """Another first signal."""
    first, *others = json.loads(public.read_text())
    public.write_text(json.dumps([str(int(first) ^ 1), *others]))


def test_all_three_accept(files: tuple[Path, Path, Path]) -> None:
    """A valid proof, in the order native, py_ecc, snarkjs, each with its time."""
    verdicts = cross_check(*files).verdicts
    assert [(v.verifier, v.answer, v.reason) for v in verdicts] == [
        (name, Answer.VALID, "") for name in ("native", "py_ecc", "snarkjs")
    ]
    assert all(0 < v.seconds < 60 for v in verdicts)


def test_all_three_reject(files: tuple[Path, Path, Path]) -> None:
    """A false one is what `verify_files` says it is, and who said so travels with it."""
    falsify(files[1])
    with pytest.raises(ProofRejected) as refused:
        cross_check(*files)
    assert [verdict[:2] for verdict in refused.value.verdicts] == [
        (name, "false") for name in ("native", "py_ecc", "snarkjs")
    ]


@pytest.mark.parametrize("script", [REJECTS, REFUSES, "exit 0"])
def test_snarkjs_alone_against_a_valid_proof(files: tuple[Path, Path, Path], tmp_path: Path, script: str) -> None:
    """Whatever it says instead, that is a disagreement."""
    with pytest.raises(VerifiersDisagree, match="snarkjs: ") as caught:
        cross_check(*files, snarkjs=liar(tmp_path, script))
    assert [verdict[1] for verdict in caught.value.verdicts][:2] == ["valid", "valid"]
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("script", [ACCEPTS, REFUSES])
def test_snarkjs_alone_against_a_false_proof(files: tuple[Path, Path, Path], tmp_path: Path, script: str) -> None:
    """Accepting it, or refusing its files, is a disagreement about what the others call false."""
    falsify(files[1])
    with pytest.raises(VerifiersDisagree) as caught:
        cross_check(*files, snarkjs=liar(tmp_path, script))
    assert [verdict[1] for verdict in caught.value.verdicts][:2] == ["false", "false"]


LIES = {"valid": None, "false": ProofRejected("no"), "malformed": ProofMalformed("no")}
TRUTHS = {"valid": ACCEPTS, "false": REJECTS, "malformed": REFUSES}


@pytest.mark.parametrize(("truth", "lie"), [(truth, lie) for truth in LIES for lie in LIES if truth != lie])
@pytest.mark.parametrize("place", ["native", "py_ecc"])
def test_a_liar_in_python(
    files: tuple[Path, Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, truth: str, lie: str
) -> None:
    """A native core or a py_ecc that says anything else than the other two is caught, on every kind of file."""
    if truth == "false":
        falsify(files[1])
    if truth == "malformed":
        files[2].write_text("{}")

    def says(*_: object) -> None:
        if (error := LIES[lie]) is not None:
            raise error

    owner, name = (room, "verify_files") if place == "native" else (room.reference_groth16, "verify")
    monkeypatch.setattr(owner, name, says)
    with pytest.raises(VerifiersDisagree):
        cross_check(*files, snarkjs=liar(tmp_path, TRUTHS[truth]))


@pytest.mark.parametrize("script", [ACCEPTS, REJECTS, REFUSES])
def test_what_snarkjs_says_of_refused_files_is_reported(
    files: tuple[Path, Path, Path], tmp_path: Path, script: str
) -> None:
    """It is laxer, and that is known: the error is ours, its answer stands beside it."""
    proof = material.proof_json()
    proof["pi_a"][0] = str(int(proof["pi_a"][0]) + room.reference_groth16.Q)
    files[2].write_text(json.dumps(proof))
    with pytest.raises(ProofMalformed) as refused:
        cross_check(*files, snarkjs=liar(tmp_path, script))
    said = {ACCEPTS: "valid", REJECTS: "false", REFUSES: "refused"}[script]
    assert [verdict[1] for verdict in refused.value.verdicts] == ["refused", "refused", said]


def test_snarkjs_takes_what_we_refuse(files: tuple[Path, Path, Path]) -> None:
    """The live one accepts A.x + q, hex signals and another protocol; nobody is called a liar for it."""
    proof = material.proof_json()
    proof["pi_a"][0] = str(int(proof["pi_a"][0]) + room.reference_groth16.Q)
    proof["protocol"] = "plonk"
    files[2].write_text(json.dumps(proof))
    files[1].write_text(json.dumps([hex(int(signal)) for signal in json.loads(files[1].read_text())]))
    with pytest.raises(ProofMalformed) as refused:
        cross_check(*files)
    assert refused.value.verdicts[2][:2] == ("snarkjs", "valid")


def test_an_insecure_key_is_refused_by_two(files: tuple[Path, Path, Path]) -> None:
    """gamma = delta: SetupInsecure, whatever snarkjs says."""
    key = material.key_json()
    key["vk_gamma_2"] = key["vk_delta_2"]
    files[0].write_text(json.dumps(key))
    with pytest.raises(SetupInsecure):
        cross_check(*files)


def test_no_answer_is_no_verdict(files: tuple[Path, Path, Path], tmp_path: Path) -> None:
    """A missing tool and a time limit are errors of their own, not disagreements."""
    with pytest.raises(ToolMissing):
        cross_check(*files, snarkjs=Snarkjs(tmp_path / "none"))
    executable = stand_in(tmp_path, "sleep 60")
    with pytest.raises(ResourceLimit):
        cross_check(*files, snarkjs=Snarkjs(executable, timeout=0.2))


def test_every_verifier_sees_the_same_bytes(files: tuple[Path, Path, Path], tmp_path: Path) -> None:
    """snarkjs gets copies of one reading: what happens to the files meanwhile changes no verdict."""
    same = " && ".join(f'cmp "${place}" {path}' for place, path in zip((3, 4, 5), files, strict=True))
    apart = " && ".join(f'test "${place}" != {path}' for place, path in zip((3, 4, 5), files, strict=True))
    cross_check(*files, snarkjs=liar(tmp_path, f"{same} && {apart} && {ACCEPTS}"))


def test_both_provers_prove_one_witness(tmp_path: Path) -> None:
    """All verifiers accept both proofs, and the public signals are the same."""
    material.write_files(tmp_path)
    checked = cross_check_provers(tmp_path / "circuit.zkey", tmp_path / "witness.wtns")
    for check in (checked.native, checked.snarkjs):
        assert [verdict.answer for verdict in check.verdicts] == [Answer.VALID] * 3
    assert checked.native_seconds > 0 and checked.snarkjs_seconds > 0


def test_a_prover_with_other_signals_is_caught(tmp_path: Path) -> None:
    """A stand-in that proves another statement of the circuit, validly, is a disagreement."""
    material.write_files(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    (other / "witness.wtns").write_bytes(material.wtns(material.values(p=8)))
    room.prove_files(tmp_path / "circuit.zkey", other / "witness.wtns", other / "proof.json", other / "public.json")
    script = f'case $2 in prove) cp {other}/proof.json "$5"; cp {other}/public.json "$6";; *) {ACCEPTS};; esac'
    with pytest.raises(VerifiersDisagree, match="public signals"):
        cross_check_provers(tmp_path / "circuit.zkey", tmp_path / "witness.wtns", snarkjs=liar(tmp_path, script))


def test_files_that_are_none(files: tuple[Path, Path, Path], tmp_path: Path) -> None:
    """A file that is not there is an OSError, and a folder in its place is malformed."""
    with pytest.raises(FileNotFoundError):
        cross_check(files[0], files[1], tmp_path / "none.json")
    with pytest.raises((ArtifactMalformed, IsADirectoryError)):
        cross_check(files[0], files[1], tmp_path)
