"""Posting on anvil: what can be asked for, and every request that is refused, by name."""

from dataclasses import fields, replace

import pytest

from tests.journeys.stage import DAY, PRICE, Stage
from tests.reference.babyjubjub import TORSION
from zkdata.capsule.delivery import NOBODY
from zkdata.capsule.hashing import FIELD_ORDER
from zkdata.errors import (
    BuyerKeyInvalid,
    ParametersInvalid,
    RequestUnknown,
    SignalMismatch,
    TokenRefused,
    VerifierUnknown,
    WindowNotOnGrid,
)
from zkdata.proof.groth16 import key_points
from zkdata.proof.request import Mode, Request
from zkdata.proof.solidity import ClaimCounts, verifier_source
from zkdata.settlement.contracts import committed, compile_verifier
from zkdata.settlement.panel import Panel
from zkdata.settlement.posting import Asked

pytestmark = pytest.mark.xdist_group("settlement")

SMALL = sorted({(1 + y) * pow(1 - y, -1, FIELD_ORDER) % FIELD_ORDER for x, y in TORSION if y != 1})
"""The u of every point that eight kills; that of the neutral one has none."""


def test_posting_what_cannot_be_served(stage: Stage) -> None:
    """A request that no claim could ever serve is refused when it is posted, and no money moves."""
    request = stage.journey.request
    before = stage.balances()["escrow"]
    false = [{"budget": 0}, {"deadline": 1}, {"release_window": DAY - 1}, {"price_per_record": 0}, {"record_cap": 0}]
    for change in (*false, {"share": PRICE}, {"budget": 10 * PRICE + 1, "unit": PRICE}, {"unit": 2**96}):
        with pytest.raises(ParametersInvalid):
            stage.post(request, **change)
    with pytest.raises(WindowNotOnGrid):
        stage.post(replace(request, time_min=request.time_min + 1))
    poor = {"token": stage.token, "registry": stage.registry, "registrar": stage.registrar, "buyer": stage.thief}
    with pytest.raises(TokenRefused):
        stage.escrow.post(request, budget=PRICE, price_per_record=PRICE, **poor)
    assert stage.balances()["escrow"] == before


@pytest.mark.parametrize(
    ("mode", "buyer", "keepers"),
    [(Mode.CALLDATA, NOBODY, 0), (Mode.NONE, 0, 0), (Mode.CALLDATA, 0, 1), (Mode.NONE, NOBODY, 1)],
    ids=["words for nobody", "no words for a buyer", "words, and keepers", "keepers for nobody"],
)
def test_ciphertext_is_somewhere_or_for_nobody(stage: Stage, mode: Mode, buyer: int, keepers: int) -> None:
    """The ciphertext is in the claim, with keepers, or of no use: client and contract refuse everything else."""
    request = replace(stage.journey.request, mode=mode, buyer_key=buyer or stage.journey.buyer.public)
    panel = Panel([stage.thief] * keepers, keepers)
    before = stage.chain.web3.eth.block_number
    with pytest.raises(ParametersInvalid) as refused:
        stage.escrow.post_asked(asked(stage, request, panel), 1, sender=stage.buyer)
    assert refused.value.parameter == "mode" and stage.chain.web3.eth.block_number == before
    contract = stage.chain.at(committed("DataEscrow"), stage.escrow.address)
    with pytest.raises(ParametersInvalid) as refused:
        contract.call(
            "post", asked(stage, request, panel).parameters, panel.parameters, bytes(32), 1, sender=stage.buyer
        )
    assert refused.value.parameter == "mode"


def asked(stage: Stage, request: Request, panel: Panel | None = None) -> Asked:
    """A request with the money terms of the stage's own."""
    known = {each.name: getattr(stage.posting, each.name) for each in fields(Asked)}
    return Asked(**(known | {"request": request, "panel": panel or Panel()}))


@pytest.mark.parametrize("key", [*SMALL, 2, FIELD_ORDER - 1], ids=lambda key: str(key)[:8])
def test_posting_for_a_key_that_is_none(stage: Stage, key: int) -> None:
    """A buyer key of small order, or of no point, is refused by client and contract, with no money approved for it."""
    wrong = replace(stage.posting.request, buyer_key=key)
    before = stage.chain.web3.eth.block_number
    with pytest.raises(BuyerKeyInvalid):
        stage.escrow.post(
            wrong,
            token=stage.token,
            budget=PRICE,
            price_per_record=PRICE,
            buyer=stage.buyer,
            registry=stage.registry,
            registrar=stage.registrar,
        )
    assert stage.chain.web3.eth.block_number == before
    changed = asked(stage, wrong)
    contract = stage.chain.at(committed("DataEscrow"), stage.escrow.address)
    with pytest.raises(BuyerKeyInvalid) as refused:
        contract.call("post", changed.parameters, Panel().parameters, bytes(32), 1, sender=stage.buyer)
    assert refused.value.evidence == {"buyerKey": key}


def test_limbs_are_as_wide_as_the_verifier_says(stage: Stage) -> None:
    """Where the circuit has limbs of 128 bits, a request has such bounds, and is read with its width."""
    points = key_points(str(stage.verifier.vkey))
    source = verifier_source(points, contract_name="Wide", claim=ClaimCounts(19, 2, 128))
    wide = stage.chain.deploy(compile_verifier(source, "Wide"))
    stage.escrow.list_contract(wide.address, sender=stage.thief)
    asking = stage.journey.asking(bits=128, bounds=((0, 2**128 - 1),))
    stage.token.mint(stage.buyer, PRICE, sender=stage.buyer)
    wanted = replace(asked(stage, asking.request), verifiers=(wide.address,))
    posting = stage.escrow.post_asked(wanted, 1, sender=stage.buyer)
    assert posting.request == replace(asking.request, scope=posting.request.scope)
    assert stage.escrow.posting(posting.id) == posting
    with pytest.raises(VerifierUnknown):
        stage.post(asking.request)
    with pytest.raises(ParametersInvalid) as refused:
        stage.escrow.post_asked(replace(wanted, verifiers=stage.posting.verifiers), 1, sender=stage.buyer)
    assert refused.value.parameter == "bounds"
    unlisted = stage.chain.deploy(compile_verifier(source, "Wide"))
    with pytest.raises(VerifierUnknown):
        stage.escrow.post_asked(replace(wanted, verifiers=(unlisted.address,)), 1, sender=stage.buyer)


def test_a_request_is_read_from_the_chain(stage: Stage) -> None:
    """An owner who was told a number finds the request as it was posted; another number finds nothing."""
    assert stage.escrow.posting(stage.posting.id) == stage.posting
    with pytest.raises(RequestUnknown):
        stage.escrow.posting(stage.posting.id + 1)
    with pytest.raises(SignalMismatch):
        replace(stage.posting, id=stage.posting.id + 1)
