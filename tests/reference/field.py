"""The two moduli everything stands on, inversion and square roots. Elements are plain integers in [0, modulus)."""

R = 21888242871839275222246405745257275088548364400416034343698204186575808495617
"""Order of BN254's groups: the field of every hash, word and signal."""

Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583
"""Prime of BN254's base field: coordinates of proof and key points."""


def inverse(value: int, modulus: int = R) -> int:
    """The x with value * x = 1 modulo a prime; zero has none and raises ValueError."""
    return pow(value, -1, modulus)


def square_root(value: int) -> int:
    """A root modulo R, by Tonelli and Shanks; what is no square raises ValueError."""
    odd, twos = R - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    root, rest = pow(value, (odd + 1) // 2, R), pow(value, odd, R)
    step = pow(5, odd, R)
    for exponent in range(twos - 2, -1, -1):
        if pow(rest, 2**exponent, R) == R - 1:
            root, rest = root * step % R, rest * step * step % R
        step = step * step % R
    if root * root % R != value:
        raise ValueError("not a square")
    return root
