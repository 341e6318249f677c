"""Ours from records to a verified proof, for each order once; keys and graph are loaded before.

python -m bench.peers.path CIRCUIT
python -m bench.peers.path CIRCUIT --once       as a process: it starts, loads, works and ends
"""

import sys
from collections.abc import Callable
from typing import Any, TypeVar

from bench.full_capsules import FullCapsule
from zkdata import _native
from zkdata.proof.circuit import Circuit
from zkdata.proof.proof import Proof
from zkdata.proof.verifier import Verifier
from zkdata.proof.witness_graph import WitnessGraph

from .resident import measured, serve

T = TypeVar("T")


class Path:
    """Every step of it, and what each took the last time."""

    def __init__(self, name: str) -> None:
        self._circuit = Circuit.named(name)
        self._full = FullCapsule.of(self._circuit)
        self._key = _native.ProvingKey.open(self._circuit.require("zkey"))
        self._graph = WitnessGraph.open(self._circuit.require("wgr"))
        self._verifier = Verifier(self._circuit)
        self._steps: dict[str, dict[str, float]] = {}

    def run(self) -> None:
        """Once."""
        capsule = self._timed("seal", self._full.sealed)
        statement = self._timed("statement", lambda: self._full.statement(capsule))
        wires = self._timed("witness", lambda: self._graph.calculate(statement.inputs))
        points, public = self._timed("prove", lambda: self._key.prove(wires))
        m = public[0] if self._circuit.compressed else None
        proof = Proof(self._circuit.name, points, m, statement.values, statement.words)
        self._timed("verify", lambda: self._verifier.verify(proof))

    def steps(self) -> dict[str, dict[str, float]]:
        """What each step took in the last run."""
        return self._steps

    def save(self, *files: str) -> None:
        """The proof of a fresh capsule is of no use to anyone."""

    def _timed(self, step: str, work: Callable[[], T]) -> T:
        made: list[Any] = []
        taken = measured(lambda: made.append(work()))
        self._steps[step] = {"wall": taken["wall"], "cpu": taken["cpu"]}
        result: T = made[0]
        return result


if __name__ == "__main__":
    name, *how = sys.argv[1:]
    if how == ["--once"]:
        Path(name).run()
    else:
        serve(lambda: Path(name))
