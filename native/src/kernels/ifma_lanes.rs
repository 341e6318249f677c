//! Eight numbers as lanes, in a field and in the quadratic extension of coordinates, and the points they are gathered from.
#![allow(unsafe_code)]

use ark_bn254::{Fq, Fq2, FqConfig};
use ark_ff::{Fp256, MontBackend, MontConfig};

use super::ifma::{Eight, WIDTH};
use super::ifma_products::{difference_of_limbs, sum_of_limbs};
use super::inverse::Invertible;
use super::lines::{columns, first_columns, halves, joined, put, signs};
use super::points::Line;
use super::{Lanes, Numbers, Work};

/// Coordinates in the field.
pub type Base8 = Eight<FqConfig>;

/// Coordinates in the extension by u, u^2 = -1: real parts, then the factors of u.
#[derive(Clone, Copy)]
pub struct Extended8(Base8, Base8);

/// What the radices 2^260 and 2^256 differ by.
pub(super) const RATIO: u64 = 16;

/// Work with all that these kernels take switched on.
///
/// # Safety
/// The processor has it, see `is_there`.
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
unsafe fn with_ifma<W: Work>(work: W) -> W::Done {
    work.run()
}

impl<C: MontConfig<4>> Numbers for Eight<C> {
    const WIDTH: usize = WIDTH;
    type Element = Fp256<MontBackend<C, 4>>;

    #[inline(always)]
    fn value(element: Self::Element) -> Self {
        Self::everywhere(&element.0.0)
    }

    #[inline(always)]
    fn factor(element: Self::Element) -> Self {
        Self::value(element * Self::Element::from(RATIO))
    }

    fn from_elements(elements: &[Self::Element]) -> Self {
        Self::from_numbers(&core::array::from_fn(|lane| elements[lane].0.0))
    }

    fn elements(self) -> Vec<Self::Element> {
        self.numbers().to_vec()
    }

    #[inline(always)]
    fn times(self, other: Self) -> Self {
        Eight::times(self, other)
    }

    #[inline(always)]
    fn squared(self) -> Self {
        Eight::squared(self)
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        Eight::plus(self, other)
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        Eight::minus(self, other)
    }

    #[inline(always)]
    fn plus_wide(self, other: Self) -> Self {
        Eight::plus_wide(self, other)
    }

    #[inline(always)]
    fn minus_wide(self, other: Self) -> Self {
        Eight::minus_wide(self, other)
    }

    #[inline(always)]
    fn all_zero(self) -> bool {
        Eight::all_zero(self)
    }

    fn run<W: Work>(work: W) -> W::Done {
        // SAFETY: whoever has these lanes has asked `is_there`.
        unsafe { with_ifma(work) }
    }
}

/// The square of a slope is a value where the slope stands for itself times 2^258, for 2 * 258 - 260 = 256. Rises and
/// runs stand for themselves times 2^256; so what they are multiplied by is 2^518 over a run's number, and 2^6 over its
/// element where it is read as a value.
const SLOPE: u64 = 1 << 6;

/// What runs are divided by, for slopes, where the radix is 2^260.
pub(super) fn inverse_for_slopes<F: Invertible>(element: F) -> Option<F> {
    let inverse = element.inverse_in_variable_time()?;
    Some(inverse * F::from(SLOPE))
}

impl Lanes for Base8 {
    #[inline(always)]
    fn gather_x(points: &[Line<1>], places: &[u32]) -> Self {
        Self::from_words(first_columns(points, places))
    }

    #[inline(always)]
    fn gather(points: &[Line<1>], places: &[u32]) -> (Self, Self) {
        let (x, y) = halves(columns(points, places, 0));
        (
            Self::from_words(x),
            Self::from_words(y).negated_where(signs(places)),
        )
    }

    #[inline(always)]
    fn scatter(x: Self, y: Self, points: &mut [Line<1>], places: &[u32]) {
        put(joined(x.words(), y.words()), points, places, 0);
    }

    fn inverse(element: Fq) -> Option<Fq> {
        inverse_for_slopes(element)
    }

