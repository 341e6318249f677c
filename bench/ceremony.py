"""How long does each step of a ceremony take, as a whole process, ours and that of snarkjs beside it?

    python -m bench.ceremony --circuit capsule_16x4                 three rounds of ours
    python -m bench.ceremony --circuit capsule_16x4 --snarkjs       and one of snarkjs after each step: half an hour
    python -m bench.ceremony ... --json                             the same for a program

Powers are made here, for as many rows as the circuit takes. Memory is the peak of each process.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench import command
from zkdata.proof.circuit import Circuit
from zkdata.proof.contributor import ContributorKey

ROOT = Path(__file__).resolve().parents[1]
OURS = str(Path(sys.executable).with_name("zkdata"))
SNARKJS = ("node", "--max-old-space-size=8192", str(ROOT / "node_modules/.bin/snarkjs"))
BEACON = bytes(range(32)).hex()


def steps(circuit: Circuit, power: int, folder: Path) -> dict[str, tuple[list[str], list[str] | None]]:
    """Each step in its order: our words, and those of snarkjs, which writes to a place of its own."""
    at = {name: str(folder / name) for name in ("0.ptau", "1.ptau", "p.ptau", "0.zkey", "1.zkey", "2.zkey", "theirs")}
    r1cs, key = str(circuit.require("r1cs")), str(folder / "me.key")
    tau = ["powersoftau"]
    return {
        "ptau new": (["ptau", "new", str(power), at["0.ptau"]], None),
        "ptau contribute": (
            ["ptau", "contribute", at["0.ptau"], at["1.ptau"], "--name", "a"],
            [*tau, "contribute", at["0.ptau"], at["theirs"], "-n=a", "-e=entropy"],
        ),
        "ptau prepare": (
            ["ptau", "prepare", at["1.ptau"], at["p.ptau"]],
            [*tau, "prepare", "phase2", at["1.ptau"], at["theirs"]],
        ),
        "ptau verify": (["ptau", "verify", at["p.ptau"]], [*tau, "verify", at["p.ptau"]]),
        "new": (
            ["new", r1cs, at["p.ptau"], at["0.zkey"]],
            ["zkey", "new", r1cs, at["p.ptau"], at["theirs"]],
        ),
        "contribute": (
            ["contribute", at["0.zkey"], at["1.zkey"], "--name", "a", "--key", key],
            ["zkey", "contribute", at["0.zkey"], at["theirs"], "-n=a", "-e=entropy"],
        ),
        "beacon": (
            ["beacon", at["1.zkey"], at["2.zkey"], "--value", BEACON],
            ["zkey", "beacon", at["1.zkey"], at["theirs"], BEACON, "10"],
        ),
        "verify": (
            ["verify", r1cs, at["p.ptau"], at["2.zkey"]],
            ["zkey", "verify", r1cs, at["p.ptau"], at["2.zkey"]],
        ),
    }


def timed(words: Sequence[str]) -> dict[str, float]:
    """Seconds, processor seconds and peak of one process."""
    started = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(words)}: {said.decode(errors='replace')}")
    wall = time.perf_counter() - started
    return {"wall": wall, "cpu": used.ru_utime + used.ru_stime, "mebibytes": used.ru_maxrss / 1024}


def measure(circuit: Circuit, runs: int, *, snarkjs: bool) -> list[dict[str, Any]]:
    """Each step so many times by us, and once by snarkjs where it is wanted."""
    rows = circuit.rows + len(circuit.public_signals) + 1
    rounds = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        ContributorKey.generate().save(folder / "me.key")
        for name, (ours, theirs) in steps(circuit, (rows - 1).bit_length(), folder).items():
            samples = [timed([OURS, "setup", *ours]) for _ in range(runs)]
            row: dict[str, Any] = {"step": name, "samples": samples}
            row |= {what: statistics.median(sample[what] for sample in samples) for what in samples[0]}
            if snarkjs and theirs is not None:
                row["snarkjs"] = timed([*SNARKJS, *theirs])
                row["ratio"] = {what: row["snarkjs"][what] / row[what] for what in ("wall", "cpu")}
            rounds.append(row)
    return rounds


def main(arguments: list[str]) -> int:
    """The command line above."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.ceremony", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--circuit", default="capsule_16x4", help="of the catalogue (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=3, metavar="N")
    parser.add_argument("--snarkjs", action="store_true", help="snarkjs as well, once")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    circuit = Circuit.named(chosen.circuit)
    rows = measure(circuit, chosen.runs, snarkjs=chosen.snarkjs)
    if chosen.json:
        print(json.dumps({"circuit": circuit.name, "rows": circuit.rows, "steps": rows}, indent=1))
        return 0
    print(f"{circuit.name}, {circuit.rows:,} rows")
    for row in rows:
        line = f"{row['step']:<16}{row['wall']:8.2f} s {row['cpu']:8.2f} s CPU {row['mebibytes']:6.0f} MiB"
        if "snarkjs" in row:
            line += f"   snarkjs {row['snarkjs']['wall']:8.1f} s, {row['ratio']['wall']:5.1f} times"
        print(line)
    return 0


if __name__ == "__main__":
    command.run(main)
