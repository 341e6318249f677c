"""What gas is measured against: the verifier that snarkjs writes, and the escrow that one writes first.

snarkjs' text is rendered by a process of its own, deployed to a chain that ends with the run, and kept nowhere.
"""

import json
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

from tests.contracts.trapdoor import HOUSE, key_points, proof_points
from zkdata.settlement.contracts import Compiled, compile_contract, with_imports

RENDER = """
const fs = require("fs");
const template = fs.readFileSync("node_modules/snarkjs/templates/verifier_groth16.sol.ejs", "utf8");
process.stdout.write(require("ejs").render(template, JSON.parse(fs.readFileSync(0, "utf8"))));
"""
NAIVE = "bench/naive/NaiveEscrow.sol"


def snarkjs_verifier(inputs: int) -> Compiled:
    """snarkjs' verifier of the trapdoor key with so many public inputs."""
    source = subprocess.run(
        ["node", "-e", RENDER], input=json.dumps(_key(inputs)), capture_output=True, text=True, cwd=HOUSE, check=True
    ).stdout
    return compile_contract("Groth16Verifier", "Groth16Verifier.sol", {"Groth16Verifier.sol": source})


def naive_escrow() -> Compiled:
    """NaiveEscrow, compiled as the escrow is."""
    return compile_contract("NaiveEscrow", NAIVE, with_imports({NAIVE: (HOUSE / NAIVE).read_text()}))


def snarkjs_proof(inputs: Sequence[int]) -> tuple[Any, ...]:
    """A, B with imaginary parts first, and C, of a proof for these inputs."""
    a, ((x_re, x_im), (y_re, y_im)), c = proof_points(inputs)
    return a, ((x_im, x_re), (y_im, y_re)), c


def _key(inputs: int) -> Mapping[str, Any]:
    alpha, beta, gamma, delta, ic = key_points(inputs)
    sides = {"beta": beta, "gamma": gamma, "delta": delta}
    return {
        "nPublic": inputs,
        "vk_alpha_1": _decimal(alpha),
        "IC": [_decimal(point) for point in ic],
        **{f"vk_{name}_2": [_decimal(part) for part in point] for name, point in sides.items()},
    }


def _decimal(pair: Sequence[int]) -> list[str]:
    return [str(number) for number in pair]
