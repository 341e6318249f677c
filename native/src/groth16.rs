//! Groth16 on BN254: keys that cannot be forged with, proofs of them, and the check of a proof.
//!
//! The seam that a faster prover takes over: `ProvingKey::open` and `ProvingKey::prove`.

mod prover;
mod soundness;
mod verifier;

pub use prover::ProvingKey;
pub use soundness::expect_sound_proving_key;
pub(crate) use soundness::{expect_secret, same_secret};
pub use verifier::{VerificationKey, proof_from_coordinates};

/// A Groth16 proof; its points are on their curves and in their subgroups.
pub type Proof = ark_groth16::Proof<ark_bn254::Bn254>;
