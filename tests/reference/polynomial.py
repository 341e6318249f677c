"""Polynomials over the scalar field as Groth16's QAP uses them, each by its definition, in quadratic time.

Coefficients are listed from the constant term up; the domain of size n is the powers of one root of unity.
"""

from collections.abc import Sequence

from .field import R, inverse

GENERATOR = 5
TWO_ADICITY = 28


def root_of_unity(size: int) -> int:
    """A generator of the domain of `size`, a power of two up to 2^28."""
    if size & (size - 1) or not 0 < size <= 2**TWO_ADICITY:
        raise ValueError("a domain's size is a power of two up to 2^28")
    return pow(GENERATOR, (R - 1) // size, R)


def domain(size: int) -> list[int]:
    """1, w, w^2 .."""
    root = root_of_unity(size)
    return [pow(root, i, R) for i in range(size)]


def evaluate(coefficients: Sequence[int], point: int) -> int:
    """Horner's rule."""
    total = 0
    for coefficient in reversed(coefficients):
        total = (total * point + coefficient) % R
    return total


def lagrange_basis(size: int, point: int) -> list[int]:
    """L_0 .. L_{n-1} at a point outside the domain: (z^n - 1) w^i / (n (z - w^i)), what a setup computes at tau."""
    vanishing = (pow(point, size, R) - 1) % R
    return [vanishing * power % R * inverse(size * (point - power) % R) % R for power in domain(size)]


def transform(coefficients: Sequence[int]) -> list[int]:
    """Values on the domain as large as the list."""
    return [evaluate(coefficients, power) for power in domain(len(coefficients))]


def interpolate(values: Sequence[int]) -> list[int]:
    """Coefficients from values on the domain: the transform by the inverse root, over n."""
    scale = inverse(len(values))
    backwards = [pow(power, -1, R) for power in domain(len(values))]
    return [evaluate(values, power) * scale % R for power in backwards]


def product(left: Sequence[int], right: Sequence[int]) -> list[int]:
    """Schoolbook."""
    result = [0] * (len(left) + len(right) - 1)
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            result[i + j] = (result[i + j] + a * b) % R
    return result


def divide_by_vanishing(coefficients: Sequence[int], size: int) -> tuple[list[int], list[int]]:
    """Quotient and remainder by z^n - 1: the quotient exists without remainder exactly for a satisfied system."""
    rest = list(coefficients)
    for i in range(len(rest) - 1, size - 1, -1):
        rest[i - size] = (rest[i - size] + rest[i]) % R
    return rest[size:], rest[:size]
