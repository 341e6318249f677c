"""1,000 proofs under the trapdoor key, with the outcome that any verifier of it owes: the real one, and a model.

    python -m tests.contracts.pairing_table           writes tests/vectors/pairing.json
    python -m tests.contracts.pairing_table --check   fails if the committed file differs

40 true proofs of 40 statements, each in 25 variants, most of them made by whoever sees the proof. The model has no
pairing: it is told the logarithm of every point that is in its group.
"""

import json
import sys
from collections.abc import Iterator

from tests.contracts.trapdoor import HOUSE, as_words, closing, on_g1, on_g2, outside_the_subgroup, scalar
from tests.reference.field import Q, R, inverse
from zkdata.proof.points import G2

TABLE = HOUSE / "tests/vectors/pairing.json"
TRUTHS = 40
Variant = tuple[str, str, list[int], list[int]]
"""What it is, what is owed, eight words of the proof, three inputs."""


class Exponents:
    """A proof by its logarithms, and what was ever made of any."""

    def __init__(self) -> None:
        self.in_g1: dict[int, tuple[int, int]] = {}
        self.in_g2: dict[int, G2] = {}

    def words(self, a: int, b: int, c: int) -> list[int]:
        """The proof of these three logarithms."""
        for log in (a % R, c % R):
            self.in_g1.setdefault(log, on_g1(log))
        self.in_g2.setdefault(b % R, on_g2(b))
        return as_words(self.in_g1[a % R], self.in_g2[b % R], self.in_g1[c % R])


def variants(number: int, made: Exponents) -> Iterator[Variant]:
    """One truth and what becomes of it; coordinates, inputs and points take turns from truth to truth."""
    a, b, s = (scalar(f"table {number} {name}") for name in "abs")
    inputs = [scalar(f"table {number} input {index}") for index in range(3)]
    c, delta = closing(a, b, inputs), scalar("delta")
    proof = made.words(a, b, c)
    at, which = number % 8, number % 3

    def changed(index: int, value: int) -> list[int]:
        return [value if i == index else word for i, word in enumerate(proof)]

    yield "as proven", "accepted", proof, inputs
    yield "(-A, -B, C)", "accepted", made.words(-a, -b, c), inputs
    yield "(s A, B / s, C)", "accepted", made.words(a * s, b * inverse(s), c), inputs
    yield "(A, B + s delta, C + s A)", "accepted", made.words(a, b + s * delta, c + s * a), inputs
    yield "A negated", "ProofRejected", made.words(-a, b, c), inputs
    yield "B negated", "ProofRejected", made.words(a, -b, c), inputs
    yield "C negated", "ProofRejected", made.words(a, b, -c), inputs
    yield "A and C exchanged", "ProofRejected", made.words(c, b, a), inputs
    yield "A plus the generator", "ProofRejected", made.words(a + 1, b, c), inputs
    yield "C plus the generator", "ProofRejected", made.words(a, b, c + 1), inputs
    yield "B plus the generator", "ProofRejected", made.words(a, b + 1, c), inputs
    yield "A of another proof", "ProofRejected", made.words(s, b, c), inputs
    yield "C of another statement", "ProofRejected", made.words(a, b, closing(a, b, inputs[::-1])), inputs
    for index in range(3):
        yield f"input {index} plus 1", "ProofRejected", proof, [v + (i == index) for i, v in enumerate(inputs)]
    yield "inputs rotated", "ProofRejected", proof, [*inputs[1:], inputs[0]]
    yield "a coordinate plus q", "ProofMalformed", changed(at, proof[at] + Q), inputs
    yield "a coordinate plus 1", "ProofMalformed", changed(at, (proof[at] + 1) % Q), inputs
    yield "a coordinate zero", "ProofMalformed", changed(at, 0), inputs
    yield "an input plus r", "ProofMalformed", proof, [v + R * (i == which) for i, v in enumerate(inputs)]
    point = ((0, 1), (2, 3, 4, 5), (6, 7))[which]
    nowhere = [0 if i in point else word for i, word in enumerate(proof)]
    yield "a point at infinity", "ProofMalformed", nowhere, inputs
    half = len(point) // 2
    turned = dict(zip(point, (*point[half:], *point[:half]), strict=True))
    yield "a point with x and y exchanged", "ProofMalformed", [proof[turned.get(i, i)] for i in range(8)], inputs
    yield "B with the real part first", "ProofMalformed", [proof[i] for i in (0, 1, 3, 2, 5, 4, 6, 7)], inputs
    outside = as_words((0, 0), outside_the_subgroup(), (0, 0))
    yield "B on the twist, outside the subgroup", "ProofMalformed", [*proof[:2], *outside[2:6], *proof[6:]], inputs


def table() -> str:
    """The file: what each variant is and owes, once; and the words of all, truth by truth."""
    made = Exponents()
    rows = [list(variants(number, made)) for number in range(TRUTHS)]
    document = {
        "source": "zkdata, a key with known toxic waste; outcomes by the equation and the verifier's specification",
        "generator": "python -m tests.contracts.pairing_table",
        "variants": [name for name, *_ in rows[0]],
        "outcomes": [outcome for _, outcome, *_ in rows[0]],
        "logs_in_g1": [f"{log:#066x}" for log in made.in_g1],
        "points_of_g2": [packed([log, *as_words((0, 0), point, (0, 0))[2:6]]) for log, point in made.in_g2.items()],
        "cases": [packed([*words, *inputs]) for row in rows for _, _, words, inputs in row],
    }
    return json.dumps(document, indent=1) + "\n"


def packed(words: list[int]) -> str:
    """Numbers of 32 bytes in a row, for forge to decode."""
    return "0x" + b"".join(word.to_bytes(32) for word in words).hex()


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        sys.exit(
            None if TABLE.read_text() == table() else f"{TABLE.name} is stale: python -m tests.contracts.pairing_table"
        )
    TABLE.write_text(table())
