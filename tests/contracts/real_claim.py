"""One claim by the prover, kept with its key: what forge checks the exported verifier with.

    python -m tests.contracts.real_claim    proves a fresh claim under the development key, and writes it

Keys and proofs are random, so nothing here can be regenerated to the byte; the kept key judges the kept proof for ever.
"""

import json

from tests.contracts.trapdoor import HOUSE
from tests.journey_fixtures import CIRCUIT, built_circuit, shared_proof
from zkdata.proof.circuit import Circuit
from zkdata.proof.groth16 import key_points
from zkdata.proof.solidity import ClaimCounts, verifier_source
from zkdata.proof.verifier import Verifier

CLAIM = HOUSE / "tests/vectors/claim.json"
VERIFIER = HOUSE / "verifier_contracts/test/generated/CapsuleVerifier.sol"


def exported(vkey: str) -> str:
    """The verifier of a verification key as JSON, for the circuit's counts."""
    counts = ClaimCounts.of(Circuit.named(CIRCUIT))
    return verifier_source(key_points(vkey), contract_name="CapsuleVerifier", claim=counts)


def write() -> None:
    """Prove, and keep proof, values, words, signals and key."""
    claim, proof = shared_proof()
    vkey = str(Verifier(built_circuit()).vkey)
    document = {
        "source": f"zkdata's prover on {CIRCUIT} under a development key",
        "generator": "python -m tests.contracts.real_claim",
        "proof": _hex(proof.calldata),
        "signals": _hex(claim.signals),
        "values": _hex(proof.values),
        "words": _hex(proof.words),
        "release_secret": f"{claim.release_secret:#066x}",
        "vkey": json.loads(vkey),
    }
    CLAIM.write_text(json.dumps(document, indent=1) + "\n")
    VERIFIER.write_text(exported(vkey))


def _hex(values: tuple[int, ...]) -> list[str]:
    return [f"{value:#066x}" for value in values]


if __name__ == "__main__":
    write()
