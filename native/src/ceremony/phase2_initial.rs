//! The key that phase 2 begins with: gamma and delta are still generators, so that anyone could forge with it.

use ark_bn254::{G1Affine, G1Projective, G2Affine, g1};
use ark_ec::{AffineRepr, CurveGroup};
use ark_poly::EvaluationDomain;
use rayon::prelude::*;

use super::phase2_beyond::beyond;
use super::phase2_sums::{Columns, sums};
use super::transcript::{Digest, Spoken, Transcript};
use crate::error::{Error, Result};
use crate::formats::points::{BinaryPoint, PointSection};
use crate::formats::ptau::{LagrangeSections, Powers};
use crate::formats::r1cs::R1cs;
use crate::groth16::{ProvingPoints, VerificationPoints};
use crate::matrix::Matrix;
use crate::qap::domains;
use crate::setup::matrices_with_public_rows;
use crate::watch::Watch;

/// Costs of a term in G1 and in G2, in bytes of points that are read: what progress is measured in.
const G1_COST: u64 = 128;
const G2_COST: u64 = 3 * G1_COST;

/// A key nobody contributed to, and what it was made of.
pub struct Initial {
    /// Its points.
    pub points: ProvingPoints,
    /// Matrices a and b over the domain, public rows included.
    pub matrices: [Matrix; 2],
    /// What every contribution is bound to.
    pub circuit_hash: Digest,
}

impl Initial {
    /// Of the bytes of an .r1cs and of a prepared .ptau.
    pub fn of(r1cs: &[u8], ptau: &[u8], watch: &Watch) -> Result<Self> {
        let r1cs = R1cs::read(r1cs)?;
        let powers = Powers::open(ptau)?;
        let public = r1cs.public_count() + 1;
        // Beside the circuit's rows, one for each public signal and one for the constant 1; at least two, as snarkjs has it.
        let rows = (r1cs.row_count() + public).max(2);
        let lagrange = powers.lagrange_for(rows)?;
        let (domain, _) = domains(rows)?;
        let (wires, size) = (r1cs.wires, domain.size());

        let c = Columns::of(&r1cs.matrices[2], wires);
        let matrices = matrices_with_public_rows(r1cs, size);
        let [a, b] = matrices.each_ref().map(|matrix| Columns::of(matrix, wires));
        let terms = |columns: &Columns| columns.count() as u64;
        watch.plan(G1_COST * (2 * (terms(&a) + terms(&b)) + terms(&c)) + G2_COST * terms(&b));
        watch.plan((size * (3 * G1Affine::BYTES + G2Affine::BYTES)) as u64);

        // The Lagrange polynomials of the domain of 2^k rows start at 2^k - 1.
        let of_domain =
            |section: &PointSection<'_, g1::Config>| section.part(size - 1, size)?.all(watch);
        let LagrangeSections {
            tau_g1,
            tau_g2,
            alpha_tau_g1,
            beta_tau_g1,
        } = lagrange;
        let tau = of_domain(tau_g1)?;
        let in_a = sums(&[(&a, &tau)], wires, G1_COST, watch)?;
        let in_b_1 = sums(&[(&b, &tau)], wires, G1_COST, watch)?;
        let combined = {
            let (alpha, beta) = (of_domain(alpha_tau_g1)?, of_domain(beta_tau_g1)?);
            sums(
                &[(&a, &beta), (&b, &alpha), (&c, &tau)],
                wires,
                G1_COST,
                watch,
            )?
        };
        let in_b_2 = {
            let tau = tau_g2.part(size - 1, size)?.all(watch)?;
            sums(&[(&b, &tau)], wires, G2_COST, watch)?
        };
        // The odd ones of twice the domain: zero on the domain itself, where the quotient is not asked.
        let doubled = tau_g1.part(2 * size - 1, 2 * size)?;
        let odd = |row: usize| doubled.point(2 * row + 1);
        let h = (0..size).into_par_iter().map(odd).collect::<Result<_>>()?;

        let (ic, c) = combined.split_at(public);
        let points = ProvingPoints {
            verification: VerificationPoints {
                alpha: powers.alpha_tau_g1.point(0)?,
                beta: powers.beta_g2,
                gamma: G2Affine::generator(),
                delta: G2Affine::generator(),
                ic: ic.to_vec(),
            },
            beta_1: powers.beta_tau_g1.point(0)?,
            delta_1: G1Affine::generator(),
            a: in_a,
            b_1: in_b_1,
            b_2: in_b_2,
            c: c.to_vec(),
            h,
        };
        let circuit_hash = circuit_hash(&points, &powers, size, watch)?;
        Ok(Self {
            points,
            matrices,
            circuit_hash,
        })
    }
}

/// Points hashed between two looks at the watch, and the last block of powers that snarkjs fills up.
const TOGETHER: usize = 1 << 14;

/// What snarkjs hashes of a key that it makes. Of H it takes tau^(n + i) - tau^i, of which the Lagrange polynomials are made.
fn circuit_hash(
    points: &ProvingPoints,
    powers: &Powers<'_>,
    size: usize,
    watch: &Watch,
) -> Result<Digest> {
    let mut transcript = Transcript::default();
    let verification = &points.verification;
    transcript.absorb_point(&verification.alpha);
    transcript.absorb_point(&points.beta_1);
    transcript.absorb_point(&verification.beta);
    transcript.absorb_point(&verification.gamma);
    transcript.absorb_point(&points.delta_1);
    transcript.absorb_point(&verification.delta);
    absorb_list(&mut transcript, &verification.ic, watch)?;

    transcript.absorb_u32(size as u32 - 1);
    for first in (0..size - 1).step_by(TOGETHER) {
        let block = first..(size - 1).min(first + TOGETHER);
        let difference = |power: usize| {
            let (high, low) = (
                powers.tau_g1.point(size + power)?,
                powers.tau_g1.point(power)?,
            );
            Ok(high - low)
        };
        let differences = block.into_par_iter().map(difference);
        let differences = differences.collect::<Result<Vec<G1Projective>>>()?;
        for point in G1Projective::normalize_batch(&differences) {
            transcript.absorb_point(&point);
        }
        watch.advance(0)?;
    }
    // From two blocks on, snarkjs takes the last one as long as the others, and one power more than there should be.
    if size > TOGETHER {
        let last = powers.tau_g1.point(size - 1)?;
        if 2 * size - 1 < powers.tau_g1.count() {
            let high = powers.tau_g1.point(2 * size - 1)?;
            transcript.absorb_point(&(high - last).into_affine());
        } else {
            let behind = powers
                .behind_tau_g1
                .first_chunk()
                .ok_or_else(no_bytes_behind)?;
            transcript.absorb(&beyond(behind, &last));
        }
    }

    absorb_list(&mut transcript, &points.c, watch)?;
    absorb_list(&mut transcript, &points.a, watch)?;
    absorb_list(&mut transcript, &points.b_1, watch)?;
    absorb_list(&mut transcript, &points.b_2, watch)?;
    Ok(transcript.digest())
}

fn no_bytes_behind() -> Error {
    Error::ArtifactMismatch(
        "this .ptau ends with section 2, where snarkjs reads on; take one of a larger power, or with the sections in order"
            .to_owned(),
    )
}

fn absorb_list<G: Spoken>(transcript: &mut Transcript, points: &[G], watch: &Watch) -> Result<()> {
    transcript.absorb_u32(points.len() as u32);
    for points in points.chunks(TOGETHER) {
        points
            .iter()
            .for_each(|point| transcript.absorb_point(point));
        watch.advance(0)?;
    }
    Ok(())
}
