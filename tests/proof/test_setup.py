"""Keys: made once for one r1cs, and refused for another."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.proof.curve_points import plus
from zkdata.errors import ArtifactMismatch, SetupInsecure, ToolMissing
from zkdata.proof import reference
from zkdata.proof.circuit import Circuit
from zkdata.proof.prover import Prover
from zkdata.proof.setup import check_keys, setup_development
from zkdata.proof.verifier import Verifier

KEPT = ("r1cs", "wasm", "zkey", "vkey.json")


@pytest.fixture
def copied(circuit: Circuit, tmp_path: Path) -> Circuit:
    """The circuit with its artifacts in a folder of their own."""
    copy = replace(circuit, directory=tmp_path)
    for kind in KEPT:
        shutil.copy(circuit.artifact(kind), copy.artifact(kind))
    shutil.copy(circuit.directory / "keys.json", tmp_path / "keys.json")
    return copy


@pytest.fixture
def small(circuit: Circuit, product: Path, tmp_path: Path) -> Circuit:
    """The circuit's name over the r1cs of a product: keys for it are made at once."""
    copy = replace(circuit, directory=tmp_path)
    shutil.copy(product / "product.r1cs", copy.artifact("r1cs"))
    return copy


def test_keys_are_made_once(small: Circuit) -> None:
    """A second setup leaves the keys as they are: proofs already made stay good."""
    setup_development(small)
    before = small.artifact("zkey").read_bytes()
    setup_development(small)
    assert small.artifact("zkey").read_bytes() == before
    check_keys(small)


def test_every_setup_has_its_own_randomness(small: Circuit) -> None:
    """Two keys for one circuit differ."""
    setup_development(small)
    before = small.artifact("vkey.json").read_text()
    (small.directory / "keys.json").unlink()
    setup_development(small)
    assert small.artifact("vkey.json").read_text() != before


def test_another_r1cs_gets_new_keys(small: Circuit, circuit: Circuit) -> None:
    """Old keys are refused for it, and replaced by the next setup."""
    setup_development(small)
    before = small.artifact("vkey.json").read_text()
    data = small.artifact("r1cs").read_bytes()
    small.artifact("r1cs").write_bytes(data + b"\x09\0\0\0" + bytes(8))  # an empty section more
    with pytest.raises(ArtifactMismatch, match="another build"):
        check_keys(small)
    small.artifact("r1cs").write_bytes(data)
    check_keys(small)
    assert small.artifact("vkey.json").read_text() == before


def test_a_circuit_that_is_not_built_has_no_keys(circuit: Circuit, tmp_path: Path) -> None:
    """Proving never makes keys: that is a verb of its own."""
    empty = replace(circuit, directory=tmp_path)
    for act in (setup_development, check_keys, Prover, Verifier):
        with pytest.raises(ToolMissing, match="make build"):
            act(empty)
    assert not list(tmp_path.iterdir())


def test_a_prover_refuses_keys_of_another_build(copied: Circuit, product: Path) -> None:
    """The r1cs that the keys were made for is recorded beside them."""
    shutil.copy(product / "product.r1cs", copied.artifact("r1cs"))
    with pytest.raises(ArtifactMismatch, match="another build"):
        Prover(copied)


def test_a_prover_refuses_two_keys_that_are_no_pair(copied: Circuit) -> None:
    """A verification key with another alpha is a sound key, but not the one of this proving key."""
    document = json.loads(copied.artifact("vkey.json").read_text())
    document["vk_alpha_1"] = plus(document["IC"][0], document["IC"][1])
    copied.artifact("vkey.json").write_text(json.dumps(document))
    with pytest.raises(ArtifactMismatch, match="not a pair"):
        Prover(copied)


def test_a_verification_key_of_another_circuit_is_refused(copied: Circuit, small_key: str) -> None:
    """By its number of public inputs."""
    copied.artifact("vkey.json").write_text(small_key)
    with pytest.raises(ArtifactMismatch, match="public inputs"):
        Verifier(copied)


@pytest.fixture(scope="session")
def small_key(circuit: Circuit, product: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A verification key of the product."""
    copy = replace(circuit, directory=tmp_path_factory.mktemp("small"))
    shutil.copy(product / "product.r1cs", copy.artifact("r1cs"))
    setup_development(copy)
    return copy.artifact("vkey.json").read_text()


def test_a_key_that_anyone_could_forge_with_is_refused(circuit: Circuit) -> None:
    """gamma = delta, by both verifiers' reading of the key."""
    document = json.loads(circuit.artifact("vkey.json").read_text())
    document["vk_gamma_2"] = document["vk_delta_2"]
    with pytest.raises(SetupInsecure):
        Verifier(circuit, json.dumps(document))
    with pytest.raises(SetupInsecure):
        reference.verify(circuit.name, json.dumps(document), "{}")
