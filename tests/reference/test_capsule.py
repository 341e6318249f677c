"""The claim: its example is true, its values stand in the page's order, and each is under M and y."""

from dataclasses import replace
from typing import Any

import pytest

from tests.reference import oracle
from tests.reference.babyjubjub import SUBGROUP_ORDER
from tests.reference.capsule import Claim, compress, example_claim, terms_digest
from tests.reference.delivery import NOBODY, buyer_key, is_ephemeral_secret
from tests.reference.eddsa import verifies
from tests.reference.field import R
from tests.reference.keccak import keccak256
from tests.reference.montgomery import multiply, on_curve, to_edwards
from tests.reference.sealed import example_records
from tests.reference.sealing import hashed, tag
from tests.reference.words import place_times

SHAPES = [((16, 1), 1), ((16, 1), 15), ((16, 1), 16), ((16, 4), 5), ((12, 2, 128), 12)]


@pytest.fixture(scope="module")
def claim() -> Claim:
    """A true claim of the smallest shape, sold to a buyer."""
    return example_claim(seed=5, changes={"buyer_key": buyer_key(9)})


@pytest.mark.parametrize(("shape", "count"), SHAPES)
def test_the_example_is_true(shape: tuple[int, ...], count: int) -> None:
    """Count, window, slot, enrolment, as-of time, bounds and signature hold by plain integers, padding repeats."""
    claim = example_claim(example_records(count, shape[1], 9, *shape[2:]), seed=9, shape=shape)
    times = place_times(claim.base, claim.deltas)[:count]
    assert claim.count == count and claim.last == times[-1] and oracle.has_count(count, shape[0])
    assert oracle.in_window(times, claim.time_min, claim.time_max) and oracle.known_by(times, claim.as_of)
    assert oracle.in_slot(times, claim.slot, claim.slot_length)
    assert oracle.enrolled(times, claim.enrolled_from, claim.enrolled_until)
    for row in claim.values:
        bounds = zip(row, claim.minimum, claim.maximum, strict=True)
        assert all(oracle.in_range(*limb, claim.layout.bits) for limb in bounds)
    assert verifies(claim.public_key, claim.message, claim.signature)
    assert len(set(claim.values[count - 1 :])) == 1 and not any(claim.deltas[count - 1 :])


def test_the_key_and_its_share_are_one_device(claim: Claim) -> None:
    """T is on the Montgomery curve, in the prime subgroup, and eight times T is A."""
    assert on_curve(claim.cofactor_share)
    assert to_edwards(multiply(8, claim.cofactor_share)) == claim.public_key
    assert multiply(SUBGROUP_ORDER, claim.cofactor_share) is None


def test_the_buyer_opens_the_claim(claim: Claim) -> None:
    """The wrap gives the capsule key to the buyer with m; to another buyer, or with another m, another number."""
    assert is_ephemeral_secret(claim.ephemeral_secret) and on_curve((claim.buyer_key, claim.buyer_key_v))
    assert claim.delivery.open(9, claim.release_secret) == claim.key
    assert claim.key not in (claim.delivery.open(10, claim.release_secret), claim.delivery.open(9, claim.as_of))
    assert example_claim(seed=5).buyer_key == NOBODY


CHANGES: list[dict[str, Any]] = [
    {"count": 15},
    {"key": 1},
    {"base": 1_738_800_000_001},
    {"schema": 1},
    {"slot_length": 1000},
    {"values": ((1,),) * 16},
    {"sequence": 2},
]


@pytest.mark.parametrize("change", CHANGES)
def test_the_signature_covers_what_is_sealed(claim: Claim, change: dict[str, Any]) -> None:
    """Another count, key, time, schema, slot length, value or sequence is a message that nobody signed."""
    assert not verifies(claim.public_key, replace(claim, **change).message, claim.signature)


