"""The story of the demo, with everything in it real: keys, records, circuit, proof, contracts, money and refusals.

It is told as a stream of what happens, so that a terminal and a program can read the same.
"""

from collections.abc import Iterator
from dataclasses import replace

from ..capsule.capsule_file import CapsuleFile
from ..capsule.delivery import BuyerKey, Delivery
from ..capsule.device import DeviceKey
from ..capsule.hashing import FIELD_ORDER
from ..capsule.owner import OwnerKey
from ..capsule.record import Record
from ..capsule.schemas import TEMPERATURE
from ..capsule.seal import HOUR, Capsule, open_capsule, seal
from ..capsule.tree import Enrolment, Registry
from ..proof import reference
from ..proof.circuit import Circuit
from ..proof.claim import Claim
from ..proof.proof import Proof
from ..proof.prover import Prover
from ..proof.request import Mode, Request
from ..proof.signals import COUNT, NULLIFIER, running_hash
from ..proof.terms import Terms
from ..proof.verifier import Verifier
from ..proof.witness_graph import WitnessGraph
from ..settlement.chain import Chain
from ..settlement.escrow import Escrow
from ..settlement.pending import PendingClaim
from ..settlement.posting import Posting
from ..settlement.receipt import Receipt
from ..settlement.registry import DeviceRegistry
from ..settlement.signed_enrolment import SignedEnrolment
from ..settlement.token import Token
from .happenings import Balances, Began, Clock, Happening, NotDelivered, Refusal, Step, refused, refused_twice

TOKEN = 10**18
BUDGET = 500 * TOKEN
PRICE = 1 * TOKEN
FEE = 1 * TOKEN
DAY = 86_400
DEVICE_CLASS = 1
BOUNDS = ("2.00", "8.00")
READINGS = ("4.10", "4.25", "4.40", "4.85", "5.30", "5.95", "6.40", "6.15", "5.70", "5.20", "4.75", "4.30")
TOO_WARM = ("5.70", "6.80", "7.90", "9.35", "8.40", "7.10")
STEP = HOUR // len(READINGS)
LEFT_OUT = (
    "a ceremony: the proving key was made by one party on this machine, so any chain that is not local is refused",
    "what no proof can show: that the thermometer measured honestly, that its clock was right, and that the registrar "
    "enrolled a real device",
)


