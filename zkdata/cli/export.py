"""`zkdata export`: what leaves for another tool."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .usage import UsageWrong, add_json

if TYPE_CHECKING:
    from ..proof.circuit import Circuit


def add_to(nouns: Any) -> None:
    """Add the noun and its verbs."""
    noun = nouns.add_parser(
        "export",
        help="write the Solidity verifier of a key",
        description="Write what other tools take.",
        epilog="example:\n  zkdata export verifier verification_key.json Verifier.sol --circuit capsule_16x4\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = noun.add_subparsers(title="commands", metavar="COMMAND", required=True)
    verifier = verbs.add_parser(
        "verifier", help="a Solidity contract that checks proofs of one key", description=_verifier.__doc__
    )
    verifier.add_argument(
        "key", type=Path, metavar="VKEY.json", help="verification key; refused if anyone could forge with it"
    )
    verifier.add_argument("output", type=Path, metavar="OUT.sol", help="written")
    verifier.add_argument("--circuit", metavar="NAME", help="its circuit; needed for a key that was not made here")
    verifier.add_argument("--name", default="ClaimVerifier", help="name of the contract (default: %(default)s)")
    add_json(verifier)
    verifier.set_defaults(run=_verifier)


def _verifier(chosen: argparse.Namespace) -> int:
    """Write the verifier contract of one key, of any statement: it answers that the pairing holds, and nothing more."""
    from ..capsule.atomic_file import read_text, write_public
    from ..capsule.output import check_outputs
    from ..errors import ArtifactMismatch
    from ..proof.circuit import Circuit
    from ..proof.groth16 import MAX_JSON_BYTES, key_points
    from ..proof.solidity import ClaimCounts, verifier_source

    check_outputs([chosen.output], [chosen.key])
    text = read_text(chosen.key, MAX_JSON_BYTES, "the verification key")
    circuit = Circuit.named(chosen.circuit) if chosen.circuit else _circuit_of(text)
    points = key_points(text)
    if len(points[4]) - 1 != len(circuit.public_signals):
        raise ArtifactMismatch(
            f"this key has {len(points[4]) - 1} inputs, {circuit.name} has {len(circuit.public_signals)}; name the "
            "circuit that it was made for",
            circuit=circuit.name,
        )
    manifest = _manifest_of(circuit, text)
    source = verifier_source(points, contract_name=chosen.name, claim=ClaimCounts.of(circuit), manifest=manifest)
    write_public(chosen.output, source.encode())
    if chosen.json:
        print(json.dumps({"output": str(chosen.output), "contract": chosen.name, "circuit": circuit.name}))
    else:
        sys.stderr.write(f"wrote {chosen.output}: contract {chosen.name} for {circuit.name}\n")
    return 0


def _manifest_of(circuit: "Circuit", key: str) -> str:
    """The digest of the setup that this key came from, if it is the one that is installed here."""
    from ..proof.setup_manifest import SetupManifest
    from ..proof.solidity import DEVELOPMENT

    path = circuit.artifact("setup.json")
    setup = SetupManifest.load(path) if path.is_file() else None
    return setup.digest if setup and setup.is_of(key) else DEVELOPMENT


def _circuit_of(key: str) -> "Circuit":
    """The circuit, built here, that this is the key of."""
    from ..proof.circuit import Circuit

    for circuit in Circuit.all():
        path = circuit.artifact("vkey.json")
        if path.is_file() and path.read_text() == key:
            return circuit
    names = ", ".join(circuit.name for circuit in Circuit.all())
    raise UsageWrong(f"this key was not made here, so say whose it is: --circuit with one of {names}")
