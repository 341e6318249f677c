"""Whose devices are paid while a request is open: enrolled after it was posted, revoked, or another registrar's."""

from dataclasses import replace

import pytest

from tests.journeys.stage import DAY, FEE, TOKEN, Stage, publish, refused_twice, restored
from zkdata.capsule.tree import Registry
from zkdata.errors import RootNotAccepted, StatementFalse
from zkdata.settlement.registry import REVOCATION_WINDOW
from zkdata.settlement.signed_enrolment import Revocation

pytestmark = pytest.mark.xdist_group("journey")

MARGIN = 600
"""Seconds that blocks between two looks at the clock may take, at most."""


def another_owner(stage: Stage) -> Stage:
    """The stage of somebody else's device, which nobody has enrolled yet."""
    return replace(stage, journey=stage.journey.by_another())


def joined(owner: Stage) -> Registry:
    """His registrar enrols the device of this stage."""
    return owner.enrol((owner.journey.device, owner.journey.enrolment))


def test_a_device_enrolled_after_the_post_is_paid(stage: Stage) -> None:
    """One proof: refused while its root is nobody's, taken once the registrar published it. A proof about the root
    before has its week: it is paid days later."""
    late = another_owner(stage)
    with pytest.raises(StatementFalse, match="not in the registry"):
        late.proven(stage.posting)
    foreseen = Registry([*stage.journey.registry.places, late.journey.enrolment])
    claim, proof = late.proven(stage.posting, registry=foreseen)
    for error in refused_twice(stage, proof, claim.terms, RootNotAccepted):
        assert error.evidence == {"root": foreseen.root}

    assert joined(late) == foreseen
    pending = stage.escrow.claim(stage.posting, proof, claim.terms, sender=stage.relayer)
    pending.release(claim.release_secret, sender=stage.relayer)
    stage.chain.advance(6 * DAY)
    pending = stage.escrow.claim(stage.posting, stage.proof, stage.terms, sender=stage.relayer)
    pending.release(stage.claim.release_secret, sender=stage.relayer)
    assert stage.balances() == {"buyer": 0, "escrow": 476, "recipient": 22, "relayer": 2, "thief": 0}


def test_a_revoked_device_is_not_paid_on_any_older_root(stage: Stage) -> None:
    """The window of the revocation ends every root that has it, also one that an addition had given a week. Honest
    proofs about the root before are paid in it, and what was set aside in it is paid after it."""
    rogue, honest = another_owner(stage), another_owner(stage)
    first = joined(rogue)
    place = len(first.places) - 1
    second = joined(honest)
    assert stage.registry.accepts(stage.registrar, first.root)
    stolen = [rogue.proven(stage.posting, registry=each) for each in (first, second)]
    waiting, previous = honest.proven(stage.posting, registry=second)

    current = stage.enrol(revoke=[Revocation(place)])
    with pytest.raises(StatementFalse, match="not in the registry"):
        rogue.proven(stage.posting, registry=current)
    stage.chain.advance(REVOCATION_WINDOW - MARGIN)
    for claim, proof in stolen:
        stage.escrow.check(stage.posting, proof, claim.terms, sender=stage.thief)
    with restored(stage):
        pending = stage.escrow.claim(stage.posting, previous, waiting.terms, sender=stage.relayer)
        pending.release(waiting.release_secret, sender=stage.relayer)
        assert stage.balances()["recipient"] == 11
    aside = stage.escrow.claim(stage.posting, stage.proof, stage.terms, sender=stage.relayer)

    stage.chain.advance(MARGIN)
    for claim, proof in (*stolen, (waiting, previous)):
        refused_twice(stage, proof, claim.terms, RootNotAccepted)
    aside.release(stage.claim.release_secret, sender=stage.relayer)
    anew, proof = honest.proven(stage.posting, registry=current)
    pending = stage.escrow.claim(stage.posting, proof, anew.terms, sender=stage.relayer)
    pending.release(anew.release_secret, sender=stage.relayer)
    assert stage.balances() == {"buyer": 0, "escrow": 476, "recipient": 22, "relayer": 2, "thief": 0}


def test_a_root_of_another_registrar_is_refused(stage: Stage) -> None:
    """Whoever opens a registry of his own and enrols what he likes is paid by those alone who name him."""
    own = another_owner(stage)
    stage.registry.open(sender=stage.thief)
    listed = publish(stage.chain, stage.registry, stage.thief, (own.journey.device, own.journey.enrolment))
    assert stage.registry.accepts(stage.thief, listed.root)
    claim, proof = own.proven(stage.posting, registry=listed)
    for error in refused_twice(stage, proof, claim.terms, RootNotAccepted):
        assert error.evidence == {"root": listed.root}

    named = stage.post(stage.journey.request, registrar=stage.thief)
    claim, proof = own.proven(named, registry=listed)
    pending = stage.escrow.claim(named, proof, claim.terms, sender=stage.relayer)
    pending.release(claim.release_secret, sender=stage.relayer)
    assert stage.balances()["recipient"] == 12 - FEE // TOKEN
