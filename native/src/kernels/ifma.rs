//! Eight numbers modulo a prime of 254 bits, in five limbs of 52 bits each, by AVX-512 IFMA.
//!
//! Numbers are in Montgomery form to the radix R = 2^260. The six bits above the prime are room for sums that are not
//! reduced: a product of numbers below A q and B q is below (A B / 84 + 1) q, for R > 84 q.
#![allow(unsafe_code)]

use core::arch::x86_64::{
    __m512i, __mmask8, _mm512_add_epi64, _mm512_and_si512, _mm512_cmpgt_epi64_mask,
    _mm512_loadu_si512, _mm512_madd52hi_epu64, _mm512_madd52lo_epu64, _mm512_mask_sub_epi64,
    _mm512_or_si512, _mm512_set1_epi64, _mm512_setzero_si512, _mm512_slli_epi64, _mm512_srai_epi64,
    _mm512_srli_epi64, _mm512_storeu_si512, _mm512_sub_epi64,
};
use core::marker::PhantomData;

/// Limbs of a number.
pub const LIMBS: usize = 5;
/// Numbers side by side.
pub const WIDTH: usize = 8;
const BITS: u32 = 52;
const MASK: u64 = (1 << BITS) - 1;
/// The top limb decides whether 2 q is taken off. Limbs before their carries say it to two units, so that much is left
/// on: 2^(208 + 2), and what is below 2 q + 2^211 fits 256 bits by far.
const SLACK: i64 = 2;

/// Whether this processor has what these kernels take.
pub fn is_there() -> bool {
    use std::arch::is_x86_feature_detected as has;
    has!("avx512f")
        && has!("avx512ifma")
        && has!("avx512vl")
        && has!("avx512dq")
        && has!("avx512bw")
}

/// The prime.
pub trait Modulus: Copy {
    /// In words of 64 bits, the lowest first.
    const WORDS: [u64; 4];
}

/// `factor` times a modulus in limbs of 52 bits.
const fn multiple(words: [u64; 4], factor: u64) -> [u64; LIMBS] {
    let limbs = limbs(words);
    let (mut out, mut carry, mut at) = ([0; LIMBS], 0u128, 0);
    while at < LIMBS {
        let sum = limbs[at] as u128 * factor as u128 + carry;
        out[at] = sum as u64 & MASK;
        carry = sum >> BITS;
        at += 1;
    }
    out
}

/// 256 bits in limbs of 52.
const fn limbs(w: [u64; 4]) -> [u64; LIMBS] {
    [
        w[0] & MASK,
        (w[0] >> 52 | w[1] << 12) & MASK,
        (w[1] >> 40 | w[2] << 24) & MASK,
        (w[2] >> 28 | w[3] << 36) & MASK,
        w[3] >> 16,
    ]
}

/// -1/q modulo 2^52, by Newton's iteration: each step doubles the bits that are right.
const fn negative_inverse(words: [u64; 4]) -> u64 {
    let (mut inverse, mut step) = (1u64, 0);
    while step < 6 {
        inverse = inverse.wrapping_mul(2u64.wrapping_sub(words[0].wrapping_mul(inverse)));
        step += 1;
    }
    inverse.wrapping_neg() & MASK
}

struct Constants<M>(PhantomData<M>);

impl<M: Modulus> Constants<M> {
    const Q: [u64; LIMBS] = limbs(M::WORDS);
    const TWO_Q: [u64; LIMBS] = multiple(M::WORDS, 2);
    const THREE_Q: [u64; LIMBS] = multiple(M::WORDS, 3);
    const NEGATIVE_INVERSE: u64 = negative_inverse(M::WORDS);
}

/// Eight numbers, each below 2 q + 2^211, or wide: below 5 q + 2^212.
#[derive(Clone, Copy)]
pub struct Eight<M> {
    limbs: [__m512i; LIMBS],
    modulus: PhantomData<M>,
}

// SAFETY of every block below: the intrinsics ask for AVX-512 F and IFMA alone. Values are made by functions that are
// reached only behind `is_there`, and memory is reached through references to arrays of the right size.

/// An expression for each of these numbers. A closure might be compiled by itself, where the compiler knows nothing of
/// AVX-512.
macro_rules! each {
    ($at:ident of $($number:literal)+, $value:expr) => {
        [$({
            let $at = $number;
            $value
        }),+]
    };
}

/// The same for each limb.
macro_rules! each_limb {
    ($at:ident, $value:expr) => {
        each!($at of 0 1 2 3 4, $value)
    };
}

