"""snarkjs as a backend: what it does right is taken, what it does wrong is a typed error and no file."""

import json
import os
import random
import time
from pathlib import Path

import pytest

from tests.circuits.r1cs_file import wtns
from tests.proof import groth16_material as material
from tests.proof.snarkjs_stand_ins import logged, stand_in
from tests.reference.field import R
from zkdata.errors import (
    ArtifactMalformed,
    ArtifactMismatch,
    ProofMalformed,
    ProofRejected,
    ResourceLimit,
    SetupInsecure,
    StatementFalse,
    ToolMissing,
    ZkDataError,
)
from zkdata.proof import snarkjs_process
from zkdata.proof.groth16 import verify_files
from zkdata.proof.snarkjs import Snarkjs, SnarkjsPowersOfTau

ROOT = Path(__file__).parents[2]
OK = logged("INFO", "OK!")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Our circuit, key, witness, proof and verification key."""
    home = tmp_path / "files"
    home.mkdir()
    return material.write_files(home)


def verify(folder: Path, script: str) -> None:
    """Ask a stand-in about the honest files."""
    Snarkjs(stand_in(folder.parent, script)).verify(folder / "vkey.json", folder / "public.json", folder / "proof.json")


def prove(folder: Path, backend: Snarkjs, witness: str = "witness.wtns") -> None:
    """Prove into theirs.json and signals.json."""
    backend.prove(folder / "circuit.zkey", folder / witness, folder / "theirs.json", folder / "signals.json")


def test_it_proves_and_verifies(folder: Path) -> None:
    """What snarkjs proves is valid for both, its files are ordinary public files, and nothing else is left."""
    before = {path.name for path in folder.iterdir()}
    prove(folder, Snarkjs())
    made = [folder / "vkey.json", folder / "signals.json", folder / "theirs.json"]
    verify_files(*made)
    Snarkjs().verify(*made)
    assert json.loads(made[1].read_text()) == [str(signal) for signal in material.proved()[1]]
    assert {path.name for path in folder.iterdir()} == before | {"theirs.json", "signals.json"}
    assert [path.stat().st_mode & 0o777 for path in made[1:]] == [0o644, 0o644]


def test_false_and_malformed_are_told_apart(folder: Path) -> None:
    """Another signal is false, an alias of it malformed, and what made snarkjs throw is a file that is none."""
    signals = material.proved()[1]
    for changed, error in (
        (json.dumps([str(signals[0] ^ 1), *map(str, signals[1:])]), ProofRejected),
        (json.dumps([str(signals[0] + R), *map(str, signals[1:])]), ProofMalformed),
        ("{", ArtifactMalformed),
    ):
        (folder / "public.json").write_text(changed)
        with pytest.raises(error) as refused:
            Snarkjs().verify(folder / "vkey.json", folder / "public.json", folder / "proof.json")
        assert refused.value.tool == "snarkjs" and "\x1b" not in str(refused.value)
        assert "    at " not in str(refused.value) and len(str(refused.value)) < 600


@pytest.mark.parametrize(
    ("script", "error"),
    [
        (f"{OK}; exit 1", ArtifactMalformed),
        (f"{OK}; exit 99", ArtifactMalformed),
        (f"{OK}; {logged('ERROR', 'Invalid proof')}; exit 1", ArtifactMalformed),
        (f"{OK}; {logged('ERROR', 'Invalid proof')}", ArtifactMalformed),
        (logged("ERROR", "Invalid proof"), ArtifactMalformed),
        ("exit 0", ArtifactMalformed),
        ("exit 1", ArtifactMalformed),
        ("echo OK!", ArtifactMalformed),
        (logged("INFO", "Contribution #1: OK!"), ArtifactMalformed),
        (f"{logged('ERROR', 'Invalid proof')}; exit 2", ArtifactMalformed),
        ("kill -9 $$", ArtifactMalformed),
        (f"{logged('ERROR', 'Invalid proof')}; exit 1", ProofRejected),
        (f"{logged('ERROR', 'Public inputs are not valid.')}; exit 1", ProofMalformed),
    ],
)
def test_exit_code_and_words_have_to_agree(folder: Path, script: str, error: type[ZkDataError]) -> None:
    """Valid is code 0 with OK! and no error; false is code 1 with its own words; all else is no answer."""
    with pytest.raises(error) as refused:
        verify(folder, script)
    assert type(refused.value) is error


def test_a_flood_of_words_is_bounded(folder: Path) -> None:
    """Megabytes of log are read and forgotten, and the answer at their end is heard."""
    started = time.monotonic()
    verify(folder, f"head -c 20000000 /dev/zero | tr '\\0' x; echo; {OK}")
    assert time.monotonic() - started < 20
    with pytest.raises(ArtifactMalformed) as refused:
        Snarkjs(stand_in(folder, "head -c 3000000 /dev/zero | tr '\\0' x; exit 1")).verify(
            folder / "vkey.json", folder / "public.json", folder / "proof.json"
        )
    assert len(refused.value.output) <= snarkjs_process.MESSAGE_CHARACTERS


def test_a_false_witness_is_not_proven(folder: Path) -> None:
    """snarkjs writes a proof of it and says nothing; here it is refused, and old outputs stay as they were."""
    (folder / "false.wtns").write_bytes(wtns([*material.values()[:-1], 5]))
    (folder / "theirs.json").write_text("old")
    with pytest.raises(ProofRejected, match="check_witness"):
        prove(folder, Snarkjs(), "false.wtns")
    assert (folder / "theirs.json").read_text() == "old" and not (folder / "signals.json").exists()
    with pytest.raises(StatementFalse):
        Snarkjs().check_witness(folder / "circuit.r1cs", folder / "false.wtns")
    Snarkjs().check_witness(folder / "circuit.r1cs", folder / "witness.wtns")


@pytest.mark.parametrize("name", ["circuit.zkey", "witness.wtns"])
def test_damaged_files_are_refused_before_snarkjs_sees_them(folder: Path, name: str) -> None:
    """Cut anywhere, of another kind, not a file, or not there."""
    data = (folder / name).read_bytes()
    backend = Snarkjs(stand_in(folder.parent, "touch $HOME/../seen"))
    for length in {0, 3, 4, 11, 12, 23, 24, len(data) // 2, len(data) - 1}:
        (folder / name).write_bytes(data[:length])
        with pytest.raises(ArtifactMalformed):
            prove(folder, backend)
    for other in (data + b"\0", data[:8] + b"\xff\xff\xff\xff" + data[12:], b"r1cs" + data[4:]):
        (folder / name).write_bytes(other)
        with pytest.raises(ArtifactMalformed):
            prove(folder, backend)
    (folder / name).unlink()
    with pytest.raises(FileNotFoundError):
        prove(folder, backend)
    os.mkfifo(folder / name)
    with pytest.raises(ArtifactMalformed):
        prove(folder, backend)
    assert not (folder / "seen").exists() and not (folder / "theirs.json").exists()


@pytest.mark.parametrize(
    ("script", "error"),
    [
        ("exit 0", ArtifactMalformed),
        ('echo "{}" > "$5"', ArtifactMalformed),
        ('echo garbage > "$5"; echo "[]" > "$6"', ProofMalformed),
        ('cp proof.json "$5"; echo "[]" > "$6"', ProofMalformed),
        ('cp proof.json "$5"; cp other.json "$6"', ProofRejected),
        ('cp proof.json "$5"; cp public.json "$6"; exit 1', ArtifactMalformed),
        (f'cp proof.json "$5"; cp public.json "$6"; {logged("ERROR", "no")}', ArtifactMalformed),
        ('mkfifo "$5"; cp public.json "$6"', ArtifactMalformed),
    ],
)
def test_a_proof_is_not_believed(folder: Path, script: str, error: type[ZkDataError]) -> None:
    """Exit code 0 with no file, garbage, another statement's proof, or an error in the log writes nothing."""
    signals = material.proved()[1]
    (folder / "other.json").write_text(json.dumps([str(signals[0] ^ 1), *map(str, signals[1:])]))
    here = script.replace("cp ", f"cp {folder}/")
    with pytest.raises(error):
        prove(folder, Snarkjs(stand_in(folder.parent, here)))
    assert not (folder / "theirs.json").exists() and not (folder / "signals.json").exists()
    assert not list(folder.glob(".*"))


