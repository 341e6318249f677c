"""How many rows does a record take, by our claims and by the usual design of bench/naive?

    python -m bench.rows                         every claim circuit, as locked, beside the usual design
    python -m bench.rows --compile 16x4 48x1     the usual design compiled for these shapes, not only extrapolated
    python -m bench.rows --json                  the same for a program

The usual design is compiled at one and two records; each record more costs the difference of the two. It has no version
for limbs of 128 bits.
"""

import argparse
import json
import shutil
import tempfile
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from bench import command
from zkdata.proof.circuit import CLAIM, Circuit, r1cs_rows
from zkdata.proof.compiler import CIRCOM_VERSION, compile_circuit

NAIVE = Path(__file__).parent / "naive"
NAIVE_BITS = 48
PUBLIC = "scope, root, timeMin, timeMax, min, max"
HEADINGS = ("CLAIM", "ROWS", "DOMAIN", "FILLED", "PER RECORD", "NAIVE", "", "RATIO")
LEFT = (0, 6)
"""Columns of words, not of numbers."""


@dataclass(frozen=True, slots=True)
class Line:
    """One claim circuit; `naive` is None where the usual design has no such shape."""

    circuit: str
    rows: int
    domain: int
    filled_percent: float
    rows_per_record: float
    naive: int | None
    naive_compiled: bool

    @property
    def cells(self) -> tuple[str, ...]:
        """As the table shows it."""
        ours = (
            self.circuit,
            f"{self.rows:,}",
            f"2^{self.domain.bit_length() - 1}",
            f"{self.filled_percent:.1f} %",
            f"{self.rows_per_record:.1f}",
        )
        if self.naive is None:
            return (*ours, "-", "", "-")
        mark = "compiled" if self.naive_compiled else "extrapolated"
        return (*ours, f"{self.naive:,}", mark, f"{self.naive / self.rows:.1f}")


@cache
def naive_rows(records: int, fields: int) -> int:
    """What the usual design compiles to."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for source in NAIVE.glob("*.circom"):
            shutil.copy(source, folder)
        main = folder / "main.circom"
        main.write_text(
            f'pragma circom {CIRCOM_VERSION};\ninclude "naive.circom";\n'
            f"component main {{public [{PUBLIC}]}} = Naive({records}, {fields});\n"
        )
        out = folder / "out"
        out.mkdir()
        compile_circuit(main, out)
        return r1cs_rows((out / "main.r1cs").read_bytes())


def naive_record(fields: int) -> int:
    """What a record more takes in the usual design."""
    return naive_rows(2, fields) - naive_rows(1, fields)


def line(circuit: Circuit, compiled: set[tuple[int, int]]) -> Line:
    """A claim circuit beside the usual design of its shape, which is compiled where that is asked for."""
    layout = circuit.layout
    shape = (layout.records, layout.fields)
    naive = None
    if shape in compiled:
        naive = naive_rows(*shape)
    elif layout.bits == NAIVE_BITS:
        naive = naive_rows(1, layout.fields) + (layout.records - 1) * naive_record(layout.fields)
    taken = circuit.rows + len(circuit.public_signals) + 1  # the constant
    domain = 1 << (taken - 1).bit_length()
    filled = 100 * taken / domain
    return Line(circuit.name, circuit.rows, domain, filled, circuit.rows / layout.records, naive, shape in compiled)


def table(lines: list[Line]) -> str:
    """Lines under headings, in columns."""
    rows = [HEADINGS, *(each.cells for each in lines)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column in LEFT else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )


def main(arguments: list[str]) -> int:
    """The command line above."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.rows", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--compile", nargs="*", default=["16x4"], metavar="NxK", help="which are compiled; 16x4 takes half a minute"
    )
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    compiled = {(int(records), int(fields)) for records, fields in (shape.split("x") for shape in chosen.compile)}
    claims = [circuit for circuit in Circuit.all() if circuit.template == CLAIM]
    lines = [line(circuit, compiled) for circuit in claims]
    limbs = sorted({circuit.limbs for circuit in claims if circuit.layout.bits == NAIVE_BITS})
    if chosen.json:
        naive = {K: {"first": naive_rows(1, K), "each_more": naive_record(K)} for K in limbs}
        print(json.dumps({"claims": [asdict(each) for each in lines], "naive": naive}, indent=2))
        return 0
    print(table(lines))
    for K in limbs:
        print(f"naive, K = {K}: {naive_rows(1, K):,} rows for a record (compiled), {naive_record(K):,} for each more")
    return 0


if __name__ == "__main__":
    command.run(main)
