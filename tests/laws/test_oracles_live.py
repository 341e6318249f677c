"""circomlibjs asked afresh, on cases nobody has seen: run by `make test-deep`."""

import os
import random
import secrets
from typing import Any

import pytest

from tests.implementations import Implementation
from tests.oracles import ask_circomlibjs
from tests.oracles.vectors import FILES, FOLDER, eddsa_questions, poseidon_questions, rendered, texts
from tests.reference import eddsa
from tests.reference.babyjubjub import TORSION, Point, add
from tests.reference.eddsa import Signature

pytestmark = pytest.mark.deep

CASES = 1050


@pytest.fixture(scope="module")
def draw(request: pytest.FixtureRequest) -> random.Random:
    """Fresh cases on every run; the seed is shown, and ORACLE_SEED has the same run of this file again."""
    seed = int(os.environ.get("ORACLE_SEED") or secrets.randbits(64))
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(f"ORACLE_SEED={seed}")
    return random.Random(seed)


@pytest.fixture(scope="module")
def hashes(draw: random.Random) -> list[tuple[tuple[int, list[int]], int]]:
    """((tag, inputs), lane 0) over every arity, half of them tagged; asked once for all implementations."""
    asked = poseidon_questions(draw, CASES)
    answers = ask_circomlibjs(poseidon=texts(asked))["poseidon"]
    return [(ask, int(answer)) for ask, answer in zip(asked, answers, strict=True)]


@pytest.fixture(scope="module")
def signatures(draw: random.Random) -> list[tuple[tuple[str, int], list[Any]]]:
    """((seed, message), [A, R8, S]), likewise."""
    asked = eddsa_questions(draw, CASES)
    return list(zip(asked, ask_circomlibjs(eddsa=texts(asked))["eddsa"], strict=True))


def test_poseidon_agrees_on_fresh_cases(
    implementation: Implementation, hashes: list[tuple[tuple[int, list[int]], int]]
) -> None:
    """Lane 0 equals circomlibjs' on over 1,000 fresh cases over every arity."""
    for (tag, inputs), answer in hashes:
        assert implementation.poseidon(inputs, tag) == answer


def test_eddsa_agrees_on_fresh_cases(
    implementation: Implementation, signatures: list[tuple[tuple[str, int], list[Any]]]
) -> None:
    """Key and deterministic signature equal circomlibjs' on over 1,000 fresh cases."""
    for (seed, message), (public, nonce_point, response) in signatures:
        key = bytes.fromhex(seed)
        assert texts(list(implementation.public_key(key))) == public
        assert texts(list(implementation.sign(key, message))) == [*nonce_point, response]


def test_hedged_signatures_hold_for_circomlibjs(draw: random.Random) -> None:
    """What the native signer makes with fresh nonces, circomlibjs accepts; with another message it does not."""
    from zkdata import _native

    asked = eddsa_questions(draw, 100)
    signed = [(eddsa.public_key(bytes.fromhex(s)), _native.sign(bytes.fromhex(s), m), m) for s, m in asked]
    good = [[public, list(found[:2]), found[2], message] for public, found, message in signed]
    bad = [[public, list(found[:2]), found[2], message ^ 1] for public, found, message in signed]
    answers = ask_circomlibjs(verify=texts(good + bad))["verify"]
    assert answers == [True] * len(good) + [False] * len(bad)


def test_we_are_stricter_than_circomlibjs(implementation: Implementation, draw: random.Random) -> None:
    """Torsion added to an honest key passes circomlibjs' verifier and none of ours: why ours is not a port."""
    from tests.laws.forgeries import torsion_added_to_key

    forged: list[tuple[Point, int, Signature]] = []
    for seed, message in eddsa_questions(draw, 7):
        forged.append(torsion_added_to_key(bytes.fromhex(seed), message, TORSION[1 + len(forged)]))
    asked = [[public, list(found[:2]), found[2], message] for public, message, found in forged]
    assert ask_circomlibjs(verify=texts(asked))["verify"] == [True] * len(forged)
    assert not any(implementation.accepts(*forgery) for forgery in forged)


def test_curve_sums_agree_on_fresh_cases(draw: random.Random) -> None:
    """Sums of points of every order equal circomlibjs'."""
    keys = [add(eddsa.public_key(draw.randbytes(32)), draw.choice(TORSION)) for _ in range(200)]
    pairs = [[left, draw.choice(keys)] for left in keys]
    answers = ask_circomlibjs(add=texts(pairs))["add"]
    assert [texts(list(add(left, right))) for left, right in pairs] == answers


@pytest.mark.parametrize("name", FILES)
def test_committed_vectors_are_what_their_generator_writes(name: str) -> None:
    """Asking the oracle again gives each committed file byte for byte."""
    assert (FOLDER / name).read_text() == rendered(name)
