"""A Groth16 key whose toxic waste is known, so that a proof of anything can be made without a circuit.

    python -m tests.contracts.trapdoor           writes the vectors, the key for forge and its exported verifier
    python -m tests.contracts.trapdoor --check   fails if a committed file differs from what would be written

With e(A, B) = e(alpha, beta) e(sum of IC, gamma) e(C, delta) and every point a known multiple of a generator, the
holder of the multiples solves for C. That is what a development key means; here it tests the verifier and the escrow.
"""

import hashlib
import json
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from py_ecc.fields import optimized_bn128_FQ2 as FQ2
from py_ecc.optimized_bn128 import optimized_curve as curve

from tests.reference.field import Q, R, inverse
from tests.reference.keccak import keccak256
from tests.reference.poseidon import poseidon
from zkdata.proof.points import G1, G2, KeyPoints, Points
from zkdata.proof.solidity import ClaimCounts, verifier_source

HOUSE = Path(__file__).resolve().parents[2]
VALUES, WORDS, BITS = 19, 6, 48
WASTE = ("alpha", "beta", "gamma", "delta", "ic0", "ic1", "ic2", "ic3", "a", "b")


def scalar(name: str) -> int:
    """A nothing-up-my-sleeve number for each part of the waste."""
    return int.from_bytes(hashlib.sha512(f"zkdata trapdoor {name}".encode()).digest()) % R


@cache
def on_g1(multiple: int) -> G1:
    """A multiple of G1's generator."""
    x, y = curve.normalize(curve.multiply(curve.G1, multiple % R))
    return int(x), int(y)


@cache
def on_g2(multiple: int) -> G2:
    """A multiple of G2's generator, real parts first."""
    x, y = curve.normalize(curve.multiply(curve.G2, multiple % R))
    return _pair(x), _pair(y)


def _pair(element: FQ2) -> tuple[int, int]:
    real, imaginary = element.coeffs
    return int(real), int(imaginary)


def key_points(inputs: int = 3) -> KeyPoints:
    """The key in the shape of `_native.VerificationKey.points()`, for so many public inputs."""
    alpha = on_g1(scalar("alpha"))
    beta, gamma, delta = (on_g2(scalar(name)) for name in ("beta", "gamma", "delta"))
    return alpha, beta, gamma, delta, [on_g1(scalar(f"ic{index}")) for index in range(inputs + 1)]


def prove(inputs: Sequence[int]) -> list[int]:
    """The eight words of a proof for these inputs, in the order of the precompile."""
    return as_words(*proof_points(inputs))


def proof_points(inputs: Sequence[int]) -> Points:
    """A, B and C of a proof for these inputs, real parts first."""
    a, b = scalar("a"), scalar("b")
    return on_g1(a), on_g2(b), on_g1(closing(a, b, inputs))


def closing(a: int, b: int, inputs: Sequence[int]) -> int:
    """The multiple of the generator that C has to be, for the equation to hold."""
    combination = scalar("ic0") + sum(scalar(f"ic{i + 1}") * value for i, value in enumerate(inputs))
    rest = a * b - scalar("alpha") * scalar("beta") - combination * scalar("gamma")
    return rest * inverse(scalar("delta")) % R


def as_words(a: G1, b: G2, c: G1) -> list[int]:
    """A proof as the verifier takes it: G2 with the imaginary part first."""
    (x_re, x_im), (y_re, y_im) = b
    return [*a, x_im, x_re, y_im, y_re, *c]


def outside_the_subgroup() -> G2:
    """A point on the twist, by the smallest x = k + i; its order is not r, the cofactor being about 2^254."""
    for k in range(1, 100):
        x = FQ2([k, 1])
        root = _square_root(x * x * x + curve.b2)
        if root is not None:
            point = (x, root, FQ2.one())
            assert curve.is_on_curve(point, curve.b2)
            assert not curve.is_inf(curve.multiply(point, R))
            return (k, 1), _pair(root)
    raise ArithmeticError("half of all x have a point")


