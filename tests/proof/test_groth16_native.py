"""Setup, proof and verification in the native core, on a circuit made by hand: what is accepted, and all next to it."""

import multiprocessing
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from py_ecc import optimized_bn128 as bn128

from tests.circuits.r1cs_file import Circuit, r1cs, wtns
from tests.proof import groth16_material as material
from tests.reference.field import Q, R
from zkdata import _native
from zkdata.errors import ArtifactMalformed, ArtifactMismatch, ProofMalformed, ProofRejected, StatementFalse

A, B, C = range(3)


def verify(proof: Any, public: list[int]) -> None:
    """Check with the honest key."""
    material.proving_key().verification_key().verify(proof, public)


def with_point(index: int, point: Any) -> Any:
    """The honest proof with one point exchanged."""
    parts = list(material.proved()[0])
    parts[index] = point
    return tuple(parts)


def test_a_true_statement_is_proved_and_verified() -> None:
    """What is proved verifies, and the public signals are outputs, then inputs."""
    proof, public = material.proved()
    honest = material.values()
    assert public == honest[1 : material.IC_COUNT]
    verify(proof, public)


def test_the_pairing_equation_holds_in_py_ecc() -> None:
    """A library that shares no code with the native core reaches the same verdict, both ways."""
    (a, b, c), public = material.proved()
    alpha, beta, gamma, delta, ic = material.proving_key().verification_key().points()

    def g1(point: tuple[int, int]) -> Any:
        return (bn128.FQ(point[0]), bn128.FQ(point[1]), bn128.FQ.one())

    def g2(point: Any) -> Any:
        return (bn128.FQ2(point[0]), bn128.FQ2(point[1]), bn128.FQ2.one())

    def miller(left: Any, right: Any) -> Any:
        return bn128.pairing(right, left, final_exponentiate=False)

    fixed = miller(g1(a), g2(b)) * miller(bn128.neg(g1(alpha)), g2(beta)) * miller(bn128.neg(g1(c)), g2(delta))

    def holds(signals: list[int]) -> bool:
        accumulated = g1(ic[0])
        for signal, point in zip(signals, ic[1:], strict=True):
            accumulated = bn128.add(accumulated, bn128.multiply(g1(point), signal))
        product = fixed * miller(bn128.neg(accumulated), g2(gamma))
        return bool(bn128.final_exponentiate(product) == bn128.FQ12.one())

    assert holds(public)
    assert not holds([public[0] + 1, *public[1:]])


def test_two_proofs_of_one_witness_share_nothing() -> None:
    """Every proof is blinded afresh: no point of one occurs in another."""
    proofs = [material.proving_key().prove(wtns(material.values()))[0] for _ in range(8)]
    points = [point for proof in proofs for point in proof]
    assert len(set(points)) == len(points)


def test_the_key_tells_its_sizes() -> None:
    """Counts come from the circuit: two rows, three public signals, and a domain that holds both and the constant."""
    key = material.proving_key()
    assert (key.constraint_count, key.public_count, key.wire_count, key.domain_size) == (2, 3, 7, 8)
    assert key.verification_key().public_count == 3
    assert _native.r1cs_info(material.folder() / "circuit.r1cs") == {
        "constraints": 2,
        "wires": 7,
        "public_outputs": 1,
        "public_inputs": 2,
        "private_inputs": 2,
    }


@pytest.mark.parametrize("signal", range(3))
def test_a_changed_signal_is_rejected(signal: int) -> None:
    """Every public signal is bound, the one that no row mentions included."""
    proof, public = material.proved()
    changed = [value + 1 if index == signal else value for index, value in enumerate(public)]
    with pytest.raises(ProofRejected):
        verify(proof, changed)


