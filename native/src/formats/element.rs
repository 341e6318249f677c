//! Field elements inside binary files, canonical.

use ark_bn254::{Fq, Fr};
use ark_ff::{BigInt, PrimeField};

use super::binary::Reader;
use crate::error::Result;
use crate::kernels::Words;

/// Bytes of a field element.
pub const FIELD_BYTES: usize = 32;

/// Moduli of the pairing-friendly curves that circom compiles for, by name, so that a refusal can name them.
const OTHER_PRIMES: &[(&str, &str)] = &[
    (
        "bls12381's base field",
        "4002409555221667393417789825735904156556882819939007885332058136124031650490837864442687629129015664037894272559787",
    ),
    (
        "bls12381",
        "52435875175126190479447740508185965837690552500527637822603658699938581184513",
    ),
    ("goldilocks", "18446744069414584321"),
    (
        "grumpkin or BN254's base field",
        "21888242871839275222246405745257275088696311157297823662689037894645226208583",
    ),
    (
        "pallas",
        "28948022309329048855892746252171976963363056481941560715954676764349967630337",
    ),
    (
        "vesta",
        "28948022309329048855892746252171976963363056481941647379679742748393362948097",
    ),
    (
        "secq256r1",
        "115792089210356248762697446949407573530086143415290314195533631308867097853951",
    ),
];

/// `FIELD_BYTES` little-endian bytes as limbs.
fn limbs(bytes: &[u8]) -> BigInt<4> {
    let mut limbs = [0u64; 4];
    for (limb, chunk) in limbs.iter_mut().zip(bytes.as_chunks().0) {
        *limb = u64::from_le_bytes(*chunk);
    }
    BigInt::new(limbs)
}

/// The little-endian bytes of four limbs.
pub fn limb_bytes(value: &BigInt<4>) -> [u8; FIELD_BYTES] {
    let mut bytes = [0u8; FIELD_BYTES];
    for (chunk, limb) in bytes.chunks_exact_mut(8).zip(value.0) {
        chunk.copy_from_slice(&limb.to_le_bytes());
    }
    bytes
}

/// The base field element whose Montgomery form these bytes are, unless they are at or above q.
pub fn base_from_montgomery(bytes: &[u8]) -> Option<Fq> {
    let value = limbs(bytes);
    (value < Fq::MODULUS).then(|| Fq::new_unchecked(value))
}

/// A field header: the size of an element, then the modulus, which must be BN254's.
pub fn expect_prime(reader: &mut Reader<'_>, modulus: &BigInt<4>, what: &str) -> Result<()> {
    let place = reader.offset();
    let size = reader.u32()?;
    if size as usize > 128 {
        return Err(reader.malformed_at(place, format!("{what} of {size} bytes")));
    }
    let bytes = reader.take(size as usize)?;
    if bytes == limb_bytes(modulus) {
        return Ok(());
    }
    let found = num_bigint::BigUint::from_bytes_le(bytes).to_string();
    let name = OTHER_PRIMES.iter().find(|(_, prime)| *prime == found);
    let name = name.map_or(String::new(), |(name, _)| format!(" ({name})"));
    let shown = if found.len() > 80 {
        "too long to show"
    } else {
        &found
    };
    Err(reader.malformed_at(
        place,
        format!("{what} is {shown}{name}, only BN254 is supported; make it for bn128 (circom --prime bn128)"),
    ))
}

/// A scalar in plain form.
pub fn canonical_scalar(reader: &mut Reader<'_>) -> Result<Fr> {
    canonical_integer(reader).map(|words| Fr::from(BigInt(words)))
}

/// The integer of a scalar in plain form, below r.
pub fn canonical_integer(reader: &mut Reader<'_>) -> Result<Words> {
    let place = reader.offset();
    let integer = words_below_r(reader.take(FIELD_BYTES)?);
    integer.ok_or_else(|| reader.malformed_at(place, "a scalar at or above r"))
}

/// These little-endian bytes as words, unless they are at or above r: a scalar in whichever form.
pub fn words_below_r(bytes: &[u8]) -> Option<Words> {
    let words = limbs(bytes);
    (words < Fr::MODULUS).then_some(words.0)
}

/// What snarkjs stores for a coefficient: value * 2^512 mod r, which is twice in Montgomery form.
pub fn doubled_montgomery_bytes(value: &Fr) -> [u8; FIELD_BYTES] {
    // The limbs of `value` are value * 2^256 mod r; taken as a plain number, their Montgomery form is value * 2^512.
    Fr::from_bigint(value.0).map_or([0; FIELD_BYTES], |doubled| limb_bytes(&doubled.0))
}