class Scenario:
    """A buyer, an owner with a thermometer, and a relayer, on one chain."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self._buyer, self._recipient, self._relayer, self._thief = chain.accounts[:4]
        self._registrar = chain.accounts[4]
        self._buyer_key = BuyerKey.generate()
        self._owner = OwnerKey.generate()
        self._device = DeviceKey.generate()

    def tell(self) -> Iterator[Happening]:
        """The story from the first contract to the readings in the buyer's hands."""
        yield from self._prepare()
        yield from self._enrol()
        yield from self._ask()
        yield from self._seal()
        yield from self._out_of_range()
        yield from self._prove()
        yield from self._tampered()
        yield from self._claim()
        yield from self._locked()
        yield from self._pay()
        yield from self._deliver()

    def _prepare(self) -> Iterator[Happening]:
        yield Began("deploying token, registry, verifier and escrow")
        clock = Clock()
        self._circuit = Circuit.smallest_for(len(READINGS), TEMPERATURE)
        self._verifier = Verifier(self._circuit)
        self._token = Token.deploy_for_trial(self._chain)
        self._registry = DeviceRegistry.deploy(self._chain)
        self._escrow = Escrow.deploy(self._chain, self._verifier)
        self._token.mint(self._buyer, BUDGET, sender=self._buyer)
        verifier, escrow = self._escrow.deployments
        yield Step(
            "chain",
            f"a token, a device registry, the verifier of circuit {self._circuit.name} and an escrow on "
            f"{self._chain.name}",
            clock.seconds,
            {
                "chain id": self._chain.chain_id,
                "circuit rows": self._circuit.rows,
                "verifier deployment gas": _gas(verifier),
                "escrow deployment gas": _gas(escrow),
            },
        )
        yield self._balances("before")

    def _enrol(self) -> Iterator[Happening]:
        yield Began("opening a registry and enrolling devices")
        clock = Clock()
        now = self._chain.now()
        self._slot_start, expiry = (now * 1000 // HOUR - 1) * HOUR, now + DAY
        mine = self._agreed(self._device, self._owner, expiry)
        strangers = [self._agreed(DeviceKey.generate(), OwnerKey.generate(), expiry) for _ in range(3)]
        self._registry.open(sender=self._registrar)
        receipt = self._publish(*strangers, mine)
        self._enrolled: Registry = self._registry.rebuild(self._registrar).registry
        self._enrolment = mine.enrolment
        yield Step(
            "registry",
            "the thermometer signs whose it is, three others do too, and a registrar enrols them and publishes a root; "
            "the owner makes the registry again from the chain's log, every signature checked",
            clock.seconds,
            {
                "devices": len(self._enrolled.enrolments),
                "publication gas": receipt.gas_used,
                "root": f"{self._enrolled.root:#066x}",
            },
        )
        again = self._agreed(self._device, OwnerKey.generate(), expiry + 1)
        yield refused(
            "enrol the thermometer for a second owner, to be paid twice for each hour",
            "by the contract",
            lambda: self._publish(again),
        )

    def _ask(self) -> Iterator[Happening]:
        yield Began("posting the request")
        clock = Clock()
        request = Request.about(
            TEMPERATURE,
            {"temperature": BOUNDS},
            device_class=DEVICE_CLASS,
            slot_length=HOUR,
            time_min=self._slot_start,
            time_max=self._slot_start + HOUR - 1,
            buyer_key=self._buyer_key.public,
            mode=Mode.CALLDATA,
        )
        self._posting: Posting = self._escrow.post(
            request,
            token=self._token,
            budget=BUDGET,
            price_per_record=PRICE,
            buyer=self._buyer,
            registry=self._registry,
            registrar=self._registrar,
        )
        yield Step(
            "request",
            f"a buyer locks {BUDGET // TOKEN} tokens and offers {PRICE // TOKEN} for every reading of one hour between "
            f"{BOUNDS[0]} and {BOUNDS[1]} celsius, by a device that a registrar enrolled, to be opened with their key",
            clock.seconds,
            {"request": self._posting.id},
        )

    def _seal(self) -> Iterator[Happening]:
        records = self._records(READINGS)
        yield Step(
            "records",
            f"the owner's thermometer measures {len(records)} times: {', '.join(READINGS)} celsius",
            0.0,
            {"records": len(records)},
        )
        clock = Clock()
        self._capsule: Capsule = seal(TEMPERATURE, records, self._device)
        file = self._capsule.file
        yield Step(
            "capsule",
            "the device encrypts and signs them; the file shows how many readings there are, and no reading",
            clock.seconds,
            {
                "shape": f"{file.header.records} x {file.header.fields}",
                "words": len(file.words),
                "file bytes": len(file.to_json()),
                "content": f"{file.content:#066x}",
            },
        )

    def _out_of_range(self) -> Iterator[Happening]:
        warm = self._claim_for(seal(TEMPERATURE, self._records(TOO_WARM), self._device))
        yield refused(
            "claim an hour in which the fridge stood open", "by the owner's own check, before any proving", warm.check
        )

    def _prove(self) -> Iterator[Happening]:
        yield Began("computing the witness")
        claim = self._claim_for(self._capsule)
        self._secret = claim.release_secret
        clock = Clock()
        claim.check()
        witness = WitnessGraph.open(self._circuit.require("wgr")).calculate(claim.inputs)
        yield Step(
            "witness",
            "every wire of the circuit, computed from the records; it stays with the owner",
            clock.seconds,
            {"witness bytes": len(witness)},
        )
        yield Began("proving")
        prover = Prover(self._circuit)
        clock = Clock()
        self._proof: Proof = prover.prove(claim)
        proving = clock.seconds
        clock = Clock()
        self._verifier.verify(self._proof)
        native = clock.seconds
        yield Began("verifying once more, with py_ecc")
        clock = Clock()
        reference.verify(self._circuit.name, str(self._verifier.vkey), self._proof.to_json())
        yield Step(
            "proof",
            "it says: signed by an enrolled device, in that hour, every reading within bounds, payable to one "
            "recipient, to be opened by one buyer; nothing else",
            proving,
            {
                "proof bytes": len(self._proof.to_json()),
                "public values": len(self._proof.values),
                "native verification s": round(native, 4),
                "py_ecc verification s": round(clock.seconds, 2),
            },
        )

    def _tampered(self) -> Iterator[Happening]:
        yield Began("trying what has to be refused")
        values = list(self._proof.values)
        values[COUNT] += 4
        greedy = replace(self._proof, values=tuple(values), m=running_hash(values))
        yield self._refused_claim(f"count {values[COUNT]} records instead of {len(READINGS)}", greedy, self._terms)

        stolen = Terms(self._thief, self._relayer, FEE)
        yield self._refused_claim("take the proof and name another recipient", self._proof, stolen)

        values = list(self._proof.values)
        values[NULLIFIER] += FIELD_ORDER
        alias = replace(self._proof, values=tuple(values))
        yield self._refused_claim("write the nullifier as nf + r, to claim twice", alias, self._terms)

    def _claim(self) -> Iterator[Happening]:
        yield Began("claiming")
        clock = Clock()
        self._pending: PendingClaim = self._escrow.claim(self._posting, self._proof, self._terms, sender=self._relayer)
        aside = self._pending.aside
        yield Step(
            "claim",
            f"a relayer sends the proof; the escrow verifies it and sets {aside.amount // TOKEN} tokens aside",
            clock.seconds,
            {
                "claim gas": _gas(self._pending.receipt),
                "tokens set aside": aside.amount // TOKEN,
                "tokens left": self._escrow.left(self._posting) // TOKEN,
                "claim id": self._pending.id,
            },
        )
        yield self._balances("claimed")
        yield Began("trying what has to be refused")
        yield refused(
            "send the same claim again",
            "by the contract",
            lambda: self._escrow.claim(self._posting, self._proof, self._terms, sender=self._relayer),
        )
        guess = (self._secret + 1) % FIELD_ORDER
        yield refused_twice(
            "release with a guessed secret",
            lambda: self._pending.release(guess, sender=self._thief),
            lambda: self._pending.check(guess, sender=self._thief),
        )

    def _pay(self) -> Iterator[Happening]:
        yield Began("releasing")
        clock = Clock()
        receipt = self._pending.release(self._secret, sender=self._recipient)
        aside = self._pending.aside
        yield Step(
            "payment",
            f"the owner shows the release secret: {(aside.amount - aside.fee) // TOKEN} tokens to the recipient named "
            f"in the proof, {aside.fee // TOKEN} to the relayer",
            clock.seconds,
            {"release gas": receipt.gas_used},
        )
        yield self._balances("after")

    def _locked(self) -> Iterator[Happening]:
        yield refused(
            "open the capsule with the buyer's key alone, before the release",
            "since the chain does not show the release secret yet",
            self._pending.delivery,
        )
        claimed = self._pending
        guess = Delivery(self._capsule.content, claimed.ephemeral, claimed.wrap, (self._secret + 1) % FIELD_ORDER)
        yield refused(
            "open it with the buyer's key and a guessed secret",
            "by the capsule's own key commitment",
            lambda: self._open(guess, self._buyer_key),
        )

    def _deliver(self) -> Iterator[Happening]:
        clock = Clock()
        delivery = self._pending.delivery()
        opened = self._open(delivery, self._buyer_key)
        if tuple(opened) != self._capsule.records:
            raise NotDelivered("the buyer opened other records than those that were proven; please report it")
        readings = ", ".join(str(record.values[0]) for record in opened)
        yield Step(
            "delivery",
            f"the secret lifts the mask from the capsule's key, for the buyer alone: {readings} celsius, as proven",
            clock.seconds,
            {"records opened": len(opened)},
        )
        yield refused(
            "open it with the shown secret and another key",
            "by the capsule's own key commitment",
            lambda: self._open(delivery, BuyerKey.generate()),
        )

    def _open(self, delivery: Delivery, buyer: BuyerKey) -> list[Record]:
        """As a buyer does, from the public file and what the chain shows."""
        return open_capsule(CapsuleFile.from_json(self._capsule.file.to_json()), delivery, buyer, TEMPERATURE)

    @property
    def _terms(self) -> Terms:
        return Terms(self._recipient, self._relayer, FEE)

    def _claim_for(self, capsule: Capsule) -> Claim:
        return Claim(
            capsule,
            self._posting.request,
            self._terms,
            owner=self._owner,
            registry=self._enrolled,
            enrolment=self._enrolment,
            as_of=self._chain.now() * 1000,
        )

    def _agreed(self, device: DeviceKey, owner: OwnerKey, expiry: int) -> SignedEnrolment:
        """What an owner hands to the registrar: his device for a year, with its own signature."""
        start, until = self._slot_start, self._slot_start + 365 * DAY * 1000
        enrolment = Enrolment(device.public, owner.commitment(device.public), DEVICE_CLASS, start, until)
        return SignedEnrolment.sign(enrolment, self._registry.place(self._registrar), expiry, device)

    def _publish(self, *signed: SignedEnrolment) -> Receipt:
        ledger = self._registry.rebuild(self._registrar)
        return self._registry.publish(ledger, enrol=signed, sender=self._registrar)

    def _records(self, readings: tuple[str, ...]) -> list[Record]:
        return [Record(self._slot_start + index * STEP, [reading]) for index, reading in enumerate(readings)]

    def _refused_claim(self, attempt: str, proof: Proof, terms: Terms) -> Refusal:
        return refused_twice(
            attempt,
            lambda: self._escrow.claim(self._posting, proof, terms, sender=self._thief),
            lambda: self._escrow.check(self._posting, proof, terms, sender=self._thief),
        )

    def _balances(self, when: str) -> Balances:
        accounts = {
            "buyer": self._buyer,
            "escrow": self._escrow.address,
            "recipient": self._recipient,
            "relayer": self._relayer,
        }
        return Balances(when, {name: self._token.balance(account) for name, account in accounts.items()})


def _gas(receipt: Receipt | None) -> int | None:
    return None if receipt is None else receipt.gas_used
