"""Writes docs/reference/contracts.md: every function, event, error and struct, in the words of the sources."""

import textwrap

from tests.contracts.natspec import INTERFACE, Member, members, said_of
from tests.contracts.syntax_tree import EXPORTED, Errors

COLUMNS = 150
TITLES = {
    "DataEscrow": "DataEscrow",
    "DeviceRegistry": "DeviceRegistry",
    "SignatureGate": "SignatureGate",
    EXPORTED: "A verifier of claims",
}
WORDS = {"DataEscrow": ("IDataEscrow", "DataEscrow"), "DeviceRegistry": ("IDeviceRegistry", "DeviceRegistry")}
"""Whose own words stand before a contract's functions; else the contract's."""

SENDERS = {
    "DataEscrow.post": "Anyone. The sender pays, `request.buyer` gets back what is not spent.",
    "DataEscrow.topUp": "Anyone. The sender pays, the money is the buyer's then.",
    "DataEscrow.cancel": "`request.buyer`.",
    "DataEscrow.claim": "Anyone. The sender earns the fee where the terms name no relayer.",
    "DataEscrow.claimMany": "Anyone. The sender earns the fee where the terms name no relayer.",
    "DataEscrow.withdraw": "Whom the credit is for.",
    "DeviceRegistry.open": "Anyone, who is a registrar from then on.",
    "DeviceRegistry.list": "A registrar, for himself.",
    "DeviceRegistry.unlist": "A registrar, for himself.",
    "DeviceRegistry.publish": "A registrar, for himself.",
    "SignatureGate.approversOf": "Anyone. The signatures are those made for the sender, as the escrow that asks.",
}
"""Who may call what looks at its sender. Everything else does not, so that anyone may."""

HEAD = """\
# Contracts

Written by `make docs` from the contracts' sources and their comments (`tests/contracts/`); never edited. What the
verbs are for: [the escrow](escrow.md), [the device registry](registry.md). Who can do what at worst: [threat
model](../explanation/threat-model.md).

A function is named with its selector, the first four bytes of the keccak256 of its name and types; an error too, and
an event with its topic, all of that hash. A struct stands in them as the tuple of its members. **Ends with** are the
errors that a function can revert with: all that is found by following every call, into our own contracts and an
exported verifier as well. What a token, a gate or another registry reverts with is not among them, nor is a call that
cannot be decoded, or has too little gas, which end without a name. Names in brackets are what an error's word can be.
Functions that change nothing are marked *view*.
"""


def contracts_page() -> str:
    """The page."""
    return HEAD + "".join(_contract(name) for name in TITLES)


def anchor(heading: str) -> str:
    """How a page names a heading in a link."""
    return "".join(sign for sign in heading.lower() if sign.isalnum() or sign in " -_").replace(" ", "-")


def raised(errors: Errors) -> str:
    """Links to errors, each with its words."""
    return ", ".join(
        f"[{name}](errors.md#{anchor(name)})" + (f" ({', '.join(sorted(words))})" if words else "")
        for name, words in errors.items()
    )


def flat(text: str) -> str:
    """Text of several lines as one."""
    return " ".join(text.split())


def _contract(name: str) -> str:
    said = [said_of(source) for source in WORDS.get(name, (name,))]
    if name == EXPORTED:
        said.insert(0, said_of(INTERFACE))
    parts = [f"## {TITLES[name]}"]
    for one in said:
        parts.append(_filled(one.notice))
        if one.dev:
            parts.append(f"```text\n{one.dev}\n```")
    if name == EXPORTED:
        parts.append(
            "A verifier of another statement has as many inputs as the statement has public values, and no counts."
        )
    every = members(name)
    parts += [_function(name, member) for member in every if member.kind in ("constructor", "function")]
    titles = {"struct": "structs", "event": "events", "error": "errors"}
    for kind, title in titles.items():
        listed = [member for member in every if member.kind == kind]
        if listed:
            parts.append(f"### {TITLES[name]}: {title}")
            parts += [_struct(member) for member in listed] if kind == "struct" else ["\n".join(map(_item, listed))]
    return "\n" + "\n\n".join(parts) + "\n"


def _function(contract: str, member: Member) -> str:
    name = f"{contract}.{member.name}"
    lines = [f"### {name}", "", f"`{member.shown}`" + (f" `{member.hash}`" if member.hash else "")]
    lines[-1] += " *view*" if member.view else ""
    lines += ["", _filled(member.said.notice or member.said.dev)]
    if member.said.params:
        lines += ["", *(f"- `{key}`: {text}" for key, text in member.said.params.items())]
    facts = []
    if member.reached.sender or (not member.view and member.kind == "function"):
        facts.append(f"**Who may call:** {SENDERS[name] if member.reached.sender else 'Anyone.'}")
    if member.reached.reverts:
        facts.append(f"**Ends with:** {raised(member.reached.reverts)}.")
    if member.reached.prints:
        facts.append(f"**Skips an item, and prints:** {raised(member.reached.prints)}.")
    return "\n".join(lines + [line for fact in facts for line in ("", _filled(fact))])


def _struct(member: Member) -> str:
    rows = [f"| `{name}` | `{kind}` | {member.said.params.get(name, '')} |" for name, kind in member.fields]
    head = f"**{member.name}.** {flat(member.said.notice)} As a tuple: `{member.canonical}`."
    return "\n".join([_filled(head), "", "| member | type | |", "|---|---|---|", *rows])


def _item(member: Member) -> str:
    said = flat(member.said.notice or member.said.dev)
    said += "".join(f" `{name}`: {text}." for name, text in member.said.params.items())
    return f"- `{member.shown}` `{member.hash}`" + (f": {said}" if said else "")


def _filled(text: str) -> str:
    return textwrap.fill(flat(text), COLUMNS, break_long_words=False, break_on_hyphens=False)
