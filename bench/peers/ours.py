"""Our core inside a process, for each order once; what it works on is loaded before.

python -m bench.peers.ours prove CIRCUIT.zkey WITNESS.wtns [FOLDER]          with a folder the key is prepared there
python -m bench.peers.ours verify VKEY.json PUBLIC.json PROOF.json
python -m bench.peers.ours witness CIRCUIT.wgr INPUTS.json
python -m bench.peers.ours claim CIRCUIT.wgr INPUTS.json CIRCUIT.zkey
python -m bench.peers.ours seal CIRCUIT
"""

import json
import sys
from pathlib import Path
from typing import Any

from zkdata import _native
from zkdata.proof.groth16 import prepared_key

from .resident import serve


class Prove:
    """A proof, verified by its maker as ours always are; the key is open and the witness in memory."""

    def __init__(self, zkey: str, witness: str, folder: str | None = None) -> None:
        self._key = prepared_key(zkey, folder) if folder else _native.ProvingKey.open(zkey)
        self._witness = Path(witness).read_bytes()
        self._proved: Any = None

    def run(self) -> None:
        """Once."""
        self._proved = self._key.prove(self._witness)

    def save(self, proof: str, public: str) -> None:
        """As snarkjs writes them."""
        points, signals = self._proved
        Path(proof).write_text(_native.proof_to_json(points))
        Path(public).write_text(_native.public_to_json(signals))

    def profile(self) -> dict[str, float]:
        """Seconds that threads together were at each phase."""
        phases: dict[str, float] = {}
        self._key.prove(self._witness, profile=phases)
        return phases


class Verify:
    """Proof and signals from text; the key is read and checked."""

    def __init__(self, vkey: str, public: str, proof: str) -> None:
        self._key = _native.VerificationKey.from_json(Path(vkey).read_text())
        self._public, self._proof = Path(public).read_text(), Path(proof).read_text()

    def run(self) -> None:
        """Once."""
        self._key.verify(_native.proof_from_json(self._proof), _native.public_from_json(self._public))

    def save(self, *files: str) -> None:
        """A verdict is no file."""


class Witness:
    """The wires of a circuit, from inputs in memory; the graph is loaded."""

    def __init__(self, graph: str, inputs: str) -> None:
        from zkdata.proof.witness_graph import WitnessGraph

        self._calculator = WitnessGraph.open(Path(graph))
        self._inputs = {name: _numbers(value) for name, value in json.loads(Path(inputs).read_text()).items()}
        self._wires = b""

    def run(self) -> None:
        """Once."""
        self._wires = self._calculator.calculate(self._inputs)

    def save(self, witness: str) -> None:
        """The .wtns."""
        Path(witness).write_bytes(self._wires)


class Claim(Witness):
    """Witness and proof; graph and key are loaded."""

    def __init__(self, graph: str, inputs: str, zkey: str) -> None:
        super().__init__(graph, inputs)
        self._key = _native.ProvingKey.open(zkey)

    def run(self) -> None:
        """Once."""
        super().run()
        self._key.prove(self._wires)


class Seal:
    """A capsule that fills the circuit's shape; its records are made."""

    def __init__(self, name: str) -> None:
        from bench.full_capsules import FullCapsule
        from zkdata.proof.circuit import Circuit

        self._full = FullCapsule.of(Circuit.named(name))

    def run(self) -> None:
        """Once."""
        self._full.sealed()

    def save(self, *files: str) -> None:
        """Each is sealed under a key of its own, and forgotten."""


def _numbers(value: Any) -> Any:
    return int(value) if isinstance(value, str) else [_numbers(element) for element in value]


WORK: dict[str, Any] = {"prove": Prove, "verify": Verify, "witness": Witness, "claim": Claim, "seal": Seal}

if __name__ == "__main__":
    serve(lambda: WORK[sys.argv[1]](*sys.argv[2:]))
