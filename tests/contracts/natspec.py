"""What the contracts say of themselves: every function, event, error and struct with its natspec."""

import re
from dataclasses import dataclass, field, replace
from functools import cache
from textwrap import dedent

from tests.contracts.syntax_tree import EXPORTED, Node, Reached, Tree, tree
from tests.reference.keccak import keccak256

INTERFACE = "IClaimVerifier"
"""Whose words an exported verifier goes by."""

_TAG = re.compile(r"^\s*@(\w+)[ \t]*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Said:
    """Natspec of one thing, as it stands in the source."""

    notice: str = ""
    dev: str = ""
    params: dict[str, str] = field(default_factory=dict)
    returns: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A function, constructor, event, error or struct. `hash` is a selector, or an event's topic; some have none."""

    kind: str
    name: str
    shown: str
    canonical: str
    hash: str
    said: Said
    fields: tuple[tuple[str, str], ...] = ()
    """Name and type of each parameter or member."""
    view: bool = False
    reached: Reached = field(default_factory=lambda: Reached({}, {}, sender=False))


def said_of(contract: str) -> Said:
    """What a contract or interface says of itself."""
    return _said(tree(), tree().contract(contract))


@cache
def members(name: str) -> tuple[Member, ...]:
    """Everything in a contract's ABI, and the structs that it takes, in the order in which the sources declare them."""
    trees = tree()
    lineage = trees.lineage(name)
    found: dict[str, Member] = {}
    for contract in lineage:
        for node in contract["nodes"]:
            if node["nodeType"] == "StructDefinition" and contract["contractKind"] == "interface":
                found[node["name"]] = _struct(trees, node)
            elif node.get("kind") == "constructor" and contract["name"] == name:
                found["constructor"] = _function(trees, node)
            elif selector := node.get("functionSelector"):
                same = (n for c in reversed(lineage) for n in c["nodes"] if n.get("functionSelector") == selector)
                found.setdefault(selector, _function(trees, next(same)))
    whole = trees.contract(name)
    for kind, used in {"event": whole["usedEvents"], "error": whole["usedErrors"]}.items():
        for node in (trees.nodes[id_] for id_ in used):
            found[f"{kind} {node['name']}"] = _declared(trees, kind, node)
    words = {member.name: member.said for member in members(INTERFACE)} if name == EXPORTED else {}
    return tuple(replace(member, said=words.get(member.name, member.said)) for member in found.values())


def read(text: str) -> Said:
    """Natspec as it stands in a source."""
    cuts = [*_TAG.finditer(text)]
    parts: dict[str, str] = {}
    params: dict[str, str] = {}
    for cut, end in zip(cuts, [*(later.start() for later in cuts[1:]), len(text)], strict=False):
        body = "\n".join(line.removeprefix(" ") for line in text[cut.end() : end].strip("\n").split("\n"))
        if cut[1] == "param":
            name, _, said = body.partition(" ")
            params[name] = " ".join(said.split())
        else:
            parts[cut[1]] = dedent(body).strip("\n")
    return Said(parts.get("notice", ""), parts.get("dev", ""), params, parts.get("return", ""))


def _said(trees: Tree, node: Node) -> Said:
    """Its natspec, with what it inherits."""
    text = (node.get("documentation") or {}).get("text", "")
    own = read(text)
    if "@inheritdoc" not in text:
        return own
    base = _said(trees, trees.nodes[node["baseFunctions"][0]])
    return Said(own.notice or base.notice, own.dev or base.dev, base.params | own.params, own.returns or base.returns)


def _struct(trees: Tree, node: Node) -> Member:
    fields = tuple((member["name"], _type(member)) for member in node["members"])
    whole = "(" + ",".join(trees.canonical(member) for member in node["members"]) + ")"
    return Member("struct", node["name"], node["name"], whole, "", _said(trees, node), fields)


def _function(trees: Tree, node: Node) -> Member:
    if node["nodeType"] == "VariableDeclaration":
        return _getter(trees, node)
    taken = _declared(trees, "function", node)
    given = ", ".join(_type(one) + _space(one["name"]) for one in node["returnParameters"]["parameters"])
    text = taken.shown + (f" returns ({given})" if given else "")
    if node["kind"] == "constructor":
        taken, text = replace(taken, kind="constructor", name="constructor", hash=""), "constructor" + text
    view = node["stateMutability"] in ("view", "pure")
    return replace(taken, shown=text, view=view, reached=trees.reached(node))


def _getter(trees: Tree, node: Node) -> Member:
    """A public variable: a function of the keys of its mappings."""
    kind, keys = node["typeName"], []
    while kind["nodeType"] == "Mapping":
        keys.append((kind["keyType"]["name"], kind.get("keyName", "")))
        kind = kind["valueType"]
    canonical = f"{node['name']}({','.join(key for key, _ in keys)})"
    text = f"{node['name']}({', '.join(key + _space(name) for key, name in keys)}) returns ({kind['name']})"
    hash_ = _keccak(canonical)[:10]
    return Member("function", node["name"], text, canonical, hash_, _said(trees, node), (), view=True)


def _declared(trees: Tree, kind: str, node: Node) -> Member:
    parameters = node["parameters"]["parameters"]
    canonical = f"{node['name']}({','.join(trees.canonical(one) for one in parameters)})"
    marked = [_type(one) + (" indexed" if one.get("indexed") else "") + _space(one["name"]) for one in parameters]
    fields = tuple((one["name"], _type(one)) for one in parameters)
    whole = _keccak(canonical)
    hash_ = whole if kind == "event" else whole[:10]
    return Member(
        kind, node["name"], f"{node['name']}({', '.join(marked)})", canonical, hash_, _said(trees, node), fields
    )


def _type(variable: Node) -> str:
    """The type of a variable as a source writes it."""
    text = re.sub(r"^(struct|contract|enum) ", "", variable["typeDescriptions"]["typeString"])
    return re.sub(r" (memory|calldata|storage.*)$", "", text).rpartition(".")[2]


def _keccak(text: str) -> str:
    return "0x" + keccak256(text.encode()).hex()


def _space(name: str) -> str:
    return f" {name}" if name else ""
