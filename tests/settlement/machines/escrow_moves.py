"""Every move that somebody can make at the escrow, through the client, and the model's word for what becomes of it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass, replace
from typing import Any, ClassVar

from tests.settlement.machines import offers, wishes
from tests.settlement.machines.attempts import Attempts, Refusal, same
from tests.settlement.machines.escrow_audit import check_aside
from tests.settlement.machines.escrow_books import Sale, Wish
from tests.settlement.machines.escrow_model import EscrowModel
from tests.settlement.machines.offers import Made
from tests.settlement.machines.world import ADDITION, BUYER_KEY, DEVICES, REVOCATION, World, signed
from zkdata.capsule.device import DeviceKey
from zkdata.capsule.schemas import TEMPERATURE
from zkdata.capsule.seal import open_capsule
from zkdata.settlement.keeper import Keeper
from zkdata.settlement.panel import ZERO_ADDRESS
from zkdata.settlement.pending import PendingClaim
from zkdata.settlement.posting import Posting
from zkdata.settlement.receipt import Receipt
from zkdata.settlement.registry_ledger import Ledger
from zkdata.settlement.signatures import Signer
from zkdata.settlement.signed_enrolment import Revocation

FALSE_SIGNATURES = ("digest", "lent")
"""A keeper's word for another file, and one that another keeper is said to have given."""


@dataclass(frozen=True)
class Word:
    """A claim as it was last told, and what it was made of."""

    pending: PendingClaim
    made: Made


