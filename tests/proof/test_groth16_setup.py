"""The development setup: fresh every time, for circuits of every fit, written whole or not at all."""

from pathlib import Path

import pytest

from tests.circuits.r1cs_file import Circuit, r1cs, wtns
from tests.proof import groth16_material as material
from zkdata import _native
from zkdata.errors import ArtifactMalformed, ProofRejected


def test_two_setups_of_one_circuit_share_no_secret(tmp_path: Path) -> None:
    """Every setup is fresh: a proof under one key is worth nothing under another."""
    _native.setup_development(material.folder() / "circuit.r1cs", tmp_path / "other.zkey")
    other = _native.ProvingKey.open(tmp_path / "other.zkey").verification_key()
    ours = material.proving_key().verification_key()
    assert not set(other.points()[:2]) & set(ours.points()[:2])
    with pytest.raises(ProofRejected):
        other.verify(*material.proved())


@pytest.mark.parametrize(("public", "rows"), [(0, 1), (0, 3), (0, 4), (1, 1), (5, 2), (3, 4), (1, 6)])
def test_domains_of_every_fit(tmp_path: Path, public: int, rows: int) -> None:
    """Rows, public signals and the constant fill the domain exactly, or one over, and the proof still verifies."""
    wires = 1 + public + rows
    circuit = Circuit(
        wires, [({1 + public + row: 1}, {0: row + 1}, {1 + public + row: row + 1}) for row in range(rows)], public
    )
    (tmp_path / "c.r1cs").write_bytes(r1cs(circuit))
    _native.setup_development(tmp_path / "c.r1cs", tmp_path / "c.zkey")
    key = _native.ProvingKey.open(tmp_path / "c.zkey")
    assert key.constraint_count == rows
    assert key.domain_size == max(2, 1 << (rows + public).bit_length())
    proof, signals = key.prove(wtns([1, *range(2, wires + 1)]))
    key.verification_key().verify(proof, signals)


def test_setup_writes_whole_files_only(tmp_path: Path) -> None:
    """A setup that fails leaves the old key and nothing beside it; one that works leaves one file, 0644 at most."""
    target = tmp_path / "key.zkey"
    target.write_bytes(b"old")
    (tmp_path / "bad.r1cs").write_bytes(r1cs(material.CIRCUIT)[:-1])
    with pytest.raises(ArtifactMalformed):
        _native.setup_development(tmp_path / "bad.r1cs", target)
    assert target.read_bytes() == b"old"
    _native.setup_development(str(material.folder() / "circuit.r1cs"), str(target))
    _native.ProvingKey.open(str(target))
    assert target.stat().st_mode & 0o777 & ~0o644 == 0
    assert {path.name for path in tmp_path.iterdir()} == {"bad.r1cs", "key.zkey"}


def test_a_key_that_cannot_be_put_in_place_leaves_nothing(tmp_path: Path) -> None:
    """When the name is taken by a folder, nothing is left beside it."""
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "file").touch()
    with pytest.raises(ArtifactMalformed, match="is not a regular file; name another output"):
        _native.setup_development(material.folder() / "circuit.r1cs", tmp_path / "taken")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_files_that_are_not_there_are_os_errors(tmp_path: Path) -> None:
    """A missing file or folder is the system's own error, with the path; a folder is no key."""
    for path in (tmp_path / "none.zkey", tmp_path / "none" / "none.zkey"):
        with pytest.raises(FileNotFoundError) as missing:
            _native.ProvingKey.open(path)
        assert missing.value.filename == str(path)
    with pytest.raises(FileNotFoundError):
        _native.setup_development(material.folder() / "circuit.r1cs", tmp_path / "none" / "key.zkey")
    with pytest.raises(OSError):
        _native.ProvingKey.open(tmp_path)
