//! Pairings on the calling thread. arkworks' own Miller loops run on rayon's global pool, which neither survives a fork
//! nor leaves a verifier alone while a proof is made.

use ark_bn254::{Bn254, Config, Fq2, Fq12, G1Affine};
use ark_ec::AffineRepr;
use ark_ec::bn::{BnConfig, G2Prepared};
use ark_ec::pairing::{MillerLoopOutput, Pairing};
use ark_ff::{AdditiveGroup, Field, One};

/// A point of G2 with the lines that its Miller loop takes.
pub type PreparedG2 = G2Prepared<Config>;

/// Coefficients of a line: those of 1, of x and of y.
type Line = (Fq2, Fq2, Fq2);

/// The product of the pairings of all pairs.
pub fn pairing_product(pairs: &[(G1Affine, &PreparedG2)]) -> Fq12 {
    final_exponentiation(miller_product(pairs))
}

/// What makes a product of Miller functions one of pairings; 0, which no pairing is, stays 0.
pub fn final_exponentiation(product: Fq12) -> Fq12 {
    Bn254::final_exponentiation(MillerLoopOutput(product)).map_or(Fq12::ZERO, |paired| paired.0)
}

/// The product of the Miller functions of all pairs; a pair with a point at infinity counts as 1.
///
/// f_{6x+2, Q}(P) times the lines through pi(Q) and -pi^2(Q), for BN254's x > 0: the optimal ate pairing of Vercauteren.
pub fn miller_product(pairs: &[(G1Affine, &PreparedG2)]) -> Fq12 {
    let mut pairs: Vec<_> = pairs
        .iter()
        .filter(|(point, lines)| !point.is_zero() && !lines.infinity)
        .map(|(point, lines)| (point, lines.ell_coeffs.iter()))
        .collect();
    let mut product = Fq12::one();
    let mut multiply_lines = |product: &mut Fq12| {
        for (point, lines) in &mut pairs {
            if let Some(line) = lines.next() {
                multiply_line(product, line, point);
            }
        }
    };
    for digit in Config::ATE_LOOP_COUNT.iter().rev().skip(1) {
        product.square_in_place();
        multiply_lines(&mut product);
        if *digit != 0 {
            multiply_lines(&mut product);
        }
    }
    multiply_lines(&mut product);
    multiply_lines(&mut product);
    product
}

/// Multiply by a line at `point`; the curve's twist is of type D.
fn multiply_line(product: &mut Fq12, (one, x, y): &Line, point: &G1Affine) {
    let (mut one, mut x) = (*one, *x);
    one.mul_assign_by_fp(&point.y);
    x.mul_assign_by_fp(&point.x);
    product.mul_by_034(&one, &x, y);
}
