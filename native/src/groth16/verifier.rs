//! The check of a proof. It returns nothing or the reason.

use ark_bn254::{Bn254, Fq, Fq2, Fr};
use ark_ec::AffineRepr;
use ark_ec::short_weierstrass::{Affine, SWCurveConfig};
use ark_groth16::{Groth16, PreparedVerifyingKey, VerifyingKey, prepare_verifying_key};

use super::Proof;
use super::soundness::expect_sound_verification_key;
use crate::error::{Error, Result};
use crate::formats::{checked_point, swapped_hint, verification_key_json};
use crate::qap::CircomMap;

/// A sound verification key with the pairing of alpha and beta at hand.
#[derive(Clone)]
pub struct VerificationKey {
    prepared: PreparedVerifyingKey<Bn254>,
}

impl VerificationKey {
    /// Take a key whose points are checked, refusing it where anyone could forge with it.
    pub fn new(key: &VerifyingKey<Bn254>) -> Result<Self> {
        expect_sound_verification_key(key)?;
        Ok(Self {
            prepared: prepare_verifying_key(key),
        })
    }

    /// Read a verification_key.json.
    pub fn from_json(text: &str) -> Result<Self> {
        Self::new(&verification_key_json::read(text)?)
    }

    /// The key as snarkjs writes it.
    pub fn to_json(&self) -> String {
        verification_key_json::write(self.points())
    }

    /// The key's points.
    pub fn points(&self) -> &VerifyingKey<Bn254> {
        &self.prepared.vk
    }

    /// Public signals that a proof for this key comes with.
    pub fn public_count(&self) -> usize {
        self.prepared.vk.gamma_abc_g1.len() - 1
    }

    /// Check `proof` of the statement that `public` makes: `ProofMalformed` where the count is wrong, `ProofRejected`
    /// where the pairing equation does not hold.
    pub fn verify(&self, proof: &Proof, public: &[Fr]) -> Result<()> {
        let (expected, found) = (self.public_count(), public.len());
        if expected != found {
            return Err(Error::proof(
                "public signals",
                format!("the key takes {expected}, {found} are given"),
            ));
        }
        match Groth16::<Bn254, CircomMap>::verify_proof(&self.prepared, proof, public) {
            Ok(true) => Ok(()),
            _ => Err(Error::ProofRejected),
        }
    }
}

/// The proof with these affine coordinates, each point finite, on its curve and in its subgroup.
pub fn proof_from_coordinates(a: (Fq, Fq), b: (Fq2, Fq2), c: (Fq, Fq)) -> Result<Proof> {
    Ok(Proof {
        a: finite_point("pi_a", a.0, a.1)?,
        b: match finite_point("pi_b", b.0, b.1) {
            Err(error) => {
                return Err(swapped_hint(b.0, b.1).map_or(error, |hint| Error::proof("pi_b", hint)));
            }
            Ok(point) => point,
        },
        c: finite_point("pi_c", c.0, c.1)?,
    })
}

fn finite_point<P: SWCurveConfig>(
    part: &str,
    x: P::BaseField,
    y: P::BaseField,
) -> Result<Affine<P>> {
    let point = checked_point(x, y).map_err(|reason| Error::proof(part, reason))?;
    if point.is_zero() {
        Err(Error::proof(part, "the point at infinity"))
    } else {
        Ok(point)
    }
}
