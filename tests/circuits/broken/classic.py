"""Classic mistakes, each built into our circuits: the attacks on circuits have to find every one of them."""

from tests.circuits.broken import ALIASED, Hole

_RANGES, _SEALED, _CAPSULE = "lib/ranges.circom", "lib/sealed.circom", "statements/capsule.circom"

CLASSIC: dict[str, tuple[str, tuple[Hole, ...]]] = {
    "a bit that may be any number": ("ranges", (Hole(_RANGES, "Boolean", "in * (in - 1) === 0;"),)),
    "bits that are not those of the number": ("ranges", (Hole(_RANGES, "Bits", "sum === in;"),)),
    "a comparison that nobody enforces": ("ranges", (Hole(_RANGES, "AtMost", "sum === high - low;"),)),
    "a limb of a packed word without its range": (
        "timestamp",
        (Hole(_RANGES, "RangedTable", "_ <== RangedAll(W, K)(in[i]);"),),
    ),
    "padding without its range": (
        "timestamp",
        (
            Hole(
                _RANGES,
                "RangedTable",
                "_ <== RangedAll(W, K)(in[i]);",
                "if (i < n - 1) { _ <== RangedAll(W, K)(in[i]); }",
            ),
        ),
    ),
    "a header that is not in the content": (
        "sealed",
        (
            Hole(
                _SEALED,
                "Sealed",
                "treeRoot, keyCommitment, schema, slotLength, form",
                "treeRoot, keyCommitment, 0, 0, form",
            ),
        ),
    ),
    "a count without its range": ("timestamp", (Hole(_SEALED, "Elapsed", "_ <== UpTo(N - 1)(count - 1);"),)),
    "min and max that borrow from the next limb": (
        "range",
        (Hole(_RANGES, "Within", "_ <== Parts(W, 1)(rest, [min]);"),),
    ),
    "a keystream that shows lane 0": (
        "cipher",
        (
            Hole(
                "lib/cipher.circom",
                "Encrypt",
                "words[c * 16 + i] + block[c].out[i + 1]",
                "words[c * 16 + i] + block[c].out[i]",
            ),
        ),
    ),
    "a challenge with an alias": ("signature", tuple(ALIASED)),
    "a signature that may be anything": ("signature", (Hole("lib/signature.circom", "Signature", "R8 === found;"),)),
    "a point off the curve": ("curve", (Hole("lib/montgomery.circom", "OnCurve", "p[1] * p[1] === cubic + p[0];"),)),
    "a point of small order": (
        "curve",
        (Hole("lib/montgomery.circom", "Tangent", "slope * (2 * p[1]) === 3 * uu + 2 * MONTGOMERY_A() * p[0] + 1;"),),
    ),
    "a last window that may meet the sum before it": (
        "base multiple",
        (Hole("lib/fixed_base.circom", "BaseMultiple", "NotZero()(point[w][0] - sum[w - 1][0]);"),),
    ),
    "a leaf that is on no path": (
        "registry path",
        (Hole("lib/tree.circom", "RegistryPath", "product[level][7] === 0;"),),
    ),
    "x without M": ("capsule", (Hole(_CAPSULE, "Capsule", "M === compress.M;"),)),
    "x without a value": (
        "capsule",
        (Hole(_CAPSULE, "Capsule", "compress.values[12] <== terms;", "compress.values[12] <== 0 * terms;"),),
    ),
    "x without the words": ("compress", (Hole("lib/signals.circom", "Compress", "mode * high[0]", "0 * high[0]"),)),
    "a slot without its range": ("capsule", (Hole(_CAPSULE, "Capsule", "_ <== Ranged(32)(slot);"),)),
    "a word above 253 bits": (
        "words",
        (
            Hole("lib/words.circom", "Words", "shift + W > WORD_BITS()", "shift + W > 2 * WORD_BITS()"),
            Hole("lib/words.circom", "Words", "assert(shift <= WORD_BITS());"),
            Hole(
                "lib/words.circom",
                "Words",
                "assert(index == T - 1);",
                "for (var i = index + 1; i < T; i++) { out[i] <== 0; }",
            ),
        ),
    ),
    "a public value that stands in no row": (
        "timestamp",
        (Hole("statements/timestamp.circom", "Timestamp", "signal bound <== context * context;"),),
    ),
}
"""What was forgotten: the subject that has to notice, and what is taken out or changed."""
