"""The escrow on anvil: what it takes, and everything that it refuses, by name."""

from dataclasses import replace

import pytest

from tests.journeys.stage import DAY, FEE, PRICE, TOKEN, WINDOW, Stage, plus_order, refused_twice
from zkdata.capsule.delivery import BuyerKey
from zkdata.capsule.hashing import FIELD_ORDER
from zkdata.errors import (
    AlreadyClaimed,
    ArtifactMismatch,
    AsOfInFuture,
    ChainMismatch,
    NothingProven,
    NotReleased,
    ProofMalformed,
    ProofRejected,
    ReleaseExpired,
    ReleaseOpen,
    ReleaseSecretWrong,
    RequestExhausted,
    RequestExpired,
    RequestOpen,
    RequestUnknown,
    RootNotAccepted,
    SignalMismatch,
    SignalNotCanonical,
    TermsMismatch,
    VerifierUnknown,
)
from zkdata.proof import signals
from zkdata.proof.groth16 import key_points
from zkdata.proof.request import Mode
from zkdata.proof.signals import compress, running_hash
from zkdata.proof.solidity import ClaimCounts, verifier_source
from zkdata.proof.terms import Terms
from zkdata.settlement.contract import Contract
from zkdata.settlement.contracts import committed, compile_contract, compile_verifier
from zkdata.settlement.escrow import Escrow
from zkdata.settlement.judges import Judge
from zkdata.settlement.registry import DeviceRegistry

pytestmark = pytest.mark.xdist_group("settlement")

ECHO = """// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;
contract Echo {
    event Listed(address indexed account, bytes32 codeHash);
    function say() external { emit Listed(address(this), 0); }
}
contract Talking {
    event Listed(address indexed account, bytes32 codeHash);
    constructor() { emit Listed(address(this), 0); }
}
"""


def test_attaching(stage: Stage) -> None:
    """Another client finds the same escrow, and refuses what is, to the byte, not what it would deploy itself."""
    escrow, (verifier_address,) = stage.escrow.address, stage.escrow.verifier_addresses
    known = {verifier_address: stage.verifier}
    found = Escrow.attach(stage.chain, escrow, known)
    assert found.posting(stage.posting.id) == stage.posting
    with pytest.raises(VerifierUnknown):
        Escrow.attach(stage.chain, escrow, {escrow: stage.verifier})
    for other in (stage.token.address, stage.registry.address):
        with pytest.raises(ArtifactMismatch):
            Escrow.attach(stage.chain, other, known)
    with pytest.raises(ChainMismatch):
        Escrow.attach(stage.chain, stage.buyer, known)
    points = key_points(str(stage.verifier.vkey))
    layout = stage.verifier.circuit.layout
    for words, bits in ((layout.word_count + 1, layout.bits), (layout.word_count, 128)):
        source = verifier_source(points, contract_name="ClaimVerifier", claim=ClaimCounts(19, words, bits))
        changed = stage.chain.deploy(compile_verifier(source, "ClaimVerifier"))
        betrayed = stage.chain.deploy(committed("DataEscrow"), [changed.address])
        with pytest.raises(VerifierUnknown):
            Escrow.attach(stage.chain, betrayed.address, {changed.address: stage.verifier})
    unlisted = Judge.deploy(stage.chain, stage.verifier).address
    with pytest.raises(VerifierUnknown):
        Escrow.attach(stage.chain, escrow, {unlisted: stage.verifier})
    stage.escrow.list_contract(unlisted, sender=stage.thief)
    Escrow.attach(stage.chain, escrow, {unlisted: stage.verifier})


def test_an_escrow_that_only_looks_like_ours(stage: Stage) -> None:
    """A contract that prints our event, in a transaction that deployed another one or none, is not taken for it."""
    (verifier,) = stage.escrow.verifier_addresses
    echo = compile_contract("Echo", "Echo.sol", {"Echo.sol": ECHO})
    contract = stage.chain.deploy(echo)
    contract.send("say", sender=stage.thief)
    with pytest.raises(ArtifactMismatch):
        Escrow.attach(stage.chain, contract.address, {verifier: stage.verifier})
    talking = stage.chain.deploy(compile_contract("Talking", "Echo.sol", {"Echo.sol": ECHO}))
    with pytest.raises(ArtifactMismatch):
        Escrow.attach(stage.chain, talking.address, {verifier: stage.verifier})


