//! Keccak-256 as the EVM computes it (the padding of the submission, not of SHA-3).

use sha3::{Digest, Keccak256};

/// Keccak-256 of `data`.
pub fn keccak256(data: &[u8]) -> [u8; 32] {
    Keccak256::digest(data).into()
}
