"""Writes tests/vectors/: cases from a fixed seed, answered by circomlibjs or, for our own formats, by the reference.

python -m tests.oracles.vectors           asks again and writes the files
python -m tests.oracles.vectors --check   fails if a committed file differs from what would be written
"""

import json
import random
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from tests.oracles import HOUSE, ask_circomlibjs, circomlibjs_version
from tests.reference.babyjubjub import BASE8, SUBGROUP_ORDER, TORSION, add, multiply_base8
from tests.reference.cases import CASES
from tests.reference.field import R

FOLDER = HOUSE / "tests" / "vectors"
SEED = 20_240_229
POSEIDON_CASES, EDDSA_CASES, CURVE_CASES = 1050, 1000, 60
ARITIES = (1, 2, 3, 4, 5, 8, 16)
EDGES = (0, 1, 2, R - 1, R - 2, 2**128, 2**253)


def element(draw: random.Random) -> int:
    """Mostly a random field element, now and then one at an edge."""
    return draw.choice(EDGES) if draw.random() < 0.05 else draw.randrange(R)


def texts(number: Any) -> Any:
    """Numbers as decimal strings at any depth, as JSON readers of other languages need them."""
    if isinstance(number, list | tuple):
        return [texts(item) for item in number]
    if isinstance(number, dict):
        return {name: texts(item) for name, item in number.items()}
    return str(number) if type(number) is int else number


def poseidon_questions(draw: random.Random, count: int) -> list[tuple[int, list[int]]]:
    """(tag, inputs) over every arity in use; half with circomlib's tag 0, half with another capacity."""
    arities = [ARITIES[i % len(ARITIES)] for i in range(count)]
    return [(draw.choice((0, element(draw))), [element(draw) for _ in range(arity)]) for arity in arities]


def eddsa_questions(draw: random.Random, count: int) -> list[tuple[str, int]]:
    """(seed in hex, message)."""
    return [(draw.randbytes(32).hex(), element(draw)) for _ in range(count)]


def poseidon_vectors() -> dict[str, Any]:
    """Cases [tag, inputs, lane 0], and permutations [tag, inputs, lanes]."""
    draw = random.Random(SEED)
    hashes, whole = poseidon_questions(draw, POSEIDON_CASES), poseidon_questions(draw, 21)
    answers = ask_circomlibjs(poseidon=texts(hashes), permutation=texts(whole))
    return {
        "columns": ["tag", "inputs", "output"],
        "cases": [[*ask, answer] for ask, answer in zip(texts(hashes), answers["poseidon"], strict=True)],
        "permutations": [[*ask, answer] for ask, answer in zip(texts(whole), answers["permutation"], strict=True)],
    }


def eddsa_vectors() -> dict[str, Any]:
    """Cases [seed, message, A, R8, S] of the deterministic signature."""
    asked = eddsa_questions(random.Random(SEED + 1), EDDSA_CASES)
    answers = ask_circomlibjs(eddsa=texts(asked))["eddsa"]
    cases = [[*ask, *answer] for ask, answer in zip(texts(asked), answers, strict=True)]
    return {"columns": ["seed", "message", "A", "R8", "S"], "cases": cases}


def babyjubjub_vectors() -> dict[str, Any]:
    """Sums, multiples and memberships, the torsion points among them."""
    draw = random.Random(SEED + 2)
    subgroup = [multiply_base8(draw.randrange(SUBGROUP_ORDER)) for _ in range(CURVE_CASES)]
    mixed = [add(point, draw.choice(TORSION)) for point in subgroup]
    points = [*TORSION, BASE8, *mixed]
    sums = [[left, draw.choice(points)] for left in points]
    scalars = [0, 1, 8, SUBGROUP_ORDER - 1, SUBGROUP_ORDER, *(draw.randrange(SUBGROUP_ORDER) for _ in points[5:])]
    multiples = list(zip(scalars, reversed(points), strict=True))
    candidates = [*points, *subgroup[:20], *[(draw.randrange(R), draw.randrange(R)) for _ in range(20)]]
    answers = ask_circomlibjs(add=texts(sums), multiply=texts(multiples), membership=texts(candidates))
    return {
        "columns": {
            "sums": ["P", "Q", "P + Q"],
            "multiples": ["k", "P", "k P"],
            "members": ["P", "on curve", "in subgroup"],
        },
        "sums": [[*ask, answer] for ask, answer in zip(texts(sums), answers["add"], strict=True)],
        "multiples": [[*ask, answer] for ask, answer in zip(texts(multiples), answers["multiply"], strict=True)],
        "members": [[ask, *answer] for ask, answer in zip(texts(candidates), answers["membership"], strict=True)],
    }


def _answered(answer: Callable[[int], dict[str, Any]]) -> dict[str, Any]:
    """What the reference answers, as text."""
    answered: dict[str, Any] = texts(answer(SEED + 3))
    return answered


FILES: dict[str, tuple[Callable[[], str], Callable[[], dict[str, Any]]]] = {
    "poseidon.json": (lambda: f"circomlibjs {circomlibjs_version()} (npm)", poseidon_vectors),
    "eddsa.json": (lambda: f"circomlibjs {circomlibjs_version()} (npm)", eddsa_vectors),
    "babyjubjub.json": (lambda: f"circomlibjs {circomlibjs_version()} (npm)", babyjubjub_vectors),
} | {
    name: (lambda: "tests/reference/cases.py, by docs/reference/statements.md version 2", partial(_answered, answer))
    for name, answer in CASES.items()
}


def rendered(name: str) -> str:
    """What the file says: its source, its generator, then one case a line."""
    source, answer = FILES[name]
    document = {"source": source(), "generator": f"python -m tests.oracles.vectors, seed {SEED}", **answer()}
    lines = []
    for key, value in document.items():
        rows = isinstance(value, list) and len(value) > 0 and isinstance(value[0], list | dict)
        body = ",\n".join(json.dumps(row, separators=(",", ":")) for row in value) if rows else ""
        lines.append(f"{json.dumps(key)}: " + (f"[\n{body}\n]" if rows else json.dumps(value, separators=(",", ":"))))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main(arguments: list[str]) -> int:
    stale = []
    for name in FILES:
        path, text = FOLDER / name, rendered(name)
        if "--check" in arguments:
            stale += [] if path.exists() and path.read_text() == text else [name]
        else:
            path.write_text(text)
    for name in stale:
        print(f"tests/vectors/{name} is stale: run `python -m tests.oracles.vectors`", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
