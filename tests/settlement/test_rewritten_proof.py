"""A proof rewritten by a stranger is a proof, and still pays nobody twice and nobody else."""

import json
from dataclasses import replace

import pytest

from tests.journeys.stage import Stage
from tests.proof.forging import rewritten
from zkdata import _native
from zkdata.errors import AlreadyClaimed
from zkdata.proof.proof import Proof

pytestmark = pytest.mark.xdist_group("settlement")


def twin(stage: Stage, a: int, t: int) -> Proof:
    """The stage's proof, rewritten with public points only."""
    delta = json.loads(str(stage.verifier.vkey))["vk_delta_2"]
    changed = rewritten(json.loads(_native.proof_to_json(stage.proof.points)), delta, a, t)
    return replace(stage.proof, points=_native.proof_from_json(json.dumps(changed)))


@pytest.mark.parametrize("first", ["the honest one", "a twin"])
def test_twins_of_a_proof_claim_once(stage: Stage, first: str) -> None:
    """Whichever comes first, the others are AlreadyClaimed, and the money goes where the terms say."""
    twins = [twin(stage, -1, 0), twin(stage, 2, 0), twin(stage, 1, 5), twin(stage, 7, 9)]
    for proof in twins:
        stage.verifier.verify(proof)
    proofs = [stage.proof, *twins] if first == "the honest one" else [*twins, stage.proof]
    pending = stage.escrow.claim(stage.posting, proofs[0], stage.terms, sender=stage.thief)
    for proof in proofs:
        for ask in (stage.escrow.claim, stage.escrow.check):
            with pytest.raises(AlreadyClaimed):
                ask(stage.posting, proof, stage.terms, sender=stage.thief)
    pending.release(stage.claim.release_secret, sender=stage.relayer)
    balances = stage.balances()
    assert balances["recipient"] > 0 and balances["thief"] == 0
