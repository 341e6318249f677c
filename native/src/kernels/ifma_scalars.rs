//! Eight scalars: values of memory and back, and sums of products that are reduced once for all their terms.
#![allow(unsafe_code)]

use core::arch::x86_64::{_mm512_add_epi64, _mm512_setzero_si512};

use ark_bn254::{Fr, FrConfig};

use super::ifma::{Eight, LIMBS, WIDTH, carried, each, each_lane};
use super::ifma_lanes::RATIO;
use super::ifma_products::Product;
use super::lines::{four_columns, four_words, transposed};
use super::{Scalars, Term, Words};

/// Scalars.
pub type Scalar8 = Eight<FrConfig>;

/// Integers that products of two values stand for: they stand for themselves times 2^252, and 252 + 8 = 260.
pub(super) const INTEGER: u64 = 1 << 8;

/// Vectors of products that are added up without a carry: to a limb each adds ten numbers of 52 bits at most, and 320
/// are below 2^61.
const TOGETHER: usize = 32;

impl Scalars for Scalar8 {
    fn as_factor(element: Fr) -> Words {
        (element * Fr::from(RATIO)).0.0
    }

    #[inline(always)]
    fn everywhere(words: &Words) -> Self {
        Eight::everywhere(words)
    }

    #[inline(always)]
    fn load(words: &[Words], first: usize, stride: usize) -> Self {
        let words = &words[first..=first + (WIDTH - 1) * stride];
        Self::from_words(four_columns(each_lane!(lane, &words[lane * stride])))
    }

    #[inline(always)]
    fn store(self, words: &mut [Words], first: usize, stride: usize) {
        let rows = four_words(self.words());
        for lane in 0..WIDTH {
            words[first + lane * stride] = rows[lane];
        }
    }

    #[inline(always)]
    fn store_integers(self, words: &mut [Words], first: usize, stride: usize) {
        let integers = Eight::times(self, Self::small(INTEGER)).numbers();
        for lane in 0..WIDTH {
            words[first + lane * stride] = integers[lane].0.0;
        }
    }

    /// Terms of one sum side by side, then the sums.
    #[inline(always)]
    fn sums(sums: &[&[Term]], coefficients: &[Words], integers: &[Words]) -> Self {
        let sums = &sums[..WIDTH];
        let rows = each_lane!(lane, sum(sums[lane], coefficients, integers));
        // SAFETY: as in `ifma`.
        let mut t = [unsafe { _mm512_setzero_si512() }; 2 * LIMBS];
        for (limb, t) in t.iter_mut().enumerate() {
            let columns = transposed(each_lane!(lane, rows[lane][limb]));
            for column in columns {
                // SAFETY: as in `ifma`.
                *t = unsafe { _mm512_add_epi64(*t, column) };
            }
        }
        // Terms stand for their sum times 2^512, which is 2^252 when it is reduced, and a sixteenth of a value.
        Eight::times(
            Eight::reduced(t),
            Self::everywhere(&Self::as_factor(Fr::from(RATIO))),
        )
    }
}

/// A sum's terms, eight of them in each limb.
#[inline(always)]
fn sum(terms: &[Term], coefficients: &[Words], integers: &[Words]) -> Product {
    let nothing: Words = [0; 4];
    // SAFETY: as in `ifma`.
    let mut t = [unsafe { _mm512_setzero_si512() }; 2 * LIMBS];
    for terms in terms.chunks(WIDTH * TOGETHER) {
        let (eights, rest) = terms.as_chunks::<WIDTH>();
        for eight in eights {
            let a = each_lane!(lane, &coefficients[eight[lane].coefficient()]);
            let b = each_lane!(lane, &integers[eight[lane].integer()]);
            numbers(a).add_product(numbers(b), &mut t);
        }
        if !rest.is_empty() {
            let coefficient = |lane: usize| {
                let term = rest.get(lane);
                term.map_or(&nothing, |term| &coefficients[term.coefficient()])
            };
            let integer = |lane: usize| {
                let term = rest.get(lane);
                term.map_or(&nothing, |term| &integers[term.integer()])
            };
            let a = each_lane!(lane, coefficient(lane));
            let b = each_lane!(lane, integer(lane));
            numbers(a).add_product(numbers(b), &mut t);
        }
        t = carried(t);
    }
    t
}

#[inline(always)]
fn numbers(words: [&Words; WIDTH]) -> Scalar8 {
    Scalar8::from_words(four_columns(words))
}
