"""Any sequence of what two registrars do in one registry, through the client; after each step the log is replayed."""

import sys
from collections import Counter
from dataclasses import replace
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.settlement.machines.attempts import MADE, Attempts, Refusal, same
from tests.settlement.machines.registry_model import Entered, Known, RegistryModel, Removed
from tests.settlement.machines.registry_sketches import (
    AS_ASKED,
    FIRST,
    LAST_EXPIRY,
    NEXT_EXPIRY,
    Sketch,
    ends,
    sketches,
    sound_sketches,
)
from tests.settlement.machines.world import revert_to, snapshot_of
from tests.settlement.registry_stage import DAY, HOUR, NEXT_OWNER, OWNER, device
from zkdata.capsule.hardware_key import SoftwareP256Key
from zkdata.capsule.tree import Enrolment
from zkdata.errors import RegistryWrong
from zkdata.settlement.chain import Chain
from zkdata.settlement.registry import DeviceRegistry
from zkdata.settlement.registry_ledger import Ledger, RegistryState
from zkdata.settlement.signed_enrolment import Revocation, SignedEnrolment

OWNERS = (OWNER, NEXT_OWNER)
HARDWARE = (SoftwareP256Key(2**255 - 19), SoftwareP256Key(2**254 - 17))
WINDOWS = ((4 * HOUR, HOUR), (HOUR, 0), (30 * DAY, 30 * DAY), (HOUR - 1, 0), (30 * DAY + 1, 0), (DAY, DAY + 1))
"""Three that may be chosen, and three that may not."""

MOST_PUBLICATIONS = 25
"""Below the 32 replaced roots that may be valid at once."""


