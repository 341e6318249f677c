//! One element at a time, by arkworks: for every processor, and what the other kernels are compared with.

use ark_ff::Field;

use super::inverse::Invertible;
use super::{Lanes, NEGATED, Packed, Work};

/// One element.
#[derive(Clone, Copy)]
pub struct One<F>(F);

/// A point as two elements.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Pair<F>(F, F);

impl<F: Field> Packed for Pair<F> {}

impl<F: Invertible> Lanes for One<F> {
    const WIDTH: usize = 1;
    type Element = F;
    type Point = Pair<F>;

    fn splat(element: F) -> Self {
        Self(element)
    }

    fn elements(self) -> Vec<F> {
        vec![self.0]
    }

    fn from_elements(elements: &[F]) -> Self {
        Self(elements[0])
    }

    fn gather_x(points: &[Pair<F>], places: &[u32]) -> Self {
        Self(points[(places[0] & !NEGATED) as usize].0)
    }

    fn gather(points: &[Pair<F>], places: &[u32]) -> (Self, Self) {
        let Pair(x, y) = points[(places[0] & !NEGATED) as usize];
        let negated = places[0] & NEGATED != 0;
        (Self(x), Self(if negated { -y } else { y }))
    }

    fn scatter(x: Self, y: Self, points: &mut [Pair<F>], places: &[u32]) {
        points[places[0] as usize] = Pair(x.0, y.0);
    }

    fn times(self, other: Self) -> Self {
        Self(self.0 * other.0)
    }

    fn squared(self) -> Self {
        Self(self.0.square())
    }

    fn plus(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }

    fn minus(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }

    fn plus_wide(self, other: Self) -> Self {
        self.plus(other)
    }

    fn minus_wide(self, other: Self) -> Self {
        self.minus(other)
    }

    fn inverse(element: F) -> Option<F> {
        element.inverse_in_variable_time()
    }

    fn pack(point: Option<(F, F)>) -> Pair<F> {
        point.map_or_else(Pair::default, |(x, y)| Pair(x, y))
    }

    fn unpack(point: &Pair<F>) -> Option<(F, F)> {
        (point.0 != F::ZERO || point.1 != F::ZERO).then_some((point.0, point.1))
    }

    fn prefetch(_: &[Pair<F>], _: &[u32]) {}

    fn run<W: Work>(work: W) -> W::Done {
        work.run()
    }
}
