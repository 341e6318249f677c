"""What becomes of a request after it was posted: more money, notice, another verifier, a cap, the end."""

from dataclasses import replace

import pytest

from tests.journeys.stage import DAY, PRICE, TOKEN, Stage
from zkdata.errors import ParametersInvalid, RequestExpired, RequestUnknown, VerifierUnknown
from zkdata.settlement.escrow import Escrow
from zkdata.settlement.posting import named

pytestmark = pytest.mark.xdist_group("settlement")


def test_more_money(stage: Stage) -> None:
    """Anyone adds multiples of the unit, which come back to the buyer; nothing and fractions are refused."""
    stage.token.mint(stage.thief, 3 * TOKEN, sender=stage.thief)
    stage.escrow.top_up(stage.posting, 3 * TOKEN, sender=stage.thief)
    assert stage.escrow.left(stage.posting) == 503 * TOKEN
    for amount in (0, TOKEN + 1, TOKEN // 2, 2**32 * TOKEN):
        with pytest.raises(ParametersInvalid):
            stage.escrow.top_up(stage.posting, amount, sender=stage.thief)
    stage.chain.advance(7 * DAY + 1)
    stage.token.mint(stage.thief, TOKEN, sender=stage.thief)
    with pytest.raises(RequestExpired):
        stage.escrow.top_up(stage.posting, TOKEN, sender=stage.thief)
    stage.escrow.close(stage.posting, sender=stage.thief)
    assert stage.balances()["buyer"] == 503


def test_the_buyer_gives_notice(stage: Stage) -> None:
    """A day more for claims that are on their way; then it closes. Nobody else gives notice, and nobody prolongs."""
    with pytest.raises(ParametersInvalid):
        stage.escrow.cancel(stage.posting, sender=stage.thief)
    ending = stage.escrow.cancel(stage.posting, sender=stage.buyer)
    assert ending == replace(stage.posting, deadline=ending.deadline) == stage.escrow.posting(stage.posting.id)
    assert ending.deadline <= stage.chain.now() + DAY
    with pytest.raises(RequestUnknown):
        stage.escrow.claim(stage.posting, stage.proof, stage.terms, sender=stage.relayer)
    with pytest.raises(ParametersInvalid):
        stage.escrow.cancel(ending, sender=stage.buyer)
    stage.chain.advance(DAY // 2)
    pending = stage.escrow.claim(ending, stage.proof, stage.terms, sender=stage.relayer)
    assert stage.escrow.pending(pending.nullifier) == replace(pending, receipt=None)
    stage.chain.advance(DAY // 2 + 1)
    stage.escrow.close(ending, sender=stage.thief)
    pending.release(stage.claim.release_secret, sender=stage.relayer)
    assert stage.balances() == {"buyer": 488, "escrow": 0, "recipient": 11, "relayer": 1, "thief": 0}


def test_more_records_than_are_paid(stage: Stage) -> None:
    """Of one slot so many records are paid as the request says, however many are proven."""
    capped = stage.post(stage.journey.request, record_cap=5, about=named("five readings an hour will do"))
    claim, proof = stage.proven(capped)
    pending = stage.escrow.claim(capped, proof, claim.terms, sender=stage.relayer)
    assert (pending.count, pending.aside.amount) == (12, 5 * PRICE)
    pending.release(claim.release_secret, sender=stage.relayer)
    assert stage.escrow.posting(capped.id) == capped


def test_several_verifiers(stage: Stage) -> None:
    """A request names every verifier that fits; a client that knows the key of one claims with that one alone."""
    escrow = stage.escrow.list_verifier(stage.verifier, sender=stage.thief)
    first, again = escrow.verifier_addresses
    assert stage.escrow.verifier_addresses == (first,)
    both = replace(stage, escrow=escrow).post(stage.journey.request)
    assert both.verifiers == (first, again)
    claim, proof = stage.proven(both)
    found = Escrow.attach(stage.chain, stage.escrow.address, {again: stage.verifier})
    assert found.posting(both.id) == both
    with pytest.raises(VerifierUnknown):
        found.claim(stage.posting, stage.proof, stage.terms, sender=stage.relayer)
    with pytest.raises(VerifierUnknown):
        found.claim(both, replace(proof, circuit="capsule_64x4"), claim.terms, sender=stage.relayer)
    pending = found.claim(both, proof, claim.terms, sender=stage.relayer)
    pending.release(claim.release_secret, sender=stage.relayer)
    with pytest.raises(VerifierUnknown):
        Escrow.deploy(stage.chain)
    with pytest.raises(VerifierUnknown):
        stage.escrow.list_contract(stage.thief, sender=stage.thief)


def test_scopes_are_the_contract_s(stage: Stage) -> None:
    """Of a request alone, and of a market: the same for requests of one market, schema, slot and verifiers."""
    market = named("temperatures of Oslo")
    alone, one = stage.posting, stage.post(stage.journey.request, market=market)
    two = stage.post(stage.journey.request, market=market, price_per_record=2 * PRICE)
    other = stage.post(stage.journey.request, market=named("temperatures of Bergen"))
    assert one.request.scope == two.request.scope
    assert len({each.request.scope for each in (alone, one, other)}) == 3
    contract = stage.chain.at(stage.escrow._contract.compiled, stage.escrow.address)
    for each in (alone, one, two, other):
        assert contract.call("scopeOf", each.id, each.parameters) == each.request.scope
