"""How long do a proof, a check, a witness and a setup take, by our core and by its peers?

    python -m bench.provers --sizes 13 16 18 --runs 7 --json provers.json     proofs of the three sizes, as a table too
    python -m bench.provers --of claim witness --circuits capsule_64x4        a claim of the catalogue
    python -m bench.provers --table provers.json                              the table again
    python -m bench.provers --page docs/explanation/performance.md --table provers.json    put into the page

All run in turns: each round every one of them once, the first of a round another each time, after a round that is not
counted. All get the same two cores. Nothing else should run: `foreign` is the part of them that something else took.
"""

import argparse
import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pytest_benchmark.plugin import pytest_benchmark_generate_machine_info
from pytest_benchmark.stats import Stats
from pytest_benchmark.utils import get_commit_info

from bench import command
from bench.conftest import pytest_benchmark_update_machine_info
from bench.contestants import OPERATIONS, OURS, Contestant, contestants, versions
from bench.materials import RECORDS, ROOT, Material, material
from bench.prover_bound import bound
from bench.prover_table import measurements, on_page, table
from zkdata.errors import ArtifactMismatch
from zkdata.proof.groth16 import verify_files

SLOW_ROUNDS = 3
TICK = os.sysconf("SC_CLK_TCK")


class Timed:
    """A contestant at work, with what its runs took."""

    def __init__(self, contestant: Contestant, threads: int) -> None:
        self.contestant = contestant
        self.samples: list[dict[str, float] | None] = []
        counts = {"RAYON_NUM_THREADS": str(threads), "OMP_NUM_THREADS": str(threads)}
        self._process = subprocess.Popen(
            contestant.command,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **counts, **contestant.environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.load: dict[str, float] | None = self._answer()["load"]

    def end(self) -> None:
        """No more orders; one that is still at work is stopped."""
        try:
            self._process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()

    def order(self, *words: object) -> dict[str, Any]:
        """Say something, and wait for the answer."""
        assert self._process.stdin is not None
        print(*words, file=self._process.stdin, flush=True)
        return self._answer()

    def run(self) -> dict[str, float]:
        """Once, with the part of the cores that somebody else took meanwhile."""
        before = busy_seconds()
        taken: dict[str, float] = self.order("run")
        others = busy_seconds() - before - taken["cpu"]
        taken["foreign"] = max(0.0, others / taken["wall"] / len(os.sched_getaffinity(0)))
        return taken

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.contestant.name} ended: {' '.join(self.contestant.command)}")
        answer: dict[str, Any] = json.loads(line)
        return answer


def busy_seconds() -> float:
    """What the cores that we may use have worked since the machine started, for anyone."""
    ours, total = os.sched_getaffinity(0), 0
    for line in Path("/proc/stat").read_text().splitlines():
        name, *counts = line.split()
        if name.startswith("cpu") and name[3:].isdigit() and int(name[3:]) in ours:
            user, nice, system, _, _, hard, soft, steal = map(int, counts[:8])
            total += user + nice + system + hard + soft + steal
    return total / TICK


