//! Randomness of the operating system, the only source of secrets here. No fallback: without it, an error.

use ark_bn254::Fr;
use ark_ff::{PrimeField, Zero};
use zeroize::Zeroizing;

use crate::error::{Error, Result};

/// `N` fresh bytes, wiped on drop.
pub fn fresh_bytes<const N: usize>() -> Result<Zeroizing<[u8; N]>> {
    let mut bytes = Zeroizing::new([0u8; N]);
    getrandom::fill(bytes.as_mut_slice()).map_err(|_| Error::NoRandomness)?;
    Ok(bytes)
}

/// `count` fresh bytes that need not stay secret.
pub fn random_bytes(count: usize) -> Result<Vec<u8>> {
    let mut bytes = vec![0u8; count];
    getrandom::fill(&mut bytes).map_err(|_| Error::NoRandomness)?;
    Ok(bytes)
}

/// A scalar in 1 .. r, wiped on drop: 512 bits reduced, so its bias is below 2^-250.
pub fn nonzero_scalar() -> Result<Zeroizing<Fr>> {
    loop {
        let scalar = Fr::from_le_bytes_mod_order(fresh_bytes::<64>()?.as_slice());
        if !scalar.is_zero() {
            return Ok(Zeroizing::new(scalar));
        }
    }
}
