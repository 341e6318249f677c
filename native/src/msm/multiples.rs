//! Bases with multiples by powers of two, for keys that prove again and again: with 2^w times a base at hand, the digit
//! of window w goes where that of window 0 goes, so that several windows share a set of buckets, which is folded once.

use std::io::{self, Write};
use std::marker::PhantomData;

use ark_bn254::Fr;
use ark_ec::short_weierstrass::{Affine, Projective, SWCurveConfig};
use ark_ff::AdditiveGroup;
use rayon::prelude::*;
use zeroize::Zeroizing;

use super::bases::{Bases, TOGETHER, read_points};
use super::doublings::Doubled;
use super::windows::{Digits, cost, windows};
use super::{joined, sum_by};
use crate::error::Result;
use crate::formats::mapped::Contents;
use crate::formats::points::{BinaryPoint, PointSection};
use crate::kernels::pages::room_in_large_pages;
use crate::kernels::points::Coordinate;
use crate::kernels::{Lanes, NEGATED, Point};
use crate::random::random_bytes;
use crate::watch::Watch;

/// How bases are prepared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Bits of a digit.
    pub bits: usize,
    /// Sets of buckets that the windows of a scalar share.
    pub groups: usize,
}

/// Widths of which one may be the best.
const WIDTHS: std::ops::RangeInclusive<usize> = 4..=20;

impl Shape {
    /// The one that costs least, where each base may have so many multiples, itself among them.
    pub fn best(points: usize, most: usize) -> Self {
        let shape = |bits| Self {
            bits,
            groups: windows(bits).div_ceil(most.max(1)),
        };
        let cost = |shape: &Self| cost(points, shape.bits, shape.groups);
        let shapes = WIDTHS.map(shape);
        shapes
            .min_by_key(cost)
            .unwrap_or_else(|| shape(*WIDTHS.start()))
    }

    /// From a file; `None` where there is no such shape.
    pub fn checked(bits: usize, groups: usize) -> Option<Self> {
        let there = WIDTHS.contains(&bits) && (1..=windows(bits)).contains(&groups);
        there.then_some(Self { bits, groups })
    }

    /// Of each base, itself among them.
    pub fn multiples(self) -> usize {
        windows(self.bits).div_ceil(self.groups)
    }

    /// From one multiple to the next.
    fn doublings(self) -> usize {
        self.bits * self.groups
    }
}

/// Points that share a division while they are doubled.
const BLOCK: usize = 1 << 10;

/// Windows of the random numbers that multiples are checked with: two of 8 bits, and the carry.
const RANDOM_BITS: usize = 8;
const RANDOM_WINDOWS: usize = 3;

impl<L: Lanes> Bases<L> {
    /// Bases and multiples there will be, where places can tell so many apart.
    pub fn prepared_len(&self, shape: Shape) -> Option<usize> {
        let all = self.len() * shape.multiples();
        (all < NEGATED as usize).then_some(all)
    }

    /// Give each base its multiples. The bases have none yet.
    pub fn prepare<P>(&mut self, shape: Shape, watch: &Watch) -> Result<()>
    where
        P: SWCurveConfig<BaseField = L::Element>,
    {
        let count = self.len();
        let mut points = self.with_room(shape);
        for multiple in 1..shape.multiples() {
            if count == 0 {
                break;
            }
            points.resize(count * (multiple + 1), Point::<L>::default());
            let (before, after) = points.split_at_mut(count * multiple);
            let before = before[count * (multiple - 1)..].par_chunks(BLOCK);
            let blocks = before.zip(after.par_chunks_mut(BLOCK));
            blocks.try_for_each(|(points, into)| -> Result<()> {
                watch.advance((points.len() * L::Element::POINT_BYTES) as u64)?;
                L::run(Doubled::<P, L> {
                    points,
                    into,
                    times: shape.doublings(),
                    curve: PhantomData,
                });
                Ok(())
            })?;
        }
        self.points = points;
        self.shape = Some(shape);
        Ok(())
    }

    /// Write the multiples, without the bases themselves, as points of a key are.
    pub fn write_multiples<P>(&self, out: &mut impl Write) -> io::Result<()>
    where
        P: SWCurveConfig<BaseField = L::Element>,
        Affine<P>: BinaryPoint,
    {
        let mut bytes = Vec::with_capacity(TOGETHER * L::Element::POINT_BYTES);
        for points in self.points[self.len()..].chunks(TOGETHER) {
            bytes.clear();
            for (x, y) in points.iter().filter_map(L::Element::unpack) {
                Affine::<P>::new_unchecked(x, y).encode(&mut bytes);
            }
            out.write_all(&bytes)?;
        }
        Ok(())
    }

    /// Read the multiples. That they are those of these bases is checked; false where they are not.
    pub fn read_multiples<P>(
        &mut self,
        shape: Shape,
        section: &PointSection<'_, P>,
        contents: &Contents<'_>,
        watch: &Watch,
    ) -> Result<bool>
    where
        P: SWCurveConfig<ScalarField = Fr, BaseField = L::Element>,
        Affine<P>: BinaryPoint,
    {
        let count = self.len();
        let mut points = self.with_room(shape);
        points.resize(count + section.count(), Point::<L>::default());
        let blocks = points[count..].par_chunks_mut(TOGETHER).enumerate();
        blocks.try_for_each(|(block, points)| {
            read_points::<P, L>(points, section, |at| block * TOGETHER + at)?;
            watch.advance((points.len() * L::Element::POINT_BYTES) as u64)
        })?;
        contents.let_go(section.whole());
        self.points = points;
        self.shape = Some(shape);
        self.multiples_hold::<P>(shape, watch)
    }

    fn with_room(&self, shape: Shape) -> Vec<Point<L>> {
        let mut points = room_in_large_pages(self.len() * shape.multiples());
        points.extend_from_slice(&self.points[..self.len()]);
        points
    }

    /// Whether each multiple is the one before it, doubled so many times: of all bases' multiples together, each times a
    /// random number of 16 bits. A wrong one is overlooked once in 65,536 times, or, where it is off by a point of small
    /// order in G2, once in 10,069; a prover's points are checked with its proof.
    fn multiples_hold<P>(&self, shape: Shape, watch: &Watch) -> Result<bool>
    where
        P: SWCurveConfig<ScalarField = Fr, BaseField = L::Element>,
    {
        if self.is_empty() {
            return Ok(true);
        }
        let random = random_bytes(2 * self.len())?;
        let random = random.as_chunks::<2>().0.iter();
        let numbers = random.map(|bytes| [u64::from(u16::from_le_bytes(*bytes)), 0, 0, 0]);
        let digits = Digits::as_wide(Zeroizing::new(numbers.collect()), RANDOM_BITS);
        let order = |window| digits.sorted(0..self.len(), window, digits.windows());
        let orders: Vec<_> = (0..RANDOM_WINDOWS).map(order).collect();
        let rows: Vec<_> = self.points.chunks(self.len()).collect();
        let sums = rows.into_par_iter().map(|row| {
            watch.advance((row.len() * L::Element::POINT_BYTES) as u64)?;
            let sums: Vec<_> = orders
                .iter()
                .map(|order| sum_by::<P, L>(row, order))
                .collect();
            Ok(joined(&sums, RANDOM_BITS))
        });
        let sums = sums.collect::<Result<Vec<Projective<P>>>>()?;
        Ok(sums.windows(2).all(|pair| {
            let mut expected = pair[0];
            for _ in 0..shape.doublings() {
                expected.double_in_place();
            }
            expected == pair[1]
        }))
    }
}
