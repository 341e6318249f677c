//! Laws and known answers of hashing and signing, one module for each module of the core.

mod babyjubjub;
mod blake512;
mod field;
mod keccak;
mod poseidon;
mod secret;
mod signature;

use num_bigint::BigUint;

/// BN254's scalar field modulus.
const R: &str = "21888242871839275222246405745257275088548364400416034343698204186575808495617";

/// Order of BabyJubJub's prime subgroup.
const L: &str = "2736030358979909402780800718157159386076813972158567259200215660948447373041";

fn integer(decimal: &str) -> BigUint {
    decimal.parse().expect("decimal digits")
}

fn element(decimal: &str) -> ark_bn254::Fr {
    _native::field::from_integer(&integer(decimal)).expect("below the modulus")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
