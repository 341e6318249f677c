"""A marketplace in one program: three contributors, an aggregator, two buyers, a relayer and three keepers, on anvil.

    .venv/bin/python docs/how-to/build_a_marketplace.py [FOLDER]

`build-a-marketplace.md` explains it. What each party keeps is left in FOLDER, a new one; without it, nothing is.
"""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from zkdata import TEMPERATURE, BuyerKey, Capsule, Chain, Circuit, Claim, DeviceKey, DeviceRegistry, Enrolment, Escrow
from zkdata import FolderStore, Keeper, KeptClaim, Mode, Outbox, OwnerKey, Panel, Prover, Record, Request
from zkdata import SignedEnrolment, Signer, Terms, Token, Verifier, Wallet, ZkDataError, errors, open_delivered, seal
from zkdata import settle
from zkdata.settlement.posting import Posting, named

HOUR = 3_600_000  # milliseconds
DAY = 86_400  # seconds
TOKEN = 10**18
GAS_MONEY = 10**18  # wei
FRIDGE = 1  # the class of devices that this market is about


@dataclass(frozen=True)
class Market:
    """What everybody is told: where the contracts are, and whose devices count."""

    chain: Chain
    token: Token
    registry: DeviceRegistry
    escrow: Escrow
    registrar: str


@dataclass(frozen=True)
class Contributor:
    """Somebody with a device and an hour of its readings, sealed."""

    account: str
    device: DeviceKey
    owner: OwnerKey
    enrolment: Enrolment
    capsule: Capsule
    store: FolderStore
    folder: Path


def join(chain: Chain, home: Path, name: str, gas_money: int = GAS_MONEY) -> Wallet:
    """An account with a folder of its own: a key that signs here, and an outbox of what it signed."""
    folder = home / name
    folder.mkdir(mode=0o700, parents=True)
    signer = Signer.generate()
    signer.save(folder / "account.key")
    if gas_money:
        transfer: Any = {"from": chain.accounts[0], "to": signer.address, "value": gas_money}
        chain.web3.eth.send_transaction(transfer)
    wallet = Wallet(signer, Outbox(folder / "outbox.db"))
    chain.use(wallet)
    return wallet


def open_market(chain: Chain, verifier: Verifier, registrar: str) -> Market:
    """Deploy, as anybody may. Then attach, as every party does before trusting an address that it was told."""
    token, registry = Token.deploy_for_trial(chain), DeviceRegistry.deploy(chain)
    escrow = Escrow.deploy(chain, verifier)
    registry.open(sender=registrar)
    known = dict.fromkeys(escrow.verifier_addresses, verifier)
    escrow, registry = Escrow.attach(chain, escrow.address, known), DeviceRegistry.attach(chain, registry.address)
    return Market(chain, token, registry, escrow, registrar)


def contribute(market: Market, home: Path, start: int, name: str, warm: int, count: int, **gas: int) -> Contributor:
    """Make and keep the keys, and seal an hour of readings, which nobody else sees before they are paid for."""
    account, folder = join(market.chain, home, name, **gas).address, home / name
    device, owner = DeviceKey.generate(), OwnerKey.generate()
    device.save(folder / "device.key")
    owner.save(folder / "owner.key")
    enrolment = Enrolment(device.public, owner.commitment(device.public), FRIDGE, start, start + 1000 * HOUR)
    capsule = seal(TEMPERATURE, [Record(start + 60_000 * i, [f"{warm}.{i:02}"]) for i in range(count)], device)
    capsule.save(folder / "hour.capsule", folder / "hour.opening")
    return Contributor(account, device, owner, enrolment, capsule, FolderStore(folder / "store"), folder)


def enrol(market: Market, contributors: Sequence[Contributor]) -> None:
    """Each device signs whose it is, for this registrar alone; the registrar publishes one root over all of them."""
    place, expiry = market.registry.place(market.registrar), market.chain.now() + DAY
    agreed = [SignedEnrolment.sign(each.enrolment, place, expiry, each.device) for each in contributors]
    market.registry.publish(market.registry.rebuild(market.registrar), enrol=agreed, sender=market.registrar)


