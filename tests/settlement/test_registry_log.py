"""A registrar who publishes or logs what is wrong is convicted by his own log, with evidence."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.settlement.registry_stage import (
    DAY,
    HARDWARE,
    HOUR,
    NEXT_OWNER,
    REVOCATION,
    RegistryStage,
    bent,
    position,
)
from zkdata.capsule.hashing import FIELD_ORDER
from zkdata.capsule.tree import RegistryTree
from zkdata.errors import RegistryWrong
from zkdata.settlement import root_windows
from zkdata.settlement.chain import Chain
from zkdata.settlement.receipt import Entry
from zkdata.settlement.root_windows import RING, RootWindows
from zkdata.settlement.signed_enrolment import Revocation

pytestmark = pytest.mark.xdist_group("settlement")
Log = list[Entry]


@pytest.fixture(scope="module")
def told() -> tuple[RegistryStage, Log]:
    """A log in which everything happened once: two enrolments, a revocation from a date, a removal, a next owner."""
    stage = RegistryStage(Chain.embedded())
    stage.registry.list_key(HARDWARE.public, sender=stage.registrar)
    stage.publish(stage.signed(1, hardware=HARDWARE), stage.signed(2))
    stage.publish(revoke=(Revocation(0, (stage.chain.now() + DAY) * 1000),))
    free = (stage.chain.now() + REVOCATION + HOUR) * 1000
    stage.publish(
        stage.signed(2, NEXT_OWNER, start=free, expiry=stage.chain.now() + DAY + HOUR), revoke=(Revocation(1),)
    )
    log = stage.log()
    assert stage.replay(log).state == stage.registry.state(stage.registrar)
    return stage, log


def convicted(stage: RegistryStage, log: Log | None = None) -> RegistryWrong:
    """What the log is convicted of, with the evidence that every conviction carries."""
    with pytest.raises(RegistryWrong) as wrong:
        stage.ledger() if log is None else stage.replay(log)
    error = wrong.value
    assert {"rule", "event", "registrar", "block", "transaction", "publication"} <= set(error.evidence)
    assert error.registrar == stage.registrar and error.transaction.startswith("0x") and error.exit_code == 1
    return error


@pytest.fixture
def stage() -> RegistryStage:
    """A registry with one device in it."""
    stage = RegistryStage(Chain.embedded())
    stage.publish(stage.signed(1))
    return stage


def tree_with(stage: RegistryStage, *leaves: int) -> RegistryTree:
    """The registrar's tree, and more leaves."""
    tree = stage.ledger().tree.copy()
    for leaf in leaves:
        tree.put(len(tree), leaf)
    return tree


# On the chain itself, by a registrar who does not use this package: the contract cannot know better.


def test_a_wrong_root_is_convicted(stage: RegistryStage) -> None:
    """A root with a device that was not logged is told from the one that the log gives."""
    signed, hidden = stage.signed(2), stage.signed(3)
    due = tree_with(stage, signed.enrolment.leaf).root
    wrong = tree_with(stage, signed.enrolment.leaf, hidden.enrolment.leaf).root
    stage.publish_raw(wrong, [], [signed.parameters])
    error = convicted(stage)
    assert (error.rule, error.expected, error.got, error.publication) == ("root", due, wrong, 2)


def test_a_correction_does_not_hide_it(stage: RegistryStage) -> None:
    """After a wrong root the right one can be published, which ends the wrong one; the log keeps both."""
    due = stage.ledger().root
    later = tree_with(stage, stage.signed(2).enrolment.leaf).root
    stage.publish_raw(later, [], [])
    assert stage.registry._contract.call("endOf", stage.registrar, due) == stage.chain.now() + REVOCATION
    assert convicted(stage).rule == "root"


def test_a_swapped_leaf_is_convicted(stage: RegistryStage) -> None:
    """A leaf of another owner under a device's signature, with the root that goes with it."""
    signed = stage.signed(2)
    parameters, leaf = list(signed.parameters), stage.signed(2, NEXT_OWNER).enrolment.leaf
    parameters[6] = leaf
    stage.publish_raw(tree_with(stage, leaf).root, [], [tuple(parameters)])
    error = convicted(stage)
    assert (error.rule, error.place, error.expected, error.got) == ("leaf", 1, signed.enrolment.leaf, leaf)


