"""How long does one verification of a Groth16 proof with three signals take: alone, in a batch, on two threads?

make bench-parts ARGS='-k verify'
"""

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tests.circuits.r1cs_file import wtns
from tests.proof import groth16_material as material
from tests.proof.curve_points import combination, minus, pairings_cancel
from tests.proof.real_proofs import SNARKJS, small
from zkdata import _native

PROOFS = 256


@pytest.fixture(scope="module")
def key() -> _native.VerificationKey:
    return _native.VerificationKey.from_json(small().key.decode())


@cache
def proofs() -> list[tuple[Any, list[int]]]:
    """Many proofs, no two alike, of statements of their own."""
    return [material.proving_key().prove(wtns(material.values(u=index))) for index in range(PROOFS)]


def per_proof(benchmark: BenchmarkFixture) -> None:
    """Note what one proof of the batch costs."""
    if benchmark.stats is not None:
        benchmark.extra_info["median_milliseconds_per_proof"] = benchmark.stats.stats.median * 1000 / PROOFS


def test_verify_points(benchmark: BenchmarkFixture, key: _native.VerificationKey) -> None:
    """Coordinates as integers, the key being open."""
    points, signals = proofs()[0]
    benchmark(key.verify, points, signals)


def test_verify_text(benchmark: BenchmarkFixture, key: _native.VerificationKey) -> None:
    """proof.json and public.json as text, the key being open."""
    proof, public = small().proof.decode(), small().public.decode()
    benchmark(lambda: key.verify(_native.proof_from_json(proof), _native.public_from_json(public)))


def test_verify_text_and_key(benchmark: BenchmarkFixture) -> None:
    """The same with the key read and checked each time."""
    texts = [part.decode() for part in (small().key, small().public, small().proof)]

    def verify() -> None:
        key = _native.VerificationKey.from_json(texts[0])
        key.verify(_native.proof_from_json(texts[2]), _native.public_from_json(texts[1]))

    benchmark(verify)


def test_verify_one_by_one(benchmark: BenchmarkFixture, key: _native.VerificationKey) -> None:
    """256 proofs, one call each."""
    benchmark.pedantic(lambda: [key.verify(*proof) for proof in proofs()], rounds=5, warmup_rounds=1)
    per_proof(benchmark)


def test_verify_many(benchmark: BenchmarkFixture, key: _native.VerificationKey) -> None:
    """256 proofs in one call."""
    benchmark.pedantic(key.verify_many, (proofs(),), rounds=5, warmup_rounds=1)
    per_proof(benchmark)


def test_verify_on_two_threads(benchmark: BenchmarkFixture, key: _native.VerificationKey) -> None:
    """256 proofs, one call each, from two threads: the interpreter's lock is not held."""
    with ThreadPoolExecutor(2) as pool:
        benchmark.pedantic(
            lambda: list(pool.map(lambda proof: key.verify(*proof), proofs())), rounds=5, warmup_rounds=1
        )
    per_proof(benchmark)


def test_verify_by_snarkjs(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    """snarkjs, the whole process."""
    for name, data in {"key": small().key, "public": small().public, "proof": small().proof}.items():
        (tmp_path / f"{name}.json").write_bytes(data)
    command = [str(SNARKJS), "groth16", "verify", "key.json", "public.json", "proof.json"]
    benchmark.pedantic(subprocess.run, (command,), {"cwd": tmp_path, "check": True, "capture_output": True}, rounds=5)


def test_verify_by_py_ecc(benchmark: BenchmarkFixture) -> None:
    """py_ecc's four pairings and the sum of IC, in-process; nothing is checked about the points."""
    key, proof = json.loads(small().key), json.loads(small().proof)
    signals = [int(signal) for signal in json.loads(small().public)]

    def verify() -> None:
        pairs = [
            (minus(proof["pi_a"]), proof["pi_b"]),
            (key["vk_alpha_1"], key["vk_beta_2"]),
            (combination(key["IC"], signals), key["vk_gamma_2"]),
            (proof["pi_c"], key["vk_delta_2"]),
        ]
        assert pairings_cancel(pairs)

    benchmark.pedantic(verify, rounds=3)
