"""Strangers pay on a key only if the whole of its setup says that they may; each thing left out is refused."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.proof import ceremonies
from tests.proof.ceremonies import claimed, contributed, finished, key_of, pin
from zkdata import _native
from zkdata.errors import ArtifactMismatch, SetupInsecure, SignatureRejected, ZkDataError
from zkdata.proof.circuit import Circuit
from zkdata.proof.contribution import Contribution
from zkdata.proof.contributor import ContributorKey
from zkdata.proof.phase_one import PINNED, pinned
from zkdata.proof.setup_manifest import SetupManifest
from zkdata.proof.setup_policy import LEAST_CONTRIBUTORS, check_setup

Setup = tuple[Circuit, str, SetupManifest]


@pytest.fixture
def setup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Setup:
    """A setup that is as it should be, of powers on the list."""
    pin(monkeypatch)
    circuit = claimed(monkeypatch, tmp_path / "circuit")
    folder, manifest = finished(circuit, tmp_path / "setup")
    return circuit, folder.file("vkey.json").read_text(), manifest


def again(manifest: SetupManifest, **changes: object) -> SetupManifest:
    """A manifest with other contents, signed again: its signer lies."""
    return replace(manifest, **changes).signed(manifest.code, key_of("coordinator"))  # type: ignore[arg-type]


def test_what_it_rests_on(setup: Setup) -> None:
    """Phase 1, names and beacon, of a setup that is as it should be."""
    trusted = check_setup(*setup)
    assert (trusted.phase_one, trusted.contributors) == ("rehearsal", ceremonies.NAMES)
    assert trusted.beacon == ceremonies.BEACON.hex()


def test_a_development_key_is_refused(setup: Setup) -> None:
    """A key without a manifest, whatever it is."""
    circuit, vkey, _ = setup
    with pytest.raises(SetupInsecure, match="development key"):
        check_setup(circuit, vkey, None)


def test_powers_of_no_list_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever made alpha and beta alone can forge, however many contributed afterwards."""
    circuit = claimed(monkeypatch, tmp_path / "circuit")
    folder, manifest = finished(circuit, tmp_path / "setup")
    assert manifest.phase_one.name == ""
    with pytest.raises(SetupInsecure, match="no phase 1 that is known"):
        check_setup(circuit, folder.file("vkey.json").read_text(), manifest)
    lie = again(manifest, phase_one=replace(manifest.phase_one, name=next(iter(PINNED))))
    with pytest.raises(SetupInsecure, match="no phase 1 that is known"):
        check_setup(circuit, folder.file("vkey.json").read_text(), lie)