def test_a_swapped_leaf_of_a_revocation_is_convicted(stage: RegistryStage) -> None:
    """A new end whose leaf still has the old one: a revocation that revokes nothing."""
    enrolment = stage.ledger().places[0]
    assert enrolment is not None
    until = enrolment.valid_until - 1
    tree = stage.ledger().tree.copy()
    other = dataclasses.replace(enrolment, valid_until=enrolment.valid_until - 2)
    tree.put(0, other.leaf)
    stage.publish_raw(tree.root, [(0, enrolment.device.x, until, other.leaf)], [])
    error = convicted(stage)
    due = dataclasses.replace(enrolment, valid_until=until).leaf
    assert (error.rule, error.place, error.expected, error.got) == ("leaf", 0, due, other.leaf)


@pytest.mark.parametrize("part", range(3))
def test_a_forged_signature_is_convicted(stage: RegistryStage, part: int) -> None:
    """A registrar who enrols a device that did not agree has no signature to log."""
    signed = stage.signed(2)
    parameters = list(signed.parameters)
    parameters[8] = [number + (index == part) for index, number in enumerate(parameters[8])]
    stage.publish_raw(tree_with(stage, signed.enrolment.leaf).root, [], [tuple(parameters)])
    error = convicted(stage)
    assert (error.rule, error.place) == ("signature", 1)


def test_a_signature_for_another_owner_is_convicted(stage: RegistryStage) -> None:
    """A device that agreed to one owner is enrolled for another."""
    agreed, other = stage.signed(2), stage.signed(2, NEXT_OWNER)
    parameters = list(other.parameters)
    parameters[8] = list(agreed.parameters[8])
    stage.publish_raw(tree_with(stage, other.enrolment.leaf).root, [], [tuple(parameters)])
    assert convicted(stage).rule == "signature"


def test_a_key_that_is_no_point_is_convicted(stage: RegistryStage) -> None:
    """A.y has to go with A.x: another point over the same x is not in the prime subgroup."""
    parameters = list(stage.signed(2).parameters)
    parameters[1] = FIELD_ORDER - parameters[1]
    stage.publish_raw(tree_with(stage, parameters[6]).root, [], [tuple(parameters)])
    assert convicted(stage).rule == "signature"


# In a log that no chain with our contract has: a node that lies, or another contract.

Bend = Callable[[Log], Log]


def swap(name: str, count: int, changes: Callable[[Mapping[str, Any]], dict[str, Any]]) -> Bend:
    """Entry `count` of this name with other arguments."""

    def bend(log: Log) -> Log:
        index = position(log, name, count)
        log[index] = bent(log[index], changes(log[index].event.arguments))
        return log

    return bend


def without(name: str, count: int = 0) -> Bend:
    """The log less one entry."""

    def bend(log: Log) -> Log:
        del log[position(log, name, count)]
        return log

    return bend


def again(name: str, count: int) -> Bend:
    """The log with one entry twice."""

    def bend(log: Log) -> Log:
        index = position(log, name, count)
        return [*log[: index + 1], log[index], *log[index + 1 :]]

    return bend


def elsewhere(log: Log) -> Log:
    """An enrolment logged in another transaction than its root."""
    index = position(log, "Enrolled")
    log[index] = dataclasses.replace(log[index], transaction="0x00")
    return log


