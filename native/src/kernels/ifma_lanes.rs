//! Eight numbers as lanes, in a field and as parts of its extension, and the points they are gathered from.
#![allow(unsafe_code)]

use ark_bn254::{Fq, FqConfig};
use ark_ff::{Fp256, MontBackend, MontConfig};

use super::extended::{Extended, Part};
use super::ifma::{Eight, WIDTH, carried, difference_of_limbs, sum_of_limbs};
use super::inverse::Invertible;
use super::lines::{columns, first_columns, halves, joined, put, signs};
use super::points::Line;
use super::{Lanes, Numbers, Work};

/// Coordinates in the field.
pub type Base8 = Eight<FqConfig>;

/// Coordinates in the extension.
pub type Extended8 = Extended<Base8>;

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
        Self::of(carried(Self::less(sum_of_limbs(self.limbs, other.limbs))))
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        Self::of(carried(Self::less(Self::less(self.difference(other)))))
    }

    #[inline(always)]
    fn plus_wide(self, other: Self) -> Self {
        Self::of(carried(sum_of_limbs(self.limbs, other.limbs)))
    }

    #[inline(always)]
    fn minus_wide(self, other: Self) -> Self {
        Self::of(carried(self.difference(other)))
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
        let twice = self.plus(self);
        twice.plus_wide(twice)
    }
}

impl Part for Base8 {
    /// Karatsuba's three products, reduced twice. Of wide factors both parts are below 60 q^2, so below 2 q when reduced.
    #[inline(always)]
    fn extended_product(a: Extended8, b: Extended8) -> Extended8 {
        let real = a.0.product(b.0);
        let last = a.1.product(b.1);
        let cross = a.0.plus_wide(a.1).product(b.0.plus_wide(b.1));
        Extended(
            Self::reduced(sum_of_limbs(
                difference_of_limbs(real, last),
                Self::above_products(),
            )),
            Self::reduced(difference_of_limbs(cross, sum_of_limbs(real, last))),
        )
    }

    #[inline(always)]
    fn doubled_product(self, other: Self) -> Self {
        let product = self.product(other);
        Self::reduced(sum_of_limbs(product, product))
    }

    #[inline(always)]
    fn gather_line(points: &[Line<2>], places: &[u32], line: usize) -> Extended8 {
        let (real, factors) = halves(columns(points, places, line));
        Extended(Self::from_words(real), Self::from_words(factors))
    }

    #[inline(always)]
    fn negated_at(parts: Extended8, places: &[u32]) -> Extended8 {
        let mask = signs(places);
        Extended(parts.0.negated_where(mask), parts.1.negated_where(mask))
    }

    #[inline(always)]
    fn scatter_line(parts: Extended8, points: &mut [Line<2>], places: &[u32], line: usize) {
        put(
            joined(parts.0.words(), parts.1.words()),
            points,
            places,
            line,
        );
    }
}
