"""A move at a contract, made through the client: it does what the model says, or is refused as the model says."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self, TypeVar

from zkdata.errors import ZkDataError

T = TypeVar("T")
MADE = "made"


class Disagreement(AssertionError):
    """Client or contract did something else than the model."""


def same(what: str, found: Any, due: Any) -> None:
    """Disagreement unless the client found what is due."""
    if found != due:
        raise Disagreement(f"{what}: found {found!r}, the model says {due!r}")


@dataclass(frozen=True)
class Refusal:
    """One error of the tree: its name, and its evidence."""

    name: str
    evidence: Mapping[str, Any] | None = None
    """All of it; None where the model cannot know it."""

    @classmethod
    def of(cls, name: str, **evidence: Any) -> Self:
        """With what it has to carry."""
        return cls(name, evidence)

    def check(self, error: ZkDataError) -> None:
        """Disagreement unless it is this one."""
        if type(error).__name__ != self.name or self.evidence not in (None, error.evidence):
            raise Disagreement(f"refused with {error!r} {error.evidence}, the model says {self}") from error


MINED_AND_REVERTED = Refusal("TransactionFailed")


class Attempts:
    """Machines' moves by their names, and how often each was made, and refused with which error."""

    time: int
    """Of the latest block, by the model; a block is a second."""
    tally: ClassVar[Counter[tuple[str, str]]]

    def attempt(
        self,
        move: str,
        act: Callable[[], T],
        contract: Callable[[int], Refusal | None],
        *,
        client: Refusal | None = None,
        approves: bool = False,
    ) -> T | None:
        """Do it, or see it refused: by the client, by the contract when it is asked in the latest block, or in the
        next one. Where tokens are approved first, that is a block by itself."""
        if client:
            return self.refused(move, act, client)
        self.time += approves
        if refusal := contract(self.time):
            return self.refused(move, act, refusal)
        self.time += 1
        if contract(self.time):
            return self.refused(move, act, MINED_AND_REVERTED)
        return self.taken(move, act)

    def taken(self, move: str, act: Callable[[], T]) -> T:
        """Disagreement where it is refused."""
        try:
            done = act()
        except ZkDataError as error:
            raise Disagreement(f"{move} is refused with {error!r}, the model takes it") from error
        self.tally[move, MADE] += 1
        return done

    def refused(self, move: str, act: Callable[[], object], due: Refusal) -> None:
        """Disagreement unless it is refused like this."""
        try:
            done = act()
        except ZkDataError as error:
            due.check(error)
            self.tally[move, due.name] += 1
            return
        raise Disagreement(f"{move} is taken: {done!r}, the model says {due}")

    def ask(self, move: str, question: Callable[[], None], due: Refusal | None) -> None:
        """A call that changes nothing."""
        if due:
            self.refused(move, question, due)
        else:
            self.taken(move, question)


def unseen(tally: Counter[tuple[str, str]], moves: Iterable[str]) -> set[str]:
    """Moves that were never made, or never refused."""
    made = {move for move, outcome in tally if outcome == MADE}
    refused = {move for move, outcome in tally if outcome != MADE}
    return set(moves) - (made & refused)
