"""A registrar with an open registry, owners with devices, and a log that can be bent for the tests of the rebuild."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from zkdata.capsule.device import DeviceKey
from zkdata.capsule.hardware_key import HardwareKey, SoftwareP256Key
from zkdata.capsule.owner import OwnerKey
from zkdata.capsule.tree import Enrolment
from zkdata.settlement.chain import Chain
from zkdata.settlement.receipt import Entry, Event
from zkdata.settlement.registry import EVENTS, DeviceRegistry
from zkdata.settlement.registry_ledger import Ledger
from zkdata.settlement.signed_enrolment import Revocation, SignedEnrolment

HOUR, DAY, YEAR_MS = 3600, 86_400, 365 * 86_400_000
ADDITION, REVOCATION = 4 * HOUR, HOUR
OWNER, NEXT_OWNER = OwnerKey(2**200 + 12345), OwnerKey(2**201 + 54321)
HARDWARE = SoftwareP256Key(2**255 - 19)
DEVICE_CLASS = 7


def device(number: int) -> DeviceKey:
    """One of many devices."""
    return DeviceKey(number.to_bytes(32, "big"))


class RegistryStage:
    """What every test of the registry plays on."""

    def __init__(self, chain: Chain, *, attested: bool = False) -> None:
        self.chain = chain
        self.registrar, self.stranger = chain.accounts[1], chain.accounts[2]
        self.registry = DeviceRegistry.deploy(chain)
        self.registry.open(
            sender=self.registrar, addition_window=ADDITION, revocation_window=REVOCATION, attested=attested
        )

    def signed(
        self,
        number: int,
        owner: OwnerKey = OWNER,
        *,
        start: int | None = None,
        until: int | None = None,
        expiry: int | None = None,
        hardware: HardwareKey | None = None,
    ) -> SignedEnrolment:
        """Device `number`, for a year from now, its signature good for a day."""
        key, now = device(number), self.chain.now()
        start = now * 1000 if start is None else start
        until = start + YEAR_MS if until is None else until
        enrolment = Enrolment(key.public, owner.commitment(key.public), DEVICE_CLASS, start, until)
        place = self.registry.place(self.registrar)
        return SignedEnrolment.sign(enrolment, place, now + DAY if expiry is None else expiry, key, hardware)

    def ledger(self) -> Ledger:
        """The registrar's registry, rebuilt."""
        return self.registry.rebuild(self.registrar)

    def publish(self, *enrol: SignedEnrolment, revoke: tuple[Revocation, ...] = ()) -> Ledger:
        """Publish, and rebuild."""
        self.registry.publish(self.ledger(), enrol=enrol, revoke=revoke, sender=self.registrar)
        return self.ledger()

    def publish_raw(self, root: int, revocations: list[Any], enrolments: list[Any]) -> None:
        """What a registrar can do who does not use this package."""
        contract = self.registry._contract
        contract.send("publish", self.registry.state(self.registrar).root, root, revocations, enrolments,
                      sender=self.registrar, gas=6_000_000)  # fmt: skip

    def log(self) -> list[Entry]:
        """The registrar's log."""
        return list(self.registry._contract.history(*EVENTS, registrar=self.registrar))

    def replay(self, log: list[Entry]) -> Ledger:
        """A log that need not be the chain's."""
        return Ledger.replay(self.registry.place(self.registrar), log)


def bent(entry: Entry, changes: Mapping[str, Any]) -> Entry:
    """The entry with other arguments; those of an enrolment's struct by their own names."""
    arguments = dict(entry.event.arguments)
    for name, value in changes.items():
        if name in arguments:
            arguments[name] = value
        else:
            arguments["enrolment"] = {**arguments["enrolment"], name: value}
    return dataclasses.replace(entry, event=Event(entry.event.name, arguments))


def position(log: list[Entry], name: str, count: int = 0) -> int:
    """Where the entry `count` of this name stands in the log."""
    return [index for index, entry in enumerate(log) if entry.event.name == name][count]
