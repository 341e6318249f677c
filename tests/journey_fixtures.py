"""One journey, walked once a process, for every test that needs a real claim and its proof.

A folder that wants the fixtures imports them by name in its conftest.
"""

import atexit
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pytest

from zkdata.capsule.delivery import BuyerKey
from zkdata.capsule.device import DeviceKey
from zkdata.capsule.owner import OwnerKey
from zkdata.capsule.record import Record
from zkdata.capsule.schemas import TEMPERATURE
from zkdata.capsule.seal import HOUR, Capsule, seal
from zkdata.capsule.tree import Enrolment, Registry
from zkdata.proof.circuit import Circuit
from zkdata.proof.claim import Claim
from zkdata.proof.device import Device
from zkdata.proof.proof import Proof
from zkdata.proof.prover import Prover
from zkdata.proof.range import Range
from zkdata.proof.request import Mode, Request
from zkdata.proof.setup import setup_development
from zkdata.proof.statement import Statement
from zkdata.proof.terms import Terms
from zkdata.proof.timestamp import Timestamp
from zkdata.proof.verifier import Verifier

START = 1_800_000_000_000 // HOUR * HOUR  # first moment of a slot
MINUTE = 60_000
READINGS = ("-3.25", "-0.01", "0", "2.5", "4.10", "4.11", "5", "6.02", "7.99", "8.00", "5.5", "-3.30")
DEVICE_CLASS = 7
BOUNDS = {"temperature": ("-3.30", "8.00")}
CONTEXT = 2026
CIRCUIT = Circuit.smallest_for(len(READINGS), TEMPERATURE).name
"""What the journey's claims are proven with."""


@dataclass(frozen=True)
class Journey:
    """Everything on the way from records to a claim; `with_` changes one thing and leaves the rest."""

    device: DeviceKey
    owner: OwnerKey
    buyer: BuyerKey
    capsule: Capsule
    enrolment: Enrolment
    registry: Registry
    request: Request
    terms: Terms
    as_of: int

    def with_(self, **changes: Any) -> "Journey":
        """Another journey."""
        return replace(self, **changes)

    def asking(self, **changes: Any) -> "Journey":
        """The same with another request."""
        return self.with_(request=replace(self.request, **changes))

    def enrolled(self, **changes: Any) -> "Journey":
        """The same with another enrolment, in a registry that has it."""
        enrolment = replace(self.enrolment, **changes)
        registry = Registry([*self.registry.enrolments[:-1], enrolment])
        return self.with_(enrolment=enrolment, registry=registry)

    def by_another(self) -> "Journey":
        """The same readings of another owner's device, which nobody has enrolled yet."""
        device, owner = DeviceKey.generate(), OwnerKey.generate()
        commitment = owner.commitment(device.public)
        enrolment = replace(self.enrolment, device=device.public, owner_commitment=commitment)
        capsule = seal(self.capsule.schema, self.capsule.records, device)
        return self.with_(device=device, owner=owner, enrolment=enrolment, capsule=capsule)

    def claim(self, **changes: Any) -> Claim:
        """The claim at the end of it."""
        about: dict[str, Any] = {
            "owner": self.owner,
            "registry": self.registry,
            "enrolment": self.enrolment,
            "as_of": self.as_of,
        }
        return Claim(self.capsule, self.request, self.terms, **(about | changes))

    def timestamp(self, **changes: Any) -> Timestamp:
        """That its records are of the request's window."""
        about = {"time_min": self.request.time_min, "time_max": self.request.time_max, "context": CONTEXT}
        return Timestamp(self.capsule, **(about | changes))

    def range(self, **changes: Any) -> Range:
        """That its values are in bounds."""
        return Range(self.capsule, **({"bounds": BOUNDS, "context": CONTEXT} | changes))

    def device_statement(self, **changes: Any) -> Device:
        """That its device was enrolled through the request's window."""
        about: dict[str, Any] = {
            "time_min": self.request.time_min,
            "time_max": self.request.time_max,
            "context": CONTEXT,
            "owner": self.owner,
            "registry": self.registry,
            "enrolment": self.enrolment,
        }
        return Device(self.capsule, **(about | changes))


def records(readings: tuple[str, ...] = READINGS, start: int = START + MINUTE) -> list[Record]:
    """One record a minute."""
    return [Record(start + index * MINUTE, [reading]) for index, reading in enumerate(readings)]


def new_journey() -> Journey:
    """A device of its own, enrolled after three others, and a capsule of twelve readings that serve the request."""
    device, owner, buyer = DeviceKey.generate(), OwnerKey.generate(), BuyerKey.generate()
    capsule = seal(TEMPERATURE, records(), device)
    strangers = (DeviceKey.generate().public for _ in range(3))
    others = [Enrolment(public, 1 + index, DEVICE_CLASS, 0, 2**47) for index, public in enumerate(strangers)]
    commitment = owner.commitment(device.public)
    enrolment = Enrolment(device.public, commitment, DEVICE_CLASS, START - HOUR, START + 24 * HOUR)
    registry = Registry([*others, enrolment])
    request = Request.about(
        TEMPERATURE,
        BOUNDS,
        device_class=DEVICE_CLASS,
        slot_length=HOUR,
        time_min=START,
        time_max=START + HOUR - 1,
        buyer_key=buyer.public,
        mode=Mode.CALLDATA,
    )
    terms = Terms("0x" + "a1" * 20, "0x" + "b2" * 20, 3)
    request = replace(request, scope=99)
    return Journey(device, owner, buyer, capsule, enrolment, registry, request, terms, START + 2 * HOUR)


@cache
def shared_journey() -> Journey:
    """The journey that every test may read."""
    return new_journey()


@cache
def built_circuit(name: str = CIRCUIT) -> Circuit:
    """A circuit with its artifacts and development keys; made here where `make build` has not."""
    circuit = Circuit.named(name)
    circuit.build()
    setup_development(circuit)
    return circuit


@cache
def shared_prover(name: str = CIRCUIT) -> Prover:
    """One prover for all."""
    return Prover(built_circuit(name))


@cache
def shared_proof() -> tuple[Claim, Proof]:
    """A claim with its words, and its proof."""
    claim = shared_journey().claim()
    return claim, shared_prover().prove(claim)


STATEMENTS = {
    "Timestamp": Journey.timestamp,
    "Range": Journey.range,
    "Device": Journey.device_statement,
    "Claim": Journey.claim,
}
"""How the journey comes to each, by its class."""


@cache
def shared_statement(kind: str) -> tuple[Statement, Proof]:
    """A statement of this class, and its proof."""
    if kind == "Claim":
        return shared_proof()
    statement = STATEMENTS[kind](shared_journey())
    return statement, shared_prover(statement.circuit).prove(statement)


atexit.register(shared_prover.cache_clear)  # while wasmtime can still free its module


@pytest.fixture(scope="session")
def journey() -> Journey:
    """See `new_journey`."""
    return shared_journey()


@pytest.fixture(scope="session")
def circuit() -> Circuit:
    """The circuit of the journey's claims, built and with development keys."""
    return built_circuit()


@pytest.fixture(scope="session")
def prover() -> Prover:
    """Its prover."""
    return shared_prover()


@pytest.fixture(scope="session")
def verifier(circuit: Circuit) -> Verifier:
    """Its verifier."""
    return Verifier(circuit)


@pytest.fixture(scope="session")
def claim() -> Claim:
    """The claim that `proof` is about."""
    return shared_proof()[0]


@pytest.fixture(scope="session")
def proof() -> Proof:
    """A proof that verifies."""
    return shared_proof()[1]
