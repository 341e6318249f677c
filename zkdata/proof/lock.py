"""`circuits/artifacts.lock`: digest and rows of every r1cs that the committed sources give, and by which compiler."""

import json
from collections.abc import Mapping
from typing import Any

from ..capsule.atomic_file import write_public
from ..catalogue import CIRCUITS
from ..errors import ArtifactMalformed, ArtifactMismatch
from .compiler import CIRCOM_VERSION, OPTIMISATION

RELOCK = "python -m zkdata.proof.circuit --lock"
LOCK = CIRCUITS / "artifacts.lock"


def read_lock() -> dict[str, Any]:
    """The lock, checked to be about the pinned compiler."""
    try:
        lock = json.loads(LOCK.read_text())
        about = (lock["circom"], lock["optimisation"])
        circuits = {
            str(name): {"r1cs": str(entry["r1cs"]), "rows": int(entry["rows"])}
            for name, entry in lock["circuits"].items()
        }
    except FileNotFoundError:
        raise ArtifactMismatch(f"circuits/artifacts.lock is missing: {RELOCK}") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ArtifactMalformed(f"circuits/artifacts.lock is not a lock: {RELOCK}") from error
    if about != (CIRCOM_VERSION, OPTIMISATION):
        message = f"artifacts.lock is about circom {' '.join(map(str, about))}: {RELOCK}"
        raise ArtifactMismatch(message, expected=(CIRCOM_VERSION, OPTIMISATION), found=about)
    return {"circom": CIRCOM_VERSION, "optimisation": OPTIMISATION, "circuits": circuits}


def save_lock(circuits: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Write what these circuits compile to, as found with the pinned compiler."""
    lock = {"circom": CIRCOM_VERSION, "optimisation": OPTIMISATION, "circuits": dict(circuits)}
    write_public(LOCK, (json.dumps(lock, indent=2) + "\n").encode())
    return lock
