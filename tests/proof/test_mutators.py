"""Nothing that an enemy can do to three honest files is accepted, and every refusal has the right type."""

import json
import random
import time
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from tests.proof.curve_points import minus
from tests.proof.forging import rewritten
from tests.proof.mutators import MUTATORS, Refusal, Triple
from tests.proof.real_proofs import REAL_PROOFS
from tests.reference.field import Q, R
from zkdata import _native
from zkdata.cli import main
from zkdata.errors import ProofMalformed, ProofRejected, ZkDataError
from zkdata.proof.groth16 import verify_files

pytestmark = pytest.mark.xdist_group("mutators")

SECONDS = 1.0
"""Of processor time, for any refusal."""

Judge = Callable[[Triple, Path], None]


@lru_cache(maxsize=8)
def opened(key: bytes) -> _native.VerificationKey:
    return _native.VerificationKey.from_json(key.decode(errors="replace"))


def by_the_core(triple: Triple, folder: Path) -> None:
    """The native core, on text."""
    key, signals = opened(triple.key), _native.public_from_json(triple.public.decode(errors="replace"))
    key.verify(_native.proof_from_json(triple.proof.decode(errors="replace")), signals)


def by_files(triple: Triple, folder: Path) -> None:
    """The verb on files."""
    paths = written(triple, folder)
    verify_files(*paths)


def written(triple: Triple, folder: Path) -> list[Path]:
    """Key, public signals and proof as files, in the order of the command."""
    paths = [folder / f"{name}.json" for name in ("key", "public", "proof")]
    for path, data in zip(paths, (triple.key, triple.public, triple.proof), strict=True):
        path.write_bytes(data)
    return paths


JUDGES: dict[str, tuple[Judge, tuple[str, ...]]] = {
    "core": (by_the_core, tuple(REAL_PROOFS)),
    "files": (by_files, ("small",)),
}
"""Who judges which proofs. A judge returns or raises."""


def refused(judge: Judge, triple: Triple, folder: Path) -> Refusal | None:
    """The type of the refusal, None where the judge accepts; any other exception is a fault."""
    started = time.process_time()
    try:
        judge(triple, folder)
    except ZkDataError as error:
        assert error.message and error.code == type(error).__name__
        return type(error)
    finally:
        assert time.process_time() - started < SECONDS
    return None


@pytest.mark.parametrize("judge", JUDGES)
def test_honest_proofs_are_accepted(judge: str, tmp_path: Path) -> None:
    """What every mutator starts from is sound, and so is the other proof of the same statement."""
    for make in REAL_PROOFS.values():
        triple = make()
        JUDGES[judge][0](triple, tmp_path)
        JUDGES[judge][0](Triple(triple.key, triple.public, triple.other, triple.proof), tmp_path)
        assert triple.proof != triple.other


def test_the_table_is_long() -> None:
    """Thirty ways are asked for."""
    assert len(MUTATORS) >= 300
    assert len(REAL_PROOFS) >= 4


@pytest.mark.parametrize("name", MUTATORS)
def test_no_mutant_is_accepted(name: str, tmp_path: Path) -> None:
    """Every variant of every real proof is refused, with one type, in less than a second, by every judge."""
    mutator, count = MUTATORS[name], 0
    for judge, proofs in JUDGES.values():
        for proof in proofs:
            for number, mutant in enumerate(mutator.variants(REAL_PROOFS[proof]())):
                assert refused(judge, mutant, tmp_path) is mutator.refusal, f"{proof}, variant {number}"
                count += 1
    assert count, "no proof has a variant"


def test_the_harness_sees_an_accepted_proof_and_an_untyped_error(tmp_path: Path) -> None:
    """An honest proof, a wrong type of refusal and a crash are told apart."""
    honest = REAL_PROOFS["small"]()
    assert refused(by_the_core, honest, tmp_path) is None
    assert refused(by_the_core, replace(honest, public=b"[]", proof=b""), tmp_path) is ProofMalformed

    def crashing(triple: Triple, folder: Path) -> None:
        raise TypeError

    with pytest.raises(TypeError):
        refused(crashing, honest, tmp_path)


