"""What a chain says of a transaction that was mined: its receipt, and the events in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zkdata.errors import TransactionFailed


@dataclass(frozen=True, slots=True)
class Event:
    """One log entry of the contract, decoded by its ABI."""

    name: str
    arguments: Mapping[str, Any]
    transaction: str = ""
    """Which transaction wrote it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An event and where it stands in the chain's log."""

    event: Event
    block: int
    index: int
    """Among all entries of its block."""
    transaction: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """A transaction that was mined and did not revert."""

    transaction: str
    gas_used: int
    block_time: int
    events: tuple[Event, ...]

    def event(self, *names: str) -> Event:
        """The only event of these names; TransactionFailed if there is none or more than one."""
        found = [event for event in self.events if event.name in names]
        if len(found) != 1:
            name = " or ".join(names)
            raise TransactionFailed(
                f"{len(found)} events {name} in one receipt where one was due; is this the right contract?",
                transaction=self.transaction,
            )
        return found[0]
