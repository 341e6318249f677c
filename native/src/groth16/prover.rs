//! The prover: the quotient, five multi-scalar multiplications, and a check of its own work.

use std::path::Path;

use ark_bn254::{Fr, G1Affine};
use ark_ec::CurveGroup;
use ark_ff::BigInt;
use zeroize::Zeroizing;

use super::Proof;
use super::prepared::{Kept, prepare};
use super::sections::{Integers, Sections, Sums, packed};
use super::soundness::expect_sound_zkey;
use super::verifier::VerificationKey;
use crate::error::{Error, Result};
use crate::formats::mapped::Contents;
use crate::formats::wtns;
use crate::formats::zkey::Zkey;
use crate::kernels::Kernel;
use crate::quotient::{Coefficients, PARTS, quotient};
use crate::random::nonzero_scalar;
use crate::watch::{Phase, Watch};

/// A sound proving key whose points lie on their curves. Those of B2 may lie outside the subgroup: that a proof does not
/// is checked with the proof.
pub struct ProvingKey {
    beta_1: G1Affine,
    delta_1: G1Affine,
    verification_key: VerificationKey,
    sections: Box<dyn Sections>,
    coefficients: Coefficients,
    wires: usize,
    constraint_count: usize,
    kernel: Kernel,
    kept: Option<Kept>,
}

impl ProvingKey {
    /// Read the bytes of a .zkey.
    pub fn read(bytes: &[u8], watch: &Watch) -> Result<Self> {
        Self::read_once(Contents::Bytes(bytes), watch)
    }

    /// The same, letting go of each part that is read.
    pub fn read_once(contents: Contents<'_>, watch: &Watch) -> Result<Self> {
        let key = Zkey::open(contents.bytes(), watch)?;
        expect_sound_zkey(&key)?;
        let kernel = Kernel::best();
        let sections = packed(&key, kernel, &contents, watch)?;
        let (coefficients, constraint_count) = key.coefficients(watch)?;
        Ok(Self {
            beta_1: key.beta_1,
            delta_1: key.delta_1,
            wires: key.wires(),
            verification_key: VerificationKey::new(key.verification)?,
            sections,
            coefficients,
            constraint_count,
            kernel,
            kept: None,
        })
    }

    /// The same, prepared for many proofs: with multiples of its bases, which are kept in `folder`.
    pub fn read_prepared(contents: Contents<'_>, folder: &Path, watch: &Watch) -> Result<Self> {
        let mut key = Self::read_once(contents, watch)?;
        let sections = key.sections.as_mut();
        key.kept = Some(prepare(sections, contents.bytes(), folder, watch)?);
        contents.let_go(contents.bytes());
        Ok(key)
    }

    /// The multiples it was prepared with.
    pub fn kept(&self) -> Option<&Kept> {
        self.kept.as_ref()
    }

    /// Rows of the domain, a power of two.
    pub fn domain_size(&self) -> usize {
        self.coefficients.rows()
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
        let witness = wtns::integers(witness)?;
        let (wires, values) = (self.wire_count(), witness.len());
        if wires != values {
            return Err(Error::ArtifactMismatch(format!(
                "the key has {wires} wires, the witness {values} values"
            )));
        }
        let public = witness[1..=self.verification_key.public_count()].iter();
        let public: Vec<Fr> = public.map(|words| Fr::from(BigInt(*words))).collect();
        let proof = self.blinded_proof(witness, watch)?;
        watch.timed(Phase::Rest, || self.expect_true(&proof, &public))?;
        Ok((proof, public))
    }

    /// A proof that this key made verifies.
    fn expect_true(&self, proof: &Proof, public: &[Fr]) -> Result<()> {
        let on_curves = proof.a.is_on_curve() && proof.b.is_on_curve() && proof.c.is_on_curve();
        if !on_curves || !proof.b.is_in_correct_subgroup_assuming_on_curve() {
            return Err(Error::ArtifactMalformed {
                format: "zkey",
                offset: None,
                reason: "a point outside the subgroup: `zkdata groth16 inspect` says which"
                    .to_owned(),
            });
        }
        let verified = self.verification_key.verify(proof, public);
        verified.map_err(|_| {
            // Of wrong multiples one in many thousands is overlooked when they are read.
            let prepared = self.kept.as_ref().map(|kept| {
                let path = kept.path.display();
                format!("; if it does satisfy them, delete {path}")
            });
            Error::StatementFalse(format!(
                "the witness does not satisfy the constraints of this key; make it anew from inputs that do, and check \
                 that key and witness come from the same compilation{}",
                prepared.unwrap_or_default()
            ))
        })
    }

    /// A = alpha + a + r delta, B = beta + b + s delta, C = c + h + s A + r B - r s delta, for fresh r and s.
    fn blinded_proof(&self, witness: Integers, watch: &Watch) -> Result<Proof> {
        let key = self.verification_key.points();
        watch.plan(self.sections.work() + PARTS * self.domain_size() as u64);
        let (r, s): (Zeroizing<Fr>, Zeroizing<Fr>) = (nonzero_scalar()?, nonzero_scalar()?);
        let quotient = quotient(&self.coefficients, &witness, self.kernel, watch)?;
        let Sums { a, b_1, b_2, c, h } =
            self.sections.sums(witness, key.ic.len(), quotient, watch)?;
        let blinded = || {
            let a = a + key.alpha + self.delta_1 * *r;
            let b_1 = b_1 + self.beta_1 + self.delta_1 * *s;
            let b_2 = b_2 + key.beta + key.delta * *s;
            let c = c + h + a * *s + b_1 * *r - self.delta_1 * (*r * *s);
            Proof {
                a: a.into_affine(),
                b: b_2.into_affine(),
                c: c.into_affine(),
            }
        };
        Ok(watch.timed(Phase::Rest, blinded))
    }
}
