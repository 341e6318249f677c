//! Powers of tau to the Lagrange polynomials at tau: the inverse Fourier transform of points.
//!
//! Stockham's order of the steps: each reads one list of points and writes another, so that threads share nothing, and
//! both ends are in natural order.

use std::marker::PhantomData;

use ark_bn254::Fr;
use ark_ec::CurveGroup;
use ark_ff::{FftField, Field};
use rayon::prelude::*;

use super::multiples::{
    BLOCK, Curve, Digits, Exact, Lattice, OnLanes, Packed, consecutive, packed, products, unpacked,
};
use crate::error::Result;
use crate::kernels::{Kernel, Lanes, Point, Work};
use crate::watch::Watch;

/// What transforms of up to so many points take.
pub struct Roots<P> {
    /// The first half of the powers of the inverse of the root of unity.
    powers: Vec<Digits>,
    lattice: Lattice<P>,
    kernel: Kernel,
}

impl<P: Curve> Roots<P> {
    /// For transforms of up to 2^`power` points, at most 2^28.
    pub fn new(power: u32, kernel: Kernel) -> Self {
        let lattice = Lattice::default();
        let root = root(power).inverse().unwrap_or(Fr::ONE);
        let half = (1usize << power) / 2;
        let blocks = (0..half).into_par_iter().step_by(BLOCK).map(|first| {
            let count = BLOCK.min(half - first);
            let start = root.pow([first as u64]);
            let powers = std::iter::successors(Some(start), |power| Some(*power * root));
            let digits = powers.take(count).map(|power| lattice.digits(&power));
            digits.collect::<Vec<_>>()
        });
        Self {
            powers: blocks.flatten_iter().collect(),
            lattice,
            kernel,
        }
    }

    /// Work of a transform, in multiples in G1: what `watch` hears of.
    pub fn work(power: u32) -> u64 {
        P::COST * ((u64::from(power) + 2) << power) / 2
    }

    /// The Lagrange polynomials of the domain of as many points as there are powers: polynomial j is 1 at the j-th power
    /// of the root of unity, and 0 at the others. A missing power may be at infinity.
    pub fn lagrange(&self, powers: &[Packed<P>], watch: &Watch) -> Result<Vec<Packed<P>>> {
        P::on_lanes(
            self.kernel,
            Transform {
                roots: self,
                powers,
                watch,
            },
        )
    }
}

/// The root of unity of order 2^`power` that circom's tools use: a power of 5's.
fn root(power: u32) -> Fr {
    let mut root = Fr::TWO_ADIC_ROOT_OF_UNITY;
    for _ in power..Fr::TWO_ADICITY {
        root = root.square();
    }
    root
}

struct Transform<'a, P: Curve> {
    roots: &'a Roots<P>,
    powers: &'a [Packed<P>],
    watch: &'a Watch,
}

impl<P: Curve> OnLanes<P> for Transform<'_, P> {
    type Done = Result<Vec<Packed<P>>>;

    fn run<L: Lanes<Element = P::BaseField>>(self) -> Self::Done {
        let count = self.powers.len();
        let mut points = self.scaled::<L>()?;
        let mut after = vec![Packed::<P>::default(); count];
        // Transforms of `length` points lie `count / length` apart.
        let mut length = 1;
        while length < count {
            self.step::<L>(&points, &mut after, count / 2 / length)?;
            std::mem::swap(&mut points, &mut after);
            length *= 2;
        }
        Ok(points)
    }
}

impl<P: Curve> Transform<'_, P> {
    /// The powers over their number.
    fn scaled<L: Lanes<Element = P::BaseField>>(&self) -> Result<Vec<Packed<P>>> {
        let mut points = self.powers.to_vec();
        let scalar = Fr::from(points.len() as u64).inverse().unwrap_or(Fr::ONE);
        let digits = [self.roots.lattice.digits(&scalar); BLOCK];
        points.par_chunks_mut(BLOCK).try_for_each(|block| {
            products::<P, L>(block, &digits[..block.len()]);
            self.watch.advance(P::COST * block.len() as u64)
        })?;
        Ok(points)
    }

    /// Join transforms in pairs, each with the one `apart` behind it: x + w y and x - w y go to both halves.
    fn step<L: Lanes<Element = P::BaseField>>(
        &self,
        points: &[Packed<P>],
        after: &mut [Packed<P>],
        apart: usize,
    ) -> Result<()> {
        let half = points.len() / 2;
        let stride = self.roots.powers.len() / half;
        let (sums, differences) = after.split_at_mut(half);
        let blocks = sums
            .par_chunks_mut(BLOCK)
            .zip(differences.par_chunks_mut(BLOCK))
            .enumerate();
        blocks.try_for_each(|(block, (sums, differences))| {
            let first = block * BLOCK;
            // Of pair i the frequency is i / apart, and its root the power i - i % apart.
            let frequency = |pair: usize| (pair - pair % apart) * stride;
            let place = |pair: usize| pair + pair - pair % apart;
            let pairs = first..first + sums.len();
            let mut pair: Vec<Packed<P>> = pairs.clone().map(|pair| points[place(pair)]).collect();
            let turned = pairs.clone().map(|pair| points[place(pair) + apart]);
            pair.extend(turned);
            // Frequency 0 comes first, and its root is 1.
            let ones = apart.clamp(pairs.start, pairs.end) - pairs.start;
            let roots = pairs
                .skip(ones)
                .map(|pair| self.roots.powers[frequency(pair)]);
            let roots: Vec<Digits> = roots.collect();
            products::<P, L>(&mut pair[sums.len() + ones..], &roots);
            joined::<P, L>(&mut pair, sums, differences);
            self.watch.advance(P::COST * sums.len() as u64)
        })
    }
}

