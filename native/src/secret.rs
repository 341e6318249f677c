//! Arithmetic on secrets: which instructions run and which addresses are read does not depend on a value.
//!
//! crypto-bigint's integers branch on nothing and index by nothing; arkworks subtracts a modulus under a branch. Both keep an element
//! as its multiple by 2^256, so an element passes from one to the other as it stands.

mod multiple;
mod scalar;

pub use scalar::SecretScalar;

use ark_bn254::Fr;
use ark_ff::BigInt;
use crypto_bigint::modular::{ConstMontyForm, ConstMontyParams};
use crypto_bigint::{U256, const_monty_params};

const_monty_params!(
    FieldModulus,
    U256,
    "30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001"
);
const_monty_params!(
    GroupOrder,
    U256,
    "060c89ce5c263405370a08b6d0302b0bab3eedb83920ee0a677297dc392126f1"
);

pub(crate) type Residue<Modulus> = ConstMontyForm<Modulus, { U256::LIMBS }>;

/// r - 2: the power that inverts a field element.
pub(crate) const INVERTING: U256 = Residue::<FieldModulus>::MODULUS
    .as_ref()
    .wrapping_sub(&U256::from_u8(2));

/// The field element of 512 secret bits, lowest byte first, modulo r.
pub fn field_element(bytes: &[u8; 64]) -> Fr {
    Fr::new_unchecked(to_limbs(&reduced::<FieldModulus>(bytes)))
}

/// 512 bits, lowest byte first, modulo `Modulus`.
fn reduced<Modulus: ConstMontyParams<{ U256::LIMBS }>>(bytes: &[u8; 64]) -> Residue<Modulus> {
    // a half may exceed the modulus: its product with a residue still ends below twice the modulus, before the last subtraction
    let [low, high] =
        [&bytes[..32], &bytes[32..]].map(|half| Residue::new(&U256::from_le_slice(half)));
    // the form of 2^256 is 2^512 modulo the modulus
    low + high * Residue::from_montgomery(*Modulus::PARAMS.r2())
}

pub(crate) fn from_limbs<Modulus: ConstMontyParams<{ U256::LIMBS }>>(
    limbs: &BigInt<4>,
) -> Residue<Modulus> {
    let mut bytes = [0; 32];
    for (chunk, limb) in bytes.chunks_exact_mut(8).zip(limbs.0) {
        chunk.copy_from_slice(&limb.to_le_bytes());
    }
    Residue::from_montgomery(U256::from_le_slice(&bytes))
}

pub(crate) fn to_limbs<Modulus: ConstMontyParams<{ U256::LIMBS }>>(
    residue: &Residue<Modulus>,
) -> BigInt<4> {
    let bytes = residue.as_montgomery().to_le_bytes();
    let mut limbs = [0; 4];
    for (limb, chunk) in limbs.iter_mut().zip(bytes.as_ref().chunks_exact(8)) {
        *limb = chunk
            .iter()
            .rev()
            .fold(0, |limb, byte| limb << 8 | u64::from(*byte));
    }
    BigInt(limbs)
}
