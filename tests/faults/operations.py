"""The operations that a fault may stop: how each is run, what it leaves, and what is whole.

A row is added by writing `run(inputs, folder)`, which returns an exit code; the names it gives; what lay there before;
and `whole`, which raises for content that is neither.
"""

import json
import os
import secrets
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.capsule.strategies import DEVICE, readings
from tests.circuits.r1cs_file import wtns
from tests.oracles.ceremony import VECTORS
from tests.proof import groth16_material as material
from zkdata import _native
from zkdata.capsule.atomic_file import PUBLIC_MODE, SECRET_MODE
from zkdata.capsule.capsule_file import CapsuleFile
from zkdata.capsule.device import DeviceKey
from zkdata.capsule.opening import Opening
from zkdata.capsule.owner import OwnerKey
from zkdata.capsule.schemas import TEMPERATURE
from zkdata.capsule.seal import seal
from zkdata.cli import main

Files = Mapping[str, bytes]
OLD = b"what was there before\n"


@dataclass(frozen=True)
class Operation:
    """One row: `before` are the files that lie there already, `mode` the rights of those that it writes."""

    run: Callable[[Path, Path], int]
    names: tuple[str, ...]
    before: Callable[[Path], Files]
    whole: Callable[[Path, Files, Files], None]
    mode: int = PUBLIC_MODE

    @property
    def is_secret(self) -> bool:
        """Whether it refuses to replace."""
        return self.mode == SECRET_MODE


def prepare(folder: Path) -> Path:
    """The inputs of every operation, in one folder that no fault reaches."""
    shutil.copy(material.folder() / "circuit.r1cs", folder / "circuit.r1cs")
    shutil.copy(material.folder() / "circuit.zkey", folder / "circuit.zkey")
    _native.ptau_new(folder / "begun.ptau", 1)
    shutil.copy(VECTORS / "power-3.ptau", folder / "powers.ptau")
    _native.setup_new(folder / "circuit.r1cs", folder / "powers.ptau", folder / "first.zkey")
    (folder / "vkey.json").write_text(material.proving_key().verification_key().to_json())
    (folder / "witness.wtns").write_bytes(wtns(material.values()))
    (folder / "other.wtns").write_bytes(wtns(material.values(p=8)))
    capsule = seal(TEMPERATURE, readings("21.5", "-3"), DEVICE)
    capsule.save(folder / "capsule.json", folder / "opening.json")
    DEVICE.save(folder / "device.json")
    assert main(["groth16", "prove", *_prove_arguments(folder, folder, "other")]) == 0
    assert main(_export_arguments(folder, folder)) == 0
    return folder


def whole_pair(inputs: Path, before: Files, after: Files) -> None:
    """Each file is the old one or a new one; a new proof verifies with what lies beside it."""
    key = _native.VerificationKey.from_json((inputs / "vkey.json").read_text())
    signals = _native.public_from_json(after["public.json"].decode()) if "public.json" in after else None
    if "public.json" in after and after["public.json"] != before.get("public.json"):
        assert signals is not None and signals[1] in (7, 8)
    if "proof.json" in after and after["proof.json"] != before.get("proof.json"):
        assert signals is not None, "a new proof stands alone"
        key.verify(_native.proof_from_json(after["proof.json"].decode()), signals)


def whole_key(inputs: Path, before: Files, after: Files) -> None:
    """The key is the old one, or one that proves."""
    if after.get("new.zkey", b"") not in (b"", before.get("new.zkey")):
        (inputs / "found.zkey").write_bytes(after["new.zkey"])
        key = _native.ProvingKey.open(inputs / "found.zkey")
        key.verification_key().verify(*key.prove(wtns(material.values())))
    assert after.get("new.zkey") != b""


