"""What the demo's scenario tells, piece by piece, and how it tries what has to be refused."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from ..errors import ZkDataError


@dataclass(frozen=True, slots=True)
class Began:
    """Something that takes a while has begun."""

    what: str


@dataclass(frozen=True, slots=True)
class Step:
    """Something happened: a word of the sentence, what it was, and figures about it."""

    name: str
    said: str
    seconds: float
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something was tried and refused, as it has to be."""

    attempt: str
    by: str
    error: ZkDataError
    seconds: float


@dataclass(frozen=True, slots=True)
class Balances:
    """What everybody holds, in the token's smallest unit."""

    when: str
    amounts: Mapping[str, int]


FALSE = "ProofRejected"

Happening: TypeAlias = Began | Step | Refusal | Balances


class NotRefused(ZkDataError):
    """Something went through that has to be refused: the demo found a fault, and says so."""


class NotDelivered(ZkDataError):
    """The buyer did not get what was paid for: the demo found a fault, and says so."""


class Clock:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._start = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Wall time so far."""
        return time.perf_counter() - self._start


def refused(attempt: str, by: str, act: Callable[[], object]) -> Refusal:
    """Try it, and be refused; NotRefused otherwise."""
    clock = Clock()
    try:
        act()
    except ZkDataError as error:
        return Refusal(attempt, by, error, clock.seconds)
    raise NotRefused(f"{attempt}: this went through and has to be refused; please report it")


def refused_twice(attempt: str, here: Callable[[], object], there: Callable[[], object]) -> Refusal:
    """Refused here before it is sent, and by the contract when it is asked without us.

    Under the same name, or the contract finds a false proof where this names what is wrong with it.
    """
    first, second = refused(attempt, "here, before it is sent", here), refused(attempt, "", there)
    if second.error.code not in (first.error.code, FALSE):
        raise NotRefused(f"{attempt}: {first.error.code} here, {second.error.code} by the contract; please report it")
    as_false = "" if first.error.code == second.error.code else ", for which the proof is false"
    by = f"{first.by}, and by the contract{as_false}"
    return replace(first, by=by, seconds=first.seconds + second.seconds)
