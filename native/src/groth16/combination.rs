//! The combination of IC that public signals ask for, from tables made once per key.

use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::{AdditiveGroup, CurveGroup};
use ark_ff::{PrimeField, Zero};

/// Bits of a scalar that one table entry stands for: 15 points per signal, 64 additions per scalar.
const WINDOW: usize = 4;
const ENTRIES: usize = (1 << WINDOW) - 1;

/// The first `ENTRIES` multiples of every point.
#[derive(Clone)]
pub struct Tables {
    multiples: Vec<G1Affine>,
}

impl Tables {
    /// Tables of these points.
    pub fn of(points: &[G1Affine]) -> Self {
        let mut multiples = Vec::with_capacity(points.len() * ENTRIES);
        for point in points {
            let mut multiple = G1Projective::zero();
            for _ in 0..ENTRIES {
                multiple += point;
                multiples.push(multiple);
            }
        }
        Self {
            multiples: G1Projective::normalize_batch(&multiples),
        }
    }

    /// The sum of each point times its scalar. The scalars are public, so its time may depend on them.
    pub fn combine(&self, scalars: &[Fr]) -> G1Affine {
        let digits: Vec<[u64; 4]> = scalars
            .iter()
            .map(|scalar| scalar.into_bigint().0)
            .collect();
        let mut sum = G1Projective::zero();
        for window in (0..256 / WINDOW).rev() {
            for _ in 0..WINDOW {
                sum.double_in_place();
            }
            let (limb, shift) = (window * WINDOW / 64, window * WINDOW % 64);
            for (digits, multiples) in digits.iter().zip(self.multiples.chunks_exact(ENTRIES)) {
                let digit = (digits[limb] >> shift) as usize & ENTRIES;
                if digit > 0 {
                    sum += &multiples[digit - 1];
                }
            }
        }
        sum.into_affine()
    }
}
