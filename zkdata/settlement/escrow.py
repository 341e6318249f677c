"""The escrow: post locks the buyer's money, claim sets the price of proven records aside, release pays it out."""

from typing import Any

from zkdata.capsule.delivery import check_buyer_key
from zkdata.capsule.hashing import FIELD_ORDER
from zkdata.errors import (
    ArtifactMismatch,
    ProofMalformed,
    RequestUnknown,
    RootNotAccepted,
    SignalMismatch,
    SignalNotCanonical,
    TermsMismatch,
    VerifierUnknown,
)
from zkdata.proof import signals
from zkdata.proof.groth16 import key_points
from zkdata.proof.proof import Proof
from zkdata.proof.request import Request
from zkdata.proof.solidity import verifier_source
from zkdata.proof.terms import Terms
from zkdata.proof.verifier import Verifier
from zkdata.settlement.chain import Chain, Contract, Receipt
from zkdata.settlement.contracts import Compiled, committed, compile_verifier
from zkdata.settlement.pending import PendingClaim
from zkdata.settlement.posting import Posting, parameters_of
from zkdata.settlement.token import Token

ESCROW = "DataEscrow"
OPEN_FOR = 7 * 86_400
"""Seconds that a request is open for, unless its deadline says otherwise."""

RELEASE_WINDOW = 2 * 86_400
"""Seconds from claim to the last release that is paid, unless another is given."""
INDEX_OF_M = 2**256 - 1  # the contract counts values, then words; M is neither


