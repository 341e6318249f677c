"""The statement `device`: enrolled devices are accepted, and lies about key, class, root or time refused."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from tests.circuits.broken import UNRANGED, UNSEALED, UNTIED, twin
from tests.circuits.compiled import EVERY_SIGNAL, Compiled, compiled, shipped
from tests.circuits.forging import refusals, refused_only_by
from tests.reference.device import Device, example_device
from tests.reference.eddsa import sign
from tests.reference.field import R
from tests.reference.sealed import FIRST_SLOT, HOUR
from tests.reference.sealing import registry_path

MAIN = (
    'pragma circom 2.2.3;\ninclude "statements/device.circom";\n'
    "component main {public [context, content, root, deviceClass, timeMin, timeMax]} = Device(7);\n"
)
START, END = FIRST_SLOT * HOUR, (FIRST_SLOT + 1) * HOUR - 1


@cache
def hollow() -> Compiled:
    """The twin without a range, a path, a signature or a root."""
    return compiled(MAIN, EVERY_SIGNAL, twin([*UNRANGED, *UNTIED, UNSEALED[2]]))


def told(**changes: Any) -> Device:
    """A statement, false where the changes make it so."""
    return example_device(changes=changes)


@pytest.mark.parametrize(
    "period",
    [{}, {"enrolled_from": START, "enrolled_until": END + 1}, {"time_min": START, "time_max": START}],
)
def test_true_statements_are_accepted(period: dict[str, int]) -> None:
    """An enrolment that is just as long as the window, and a window of one millisecond, satisfy the rows."""
    assert shipped("device").accepts(shipped("device").wtns(told(**period).inputs))


def _elsewhere() -> dict[str, Any]:
    root, path = registry_path(list(range(1000, 1012)), 3)
    return replace(told(), root=root, path=tuple(map(tuple, path))).inputs


def _signed_by_another() -> dict[str, Any]:
    true = told()
    return replace(true, signature=sign(b"another device" + bytes(18), true.message)).inputs


LIES: dict[str, tuple[Callable[[], dict[str, Any]], str]] = {
    "enrolled after the window begins": (lambda: told(enrolled_from=START + 1).inputs, "AtMost#1"),
    "enrolled until the window's last moment": (lambda: told(enrolled_until=END).inputs, "AtMost#2"),
    "a window that ends below 0": (lambda: told(time_max=R - 7).inputs, "timeMax"),
    "not in the registry": (_elsewhere, "RegistryPath#1.product"),
    "signed by another device": (_signed_by_another, "Signature#1"),
    "the sequence of another capsule": (lambda: told().inputs | {"sequence": told().sequence + 1}, "Signature#1"),
    "the content of another capsule": (lambda: told().inputs | {"content": told().content + 1}, "Signature#1"),
    "an owner key that was not enrolled": (lambda: told().inputs | {"ownerKey": 5}, "RegistryPath#1"),
    "another class": (lambda: told().inputs | {"deviceClass": told().device_class + 1}, "RegistryPath#1"),
    "another root": (lambda: told().inputs | {"root": told().root + 1}, "root"),
}


@pytest.mark.parametrize("lie", sorted(LIES))
def test_lies_are_refused(lie: str) -> None:
    """A lie told consistently satisfies the twin, and violates the rows of the check that is about it."""
    tell, refused_by = LIES[lie]
    assert refused_only_by(refusals(shipped("device"), hollow(), tell()), refused_by)


def test_context_is_in_a_row() -> None:
    """A finished witness with another context violates a row."""
    circuit = shipped("device")
    witness = circuit.values(circuit.wtns(told().inputs))
    witness[circuit.wire("context")] += 1
    assert circuit.rows.violated(witness)


def test_the_twin_without_a_lie_is_accepted() -> None:
    """The harness itself refuses nothing."""
    assert refusals(shipped("device"), hollow(), told().inputs) == []
