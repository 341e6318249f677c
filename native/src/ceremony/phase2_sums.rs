//! What the rows of a circuit make of the Lagrange polynomials at tau: for each wire a sum of points times coefficients.
//!
//! Most coefficients of a wire are 1, or occur in many of its rows. Points with the same one, or its opposite, are added
//! before anything is multiplied.

use ark_bn254::Fr;
use ark_ec::short_weierstrass::{Affine, Projective};
use ark_ec::{AdditiveGroup, CurveGroup};
use ark_ff::{BigInt, PrimeField};
use rayon::prelude::*;

use super::multiples::{Curve, multiples};
use crate::error::Result;
use crate::matrix::Matrix;
use crate::watch::Watch;

/// The terms of a matrix by their wires.
pub struct Columns {
    /// Where the terms of each wire end.
    ends: Vec<usize>,
    terms: Vec<(Fr, u32)>,
}

impl Columns {
    /// Those of a matrix over `wires` wires.
    pub fn of(matrix: &Matrix, wires: usize) -> Self {
        let mut ends = vec![0; wires];
        let terms = || matrix.rows().flatten();
        terms().for_each(|(_, wire)| ends[*wire as usize] += 1);
        let mut next: Vec<usize> = ends
            .iter_mut()
            .scan(0, |total, end| {
                let start = *total;
                *total += *end;
                *end = *total;
                Some(start)
            })
            .collect();
        let mut columns = Self {
            terms: vec![(Fr::ZERO, 0); terms().count()],
            ends,
        };
        for (row, terms) in (0u32..).zip(matrix.rows()) {
            for (coefficient, wire) in terms {
                let place = &mut next[*wire as usize];
                columns.terms[*place] = (*coefficient, row);
                *place += 1;
            }
        }
        columns
    }

    /// A coefficient and its row, for each term of a wire.
    fn of_wire(&self, wire: usize) -> &[(Fr, u32)] {
        let start = if wire == 0 { 0 } else { self.ends[wire - 1] };
        &self.terms[start..self.ends[wire]]
    }

    /// Terms there are.
    pub fn count(&self) -> usize {
        self.terms.len()
    }
}

/// Columns, and the points of their rows.
pub type Part<'a, P> = (&'a Columns, &'a [Affine<P>]);

/// Wires whose sums are made between two looks at the watch.
const TOGETHER: usize = 512;

/// For each of the first `wires` wires, the sum of the rows' points times its coefficients; `watch` hears of `cost` for
/// each term.
pub fn sums<P: Curve>(
    parts: &[Part<'_, P>],
    wires: usize,
    cost: u64,
    watch: &Watch,
) -> Result<Vec<Affine<P>>> {
    let mut sums = Vec::with_capacity(wires);
    for first in (0..wires).step_by(TOGETHER) {
        let block = first..wires.min(first + TOGETHER);
        let grouped = block.into_par_iter().map(|wire| Grouped::of(parts, wire));
        let grouped: Vec<Grouped<P>> = grouped.collect();
        let factors = grouped.iter().flat_map(|wire| &wire.factors);
        let (coefficients, factors): (Vec<Fr>, Vec<Projective<P>>) = factors.copied().unzip();
        let factors = Projective::normalize_batch(&factors);
        let products = multiples(&factors, &coefficients, &Watch::default())?;
        let (mut products, mut totals) = (products.as_slice(), Vec::with_capacity(TOGETHER));
        for wire in &grouped {
            let (own, others) = products.split_at(wire.factors.len());
            totals.push(own.iter().fold(wire.total, |sum, product| sum + product));
            products = others;
        }
        sums.extend(Projective::normalize_batch(&totals));
        watch.advance(cost * grouped.iter().map(|wire| wire.terms).sum::<u64>())?;
    }
    Ok(sums)
}

/// The terms of a wire, those with the same coefficient as one.
struct Grouped<P: Curve> {
    terms: u64,
    /// What coefficients of 1 make.
    total: Projective<P>,
    /// The other coefficients, and what they multiply.
    factors: Vec<(Fr, Projective<P>)>,
}

impl<P: Curve> Grouped<P> {
    fn of(parts: &[Part<'_, P>], wire: usize) -> Self {
        let mut terms = Vec::new();
        for (columns, points) in parts {
            for (coefficient, row) in columns.of_wire(wire) {
                terms.push(positive(coefficient, points[*row as usize]));
            }
        }
        terms.sort_unstable_by_key(|(coefficient, _)| *coefficient);
        let mut grouped = Self {
            terms: terms.len() as u64,
            total: Projective::ZERO,
            factors: Vec::new(),
        };
        for same in terms.chunk_by(|(one, _), (other, _)| one == other) {
            let factor = same
                .iter()
                .fold(Projective::ZERO, |sum, (_, point)| sum + point);
            let coefficient = Fr::from_bigint(same[0].0).unwrap_or_default();
            if same[0].0 == BigInt::from(1u64) {
                grouped.total = factor;
            } else {
                grouped.factors.push((coefficient, factor));
            }
        }
        grouped
    }
}

/// The smaller of a coefficient and its opposite, with the point or the opposite.
fn positive<P: Curve>(coefficient: &Fr, point: Affine<P>) -> (BigInt<4>, Affine<P>) {
    let (plus, minus) = (coefficient.into_bigint(), (-*coefficient).into_bigint());
    if minus < plus {
        (minus, -point)
    } else {
        (plus, point)
    }
}
