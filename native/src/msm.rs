//! Sums of points times scalars, by Pippenger's method: a scalar in digits, points with the same digit into a bucket,
//! the buckets with their weights into one point.

mod buckets;
mod fold;
mod windows;

use std::marker::PhantomData;

use ark_bn254::Fr;
use ark_ec::short_weierstrass::{Affine, Projective, SWCurveConfig};
use ark_ec::{AdditiveGroup, AffineRepr};
use ark_ff::{Field, PrimeField};
use rayon::prelude::*;
use zeroize::Zeroizing;

use crate::error::Result;
use crate::formats::mapped::Contents;
use crate::formats::points::{BinaryPoint, PointSection};
use crate::kernels::points::{Coordinate, Packed};
use crate::kernels::{Lanes, MOST_LANES, Point, Work};
use crate::watch::Watch;
pub use windows::Digits;
use windows::Order;

/// The points of one section of a key.
pub struct Bases<L: Lanes> {
    points: Vec<Point<L>>,
    /// Whose scalar each point takes: those at infinity are left out.
    wires: Vec<u32>,
}

/// Points read between two looks at the watch.
const TOGETHER: usize = 1 << 12;

impl<L: Lanes> Bases<L> {
    /// All that are not at infinity.
    pub fn of<P: SWCurveConfig<BaseField = L::Element>>(points: &[Affine<P>]) -> Self {
        let finite = (0u32..).zip(points);
        let finite = finite.filter_map(|(wire, point)| Some((wire, point.xy()?)));
        let (wires, points) = finite
            .map(|(wire, point)| (wire, L::Element::pack(Some(point))))
            .unzip();
        Self { points, wires }
    }

    /// All that are not at infinity. They lie on the curve; that they are in the subgroup is not checked.
    pub fn read<P>(
        section: &PointSection<'_, P>,
        contents: &Contents<'_>,
        watch: &Watch,
    ) -> Result<Self>
    where
        P: SWCurveConfig<BaseField = L::Element>,
        Affine<P>: BinaryPoint,
    {
        let wires = (0..section.count()).filter(|index| !section.is_infinity(*index));
        let wires: Vec<u32> = wires.map(|index| index as u32).collect();
        let mut points = vec![Point::<L>::default(); wires.len()];
        let blocks = points
            .par_chunks_mut(TOGETHER)
            .zip(wires.par_chunks(TOGETHER));
        blocks.try_for_each(|(points, wires)| {
            for (point, wire) in points.iter_mut().zip(wires) {
                *point = Point::<L>::from_bytes(section.bytes(*wire as usize));
            }
            let canonical = points.iter().all(Packed::is_canonical);
            if !canonical || !L::run(OnCurve::<P, L>(points, PhantomData)) {
                // Which one it is, and why.
                let mut points = wires.iter().map(|wire| section.point(*wire as usize));
                points.try_for_each(|point| point.map(drop))?;
            }
            watch.advance((points.len() * L::Element::POINT_BYTES) as u64)
        })?;
        contents.let_go(section.whole());
        Ok(Self { points, wires })
    }

    /// How many they are.
    pub fn len(&self) -> usize {
        self.wires.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.wires.is_empty()
    }
}

/// Whether all these points lie on the curve: y^2 z = x^3 + b z^3 for z = 1, with three factors in every product.
struct OnCurve<'a, P, L: Lanes>(&'a [Point<L>], PhantomData<P>);

impl<P, L> Work for OnCurve<'_, P, L>
where
    P: SWCurveConfig,
    L: Lanes<Element = P::BaseField>,
{
    type Done = bool;

    #[inline(always)]
    fn run(self) -> bool {
        let z = L::value(P::BaseField::ONE);
        let constant = L::value(P::COEFF_B).times(z).times(z);
        for first in (0..self.0.len()).step_by(L::WIDTH) {
            // Lanes that are left over look at the last point again.
            let place = |lane: usize| (first + lane).min(self.0.len() - 1) as u32;
            let places: [u32; MOST_LANES] = std::array::from_fn(place);
            let (x, y) = L::gather(self.0, &places[..L::WIDTH]);
            let right = x.squared().times(x).plus(constant);
            if !y.squared().times(z).minus(right).all_zero() {
                return false;
            }
        }
        true
    }
}

/// The part of a sum that the digits of one window make, without the window's weight. `first` is the wire of the digits
/// that the bases begin with.
pub fn window_sum<P, L>(
    bases: &Bases<L>,
    digits: &Digits,
    first: usize,
    window: usize,
) -> Projective<P>
where
    P: SWCurveConfig<ScalarField = Fr, BaseField: Coordinate>,
    L: Lanes<Element = P::BaseField>,
{
    let wires = bases.wires.iter().map(|wire| first + *wire as usize);
    L::run(WindowSum::<P, L> {
        points: &bases.points,
        order: digits.sorted(wires, window),
        curve: PhantomData,
    })
}

struct WindowSum<'a, P, L: Lanes> {
    points: &'a [Point<L>],
    order: Order,
    curve: PhantomData<P>,
}

impl<P, L> Work for WindowSum<'_, P, L>
where
    P: SWCurveConfig<ScalarField = Fr, BaseField: Coordinate>,
    L: Lanes<Element = P::BaseField>,
{
    type Done = Projective<P>;

    #[inline(always)]
    fn run(self) -> Projective<P> {
        let buckets = buckets::filled::<P, L>(self.points, &self.order);
        fold::weighted::<P, L>(&buckets)
    }
}

/// The whole sum, from the sums of its windows, the lowest first.
pub fn joined<P: SWCurveConfig<ScalarField = Fr>>(
    sums: &[Projective<P>],
    bits: usize,
) -> Projective<P> {
    let mut total = Projective::<P>::ZERO;
    for sum in sums.iter().rev() {
        for _ in 0..bits {
            total.double_in_place();
        }
        total += sum;
    }
    total
}

/// The sum of each point times its scalar.
pub fn sum_of_products<P, L>(bases: &Bases<L>, scalars: &[Fr]) -> Projective<P>
where
    P: SWCurveConfig<ScalarField = Fr, BaseField: Coordinate>,
    L: Lanes<Element = P::BaseField>,
{
    let integers = scalars.iter().map(|scalar| scalar.into_bigint().0);
    let digits = Digits::of(Zeroizing::new(integers.collect()));
    let windows: Vec<_> = (0..digits.windows())
        .map(|window| window_sum::<P, L>(bases, &digits, 0, window))
        .collect();
    joined(&windows, digits.bits())
}
