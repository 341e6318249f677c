"""A node with everything that traders need: tokens, a registry with devices, a gate, keepers, an escrow."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import eth  # noqa: F401 - sets the recursion limit when it is first imported: not while hypothesis watches over it

from tests.journeys.keeping import account
from tests.settlement.machines.escrow_books import DAY, ESCROW, Slot
from tests.settlement.machines.escrow_model import EscrowModel
from tests.settlement.machines.planted import compiled
from tests.settlement.machines.trapdoor_prover import trapdoor_verifier
from zkdata.capsule.delivery import BuyerKey
from zkdata.capsule.device import DeviceKey
from zkdata.capsule.owner import OwnerKey
from zkdata.capsule.record import Record
from zkdata.capsule.schemas import TEMPERATURE
from zkdata.capsule.seal import HOUR, Capsule, seal
from zkdata.capsule.tree import Enrolment, Registry
from zkdata.settlement.chain import Chain
from zkdata.settlement.contract import Contract
from zkdata.settlement.contracts import Compiled
from zkdata.settlement.escrow import Escrow
from zkdata.settlement.gate import SignatureGate
from zkdata.settlement.keeper import Keeper
from zkdata.settlement.panel import Panel
from zkdata.settlement.registry import DeviceRegistry
from zkdata.settlement.signatures import Signer
from zkdata.settlement.signed_enrolment import SignedEnrolment
from zkdata.settlement.stores import FolderStore
from zkdata.settlement.token import Token

HOURS = 4
"""Of records that every device has."""

ADDITION, REVOCATION = 4 * 3600, 3600
SCALES = (10**18, 10**6, 7)
"""A whole of each token, in its smallest part."""

WEALTH = 2_000
"""Wholes of each token that a buyer begins with."""

OWNERS = (OwnerKey(2**200 + 1), OwnerKey(2**200 + 2))
DEVICES = tuple(DeviceKey(bytes(31) + bytes([number])) for number in (1, 2, 3))
BUYER_KEY = BuyerKey(2**201 + 3)
DEVICE_CLASS = 7
EPOCH = 1_700_000_000_000 // HOUR * HOUR
"""First hour of the records, in milliseconds."""


def owner_of(device: int) -> OwnerKey:
    """The first two devices have one owner."""
    return OWNERS[device // 2]


@cache
def sealed(device: int, hour: int, count: int) -> Capsule:
    """So many records of a device's hour; for each number of them another capsule of the same slot."""
    start = EPOCH + hour * HOUR
    records = [Record(start + 60_000 * minute, [f"{minute}.5"]) for minute in range(count)]
    return seal(TEMPERATURE, records, DEVICES[device], sequence=hour * 100 + count)


@dataclass
class World:
    """Deployed once; every example goes back to the snapshot that it took."""

    chain: Chain
    tokens: tuple[Token, ...]
    odd: tuple[Contract, ...]
    """The tokens that can refuse to pay an account."""
    escrow: Escrow
    registry: DeviceRegistry
    gate: SignatureGate
    keepers: tuple[Keeper, ...]
    signers: tuple[Signer, ...]
    registered: Registry
    store: FolderStore

    @property
    def accounts(self) -> tuple[str, ...]:
        """Everybody who trades: two buyers, two recipients, a relayer, anybody, and the keepers."""
        return self.chain.accounts[1:10]

    @property
    def buyers(self) -> tuple[str, ...]:
        return self.accounts[:2]

    @property
    def registrar(self) -> str:
        return self.chain.accounts[0]

    def account(self, name: str) -> str:
        """The address of an account, or of the escrow."""
        return self.escrow.address if name == ESCROW else name

    def panel(self, keepers: tuple[str, ...], needed: int, gate: str | None) -> Panel:
        """As the client takes it."""
        return Panel(keepers, needed, gate) if gate else Panel(keepers, needed)

    def capsule(self, slot: Slot, count: int) -> Capsule:
        """In the store, for the keepers."""
        capsule = sealed(*slot, count)
        self.store.put(capsule.file.to_json().encode())
        return capsule

    def model(self) -> EscrowModel:
        """What holds now."""
        model = EscrowModel(self.chain.now())
        for token, scale in zip(self.tokens, SCALES, strict=True):
            for buyer in self.buyers:
                model.balances[token.address, buyer] = WEALTH * scale
        model.ends[self.registered.root] = None
        return model


@contextmanager
def node() -> Iterator[Chain]:
    """An anvil whose clock only the test moves: a second with every block, and jumps."""
    with Chain.anvil() as chain:
        assert chain.web3.provider.make_request("anvil_setBlockTimestampInterval", [1])["result"] is None  # type: ignore[arg-type]
        yield chain


def snapshot_of(chain: Chain) -> str:
    """A state of the node to come back to, once."""
    return str(chain.web3.provider.make_request("evm_snapshot", [])["result"])  # type: ignore[arg-type]


def revert_to(chain: Chain, snapshot: str) -> None:
    """As a reorganisation does: blocks, log and clock are those of the snapshot."""
    answer: Any = chain.web3.provider.make_request("evm_revert", [snapshot])  # type: ignore[arg-type]
    assert answer["result"] is True


def built(chain: Chain, folder: Path) -> World:
    """Deploy, mint, enrol."""
    chain.advance(DAY - chain.now() % DAY)
    blocking = compiled("BlockingToken", "test/tokens/OddTokens.sol")
    odd = tuple(chain.deploy(blocking) for _ in SCALES[1:])
    tokens = (Token.deploy_for_trial(chain), *(Token.at(chain, each.address) for each in odd))
    for token, scale in zip(tokens, SCALES, strict=True):
        for buyer in chain.accounts[1:3]:
            token.mint(buyer, WEALTH * scale, sender=buyer)
    registry = DeviceRegistry.deploy(chain)
    registry.open(sender=chain.accounts[0], addition_window=ADDITION, revocation_window=REVOCATION)
    enrolled = [signed(registry, chain, device) for device in range(len(DEVICES))]
    registry.publish(registry.rebuild(chain.accounts[0]), enrol=enrolled, sender=chain.accounts[0])
    signers = tuple(account(chain, place) for place in (5, 6))
    escrow = Escrow.deploy(chain, trapdoor_verifier())
    gate = SignatureGate.deploy(chain, [each.address for each in signers], 1)
    escrow.list_contract(gate.address, sender=chain.accounts[6])
    return World(
        chain=chain,
        tokens=tokens,
        odd=odd,
        escrow=escrow,
        registry=registry,
        gate=gate,
        keepers=tuple(Keeper(account(chain, place), FolderStore(folder / f"keeper {place}")) for place in (7, 8, 9)),
        store=FolderStore(folder / "store"),
        signers=signers,
        registered=registry.rebuild(chain.accounts[0]).registry,
    )


def with_escrow(world: World, contract: Compiled) -> World:
    """The same world with another escrow contract in it."""
    judges = world.escrow._judges
    deployed = world.chain.deploy(contract, [*world.escrow.verifier_addresses, world.gate.address])
    return dataclasses.replace(world, escrow=Escrow(deployed, judges))


def signed(registry: DeviceRegistry, chain: Chain, device: int, key: DeviceKey | None = None) -> SignedEnrolment:
    """One of the devices, or a further one, agrees to be enrolled from the epoch of the records on."""
    key, owner = key or DEVICES[device], owner_of(device)
    enrolment = Enrolment(key.public, owner.commitment(key.public), DEVICE_CLASS, EPOCH, EPOCH + 10**6 * HOUR)
    return SignedEnrolment.sign(enrolment, registry.place(chain.accounts[0]), chain.now() + DAY, key)
