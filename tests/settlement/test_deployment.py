"""The document that names a deployment: believed only where chain, code and keys are the ones we would deploy."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.stage import Stage
from zkdata.errors import ArtifactMalformed, ArtifactMismatch, ChainMismatch, VerifierUnknown
from zkdata.proof.circuit import Circuit
from zkdata.settlement.chain import Chain
from zkdata.settlement.deployment import Deployment

pytestmark = pytest.mark.xdist_group("settlement")


@pytest.fixture
def deployment(stage: Stage) -> Deployment:
    return Deployment.of(stage.escrow, stage.registry, stage.token.address)


def test_there_and_back(stage: Stage, deployment: Deployment, tmp_path: Path) -> None:
    """Whoever has the file has the same escrow, verifiers and registry."""
    deployment.save(tmp_path / "deployment.json")
    read = Deployment.load(tmp_path / "deployment.json")
    assert read == deployment
    escrow = read.escrow_on(stage.chain)
    assert escrow.address == stage.escrow.address and list(escrow.verifiers) == [*stage.escrow.verifiers]
    assert read.registry_on(stage.chain).address == stage.registry.address


def test_no_key_here(stage: Stage, deployment: Deployment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A circuit whose key is not here is left out: the escrow can be read, and nothing be posted."""
    monkeypatch.setattr(Circuit, "artifact", lambda self, kind: tmp_path / f"{self.name}.{kind}")
    assert not deployment.escrow_on(stage.chain).verifiers


def test_another_key(stage: Stage, deployment: Deployment) -> None:
    """Proofs by the key that is here would not pass there."""
    (listed,) = deployment.verifiers
    wrong = replace(deployment, verifiers=(replace(listed, vkey="00" * 32),))
    with pytest.raises(ArtifactMismatch, match="not the one that was deployed"):
        wrong.escrow_on(stage.chain)


def test_other_code(stage: Stage, deployment: Deployment) -> None:
    """No money and no proof go to a contract that is not ours: escrow, registry, verifier."""
    (listed,) = deployment.verifiers
    with pytest.raises(ArtifactMismatch):
        replace(deployment, escrow=stage.token.address).escrow_on(stage.chain)
    with pytest.raises(ArtifactMismatch):
        replace(deployment, registry=stage.token.address).registry_on(stage.chain)
    with pytest.raises(VerifierUnknown):
        wrong = replace(listed, address=stage.token.address)
        replace(deployment, verifiers=(wrong,)).escrow_on(stage.chain)


def test_another_chain(deployment: Deployment) -> None:
    """The same addresses on another chain are other contracts."""
    for name in ("escrow_on", "registry_on"):
        with pytest.raises(ChainMismatch):
            getattr(deployment, name)(Chain.embedded())


@pytest.mark.parametrize(
    "changed",
    [
        {"version": "2"},
        {"format": "zkdata.proof"},
        {"escrow": 7},
        {"chain": None},
        {"verifiers": {}},
        {"verifiers": [{"circuit": "x"}]},
        {"verifiers": [{"circuit": 1, "address": "0x", "vkey": ""}]},
        {"more": ""},
    ],
)
def test_a_file_that_makes_no_sense(deployment: Deployment, tmp_path: Path, changed: dict[str, Any]) -> None:
    """Another version, a missing part, a number where a text is due."""
    deployment.save(tmp_path / "good.json")
    document = json.loads((tmp_path / "good.json").read_text()) | changed
    (tmp_path / "bad.json").write_text(json.dumps(document, sort_keys=True, separators=(",", ":")) + "\n")
    with pytest.raises(ArtifactMalformed):
        Deployment.load(tmp_path / "bad.json")
