//! The native core of zkdata, in the order data climbs it.

#![deny(missing_docs, unsafe_code)]

pub mod error;
pub mod random;
pub mod watch;
pub mod workers;

// Hashing and signing.
pub mod babyjubjub;
pub mod blake512;
pub mod delivery;
pub mod field;
pub mod keccak;
pub mod poseidon;
mod poseidon_constants;
pub mod sealing;
pub mod secret;
pub mod signature;

// Groth16 on BN254 over circom's and snarkjs' files.
pub mod ceremony;
pub mod formats;
pub mod groth16;
pub mod kernels;
pub mod matrix;
pub mod msm;
pub mod qap;
pub mod quotient;
pub mod rows;
pub mod setup;
pub mod witness;

#[cfg(feature = "python")]
mod python;