def ask(market: Market, buyer: str, key: BuyerKey, start: int, **paid: Any) -> Posting:
    """Lock a budget for readings of one hour, all between 2 and 8 degrees."""
    request = Request.about(
        TEMPERATURE,
        {"temperature": ("2.00", "8.00")},
        device_class=FRIDGE,
        slot_length=HOUR,
        time_min=start,
        time_max=start + HOUR - 1,
        buyer_key=key.public,
        mode=Mode.NONE if "panel" in paid else Mode.CALLDATA,
    )
    # In one market an hour of a device is sold once.
    where: dict[str, Any] = {"token": market.token, "registry": market.registry, "registrar": market.registrar}
    return market.escrow.post(request, buyer=buyer, market=named("fridges of Oslo"), **where, **paid)


def prove(market: Market, prover: Prover, number: int, seller: Contributor, sent_by: str, fee: int) -> KeptClaim:
    """This hour is what request `number` asks for: proven for its owner, and kept before anybody sees it."""
    posting = market.escrow.posting(number)
    claim = Claim(
        seller.capsule,
        posting.request,
        Terms(seller.account, sent_by, fee),
        owner=seller.owner,
        registry=market.registry.rebuild(market.registrar).registry,
        enrolment=seller.enrolment,
        as_of=market.chain.now() * 1000,
    )
    kept = KeptClaim.of(market.chain.node.identity, posting, claim, prover.prove(claim))
    kept.save(seller.folder / f"{number}.claim")
    return kept


def open_bought(escrow: Escrow, claim_id: bytes, key: BuyerKey, stores: Sequence[FolderStore]) -> list[Record]:
    """What a buyer does who was told the id of a claim: the rest is on the chain, in a store, and in the buyer key."""
    found = escrow.claim_of(claim_id)
    return open_delivered(found, stores, key, TEMPERATURE) if found else []


def compare(buyer: str, bought: list[Record], sealed: Capsule) -> None:
    """What only an example can do: see both ends of a sale."""
    if tuple(bought) != sealed.records:
        raise SystemExit(f"the {buyer} opened other records than those that were sealed")
    print(f"the {buyer} opens, as sealed: {', '.join(str(each.values[0]) for each in bought)}")


@contextmanager
def refused(attempt: str, error: type[ZkDataError]) -> Iterator[None]:
    """What is tried in the block has to be refused, and by this error."""
    try:
        yield
    except error as refusal:
        print(f"    refused: {attempt} ({refusal.code})")
    else:
        raise SystemExit(f"this went through and has to be refused: {attempt}")


def show(held: dict[str, dict[str, int]]) -> dict[str, int]:
    """Print what moved from one step to the next, and return it for all steps. What one got, another paid."""
    moved = {now: {who: held[now][who] - had for who, had in held[then].items()} for then, now in pairwise(held)}
    moved["total"] = {who: sum(step[who] for step in moved.values()) for who in held["start"]}
    for step in moved.values():
        step["sum"] = sum(step.values())
    print("\ntokens".ljust(12) + "".join(name.rjust(10) for name in moved))
    for who in moved["total"]:
        print(who.ljust(11) + "".join(f"{Decimal(step[who]) / TOKEN:f}".rjust(10) for step in moved.values()))
    return moved["total"]


