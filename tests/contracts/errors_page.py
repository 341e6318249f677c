"""Writes docs/reference/errors.md: every way to refuse, with what it means, what it carries and what to do next."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.contracts.contracts_page import TITLES, anchor, flat
from tests.contracts.natspec import Member, members
from zkdata import errors
from zkdata.errors import DisclosureWarning, SettlementError, ZkDataError
from zkdata.settlement.refusals import ADVICE, refusal

SOURCES = Path(errors.__file__).parent
NEXT = {
    "RecordInvalid": "Correct the value, field or schema that is named, and seal again.",
    "SignatureRejected": "Have the very key named sign the very message named; a signature is never mended.",
    "StatementFalse": "Seal or choose other records, or look for a request whose bounds hold them.",
    "KeyUnsafe": "Generate the key here, or restore the file; `chmod 600` where others can read it.",
    "ArtifactMalformed": "Write the file again with the tool that the message names.",
    "ArtifactMismatch": "Use the files of one circuit, one setup and one version together.",
    "CircuitUnsupported": "Use the `.wasm` that circom generates, or write that line without the construct.",
    "SetupInsecure": "Take a key from a setup with contributions of others; a development key stays on a local chain.",
    "ProofMalformed": "Send the points of the proof as the prover wrote them. It was not looked at whether it is true.",
    "ProofRejected": "Make the proof again with the key of this verifier, and send it unchanged.",
    "VerifiersDisagree": "Trust none of them about these files, keep the files, and [report it](../../SECURITY.md).",
    "ToolMissing": "Run the command that the message names.",
    "NotAvailable": "Ask another store, or the owner. Keepers who signed for the file are named: ask each of them.",
    "ResourceLimit": "Give less at once, or allow more where the message names a parameter.",
    "Cancelled": "Start again; nothing half-written is left behind.",
    "TermsMismatch": "Claim with the terms that the proof was made for.",
    "SignalMismatch": "Prove a claim on this very request: the value named is not the one that it asks for.",
    "RegistryWrong": "Do not rely on this registrar; show others the transaction that is named.",
    "TransactionFailed": "Read the reason. Where it names an error of another contract, look it up there.",
}
"""For errors that no contract raises, or that files raise as well."""

WARNING = "Widen the bounds or the window; or go on, and know that the proof tells the value."

HEAD = """\
# Errors

Written by `make docs` from `zkdata/errors.py`, the advice of `zkdata/settlement/refusals.py` and [the
contracts](contracts.md); never edited.

Every refusal is a `ZkDataError`. `code` is the name of its class and stays stable; `message` says what is wrong and
what to do; what it is about is in `evidence`, a dictionary, each entry an attribute too, never a secret. Exit code 1
says that something well-formed is false; 2 says nothing about truth. With `--json` the command line prints code,
message and evidence.

A revert of a contract becomes the error of its name before a transaction is made of it, with the contract's arguments
as evidence. It reads:

    {example}

"""
ELSEWHERE = """
## Names that have no class

What a contract reverts with under another name is `TransactionFailed`, with `error` and the arguments as evidence.
"""


def errors_page() -> str:
    """The page."""
    example = str(refusal("RequestExhausted", {"left": 3, "needed": 12}, "claim"))
    parts = [HEAD.format(example=example), "## Of files, proofs and tools\n"]
    parts += [_section(kind) for kind in _below(ZkDataError) if kind is not SettlementError]
    parts.append(f"\n### DisclosureWarning\n\n{flat(DisclosureWarning.__doc__ or '')}\n\n**Next:** {WARNING}\n")
    parts.append("\n## Of the contracts, and about them\n")
    parts += [_section(kind) for kind in _below(SettlementError)]
    parts.append(ELSEWHERE)
    classes = {kind.__name__ for kind in classes_of(ZkDataError)}
    for name, (member, places) in declared().items():
        if name not in classes:
            said = flat(member.said.notice or member.said.dev)
            parts.append(f"\n### {name}\n\n`{member.shown}`, selector `{member.hash}`. {said} {_by(places)}\n")
    return "".join(parts)


def classes_of(kind: type[ZkDataError]) -> Iterator[type[ZkDataError]]:
    """Every class below."""
    for below in _below(kind):
        yield below
        yield from classes_of(below)


@cache
def declared() -> dict[str, tuple[Member, tuple[str, ...]]]:
    """Errors of the contracts by name, each with the functions that end with it or print it."""
    every = {contract: members(contract) for contract in TITLES}
    errors_of = {member.name: member for found in every.values() for member in found if member.kind == "error"}
    return {
        name: (
            member,
            tuple(
                f"{contract}.{one.name}"
                for contract, found in every.items()
                for one in found
                if name in one.reached.reverts or name in one.reached.prints
            ),
        )
        for name, member in errors_of.items()
    }


@cache
def evidence() -> dict[str, list[str]]:
    """Names under which the package's own code gives evidence, by class."""
    found: dict[str, list[str]] = {}
    for path in sorted(SOURCES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                known = found.setdefault(name, [])
                known += [word.arg for word in node.keywords if word.arg and word.arg not in known]
    return found


def _below(kind: type[ZkDataError]) -> list[type[ZkDataError]]:
    """Its own classes in the tree's file: whoever imports it may have made more."""
    return [below for below in kind.__subclasses__() if below.__module__ == errors.__name__]


def _section(kind: type[ZkDataError]) -> str:
    name = kind.__name__
    member, places = declared().get(name, (None, ()))
    of_contract = [field for field, _ in member.fields] if member else []
    carried = of_contract + sorted(set(evidence().get(name, [])) - set(of_contract))
    advice = NEXT.get(name) or ADVICE[name][0].upper() + ADVICE[name][1:] + "."
    lines = [f"\n### {name}\n", flat(kind.__doc__ or ""), "", f"**Next:** {advice}", ""]
    facts = [f"`{member.shown}`, selector `{member.hash}`. {_by(places)}"] if member else []
    facts += [f"Evidence: {', '.join(f'`{field}`' for field in carried)}."] if carried else []
    facts += ["Exit code 1."] if kind.exit_code == 1 else []
    lines += [" ".join(facts), ""] if facts else []
    return "\n".join(lines)


def _by(places: tuple[str, ...]) -> str:
    links = [f"[{place}](contracts.md#{anchor(place)})" for place in places]
    return f"By {', '.join(links)}."
