//! What each operation of a graph does to field elements, exactly as circom's own generators do it.
//!
//! A slot holds an element either in Montgomery form (a *field* value) or as a plain integer below r (a *whole* value).
//! Every operation keeps a slot below r, whatever it is given, so that a hostile graph calculates nonsense and no more.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, BigInt, BigInteger, Field, MontFp, PrimeField, Zero};
use crypto_bigint::{Odd, U256};
use num_bigint::BigUint;

/// Bits of r, and the width that circom shifts and complements in.
const BITS: u32 = 254;

/// (r - 1) / 2: what is above counts as negative.
const HALF: BigInt<4> = Fr::MODULUS_MINUS_ONE_DIV_TWO;

/// What an operation does. The numbers are those of the file format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Op {
    /// The same slot again, in either form.
    Copy = 0,
    /// field + field
    Add = 1,
    /// field - field
    Sub = 2,
    /// field * field
    Mul = 3,
    /// - field
    Neg = 4,
    /// 1 / field; 0 for 0
    Inv = 5,
    /// field ^ whole
    Pow = 6,
    /// whole of a field
    Whole = 7,
    /// field of a whole
    Field = 8,
    /// 1 where both slots are the same, else 0, as a field
    Equal = 9,
    /// 1 where whole < whole, both taken as signed
    Less = 10,
    /// 1 where whole <= whole, both taken as signed
    AtMost = 11,
    /// 1 where neither slot is 0
    And = 12,
    /// 1 where a slot is not 0
    Or = 13,
    /// 1 where the slot is 0
    Not = 14,
    /// the second slot where the first is not 0, else the third
    Select = 15,
    /// bit `third operand` of a whole, as a field
    Bit = 16,
    /// whole << whole, both ways
    ShiftLeft = 17,
    /// whole >> whole, both ways
    ShiftRight = 18,
    /// whole & whole
    BitAnd = 19,
    /// whole | whole
    BitOr = 20,
    /// whole ^ whole
    BitXor = 21,
    /// ~ whole
    BitNot = 22,
    /// whole \ whole; 0 by 0
    Quotient = 23,
    /// whole % whole; 0 by 0
    Remainder = 24,
    /// Run a template on the signals from a place on; no slot is written.
    Call = 25,
    /// Refuse where the slot is 0; no slot is written.
    Assert = 26,
}

impl Op {
    /// How many there are.
    pub const COUNT: usize = ALL.len();

    /// The operation of this number.
    pub fn from_number(number: u8) -> Option<Self> {
        ALL.get(usize::from(number)).copied()
    }

    /// How many slots it reads.
    pub fn arity(self) -> usize {
        match self {
            Self::Call => 0,
            Self::Copy | Self::Neg | Self::Inv | Self::Whole | Self::Field => 1,
            Self::Not | Self::BitNot | Self::Bit | Self::Assert => 1,
            Self::Select => 3,
            _ => 2,
        }
    }

    /// Roughly how many additions it takes, for the bound on a graph's work.
    pub fn cost(self) -> u64 {
        match self {
            Self::Inv => 256,
            Self::Pow | Self::Quotient | Self::Remainder => 1024,
            _ => 1,
        }
    }
}

const ALL: [Op; 27] = [
    Op::Copy,
    Op::Add,
    Op::Sub,
    Op::Mul,
    Op::Neg,
    Op::Inv,
    Op::Pow,
    Op::Whole,
    Op::Field,
    Op::Equal,
    Op::Less,
    Op::AtMost,
    Op::And,
    Op::Or,
    Op::Not,
    Op::Select,
    Op::Bit,
    Op::ShiftLeft,
    Op::ShiftRight,
    Op::BitAnd,
    Op::BitOr,
    Op::BitXor,
    Op::BitNot,
    Op::Quotient,
    Op::Remainder,
    Op::Call,
    Op::Assert,
];

