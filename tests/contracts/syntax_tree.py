"""The contracts as solc reads them: what is declared where, and which errors a function can end with."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from zkdata.settlement.contracts import SETTINGS, SOURCES, run_solc, with_imports

Node: TypeAlias = dict[str, Any]
Errors: TypeAlias = dict[str, list[str]]
"""By name, each with the words that it is raised with: the part that is wrong, where an error names one."""

EXPORTED = "CapsuleVerifier"
"""A verifier of claims as `zkdata export verifier` writes it: what the escrow meets behind IClaimVerifier."""

SOURCE_OF = {
    "DataEscrow": "src/DataEscrow.sol",
    "DeviceRegistry": "src/DeviceRegistry.sol",
    "SignatureGate": "src/SignatureGate.sol",
    EXPORTED: f"test/generated/{EXPORTED}.sol",
}
THROWER = "_revertWith"
"""Whoever calls it reverts with the errors that he encodes; whoever does not call it prints them."""


@dataclass(frozen=True, slots=True)
class Reached:
    """Errors that a function may end with, those that it prints and goes on, and whether it looks at who sends."""

    reverts: Errors
    prints: Errors
    sender: bool


class Tree:
    """The nodes of an answer of solc, by identifier, and the selectors that it gives to functions, by contract."""

    def __init__(self, sources: dict[str, Any], selectors: dict[str, dict[str, str]]) -> None:
        self.selectors = selectors
        self.nodes = {node["id"]: node for unit in sources.values() for node in walk(unit["ast"])}
        self.errors = {id_: node["name"] for id_, node in self.nodes.items() if node["nodeType"] == "ErrorDefinition"}

    def contract(self, name: str) -> Node:
        """The contract or interface of this name."""
        return next(n for n in self.nodes.values() if n["nodeType"] == "ContractDefinition" and n["name"] == name)

    def lineage(self, name: str) -> list[Node]:
        """A contract and what it inherits, the most basic first."""
        return [self.nodes[id_] for id_ in reversed(self.contract(name)["linearizedBaseContracts"])]

    def canonical(self, variable: Node) -> str:
        """The type of a variable as selectors are hashed over it."""
        kind, tail = variable["typeName"], ""
        while kind["nodeType"] == "ArrayTypeName":
            length = kind.get("length")
            kind, tail = kind["baseType"], f"[{length['value'] if length else ''}]" + tail
        if kind["nodeType"] == "ElementaryTypeName":
            return str(kind["name"]) + tail
        declared = self.nodes[kind["referencedDeclaration"]]
        return "(" + ",".join(self.canonical(member) for member in declared["members"]) + ")" + tail

    def reached(self, function: Node) -> Reached:
        """Follow every call from a function to every `revert`, into other contracts of ours as well."""
        reverts: Errors = {}
        built: Errors = {}
        throws = sender = False
        calls: list[tuple[Node, list[str]]] = [(function, [])]
        for here, given in calls:
            throws |= here.get("name") == THROWER
            for node in walk([here.get("modifiers", []), here.get("body") or []]):
                sender |= node.get("memberName") == "sender" and node["expression"].get("name") == "msg"
                target = self.nodes.get(_target(node), {})
                if node["nodeType"] == "RevertStatement":
                    call = node["errorCall"]
                    words = [*_words(call["arguments"]), *(given if _passes_on(call, here) else [])]
                    _add(reverts, self.errors[_target(call)], words)
                elif node["nodeType"] == "FunctionCall" and target.get("nodeType") == "FunctionDefinition":
                    _follow(calls, self._body_of(target), _words(node["arguments"]))
                elif node["nodeType"] == "FunctionCall" and (name := self._encoded(node)) is not None:
                    _add(built, name, _words(node["arguments"]))
                elif node.get("memberName") == "selector" and (asked := self._called_by_selector(node)) is not None:
                    _follow(calls, self._body_of(asked), [])
                elif node["nodeType"] == "ModifierInvocation":
                    _follow(calls, self._body_of(self.nodes[node["modifierName"]["referencedDeclaration"]]), [])
        if throws:
            for name, words in built.items():
                _add(reverts, name, words)
        return Reached(dict(sorted(reverts.items())), {} if throws else dict(sorted(built.items())), sender)

    def _body_of(self, called: Node) -> Node:
        """Itself; of a contract the constructor, of the verifier's interface the exported contract's function."""
        if called["nodeType"] == "ContractDefinition":
            return next((node for node in called["nodes"] if node.get("kind") == "constructor"), called)
        if called.get("body") is not None:
            return called
        selector = called.get("functionSelector", "")
        nodes = self.contract(EXPORTED)["nodes"]
        return next((node for node in nodes if node.get("functionSelector") == selector), called)

    def _called_by_selector(self, member: Node) -> Node | None:
        """The function of an interface whose selector is taken: assembly calls it."""
        target = self.nodes.get(member["expression"].get("referencedDeclaration") or -1, {})
        return target if target.get("nodeType") == "FunctionDefinition" else None

    def _encoded(self, call: Node) -> str | None:
        """The error whose selector is the first argument."""
        first = (call["arguments"] or [{}])[0]
        if first.get("memberName") != "selector":
            return None
        return self.errors.get(first["expression"].get("referencedDeclaration"))


@cache
def tree() -> Tree:
    """All documented contracts, in one run of solc that makes no code."""
    sources = with_imports({path: (SOURCES / path).read_text() for path in SOURCE_OF.values()})
    selection = {"*": {"*": ["evm.methodIdentifiers"], "": ["ast"]}}
    answer = run_solc(
        {
            "language": "Solidity",
            "sources": {path: {"content": text} for path, text in sources.items()},
            "settings": {**SETTINGS, "outputSelection": selection},
        }
    )
    made = {name: answer["contracts"][path][name]["evm"]["methodIdentifiers"] for name, path in SOURCE_OF.items()}
    return Tree(answer["sources"], made)


def walk(part: Any) -> Iterator[Node]:
    """Every node below, each before its own parts."""
    for value in part if isinstance(part, list) else part.values():
        if isinstance(value, dict) and "nodeType" in value and "id" in value:
            yield value
        if isinstance(value, dict | list):
            yield from walk(value)


def _target(call: Node) -> int:
    """Identifier of what is called; -1 where that has none."""
    return int((call.get("expression") or {}).get("referencedDeclaration") or -1)


def _words(arguments: list[Node]) -> list[str]:
    return [node["value"] for node in arguments if node["nodeType"] == "Literal" and node["kind"] == "string"]


def _passes_on(call: Node, function: Node) -> bool:
    """Whether a revert names what the function was given."""
    given = {parameter["id"] for parameter in (function.get("parameters") or {}).get("parameters", [])}
    return any(argument.get("referencedDeclaration") in given for argument in call["arguments"])


def _follow(calls: list[tuple[Node, list[str]]], function: Node, words: list[str]) -> None:
    if not any(known is function and given == words for known, given in calls):
        calls.append((function, words))


def _add(errors: Errors, name: str, words: list[str]) -> None:
    known = errors.setdefault(name, [])
    known += [word for word in words if word not in known]
