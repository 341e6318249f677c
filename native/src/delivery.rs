//! Buyer keys and the points behind them: u of BabyJubJub in Montgomery form, v^2 = u^3 + 168698 u^2 + u.

use crate::error::{Error, Result};
use crate::field::{Fr, from_integer};
use crate::secret::{FieldModulus, INVERTING, Residue, from_limbs, to_limbs};
use ark_ff::{AdditiveGroup, Field, MontFp, PrimeField};
use crypto_bigint::{Choice, CtSelect, U256};
use num_bigint::BigUint;
use zeroize::{DefaultIsZeroes, Zeroizing};

type Element = Residue<FieldModulus>;

const A: Fr = MontFp!("168698");

/// (A - 2) / 4, which the ladder multiplies by.
const QUARTER: Element = Element::new(&U256::from_u32(42_174));

const SCALAR_BITS: usize = 256;

/// The u of `integer`, refused where it is not below the modulus or no point of the curve is over it.
pub fn u_of(integer: &BigUint) -> Result<Fr> {
    let refused =
        |_| Error::BuyerKeyInvalid("it is not below the field's modulus; write it canonically");
    let u = from_integer(integer).map_err(refused)?;
    smaller_v(u).map(|_| u)
}

/// The smaller v, as an integer, of the two points over u.
pub fn smaller_v(u: Fr) -> Result<Fr> {
    let v = ((u + A) * u + Fr::ONE) * u;
    let v = v.sqrt().ok_or(Error::BuyerKeyInvalid(
        "it is the u of no point of the curve; ask for the key again",
    ))?;
    Ok(if v.into_bigint() <= (-v).into_bigint() {
        v
    } else {
        -v
    })
}

/// The u of `scalar`, lowest byte first, times either point over u; a product that is the neutral point has none.
///
/// Which instructions run and which addresses are read depends on u alone, never on the scalar.
pub fn times(u: Fr, scalar: &[u8; SCALAR_BITS / 8]) -> Result<Fr> {
    let product = if u == Fr::ZERO {
        // the point of order 2, for which the ladder's differences vanish
        (scalar[0] & 1 == 1).then_some(Fr::ZERO)
    } else {
        ladder(u, scalar)
    };
    product.ok_or(Error::BuyerKeyInvalid(
        "its point is of small order, which shows the capsule key to everybody; ask for a key of BuyerKey.generate()",
    ))
}

/// A point and the one that is the base more, both by X : Z with u = X / Z.
#[derive(Clone, Copy, Default)]
struct Rung {
    lower: [Element; 2],
    upper: [Element; 2],
}

impl DefaultIsZeroes for Rung {}

impl Rung {
    fn swap(&mut self, choice: Choice) {
        for (lower, upper) in self.lower.iter_mut().zip(&mut self.upper) {
            lower.ct_swap(upper, choice);
        }
    }

    /// Doubles the lower and adds the two, whose difference is the base (Montgomery 1987, with RFC 7748's temporaries).
    fn climb(&mut self, base: Element) {
        let ([x, z], [x_next, z_next]) = (self.lower, self.upper);
        let (sum, difference) = (x + z, x - z);
        let (square, other) = (sum.square(), difference.square());
        let e = square - other;
        let (cross, crossed) = ((x_next - z_next) * sum, (x_next + z_next) * difference);
        self.lower = [square * other, e * (square + QUARTER * e)];
        self.upper = [
            (cross + crossed).square(),
            base * (cross - crossed).square(),
        ];
    }
}

fn ladder(u: Fr, scalar: &[u8; SCALAR_BITS / 8]) -> Option<Fr> {
    let base = from_limbs(&u.0);
    let mut rung = Zeroizing::new(Rung {
        lower: [Element::ONE, Element::ZERO],
        upper: [base, Element::ONE],
    });
    let mut last = 0;
    for place in (0..SCALAR_BITS).rev() {
        let bit = scalar[place / 8] >> (place % 8) & 1;
        rung.swap(Choice::from_u8_lsb(bit ^ last));
        rung.climb(base);
        last = bit;
    }
    rung.swap(Choice::from_u8_lsb(last));
    let [x, z] = rung.lower;
    if z == Element::ZERO {
        return None;
    }
    Some(Fr::new_unchecked(to_limbs(&(x * z.pow(&INVERTING)))))
}
