//! A development key: one party, fresh secrets, wiped. Whoever ran it could have kept them, hence local chains only.

use std::path::Path;

use ark_bn254::{Fr, G1Projective, G2Affine, G2Projective};
use ark_ec::scalar_mul::{BatchMulPreprocessing, ScalarMul};
use ark_ec::{AffineRepr, PrimeGroup};
use ark_ff::{AdditiveGroup, Field};
use ark_poly::EvaluationDomain;
use rayon::prelude::*;
use zeroize::Zeroizing;

use crate::ceremony::transcript::Transcript;
use crate::error::Result;
use crate::formats::contributions::Contributions;
use crate::formats::r1cs::R1cs;
use crate::formats::replace::{expect_output, replace};
use crate::formats::zkey_writer;
use crate::groth16::{
    ProvingPoints, VerificationKey, VerificationPoints, expect_sound_proving_key,
};
use crate::matrix::Matrix;
use crate::qap::{Domain, WirePolynomials, domains, quotient_basis};
use crate::random::nonzero_scalar;
use crate::watch::Watch;

/// The secrets of a setup, wiped on drop. gamma stays 1, as in every key of snarkjs.
struct ToxicWaste {
    tau: Zeroizing<Fr>,
    alpha: Zeroizing<Fr>,
    beta: Zeroizing<Fr>,
    delta: Zeroizing<Fr>,
    delta_inverse: Zeroizing<Fr>,
}

impl ToxicWaste {
    /// Fresh secrets for `domain`, none of which a key could be forged with.
    fn fresh(domain: &Domain) -> Result<Self> {
        loop {
            let [tau, alpha, beta, delta] = [
                nonzero_scalar()?,
                nonzero_scalar()?,
                nonzero_scalar()?,
                nonzero_scalar()?,
            ];
            let root_of_unity = tau.pow([2 * domain.size]) == Fr::ONE;
            let known = [&alpha, &beta, &delta]
                .iter()
                .any(|secret| secret.square() == Fr::ONE);
            if let (false, false, Some(inverse)) = (root_of_unity, known, delta.inverse()) {
                return Ok(Self {
                    tau,
                    alpha,
                    beta,
                    delta,
                    delta_inverse: Zeroizing::new(inverse),
                });
            }
        }
    }
}

/// Make a development .zkey for the bytes of an .r1cs; its verification key comes back.
pub fn setup_development(r1cs: &[u8], zkey: &Path, watch: &Watch) -> Result<VerificationKey> {
    expect_output(zkey)?;
    let mut transcript = Transcript::default();
    transcript.absorb(r1cs);
    let circuit_hash = transcript.digest();
    let r1cs = R1cs::read(r1cs)?;
    // Beside the circuit's rows, one for each public signal and one for the constant 1; at least two, as snarkjs has it.
    let rows = r1cs.row_count() + r1cs.public_count() + 1;
    let (domain, doubled) = domains(rows.max(2))?;
    let points = proving_points(&r1cs, &domain, &doubled, watch)?;
    expect_sound_proving_key(&points)?;
    let matrices = matrices_with_public_rows(r1cs, domain.size());
    let contributions = Contributions {
        circuit_hash,
        list: Vec::new(),
    };
    replace(zkey, watch, |out| {
        zkey_writer::write(out, &points, &matrices, &contributions)
    })?;
    VerificationKey::new(points.verification)
}

fn proving_points(
    r1cs: &R1cs,
    domain: &Domain,
    doubled: &Domain,
    watch: &Watch,
) -> Result<ProvingPoints> {
    let (wires, public) = (r1cs.wires, r1cs.public_count() + 1);
    watch.plan((3 * wires + domain.size()) as u64 + G2_COST * wires as u64);
    let toxic = ToxicWaste::fresh(domain)?;
    let polynomials = WirePolynomials::at(*toxic.tau, r1cs, domain);

    // beta a + alpha b + c: over gamma = 1 for public wires, over delta for the others.
    let mut combined = Zeroizing::new(vec![Fr::ZERO; wires]);
    combined
        .par_iter_mut()
        .enumerate()
        .for_each(|(wire, value)| {
            let (a, b, c) = (
                polynomials.a[wire],
                polynomials.b[wire],
                polynomials.c[wire],
            );
            *value = *toxic.beta * a + *toxic.alpha * b + c;
            if wire >= public {
                *value *= *toxic.delta_inverse;
            }
        });
    let quotient = quotient_basis(doubled, *toxic.tau, *toxic.delta_inverse);

    let in_g1 = Multiples::<G1Projective>::for_count(3 * wires + domain.size(), 1);
    let in_g2 = Multiples::<G2Projective>::for_count(wires, G2_COST);
    Ok(ProvingPoints {
        verification: VerificationPoints {
            alpha: in_g1.one(&toxic.alpha),
            beta: in_g2.one(&toxic.beta),
            gamma: G2Affine::generator(),
            delta: in_g2.one(&toxic.delta),
            ic: in_g1.each(&combined[..public], watch)?,
        },
        beta_1: in_g1.one(&toxic.beta),
        delta_1: in_g1.one(&toxic.delta),
        a: in_g1.each(&polynomials.a, watch)?,
        b_1: in_g1.each(&polynomials.b, watch)?,
        b_2: in_g2.each(&polynomials.b, watch)?,
        c: in_g1.each(&combined[public..], watch)?,
        h: in_g1.each(&quotient, watch)?,
    })
}

/// Multiples made between two looks at the watch.
const TOGETHER: usize = 1 << 14;

/// Cost of a multiple in G2, in multiples in G1: what progress is measured in.
const G2_COST: u64 = 3;

/// Multiples of a generator from a table of windows.
struct Multiples<G: ScalarMul> {
    table: BatchMulPreprocessing<G>,
    cost: u64,
}

impl<G: ScalarMul + PrimeGroup<ScalarField = Fr>> Multiples<G> {
    fn for_count(count: usize, cost: u64) -> Self {
        Self {
            table: BatchMulPreprocessing::new(G::generator(), count),
            cost,
        }
    }

    fn each(&self, scalars: &[Fr], watch: &Watch) -> Result<Vec<G::MulBase>> {
        let mut multiples = Vec::with_capacity(scalars.len());
        for scalars in scalars.chunks(TOGETHER) {
            multiples.extend(self.table.batch_mul(scalars));
            watch.advance(self.cost * scalars.len() as u64)?;
        }
        Ok(multiples)
    }

    fn one(&self, scalar: &Fr) -> G::MulBase {
        (G::generator() * scalar).into()
    }
}

/// Matrices a and b with the public rows, filled up to the domain.
pub(crate) fn matrices_with_public_rows(r1cs: R1cs, rows: usize) -> [Matrix; 2] {
    let signals = 0..=r1cs.public_count() as u32;
    let [mut a, mut b, _] = r1cs.matrices;
    for wire in signals {
        a.push((Fr::ONE, wire));
        a.end_row();
    }
    a.fill_up_to(rows);
    b.fill_up_to(rows);
    [a, b]
}