BENDS: dict[str, tuple[Bend, str]] = {
    "never opened": (without("Opened"), "order"),
    "an enrolment left out": (without("Enrolled", 0), "place"),
    "the last enrolment left out": (without("Enrolled", 2), "root"),
    "a revocation left out": (without("Revoked", 0), "root"),
    "a publication left out": (without("Published", 0), "replaced root"),
    "the last publication left out": (without("Published", 2), "order"),
    "an enrolment twice": (again("Enrolled", 2), "place"),
    "a publication twice": (again("Published", 2), "replaced root"),
    "an enrolment of another transaction": (elsewhere, "order"),
    "another root": (swap("Published", 1, lambda given: {"root": given["root"] + 1}), "root"),
    "another root replaced": (swap("Published", 1, lambda given: {"replaced": given["replaced"] + 1}), "replaced root"),
    "a root twice": (swap("Published", 1, lambda given: {"root": given["replaced"]}), "root used"),
    "back in time": (swap("Published", 1, lambda given: {"time": 1}), "time"),
    "a longer window": (swap("Published", 1, lambda given: {"end": given["end"] + 1}), "window"),
    "a window where none is": (swap("Published", 0, lambda given: {"end": given["time"]}), "window"),
    "a key that was not listed": (without("HardwareKeyListed"), "attestation"),
    "a key that is no point": (swap("HardwareKeyListed", 0, lambda given: {"x": given["x"] + 1}), "hardware key"),
    "attestations asked for": (swap("Opened", 0, lambda given: {"attested": True}), "attestation"),
    "another attestation": (
        swap("Enrolled", 0, lambda given: {"attestation": {**given["enrolment"]["attestation"], "r": 5}}),
        "signature",
    ),
    "another device named": (swap("Enrolled", 0, lambda given: {"deviceX": given["deviceX"] + 1}), "device"),
    "another place": (swap("Enrolled", 1, lambda given: {"place": 2}), "place"),
    "another class": (swap("Enrolled", 1, lambda given: {"deviceClass": 8}), "leaf"),
    "another owner": (swap("Enrolled", 0, lambda given: {"ownerCommitment": 8}), "signature"),
    "an owner who is no number": (swap("Enrolled", 0, lambda given: {"ownerCommitment": FIELD_ORDER}), "period"),
    "a period that is none": (swap("Enrolled", 0, lambda given: {"until": given["enrolment"]["from"]}), "period"),
    "another expiry": (swap("Enrolled", 0, lambda given: {"expiry": given["enrolment"]["expiry"] + 1}), "signature"),
    "nobody revoked": (swap("Revoked", 0, lambda given: {"place": 2}), "place"),
    "a removed one revoked": (again("Revoked", 1), "place"),
    "an end that is no earlier": (swap("Revoked", 0, lambda given: {"until": 2**48 - 1}), "period"),
    "a removal with a leaf": (swap("Revoked", 1, lambda given: {"leaf": 2}), "leaf"),
}


@pytest.mark.parametrize(("bend", "rule"), BENDS.values(), ids=BENDS)
def test_a_bent_log_is_convicted(told: tuple[RegistryStage, Log], bend: Bend, rule: str) -> None:
    """Whatever is changed, left out or told twice breaks the rule that it should."""
    stage, log = told
    assert convicted(stage, bend(list(log))).rule == rule


def test_every_number_of_the_log_counts(told: tuple[RegistryStage, Log]) -> None:
    """No argument can be changed, but the time before any window began, and whom a revocation leaves held."""
    stage, log = told
    unchecked = []
    for index, entry in enumerate(log):
        if entry.event.name not in ("Enrolled", "Revoked", "Published"):
            continue
        numbers = {**entry.event.arguments, **entry.event.arguments.get("enrolment", {})}
        for name in (name for name, value in numbers.items() if isinstance(value, int)):
            changed = [*log[:index], bent(entry, {name: numbers[name] + 1}), *log[index + 1 :]]
            try:
                stage.replay(changed)
            except RegistryWrong:
                continue
            unchecked.append((entry.event.name, name, numbers.get("replaced")))
    assert unchecked == [("Published", "time", 0), ("Revoked", "deviceX", None)]


# Rules of time, in logs made of true enrolments: what the contract refuses, the rebuild convicts.


def test_a_replayed_signature_is_convicted() -> None:
    """An enrolment logged once more after its revocation: the very signature, for a free period, with a right leaf."""
    stage = RegistryStage(Chain.embedded())
    first = stage.signed(1, until=(stage.chain.now() + 60) * 1000)
    stage.publish(first)
    second = dataclasses.replace(
        first, enrolment=dataclasses.replace(first.enrolment, valid_from=first.enrolment.valid_until, valid_until=2**47)
    )
    log = [*stage.log(), *_forged(stage, second.parameters)]
    error = convicted(stage, log)
    assert (error.rule, error.expected, error.got) == ("replay", first.expiry, first.expiry)


