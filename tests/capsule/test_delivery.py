"""Delivery: the buyer opens with key and release secret, and nobody with less; a key of small order is refused."""

import hashlib
import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.capsule.strategies import DEVICE, Recording, readings, recordings
from tests.laws.vectors import vectors
from tests.reference import delivery as reference
from tests.reference import montgomery
from tests.reference.babyjubjub import BASE8, SUBGROUP_ORDER, TORSION, add, multiply_base8
from tests.reference.field import R
from zkdata import _native
from zkdata.capsule import delivery
from zkdata.capsule.capsule_file import CapsuleFile
from zkdata.capsule.delivery import BuyerKey, Delivery, check_buyer_key, check_ephemeral, deliver, fresh_ephemeral
from zkdata.capsule.schemas import TEMPERATURE
from zkdata.capsule.seal import open_capsule, seal, unseal
from zkdata.errors import ArtifactMalformed, ArtifactMismatch, BuyerKeyInvalid, KeyUnsafe

BUYER, OTHER = BuyerKey(2**200 + 7), BuyerKey(2**200 + 8)
SEALED = seal(TEMPERATURE, readings("21.50", "-3.25"), DEVICE)
K, M = 2**247 + 12345, 2**253 - 5

secrets = st.integers(2**128, SUBGROUP_ORDER - 1)
ephemerals = st.integers(2**246, 2**247 - 1).map(lambda half: 2 * half + 1)
elements = st.integers(0, R - 1)


def delivered(buyer_key: int = BUYER.public, *, key: int = SEALED.opening.key, k: int = K, m: int = M) -> Delivery:
    """SEALED on its way to a buyer."""
    return deliver(key, SEALED.content, buyer_key, ephemeral_secret=k, release_secret=m)


@settings(max_examples=15, deadline=None)
@given(buyer=secrets, k=ephemerals, m=elements, key=elements, content=elements)
def test_a_delivery_is_the_references_and_opens(buyer: int, k: int, m: int, key: int, content: int) -> None:
    """Buyer key, ephemeral and wrap are the plain Python twin's, and the buyer gets the key."""
    wrapped = deliver(key, content, BuyerKey(buyer).public, ephemeral_secret=k, release_secret=m)
    twin = reference.deliver(key, content, reference.buyer_key(buyer), k, m)
    assert (wrapped.content, wrapped.ephemeral, wrapped.wrap) == (twin.content, twin.ephemeral, twin.wrap)
    assert wrapped.key_for(BuyerKey(buyer)) == twin.open(buyer, m) == key


@settings(max_examples=15, deadline=None)
@given(recording=recordings(), buyer=secrets)
def test_the_buyer_opens_exactly_the_sealed_records(recording: Recording, buyer: int) -> None:
    """Any recording comes back from the file, as it travels, by the buyer's key and the shown release secret."""
    capsule = seal(recording.schema, recording.records, DEVICE, slot_length=recording.slot_length)
    key, m = BuyerKey(buyer), 5
    wrapped = deliver(
        capsule.opening.key, capsule.content, key.public, ephemeral_secret=fresh_ephemeral(), release_secret=m
    )
    file = CapsuleFile.from_json(capsule.file.to_json())
    seen = Delivery(file.content, wrapped.ephemeral, wrapped.wrap, m)
    assert open_capsule(file, seen, key, recording.schema) == recording.records


def test_neither_half_opens_alone() -> None:
    """The release secret with another buyer's key, and the buyer's key with another release secret, open nothing."""
    seen = delivered()
    assert open_capsule(SEALED.file, seen, BUYER, TEMPERATURE) == list(SEALED.records)
    for guess, buyer in ((M, OTHER), (M + 1, BUYER), (0, BUYER), (M + 1, OTHER)):
        wrong = Delivery(seen.content, seen.ephemeral, seen.wrap, guess)
        assert wrong.key_for(buyer) != SEALED.opening.key
        with pytest.raises(ArtifactMismatch, match="key"):
            open_capsule(SEALED.file, wrong, buyer, TEMPERATURE)


@pytest.mark.parametrize("part", ["content", "ephemeral", "wrap"])
def test_a_delivery_with_another_part_does_not_open(part: str) -> None:
    """Content, ephemeral and wrap belong together."""
    seen, other = delivered(), seal(TEMPERATURE, readings("1"), DEVICE)
    changes = {"content": other.content, "ephemeral": delivered(k=K + 2).ephemeral, "wrap": (seen.wrap + 1) % R}
    parts = {name: getattr(seen, name) for name in ("content", "ephemeral", "wrap", "release_secret")}
    wrong = Delivery(**(parts | {part: changes[part]}))
    with pytest.raises(ArtifactMismatch):
        open_capsule(SEALED.file, wrong, BUYER, TEMPERATURE)


