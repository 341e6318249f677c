"""`zkdata groth16`: keys, proofs and checks over the files of circom and snarkjs, with snarkjs' order of arguments."""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .terminal import Terminal
from .usage import add_json, plain

EPILOG = """\
examples:
  zkdata groth16 setup circuit.r1cs circuit.zkey verification_key.json
  zkdata groth16 graph circuit.wat circuit.wgr
  zkdata groth16 witness circuit.wgr input.json witness.wtns
  zkdata groth16 prove circuit.zkey witness.wtns proof.json public.json
  zkdata groth16 prepare circuit.zkey
  zkdata groth16 verify verification_key.json public.json proof.json
  zkdata groth16 cross-check verification_key.json public.json proof.json
  zkdata groth16 show circuit.zkey
"""


def add_to(nouns: Any) -> None:
    """Add the noun and its verbs."""
    noun = nouns.add_parser(
        "groth16",
        help="prove and verify the files of circom and snarkjs",
        description="Groth16 over BN254 on .zkey, .wtns and JSON files, in snarkjs' order of arguments.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = noun.add_subparsers(title="commands", metavar="COMMAND", required=True)

    setup = verbs.add_parser("setup", help="development keys for a circuit, in one step", description=_setup.__doc__)
    setup.add_argument("r1cs", type=Path, metavar="CIRCUIT.r1cs", help="the circuit")
    setup.add_argument("zkey", type=Path, metavar="CIRCUIT.zkey", help="written: proving key")
    setup.add_argument("key", type=Path, metavar="VKEY.json", help="written: verification key")
    add_json(setup)
    setup.set_defaults(run=_setup)

    graph = verbs.add_parser("graph", help="a witness graph from circom's --wat", description=_graph.__doc__)
    graph.add_argument("text", type=Path, metavar="CIRCUIT.wat", help="what `circom --wat` writes")
    graph.add_argument("graph", type=Path, metavar="CIRCUIT.wgr", help="written")
    add_json(graph)
    graph.set_defaults(run=_graph)

    witness = verbs.add_parser("witness", help="a witness from a graph and inputs", description=_witness.__doc__)
    witness.add_argument("circuit", type=Path, metavar="CIRCUIT.wgr", help="or the .wasm that circom generated")
    witness.add_argument("inputs", type=Path, metavar="INPUT.json", help="each input by its name")
    witness.add_argument(
        "witness", type=Path, metavar="WITNESS.wtns", help="written; secret, only its owner can read it"
    )
    add_json(witness)
    witness.set_defaults(run=_witness)

    prove = verbs.add_parser("prove", help="a proof from a proving key and a witness", description=_prove.__doc__)
    prove.add_argument(
        "zkey", type=Path, metavar="CIRCUIT.zkey", help="proving key; refused if anyone could forge with it"
    )
    prove.add_argument("witness", type=Path, metavar="WITNESS.wtns", help="secret: it holds the private inputs")
    prove.add_argument("proof", type=Path, metavar="PROOF.json", help="written")
    prove.add_argument("public", type=Path, metavar="PUBLIC.json", help="written")
    add_json(prove)
    prove.set_defaults(run=_prove)

    prepare = verbs.add_parser(
        "prepare", help="a proving key made ready for many proofs by one process", description=_prepare.__doc__
    )
    prepare.add_argument("zkey", type=Path, metavar="CIRCUIT.zkey", help="proving key")
    prepare.add_argument("--folder", type=Path, metavar="FOLDER", help="private folder; your cache, if not named")
    add_json(prepare)
    prepare.set_defaults(run=_prepare)

    verify = verbs.add_parser("verify", help="check a proof; exit code 0 = valid, 1 = not", description=_verify.__doc__)
    _add_proof(verify)
    verify.set_defaults(run=_verify)

    cross = verbs.add_parser(
        "cross-check", help="the same by three verifiers, which have to agree", description=_cross_check.__doc__
    )
    _add_proof(cross)
    cross.set_defaults(run=_cross_check)

    show = verbs.add_parser("show", help="what a file holds, insecure keys included", description=_show.__doc__)
    show.add_argument(
        "file", type=Path, metavar="FILE", help=".r1cs, .wtns, .zkey, .ptau, verification key, proof or public signals"
    )
    add_json(show)
    show.set_defaults(run=_show)


def _add_proof(verb: argparse.ArgumentParser) -> None:
    """What a proof is checked with, in snarkjs' order."""
    verb.add_argument("key", type=Path, metavar="VKEY.json", help="verification key")
    verb.add_argument("public", type=Path, metavar="PUBLIC.json", help="public signals")
    verb.add_argument("proof", type=Path, metavar="PROOF.json", help="proof")
    add_json(verb)


def _timed(terminal: Terminal, text: str, work: Callable[[Callable[[float], None]], None]) -> float:
    """Seconds that the work took, its progress on the terminal meanwhile."""
    started = time.perf_counter()
    try:
        work(terminal.progress(text))
    finally:
        terminal.clear()
    return round(time.perf_counter() - started, 3)


def _setup(chosen: argparse.Namespace) -> int:
    """Make keys with one party, who could forge with them: for development and local chains only."""
    from ..proof.groth16 import dev_setup

    terminal = Terminal(sys.stderr)
    files = chosen.r1cs, chosen.zkey, chosen.key
    seconds = _timed(terminal, "making keys", lambda progress: dev_setup(*files, progress=progress))
    if chosen.json:
        facts = {"zkey": str(chosen.zkey), "key": str(chosen.key), "kind": "development", "seconds": seconds}
        print(json.dumps(facts))
    else:
        terminal.line(f"development keys in {seconds:.2f} s: wrote {chosen.zkey} and {chosen.key}")
    return 0


def _graph(chosen: argparse.Namespace) -> int:
    """Build the graph that witnesses are calculated from. What a graph cannot say is refused, with its place."""
    from ..proof.witness_files import write_graph

    operations = write_graph(chosen.text, chosen.graph).operations
    if chosen.json:
        print(json.dumps({"graph": str(chosen.graph), "operations": operations}))
    else:
        Terminal(sys.stderr).line(f"wrote {chosen.graph}, {operations} operations")
    return 0


def _witness(chosen: argparse.Namespace) -> int:
    """Calculate every wire of a circuit. Inputs that do not satisfy it are refused with exit code 1."""
    from ..proof.witness_files import write_witness

    wires = write_witness(chosen.circuit, chosen.inputs, chosen.witness)
    if chosen.json:
        print(json.dumps({"witness": str(chosen.witness), "wires": wires}))
    else:
        Terminal(sys.stderr).line(f"wrote {chosen.witness}, {wires} wires")
    return 0


def _prove(chosen: argparse.Namespace) -> int:
    """Prove, check the proof, and write proof and public signals; both appear whole or not at all."""
    from ..proof.groth16 import prove_files

    terminal = Terminal(sys.stderr)
    files = chosen.zkey, chosen.witness, chosen.proof, chosen.public
    seconds = _timed(terminal, "proving", lambda progress: prove_files(*files, progress=progress))
    if chosen.json:
        print(json.dumps({"proof": str(chosen.proof), "public": str(chosen.public), "seconds": seconds}))
    else:
        terminal.line(f"proved in {seconds:.2f} s; wrote {chosen.proof} and {chosen.public}")
    return 0


def _prepare(chosen: argparse.Namespace) -> int:
    """Keep multiples of a key's points for `prepared_key` in Python, or check those that are kept already."""
    from ..proof.groth16 import prepared_key

    terminal = Terminal(sys.stderr)
    found: list[tuple[Path, int, float | None]] = []

    def work(progress: Callable[[float], None]) -> None:
        kept = prepared_key(chosen.zkey, chosen.folder, progress=progress).prepared
        found.extend([kept] if kept else [])

    seconds = _timed(terminal, "preparing", work)
    ((path, size, built),) = found
    if chosen.json:
        print(json.dumps({"prepared": str(path), "bytes": size, "made": built is not None, "seconds": seconds}))
    else:
        done = (
            f"prepared in {seconds:.2f} s: wrote" if built is not None else f"was prepared, checked in {seconds:.2f} s:"
        )
        terminal.line(f"{done} {path}, {size / 2**20:.0f} MiB")
    return 0


def _verify(chosen: argparse.Namespace) -> int:
    """Check a proof against a verification key and public signals. Malformed files are refused with exit code 2."""
    from ..proof.groth16 import verify_files

    verify_files(chosen.key, chosen.public, chosen.proof)
    print(json.dumps({"valid": True}) if chosen.json else "valid")
    return 0


def _cross_check(chosen: argparse.Namespace) -> int:
    """Check a proof with the native core, py_ecc and snarkjs. 0 or 1 is what all say, 2 that they disagree."""
    from ..proof.cross_check import cross_check

    verdicts = cross_check(chosen.key, chosen.public, chosen.proof).verdicts
    if chosen.json:
        told = [{"verifier": v.verifier, "answer": v.answer, "seconds": v.seconds} for v in verdicts]
        print(json.dumps({"valid": True, "verdicts": told}))
    else:
        for verdict in verdicts:
            print(f"{verdict.verifier:8} {verdict.answer}  {verdict.seconds:.3f} s")
    return 0


def _show(chosen: argparse.Namespace) -> int:
    """Format and facts of a file, read without trusting it. A key that anyone could forge with is stamped INSECURE."""
    from ..proof.inspection import inspect_file

    facts = inspect_file(chosen.file)
    faults = facts.get("faults", [])
    if chosen.json:
        print(json.dumps(plain(facts) | ({"insecure": bool(faults)} if "faults" in facts else {})))
        return 0
    for name, value in facts.items():
        if name != "faults":
            print(f"{name.replace('_', ' ')}: {value}")
    for fault in faults:
        print(f"INSECURE {fault['element']}: {fault['reason']}")
    return 0
