//! Four numbers modulo a prime of 254 bits, in ten limbs of 26 bits each, by AVX2: what most processors without IFMA have.
//!
//! Numbers are in Montgomery form to the radix R = 2^260, as in `ifma`, and have the same bounds. A product multiplies 32
//! bits of two limbs, so limbs of sums and differences need not be carried before: they are below 2^29.
#![allow(unsafe_code)]

use core::arch::x86_64::{
    __m256i, _mm256_add_epi64, _mm256_and_si256, _mm256_cmpeq_epi64, _mm256_cmpgt_epi64,
    _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_mul_epu32, _mm256_or_si256,
    _mm256_set1_epi64x, _mm256_setzero_si256, _mm256_slli_epi64, _mm256_srli_epi64,
    _mm256_storeu_si256, _mm256_sub_epi64,
};
use core::marker::PhantomData;

use ark_ff::{Fp256, MontBackend, MontConfig};

use super::points::reduced;
use super::{Numbers, Words};

/// Limbs of a number.
pub const LIMBS: usize = 10;
/// Numbers side by side.
pub const WIDTH: usize = 4;
const BITS: i32 = 26;
const MASK: u64 = (1 << BITS) - 1;
/// Lent to each limb by the next one, so that no difference is below zero where there is no shift of signed numbers.
const LENT: u64 = 1 << 30;
/// As in `ifma`: the top limb before carries says to two units how large a number is.
const SLACK: u64 = 2;

/// Whether this processor has what these kernels take.
pub fn is_there() -> bool {
    std::arch::is_x86_feature_detected!("avx2") && super::mulx::is_there()
}

/// `factor` times a modulus in limbs of 26 bits.
const fn multiple(words: Words, factor: u64) -> [u64; LIMBS] {
    let limbs = limbs(words);
    let (mut out, mut carry, mut at) = ([0; LIMBS], 0, 0);
    while at < LIMBS {
        let sum = limbs[at] * factor + carry;
        out[at] = if at + 1 < LIMBS { sum & MASK } else { sum };
        carry = sum >> BITS;
        at += 1;
    }
    out
}

/// The same number with `LENT` in each limb but the top one.
const fn lending(mut limbs: [u64; LIMBS]) -> [u64; LIMBS] {
    let mut at = 0;
    while at + 1 < LIMBS {
        limbs[at] = limbs[at].wrapping_add(LENT);
        limbs[at + 1] = limbs[at + 1].wrapping_sub(LENT >> BITS);
        at += 1;
    }
    limbs
}

/// 256 bits in limbs of 26.
const fn limbs(w: Words) -> [u64; LIMBS] {
    [
        w[0] & MASK,
        (w[0] >> 26) & MASK,
        (w[0] >> 52 | w[1] << 12) & MASK,
        (w[1] >> 14) & MASK,
        (w[1] >> 40 | w[2] << 24) & MASK,
        (w[2] >> 2) & MASK,
        (w[2] >> 28) & MASK,
        (w[2] >> 54 | w[3] << 10) & MASK,
        (w[3] >> 16) & MASK,
        w[3] >> 42,
    ]
}

struct Constants<C>(PhantomData<C>);

impl<C: MontConfig<4>> Constants<C> {
    const Q: [u64; LIMBS] = limbs(C::MODULUS.0);
    const TWO_Q: [u64; LIMBS] = multiple(C::MODULUS.0, 2);
    const NOTHING: [u64; LIMBS] = lending([0; LIMBS]);
    const THREE_Q: [u64; LIMBS] = lending(multiple(C::MODULUS.0, 3));
    /// The top limb from which on 2 q is taken off, of a number whose other limbs are lent to.
    const MOST: u64 = (Self::TWO_Q[LIMBS - 1] + SLACK).wrapping_sub(LENT >> BITS);
    const NEGATIVE_INVERSE: u64 = C::INV & MASK;
}

/// Four numbers, each below 2 q + 2^237, or wide: below 5 q + 2^238, in limbs that may be longer.
pub struct Four<C> {
    pub(super) limbs: [__m256i; LIMBS],
    field: PhantomData<C>,
}

impl<C> Clone for Four<C> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for Four<C> {}

// SAFETY of every block below: the intrinsics ask for AVX2 alone. Values are made by functions that are reached only
// behind `is_there`, and memory is reached through references to arrays of the right size.

/// An expression for each limb; no closure, as in `ifma`.
macro_rules! each_limb {
    ($at:ident, $value:expr) => {
        super::ifma::each!($at of 0 1 2 3 4 5 6 7 8 9, $value)
    };
}

#[inline(always)]
fn splat(word: u64) -> __m256i {
    // SAFETY: see above.
    unsafe { _mm256_set1_epi64x(word.cast_signed()) }
}

