"""`zkdata registry`: a registrar looked up, and his registry made again or convicted, on an anvil of its own."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.settlement.registry_stage import ADDITION, REVOCATION, RegistryStage
from zkdata.cli import main
from zkdata.settlement.chain import Chain
from zkdata.settlement.signed_enrolment import Revocation

pytestmark = pytest.mark.xdist_group("settlement")


@pytest.fixture(scope="module")
def anvil() -> Iterator[Chain]:
    """An anvil of our own, ended after the tests."""
    with Chain.anvil() as chain:
        yield chain


@pytest.fixture
def stage(anvil: Chain) -> RegistryStage:
    """Two devices, one of them removed."""
    stage = RegistryStage(anvil)
    stage.publish(stage.signed(1), stage.signed(2))
    stage.publish(revoke=(Revocation(0),))
    return stage


def command(stage: RegistryStage, verb: str, **changed: str) -> list[str]:
    """The command line for this stage."""
    url: Any = stage.chain.web3.provider
    given = {"rpc": str(url.endpoint_uri), "registry": stage.registry.address, "registrar": stage.registrar} | changed
    return ["registry", verb, *(part for name, value in given.items() for part in (f"--{name}", value))]


def test_show(stage: RegistryStage, capsys: pytest.CaptureFixture[str]) -> None:
    """What the contract says: root, windows, places; addresses in any case of letters."""
    state = stage.registry.state(stage.registrar)
    assert main([*command(stage, "show", registrar=stage.registrar.lower()), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "chain": 31337,
        "registry": stage.registry.address,
        "registrar": stage.registrar,
        "root": str(state.root),
        "places": 2,
        "addition_window": ADDITION,
        "revocation_window": REVOCATION,
        "attested": False,
    }
    assert main(command(stage, "show")) == 0
    said = capsys.readouterr().out
    assert str(state.root) in said and f"{REVOCATION} s" in said


def test_rebuild(stage: RegistryStage, capsys: pytest.CaptureFixture[str]) -> None:
    """What the log proves: the same root, how many are enrolled, and every root that is accepted now."""
    ledger = stage.ledger()
    assert main([*command(stage, "rebuild"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["root"] == str(ledger.root)
    assert [told[name] for name in ("publications", "places", "enrolled", "removed", "hardware_keys")] == [
        2,
        2,
        1,
        1,
        0,
    ]
    accepted = ledger.windows.accepted(stage.chain.now())
    assert told["accepted_roots"] == [str(root) for root in accepted] and len(accepted) == 2
    assert main(command(stage, "rebuild")) == 0
    assert all(str(root) in capsys.readouterr().out for root in accepted[:1])


def test_a_wrong_root_is_exit_code_1(stage: RegistryStage, capsys: pytest.CaptureFixture[str]) -> None:
    """The registrar is convicted on stderr and, for machines, with evidence on stdout; `show` cannot know."""
    due = stage.ledger().root
    stage.publish_raw(12345, [], [])
    assert main([*command(stage, "rebuild"), "--json"]) == 1
    told = capsys.readouterr()
    error = json.loads(told.out)["error"]
    assert error["code"] == "RegistryWrong" and told.err.startswith("zkdata: RegistryWrong: ")
    evidence = error["evidence"]
    assert (evidence["rule"], evidence["expected"], evidence["got"]) == ("root", str(due), 12345)
    assert main(command(stage, "show")) == 0


@pytest.mark.parametrize("verb", ["show", "rebuild"])
@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("registrar", "0x12", "ChainMismatch"),
        ("registrar", "0x" + "11" * 20, "RegistrarUnknown"),
        ("registry", "nonsense", "ChainMismatch"),
        ("registry", "0x" + "11" * 20, "ChainMismatch"),
        ("rpc", "http://127.0.0.1:9", "TransactionFailed"),
        ("rpc", "http://203.0.113.5:8545", "SetupInsecure"),
    ],
)
def test_what_is_not_there(
    stage: RegistryStage, verb: str, name: str, value: str, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong address or node is exit code 2, which says nothing about the registrar."""
    assert main([*command(stage, verb, **{name: value}), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == code
