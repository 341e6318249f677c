"""`zkdata claim`: the owner's side, from a sealed capsule to its payment; and what anybody may see of a claim."""

import argparse
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .account import account_of, add_account, add_deployment, opened, tell
from .claim_place import add_claim, claim_at
from .usage import UsageWrong, add_json, plain

if TYPE_CHECKING:
    from ..settlement.pending import PendingClaim
    from ..settlement.settling import Stage

EPILOG = """\
examples:
  zkdata claim prove --deployment deployment.json --rpc URL --request 7 --capsule hour.capsule.json
      --opening hour.opening.json --owner owner.key --recipient 0x... hour.claim
  zkdata claim release --deployment deployment.json --rpc URL --key account.key hour.claim
  zkdata claim admit ... --kept first.json --kept second.json hour.claim
  zkdata claim watch --rpc URL --escrow 0x... --claim 0x...

send, admit and release do what is left to do up to there, and can be run again after anything that stopped them:
the claim's file and the account's outbox have all that it takes.
"""
POLL_SECONDS = 1.0
ANSWER_BYTES = 2**16


def add_to(nouns: Any) -> None:
    """Add the noun and its verbs."""
    noun = nouns.add_parser(
        "claim",
        help="prove a claim, send it, have it admitted and released, or look at one",
        description="A claim is a proof that a sealed capsule is what a request asks for, and whom to pay for it.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = noun.add_subparsers(title="commands", metavar="COMMAND", required=True)

    prove = verbs.add_parser("prove", help="prove, and keep all that a payment takes", description=_prove.__doc__)
    add_deployment(prove)
    prove.add_argument("--request", type=int, metavar="NUMBER", required=True, help="which request to claim on")
    prove.add_argument("--capsule", type=Path, metavar="FILE", required=True, help="the capsule's public file")
    prove.add_argument("--opening", type=Path, metavar="FILE", required=True, help="its opening, of mode 0600")
    prove.add_argument("--owner", type=Path, metavar="FILE", required=True, help="the owner's key, of mode 0600")
    prove.add_argument("--recipient", metavar="ADDRESS", required=True, help="who is paid")
    prove.add_argument("--relayer", metavar="ADDRESS", help="who earns the fee; without, whoever sends the claim")
    prove.add_argument("--fee", default="0", metavar="AMOUNT", help="in the token's smallest part")
    prove.add_argument("output", type=Path, metavar="OUT.claim", help="written for your eyes alone, mode 0600")
    prove.set_defaults(run=_prove)

    for name, help_text, run in (
        ("send", "have its money set aside", _send),
        ("admit", "bring what the panel says", _admit),
        ("release", "show the secret, and be paid", _release),
    ):
        verb = verbs.add_parser(name, help=help_text, description=run.__doc__)
        add_deployment(verb)
        add_account(verb)
        verb.add_argument("file", type=Path, metavar="FILE.claim", help="what `claim prove` wrote")
        if run is not _send:
            verb.add_argument(
                "--kept", type=Path, action="append", default=[], metavar="KEPT.json", help="a keeper's attestation"
            )
            verb.add_argument("--answer", type=Path, metavar="FILE", help="what the gate takes, in hex digits")
        verb.set_defaults(run=run)

    show = verbs.add_parser("show", help="how a claim stands", description=_show.__doc__)
    add_claim(show)
    add_json(show)
    show.set_defaults(run=_show)

    watch = verbs.add_parser("watch", help="tell its stages until it is paid or over", description=_watch.__doc__)
    add_claim(watch)
    watch.add_argument("--for", dest="seconds", type=float, metavar="SECONDS", help="end after so long")
    add_json(watch)
    watch.set_defaults(run=_watch)

    expire = verbs.add_parser("expire", help="after the wait, return its money", description=_expire.__doc__)
    add_claim(expire)
    add_account(expire)
    add_json(expire)
    expire.set_defaults(run=_expire, confirmations=0, second=None)


def _prove(chosen: argparse.Namespace) -> int:
    """Make the registry again from its log, prove, verify, ask the contract, and keep proof, terms and release secret.

    Whoever loses the file loses the payment. Nothing is sent.
    """
    from ..capsule.output import check_outputs
    from ..capsule.owner import OwnerKey
    from ..capsule.seal import Capsule
    from ..proof.claim import Claim
    from ..proof.prover import prove_statement
    from ..proof.terms import NOBODY, Terms
    from ..settlement.claim_file import KeptClaim
    from ..settlement.registry import DeviceRegistry

    secrets = [chosen.opening, chosen.owner]
    check_outputs([chosen.output], [chosen.capsule, *secrets])
    if not chosen.fee.isascii() or not chosen.fee.isdigit():
        raise UsageWrong("--fee takes a whole number of the token's smallest part")
    terms = Terms(chosen.recipient, chosen.relayer or NOBODY, int(chosen.fee))
    owner, capsule = OwnerKey.load(chosen.owner), Capsule.load(chosen.capsule, chosen.opening)
    _, chain, escrow = opened(chosen)
    posting = escrow.posting(chosen.request)
    registry = DeviceRegistry.attach(chain, posting.registry).rebuild(posting.registrar).registry
    enrolment = registry.enrolment_of(
        capsule.opening.device, owner.commitment(capsule.opening.device), capsule.opening.base
    )
    claim = Claim(
        capsule,
        posting.request,
        terms,
        owner=owner,
        registry=registry,
        enrolment=enrolment,
        as_of=chain.now() * 1000,
    )
    escrow.check_circuit(posting, claim.circuit)
    proof = prove_statement(claim)
    # On the disk before a node sees the proof, which anyone may send.
    KeptClaim.of(chain.node.identity, posting, claim, proof).save(chosen.output)
    escrow.check(posting, proof, terms, sender=chain.address(chosen.recipient))
    earned = posting.prices.earned(capsule.file.header.count)
    facts = {"request": posting.id, "circuit": claim.circuit, "records": capsule.file.header.count, "earns": earned}
    return tell(chosen, facts | {"fee": terms.fee, "recipient": chosen.recipient, "claim": str(chosen.output)})


def _send(chosen: argparse.Namespace) -> int:
    """Send the claim, and wait until its money is set aside. A claim that was sent is not sent again."""
    from ..settlement.settling import Stage

    return _settle(chosen, Stage.CLAIMED)


def _admit(chosen: argparse.Namespace) -> int:
    """Send the claim if need be, and bring the keepers' attestations and the gate's answer."""
    from ..settlement.settling import Stage

    return _settle(chosen, Stage.ADMITTED)


def _release(chosen: argparse.Namespace) -> int:
    """Do what is left up to the payment. The secret is shown only for a claim that is final and admitted, and whose
    release window is not half over."""
    from ..settlement.settling import Stage

    return _settle(chosen, Stage.PAID)


def _settle(chosen: argparse.Namespace, until: "Stage") -> int:
    from ..capsule.atomic_file import read_text
    from ..errors import NotAdmitted
    from ..settlement.attestation import Kept
    from ..settlement.claim_file import KeptClaim
    from ..settlement.settling import settle

    kept = KeptClaim.load(chosen.file)
    attestations = [Kept.load(path) for path in getattr(chosen, "kept", ())]
    answer = None
    if getattr(chosen, "answer", None) is not None:
        text = read_text(chosen.answer, ANSWER_BYTES, "the gate's answer").strip().removeprefix("0x")
        try:
            answer = bytes.fromhex(text)
        except ValueError:
            raise UsageWrong(f"{chosen.answer} holds no hex digits; name what the gate's signers gave") from None
    _, chain, escrow = opened(chosen)
    sender = account_of(chosen, chain)
    settled = settle(escrow, kept, sender=sender, attestations=attestations, answer=answer, until=until)
    if settled.stage < until and settled.claim is not None:
        panel = settled.claim.panel
        raise NotAdmitted(
            f"the claim is taken, and waits for {panel.needed} of its {len(panel.keepers)} keepers and for its gate, "
            "where it has one; run this again with --kept and --answer",
            claim=settled.claim.id,
            keepers=list(panel.keepers),
            gate=panel.gate,
        )
    return tell(chosen, {"stage": str(settled.stage), "payment": settled.payment} | _facts(settled.claim))


def _show(chosen: argparse.Namespace) -> int:
    """What the chain says of a claim, by its latest block."""
    from ..settlement.settling import stage_of

    claim = claim_at(chosen)
    return tell(chosen, {"stage": str(stage_of(claim)), "payment": claim.payment} | _facts(claim))


def _watch(chosen: argparse.Namespace) -> int:
    """Tell each stage of a claim as it comes, until it is paid or over, or the time is up."""
    from ..settlement.settling import Stage, stage_of

    claim, told, started = claim_at(chosen), None, time.monotonic()
    while True:
        claim = claim.current()
        stage = stage_of(claim)
        if stage is not told:
            facts = {"stage": str(stage), "payment": claim.payment, "claim": claim.id}
            print(json.dumps(plain(facts)) if chosen.json else "  ".join(filter(None, facts.values())), flush=True)
            told = stage
        if stage >= Stage.PAID or (chosen.seconds is not None and time.monotonic() - started >= chosen.seconds):
            return 0
        time.sleep(POLL_SECONDS)


def _expire(chosen: argparse.Namespace) -> int:
    """Once a claim was not admitted or released in time, return what was set aside for it. Anyone may."""
    claim = claim_at(chosen)
    sender = account_of(chosen, claim.escrow.chain)
    receipt = claim.expire(sender=sender)
    returned = receipt.event("Expired").arguments["amount"]
    return tell(chosen, {"claim": claim.id, "returned": returned, "transaction": receipt.transaction})


def _facts(claim: "PendingClaim | None") -> dict[str, Any]:
    if claim is None:
        return {}
    aside = claim.aside
    return {
        "claim": claim.id,
        "request": aside.id,
        "nullifier": aside.nullifier,
        "records": claim.count,
        "amount": aside.amount,
        "recipient": aside.recipient,
        "relayer": aside.relayer,
        "fee": aside.fee,
        "expiry": aside.expiry,
        "keepers": list(claim.panel.keepers),
        "approvers": list(claim.approvers),
    }