/// t + a b, of the low 32 bits of each.
#[inline(always)]
fn add_product(t: __m256i, a: __m256i, b: __m256i) -> __m256i {
    // SAFETY: see above.
    unsafe { _mm256_add_epi64(t, _mm256_mul_epu32(a, b)) }
}

impl<C: MontConfig<4>> Four<C> {
    #[inline(always)]
    pub(super) fn of(limbs: [__m256i; LIMBS]) -> Self {
        Self {
            limbs,
            field: PhantomData,
        }
    }

    /// The product a b / R: below 2 q where a and b are values or wide ones.
    #[inline(always)]
    pub fn times(self, other: Self) -> Self {
        let inverse = splat(Constants::<C>::NEGATIVE_INVERSE);
        let mask = splat(MASK);
        // SAFETY: see above.
        let mut t = [unsafe { _mm256_setzero_si256() }; LIMBS];
        for digit in other.limbs {
            t[0] = add_product(t[0], self.limbs[0], digit);
            // SAFETY: see above.
            let m = unsafe { _mm256_and_si256(_mm256_mul_epu32(t[0], inverse), mask) };
            // The lowest limb becomes a multiple of 2^26 and goes, the others move down.
            // SAFETY: see above.
            let carry = unsafe {
                _mm256_srli_epi64::<BITS>(add_product(t[0], m, splat(Constants::<C>::Q[0])))
            };
            for j in 1..LIMBS {
                let sum = add_product(t[j], self.limbs[j], digit);
                t[j - 1] = add_product(sum, m, splat(Constants::<C>::Q[j]));
            }
            // SAFETY: see above.
            unsafe {
                t[0] = _mm256_add_epi64(t[0], carry);
                t[LIMBS - 1] = _mm256_setzero_si256();
            }
        }
        Self::of(carried(t))
    }

    /// a + b, before the carries and lent to, as the difference is.
    #[inline(always)]
    pub(super) fn sum(self, other: Self) -> [__m256i; LIMBS] {
        let nothing = each_limb!(j, splat(Constants::<C>::NOTHING[j]));
        sum_of_limbs(sum_of_limbs(self.limbs, other.limbs), nothing)
    }

    /// a - b + 3 q, before the carries; b may be a sum below 3 q.
    #[inline(always)]
    pub(super) fn difference(self, other: Self) -> [__m256i; LIMBS] {
        let three = each_limb!(j, splat(Constants::<C>::THREE_Q[j]));
        let t = sum_of_limbs(self.limbs, three);
        // SAFETY: see above.
        unsafe { each_limb!(j, _mm256_sub_epi64(t[j], other.limbs[j])) }
    }

    /// Takes 2 q off where the top limb says that it can be.
    #[inline(always)]
    pub(super) fn less(t: [__m256i; LIMBS]) -> [__m256i; LIMBS] {
        let two = each_limb!(j, splat(Constants::<C>::TWO_Q[j]));
        // SAFETY: see above.
        unsafe {
            let large = _mm256_cmpgt_epi64(t[LIMBS - 1], splat(Constants::<C>::MOST));
            each_limb!(j, _mm256_sub_epi64(t[j], _mm256_and_si256(two[j], large)))
        }
    }

    /// Where `mask` is set, its negative.
    #[inline(always)]
    pub fn negated_where(self, mask: __m256i) -> Self {
        // SAFETY: see above.
        let zero = Self::of([unsafe { _mm256_setzero_si256() }; LIMBS]);
        let negative = zero.minus(self).limbs;
        // SAFETY: see above.
        Self::of(unsafe {
            each_limb!(
                j,
                _mm256_or_si256(
                    _mm256_and_si256(mask, negative[j]),
                    core::arch::x86_64::_mm256_andnot_si256(mask, self.limbs[j])
                )
            )
        })
    }

    /// From vectors of words: four for each number, the lowest first.
    #[inline(always)]
    pub fn from_words(w: [__m256i; 4]) -> Self {
        let mask = splat(MASK);
        macro_rules! limb {
            ($word:literal >> $shift:literal) => {
                _mm256_and_si256(_mm256_srli_epi64::<$shift>(w[$word]), mask)
            };
            ($word:literal >> $shift:literal, << $left:literal) => {
                _mm256_and_si256(
                    _mm256_or_si256(
                        _mm256_srli_epi64::<$shift>(w[$word]),
                        _mm256_slli_epi64::<$left>(w[$word + 1]),
                    ),
                    mask,
                )
            };
        }
        // SAFETY: see above.
        Self::of(unsafe {
            [
                limb!(0 >> 0),
                limb!(0 >> 26),
                limb!(0 >> 52, << 12),
                limb!(1 >> 14),
                limb!(1 >> 40, << 24),
                limb!(2 >> 2),
                limb!(2 >> 28),
                limb!(2 >> 54, << 10),
                limb!(3 >> 16),
                _mm256_srli_epi64::<42>(w[3]),
            ]
        })
    }

