//! A look, on purpose, at a key that everything else here refuses.

use super::soundness::{Fault, verification_faults, zkey_faults};
use super::{Proof, VerificationPoints, verifier};
use crate::error::Result;
use crate::formats::verification_key_json;
use crate::formats::zkey::Zkey;
use crate::watch::Watch;
use ark_bn254::Fr;

/// A key that may be forged with, and what gives it away. It proves nothing, exports nothing and deploys nothing.
pub struct InsecureKey {
    points: VerificationPoints,
    faults: Vec<Fault>,
    sizes: Option<Sizes>,
}

/// What a .zkey says of its circuit.
pub struct Sizes {
    /// Rows of the circuit.
    pub constraints: usize,
    /// Wires, the constant 1 included.
    pub wires: usize,
    /// Rows of the domain.
    pub domain: usize,
}

impl InsecureKey {
    /// Read a verification_key.json, sound or not.
    pub fn from_json(text: &str) -> Result<Self> {
        let points = verification_key_json::read(text)?;
        Ok(Self {
            faults: verification_faults(&points),
            points,
            sizes: None,
        })
    }

    /// Read the bytes of a .zkey, sound or not. Every point of it is checked, the subgroup of B2's included.
    pub fn read(bytes: &[u8], watch: &Watch) -> Result<Self> {
        let key = Zkey::open(bytes, watch)?;
        for section in [&key.a, &key.b_1, &key.c, &key.h] {
            section.all(watch)?;
        }
        key.b_2.all(watch)?;
        let (_, constraints) = key.coefficients(watch)?;
        Ok(Self {
            faults: zkey_faults(&key),
            sizes: Some(Sizes {
                constraints,
                wires: key.wires(),
                domain: key.domain(),
            }),
            points: key.verification,
        })
    }

    /// Why anyone could forge with it; nothing where it is sound.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// Sizes of the circuit, if it is a .zkey.
    pub fn sizes(&self) -> Option<&Sizes> {
        self.sizes.as_ref()
    }

    /// The key's points.
    pub fn points(&self) -> &VerificationPoints {
        &self.points
    }

    /// Whether the pairing equation holds. Under a faulty key that says nothing about the statement.
    pub fn equation_holds(&self, proof: &Proof, public: &[Fr]) -> Result<bool> {
        verifier::expect_count(&self.points, public, None)?;
        Ok(verifier::Prepared::new(&self.points).holds(proof, public))
    }
}
