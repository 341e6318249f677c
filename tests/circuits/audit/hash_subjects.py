"""Subjects for what hashes, encrypts, packs and compresses."""

import random
from collections.abc import Sequence

from tests.circuits.audit import verdicts
from tests.circuits.audit.draws import element, elements
from tests.circuits.audit.subject import Inputs, Subject
from tests.reference.field import R
from tests.reference.poseidon import permute, poseidon
from tests.reference.sealing import Header, encrypt, hashed, tree_root
from tests.reference.words import Layout

# Hashes and what is made of them.

HASH_BODY = """
    signal input in[2]; signal output state[2] <== Permutation(2)(in);
    signal input one; signal output hash1 <== Hash(1, 77)([one]);
    signal input two[2]; signal output hash2 <== Hash(2, 78)(two);
"""
CIPHER_BODY = """
    signal input key; signal input header[3]; signal input words[17];
    signal output out[17] <== Encrypt(17)(key, header, words);
"""
COMPRESS_BODY = """
    signal input values[16]; signal input words[3]; signal input mode; signal input x; signal output M; signal output y;
    (M, y) <== Compress(16, 3, 1)(values, words, Boolean()(mode), x);
"""


def _judge_compress(told: Inputs, out: Inputs) -> bool | None:
    if told["mode"] not in (0, 1):
        return False
    first = hashed("signals", [0, *told["values"][:15]], a=1, b=16)
    running = hashed("signals", [first, told["values"][15], *[0] * 14], a=1, b=16)
    terms = [*told["values"], *(told["words"] if told["mode"] else ())]
    total = sum(term * pow(told["x"], i, R) for i, term in enumerate(terms)) % R
    return out["M"] == running and out["y"] == total


def _compress(seed: int) -> Inputs:
    told = {"values": elements(seed, "values", 16), "words": elements(seed, "words", 3), "x": element(seed, "x")}
    return told | {"mode": 1 - seed % 2}


def _path(seed: int) -> Inputs:
    leaf, path = element(seed, "leaf"), [elements(seed, "upper", 8), elements(seed, "lower", 8)]
    path[0][(3 + seed) % 8] = leaf
    path[1][5 - seed] = hashed("registry", path[0], a=1)
    return {"leaf": leaf, "path": path}


def _judge_path(told: Inputs, out: Inputs) -> bool | None:
    node = told["leaf"]
    for level, children in enumerate(told["path"], 1):
        if node not in children:
            return False
        node = hashed("registry", children, a=level)
    return bool(out["root"] == node)


def _path_lies() -> Sequence[Inputs]:
    true = _path(0)
    other = [list(children) for children in true["path"]]
    other[1][5] += 1
    return [true | {"leaf": true["leaf"] + 1}, true | {"path": other}]


def _level(nodes: Sequence[int], level: int, words: int) -> int:
    """The root above the nodes of a level."""
    while True:
        padded = [*nodes, *[0] * (-len(nodes) % 16)]
        nodes = [hashed("tree", padded[i : i + 16], a=level, b=words) for i in range(0, len(padded), 16)]
        if len(nodes) == 1:
            return nodes[0]
        level += 1


def _tree(words: int) -> Subject:
    return Subject(
        f"tree of {words}",
        "lib/tree.circom",
        ("CiphertextTree", "TreeLevels"),
        f"signal input words[{words}]; signal output root <== CiphertextTree({words})(words);",
        lambda seed: {"words": elements(seed, "words", words)},
        lambda told, out: out["root"] == tree_root(told["words"]),
        tries=600,
    )


WORDS_BODY = """
    signal input base; signal input deltas[2]; signal input values[3][2]; signal input wide[3][2];
    signal {maxbit} first <== Ranged(48)(base);
    signal {maxbit} rest[2] <== RangedAll(30, 2)(deltas);
    signal output words[3] <== Words(3, 2, 48)(first, rest, RangedTable(48, 3, 2)(values));
    signal output wideWords[6] <== Words(3, 2, 128)(first, rest, RangedTable(128, 3, 2)(wide));
    signal input count; signal output elapsed <== Elapsed(3)(rest, count);
"""
SHAPE = (3, 2, 48)
SEALED_BODY = """
    signal input key; signal input schema; signal input slotLength; signal input count;
    signal input base; signal input deltas[2]; signal input values[3][2];
    component sealed = Sealed(3, 2, 48);
    sealed.key <== key; sealed.schema <== schema; sealed.slotLength <== slotLength; sealed.count <== count;
    sealed.base <== Ranged(48)(base); sealed.deltas <== RangedAll(30, 2)(deltas);
    sealed.values <== RangedTable(48, 3, 2)(values);
    signal output ciphertext[3] <== sealed.ciphertext;
    signal output content <== sealed.content;
"""