FREE = {
    "asOf": (signals.AS_OF, -1000),
    "count": (signals.COUNT, 4),
    "content": (signals.CONTENT, 1),
    "nullifier": (signals.NULLIFIER, 1),
    "releaseHash": (signals.RELEASE_HASH, 1),
    "ephemeral": (signals.EPHEMERAL, 1),
    "wrap": (signals.WRAP, 1),
}


@pytest.mark.parametrize(("index", "step"), FREE.values(), ids=FREE)
def test_a_changed_signal_is_rejected(stage: Stage, index: int, step: int) -> None:
    """A value that no request fixes is fixed by the proof: another one is rejected, M made again or not."""
    forged = stage.tampered(index, stage.proof.values[index] + step)
    for proof in (forged, replace(forged, m=stage.proof.m)):
        refused_twice(stage, proof, stage.terms, ProofRejected)
        with pytest.raises(ProofRejected):
            stage.verifier.verify(proof)


ASKED = {
    "mode": signals.MODE,
    "scope": signals.SCOPE,
    "slotLength": signals.SLOT_LENGTH,
    "timeMin": signals.TIME_MIN,
    "timeMax": signals.TIME_MAX,
    "schema": signals.SCHEMA,
    "deviceClass": signals.DEVICE_CLASS,
    "buyerKey": signals.BUYER_KEY,
    "min": signals.BOUNDS,
    "max": signals.BOUNDS + 1,
}


@pytest.mark.parametrize("index", ASKED.values(), ids=ASKED)
def test_a_value_that_was_not_asked_for(stage: Stage, index: int) -> None:
    """A value that the request fixes has to be its own: the client names its place, a contract finds a false proof."""
    changed = stage.tampered(index, stage.proof.values[index] + 1)
    here, _ = refused_twice(stage, changed, stage.terms, SignalMismatch, ProofRejected)
    assert here.evidence["index"] == index


def test_values_solved_for_the_same_y(stage: Stage) -> None:
    """Other values with the same M, x and y exist once x is known, and are refused: x moves with them."""
    values = list(stage.proof.values)
    m, x, y = compress(values, stage.proof.words)
    values[signals.COUNT] += 1
    values[signals.CONTENT] = (values[signals.CONTENT] - pow(x, -1, FIELD_ORDER)) % FIELD_ORDER
    row = [*values, *stage.proof.words]
    assert sum(value * pow(x, power, FIELD_ORDER) for power, value in enumerate(row)) % FIELD_ORDER == y
    for again in (m, running_hash(values)):
        forged = replace(stage.proof, values=tuple(values), m=again)
        refused_twice(stage, forged, stage.terms, ProofRejected)


def test_another_number_of_values(stage: Stage) -> None:
    """A proof of another statement or shape is malformed, before a value is looked at."""
    for values in (stage.proof.values[:-1], (*stage.proof.values, 0), stage.proof.values[: signals.BOUNDS]):
        with pytest.raises(ProofMalformed):
            stage.escrow.claim(stage.posting, replace(stage.proof, values=values), stage.terms, sender=stage.thief)
    for changed in (replace(stage.proof, values=()), replace(stage.proof, m=None)):
        refused_twice(stage, changed, stage.terms, ProofMalformed)


def test_another_buyer(stage: Stage) -> None:
    """A claim whose key is wrapped for one buyer does not serve the request of another."""
    other = stage.journey.asking(buyer_key=BuyerKey.generate().public)
    posting = stage.post(other.request)
    asking = replace(posting.request, buyer_key=stage.journey.buyer.public)
    proof = stage.prover.prove(stage.journey.with_(request=asking).claim())
    with pytest.raises(SignalMismatch) as refused:
        stage.escrow.claim(posting, proof, stage.terms, sender=stage.thief)
    assert refused.value.index == signals.BUYER_KEY
    with pytest.raises(ProofRejected):
        stage.escrow.check(posting, proof, stage.terms, sender=stage.thief)


