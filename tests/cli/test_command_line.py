"""What every command shares: help at once, exit codes, errors as text and as JSON, outputs that harm nothing."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from zkdata import cli
from zkdata.cli import main
from zkdata.errors import Cancelled

COMMAND = [sys.executable, "-m", "zkdata.cli"]
HELP_SECONDS = 0.3
OPEN = ["open", "--rpc", "http://127.0.0.1:9", "--escrow", "0x1", "--from", "a", "--key", "b", "--schema", "c"]


def run(*arguments: str, **options: Any) -> "subprocess.CompletedProcess[str]":
    """One command in a process of its own."""
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False, timeout=60, **options)


def test_help_is_there_at_once() -> None:
    """`zkdata --help` takes less than 0.3 s of this process's time, best of five, and loads none of the floors."""
    spent = []
    for _ in range(5):
        before = os.times()
        assert run("--help").returncode == 0
        after = os.times()
        spent.append(after.children_user + after.children_system - before.children_user - before.children_system)
    assert min(spent) < HELP_SECONDS
    program = "import sys; import zkdata.cli; zkdata.cli.parser().format_help(); print('\\n'.join(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {"web3", "eth_tester", "wasmtime", "py_ecc", "galois", "zkdata._native"} & set(loaded)
    assert not [name for name in loaded if re.match(r"zkdata\.(capsule|proof|settlement)", name)]


@pytest.mark.parametrize(
    "noun",
    [
        (),
        *(
            (noun,)
            for noun in (
                "demo",
                "circuits",
                "groth16",
                "export",
                "keys",
                "setup",
                "registry",
                "keeper",
                "open",
                "bench",
            )
        ),
        ("circuits", "list"),
    ],
)
def test_every_help_reads_well(noun: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """Each help ends with code 0, says what the command does, and keeps to 110 columns."""
    with pytest.raises(SystemExit) as left:
        main([*noun, "--help"])
    assert left.value.code == 0
    said = capsys.readouterr().out
    assert said.startswith("usage: zkdata") and "%" not in said
    assert max(len(line) for line in said.splitlines()) <= 110
    if len(noun) < 2:
        assert "example" in said


def test_help_gives_examples_that_parse() -> None:
    """Every example of the help is a command line that the parser takes."""
    from zkdata.cli import bench, claim, credit, demo, deploy, groth16, keys, request, sealed, setup, setup_powers

    nouns = (cli, bench, claim, credit, demo, deploy, groth16, keys, request, sealed, setup, setup_powers)
    joined = [each.EPILOG.replace("\n      --", " --").splitlines() for each in nouns]
    told = [line.split("   ")[0].split()[1:] for lines in joined for line in lines if line.startswith("  zkdata ")]
    # Three points stand for the options that the example above it has.
    examples = [each for each in told if "..." not in each]
    assert len(examples) >= 10
    for example in examples:
        cli.parser().parse_args(example)


def test_the_page_has_every_command() -> None:
    """Each verb of the parser is a row of the page, and each row a verb."""
    page = (Path(__file__).parents[2] / "docs" / "reference" / "command-line.md").read_text()
    rows = re.findall(r"^\| `zkdata ([a-z0-9-]+(?: [a-z][a-z-]*){0,2})", page, re.MULTILINE)
    nouns = _verbs(cli.parser())
    commands = [" ".join(words) for noun, parser in nouns.items() for words in _commands(noun, parser)]
    assert sorted(rows) == sorted(commands)


def _commands(noun: str, parser: Any) -> list[list[str]]:
    """Every command under a noun, the noun itself where it has no verbs."""
    verbs = _verbs(parser)
    return [[noun, *words] for verb in verbs for words in _commands(verb, verbs[verb])] or [[noun]]


def _verbs(parser: Any) -> dict[str, Any]:
    found = [action.choices for action in parser._actions if isinstance(action.choices, dict)]
    return found[0] if found else {}


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["circuits"],
        ["circuits", "lst"],
        ["circuits", "show"],
        ["groth16", "verify", "a", "b"],
        ["groth16", "verify", "a", "b", "c", "d"],
        ["demo", "--chain", "mainnet"],
        ["demo", "--chain", "anvil", "--rpc", "http://127.0.0.1:1"],
        ["demo", "--jso"],
        ["demo", "--rpc", ""],
        ["registry", "show"],
        ["registry", "rebuild", "--rpc", "http://127.0.0.1:9", "--registry", "0x1"],
        ["registry", "show", "--rpc", "", "--registry", "0x1", "--registrar", "0x1"],
        ["keys"],
        ["keys", "new", "buyer"],
        ["keys", "new", "hardware", "a.key"],
        ["keys", "show", "owner", "a.key", "--device", "1"],
        ["keys", "show", "buyer", "a.key", "--device", "1", "2"],
        ["keys", "fetch", "capsule_16x4", "--from", "a"],
        ["keys", "fetch", "capsule_16x4", "--manifest", "a"],
        ["keeper"],
        ["keeper", "attest"],
        [*OPEN, "d.csv"],
        [*OPEN, "--claim", "0x1", "--nullifier", "1", "d.csv"],
        [*OPEN, "--claim", "0x1", "d.xml"],
    ],
)
def test_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong usage is exit code 2 and one line that says what, with --json an object on stdout too."""
    assert main(arguments) == 2
    told = capsys.readouterr()
    assert told.err.startswith("zkdata: UsageWrong: ") and told.err.count("\n") == 1 and told.out == ""
    assert main([*arguments, "--json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["code"] == "UsageWrong" and set(error) == {"code", "message", "evidence"}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["circuits", "show", "no_such"], "ArtifactMismatch"),
        (["circuits", "build", "no_such"], "ArtifactMismatch"),
        (["demo", "--rpc", "http://203.0.113.5:8545"], "SetupInsecure"),
        (["demo", "--rpc", "http://127.0.0.1:9"], "TransactionFailed"),
        (["groth16", "verify", "none.json", "none.json", "none.json"], "UsageWrong"),
    ],
)
def test_refused_input(arguments: list[str], code: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Malformed, insecure or missing input is exit code 2, never 1, which is kept for what is false."""
    assert main([*arguments, "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == code


def test_a_fault_of_ours_is_not_a_verdict(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """An exception that nobody foresaw is exit code 2: Python's own 1 would say that a proof does not verify."""
    monkeypatch.setattr("zkdata.cli.circuits.add_json", _broken)
    assert main(["circuits", "list"]) == 2
    assert "please report" in capsys.readouterr().err


def _broken(parser: Any) -> None:
    raise ZeroDivisionError


def test_interruption(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C is Cancelled, exit code 130, and no traceback."""

    def interrupt(_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("zkdata.cli.circuits.add_json", interrupt)
    assert main(["circuits", "list", "--json"]) == 130
    told = capsys.readouterr()
    assert json.loads(told.out)["error"]["code"] == Cancelled.code
    assert "Traceback" not in told.err


@pytest.mark.usefixtures("interruptible")
def test_interruption_of_a_running_demo() -> None:
    """A demo that is interrupted on its way ends with 130 and one line."""
    with subprocess.Popen([*COMMAND, "demo"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline().startswith("zkdata: ")
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        assert process.stderr.read() == "zkdata: Cancelled: stopped; nothing half-written is left behind\n"


def test_a_reader_that_leaves() -> None:
    """`zkdata circuits list | head -0` makes no noise."""
    with subprocess.Popen([*COMMAND, "circuits", "list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 0
