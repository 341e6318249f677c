"""`zkdata demo`: the whole journey, told in the terminal or as data."""

import argparse
import contextlib
import json
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .terminal import BOLD, CYAN, DIM, GREEN, YELLOW, Terminal
from .usage import add_json, node_of, plain

if TYPE_CHECKING:
    from ..settlement.chain import Chain
    from .happenings import Balances, Happening, Refusal, Step

EPILOG = """\
examples:
  zkdata demo                                an EVM inside this process; needs nothing else
  zkdata demo --chain anvil                  a fresh anvil, ended afterwards
  zkdata demo --rpc http://127.0.0.1:8545    a local node that is running already
  zkdata demo --json                         the same facts as data
"""
SENTENCE = "records -> capsule -> witness -> proof -> claim -> payment"
NAME_WIDTH = 11
INDENT = " " * (NAME_WIDTH + 2)


def add_to(nouns: Any) -> None:
    """Add the noun."""
    noun = nouns.add_parser(
        "demo",
        help="the whole journey, from records to payment, with what is refused on the way",
        description="Walk the whole journey with real keys, proofs and contracts, and try what has to be refused.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    where = noun.add_mutually_exclusive_group()
    where.add_argument("--chain", choices=("embedded", "anvil"), default=None, help="default: embedded")
    where.add_argument("--rpc", metavar="URL", help="a node on this machine with the chain id of a local chain")
    add_json(noun)
    noun.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    """Tell the story on the chain that was chosen."""
    started = time.perf_counter()
    with _chain(chosen) as chain:
        from .scenario import LEFT_OUT, Scenario

        told = Scenario(chain).tell()
        if chosen.json:
            story = _as_data(told)
            story |= {"chain": {"name": chain.name, "id": chain.chain_id}, "leaves_out": list(LEFT_OUT)}
            story["seconds"] = round(time.perf_counter() - started, 3)
            print(json.dumps(story, indent=2))
        else:
            terminal = Terminal(sys.stdout)
            try:
                _tell(told, terminal, LEFT_OUT)
            finally:
                terminal.clear()
            terminal.line(f"\ndone in {time.perf_counter() - started:.1f} s on {chain}")
    return 0


@contextlib.contextmanager
def _chain(chosen: argparse.Namespace) -> Iterator["Chain"]:
    from ..settlement.chain import Chain

    if chosen.rpc is not None:
        yield node_of(chosen)
    elif chosen.chain == "anvil":
        with Chain.anvil() as chain:
            yield chain
    else:
        yield Chain.embedded()


def _as_data(told: "Iterator[Happening]") -> dict[str, Any]:
    from .happenings import Balances, Refusal, Step
    from .scenario import TOKEN

    steps, refusals, balances = [], [], {}
    for each in told:
        if isinstance(each, Step):
            step = {"name": each.name, "said": each.said, "seconds": round(each.seconds, 4)}
            steps.append(step | {"facts": plain(each.facts)})
        elif isinstance(each, Refusal):
            error = {"code": each.error.code, "message": each.error.message, "evidence": plain(each.error.evidence)}
            refusals.append({"attempt": each.attempt, "by": each.by, "error": error, "seconds": round(each.seconds, 4)})
        elif isinstance(each, Balances):
            balances[each.when] = {name: str(amount) for name, amount in each.amounts.items()}
    return {"steps": steps, "refusals": refusals, "balances": balances, "token_unit": str(TOKEN)}


def _tell(told: "Iterator[Happening]", terminal: Terminal, leaves_out: tuple[str, ...]) -> None:
    from .happenings import Balances, Began, Refusal, Step

    terminal.line(terminal.colour(BOLD, "zkdata: sell data without showing it first"))
    terminal.line(terminal.colour(DIM, SENTENCE))
    for each in told:
        match each:
            case Began():
                terminal.busy(each.what)
            case Step():
                _tell_step(each, terminal)
            case Refusal():
                _tell_refusal(each, terminal)
            case Balances():
                _tell_balances(each, terminal)
    terminal.line()
    terminal.line(terminal.colour(BOLD, "what this version leaves out"))
    for each_left in leaves_out:
        terminal.paragraph(each_left, "  ")


def _tell_step(step: "Step", terminal: Terminal) -> None:
    took = f"{step.seconds:.2f} s" if step.seconds >= 0.005 else ""
    terminal.line()
    terminal.line(
        f"{terminal.colour(BOLD + ';' + CYAN, step.name.ljust(NAME_WIDTH))}  {terminal.colour(DIM, took)}".rstrip()
    )
    terminal.paragraph(step.said, INDENT)
    for name, value in step.facts.items():
        shown = f"{value:,}" if isinstance(value, int) and not name.endswith(" id") else str(value)
        terminal.line(f"{INDENT}{terminal.colour(DIM, name.ljust(24))} {shown}")


def _tell_refusal(refusal: "Refusal", terminal: Terminal) -> None:
    terminal.line()
    mark = terminal.colour(YELLOW, "refused".ljust(NAME_WIDTH))
    terminal.line(f"{mark}  {refusal.attempt}")
    terminal.line(f"{INDENT}{terminal.colour(YELLOW, refusal.error.code)}, {refusal.by}")
    terminal.paragraph(refusal.error.message, INDENT)


def _tell_balances(balances: "Balances", terminal: Terminal) -> None:
    from .scenario import TOKEN

    held = "   ".join(f"{name} {amount / TOKEN:g}" for name, amount in balances.amounts.items())
    label = "tokens".ljust(NAME_WIDTH)
    terminal.line()
    terminal.line(f"{terminal.colour(GREEN, label)}  {balances.when}: {held}")