@pytest.mark.parametrize(("early", "rule"), [(1, "device held"), (0, None)])
def test_a_device_enrolled_too_early_is_convicted(early: int, rule: str | None) -> None:
    """A millisecond before its key is free it is a conviction, and at that millisecond it is none."""
    stage = RegistryStage(Chain.embedded())
    stage.publish(stage.signed(1))
    stage.publish(revoke=(Revocation(0),))
    free = (stage.chain.now() + REVOCATION) * 1000
    later = stage.chain.now() + 2 * DAY
    signed = stage.signed(1, NEXT_OWNER, start=free - early, expiry=later)
    log = [*stage.log(), *_forged(stage, signed.parameters)]
    if rule:
        assert convicted(stage, log).rule == rule
    else:
        assert stage.replay(log).publications == 3


@pytest.mark.parametrize(("seconds", "rule"), [(-1, "expiry"), (0, None), (30 * DAY, None), (30 * DAY + 1, "expiry")])
def test_an_expired_signature_is_convicted(seconds: int, rule: str | None) -> None:
    """Good to its last second, and for no more than 30 days ahead."""
    stage = RegistryStage(Chain.embedded())
    stage.publish(stage.signed(1))
    signed = stage.signed(2, expiry=stage.chain.now() + seconds)
    log = [*stage.log(), *_forged(stage, signed.parameters)]
    if rule:
        assert convicted(stage, log).rule == rule
    else:
        assert stage.replay(log).publications == 2


def test_an_older_place_frees_nothing() -> None:
    """Of a device enrolled for two periods, revoking the first leaves the second as it is: one in it is too early."""
    stage = RegistryStage(Chain.embedded())
    start = stage.chain.now() * 1000
    soon = stage.chain.now() + DAY
    stage.publish(stage.signed(1, start=start, until=start + 9, expiry=soon))
    stage.publish(stage.signed(1, start=start + 9, until=2**47, expiry=soon + 1))
    stage.publish(revoke=(Revocation(0),))
    inside = (stage.chain.now() + 2 * DAY) * 1000
    log = [*stage.log(), *_forged(stage, stage.signed(1, NEXT_OWNER, start=inside, expiry=soon + 2).parameters)]
    error = convicted(stage, log)
    assert (error.rule, error.expected, error.got) == ("device held", 2**47, inside)


def test_an_addition_without_room_is_convicted(monkeypatch: pytest.MonkeyPatch) -> None:
    """While as many replaced roots are valid as may be, only a revocation is published."""
    stage = RegistryStage(Chain.embedded())
    for number in (1, 2, 3):
        stage.publish(stage.signed(number))
    assert stage.replay(stage.log()).publications == 3
    monkeypatch.setattr(root_windows, "RING", 1)
    error = convicted(stage, stage.log())
    assert (error.rule, error.publication) == ("window", 3)


def _forged(stage: RegistryStage, parameters: tuple[Any, ...]) -> list[Entry]:
    """One more publication at the latest block's time, as a node could make it up, with the right root."""
    log, ledger, now = stage.log(), stage.ledger(), stage.chain.now()
    names = list(log[position(log, "Enrolled")].event.arguments["enrolment"])
    struct = dict(zip(names, parameters, strict=True))
    struct["attestation"] = dict.fromkeys("rsxy", 0)
    tree = tree_with(stage, struct["leaf"])
    enrolled = log[position(log, "Enrolled")]
    arguments = {"place": len(ledger.places), "deviceX": struct["deviceX"], "enrolment": struct}
    window = stage.registry.state(stage.registrar).addition_window
    published = {"root": tree.root, "replaced": ledger.root, "time": now, "end": now + window}
    return [bent(enrolled, arguments), dataclasses.replace(bent(log[-1], published), transaction=enrolled.transaction)]


def test_an_addition_to_a_full_ring_is_convicted() -> None:
    """The ring of the replay is full when the contract's is."""
    windows = RootWindows()
    for root in range(1, RING + 2):
        windows.replace(root - 1, root, 100 + root, 1000, False)
    assert windows.full(1101) and not windows.full(1102)
    windows.replace(RING + 1, RING + 2, 200, 50, True)
    assert windows.ends[1] == 200 and {windows.ends[root] for root in range(2, RING + 2)} == {250}
    windows.replace(RING + 2, RING + 3, 249, 50, True)
    assert {windows.ends[root] for root in range(3, RING + 2)} == {250}, "never later than before"
