"""Lies about a claim, each told by a prover who recomputes everything that follows from it.

The Python reference seals, signs, hashes and compresses the lie as if it were true, and a twin without the row in
question makes the witness.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from tests.circuits.broken import UNBOUND, UNRANGED, UNTIED, twin
from tests.circuits.compiled import EVERY_SIGNAL, Compiled, compiled
from tests.reference.capsule import Claim, compress, example_claim
from tests.reference.delivery import buyer_key, deliver
from tests.reference.eddsa import sign
from tests.reference.field import R
from tests.reference.field import square_root as sqrt
from tests.reference.sealed import FIRST_SLOT, HOUR, example_records
from tests.reference.sealing import hashed, registry_path

SHAPE = (5, 2)
MAIN = (
    'pragma circom 2.2.3;\ninclude "statements/capsule.circom";\n'
    "component main {public [M, x, y]} = Capsule(5, 2, 48, 7);\n"
)
START = FIRST_SLOT * HOUR + 1000
PADDED = example_records(4, 2, seed=3)
COUNT, CONTENT, NULLIFIER, TERMS, RELEASE, EPHEMERAL, WRAP = 9, 10, 11, 12, 13, 15, 16
"""Places in the public values."""

Inputs = dict[str, Any]


@cache
def capsule() -> Compiled:
    """Five places of two fields: not a power of two, one place a word, places left over."""
    return compiled(MAIN)


@cache
def hollow() -> Compiled:
    """Its twin without a range, a path, a signature or a binding of values."""
    return compiled(MAIN, EVERY_SIGNAL, twin([*UNRANGED, *UNTIED, *UNBOUND]))


def claim(records: Any = None, **changes: Any) -> Claim:
    """A claim about the five-place shape, false where the changes make it so."""
    return example_claim(
        records if records is not None else example_records(5, 2, seed=2), shape=SHAPE, changes=changes
    )


def forged(told: Claim, **changes: Any) -> Inputs:
    """The twin's inputs: what it would compute if it were honest comes in from outside, with changes."""
    owner = hashed("owner", (told.owner_key, told.public_key[0]))
    return (
        told.inputs
        | {
            "forgedNullifier": told.nullifier,
            "forgedContent": told.content,
            "forgedReleaseHash": told.release_hash,
            "forgedLast": told.last % R,
            "forgedOwner": owner,
            "forgedEphemeral": told.ephemeral,
            "forgedWrap": told.wrap,
            "forgedMaskSecret": told.release_secret,
        }
        | changes
    )


def compressed(told: Claim, values: Mapping[int, int]) -> Inputs:
    """M, x, y of the claim's public values with some of them exchanged."""
    signals = [values.get(place, value) for place, value in enumerate(told.signals)]
    return dict(zip("Mxy", compress(signals, told.words, told.mode), strict=True))


def _mode_two() -> Inputs:
    told = claim(mode=2)
    terms = [*told.signals, *(2 * word for word in told.words)]
    x = told.inputs["x"]
    return forged(told, y=sum(term * pow(x, i, R) for i, term in enumerate(terms)) % R)


def _windowed(**ends: Callable[[Claim], int]) -> Inputs:
    """A claim in which some times are given by its true first and last one."""
    true = claim()
    return forged(claim(**{name: end(true) for name, end in ends.items()}))


def _earlier_by_padding() -> Inputs:
    """Four records, the last two beyond the window; a negative delta in the unused place pulls `last` back into it."""
    true = claim(PADDED)
    overshoot = PADDED[3][0] - PADDED[1][0]
    deltas = (*true.deltas[:3], R - overshoot)
    return forged(claim(PADDED, deltas=deltas, time_max=PADDED[1][0]))


def _bounded(minimum: int, maximum: int, value: int) -> Inputs:
    true = claim()
    return forged(
        claim(
            minimum=(minimum % R, true.minimum[1]),
            maximum=(maximum, true.maximum[1]),
            values=tuple((value % R, row[1]) for row in true.values),
        )
    )