/// The same for each of eight lanes or columns.
macro_rules! each_lane {
    ($at:ident, $value:expr) => {
        each!($at of 0 1 2 3 4 5 6 7, $value)
    };
}
pub(super) use {each, each_lane};

#[inline(always)]
fn splat(word: u64) -> __m512i {
    // SAFETY: see above.
    unsafe { _mm512_set1_epi64(word.cast_signed()) }
}

#[inline(always)]
fn low(sum: __m512i, a: __m512i, b: __m512i) -> __m512i {
    // SAFETY: see above.
    unsafe { _mm512_madd52lo_epu64(sum, a, b) }
}

#[inline(always)]
fn high(sum: __m512i, a: __m512i, b: __m512i) -> __m512i {
    // SAFETY: see above.
    unsafe { _mm512_madd52hi_epu64(sum, a, b) }
}

impl<M: Modulus> Eight<M> {
    #[inline(always)]
    fn of(limbs: [__m512i; LIMBS]) -> Self {
        Self {
            limbs,
            modulus: PhantomData,
        }
    }

    /// The product a b / R: below 2 q where a and b are values or wide ones.
    #[inline(always)]
    pub fn times(self, other: Self) -> Self {
        let (a, b) = (self.limbs, other.limbs);
        let (q, inverse) = (
            each_limb!(j, splat(Constants::<M>::Q[j])),
            splat(Constants::<M>::NEGATIVE_INVERSE),
        );
        // SAFETY: see above.
        let zero = unsafe { _mm512_setzero_si512() };
        let mut t = [zero; LIMBS];
        for digit in b {
            t[0] = low(t[0], a[0], digit);
            let m = low(zero, t[0], inverse);
            for j in 1..LIMBS {
                t[j] = low(t[j], a[j], digit);
            }
            for j in 0..LIMBS {
                t[j] = low(t[j], m, q[j]);
            }
            // The lowest limb is a multiple of 2^52 now: it goes, and the others move down.
            // SAFETY: see above.
            let carry = unsafe { _mm512_srli_epi64::<BITS>(t[0]) };
            // SAFETY: see above.
            t[0] = high(unsafe { _mm512_add_epi64(t[1], carry) }, a[0], digit);
            for j in 1..LIMBS - 1 {
                t[j] = high(t[j + 1], a[j], digit);
            }
            t[LIMBS - 1] = high(zero, a[LIMBS - 1], digit);
            for j in 0..LIMBS {
                t[j] = high(t[j], m, q[j]);
            }
        }
        Self::of(carried(t))
    }

    /// The sum, wide.
    #[inline(always)]
    pub fn plus_wide(self, other: Self) -> Self {
        // SAFETY: see above.
        let t = unsafe { each_limb!(j, _mm512_add_epi64(self.limbs[j], other.limbs[j])) };
        Self::of(carried(t))
    }

    /// The sum.
    #[inline(always)]
    pub fn plus(self, other: Self) -> Self {
        // SAFETY: see above.
        let t = unsafe { each_limb!(j, _mm512_add_epi64(self.limbs[j], other.limbs[j])) };
        Self::of(carried(Self::less(t)))
    }

    /// The difference, wide: of values, or of sums below 3 q.
    #[inline(always)]
    pub fn minus_wide(self, other: Self) -> Self {
        Self::of(carried(self.difference(other)))
    }

    /// The difference.
    #[inline(always)]
    pub fn minus(self, other: Self) -> Self {
        Self::of(carried(Self::less(Self::less(self.difference(other)))))
    }

    /// a - b + 3 q, before the carries: above zero, as b may be a little above 2 q.
    #[inline(always)]
    fn difference(self, other: Self) -> [__m512i; LIMBS] {
        let three = each_limb!(j, splat(Constants::<M>::THREE_Q[j]));
        // SAFETY: see above.
        unsafe {
            each_limb!(
                j,
                _mm512_sub_epi64(_mm512_add_epi64(self.limbs[j], three[j]), other.limbs[j])
            )
        }
    }

    /// Takes 2 q off where the top limb says that it can be.
    #[inline(always)]
    fn less(t: [__m512i; LIMBS]) -> [__m512i; LIMBS] {
        let two = each_limb!(j, splat(Constants::<M>::TWO_Q[j]));
        let most = splat(Constants::<M>::TWO_Q[LIMBS - 1].wrapping_add_signed(SLACK));
        // SAFETY: see above.
        let large: __mmask8 = unsafe { _mm512_cmpgt_epi64_mask(t[LIMBS - 1], most) };
        // SAFETY: see above.
        unsafe { each_limb!(j, _mm512_mask_sub_epi64(t[j], large, t[j], two[j])) }
    }