class EscrowMoves(Attempts):
    """The world, what the model says of it, and what was told of requests and claims, also on chains that are gone."""

    world: ClassVar[World]

    def begin(self) -> None:
        """With nothing but what was deployed."""
        self.model: EscrowModel = self.world.model()
        self.ledger: Ledger = self.world.registry.rebuild(self.world.registrar)
        self.roots: list[int] = [self.ledger.root]
        self.postings: list[Posting] = []
        self.words: list[Word] = []
        self.touched: list[tuple[Posting, Made]] = []

    @property
    def time(self) -> int:
        """The model's."""
        return self.model.time

    @time.setter
    def time(self, now: int) -> None:
        self.model.time = now

    # Requests

    def post(self, wish: Wish) -> None:
        """A buyer asks for records."""
        posting = self.attempt(
            "post",
            lambda: wishes.post(self.world, wish),
            lambda time: self.model.post_refused(wish, time),
            client=self.model.post_unasked(wish),
            approves=True,
        )
        if posting:
            request = self.model.post(wish, posting)
            same("number", posting.id, len(self.model.requests))
            same("unit and budget", (posting.prices.unit, posting.budget), (request.unit, wish.budget))
            self.postings.append(posting)

    def top_up(self, posting: Posting, amount: int, sender: str) -> None:
        """Anybody adds money, or what is no multiple of a unit."""
        units, rest = divmod(amount, posting.prices.unit)
        client = None
        if rest or not 0 < units < 2**32:
            client = Refusal.of("ParametersInvalid", parameter="units")
        elif self.model.time > posting.deadline:
            client = Refusal.of("RequestExpired", deadline=posting.deadline)
        if self.attempt(
            "top-up",
            lambda: self.world.escrow.top_up(posting, amount, sender=sender),
            lambda time: self.model.top_up_refused(posting.id, posting, units, sender, time),
            client=client,
            approves=True,
        ):
            self.model.top_up(posting.id, units, sender)

    def cancel(self, posting: Posting, sender: str) -> None:
        """Notice, by the buyer or by another."""
        ending = self.attempt(
            "cancel",
            lambda: self.world.escrow.cancel(posting, sender=sender),
            lambda time: self.model.cancel_refused(posting.id, posting, sender, time),
        )
        if ending:
            self.model.cancel(posting.id, ending)
            same("notice", ending, replace(posting, deadline=self.model.requests[posting.id].deadline))
            self.postings.append(ending)

    def close(self, posting: Posting, sender: str) -> None:
        """Anybody closes."""
        if self.attempt(
            "close",
            lambda: self.world.escrow.close(posting, sender=sender),
            lambda time: self.model.close_refused(posting.id, posting, time),
        ):
            self.model.close(posting.id)

    # Claims

    def claim(self, posting: Posting, made: Made, sender: str) -> Word | None:
        """An owner claims, or a relayer for him, or somebody with a lie."""
        pending = self.attempt(
            "claim",
            lambda: self.world.escrow.claim(posting, made.proof, made.terms, sender=sender),
            lambda time: self.model.claim_refused(posting.id, posting, made.offer, time),
            client=made.by_client,
        )
        return (
            self.settled(posting, made, pending, self.model.claim(posting.id, made.offer, sender)) if pending else None
        )

    def ask_contract(self, posting: Posting, made: Made, sender: str) -> None:
        """The contract alone takes no more than the client does, and says why."""
        model, number = self.model, posting.id
        self.ask(
            "claim asked",
            lambda: self.world.escrow.check(posting, made.proof, made.terms, sender=sender),
            model.claim_refused(number, posting, made.offer, model.time) or offers.by_contract(made),
        )

    def claim_many(self, posting: Posting, batch: Sequence[Made], sender: str) -> list[Word]:
        """What `claim` would refuse is skipped, and a false proof stops all."""
        model, number = self.model, posting.id
        found = self.attempt(
            "claim_many",
            lambda: self.world.escrow.claim_many(posting, [(each.proof, each.terms) for each in batch], sender=sender),
            lambda time: model.unknown(number, posting) or model.expired(number, time),
            client=batch[-1].by_client,
        )
        if found is None:
            return []
        taken, skipped, sales = list(found.taken), list(found.skipped), []
        for each in batch:
            if due := model.fault(number, each.offer, model.time):
                model.skip(number, each.offer)
                self.tally["claim_many", due.name] += 1
                given = skipped.pop(0) if skipped else None
                same("skipped", given and given.nullifier, each.offer.nullifier)
                due.check(given.error)  # type: ignore[union-attr]
            else:
                same("taken", bool(taken), True)
                sales.append((each, taken.pop(0), model.claim(number, each.offer, sender)))
        same("the rest of a batch", (taken, skipped), ([], []))
        return [self.settled(posting, each, pending, sale) for each, pending, sale in sales]

    def settled(self, posting: Posting, made: Made, pending: PendingClaim, sale: Sale) -> Word:
        """The money is set aside, or paid where the fact is bought and nobody is asked."""
        sale.aside = pending.aside
        if self.model.pays_at_once(posting.id):
            self.model.pay_out(sale, 0)
        check_aside(pending, self.model, sale, made.statement.release_secret)
        self.touched.append((posting, made))
        self.words.append(Word(pending, made))
        return self.words[-1]

    # Admit, release, expire

    def keepers_of(self, word: Word) -> list[Keeper]:
        """Whom the request names."""
        return [each for each in self.world.keepers if each.address in word.pending.panel.keepers]

    def admit(self, word: Word, keepers: list[Keeper], signers: list[Signer], flaw: str, sender: str) -> Word | None:
        """Keepers and signers of the gate agree, or something that looks like it is brought."""
        pending, world, model = word.pending, self.world, self.model
        kept = [each.attest(pending, word.made.statement.capsule.file.cid, world.store.fetch) for each in keepers]
        false = bool(kept) and flaw in FALSE_SIGNATURES
        if false:
            changes: dict[str, Any] = {"digest": bytes(32)} if flaw == "digest" else {"keeper": world.accounts[5]}
            kept[0] = replace(kept[0], **changes)
        gated, unanswered = pending.panel.gate != ZERO_ADDRESS, flaw == "no answer"
        approvals = [world.gate.approve(pending, each) for each in signers] if gated else []

        def bring() -> PendingClaim:
            answer = world.gate.answer(pending, approvals) if gated and not unanswered else b""
            return pending.admit(kept, answer, sender=sender)

        by = {"gate": gated and not approvals and not unanswered, "keepers": false or len(kept) < pending.panel.needed}
        admitted = self.attempt(
            "admit",
            bring,
            lambda time: (
                model.admit_refused(pending.aside, pending.nullifier, time)
                or (Refusal.of("NotAdmitted", by="gate") if gated and unanswered else None)
            ),
            client=next((Refusal.of("NotAdmitted", by=who) for who, refuses in by.items() if refuses), None),
        )
        if admitted is None:
            return None
        sale = model.waiting(pending.aside)
        sale.aside = admitted.aside
        model.admit(sale, [*ascending(keepers), *ascending(signers if gated else ())])
        check_aside(admitted, model, sale, word.made.statement.release_secret)
        self.words.append(Word(admitted, word.made))
        return self.words[-1]

    def release(self, word: Word, right: bool, approvers: tuple[str, ...], sender: str) -> None:
        """The owner, or whom he told, shows the secret; or somebody another one, or names other approvers."""
        pending = replace(word.pending, approvers=approvers)
        client = self.model.release_unasked(pending.aside, pending.id, right)
        self._shown("release", word, right, pending, lambda secret: pending.release(secret, sender=sender), client)

    def tell(self, word: Word, right: bool, approvers: tuple[str, ...], sender: str) -> None:
        """The same to the contract, without the client, whose rules protect the owner; it has none of them."""
        pending = replace(word.pending, approvers=approvers)

        def told(secret: int) -> Receipt:
            pending.check(secret, sender=sender)
            return pending.escrow.send("release", astuple(pending.aside), [*approvers], secret, sender=sender)

        self._shown("tell", word, right, pending, told, None)

    def _shown(
        self,
        move: str,
        word: Word,
        right: bool,
        pending: PendingClaim,
        show: Callable[[int], Receipt],
        client: Refusal | None,
    ) -> None:
        model, aside = self.model, pending.aside
        secret = word.made.statement.release_secret + (not right)
        wrong = None if right else Refusal("ReleaseSecretWrong", {})
        if pending.approvers != word.pending.approvers:
            wrong = Refusal("ApproversWrong", {})
        if self.attempt(
            move,
            lambda: show(secret),
            lambda time: model.release_refused(aside, pending.nullifier, time) or wrong,
            client=client,
        ):
            model.pay_out(model.waiting(aside), secret)
            capsule = word.made.statement.capsule
            found = open_capsule(capsule.file, pending.delivery(), BUYER_KEY, TEMPERATURE)
            same("records", tuple(found), capsule.records)

    def expire(self, word: Word, sender: str) -> None:
        """Anybody sends the money back; nobody can open what was not paid."""
        aside, model = word.pending.aside, self.model
        if self.attempt(
            "expire",
            lambda: word.pending.expire(sender=sender),
            lambda time: model.expire_refused(aside, word.pending.nullifier, time),
        ):
            model.expire(model.waiting(aside))
            self.refused("open", word.pending.delivery, Refusal("NotReleased"))

    # Money, roots, time

    def withdraw(self, token: str, account: str, to: str) -> None:
        """Somebody takes his credit, if he has one."""
        kind = next(each for each in self.world.tokens if each.address == token)
        if self.attempt(
            "withdraw",
            lambda: self.world.escrow.withdraw(kind, self.world.account(to), sender=account),
            lambda _: self.model.withdraw_refused(token, account, to),
        ):
            self.model.withdraw(token, account, to)

    def block(self, odd: int, account: str, blocked: bool) -> None:
        """A token stops paying somebody, or pays him again."""
        contract = self.world.odd[odd]
        contract.send("setBlocked", account, blocked, sender=self.world.registrar)
        self.model.time += 1
        change = self.model.blocked.add if blocked else self.model.blocked.discard
        change((contract.address, account))

    def publish(self, revoke: bool, place: int) -> None:
        """The registrar enrols one more device, or removes one."""
        world = self.world
        standing = [number for number, each in enumerate(self.ledger.places) if each]
        revoke = revoke and len(standing) > 1
        if revoke:
            changes: dict[str, Any] = {"revoke": [Revocation(standing[place % len(standing)])]}
        else:
            key = DeviceKey((len(self.ledger.places) + len(DEVICES)).to_bytes(32, "big"))
            changes = {"enrol": [signed(world.registry, world.chain, 0, key)]}
        world.registry.publish(self.ledger, sender=world.registrar, **changes)
        self.model.time += 1
        self.ledger = world.registry.rebuild(world.registrar)
        self.model.publish(self.ledger.root, REVOCATION if revoke else ADDITION, revoke)
        self.roots.append(self.ledger.root)

    def pass_time(self, seconds: int) -> None:
        """A block so much later."""
        self.world.chain.advance(seconds)
        self.model.time += seconds


def ascending(agreed: Iterable[Keeper | Signer]) -> list[str]:
    """Their accounts, as contracts order them."""
    return sorted((each.address for each in agreed), key=lambda each: int(each, 16))