@pytest.mark.parametrize("alias", [R, R + 9, -1, 2**256, 2**4096, -(2**300)], ids=lambda value: str(value)[:12])
def test_a_signal_outside_the_field_is_malformed(alias: int) -> None:
    """A signal at or above r, or negative, is an alias of another and never verifies."""
    proof, public = material.proved()
    for index in range(3):
        with pytest.raises(ProofMalformed, match=f"public signal {index}"):
            verify(proof, [alias if place == index else value for place, value in enumerate(public)])


def test_an_aliased_true_signal_is_malformed() -> None:
    """The honest value plus r names the same element and is refused all the same."""
    proof, public = material.proved()
    with pytest.raises(ProofMalformed):
        verify(proof, [public[0], public[1] + R, public[2]])


def test_a_wrong_number_of_signals_is_malformed() -> None:
    """One signal fewer or more is refused, also where the missing one would be zero."""
    proof, public = material.proving_key().prove(wtns(material.values(u=0)))
    verify(proof, public)
    for signals in (public[:-1], [*public, 0], []):
        with pytest.raises(ProofMalformed, match="takes 3"):
            verify(proof, signals)


def test_a_signal_that_is_not_an_integer_is_a_type_error() -> None:
    """Text, floats and None are wrong calls, not wrong proofs."""
    proof, public = material.proved()
    for wrong in ("7", 7.0, None):
        with pytest.raises(TypeError):
            verify(proof, [*public[:2], wrong])  # type: ignore[list-item]


@pytest.mark.parametrize("index", [A, C])
@pytest.mark.parametrize(
    "damage",
    [
        lambda x, y: (0, 0),
        lambda x, y: (x + Q, y),
        lambda x, y: (x, y + Q),
        lambda x, y: (-1, y),
        lambda x, y: (x, (y + 1) % Q),
        lambda x, y: (y, x),
        lambda x, y: (2**256 + x, y),
    ],
    ids=["infinity", "x + q", "y + q", "negative", "off the curve", "swapped", "too wide"],
)
def test_a_malformed_g1_point_is_refused(index: int, damage: Any) -> None:
    """A and C are finite, canonical and on the curve."""
    with pytest.raises(ProofMalformed):
        verify(with_point(index, damage(*material.proved()[0][index])), material.proved()[1])


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda x, y: ((0, 0), (0, 0)), "infinity"),
        (lambda x, y: ((x[0] + Q, x[1]), y), "not in"),
        (lambda x, y: (x, (y[0], -1)), "not in"),
        (lambda x, y: (x, (y[0], (y[1] + 1) % Q)), "not on the curve"),
        (lambda x, y: (x[::-1], y[::-1]), "swapped"),
        (lambda x, y: material.OFF_SUBGROUP, "outside the subgroup"),
    ],
    ids=["infinity", "x + q", "negative", "off the curve", "components swapped", "outside the subgroup"],
)
def test_a_malformed_g2_point_is_refused(damage: Any, reason: str) -> None:
    """B is finite, canonical, on the twist and in its subgroup; swapped components are named as such."""
    with pytest.raises(ProofMalformed, match=reason):
        verify(with_point(B, damage(*material.proved()[0][B])), material.proved()[1])


def test_well_formed_points_of_another_proof_are_rejected() -> None:
    """A, B and C belong together; exchanged, opposite or generator points are well formed and do not verify."""
    (a, b, c), public = material.proved()
    other = material.proving_key().prove(wtns(material.values()))[0]
    wrong = [(c, b, a), (a, b, material.negated(c)), (material.negated(a), b, c), (material.G1_GENERATOR, b, c)]
    wrong += [(other[0], b, c), (a, other[1], c), (a, b, other[2]), (a, material.G2_GENERATOR, c)]
    for proof in wrong:
        with pytest.raises(ProofRejected):
            verify(proof, public)


