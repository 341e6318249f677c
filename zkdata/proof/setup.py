"""Keys of a circuit, and what is recorded of them.

Development keys are made in one step by one party, who can forge, so they serve local chains only. Others come from a
ceremony, with its manifest beside them.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from .. import _native
from ..capsule.atomic_file import write_public
from ..errors import ArtifactMismatch
from .circuit import Circuit
from .groth16 import Progress, proving_key, verification_key

DEVELOPMENT, CEREMONY = "development", "ceremony"
"""The kinds of keys: those that one party made, and those with a setup manifest."""


def setup_development(circuit: Circuit) -> None:
    """Make zkey and verification key for the circuit as it is built now; nothing to do where they are already there."""
    r1cs = circuit.require("r1cs")
    zkey, vkey = circuit.artifact("zkey"), circuit.artifact("vkey.json")
    with circuit.alone():
        if zkey.is_file() and vkey.is_file() and recorded(circuit) == _state(circuit):
            return
        if (manifest := circuit.artifact("setup.json")).exists():
            message = f"{manifest} is of a ceremony whose keys are not here any more; bring them back, or move it away"
            raise ArtifactMismatch(message, circuit=circuit.name)
        _path(circuit).unlink(missing_ok=True)
        write_public(vkey, _native.setup_development(r1cs, zkey).to_json().encode())
        write_public(_path(circuit), json.dumps(_state(circuit)).encode())


def check_keys(circuit: Circuit) -> None:
    """ArtifactMismatch unless the keys were made for the circuit as it is built now."""
    circuit.require("zkey")
    if recorded(circuit).get("r1cs") != _state(circuit)["r1cs"]:
        message = f"the keys of {circuit.name} were made for another build of it: run `make build`"
        raise ArtifactMismatch(message, circuit=circuit.name)


def check_pair(circuit: Circuit, zkey: Path, vkey: Path, *, progress: Progress | None = None) -> None:
    """ArtifactMismatch unless these are a pair, for a circuit of this shape; each is checked by itself as well.

    That the proving key holds the very rows of the circuit is for a ceremony's transcript to show.
    """
    key = proving_key(zkey, progress=progress)
    if key.verification_key().to_json() != verification_key(vkey).to_json():
        message = f"proving and verification key of {circuit.name} are not a pair; get both from one setup"
        raise ArtifactMismatch(message, circuit=circuit.name)
    found = (key.constraint_count, key.public_count)
    expected = (circuit.rows, len(circuit.public_signals))
    if found != expected:
        message = (
            f"the keys are for {found[0]:,} rows and {found[1]} public inputs, {circuit.name} has {expected[0]:,} "
        )
        message += f"and {expected[1]}: use the circuit's own keys"
        raise ArtifactMismatch(message, circuit=circuit.name, expected=expected, found=found)


@contextmanager
def put_keys(circuit: Circuit, record: Mapping[str, str]) -> Iterator[None]:
    """Put keys that were checked in their places in the block; afterwards it is recorded what they are.

    The record goes first and comes back last: what is stopped half-way is not taken for keys of this circuit.
    """
    with circuit.alone():
        _path(circuit).unlink(missing_ok=True)
        if record["kind"] == DEVELOPMENT:
            circuit.artifact("setup.json").unlink(missing_ok=True)
        yield
        write_public(_path(circuit), json.dumps(dict(record)).encode())


def kind_of_keys(circuit: Circuit) -> str:
    """Of which kind the keys are that are here; ArtifactMismatch where they are not those that were recorded."""
    record = recorded(circuit)
    if record != _state(circuit) or record["r1cs"] != circuit.digest:
        message = f"the keys of {circuit.name} are not as they were made: run `zkdata circuits build {circuit.name}`"
        raise ArtifactMismatch(message, circuit=circuit.name)
    return record["kind"]


def _path(circuit: Circuit) -> Path:
    return circuit.directory / "keys.json"


def _state(circuit: Circuit) -> dict[str, str]:
    """What the keys belong to, and which they are."""
    keys = {"r1cs": file_digest(circuit.require("r1cs")), "vkey": file_digest(circuit.require("vkey.json"))}
    manifest = circuit.artifact("setup.json")
    if not manifest.is_file():
        return {**keys, "kind": DEVELOPMENT}
    return {**keys, "kind": CEREMONY, "setup": file_digest(manifest)}


def recorded(circuit: Circuit) -> dict[str, str]:
    """What was written down of the keys that are here; empty where nothing was."""
    try:
        record = json.loads(_path(circuit).read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def file_digest(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
