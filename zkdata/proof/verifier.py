"""Verification of a proof: that the pairing holds, and that the public inputs are those of its values and words."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from .. import _native
from ..capsule.atomic_file import read_text
from ..errors import ArtifactMismatch, ProofRejected, ZkDataError
from .circuit import Circuit
from .groth16 import MAX_JSON_BYTES
from .proof import Proof
from .setup_manifest import SetupManifest
from .signals import check_canonical, compress


@dataclass(frozen=True, slots=True)
class Verifier:
    """A circuit's verification key, checked, and the rules around it."""

    circuit: Circuit
    vkey: str | None = field(default=None, repr=False)
    """Text of a verification_key.json; left out, the one beside the circuit's other artifacts."""
    setup: SetupManifest | None = field(default=None, repr=False)
    """What the key came from; left out with the key, the one beside it. None for a development key."""
    _key: _native.VerificationKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        text = self.vkey
        if text is None:
            path = self.circuit.require("vkey.json")
            text = read_text(path, MAX_JSON_BYTES, "the verification key")
            if self.setup is None and (manifest := self.circuit.artifact("setup.json")).is_file():
                object.__setattr__(self, "setup", SetupManifest.load(manifest))
        key = _native.VerificationKey.from_json(text)
        expected = len(self.circuit.public_signals)
        if key.public_count != expected:
            text = f"the verification key is for {key.public_count} public inputs, {self.circuit.name} has {expected}"
            raise ArtifactMismatch(f"{text}: use the circuit's own key", expected=expected, found=key.public_count)
        object.__setattr__(self, "vkey", key.to_json())
        object.__setattr__(self, "_key", key)

    def verify(self, proof: Proof) -> None:
        """Return if the statement holds. ProofMalformed: not canonical, not about truth. ProofRejected: not proven."""
        self._key.verify(proof.points, self._public(proof))

    def verify_many(self, proofs: Iterable[Proof]) -> None:
        """Return if every statement holds, several times faster than one by one.

        The first proof that is malformed, or about other values than it says, is refused as by `verify`, with its place
        as evidence `place`; ProofRejected for false pairings carries the places of all of them as `which`.
        """
        items = []
        for place, proof in enumerate(proofs):
            try:
                items.append((proof.points, self._public(proof)))
            except ZkDataError as fault:
                raise type(fault)(f"proof {place}: {fault.message}", **fault.evidence, place=place) from None
        self._key.verify_many(items)

    def _public(self, proof: Proof) -> tuple[int, ...]:
        """The public inputs: the values, or M, x and y recomputed from the values and words of a claim."""
        if proof.circuit != self.circuit.name:
            text = f"the proof is about {proof.circuit}, this verifier about {self.circuit.name}: use Circuit.named"
            raise ArtifactMismatch(text, expected=self.circuit.name, found=proof.circuit)
        check_canonical(self.circuit, proof.m, proof.values, proof.words)
        if not self.circuit.compressed:
            return proof.values
        signals = compress(proof.values, proof.words)
        if signals.m != proof.m:
            raise ProofRejected("M is not the hash of the public values: the proof is about other values")
        return signals