    /// Where `mask` has a bit, its negative.
    #[inline(always)]
    pub fn negated_where(self, mask: __mmask8) -> Self {
        let three = each_limb!(j, splat(Constants::<M>::THREE_Q[j]));
        // SAFETY: see above.
        let t = unsafe {
            each_limb!(
                j,
                _mm512_mask_sub_epi64(self.limbs[j], mask, three[j], self.limbs[j])
            )
        };
        Self::of(carried(Self::less(t)))
    }

    /// From vectors of words: four for each number, the lowest first.
    #[inline(always)]
    pub fn from_words(w: [__m512i; 4]) -> Self {
        let mask = splat(MASK);
        // SAFETY: see above.
        let limbs = unsafe {
            [
                _mm512_and_si512(w[0], mask),
                _mm512_and_si512(
                    _mm512_or_si512(_mm512_srli_epi64::<52>(w[0]), _mm512_slli_epi64::<12>(w[1])),
                    mask,
                ),
                _mm512_and_si512(
                    _mm512_or_si512(_mm512_srli_epi64::<40>(w[1]), _mm512_slli_epi64::<24>(w[2])),
                    mask,
                ),
                _mm512_and_si512(
                    _mm512_or_si512(_mm512_srli_epi64::<28>(w[2]), _mm512_slli_epi64::<36>(w[3])),
                    mask,
                ),
                _mm512_srli_epi64::<16>(w[3]),
            ]
        };
        Self::of(limbs)
    }

    /// As vectors of words; of values, which fit 256 bits.
    #[inline(always)]
    pub fn words(self) -> [__m512i; 4] {
        let l = self.limbs;
        // SAFETY: see above.
        unsafe {
            [
                _mm512_or_si512(l[0], _mm512_slli_epi64::<52>(l[1])),
                _mm512_or_si512(_mm512_srli_epi64::<12>(l[1]), _mm512_slli_epi64::<40>(l[2])),
                _mm512_or_si512(_mm512_srli_epi64::<24>(l[2]), _mm512_slli_epi64::<28>(l[3])),
                _mm512_or_si512(_mm512_srli_epi64::<36>(l[3]), _mm512_slli_epi64::<16>(l[4])),
            ]
        }
    }

    /// From each number's words.
    #[inline(always)]
    pub fn from_numbers(numbers: &[[u64; 4]; WIDTH]) -> Self {
        let w = |at: usize| each_lane!(lane, numbers[lane][at]);
        Self::from_words([load(&w(0)), load(&w(1)), load(&w(2)), load(&w(3))])
    }

    /// Each number's words, below q: as they are written down.
    #[inline(always)]
    pub fn numbers(self) -> [[u64; 4]; WIDTH] {
        let [a, b, c, d] = self.words();
        let (a, b, c, d) = (store(a), store(b), store(c), store(d));
        each_lane!(
            lane,
            canonical([a[lane], b[lane], c[lane], d[lane]], M::WORDS)
        )
    }
}

/// Limbs of 52 bits each, but the last, from limbs of any sign.
#[inline(always)]
fn carried(mut t: [__m512i; LIMBS]) -> [__m512i; LIMBS] {
    let mask = splat(MASK);
    for j in 0..LIMBS - 1 {
        // SAFETY: see above.
        unsafe {
            t[j + 1] = _mm512_add_epi64(t[j + 1], _mm512_srai_epi64::<BITS>(t[j]));
            t[j] = _mm512_and_si512(t[j], mask);
        }
    }
    t
}

/// Eight words as a vector.
#[inline(always)]
pub fn load(words: &[u64; WIDTH]) -> __m512i {
    // SAFETY: see above; the reference is to eight words.
    unsafe { _mm512_loadu_si512(words.as_ptr().cast()) }
}

/// A vector as eight words.
#[inline(always)]
pub fn store(vector: __m512i) -> [u64; WIDTH] {
    let mut words = [0; WIDTH];
    // SAFETY: see above; there is room for eight words.
    unsafe { _mm512_storeu_si512(words.as_mut_ptr().cast(), vector) };
    words
}

/// A number of 256 bits less q, as often as that can be taken off: four times at most.
fn canonical(mut words: [u64; 4], modulus: [u64; 4]) -> [u64; 4] {
    loop {
        let (mut less, mut borrow) = ([0; 4], false);
        for at in 0..4 {
            let (first, under) = words[at].overflowing_sub(modulus[at]);
            let (second, again) = first.overflowing_sub(u64::from(borrow));
            less[at] = second;
            borrow = under || again;
        }
        if borrow {
            return words;
        }
        words = less;
    }
}