def test_nullifier_binds_owner_device_scope_and_slot(claim: Claim) -> None:
    """Each of the four changes it; sealing the slot again, with another key or sequence, does not."""
    x, y = claim.public_key
    changes: list[dict[str, Any]] = [{"owner_key": 1}, {"public_key": (x + 1, y)}, {"scope": 1}, {"slot": 1}]
    assert len({replace(claim, **change).nullifier for change in changes} | {claim.nullifier}) == 5
    assert replace(claim, key=1, sequence=2, release_secret=3, wrap=4).nullifier == claim.nullifier


@pytest.mark.parametrize(("shape", "count"), SHAPES)
def test_values_stand_in_the_order_of_the_page(shape: tuple[int, ...], count: int) -> None:
    """V = 17 + 2 K: seventeen values, every minimum, every maximum."""
    told = example_claim(example_records(count, shape[1], 9, *shape[2:]), seed=9, shape=shape)
    assert len(told.signals) == 17 + 2 * shape[1]
    assert told.signals[:9] == [
        *(told.mode, told.scope, told.slot_length, told.time_min, told.time_max, told.as_of, told.schema),
        *(told.device_class, told.root),
    ]
    release, ephemeral = hashed("release", (told.release_secret,)), buyer_key(told.ephemeral_secret)
    assert told.signals[9:14] == [count, told.content, told.nullifier, told.terms, release]
    assert told.signals[14:] == [told.buyer_key, ephemeral, told.wrap, *told.minimum, *told.maximum]


def test_compression_covers_every_value_and_word(claim: Claim) -> None:
    """Changing any value changes M, x and y; changing any word changes x and y in mode 1 and nothing in mode 0."""
    values, words = claim.signals, claim.words
    m, x, y = compress(values, words, 1)
    for index in range(len(values)):
        changed = [*values[:index], values[index] + 1, *values[index + 1 :]]
        assert all(a != b for a, b in zip(compress(changed, words, 1), (m, x, y), strict=True))
    for index in range(len(words)):
        changed = [*words[:index], words[index] + 1, *words[index + 1 :]]
        other = compress(values, changed, 1)
        assert other[0] == m and other[1] != x and other[2] != y
        assert compress(values, changed, 0) == compress(values, [], 0)


def test_compression_by_its_definition(claim: Claim) -> None:
    """M, x, y written out for V = 19: two blocks under the tag of statement 1, and powers of x from 0."""
    v, words = claim.signals, claim.words
    block_tag = tag("signals", 1, 19)
    assert block_tag == tag("signals") + 2**32 + 19
    m = hashed("signals", [hashed("signals", [0, *v[:15]], 1, 19), *v[15:], *[0] * 11], 1, 19)
    x = int.from_bytes(keccak256(b"".join(n.to_bytes(32, "big") for n in [m, *v, *words])), "big") % R
    y = sum(value * x**i for i, value in enumerate(v + words)) % R
    assert claim.public == [m, x, y] == [claim.inputs[name] for name in "Mxy"]


def test_terms_bind_each_part() -> None:
    """Recipient, relayer and fee each change the digest, which has 248 bits, and exchanging the two addresses does."""
    one, two = b"\1" * 20, b"\2" * 20
    digests = {
        terms_digest(one, two, 0),
        terms_digest(two, one, 0),
        terms_digest(one, two, 1),
        terms_digest(one, one, 0),
    }
    assert len(digests) == 4 and all(digest < 2**248 for digest in digests)


def test_only_what_was_changed_is_wrong() -> None:
    """A change is made before sealing: content, signature, registry and wrap follow it."""
    told = example_claim(seed=5, changes={"key": 1, "device_class": 8, "count": 3, "buyer_key": buyer_key(9)})
    assert verifies(told.public_key, told.message, told.signature)
    assert told.delivery.open(9, told.release_secret) == 1
    owner = hashed("owner", (told.owner_key, told.public_key[0]))
    leaf = hashed("leaf", (told.public_key[0], owner, 8, told.enrolled_from, told.enrolled_until))
    assert leaf in told.path[0]
    forged = example_claim(seed=5, changes={"buyer_key": 0, "buyer_key_v": 0, "wrap": 7, "root": 3})
    assert (forged.buyer_key, forged.wrap, forged.root) == (0, 7, 3)