def _limbs(seed: int) -> Inputs:
    draw = random.Random(seed)
    return {
        "base": draw.randrange(2**48),
        "deltas": [draw.randrange(2**30) for _ in range(2)],
        "values": [[draw.randrange(2**48) for _ in range(2)] for _ in range(3)],
        "count": 1 + seed % 3,
    }


def _words(seed: int) -> Inputs:
    draw = random.Random(seed + 100)
    return _limbs(seed) | {"wide": [[draw.randrange(2**128) for _ in range(2)] for _ in range(3)]}


def _judge_words(told: Inputs, out: Inputs) -> bool | None:
    if any(number >= 2**128 for row in told["wide"] for number in row) or not verdicts.has_limbs(SHAPE, told):
        return False
    packed = Layout(*SHAPE).pack(told["base"], told["deltas"], told["values"])
    wide = Layout(3, 2, 128).pack(told["base"], told["deltas"], told["wide"])
    elapsed = sum(told["deltas"]) + told["count"] - 1
    return out["words"] == packed and out["wideWords"] == wide and out["elapsed"] == elapsed


def _sealed(seed: int) -> Inputs:
    return _limbs(seed) | {name: element(seed, name) for name in ("key", "schema", "slotLength")}


def _judge_sealed(told: Inputs, out: Inputs) -> bool | None:
    if not verdicts.has_limbs(SHAPE, told | {"count": 1}):
        return False
    if not 1 <= told["count"] < 2**16:
        return None
    words, content = verdicts.sealed(SHAPE, told)
    return out["ciphertext"] == list(words) and out["content"] == content


def _count_lies() -> Sequence[Inputs]:
    return [_words(0) | {"count": count} for count in (0, 4, 5, R - 1)]


HASHES = (
    Subject(
        "hashes",
        "lib/poseidon.circom",
        ("Rounds", "Permutation", "Hash"),
        HASH_BODY,
        lambda seed: {"in": elements(seed, "in", 2), "one": element(seed, "one"), "two": elements(seed, "two", 2)},
        lambda told, out: (
            out["state"] == permute(told["in"])
            and out["hash1"] == poseidon([told["one"]], 77)
            and out["hash2"] == poseidon(told["two"], 78)
        ),
    ),
    Subject(
        "cipher",
        "lib/cipher.circom",
        ("Encrypt",),
        CIPHER_BODY,
        lambda seed: {
            "key": element(seed, "key"),
            "header": elements(seed, "header", 3),
            "words": elements(seed, "words", 17),
        },
        lambda told, out: out["out"] == encrypt(told["words"], told["key"], Header(*told["header"])),
        tries=600,
    ),
    _tree(2),
    _tree(17),
    Subject(
        "tree levels",
        "lib/tree.circom",
        ("TreeLevels",),
        "signal input nodes[17]; signal output root <== TreeLevels(17, 2, 300)(nodes);",
        lambda seed: {"nodes": elements(seed, "nodes", 17)},
        lambda told, out: out["root"] == _level(told["nodes"], 2, 300),
        tries=600,
    ),
    Subject(
        "registry path",
        "lib/tree.circom",
        ("RegistryPath",),
        "signal input leaf; signal input path[2][8]; signal output root <== RegistryPath(2)(leaf, path);",
        _path,
        _judge_path,
        _path_lies,
    ),
    Subject("compress", "lib/signals.circom", ("Compress",), COMPRESS_BODY, _compress, _judge_compress, tries=600),
    Subject("words", "lib/sealed.circom", ("Words", "Elapsed"), WORDS_BODY, _words, _judge_words, _count_lies),
    Subject("sealed", "lib/sealed.circom", ("Sealed",), SEALED_BODY, _sealed, _judge_sealed, tries=600),
)
