"""A claim in its file, and the way from there to its payment: step by step, again, and what is refused before."""

from pathlib import Path
from typing import Any

import pytest

from tests.journeys.stage import Stage
from tests.settlement.fault_proxy import FaultProxy
from zkdata.capsule.hashing import FIELD_ORDER
from zkdata.capsule.secret_file import read_secret, write_secret
from zkdata.errors import (
    ArtifactMalformed,
    ChainMismatch,
    KeyUnsafe,
    NotReleased,
    ReleaseSecretWrong,
    TermsMismatch,
    ZkDataError,
)
from zkdata.proof.terms import Terms
from zkdata.settlement.chain import Chain
from zkdata.settlement.claim_file import KIND, KeptClaim
from zkdata.settlement.escrow import Escrow
from zkdata.settlement.outbox import Outbox
from zkdata.settlement.settling import Stage as At
from zkdata.settlement.settling import progress, settle
from zkdata.settlement.signatures import Signer
from zkdata.settlement.wallet import Wallet

pytestmark = pytest.mark.xdist_group("settlement")
KEYS = {"chain", "escrow", "proof", "request", "secret", "terms"}


@pytest.fixture
def kept(stage: Stage) -> KeptClaim:
    return KeptClaim.of(stage.chain.node.identity, stage.posting, stage.claim, stage.proof)


@pytest.fixture
def sender(stage: Stage, tmp_path: Path) -> str:
    """An account whose key is here, and not in the node."""
    signer = Signer.generate()
    stage.chain.web3.provider.make_request("anvil_setBalance", [signer.address, hex(10**20)])  # type: ignore[arg-type]
    return stage.chain.use(Wallet(signer, Outbox(tmp_path / "outbox")))


def url_of(stage: Stage) -> str:
    """Where the anvil of the stage listens."""
    provider: Any = stage.chain.web3.provider
    return str(provider.endpoint_uri)


def test_step_by_step(stage: Stage, kept: KeptClaim, sender: str) -> None:
    """Proven, admitted as nobody is asked, paid; each step once, however often it is asked for."""
    assert progress(stage.escrow, kept).stage is At.PROVEN
    for _ in range(2):
        now = settle(stage.escrow, kept, sender=sender, until=At.CLAIMED)
        assert now.stage is At.ADMITTED and now.claim is not None and not now.payment
        assert stage.chain.node.count(sender) == 1
    for _ in range(2):
        now = settle(stage.escrow, kept, sender=sender)
        assert now.stage is At.PAID and now.payment
        assert stage.chain.node.count(sender) == 2 and stage.balances()["recipient"] == 11


def test_somebody_else_sent_it(stage: Stage, kept: KeptClaim, sender: str) -> None:
    """A claim that the relayer sent, and a release that he sent, are the same steps."""
    pending = stage.escrow.claim(stage.posting, stage.proof, stage.terms, sender=stage.relayer)
    now = settle(stage.escrow, kept, sender=sender, until=At.CLAIMED)
    assert now.claim is not None and now.claim.id == pending.id
    pending.release(kept.secret, sender=stage.relayer)
    assert settle(stage.escrow, kept, sender=sender).stage is At.PAID
    assert stage.chain.node.count(sender) == 0


def test_what_reverted_is_sent_again(stage: Stage, kept: KeptClaim, sender: str) -> None:
    """What was mined and reverted gives its name back: it is signed anew, and the claim goes on."""
    wallet = stage.chain._wallets[sender]
    call = {"to": stage.escrow.address, "data": "0x12345678"}
    reverted = wallet.send(stage.chain.node, call, 100_000, "nothing", "a name")
    assert reverted["status"] == 0 and not wallet.began(stage.chain.node, "a name")
    again = wallet.send(stage.chain.node, call, 100_000, "nothing", "a name")
    assert again["transactionHash"] != reverted["transactionHash"] and stage.chain.node.count(sender) == 2
    assert settle(stage.escrow, kept, sender=sender).stage is At.PAID


