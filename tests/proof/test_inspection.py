"""What a file holds is told for every format, for insecure keys too, and no secret is told."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.circuits.r1cs_file import Circuit, r1cs, wtns
from tests.proof import groth16_material as material
from tests.proof.curve_points import minus
from tests.proof.forging import FORGEABLE, combination, written
from zkdata import _native
from zkdata.errors import ArtifactMalformed, ArtifactMismatch, ProofMalformed, SetupInsecure
from zkdata.proof.inspection import InsecureKey, check_powers, inspect_file

CORPUS = Path(__file__).parents[2] / "native" / "tests" / "fuzz" / "corpus" / "ptau"


def told(folder: Path, data: bytes | str) -> dict[str, object]:
    """What is told of a file with these contents."""
    (folder / "file").write_bytes(data.encode() if isinstance(data, str) else data)
    return inspect_file(folder / "file")


def test_every_format_is_told(tmp_path: Path) -> None:
    """Format and sizes, by what the file holds and not by its name."""
    r1cs = (material.folder() / "circuit.r1cs").read_bytes()
    assert told(tmp_path, r1cs) == {
        "format": "r1cs",
        "constraints": 2,
        "wires": 7,
        "public_outputs": 1,
        "public_inputs": 2,
        "private_inputs": 2,
    }
    sizes = {"constraints": 2, "wires": 7, "domain": 8, "public_signals": 3, "faults": []}
    assert told(tmp_path, material.zkey()) == {"format": "zkey", **sizes}
    key = json.dumps(material.key_json())
    assert told(tmp_path, key) == {"format": "verification key", "public_signals": 3, "faults": []}
    assert told(tmp_path, json.dumps(material.proof_json()))["points"] == material.proved()[0]
    assert told(tmp_path, '["1", "2"]') == {"format": "public signals", "signals": [1, 2]}


@pytest.mark.parametrize(("name", "prepared"), [("contributed1", False), ("beacon1", False), ("prepared2", True)])
def test_powers_of_tau_are_told(name: str, prepared: bool) -> None:
    """Power, contributions, and whether a second phase can start from them."""
    facts = inspect_file(CORPUS / f"{name}.ptau")
    assert facts["format"] == "ptau" and facts["power"] == int(name[-1])
    assert facts["contributions"] >= 1 and facts["prepared"] is prepared


def test_powers_that_nobody_contributed_to_are_insecure() -> None:
    """Their tau is 1."""
    with pytest.raises(SetupInsecure, match="nobody contributed"):
        inspect_file(CORPUS / "new1.ptau")


@pytest.mark.parametrize(
    ("name", "rows", "reason"),
    [("prepared2", 3, None), ("prepared2", 4, "too few for 5 rows"), ("contributed1", 1, "not prepared for phase 2")],
)
def test_powers_serve_a_circuit(tmp_path: Path, name: str, rows: int, reason: str | None) -> None:
    """A setup needs a power for each row, public ones and the constant's included, and prepared powers."""
    circuit = Circuit(2, [({1: 1}, {1: 1}, {0: 1})] * rows)
    (tmp_path / "circuit.r1cs").write_bytes(r1cs(circuit))
    if reason is None:
        check_powers(CORPUS / f"{name}.ptau", tmp_path / "circuit.r1cs")
    else:
        with pytest.raises(ArtifactMismatch, match=reason):
            check_powers(CORPUS / f"{name}.ptau", tmp_path / "circuit.r1cs")


def test_a_witness_is_counted_and_kept_secret(tmp_path: Path) -> None:
    """Of a witness nothing but its length is told."""
    assert told(tmp_path, wtns(material.values())) == {"format": "wtns", "values": 7}


@pytest.mark.parametrize("name", FORGEABLE)
def test_an_insecure_key_is_told_with_its_faults(tmp_path: Path, name: str) -> None:
    """The same key that a verifier refuses is looked at here, and what gives it away is named."""
    key = material.key_json()
    FORGEABLE[name].degrade(key)
    with pytest.raises(SetupInsecure) as refused:
        _native.VerificationKey.from_json(json.dumps(key))
    faults = told(tmp_path, json.dumps(key))["faults"]
    assert isinstance(faults, list)
    assert faults[0] == {"element": refused.value.element, "reason": refused.value.reason}


