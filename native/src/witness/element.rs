//! Elements as the compiler lays them out in a module's memory: a small number, what form the rest is in, four limbs.

use ark_bn254::Fr;
use ark_ff::{BigInt, PrimeField};

use super::operators::slot;

const SIZE: usize = 40;
const LONG: u32 = 1 << 31;
const MONTGOMERY: u32 = 1 << 30;

/// The element at the start of these bytes; memory that nobody has written is 0.
pub fn stored(bytes: &[u8]) -> Option<Fr> {
    if bytes.is_empty() {
        return Some(Fr::from(0u8));
    }
    let bytes = bytes.get(..SIZE)?;
    let word =
        |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    let form = word(4);
    if form & LONG == 0 {
        return Some(Fr::from(word(0) as i32));
    }
    let limb =
        |index: usize| u64::from(word(8 + 8 * index)) | u64::from(word(12 + 8 * index)) << 32;
    let limbs = BigInt(std::array::from_fn(limb));
    if limbs >= Fr::MODULUS {
        return None;
    }
    if form & MONTGOMERY == 0 {
        Fr::from_bigint(limbs)
    } else {
        Some(slot(limbs))
    }
}

/// The number that an index or size stands for, as the generated code takes it.
pub fn index(value: Fr) -> Option<u32> {
    let whole = |value: Fr| value.into_bigint();
    let small =
        |limbs: BigInt<4>| (limbs <= BigInt::from(i32::MAX as u32)).then_some(limbs.0[0] as u32);
    small(whole(value)).or_else(|| small(whole(-value)).map(u32::wrapping_neg))
}
