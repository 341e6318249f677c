"""`zkdata setup ptau`: phase 1, powers of a number that nobody knows, which the circuits of everybody can share."""

import argparse
from pathlib import Path
from typing import Any

from .setup_told import (
    add_beacon,
    add_entropy,
    add_name,
    entropy_of,
    leave_no_core,
    tell_contributions,
    tell_hash,
    tell_written,
    timed,
)
from .usage import add_json

EPILOG = """\
examples:
  zkdata setup ptau new 14 0.ptau
  zkdata setup ptau contribute 0.ptau 1.ptau --name alice
  zkdata setup ptau beacon 1.ptau 2.ptau --value 0a1b2c3d --iterations 10
  zkdata setup ptau prepare 2.ptau powers.ptau
  zkdata setup ptau verify powers.ptau
"""


def add_to(nouns: Any) -> None:
    """Add the noun and its verbs, under `setup`."""
    noun = nouns.add_parser(
        "ptau",
        help="phase 1: powers of tau",
        description="Powers of tau, as snarkjs' powersoftau reads and writes them.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = noun.add_subparsers(title="commands", metavar="COMMAND", required=True)

    new = verbs.add_parser("new", help="powers of 1, for the first contributor", description=_new.__doc__)
    new.add_argument("power", type=int, metavar="POWER", help="for circuits of up to 2^POWER rows")
    new.add_argument("ptau", type=Path, metavar="NEW.ptau", help="written")
    add_json(new)
    new.set_defaults(run=_new)

    contribute = verbs.add_parser("contribute", help="mix in a secret", description=_contribute.__doc__)
    _add_files(contribute)
    add_name(contribute)
    add_entropy(contribute)
    add_json(contribute)
    contribute.set_defaults(run=_contribute)

    beacon = verbs.add_parser("beacon", help="end phase 1 with a public number", description=_beacon.__doc__)
    _add_files(beacon)
    add_beacon(beacon)
    add_json(beacon)
    beacon.set_defaults(run=_beacon)

    prepare = verbs.add_parser("prepare", help="what phase 2 starts from", description=_prepare.__doc__)
    _add_files(prepare)
    add_json(prepare)
    prepare.set_defaults(run=_prepare)

    verify = verbs.add_parser("verify", help="check all of it", description=_verify.__doc__)
    verify.add_argument("ptau", type=Path, metavar="FILE.ptau")
    add_json(verify)
    verify.set_defaults(run=_verify)


def _add_files(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("old", type=Path, metavar="OLD.ptau")
    verb.add_argument("new", type=Path, metavar="NEW.ptau", help="written")


def _new(chosen: argparse.Namespace) -> int:
    """Write the powers of 1: nobody may use them before somebody contributed."""
    from ..proof.powers import begin_powers

    timed("writing powers", lambda progress: begin_powers(chosen.ptau, chosen.power, progress=progress))
    return tell_written(chosen, chosen.ptau)


def _contribute(chosen: argparse.Namespace) -> int:
    """Multiply tau, alpha and beta by fresh randomness of the operating system, and forget it."""
    from ..proof.powers import contribute_powers

    leave_no_core()
    given, entropy = (chosen.old, chosen.new, chosen.name), entropy_of(chosen.entropy)
    shown = timed("contributing", lambda progress: contribute_powers(*given, entropy=entropy, progress=progress))
    return tell_hash(chosen, "contribution hash", shown, chosen.new)


def _beacon(chosen: argparse.Namespace) -> int:
    """Make the last contribution from a public number that nobody could foresee."""
    from ..proof.powers import end_powers

    given = chosen.old, chosen.new, chosen.value, chosen.iterations, chosen.name
    shown = timed("applying the beacon", lambda progress: end_powers(*given, progress=progress))
    return tell_hash(chosen, "contribution hash", shown, chosen.new)


def _prepare(chosen: argparse.Namespace) -> int:
    """Add the Lagrange polynomials at tau, of every size: what the first key of a circuit is made from."""
    from ..proof.powers import prepare_powers

    timed("preparing", lambda progress: prepare_powers(chosen.old, chosen.new, progress=progress))
    return tell_written(chosen, chosen.new)


def _verify(chosen: argparse.Namespace) -> int:
    """Check every contribution, that all powers are of one number, and what was prepared; list who took part."""
    from ..proof.powers import verify_powers

    found = timed("verifying", lambda progress: verify_powers(chosen.ptau, progress=progress))
    about = {"power": found["power"], "ceremony_power": found["ceremony_power"], "prepared": found["prepared"]}
    return tell_contributions(chosen, about, found["contributions"])
