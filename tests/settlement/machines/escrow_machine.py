"""Any sequence of moves of buyers, owners, keepers, relayers and thieves, drawn by hypothesis."""

import sys
from collections import Counter
from dataclasses import dataclass, replace

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.settlement.machines import offers, wishes
from tests.settlement.machines.attempts import MADE, same
from tests.settlement.machines.escrow_audit import audit, check_money
from tests.settlement.machines.escrow_books import ESCROW
from tests.settlement.machines.escrow_model import EscrowModel
from tests.settlement.machines.escrow_moves import FALSE_SIGNATURES, EscrowMoves, Word
from tests.settlement.machines.offers import LIES, Made, Sketch, sketches, sound_sketches
from tests.settlement.machines.world import HOURS, World, revert_to, snapshot_of
from zkdata.settlement.posting import Posting
from zkdata.settlement.registry_ledger import Ledger

MOST_PUBLICATIONS = 25
"""Below the 32 replaced roots that may be valid at once."""

LIKELY = 80
"""Of 100: how often something is picked with which anything can still be done."""


@dataclass(frozen=True)
class Fork:
    """A state of the chain that the node can come back to."""

    snapshot: str
    model: EscrowModel
    ledger: Ledger
    roots: list[int]


ENDS = ("claimed", "admitted", "released", "told late", "refused", "lost")
"""How far a sale goes. The first waits for the last second of the request, the last three until the client keeps the
secret back, and until it is too late, before and after somebody agreed."""

accounts, places, ends = st.integers(0, 8), st.integers(0, 99), st.sampled_from(ENDS)


