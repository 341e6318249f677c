"""Proofs of claims under a key whose toxic waste is known: real pairings in client and contract, and no circuit."""

from tests.contracts import trapdoor
from tests.proof.precompile_vectors import key_json
from zkdata.proof.circuit import Circuit
from zkdata.proof.claim import Claim
from zkdata.proof.points import G1, G2
from zkdata.proof.proof import Proof
from zkdata.proof.signals import compress
from zkdata.proof.verifier import Verifier

CIRCUIT = "capsule_48x1"


def trapdoor_verifier() -> Verifier:
    """The circuit's rules under the trapdoor's key."""
    alpha, beta, gamma, delta, combination = trapdoor.key_points()
    ic = [_one(point) for point in combination]
    return Verifier(Circuit.named(CIRCUIT), key_json(_one(alpha), _two(beta), _two(gamma), _two(delta), ic))


def proof_of(claim: Claim) -> Proof:
    """A proof of the claim's values and words, whether or not they are true."""
    return proof_that(claim.values, claim.words)


def proof_that(values: tuple[int, ...], words: tuple[int, ...]) -> Proof:
    """A proof of any values and words."""
    signals = compress(values, words)
    return Proof(CIRCUIT, trapdoor.proof_points([*signals]), signals.m, values, words)


def _one(point: G1) -> list[str]:
    return [*map(str, point), "1"]


def _two(point: G2) -> list[list[str]]:
    return [[str(part) for part in coordinate] for coordinate in (*point, (1, 0))]
