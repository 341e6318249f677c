"""Two verifiers that share no code accept a proof, and both refuse it once anything about it has changed."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from tests.journey_fixtures import Journey
from tests.reference.polynomial import evaluate
from zkdata.capsule.hashing import FIELD_ORDER
from zkdata.capsule.words import Layout
from zkdata.errors import ArtifactMalformed, ArtifactMismatch, ProofMalformed, ProofRejected
from zkdata.proof import reference, signals
from zkdata.proof.circuit import Circuit
from zkdata.proof.proof import BASE_FIELD_ORDER, Proof
from zkdata.proof.prover import Prover
from zkdata.proof.request import Mode
from zkdata.proof.signals import compress, running_hash
from zkdata.proof.verifier import Verifier

Judge = Callable[[Proof], None]
SHORT = (5, 9, 11)  # the values that the slow judge sees in the quick tier
BITS_48 = (2, 3, 4, 5, 17, 18)
MINIMUM, MAXIMUM = 17, 18


@pytest.fixture(params=["native", "reference"])
def judge(request: pytest.FixtureRequest, circuit: Circuit, verifier: Verifier) -> Judge:
    """Each verifier in turn."""
    if request.param == "native":
        return verifier.verify
    key = circuit.artifact("vkey.json").read_text()
    return lambda proof: reference.verify(circuit.name, key, proof.to_json())


def with_value(proof: Proof, index: int, value: int) -> Proof:
    """The proof with one public value exchanged; a mode without words has none."""
    values = list(proof.values)
    values[index] = value
    return replace(proof, values=tuple(values), words=() if index == 0 and value == 0 else proof.words)


def every_value_changed(proof: Proof) -> Iterator[tuple[int, Proof]]:
    """Each public value alone, by the smallest change, with M as it was and with M to match."""
    for index, value in enumerate(proof.values):
        changed = with_value(proof, index, 1 - value if index == 0 else value + 1)
        yield index, changed
        yield index, replace(changed, m=running_hash(changed.values))


def test_a_proof_is_accepted(judge: Judge, proof: Proof) -> None:
    """By both, as it was made and as it comes back from its file."""
    judge(proof)
    judge(Proof.from_json(proof.to_json()))


def test_a_proof_without_words_is_accepted(judge: Judge, journey: Journey, prover: Prover) -> None:
    """In mode 0 the ciphertext is not part of the claim."""
    proof = prover.prove(journey.asking(mode=Mode.NONE).claim())
    assert proof.words == () and proof.value("mode") == 0
    judge(proof)


def test_no_public_value_can_be_another(verifier: Verifier, proof: Proof) -> None:
    """Every value, changed alone, with the old M and with the one that matches it."""
    seen = 0
    for index, changed in every_value_changed(proof):
        with pytest.raises(ProofRejected):
            verifier.verify(changed)
        seen += 1
        assert index < len(proof.values)
    assert seen == 2 * 19


def test_the_reference_agrees_on_some_values(circuit: Circuit, proof: Proof) -> None:
    """asOf with the old M, count with the matching one, the nullifier with the old one."""
    key = circuit.artifact("vkey.json").read_text()
    cases = [changed for index, changed in every_value_changed(proof) if index in SHORT]
    for changed in (cases[0], cases[3], cases[4]):
        with pytest.raises(ProofRejected):
            reference.verify(circuit.name, key, changed.to_json())


@pytest.mark.deep
def test_the_reference_agrees_on_every_value(circuit: Circuit, proof: Proof) -> None:
    """As above, for all of them."""
    key = circuit.artifact("vkey.json").read_text()
    for _, changed in every_value_changed(proof):
        with pytest.raises(ProofRejected):
            reference.verify(circuit.name, key, changed.to_json())


def test_m_cannot_be_another(judge: Judge, proof: Proof) -> None:
    """x depends on it, and it is an input of the circuit itself."""
    with pytest.raises(ProofRejected):
        judge(replace(proof, m=(proof.m + 1) % FIELD_ORDER))


def test_words_cannot_be_others(judge: Judge, proof: Proof, journey: Journey) -> None:
    """The ciphertext is bound where the claim carries it."""
    words = list(proof.words)
    words[3] = (words[3] + 1) % FIELD_ORDER
    with pytest.raises(ProofRejected):
        judge(replace(proof, words=tuple(words)))
    with pytest.raises(ProofRejected):
        judge(replace(proof, words=(words[1], words[0], *words[2:])))


def solved(proof: Proof, x: int, first: int, second: int) -> Proof:
    """The proof about other values with the same y at the same x: one is changed at will, another makes up for it."""
    values = list(proof.values)
    values[first] = (values[first] + 4) % FIELD_ORDER
    values[second] = (values[second] - 4 * pow(x, first - second, FIELD_ORDER)) % FIELD_ORDER
    return replace(proof, values=tuple(values))


@pytest.mark.parametrize("second", [signals.NULLIFIER, signals.TERMS, signals.WRAP])
def test_values_solved_for_the_same_y_are_rejected(judge: Judge, proof: Proof, second: int) -> None:
    """Sixteen records instead of twelve, and another value so that y stays: the three inputs are those of the proof.

    They verify as they stand, which is why nobody takes them from a file: M is the hash of the values, and x of both.
    """
    _, x, y = compress(proof.values, proof.words)
    lie = solved(proof, x, signals.COUNT, second)
    assert evaluate([*lie.values, *lie.words], x) == y and lie.values != proof.values
    for forged in (lie, replace(lie, m=running_hash(lie.values))):
        with pytest.raises(ProofRejected):
            judge(forged)


def test_a_word_solved_for_the_same_y_is_rejected(judge: Judge, proof: Proof) -> None:
    """M does not hash the words; content does, and x."""
    m, x, y = compress(proof.values, proof.words)
    words = list(proof.words)
    words[0] = (words[0] + 4) % FIELD_ORDER
    words[1] = (words[1] - 4 * pow(x, -1, FIELD_ORDER)) % FIELD_ORDER
    assert running_hash(proof.values) == m and evaluate([*proof.values, *words], x) == y
    with pytest.raises(ProofRejected):
        judge(replace(proof, words=tuple(words)))


def test_x_and_y_are_not_taken_from_a_claim(verifier: Verifier, proof: Proof, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other public inputs than those recomputed from the values are rejected: none of the three is free."""
    from zkdata.proof import verifier as room

    true = room.compress(proof.values, proof.words)
    for change in ({"x": true.x + 1}, {"y": true.y + 1}):
        monkeypatch.setattr(room, "compress", lambda values, words, change=change: true._replace(**change))
        with pytest.raises(ProofRejected):
            verifier.verify(proof)


