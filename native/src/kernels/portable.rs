//! One element at a time: for every processor, and, by arkworks, what the other kernels are compared with.

use std::marker::PhantomData;

use ark_bn254::Fr;
use ark_ff::{BigInt, Field, PrimeField};

use super::inverse::Invertible;
use super::points::Coordinate;
use super::{Lanes, NEGATED, Numbers, Point, Scalars, Term, Words, Work};

/// How elements are multiplied.
pub trait Multiplier<F: Field>: Copy {
    /// The product.
    fn product(a: F, b: F) -> F;
    /// The square.
    #[inline(always)]
    fn square(a: F) -> F {
        Self::product(a, a)
    }
}

/// By arkworks.
#[derive(Clone, Copy)]
pub struct Plain;

impl<F: Field> Multiplier<F> for Plain {
    #[inline(always)]
    fn product(a: F, b: F) -> F {
        a * b
    }

    #[inline(always)]
    fn square(a: F) -> F {
        a.square()
    }
}

/// One element.
#[derive(Clone, Copy)]
pub struct One<F, M>(F, PhantomData<M>);

impl<F, M> One<F, M> {
    #[inline(always)]
    fn of(element: F) -> Self {
        Self(element, PhantomData)
    }
}

impl<F: Field, M: Multiplier<F>> Numbers for One<F, M> {
    const WIDTH: usize = 1;
    type Element = F;

    #[inline(always)]
    fn value(element: F) -> Self {
        Self::of(element)
    }

    #[inline(always)]
    fn factor(element: F) -> Self {
        Self::of(element)
    }

    fn from_elements(elements: &[F]) -> Self {
        Self::of(elements[0])
    }

    fn elements(self) -> Vec<F> {
        vec![self.0]
    }

    #[inline(always)]
    fn times(self, other: Self) -> Self {
        Self::of(M::product(self.0, other.0))
    }

    #[inline(always)]
    fn squared(self) -> Self {
        Self::of(M::square(self.0))
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        Self::of(self.0 + other.0)
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        Self::of(self.0 - other.0)
    }

    #[inline(always)]
    fn plus_wide(self, other: Self) -> Self {
        self.plus(other)
    }

    #[inline(always)]
    fn minus_wide(self, other: Self) -> Self {
        self.minus(other)
    }

    fn all_zero(self) -> bool {
        self.0 == F::ZERO
    }

    #[inline(always)]
    fn run<W: Work>(work: W) -> W::Done {
        work.run()
    }
}

impl<F: Invertible + Coordinate, M: Multiplier<F>> Lanes for One<F, M> {
    #[inline(always)]
    fn gather_x(points: &[Point<Self>], places: &[u32]) -> Self {
        Self::of(F::canonical(&points[(places[0] & !NEGATED) as usize]).0)
    }

    #[inline(always)]
    fn gather(points: &[Point<Self>], places: &[u32]) -> (Self, Self) {
        let (x, y) = F::canonical(&points[(places[0] & !NEGATED) as usize]);
        let negated = places[0] & NEGATED != 0;
        (Self::of(x), Self::of(if negated { -y } else { y }))
    }

    #[inline(always)]
    fn scatter(x: Self, y: Self, points: &mut [Point<Self>], places: &[u32]) {
        points[places[0] as usize] = F::pack(Some((x.0, y.0)));
    }

    fn inverse(element: F) -> Option<F> {
        element.inverse_in_variable_time()
    }

    #[inline(always)]
    fn slope_as_factor(self) -> Self {
        self
    }
}

impl<M: Multiplier<Fr>> Scalars for One<Fr, M> {
    fn as_factor(element: Fr) -> Words {
        element.0.0
    }

    #[inline(always)]
    fn everywhere(words: &Words) -> Self {
        Self::of(Fr::new_unchecked(BigInt(*words)))
    }

    #[inline(always)]
    fn load(words: &[Words], first: usize, _: usize) -> Self {
        Self::everywhere(&words[first])
    }

    #[inline(always)]
    fn store(self, words: &mut [Words], first: usize, _: usize) {
        words[first] = self.0.0.0;
    }

    fn store_integers(self, words: &mut [Words], first: usize, _: usize) {
        words[first] = self.0.into_bigint().0;
    }

    /// As Montgomery forms a coefficient stands for itself times 2^256 and an integer for itself over 2^256.
    fn sums(sums: &[&[Term]], coefficients: &[Words], integers: &[Words]) -> Self {
        let form = |words: &Words| Self::everywhere(words).0;
        let products = sums[0].iter().map(|term| {
            M::product(
                form(&coefficients[term.coefficient()]),
                form(&integers[term.integer()]),
            )
        });
        Self::of(products.sum())
    }
}