def compare(operation: str, made: Material, runs: int, threads: int, without: Sequence[str]) -> list[dict[str, Any]]:
    """Every contestant of one operation on one circuit, in turns."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        every = [each for each in contestants(operation, made, Path(folder)) if each.name not in without]
        timed = [stack.enter_context(working(each, threads)) for each in every if not each.absent]
        for turn in range(-1, runs):
            first = turn % len(timed)
            for each in (*timed[first:], *timed[:first]):
                wanted = turn < (min(runs, SLOW_ROUNDS) if each.contestant.slow else runs)
                sample = each.run() if wanted else None
                if turn >= 0:
                    each.samples.append(sample)
        for each in timed:
            if operation in CHECKS:
                CHECKS[operation](each, made, Path(folder))
        found = {(each.contestant.kind, each.contestant.name): each for each in timed}
        return [
            _row(made, contestant, found.get((contestant.kind, contestant.name)), found.get((contestant.kind, OURS)))
            for contestant in every
        ]


@contextmanager
def working(contestant: Contestant, threads: int) -> Iterator[Timed]:
    """A contestant that has loaded; it ends with the block."""
    timed = Timed(contestant, threads)
    try:
        yield timed
    finally:
        timed.end()


def _check_proof(each: Timed, made: Material, scratch: Path) -> None:
    """A prover whose proof does not verify is no peer; ours raise."""
    proof, public = each.contestant.verdict or (scratch / "saved.proof.json", scratch / "saved.public.json")
    if each.contestant.verdict is None:
        each.order("save", proof, public)
    verify_files(made.file("vkey.json"), public, proof)


def _check_witness(each: Timed, made: Material, scratch: Path) -> None:
    """The file of everyone is the same to the byte."""
    calculated = scratch / "calculated.wtns"
    each.order("save", calculated)
    if calculated.read_bytes() != made.witness.read_bytes():
        raise ArtifactMismatch(f"{each.contestant.name} calculates another witness of {made.name} than we do")


CHECKS = {"prove": _check_proof, "witness": _check_witness}


def _row(made: Material, contestant: Contestant, timed: Timed | None, ours: Timed | None) -> dict[str, Any]:
    about = {"operation": contestant.operation, "circuit": made.name, "kind": contestant.kind, "name": contestant.name}
    if timed is None:
        return {**about, "absent": contestant.absent}
    samples = [sample for sample in timed.samples if sample is not None]
    row: dict[str, Any] = {
        **about,
        "load": timed.load,
        "peak_kibibytes": max(sample["peak_kibibytes"] for sample in samples),
        "foreign": max(sample["foreign"] for sample in samples),
        "samples": samples,
        **({"prepared": contestant.prepared} if contestant.prepared else {}),
        **{what: spread([sample[what] for sample in samples]) for what in ("wall", "cpu")},
    }
    if ours is not None and ours is not timed:
        pairs = [(a, b) for a, b in zip(timed.samples, ours.samples, strict=True) if a is not None and b is not None]
        row["ratio"] = {what: spread([theirs[what] / mine[what] for theirs, mine in pairs]) for what in ("wall", "cpu")}
    if contestant.operation == "prove" and contestant.kind == "library" and contestant.name.startswith(OURS):
        row["phases"] = timed.order("profile")["said"]
    return row


def spread(values: Sequence[float]) -> dict[str, float]:
    """The least, the middle and the most of some measurements, and how many they are."""
    stats = Stats()
    for value in values:
        stats.update(value)
    return {"min": stats.min, "median": stats.median, "max": stats.max, "rounds": stats.rounds}


def machine() -> dict[str, Any]:
    """Processor, cores, memory, load; no name of the machine."""
    info: dict[str, Any] = pytest_benchmark_generate_machine_info()
    info.pop("node")
    pytest_benchmark_update_machine_info(None, info)
    info["memory_bytes"] = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return info


def measure(chosen: argparse.Namespace) -> dict[str, Any]:
    """Everything that was asked for, with what is needed to judge it."""
    cores = sorted(os.sched_getaffinity(0))[: chosen.threads]
    report: dict[str, Any] = {
        "datetime": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": get_commit_info(),
        "machine": machine(),
        "versions": versions(),
        "runs": chosen.runs,
        "threads": chosen.threads,
        "circuits": {},
        "rows": [],
    }
    os.sched_setaffinity(0, cores)
    for name in [*chosen.sizes, *chosen.circuits]:
        made = material(name)
        report["circuits"][made.name] = made.facts()
        for operation in chosen.of:
            rows = compare(operation, made, chosen.runs, chosen.threads, chosen.without)
            for row in rows:
                if chosen.product_ns and "phases" in row and row["name"] == OURS:
                    row["bound"] = bound(made.file("zkey"), made.witness, chosen.product_ns)
            report["rows"] += rows
            print(f"{measurements(rows)}\n", flush=True)
    report["load_after"] = os.getloadavg()
    return report


def main(arguments: list[str]) -> int:
    """The command line above."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.provers", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", nargs="*", default=[], help=f"powers of two: {', '.join(map(str, RECORDS))}")
    parser.add_argument("--circuits", nargs="*", default=[], help="of the catalogue")
    parser.add_argument("--of", nargs="+", choices=OPERATIONS, default=["prove"])
    parser.add_argument("--runs", type=int, default=7, help="rounds; the slow ones take part in three")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--without", nargs="*", default=[], metavar="NAME", help="leave these peers out")
    parser.add_argument(
        "--product-ns", type=float, help="with what one product takes: how far each phase is from its bound"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="everything, written here")
    parser.add_argument("--table", type=Path, metavar="FILE", help="measure nothing: the table of this report")
    parser.add_argument("--page", type=Path, metavar="FILE", help="with --table: written into this page")
    chosen = parser.parse_args(arguments)
    if chosen.table:
        text = table(json.loads(chosen.table.read_text()))
        if chosen.page:
            chosen.page.write_text(on_page(chosen.page.read_text(), text))
        else:
            print(text)
        return 0
    report = measure(chosen)
    if chosen.json:
        chosen.json.write_text(json.dumps(report, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    command.run(main)
