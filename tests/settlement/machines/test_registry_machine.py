"""The registry's client and contract agree with the model, and with the log, through any sequence of moves."""

from collections import Counter

import pytest
from hypothesis import settings

from tests.settlement.machines.attempts import MADE, unseen
from tests.settlement.machines.planted import Edit, compiled, in_client
from tests.settlement.machines.registry_machine import machine_on
from tests.settlement.machines.running import finds, run
from zkdata.settlement.chain import Chain
from zkdata.settlement.registry import DeviceRegistry
from zkdata.settlement.registry_ledger import Ledger
from zkdata.settlement.root_windows import RootWindows

pytestmark = pytest.mark.xdist_group("settlement")

MOVES = ("open", "list", "unlist", "enrol", "revoke", "publish", "accept", "rebuild")
REFUSED = {
    "open": ("RegistrarKnown",),
    "enrol": ("DeviceHeld",),
    "revoke": ("PlaceEmpty", "RecordInvalid", "RevocationInvalid"),
    "publish": ("AttestationMissing", "DeviceHeld", "EnrolmentInvalid", "EnrolmentReplayed",
                "HardwareKeyUnknown", "RootMoved", "RootUsed", "SignatureRejected"),
    "rebuild": ("RegistryWrong",),
}  # fmt: skip
"""What the long sequences see, at least."""

BUGS: dict[str, Edit] = {
    "a revocation shortens nothing": ("RootWindows.sol", "if (revokes) _shorten(ring, end);", ""),
    "a root is accepted in the second of its end": (
        "RootWindows.sol",
        "return block.timestamp < _ends[registrar][root];",
        "return block.timestamp <= _ends[registrar][root];",
    ),
    "a signature is used again": (
        "DeviceRegistry.sol",
        "if (enrolled.expiry <= device.expiry) revert EnrolmentReplayed(deviceX, enrolled.expiry, device.expiry);",
        "",
    ),
    "a device has two owners at one time": (
        "DeviceRegistry.sol",
        "if (enrolled.from < device.free) revert DeviceHeld(deviceX, device.free, enrolled.from);",
        "",
    ),
    "a removed device is free at once": (
        "DeviceRegistry.sol",
        "uint256 end = (block.timestamp + registry.revocationWindow) * 1000;",
        "uint256 end = block.timestamp * 1000;",
    ),
    "an attestation is asked of nobody": (
        "DeviceRegistry.sol",
        "if (registry.attested) revert AttestationMissing(enrolled.deviceX);",
        "if (registry.attested && enrolled.expiry == 0) revert AttestationMissing(enrolled.deviceX);",
    ),
    "a registrar opens again": (
        "DeviceRegistry.sol",
        "if (registry.additionWindow != 0) revert RegistrarKnown(msg.sender);",
        "",
    ),
}
CLIENT = {
    "believes any root": (Ledger, "_publish", "root == self.tree.root", "True"),
    "forgets that a revocation shortens": (RootWindows, "replace", "if revokes:", "if False:"),
    "keeps who was removed": (Ledger, "_revoke", "self._put(number, after)", ""),
}


@pytest.fixture(scope="session")
def registry(clockwork: Chain) -> DeviceRegistry:
    """Deployed once."""
    return DeviceRegistry.deploy(clockwork)


def with_bug(chain: Chain, bug: str) -> DeviceRegistry:
    """Another one, with a bug."""
    return DeviceRegistry(chain.deploy(compiled("DeviceRegistry", edits=[BUGS[bug]])))


def test_any_sequence_of_moves(clockwork: Chain, registry: DeviceRegistry) -> None:
    """Roots, ends, devices and refusals are those of the model, and of the log; each move was made, and refused."""
    machine = machine_on(clockwork, registry)
    run(machine, examples=4, steps=15)
    assert unseen(machine.tally, MOVES) == set()


def test_moves_that_were_not_seen(clockwork: Chain, registry: DeviceRegistry) -> None:
    """A machine that gets nowhere is told from one that does."""
    machine = machine_on(clockwork, registry)
    run(machine, examples=1, steps=1)
    assert "rebuild" in unseen(machine.tally, MOVES)
    assert unseen(Counter({("enrol", MADE): 3, ("revoke", "PlaceEmpty"): 1}), MOVES) == set(MOVES)


def test_a_bug_of_the_contract_is_found(clockwork: Chain) -> None:
    """The shortest of the hunts below."""
    finds(machine_on(clockwork, with_bug(clockwork, "a registrar opens again")), 10, 25)


def test_a_bug_of_the_client_is_found(
    clockwork: Chain, registry: DeviceRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The shortest of these."""
    in_client(monkeypatch, *CLIENT["keeps who was removed"])
    finds(machine_on(clockwork, registry), 10, 25)


@pytest.mark.deep
def test_any_long_sequence_of_moves(clockwork: Chain, registry: DeviceRegistry) -> None:
    """The same for as long as the profile says, with every refusal that the model has."""
    machine = machine_on(clockwork, registry)
    run(machine, examples=settings().max_examples, steps=50)
    due = {(move, refusal) for move, refusals in REFUSED.items() for refusal in refusals}
    assert due <= machine.tally.keys()


@pytest.mark.deep
@pytest.mark.parametrize("bug", BUGS)
def test_every_bug_of_the_contract_is_found(clockwork: Chain, bug: str) -> None:
    """A contract with one bug is told from the real one."""
    finds(machine_on(clockwork, with_bug(clockwork, bug)), 300, 50)


@pytest.mark.deep
@pytest.mark.parametrize("fault", CLIENT)
def test_every_bug_of_the_client_is_found(
    clockwork: Chain, registry: DeviceRegistry, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """So is a client with one."""
    in_client(monkeypatch, *CLIENT[fault])
    finds(machine_on(clockwork, registry), 300, 50)