def test_the_buyer_opens_from_the_chain(stage: Stage) -> None:
    """The chain alone gives the buyer the capsule key, once the secret is shown; and gives it to no other buyer."""
    claimed = stage.escrow.claim(stage.posting, stage.proof, stage.terms, sender=stage.relayer)
    with pytest.raises(NotReleased):
        claimed.delivery()
    claimed.release(stage.claim.release_secret, sender=stage.recipient)
    pending = stage.escrow.pending(claimed.nullifier)
    assert pending is not None
    delivery = pending.delivery()
    assert delivery == claimed.delivery() == stage.claim.delivery
    assert delivery.key_for(stage.journey.buyer) == stage.claim.capsule.opening.key
    assert delivery.key_for(BuyerKey.generate()) != stage.claim.capsule.opening.key


def test_no_delivery_of_an_expired_claim(stage: Stage) -> None:
    """What was not released in time is not paid, and not delivered."""
    claimed = stage.escrow.claim(stage.posting, stage.proof, stage.terms, sender=stage.relayer)
    stage.chain.advance(WINDOW + 1)
    claimed.expire(sender=stage.buyer)
    with pytest.raises(NotReleased):
        claimed.delivery()


def test_another_registry(stage: Stage) -> None:
    """A proof about a root that the request's registry does not accept from its registrar is refused, until it does."""
    changed = stage.tampered(signals.ROOT, stage.proof.values[signals.ROOT] + 1)
    refused_twice(stage, changed, stage.terms, ProofRejected, RootNotAccepted)
    root = stage.journey.registry.root
    for registry, registrar in ((stage.registry, stage.thief), (DeviceRegistry.deploy(stage.chain), stage.registrar)):
        posting = stage.post(stage.journey.request, registry=registry, registrar=registrar)
        claim, proof = stage.proven(posting)
        elsewhere = replace(stage, posting=posting)
        for error in refused_twice(elsewhere, proof, claim.terms, RootNotAccepted):
            assert error.evidence == {"root": root}
        registry.open(sender=registrar)
        refused_twice(elsewhere, proof, claim.terms, RootNotAccepted)
        # The contract hashes no tree: a registrar may publish what others have, for those who name him.
        registry._contract.send("publish", 0, root, [], [], sender=registrar)
        assert stage.escrow.claim(posting, proof, claim.terms, sender=stage.relayer).count == 12


def test_another_point(stage: Stage) -> None:
    """A point that is on no curve is malformed, which is not the same as false."""
    (x, y), b, c = stage.proof.points
    refused_twice(stage, replace(stage.proof, points=((x, y + 1), b, c)), stage.terms, ProofMalformed)
    refused_twice(stage, replace(stage.proof, points=(c, b, (x, y))), stage.terms, ProofRejected)


def test_an_as_of_time_to_come(stage: Stage) -> None:
    """A claim cannot be about a time that the chain has not reached."""
    late = stage.tampered(signals.AS_OF, stage.chain.now() * 1000 + 60_000)
    with pytest.raises(AsOfInFuture):
        stage.escrow.check(stage.posting, late, stage.terms, sender=stage.relayer)


def test_redirected_terms_with_their_own_digest(stage: Stage) -> None:
    """Putting the digest of other terms into the values makes it another proof, and a false one."""
    terms = Terms(stage.thief, stage.relayer, FEE)
    refused_twice(stage, stage.tampered(signals.TERMS, terms.digest), terms, ProofRejected)


def test_no_record(stage: Stage) -> None:
    """A claim about no record is refused by its own name."""
    refused_twice(stage, stage.tampered(signals.COUNT, 0), stage.terms, NothingProven)