@pytest.mark.parametrize(
    ("names", "keys"),
    [
        (("alice", "bob"), None),
        (("alice", "bob", "Alice"), None),
        (("alice", "bob", "carol"), ("alice", "bob", "bob")),
        ((), None),
    ],
    ids=["two", "two names that look the same", "two with three names", "nobody but a beacon"],
)
def test_too_few_are_refused(
    names: tuple[str, ...], keys: tuple[str, ...] | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Distinct names and distinct keys are counted, and the beacon is nobody's."""
    pin(monkeypatch)
    circuit = claimed(monkeypatch, tmp_path / "circuit")
    made = contributed(names, [key_of(name) for name in keys or ()])
    folder, manifest = finished(circuit, tmp_path / "setup", made)
    with pytest.raises(SetupInsecure, match=f"{LEAST_CONTRIBUTORS} distinct"):
        check_setup(circuit, folder.file("vkey.json").read_text(), manifest)


def _resigned(each: Contribution, key: ContributorKey, **changes: object) -> Contribution:
    told = {"number": each.number, "name": each.name, "shown": each.hash, "constants": each.constants, **changes}
    return Contribution.signed(**told, key=key)  # type: ignore[arg-type]


CHANGES: dict[str, tuple[Callable[[SetupManifest], dict[str, object]], type[ZkDataError]]] = {
    "a contribution nobody signed for": (lambda m: {"contributions": m.contributions[1:]}, SetupInsecure),
    "one signed twice": (lambda m: {"contributions": (*m.contributions, m.contributions[0])}, SetupInsecure),
    "one that is not there": (
        lambda m: {"contributions": (*m.contributions, _resigned(m.contributions[0], key_of("dan"), number=9))},
        SetupInsecure,
    ),
    "the beacon, signed for": (
        lambda m: {"contributions": (*m.contributions, _resigned(m.contributions[0], key_of("dan"), number=4))},
        SetupInsecure,
    ),
    "another name": (
        lambda m: {"contributions": (*m.contributions[:2], _resigned(m.contributions[2], key_of("dan"), name="dan"))},
        SetupInsecure,
    ),
    "another hash": (
        lambda m: {
            "contributions": (*m.contributions[:2], _resigned(m.contributions[2], key_of("x"), shown="0" * 128))
        },
        SetupInsecure,
    ),
    "other constants": (
        lambda m: {
            "contributions": (*m.contributions[:2], _resigned(m.contributions[2], key_of("x"), constants="0" * 64))
        },
        SetupInsecure,
    ),
    "a forged signature": (
        lambda m: {"contributions": (replace(m.contributions[0], signature="00" * 64), *m.contributions[1:])},
        SignatureRejected,
    ),
    "another circuit": (lambda m: {"circuit": "capsule_16x4"}, ArtifactMismatch),
    "another r1cs": (lambda m: {"r1cs": "00" * 32}, ArtifactMismatch),
    "another key": (lambda m: {"vkey": "00" * 32}, ArtifactMismatch),
    "another alpha": (lambda m: {"phase_one": replace(m.phase_one, alpha=(1, 2))}, SetupInsecure),
    "another phase 1": (lambda m: {"phase_one": replace(m.phase_one, name=next(iter(PINNED)))}, SetupInsecure),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_manifest_that_says_something_else(what: str, setup: Setup) -> None:
    """Whoever signs it, what it says is compared with the key and with what contributors signed."""
    circuit, vkey, manifest = setup
    change, refusal = CHANGES[what]
    with pytest.raises(refusal):
        check_setup(circuit, vkey, again(manifest, **change(manifest)))


def test_the_signer_is_checked(setup: Setup) -> None:
    """A change without a new signature is seen as such."""
    circuit, vkey, manifest = setup
    with pytest.raises(SignatureRejected):
        check_setup(circuit, vkey, replace(manifest, rows=manifest.rows + 1))


def test_the_key_itself_is_what_was_signed_for(setup: Setup) -> None:
    """With a manifest made for it, a key with another IC or delta is refused: what a forger has to change."""
    circuit, vkey, manifest = setup
    document = json.loads(vkey)
    document["IC"][1], document["IC"][2] = document["IC"][2], document["IC"][1]
    changed = _native.VerificationKey.from_json(json.dumps(document)).to_json()
    with pytest.raises(SetupInsecure, match="signed"):
        check_setup(circuit, changed, again(manifest, vkey=_digest(changed)))
    document = json.loads(vkey)
    document["vk_delta_2"] = json.loads(_other_key(circuit))["vk_delta_2"]
    changed = _native.VerificationKey.from_json(json.dumps(document)).to_json()
    with pytest.raises(SetupInsecure, match="delta"):
        check_setup(circuit, changed, again(manifest, vkey=_digest(changed)))


def _other_key(circuit: Circuit) -> str:
    """Another contributor's, of the same first key."""
    zkey, _ = contributed(("mallory",), beacon=False)
    return _native.ProvingKey.open(zkey).verification_key().to_json()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_hermez_is_on_the_list() -> None:
    """A key with alpha and beta of every verifier that was ever made from that ceremony."""
    (known,) = PINNED.values()
    generator = ((1, 2), (3, 4))
    assert pinned((known.alpha, known.beta, generator, generator, [])).startswith("Hermez")
