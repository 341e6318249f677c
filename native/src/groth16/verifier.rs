//! The check of a proof. It returns nothing or the reason.

use ark_bn254::{Fq, Fq2, Fq12, Fr, G1Affine, G1Projective};
use ark_ec::short_weierstrass::{Affine, SWCurveConfig};
use ark_ec::{AdditiveGroup, AffineRepr, CurveGroup};
use ark_ff::One;
use rayon::prelude::*;

use super::combination::Tables;
use super::pairing::{PreparedG2, final_exponentiation, miller_product, pairing_product};
use super::soundness::expect_sound_verification_key;
use super::{Proof, VerificationPoints};
use crate::error::{Error, Result};
use crate::formats::{checked_point, swapped_hint, verification_key_json};
use crate::random::random_bytes;
use crate::watch::Watch;

/// Proofs whose Miller loops one thread runs together.
const TOGETHER: usize = 16;

/// Bytes of a random weight in a batch: a false proof is missed with chance 2^-128 at most.
const WEIGHT_BYTES: usize = 16;

/// A sound verification key with what does not depend on the proof at hand.
#[derive(Clone)]
pub struct VerificationKey {
    points: VerificationPoints,
    prepared: Prepared,
}

impl VerificationKey {
    /// Take a key whose points are checked, refusing it where anyone could forge with it.
    pub fn new(points: VerificationPoints) -> Result<Self> {
        expect_sound_verification_key(&points)?;
        let prepared = Prepared::new(&points);
        Ok(Self { points, prepared })
    }

    /// Read a verification_key.json.
    pub fn from_json(text: &str) -> Result<Self> {
        Self::new(verification_key_json::read(text)?)
    }

    /// The key as snarkjs writes it.
    pub fn to_json(&self) -> String {
        verification_key_json::write(&self.points)
    }

    /// The key's points.
    pub fn points(&self) -> &VerificationPoints {
        &self.points
    }

    /// Public signals that a proof for this key comes with.
    pub fn public_count(&self) -> usize {
        self.points.ic.len() - 1
    }

    /// Check `proof` of the statement that `public` makes: `ProofMalformed` where the count is wrong, `ProofRejected`
    /// where the pairing equation does not hold.
    pub fn verify(&self, proof: &Proof, public: &[Fr]) -> Result<()> {
        expect_count(&self.points, public, None)?;
        if self.prepared.holds(proof, public) {
            Ok(())
        } else {
            Err(Error::ProofRejected { which: Vec::new() })
        }
    }

    /// Check many proofs at once. Where one is false, each is checked by itself, and the refusal names the false ones.
    pub fn verify_many(&self, items: &[(Proof, Vec<Fr>)], watch: &Watch) -> Result<()> {
        for (index, (_, public)) in items.iter().enumerate() {
            expect_count(&self.points, public, Some(index))?;
        }
        watch.plan(items.len() as u64);
        if self.prepared.all_hold(items, watch)? {
            return Ok(());
        }
        watch.plan(items.len() as u64);
        let alone = items
            .par_iter()
            .enumerate()
            .map(|(index, (proof, public))| {
                watch.advance(1)?;
                Ok((!self.prepared.holds(proof, public)).then_some(index))
            });
        let which = alone.collect::<Result<Vec<_>>>()?;
        Err(Error::ProofRejected {
            which: which.into_iter().flatten().collect(),
        })
    }
}

/// Refuse signals of another number than the key takes; `item` is their place in a batch.
pub(super) fn expect_count(
    key: &VerificationPoints,
    public: &[Fr],
    item: Option<usize>,
) -> Result<()> {
    let (expected, found) = (key.ic.len() - 1, public.len());
    if expected == found {
        return Ok(());
    }
    let part = item.map_or("public signals".to_owned(), |index| {
        format!("proof {index}: public signals")
    });
    Err(Error::proof(
        part,
        format!("the key takes {expected}, {found} are given"),
    ))
}

/// The parts of e(A, B) = e(alpha, beta) e(combination of IC, gamma) e(C, delta) that belong to the key.
#[derive(Clone)]
pub(super) struct Prepared {
    alpha: G1Affine,
    beta: PreparedG2,
    alpha_beta: Fq12,
    minus_gamma: PreparedG2,
    minus_delta: PreparedG2,
    ic: Tables,
}