def trade(chain: Chain, home: Path) -> None:
    """From enrolment to opened data."""
    names = ("aggregator", "relayer", "pharmacy", "insurer", "keeper 1", "keeper 2", "keeper 3", "registrar")
    wallets = {name: join(chain, home, name) for name in names}
    aggregator, relayer, pharmacy, insurer, *_, registrar = (each.address for each in wallets.values())
    stores = [FolderStore(home / name / "store") for name in names[4:7]]
    keepers = [Keeper(wallets[name].signer, store) for name, store in zip(names[4:7], stores, strict=True)]
    circuit = Circuit.smallest_for(12, TEMPERATURE)
    prover, market = Prover(circuit), open_market(chain, Verifier(circuit), registrar)
    escrow, token, start = market.escrow, market.token, (chain.now() * 1000 // HOUR - 1) * HOUR
    print(f"on {chain.name}: a token, a device registry, the verifier of {circuit.name}, and an escrow")
    ada, ben = contribute(market, home, start, "ada", 4, 12), contribute(market, home, start, "ben", 5, 9)
    cem = contribute(market, home, start, "cem", 6, 6, gas_money=0)
    enrol(market, [ada, ben, cem])
    print(f"{market.registry.state(registrar).places} fridges are enrolled: ada's, ben's, and cem's, who has no gas")

    medicine, risk = BuyerKey.generate(), BuyerKey.generate()
    for name, buyer, key in (("pharmacy", pharmacy, medicine), ("insurer", insurer, risk)):
        key.save(home / name / "buyer.key")
        token.mint(buyer, 200 * TOKEN, sender=buyer)
    accounts = {"ada": ada.account, "ben": ben.account, "cem": cem.account, "escrow": escrow.address}
    accounts |= {name: wallets[name].address for name in names[:-1]}

    def balances() -> dict[str, int]:
        return {who: token.balance(account) for who, account in accounts.items()}

    held = {"start": balances()}
    panel = Panel([each.address for each in keepers], 2)
    paid = {"budget": 200 * TOKEN, "price_per_record": 3 * TOKEN, "share": 4 * TOKEN}
    kept = ask(market, pharmacy, medicine, start, panel=panel, **paid)
    carried = ask(market, insurer, risk, start, budget=100 * TOKEN, price_per_record=2 * TOKEN)
    held["posted"] = balances()
    print(f"the pharmacy posts request {kept.id}, with {len(keepers)} keepers; the insurer {carried.id}, with none")

    # The aggregator settles for two at once; each proof pays its own owner.
    claims = [prove(market, prover, kept.id, each, aggregator, 2 * TOKEN) for each in (ada, ben)]
    offers = [(each.proof, each.terms) for each in claims]
    with refused("the aggregator names itself as the recipient", errors.TermsMismatch):
        escrow.claim_many(kept, [(proof, Terms(aggregator)) for proof, _ in offers], sender=aggregator)
    batch = escrow.claim_many(kept, offers, sender=aggregator)
    print(f"the aggregator brings {len(batch.taken)} claims in one transaction")

    # First the keepers sign, and then the secret is shown.
    with refused("a keeper signs for a file that is missing", errors.NotAvailable):
        keepers[0].attest(batch.taken[0], ada.capsule.file.cid, ada.store.fetch)
    with refused("ada shows her secret before the keepers have signed", errors.NotReleased):
        batch.taken[0].release(claims[0].secret, sender=ada.account)
    for seller, claim, pending, two in zip((ada, ben), claims, batch.taken, (keepers[:2], keepers[1:]), strict=True):
        cid = seller.store.put(seller.capsule.file.to_json().encode())
        signed = [each.attest(pending, cid, seller.store.fetch) for each in two]
        admitted = pending.admit(signed, sender=aggregator)
        with refused("the pharmacy opens before the release", errors.NotReleased):
            open_bought(escrow, pending.aside.claim_id, medicine, stores)
        admitted.release(claim.secret, sender=seller.account)
        compare("pharmacy", open_bought(escrow, pending.aside.claim_id, medicine, stores), seller.capsule)
    held["batch"] = balances()

    # Cem's proof, and his secret once the money is set aside, go by a relayer, for the fee that the proof binds.
    claim = prove(market, prover, carried.id, cem, relayer, 3 * TOKEN)
    settle(escrow, claim, sender=relayer)
    relayed = escrow.claims(carried)[0]
    compare("insurer", open_bought(escrow, relayed.aside.claim_id, risk, []), cem.capsule)
    held["relayed"] = balances()
    with refused("the insurer opens what the pharmacy bought", errors.ArtifactMismatch):
        open_bought(escrow, batch.taken[0].aside.claim_id, risk, stores)
    claim = prove(market, prover, carried.id, ada, relayer, 3 * TOKEN)
    with refused("ada sells to the insurer the hour that the pharmacy bought", errors.AlreadyClaimed):
        escrow.claim(carried, claim.proof, claim.terms, sender=relayer)

    # Keepers take their shares; after the deadline the buyers take what is left.
    for each in keepers:
        escrow.withdraw(token, each.address, sender=each.address)
    held["shares"] = balances()
    chain.advance(8 * DAY)
    for posting in (kept, carried):
        escrow.close(posting, sender=posting.buyer)
    held["closed"] = balances()
    got, promised = show(held), {"ada": 12 * 3 - 2, "ben": 9 * 3 - 2, "cem": 6 * 2 - 3, "sum": 0}
    for who, tokens in promised.items():
        if got[who] != tokens * TOKEN:
            raise SystemExit(f"{who} was promised {tokens} tokens and got {Decimal(got[who]) / TOKEN:f}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, Chain.anvil() as chain:
        trade(chain, Path(sys.argv[1] if sys.argv[1:] else folder))
