"""A registrar's registry made again from his log alone: every leaf, signature, rule and root, or what he broke."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from zkdata.capsule.hardware_key import HardwarePublic
from zkdata.capsule.tree import MAX_ENROLMENTS, Enrolment, Registry, RegistryTree
from zkdata.errors import RecordInvalid, RegistryWrong, SignatureRejected
from zkdata.settlement.receipt import Entry
from zkdata.settlement.root_windows import RootWindows
from zkdata.settlement.signed_enrolment import LONGEST_EXPIRY, Place, Revocation, SignedEnrolment, leaf_of

EVENTS = ("Opened", "HardwareKeyListed", "HardwareKeyUnlisted", "Revoked", "Enrolled", "Published")


@dataclass(frozen=True, slots=True)
class RegistryState:
    """A registrar as the contract keeps him: to be asked without reading the log."""

    root: int
    """0 before the first publication."""
    addition_window: int
    revocation_window: int
    attested: bool
    """Whether every enrolment carries an attestation."""
    places: int
    """Taken ones, removed enrolments included."""


@dataclass(slots=True)
class _Device:
    """What the registry remembers of a device key."""

    expiry: int
    """Of the last signature used, in seconds."""
    free: int
    """First millisecond from which it may be enrolled."""
    place: int
    """Of its newest enrolment."""


@dataclass(slots=True)
class Ledger:
    """One registrar's registry after every entry taken so far; RegistryWrong where an entry breaks a rule."""

    where: Place
    addition_window: int = 0
    revocation_window: int = 0
    attested: bool = False
    publications: int = 0
    root: int = 0
    """The current one; 0 before the first."""
    time: int = 0
    """Of the last publication, in seconds."""
    places: list[Enrolment | None] = field(default_factory=list)
    """None where an enrolment was removed."""
    tree: RegistryTree = field(default_factory=RegistryTree)
    windows: RootWindows = field(default_factory=RootWindows)
    hardware: set[HardwarePublic] = field(default_factory=set)
    _devices: dict[int, _Device] = field(default_factory=dict)
    _open: list[Entry] = field(default_factory=list)
    """Logged, and not published yet: the event of the root ends each call."""

    @staticmethod
    def replay(where: Place, entries: Iterable[Entry]) -> "Ledger":
        """Take a whole log, in its order."""
        ledger = Ledger(where)
        for entry in entries:
            ledger.take(entry)
        if ledger._open:
            ledger._wrong(ledger._open[0], "order", "an enrolment or revocation was logged and never published")
        return ledger

    @property
    def registry(self) -> Registry:
        """The registry as a claim takes it, with the path of every device in the current root."""
        return Registry(self.places)

    @property
    def state(self) -> RegistryState:
        """What the contract should say by now."""
        return RegistryState(
            self.root, self.addition_window, self.revocation_window, self.attested, places=len(self.places)
        )

    def take(self, entry: Entry) -> None:
        """The next entry of the log."""
        given = entry.event.arguments
        match entry.event.name:
            case "Opened":
                self.addition_window, self.revocation_window = given["additionWindow"], given["revocationWindow"]
                self.attested = given["attested"]
            case "HardwareKeyListed":
                self.hardware.add(self._hardware(entry))
            case "HardwareKeyUnlisted":
                self.hardware.discard(self._hardware(entry))
            case "Published":
                self._publish(entry)
            case _:
                self._open.append(entry)

    def _hardware(self, entry: Entry) -> HardwarePublic:
        try:
            return HardwarePublic(entry.event.arguments["x"], entry.event.arguments["y"])
        except SignatureRejected as fault:
            self._wrong(entry, "hardware key", fault.message)

    def _publish(self, entry: Entry) -> None:
        given = entry.event.arguments
        root, time = given["root"], given["time"]
        self._expect(entry, "order", self.addition_window > 0, "a root before the registry was opened")
        self._expect(entry, "time", time >= self.time, "a root before an earlier one", self.time, time)
        self._expect(entry, "replaced root", given["replaced"] == self.root, "", self.root, given["replaced"])
        changes, self._open, self.time = self._open, [], time
        for change in changes:
            together = change.transaction == entry.transaction
            self._expect(change, "order", together, "logged in another transaction than its root")
            if change.event.name == "Revoked":
                self._revoke(change)
            else:
                self._enrol(change)

        # A call that changes nothing revokes too, but its root is one of the two wrong ones that are told below.
        revokes = any(change.event.name == "Revoked" for change in changes)
        self._expect(entry, "root used", root not in self.windows.ends, "a root that was published before")
        self._expect(entry, "root", root == self.tree.root, "not the root of what was logged", self.tree.root, root)
        self._expect(entry, "window", revokes or not self.windows.full(time), "more than 32 replaced roots are valid")
        window = self.revocation_window if revokes else self.addition_window
        end = self.windows.replace(self.root, root, time, window, revokes)
        self._expect(entry, "window", given["end"] == end, "the replaced root has another end", end, given["end"])
        self.root = root
        self.publications += 1

    def _revoke(self, entry: Entry) -> None:
        given = entry.event.arguments
        number, until = given["place"], given["until"]
        found = self.places[number] if number < len(self.places) else None
        if found is None:
            self._wrong(entry, "place", "nobody is enrolled there", place=number)
        shorter = until == 0 or found.valid_from < until < found.valid_until
        self._expect(entry, "period", shorter, "an end that is not inside the enrolment", found.valid_until, until)
        after = Revocation(number, until or None).ended(found)
        self._expect(entry, "leaf", given["leaf"] == leaf_of(after), "", leaf_of(after), given["leaf"])

        device = self._devices.get(given["deviceX"])
        if device and device.place == number:
            end = max((self.time + self.revocation_window) * 1000, found.valid_from, until)
            device.free = min(device.free, end)
        self._put(number, after)

    def _enrol(self, entry: Entry) -> None:
        given = entry.event.arguments
        number, logged = given["place"], given["enrolment"]
        due = len(self.places)
        self._expect(entry, "place", number == due < MAX_ENROLMENTS, "not the next place", due, number)
        signed = self._signed(entry, logged)
        enrolment = signed.enrolment
        self._expect(entry, "device", given["deviceX"] == enrolment.device.x, "", enrolment.device.x, given["deviceX"])
        self._expect(entry, "leaf", logged["leaf"] == enrolment.leaf, "", enrolment.leaf, logged["leaf"])

        known = self._devices.get(enrolment.device.x, _Device(0, 0, 0))
        in_time = self.time <= signed.expiry <= self.time + LONGEST_EXPIRY
        self._expect(
            entry, "expiry", in_time, "a signature that had expired, or was not to be", self.time, signed.expiry
        )
        fresh = signed.expiry > known.expiry
        self._expect(entry, "replay", fresh, "a signature used before, or an older one", known.expiry, signed.expiry)
        free = enrolment.valid_from >= known.free
        self._expect(entry, "device held", free, "the device is not free", known.free, enrolment.valid_from)
        listed = signed.attestation.public in self.hardware if signed.attestation else not self.attested
        self._expect(entry, "attestation", listed, "none of a listed hardware key")

        self._devices[enrolment.device.x] = _Device(signed.expiry, enrolment.valid_until, number)
        self._put(number, enrolment)

    def _signed(self, entry: Entry, logged: Mapping[str, Any]) -> SignedEnrolment:
        try:
            signed = SignedEnrolment.from_event(logged)
            signed.verify(self.where)
        except (RecordInvalid, SignatureRejected) as fault:
            rule = "signature" if isinstance(fault, SignatureRejected) else "period"
            self._wrong(entry, rule, fault.message, place=entry.event.arguments["place"])
        return signed

    def _put(self, number: int, enrolment: Enrolment | None) -> None:
        self.places[number : number + 1] = [enrolment]
        self.tree.put(number, leaf_of(enrolment))

    def _expect(
        self, entry: Entry, rule: str, holds: bool, what: str, expected: int | None = None, got: int | None = None
    ) -> None:
        if holds:
            return
        place = {"place": entry.event.arguments["place"]} if "place" in entry.event.arguments else {}
        numbers = {} if expected is None else {"expected": expected, "got": got}
        self._wrong(entry, rule, what or "not the one that the log gives", **place, **numbers)

    def _wrong(self, entry: Entry, rule: str, what: str, **evidence: Any) -> NoReturn:
        raise RegistryWrong(
            f"{entry.event.name} in block {entry.block} is wrong, {rule}: {what}. "
            f"Accept no root of registrar {self.where.registrar}, and show the transaction to whoever does",
            rule=rule,
            event=entry.event.name,
            registrar=self.where.registrar,
            block=entry.block,
            transaction=entry.transaction,
            publication=self.publications + 1,
            **evidence,
        )