def test_another_file_than_the_one_paid_for_does_not_open() -> None:
    """A file of the same key and other words is not the delivery's content."""
    file = SEALED.file
    forged = CapsuleFile(file.header, file.key_commitment, (*file.words[:-1], file.words[-1] ^ 1))
    with pytest.raises(ArtifactMismatch, match="content"):
        open_capsule(forged, delivered(), BUYER, TEMPERATURE)


def test_a_resale_wraps_the_key_anew() -> None:
    """A buyer who has opened wraps the same key for another; the next one opens, the first one cannot, nor reversed."""
    first = delivered()
    again = deliver(
        first.key_for(BUYER), first.content, OTHER.public, ephemeral_secret=fresh_ephemeral(), release_secret=9
    )
    assert open_capsule(SEALED.file, again, OTHER, TEMPERATURE) == list(SEALED.records)
    assert {again.ephemeral, again.wrap}.isdisjoint({first.ephemeral, first.wrap})
    for wrapped, buyer in ((again, BUYER), (first, OTHER)):
        with pytest.raises(ArtifactMismatch):
            open_capsule(SEALED.file, wrapped, buyer, TEMPERATURE)


def test_two_deliveries_share_nothing() -> None:
    """To one buyer twice: neither ephemeral nor wrap comes twice while k or m is another."""
    wraps = [delivered(k=k, m=m).wrap for k, m in itertools.product((K, K + 2, K + 4), (M, M + 1))]
    assert len(set(wraps)) == len(wraps)


SMALL = [0, 1, *((1 + y) * pow(1 - y, -1, R) % R for _, y in TORSION[4:])]


@pytest.mark.parametrize("u", [*SMALL, 2, R - 1, R, R + BUYER.public, -1, 2**256, True, "5", None, 5.0])
def test_a_key_of_no_buyer_is_refused(u: Any) -> None:
    """Keys of small order, of no point of the curve, aliases and what is no number are BuyerKeyInvalid."""
    check_buyer_key(BUYER.public)
    with pytest.raises(BuyerKeyInvalid):
        check_buyer_key(u)
    with pytest.raises(BuyerKeyInvalid):
        delivered(u)


def test_the_frozen_list_of_small_keys_is_refused() -> None:
    """The keys that the vectors name, and no other point of small order has a u."""
    assert sorted(set(SMALL)) == sorted(vectors("delivery")["small_order"])


def test_a_key_with_a_part_of_small_order_takes_the_rest_of_it() -> None:
    """A point outside the prime subgroup is a buyer's as well: the factor 8 takes the part of small order away."""
    for torsion in TORSION[1:]:
        point = montgomery.from_edwards(add(multiply_base8(BUYER.secret), torsion))
        assert point is not None
        check_buyer_key(point[0])
        assert delivered(point[0]).key_for(BUYER) == SEALED.opening.key


@pytest.mark.parametrize(
    "k", [0, 1, 2**247, 2**247 + 2, 2**248, 2**248 + 1, 2**247 - 1, 2**246 + 1, -(2**247) - 1, True]
)
def test_an_ephemeral_secret_is_odd_and_of_248_bits(k: int) -> None:
    """Others would meet an exception of the circuit's ladder, and are KeyUnsafe."""
    for fine in (2**247 + 1, 2**248 - 1):
        check_ephemeral(fine)
    assert not reference.is_ephemeral_secret(k)
    with pytest.raises(KeyUnsafe):
        delivered(k=k)


def test_fresh_ephemerals_are_ephemeral_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawn anew each time, over the whole range, its ends included."""
    drawn = {fresh_ephemeral() for _ in range(200)}
    assert len(drawn) == 200
    assert all(reference.is_ephemeral_secret(k) for k in drawn)
    for draw, expected in ((lambda bound: 0, 2**247 + 1), (lambda bound: bound - 1, 2**248 - 1)):
        monkeypatch.setattr("secrets.randbelow", draw)
        assert fresh_ephemeral() == expected


@pytest.mark.parametrize("secret", [0, 1, 2**128 - 1, SUBGROUP_ORDER, R, -5, True, "5", None])
def test_a_buyers_secret_is_random_and_below_the_order(secret: Any) -> None:
    """What could be guessed, is out of range or no number is KeyUnsafe."""
    with pytest.raises(KeyUnsafe):
        BuyerKey(secret)


def test_buyers_are_different_and_their_secrets_hidden() -> None:
    """Each key is fresh, and neither repr nor the delivery's shows a secret."""
    assert BuyerKey.generate().public != BuyerKey.generate().public
    assert str(BUYER.secret) not in repr(BUYER)
    assert str(BUYER.public) in repr(BUYER)
    assert str(M) not in repr(delivered())