class EscrowMachine(EscrowMoves, RuleBasedStateMachine):
    """Rules draw who does what. `world` is the subclass's; what an example did there is undone after it."""

    def __init__(self) -> None:
        super().__init__()
        self.snapshot = snapshot_of(self.world.chain)
        self.begin()
        self.seen = self.model.copied()
        self.forks: list[Fork] = []

    def teardown(self) -> None:
        """All of it is looked at, unless something is wrong already."""
        try:
            if sys.exc_info()[0] is None:
                audit(self.world, self.model)
        finally:
            revert_to(self.world.chain, self.snapshot)

    # What there is to pick from

    def posting(self, place: int) -> Posting:
        """A request that is open, or any that there ever was, also before a notice, also on a chain that is gone."""
        model = self.model
        live = [each.posting for each in model.requests.values() if not each.closed and each.deadline > model.time]
        found = live if live and place < LIKELY else self.postings
        return found[place % len(found)]

    def word(self, place: int, *phases: str) -> Word:
        """A claim that waits in one of these phases, or any that there ever was."""
        sales = ((each, self.model.sale_of(each.pending.aside)) for each in self.words)
        live = [each for each, sale in sales if sale and sale.phase in phases]
        found = live if live and place < LIKELY else self.words
        return found[place % len(found)]

    def made(self, posting: Posting, sketch: Sketch, lie: str = "") -> Made:
        made = offers.made(self.world, posting, sketch, self.roots, self.model.time)
        return offers.lied(made, lie) if lie else made

    def approvers(self, word: Word, others: bool) -> tuple[str, ...]:
        """Who agreed, or others."""
        agreed = word.pending.approvers
        if not others:
            return agreed
        return agreed[1:] if agreed else (self.world.accounts[5],)

    # Rules

    @initialize(data=st.data())
    def open_market(self, data: st.DataObject) -> None:
        """One request of each kind, and a sale on it that goes as far as is drawn; what was refused, elsewhere."""
        for kind, end in zip(wishes.KINDS, data.draw(st.permutations(ENDS)), strict=False):
            self.ask_for(data.draw(wishes.wishes(self.world, kind, flawed=False)))
            self.sold(self.postings[-1], data.draw(sound_sketches), self.world.accounts[data.draw(accounts)], end)
        again = data.draw(st.sampled_from(("refused", "refused", "released")))
        self.sell_elsewhere(data.draw(places), data.draw(sound_sketches), data.draw(accounts), again)

    @rule(data=st.data(), kind=st.sampled_from(wishes.KINDS), flawed=st.booleans())
    def post_one(self, data: st.DataObject, kind: str, flawed: bool) -> None:
        self.ask_for(data.draw(wishes.wishes(self.world, kind, flawed=flawed)))

    def ask_for(self, wish: wishes.Wish) -> None:
        self.post(replace(wish, deadline=self.model.time + wish.deadline))

    @rule(at=places, units=st.sampled_from((1, 3, 50, 50, 0, 2**32 - 1, 2**32)), odd=st.integers(0, 5), by=accounts)
    def add_money(self, at: int, units: int, odd: int, by: int) -> None:
        posting = self.posting(at)
        self.top_up(posting, posting.prices.unit * units + (odd == 0), self.world.accounts[by % 3])

    @rule(at=places, own=st.sampled_from((True, True, True, False)))
    def give_notice(self, at: int, own: bool) -> None:
        posting = self.posting(at)
        self.cancel(posting, posting.buyer if own else self.world.accounts[5])

    @rule(at=places, over=st.sampled_from((True, True, False)), by=accounts)
    def close_one(self, at: int, over: bool, by: int) -> None:
        ended = [each.posting for each in self.model.requests.values() if each.deadline < self.model.time]
        posting = ended[at % len(ended)] if over and ended else self.posting(at)
        self.close(posting, self.world.accounts[by])

    @rule(at=places, sketch=sound_sketches, by=accounts, end=ends)
    def sell(self, at: int, sketch: Sketch, by: int, end: str) -> None:
        """As it is meant to go, up to some step, or until it is too late: an hour that is free on this request."""
        posting, model = self.posting(at), self.model
        if posting.id in model.requests:
            hours = [(sketch.hour + more) % HOURS for more in range(HOURS)]
            free = (hour for hour in hours if not model.spent(posting.id, (sketch.device, hour)))
            sketch = replace(sketch, hour=next(free, sketch.hour))
        self.sold(posting, sketch, self.world.accounts[by], end)

    @rule(at=places, sketch=sound_sketches, by=accounts, end=ends)
    def sell_elsewhere(self, at: int, sketch: Sketch, by: int, end: str) -> None:
        """A slot that one request of a market refused, to another one of it."""
        model = self.model
        found = [
            (request.posting, slot)
            for (scope, slot), sales in sorted(model.slots.items())
            for number, request in sorted(model.requests.items())
            if request.scope == scope and sales[-1].phase == "refused" and sales[-1].request != number
            if not request.closed and request.deadline > model.time
        ]
        if found:
            posting, (device, hour) = found[at % len(found)]
            self.sold(posting, replace(sketch, device=device, hour=hour), self.world.accounts[by], end)

    def sold(self, posting: Posting, sketch: Sketch, sender: str, end: str) -> None:
        made = self.made(posting, sketch)
        if end == "released":
            words = self.claim_many(posting, [made, made], sender)
            word = words[0] if words else None
        else:
            word = self.claim(posting, made, sender)
        if word and end not in ("claimed", "refused") and not word.pending.aside.admitted:
            word = self.admit(word, self.keepers_of(word), [*self.world.signers], "", sender)
        if word is None:
            return
        aside, approvers = word.pending.aside, word.pending.approvers
        if end == "released":
            self.close(posting, posting.buyer)
            self.tell(word, False, approvers, sender)
            self.tell(word, True, self.approvers(word, True), sender)
            self.release(word, True, approvers, sender)
        elif end == "claimed":
            self.cancel(posting, posting.buyer)
            request = self.model.requests[posting.id]
            self.wait_until(request.deadline)
            self.close(request.posting, sender)
        elif end == "admitted":
            self.top_up(posting, 3 * posting.prices.unit, posting.buyer)
            self.top_up(posting, 3 * posting.prices.unit, sender)
        elif end == "told late":
            self.wait_until(aside.expiry - aside.window // 2)
            self.release(word, True, approvers, sender)
            self.tell(word, True, approvers, sender)
        elif end in ("refused", "lost"):
            self.expire(word, sender)
            self.wait_until(aside.expiry + 1)
            self.close(posting, posting.buyer)
            if not aside.admitted:
                self.admit(word, self.keepers_of(word), [*self.world.signers], "", sender)
            self.tell(word, True, approvers, sender)
            self.expire(word, sender)
        if end in ("released", "told late"):
            for each in (*approvers[:1], sender):
                self.withdraw(aside.token, each, each)

    @rule(at=places, sketch=sketches, by=accounts, lie=st.sampled_from(("", "", "", *LIES)))
    def claim_somehow(self, at: int, sketch: Sketch, by: int, lie: str) -> None:
        """On a strange root, with a strange fee, too early, again, or with a lie; the contract is asked first."""
        posting, sender = self.posting(at), self.world.accounts[by]
        made = self.made(posting, sketch, lie)
        self.ask_contract(posting, made, sender)
        self.claim(posting, made, sender)

    @rule(
        at=places,
        drawn=st.lists(sound_sketches | sketches, min_size=1, max_size=4),
        again=st.lists(st.integers(0, 3), max_size=2),
        false=st.integers(0, 7),
        by=accounts,
    )
    def claim_a_batch(self, at: int, drawn: list[Sketch], again: list[int], false: int, by: int) -> None:
        """Fresh, spent and repeated ones, one time in eight with a false proof."""
        posting = self.posting(at)
        batch = [self.made(posting, sketch) for sketch in drawn]
        batch += [batch[place % len(batch)] for place in again]
        if false == 0:
            batch[-1] = offers.lied(batch[-1], "false")
        self.claim_many(posting, batch, self.world.accounts[by])

    @precondition(lambda self: self.words)
    @rule(
        at=places,
        who=st.sets(st.integers(0, 2)),
        signing=st.sets(st.integers(0, 1)),
        flaw=st.sampled_from(("", "", "", "", *FALSE_SIGNATURES, "no answer")),
        by=accounts,
    )
    def agree(self, at: int, who: set[int], signing: set[int], flaw: str, by: int) -> None:
        """Some of the keepers and of the gate's signers, or something that looks like it."""
        word = self.word(at, "claimed")
        keepers = [each for place, each in enumerate(self.keepers_of(word)) if place in who]
        signers = [each for place, each in enumerate(self.world.signers) if place in signing]
        self.admit(word, keepers, signers, flaw, self.world.accounts[by])

    @precondition(lambda self: self.words)
    @rule(
        at=places,
        right=st.sampled_from((True, True, True, False)),
        others=st.integers(0, 5),
        by=accounts,
        direct=st.booleans(),
    )
    def show_a_secret(self, at: int, right: bool, others: int, by: int, direct: bool) -> None:
        word = self.word(at, "admitted")
        (self.tell if direct else self.release)(word, right, self.approvers(word, others == 0), self.world.accounts[by])

    @precondition(lambda self: self.words)
    @rule(at=places, by=accounts)
    def expire_one(self, at: int, by: int) -> None:
        self.expire(self.word(at, "claimed", "admitted"), self.world.accounts[by])

    @rule(token=st.integers(0, 2), by=accounts, owed=st.integers(0, 3), to=st.sampled_from((0, 2, 5, 8, ESCROW)))
    def take_credit(self, token: int, by: int, owed: int, to: int | str) -> None:
        """Mostly by somebody who has one."""
        name, account = self.world.tokens[token].address, self.world.accounts[by]
        waiting = sorted(key for key, amount in self.model.credits.items() if amount)
        if owed and waiting:
            name, account = waiting[by % len(waiting)]
        self.withdraw(name, account, to if isinstance(to, str) else self.world.accounts[to])

    @rule(odd=st.integers(0, 1), who=st.integers(0, 4), blocked=st.booleans())
    def block_somebody(self, odd: int, who: int, blocked: bool) -> None:
        self.block(odd, self.world.accounts[who], blocked)

    @precondition(lambda self: len(self.roots) < MOST_PUBLICATIONS)
    @rule(revoke=st.booleans(), place=st.integers(0, 10))
    def publish_a_root(self, revoke: bool, place: int) -> None:
        self.publish(revoke, place)

    @rule(seconds=st.sampled_from((1, 600, 3_600, 40_000, 86_400)))
    def wait(self, seconds: int) -> None:
        self.pass_time(seconds)

    def wait_until(self, moment: int) -> None:
        if moment > self.time:
            self.pass_time(moment - self.time)

    @rule(edge=st.integers(0, 30), off=st.integers(-2, 1))
    def wait_for_an_edge(self, edge: int, off: int) -> None:
        """Until about the second in which something ends, or half of a wait is over."""
        model = self.model
        ends = [each.deadline for each in model.requests.values() if not each.closed]
        waits = [sales[-1].aside for sales in model.slots.values() if sales[-1].phase in ("claimed", "admitted")]
        ends += [moment for each in waits for moment in (each.expiry, each.expiry - each.window // 2)]
        ends += [end for end in model.ends.values() if end]
        ahead = sorted({end + off - model.time for end in ends if end + off > model.time})
        if ahead:
            self.pass_time(ahead[edge % len(ahead)])

    @precondition(lambda self: len(self.forks) < 2)
    @rule()
    def remember(self) -> None:
        """A block that the chain may come back to."""
        self.forks.append(Fork(snapshot_of(self.world.chain), self.model.copied(), self.ledger, list(self.roots)))

    @precondition(lambda self: self.forks)
    @rule()
    def reorganise(self) -> None:
        """Whatever came after it never happened; those who took part go on with what they were told."""
        fork = self.forks.pop()
        revert_to(self.world.chain, fork.snapshot)
        self.model, self.ledger, self.roots, self.touched = fork.model, fork.ledger, fork.roots, []

    # What holds after every move

    @invariant()
    def agrees(self) -> None:
        """Everybody has what the model says, as far as anything moved; the rest is looked at in the end."""
        check_money(self.world, self.seen, self.model)
        self.tally.update((each.phase, MADE) for sales in self.model.slots.values() for each in sales)
        self.tally.update((name, MADE) for name, *_ in self.model.events[len(self.seen.events) :])
        for posting, made in self.touched:
            found = self.world.escrow.spent(posting, made.offer.nullifier)
            same("spent", found, self.model.spent(posting.id, made.offer.slot))
        self.touched = []
        self.seen = self.model.copied()


def machine_on(world: World) -> type[EscrowMachine]:
    """The machine in a world."""
    return type("EscrowMachineInAWorld", (EscrowMachine,), {"world": world, "tally": Counter()})
