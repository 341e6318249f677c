"""The second opinion on plain Groth16 files: it says what the native core says, by code of its own."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.proof import groth16_material as material
from tests.proof.test_groth16_json import not_canonical, wrapped
from tests.proof.test_groth16_keys import INFINITY_G1, INFINITY_G2
from tests.reference.field import Q, R
from zkdata.errors import ArtifactMalformed, ProofMalformed, ProofRejected, ZkDataError
from zkdata.proof import reference_groth16
from zkdata.proof.groth16 import verify_files

Change = Callable[[dict[str, Any]], Any]
ROOT = Path(__file__).parents[2]
KINDS = ("key", "public", "proof")

SCALED = tuple(
    tuple(part * factor % Q for part in coordinate)
    for coordinate, factor in zip(material.G2_GENERATOR, (4, 8), strict=True)
)
"""On the twist's sister y^2 = x^3 + 64 b, where it has the right order: formulas without b take it for a good point."""


def honest() -> dict[str, Any]:
    """The three files as objects."""
    signals = [str(signal) for signal in material.proved()[1]]
    return {"key": material.key_json(), "public": signals, "proof": material.proof_json()}


def says(texts: dict[str, str]) -> type[ZkDataError] | None:
    """The class of the reference's error."""
    try:
        reference_groth16.verify(*(texts[kind] for kind in KINDS))
    except ZkDataError as error:
        return type(error)
    return None


def core_says(folder: Path, texts: dict[str, str]) -> type[ZkDataError] | None:
    """The class of the native core's error."""
    for kind in KINDS:
        (folder / kind).write_bytes(texts[kind].encode("utf-8", "surrogatepass"))
    try:
        verify_files(*(folder / kind for kind in KINDS))
    except ZkDataError as error:
        return type(error)
    return None


def expect(folder: Path, expected: type[ZkDataError] | None, **texts: str) -> None:
    """Both judge the honest files, with these exchanged, as expected."""
    files = {kind: json.dumps(value) for kind, value in honest().items()} | texts
    assert (says(files), core_says(folder, files)) == (expected, expected)


def test_it_tells_true_from_false(tmp_path: Path) -> None:
    """The honest proof is valid; with any signal changed, or A replaced by -A, it is false."""
    expect(tmp_path, None)
    signals = honest()["public"]
    for index in range(len(signals)):
        changed = [*signals[:index], str(int(signals[index]) ^ 1), *signals[index + 1 :]]
        expect(tmp_path, ProofRejected, public=json.dumps(changed))
    proof = material.proof_json()
    proof["pi_a"][1] = str(-int(proof["pi_a"][1]) % Q)
    expect(tmp_path, ProofRejected, proof=json.dumps(proof))


@pytest.mark.parametrize("form", not_canonical(12, R), ids=lambda form: form[:24])
def test_a_signal_in_any_other_form_is_malformed(tmp_path: Path, form: str) -> None:
    """A signal is a string of decimal digits below r."""
    first, _, last = honest()["public"]
    expect(tmp_path, ProofMalformed, public=f'["{first}",{form},"{last}"]')


@pytest.mark.parametrize("form", not_canonical(12, Q), ids=lambda form: form[:24])
def test_a_coordinate_in_any_other_form_is_malformed(tmp_path: Path, form: str) -> None:
    """In a proof and in a key."""
    proof, key = material.proof_json(), material.key_json()
    proof["pi_b"][1][0] = key["IC"][1][0] = "PLACEHOLDER"
    expect(tmp_path, ProofMalformed, proof=json.dumps(proof).replace('"PLACEHOLDER"', form))
    expect(tmp_path, ArtifactMalformed, key=json.dumps(key).replace('"PLACEHOLDER"', form))


@pytest.mark.parametrize("count", [0, 2, 4])
def test_a_wrong_number_of_signals_is_malformed(tmp_path: Path, count: int) -> None:
    """Also where what is missing, or too many, is 0."""
    signals = [*honest()["public"], "0"]
    expect(tmp_path, ProofMalformed, public=json.dumps(signals[:count]))


def set_to(member: str, value: Any) -> Change:
    """A member replaced."""
    return lambda document: document.update({member: value})


SHAPES: list[Change] = [
    lambda proof: proof["pi_a"].pop(),
    lambda proof: proof["pi_a"].append("1"),
    lambda proof: proof["pi_a"].__setitem__(2, "2"),
    lambda proof: proof["pi_b"][0].append("0"),
    lambda proof: proof["pi_b"].__setitem__(2, ["0", "1"]),
    lambda proof: [part.reverse() for part in proof["pi_b"][:2]],
    lambda proof: proof.pop("pi_c"),
    set_to("pi_a", INFINITY_G1),
    set_to("pi_b", INFINITY_G2),
    set_to("pi_c", INFINITY_G1),
    set_to("pi_a", ["0", "0", "1"]),
    set_to("pi_a", ["0", "0", "0"]),
    set_to("pi_b", [["0", "0"], ["0", "0"], ["1", "0"]]),
    set_to("pi_b", material.g2_json(material.OFF_SUBGROUP)),
    set_to("pi_b", material.g2_json(SCALED)),
    set_to("pi_c", ["1", "3", "1"]),
    set_to("pi_c", None),
    set_to("protocol", "plonk"),
    set_to("protocol", None),
    set_to("protocol", ["groth16"]),
    set_to("curve", "bls12381"),
    set_to("curve", 128),
]


