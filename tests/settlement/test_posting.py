"""Posting on anvil: what can be asked for, and every request that is refused, by name."""

from dataclasses import replace

import pytest

from tests.journeys.stage import DAY, PRICE, TOKEN, WINDOW, Stage, post
from tests.reference.babyjubjub import TORSION
from zkdata.capsule.hashing import FIELD_ORDER
from zkdata.errors import (
    BuyerKeyInvalid,
    ParametersInvalid,
    RequestUnknown,
    SignalMismatch,
    TokenRefused,
    WindowNotOnGrid,
)
from zkdata.proof.groth16 import key_points
from zkdata.proof.solidity import verifier_source
from zkdata.settlement.contracts import committed, compile_verifier
from zkdata.settlement.escrow import Escrow

pytestmark = pytest.mark.xdist_group("settlement")

SMALL = sorted({(1 + y) * pow(1 - y, -1, FIELD_ORDER) % FIELD_ORDER for x, y in TORSION if y != 1})
"""The u of every point that eight kills; that of the neutral one has none."""


def test_posting_what_cannot_be_served(stage: Stage) -> None:
    """A request that no claim could ever serve is refused when it is posted, and no money moves."""
    stage.token.mint(stage.buyer, 10 * TOKEN, sender=stage.buyer)
    usual = {
        "token": stage.token,
        "budget": 10 * PRICE,
        "price_per_record": PRICE,
        "deadline": stage.chain.now() + DAY,
        "release_window": WINDOW,
        "buyer": stage.buyer,
    }
    request = stage.journey.request
    for change in ({"budget": 0}, {"deadline": 1}, {"release_window": DAY - 1}, {"price_per_record": 0}):
        with pytest.raises(ParametersInvalid):
            stage.escrow.post(request, **(usual | change))
    with pytest.raises(WindowNotOnGrid):
        stage.escrow.post(replace(request, time_min=request.time_min + 1), **usual)
    with pytest.raises(TokenRefused):
        stage.escrow.post(request, **(usual | {"budget": 11 * PRICE}))
    assert stage.balances()["buyer"] == 10


@pytest.mark.parametrize("key", [*SMALL, 2, FIELD_ORDER - 1], ids=lambda key: str(key)[:8])
def test_posting_for_a_key_that_is_none(stage: Stage, key: int) -> None:
    """A buyer key of small order, or of no point, is refused by client and contract, with no money approved for it."""
    wrong = replace(stage.posting.request, buyer_key=key)
    before = stage.chain.web3.eth.block_number
    with pytest.raises(BuyerKeyInvalid):
        stage.escrow.post(wrong, token=stage.token, budget=PRICE, price_per_record=PRICE, buyer=stage.buyer)
    assert stage.chain.web3.eth.block_number == before
    changed = replace(stage.posting, request=wrong)
    contract = stage.chain.at(committed("DataEscrow"), stage.escrow.address)
    with pytest.raises(BuyerKeyInvalid) as refused:
        contract.call("post", changed.parameters, PRICE, sender=stage.buyer)
    assert refused.value.evidence == {"buyerKey": key}


def test_limbs_are_as_wide_as_the_verifier_says(stage: Stage) -> None:
    """Where the circuit has limbs of 128 bits, a request has such bounds, and is read with its width."""
    source = verifier_source(
        key_points(str(stage.verifier.vkey)), contract_name="Wide", value_count=19, word_count=2, value_bits=128
    )
    wide = stage.chain.deploy(compile_verifier(source, "Wide"))
    escrow = Escrow(stage.chain.deploy(committed("DataEscrow"), [wide.address]), wide, stage.verifier)
    asking = stage.journey.asking(bits=128, bounds=((0, 2**128 - 1),))
    posting = post(escrow, stage.token, asking, stage.chain, stage.buyer)
    assert posting.request == replace(asking.request, scope=posting.request.scope)
    assert escrow.posting(posting.id) == posting
    with pytest.raises(ParametersInvalid):
        post(stage.escrow, stage.token, asking, stage.chain, stage.buyer)


def test_a_request_is_read_from_the_chain(stage: Stage) -> None:
    """An owner who was told a number finds the request as it was posted; another number finds nothing."""
    assert stage.escrow.posting(stage.posting.id) == stage.posting
    with pytest.raises(RequestUnknown):
        stage.escrow.posting(stage.posting.id + 1)
    with pytest.raises(SignalMismatch):
        replace(stage.posting, id=stage.posting.id + 1)
