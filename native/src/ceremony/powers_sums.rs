//! Random sums of many points: two lists that disagree in one place have the same sum with chance 2^-128.

use std::marker::PhantomData;

use ark_bn254::Fr;
use ark_ec::AdditiveGroup;
use ark_ec::short_weierstrass::{Affine, Projective};
use ark_ff::{BigInt, PrimeField};
use rayon::prelude::*;
use zeroize::Zeroizing;

use super::multiples::{Curve, OnLanes};
use crate::error::Result;
use crate::formats::mapped::Contents;
use crate::formats::points::{BinaryPoint, PointSection};
use crate::kernels::{Kernel, Lanes, Words};
use crate::msm::{Bases, sum_of_multiples};
use crate::random::random_bytes;
use crate::watch::Watch;

/// Points read and summed before the next are.
const TOGETHER: usize = 1 << 16;

/// Coefficients of 128 random bits with a bit above them, which keeps sums by digits from taking them for small ones.
pub fn coefficients(count: usize) -> Result<Vec<Words>> {
    let bytes = random_bytes(16 * count)?;
    let words = bytes.as_chunks::<16>().0.iter().map(|bytes| {
        let number = u128::from_le_bytes(*bytes);
        [number as u64, (number >> 64) as u64, 1, 0]
    });
    Ok(words.collect())
}

/// These coefficients as scalars.
pub fn scalars(coefficients: &[Words]) -> Vec<Fr> {
    let scalars = coefficients.par_iter();
    scalars
        .map(|words| Fr::from_bigint(BigInt(*words)).unwrap_or_default())
        .collect()
}

/// Scalars as integers.
pub fn integers(scalars: &[Fr]) -> Vec<Words> {
    let scalars = scalars.par_iter();
    scalars.map(|scalar| scalar.into_bigint().0).collect()
}

/// A section's points, all in their subgroup, summed up with coefficients of each list; `watch` hears of each point.
pub fn sums<P: Curve, const LISTS: usize>(
    section: &PointSection<'_, P>,
    lists: [&[Words]; LISTS],
    contents: &Contents<'_>,
    watch: &Watch,
) -> Result<[Projective<P>; LISTS]>
where
    Affine<P>: BinaryPoint,
{
    let mut sums = [Projective::<P>::ZERO; LISTS];
    for start in (0..section.count()).step_by(TOGETHER) {
        let part = section.part(start, TOGETHER.min(section.count() - start))?;
        let points = part.all(&Watch::default())?;
        contents.let_go(part.whole());
        let found = P::on_lanes(
            Kernel::best(),
            Sums {
                points: &points,
                lists: lists.map(|list| list[start..start + points.len()].to_vec()),
                curve: PhantomData,
            },
        );
        for (sum, found) in sums.iter_mut().zip(found) {
            *sum += found;
        }
        watch.advance(P::COST * points.len() as u64)?;
    }
    Ok(sums)
}

struct Sums<'a, P: Curve, const LISTS: usize> {
    points: &'a [Affine<P>],
    lists: [Vec<Words>; LISTS],
    curve: PhantomData<P>,
}

impl<P: Curve, const LISTS: usize> OnLanes<P> for Sums<'_, P, LISTS> {
    type Done = [Projective<P>; LISTS];

    fn run<L: Lanes<Element = P::BaseField>>(self) -> Self::Done {
        let bases = Bases::<L>::of(self.points);
        self.lists
            .map(|list| sum_of_multiples::<P, L>(&bases, Zeroizing::new(list)))
    }
}
