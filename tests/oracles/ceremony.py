"""Writes tests/vectors/ceremony/: a ceremony that snarkjs held by itself, for the circuit of `groth16_material`.

python -m tests.oracles.ceremony

`power-3.ptau`: powers of tau for 8 rows, a contribution, a beacon, prepared. `snarkjs.zkey`: two contributions and a
beacon. Secrets are fresh in every run, so the files differ; nothing in the tests depends on which.
"""

import shutil
import tempfile
from pathlib import Path

from tests.circuits.r1cs_file import r1cs
from tests.oracles import HOUSE
from tests.oracles.fuzz_corpus import snarkjs
from tests.proof import groth16_material as material

VECTORS = HOUSE / "tests" / "vectors" / "ceremony"
BEACON = ("0102030405060708090a0b0c0d0e0f10", "10")


def main() -> None:
    VECTORS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "circuit.r1cs").write_bytes(r1cs(material.CIRCUIT))
        snarkjs(folder, "powersoftau", "new", "bn128", "3", "0.ptau")
        snarkjs(folder, "powersoftau", "contribute", "0.ptau", "1.ptau", "-n=one", "-e=some entropy")
        snarkjs(folder, "powersoftau", "beacon", "1.ptau", "2.ptau", *BEACON, "-n=last")
        snarkjs(folder, "powersoftau", "prepare", "phase2", "2.ptau", "power-3.ptau")
        snarkjs(folder, "zkey", "new", "circuit.r1cs", "power-3.ptau", "0.zkey")
        snarkjs(folder, "zkey", "contribute", "0.zkey", "1.zkey", "-n=Dora", "-e=some entropy")
        snarkjs(folder, "zkey", "contribute", "1.zkey", "2.zkey", "-n=Émile", "-e=more entropy")
        snarkjs(folder, "zkey", "beacon", "2.zkey", "snarkjs.zkey", *BEACON, "-n=last")
        for name in ("power-3.ptau", "snarkjs.zkey"):
            shutil.copy(folder / name, VECTORS / name)


if __name__ == "__main__":
    main()
