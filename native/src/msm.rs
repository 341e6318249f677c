//! Sums of points times scalars, by Pippenger's method: a scalar in digits, points with the same digit into a bucket,
//! the buckets with their weights into one point.

mod bases;
mod buckets;
mod doublings;
mod fold;
mod multiples;
mod windows;

use std::marker::PhantomData;

use ark_bn254::Fr;
use ark_ec::short_weierstrass::{Projective, SWCurveConfig};
use ark_ff::{AdditiveGroup, PrimeField};
use rayon::prelude::*;
use zeroize::Zeroizing;

pub use bases::Bases;
use fold::Lane;
pub use multiples::Shape;
pub use windows::Digits;
use windows::{Order, Part};

use crate::kernels::points::Coordinate;
use crate::kernels::{Lanes, Point, Words, Work};
use crate::watch::{Phase, Watch};

/// The part of a sum that the digits of one group of windows make, without the group's weight. `first` is the wire of
/// the digits that the bases begin with. Threads that have nothing else to do help, and their time is taken too.
pub fn group_sum<P, L>(
    bases: &Bases<L>,
    digits: &Digits,
    first: usize,
    group: usize,
    (watch, phase): (&Watch, Phase),
) -> Projective<P>
where
    P: SWCurveConfig<ScalarField = Fr, BaseField: Coordinate>,
    L: Lanes<Element = P::BaseField>,
{
    let wires = bases.wires.iter().map(|wire| first + *wire as usize);
    let groups = bases.groups(digits);
    let order = watch.timed(phase, || digits.sorted(wires, group, groups));
    let parts = order.parts();
    let lanes: Vec<_> = parts
        .into_par_iter()
        .map(|part| watch.timed(phase, || in_lanes::<P, L>(&bases.points, part)))
        .collect();
    watch.timed(phase, || fold::joined(&lanes.concat(), order.buckets()))
}

fn in_lanes<P, L>(points: &[Point<L>], part: Part<'_>) -> Vec<Lane<P>>
where
    P: SWCurveConfig<ScalarField = Fr, BaseField: Coordinate>,
    L: Lanes<Element = P::BaseField>,
{
    L::run(PartSum::<P, L> {
        points,
        part,
        curve: PhantomData,
    })
}

struct PartSum<'a, P, L: Lanes> {
    points: &'a [Point<L>],
    part: Part<'a>,
    curve: PhantomData<P>,
}

impl<P, L> Work for PartSum<'_, P, L>
where
    P: SWCurveConfig<ScalarField = Fr, BaseField: Coordinate>,
    L: Lanes<Element = P::BaseField>,
{
    type Done = Vec<Lane<P>>;

    #[inline(always)]
    fn run(self) -> Self::Done {
        let buckets = buckets::filled::<P, L>(self.points, self.part);
        fold::lanes::<P, L>(&buckets)
    }
}

/// The sum of points by the order of their digits.
fn sum_by<P, L>(points: &[Point<L>], order: &Order) -> Projective<P>
where
    P: SWCurveConfig<ScalarField = Fr, BaseField: Coordinate>,
    L: Lanes<Element = P::BaseField>,
{
    let parts = order.parts().into_iter();
    let lanes: Vec<_> = parts
        .flat_map(|part| in_lanes::<P, L>(points, part))
        .collect();
    fold::joined(&lanes, order.buckets())
}

/// The whole sum, from the sums of its groups of windows, the lowest first.
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
    sum_of_multiples(bases, Zeroizing::new(integers.collect()))
}

/// The sum of each point times its integer, below r.
pub fn sum_of_multiples<P, L>(bases: &Bases<L>, integers: Zeroizing<Vec<Words>>) -> Projective<P>
where
    P: SWCurveConfig<ScalarField = Fr, BaseField: Coordinate>,
    L: Lanes<Element = P::BaseField>,
{
    let digits = bases.digits(integers);
    let watch = Watch::default();
    let groups = (0..bases.groups(&digits)).into_par_iter().with_max_len(1);
    let groups =
        groups.map(|group| group_sum::<P, L>(bases, &digits, 0, group, (&watch, Phase::Rest)));
    joined(&groups.collect::<Vec<_>>(), digits.bits())
}
