"""`zkdata setup`: keys that strangers can trust, made by many people one after the other, and the page to show it."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import SetupInsecure
from . import setup_powers
from .account import tell
from .setup_told import (
    add_beacon,
    add_entropy,
    add_name,
    entropy_of,
    leave_no_core,
    tell_contributions,
    tell_hash,
    timed,
)
from .terminal import GREEN, YELLOW, Terminal
from .usage import add_json

if TYPE_CHECKING:
    from ..proof.setup_audit import Audit

EPILOG = """\
examples, in the order of a ceremony (docs/how-to/run-a-ceremony.md):
  zkdata setup new capsule_16x4 powers.ptau 0.zkey
  zkdata setup contribute 0.zkey 1.zkey --name alice --key alice.key
  zkdata setup verify capsule_16x4 powers.ptau 1.zkey
  zkdata setup beacon 3.zkey last.zkey --value 0a1b2c3d --iterations 10
  zkdata setup finalize capsule_16x4 powers.ptau last.zkey --key me.key --out FOLDER --signed 1.signed.json
  zkdata setup audit FOLDER --ptau powers.ptau
  zkdata setup install FOLDER
"""


def add_to(nouns: Any) -> None:
    """Add the noun and its verbs."""
    noun = nouns.add_parser(
        "setup",
        help="run a ceremony for the keys of a circuit, and audit one",
        description="Keys in two phases, in the files of snarkjs. CIRCUIT is a name of the catalogue or an .r1cs.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = noun.add_subparsers(title="commands", metavar="COMMAND", required=True)

    new = _verb(verbs, "new", "the first key of a circuit, from powers of tau", _new)
    _add_ceremony(new)
    add_json(new)

    contribute = _verb(verbs, "contribute", "mix a secret into a key, and sign for it", _contribute)
    contribute.add_argument("old", type=Path, metavar="OLD.zkey", help="what the one before you left")
    contribute.add_argument("new", type=Path, metavar="NEW.zkey", help="written: for the one after you")
    add_name(contribute)
    _add_signed(contribute, "NEW.signed.json beside NEW.zkey")
    add_entropy(contribute)
    add_json(contribute)

    sign = _verb(verbs, "sign", "sign for the last contribution to a key, made with whatever tool", _sign)
    sign.add_argument("zkey", type=Path, metavar="KEY.zkey")
    _add_signed(sign, "KEY.signed.json beside KEY.zkey")
    add_json(sign)

    beacon = _verb(verbs, "beacon", "end a ceremony with a number that nobody could foresee", _beacon)
    beacon.add_argument("old", type=Path, metavar="OLD.zkey", help="what the last contributor left")
    beacon.add_argument("new", type=Path, metavar="NEW.zkey", help="written")
    add_beacon(beacon)
    add_json(beacon)

    verify = _verb(verbs, "verify", "check a key, from circuit and powers to its last contribution", _verify)
    _add_ceremony(verify)
    add_json(verify)

    finalize = _verb(verbs, "finalize", "check everything, and write keys, verifier and signed manifest", _finalize)
    finalize.add_argument("circuit", metavar="NAME", help="of the catalogue")
    finalize.add_argument("ptau", type=Path, metavar="POWERS.ptau")
    finalize.add_argument("zkey", type=Path, metavar="LAST.zkey")
    finalize.add_argument(
        "--signed", type=Path, nargs="+", required=True, metavar="FILE", help="what each contributor signed"
    )
    finalize.add_argument(
        "--key", type=Path, metavar="FILE", required=True, help="contributor's key, signs the manifest"
    )
    finalize.add_argument("--out", type=Path, metavar="FOLDER", required=True, help="written")
    add_json(finalize)

    dev = _verb(verbs, "dev", "development keys in one step, for local chains", _dev)
    dev.add_argument("circuit", metavar="CIRCUIT")
    dev.add_argument("zkey", type=Path, metavar="KEY.zkey", help="written")
    dev.add_argument("key", type=Path, metavar="VKEY.json", help="written")
    add_json(dev)

    audit = _verb(verbs, "audit", "check a finished setup again; exit code 0 = passed, 1 = not", _audit)
    audit.add_argument("folder", type=Path, metavar="FOLDER", help="what finalize wrote, or its manifest")
    audit.add_argument("--ptau", type=Path, metavar="POWERS.ptau", help="the powers; without them it does not pass")
    add_json(audit)

    install = _verb(verbs, "install", "prove and deploy with the keys of a finished setup from now on", _install)
    install.add_argument("folder", type=Path, metavar="FOLDER", help="what finalize wrote, or its manifest")
    add_json(install)

    setup_powers.add_to(verbs)


def _verb(verbs: Any, name: str, what: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
    verb: argparse.ArgumentParser = verbs.add_parser(name, help=what, description=run.__doc__)
    verb.set_defaults(run=run)
    return verb


def _add_ceremony(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("circuit", metavar="CIRCUIT", help="a name of the catalogue, or an .r1cs")
    verb.add_argument("ptau", type=Path, metavar="POWERS.ptau", help="prepared for phase 2")
    verb.add_argument("zkey", type=Path, metavar="KEY.zkey")


def _add_signed(verb: argparse.ArgumentParser, default: str) -> None:
    verb.add_argument("--key", type=Path, metavar="FILE", required=True, help="your contributor's key, of mode 0600")
    verb.add_argument("--signed", type=Path, metavar="OUT.json", help=f"written: your signature ({default})")


def _new(chosen: argparse.Namespace) -> int:
    """Make the first key of a circuit. Nobody may use it before somebody contributed, and nothing here does."""
    from ..proof.ceremony import first_key

    given = _r1cs(chosen.circuit), chosen.ptau, chosen.zkey
    shown = timed("making the first key", lambda progress: first_key(*given, progress=progress))
    return tell_hash(chosen, "circuit hash", shown, chosen.zkey)


def _contribute(chosen: argparse.Namespace) -> int:
    """Mix fresh randomness of the operating system into a key, forget it, and sign for what came of it. Check OLD.zkey
    with `verify` first: your name will stand for it."""
    from ..capsule.output import check_outputs
    from ..proof.ceremony import contribute
    from ..proof.contributor import ContributorKey

    leave_no_core()
    signed = _signed_path(chosen.signed, chosen.new)
    check_outputs([chosen.new, signed], [chosen.old, chosen.key])
    given = chosen.old, chosen.new, chosen.name, ContributorKey.load(chosen.key), signed
    entropy = entropy_of(chosen.entropy)
    word = timed("contributing", lambda progress: contribute(*given, entropy=entropy, progress=progress))
    return tell_hash(chosen, "contribution hash", word.hash, chosen.new, signed=signed)


def _sign(chosen: argparse.Namespace) -> int:
    """Sign for the last contribution to a key as your own. Its name stays the one that it was made under."""
    from ..capsule.output import check_outputs
    from ..proof.ceremony import sign_last
    from ..proof.contributor import ContributorKey

    signed = _signed_path(chosen.signed, chosen.zkey)
    check_outputs([signed], [chosen.zkey, chosen.key])
    word = sign_last(chosen.zkey, ContributorKey.load(chosen.key), signed)
    return tell_hash(chosen, "contribution hash", word.hash, signed)


def _beacon(chosen: argparse.Namespace) -> int:
    """Make the last contribution from a public number, such as the hash of a block to come, so that the last of the
    others could not choose the key."""
    from ..proof.ceremony import end_with_beacon

    given = chosen.old, chosen.new, chosen.value, chosen.iterations, chosen.name
    shown = timed("applying the beacon", lambda progress: end_with_beacon(*given, progress=progress))
    return tell_hash(chosen, "contribution hash", shown, chosen.new)


def _verify(chosen: argparse.Namespace) -> int:
    """Check that a key follows from circuit and powers by its contributions alone, and list them."""
    from ..proof.ceremony import verify_ceremony

    given = _r1cs(chosen.circuit), chosen.ptau, chosen.zkey
    found = timed("verifying", lambda progress: verify_ceremony(*given, progress=progress))
    about = {"circuit_hash": found["circuit_hash"].hex()}
    return tell_contributions(chosen, about, found["contributions"])


def _finalize(chosen: argparse.Namespace) -> int:
    """Check powers, key and signatures, and write what is handed out: both keys, the verifier's source, and the signed
    manifest that names them all."""
    from ..proof.circuit import Circuit
    from ..proof.contribution import Contribution
    from ..proof.contributor import ContributorKey
    from ..proof.setup_files import finalize
    from ..settlement.contracts import verifier_code_hash

    signed = {path: Contribution.load(path) for path in chosen.signed}
    for path, each in signed.items():
        if (other := next(at for at, found in signed.items() if found.number == each.number)) != path:
            raise SetupInsecure(
                f"{path} is signed for contribution {each.number}, {each.name!r}, as {other} is; ask whose it is",
                number=each.number,
            )
    key, circuit = ContributorKey.load(chosen.key), Circuit.named(chosen.circuit)
    given = circuit, chosen.ptau, chosen.zkey, list(signed.values()), key, chosen.out, verifier_code_hash
    manifest = timed("checking the ceremony", lambda progress: finalize(*given, progress=progress))
    facts: dict[str, Any] = {"circuit": circuit.name, "manifest digest": manifest.digest, "signer": manifest.signer}
    facts |= {"phase 1": manifest.phase_one.name or "on no list: for local chains only"}
    facts |= {"contributors": [each.name for each in manifest.contributions], "folder": chosen.out}
    return tell(chosen, facts)


def _dev(chosen: argparse.Namespace) -> int:
    """Make keys with one party, who could forge with them: for development and local chains only."""
    from ..proof.groth16 import dev_setup

    files = _r1cs(chosen.circuit), chosen.zkey, chosen.key
    timed("making keys", lambda progress: dev_setup(*files, progress=progress))
    return tell(chosen, {"kind": "development", "zkey": chosen.zkey, "key": chosen.key})


def _audit(chosen: argparse.Namespace) -> int:
    """Check every statement of a manifest offline, from the powers of tau to the verifier's code, and print a page."""
    from ..proof.setup_audit import audit
    from ..settlement.contracts import verifier_code_hash

    folder = _folder(chosen.folder)
    found = timed("auditing", lambda progress: audit(folder, chosen.ptau, verifier_code_hash, progress=progress))
    if chosen.json:
        findings = [{"about": e.about, "outcome": e.outcome, "detail": e.detail} for e in found.findings]
        about = {"passed": found.passed, "digest": found.manifest.digest, "findings": findings}
        print(json.dumps({**about, "manifest": found.manifest.ceremony}, indent=2))
    else:
        _print_page(found)
    return 0 if found.passed else 1


