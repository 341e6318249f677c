//! Products of eight numbers: Montgomery's, digit by digit, and sums of products that are reduced once.
#![allow(unsafe_code)]

use core::arch::x86_64::{
    __m512i, _mm512_add_epi64, _mm512_madd52hi_epu64, _mm512_madd52lo_epu64, _mm512_setzero_si512,
    _mm512_srai_epi64,
};

use ark_ff::MontConfig;

use super::ifma::{BITS, Constants, Eight, LIMBS, MASK, carried, each, each_limb, splat};

/// Products in twice as many limbs, before their carries.
pub type Product = [__m512i; 2 * LIMBS];

// SAFETY of every block below: as in `ifma`.

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

impl<C: MontConfig<4>> Eight<C> {
    /// The product a b / R: below 2 q where a and b are values or wide ones.
    #[inline(always)]
    pub fn times(self, other: Self) -> Self {
        let (a, b) = (self.limbs, other.limbs);
        let (q, inverse) = (
            each_limb!(j, splat(Constants::<C>::Q[j])),
            splat(Constants::<C>::NEGATIVE_INVERSE),
        );
        // SAFETY: see above.
        let zero = unsafe { _mm512_setzero_si512() };
        let mut t = [zero; LIMBS];
        for digit in b {
            t[0] = low(t[0], a[0], digit);
            let m = low(zero, t[0], inverse);
            for j in 1..LIMBS {
                t[j] = low(low(t[j], a[j], digit), m, q[j]);
            }
            // The lowest limb goes, and the others move down.
            // SAFETY: see above.
            t[0] = high(unsafe { _mm512_add_epi64(t[1], upward(t[0])) }, a[0], digit);
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

    /// The square a^2 / R: below 2 q where a is a value or a wide one.
    #[inline(always)]
    pub fn squared(self) -> Self {
        let a = self.limbs;
        // SAFETY: see above.
        let mut t = [unsafe { _mm512_setzero_si512() }; 2 * LIMBS];
        for i in 0..LIMBS {
            for j in i + 1..LIMBS {
                t[i + j] = low(t[i + j], a[i], a[j]);
                t[i + j + 1] = high(t[i + j + 1], a[i], a[j]);
            }
        }
        for i in 0..LIMBS {
            // SAFETY: see above.
            unsafe {
                t[2 * i] = _mm512_add_epi64(t[2 * i], t[2 * i]);
                t[2 * i + 1] = _mm512_add_epi64(t[2 * i + 1], t[2 * i + 1]);
            }
            t[2 * i] = low(t[2 * i], a[i], a[i]);
            t[2 * i + 1] = high(t[2 * i + 1], a[i], a[i]);
        }
        Self::reduced(t)
    }

    /// The product a b, in twice as many limbs, to which others may be added before they are carried.
    #[inline(always)]
    pub fn product(self, other: Self) -> Product {
        // SAFETY: see above.
        let mut t = [unsafe { _mm512_setzero_si512() }; 2 * LIMBS];
        self.add_product(other, &mut t);
        t
    }

    /// Add the product a b.
    #[inline(always)]
    pub fn add_product(self, other: Self, t: &mut Product) {
        for i in 0..LIMBS {
            for j in 0..LIMBS {
                t[i + j] = low(t[i + j], self.limbs[i], other.limbs[j]);
                t[i + j + 1] = high(t[i + j + 1], self.limbs[i], other.limbs[j]);
            }
        }
    }

    /// A sum of products, from 0 to below 2^520, over R: below a 2^260th of it and q. Its limbs may have any sign.
    #[inline(always)]
    pub fn reduced(mut t: Product) -> Self {
        let q = each_limb!(j, splat(Constants::<C>::Q[j]));
        let inverse = splat(Constants::<C>::NEGATIVE_INVERSE);
        // SAFETY: see above.
        let zero = unsafe { _mm512_setzero_si512() };
        for i in 0..LIMBS {
            let m = low(zero, t[i], inverse);
            // SAFETY: see above.
            t[i + 1] = unsafe { _mm512_add_epi64(t[i + 1], upward(t[i])) };
            for j in 1..LIMBS {
                t[i + j] = low(t[i + j], m, q[j]);
            }
            for j in 0..LIMBS {
                t[i + j + 1] = high(t[i + j + 1], m, q[j]);
            }
        }
        let [.., a, b, c, d, e] = t;
        Self::of(carried([a, b, c, d, e]))
    }

    /// 32 q^2 in every lane: what keeps a difference of products of wide numbers above zero, for each is below 26 q^2.
    #[inline(always)]
    pub fn above_products() -> Product {
        each!(j of 0 1 2 3 4 5 6 7 8 9, splat(Constants::<C>::MULTIPLE[j]))
    }
}

/// What a limb carries to the next one when a multiple of q has made its lowest 52 bits zero: it brought 2^52 less what
/// they were, or nothing where they were zero.
#[inline(always)]
fn upward(limb: __m512i) -> __m512i {
    // SAFETY: see above.
    unsafe { _mm512_srai_epi64::<BITS>(_mm512_add_epi64(limb, splat(MASK))) }
}