def test_every_fault_is_told(tmp_path: Path) -> None:
    """Not only the first one."""
    key = material.key_json()
    key["vk_delta_2"] = key["vk_gamma_2"]
    key["IC"][1], key["IC"][2] = key["IC"][0], minus(key["vk_alpha_1"])
    faults = told(tmp_path, json.dumps(key))["faults"]
    assert isinstance(faults, list)
    assert [fault["element"] for fault in faults] == ["vk_delta_2", "IC", "IC"]


def test_the_equation_under_an_insecure_key_is_only_an_equation() -> None:
    """A forged proof satisfies it, which is why nothing but this type will look at such a key."""
    relation = FORGEABLE["delta is gamma"]
    key = material.key_json()
    relation.degrade(key)
    forged = written(*relation.forge(key, combination(key["IC"], [1, 2, 3])))
    look = InsecureKey.from_json(json.dumps(key))
    points = _native.proof_from_json(json.dumps(forged))
    assert look.equation_holds(points, [1, 2, 3])
    assert not look.equation_holds(points, [1, 2, 4])
    with pytest.raises(ProofMalformed, match="takes 3"):
        look.equation_holds(points, [1, 2])


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"zke", b"zkey", b"r1cs\x01", b"wtns", b"ptau", b"[", b'{"pi_a": 1}', b'{"vk_alpha_1": 1}', b"\xff"],
)
def test_what_is_none_of_them_is_malformed(tmp_path: Path, data: bytes) -> None:
    """A typed refusal for anything else."""
    with pytest.raises((ArtifactMalformed, ProofMalformed)):
        told(tmp_path, data)


def command(*arguments: str | Path) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of `zkdata groth16`."""
    line = [sys.executable, "-m", "zkdata.cli", "groth16", *map(str, arguments)]
    run = subprocess.run(line, capture_output=True, text=True, check=False, timeout=60)
    return run.returncode, run.stdout, run.stderr


def test_the_command_stamps_an_insecure_key(tmp_path: Path) -> None:
    """`groth16 show` says INSECURE and why, and as JSON too; it shows, it does not judge."""
    key = material.key_json()
    key["vk_delta_2"] = key["vk_gamma_2"]
    (tmp_path / "key.json").write_text(json.dumps(key))
    code, out, _ = command("show", tmp_path / "key.json")
    assert code == 0 and "INSECURE vk_delta_2: it equals gamma" in out
    code, out, _ = command("show", tmp_path / "key.json", "--json")
    shown = json.loads(out)
    assert code == 0 and shown["insecure"] is True and shown["faults"][0]["element"] == "vk_delta_2"
    (tmp_path / "sound.json").write_text(json.dumps(material.key_json()))
    assert json.loads(command("show", tmp_path / "sound.json", "--json")[1])["insecure"] is False


def test_setup_then_prove_then_verify(tmp_path: Path) -> None:
    """The whole way on the command line, from an .r1cs and a .wtns; nothing else is left behind."""
    (tmp_path / "witness.wtns").write_bytes(wtns(material.values()))
    r1cs, names = material.folder() / "circuit.r1cs", ("c.zkey", "v.json", "witness.wtns", "proof.json", "public.json")
    zkey, vkey, witness, proof, public = (tmp_path / name for name in names)
    code, out, said = command("setup", r1cs, zkey, vkey)
    assert (code, out) == (0, "") and said.startswith("development keys in ")
    assert command("prove", zkey, witness, proof, public)[0] == 0
    assert command("verify", vkey, public, proof)[:2] == (0, "valid\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)
    code, out, _ = command("setup", r1cs, zkey, vkey, "--json")
    assert code == 0 and json.loads(out)["kind"] == "development"
    assert command("verify", vkey, public, proof)[0] == 1, "new keys, and the proof is of the old ones"


def test_setup_refuses_what_it_would_destroy(tmp_path: Path) -> None:
    """An output over the circuit, over itself, or through a link, is refused before any work."""
    (tmp_path / "c.r1cs").write_bytes((material.folder() / "circuit.r1cs").read_bytes())
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for outputs in (("c.r1cs", "v.json"), ("c.zkey", "c.zkey"), ("link", "v.json"), ("c.zkey", "link")):
        assert command("setup", tmp_path / "c.r1cs", *(tmp_path / name for name in outputs))[0] == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c.r1cs", "link"]