def test_an_alias_after_the_claim(stage: Stage) -> None:
    """A spent nullifier does not come back under its other number."""
    stage.escrow.claim(stage.posting, stage.proof, stage.terms, sender=stage.relayer)
    refused_twice(stage, plus_order(stage.proof, signals.NULLIFIER), stage.terms, SignalNotCanonical)


def test_an_aliased_m(stage: Stage) -> None:
    """M has one spelling too."""
    alias = replace(stage.proof, m=stage.proof.m + FIELD_ORDER)
    for error in refused_twice(stage, alias, stage.terms, SignalNotCanonical):
        assert error.evidence["index"] == 2**256 - 1


def test_a_proof_for_another_request(stage: Stage) -> None:
    """The scope ties a proof to one request, however alike two requests are."""
    other = stage.post(stage.journey.request)
    assert other.request.scope != stage.posting.request.scope
    with pytest.raises(SignalMismatch) as refused:
        stage.escrow.claim(other, stage.proof, stage.terms, sender=stage.relayer)
    assert refused.value.index == signals.SCOPE
    with pytest.raises(ProofRejected):
        stage.escrow.check(other, stage.proof, stage.terms, sender=stage.relayer)


def test_a_request_that_was_not_posted_so(stage: Stage) -> None:
    """A claim brings the request along, and a better price than the posted one is noticed."""
    dearer = replace(stage.posting, prices=replace(stage.posting.prices, per_record=2))
    with pytest.raises(RequestUnknown):
        stage.escrow.claim(dearer, stage.proof, stage.terms, sender=stage.relayer)


def test_a_second_release(stage: Stage) -> None:
    """A claim is paid once."""
    pending = stage.escrow.claim(stage.posting, stage.proof, stage.terms, sender=stage.relayer)
    pending.release(stage.claim.release_secret, sender=stage.recipient)
    with pytest.raises(NotReleased):
        pending.release(stage.claim.release_secret, sender=stage.recipient)
    with pytest.raises(NotReleased):
        pending.expire(sender=stage.buyer)


def test_a_release_that_comes_too_late(stage: Stage) -> None:
    """After the window the secret is not shown, the money returns to the request, and the slot stays spent."""
    pending = stage.escrow.claim(stage.posting, stage.proof, stage.terms, sender=stage.relayer)
    with pytest.raises(ReleaseOpen):
        pending.expire(sender=stage.buyer)
    stage.chain.advance(WINDOW + 1)
    with pytest.raises(ReleaseExpired):
        pending.release(stage.claim.release_secret, sender=stage.recipient)
    with pytest.raises(ReleaseExpired):
        pending.check(stage.claim.release_secret, sender=stage.recipient)
    pending.expire(sender=stage.buyer)
    assert stage.escrow.left(stage.posting) == 500 * TOKEN
    with pytest.raises(AlreadyClaimed):
        stage.escrow.claim(stage.posting, stage.proof, stage.terms, sender=stage.relayer)


