//! Elements of BN254's scalar field: the way in and out, strict about canonical form.

use crate::error::Error;
use ark_ff::{BigInt, PrimeField};
use num_bigint::BigUint;
use std::fmt;

pub use ark_bn254::Fr;

/// A number at or above the modulus of the field it was given for: an alias of a smaller one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotCanonical;

impl fmt::Display for NotCanonical {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "number is not below the modulus; reduce it where it is made, never where it is read",
        )
    }
}

impl std::error::Error for NotCanonical {}

impl From<NotCanonical> for Error {
    fn from(alias: NotCanonical) -> Self {
        Self::Argument(alias.to_string())
    }
}

/// The element of a 256-bit prime field that `integer` is, refused when it is not below the modulus.
pub fn from_integer<F: PrimeField<BigInt = BigInt<4>>>(
    integer: &BigUint,
) -> Result<F, NotCanonical> {
    let limbs = BigInt::<4>::try_from(integer.clone()).map_err(|()| NotCanonical)?;
    F::from_bigint(limbs).ok_or(NotCanonical)
}

/// The integer in [0, modulus) that stands for `element`.
pub fn to_integer<F: PrimeField>(element: F) -> BigUint {
    element.into_bigint().into()
}

/// The 32 bytes of `element`, lowest first.
pub fn to_le_bytes<F: PrimeField<BigInt = BigInt<4>>>(element: F) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (chunk, limb) in bytes.chunks_exact_mut(8).zip(element.into_bigint().0) {
        chunk.copy_from_slice(&limb.to_le_bytes());
    }
    bytes
}