    #[inline(always)]
    fn slope_as_factor(self) -> Self {
        let twice = Eight::plus(self, self);
        Eight::plus_wide(twice, twice)
    }
}

impl Numbers for Extended8 {
    const WIDTH: usize = WIDTH;
    type Element = Fq2;

    #[inline(always)]
    fn value(element: Fq2) -> Self {
        Self(Base8::value(element.c0), Base8::value(element.c1))
    }

    #[inline(always)]
    fn factor(element: Fq2) -> Self {
        Self(Base8::factor(element.c0), Base8::factor(element.c1))
    }

    fn from_elements(elements: &[Fq2]) -> Self {
        let part =
            |of: fn(&Fq2) -> Fq| Base8::from_elements(&elements.iter().map(of).collect::<Vec<_>>());
        Self(part(|element| element.c0), part(|element| element.c1))
    }

    fn elements(self) -> Vec<Fq2> {
        let (real, factors) = (self.0.numbers(), self.1.numbers());
        let parts = real.into_iter().zip(factors);
        parts.map(|(c0, c1)| Fq2::new(c0, c1)).collect()
    }

    /// Karatsuba's three products, reduced twice. Of wide factors both parts are below 60 q^2, so below 2 q when reduced.
    #[inline(always)]
    fn times(self, other: Self) -> Self {
        let real = self.0.product(other.0);
        let last = self.1.product(other.1);
        let cross = self.0.plus_wide(self.1).product(other.0.plus_wide(other.1));
        Self(
            Eight::reduced(sum_of_limbs(
                difference_of_limbs(real, last),
                Base8::above_products(),
            )),
            Eight::reduced(difference_of_limbs(cross, sum_of_limbs(real, last))),
        )
    }

    /// (a + b u)^2 = (a + b)(a - b) + 2 a b u.
    #[inline(always)]
    fn squared(self) -> Self {
        let twice = self.0.product(self.1);
        Self(
            Eight::times(self.0.plus_wide(self.1), self.0.minus_wide(self.1)),
            Eight::reduced(sum_of_limbs(twice, twice)),
        )
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        Self(Eight::plus(self.0, other.0), Eight::plus(self.1, other.1))
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        Self(Eight::minus(self.0, other.0), Eight::minus(self.1, other.1))
    }

    #[inline(always)]
    fn plus_wide(self, other: Self) -> Self {
        Self(
            Eight::plus_wide(self.0, other.0),
            Eight::plus_wide(self.1, other.1),
        )
    }

    #[inline(always)]
    fn minus_wide(self, other: Self) -> Self {
        Self(
            Eight::minus_wide(self.0, other.0),
            Eight::minus_wide(self.1, other.1),
        )
    }

    #[inline(always)]
    fn all_zero(self) -> bool {
        Eight::all_zero(self.0) && Eight::all_zero(self.1)
    }

    fn run<W: Work>(work: W) -> W::Done {
        Base8::run(work)
    }
}

impl Lanes for Extended8 {
    #[inline(always)]
    fn gather_x(points: &[Line<2>], places: &[u32]) -> Self {
        let (real, factors) = halves(columns(points, places, 0));
        Self(Eight::from_words(real), Eight::from_words(factors))
    }

    #[inline(always)]
    fn gather(points: &[Line<2>], places: &[u32]) -> (Self, Self) {
        let (real, factors) = halves(columns(points, places, 1));
        let mask = signs(places);
        let y = Self(
            Base8::from_words(real).negated_where(mask),
            Base8::from_words(factors).negated_where(mask),
        );
        (Self::gather_x(points, places), y)
    }

    #[inline(always)]
    fn scatter(x: Self, y: Self, points: &mut [Line<2>], places: &[u32]) {
        put(joined(x.0.words(), x.1.words()), points, places, 0);
        put(joined(y.0.words(), y.1.words()), points, places, 1);
    }

    fn inverse(element: Fq2) -> Option<Fq2> {
        inverse_for_slopes(element)
    }

    #[inline(always)]
    fn slope_as_factor(self) -> Self {
        Self(self.0.slope_as_factor(), self.1.slope_as_factor())
    }
}
