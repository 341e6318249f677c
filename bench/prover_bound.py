"""The least processor time that a proof's arithmetic takes: its field multiplications, at what one takes.

    python -m bench.prover_bound records_16.zkey records_16.wtns --product-ns 4.0      in build/peers

Counted are the additions of signed windows, at the width that is best for each sum: one for each digit that is not 0,
and two for each bucket of each window to fold them. An affine addition is 6 products in G1, and three times that in G2.
Wires that are 0 and bases at infinity cost nothing, wires that are 1 one addition, small ones the windows they reach
into. The transforms are six of the domain's size, with five products a row and one a coefficient. Additions in the
field, divisions, memory and digits cost nothing here, so nobody reaches this.
"""

import argparse
from collections import Counter
from pathlib import Path

from bench import command
from tests.circuits.r1cs_file import sections

G1_PRODUCTS, G2_PRODUCTS = 6, 18
SCALAR_BITS, SMALL_BITS = 254, 64
WIDTHS = range(4, 21)
G1_BYTES, G2_BYTES, FIELD_BYTES, COEFFICIENT_BYTES = 64, 128, 32, 44
COUNTS_AT = 2 * (4 + FIELD_BYTES)
"""In the header of a .zkey: wires, public signals and domain come after both primes."""

TRANSFORMS, ROW_PRODUCTS = 6, 5


def kind_of(value: int) -> str:
    """How much work a scalar is."""
    if value < 2:
        return ("zero", "one")[value]
    return "small" if value < 2**SMALL_BITS else "wide"


def additions(kinds: Counter[str]) -> int:
    """Of a sum with so many scalars of each kind, by the window that is best for it."""
    return min(_additions(kinds, width) for width in WIDTHS)


def _additions(kinds: Counter[str], width: int) -> int:
    windows = -(-(SCALAR_BITS + 1) // width)  # one bit more for the sign
    digits = kinds["wide"] * windows + kinds["small"] * -(-(SMALL_BITS + 1) // width)
    return digits + kinds["one"] + windows * 2**width  # half as many buckets, two additions for each


def products(zkey: Path, witness: Path) -> dict[str, int]:
    """Field multiplications by phase."""
    key, wires = sections(zkey.read_bytes()), sections(witness.read_bytes())[2]
    scalars = [kind_of(int.from_bytes(chunk, "little")) for chunk in _chunks(wires, FIELD_BYTES)]
    public, domain = (int.from_bytes(key[2][COUNTS_AT + at : COUNTS_AT + at + 4], "little") for at in (4, 8))
    sums = {
        "A": (key[5], G1_BYTES, G1_PRODUCTS, scalars),
        "B1": (key[6], G1_BYTES, G1_PRODUCTS, scalars),
        "B2": (key[7], G2_BYTES, G2_PRODUCTS, scalars),
        "C": (key[8], G1_BYTES, G1_PRODUCTS, scalars[public + 1 :]),
        "H": (key[9], G1_BYTES, G1_PRODUCTS, ["wide"] * domain),
    }
    found = {}
    for name, (section, size, each, of) in sums.items():
        pairs = zip(_chunks(section, size), of, strict=True)
        found[name] = each * additions(Counter(kind for base, kind in pairs if any(base)))
    coefficients = (len(key[4]) - 4) // COEFFICIENT_BYTES
    butterflies = TRANSFORMS * domain // 2 * (domain.bit_length() - 1)
    return {**found, "quotient": butterflies + ROW_PRODUCTS * domain + coefficients}


def _chunks(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def bound(zkey: Path, witness: Path, product_ns: float) -> dict[str, float]:
    """Processor seconds by phase."""
    return {name: count * product_ns / 1e9 for name, count in products(zkey, witness).items()}


def main(arguments: list[str]) -> int:
    """The command line above."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.prover_bound", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("zkey", type=Path)
    parser.add_argument("witness", type=Path)
    parser.add_argument("--product-ns", type=float, required=True, help="one multiplication of a lane, nanoseconds")
    chosen = parser.parse_args(arguments)
    phases = bound(chosen.zkey, chosen.witness, chosen.product_ns)
    for name, seconds in {**phases, "all": sum(phases.values())}.items():
        print(f"{name:4} {1000 * seconds:9.1f} ms")
    return 0


if __name__ == "__main__":
    command.run(main)
