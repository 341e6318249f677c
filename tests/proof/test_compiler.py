"""The compiler: one source gives one set of bytes, and what it refuses has a name."""

from pathlib import Path

import pytest

from tests.proof.conftest import PRODUCT
from zkdata.errors import ArtifactMalformed, ArtifactMismatch, ResourceLimit, ToolMissing
from zkdata.proof import compiler
from zkdata.proof.circuit import r1cs_rows
from zkdata.proof.compiler import compile_circuit, inspect


def written(folder: Path, text: str) -> Path:
    source = folder / "product.circom"
    source.write_text(text)
    return source


def test_one_source_compiles_to_one_set_of_bytes(product: Path, tmp_path: Path) -> None:
    """Compiling again, elsewhere, gives the same r1cs, module, text and symbols."""
    compile_circuit(written(tmp_path, PRODUCT), tmp_path)
    for kind in ("r1cs", "wasm", "wat", "sym"):
        assert (tmp_path / f"product.{kind}").read_bytes() == (product / f"product.{kind}").read_bytes()


def test_only_the_four_artifacts_are_left(product: Path) -> None:
    """circom's scripts for Node do not stay behind."""
    assert sorted(path.name for path in product.iterdir()) == [
        "product.circom", "product.r1cs", "product.sym", "product.wasm", "product.wat",
    ]  # fmt: skip


def test_rows_come_from_the_header_of_the_r1cs(product: Path) -> None:
    """Four products and one inverse are five rows; anything that is not an r1cs has none."""
    data = (product / "product.r1cs").read_bytes()
    assert r1cs_rows(data) == 5
    for damaged in (b"", data[:20], b"zkey" + data[4:], data[:4] + b"\x02" + data[5:]):
        with pytest.raises(ArtifactMalformed):
            r1cs_rows(damaged)


def test_a_fault_in_the_source_is_named_with_its_place(tmp_path: Path) -> None:
    """What circom says arrives without terminal colours, with file and line."""
    source = written(tmp_path, PRODUCT.replace("<== a;", "<== a"))
    with pytest.raises(ArtifactMalformed, match=r"product\.circom\":\d+:\d+") as caught:
        compile_circuit(source, tmp_path)
    assert "\x1b" not in str(caught.value)


def test_a_source_reads_nothing_outside_its_folder_and_ours(tmp_path: Path) -> None:
    """An include beside the source is found; one that climbs out is not, though the file is there."""
    inner = tmp_path / "inner"
    inner.mkdir()
    for folder in (inner, tmp_path):
        (folder / "other.circom").write_text("pragma circom 2.2.3;\n")
    version, _, body = PRODUCT.partition("\n")
    compile_circuit(written(inner, f'{version}\ninclude "other.circom";\n{body}'), inner)
    for path in ("../other.circom", str(tmp_path / "other.circom"), "/other.circom"):
        with pytest.raises(ArtifactMalformed, match="not been found"):
            compile_circuit(written(inner, f'{version}\ninclude "{path}";\n{body}'), inner)


def test_inspection_passes_a_clean_circuit_and_counts_warnings_as_errors(product: Path, tmp_path: Path) -> None:
    """A signal in no constraint is a warning of circom, and a refusal here."""
    inspect(product / "product.circom")
    loose = PRODUCT.replace("signal output c;", "signal output c;\n    signal loose <-- a;")
    with pytest.raises(ArtifactMalformed, match="loose"):
        inspect(written(tmp_path, loose))


def test_a_compilation_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    """The child is ended at the timeout."""
    with pytest.raises(ResourceLimit) as caught:
        compile_circuit(written(tmp_path, PRODUCT), tmp_path, timeout=0.01)
    assert caught.value.seconds == 0.01


def test_a_missing_or_other_compiler_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ToolMissing says what to run; a compiler of another digest never runs."""
    source = written(tmp_path, PRODUCT)
    monkeypatch.setattr(compiler, "CIRCOM", tmp_path / "circom.wasm")
    with pytest.raises(ToolMissing, match="make build"):
        compile_circuit(source, tmp_path)
    (tmp_path / "circom.wasm").write_bytes(b"\0asm\1\0\0\0")
    with pytest.raises(ArtifactMismatch, match=r"2\.2\.3"):
        compile_circuit(source, tmp_path)


def test_wrong_usage_ends_with_two(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The command line explains itself, and a file that is not there is malformed input."""
    assert compiler.main([]) == 2
    assert "MAIN OUT" in capsys.readouterr().err
    assert compiler.main([str(tmp_path / "absent.circom"), str(tmp_path)]) == 2
    assert "absent.circom" in capsys.readouterr().err
