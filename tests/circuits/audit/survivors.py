"""Mutants that no attack can tell from the original, each with the reason."""

EXPLAINED: dict[str, str] = {
    "statements/device.circom:Device:54 widen Ranged(TIME_BITS() #0": (
        "timeMax is below the until of a leaf, which the registrar keeps to 48 bits"
    ),
    "statements/timestamp.circom:Timestamp:38 widen Ranged(TIME_BITS() #0": (
        "timeMin <= base <= timeMax, and timeMax has its 48 bits"
    ),
    "lib/signature.circom:Signature:53 widen UpTo(topHigh - shiftHigh - 2 #0": (
        "one more high limb is that of an alias for one challenge in 2^80, which nobody finds"
    ),
    "lib/signature.circom:Signature:53 shift - 1 #0": "the interval moved by one high limb: as above",
    "lib/signature.circom:Signature:77 remove": (
        "base = -hA takes an R8 with a challenge that fits it: a fixed point of the hash"
    ),
}
"""Reason by name."""
