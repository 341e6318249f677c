"""The subject of circuits/lib/ranges.circom: every template once."""

import random
from collections.abc import Sequence

from tests.circuits.audit import verdicts
from tests.circuits.audit.subject import Inputs, Subject
from tests.reference.field import R

RANGES_BODY = """
    signal input a; signal output boolean <== Boolean()(a);
    signal input b; signal output bits[5] <== Bits(5)(b);
    signal input c; signal output ranged <== Ranged(5)(c);
    signal input d[3]; signal output rangedAll[3] <== RangedAll(3, 3)(d);
    signal input e[3][2]; signal output rangedTable[3][2] <== RangedTable(3, 3, 2)(e);
    signal input low; signal input high; AtMost(5)(low, high);
    signal input from; signal input until; signal input first; signal input elapsed;
    signal output window <== Window(5)(from, until, first, elapsed);
    signal input f; signal output upTo1 <== UpTo(1)(f);
    signal input g; signal output upTo4 <== UpTo(4)(g);
    signal input h; signal output upTo20 <== UpTo(20)(h);
    signal input limit; signal input p[3]; signal output parts[3] <== Parts(5, 3)(Bits(5)(limit), p);
    signal input min; signal input max; signal input w[3]; signal output within[3] <== Within(5, 3)(min, max, w);
    signal input mins[2]; signal input maxs[2]; signal input t[3][2];
    signal output table[3][2] <== WithinTable(5, 3, 2)(mins, maxs, t);
"""


def _ranges(seed: int) -> Inputs:
    draw = random.Random(seed)
    below = draw.randrange
    low, start, limit, least = below(32), below(20), 1 + below(31), below(20)
    most = least + 1 + below(31 - least)
    return {
        "a": seed % 2,
        "b": below(32),
        "c": below(32),
        "d": [below(8) for _ in range(3)],
        "e": [[below(8) for _ in range(2)] for _ in range(3)],
        "low": low,
        "high": low + below(32),
        "from": start,
        "until": 31,
        "first": start + below(4),
        "elapsed": below(6),
        "f": below(2),
        "g": below(5),
        "h": below(21),
        "limit": limit,
        "p": [below(limit + 1) for _ in range(3)],
        "min": least,
        "max": most,
        "w": [least, most, below(most - least + 1) + least],
        "mins": [least, 0],
        "maxs": [most, 31],
        "t": [[least, 31], [most, 0], [least, below(32)]],
    }


def _judge_ranges(told: Inputs, out: Inputs) -> bool | None:
    small = all(told[name] < 2**252 for name in ("low", "high"))
    window = told["from"] < 32 and told["until"] < 32 and told["elapsed"] < 2**250
    table = [told["mins"][k] <= row[k] <= told["maxs"][k] < 32 for row in told["t"] for k in range(2)]
    return verdicts.all_of(
        [
            told["a"] in (0, 1) and out["boolean"] == told["a"],
            told["b"] < 32 and out["bits"] == [told["b"] >> i & 1 for i in range(5)],
            told["c"] < 32 and out["ranged"] == told["c"],
            all(number < 8 for number in told["d"]) and out["rangedAll"] == told["d"],
            all(number < 8 for row in told["e"] for number in row) and out["rangedTable"] == told["e"],
            told["low"] <= told["high"] < told["low"] + 32 if small else None,
            told["from"] <= told["first"] and told["first"] + told["elapsed"] <= told["until"] if window else None,
            out["window"] == told["first"],
            told["f"] <= 1 and out["upTo1"] == told["f"],
            told["g"] <= 4 and out["upTo4"] == told["g"],
            told["h"] <= 20 and out["upTo20"] == told["h"],
            told["limit"] < 32 and all(number <= told["limit"] for number in told["p"]) and out["parts"] == told["p"],
            all(told["min"] <= number <= told["max"] < 32 for number in told["w"]) and out["within"] == told["w"],
            all(table) and out["table"] == told["t"],
        ]
    )


def _range_lies() -> Sequence[Inputs]:
    true = _ranges(2)
    lies: list[Inputs] = []
    for name, values in {
        "a": (2, R - 1),
        "b": (32, 33, R - 1),
        "c": (32, 33, R - 1),
        "f": (2, R - 1),
        "g": (5, 6, 7, R - 1),
        "h": (21, 22, 31, R - 1),
        "min": (true["w"][0] + 1, R - 1, 31),
        "max": (true["w"][1] - 1, 32, 33),
        "high": (true["low"] - 1, true["low"] + 32),
        "first": (true["from"] - 1, 32),
        "elapsed": (32 - true["first"], 40),
    }.items():
        lies += [true | {name: value} for value in values]
    for name, value in (("d", 8), ("p", true["limit"] + 1), ("w", true["max"] + 1), ("d", 9), ("w", true["min"] - 1)):
        for place in range(3):
            lies.append(true | {name: [value if i == place else old for i, old in enumerate(true[name])]})
    for place in range(3):
        for column in range(2):
            for name, value in (("e", 8), ("t", 32), ("t", R - 1)):
                table = [list(row) for row in true[name]]
                table[place][column] = value
                lies.append(true | {name: table})
    lies.append(true | {"mins": [R - 1, 0]})
    lies.append(true | {"min": 40, "max": 41, "w": [40, 41, 40]})
    lies += [true | {"limit": 16_000 + low, "p": [1000, 0, 0]} for low in range(16)]
    for top in (R - 3, 32, 40):
        lies.append(true | {"min": 0, "max": top, "w": [0, 0, 0]})
        lies.append(true | {"mins": [0, 0], "maxs": [31, top], "t": [[0, 0]] * 3})
    lies.append(true | {"mins": [40, 0], "maxs": [41, 31], "t": [[40, 31], [41, 0], [40, 3]]})
    return lies


RANGES = (
    Subject(
        "ranges",
        "lib/ranges.circom",
        (
            "Boolean",
            "Bits",
            "Ranged",
            "RangedAll",
            "RangedTable",
            "AtMost",
            "Window",
            "UpTo",
            "Parts",
            "Within",
            "WithinTable",
        ),
        RANGES_BODY,
        _ranges,
        _judge_ranges,
        _range_lies,
    ),
)
