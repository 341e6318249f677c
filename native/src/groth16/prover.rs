//! The prover over arkworks: the witness map, five multi-scalar multiplications, and a check of its own work.

use std::path::Path;

use ark_bn254::{Bn254, Fr};
use ark_groth16::Groth16;
use zeroize::Zeroizing;

use super::Proof;
use super::soundness::expect_sound_proving_key;
use super::verifier::VerificationKey;
use crate::error::{Error, Result};
use crate::formats::mapped::MappedFile;
use crate::formats::r1cs::Combination;
use crate::formats::wtns;
use crate::formats::zkey::Zkey;
use crate::qap::CircomMap;
use crate::random::nonzero_scalar;

/// A checked and sound proving key.
pub struct ProvingKey {
    points: ark_groth16::ProvingKey<Bn254>,
    matrices: [Vec<Combination>; 2],
    constraint_count: usize,
    verification_key: VerificationKey,
}

impl ProvingKey {
    /// Read a .zkey.
    pub fn open(path: &Path) -> Result<Self> {
        Self::read(MappedFile::open(path)?.bytes())
    }

    /// Read the bytes of a .zkey.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        let Zkey {
            key: points,
            matrices,
            constraint_count,
        } = Zkey::read(bytes)?;
        expect_sound_proving_key(&points)?;
        let verification_key = VerificationKey::new(&points.vk)?;
        Ok(Self {
            points,
            matrices,
            constraint_count,
            verification_key,
        })
    }

    /// Rows of the domain, a power of two.
    pub fn domain_size(&self) -> usize {
        self.points.h_query.len()
    }

    /// Rows of the circuit.
    pub fn constraint_count(&self) -> usize {
        self.constraint_count
    }

    /// Wires, the constant 1 included.
    pub fn wire_count(&self) -> usize {
        self.points.a_query.len()
    }

    /// The key that checks this key's proofs.
    pub fn verification_key(&self) -> &VerificationKey {
        &self.verification_key
    }

    /// Prove that the .wtns in `witness` satisfies the circuit; its public signals come with the proof.
    ///
    /// A key has no matrix c, so a witness that breaks a row shows in the check of the finished proof, which says that
    /// it is false but not where.
    pub fn prove(&self, witness: &[u8]) -> Result<(Proof, Vec<Fr>)> {
        let witness = wtns::read(witness)?;
        let (wires, values) = (self.wire_count(), witness.len());
        if wires != values {
            return Err(Error::ArtifactMismatch(format!(
                "the key has {wires} wires, the witness {values} values"
            )));
        }
        let signals = self.verification_key.public_count() + 1;
        let (r, s): (Zeroizing<Fr>, Zeroizing<Fr>) = (nonzero_scalar()?, nonzero_scalar()?);
        let proof = Groth16::<Bn254, CircomMap>::create_proof_with_reduction_and_matrices(
            &self.points,
            *r,
            *s,
            &self.matrices,
            signals,
            self.constraint_count,
            &witness,
        );
        let proof = proof
            .map_err(|reason| Error::ResourceLimit(format!("the prover stopped: {reason}")))?;
        let public = witness[1..signals].to_vec();
        match self.verification_key.verify(&proof, &public) {
            Ok(()) => Ok((proof, public)),
            Err(_) => Err(Error::StatementFalse(
                "the witness does not satisfy the constraints of this key; make it anew from inputs that do, and check \
                 that key and witness come from the same compilation"
                    .to_owned(),
            )),
        }
    }
}
