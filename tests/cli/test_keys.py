"""`zkdata keys`: secret keys that stay secret, and keys of a circuit that are fetched whole or not at all."""

import ast
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.journey_fixtures import built_circuit
from tests.settlement.hostile_server import Files, HostileServer, Visit, serving
from zkdata.capsule.delivery import BuyerKey
from zkdata.capsule.device import DeviceKey, DevicePublic
from zkdata.capsule.owner import OwnerKey
from zkdata.capsule.partial_file import PIECE_BYTES
from zkdata.cli import main
from zkdata.cli.keys import KINDS
from zkdata.proof import circuit as circuit_room
from zkdata.proof.circuit import Circuit
from zkdata.proof.contributor import ContributorKey
from zkdata.proof.key_manifest import KeyManifest
from zkdata.proof.setup import check_keys, setup_development
from zkdata.settlement.signatures import Signer

NAME = "timestamp_16x4"
CLASSES = {
    "account": Signer,
    "buyer": BuyerKey,
    "contributor": ContributorKey,
    "device": DeviceKey,
    "owner": OwnerKey,
}
COMMAND = """
import sys
from pathlib import Path
from zkdata.proof import circuit
circuit.BUILD = Path(sys.argv[1])
from zkdata.cli import main
sys.exit(main(sys.argv[2:]))
"""
"""The command line of a checkout whose circuits are built elsewhere."""

KILLING = """
import os, signal, sys
from pathlib import Path
from zkdata.cli import main
from zkdata.proof import circuit
from zkdata.settlement import fetched_keys
circuit.BUILD = Path(sys.argv[1])
def killing(left):
    def watch(event, arguments):
        nonlocal left
        if event in ("os.rename", "os.remove", "os.rmdir") and sys.argv[1] in str(arguments[0]):
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
    return watch
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        os.dup2(2, 1)
        sys.addaudithook(killing(int(line)))
        os._exit(main(sys.argv[2:]))
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
"""The same for each line of stdin, killed before so many calls that change a name in the folder; tells how it ended."""


def secret_in(file: Path) -> str:
    document = json.loads(file.read_text())
    return str(document.get("seed") or document["secret"])


def answer(arguments: list[Any], capsys: pytest.CaptureFixture[str], code: int = 0) -> dict[str, Any]:
    """What a command says, as data."""
    assert main([*map(str, arguments), "--json"]) == code
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told["error"] if code else told


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_key(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is its owner's alone, is never overwritten, and of it nothing secret is told, by `new` or by `show`."""
    file = tmp_path / "it.key"
    before = os.umask(0)
    try:
        made = answer(["keys", "new", kind, file], capsys)
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    key: Any = CLASSES[kind].load(file)
    public = {
        "account": lambda: {"address": key.address},
        "buyer": lambda: {"buyer_key": str(key.public)},
        "contributor": lambda: {"contributor_key": key.public},
        "device": lambda: {"x": str(key.public.x), "y": str(key.public.y)},
        "owner": dict,
    }[kind]()
    assert made == {"kind": kind, "file": str(file)} | public
    assert answer(["keys", "show", kind, file], capsys) == made
    text, data = secret_in(file), file.read_bytes()
    for verb, code in (("show", 0), ("new", 2)):
        assert main(["keys", verb, kind, str(file)]) == code
        told = capsys.readouterr()
        assert text not in told.out + told.err
        assert code or all(each in told.out for each in public.values())
    assert answer(["keys", "new", kind, file], capsys, 2)["code"] == "KeyUnsafe"
    assert file.read_bytes() == data and [each.name for each in tmp_path.iterdir()] == ["it.key"]
    assert main(["keys", "new", kind, str(tmp_path / "other.key")]) == 0
    assert secret_in(tmp_path / "other.key") != text


