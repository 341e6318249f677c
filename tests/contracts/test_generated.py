"""What the contracts are generated from, and the names they share with Python."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.contracts import real_claim, trapdoor
from tests.reference.babyjubjub import TORSION
from tests.reference.emit_solidity import poseidon_t2
from tests.reference.field import R
from zkdata import errors
from zkdata.errors import ArtifactMalformed, ArtifactMismatch, SettlementError, SetupInsecure
from zkdata.proof.points import G1, KeyPoints
from zkdata.proof.solidity import ClaimCounts, verifier_source

CONTRACTS = trapdoor.HOUSE / "verifier_contracts"
CATALOGUE = json.loads((trapdoor.HOUSE / "circuits/catalogue.json").read_text())
CLAIMS = [entry for entry in CATALOGUE["circuits"] if entry["template"] == "Capsule"]
PYTHON_ONLY = {"RegistryWrong", "SignalMismatch", "TermsMismatch", "TransactionFailed"}
"""Settlement errors that no contract raises."""


@pytest.fixture(scope="module")
def points() -> KeyPoints:
    return trapdoor.key_points()


def export(points: KeyPoints, name: str = "Exported", values: int = 19, words: int = 6, bits: int = 48) -> str:
    return verifier_source(points, contract_name=name, claim=ClaimCounts(values, words, bits))


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
    """Name, V, T and W are baked into the source, and nothing is left to fill in."""
    source = export(points, "Kelvin", 18, 7, 128)
    assert "contract Kelvin {" in source and all(f"return {number};" in source for number in (18, 7, 128))
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


@pytest.mark.parametrize(("values", "words"), [(0, 6), (19, 0), (-1, 6)])
def test_export_refuses_empty_counts(points: KeyPoints, values: int, words: int) -> None:
    """A claim has values and words."""
    with pytest.raises(ArtifactMismatch):
        export(points, values=values, words=words)


@pytest.mark.parametrize("bits", [0, 47, 64, 129, 256])
def test_export_refuses_other_widths(points: KeyPoints, bits: int) -> None:
    """Limbs have 48 or 128 bits."""
    with pytest.raises(ArtifactMismatch):
        export(points, bits=bits)


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
    escrow = declared(CONTRACTS / "src/interfaces/IEscrowErrors.sol")
    registry = declared(CONTRACTS / "src/interfaces/IDeviceRegistry.sol")
    verifier = declared(CONTRACTS / "src/interfaces/IClaimVerifier.sol")
    settlement = {kind.__name__ for kind in SettlementError.__subclasses__()}
    assert verifier == {"ProofMalformed", "ProofRejected", "GasTooLow"}
    assert all(issubclass(getattr(errors, name), errors.ZkDataError) for name in verifier)
    assert escrow | registry | verifier == settlement - PYTHON_ONLY | {"ProofMalformed", "ProofRejected"}


def test_exported_errors_are_the_interface(points: KeyPoints, tmp_path: Path) -> None:
    """An exported verifier, which stands alone, declares exactly the interface's errors."""
    exported = tmp_path / "Exported.sol"
    exported.write_text(export(points))
    assert declared(exported) == declared(CONTRACTS / "src/interfaces/IClaimVerifier.sol")


@pytest.mark.parametrize("circuit", CLAIMS, ids=lambda circuit: circuit["name"])
def test_signal_positions_are_the_catalogue_s(circuit: dict[str, Any]) -> None:
    """The library reads each value where the catalogue puts it, whatever the shape."""
    values = circuit["values"]
    source = (CONTRACTS / "src/ClaimSignals.sol").read_text()
    positions = {name: int(at, 16) // 32 for name, at in re.findall(r"internal constant (\w+) = (0x\w+);", source)}
    snake = {name: re.sub(r"(?<!^)([A-Z])", r"_\1", name).upper() for name in values}
    expected = {snake[name]: index for index, name in enumerate(values) if not name.endswith("]")}
    assert positions == {**expected, "BOUNDS": values.index("min[0]")}


def test_keys_of_small_order_are_the_reference_s() -> None:
    """The contract names the u of every point that eight kills, but those with y = 1 and -1: no u, and u = 0."""
    source = (CONTRACTS / "src/BuyerKey.sol").read_text()
    named = {int(u) for u in re.findall(r"OF_ORDER_[48] =\s*(\d+);", source)}
    assert named == {(1 + y) * pow(1 - y, -1, R) % R for _, y in TORSION if y not in (1, R - 1)}
