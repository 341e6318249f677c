"""The escrow's client and contract agree with the model through any sequence of moves, and a planted fault does not."""

from collections import Counter

import pytest
from hypothesis import settings

from tests.settlement.machines.attempts import MADE, unseen
from tests.settlement.machines.escrow_audit import LOGGED
from tests.settlement.machines.escrow_machine import machine_on
from tests.settlement.machines.planted import escrow_with, in_client
from tests.settlement.machines.running import finds, run
from tests.settlement.machines.world import World, with_escrow
from zkdata.settlement.escrow import Escrow
from zkdata.settlement.pending import PendingClaim
from zkdata.settlement.prices import Prices

pytestmark = pytest.mark.xdist_group("settlement")

MOVES = ("post", "top-up", "cancel", "claim", "claim_many", "admit", "release", "tell", "expire", "close",
         "withdraw")  # fmt: skip
PHASES = ("claimed", "admitted", "paid", "refused", "lost")
REFUSED = {
    "post": ("ParametersInvalid", "TokenRefused"),
    "top-up": ("ParametersInvalid", "RequestExpired", "RequestUnknown", "TokenRefused"),
    "cancel": ("ParametersInvalid", "RequestUnknown"),
    "claim": ("AlreadyClaimed", "AsOfInFuture", "ProofRejected", "RequestExhausted", "RequestExpired", "RequestUnknown",
              "SignalMismatch", "TermsInvalid", "TermsMismatch"),
    "claim asked": ("NothingProven", "ProofRejected"),
    "claim_many": ("AlreadyClaimed", "AsOfInFuture", "ProofRejected", "RequestExhausted", "RootNotAccepted",
                   "TermsInvalid"),
    "admit": ("NotAdmitted", "NotReleased", "ReleaseExpired"),
    "release": ("NotReleased", "ReleaseExpired", "ReleaseSecretWrong"),
    "tell": ("ApproversWrong", "NotReleased", "ReleaseExpired", "ReleaseSecretWrong"),
    "expire": ("NotReleased", "ReleaseOpen"),
    "close": ("RequestOpen", "RequestUnknown"),
    "withdraw": ("NothingCredited", "TokenRefused"),
}  # fmt: skip
"""What the long sequences see, at least."""

BUGS = (
    "every record is paid, whatever the cap",
    "the fee is always the sender's",
    "an expiry keeps the share",
    "the first approver gets all shares",
    "a claim does not set the share aside",
    "what expires goes back to a request that is closed",
    "the scope of a market names the request",
    "requests of a market refuse a slot in turn for ever",
    "a slot that was paid is free",
    "an admission does not look at the clock",
    "a payment leaves its claim waiting",
    "one claim that was front-run stops its batch",
    "anybody cancels",
    "notice is an hour",
    "a request closes in its last second",
    "a withdrawal deletes the credit of the one it pays",
)
"""Of the escrow, by their names in the table that forge's campaign is tried with."""

CLIENT = {
    "shows a secret when it can be kept out": (PendingClaim, "release", "<= self.aside.window", "< 0"),
    "forgets what the request did not pay for": (Prices, "earned", "min(count, self.record_cap)", "count"),
    "keeps the old deadline after a notice": (
        Escrow, "cancel", 'receipt.event("Cancelled").arguments["deadline"]', "posting.deadline"
    ),
    "forgets that a claim was admitted": (Escrow, "_told", ".current()", ""),
}  # fmt: skip


def test_any_sequence_of_moves(world: World) -> None:
    """Money, slots, log and refusals are those of the model; each move was made, and refused."""
    machine = machine_on(world)
    run(machine, examples=6, steps=20)
    assert unseen(machine.tally, MOVES) == set()
    assert {(phase, MADE) for phase in PHASES} <= machine.tally.keys()


def test_moves_that_were_not_seen(world: World) -> None:
    """A machine that gets nowhere is told from one that does; waiting for the end of a release is not enough."""
    machine = machine_on(world)
    run(machine, examples=1, steps=2)
    assert {"release", "withdraw"} <= unseen(machine.tally, MOVES)
    assert unseen(Counter({("claim", MADE): 3}), ["claim"]) == {"claim"}


def test_a_bug_of_the_contract_is_found(world: World) -> None:
    """The shortest of the hunts below."""
    finds(machine_on(with_escrow(world, escrow_with("a slot that was paid is free"))), 10, 40)


def test_a_bug_of_the_client_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shortest of these."""
    in_client(monkeypatch, *CLIENT["forgets that a claim was admitted"])
    finds(machine_on(world), 10, 40)


@pytest.mark.deep
def test_any_long_sequence_of_moves(world: World) -> None:
    """The same for as long as the profile says; every event was logged, and every refusal seen that the model has."""
    machine = machine_on(world)
    run(machine, examples=settings().max_examples, steps=60)
    due = {(move, refusal) for move, refusals in REFUSED.items() for refusal in refusals}
    assert due | {(event, MADE) for event in LOGGED} <= machine.tally.keys()


@pytest.mark.deep
@pytest.mark.parametrize("bug", BUGS)
def test_every_bug_of_the_contract_is_found(world: World, bug: str) -> None:
    """A contract with one bug is told from the real one."""
    finds(machine_on(with_escrow(world, escrow_with(bug))), 300, 60)


@pytest.mark.deep
@pytest.mark.parametrize("fault", CLIENT)
def test_every_bug_of_the_client_is_found(world: World, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    """So is a client with one."""
    in_client(monkeypatch, *CLIENT[fault])
    finds(machine_on(world), 300, 60)
