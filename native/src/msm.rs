//! Sums of points times scalars, by Pippenger's method: a scalar in digits, points with the same digit into a bucket,
//! the buckets with their weights into one point.

mod buckets;
mod fold;
mod windows;

use std::marker::PhantomData;

use ark_bn254::Fr;
use ark_ec::AdditiveGroup;
use ark_ec::AffineRepr;
use ark_ec::short_weierstrass::{Affine, Projective, SWCurveConfig};

use crate::kernels::{Lanes, Work};
pub use windows::Digits;
use windows::Order;

/// The points of one section of a key, as these lanes take them.
pub struct Bases<L: Lanes> {
    points: Vec<L::Point>,
    /// Whose scalar each point takes: those at infinity are left out.
    wires: Vec<u32>,
}

impl<L: Lanes> Bases<L> {
    /// All that are not at infinity.
    pub fn of<P: SWCurveConfig<BaseField = L::Element>>(points: &[Affine<P>]) -> Self {
        let finite = points
            .iter()
            .enumerate()
            .filter_map(|(wire, point)| Some((wire as u32, point.xy()?)));
        let (wires, points) = finite
            .map(|(wire, point)| (wire, L::pack(Some(point))))
            .unzip();
        Self { points, wires }
    }

    /// How many they are.
    pub fn len(&self) -> usize {
        self.wires.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.wires.is_empty()
    }

    /// Whether these are the points of the same wires.
    pub fn has_wires_of<M: Lanes>(&self, other: &Bases<M>) -> bool {
        self.wires == other.wires
    }

    /// The digits of their scalars.
    pub fn digits(&self, scalars: &[Fr]) -> Digits {
        Digits::of(&self.wires, scalars)
    }
}

/// The part of a sum that the digits of one window make, without the window's weight.
pub fn window_sum<P, L>(bases: &Bases<L>, digits: &Digits, window: usize) -> Projective<P>
where
    P: SWCurveConfig<ScalarField = Fr>,
    L: Lanes<Element = P::BaseField>,
{
    L::run(WindowSum::<P, L> {
        points: &bases.points,
        order: digits.sorted(window),
        curve: PhantomData,
    })
}

struct WindowSum<'a, P, L: Lanes> {
    points: &'a [L::Point],
    order: Order,
    curve: PhantomData<P>,
}

impl<P, L> Work for WindowSum<'_, P, L>
where
    P: SWCurveConfig<ScalarField = Fr>,
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
    P: SWCurveConfig<ScalarField = Fr>,
    L: Lanes<Element = P::BaseField>,
{
    let digits = bases.digits(scalars);
    let windows: Vec<_> = (0..digits.windows())
        .map(|window| window_sum::<P, L>(bases, &digits, window))
        .collect();
    joined(&windows, digits.bits())
}