class Escrow:
    """An escrow on one chain, with the verifier of one circuit. Every claim is verified here before it is sent."""

    def __init__(self, contract: Contract, deployed_verifier: Contract, verifier: Verifier) -> None:
        self._contract = contract
        self._deployed_verifier = deployed_verifier
        self._verifier = verifier

    @classmethod
    def deploy(cls, chain: Chain, verifier: Verifier, *, sender: str | None = None) -> "Escrow":
        """Deploy the verifier contract of this key, and an escrow that takes proofs of it."""
        on_chain = chain.deploy(_compiled(verifier), sender=sender)
        return cls(chain.deploy(committed(ESCROW), [on_chain.address], sender=sender), on_chain, verifier)

    @classmethod
    def attach(cls, chain: Chain, address: str, verifier_address: str, verifier: Verifier) -> "Escrow":
        """An escrow that is there already; refused unless both contracts are, to the byte, what we would deploy."""
        ours = _compiled(verifier)
        on_chain = chain.at(ours, verifier_address)
        escrow = chain.at(committed(ESCROW), address)
        if chain.code(verifier_address) != chain.runtime_code(ours):
            raise VerifierUnknown(
                "the contract at this address does not check proofs of this key; ask for the key it was deployed with",
                verifier=on_chain.address,
            )
        if chain.code(address) != chain.runtime_code(committed(ESCROW), []):
            raise ArtifactMismatch(
                "the contract at this address is not the escrow of this zkdata; do not pay into it",
                escrow=escrow.address,
            )
        if not any(escrow.call("verifiers", on_chain.address)):
            raise VerifierUnknown(
                "this escrow was not deployed with this verifier; name the one it was", verifier=on_chain.address
            )
        return cls(escrow, on_chain, verifier)

    @property
    def address(self) -> str:
        """Where the escrow lives."""
        return self._contract.address

    @property
    def verifier_address(self) -> str:
        """Where its verifier lives."""
        return self._deployed_verifier.address

    @property
    def deployments(self) -> tuple[Receipt | None, Receipt | None]:
        """Receipts of verifier and escrow, where they were deployed here."""
        return self._deployed_verifier.deployed, self._contract.deployed

    def post(
        self,
        request: Request,
        *,
        token: Token,
        budget: int,
        price_per_record: int,
        buyer: str,
        deadline: int | None = None,
        release_window: int = RELEASE_WINDOW,
    ) -> Posting:
        """Approve exactly the budget, lock it, and return the request with its scope. Two transactions of the buyer.

        `deadline` is the last second since 1970 in which a claim is taken, a week from now if left out; a claim that
        was taken has `release_window` seconds to be released.
        """
        check_buyer_key(request.buyer_key)
        deadline = self._contract.chain.now() + OPEN_FOR if deadline is None else deadline
        parameters = parameters_of(
            request,
            buyer=buyer,
            token=token.address,
            verifier=self.verifier_address,
            price_per_record=price_per_record,
            deadline=deadline,
            release_window=release_window,
        )
        token.approve(self.address, budget, sender=buyer)
        receipt = self._contract.send("post", parameters, budget, sender=buyer)
        return self._posting(receipt.event("Posted").arguments)

    def posting(self, request_id: int) -> Posting:
        """A request as it was posted, read from the chain."""
        found = self._contract.logged("Posted", id=request_id)
        if not found:
            raise RequestUnknown(
                f"no request {request_id} was posted here; look at the escrow's address", id=request_id
            )
        return self._posting(found[0].arguments)

    def left(self, posting: Posting) -> int:
        """What is left of a request's budget: neither set aside nor paid nor returned."""
        return int(self._contract.call("left", posting.id))

    def check(self, posting: Posting, proof: Proof, terms: Terms, *, sender: str) -> None:
        """Ask the contract alone whether it would take this claim. Nothing is sent, and nothing is verified here."""
        self._contract.call("claim", posting.id, posting.parameters, _claim_input(proof, terms), sender=sender)

    def claim(self, posting: Posting, proof: Proof, terms: Terms, *, sender: str) -> PendingClaim:
        """Verify here, ask the contract, then send. The money is set aside for whom the terms name; anyone may send."""
        self._refuse_other(posting, proof, terms)
        self._verifier.verify(proof)
        receipt = self._contract.send(
            "claim", posting.id, posting.parameters, _claim_input(proof, terms), sender=sender
        )
        return PendingClaim.from_event(self._contract, receipt.event("Claimed"), receipt)

    def pending(self, nullifier: int) -> PendingClaim | None:
        """The claim that spent this nullifier, read from the chain: what an owner who was interrupted goes on with."""
        found = self._contract.logged("Claimed", nullifier=nullifier)
        return PendingClaim.from_event(self._contract, found[0]) if found else None

    def close(self, posting: Posting, *, sender: str) -> Receipt:
        """After the deadline, return to the buyer what is not set aside."""
        return self._contract.send("close", posting.id, posting.parameters, sender=sender)

    def credit(self, token: Token, account: str) -> int:
        """What a token refused to pay to an account, waiting for `withdraw`."""
        return int(self._contract.call("credits", token.address, account))

    def withdraw(self, token: Token, to: str, *, sender: str) -> Receipt:
        """Take the sender's whole credit."""
        return self._contract.send("withdraw", token.address, to, sender=sender)

    def _posting(self, posted: Any) -> Posting:
        chain = self._contract.chain
        verifier = chain.at(self._deployed_verifier.compiled, posted["request"]["verifier"])
        return Posting.from_event(posted, chain.chain_id, self.address, int(verifier.call("valueBits")))

    def _refuse_other(self, posting: Posting, proof: Proof, terms: Terms) -> None:
        """What the contract would refuse, found without asking it, in the contract's own words."""
        request = posting.request
        due = signals.BOUNDS + 2 * len(request.bounds)
        if proof.m is None or len(proof.values) != due:
            raise ProofMalformed(
                f"a claim on this request has M and {due} values, this proof {len(proof.values)}; prove a claim for it",
                expected=due,
                got=len(proof.values),
            )
        for index, value in (*enumerate((*proof.values, *proof.words)), (INDEX_OF_M, proof.m)):
            if not 0 <= value < FIELD_ORDER:
                which = "M" if index == INDEX_OF_M else f"value {index}"
                raise SignalNotCanonical(
                    f"{which} is at or above the field's order, an alias of another one; use it as it was proven",
                    index=index,
                    value=value,
                )
        digest = terms.digest
        if proof.values[signals.TERMS] != digest:
            raise TermsMismatch(
                "the proof binds other terms; claim with the recipient, relayer and fee that it was made for",
                expected=proof.values[signals.TERMS],
                got=digest,
            )
        minima, maxima = zip(*request.bounds, strict=True)
        wanted = {
            signals.MODE: int(request.mode),
            signals.SCOPE: request.scope,
            signals.SLOT_LENGTH: request.slot_length,
            signals.TIME_MIN: request.time_min,
            signals.TIME_MAX: request.time_max,
            signals.SCHEMA: request.schema_id,
            signals.DEVICE_CLASS: request.device_class,
            signals.BUYER_KEY: request.buyer_key,
            **dict(enumerate((*minima, *maxima), start=signals.BOUNDS)),
        }
        for index, expected in wanted.items():
            if proof.values[index] != expected:
                raise SignalMismatch(
                    f"value {index} of the proof is not the one that the request asks for; prove for this request",
                    index=index,
                    expected=expected,
                    got=proof.values[index],
                )
        if proof.values[signals.ROOT] != request.root:
            raise RootNotAccepted(
                "the proof is about another registry; prove with the one that the request names",
                root=proof.values[signals.ROOT],
            )


def _compiled(verifier: Verifier) -> Compiled:
    circuit = verifier.circuit
    source = verifier_source(
        key_points(str(verifier.vkey)),
        contract_name="ClaimVerifier",
        value_count=len(circuit.values),
        word_count=circuit.layout.word_count,
        value_bits=circuit.layout.bits,
    )
    return compile_verifier(source, "ClaimVerifier")


def _claim_input(proof: Proof, terms: Terms) -> tuple[Any, ...]:
    """`IDataEscrow.ClaimInput`, in the order of its fields."""
    return (
        list(proof.calldata),
        proof.m,
        list(proof.values),
        list(proof.words),
        terms.recipient,
        terms.relayer,
        terms.fee,
    )
