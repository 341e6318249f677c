"""`zkdata registry open|agree|enrol|revoke`: whose devices count, said by their owners and published by a registrar."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .account import account_of, add_account, add_deployment, chain_of, tell

if TYPE_CHECKING:
    from ..settlement.chain import Chain
    from ..settlement.registry import DeviceRegistry

DAY = 86_400
AGREED_DAYS = 7


def add_verbs(verbs: Any) -> None:
    """Add the verbs that change a registry."""
    opening = verbs.add_parser("open", help="open the account's own registry", description=_open.__doc__)
    add_deployment(opening)
    add_account(opening)
    opening.add_argument("--addition-window", type=int, metavar="SECONDS", help="how long an older root stays valid")
    opening.add_argument("--revocation-window", type=int, metavar="SECONDS", help="the same, after a revocation")
    opening.add_argument("--attested", action="store_true", help="take no device without a hardware key's word")
    opening.set_defaults(run=_open)

    agree = verbs.add_parser("agree", help="have a device agree to be enrolled", description=_agree.__doc__)
    add_deployment(agree)
    agree.add_argument("--registrar", metavar="ADDRESS", required=True, help="whom the device agrees to be enrolled by")
    agree.add_argument("--device", type=Path, metavar="FILE", required=True, help="the device's key, of mode 0600")
    agree.add_argument("--owner", type=Path, metavar="FILE", required=True, help="its owner's key, of mode 0600")
    agree.add_argument("--class", dest="device_class", type=int, metavar="NUMBER", required=True, help="its class")
    agree.add_argument("--from", dest="start", type=int, metavar="MS", required=True, help="since when it is his")
    agree.add_argument("--until", type=int, metavar="MS", required=True, help="until when, exclusive")
    agree.add_argument(
        "--days", type=int, default=AGREED_DAYS, help="how long the signature may be used (default: %(default)s)"
    )
    agree.add_argument("output", type=Path, metavar="AGREED.json", help="written, for the registrar")
    agree.set_defaults(run=_agree)

    enrol = verbs.add_parser("enrol", help="publish devices that agreed", description=_enrol.__doc__)
    add_deployment(enrol)
    add_account(enrol)
    enrol.add_argument("agreed", type=Path, nargs="+", metavar="AGREED.json", help="what `registry agree` wrote")
    enrol.set_defaults(run=_enrol)

    revoke = verbs.add_parser("revoke", help="end an enrolment", description=_revoke.__doc__)
    add_deployment(revoke)
    add_account(revoke)
    revoke.add_argument("--until", type=int, metavar="MS", help="its new end, exclusive; without, it is removed")
    revoke.add_argument("place", type=int, metavar="PLACE", help="its place in the registry, from 0")
    revoke.set_defaults(run=_revoke)


def _open(chosen: argparse.Namespace) -> int:
    """Open the account's own registry, once. The windows stay as they are for ever."""
    from ..settlement.registry import ADDITION_WINDOW, REVOCATION_WINDOW

    chain, registry = _registry(chosen)
    sender = account_of(chosen, chain)
    windows = {
        "addition_window": ADDITION_WINDOW if chosen.addition_window is None else chosen.addition_window,
        "revocation_window": REVOCATION_WINDOW if chosen.revocation_window is None else chosen.revocation_window,
    }
    receipt = registry.open(sender=sender, attested=chosen.attested, **windows)
    return tell(chosen, {"registry": registry.address, "registrar": sender, "transaction": receipt.transaction})


def _agree(chosen: argparse.Namespace) -> int:
    """The device signs whose it is, of what class and how long, for one registrar; nothing is sent."""
    from ..capsule.device import DeviceKey
    from ..capsule.output import check_outputs
    from ..capsule.owner import OwnerKey
    from ..capsule.tree import Enrolment
    from ..settlement.signed_enrolment import SignedEnrolment

    check_outputs([chosen.output], [chosen.device, chosen.owner])
    device, owner = DeviceKey.load(chosen.device), OwnerKey.load(chosen.owner)
    chain, registry = _registry(chosen)
    commitment = owner.commitment(device.public)
    enrolment = Enrolment(device.public, commitment, chosen.device_class, chosen.start, chosen.until)
    expiry = chain.now() + chosen.days * DAY
    SignedEnrolment.sign(enrolment, registry.place(chosen.registrar), expiry, device).save(chosen.output)
    facts = {"registry": registry.address, "registrar": chosen.registrar, "expiry": expiry}
    return tell(chosen, facts | {"leaf": enrolment.leaf, "agreed": str(chosen.output)})


def _enrol(chosen: argparse.Namespace) -> int:
    """Make the account's registry again from its log, add the devices, and publish the new root."""
    from ..settlement.signed_enrolment import SignedEnrolment

    agreed = [SignedEnrolment.load(path) for path in chosen.agreed]
    chain, registry = _registry(chosen)
    sender = account_of(chosen, chain)
    registry.publish(registry.rebuild(sender), enrol=agreed, sender=sender)
    return _tell(chosen, registry, sender)


def _revoke(chosen: argparse.Namespace) -> int:
    """End one enrolment earlier, or remove it; every older root is shortened to the revocation window."""
    from ..settlement.signed_enrolment import Revocation

    chain, registry = _registry(chosen)
    sender = account_of(chosen, chain)
    revocation = Revocation(chosen.place, chosen.until)
    registry.publish(registry.rebuild(sender), revoke=[revocation], sender=sender)
    return _tell(chosen, registry, sender)


def _registry(chosen: argparse.Namespace) -> "tuple[Chain, DeviceRegistry]":
    from ..settlement.deployment import Deployment

    deployment, chain = Deployment.load(chosen.deployment), chain_of(chosen)
    return chain, deployment.registry_on(chain)


def _tell(chosen: argparse.Namespace, registry: "DeviceRegistry", sender: str) -> int:
    state = registry.state(sender)
    facts = {"registry": registry.address, "registrar": sender, "root": state.root, "places": state.places}
    return tell(chosen, facts)