def test_an_honest_stand_in_is_believed(folder: Path) -> None:
    """The stand-ins above fail for what they do, not for being stand-ins."""
    script = f'cp {folder}/proof.json "$5"; cp {folder}/public.json "$6"'
    prove(folder, Snarkjs(stand_in(folder.parent, script)))
    assert (folder / "theirs.json").read_text() == (folder / "proof.json").read_text()


@pytest.mark.parametrize("script", ["exit 0", ': > "$5"', 'head -c 600 {zkey} > "$5"', 'cp {zkey} "$5"; exit 1'])
def test_a_key_is_not_placed_unfinished(folder: Path, script: str) -> None:
    """snarkjs leaves empty and half-written files behind, sometimes with exit code 0: the old key stays."""
    backend = Snarkjs(stand_in(folder.parent, script.format(zkey=folder / "circuit.zkey")))
    (folder / "new.ptau").write_bytes(b"ptau" + bytes(8))
    (folder / "key.zkey").write_text("old")
    with pytest.raises(ArtifactMalformed):
        backend.setup(folder / "circuit.r1cs", folder / "new.ptau", folder / "key.zkey")
    assert (folder / "key.zkey").read_text() == "old" and not list(folder.glob(".*"))


def test_an_insecure_key_is_refused(folder: Path) -> None:
    """A key whose delta is gamma proves nothing here and is not exported, whatever snarkjs makes of it."""
    key = material.key_json()
    key["vk_delta_2"] = key["vk_gamma_2"]
    (folder / "bad.json").write_text(json.dumps(key))
    backend = Snarkjs(stand_in(folder.parent, f'cp {folder}/bad.json "$5"'))
    with pytest.raises(SetupInsecure):
        backend.export_verification_key(folder / "circuit.zkey", folder / "exported.json")
    assert not (folder / "exported.json").exists()


