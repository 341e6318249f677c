//! Groth16 on BN254: keys that cannot be forged with, proofs of them, and the check of a proof.
//!
//! The seam that a faster prover takes over: `ProvingKey::read` and `ProvingKey::prove`.

mod combination;
mod insecure;
mod pairing;
mod prepared;
mod prover;
mod sections;
mod soundness;
mod verifier;

use ark_bn254::{G1Affine, G2Affine};

pub use insecure::InsecureKey;
pub(crate) use pairing::pairing_product;
pub use prepared::Kept;
pub use prover::ProvingKey;
pub use soundness::{Fault, Traces, expect_sound_proving_key};
pub(crate) use soundness::{
    expect_secret, expect_sound_verification_key, expect_sound_zkey, same_secret,
};
pub use verifier::{VerificationKey, proof_from_coordinates};

/// A proof; its points are on their curves, in their subgroups, and none is at infinity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof {
    /// A, in G1.
    pub a: G1Affine,
    /// B, in G2.
    pub b: G2Affine,
    /// C, in G1.
    pub c: G1Affine,
}

/// The points of a verification key, on their curves and in their subgroups. Nothing is said of their soundness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerificationPoints {
    /// alpha in G1.
    pub alpha: G1Affine,
    /// beta in G2.
    pub beta: G2Affine,
    /// gamma in G2.
    pub gamma: G2Affine,
    /// delta in G2.
    pub delta: G2Affine,
    /// IC: one point for the constant 1, then one for each public signal.
    pub ic: Vec<G1Affine>,
}

/// The points of a proving key, on their curves and in their subgroups. Nothing is said of their soundness.
pub struct ProvingPoints {
    /// What verifies its proofs.
    pub verification: VerificationPoints,
    /// beta in G1.
    pub beta_1: G1Affine,
    /// delta in G1.
    pub delta_1: G1Affine,
    /// a of every wire at tau.
    pub a: Vec<G1Affine>,
    /// b of every wire at tau, in G1.
    pub b_1: Vec<G1Affine>,
    /// b of every wire at tau, in G2.
    pub b_2: Vec<G2Affine>,
    /// beta a + alpha b + c over delta, of every wire that is not public.
    pub c: Vec<G1Affine>,
    /// The Lagrange polynomials of the odd roots at tau, over delta.
    pub h: Vec<G1Affine>,
}
