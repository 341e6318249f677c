//! Field elements and points in snarkjs' JSON: decimal strings, projective points with z = 1.

use ark_bn254::{Fq, Fq2, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{AdditiveGroup, BigInt, Field, PrimeField};
use num_bigint::BigUint;

use super::json::{Node, Parsed};
use super::points::checked_point;
use crate::field::{from_integer, to_integer};

/// Digits of the largest element of either field.
const MAX_DIGITS: usize = 77;

/// The element that a canonical decimal string is: digits only, no leading zero, below the modulus.
pub fn element<F: PrimeField<BigInt = BigInt<4>>>(node: &Node) -> Parsed<F> {
    let text = node.text()?;
    let digits = !text.is_empty()
        && text.len() <= MAX_DIGITS
        && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || (text.len() > 1 && text.starts_with('0')) {
        return Err(
            node.fault("not a decimal number of the field without sign, blanks or leading zeros")
        );
    }
    let number = text
        .parse::<BigUint>()
        .map_err(|_| node.fault("not a decimal number"))?;
    from_integer(&number).map_err(|_| node.fault("not below the field's order"))
}

fn extension(node: &Node) -> Parsed<Fq2> {
    let [real, imaginary] = node.exactly()?;
    Ok(Fq2::new(element(real)?, element(imaginary)?))
}

/// A G1 point; infinity is 0, 1, 0 as snarkjs writes it.
pub fn g1(node: &Node) -> Parsed<G1Affine> {
    let [x, y, z] = node.exactly()?;
    let (x, y, z) = (element::<Fq>(x)?, element::<Fq>(y)?, element::<Fq>(z)?);
    if z == Fq::ZERO && x == Fq::ZERO && y == Fq::ONE {
        return Ok(G1Affine::identity());
    }
    if z != Fq::ONE {
        return Err(node.fault("the third coordinate of a point must be 1"));
    }
    if x == Fq::ZERO && y == Fq::ZERO {
        return Err(node.fault("a point that is not on the curve"));
    }
    checked_point(x, y).map_err(|reason| node.fault(reason))
}

/// A G2 point, the real part of each coordinate first; infinity is 0, 1, 0.
pub fn g2(node: &Node) -> Parsed<G2Affine> {
    let [x, y, z] = node.exactly()?;
    let (x, y, z) = (extension(x)?, extension(y)?, extension(z)?);
    if z == Fq2::ZERO && x == Fq2::ZERO && y == Fq2::ONE {
        return Ok(G2Affine::identity());
    }
    if z != Fq2::ONE {
        return Err(node.fault("the third coordinate of a point must be 1, 0"));
    }
    if x == Fq2::ZERO && y == Fq2::ZERO {
        return Err(node.fault("a point that is not on the curve"));
    }
    checked_point(x, y).map_err(|reason| node.fault(swapped_hint(x, y).unwrap_or(reason)))
}

/// What to say of (x, y) if exchanging real and imaginary parts would put it on the curve.
pub fn swapped_hint(x: Fq2, y: Fq2) -> Option<&'static str> {
    let swapped = G2Affine::new_unchecked(Fq2::new(x.c1, x.c0), Fq2::new(y.c1, y.c0));
    (!swapped.is_zero() && swapped.is_on_curve())
        .then_some("real and imaginary parts are swapped (contracts put the imaginary part first)")
}

/// An element as JSON.
pub fn text<F: PrimeField>(value: &F) -> String {
    format!("\"{}\"", to_integer(*value))
}

/// A list as snarkjs prints it: one item a line, a blank per level, the bracket at `level`.
pub fn list(level: usize, items: &[String]) -> String {
    let blanks = " ".repeat(level);
    let lines: Vec<String> = items
        .iter()
        .map(|item| format!("{blanks} {item}"))
        .collect();
    format!("[\n{}\n{blanks}]", lines.join(",\n"))
}

/// A point of G1 as JSON, its bracket at `level`.
pub fn g1_text(level: usize, point: &G1Affine) -> String {
    match point.xy() {
        Some((x, y)) => list(level, &[text(&x), text(&y), text(&Fq::ONE)]),
        None => list(level, &[text(&Fq::ZERO), text(&Fq::ONE), text(&Fq::ZERO)]),
    }
}

/// An element of the quadratic extension as JSON, real part first, its bracket at `level`.
pub fn extension_text(level: usize, value: &Fq2) -> String {
    list(level, &[text(&value.c0), text(&value.c1)])
}

/// A point of G2 as JSON, its bracket at `level`.
pub fn g2_text(level: usize, point: &G2Affine) -> String {
    let coordinates = match point.xy() {
        Some((x, y)) => [x, y, Fq2::ONE],
        None => [Fq2::ZERO, Fq2::ONE, Fq2::ZERO],
    };
    list(
        level,
        &coordinates.map(|coordinate| extension_text(level + 1, &coordinate)),
    )
}