def _elsewhere() -> Inputs:
    """A registry, and a path in it, in which this device is not enrolled."""
    root, path = registry_path(list(range(1000, 1012)), 3)
    return forged(claim(root=root, path=tuple(map(tuple, path))))


def _slot_of_a_fraction() -> Inputs:
    """A slot number that times the length is the first record's time in the field, and no slot."""
    told = claim()
    return forged(claim(slot=told.base * pow(told.slot_length, -1, R) % R))


def _sold_to(u: int, v: int) -> Inputs:
    """A claim for a buyer key that is no key, with the wrap that the twin makes by tangents of its own."""
    told = claim(buyer_key=u, buyer_key_v=v, wrap=0)
    wrap = hollow().values(hollow().wtns(forged(told)))[hollow().wire("delivery.wrap")]
    return forged(told, forgedWrap=wrap, **compressed(told, {WRAP: wrap}))


LIES: dict[str, tuple[Callable[[], Inputs], str]] = {
    "mode 2": (_mode_two, "main.mode"),
    "no records": (lambda: forged(claim(count=0)), "Elapsed#1.UpTo#1"),
    "more records than places": (lambda: forged(claim(count=6)), "Elapsed#1.UpTo#1"),
    "first record before the window": (lambda: _windowed(time_min=lambda c: c.base + 1), "main.Window#1."),
    "last record after the window": (lambda: _windowed(time_max=lambda c: c.last - 1), "main.Window#1."),
    "last record after the as-of time": (lambda: _windowed(as_of=lambda c: c.last - 1), "main.AtMost#1."),
    "slot before the first record's": (lambda: _windowed(slot=lambda c: c.slot - 1), "main.AtMost#3."),
    "slot after the last record's": (lambda: _windowed(slot=lambda c: c.slot + 1), "main.AtMost#2."),
    "enrolled after the first record": (lambda: _windowed(enrolled_from=lambda c: c.base + 1), "enrolled.AtMost#1."),
    "enrolled until the last record": (lambda: _windowed(enrolled_until=lambda c: c.last), "enrolled.AtMost#2."),
    "records of two slots": (
        lambda: forged(
            claim([(START, (0, 0)), (START + HOUR, (0, 0))], time_max=START + 2 * HOUR, as_of=START + 2 * HOUR)
        ),
        "main.AtMost#3.",
    ),
    "first record before 1970": (
        lambda: forged(claim(base=R - 5, slot=0, enrolled_from=0, time_min=0, time_max=HOUR - 1, as_of=HOUR)),
        "",
    ),
    "gap of 31 bits": (
        lambda: forged(
            claim(
                [(2**40, (0, 0)), (2**40 + 2**30 + 1, (0, 0))], slot_length=2**39, slot=2, time_max=2**41, as_of=2**41
            )
        ),
        "main.RangedAll#1.",
    ),
    "negative gap in an unused place": (_earlier_by_padding, "main.RangedAll#1."),
    "slot of 33 bits": (lambda: forged(claim([(START, (0, 0))], slot_length=100, slot=START // 100)), "main.Ranged#1."),
    "slot that is a fraction": (_slot_of_a_fraction, "main.Ranged#1."),
    "value above the bounds": (lambda: _bounded(100, 200, 201), "main.WithinTable#1.column[0]"),
    "value below the bounds": (lambda: _bounded(100, 200, 99), "main.WithinTable#1.column[0]"),
    "bounds the wrong way round": (lambda: _bounded(9, 8, 10), "main.WithinTable#1.column[0]"),
    "upper bound of 49 bits": (lambda: _bounded(2**48 - 1, 2**48 + 5, 2**48 + 1), "main.WithinTable#1.column[0]"),
    "negative lower bound": (lambda: _bounded(-5, 5, -1), "main.WithinTable#1.column[0]"),
    "buyer key of order 4": (lambda: _sold_to(1, sqrt(168700)), "Tangent#1."),
    "buyer key off the curve": (lambda: _sold_to(7, 7), "delivery.EightTimes#1."),
    "device not in the registry": (_elsewhere, "RegistryPath#1.product"),
    "signed by another device": (
        lambda: forged(replace(claim(), signature=sign(b"another device" + bytes(18), claim().message))),
        "Signature#1.",
    ),
}


def _paid_twice() -> Inputs:
    told = claim()
    return forged(told, forgedNullifier=told.nullifier + 1, **compressed(told, {NULLIFIER: told.nullifier + 1}))


def _old_content() -> Inputs:
    """The device's true signature over another capsule, under words that it never signed."""
    signed, told = claim(example_records(5, 2, seed=8)), claim()
    assert signed.public_key == told.public_key
    values = compressed(told, {CONTENT: signed.content})
    return forged(replace(told, signature=signed.signature), forgedContent=signed.content, **values)


def _another_count() -> Inputs:
    """One record sealed and signed, five claimed: the header of the signed capsule says one."""
    told = claim(example_records(1, 2, seed=2))
    greedy = replace(told, count=5)
    return forged(greedy, forgedContent=told.content, forgedLast=told.last, **compressed(told, {COUNT: 5}))


def _free_release() -> Inputs:
    told = claim()
    return forged(told, forgedReleaseHash=7, **compressed(told, {RELEASE: 7}))


def _another_owner() -> Inputs:
    """A thief's owner key under the enrolled owner's commitment: his nullifier, his claim."""
    told = claim()
    thief = replace(told, owner_key=told.owner_key + 1)
    return forged(thief, forgedOwner=hashed("owner", (told.owner_key, told.public_key[0])))


def _free_m() -> Inputs:
    """With an M that fixes nothing, x is known before the values are chosen: one record, and five in the public values,
    the difference put into the terms of the circuit, which nobody sees."""
    told = claim(example_records(1, 2, seed=2))
    public = compressed(told, {COUNT: 5})
    shift = (5 - told.count) * pow(public["x"], COUNT - TERMS, R)
    return forged(told, **public, terms=(told.terms + shift) % R)


def _another_y() -> Inputs:
    """Terms that redirect the payment, in the values that the verifier sees only."""
    told = claim()
    seen = [told.terms + 1 if place == TERMS else value for place, value in enumerate(told.signals)]
    _, x, y = compress(seen, told.words, told.mode)
    honest_m = told.inputs["M"]
    return forged(told, M=honest_m, x=x, y=y)


def _key_of_another() -> Inputs:
    """The wrap of a key that does not open this capsule."""
    told = claim(buyer_key=buyer_key(5))
    made = deliver(told.key + 1, told.content, told.buyer_key, told.ephemeral_secret, told.release_secret)
    return forged(told, forgedWrap=made.wrap, **compressed(told, {WRAP: made.wrap}))


def _another_ephemeral() -> Inputs:
    """A point that the mask was not made with: the buyer comes to another mask."""
    told = claim(buyer_key=buyer_key(5))
    other = replace(told, ephemeral_secret=told.ephemeral_secret ^ 2).ephemeral
    return forged(told, forgedEphemeral=other, **compressed(told, {EPHEMERAL: other}))


def _masked_with_another_secret() -> Inputs:
    """A release hash that pays for a secret which does not unmask."""
    told = claim(buyer_key=buyer_key(5))
    made = deliver(told.key, told.content, told.buyer_key, told.ephemeral_secret, told.release_secret + 1)
    forgery = {"forgedMaskSecret": told.release_secret + 1, "forgedWrap": made.wrap}
    return forged(told, **forgery, **compressed(told, {WRAP: made.wrap}))


def _earlier_last() -> Inputs:
    told = claim(time_max=START + 1, as_of=START + 1)
    return forged(told, forgedLast=START + 1)


FORGERIES: dict[str, Callable[[], Inputs]] = {
    "nullifier that nobody spent": _paid_twice,
    "content of another capsule": _old_content,
    "count of another header": _another_count,
    "release hash without a secret": _free_release,
    "owner key of somebody else": _another_owner,
    "M that fixes nothing": _free_m,
    "y of other terms": _another_y,
    "last time that is not the last": _earlier_last,
    "wrap of another key": _key_of_another,
    "ephemeral of another secret": _another_ephemeral,
    "mask of another release secret": _masked_with_another_secret,
}