def test_kept_and_read_again(kept: KeptClaim, tmp_path: Path) -> None:
    """The file is its owner's alone, never overwritten, and says nothing when it is printed."""
    path = tmp_path / "hour.claim"
    kept.save(path)
    assert KeptClaim.load(path) == kept and path.stat().st_mode & 0o777 == 0o600
    assert kept.nullifier == kept.proof.value("nullifier")
    assert str(kept.secret) not in repr(kept) and "proof" not in repr(kept)
    with pytest.raises(KeyUnsafe, match="never overwritten"):
        kept.save(path)
    path.chmod(0o640)
    with pytest.raises(KeyUnsafe, match="chmod"):
        KeptClaim.load(path)


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"secret": "12345"}, ReleaseSecretWrong),
        ({"secret": str(FIELD_ORDER + 0x51A7_0DD5_ECE7_9A2B_44C1_9E03_77D5)}, ArtifactMalformed),
        ({"secret": "x"}, ArtifactMalformed),
        ({"request": "-1"}, ArtifactMalformed),
        ({"chain": 31337}, ArtifactMalformed),
        ({"escrow": None}, ArtifactMalformed),
        ({"proof": "{}"}, ZkDataError),
        ({"terms": {"fee": "0", "recipient": "0x" + "11" * 20, "relayer": "0x" + "00" * 20}}, TermsMismatch),
        ({"terms": {"fee": "0", "recipient": "0x11", "relayer": "0x" + "00" * 20}}, ArtifactMalformed),
        ({"terms": {"fee": "0"}}, ArtifactMalformed),
        ({"more": "1"}, KeyUnsafe),
    ],
)
def test_a_file_that_makes_no_sense(
    kept: KeptClaim, tmp_path: Path, changed: dict[str, Any], refusal: type[ZkDataError]
) -> None:
    """Whatever is not what was kept is refused, and the secret is in no message."""
    kept.save(tmp_path / "good.claim")
    body = read_secret(tmp_path / "good.claim", KIND, KEYS)
    write_secret(tmp_path / "bad.claim", KIND, body | changed)
    with pytest.raises(refusal) as caught:
        KeptClaim.load(tmp_path / "bad.claim")
    assert str(kept.secret) not in str(caught.value)


def test_elsewhere(stage: Stage, kept: KeptClaim, sender: str) -> None:
    """A claim for another chain or another escrow is not sent here."""
    other = Chain.embedded()
    assert other.node.identity != kept.chain
    for field, value in (("chain", other.node.identity), ("escrow", stage.registry.address)):
        given = {name: getattr(kept, name) for name in ("chain", "escrow", "request", "proof", "terms", "secret")}
        with pytest.raises(ChainMismatch):
            settle(stage.escrow, KeptClaim(**given | {field: value}), sender=sender)
    assert stage.chain.node.count(sender) == 0


def test_terms_of_another(kept: KeptClaim) -> None:
    """Terms that the proof does not bind are not kept with it."""
    given = {name: getattr(kept, name) for name in ("chain", "escrow", "request", "proof", "secret")}
    with pytest.raises(TermsMismatch):
        KeptClaim(**given, terms=Terms("0x" + "22" * 20))


class Silent(FaultProxy):
    """A node that has not heard of any transaction."""

    def forward(self, body: bytes) -> bytes:
        """No receipt, and else the truth."""
        answer = super().forward(body)
        return b'{"jsonrpc":"2.0","id":1,"result":null}' if b"getTransactionReceipt" in body else answer


def test_two_nodes_have_to_agree(stage: Stage, kept: KeptClaim) -> None:
    """With a second node named, a claim of which it knows nothing is not final, and the secret stays here."""
    address, key = stage.escrow.address, {stage.posting.verifiers[0]: stage.verifier}
    stage.escrow.claim(stage.posting, stage.proof, stage.terms, sender=stage.relayer)
    with Silent(url_of(stage), 0, 0.0) as silent:
        seen: list[bytes] = []
        silent.look = seen.append
        chain = Chain.rpc(url_of(stage), second=silent.url)
        claim = Escrow.attach(chain, address, key).taken(kept.request, kept.proof)
        assert claim is not None and not claim.is_final
        with pytest.raises(NotReleased, match="not final"):
            claim.release(kept.secret, sender=stage.relayer)
        assert seen and f"{kept.secret:064x}".encode() not in b"".join(seen)
    with FaultProxy(url_of(stage), 0, 0.0) as honest:
        chain = Chain.rpc(url_of(stage), second=honest.url)
        claim = Escrow.attach(chain, address, key).taken(kept.request, kept.proof)
        assert claim is not None and claim.is_final
        claim.release(kept.secret, sender=stage.relayer)
    assert stage.balances()["recipient"] == 11


def test_a_second_node_of_another_chain(stage: Stage) -> None:
    """Two chains cannot agree on anything."""
    with Chain.anvil() as other:
        provider: Any = other.web3.provider
        provider.make_request("anvil_mine", ["0x1"])
        with pytest.raises(ChainMismatch, match="another chain"):
            Chain.rpc(url_of(stage), second=str(provider.endpoint_uri))
