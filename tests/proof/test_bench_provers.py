"""The comparison of provers measures what it says: real proofs, each checked, and no ratio for who is not there."""

import json
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from bench import provers
from bench.contestants import OURS, Contestant
from bench.materials import Material
from bench.prover_bound import additions, kind_of, products
from bench.prover_table import MARKS, measurements, on_page
from tests.proof import groth16_material
from tests.reference.field import R
from zkdata.errors import ArtifactMismatch, ProofRejected

RUNS = 2
COPIES = """
import json, sys
from pathlib import Path
print(json.dumps({"load": None}), flush=True)
for line in sys.stdin:
    order, *files = line.split()
    if order == "save":
        Path(files[0]).write_bytes(Path(sys.argv[1]).read_bytes() + b'')
    print(json.dumps({"wall": 1.0, "cpu": 1.0, "peak_kibibytes": 1}), flush=True)
"""


@pytest.fixture
def made(tmp_path: Path) -> Material:
    """The small circuit, under the names that the comparison expects."""
    groth16_material.write_files(tmp_path)
    (tmp_path / "witness.wtns").rename(tmp_path / "circuit.wtns")
    (tmp_path / "vkey.json").rename(tmp_path / "circuit.vkey.json")
    return Material("circuit", tmp_path, tmp_path)


def ours(made: Material) -> Contestant:
    """Our core as a library."""
    command = (sys.executable, "-m", "bench.peers.ours", "prove", str(made.file("zkey")), str(made.witness))
    return Contestant("prove", "library", OURS, command)


def process(made: Material) -> Contestant:
    """Our command, under another name."""
    written = made.folder / "their.proof.json", made.folder / "their.public.json"
    verb = ("-m", "zkdata.cli", "groth16", "prove")
    command = (sys.executable, "-m", "bench.peers.process", sys.executable, *verb)
    files = (made.file("zkey"), made.witness, *written)
    return Contestant("prove", "library", "other", (*command, *map(str, files)), verdict=written)


def compared(monkeypatch: pytest.MonkeyPatch, made: Material, *every: Contestant) -> dict[str, dict[str, object]]:
    """Rows by name."""
    monkeypatch.setattr(provers, "contestants", lambda *_: every)
    return {row["name"]: row for row in provers.compare("prove", made, RUNS, threads=2, without=[])}


def test_every_run_is_counted_and_compared(monkeypatch: pytest.MonkeyPatch, made: Material) -> None:
    """So many runs each, the warming one left out, with memory, and the ratio of those of one round."""
    absent = Contestant("prove", "library", "gone", (), "nobody has it")
    rows = compared(monkeypatch, made, ours(made), process(made), absent)
    for name in (OURS, "other"):
        row = rows[name]
        assert [len(row["samples"]), row["wall"]["rounds"]] == [RUNS, RUNS]  # type: ignore[index, arg-type]
        assert row["peak_kibibytes"] > 10_000  # type: ignore[operator]
    pairs = zip(rows["other"]["samples"], rows[OURS]["samples"], strict=True)  # type: ignore[call-overload]
    ratios = [theirs["wall"] / mine["wall"] for theirs, mine in pairs]
    assert rows["other"]["ratio"]["wall"]["min"] == pytest.approx(min(ratios))  # type: ignore[index]
    assert "ratio" not in rows["gone"] and "wall" not in rows["gone"]
    text = measurements(json.loads(json.dumps([*rows.values()])))
    assert "| gone | absent: nobody has it |" in text


def test_a_prover_whose_proof_is_false_is_refused(monkeypatch: pytest.MonkeyPatch, made: Material) -> None:
    """However fast it was."""
    other = process(made)
    assert other.verdict is not None
    signals = json.loads((made.folder / "public.json").read_text())
    (made.folder / "false.json").write_text(json.dumps([signals[0], "8", signals[2]]))
    false = replace(other, verdict=(other.verdict[0], made.folder / "false.json"))
    with pytest.raises(ProofRejected):
        compared(monkeypatch, made, ours(made), false)


def test_a_witness_of_another_is_refused(monkeypatch: pytest.MonkeyPatch, made: Material) -> None:
    """Bytes other than those that are proved; the same ones are taken."""
    worker = made.folder / "copies.py"
    worker.write_text(COPIES)
    other = Contestant("witness", "library", "other", (sys.executable, str(worker), str(made.witness)))
    monkeypatch.setattr(provers, "contestants", lambda *_: [other])
    assert provers.compare("witness", made, RUNS, threads=2, without=[])[0]["wall"]["rounds"] == RUNS
    worker.write_text(COPIES.replace("+ b''", "+ b' '"))
    with pytest.raises(ArtifactMismatch, match="another witness"):
        provers.compare("witness", made, RUNS, threads=2, without=[])


def test_a_prover_that_fails_ends_the_comparison(monkeypatch: pytest.MonkeyPatch, made: Material) -> None:
    """A run that did not end well took no time that means anything."""
    broken = replace(process(made), command=(sys.executable, "-m", "bench.peers.process", "false"))
    with pytest.raises(SystemExit, match="other ended"):
        compared(monkeypatch, made, ours(made), broken)


def test_a_page_takes_the_table_between_its_marks() -> None:
    """What stands around stays; a page without marks is left alone."""
    page = f"before\n{MARKS[0]}\nold\n{MARKS[1]}\nafter\n"
    assert on_page(page, "new") == f"before\n{MARKS[0]}\n\nnew\n\n{MARKS[1]}\nafter\n"
    with pytest.raises(ValueError, match="no line"):
        on_page("before\nafter\n", "new")


def test_the_bound_counts_additions(made: Material) -> None:
    """By hand: 64 windows of 4 bits, one addition in each, two for each of 8 buckets; none where a base is infinite."""
    assert additions(Counter(wide=1)) == 64 + 64 * 16
    assert additions(Counter(one=5)) == additions(Counter(zero=9)) + 5
    assert additions(Counter(small=100)) < additions(Counter(wide=100))
    found = products(made.file("zkey"), made.witness)
    assert found["H"] == 6 * additions(Counter(wide=groth16_material.proving_key().domain_size))
    # b has wires y and p alone, and no base for the others
    assert found["B1"] * 3 == found["B2"] == 18 * additions(Counter(kind_of(value) for value in (R - 3, 7)))