@pytest.mark.seen("file", "it opens the file to others, to have it refused")
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_shown(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A key that others can read, of another kind, damaged, or not there; its secret is in no word of a refusal."""
    file, other = tmp_path / "it.key", tmp_path / "other.key"
    CLASSES[kind].generate().save(file)
    CLASSES[KINDS[KINDS.index(kind) - 1]].generate().save(other)
    text = secret_in(file)
    (tmp_path / "torn.key").touch(mode=0o600)
    (tmp_path / "torn.key").write_text(file.read_text().replace(text, text[:-2] + "\u00e4x"))
    (tmp_path / "long.key").touch(mode=0o600)
    (tmp_path / "long.key").write_text(file.read_text().replace(text, text * 9))
    (tmp_path / "open.key").write_text(file.read_text())
    (tmp_path / "open.key").chmod(0o640)
    (tmp_path / "link.key").symlink_to(file)
    for name in ("other", "torn", "long", "open", "link"):
        assert main(["keys", "show", kind, str(tmp_path / f"{name}.key"), "--json"]) == 2
        told = capsys.readouterr()
        assert json.loads(told.out)["error"]["code"] == "KeyUnsafe"
        assert text[:-2] not in told.out + told.err and "Traceback" not in told.err
    for verb, where in (("show", tmp_path / "none.key"), ("new", tmp_path / "none" / "it.key")):
        assert answer(["keys", verb, kind, where], capsys, 2)["code"] == "UsageWrong"


def test_the_commitment_for_a_device(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An owner's key gives what an enrolment of this device takes, and nothing for what is no device."""
    owner, device = OwnerKey.generate(), DeviceKey.generate()
    owner.save(tmp_path / "owner.key")
    device.save(tmp_path / "device.key")
    show = ["keys", "show", "owner", tmp_path / "owner.key", "--device"]
    told = answer([*show, device.public.x, device.public.y], capsys)
    assert told["commitment"] == str(owner.commitment(DevicePublic(device.public.x, device.public.y)))
    assert answer([*show, 1, 2], capsys, 2)["code"] == "SignatureRejected"
    for wrong in (["x", "1"], ["1", "\u00b2"], ["1", "9" * 79]):
        assert answer([*show, *wrong], capsys, 2)["code"] == "UsageWrong"
    other = ["keys", "show", "device", tmp_path / "device.key", "--device", 1, 2]
    assert answer(other, capsys, 2)["code"] == "UsageWrong"


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Circuit:
    """A circuit that is built, but has no keys."""
    circuit = built_circuit(NAME)
    monkeypatch.setattr(circuit_room, "BUILD", tmp_path / "build")
    copy = Circuit.named(NAME)
    copy.directory.mkdir(parents=True)
    copy.artifact("r1cs").symlink_to(circuit.artifact("r1cs"))
    return copy


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("manifest") / "keys.json"
    KeyManifest.of(built_circuit(NAME)).save(path)
    return path


def files_of(circuit: Circuit) -> dict[str, bytes]:
    kinds = ("zkey", "vkey.json")
    return {path.name: path.read_bytes() for path in map(circuit.artifact, kinds) if path.is_file()}


def fetching(manifest: Path, *sources: object) -> list[str]:
    return [
        *("keys", "fetch", NAME, "--manifest", str(manifest)),
        *(word for each in sources for word in ("--from", str(each))),
    ]


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with serving(Files(files_of(built_circuit(NAME)))) as given:
        yield given


def test_publish_and_fetch(
    mine: Circuit, server: HostileServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What one party's manifest says is what another gets, from a server and from a store, and it proves."""
    theirs = built_circuit(NAME)
    monkeyed, circuit_room.BUILD = circuit_room.BUILD, theirs.directory.parent
    try:
        out = tmp_path / "keys.json"
        told = answer(["keys", "manifest", NAME, "--out", out, "--keep", tmp_path / "store"], capsys)
        assert (told["kind"], told["chains"], told["kept_in"]) == ("development", "local only", str(tmp_path / "store"))
        assert told["manifest"] == json.loads(out.read_text())
        assert main(["keys", "manifest", NAME]) == 0
        assert capsys.readouterr().out == out.read_text()
        assert main(["keys", "manifest", NAME, "--out", str(out)]) == 0
        assert "local only" in capsys.readouterr().out
        for wrong in (theirs.artifact("zkey"), tmp_path / "none" / "keys.json"):
            assert main(["keys", "manifest", NAME, "--out", str(wrong)]) == 2
        assert answer(["keys", "manifest", "no_such"], capsys, 2)["code"] == "ArtifactMismatch"
    finally:
        circuit_room.BUILD = monkeyed
    for source in (server.url, f"store:{tmp_path / 'store'}"):
        told = answer(fetching(out, source), capsys)
        size = sum(len(data) for data in files_of(theirs).values())
        assert (told["kind"], told["bytes_fetched"], told["directory"]) == ("development", size, str(mine.directory))
        assert files_of(mine) == files_of(theirs)
        check_keys(mine)
        setup_development(mine)
        assert files_of(mine) == files_of(theirs)
        shutil.rmtree(mine.directory)
        mine.directory.mkdir()
        mine.artifact("r1cs").symlink_to(theirs.artifact("r1cs"))


def test_what_is_not_fetched(
    mine: Circuit, server: HostileServer, manifest: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong byte, nobody, another circuit, more than a development key, no manifest, a password: nothing is put."""
    wrong = files_of(built_circuit(NAME))
    data = bytearray(wrong[f"{NAME}.zkey"])
    data[PIECE_BYTES * 2 + 5] ^= 1
    text = manifest.read_text()
    (tmp_path / "ceremony.json").write_text(text.replace('"development"', '"ceremony"'))
    (tmp_path / "elsewhere.json").write_text(text.replace(mine.digest, "ab" * 32))
    with serving(Files(wrong | {f"{NAME}.zkey": bytes(data)})) as lying:
        cases: list[tuple[str, list[Any]]] = [
            ("NotAvailable", fetching(manifest, lying.url)),
            ("NotAvailable", fetching(manifest, "http://127.0.0.1:1", tmp_path / "none")),
            ("ArtifactMismatch", [each.replace(NAME, "range_16x4") for each in fetching(manifest, server.url)]),
            ("ArtifactMismatch", fetching(tmp_path / "elsewhere.json", server.url)),
            ("SetupInsecure", fetching(tmp_path / "ceremony.json", server.url)),
            ("ArtifactMalformed", fetching(mine.artifact("r1cs"), server.url)),
            ("ArtifactMalformed", fetching(manifest, "http://canary-name:canary-word@127.0.0.1:1")),
            ("UsageWrong", fetching(tmp_path / "none.json", server.url)),
        ]  # fmt: skip
        for code, arguments in cases:
            error = answer(arguments, capsys, 2)
            assert error["code"] == code and "canary" not in str(error), error
            assert files_of(mine) == {} and not (mine.directory / "keys.json").exists()
        assert server.seen == [] and len(lying.seen) == 2
        # what was right of the liar's is not asked for again
        assert answer(fetching(manifest, lying.url, server.url), capsys)["bytes_fetched"] == len(data) - 2 * PIECE_BYTES
    assert files_of(mine) == files_of(built_circuit(NAME))


def run(build: Path, arguments: list[str]) -> "subprocess.Popen[str]":
    """The command in a process of its own."""
    command = [sys.executable, "-c", COMMAND, str(build), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_a_fetch_that_is_killed_is_gone_on_with(
    mine: Circuit, manifest: Path, end: signal.Signals, tmp_path: Path
) -> None:
    """In the middle of the large file: nothing is in place, and the next run asks for the rest alone."""
    whole = Files(files_of(built_circuit(NAME)))
    data = whole.files[f"{NAME}.zkey"]

    def hesitant(visit: Visit) -> None:
        if visit.path.endswith(".zkey"):
            visit.answer(data[: 3 * PIECE_BYTES + 77], Content_Length=str(len(data)))
            visit.server.stopped.wait(30)
        else:
            whole(visit)

    with serving(hesitant) as server:
        arguments = fetching(manifest, server.url)
        with run(mine.directory.parent, arguments) as process:
            until = time.monotonic() + 20
            while time.monotonic() < until and process.poll() is None:
                came = [each.stat().st_size for each in mine.directory.glob(f".{NAME}.zkey.*/*")]
                if came == [3 * PIECE_BYTES]:
                    break
                time.sleep(0.01)
            started = time.monotonic()
            process.send_signal(end)
            assert process.wait(10) == (-9 if end == signal.SIGKILL else 143) and time.monotonic() - started < 1
            told = process.stderr.read() if process.stderr else ""
            assert ("is kept" in told and "Cancelled" in told) == (end == signal.SIGTERM)
        assert files_of(mine) == {} and not (mine.directory / "keys.json").exists()
        # a power failure could have torn the last piece
        (partial,) = mine.directory.glob(f".{NAME}.zkey.*/*")
        with partial.open("r+b") as file:
            file.seek(3 * PIECE_BYTES - 9)
            file.write(bytes(9 + 1234))
        server.behaviour, before = whole, len(server.seen)
        with run(mine.directory.parent, [*arguments, "--json"]) as process:
            said, told = process.communicate(timeout=60)
        assert process.returncode == 0, told
        assert [headers.get("Range") for _, headers in server.seen[before:]] == [f"bytes={2 * PIECE_BYTES}-"]
        assert json.loads(said)["bytes_fetched"] == len(data) - 2 * PIECE_BYTES
    assert files_of(mine) == whole.files
    assert sorted(each.name for each in mine.directory.iterdir() if each.name.startswith(".")) == []
    check_keys(mine)


def test_death_at_every_change_of_a_name(mine: Circuit, manifest: Path, tmp_path: Path) -> None:
    """kill -9 before each leaves the old pair, the new one, or none that is taken for keys; the next run mends it."""
    theirs, old = built_circuit(NAME), replace(mine, directory=tmp_path / "old")
    old.directory.mkdir()
    old.artifact("r1cs").symlink_to(theirs.artifact("r1cs"))
    setup_development(old)
    whole = [files_of(old), files_of(theirs)]
    records = [(each.directory / "keys.json").read_bytes() for each in (old, theirs)]
    arguments, codes = fetching(manifest, theirs.directory), list[int]()
    command = [sys.executable, "-c", KILLING, str(mine.directory.parent), *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as killing:
        assert killing.stdin is not None and killing.stdout is not None
        while 0 not in codes:
            shutil.rmtree(mine.directory)
            shutil.copytree(old.directory, mine.directory, symlinks=True)
            killing.stdin.write(b"%d\n" % len(codes))
            killing.stdin.flush()
            codes.append(int(killing.stdout.readline()))
            there, record = files_of(mine), mine.directory / "keys.json"
            assert all(data in (whole[0][name], whole[1][name]) for name, data in there.items())
            assert not record.exists() or there == whole[records.index(record.read_bytes())]
            assert main(arguments) == 0
            assert files_of(mine) == whole[1] and record.read_bytes() == records[1]
            assert not list(mine.directory.glob(".*"))
        killing.stdin.close()
    # the record goes, each key is renamed and its folder goes, the record is renamed
    assert set(codes[:-1]) == {-signal.SIGKILL} and len(codes) >= 7


def test_only_one_verb_fetches_keys() -> None:
    """No module but the one behind `zkdata keys fetch` knows where keys could come from."""
    room = Path(circuit_room.__file__).parents[1]
    knowing = {
        path.relative_to(room).as_posix()
        for path in room.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").rpartition(".")[2] in ("fetched_keys", "key_sources")
    }
    assert knowing == {"cli/keys.py", "settlement/fetched_keys.py"}
