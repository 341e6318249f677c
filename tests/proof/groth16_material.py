"""A circuit small enough to read, with keys, witnesses and proofs of it.

t = x * y        out = (t + 5) * p        and a public signal u that no row mentions
"""

import atexit
import copy
import json
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from tests.circuits.r1cs_file import Circuit, r1cs, wtns
from tests.reference.field import Q, R
from zkdata import _native

OUT, P, U, X, Y, T = range(1, 7)
CIRCUIT = Circuit(
    wires=7,
    rows=[({X: 1}, {Y: 1}, {T: 1}), ({T: 1, 0: 5}, {P: 1}, {OUT: 1})],
    public_outputs=1,
    public_inputs=2,
    private_inputs=2,
)
IC_COUNT = 4

# On the twist of BN254, outside the subgroup of order r; components (real, imaginary).
OFF_SUBGROUP = (
    (1, 0),
    (
        18278151005453108793778860132295291098363647455926340152056652516292830556603,
        5912654199736721486680175016176231956195085055698687135131307249486702594212,
    ),
)
G1_GENERATOR = (1, 2)
G2_GENERATOR = (
    (
        10857046999023057135944570762232829481370756359578518086990519993285655852781,
        11559732032986387107991004021392285783925812861821192530917403151452391805634,
    ),
    (
        8495653923123431417604973247489272438418190587263600148770280649306958101930,
        4082367875863433681332203403145435568316851327593401208105741076214120093531,
    ),
)


def values(p: int = 7, u: int = 9, x: int = 11, y: int = R - 3) -> list[int]:
    """Every wire of an honest witness."""
    t = x * y % R
    return [1, (t + 5) * p % R, p, u, x, y, t]


@cache
def folder() -> Path:
    """Where this process keeps the circuit and its key, until it ends."""
    temporary = tempfile.TemporaryDirectory(prefix="zkdata-groth16-")
    atexit.register(temporary.cleanup)
    path = Path(temporary.name)
    (path / "circuit.r1cs").write_bytes(r1cs(CIRCUIT))
    _native.setup_development(path / "circuit.r1cs", path / "circuit.zkey")
    return path


@cache
def zkey() -> bytes:
    """The key's file."""
    return (folder() / "circuit.zkey").read_bytes()


@cache
def proving_key() -> _native.ProvingKey:
    """The key, opened."""
    return _native.ProvingKey.open(folder() / "circuit.zkey")


@cache
def proved() -> tuple[Any, list[int]]:
    """An honest proof and its public signals."""
    return proving_key().prove(wtns(values()))


def key_json() -> dict[str, Any]:
    """The verification key as JSON, free to be changed."""
    parsed: dict[str, Any] = json.loads(proving_key().verification_key().to_json())
    return parsed


def proof_json() -> dict[str, Any]:
    """The honest proof as JSON, free to be changed."""
    parsed: dict[str, Any] = copy.deepcopy(json.loads(_native.proof_to_json(proved()[0])))
    return parsed


def g1_json(point: tuple[int, int]) -> list[str]:
    """A G1 point as snarkjs writes it."""
    return [str(point[0]), str(point[1]), "1"]


def g2_json(point: Any) -> list[list[str]]:
    """A G2 point as snarkjs writes it."""
    return [[str(part) for part in coordinate] for coordinate in point] + [["1", "0"]]


def montgomery(*coordinates: int) -> bytes:
    """Coordinates as .zkey files hold them."""
    return b"".join((value * 2**256 % Q).to_bytes(32, "little") for value in coordinates)


def negated(point: Any) -> Any:
    """The opposite of a point of either group."""
    x, y = point
    return (x, tuple(-part % Q for part in y)) if isinstance(y, tuple) else (x, -y % Q)


def write_files(target: Path) -> Path:
    """Our circuit, key, witness, proof and verification key in `target`, under the names of snarkjs' manual."""
    proof, public = proved()
    (target / "circuit.r1cs").write_bytes(r1cs(CIRCUIT))
    (target / "circuit.zkey").write_bytes(zkey())
    (target / "witness.wtns").write_bytes(wtns(values()))
    (target / "vkey.json").write_text(proving_key().verification_key().to_json())
    (target / "proof.json").write_text(_native.proof_to_json(proof))
    (target / "public.json").write_text(json.dumps([str(signal) for signal in public]))
    return target