/// Sums and differences of the points in the first half of `pairs` and those in the second half.
fn joined<P: Curve, L: Lanes<Element = P::BaseField>>(
    pairs: &mut Vec<Packed<P>>,
    sums: &mut [Packed<P>],
    differences: &mut [Packed<P>],
) {
    let count = sums.len();
    let infinite = Packed::<P>::default();
    let generator = packed::<P>(&P::GENERATOR);
    let double = packed::<P>(&(P::GENERATOR + P::GENERATOR).into_affine());
    // Where the lanes' formula has no answer, they add something else.
    let mut apart = Vec::new();
    for place in 0..count {
        let (x, y) = (pairs[place], pairs[count + place]);
        let (p, q) = (unpacked::<P>(&x), unpacked::<P>(&y));
        if x == infinite || y == infinite || p.x == q.x {
            apart.push((
                place,
                packed::<P>(&(p + q).into()),
                packed::<P>(&(p - q).into()),
            ));
            (pairs[place], pairs[count + place]) = (generator, double);
        }
    }
    let whole = count.next_multiple_of(L::WIDTH);
    let second = pairs.split_off(count);
    pairs.resize(whole, generator);
    pairs.extend(second);
    pairs.resize(2 * whole, double);
    L::run(Joined::<P, L> {
        pairs,
        curve: PhantomData,
    });
    sums.copy_from_slice(&pairs[..count]);
    differences.copy_from_slice(&pairs[whole..whole + count]);
    for (place, sum, difference) in apart {
        (sums[place], differences[place]) = (sum, difference);
    }
}

/// Sums instead of the first half, differences instead of the second; no two points of a pair have the same x.
struct Joined<'a, P, L: Lanes> {
    pairs: &'a mut [Point<L>],
    curve: PhantomData<P>,
}

impl<P: Curve, L: Lanes<Element = P::BaseField>> Work for Joined<'_, P, L> {
    type Done = ();

    #[inline(always)]
    fn run(self) {
        let exact = Exact::<L>::new();
        let half = self.pairs.len() / 2;
        let mut runs = Vec::with_capacity(half / L::WIDTH);
        for first in (0..half).step_by(L::WIDTH) {
            let x1 = L::gather_x(self.pairs, &consecutive::<L>(first)[..L::WIDTH]);
            let x2 = L::gather_x(self.pairs, &consecutive::<L>(half + first)[..L::WIDTH]);
            runs.push(exact.factor(x2.minus(x1)));
        }
        exact.invert(&mut runs);
        for (vector, inverse) in runs.into_iter().enumerate() {
            let first = vector * L::WIDTH;
            let left = consecutive::<L>(first);
            let right = consecutive::<L>(half + first);
            let (x1, y1) = L::gather(self.pairs, &left[..L::WIDTH]);
            let (x2, y2) = L::gather(self.pairs, &right[..L::WIDTH]);
            let (x1, y1) = (exact.factor(x1), exact.factor(y1));
            let (x2, y2) = (exact.factor(x2), exact.factor(y2));
            let slope = y2.minus_wide(y1).times(inverse);
            let x = slope.squared().minus(x1).minus(x2);
            let y = slope.times(x1.minus_wide(x)).minus(y1);
            L::scatter(
                exact.value(x),
                exact.value(y),
                self.pairs,
                &left[..L::WIDTH],
            );
            // The second point's opposite: its slope and y are read off with the other sign.
            let slope = y2.plus_wide(y1).times(inverse);
            let x = slope.squared().minus(x1).minus(x2);
            let y = slope.times(x.minus_wide(x1)).minus(y1);
            L::scatter(
                exact.value(x),
                exact.value(y),
                self.pairs,
                &right[..L::WIDTH],
            );
        }
    }
}
