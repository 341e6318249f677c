"""Laws of the scalar field and of the polynomials of a QAP, with galois as the judge of plain integers."""

import galois
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.reference.field import Q, R, inverse
from tests.reference.polynomial import (
    GENERATOR,
    divide_by_vanishing,
    domain,
    evaluate,
    interpolate,
    lagrange_basis,
    product,
    root_of_unity,
    transform,
)
from tests.strategies import elements

FIELD = galois.GF(R, primitive_element=GENERATOR, verify=False)
SIZES = (1, 2, 4, 8)


def lists(size: int) -> st.SearchStrategy[list[int]]:
    """As many elements."""
    return st.lists(elements, min_size=size, max_size=size)


def polynomial(coefficients: list[int]) -> galois.Poly:
    """galois lists coefficients from the highest power down."""
    return galois.Poly(FIELD(list(reversed(coefficients))))


def coefficients_of(poly: galois.Poly, size: int) -> list[int]:
    """Back to the constant term first, filled with zeros."""
    listed = [int(value) for value in reversed(poly.coeffs)]
    return listed + [0] * (size - len(listed))


@pytest.mark.parametrize("modulus", [R, Q])
def test_moduli_are_prime(modulus: int) -> None:
    """Both moduli are prime, so that every element but zero has an inverse."""
    assert galois.is_prime(modulus)


@given(a=elements, b=elements, c=elements)
def test_field_laws(a: int, b: int, c: int) -> None:
    """Sum, product, difference, quotient and power of plain integers modulo r equal galois'."""
    assert int(FIELD(a) + FIELD(b)) == (a + b) % R
    assert int(FIELD(a) * FIELD(b) - FIELD(c)) == (a * b - c) % R
    assert int(FIELD(a) ** 5) == pow(a, 5, R)
    if b:
        assert int(FIELD(a) / FIELD(b)) == a * inverse(b) % R


def test_zero_has_no_inverse() -> None:
    """Zero and its aliases are refused, in both implementations."""
    for zero in (0, R, -R):
        with pytest.raises(ValueError):
            inverse(zero)
    with pytest.raises(ZeroDivisionError):
        FIELD(1) / FIELD(0)


@pytest.mark.parametrize("size", [1, 2, 8, 2**20, 2**28])
def test_domains_have_the_size_they_say(size: int) -> None:
    """The root of unity of a domain has exactly that order."""
    root = root_of_unity(size)
    assert pow(root, size, R) == 1
    assert size == 1 or pow(root, size // 2, R) == R - 1


@pytest.mark.parametrize("size", [0, 3, 6, 2**29, -8])
def test_other_domains_are_refused(size: int) -> None:
    """A size that is no power of two up to 2^28 is refused."""
    with pytest.raises(ValueError):
        root_of_unity(size)


@given(values=st.sampled_from(SIZES).flatmap(lists))
def test_interpolation_equals_lagrange(values: list[int]) -> None:
    """Interpolation over the domain equals galois' Lagrange polynomial, and the transform takes it back."""
    points = domain(len(values))
    expected = galois.lagrange_poly(FIELD(points), FIELD(values)) if len(values) > 1 else polynomial(values)
    assert interpolate(values) == coefficients_of(expected, len(values))
    assert transform(interpolate(values)) == values
    assert interpolate(transform(values)) == values


@given(coefficients=st.sampled_from(SIZES).flatmap(lists))
def test_transform_equals_evaluation(coefficients: list[int]) -> None:
    """The transform is evaluation at the powers of the root, as galois evaluates."""
    values = polynomial(coefficients)(FIELD(domain(len(coefficients))))
    assert transform(coefficients) == [int(value) for value in np.atleast_1d(values)]


@given(coefficients=st.sampled_from(SIZES).flatmap(lists), point=elements)
def test_lagrange_basis_evaluates(coefficients: list[int], point: int) -> None:
    """Sum of values times L_i(tau) is the polynomial at tau: what a setup computes without ever interpolating."""
    size = len(coefficients)
    assume(pow(point, size, R) != 1)
    basis = lagrange_basis(size, point)
    total = sum(value * weight for value, weight in zip(transform(coefficients), basis, strict=True)) % R
    assert total == evaluate(coefficients, point) == int(polynomial(coefficients)(FIELD(point)))


@given(left=lists(4), right=lists(5))
def test_products_and_division_equal_galois(left: list[int], right: list[int]) -> None:
    """Product, and quotient and remainder by z^4 - 1, equal galois'."""
    whole = product(left, right)
    assert whole == coefficients_of(polynomial(left) * polynomial(right), 8)
    quotient, rest = divide_by_vanishing(whole, 4)
    vanishing = galois.Poly.Degrees([4, 0], [1, R - 1], field=FIELD)
    expected_quotient, expected_rest = divmod(polynomial(whole), vanishing)
    assert quotient == coefficients_of(expected_quotient, 4)
    assert rest == coefficients_of(expected_rest, 4)


@given(a=lists(8), b=lists(8), row=st.integers(0, 7), error=st.integers(1, R - 1))
def test_quotient_exists_exactly_for_satisfied_rows(a: list[int], b: list[int], row: int, error: int) -> None:
    """A(z) B(z) - C(z) is divisible by z^n - 1 when c_i = a_i b_i on every row, and not when one row is off."""
    c = [x * y % R for x, y in zip(a, b, strict=True)]
    assert not any(_remainder(a, b, c))
    c[row] = (c[row] + error) % R
    assert any(_remainder(a, b, c))


@given(a=lists(8), b=lists(8))
def test_odd_coset_gives_the_quotient(a: list[int], b: list[int]) -> None:
    """(A B - C) / (z^n - 1) at g w^i is (A B - C)(g w^i) / -2 for g of order 2 n: a prover divides by a constant."""
    c = [x * y % R for x, y in zip(a, b, strict=True)]
    coset = [root_of_unity(16) * power % R for power in domain(8)]
    quotient, _ = divide_by_vanishing(_difference(a, b, c), 8)
    for point in coset:
        values = [evaluate(interpolate(rows), point) for rows in (a, b, c)]
        assert evaluate(quotient, point) == (values[0] * values[1] - values[2]) * inverse(-2) % R


def _difference(a: list[int], b: list[int], c: list[int]) -> list[int]:
    whole = product(interpolate(a), interpolate(b))
    lower = interpolate(c)
    return [(value - (lower[i] if i < len(lower) else 0)) % R for i, value in enumerate(whole)]


def _remainder(a: list[int], b: list[int], c: list[int]) -> list[int]:
    return divide_by_vanishing(_difference(a, b, c), len(a))[1]
