"""What provers are timed on: circuit, key and an honest witness, kept in build/peers.

    python -m bench.materials 13 16 capsule_64x4       makes those, and says how wide their witnesses are

A power of two is `bench/naive/records.circom`, filled to that many rows: signed records, so that two thirds of the
wires fill the field. A name is a circuit of the catalogue, with a statement drawn for it.
"""

import argparse
import json
import random
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench import command
from tests.drawn_statements import drawn_statement
from zkdata import _native
from zkdata.catalogue import catalogue
from zkdata.proof.circuit import Circuit
from zkdata.proof.compiler import CIRCOM_VERSION, compile_circuit
from zkdata.proof.groth16 import dev_setup, verification_key
from zkdata.proof.inputs import Input
from zkdata.proof.setup import setup_development
from zkdata.proof.witness_files import write_graph
from zkdata.proof.witness_graph import WitnessGraph

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "build" / "peers"
NAIVE = Path(__file__).parent / "naive"
RECORDS = {13: (1, 10), 16: (11, 18), 18: (47, 4), 20: (188, 19)}
"""Records and hashes at the end, by the power of two they fill: 5,552 rows a record and 240 a hash."""

PUBLIC = "timeMin, timeMax, min, max"
MESSAGE_TAG, FIELDS = 1, 4
START, MINUTE = 1_800_000_000_000, 60_000
LARGEST_VALUE = 10**6


@dataclass(frozen=True, slots=True)
class Material:
    """The files of one circuit."""

    name: str
    folder: Path
    witness_folder: Path

    def file(self, ending: str) -> Path:
        """r1cs, wasm, wgr, zkey or vkey.json."""
        return self.folder / f"{self.name}.{ending}"

    @property
    def witness(self) -> Path:
        """The .wtns."""
        return self.witness_folder / f"{self.name}.wtns"

    @property
    def inputs(self) -> Path:
        """The inputs that the witness comes from, as snarkjs takes them."""
        return self.witness_folder / f"{self.name}.inputs.json"

    @property
    def domain(self) -> int:
        """The power of two above rows, public signals and the constant."""
        info = _native.r1cs_info(self.file("r1cs"))
        return 1 << (info["constraints"] + info["public_outputs"] + info["public_inputs"]).bit_length()

    def facts(self) -> dict[str, object]:
        """Sizes, and of the wires what part is 0, 1, another number below 2^64, and wider."""
        return {
            **_native.r1cs_info(self.file("r1cs")),
            "domain": self.domain,
            "zkey_bytes": self.file("zkey").stat().st_size,
            "wires_of": _shares(self.witness),
        }


def _shares(witness: Path) -> dict[str, float]:
    data, count = witness.read_bytes(), _native.wtns_count(witness)
    values = [int.from_bytes(data[at : at + 32], "little") for at in range(len(data) - 32 * count, len(data), 32)]
    zeros, ones, small = values.count(0), values.count(1), sum(value < 2**64 for value in values)
    parts = {"zero": zeros, "one": ones, "small": small - zeros - ones, "wide": count - small}
    return {kind: round(part / count, 3) for kind, part in parts.items()}


def material(name: str) -> Material:
    """A power of two or a circuit's name; made where it is not there yet."""
    if name in catalogue().circuits:
        circuit = Circuit.named(name)
        circuit.build()
        setup_development(circuit)
        found = Material(name, circuit.directory, FOLDER)
        if not found.witness.exists():
            statement = drawn_statement(circuit, random.Random(name))  # noqa: S311, the same shape every time
            _calculate(found, statement.inputs)
        return found
    records, hashes = RECORDS[int(name)]
    found = Material(f"records_{name}", FOLDER, FOLDER)
    if not all(found.file(ending).exists() for ending in ("zkey", "wgr")):
        _compile(found, records, hashes)
        dev_setup(found.file("r1cs"), found.file("zkey"), found.file("vkey.json"))
    if not found.witness.exists():
        _calculate(found, _signed_records(records))
    return found


def _compile(made: Material, records: int, hashes: int) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for source in NAIVE.glob("*.circom"):
            shutil.copy(source, folder)
        main = folder / f"{made.name}.circom"
        main.write_text(
            f'pragma circom {CIRCOM_VERSION};\ninclude "records.circom";\n'
            f"component main {{public [{PUBLIC}]}} = Records({records}, {hashes});\n"
        )
        out = folder / "out"
        out.mkdir()
        compile_circuit(main, out)
        FOLDER.mkdir(parents=True, exist_ok=True)
        for ending in ("r1cs", "wasm"):
            shutil.move(out / f"{made.name}.{ending}", made.file(ending))
        write_graph(out / f"{made.name}.wat", made.file("wgr"))


def _signed_records(count: int) -> dict[str, Input]:
    """Inputs of `Records`: a record a minute."""
    draw = random.Random(count)  # noqa: S311, the same records every time; the device signs nothing else
    seed = draw.randbytes(32)
    times = [START + MINUTE * place for place in range(count)]
    values = [[draw.randrange(LARGEST_VALUE) for _ in range(FIELDS)] for _ in times]
    signatures = [
        _native.sign_deterministic(seed, _native.poseidon([time, *fields], MESSAGE_TAG))
        for time, fields in zip(times, values, strict=True)
    ]
    return {
        "timeMin": START - MINUTE,
        "timeMax": START + MINUTE * count,
        "min": [0] * FIELDS,
        "max": [LARGEST_VALUE] * FIELDS,
        "T": list(_native.divide_by_cofactor(_native.public_key(seed))),
        "times": times,
        "values": values,
        "R8": [[x, y] for x, y, _ in signatures],
        "S": [s for _, _, s in signatures],
    }


def _calculate(found: Material, inputs: Mapping[str, Input]) -> None:
    calculated = WitnessGraph.open(found.file("wgr")).calculate(inputs)
    FOLDER.mkdir(parents=True, exist_ok=True)
    found.inputs.write_text(json.dumps({name: _as_text(value) for name, value in inputs.items()}))
    found.witness.write_bytes(calculated)


def _as_text(value: Input) -> object:
    """Numbers as JavaScript reads them without loss."""
    return str(value) if isinstance(value, int) else [_as_text(element) for element in value]


def main(arguments: list[str]) -> int:
    """The command line above."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.materials", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="+", metavar="NAME", help=f"one of {sorted(RECORDS)}, or a circuit's name")
    for name in parser.parse_args(arguments).names:
        made = material(name)
        verification_key(made.file("vkey.json"))
        print(made.name, json.dumps(made.facts()))
    return 0


if __name__ == "__main__":
    command.run(main)
