//! One element at a time, by arkworks: for every processor, and what the other kernels are compared with.

use ark_bn254::Fr;
use ark_ff::{BigInt, Field, PrimeField};

use super::inverse::Invertible;
use super::points::Coordinate;
use super::{Lanes, NEGATED, Numbers, Point, Scalars, Term, Words, Work};

/// One element.
#[derive(Clone, Copy)]
pub struct One<F>(F);

impl<F: Field> Numbers for One<F> {
    const WIDTH: usize = 1;
    type Element = F;

    fn value(element: F) -> Self {
        Self(element)
    }

    fn factor(element: F) -> Self {
        Self(element)
    }

    fn from_elements(elements: &[F]) -> Self {
        Self(elements[0])
    }

    fn elements(self) -> Vec<F> {
        vec![self.0]
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

    fn all_zero(self) -> bool {
        self.0 == F::ZERO
    }

    fn run<W: Work>(work: W) -> W::Done {
        work.run()
    }
}

impl<F: Invertible + Coordinate> Lanes for One<F> {
    fn gather_x(points: &[Point<Self>], places: &[u32]) -> Self {
        Self::gather(points, &[places[0] & !NEGATED]).0
    }

    fn gather(points: &[Point<Self>], places: &[u32]) -> (Self, Self) {
        let point = F::unpack(&points[(places[0] & !NEGATED) as usize]);
        let (x, y) = point.unwrap_or((F::ZERO, F::ZERO));
        let negated = places[0] & NEGATED != 0;
        (Self(x), Self(if negated { -y } else { y }))
    }

    fn scatter(x: Self, y: Self, points: &mut [Point<Self>], places: &[u32]) {
        points[places[0] as usize] = F::pack(Some((x.0, y.0)));
    }

    fn inverse(element: F) -> Option<F> {
        element.inverse_in_variable_time()
    }

    fn slope_as_factor(self) -> Self {
        self
    }

    fn prefetch(_: &[Point<Self>], _: &[u32]) {}
}

impl Scalars for One<Fr> {
    fn as_factor(element: Fr) -> Words {
        element.0.0
    }

    fn everywhere(words: &Words) -> Self {
        Self(Fr::new_unchecked(BigInt(*words)))
    }

    fn load(words: &[Words], first: usize, _: usize) -> Self {
        Self::everywhere(&words[first])
    }

    fn store(self, words: &mut [Words], first: usize, _: usize) {
        words[first] = self.0.0.0;
    }

    fn store_integers(self, words: &mut [Words], first: usize, _: usize) {
        words[first] = self.0.into_bigint().0;
    }

    /// As Montgomery forms a coefficient stands for itself times 2^256 and an integer for itself over 2^256.
    fn sums(sums: &[&[Term]], coefficients: &[Words], integers: &[Words]) -> Self {
        let form = |words: &Words| Self::everywhere(words).0;
        let products = sums[0]
            .iter()
            .map(|term| form(&coefficients[term.coefficient()]) * form(&integers[term.integer()]));
        Self(products.sum())
    }
}
