"""A claim whose file two keepers are asked for, and the command lines with which they and the buyer take part."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.journeys.keeping import account
from tests.journeys.stage import TOKEN, Stage
from zkdata.capsule.cid import cid_for
from zkdata.proof.claim import Claim
from zkdata.proof.request import Mode
from zkdata.settlement.panel import Panel
from zkdata.settlement.pending import PendingClaim


@dataclass(frozen=True)
class Sale:
    """A claim that waits for two keepers, whose keys are in files."""

    stage: Stage
    claim: Claim
    pending: PendingClaim
    folder: Path

    @property
    def data(self) -> bytes:
        return self.claim.capsule.file.to_json().encode()

    def attest(self, number: int, source: str, **changed: str) -> list[str]:
        """The command line of one keeper, who keeps in a folder of his own."""
        given = {"cid": cid_for(self.data), "from": source, "keep": str(self.folder / f"kept {number}")}
        given |= {"key": str(self.folder / f"keeper {number}.key"), "out": str(self.folder / f"kept {number}.json")}
        return ["keeper", "attest", *self._place(), *_options(given | changed)]

    def open(self, *sources: str, output: str = "records.csv", **changed: str) -> list[str]:
        """The command line of the buyer."""
        given = {"key": str(self.folder / "buyer.key"), "schema": "temperature"} | changed
        stores = [part for source in sources for part in ("--from", source)]
        return ["open", *self._place(), *_options(given), *stores, str(self.folder / output)]

    def _place(self) -> list[str]:
        provider: Any = self.stage.chain.web3.provider
        url = str(provider.endpoint_uri)
        return _options({"rpc": url, "escrow": self.stage.escrow.address, "claim": self.pending.id})


def _options(given: dict[str, str]) -> list[str]:
    return [part for name, value in given.items() for part in (f"--{name}", value)]


def sold(stage: Stage, folder: Path) -> Sale:
    """Posted and claimed, with the keys of both keepers and of the buyer in the folder."""
    signers = [account(stage.chain, place) for place in (8, 9)]
    for number, signer in enumerate(signers):
        signer.save(folder / f"keeper {number}.key")
    stage.journey.buyer.save(folder / "buyer.key")
    panel = Panel([each.address for each in signers], 2)
    posting = stage.post(stage.journey.asking(mode=Mode.NONE).request, panel=panel, share=2 * TOKEN)
    claim, proof = stage.proven(posting)
    return Sale(stage, claim, stage.escrow.claim(posting, proof, claim.terms, sender=stage.relayer), folder)
