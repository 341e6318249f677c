"""Writes the tables of fixed-base multiplication for the circuits, as functions of Circom.

Signature windows. Window w adds one of +-d_i 8^w Base8, i = 0..3, with d_i one of 1 or 15, 3 or 13, 5 or 11, 7 or 9:
any such choice holds every odd residue modulo 16 once. Four points (u_i, v_i^2) lie on a parabola of a parameter t
where sum w_i t_i = sum w_i t_i^2 = 0 for the null vector w of the vectors (1), (u), (v^2). With t_0 = 0, t_1 = 1 that
is one quadratic equation for t_2; where it has no root in the field another choice of the d_i has one. The last window
keeps 1, 3, 5, 7, so that what is left of a scalar fits.

Delivery windows. Window j adds d 8^j Base8 for an odd d from -7 to 7, with u a cubic of d^2 and v / d another.
"""

from itertools import product

from .babyjubjub import BASE8, SUBGROUP_ORDER, multiply
from .field import R, inverse, square_root
from .montgomery import Affine, affine, from_edwards

SIGNATURE_WINDOWS, DELIVERY_WINDOWS = 84, 82
DIGITS = (1, 3, 5, 7)

Matrix = list[list[int]]


def signature_windows() -> list[dict[str, list[int]]]:
    """For each window its digits, parameters t, coefficients of u and v^2 in 1, t, t^2, and the v of each point."""
    windows = []
    for w in range(SIGNATURE_WINDOWS):
        last = w == SIGNATURE_WINDOWS - 1
        for flips in product((False, True), repeat=4):
            digits = [16 - d if flip else d for d, flip in zip(DIGITS, flips, strict=True)]
            window = None if last and any(flips) else _parabola(digits, w)
            if window is not None:
                windows.append(window)
                break
        else:
            raise ValueError(f"no choice of digits for window {w}")
    return windows


def delivery_windows() -> list[dict[str, list[int]]]:
    """For each window the coefficients of u and of v / d in 1, d^2, d^4, d^6."""
    squares = [d * d for d in DIGITS]
    windows = []
    for j in range(DELIVERY_WINDOWS):
        points = [_multiple(d, j) for d in DIGITS]
        slopes = [v * inverse(d) % R for d, (_, v) in zip(DIGITS, points, strict=True)]
        windows.append({"u": interpolated(squares, [u for u, _ in points]), "v": interpolated(squares, slopes)})
    return windows


def circom_windows(notice: str) -> str:
    """The tables as functions; a row is what the head of its function says."""
    signature = [[*w["d"], *w["t"][2:], *w["u"], *w["square"], *w["v"]] for w in signature_windows()]
    delivery = [[*w["u"], *w["v"]] for w in delivery_windows()]
    start = start_of_delivery()
    return "\n".join(
        [
            f"// {notice}",
            "pragma circom 2.2.3;",
            "",
            "// Row w: digits d_0 .. d_3; t_2, t_3, with t_0 = 0 and t_1 = 1; u and v^2 as polynomials of t, lowest",
            "// coefficient first; v of each point.",
            *_function("SIGNATURE_WINDOWS", signature),
            "// Row j: u and v / d as polynomials of d^2, lowest coefficient first.",
            *_function("DELIVERY_WINDOWS", delivery),
            "// 3 * 2^246 Base8.",
            f"function DELIVERY_START() {{ return [0x{start[0]:064x}, 0x{start[1]:064x}]; }}",
            "",
        ]
    )


def start_of_delivery() -> Affine:
    """3 * 2^246 Base8 in Montgomery coordinates."""
    return affine(from_edwards(multiply(3 * 2**246, BASE8)))


def interpolated(places: list[int], values: list[int]) -> list[int]:
    """Coefficients, lowest first, of the polynomial of least degree through the points."""
    coefficients = [0] * len(places)
    for i, value in enumerate(values):
        basis = [1]
        scale = value
        for j, place in enumerate(places):
            if j != i:
                shifted = [0, *basis]
                basis = [(a - place * b) % R for a, b in zip(shifted, [*basis, 0], strict=True)]
                scale = scale * inverse(places[i] - place) % R
        coefficients = [(a + scale * b) % R for a, b in zip(coefficients, basis, strict=True)]
    return coefficients


def _parabola(digits: list[int], w: int) -> dict[str, list[int]] | None:
    points = [_multiple(d, w) for d in digits]
    us, squares = [u for u, _ in points], [v * v % R for _, v in points]
    _, w1, w2, w3 = _null_vector([[1] * 4, us, squares])
    # w2 t2 + w3 t3 = -w1 and w2 t2^2 + w3 t3^2 = -w1: w2 (w2 + w3) t2^2 + 2 w1 w2 t2 + w1 (w1 + w3) = 0
    a, b, c = w2 * (w2 + w3), 2 * w1 * w2, w1 * (w1 + w3)
    try:
        root = square_root((b * b - 4 * a * c) % R)
    except ValueError:
        return None
    for sign in (1, -1):
        t2 = (sign * root - b) * inverse(2 * a) % R
        t3 = (-w1 - w2 * t2) * inverse(w3) % R
        ts = [0, 1, t2, t3]
        if len(set(ts)) == 4:
            u, square = (interpolated(ts[:3], values[:3]) for values in (us, squares))
            return {"d": digits, "t": ts, "u": u, "square": square, "v": [v for _, v in points]}
    return None


def _null_vector(rows: Matrix) -> list[int]:
    """The solution, up to a factor, of three equations in four unknowns: the signed 3 x 3 minors."""
    minors = []
    for skipped in range(4):
        kept = [[row[i] for i in range(4) if i != skipped] for row in rows]
        (a, b, c), (d, e, f), (g, h, i) = kept
        minor = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
        minors.append((-minor if skipped % 2 else minor) % R)
    return minors


def _multiple(d: int, window: int) -> Affine:
    return affine(from_edwards(multiply(d * pow(8, window, SUBGROUP_ORDER), BASE8)))


def _function(name: str, table: Matrix) -> list[str]:
    rows = [",\n        ".join(f"0x{value:x}" for value in row) for row in table]
    body = "],\n    [   ".join(rows)
    return [f"function {name}() {{ return [", f"    [   {body}]", "]; }", ""]