def by_a_lax_reader(triple: Triple, folder: Path) -> None:
    """The core behind a parser as many are: numbers of any spelling are reduced, signals filled up with zeros."""

    def number(text: str) -> int:
        return int(text, 0) % Q

    proof, key = triple.document("proof"), opened(triple.key)
    (ax, ay, _), (bx, by, _), (cx, cy, _) = (proof[name] for name in ("pi_a", "pi_b", "pi_c"))
    b = tuple((number(real), number(imaginary)) for real, imaginary in (bx, by))
    signals = [int(text, 0) % R for text in triple.document("public")] + [0] * key.public_count
    points = ((number(ax), number(ay)), b, (number(cx), number(cy)))
    key.verify(points, signals[: key.public_count])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name",
    [
        "number in proof: the order of its field added",
        "number in proof: the order subtracted",
        "number in proof: hexadecimal",
        "number in proof: a plus sign",
        "number in proof: a trailing blank",
        "number in proof: Arabic digits",
        "number in public: the order of its field added",
        "number in public: hexadecimal",
        "point in proof: z = 0",
        "proof: protocol 'plonk'",
        "proof: curve 'bls12381'",
        "signals: the last dropped",
        "signals: a zero added",
        "text of proof: a key twice, with one value",
        "text of proof: an unknown thing 20 deep",
        "text of proof: NaN inside",
    ],
)
def test_a_lax_verifier_accepts_what_the_table_forbids(name: str, tmp_path: Path) -> None:
    """The mutants are no straw men: behind a reader without our rules the same pairing accepts them."""
    honest = REAL_PROOFS["small with a zero"]()
    by_a_lax_reader(honest, tmp_path)
    verdicts = set()
    for mutant in MUTATORS[name].variants(honest):
        try:
            verdicts.add(refused(by_a_lax_reader, mutant, tmp_path))
        except (ValueError, TypeError, KeyError):
            verdicts.add(ZkDataError)
    assert None in verdicts


@pytest.mark.parametrize("name", MUTATORS)
def test_the_command_says_the_same(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`groth16 verify` ends with the refusal's exit code, 1 for a false proof and 2 else, and its code under --json."""
    mutator = MUTATORS[name]
    for mutant in mutator.variants(REAL_PROOFS["small with a zero"]()):
        command = ["groth16", "verify", "--json", *map(str, written(mutant, tmp_path))]
        assert main(command) == mutator.refusal.exit_code == (1 if mutator.refusal is ProofRejected else 2)
        out, err = capsys.readouterr()
        assert json.loads(out)["error"]["code"] == mutator.refusal.__name__
        assert "Traceback" not in err
        break


@pytest.mark.parametrize(("key", "proof"), list(permutations(REAL_PROOFS, 2)))
def test_a_proof_is_nothing_under_the_key_of_another_circuit(key: str, proof: str, tmp_path: Path) -> None:
    """Malformed where the key takes another number of signals, rejected where it takes as many."""
    theirs, honest = REAL_PROOFS[key](), REAL_PROOFS[proof]()
    if theirs.key == honest.key:
        return
    taken, given = theirs.document("key")["nPublic"], len(honest.document("public"))
    expected = ProofRejected if taken == given else ProofMalformed
    assert refused(by_the_core, Triple(theirs.key, honest.public, honest.proof, b""), tmp_path) is expected


def test_no_signal_between_the_two_orders_is_read() -> None:
    """r + 1, which a verifier took that compared with q, and ten thousand more of [r, q)."""
    draw = random.Random(20260302)
    for signal in (R, R + 1, Q - 1, *(draw.randrange(R, Q) for _ in range(10_000))):
        with pytest.raises(ProofMalformed):
            _native.public_from_json(f'["{signal}"]')


@pytest.mark.parametrize("name", REAL_PROOFS)
def test_anyone_can_rewrite_a_proof(name: str, tmp_path: Path) -> None:
    """(-A, -B, C), (A / k, k B, C) and (A, B + k delta, C + k A) are proofs too: nothing is keyed on proof bytes."""
    triple = REAL_PROOFS[name]()
    proof, delta = triple.document("proof"), triple.document("key")["vk_delta_2"]
    negated = {**proof, "pi_a": minus(proof["pi_a"]), "pi_b": minus(proof["pi_b"])}
    assert rewritten(proof, delta, R - 1, 0) == negated
    ways = ((R - 1, 0), (2, 0), (R - 2, 0), (1, 5), (7, R - 3))
    twins = [triple.with_document("proof", rewritten(proof, delta, *way)) for way in ways]
    assert len({twin.proof for twin in (triple, *twins)}) == 1 + len(twins)
    for twin in twins:
        assert refused(by_the_core, twin, tmp_path) is None
        public = twin.document("public")
        other = twin.with_document("public", [str((int(public[0]) + 1) % R), *public[1:]])
        assert refused(by_the_core, other, tmp_path) is ProofRejected


MEANINGLESS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "members in another order": lambda document: dict(reversed(document.items())),
    "an unknown member": lambda document: {**document, "note": [1.5e300, None, {"__proto__": {"pi_a": 1}}]},
    "no curve": lambda document: {name: value for name, value in document.items() if name != "curve"},
    "bn254 for bn128": lambda document: {**document, "curve": "bn254"},
    "another stored pairing": lambda document: {**document, "vk_alphabeta_12": []},
}


@pytest.mark.parametrize("name", MEANINGLESS)
def test_what_says_nothing_changes_nothing(name: str, tmp_path: Path) -> None:
    """Order, blanks, unknown members and the pairing that is recomputed leave a proof what it was."""
    for make in REAL_PROOFS.values():
        triple = make()
        for file in ("key", "proof"):
            twin = triple.with_document(file, MEANINGLESS[name](triple.document(file)))
            blanks = json.dumps(twin.document(file), indent="\t \r\n").encode()
            assert refused(by_the_core, replace(twin, **{file: b"\n" + blanks + b"\n"}), tmp_path) is None
