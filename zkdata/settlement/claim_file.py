"""A claim that is proven and not paid yet: all that its owner needs to be paid, in one file before anything is sent."""

import os
from dataclasses import dataclass, field
from typing import Self

from zkdata.capsule.canonical_json import decimal, members
from zkdata.capsule.hashing import FIELD_ORDER, hashed
from zkdata.capsule.secret_file import read_secret, write_secret
from zkdata.errors import ArtifactMalformed, ParametersInvalid, ProofMalformed, ReleaseSecretWrong, TermsMismatch
from zkdata.proof import signals
from zkdata.proof.claim import Claim
from zkdata.proof.proof import Proof
from zkdata.proof.terms import Terms
from zkdata.settlement.posting import Posting

KIND = "claim"
_KEYS = {"chain", "escrow", "proof", "request", "secret", "terms"}
_TERMS = ("fee", "recipient", "relayer")
WORD = 2**256


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptClaim:
    """Where the claim belongs, its proof and terms, and the secret that makes the payment."""

    chain: str
    """Chain id and hash of its first block."""
    escrow: str
    request: int
    """Number of the request there."""
    proof: Proof = field(repr=False)
    terms: Terms
    secret: int = field(repr=False)
    """The release secret: whoever keeps it can be paid, and whoever sees it too early can open for nothing."""

    def __post_init__(self) -> None:
        values = self.proof.values
        if self.proof.m is None or len(values) <= signals.BOUNDS:
            raise ProofMalformed("this is no proof of a claim: it has no M, or too few values", got=len(values))
        if hashed("release", [self.secret]) != values[signals.RELEASE_HASH]:
            raise ReleaseSecretWrong("this is not the release secret that the proof was made with; keep that one")
        if values[signals.TERMS] not in (self.terms.digest, self.terms.digest_on(self.request)):
            raise TermsMismatch("the proof binds other terms; keep those that it was made for", got=self.terms.digest)

    @classmethod
    def of(cls, chain: str, posting: Posting, claim: Claim, proof: Proof) -> Self:
        """What to keep of a claim that was just proven."""
        return cls(
            chain=chain,
            escrow=posting.escrow,
            request=posting.id,
            proof=proof,
            terms=claim.terms,
            secret=claim.release_secret,
        )

    @property
    def nullifier(self) -> int:
        """Of the slot that is claimed."""
        return self.proof.values[signals.NULLIFIER]

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it for its owner's eyes alone, on the disk when this returns; never over an existing file."""
        terms = self.terms
        write_secret(
            path,
            KIND,
            {
                "chain": self.chain,
                "escrow": self.escrow,
                "proof": self.proof.to_json(),
                "request": str(self.request),
                "secret": str(self.secret),
                "terms": {
                    "fee": str(terms.fee),
                    "recipient": "0x" + terms.recipient.hex(),
                    "relayer": "0x" + terms.relayer.hex(),
                },
            },
        )

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a kept claim; KeyUnsafe if others can read the file, ArtifactMalformed if it makes no sense."""
        body = read_secret(path, KIND, _KEYS)
        if not all(isinstance(body[name], str) for name in ("chain", "escrow", "proof")):
            raise ArtifactMalformed(f"{path} is no kept claim: chain, escrow and proof are texts", path=str(path))
        given = members(body["terms"], _TERMS, "terms")
        try:
            terms = Terms(given["recipient"], given["relayer"], decimal(given["fee"], WORD, "fee"))
        except ParametersInvalid as fault:
            raise ArtifactMalformed(f"{path}: {fault.message}", path=str(path)) from None
        return cls(
            chain=body["chain"],
            escrow=body["escrow"],
            request=decimal(body["request"], WORD, "request"),
            proof=Proof.from_json(body["proof"]),
            terms=terms,
            secret=decimal(body["secret"], FIELD_ORDER, "secret"),
        )
