//! The points of one section of a key, packed for the lanes that add them.

use std::marker::PhantomData;

use ark_ec::AffineRepr;
use ark_ec::short_weierstrass::{Affine, SWCurveConfig};
use ark_ff::Field;
use rayon::prelude::*;
use zeroize::Zeroizing;

use super::multiples::Shape;
use super::windows::Digits;
use crate::error::Result;
use crate::formats::mapped::Contents;
use crate::formats::points::{BinaryPoint, PointSection};
use crate::kernels::points::{Coordinate, Packed};
use crate::kernels::{Lanes, MOST_LANES, Point, Words, Work};
use crate::watch::Watch;

/// The points of one section of a key.
pub struct Bases<L: Lanes> {
    /// Where they are prepared: all bases, then the next multiple of each, and so on.
    pub(super) points: Vec<Point<L>>,
    /// Whose scalar each base takes: those at infinity are left out.
    pub(super) wires: Vec<u32>,
    pub(super) shape: Option<Shape>,
}

/// Points read between two looks at the watch.
pub(super) const TOGETHER: usize = 1 << 12;

impl<L: Lanes> Bases<L> {
    /// All that are not at infinity.
    pub fn of<P: SWCurveConfig<BaseField = L::Element>>(points: &[Affine<P>]) -> Self {
        let finite = (0u32..).zip(points);
        let finite = finite.filter_map(|(wire, point)| Some((wire, point.xy()?)));
        let (wires, points) = finite
            .map(|(wire, point)| (wire, L::Element::pack(Some(point))))
            .unzip();
        Self::plain(points, wires)
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
            read_points::<P, L>(points, section, |at| wires[at] as usize)?;
            watch.advance((points.len() * L::Element::POINT_BYTES) as u64)
        })?;
        contents.let_go(section.whole());
        Ok(Self::plain(points, wires))
    }

    fn plain(points: Vec<Point<L>>, wires: Vec<u32>) -> Self {
        Self {
            points,
            wires,
            shape: None,
        }
    }

    /// How many they are.
    pub fn len(&self) -> usize {
        self.wires.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.wires.is_empty()
    }

    /// Integers below r in the windows that these bases are summed by.
    pub fn digits(&self, integers: Zeroizing<Vec<Words>>) -> Digits {
        match self.shape {
            Some(shape) => Digits::as_wide(integers, shape.bits),
            None => Digits::of(integers),
        }
    }

    /// Sets of buckets for such digits.
    pub fn groups(&self, digits: &Digits) -> usize {
        self.shape.map_or(digits.windows(), |shape| shape.groups)
    }
}

/// Points of a section, below q, on the curve and not at infinity; `index` says which one goes where.
pub(super) fn read_points<P, L>(
    points: &mut [Point<L>],
    section: &PointSection<'_, P>,
    index: impl Fn(usize) -> usize,
) -> Result<()>
where
    P: SWCurveConfig,
    L: Lanes<Element = P::BaseField>,
    Affine<P>: BinaryPoint,
{
    for (at, point) in points.iter_mut().enumerate() {
        *point = Point::<L>::from_bytes(section.bytes(index(at)));
    }
    let canonical = points.iter().all(Packed::is_canonical);
    if !canonical || !L::run(OnCurve::<P, L>(points, PhantomData)) {
        // Which one it is, and why.
        for index in (0..points.len()).map(index) {
            if section.point(index)?.is_zero() {
                return Err(section.refusal(index, "a point at infinity"));
            }
        }
    }
    Ok(())
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