@pytest.mark.parametrize(("wire", "row"), [(material.T, 0), (material.OUT, 1), (material.X, 0), (material.P, 1)])
def test_a_false_statement_is_not_proved(wire: int, row: int) -> None:
    """A witness that breaks a row raises StatementFalse, and the .r1cs says which row."""
    false = material.values()
    false[wire] = (false[wire] + 1) % R
    with pytest.raises(StatementFalse):
        material.proving_key().prove(wtns(false))
    assert _native.r1cs_unsatisfied(material.folder() / "circuit.r1cs", wtns(false)) == row


def test_a_true_witness_leaves_no_row_unsatisfied() -> None:
    """An honest witness satisfies every row, at the edges of the field too."""
    for honest in (material.values(), material.values(0, 0, 0, 0), material.values(R - 1, R - 1, R - 1, R - 1)):
        assert _native.r1cs_unsatisfied(material.folder() / "circuit.r1cs", wtns(honest)) is None
        proof, public = material.proving_key().prove(wtns(honest))
        verify(proof, public)


def test_a_witness_of_another_size_does_not_match() -> None:
    """A witness of another circuit is a mismatch, not a false statement."""
    for count in (6, 8):
        witness = wtns([*material.values(), 0][:count])
        with pytest.raises(ArtifactMismatch):
            material.proving_key().prove(witness)
        with pytest.raises(ArtifactMismatch):
            _native.r1cs_unsatisfied(material.folder() / "circuit.r1cs", witness)


@pytest.mark.parametrize("first", [0, 2, R - 1])
def test_a_witness_starts_with_one(first: int) -> None:
    """Wire 0 is the constant 1; any other value there would scale the constants of every row."""
    with pytest.raises(ArtifactMalformed, match="constant 1"):
        material.proving_key().prove(wtns([first, *material.values()[1:]]))


@pytest.mark.parametrize("alias", [R, R + 1, 2**256 - 1])
def test_a_witness_value_is_canonical(alias: int) -> None:
    """A value at or above r is refused, with the byte where it stands."""
    with pytest.raises(ArtifactMalformed) as refused:
        material.proving_key().prove(wtns([*material.values()[:4], alias, *material.values()[5:]]))
    assert refused.value.offset == 12 + 12 + 40 + 12 + 4 * 32
    assert refused.value.format == "wtns"


def chain(rows: int) -> tuple[Circuit, list[int]]:
    """A circuit of many squarings, and its witness."""
    numbers = [1, 3]
    for _ in range(rows):
        numbers.append(numbers[-1] * numbers[-1] % R)
    return Circuit(rows + 2, [({i: 1}, {i: 1}, {i + 1: 1}) for i in range(1, rows + 1)], 1), numbers


def test_other_threads_run_while_proving(tmp_path: Path) -> None:
    """Setup, opening and proving release the interpreter: another thread is never held up for a tenth of a second."""
    circuit, numbers = chain(2000)
    (tmp_path / "c.r1cs").write_bytes(r1cs(circuit))
    gaps: list[float] = []
    done = threading.Event()

    def beat() -> None:
        last = time.monotonic()
        while not done.wait(0.002):
            now = time.monotonic()
            gaps.append(now - last)
            last = now

    heart = threading.Thread(target=beat)
    heart.start()
    _native.setup_development(tmp_path / "c.r1cs", tmp_path / "c.zkey")
    witness = wtns(numbers)
    started = time.monotonic()
    key = _native.ProvingKey.open(tmp_path / "c.zkey")
    key.prove(witness)
    took = time.monotonic() - started
    done.set()
    heart.join()
    # Held through the call, one beat would have waited for all of it.
    assert max(gaps) < max(0.1, took / 2)


def prove_in_child(queue: Any) -> None:
    """Prove with the key that the parent had opened."""
    queue.put(material.proving_key().prove(wtns(material.values()))[1])


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_forked_child_can_prove() -> None:
    """A process that forks after proving leaves its child able to prove; a shared thread pool would hang it."""
    material.proved()
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=prove_in_child, args=(queue,))
    child.start()
    try:
        assert queue.get(timeout=20) == material.proved()[1]
    finally:
        child.kill()
        child.join()