/// The result of an operation that writes a slot. `third` is the third slot of `Select`; `bit` the place of `Bit`.
#[inline(always)]
pub fn apply(op: Op, a: Fr, b: Fr, third: Fr, bit: u32) -> Fr {
    match op {
        Op::Copy | Op::Call | Op::Assert => a,
        Op::Add => a + b,
        Op::Sub => a - b,
        Op::Mul => a * b,
        Op::Neg => -a,
        Op::Inv => inverse(a),
        Op::Pow => a.pow(b.0),
        Op::Whole => slot(a.into_bigint()),
        Op::Field => Fr::from_bigint(a.0).unwrap_or(Fr::ZERO),
        Op::Equal => truth(a == b),
        Op::Less => truth(less(&a.0, &b.0)),
        Op::AtMost => truth(!less(&b.0, &a.0)),
        Op::And => truth(!a.is_zero() && !b.is_zero()),
        Op::Or => truth(!a.is_zero() || !b.is_zero()),
        Op::Not => truth(a.is_zero()),
        Op::Select => {
            if a.is_zero() {
                third
            } else {
                b
            }
        }
        Op::Bit => truth(a.0.get_bit(bit as usize)),
        Op::ShiftLeft => slot(shifted(a.0, b.0, true)),
        Op::ShiftRight => slot(shifted(a.0, b.0, false)),
        Op::BitAnd => bitwise(a, b, |a, b| a & b),
        Op::BitOr => bitwise(a, b, |a, b| a | b),
        Op::BitXor => bitwise(a, b, |a, b| a ^ b),
        Op::BitNot => slot(masked(BigInt(a.0.0.map(|limb| !limb)))),
        Op::Quotient => divided(a, b).0,
        Op::Remainder => divided(a, b).1,
    }
}

/// A slot that holds these limbs as they are.
#[inline(always)]
pub fn slot(limbs: BigInt<4>) -> Fr {
    Fr::new_unchecked(limbs)
}

#[inline(always)]
fn truth(holds: bool) -> Fr {
    if holds { Fr::ONE } else { Fr::ZERO }
}

/// Whether a < b for integers of which those above `HALF` are negative.
#[inline(always)]
fn less(a: &BigInt<4>, b: &BigInt<4>) -> bool {
    match (*a > HALF, *b > HALF) {
        (true, false) => true,
        (false, true) => false,
        _ => a < b,
    }
}

/// The lowest 254 bits, less r where they reach it.
fn masked(mut limbs: BigInt<4>) -> BigInt<4> {
    limbs.0[3] &= u64::MAX >> (256 - BITS);
    if limbs >= Fr::MODULUS {
        limbs.sub_with_borrow(&Fr::MODULUS);
    }
    limbs
}

fn bitwise(a: Fr, b: Fr, each: impl Fn(u64, u64) -> u64) -> Fr {
    let (a, b) = (a.0.0, b.0.0);
    slot(masked(BigInt(std::array::from_fn(|limb| {
        each(a[limb], b[limb])
    }))))
}

/// `value` shifted by `places`; a negative number of places goes the other way.
fn shifted(value: BigInt<4>, mut places: BigInt<4>, mut left: bool) -> BigInt<4> {
    if places > HALF {
        let mut away = Fr::MODULUS;
        away.sub_with_borrow(&places);
        (places, left) = (away, !left);
    }
    if places >= BigInt::from(u64::from(BITS)) {
        return BigInt::zero();
    }
    let places = places.0[0] as u32;
    if left {
        masked(value << places)
    } else {
        value >> places
    }
}

fn divided(a: Fr, b: Fr) -> (Fr, Fr) {
    if b.is_zero() {
        return (Fr::ZERO, Fr::ZERO);
    }
    let (a, b) = (BigUint::from(a.0), BigUint::from(b.0));
    let back = |number: BigUint| slot(BigInt::try_from(number).unwrap_or_default());
    (back(&a / &b), back(a % b))
}

/// 1/a, and 0 for 0, by Bernstein and Yang's safegcd.
fn inverse(a: Fr) -> Fr {
    // The limbs hold a R, and their inverse 1/(a R): read as limbs again it is 1/(a R^2).
    const R_SQUARED: Fr =
        MontFp!("944936681149208446651664254269745548490766851729442924617792859073125903783");
    let modulus = Odd::new(U256::from_words(Fr::MODULUS.0)).into_option();
    let inverse = modulus.and_then(|modulus| {
        U256::from_words(a.0.0)
            .invert_odd_mod_vartime(&modulus)
            .into_option()
    });
    inverse.map_or(Fr::ZERO, |inverse| {
        slot(BigInt(inverse.to_words())) * R_SQUARED
    })
}