def _square_root(value: FQ2) -> FQ2 | None:
    """In F_q^2 with q = 3 mod 4: try the real part from the norm, check by squaring."""
    re, im = _pair(value)
    norm = pow(re * re + im * im, (Q + 1) // 4, Q)
    for sign in (norm, -norm):
        half = pow((re + sign) * inverse(2, Q) % Q, (Q + 1) // 4, Q)
        if half:
            root = FQ2([half, im * inverse(2 * half, Q) % Q])
            if root * root == value:
                return root
    return None


def verifier_cases() -> list[dict[str, Any]]:
    """Truths, lies and malformed bytes, each with the outcome that the verifier owes."""
    inputs = [scalar("m"), scalar("x"), scalar("y")]
    proof = prove(inputs)
    cases: list[dict[str, Any]] = []

    def case(name: str, outcome: str, words: list[int], public: list[int]) -> None:
        cases.append({"name": name, "outcome": outcome, "proof": _hex(words), "inputs": _hex(public)})

    def changed(words: list[int], **at: int) -> list[int]:
        return [at.get(f"w{index}", word) for index, word in enumerate(words)]

    case("valid", "accepted", proof, inputs)
    case("all inputs zero", "accepted", prove([0, 0, 0]), [0, 0, 0])
    case("all inputs r - 1", "accepted", prove([R - 1] * 3), [R - 1] * 3)
    case(
        "(-A, -B, C) of a valid proof",
        "accepted",
        changed(proof, w1=Q - proof[1], w4=Q - proof[4], w5=Q - proof[5]),
        inputs,
    )
    case("A negated", "ProofRejected", changed(proof, w1=Q - proof[1]), inputs)
    case("C negated", "ProofRejected", changed(proof, w7=Q - proof[7]), inputs)
    case("A and C exchanged", "ProofRejected", [*proof[6:], *proof[2:6], *proof[:2]], inputs)
    case("B's generator", "ProofRejected", as_words((proof[0], proof[1]), on_g2(1), (proof[6], proof[7])), inputs)
    case("inputs rotated", "ProofRejected", proof, [*inputs[1:], inputs[0]])
    for index in range(3):
        one_more = [(value + (i == index)) % R for i, value in enumerate(inputs)]
        alias = [value + R * (i == index) for i, value in enumerate(inputs)]
        case(f"input {index} plus 1", "ProofRejected", proof, one_more)
        case(f"input {index} plus r", "ProofMalformed", proof, alias)
    for index in range(8):
        case(f"word {index} plus q", "ProofMalformed", changed(proof, **{f"w{index}": proof[index] + Q}), inputs)
        case(f"word {index} plus 1", "ProofMalformed", changed(proof, **{f"w{index}": (proof[index] + 1) % Q}), inputs)
        case(f"word {index} all ones", "ProofMalformed", changed(proof, **{f"w{index}": 2**256 - 1}), inputs)
    case("A at infinity", "ProofMalformed", changed(proof, w0=0, w1=0), inputs)
    case("B at infinity", "ProofMalformed", changed(proof, w2=0, w3=0, w4=0, w5=0), inputs)
    case("C at infinity", "ProofMalformed", changed(proof, w6=0, w7=0), inputs)
    case("nothing but zeros", "ProofMalformed", [0] * 8, inputs)
    case("A with y zero", "ProofMalformed", changed(proof, w1=0), inputs)
    outside = as_words((proof[0], proof[1]), outside_the_subgroup(), (proof[6], proof[7]))
    case("B on the twist, outside the subgroup", "ProofMalformed", outside, inputs)
    swapped = changed(proof, w2=proof[3], w3=proof[2], w4=proof[5], w5=proof[4])
    case("B with the real part first", "ProofMalformed", swapped, inputs)
    return cases


def signal_cases() -> list[dict[str, Any]]:
    """x and y by the definition, powers and all, in both modes."""
    cases = []
    for name, words in (("mode 0", 0), ("mode 1", WORDS)):
        m = scalar(f"{name} m")
        values = [int(name[-1]), *(scalar(f"{name} value {index}") for index in range(1, VALUES))]
        tail = [scalar(f"{name} word {index}") for index in range(words)]
        x = int.from_bytes(keccak256(b"".join(v.to_bytes(32) for v in (m, *values, *tail)))) % R
        y = sum(v * pow(x, power, R) for power, v in enumerate((*values, *tail))) % R
        cases.append(
            {
                "name": name,
                "m": f"{m:#066x}",
                "values": _hex(values),
                "words": _hex(tail),
                "x": f"{x:#066x}",
                "y": f"{y:#066x}",
            }
        )
    return cases


def release_cases() -> dict[str, list[str]]:
    """H_release of the edges and of a hundred others, by the plain permutation."""
    catalogue = json.loads((HOUSE / "circuits/catalogue.json").read_text())
    tag = next(int(entry["tag"]) for entry in catalogue["tags"] if entry["use"] == "release")
    secrets = [0, 1, 2, R - 1, R - 2, R // 2, 2**253, *(scalar(f"secret {index}") for index in range(100))]
    return {"secrets": _hex(secrets), "hashes": _hex([poseidon([secret], tag) for secret in secrets])}


def vectors() -> str:
    """Everything that forge's tests read."""
    document = {
        "source": "zkdata, a key with known toxic waste; expected outcomes by the verifier's specification",
        "generator": "python -m tests.contracts.trapdoor",
        "verifier": verifier_cases(),
        "signals": signal_cases(),
        "release": release_cases(),
    }
    return json.dumps(document, indent=1) + "\n"


def trapdoor_solidity() -> str:
    """The waste as Solidity constants, for the prover that forge's tests carry."""
    numbers = {name: scalar(name) for name in WASTE} | {"inverse_of_delta": inverse(scalar("delta"))}
    lines = [f"    uint256 internal constant {name.upper()} = 0x{number:064x};" for name, number in numbers.items()]
    b = as_words((0, 0), on_g2(scalar("b")), (0, 0))[2:6]
    lines += [f"    uint256 internal constant B_{index} = 0x{word:064x};" for index, word in enumerate(b)]
    head = (
        "// SPDX-License-Identifier: MIT OR Apache-2.0\n"
        "// Generated by `python -m tests.contracts.trapdoor`; never edited.\n"
        "pragma solidity ^0.8.24;\n\n"
        "/// @title TrapdoorKey\n"
        "/// @notice The toxic waste of TrapdoorVerifier's key: multiples of the generators, and the words of B.\n"
        "library TrapdoorKey {\n"
    )
    return head + "\n".join(lines) + "\n}\n"


def trapdoor_verifier() -> str:
    """The exporter's output for this key: what forge tests, and the golden text of the exporter."""
    return verifier_source(key_points(), contract_name="TrapdoorVerifier", claim=ClaimCounts(VALUES, WORDS, BITS))


FILES = {
    "tests/vectors/verifier.json": vectors,
    "verifier_contracts/test/generated/TrapdoorKey.sol": trapdoor_solidity,
    "verifier_contracts/test/generated/TrapdoorVerifier.sol": trapdoor_verifier,
}


def stale() -> list[str]:
    """Committed files that differ from what would be written."""
    return [
        name for name, make in FILES.items() if not (HOUSE / name).is_file() or (HOUSE / name).read_text() != make()
    ]


def _hex(values: list[int]) -> list[str]:
    return [f"{value:#066x}" for value in values]


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        sys.exit("\n".join(f"{name} is stale: python -m tests.contracts.trapdoor" for name in stale()) or 0)
    for _name, _make in FILES.items():
        (HOUSE / _name).parent.mkdir(parents=True, exist_ok=True)
        (HOUSE / _name).write_text(_make())
