"""Subjects for the signature of a device: as it stands, and with the challenge given in place of hashed."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from tests.circuits.audit import evil_signer, verdicts
from tests.circuits.audit.curve_subjects import SMALL_ORDER
from tests.circuits.audit.draws import element, point
from tests.circuits.audit.evil_signer import LOW, SHIFT
from tests.circuits.audit.subject import Inputs, Subject
from tests.reference import montgomery
from tests.reference.babyjubjub import SUBGROUP_ORDER, divide_by_cofactor, multiply_base8
from tests.reference.capsule import Claim
from tests.reference.device import Device, example_device
from tests.reference.eddsa import challenge, expand, public_key
from tests.reference.field import R, inverse
from tests.reference.montgomery import Affine, Point, affine, from_edwards, to_edwards

ALIAS_SEED = b"signs under h + r".ljust(32, b"\0")


def known(told: Device | Claim) -> None:
    """The device signed this."""
    verdicts.signed.add((told.public_key[0], *told.signature[:2], told.message))


@cache
def _signature(seed: int) -> Inputs:
    told = example_device(seed=seed)
    known(told)
    return {"message": told.message, **{name: told.inputs[name] for name in ("T", "R8", "S")}}


def _judge_signature(told: Inputs, out: Inputs) -> bool | None:
    key = verdicts.device_key(told["T"])
    return key is not None and out["A"] == list(key) and verdicts.is_signed(key, told["R8"], told["message"])


def _under_the_alias() -> Sequence[Inputs]:
    """R8 and S that hold for h + r in place of h: made by a key holder, and no signatures."""
    key, lies = expand(ALIAS_SEED), []
    for nonce in range(1, 60):
        r8 = multiply_base8(nonce)
        alias = challenge(r8, public_key(ALIAS_SEED), 1) + R
        if alias + (23 * SUBGROUP_ORDER - 1) // 2 < 2**255:
            share = affine(from_edwards(divide_by_cofactor(public_key(ALIAS_SEED))))
            lies.append(
                {"message": 1, "T": list(share), "R8": list(r8), "S": (nonce + alias * key[0]) % SUBGROUP_ORDER}
            )
    return lies[:3]


def _signature_lies() -> Sequence[Inputs]:
    true, other = _signature(0), _signature(1)
    return [
        *_under_the_alias(),
        true | {"message": true["message"] + 1},
        true | {"S": true["S"] + 1, "message": 5},
        true | {"T": other["T"]},
        true | {"R8": other["R8"]},
        true | {"R8": [R - true["R8"][0], true["R8"][1]]},
        true | {"T": list(point(5, "T"))},
        *(true | {"T": list(small)} for small in SMALL_ORDER),
    ]


# The challenge as an input, and so is the multiple of the generator that S stands for: what nobody finds for a hash can
# be tried, and the oracle is the equation R8 = base - 8 h A itself.


def _fourfold(share: Affine) -> Affine:
    """Q = 4 A, where A = 8 T."""
    return affine(montgomery.multiply(32, share))


def _hashed(e: int, share: Affine) -> Point:
    """What the ladder makes of the 254 bits of e: 8 h A for e = h + shift, an equation of integers."""
    return montgomery.multiply(2 * (2**254 + e) + 1, _fourfold(share))


def _minus(left: Point, right: Point) -> list[int]:
    return list(to_edwards(montgomery.add(left, montgomery.negate(right))))


@cache
def _challenge(seed: int) -> Inputs:
    share, base, h = point(seed, "T"), point(seed, "base"), element(seed, "h")
    return {"T": list(share), "R8": _minus(base, _hashed(h + SHIFT, share)), "h": h, "base": list(base)}


def _judge_challenge(told: Inputs, out: Inputs) -> bool | None:
    key = verdicts.device_key(told["T"])
    if key is None or out["A"] != list(key):
        return False
    if not verdicts.in_subgroup(told["base"]):
        return None
    base = (told["base"][0], told["base"][1])
    return told["R8"] == _minus(base, montgomery.multiply(8 * told["h"], from_edwards(key)))


def _challenge_lies() -> Sequence[Inputs]:
    true, other = _challenge(0), _challenge(1)
    return [
        true | {"h": true["h"] + 1},
        true | {"base": other["base"]},
        true | {"R8": other["R8"]},
        true | {"T": other["T"]},
        *(true | {"T": list(small)} for small in SMALL_ORDER),
    ]


def _challenge_forgeries(wire_of: Mapping[str, int]) -> Iterator[dict[int, int]]:
    """An e at the ends of what the high limb allows, or a challenge that meets base, so that any slope fits."""
    prefix, share = "main.Signature#1.", point(0, "T")
    v = _fourfold(share)[1]
    bottom, top = SHIFT // LOW, (SHIFT + R - 1) // LOW
    low = (bottom * LOW - 1, bottom * LOW, bottom * LOW + 1, SHIFT - 1)
    for e in (*low, SHIFT + R, top * LOW + LOW - 1, (top + 1) * LOW):
        base = point(e, "base")
        named = {f"{prefix}signed[{i}]": v if e >> i & 1 else R - v for i in range(254)} | {f"{prefix}high": e // LOW}
        told = {"T": share, "base": base, "R8": _minus(base, _hashed(e, share))}
        named |= {f"main.{name}[{i}]": pair[i] for name, pair in told.items() for i in (0, 1)}
        yield _wires(wire_of, named | {"main.h": (e - SHIFT) % R})
    true = _challenge(0)
    meeting = montgomery.negate(_hashed(true["h"] + SHIFT, share))
    for slope in (1, 2, element(0, "slope")):
        u, v = affine(meeting)
        nonce = (slope * slope - montgomery.A - 2 * u) % R
        pair = nonce, (slope * (u - nonce) - v) % R
        found = pair[0] * inverse(pair[1]) % R, (pair[0] - 1) * inverse((pair[0] + 1) % R) % R
        told = {"main.base": (u, v), "main.R8": found, f"{prefix}nonce": pair, f"{prefix}found": found}
        named = {f"{name}[{i}]": pair[i] for name, pair in told.items() for i in (0, 1)}
        yield _wires(wire_of, named | {"main.Signature#1.Add#1.slope": slope})


def _wires(wire_of: Mapping[str, int], named: Mapping[str, int]) -> dict[int, int]:
    return {wire_of[name]: value for name, value in named.items() if wire_of.get(name, -1) > 0}


SIGNATURES = (
    Subject(
        "challenge",
        "lib/signature.circom",
        ("Signature",),
        "signal input T[2]; signal input R8[2]; signal input h; signal input base[2];"
        "signal output A[2] <== Signature()(T, R8, h, base);",
        _challenge,
        _judge_challenge,
        _challenge_lies,
        _challenge_forgeries,
        tries=900,
        opened=(
            ("    signal input S;\n", ""),
            ("signal h <== Hash(5, 0)([R8[0], R8[1], A[0], A[1], message]);", "signal h <== message;"),
            ("signal base[2] <== BaseMultiple(SUBGROUP_ORDER(), SIGNATURE_WINDOWS())(S);", "signal input base[2];"),
        ),
    ),
    Subject(
        "signature",
        "lib/signature.circom",
        ("Signature",),
        "signal input T[2]; signal input R8[2]; signal input S; signal input message;"
        "signal output A[2] <== Signature()(T, R8, S, message);",
        _signature,
        _judge_signature,
        _signature_lies,
        evil_signer.forgeries,
        idle=("S",),
        tries=900,
    ),
)