class RegistryMachine(Attempts, RuleBasedStateMachine):
    """`chain` and `registry` are the subclass's; what an example did there is undone after it."""

    chain: ClassVar[Chain]
    registry: ClassVar[DeviceRegistry]

    def __init__(self) -> None:
        super().__init__()
        self.snapshot = snapshot_of(self.chain)
        self.time = self.chain.now()
        self.registrars = self.chain.accounts[1:3]
        self.models = {each: RegistryModel() for each in self.registrars}
        self.ledgers: dict[str, list[Ledger]] = {each: [] for each in self.registrars}
        """As they were rebuilt, the last one last; older ones, and those of chains that are gone, are stale."""
        self.fork: tuple[str, int, dict[str, RegistryModel]] | None = None
        self.moved = set(self.registrars)

    def teardown(self) -> None:
        """Compared once more, unless something is wrong already."""
        try:
            if sys.exc_info()[0] is None:
                self.moved = set(self.registrars)
                self.agrees()
        finally:
            revert_to(self.chain, self.snapshot)

    # What there is

    def stands(self, ledger: Ledger) -> list[Entered | None]:
        return [
            each
            and Entered(each.device.x, each.owner_commitment, each.device_class, each.valid_from, each.valid_until, 0)
            for each in ledger.places
        ]

    # Rules

    @initialize(
        tried=st.lists(st.integers(0, len(WINDOWS) - 1), max_size=2),
        windows=st.integers(0, 2),
        sketch=sound_sketches,
        end=ends,
        later=sound_sketches,
        attested=st.booleans(),
    )
    def begin(
        self, tried: list[int], windows: int, sketch: Sketch, end: int | None, later: Sketch, attested: bool
    ) -> None:
        """One has opened, has a device, was to revoke it and to enrol another in one publication, and one more: also by
        the same signature, too early, and with nobody who vouches for it. Then he removes somebody, and nobody."""
        for each in (*tried, windows):
            self.opened(0, each, attested)
        for key, take in ((0, True), (1, True), (1, False), (1, False)):
            self.listed(0, key, take)
        self.agrees()
        self.published(0, 0, [Sketch(FIRST, 0, 0, DAY * 1000, NEXT_EXPIRY, AS_ASKED, False)], [])
        self.agrees()
        self.published(0, 0, [sketch], [(0, end)])
        self.agrees()
        self.published(0, 0, [later], [])
        for changes in ({"start": 0, "expiry": LAST_EXPIRY}, {"start": -1}, {"start": 0, "hardware": None}):
            self.agrees()
            self.published(0, 0, [replace(later, **changes)], [])
        for place in (0, 5):
            self.agrees()
            self.published(0, 0, [], [(place, None)])

    @precondition(lambda self: not self.models[self.registrars[1]].addition)
    @rule(windows=st.integers(0, len(WINDOWS) - 1), attested=st.booleans())
    def open_the_other(self, windows: int, attested: bool) -> None:
        self.opened(1, windows, attested)

    def opened(self, who: int, windows: int, attested: bool) -> None:
        registrar, (addition, revocation) = self.registrars[who], WINDOWS[windows]
        model = self.models[registrar]
        if self.attempt(
            "open",
            lambda: self.registry.open(
                sender=registrar, addition_window=addition, revocation_window=revocation, attested=attested
            ),
            lambda _: model.open_refused(registrar, addition, revocation),
        ):
            model.addition, model.revocation, model.attested = addition, revocation, attested
            self.moved.add(registrar)

    @rule(who=st.sampled_from((0, 0, 1)), key=st.integers(0, 1), again=st.sampled_from((False, False, True)))
    def list_or_unlist(self, who: int, key: int, again: bool) -> None:
        """What was not done yet; or what was done, once more."""
        self.listed(who, key, (key in self.models[self.registrars[who]].hardware) == again)

    def listed(self, who: int, key: int, take: bool) -> None:
        registrar, public = self.registrars[who], HARDWARE[key].public
        model = self.models[registrar]

        def refusal(_: int) -> Refusal | None:
            if take and not model.addition:
                return Refusal.of("RegistrarUnknown", registrar=registrar)
            name = "HardwareKeyKnown" if take else "HardwareKeyUnknown"
            return Refusal.of(name, x=public.x, y=public.y) if (key in model.hardware) == take else None

        act = self.registry.list_key if take else self.registry.unlist_key
        if self.attempt("list" if take else "unlist", lambda: act(public, sender=registrar), refusal):
            (model.hardware.add if take else model.hardware.discard)(key)
            self.moved.add(registrar)

    @rule(who=st.sampled_from((0, 0, 1)), sketch=sound_sketches)
    def enrol(self, who: int, sketch: Sketch) -> None:
        self.published(who, 0, [sketch], [])

    @rule(who=st.sampled_from((0, 0, 0, 1)), place=st.integers(0, 5), end=ends)
    def revoke(self, who: int, place: int, end: int | None) -> None:
        self.published(who, 0, [], [(place, end)])

    @rule(
        who=st.sampled_from((0, 0, 1)),
        stale=st.sampled_from((0, 0, 0, 0, 1)),
        drawn=st.lists(sketches, max_size=2),
        revoked=st.lists(st.tuples(st.integers(0, 5), ends), max_size=1),
    )
    def publish(self, who: int, stale: int, drawn: list[Sketch], revoked: list[tuple[int, int | None]]) -> None:
        """Revoke and enrol, or change nothing, from the last ledger or an older one."""
        self.published(who, stale, drawn, revoked)

    def published(self, who: int, stale: int, drawn: list[Sketch], revoked: list[tuple[int, int | None]]) -> None:
        registrar = self.registrars[who]
        model, ledgers = self.models[registrar], self.ledgers[registrar]
        ledger = ledgers[-1 - stale % len(ledgers)] if ledgers else Ledger(self.registry.place(registrar))
        if len(model.ends) >= MOST_PUBLICATIONS:
            return
        signed = [self.signed(registrar, each) for each in drawn]
        entered = [one for one, _ in signed]
        removed = [self.removal(ledger, place, end) for place, end in revoked]
        client = model.unsent(self.stands(ledger), removed)
        if any(each.elsewhere for each in drawn):
            client = Refusal("SignatureRejected")

        def after(time: int) -> Refusal | RegistryModel:
            return model.publish(registrar, ledger.root, removed, entered, time)

        move = "publish" if stale or bool(drawn) == bool(revoked) else "enrol" if drawn else "revoke"
        if self.attempt(
            move,
            lambda: self.registry.publish(
                ledger,
                enrol=[each for _, each in signed],
                revoke=[Revocation(each.place, each.until) for each in removed],
                sender=registrar,
            ),
            lambda time: found if isinstance(found := after(time), Refusal) else None,
            client=client,
        ):
            published = after(self.time)
            assert isinstance(published, RegistryModel)
            self.models[registrar] = published
            self.moved.add(registrar)

    def signed(self, registrar: str, sketch: Sketch) -> tuple[Entered, SignedEnrolment]:
        key, owner = device(sketch.number), OWNERS[sketch.owner]
        known = self.models[registrar].devices.get(key.public.x, Known(0, 0, 0))
        start = max(known.free, self.time * 1000) + sketch.start
        expiry = self.time + max(sketch.expiry, 0)
        if sketch.expiry < 0 and known.expiry:
            expiry = known.expiry if sketch.expiry == LAST_EXPIRY else max(known.expiry + 1, self.time + DAY)
        elif sketch.expiry == NEXT_EXPIRY:
            expiry = self.time + DAY
        enrolment = Enrolment(key.public, owner.commitment(key.public), 7, start, start + sketch.lasts)
        place = self.registry.place(self.chain.accounts[5] if sketch.elsewhere else registrar)
        vouched = sketch.hardware
        if vouched == AS_ASKED:
            vouched = 0 if self.models[registrar].attested else None
        signed = SignedEnrolment.sign(enrolment, place, expiry, key, None if vouched is None else HARDWARE[vouched])
        entered = Entered(key.public.x, enrolment.owner_commitment, 7, start, enrolment.valid_until, expiry, vouched)
        return entered, signed

    def removal(self, ledger: Ledger, place: int, end: int | None) -> Removed:
        """Of somebody who stands there, but for one place in six."""
        standing = [number for number, each in enumerate(ledger.places) if each]
        if standing and place < 5:
            place = standing[place % len(standing)]
        found = ledger.places[place] if place < len(ledger.places) else None
        if found is None or end is None:
            return Removed(place, None)
        return Removed(place, found.valid_until if end == -1 else found.valid_from + end)

    @precondition(lambda self: self.ledgers[self.registrars[0]] and self.models[self.registrars[0]].root)
    @rule(root=st.integers(2, 2**200), changes=st.booleans())
    def lie_about_a_root(self, root: int, changes: bool) -> None:
        """A registrar who publishes another root than that of his log is convicted by it; then it never happened."""
        registrar, snapshot = self.registrars[0], snapshot_of(self.chain)
        model = self.models[registrar]
        arguments: list[Any] = [model.root, root, [], []]
        standing = [(place, each.device_x, 0, 1) for place, each in enumerate(model.places) if each]
        if changes:
            arguments[2] = standing[:1]
        self.registry._contract.send("publish", *arguments, sender=registrar)

        def rebuilt() -> None:
            try:
                self.registry.rebuild(registrar)
            except RegistryWrong as wrong:
                same("what is broken", (wrong.rule, wrong.got), ("root", root))
                raise

        self.refused("rebuild", rebuilt, Refusal("RegistryWrong"))
        revert_to(self.chain, snapshot)

    @rule(seconds=st.sampled_from((1, HOUR - 1, HOUR, HOUR + 1, DAY, 20 * DAY)))
    def wait(self, seconds: int) -> None:
        self.pass_time(seconds)

    @rule(edge=st.integers(0, 20), off=st.integers(-1, 1))
    def wait_for_an_edge(self, edge: int, off: int) -> None:
        """Until about the second in which a root ends or a device is free."""
        moments = [end for model in self.models.values() for end in model.ends.values() if end]
        moments += [known.free // 1000 for model in self.models.values() for known in model.devices.values()]
        ahead = sorted({moment + off - self.time for moment in moments if 0 < moment + off - self.time < 40 * DAY})
        if ahead:
            self.pass_time(ahead[edge % len(ahead)])

    def pass_time(self, seconds: int) -> None:
        self.chain.advance(seconds)
        self.time += seconds

    @precondition(lambda self: self.fork is None)
    @rule()
    def remember(self) -> None:
        copies = {registrar: model.copied() for registrar, model in self.models.items()}
        self.fork = snapshot_of(self.chain), self.time, copies

    @precondition(lambda self: self.fork)
    @rule()
    def reorganise(self) -> None:
        """Ledgers of the chain that is gone stay in the registrars' hands."""
        assert self.fork is not None
        snapshot, self.time, self.models = self.fork
        revert_to(self.chain, snapshot)
        self.fork, self.moved = None, set(self.registrars)

    # What holds after every move

    @invariant()
    def agrees(self) -> None:
        """The log gives the model's places, its tree the model's root; roots are accepted while they should."""
        same("time", self.chain.now(), self.time)
        for registrar, model in self.models.items():
            for root in [*model.ends, 0, 5]:
                accepted = model.accepted(root, self.time)
                same("accepted", self.registry.accepts(registrar, root), accepted)
                self.tally["accept", MADE if accepted else "refused"] += root in model.ends
            if registrar in self.moved and model.addition:
                self.compare(registrar, model)
        self.moved = set()

    def compare(self, registrar: str, model: RegistryModel) -> None:
        ledger = self.taken("rebuild", lambda: self.registry.rebuild(registrar))
        self.ledgers[registrar].append(ledger)
        same("root", (ledger.root, ledger.tree.root), (model.root, model.tree_root if model.places else 0))
        due = [each and each.leaf for each in model.places]
        same("places", [each and each.leaf for each in ledger.places], due)
        same("ends", ledger.windows.ends, model.ends)
        same("keys", {HARDWARE.index(_owned(each)) for each in ledger.hardware}, model.hardware)
        state = RegistryState(model.root, model.addition, model.revocation, model.attested, len(model.places))
        same("state", self.registry.state(registrar), state)
        for x, known in model.devices.items():
            found = tuple(self.registry._contract.call("deviceOf", registrar, x))
            same("device", found, (known.free, known.expiry))


def _owned(public: object) -> SoftwareP256Key:
    return next(each for each in HARDWARE if each.public == public)


def machine_on(chain: Chain, registry: DeviceRegistry) -> type[RegistryMachine]:
    """The machine on one registry."""
    members = {"chain": chain, "registry": registry, "tally": Counter()}
    return type("RegistryMachineOnAChain", (RegistryMachine,), members)
