//! The prover: the quotient, five multi-scalar multiplications, and a check of its own work.

use ark_bn254::Fr;
use ark_ec::CurveGroup;
use zeroize::Zeroizing;

use super::sections::{Sections, Sums, packed};
use super::soundness::expect_sound_proving_key;
use super::verifier::VerificationKey;
use super::{Proof, ProvingPoints};
use crate::error::{Error, Result};
use crate::formats::wtns;
use crate::formats::zkey::Zkey;
use crate::kernels::Kernel;
use crate::matrix::Matrix;
use crate::qap::quotient;
use crate::random::nonzero_scalar;
use crate::watch::Watch;

/// A checked and sound proving key.
pub struct ProvingKey {
    /// Without its sections.
    points: ProvingPoints,
    sections: Box<dyn Sections>,
    wires: usize,
    rows: usize,
    matrices: [Matrix; 2],
    constraint_count: usize,
    verification_key: VerificationKey,
}

impl ProvingKey {
    /// Read the bytes of a .zkey.
    pub fn read(bytes: &[u8], watch: &Watch) -> Result<Self> {
        let Zkey {
            mut points,
            matrices,
            constraint_count,
        } = Zkey::read(bytes, watch)?;
        expect_sound_proving_key(&points)?;
        let verification_key = VerificationKey::new(points.verification.clone())?;
        let (wires, rows) = (points.a.len(), points.h.len());
        let sections = packed(&mut points, Kernel::best());
        Ok(Self {
            points,
            sections,
            wires,
            rows,
            matrices,
            constraint_count,
            verification_key,
        })
    }

    /// Rows of the domain, a power of two.
    pub fn domain_size(&self) -> usize {
        self.rows
    }

    /// Rows of the circuit.
    pub fn constraint_count(&self) -> usize {
        self.constraint_count
    }

    /// Wires, the constant 1 included.
    pub fn wire_count(&self) -> usize {
        self.wires
    }

    /// The key that checks this key's proofs.
    pub fn verification_key(&self) -> &VerificationKey {
        &self.verification_key
    }

    /// Prove that the .wtns in `witness` satisfies the circuit; its public signals come with the proof.
    ///
    /// A key has no matrix c, so a witness that breaks a row shows in the check of the finished proof, which says that
    /// it is false but not where.
    pub fn prove(&self, witness: &[u8], watch: &Watch) -> Result<(Proof, Vec<Fr>)> {
        let witness = wtns::read(witness)?;
        let (wires, values) = (self.wire_count(), witness.len());
        if wires != values {
            return Err(Error::ArtifactMismatch(format!(
                "the key has {wires} wires, the witness {values} values"
            )));
        }
        let public = witness[1..=self.verification_key.public_count()].to_vec();
        let proof = self.blinded_proof(&witness, watch)?;
        match self.verification_key.verify(&proof, &public) {
            Ok(()) => Ok((proof, public)),
            Err(_) => Err(Error::StatementFalse(
                "the witness does not satisfy the constraints of this key; make it anew from inputs that do, and check \
                 that key and witness come from the same compilation"
                    .to_owned(),
            )),
        }
    }

    /// A = alpha + a + r delta, B = beta + b + s delta, C = c + h + s A + r B - r s delta, for fresh r and s.
    fn blinded_proof(&self, witness: &[Fr], watch: &Watch) -> Result<Proof> {
        let key = &self.points;
        // the quotient reports each row four times
        watch.plan(self.sections.work() + 4 * self.rows as u64);
        let (r, s): (Zeroizing<Fr>, Zeroizing<Fr>) = (nonzero_scalar()?, nonzero_scalar()?);
        let public = key.verification.ic.len();
        let quotient = quotient(&self.matrices, witness, watch)?;
        let Sums { a, b_1, b_2, c, h } = self.sections.sums(witness, public, &quotient, watch)?;
        let a = a + key.verification.alpha + key.delta_1 * *r;
        let b_1 = b_1 + key.beta_1 + key.delta_1 * *s;
        let b_2 = b_2 + key.verification.beta + key.verification.delta * *s;
        let c = c + h + a * *s + b_1 * *r - key.delta_1 * (*r * *s);
        Ok(Proof {
            a: a.into_affine(),
            b: b_2.into_affine(),
            c: c.into_affine(),
        })
    }
}
