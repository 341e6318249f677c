"""An anvil with escrow, registry, token and a verifier whose key has known waste: the gas of every call repeats.

Accounts, addresses, proofs and times are the same in every run, and so are the zero bytes of calldata.
"""

from typing import Any

from tests.contracts.trapdoor import BITS, WORDS, key_points, proof_points, scalar
from tests.settlement.registry_stage import DAY, DEVICE_CLASS, HOUR, RegistryStage
from zkdata.capsule.hashing import hashed
from zkdata.proof import signals
from zkdata.proof.proof import Proof
from zkdata.proof.request import Mode, Request
from zkdata.proof.solidity import ClaimCounts, verifier_source
from zkdata.proof.terms import Terms
from zkdata.settlement.chain import Chain
from zkdata.settlement.claim_input import claim_input
from zkdata.settlement.contracts import committed, compile_verifier
from zkdata.settlement.panel import Panel
from zkdata.settlement.pending import TAKEN, PendingClaim
from zkdata.settlement.posting import Asked, Posting
from zkdata.settlement.prices import NO_CAP, Prices
from zkdata.settlement.receipt import Receipt
from zkdata.settlement.signatures import Signer

START = 0x71DD7711
"""In 2030: around it, and around the expiry of a claim, no second has a zero byte."""

BUYER_KEY = 7117928050407583618111176421555214756675765419608405867398403713213306743542
"""The u of BabyJubJub's generator B8."""

SECRET = scalar("secret")
BUDGET = 50_000
OTHERS = 17
"""Values of a claim before the bounds."""


class GasStage:
    """One buyer, one registrar with one device, one recipient who holds the token already."""

    def __init__(self, chain: Chain, limbs: int = 1) -> None:
        self.chain = chain
        self.limbs = limbs
        chain.advance(START - chain.now())
        self.sender, self.registrar, self.buyer, self.recipient = chain.accounts[:4]
        self.keepers = [Signer(bytes(31) + bytes([number])) for number in (1, 2, 3)]
        self.token = chain.deploy(committed("TestToken"))
        counts = ClaimCounts(OTHERS + 2 * limbs, WORDS, BITS)
        source = verifier_source(key_points(), contract_name="TrapdoorVerifier", claim=counts)
        self.verifier = chain.deploy(compile_verifier(source, "TrapdoorVerifier"))
        self.escrow = chain.deploy(committed("DataEscrow"), [self.verifier.address])
        registry = RegistryStage(chain)
        self.registry = registry.registry
        self.root = registry.publish(registry.signed(1, start=START * 1000, expiry=START + DAY)).root
        for account in (self.buyer, self.recipient):
            self.token.send("mint", account, 10**12, sender=account)
        self.token.send("approve", self.escrow.address, 2**256 - 1, sender=self.buyer)

    def asked(self, mode: Mode, *, keepers: int = 0, buyer_key: int = BUYER_KEY) -> Asked:
        """A request for hourly slots of a day."""
        window = (START // DAY - 1) * DAY * 1000
        request = Request(
            schema_id=scalar("schema") >> 8,
            device_class=DEVICE_CLASS,
            slot_length=HOUR * 1000,
            time_min=window,
            time_max=window + DAY * 1000 - 1,
            bounds=(((1 << 47) + 200, (1 << 47) + 800),) * self.limbs,
            buyer_key=buyer_key,
            mode=mode,
        )
        return Asked(
            request=request,
            buyer=self.buyer,
            token=self.token.address,
            prices=Prices(1, 5, 0, NO_CAP),
            deadline=START + 7 * DAY,
            release_window=DAY,
            registry=self.registry.address,
            registrar=self.registrar,
            verifiers=(self.verifier.address,),
            panel=Panel([each.address for each in self.keepers[:keepers]], min(keepers, 2)),
        )

    def post(self, asked: Asked) -> tuple[Posting, Receipt]:
        """The request as it stands, and what posting it took."""
        given = (asked.parameters, asked.panel.parameters, asked.about, BUDGET)
        receipt = self.escrow.send("post", *given, sender=self.buyer)
        posted = receipt.event("Posted").arguments
        return Posting.from_event(posted, self.chain.chain_id, self.escrow.address, BITS), receipt

    def claim(self, posting: Posting) -> tuple[PendingClaim, Receipt]:
        """One claim on ten records, by a stranger."""
        given = self.claim_input(posting)
        receipt = self.escrow.send("claim", posting.id, posting.parameters, 0, given, sender=self.sender)
        return PendingClaim.from_event(self.escrow, posting, receipt.event(*TAKEN)), receipt

    def claim_many(self, posting: Posting, count: int) -> Receipt:
        """So many claims at once, each on a slot of its own."""
        given = [self.claim_input(posting, index) for index in range(count)]
        sent = (posting.id, posting.parameters, 0, given)
        return self.escrow.send("claimMany", *sent, sender=self.sender, gas=8_000_000)

    def claim_input(self, posting: Posting, index: int = 0) -> tuple[Any, ...]:
        """`IDataEscrow.ClaimInput` of a claim on ten records; each index is another slot."""
        terms, request = Terms(self.recipient), posting.request
        values = self.values(request, request.scope, index)
        words = tuple(scalar(f"word {place}") for place in range(WORDS if request.mode == Mode.CALLDATA else 0))
        public = signals.compress(values, words)
        return claim_input(Proof("trapdoor", proof_points(public), public.m, values, words), terms)

    def values(self, request: Request, scope: int, index: int = 0) -> tuple[int, ...]:
        """The public values of that claim."""
        minima, maxima = zip(*request.bounds, strict=True)
        return (
            int(request.mode),
            scope,
            request.slot_length,
            request.time_min,
            request.time_max,
            (START - HOUR) * 1000 + 999,
            request.schema_id,
            request.device_class,
            self.root,
            10,
            scalar("content"),
            scalar(f"nullifier {index}"),
            Terms(self.recipient).digest,
            hashed("release", [SECRET]),
            request.buyer_key,
            scalar("ephemeral"),
            scalar("wrap"),
            *minima,
            *maxima,
        )
