"""What the contracts are generated from, and the names they share with Python."""

import json
import re
from pathlib import Path

import pytest

from tests.contracts import real_claim, trapdoor
from tests.reference.emit_solidity import poseidon_t2
from zkdata import errors
from zkdata.errors import ArtifactMalformed, ArtifactMismatch, SettlementError, SetupInsecure
from zkdata.proof.solidity import G1, KeyPoints, verifier_source

CONTRACTS = trapdoor.HOUSE / "verifier_contracts"
PYTHON_ONLY = {"TransactionFailed"}
"""Settlement errors that no contract raises."""


@pytest.fixture(scope="module")
def points() -> KeyPoints:
    return trapdoor.key_points()


def export(points: KeyPoints, name: str = "Exported", values: int = 16, words: int = 6) -> str:
    return verifier_source(points, contract_name=name, value_count=values, word_count=words)


def test_golden_files_are_fresh() -> None:
    """Committed vectors, trapdoor and exported verifier are what their generators write today."""
    assert trapdoor.stale() == []


def test_real_verifier_is_fresh() -> None:
    """The verifier of the kept claim is what the exporter makes of the kept key today."""
    kept = json.loads(real_claim.CLAIM.read_text())
    assert real_claim.VERIFIER.read_text() == real_claim.exported(json.dumps(kept["vkey"]))


def test_poseidon_is_fresh() -> None:
    """The committed hash library is what the reference's constants give."""
    assert (CONTRACTS / "generated/PoseidonT2.sol").read_text() == poseidon_t2()


def test_export_names_and_counts(points: KeyPoints) -> None:
    """Name, V and T are baked into the source, and nothing is left to fill in."""
    source = export(points, "Kelvin", 18, 7)
    assert "contract Kelvin {" in source and "return 18;" in source and "return 7;" in source
    assert "$" not in source


def test_export_puts_the_imaginary_part_first(points: KeyPoints) -> None:
    """Each coordinate of G2 stands where the precompile expects it."""
    (x_re, x_im), (y_re, y_im) = points[2]
    source = export(points)
    for name, value in {"X_IMAGINARY": x_im, "X_REAL": x_re, "Y_IMAGINARY": y_im, "Y_REAL": y_re}.items():
        assert f"GAMMA_{name} = {value:#066x};" in source


@pytest.mark.parametrize("name", ["", "1st", "a b", "A;", "A{}\ncontract B", "Größe"])
def test_export_refuses_names(points: KeyPoints, name: str) -> None:
    """A name that is not a Solidity identifier never reaches the source."""
    with pytest.raises(ArtifactMalformed):
        export(points, name)


def test_export_refuses_other_input_counts(points: KeyPoints) -> None:
    """A claim verifier has exactly the inputs M, x and y."""
    *rest, combination = points
    for wrong in (combination[:3], [*combination, combination[0]]):
        with pytest.raises(ArtifactMismatch):
            export((*rest, wrong))  # type: ignore[arg-type]


@pytest.mark.parametrize(("values", "words"), [(0, 6), (16, 0), (-1, 6)])
def test_export_refuses_empty_counts(points: KeyPoints, values: int, words: int) -> None:
    """A claim has values and words."""
    with pytest.raises(ArtifactMismatch):
        export(points, values=values, words=words)


def test_export_refuses_degenerate_keys(points: KeyPoints) -> None:
    """gamma = delta, and infinity anywhere in the key, never become a verifier."""
    alpha, beta, gamma, delta, combination = points
    nowhere: G1 = (0, 0)
    off = (nowhere, nowhere)
    degenerate: list[KeyPoints] = [
        (alpha, beta, gamma, gamma, combination),
        (nowhere, beta, gamma, delta, combination),
        (alpha, off, gamma, delta, combination),
        (alpha, beta, off, delta, combination),
        (alpha, beta, gamma, off, combination),
        *((alpha, beta, gamma, delta, [*combination[:i], nowhere, *combination[i + 1 :]]) for i in range(4)),
    ]
    for key in degenerate:
        with pytest.raises(SetupInsecure):
            export(key)


def declared(file: Path) -> set[str]:
    """Names of the custom errors that a Solidity file declares."""
    return set(re.findall(r"^\s*error (\w+)\(", file.read_text(), re.MULTILINE))


def test_error_names_are_paired() -> None:
    """Every custom error has a class of its name, and every settlement error a contract that raises it."""
    escrow = declared(CONTRACTS / "src/interfaces/IDataEscrow.sol")
    verifier = declared(CONTRACTS / "src/interfaces/IClaimVerifier.sol")
    settlement = {kind.__name__ for kind in SettlementError.__subclasses__()}
    assert verifier == {"ProofMalformed", "ProofRejected", "GasTooLow"}
    assert all(issubclass(getattr(errors, name), errors.ZkDataError) for name in verifier)
    assert escrow | verifier == settlement - PYTHON_ONLY | {"ProofMalformed", "ProofRejected"}


def test_exported_errors_are_the_interface(points: KeyPoints, tmp_path: Path) -> None:
    """An exported verifier, which stands alone, declares exactly the interface's errors."""
    exported = tmp_path / "Exported.sol"
    exported.write_text(export(points))
    assert declared(exported) == declared(CONTRACTS / "src/interfaces/IClaimVerifier.sol")


def test_signal_positions_are_the_catalogue_s() -> None:
    """The library reads each value where the catalogue puts it."""
    catalogue = json.loads((trapdoor.HOUSE / "circuits/catalogue.json").read_text())
    values = next(entry["values"] for entry in catalogue["circuits"] if entry["name"] == "capsule_16x1")
    source = (CONTRACTS / "src/ClaimSignals.sol").read_text()
    positions = {name: int(at) for name, at in re.findall(r"constant (\w+) = (\d{1,2});", source)}
    snake = {name: re.sub(r"(?<!^)([A-Z])", r"_\1", name).upper() for name in values}
    expected = {snake[name]: index for index, name in enumerate(values) if not name.endswith("]")}
    assert positions == {**expected, "BOUNDS": values.index("min[0]")}