@pytest.mark.parametrize("part", ["content", "ephemeral", "wrap", "release_secret"])
@pytest.mark.parametrize("value", [-1, R, "1", True, None])
def test_a_delivery_is_of_field_elements(part: str, value: Any) -> None:
    """An alias, and what is no number, is refused where the delivery is made."""
    parts: dict[str, Any] = {"content": 1, "ephemeral": 2, "wrap": 3, "release_secret": 4}
    Delivery(**parts)
    with pytest.raises(ArtifactMalformed, match=part.replace("_", ".")):
        Delivery(**(parts | {part: value}))
    with pytest.raises(ArtifactMalformed):
        delivered(key=R)


@pytest.mark.parametrize("ephemeral", [*SMALL, 2])
def test_an_ephemeral_of_no_point_is_refused(ephemeral: int) -> None:
    """A delivery that no owner made is ArtifactMalformed, not a wrong key."""
    with pytest.raises(ArtifactMalformed, match="ephemeral"):
        Delivery(1, ephemeral, 3, 4).key_for(BUYER)


def test_nobody_is_hashed_to_the_curve() -> None:
    """The nobody key is the u of 8 Q for the first hash that is the u of a point, and a valid buyer key."""
    for i in itertools.count():
        u = int.from_bytes(hashlib.sha256(f"zkdata nobody, version 2, {i}".encode()).digest()[:31], "big")
        try:
            expected = montgomery.times(8, u)
        except ValueError:
            continue
        break
    assert delivery.NOBODY == expected == reference.NOBODY == vectors("delivery")["nobody"]["buyer_key"]
    check_buyer_key(delivery.NOBODY)
    delivered(delivery.NOBODY)


def test_deliveries_are_frozen() -> None:
    """Every case of the vectors is delivered and opened as it stands there."""
    for case in vectors("delivery")["cases"]:
        wrapped = deliver(
            case["key"],
            case["content"],
            case["buyer_key"],
            ephemeral_secret=case["ephemeral_secret"],
            release_secret=case["release_secret"],
        )
        assert (wrapped.ephemeral, wrapped.wrap) == (case["ephemeral"], case["wrap"])
        buyer = BuyerKey(case["buyer_secret"])
        assert wrapped.key_for(buyer) == case["opened"] == case["key"]
        assert (buyer.public == case["buyer_key"]) == ("part of order 8" not in case["name"])


def test_the_base_is_circomlibs() -> None:
    """Montgomery u of B8; l times a point is the neutral one."""
    point = montgomery.from_edwards(BASE8)
    assert point is not None
    assert point[0] == delivery.BASE
    assert delivery.SUBGROUP_ORDER == SUBGROUP_ORDER


@settings(max_examples=60, deadline=None)
@given(u=elements | st.sampled_from(SMALL), scalar=st.integers(0, 2**256 - 1) | st.integers(0, 20))
def test_multiples_are_the_references(u: int, scalar: int) -> None:
    """For every u and scalar the native ladder gives the twin's u, or refuses where the twin does."""

    def verdict(times: Any) -> int | None:
        try:
            return int(times())
        except (ValueError, BuyerKeyInvalid):
            return None

    assert verdict(lambda: _native.montgomery_times(u, scalar)) == verdict(lambda: montgomery.times(scalar, u))
    assert verdict(lambda: _native.montgomery_v(u)) == verdict(lambda: montgomery.lift(u)[1])


@pytest.mark.parametrize("scalar", [-1, 2**256])
def test_a_multiplier_has_256_bits(scalar: int) -> None:
    """Others are refused and not cut."""
    with pytest.raises(ValueError, match="scalar"):
        _native.montgomery_times(BUYER.public, scalar)


def test_the_sealed_key_itself_opens() -> None:
    """What the buyer computes is the capsule key, and unseal takes it."""
    assert unseal(SEALED.file, delivered().key_for(BUYER), TEMPERATURE) == list(SEALED.records)
