"""Proving a statement: check, witness, proof, and a look at it with the verifier's own eyes before it is handed out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Self

from .. import _native
from ..errors import ArtifactMismatch
from .circuit import Circuit
from .groth16 import Progress
from .proof import Proof
from .setup import check_keys
from .statement import Statement
from .verifier import Verifier
from .witness_graph import WitnessGraph


@dataclass(frozen=True, slots=True)
class Prover:
    """A circuit with its keys and its witness graph, loaded once for any number of proofs."""

    circuit: Circuit
    _key: _native.ProvingKey = field(init=False, repr=False, compare=False)
    _graph: WitnessGraph = field(init=False, repr=False, compare=False)
    _verifier: Verifier = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_keys(self.circuit)
        key = _native.ProvingKey.open(self.circuit.require("zkey"))
        verifier = Verifier(self.circuit)
        if key.verification_key().to_json() != verifier.vkey:
            message = f"proving and verification key of {self.circuit.name} are not a pair: run `make build`"
            raise ArtifactMismatch(message, circuit=self.circuit.name)
        object.__setattr__(self, "_key", key)
        object.__setattr__(self, "_graph", WitnessGraph.open(self.circuit.require("wgr")))
        object.__setattr__(self, "_verifier", verifier)

    @classmethod
    def for_statement(cls, statement: Statement) -> Self:
        """The prover of the circuit that the statement's capsule has the shape of."""
        return cls(Circuit.named(statement.circuit))

    def prove(self, statement: Statement, *, progress: Progress | None = None) -> Proof:
        """Prove a statement. StatementFalse, before any proving, where it does not hold."""
        if statement.circuit != self.circuit.name:
            message = f"the statement is one for {statement.circuit}, not {self.circuit.name}: use Prover.for_statement"
            raise ArtifactMismatch(message, expected=statement.circuit, found=self.circuit.name)
        statement.check()
        points, public = self._key.prove(self._graph.calculate(statement.inputs), progress)
        if tuple(public) != statement.public:
            message = f"{self.circuit.name} has other public inputs: build circuit and package from one source"
            raise ArtifactMismatch(message, circuit=self.circuit.name)
        m = public[0] if self.circuit.compressed else None
        proof = Proof(self.circuit.name, points, m, statement.values, statement.words)
        self._verifier.verify(proof)
        return proof

    def prove_many(self, statements: Iterable[Statement]) -> Iterator[Proof]:
        """Prove each statement when its turn comes."""
        return (self.prove(statement) for statement in statements)


def prove_statement(statement: Statement, *, progress: Progress | None = None) -> Proof:
    """Prove one statement with the circuit for its capsule's shape; keep a `Prover` where there are more."""
    return Prover.for_statement(statement).prove(statement, progress=progress)
