"""A signer who cheats: he shows another key, challenge or multiple than the head says, and signs what follows.

He knows the logarithm of the point that he multiplies, so his S fits whatever he chose; only the rows that tie key,
challenge and multiple to each other can stop him.
"""

import random
from collections.abc import Iterator, Mapping
from functools import cache

from tests.circuits.audit.draws import point
from tests.circuits.compiled import compiled
from tests.reference import montgomery
from tests.reference.babyjubjub import SUBGROUP_ORDER, divide_by_cofactor, multiply_base8
from tests.reference.eddsa import challenge, expand, public_key
from tests.reference.field import R, inverse
from tests.reference.montgomery import affine, from_edwards

SEED, OTHER = b"an evil signer".ljust(32, b"\0"), b"somebody else".ljust(32, b"\0")
SHIFT = (23 * SUBGROUP_ORDER - 1) // 2 - 2**254
LOW = 2**172
WINDOWS = (
    'pragma circom 2.2.3;\ninclude "lib/signature.circom";\ntemplate Windows() {\n signal input S;\n'
    " signal output out[2] <== BaseMultiple(SUBGROUP_ORDER(), SIGNATURE_WINDOWS())(S);\n}\n"
    "component main {public [S]} = Windows();\n"
)


@cache
def _windows(scalar: int) -> dict[str, int]:
    """What the honest generator puts into the windows of a multiple of the generator."""
    circuit = compiled(WINDOWS)
    values = circuit.values(circuit.wtns({"S": scalar}))
    names = ((name, wire) for name, wire in circuit.wires.names() if ".t[" in name or ".point[" in name)
    return {name.removeprefix("main.BaseMultiple#1."): values[wire] for name, wire in names}


def forgeries(wire_of: Mapping[str, int]) -> Iterator[dict[int, int]]:
    """Values of wires of the subject `signature`, of one lie after the other; the rest follows from them."""
    prefix = "main.Signature#1."
    secret = expand(SEED)[0] >> 3
    true_share = affine(from_edwards(divide_by_cofactor(public_key(SEED))))
    draw = random.Random(8)
    own, foreign = public_key(SEED), public_key(OTHER)
    fourfold = 4 * secret % SUBGROUP_ORDER
    for shown, log, change in (
        (foreign, fourfold, "key"),
        (own, fourfold, "alias"),
        (own, fourfold, "high"),
        (own, fourfold, "low"),
        (own, 4242, "multiple"),
        (own, 4242, "twice"),
        (own, fourfold, "share"),
        (own, fourfold, "hA"),
        (own, fourfold, "base"),
        (own, fourfold, "nonce"),
        (own, fourfold, "found"),
    ):
        for _ in range(40 if change == "alias" else 3):
            r = draw.randrange(SUBGROUP_ORDER)
            nonce = multiply_base8(r)
            h = challenge(nonce, shown, 1)
            e = h + SHIFT
            if change == "alias":
                e += R
            elif change == "high":
                e = e % LOW + LOW * draw.randrange(2**82)
            elif change == "low":
                e = e - e % LOW + draw.randrange(LOW)
            if e >= 2**254:
                continue
            multiplied = affine(from_edwards(multiply_base8(log)))
            v = multiplied[1]
            signs = [v if e >> i & 1 else R - v for i in range(254)]
            # Where a point in between is free, any S does.
            odd = draw.randrange(SUBGROUP_ORDER) if change in ("hA", "base", "nonce", "found") else 0
            scalar = (odd + r + (2 * (2**254 + e) + 1) * log) % SUBGROUP_ORDER
            named = {f"{prefix}BaseMultiple#1.{name}": value for name, value in _windows(scalar).items()}
            named |= {f"{prefix}signed[{i}]": sign for i, sign in enumerate(signs)}
            named |= {f"{prefix}high": e // LOW if change not in ("high", "low") else (h + SHIFT) // LOW}
            share = point(9, "T") if change == "share" else true_share
            named |= {"main.message": 1, "main.A[0]": shown[0], "main.A[1]": shown[1]}
            named |= {f"main.{name}[{i}]": pair[i] for name, pair in (("T", share), ("R8", nonce)) for i in (0, 1)}
            if change in ("multiple", "twice"):
                half = affine(from_edwards(multiply_base8(log * inverse(2, SUBGROUP_ORDER) % SUBGROUP_ORDER)))
                chosen = {"Q": multiplied} | ({"twice": half} if change == "twice" else {})
                named |= {f"{prefix}{name}[{i}]": pair[i] for name, pair in chosen.items() for i in (0, 1)}
            if odd and change != "found":
                hashed = montgomery.multiply(2 * (2**254 + e) + 1, multiplied)
                ours, theirs = from_edwards(multiply_base8(scalar)), from_edwards(nonce)
                fitting = {
                    "hA": montgomery.add(ours, montgomery.negate(theirs)),
                    "base": montgomery.add(theirs, hashed),
                    "nonce": theirs,
                }
                free = affine(fitting[change])
                named |= {f"{prefix}{change}[{i}]": free[i] for i in (0, 1)}
            if change == "share":
                key = affine(from_edwards(own))
                named |= {f"{prefix}key[{i}]": key[i] for i in (0, 1)}
            yield {wire_of[name]: value for name, value in named.items() if wire_of.get(name, -1) > 0}
