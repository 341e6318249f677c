"""Subjects for points of BabyJubJub, multiples of its generator, and the delivery of a key."""

import random
from collections.abc import Sequence

from tests.circuits.audit import verdicts
from tests.circuits.audit.draws import element, point
from tests.circuits.audit.subject import Inputs, Subject
from tests.reference import babyjubjub, montgomery
from tests.reference.delivery import times_base8
from tests.reference.field import R
from tests.reference.montgomery import from_edwards, lift

SMALL_ORDER = [point for point in map(from_edwards, babyjubjub.TORSION) if point is not None]
ORDER_4 = next(point for point in SMALL_ORDER if montgomery.double(point) == (0, 0))
ORDER_8 = next(point for point in SMALL_ORDER if (twice := montgomery.double(point)) is not None and twice[1] != 0)


CURVE_BODY = """
    signal input p[2]; signal output uu <== OnCurve()(p);
    signal input q[2]; signal output tangent[2] <== Tangent()(q, q[0] * q[0]);
    signal input d[2]; signal output doubled[2] <== Double()(d);
    signal input e[2]; signal output eight[2] <== EightTimes()(e);
    signal input a[2]; signal input b[2]; signal output added[2] <== Add()(a, b);
    signal input n; NotZero()(n);
    signal input t[2]; signal output edwards[2] <== ToEdwards()(t);
    signal input l[2]; signal input signs[5]; signal output ladder[2] <== Ladder(5, 5)(l, signs);
"""


def _curve(seed: int) -> Inputs:
    told: Inputs = {name: list(point(seed, name)) for name in "pqdeabtl"}
    v, draw = told["l"][1], random.Random(seed)
    return told | {"n": element(seed, "n"), "signs": [draw.choice((v, R - v)) for _ in range(5)]}


def ladder(base: montgomery.Affine, signs: Sequence[int]) -> montgomery.Point:
    """(3 * 2^n + sum of s_i 2^i) Q, by the group law."""
    multiple = 3 * 2 ** len(signs) + sum((1 if s == base[1] else -1) * 2**i for i, s in enumerate(signs))
    return montgomery.multiply(multiple, base)


def _judge_curve(told: Inputs, out: Inputs) -> bool | None:
    twice = {name: montgomery.double(tuple(told[name])) for name in "qd" if verdicts.on_curve(told[name])}
    added = verdicts.on_curve(told["a"]) and verdicts.on_curve(told["b"]) and told["a"] != told["b"]
    eight = verdicts.eightfold(told["e"]) if verdicts.on_curve(told["e"]) else None
    base = tuple(told["l"])
    v = base[1]
    signs = all(sign in (v, -v % R) for sign in told["signs"])
    return verdicts.all_of(
        [
            verdicts.on_curve(told["p"]) and out["uu"] == told["p"][0] ** 2 % R,
            _is(out["tangent"], twice["q"]) if "q" in twice else None,
            _is(out["doubled"], twice["d"]) if "d" in twice else None,
            eight is not None and _is(out["eight"], eight),
            _is(out["added"], montgomery.add(tuple(told["a"]), tuple(told["b"]))) if added else None,
            told["n"] != 0,
            out["edwards"] == list(montgomery.to_edwards(tuple(told["t"])))
            if verdicts.on_curve(told["t"]) and told["t"] != [0, 0]
            else None,
            (signs and _is(out["ladder"], ladder(base, told["signs"]))) if verdicts.on_curve(base) and v else None,
        ]
    )


def _is(found: Sequence[int], wanted: montgomery.Point) -> bool:
    return wanted is not None and tuple(found) == wanted


def _curve_lies() -> Sequence[Inputs]:
    true = _curve(0)
    lies: list[Inputs] = [true | {"p": [3, 4]}, true | {"e": [3, 4]}, true | {"n": 0}]
    lies += [true | {"e": list(small)} for small in SMALL_ORDER]
    lies += [true | {"d": [0, 0]}, true | {"q": [0, 0]}]
    v = true["l"][1]
    for place in range(5):
        for other in (0, 1, 2 * v % R):
            signs = list(true["signs"])
            signs[place] = other
            lies.append(true | {"signs": signs})
    # P = s_i Q comes up in step 4, 2 and 0, lowest sign first.
    for base, pattern in ((ORDER_4, "++++-"), (ORDER_8, "+++--"), (ORDER_8, "+--+-")):
        chosen = [base[1] if sign == "+" else R - base[1] for sign in pattern]
        lies.append(true | {"l": list(base), "signs": chosen})
        lies.append(true | {"l": list(base), "signs": [R - sign for sign in chosen]})
        lies.append(true | {"l": list(base), "signs": [*chosen[:-1], R - chosen[-1]]})
    return lies