    /// As vectors of words; of values, which fit 256 bits.
    #[inline(always)]
    pub fn words(self) -> [__m256i; 4] {
        let l = self.limbs;
        macro_rules! word {
            ($first:expr, $($limb:literal << $left:literal),+) => {{
                let word = $first;
                $(let word = _mm256_or_si256(word, _mm256_slli_epi64::<$left>(l[$limb]));)+
                word
            }};
        }
        // SAFETY: see above.
        unsafe {
            [
                word!(l[0], 1 << 26, 2 << 52),
                word!(_mm256_srli_epi64::<12>(l[2]), 3 << 14, 4 << 40),
                word!(_mm256_srli_epi64::<24>(l[4]), 5 << 2, 6 << 28, 7 << 54),
                word!(_mm256_srli_epi64::<10>(l[7]), 8 << 16, 9 << 42),
            ]
        }
    }

    /// The same number in every lane.
    #[inline(always)]
    pub fn everywhere(words: &Words) -> Self {
        let limbs = limbs(*words);
        Self::of(each_limb!(j, splat(limbs[j])))
    }

    /// Whether every lane is a multiple of q. Times 1/R a number is q at most, so such a one is 0 or q.
    #[inline(always)]
    pub fn all_zero(self) -> bool {
        let t = self.times(Self::everywhere(&[1, 0, 0, 0])).limbs;
        // SAFETY: see above.
        unsafe {
            let zero = _mm256_setzero_si256();
            let (mut none, mut one) = (splat(u64::MAX), splat(u64::MAX));
            for (limb, q) in t.into_iter().zip(Constants::<C>::Q) {
                none = _mm256_and_si256(none, _mm256_cmpeq_epi64(limb, zero));
                one = _mm256_and_si256(one, _mm256_cmpeq_epi64(limb, splat(q)));
            }
            _mm256_movemask_epi8(_mm256_or_si256(none, one)) == -1
        }
    }

    /// From each number's words.
    #[inline(always)]
    pub fn from_numbers(numbers: &[Words; WIDTH]) -> Self {
        let [a, b, c, d] = numbers;
        Self::from_words([
            load(&[a[0], b[0], c[0], d[0]]),
            load(&[a[1], b[1], c[1], d[1]]),
            load(&[a[2], b[2], c[2], d[2]]),
            load(&[a[3], b[3], c[3], d[3]]),
        ])
    }

    /// Each number as an element in arkworks' form: what it stands for where it is a value.
    #[inline(always)]
    pub fn numbers(self) -> [Fp256<MontBackend<C, 4>>; WIDTH] {
        let [a, b, c, d] = self.words();
        let (a, b, c, d) = (store(a), store(b), store(c), store(d));
        [
            reduced([a[0], b[0], c[0], d[0]]),
            reduced([a[1], b[1], c[1], d[1]]),
            reduced([a[2], b[2], c[2], d[2]]),
            reduced([a[3], b[3], c[3], d[3]]),
        ]
    }
}

/// Limb by limb, before any carry.
#[inline(always)]
pub(super) fn sum_of_limbs(a: [__m256i; LIMBS], b: [__m256i; LIMBS]) -> [__m256i; LIMBS] {
    // SAFETY: see above.
    unsafe { each_limb!(j, _mm256_add_epi64(a[j], b[j])) }
}

/// Limbs of 26 bits each, but the last.
#[inline(always)]
pub(super) fn carried(mut t: [__m256i; LIMBS]) -> [__m256i; LIMBS] {
    let mask = splat(MASK);
    for j in 0..LIMBS - 1 {
        // SAFETY: see above.
        unsafe {
            t[j + 1] = _mm256_add_epi64(t[j + 1], _mm256_srli_epi64::<BITS>(t[j]));
            t[j] = _mm256_and_si256(t[j], mask);
        }
    }
    t
}

/// Four words as a vector.
#[inline(always)]
pub fn load(words: &Words) -> __m256i {
    // SAFETY: see above; the reference is to four words.
    unsafe { _mm256_loadu_si256(words.as_ptr().cast()) }
}

/// A vector as four words.
#[inline(always)]
pub fn store(vector: __m256i) -> Words {
    let mut words = [0; WIDTH];
    // SAFETY: see above; there is room for four words.
    unsafe { _mm256_storeu_si256(words.as_mut_ptr().cast(), vector) };
    words
}