def whole_keys(inputs: Path, before: Files, after: Files) -> None:
    """Each key is the old one or a sound one."""
    whole_key(inputs, before, after)
    if "new.json" in after and after["new.json"] != before.get("new.json"):
        assert _native.VerificationKey.from_json(after["new.json"].decode()).public_count == material.IC_COUNT - 1


def whole_powers(inputs: Path, before: Files, after: Files) -> None:
    """The powers are the old ones, or a chain of contributions."""
    if after.get("new.ptau", b"") not in (b"", before.get("new.ptau")):
        assert len(_native.ptau_verify(after["new.ptau"])["contributions"]) == 1
    assert after.get("new.ptau") != b""


def whole_contribution(inputs: Path, before: Files, after: Files) -> None:
    """The key is the old one, or one that the whole ceremony leads to."""
    if after.get("new.zkey", b"") not in (b"", before.get("new.zkey")):
        (inputs / "found.zkey").write_bytes(after["new.zkey"])
        found = _native.setup_verify(inputs / "circuit.r1cs", inputs / "powers.ptau", inputs / "found.zkey")
        assert [one["name"] for one in found["contributions"]] == ["one"]
    assert after.get("new.zkey") != b""


def same_as(input_name: str) -> Callable[[Path, Files, Files], None]:
    """The file is the old one, or byte for byte the one in the inputs."""

    def whole(inputs: Path, before: Files, after: Files) -> None:
        for name, data in after.items():
            assert data in ((inputs / input_name).read_bytes(), before.get(name)), f"{name} is neither old nor new"

    return whole


def _prove_arguments(inputs: Path, folder: Path, witness: str) -> list[str]:
    files = [inputs / "circuit.zkey", inputs / f"{witness}.wtns", folder / "proof.json", folder / "public.json"]
    return [str(file) for file in files]


def _export_arguments(inputs: Path, folder: Path) -> list[str]:
    files = [str(inputs / "vkey.json"), str(folder / "Verifier.sol")]
    return ["export", "verifier", *files, "--circuit", "capsule_16x4"]


def _done(work: Callable[[], object]) -> int:
    work()
    return 0


def _older(*names: str) -> Callable[[Path], Files]:
    return lambda inputs: {
        name: (inputs / name).read_bytes() if name in ("proof.json", "public.json") else OLD for name in names
    }


def _none(inputs: Path) -> Files:
    return {}


def prove_with(witness: str) -> Callable[[Path, Path], int]:
    """`zkdata groth16 prove` of one of the two witnesses."""
    return lambda inputs, folder: main(["groth16", "prove", *_prove_arguments(inputs, folder, witness)])


PAIR = ("proof.json", "public.json")
OPERATIONS = {
    "prove": Operation(prove_with("witness"), PAIR, _older(*PAIR), whole_pair),
    "setup": Operation(
        lambda inputs, folder: _done(
            lambda: _native.setup_development(inputs / "circuit.r1cs", folder / "new.zkey"),
        ),
        ("new.zkey",),
        _older("new.zkey"),
        whole_key,
    ),
    "powers": Operation(
        lambda inputs, folder: _done(
            lambda: _native.ptau_contribute(inputs / "begun.ptau", folder / "new.ptau", "one"),
        ),
        ("new.ptau",),
        _older("new.ptau"),
        whole_powers,
    ),
    "first key": Operation(
        lambda inputs, folder: _done(
            lambda: _native.setup_new(inputs / "circuit.r1cs", inputs / "powers.ptau", folder / "first.zkey"),
        ),
        ("first.zkey",),
        _older("first.zkey"),
        same_as("first.zkey"),
    ),
    "contribution": Operation(
        lambda inputs, folder: _done(
            lambda: _native.setup_contribute(inputs / "first.zkey", folder / "new.zkey", "one", b"entropy"),
        ),
        ("new.zkey",),
        _older("new.zkey"),
        whole_contribution,
    ),
    "setup of both": Operation(
        lambda inputs, folder: main(
            ["groth16", "setup", str(inputs / "circuit.r1cs"), str(folder / "new.zkey"), str(folder / "new.json")]
        ),
        ("new.zkey", "new.json"),
        _older("new.zkey", "new.json"),
        whole_keys,
    ),
    "export": Operation(
        lambda inputs, folder: main(_export_arguments(inputs, folder)),
        ("Verifier.sol",),
        _older("Verifier.sol"),
        same_as("Verifier.sol"),
    ),
    "capsule": Operation(
        lambda inputs, folder: _done(
            lambda: CapsuleFile.load(inputs / "capsule.json").save(folder / "capsule.json"),
        ),
        ("capsule.json",),
        _older("capsule.json"),
        same_as("capsule.json"),
    ),
    "device key": Operation(
        lambda inputs, folder: _done(
            lambda: DeviceKey.load(inputs / "device.json").save(folder / "device.json"),
        ),
        ("device.json",),
        _none,
        same_as("device.json"),
        SECRET_MODE,
    ),
    "opening": Operation(
        lambda inputs, folder: _done(
            lambda: Opening.load(inputs / "opening.json").save(folder / "opening.json"),
        ),
        ("opening.json",),
        _none,
        same_as("opening.json"),
        SECRET_MODE,
    ),
}