BASE_BODY = "signal input S; signal output out[2] <== BaseMultiple(SUBGROUP_ORDER(), SIGNATURE_WINDOWS())(S);"
DIGITS_BODY = "signal input digits[82]; signal output out[2] <== DigitsMultiple(DELIVERY_WINDOWS())(digits);"


def _base_lies() -> Sequence[Inputs]:
    """Scalars for which the last window's point meets the sum of those before it, modulo l."""
    top, order = 8**83, babyjubjub.SUBGROUP_ORDER
    return [{"S": 2 * digit * top + turn * order} for digit in (1, 3, 5, 7) for turn in (-3, -2, -1, 1, 2)
            if 0 < 2 * digit * top + turn * order < R]  # fmt: skip


def _digits(seed: int) -> Inputs:
    draw = random.Random(seed)
    return {"digits": [draw.choice((1, 3, 5, 7, R - 1, R - 3, R - 5, R - 7)) for _ in range(82)]}


def _judge_digits(told: Inputs, out: Inputs) -> bool | None:
    digits = [digit - R if digit > R // 2 else digit for digit in told["digits"]]
    if not all(digit % 2 and abs(digit) <= 7 for digit in digits):
        return None
    scalar = 3 * 2**246 + sum(digit * 8**j for j, digit in enumerate(digits))
    return _is(out["out"], from_edwards(babyjubjub.multiply_base8(scalar)))


DELIVERY_BODY = """
    signal input buyerKey; signal input buyerKeyV; signal input ephemeralSecret;
    signal input key; signal input content; signal input releaseSecret;
    component delivery = Delivery();
    delivery.buyerKey <== buyerKey; delivery.buyerKeyV <== buyerKeyV; delivery.ephemeralSecret <== ephemeralSecret;
    delivery.key <== key; delivery.content <== content; delivery.releaseSecret <== releaseSecret;
    signal output ephemeral <== delivery.ephemeral;
    signal output wrap <== delivery.wrap;
"""


def _delivery(seed: int) -> Inputs:
    u = times_base8(1 + element(seed, "buyer") % (babyjubjub.SUBGROUP_ORDER - 1))
    k = random.Random(seed).randrange(2**247, 2**248) | 1
    rest = {name: element(seed, name) for name in ("key", "content", "releaseSecret")}
    return {"buyerKey": u, "buyerKeyV": lift(u)[1], "ephemeralSecret": k} | rest


def _delivery_lies() -> Sequence[Inputs]:
    true = _delivery(0)
    lies = [true | {"buyerKey": u, "buyerKeyV": v} for u, v in [*SMALL_ORDER, (3, 4), (5, 0)]]
    return lies + [true | {"ephemeralSecret": k} for k in (2**247 + 2, 2**247 - 1, 2**248 + 1, 1, R - 1, 2**248)]


CURVES = (
    Subject(
        "curve",
        "lib/montgomery.circom",
        ("OnCurve", "Tangent", "Double", "EightTimes", "Add", "NotZero", "ToEdwards", "Ladder"),
        CURVE_BODY.replace("Tangent()(q, q[0] * q[0])", "Tangent()(q, qq)").replace(
            "signal output tangent", "signal qq <== q[0] * q[0]; signal output tangent"
        ),
        _curve,
        _judge_curve,
        _curve_lies,
    ),
    Subject(
        "base multiple",
        "lib/signature.circom",
        ("BaseMultiple",),
        BASE_BODY,
        lambda seed: {"S": element(seed, "S") % babyjubjub.SUBGROUP_ORDER},
        lambda _, out: verdicts.in_subgroup(out["out"]),
        _base_lies,
        idle=("S",),
        looks=600,
    ),
    Subject("digits multiple", "lib/fixed_base.circom", ("DigitsMultiple",), DIGITS_BODY, _digits, _judge_digits),
    Subject(
        "delivery",
        "lib/delivery.circom",
        ("Delivery",),
        DELIVERY_BODY,
        _delivery,
        lambda told, out: verdicts.wrapped(told, out["ephemeral"], out["wrap"]),
        _delivery_lies,
    ),
)
