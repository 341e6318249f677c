//! Points doubled again and again, side by side.

use std::marker::PhantomData;

use ark_ec::short_weierstrass::SWCurveConfig;
use ark_ff::Field;

use super::buckets::{CHAINS, inverted};
use crate::kernels::points::Coordinate;
use crate::kernels::{Lanes, MOST_LANES, Point, Work};

/// Doubles points on the curve, none at infinity, so many times. Both curves have an odd number of points: no point is
/// doubled to infinity, and none has y = 0.
pub struct Doubled<'a, P, L: Lanes> {
    /// The points.
    pub points: &'a [Point<L>],
    /// Where what becomes of them is put, below q.
    pub into: &'a mut [Point<L>],
    /// How often.
    pub times: usize,
    /// Whose points they are.
    pub curve: PhantomData<P>,
}

impl<P, L> Work for Doubled<'_, P, L>
where
    P: SWCurveConfig<BaseField: Coordinate>,
    L: Lanes<Element = P::BaseField>,
{
    type Done = ();

    #[inline(always)]
    fn run(self) {
        let last = self.points.len() - 1;
        let places = |first: usize| -> [u32; MOST_LANES] {
            // Lanes that are left over double the last point again.
            std::array::from_fn(|lane| (first + lane).min(last) as u32)
        };
        let firsts = (0..self.points.len()).step_by(L::WIDTH);
        let gathered = firsts
            .clone()
            .map(|first| L::gather(self.points, &places(first)[..L::WIDTH]));
        let mut points: Vec<(L, L)> = gathered.collect();
        let mut prefix = Vec::with_capacity(points.len());
        let one = L::value(P::BaseField::ONE);
        for _ in 0..self.times {
            // Rises are products of two values, so runs are too.
            let run = |y: L| y.plus_wide(y).times(one);
            let mut products = [one; CHAINS];
            prefix.clear();
            for (at, (_, y)) in points.iter().enumerate() {
                let product = &mut products[at % CHAINS];
                prefix.push(*product);
                *product = product.times(run(*y));
            }
            let Some(mut inverses) = inverted(products) else {
                return;
            };
            for (at, (x, y)) in points.iter_mut().enumerate().rev() {
                let inverse = &mut inverses[at % CHAINS];
                let square = x.squared();
                let rise = square.plus(square).plus_wide(square);
                let slope = rise.times(inverse.times(prefix[at]));
                *inverse = inverse.times(run(*y));
                let to = slope.squared().minus(*x).minus(*x);
                *y = slope.slope_as_factor().times(x.minus_wide(to)).minus(*y);
                *x = to;
            }
        }
        for ((x, y), first) in points.into_iter().zip(firsts) {
            L::scatter(x, y, self.into, &places(first)[..L::WIDTH]);
        }
        for point in self.into.iter_mut() {
            *point = L::Element::pack(L::Element::unpack(point));
        }
    }
}