@pytest.mark.parametrize(("passed", "shown"), [(WINDOW // 2 - 60, True), (WINDOW // 2, False), (WINDOW - 60, False)])
def test_a_release_that_could_be_kept_out(
    stage: Stage, passed: int, shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A secret is shown while more than half of the window is left, or a release held back to its end pays nothing."""
    pending = stage.escrow.claim(stage.posting, stage.proof, stage.terms, sender=stage.relayer)
    stage.chain.advance(passed)
    if shown:
        pending.release(stage.claim.release_secret, sender=stage.recipient)
        return
    monkeypatch.setattr(Contract, "call", None)
    with pytest.raises(ReleaseExpired) as refused:
        pending.release(stage.claim.release_secret, sender=stage.recipient)
    assert refused.value.evidence == {"expiry": pending.aside.expiry}


def test_an_interrupted_owner_goes_on(stage: Stage) -> None:
    """What is needed for the release is on the chain, but for the secret."""
    nullifier = stage.proof.values[signals.NULLIFIER]
    assert stage.escrow.pending(nullifier) is None
    stage.escrow.claim(stage.posting, stage.proof, stage.terms, sender=stage.relayer)
    found = stage.escrow.pending(nullifier)
    assert found is not None
    found.release(stage.claim.release_secret, sender=stage.recipient)
    assert stage.balances()["recipient"] == 11


def test_closing(stage: Stage) -> None:
    """After the deadline no claim is taken, and the buyer gets back what is not set aside; before it, nothing."""
    with pytest.raises(RequestOpen):
        stage.escrow.close(stage.posting, sender=stage.buyer)
    pending = stage.escrow.claim(stage.posting, stage.proof, stage.terms, sender=stage.relayer)
    stage.chain.advance(7 * DAY + 1)
    stage.escrow.close(stage.posting, sender=stage.thief)
    assert stage.balances() == {"buyer": 488, "escrow": 12, "recipient": 0, "relayer": 0, "thief": 0}
    pending.expire(sender=stage.thief)
    assert stage.escrow.credit(stage.token, stage.buyer) == 12 * TOKEN
    stage.escrow.withdraw(stage.token, stage.buyer, sender=stage.buyer)
    assert stage.balances()["buyer"] == 500


def test_a_claim_after_the_deadline(stage: Stage) -> None:
    """A valid proof that comes late is refused."""
    stage.chain.advance(7 * DAY + 1)
    with pytest.raises(RequestExpired):
        stage.escrow.claim(stage.posting, stage.proof, stage.terms, sender=stage.relayer)


def test_a_budget_that_does_not_suffice(stage: Stage) -> None:
    """A claim is paid whole or not at all."""
    small = stage.post(stage.journey.request, budget=11 * PRICE)
    _, proof = stage.proven(small)
    with pytest.raises(RequestExhausted) as refused:
        stage.escrow.claim(small, proof, stage.terms, sender=stage.relayer)
    assert refused.value.evidence == {"left": 11, "needed": 12}
    stage.token.mint(stage.thief, PRICE, sender=stage.thief)
    stage.escrow.top_up(small, PRICE, sender=stage.thief)
    stage.escrow.claim(small, proof, stage.terms, sender=stage.relayer)


def test_a_claim_that_carries_its_words(stage: Stage) -> None:
    """In calldata mode the ciphertext travels with the claim, bound word by word."""
    posted, proof = stage.posting, stage.proof
    assert posted.request.mode == Mode.CALLDATA
    assert proof.words == stage.claim.capsule.file.words
    changed = replace(proof, words=(*proof.words[:-1], (proof.words[-1] + 1) % FIELD_ORDER))
    for call in (stage.escrow.claim, stage.escrow.check):
        with pytest.raises(ProofRejected):
            call(posted, changed, stage.terms, sender=stage.relayer)
        with pytest.raises(ProofMalformed):
            call(posted, replace(proof, words=proof.words[:-1]), stage.terms, sender=stage.relayer)
    assert stage.escrow.claim(posted, proof, stage.terms, sender=stage.relayer).count == 12


def test_nothing_false_reaches_the_chain(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """What can be known to be refused is refused before anybody is asked."""
    pending = stage.escrow.claim(stage.posting, stage.proof, stage.terms, sender=stage.relayer)
    monkeypatch.setattr(Contract, "call", None)
    false = [
        (stage.tampered(signals.COUNT, 16), stage.terms, ProofRejected),
        (stage.tampered(signals.SCOPE, 1), stage.terms, SignalMismatch),
        (stage.tampered(signals.ROOT, 1), stage.terms, ProofRejected),
        (stage.tampered(signals.COUNT, 0), stage.terms, NothingProven),
        (stage.proof, Terms(stage.thief), TermsMismatch),
        (plus_order(stage.proof, 11), stage.terms, SignalNotCanonical),
    ]
    for proof, terms, expected in false:
        with pytest.raises(expected):
            stage.escrow.claim(stage.posting, proof, terms, sender=stage.relayer)
    with pytest.raises(ReleaseSecretWrong):
        pending.release(0, sender=stage.recipient)
    stage.chain.advance(WINDOW + 1)
    with pytest.raises(ReleaseExpired):
        pending.release(stage.claim.release_secret, sender=stage.recipient)