@pytest.mark.seen("file", "the stand-in for snarkjs writes down what it is told")
def test_entropy_goes_through_a_pipe(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is in no argument and no variable, new each time; without it the input is closed; NODE_OPTIONS is dropped."""
    monkeypatch.setenv("NODE_OPTIONS", "--require /evil.js")
    told = folder / "told"
    tell = f'{{ echo "$@"; env; }} > {told}; cat > {told}.input; cp {folder}/circuit.zkey "$4"'
    backend = Snarkjs(stand_in(folder.parent, tell))
    seen = []
    for _ in range(2):
        backend.contribute(folder / "circuit.zkey", folder / "next.zkey", "Ann <ann@example.org>")
        seen.append((folder / "told.input").read_text().strip())
        assert seen[-1] not in told.read_text()
        assert "--name=Ann <ann@example.org>" in told.read_text() and "evil" not in told.read_text()
    assert len(set(seen)) == 2 and all(len(entropy) == 64 for entropy in seen)
    assert (folder / "next.zkey").stat().st_mode & 0o777 == 0o644


def test_without_entropy_the_input_is_closed(folder: Path) -> None:
    """What this process could read is nothing that snarkjs may read, or wait for."""
    ours = os.dup(0)
    with (folder / "public.json").open() as input_of_ours:
        os.dup2(input_of_ours.fileno(), 0)
    try:
        verify(folder, f"cat > {folder}/heard; {OK}")
    finally:
        os.dup2(ours, 0)
        os.close(ours)
    assert (folder / "heard").read_text() == ""


@pytest.mark.parametrize("name", ["", "x" * 65, "two\nlines", "\x1b[31m", "é" * 33])
def test_a_name_that_snarkjs_would_not_keep(folder: Path, name: str) -> None:
    """It cuts names at 64, and prints them."""
    with pytest.raises(ArtifactMalformed, match="name"):
        Snarkjs(stand_in(folder.parent, "exit 0")).contribute(folder / "circuit.zkey", folder / "next.zkey", name)


def test_a_call_that_takes_too_long_is_stopped(folder: Path) -> None:
    """With all that it has started, and without a trace in the folder."""
    script = f'sleep 60 & echo $! > {folder}/child; echo half > "$5"; {OK}; exec sleep 60'
    before = {path.name for path in folder.iterdir()}
    with pytest.raises(ResourceLimit, match="timeout") as refused:
        prove(folder, Snarkjs(stand_in(folder.parent, script), timeout=0.5))
    assert refused.value.seconds == 0.5
    child = (folder / "child").read_text().strip()
    stat = Path(f"/proc/{child}/stat")
    killed_by = time.monotonic() + 10  # a process that was killed still has to be given a processor to end on
    while stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] != "Z":
        assert time.monotonic() < killed_by
        time.sleep(0.01)
    assert {path.name for path in folder.iterdir()} == before | {"child"}


def test_what_is_left_running_after_the_end_is_stopped(folder: Path) -> None:
    """A program that ends and leaves another behind does not keep us waiting for it."""
    started = time.monotonic()
    verify(folder, f"sleep 60 & {OK}")
    assert time.monotonic() - started < 10


def test_an_output_is_no_input(folder: Path) -> None:
    """Nor another output: the witness survives a slip of the hand."""
    backend = Snarkjs(stand_in(folder.parent, "exit 0"))
    witness, zkey = folder / "witness.wtns", folder / "circuit.zkey"
    (folder / "link.zkey").hardlink_to(zkey)
    before = witness.read_bytes()
    for call in (
        lambda: backend.prove(zkey, witness, witness, folder / "signals.json"),
        lambda: backend.prove(zkey, witness, folder / "x.json", folder / "x.json"),
        lambda: backend.contribute(zkey, folder / ".." / "files" / "circuit.zkey", "one"),
        lambda: backend.contribute(zkey, folder / "link.zkey", "one"),
        lambda: backend.export_verification_key(zkey, zkey),
    ):
        with pytest.raises(ArtifactMismatch, match="named twice"):
            call()
    assert witness.read_bytes() == before


def test_it_is_found_or_said_to_be_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By argument, in the checkout, on PATH; else the message says how to get it."""
    assert Snarkjs().version == json.loads((ROOT / "package.json").read_text())["devDependencies"]["snarkjs"]
    assert Snarkjs().version.startswith(f"{snarkjs_process.SERIES}.") and Snarkjs().version in snarkjs_process.INSTALL
    with pytest.raises(ToolMissing, match="npm install"):
        Snarkjs(tmp_path / "none")
    monkeypatch.setattr(snarkjs_process, "CHECKOUT", tmp_path / "none")
    monkeypatch.setenv("PATH", str(tmp_path / "snarkjs"))
    with pytest.raises(ToolMissing, match="npm install"):
        SnarkjsPowersOfTau()
    executable = stand_in(tmp_path, "exit 0", "0.7.5")
    executable.rename(executable.with_name("snarkjs"))
    assert Snarkjs().version == "0.7.5"


def test_a_missing_node_is_said_to_be_missing(folder: Path) -> None:
    """The program is there, and what it runs on is not."""
    for number, interpreter in enumerate(("/usr/bin/env no-such-node", "/no/such/interpreter")):
        (folder / str(number)).mkdir()
        backend = Snarkjs(stand_in(folder / str(number), "", interpreter=interpreter))
        with pytest.raises(ToolMissing):
            backend.check_witness(folder / "circuit.r1cs", folder / "witness.wtns")


@pytest.mark.parametrize("version", ["0.6.11", "0.8.0", "0.70.1", "1.0.7.6", "0.7.6-evil", "0.7", "", None])
def test_another_version_is_refused(tmp_path: Path, version: str | None) -> None:
    """What is not known here is not relied on; found and expected are said."""
    with pytest.raises(ArtifactMismatch, match="npm install") as refused:
        Snarkjs(stand_in(tmp_path, "exit 0", version))
    assert (refused.value.found, refused.value.expected) == (version, "0.7.x")


@pytest.mark.deep
def test_no_damage_goes_unnoticed(folder: Path) -> None:
    """Bytes changed anywhere in key or witness: a typed error and no file, or a proof that verifies."""
    chance = random.Random(3)
    proven = 0
    for _ in range(60):
        name = chance.choice(["circuit.zkey", "witness.wtns"])
        data = (folder / name).read_bytes()
        damaged = bytearray(data)
        damaged[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        (folder / name).write_bytes(damaged)
        try:
            prove(folder, Snarkjs(timeout=20))
        except ZkDataError:
            assert not (folder / "theirs.json").exists()
        else:
            Snarkjs().export_verification_key(folder / "circuit.zkey", folder / "key.json")
            verify_files(folder / "key.json", folder / "signals.json", folder / "theirs.json")
            proven += 1
            (folder / "theirs.json").unlink()
        (folder / name).write_bytes(data)
    assert proven < 60
