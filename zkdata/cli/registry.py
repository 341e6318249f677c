"""`zkdata registry`: what a registrar published, by the contract or by his whole log, and what he changes."""

import argparse
import json
from typing import TYPE_CHECKING, Any

from . import registry_changes
from .usage import add_json, node_of, plain

if TYPE_CHECKING:
    from ..settlement.chain import Chain
    from ..settlement.registry import DeviceRegistry
    from ..settlement.registry_ledger import RegistryState

EPILOG = """\
examples:
  zkdata registry show --rpc http://127.0.0.1:8545 --registry 0x5FbDB2315678afecb367f032d93F642f64180aa3
      --registrar 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266
  zkdata registry rebuild --json ...         the same addresses; exit code 1 if the log convicts the registrar
"""


def add_to(nouns: Any) -> None:
    """Add the noun and its verbs."""
    noun = nouns.add_parser(
        "registry",
        help="enrol devices, look a registrar up, and make his registry again from his log",
        description="Registrars say whose devices count. What they say is in the log, where anyone can check it.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = noun.add_subparsers(title="commands", metavar="COMMAND", required=True)

    show = verbs.add_parser("show", help="what the contract says of a registrar now", description=_show.__doc__)
    _add_place(show)
    show.set_defaults(run=_show)

    rebuild = verbs.add_parser(
        "rebuild", help="check every enrolment, signature and root of a registrar", description=_rebuild.__doc__
    )
    _add_place(rebuild)
    rebuild.set_defaults(run=_rebuild)
    registry_changes.add_verbs(verbs)


def _add_place(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--rpc", metavar="URL", required=True, help="a node: on this machine, or elsewhere by https")
    verb.add_argument("--registry", metavar="ADDRESS", required=True, help="the contract DeviceRegistry")
    verb.add_argument("--registrar", metavar="ADDRESS", required=True, help="whose registry in it")
    add_json(verb)


def _show(chosen: argparse.Namespace) -> int:
    """The registrar's current root and windows as the contract keeps them; only the contract's code is checked."""
    registry = _attached(chosen, node_of(chosen))
    state = registry.state(chosen.registrar)
    _tell(chosen, registry, {"root": state.root, "places": state.places} | _rules(state))
    return 0


def _rebuild(chosen: argparse.Namespace) -> int:
    """Make the registry again from the log: every leaf, signature, expiry and root; or tell the first that is wrong."""
    chain = node_of(chosen)
    registry = _attached(chosen, chain)
    ledger = registry.rebuild(chosen.registrar)
    enrolled = sum(place is not None for place in ledger.places)
    facts = {
        "root": ledger.root,
        "publications": ledger.publications,
        "places": len(ledger.places),
        "enrolled": enrolled,
        "removed": len(ledger.places) - enrolled,
        "hardware keys": len(ledger.hardware),
        "accepted roots": list(ledger.windows.accepted(chain.now())),
    }
    _tell(chosen, registry, facts | _rules(ledger.state))
    return 0


def _attached(chosen: argparse.Namespace, chain: "Chain") -> "DeviceRegistry":
    from ..settlement.registry import DeviceRegistry

    return DeviceRegistry.attach(chain, chosen.registry)


def _rules(state: "RegistryState") -> dict[str, Any]:
    return {
        "addition window": state.addition_window,
        "revocation window": state.revocation_window,
        "attested": state.attested,
    }


def _tell(chosen: argparse.Namespace, registry: "DeviceRegistry", facts: dict[str, Any]) -> None:
    place = registry.place(chosen.registrar)
    told = {"chain": place.chain_id, "registry": place.registry, "registrar": place.registrar} | facts
    if chosen.json:
        print(json.dumps(plain(told), indent=2))
        return
    for name, value in told.items():
        print(f"{name:<18}{_text(name, value)}")


def _text(name: str, value: Any) -> str:
    if isinstance(value, list):
        return f"{len(value)}" + "".join(f"\n  {each}" for each in value)
    if isinstance(value, bool):
        return "every enrolment" if value else "where given"
    return f"{value} s" if name.endswith("window") else str(value)
