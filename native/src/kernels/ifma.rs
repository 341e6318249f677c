//! Eight numbers modulo a prime of 254 bits, in five limbs of 52 bits each, by AVX-512 IFMA.
//!
//! Numbers are in Montgomery form to the radix R = 2^260. The six bits above the prime are room for sums that are not
//! reduced: a product of numbers below A q and B q is below (A B / 84 + 1) q, for R > 84 q.
#![allow(unsafe_code)]

use core::arch::x86_64::{
    __m512i, __mmask8, _mm512_add_epi64, _mm512_and_si512, _mm512_cmpeq_epi64_mask,
    _mm512_cmpgt_epi64_mask, _mm512_loadu_si512, _mm512_mask_sub_epi64, _mm512_or_si512,
    _mm512_set1_epi64, _mm512_setzero_si512, _mm512_slli_epi64, _mm512_srai_epi64,
    _mm512_srli_epi64, _mm512_storeu_si512, _mm512_sub_epi64,
};
use core::marker::PhantomData;

use ark_ff::{Fp256, MontBackend, MontConfig};

use super::points::reduced;

/// Limbs of a number.
pub const LIMBS: usize = 5;
/// Numbers side by side.
pub const WIDTH: usize = 8;
pub(super) const BITS: u32 = 52;
pub(super) const MASK: u64 = (1 << BITS) - 1;
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

/// 32 q^2, from the limbs of q.
const fn squared_32(q: [u64; LIMBS]) -> [u64; 2 * LIMBS] {
    let (mut out, mut carry, mut at) = ([0; 2 * LIMBS], 0u128, 0);
    while at < 2 * LIMBS {
        let mut i = 0;
        while i < LIMBS {
            if at >= i && at - i < LIMBS {
                carry += 32 * q[i] as u128 * q[at - i] as u128;
            }
            i += 1;
        }
        out[at] = carry as u64 & MASK;
        carry >>= BITS;
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

pub(super) struct Constants<C>(PhantomData<C>);

impl<C: MontConfig<4>> Constants<C> {
    pub(super) const Q: [u64; LIMBS] = limbs(C::MODULUS.0);
    pub(super) const TWO_Q: [u64; LIMBS] = multiple(C::MODULUS.0, 2);
    pub(super) const THREE_Q: [u64; LIMBS] = multiple(C::MODULUS.0, 3);
    /// 32 q^2.
    pub(super) const MULTIPLE: [u64; 2 * LIMBS] = squared_32(Self::Q);
    pub(super) const NEGATIVE_INVERSE: u64 = negative_inverse(C::MODULUS.0);
}

/// Eight numbers, each below 2 q + 2^211, or wide: below 5 q + 2^212.
pub struct Eight<C> {
    pub(super) limbs: [__m512i; LIMBS],
    field: PhantomData<C>,
}

impl<C> Clone for Eight<C> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for Eight<C> {}

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
pub(super) use {each, each_lane, each_limb};

#[inline(always)]
pub(super) fn splat(word: u64) -> __m512i {
    // SAFETY: see above.
    unsafe { _mm512_set1_epi64(word.cast_signed()) }
}

impl<C: MontConfig<4>> Eight<C> {
    #[inline(always)]
    pub(super) fn of(limbs: [__m512i; LIMBS]) -> Self {
        Self {
            limbs,
            field: PhantomData,
        }
    }

    /// a - b + 3 q, before the carries: above zero, as b may be a little above 2 q, or a sum below 3 q.
    #[inline(always)]
    pub(super) fn difference(self, other: Self) -> [__m512i; LIMBS] {
        let three = each_limb!(j, splat(Constants::<C>::THREE_Q[j]));
        difference_of_limbs(sum_of_limbs(self.limbs, three), other.limbs)
    }

    /// Takes 2 q off where the top limb says that it can be.
    #[inline(always)]
    pub(super) fn less(t: [__m512i; LIMBS]) -> [__m512i; LIMBS] {
        let two = each_limb!(j, splat(Constants::<C>::TWO_Q[j]));
        let most = splat(Constants::<C>::TWO_Q[LIMBS - 1].wrapping_add_signed(SLACK));
        // SAFETY: see above.
        let large: __mmask8 = unsafe { _mm512_cmpgt_epi64_mask(t[LIMBS - 1], most) };
        // SAFETY: see above.
        unsafe { each_limb!(j, _mm512_mask_sub_epi64(t[j], large, t[j], two[j])) }
    }

    /// Where `mask` has a bit, its negative.
    #[inline(always)]
    pub fn negated_where(self, mask: __mmask8) -> Self {
        let three = each_limb!(j, splat(Constants::<C>::THREE_Q[j]));
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

    /// The same number in every lane.
    #[inline(always)]
    pub fn everywhere(words: &[u64; 4]) -> Self {
        let limbs = limbs(*words);
        Self::of(each_limb!(j, splat(limbs[j])))
    }

    /// A small number in every lane.
    #[inline(always)]
    pub fn small(number: u64) -> Self {
        Self::everywhere(&[number, 0, 0, 0])
    }

    /// Whether every lane is a multiple of q. Times 1/R a number is q at most, so such a one is 0 or q.
    #[inline(always)]
    pub fn all_zero(self) -> bool {
        let t = self.times(Self::small(1)).limbs;
        // SAFETY: see above.
        let zero = unsafe { _mm512_setzero_si512() };
        let (mut none, mut one) = (u8::MAX, u8::MAX);
        for (limb, q) in t.into_iter().zip(Constants::<C>::Q) {
            // SAFETY: see above.
            unsafe {
                none &= _mm512_cmpeq_epi64_mask(limb, zero);
                one &= _mm512_cmpeq_epi64_mask(limb, splat(q));
            }
        }
        none | one == u8::MAX
    }

    /// From each number's words.
    #[inline(always)]
    pub fn from_numbers(numbers: &[[u64; 4]; WIDTH]) -> Self {
        let w = |at: usize| each_lane!(lane, numbers[lane][at]);
        Self::from_words([load(&w(0)), load(&w(1)), load(&w(2)), load(&w(3))])
    }

    /// Each number as an element in arkworks' form: what it stands for where it is a value.
    #[inline(always)]
    pub fn numbers(self) -> [Fp256<MontBackend<C, 4>>; WIDTH] {
        let [a, b, c, d] = self.words();
        let (a, b, c, d) = (store(a), store(b), store(c), store(d));
        each_lane!(lane, reduced([a[lane], b[lane], c[lane], d[lane]]))
    }
}

/// Limb by limb, before any carry.
#[inline(always)]
pub fn sum_of_limbs<const COUNT: usize>(
    mut a: [__m512i; COUNT],
    b: [__m512i; COUNT],
) -> [__m512i; COUNT] {
    for j in 0..COUNT {
        // SAFETY: see above.
        a[j] = unsafe { _mm512_add_epi64(a[j], b[j]) };
    }
    a
}

/// Limb by limb, before any carry.
#[inline(always)]
pub fn difference_of_limbs<const COUNT: usize>(
    mut a: [__m512i; COUNT],
    b: [__m512i; COUNT],
) -> [__m512i; COUNT] {
    for j in 0..COUNT {
        // SAFETY: see above.
        a[j] = unsafe { _mm512_sub_epi64(a[j], b[j]) };
    }
    a
}

/// Limbs of 52 bits each, but the last, from limbs of any sign.
#[inline(always)]
pub fn carried<const COUNT: usize>(mut t: [__m512i; COUNT]) -> [__m512i; COUNT] {
    let mask = splat(MASK);
    for j in 0..COUNT - 1 {
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
