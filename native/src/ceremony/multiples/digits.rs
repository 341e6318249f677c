//! Scalars as two rows of signed digits.

use std::marker::PhantomData;

use ark_bn254::Fr;
use ark_ff::{BigInt, Field, PrimeField};
use num_bigint::BigUint;
use zeroize::{DefaultIsZeroes, Zeroizing};

use super::curve::Curve;

/// Bits of a digit.
pub const DIGIT_BITS: usize = 4;
/// Digits of a half.
pub const DIGITS: usize = 128 / DIGIT_BITS;
/// Odd multiples among which a digit chooses, up to its sign.
pub const ODD_MULTIPLES: usize = 1 << (DIGIT_BITS - 1);

/// k1 and k2 of a scalar: bit i says whether 2^i is added or taken away.
#[derive(Clone, Copy, Default)]
pub struct Digits([u128; 2]);

impl DefaultIsZeroes for Digits {}

impl Digits {
    /// The odd multiple that a digit of a half asks for, by its place among 1, 3, 5 ..., and whether it is to be negated.
    #[inline(always)]
    pub fn digit(&self, half: usize, digit: usize) -> (usize, bool) {
        // Four signs make 2 n - 15 of the number n that their bits are.
        let bits = (self.0[half] >> (digit * DIGIT_BITS)) as usize & (2 * ODD_MULTIPLES - 1);
        if bits < ODD_MULTIPLES {
            (ODD_MULTIPLES - 1 - bits, true)
        } else {
            (bits - ODD_MULTIPLES, false)
        }
    }

    /// The scalar that they stand for.
    pub fn scalar<P: Curve>(&self) -> Fr {
        let half = |half: usize| {
            (0..DIGITS).rev().fold(Fr::from(0u64), |sum, digit| {
                let (place, negated) = self.digit(half, digit);
                let multiple = Fr::from(2 * place as u64 + 1);
                let sum = sum * Fr::from(2u64).pow([DIGIT_BITS as u64]);
                if negated {
                    sum - multiple
                } else {
                    sum + multiple
                }
            })
        };
        half(0) + half(1) * P::LAMBDA
    }
}

/// Pairs (a, b) with a + b lambda = 0: what may be added to k1 and k2.
pub struct Lattice<P> {
    /// Two short ones that make up all others.
    basis: [[Fr; 2]; 2],
    /// How often each of them is to be taken off, in parts of the scalar.
    shares: [Share; 2],
    curve: PhantomData<P>,
}

/// A part of a scalar, with its sign: `size` over 2^256.
struct Share {
    positive: bool,
    size: BigInt<4>,
}

impl Share {
    /// (k, 0) is k d / r times the first pair less k b / r times the second, as their determinant is r.
    fn of<P: Curve>(coefficient: usize) -> Self {
        let (positive, size) = P::SCALAR_DECOMP_COEFFS[coefficient];
        let share: BigUint = (BigUint::from(size) << 256) / BigUint::from(Fr::MODULUS);
        Self {
            positive,
            // Below 2^130, for the pairs are short.
            size: BigInt::try_from(share).unwrap_or_default(),
        }
    }

    /// That part of an integer, rounded towards 0.
    fn taken(&self, integer: &BigInt<4>) -> Fr {
        let size = Fr::from(high_half(integer, &self.size));
        if self.positive { size } else { -size }
    }
}

impl<P: Curve> Default for Lattice<P> {
    /// That of a group.
    fn default() -> Self {
        let [a, b, c, d] = P::SCALAR_DECOMP_COEFFS.map(|(positive, size)| {
            let entry = Fr::from(size);
            if positive { entry } else { -entry }
        });
        Self {
            basis: [[a, b], [c, d]],
            shares: [Share::of::<P>(3), Share::of::<P>(1)],
            curve: PhantomData,
        }
    }
}

impl<P: Curve> Lattice<P> {
    /// The digits of a scalar.
    ///
    /// How often each pair is taken off is rounded, so what is left is below the sum of both, 1.58 * 10^38; to make both
    /// numbers odd, one of the pairs or their sum is added: still below 2^128 = 3.40 * 10^38.
    pub fn digits(&self, scalar: &Fr) -> Digits {
        let [[a, b], [c, d]] = self.basis;
        let integer = scalar.into_bigint();
        let first = Zeroizing::new(self.shares[0].taken(&integer));
        let second = Zeroizing::new(-self.shares[1].taken(&integer));
        let mut k2 = Zeroizing::new(-(*first * b + *second * d));
        let mut k1 = Zeroizing::new(*scalar - *k2 * P::LAMBDA);
        let odd = |value: &Fr| signed(value).1 & 1 == 1;
        let wanted = [!odd(&k1), !odd(&k2)];
        let pairs = [[a, b], [c, d], [a + c, b + d]];
        let fitting = pairs
            .iter()
            .find(|pair| [odd(&pair[0]), odd(&pair[1])] == wanted);
        if let Some(pair) = fitting {
            *k1 += pair[0];
            *k2 += pair[1];
        }
        Digits([signs(&k1), signs(&k2)])
    }
}

/// A product over 2^256, which is below 2^128.
fn high_half(integer: &BigInt<4>, share: &BigInt<4>) -> u128 {
    let mut product = [0u64; 8];
    for (i, a) in integer.0.iter().enumerate() {
        let mut carry = 0u128;
        for (j, b) in share.0.iter().enumerate() {
            carry += u128::from(*a) * u128::from(*b) + u128::from(product[i + j]);
            product[i + j] = carry as u64;
            carry >>= 64;
        }
        product[i + 4] = carry as u64;
    }
    u128::from(product[5]) << 64 | u128::from(product[4])
}

/// A number near zero: whether it is negative, and its size.
fn signed(value: &Fr) -> (bool, u128) {
    let (plus, minus) = (value.into_bigint(), (-*value).into_bigint());
    let negative = minus < plus;
    let size = if negative { minus } else { plus };
    (
        negative,
        u128::from(size.0[1]) << 64 | u128::from(size.0[0]),
    )
}

/// An odd number below 2^128 as signs: with bits b, it is the sum of (2 b_i - 1) 2^i.
fn signs(value: &Fr) -> u128 {
    let (negative, size) = signed(value);
    let bits = 1 << 127 | size >> 1;
    if negative { !bits } else { bits }
}
