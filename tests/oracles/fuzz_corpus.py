"""Writes native/tests/fuzz/corpus/: one folder per parser, small sound files that the fuzzer starts from.

python -m tests.oracles.fuzz_corpus

Circuits and witnesses are written here, keys and proofs by the native core and by snarkjs, powers of tau by snarkjs,
witness graphs from circom's output.
Secrets are fresh in every run, so the files differ; nothing in the tests depends on which.
"""

import json
import subprocess
import tempfile
from pathlib import Path

from tests.circuits.r1cs_file import Circuit, container, r1cs, section, sections, wtns
from tests.oracles import HOUSE
from tests.proof import groth16_material as material
from tests.proof.conftest import PRODUCT
from tests.proof.witness_circuits import BY_ZERO, OPERATORS, SHAPES, of_operators
from zkdata import _native
from zkdata.proof.compiler import compile_circuit
from zkdata.proof.witness_graph import build_graph

CORPUS = HOUSE / "native" / "tests" / "fuzz" / "corpus"
SNARKJS = HOUSE / "node_modules" / ".bin" / "snarkjs"
POWER = 3
"""Both circuits fill a domain of 8 rows."""

SQUARINGS = Circuit(wires=5, rows=[({i: 1}, {i: 1}, {j: 1}) for i, j in ((2, 3), (3, 4), (4, 1))], public_outputs=1)
SQUARES = [1, 3**8, 3, 3**2, 3**4]


def snarkjs(folder: Path, *arguments: str) -> None:
    subprocess.run([str(SNARKJS), *arguments], cwd=folder, capture_output=True, timeout=120, check=True)


def powers_of_tau(folder: Path) -> None:
    """Without a contribution, with one, prepared, and with a beacon: one more reason each to refuse or to read on."""
    for power in (1, 2, POWER):
        snarkjs(folder, "powersoftau", "new", "bn128", str(power), f"new{power}.ptau")
        snarkjs(folder, "powersoftau", "contribute", f"new{power}.ptau", f"contributed{power}.ptau", "-n=a", "-e=b")
        snarkjs(folder, "powersoftau", "prepare", "phase2", f"contributed{power}.ptau", f"prepared{power}.ptau")
    snarkjs(folder, "powersoftau", "beacon", "contributed1.ptau", "beacon1.ptau", "0102" * 16, "10", "-n=c")
    for name in ("new1", "contributed1", "beacon1", "prepared1", "prepared2"):
        keep("ptau", f"{name}.ptau", (folder / f"{name}.ptau").read_bytes())


def keep(parser: str, name: str, content: bytes | str) -> None:
    (CORPUS / parser).mkdir(parents=True, exist_ok=True)
    (CORPUS / parser / name).write_bytes(content.encode() if isinstance(content, str) else content)


def with_unused_gates(circuit: bytes) -> bytes:
    """The same circuit with sections 4 and 5, which circom writes for custom gates, naming none."""
    none = bytes(4)
    bodies = [*sections(circuit).items(), (4, none), (5, none)]
    return container(b"r1cs", 1, *(section(number, body) for number, body in bodies))


def witness_graphs(folder: Path) -> None:
    """Of small circuits that together have every operation and every shape of a template."""
    sources = {"product": PRODUCT, "operators": of_operators((*OPERATORS, *BY_ZERO)), "shapes": SHAPES}
    for name, source in sources.items():
        (folder / f"{name}.circom").write_text(source)
        compile_circuit(folder / f"{name}.circom", folder)
        keep("wgr", f"{name}.wgr", build_graph(folder / f"{name}.wat"))


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        powers_of_tau(folder)
        witness_graphs(folder)
        keep("r1cs", "product.r1cs", r1cs(material.CIRCUIT))
        keep("r1cs", "squarings.r1cs", r1cs(SQUARINGS))
        keep("r1cs", "gates.r1cs", with_unused_gates(r1cs(SQUARINGS)))
        keep("r1cs", "empty.r1cs", r1cs(Circuit(wires=1, rows=[])))
        keep("wtns", "product.wtns", wtns(material.values()))
        keep("wtns", "squarings.wtns", wtns(SQUARES))
        keep("public", "none.json", "[]")

        # The product with the native core, the squarings with snarkjs.
        proof, public = material.proved()
        keep("zkey", "product.zkey", material.zkey())
        keep("verification_key", "product.json", json.dumps(material.key_json()))
        keep("proof", "product.json", _native.proof_to_json(proof))
        keep("public", "product.json", json.dumps([str(signal) for signal in public]))

        (folder / "circuit.r1cs").write_bytes(r1cs(SQUARINGS))
        (folder / "witness.wtns").write_bytes(wtns(SQUARES))
        snarkjs(folder, "groth16", "setup", "circuit.r1cs", f"prepared{POWER}.ptau", "first.zkey")
        snarkjs(folder, "zkey", "contribute", "first.zkey", "circuit.zkey", "-n=a", "-e=b")
        snarkjs(folder, "zkey", "export", "verificationkey", "circuit.zkey", "vkey.json")
        snarkjs(folder, "groth16", "prove", "circuit.zkey", "witness.wtns", "proof.json", "public.json")
        for parser, made in (("verification_key", "vkey.json"), ("proof", "proof.json"), ("public", "public.json")):
            keep(parser, "squarings.json", (folder / made).read_bytes())
        keep("zkey", "squarings.zkey", (folder / "circuit.zkey").read_bytes())


if __name__ == "__main__":
    main()
