"""The two moduli everything stands on, and inversion. Elements are plain integers in [0, modulus)."""

R = 21888242871839275222246405745257275088548364400416034343698204186575808495617
"""Order of BN254's groups: the field of every hash, word and signal."""

Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583
"""Prime of BN254's base field: coordinates of proof and key points."""


def inverse(value: int, modulus: int = R) -> int:
    """The x with value * x = 1 modulo a prime; zero has none and raises ValueError."""
    return pow(value, -1, modulus)
