"""Keys of a circuit. Those made here are development keys: their maker can forge, so they serve local chains only."""

import hashlib
import json
from pathlib import Path

from .. import _native
from ..capsule.atomic_file import write_public
from ..errors import ArtifactMismatch
from .circuit import Circuit


def setup_development(circuit: Circuit) -> None:
    """Make zkey and verification key for the circuit as it is built now; nothing to do where they are already there."""
    r1cs = circuit.require("r1cs")
    zkey, vkey = circuit.artifact("zkey"), circuit.artifact("vkey.json")
    with circuit.alone():
        if zkey.is_file() and vkey.is_file() and _record(circuit) == _state(circuit):
            return
        _path(circuit).unlink(missing_ok=True)
        write_public(vkey, _native.setup_development(r1cs, zkey).to_json().encode())
        write_public(_path(circuit), json.dumps(_state(circuit)).encode())


def check_keys(circuit: Circuit) -> None:
    """ArtifactMismatch unless the keys were made for the circuit as it is built now."""
    circuit.require("zkey")
    if _record(circuit).get("r1cs") != _state(circuit)["r1cs"]:
        message = f"the keys of {circuit.name} were made for another build of it: run `make build`"
        raise ArtifactMismatch(message, circuit=circuit.name)


def _path(circuit: Circuit) -> Path:
    return circuit.directory / "keys.json"


def _state(circuit: Circuit) -> dict[str, str]:
    """What the keys belong to, and which they are."""
    return {
        "r1cs": _digest(circuit.require("r1cs")),
        "vkey": _digest(circuit.require("vkey.json")),
        "kind": "development",
    }


def _record(circuit: Circuit) -> dict[str, str]:
    try:
        record = json.loads(_path(circuit).read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
