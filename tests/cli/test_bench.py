"""`zkdata bench` needs a checkout, and says so elsewhere."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import zkdata
from bench import run
from tests.audit.test_report_page import REPORT
from zkdata.cli import main


def test_the_package_alone_has_no_bench(tmp_path: Path) -> None:
    """A copy of the package where nothing of the checkout is beside it: exit code 2, one line, and its code as JSON."""
    shutil.copytree(Path(zkdata.__file__).parent, tmp_path / "zkdata", ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run(
        [sys.executable, "-m", "zkdata.cli", "bench", "--json"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "needs a checkout" in done.stderr
    assert json.loads(done.stdout)["error"]["code"] == "ToolMissing"


def test_a_peer_that_does_not_work(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """What was started and ended is named, with exit code 2: 1 would say that a proof does not verify."""

    def ended(*_: object) -> None:
        raise SystemExit("rapidsnark ended")

    monkeypatch.setattr(run, "measured", ended)
    assert main(["bench", "--json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["code"] == "ToolMissing"
    assert "rapidsnark ended" in error["message"]


def test_the_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """As JSON one object whose peers have a name and a ratio; without, a screen of text, and both files written."""
    kept = json.loads(REPORT.read_text())
    asked: list[object] = []
    monkeypatch.setattr(run, "measured", lambda *given: asked.append(given) or kept)
    assert main(["bench", "--full", "--threads", "1", "--product-ns", "4.5", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert {"snarkjs", "rapidsnark"} <= {each["name"] for each in answer["peers"]}
    assert all(each["ratio"] > 0 for each in answer["peers"])
    ((plan, threads, product_ns, _),) = asked
    assert (plan.name, threads, product_ns) == ("full", 1, 4.5)
    assert main(["bench", "--out", str(tmp_path / "new" / "folder")]) == 0
    assert "wrote" in capsys.readouterr().out
    assert {each.name for each in (tmp_path / "new" / "folder").iterdir()} == {"report.html", "report.json"}


@pytest.mark.parametrize(
    "wrong",
    [["--quick", "--full"], ["--threads", "0"], ["--product-ns", "-1"], ["--product-ns", "nan"], ["--out", __file__]],
    ids=" ".join,
)
def test_wrong_usage(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Refused before anything is measured."""
    assert main(["bench", *wrong]) == 2
    assert "UsageWrong" in capsys.readouterr().err