@pytest.mark.parametrize("part", ["value", "word", "M"])
def test_an_alias_is_malformed(judge: Judge, proof: Proof, part: str) -> None:
    """v + r means the same to the circuit and something else to a contract: it is refused before any pairing."""
    if part == "M":
        aliased = [replace(proof, m=proof.m + FIELD_ORDER)]
    elif part == "word":
        aliased = [replace(proof, words=(*proof.words[:-1], proof.words[-1] + FIELD_ORDER))]
    else:
        aliased = [with_value(proof, index, value + FIELD_ORDER) for index, value in enumerate(proof.values)]
    for alias in aliased:
        with pytest.raises(ProofMalformed):
            judge(alias)


def test_the_alias_is_named(verifier: Verifier, proof: Proof) -> None:
    """By its place among the values."""
    with pytest.raises(ProofMalformed) as caught:
        verifier.verify(with_value(proof, 11, proof.values[11] + FIELD_ORDER))
    assert (caught.value.part, caught.value.index) == ("value", 11)


@pytest.mark.parametrize("index", BITS_48)
def test_times_and_bounds_have_48_bits(judge: Judge, proof: Proof, index: int) -> None:
    """What the circuit assumes of them is checked outside, for whatever proof."""
    for value in (2**48, FIELD_ORDER - 1):
        with pytest.raises(ProofMalformed):
            judge(with_value(proof, index, value))


def test_a_minimum_above_its_maximum_is_malformed(judge: Judge, proof: Proof) -> None:
    """Whatever lies between them is nothing."""
    with pytest.raises(ProofMalformed):
        judge(with_value(proof, MINIMUM, proof.values[MAXIMUM] + 1))


def test_the_mode_is_a_bit_and_decides_about_words(judge: Judge, proof: Proof) -> None:
    """2 is no mode; mode 0 with words, and mode 1 without all of them, are malformed."""
    cases = [
        with_value(proof, 0, 2),
        replace(with_value(proof, 0, 2), words=()),
        replace(with_value(proof, 0, 0), words=proof.words),
        replace(proof, words=()),
        replace(proof, words=proof.words[:-1]),
        replace(proof, words=(*proof.words, 0)),
        replace(proof, values=proof.values[:-1]),
        replace(proof, values=(*proof.values, 0)),
        replace(proof, values=(*proof.values, proof.words[0]), words=proof.words[1:]),
        replace(proof, values=()),
        replace(proof, m=None),
    ]
    for case in cases:
        with pytest.raises(ProofMalformed):
            judge(case)


def test_points_that_are_not_of_the_groups_are_malformed(judge: Judge, proof: Proof) -> None:
    """Off the curve, or on B's curve but outside of its prime subgroup."""
    a, b, c = proof.points
    outside = (
        (1, 0),
        (
            18278151005453108793778860132295291098363647455926340152056652516292830556603,
            5912654199736721486680175016176231956195085055698687135131307249486702594212,
        ),
    )
    for points in (
        ((a[0], a[1] + 1), b, c),
        (a, b, (c[1], c[0])),
        (a, (b[1], b[0]), c),
        ((0, 0), b, c),
        (a, outside, c),
    ):
        with pytest.raises(ProofMalformed):
            judge(replace(proof, points=points))


def test_another_proof_of_the_same_claim_is_accepted_too(judge: Judge, proof: Proof) -> None:
    """(-A, -B, C) verifies: the bytes of a proof are no replay key, the nullifier is."""
    a, (bx, by), c = proof.points
    minus = (BASE_FIELD_ORDER - by[0], BASE_FIELD_ORDER - by[1])
    judge(replace(proof, points=((a[0], BASE_FIELD_ORDER - a[1]), (bx, minus), c)))
    with pytest.raises(ProofRejected):
        judge(replace(proof, points=((a[0], BASE_FIELD_ORDER - a[1]), (bx, by), c)))


def test_a_proof_of_another_circuit_is_a_mismatch(judge: Judge, proof: Proof) -> None:
    """By its name, before anything is computed."""
    with pytest.raises(ArtifactMismatch):
        judge(replace(proof, circuit="device"))


def test_a_key_that_is_not_a_key_is_malformed(circuit: Circuit, proof: Proof) -> None:
    """By both."""
    for text in ("", "{}", "[]", '{"protocol": "plonk"}'):
        with pytest.raises(ArtifactMalformed):
            Verifier(circuit, text)
        with pytest.raises(ArtifactMalformed):
            reference.verify(circuit.name, text, proof.to_json())


def test_the_reference_counts_words_as_the_package_does() -> None:
    """T of every shape: some places to a word, one, or some words to a place."""
    for bits in (48, 128):
        for fields in range(1, 17):
            for records in (1, 2, 3, 16, 45):
                assert reference._word_count(records, fields, bits) == Layout(records, fields, bits).word_count