@pytest.mark.parametrize("change", SHAPES)
def test_a_proof_of_another_shape_is_malformed(tmp_path: Path, change: Change) -> None:
    """Points are finite, on the curve and in the subgroup; protocol and curve are ours."""
    proof = material.proof_json()
    change(proof)
    expect(tmp_path, ProofMalformed, proof=json.dumps(proof))


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.pop("curve"),
        lambda document: document.pop("protocol"),
        set_to("curve", "bn254"),
        set_to("note", {"__proto__": [1.5e3, None, "\u00e9", "[[[[[[[[[[[[[[[[[[[[[["]}),
        set_to("note", json.loads("[" * 15 + "1" + "]" * 15)),
        set_to("vk_alphabeta_12", None),
    ],
)
def test_what_carries_no_meaning_is_ignored(tmp_path: Path, change: Change) -> None:
    """An absent protocol or curve and unknown members change nothing, in proofs and in keys."""
    proof, key = material.proof_json(), material.key_json()
    change(proof)
    change(key)
    expect(tmp_path, None, proof=json.dumps(proof), key=json.dumps(key))


@pytest.mark.parametrize("case", range(22))
def test_text_that_is_not_one_json_value_is_malformed(tmp_path: Path, case: int) -> None:
    """Duplicate keys, depth, size, trailing text and bad escapes are refused in proofs and keys."""
    proof = wrapped(json.dumps(material.proof_json()))[case]
    key = wrapped(json.dumps({**material.key_json(), "pi_c": ["1"]}))[case]
    if "\ud800" in proof:  # no file holds it: it comes from text that was made in memory
        honest_files = {kind: json.dumps(value) for kind, value in honest().items()}
        assert says(honest_files | {"proof": proof}) is ProofMalformed
        assert says(honest_files | {"key": key}) is ArtifactMalformed
        return
    expect(tmp_path, ProofMalformed, proof=proof)
    expect(tmp_path, ArtifactMalformed, key=key)


@pytest.mark.parametrize(
    ("depth", "inner", "read"), [(16, "", True), (17, "", False), (15, "1", True), (16, "1", False)]
)
def test_nesting_ends_at_the_same_depth(tmp_path: Path, depth: int, inner: str, read: bool) -> None:
    """The object is level 0, what it nests goes down to level 16."""
    proof = json.dumps(material.proof_json() | {"x": None})
    proof = proof.replace("null", "[" * depth + inner + "]" * depth)
    expect(tmp_path, None if read else ProofMalformed, proof=proof)


def test_depth_is_looked_at_before_the_parser_recurses() -> None:
    """Where somebody raised the recursion limit, as py_ecc does when imported, deep text would end the process."""
    program = "import sys; from zkdata.proof.reference_groth16 import read_json; sys.setrecursionlimit(10**7); "
    program += "read_json('[' * 4_000_000, lambda reason: sys.exit(reason))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT)
    assert (run.returncode, run.stderr.strip()) == (1, "it nests too deep")


@pytest.mark.parametrize(("count", "read"), [(0, True), (1, False)])
def test_size_is_counted_in_bytes(tmp_path: Path, count: int, read: bool) -> None:
    """4 MiB of UTF-8 are read, and not one more."""
    proof = json.dumps(material.proof_json())[:-1] + ', "x": ""}'
    letters = 4 * 2**20 - len(proof)
    filling = "\u00e9" * (letters // 2) + "x" * (letters % 2 + count)
    expect(tmp_path, None if read else ProofMalformed, proof=proof.replace('""', f'"{filling}"'))


@pytest.mark.parametrize(
    "change",
    [
        set_to("nPublic", 2),
        set_to("nPublic", "3"),
        set_to("nPublic", 3.0),
        set_to("nPublic", True),
        lambda key: key.pop("nPublic"),
        set_to("IC", []),
        set_to("IC", {}),
        lambda key: key["IC"].pop(),
        lambda key: key.pop("vk_delta_2"),
        set_to("vk_alpha_1", ["0", "0", "1"]),
        set_to("vk_delta_2", material.g2_json(material.OFF_SUBGROUP)),
        lambda key: key["vk_beta_2"][0].reverse(),
        set_to("protocol", "plonk"),
        set_to("curve", "bls12381"),
    ],
)
def test_a_key_of_another_shape_is_malformed(tmp_path: Path, change: Change) -> None:
    """IC is as long as nPublic says, written as a whole number."""
    key = material.key_json()
    change(key)
    expect(tmp_path, ArtifactMalformed, key=json.dumps(key))


@pytest.mark.deep
def test_every_changed_byte_is_judged_alike(tmp_path: Path) -> None:
    """Each byte of each file, changed by its lowest bit: both say the same."""
    files = honest()
    del files["key"]["vk_alphabeta_12"]  # long, and read by neither
    texts = {kind: json.dumps(value) for kind, value in files.items()}
    steps = {"key": 1, "public": 5, "proof": 1}  # a changed signal costs py_ecc the whole pairing
    for kind, text in texts.items():
        for place in range(0, len(text), steps[kind]):
            changed = texts | {kind: text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :]}
            assert says(changed) == core_says(tmp_path, changed), (kind, place)
