"""A gate of fixed signers: a second opinion on a claim, beside its proof."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from zkdata.errors import NotAdmitted, ParametersInvalid
from zkdata.settlement.chain import Chain, checksummed, encoded
from zkdata.settlement.contract import Contract
from zkdata.settlement.contracts import committed
from zkdata.settlement.pending import PendingClaim
from zkdata.settlement.signatures import Message, Signer, signer_of

GATE = "SignatureGate"
MOST_SIGNERS = 16


@dataclass(frozen=True, slots=True)
class Approval:
    """One signer's signature under one claim."""

    signer: str
    signature: bytes


class SignatureGate:
    """A claim passes when `threshold` of the signers have signed it. List the gate before a request names it."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self.signers: tuple[str, ...] = tuple(contract.call("signersOf"))
        self.threshold = int(contract.call("threshold"))

    @classmethod
    def deploy(cls, chain: Chain, signers: Sequence[str], threshold: int, *, sender: str | None = None) -> Self:
        """Fix the signers for ever."""
        ordered = sorted({checksummed(each) for each in signers}, key=lambda each: int(each, 16))
        if not 1 <= threshold <= len(ordered) == len(signers) <= MOST_SIGNERS:
            raise ParametersInvalid(
                f"gate: at most {MOST_SIGNERS} signers, each once, of whom one to all are needed; name others",
                parameter="signers",
            )
        return cls(chain.deploy(committed(GATE), ordered, threshold, sender=sender))

    @classmethod
    def at(cls, chain: Chain, address: str) -> Self:
        """A gate that is deployed already."""
        return cls(chain.at(committed(GATE), address))

    @property
    def address(self) -> str:
        """What a panel names."""
        return self._contract.address

    def approve(self, claim: PendingClaim, signer: Signer) -> Approval:
        """Sign a claim, which the signer has looked at."""
        if signer.address not in self.signers:
            raise NotAdmitted(f"{signer.address} is no signer of this gate; sign with one of its keys", by="gate")
        return Approval(signer.address, signer.sign(self._message(claim)))

    def answer(self, claim: PendingClaim, approvals: Iterable[Approval]) -> bytes:
        """What `admit` takes for these approvals; NotAdmitted for too few, or one that is not of its signer."""
        signatures = {}
        for each in approvals:
            if each.signer not in self.signers or signer_of(self._message(claim), each.signature) != each.signer:
                raise NotAdmitted(f"this is no approval of {each.signer} for this claim; ask for it again", by="gate")
            signatures[each.signer] = each.signature
        if len(signatures) < self.threshold:
            raise NotAdmitted(
                f"{len(signatures)} of {self.threshold} approvals; ask more of the gate's signers", by="gate"
            )
        ordered = [signatures[each] for each in self.signers if each in signatures]
        return encoded(["bytes[]"], [ordered])

    def _message(self, claim: PendingClaim) -> Message:
        values = {"escrow": claim.escrow.address, "claimId": claim.aside.claim_id, "content": claim.aside.content}
        return Message("Approval", "zkdata gate", self._contract.chain.chain_id, self.address, values)
