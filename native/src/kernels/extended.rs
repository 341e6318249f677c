//! The quadratic extension of coordinates by u, u^2 = -1, in whichever lanes the field has.

use ark_bn254::{Fq, Fq2};

use super::ifma_lanes::inverse_for_slopes;
use super::points::Line;
use super::{Lanes, Numbers, Work};

/// Lanes of the field: what each kernel does in a way of its own when they are parts of the extension.
pub trait Part: Lanes<Element = Fq> {
    /// The product in the extension; either factor may be wide.
    fn extended_product(a: Extended<Self>, b: Extended<Self>) -> Extended<Self>;
    /// Twice the product of values.
    fn doubled_product(self, other: Self) -> Self;
    /// Both parts on one line of `WIDTH` points; the top bit of a place is not part of it.
    fn gather_line(points: &[Line<2>], places: &[u32], line: usize) -> Extended<Self>;
    /// The negative where the top bit of the place is set.
    fn negated_at(parts: Extended<Self>, places: &[u32]) -> Extended<Self>;
    /// Put both parts on one line of `WIDTH` points.
    fn scatter_line(parts: Extended<Self>, points: &mut [Line<2>], places: &[u32], line: usize);
}

/// Real parts, then the factors of u.
#[derive(Clone, Copy)]
pub struct Extended<B>(pub(super) B, pub(super) B);

impl<B: Part> Numbers for Extended<B> {
    const WIDTH: usize = B::WIDTH;
    type Element = Fq2;

    #[inline(always)]
    fn value(element: Fq2) -> Self {
        Self(B::value(element.c0), B::value(element.c1))
    }

    #[inline(always)]
    fn factor(element: Fq2) -> Self {
        Self(B::factor(element.c0), B::factor(element.c1))
    }

    fn from_elements(elements: &[Fq2]) -> Self {
        let part =
            |of: fn(&Fq2) -> Fq| B::from_elements(&elements.iter().map(of).collect::<Vec<_>>());
        Self(part(|element| element.c0), part(|element| element.c1))
    }

    fn elements(self) -> Vec<Fq2> {
        let parts = self.0.elements().into_iter().zip(self.1.elements());
        parts.map(|(c0, c1)| Fq2::new(c0, c1)).collect()
    }

    #[inline(always)]
    fn times(self, other: Self) -> Self {
        B::extended_product(self, other)
    }

    /// (a + b u)^2 = (a + b)(a - b) + 2 a b u.
    #[inline(always)]
    fn squared(self) -> Self {
        Self(
            self.0.plus_wide(self.1).times(self.0.minus_wide(self.1)),
            self.0.doubled_product(self.1),
        )
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        Self(self.0.plus(other.0), self.1.plus(other.1))
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        Self(self.0.minus(other.0), self.1.minus(other.1))
    }

    #[inline(always)]
    fn plus_wide(self, other: Self) -> Self {
        Self(self.0.plus_wide(other.0), self.1.plus_wide(other.1))
    }

    #[inline(always)]
    fn minus_wide(self, other: Self) -> Self {
        Self(self.0.minus_wide(other.0), self.1.minus_wide(other.1))
    }

    #[inline(always)]
    fn all_zero(self) -> bool {
        self.0.all_zero() && self.1.all_zero()
    }

    fn run<W: Work>(work: W) -> W::Done {
        B::run(work)
    }
}

impl<B: Part> Lanes for Extended<B> {
    #[inline(always)]
    fn gather_x(points: &[Line<2>], places: &[u32]) -> Self {
        B::gather_line(points, places, 0)
    }

    #[inline(always)]
    fn gather(points: &[Line<2>], places: &[u32]) -> (Self, Self) {
        let y = B::negated_at(B::gather_line(points, places, 1), places);
        (Self::gather_x(points, places), y)
    }

    #[inline(always)]
    fn scatter(x: Self, y: Self, points: &mut [Line<2>], places: &[u32]) {
        B::scatter_line(x, points, places, 0);
        B::scatter_line(y, points, places, 1);
    }

    fn inverse(element: Fq2) -> Option<Fq2> {
        inverse_for_slopes(element)
    }

    #[inline(always)]
    fn slope_as_factor(self) -> Self {
        Self(self.0.slope_as_factor(), self.1.slope_as_factor())
    }
}