def _install(chosen: argparse.Namespace) -> int:
    """Put keys and manifest of a finished setup where provers, verifiers and `zkdata deploy` look for them, in place of
    those that are there."""
    from ..proof.setup_files import folder_of

    setup = folder_of(_folder(chosen.folder))
    manifest = timed("checking the keys", lambda progress: setup.install(progress=progress))
    facts = {"circuit": manifest.circuit, "manifest digest": manifest.digest, "directory": setup.circuit.directory}
    return tell(chosen, facts)


def _r1cs(circuit: str) -> Path:
    from ..proof.circuit import Circuit

    return Path(circuit) if circuit.endswith(".r1cs") else Circuit.named(circuit).require("r1cs")


def _folder(path: Path) -> Path:
    return path.parent if path.is_file() else path


def _signed_path(chosen: Path | None, zkey: Path) -> Path:
    return chosen or zkey.with_suffix(".signed.json")


def _print_page(found: "Audit") -> None:
    terminal = Terminal(sys.stdout)
    manifest = found.manifest
    terminal.line(f"Setup of {manifest.circuit}, manifest {manifest.digest}")
    terminal.line()
    for each in found.findings:
        colour = GREEN if each.outcome == "passed" else YELLOW
        terminal.line(f"{each.about:<22}{terminal.colour(colour, f'{each.outcome:<13}')}{each.detail}")
    terminal.line()
    for made in manifest.contributions:
        terminal.line(f"contribution {made.number:<3} {made.name:<24} key {made.contributor}")
        terminal.line(f"{'':<17}{made.hash}")
    terminal.line()
    verdict = "passed" if found.passed else "NOT passed"
    terminal.line(
        f"The audit has {verdict}. What it cannot know: whether all contributors are one, or kept their secrets."
    )
