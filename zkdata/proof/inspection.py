"""What a file of circom or snarkjs holds, told without trusting it; nothing secret is among it.

This is also where a key that everything else refuses can be looked at on purpose: its faults are part of the answer.
"""

import os
from pathlib import Path
from typing import Any

from .. import _native
from .._native import InsecureKey
from ..capsule.atomic_file import read_text
from ..errors import ArtifactMalformed
from .groth16 import MAX_JSON_BYTES

MAGIC_BYTES = 4


def inspect_file(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Format and facts of an .r1cs, .wtns, .zkey, .ptau, verification key, proof or list of public signals.

    A key carries `faults`: element and reason of each that lets anyone forge with it, none if it is sound.
    """
    with Path(path).open("rb") as file:
        magic = file.read(MAGIC_BYTES)
    if magic == b"r1cs":
        return {"format": "r1cs", **_native.r1cs_info(path)}
    if magic == b"wtns":
        return {"format": "wtns", "values": _native.wtns_count(path)}
    if magic == b"zkey":
        return {"format": "zkey", **_key_facts(InsecureKey.open(path))}
    if magic == b"ptau":
        return {"format": "ptau", **_native.ptau_info(path)}
    return _json_facts(read_text(path, MAX_JSON_BYTES, "the file"))


def check_powers(ptau: str | os.PathLike[str], r1cs: str | os.PathLike[str]) -> None:
    """Return if a setup of the circuit can start from these powers of tau.

    ArtifactMismatch: too few, or not prepared for phase 2. SetupInsecure: nobody contributed.
    """
    circuit = _native.r1cs_info(r1cs)
    rows = circuit["constraints"] + circuit["public_outputs"] + circuit["public_inputs"] + 1
    _native.ptau_info(ptau, rows)


def _json_facts(text: str) -> dict[str, Any]:
    if "vk_alpha_1" in text:
        return {"format": "verification key", **_key_facts(InsecureKey.from_json(text))}
    if "pi_a" in text:
        return {"format": "proof", "points": _native.proof_from_json(text)}
    if text.lstrip().startswith("["):
        return {"format": "public signals", "signals": _native.public_from_json(text)}
    raise ArtifactMalformed("this is no .r1cs, .wtns, .zkey, .ptau, verification key, proof or list of public signals")


def _key_facts(key: InsecureKey) -> dict[str, Any]:
    faults = [{"element": element, "reason": reason} for element, reason in key.faults]
    return {**key.sizes, "public_signals": len(key.points()[4]) - 1, "faults": faults}