impl Prepared {
    pub(super) fn new(key: &VerificationPoints) -> Self {
        let beta = key.beta.into();
        Self {
            alpha: key.alpha,
            alpha_beta: pairing_product(&[(key.alpha, &beta)]),
            minus_gamma: (-key.gamma).into(),
            minus_delta: (-key.delta).into(),
            ic: Tables::of(&key.ic),
            beta,
        }
    }

    /// What the signals come to in IC. At infinity it binds nothing, and alpha with beta would prove the statement.
    fn combination(&self, public: &[Fr]) -> G1Affine {
        self.ic.combine(&[&[Fr::one()], public].concat())
    }

    /// Whether the equation holds; `public` has as many signals as the key takes.
    pub(super) fn holds(&self, proof: &Proof, public: &[Fr]) -> bool {
        let combination = self.combination(public);
        if combination.is_zero() {
            return false;
        }
        let product = pairing_product(&[
            (proof.a, &proof.b.into()),
            (combination, &self.minus_gamma),
            (proof.c, &self.minus_delta),
        ]);
        product == self.alpha_beta
    }

    /// Whether every equation holds: their product, each to the power of a random weight w, in m + 3 Miller loops.
    ///
    /// prod e(w A, B) = e((sum w) alpha, beta) e(sum w (combination of IC), gamma) e(sum w C, delta)
    fn all_hold(&self, items: &[(Proof, Vec<Fr>)], watch: &Watch) -> Result<bool> {
        let weights = weights(items.len())?;
        let parts = items.par_chunks(TOGETHER).zip(weights.par_chunks(TOGETHER));
        let parts = parts.map(|(items, weights)| {
            watch.advance(items.len() as u64)?;
            if items
                .iter()
                .any(|(_, public)| self.combination(public).is_zero())
            {
                return Ok((Fq12::ZERO, G1Projective::ZERO));
            }
            let weighted = |point: fn(&Proof) -> G1Affine| {
                let each = items.iter().zip(weights);
                each.map(move |((proof, _), weight)| point(proof).mul_bigint(weight))
            };
            let a: Vec<G1Projective> = weighted(|proof| proof.a).collect();
            let b = items.iter().map(|(proof, _)| PreparedG2::from(proof.b));
            let b: Vec<PreparedG2> = b.collect();
            let pairs = G1Projective::normalize_batch(&a).into_iter().zip(&b);
            let product = miller_product(&pairs.collect::<Vec<_>>());
            let c: G1Projective = weighted(|proof| proof.c).sum();
            Ok::<_, Error>((product, c))
        });
        let (product, c) = parts.try_reduce(
            || (One::one(), G1Projective::ZERO),
            |(product, c), (other, more)| Ok((product * other, c + more)),
        )?;
        let combined = self.combined_signals(items, &weights);
        let fixed = miller_product(&[
            ((-(self.alpha * combined[0])).into_affine(), &self.beta),
            (self.ic.combine(&combined), &self.minus_gamma),
            (c.into_affine(), &self.minus_delta),
        ]);
        Ok(final_exponentiation(product * fixed).is_one())
    }

    /// The sum of the weights, then of each signal times its proof's weight.
    fn combined_signals(&self, items: &[(Proof, Vec<Fr>)], weights: &[Weight]) -> Vec<Fr> {
        let mut combined = vec![Fr::ZERO; 1 + items.first().map_or(0, |(_, public)| public.len())];
        for ((_, public), [low, high]) in items.iter().zip(weights) {
            let weight = Fr::from(u128::from(*high) << 64 | u128::from(*low));
            combined[0] += weight;
            for (sum, signal) in combined[1..].iter_mut().zip(public) {
                *sum += weight * signal;
            }
        }
        combined
    }
}

/// 128 random bits, lower half first.
type Weight = [u64; 2];

fn weights(count: usize) -> Result<Vec<Weight>> {
    let bytes = random_bytes(count * WEIGHT_BYTES)?;
    let each = bytes.as_chunks::<WEIGHT_BYTES>().0.iter();
    Ok(each
        .map(|bytes| {
            let number = u128::from_le_bytes(*bytes);
            [number as u64, (number >> 64) as u64]
        })
        .collect())
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