def _naive(inputs: Path, folder: Path) -> None:
    (folder / "capsule.json").write_bytes((inputs / "capsule.json").read_bytes())


def _careless(inputs: Path, folder: Path) -> None:
    file = os.open(folder / "capsule.json", os.O_WRONLY | os.O_TRUNC)
    os.write(file, (inputs / "capsule.json").read_bytes())
    os.close(file)


def _unsynced(inputs: Path, folder: Path) -> None:
    (folder / "part").write_bytes((inputs / "capsule.json").read_bytes())
    (folder / "part").replace(folder / "capsule.json")


def _littering(inputs: Path, folder: Path) -> None:
    part = folder / f".capsule.json.{secrets.token_hex(8)}.part"
    part.write_bytes((inputs / "capsule.json").read_bytes())
    part.rename(folder / "capsule.json")


def _proof_first(inputs: Path, folder: Path) -> None:
    key = _native.ProvingKey.open(inputs / "circuit.zkey")
    points, signals = key.prove((inputs / "witness.wtns").read_bytes())
    texts = {
        "proof.json": _native.proof_to_json(points),
        "public.json": json.dumps([str(signal) for signal in signals]),
    }
    for name, text in texts.items():
        (folder / f"{name}.part").write_text(text)
        (folder / f"{name}.part").replace(folder / name)


def _planted(work: Callable[[Path, Path], None], like: str) -> Operation:
    row = OPERATIONS[like]
    return Operation(
        lambda inputs, folder: _done(lambda: work(inputs, folder)), row.names, row.before, row.whole, mode=0o666
    )


PLANTED = {
    "naive": _planted(_naive, "capsule"),
    "careless": _planted(_careless, "capsule"),
    "unsynced": _planted(_unsynced, "capsule"),
    "littering": _planted(_littering, "capsule"),
    "proof first": _planted(_proof_first, "prove"),
}
"""Writers that are wrong, for the harness to catch."""


def _secrets(inputs: Path, before: Files, after: Files) -> None:
    """Nothing to compare with: a key is well-formed or not loaded."""
    assert all(data.endswith(b"}\n") for data in after.values())


FURTHER = {
    "prove other": Operation(prove_with("other"), PAIR, _older(*PAIR), whole_pair),
    "prove afresh": Operation(prove_with("witness"), PAIR, _none, whole_pair),
    "generate": Operation(
        lambda inputs, folder: _done(
            lambda: (DeviceKey.generate().save(folder / "device"), OwnerKey.generate().save(folder / "owner")),
        ),
        ("device", "owner"),
        _none,
        _secrets,
        SECRET_MODE,
    ),
}
EVERY = OPERATIONS | PLANTED | FURTHER
