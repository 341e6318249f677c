"""Proving a claim: check, witness, proof, and a look at it with the verifier's own eyes before it is handed out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .. import _native
from ..errors import ArtifactMismatch
from .circuit import Circuit
from .groth16 import Progress
from .proof import Proof
from .setup import check_keys
from .statement import Claim
from .verifier import Verifier
from .witness import WitnessCalculator


@dataclass(frozen=True, slots=True)
class Prover:
    """A circuit with its keys and its witness module, loaded once for any number of proofs."""

    circuit: Circuit
    _key: _native.ProvingKey = field(init=False, repr=False, compare=False)
    _calculator: WitnessCalculator = field(init=False, repr=False, compare=False)
    _verifier: Verifier = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_keys(self.circuit)
        key = _native.ProvingKey.open(self.circuit.require("zkey"))
        verifier = Verifier(self.circuit)
        if key.verification_key().to_json() != verifier.vkey:
            message = f"proving and verification key of {self.circuit.name} are not a pair: run `make build`"
            raise ArtifactMismatch(message, circuit=self.circuit.name)
        object.__setattr__(self, "_key", key)
        object.__setattr__(self, "_calculator", WitnessCalculator.open(self.circuit.require("wasm")))
        object.__setattr__(self, "_verifier", verifier)

    def prove(self, claim: Claim, *, progress: Progress | None = None) -> Proof:
        """Prove a claim. StatementFalse, before any proving, where it does not hold."""
        layout = claim.capsule.file.header.layout
        if layout != self.circuit.layout:
            message = (
                f"the capsule's shape is {layout.records} x {layout.fields}, that of {self.circuit.name} "
                f"{self.circuit.layout.records} x {self.circuit.layout.fields}: use Circuit.smallest_for"
            )
            raise ArtifactMismatch(message, circuit=self.circuit.name)
        claim.check()
        points, public = self._key.prove(self._calculator.calculate(claim.inputs), progress)
        signals = claim.signals
        if tuple(public) != signals:
            message = (
                f"{self.circuit.name} has other public inputs than the claim: build circuit and package from one source"
            )
            raise ArtifactMismatch(message, circuit=self.circuit.name)
        proof = Proof(self.circuit.name, points, signals.m, claim.values, claim.words)
        self._verifier.verify(proof)
        return proof

    def prove_many(self, claims: Iterable[Claim]) -> Iterator[Proof]:
        """Prove each claim when its turn comes."""
        return (self.prove(claim) for claim in claims)
