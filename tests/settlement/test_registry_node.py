"""A node that answers something else than the log that was asked for is refused, by name."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.settlement.registry_stage import RegistryStage
from zkdata.errors import RegistryWrong, ResourceLimit, TransactionFailed
from zkdata.settlement import contract as contract_module
from zkdata.settlement.chain import Chain

pytestmark = pytest.mark.xdist_group("settlement")

HOSTILE: dict[str, Callable[[dict[str, Any]], Any]] = {
    "another address": lambda entry: entry | {"address": "0x" + "11" * 20},
    "another registrar": lambda entry: (
        entry | {"topics": [entry["topics"][0], "0x" + "00" * 12 + "22" * 20, *entry["topics"][2:]]}
    ),
    "no block": lambda entry: entry | {"blockNumber": None},
    "a block ahead": lambda entry: entry | {"blockNumber": hex(int(entry["blockNumber"], 16) + 1000)},
    "a block that is none": lambda entry: entry | {"blockNumber": "yesterday"},
    "no index": lambda entry: {name: value for name, value in entry.items() if name != "logIndex"},
    "no topics": lambda entry: entry | {"topics": []},
    "another event": lambda entry: entry | {"topics": ["0x" + "33" * 32, *entry["topics"][1:]]},
    "short data": lambda entry: entry | {"data": "0x1234"},
    "no data": lambda entry: entry | {"data": None},
    "text": lambda entry: "entry",
    "nothing": lambda entry: None,
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_answer_is_no_log(
    anvil: Chain, change: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Entries that were not asked for, or are none, are refused by name, and nothing of them is used."""
    stage = RegistryStage(anvil)
    stage.publish(stage.signed(1))
    _answer(stage, monkeypatch, lambda found: [change(entry) for entry in found])
    with pytest.raises(TransactionFailed):
        stage.ledger()


@pytest.mark.parametrize("found", [None, 5, "logs", {}, {"a": 1}, [[]]])
def test_an_answer_that_is_no_list(anvil: Chain, found: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no list of entries is refused by name."""
    stage = RegistryStage(anvil)
    stage.publish(stage.signed(1))
    _answer(stage, monkeypatch, lambda _: found)
    with pytest.raises((TransactionFailed, RegistryWrong)):
        stage.ledger()


def test_an_answer_twice_or_too_long(anvil: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two entries for one place of the log, and more entries than any registry has, are refused."""
    stage = RegistryStage(anvil)
    stage.publish(stage.signed(1))
    with monkeypatch.context() as patch, pytest.raises(TransactionFailed, match="two entries"):
        _answer(stage, patch, lambda found: found * 2)
        stage.ledger()
    monkeypatch.setattr(contract_module, "LOG_LIMIT", 2)
    with pytest.raises(ResourceLimit):
        stage.ledger()


def test_a_log_that_ends_early(anvil: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    """A node that leaves the last publication out says something else than the contract."""
    stage = RegistryStage(anvil)
    stage.publish(stage.signed(1))
    stage.publish(stage.signed(2))
    last = stage.log()[-1].block
    _answer(stage, monkeypatch, lambda found: [each for each in found if int(each["blockNumber"], 16) < last])
    with pytest.raises(TransactionFailed, match="ends elsewhere") as failed:
        stage.ledger()
    assert failed.value.expected == stage.registry.state(stage.registrar).root


def _answer(stage: RegistryStage, patch: pytest.MonkeyPatch, change: Callable[[list[Any]], Any]) -> None:
    """Let the node answer every eth_getLogs that finds something otherwise."""
    provider: Any = stage.chain.web3.provider
    ask = provider.make_request

    def lie(method: str, parameters: Any) -> Any:
        answer = ask(method, parameters)
        if method == "eth_getLogs" and answer["result"]:
            return answer | {"result": change(answer["result"])}
        return answer

    patch.setattr(provider, "make_request", lie)
    patch.setattr(provider, "_request_func_cache", (None, None))  # web3 keeps the method that it wrapped
