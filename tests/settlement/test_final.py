"""A release secret is shown when the block that it depends on cannot be undone any more."""

import pytest

from tests.journeys.stage import set_up
from zkdata.errors import NotReleased
from zkdata.settlement.chain import Chain
from zkdata.settlement.contract import Contract

pytestmark = pytest.mark.xdist_group("final")


def test_no_secret_before_the_claim_is_final(monkeypatch: pytest.MonkeyPatch) -> None:
    """With confirmations asked for, the secret stays here until so many blocks stand on the claim; and where that
    was undone, for good."""
    with Chain.anvil() as chain:
        stage = set_up(chain)
        pending = stage.escrow.claim(stage.posting, stage.proof, stage.terms, sender=stage.relayer)
        secret = stage.claim.release_secret
        with monkeypatch.context() as patched:
            patched.setattr(chain.node, "confirmations", 2)
            patched.setattr(Contract, "call", None)
            for _ in range(2):
                with pytest.raises(NotReleased, match="not final"):
                    pending.release(secret, sender=stage.recipient)
                chain.advance(1)
        assert chain.node.receipt(pending.receipt.transaction, 2) is not None
        chain.web3.provider.make_request("anvil_reorg", [3, []])  # type: ignore[arg-type]
        with monkeypatch.context() as patched:
            patched.setattr(Contract, "call", None)
            with pytest.raises(NotReleased, match="undone"):
                pending.release(secret, sender=stage.recipient)
        again = stage.escrow.claim(stage.posting, stage.proof, stage.terms, sender=stage.relayer)
        again.release(secret, sender=stage.recipient)
        assert stage.balances()["recipient"] == 11
