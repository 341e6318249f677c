"""On a chain that is not local nothing is deployed, posted or claimed with a key that strangers may not pay on."""

from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import pytest

from tests.journeys.stage import Stage
from tests.proof.ceremonies import claimed, contributed, finished, pin
from tests.settlement.other_chain import running
from zkdata.errors import ArtifactMismatch, SetupInsecure, VerifierUnknown, ZkDataError
from zkdata.proof.circuit import Circuit
from zkdata.proof.setup import setup_development
from zkdata.proof.setup_files import SetupFolder
from zkdata.proof.verifier import Verifier
from zkdata.settlement.chain import Chain
from zkdata.settlement.contracts import verifier_code_hash
from zkdata.settlement.escrow import Escrow
from zkdata.settlement.judges import Judge
from zkdata.settlement.posting import Asked

pytestmark = pytest.mark.xdist_group("settlement")


@pytest.fixture(scope="module")
def foreign() -> Iterator[Chain]:
    """A chain that is not listed as local."""
    with running(10) as url:
        yield Chain.rpc(url)


@pytest.fixture
def circuit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Circuit:
    """A claim's circuit, small, with powers on the list."""
    pin(monkeypatch)
    return claimed(monkeypatch, tmp_path / "circuit")


@pytest.fixture
def setup(circuit: Circuit, tmp_path: Path) -> SetupFolder:
    """A finished setup of it, with the code that its verifier has."""
    return finished(circuit, tmp_path / "setup", code=verifier_code_hash)[0]


def height(chain: Chain) -> int:
    return chain.node.height()


def test_a_finished_setup_is_deployed(foreign: Chain, setup: SetupFolder, circuit: Circuit) -> None:
    """The contract answers the digest of its manifest, and the escrow is attached to again."""
    setup.install()
    escrow = Escrow.deploy(foreign, Verifier(circuit))
    (address,) = escrow.verifier_addresses
    judge = Judge.at(foreign, address, Verifier(circuit))
    assert judge.contract.call("manifestDigest").hex() == setup.manifest().digest
    assert Escrow.attach(foreign, escrow.address, escrow.verifiers).verifier_addresses == (address,)


def test_development_keys_stay_on_local_chains(foreign: Chain, circuit: Circuit) -> None:
    """A key that one party made: nothing of it is sent."""
    setup_development(circuit)
    before = height(foreign)
    with pytest.raises(SetupInsecure, match="development key"):
        Escrow.deploy(foreign, Verifier(circuit))
    assert height(foreign) == before
    assert Escrow.deploy(Chain.embedded(), Verifier(circuit)).verifier_addresses


def test_a_key_stripped_of_its_marks(foreign: Chain, setup: SetupFolder, circuit: Circuit) -> None:
    """A development key with the manifest of a finished setup beside it."""
    setup_development(circuit)
    vkey = circuit.artifact("vkey.json").read_text()
    with pytest.raises(ArtifactMismatch, match="verification key"):
        Escrow.deploy(foreign, Verifier(circuit, vkey, setup.manifest()))


def test_an_escrow_of_somebody_who_did_not_ask(
    foreign: Chain, setup: SetupFolder, circuit: Circuit, tmp_path: Path
) -> None:
    """Whoever deploys by himself is not held by this gate; whoever would pay or prove there is."""
    few, _ = finished(circuit, tmp_path / "few", contributed(("alice", "bob")), code=verifier_code_hash)
    few.install()
    weak = Verifier(circuit)
    foreign.local = True
    escrow = Escrow.deploy(foreign, weak)
    foreign.local = False
    with pytest.raises(SetupInsecure, match="distinct"):
        Escrow.attach(foreign, escrow.address, escrow.verifiers)
    setup.install()
    with pytest.raises(VerifierUnknown):
        Escrow.attach(foreign, escrow.address, {escrow.verifier_addresses[0]: Verifier(circuit)})


def test_a_request_names_no_verifier_that_is_not_known(
    foreign: Chain, setup: SetupFolder, circuit: Circuit, stage: Stage
) -> None:
    """A request that was put together by hand: money waits for no proof of a key that was not looked at here."""
    setup.install()
    escrow = Escrow.deploy(foreign, Verifier(circuit))
    known = {each.name: getattr(stage.posting, each.name) for each in fields(Asked)}
    asked = Asked(**known | {"verifiers": (*escrow.verifier_addresses, stage.escrow.address)})
    before = height(foreign)
    with pytest.raises(VerifierUnknown, match="not known here"):
        escrow.post_asked(asked, 1, sender=foreign.accounts[0])
    assert height(foreign) == before


def test_a_verifier_with_another_code(foreign: Chain, setup: SetupFolder, circuit: Circuit) -> None:
    """The manifest names the code that its verifier has."""
    manifest = replace(setup.manifest(), code="00" * 32)
    vkey = setup.file("vkey.json").read_text()
    with pytest.raises(ZkDataError) as refused:
        Judge.deploy(Chain.embedded(), Verifier(circuit, vkey, manifest))
    assert isinstance(refused.value, ArtifactMismatch)
