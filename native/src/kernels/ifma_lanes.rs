//! Coordinates of eight points, in the field and in its quadratic extension.
//!
//! A coordinate is packed in four words, in Montgomery form to the radix 2^260: what arkworks holds, times 16. So the
//! points of G1 have 64 bytes, one line of the cache, and those of G2 have two.
#![allow(unsafe_code)]

use ark_bn254::{Fq, Fq2};
use ark_ff::{BigInt, MontFp, PrimeField};

use super::ifma::{Eight, Modulus, WIDTH};
use super::inverse::Invertible;
use super::lines::{Line, columns, first_columns, halves, joined, prefetch, put, signs};
use super::{Lanes, Work};

/// The field of coordinates.
#[derive(Clone, Copy)]
pub struct Base;

impl Modulus for Base {
    const WORDS: [u64; 4] = Fq::MODULUS.0;
}

/// Coordinates in the field.
pub type Base8 = Eight<Base>;

/// Coordinates in the extension by u, u^2 = -1: real parts, then the factors of u.
#[derive(Clone, Copy)]
pub struct Extended8(Base8, Base8);

/// 16, which is what the radices differ by.
const RATIO: Fq = MontFp!("16");

fn words(element: Fq) -> [u64; 4] {
    (element * RATIO).0.0
}

fn element(words: [u64; 4]) -> Fq {
    // 1/16, so that the division is a product.
    const INVERSE: Fq =
        MontFp!("12312136615409592312513603231707217237391675025980025810262583815737939742328");
    Fq::new_unchecked(BigInt(words)) * INVERSE
}

/// Work with all that these kernels take switched on.
///
/// # Safety
/// The processor has it, see `is_there`.
#[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw")]
unsafe fn with_ifma<W: Work>(work: W) -> W::Done {
    work.run()
}

impl Lanes for Base8 {
    const WIDTH: usize = WIDTH;
    type Element = Fq;
    type Point = Line<1>;

    #[inline(always)]
    fn splat(element: Fq) -> Self {
        Self::from_numbers(&[words(element); WIDTH])
    }

    fn elements(self) -> Vec<Fq> {
        self.numbers().map(element).to_vec()
    }

    fn from_elements(elements: &[Fq]) -> Self {
        Self::from_numbers(&core::array::from_fn(|lane| words(elements[lane])))
    }

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

    #[inline(always)]
    fn times(self, other: Self) -> Self {
        Eight::times(self, other)
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

    fn inverse(element: Fq) -> Option<Fq> {
        element.inverse_in_variable_time()
    }

    fn pack(point: Option<(Fq, Fq)>) -> Line<1> {
        point.map_or_else(Line::default, |(x, y)| {
            let ([a, b, c, d], [e, f, g, h]) = (words(x), words(y));
            Line([[a, b, c, d, e, f, g, h]])
        })
    }

    fn unpack(point: &Line<1>) -> Option<(Fq, Fq)> {
        let [[a, b, c, d, e, f, g, h]] = point.0;
        (*point != Line::default()).then(|| (element([a, b, c, d]), element([e, f, g, h])))
    }

    fn prefetch(points: &[Line<1>], places: &[u32]) {
        prefetch(points, places);
    }

    fn run<W: Work>(work: W) -> W::Done {
        // SAFETY: whoever has these lanes has asked `is_there`.
        unsafe { with_ifma(work) }
    }
}

impl Lanes for Extended8 {
    const WIDTH: usize = WIDTH;
    type Element = Fq2;
    type Point = Line<2>;

    #[inline(always)]
    fn splat(element: Fq2) -> Self {
        Self(Base8::splat(element.c0), Base8::splat(element.c1))
    }

    fn elements(self) -> Vec<Fq2> {
        let (real, factors) = (self.0.elements(), self.1.elements());
        real.into_iter()
            .zip(factors)
            .map(|(c0, c1)| Fq2::new(c0, c1))
            .collect()
    }

    fn from_elements(elements: &[Fq2]) -> Self {
        let part =
            |of: fn(&Fq2) -> Fq| Base8::from_elements(&elements.iter().map(of).collect::<Vec<_>>());
        Self(part(|element| element.c0), part(|element| element.c1))
    }

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

    /// Karatsuba's three products. Of wide factors the sums are below 10 q, their product is below 2.3 q, and the other
    /// two together below 2.7 q: so `minus_wide` may take them off it.
    #[inline(always)]
    fn times(self, other: Self) -> Self {
        let real = Eight::times(self.0, other.0);
        let last = Eight::times(self.1, other.1);
        let cross = Eight::times(self.0.plus_wide(self.1), other.0.plus_wide(other.1));
        Self(
            Eight::minus(real, last),
            Eight::minus(cross, real.plus_wide(last)),
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

    fn inverse(element: Fq2) -> Option<Fq2> {
        element.inverse_in_variable_time()
    }

    fn pack(point: Option<(Fq2, Fq2)>) -> Line<2> {
        point.map_or_else(Line::default, |(x, y)| {
            let line = |z: Fq2| {
                let ([a, b, c, d], [e, f, g, h]) = (words(z.c0), words(z.c1));
                [a, b, c, d, e, f, g, h]
            };
            Line([line(x), line(y)])
        })
    }

    fn unpack(point: &Line<2>) -> Option<(Fq2, Fq2)> {
        let coordinate = |[a, b, c, d, e, f, g, h]: [u64; 8]| {
            Fq2::new(element([a, b, c, d]), element([e, f, g, h]))
        };
        (*point != Line::default()).then(|| (coordinate(point.0[0]), coordinate(point.0[1])))
    }

    fn prefetch(points: &[Line<2>], places: &[u32]) {
        prefetch(points, places);
    }

    fn run<W: Work>(work: W) -> W::Done {
        // SAFETY: whoever has these lanes has asked `is_there`.
        unsafe { with_ifma(work) }
    }
}
