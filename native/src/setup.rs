//! A development key: one party, fresh secrets, wiped. Whoever ran it could have kept them, hence local chains only.

use std::path::Path;

use ark_bn254::{Bn254, Fr, G1Projective, G2Projective};
use ark_ec::scalar_mul::{BatchMulPreprocessing, ScalarMul};
use ark_ec::{AffineRepr, PrimeGroup};
use ark_ff::{AdditiveGroup, Field};
use ark_groth16::r1cs_to_qap::R1CSToQAP;
use ark_groth16::{ProvingKey, VerifyingKey};
use ark_poly::EvaluationDomain;
use blake2::{Blake2b512, Digest};
use rayon::prelude::*;
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::formats::mapped::MappedFile;
use crate::formats::r1cs::{Combination, R1cs};
use crate::formats::replace::replace;
use crate::formats::zkey::MAX_DOMAIN_SIZE;
use crate::formats::zkey_writer;
use crate::groth16::expect_sound_proving_key;
use crate::qap::{CircomMap, Domain, WirePolynomials};
use crate::random::nonzero_scalar;

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

/// Make a development .zkey for an .r1cs.
pub fn setup_development(r1cs: &Path, zkey: &Path) -> Result<()> {
    let file = MappedFile::open(r1cs)?;
    let circuit_hash = Blake2b512::digest(file.bytes());
    let r1cs = R1cs::read(file.bytes())?;
    let domain = domain_for(&r1cs)?;
    let key = proving_key(&r1cs, domain)?;
    expect_sound_proving_key(&key)?;
    let matrices = matrices_with_public_rows(r1cs, domain);
    replace(zkey, |out| {
        zkey_writer::write(out, &key, &matrices, circuit_hash.as_ref())
    })
}

fn domain_for(r1cs: &R1cs) -> Result<Domain> {
    // Beside the circuit's rows, one for each public signal and one for the constant 1; at least two, as snarkjs has it.
    let rows = r1cs.rows.len() + r1cs.public_count() + 1;
    Domain::new(rows.max(2))
        .filter(|domain| domain.size() <= MAX_DOMAIN_SIZE)
        .ok_or_else(|| {
            Error::ResourceLimit(format!(
                "{rows} rows, Groth16 on BN254 takes {MAX_DOMAIN_SIZE}; split the circuit"
            ))
        })
}

fn proving_key(r1cs: &R1cs, domain: Domain) -> Result<ProvingKey<Bn254>> {
    let toxic = ToxicWaste::fresh(&domain)?;
    let wires = WirePolynomials::at(*toxic.tau, r1cs, domain);
    let public = r1cs.public_count() + 1;

    // beta a + alpha b + c: over gamma = 1 for public wires, over delta for the others.
    let mut combined = Zeroizing::new(vec![Fr::ZERO; r1cs.wires]);
    combined
        .par_iter_mut()
        .enumerate()
        .for_each(|(wire, value)| {
            *value = *toxic.beta * wires.a[wire] + *toxic.alpha * wires.b[wire] + wires.c[wire];
            if wire >= public {
                *value *= *toxic.delta_inverse;
            }
        });
    let quotient = CircomMap::h_query_scalars::<Fr, Domain>(
        domain.size() - 1,
        *toxic.tau,
        Fr::ONE,
        *toxic.delta_inverse,
    );
    let quotient =
        Zeroizing::new(quotient.map_err(|reason| Error::ResourceLimit(reason.to_string()))?);

    let in_g1 = Multiples::<G1Projective>::for_count(3 * r1cs.wires + domain.size());
    let in_g2 = Multiples::<G2Projective>::for_count(r1cs.wires);
    Ok(ProvingKey {
        vk: VerifyingKey {
            alpha_g1: in_g1.one(&toxic.alpha),
            beta_g2: in_g2.one(&toxic.beta),
            gamma_g2: ark_bn254::G2Affine::generator(),
            delta_g2: in_g2.one(&toxic.delta),
            gamma_abc_g1: in_g1.each(&combined[..public]),
        },
        beta_g1: in_g1.one(&toxic.beta),
        delta_g1: in_g1.one(&toxic.delta),
        a_query: in_g1.each(&wires.a),
        b_g1_query: in_g1.each(&wires.b),
        b_g2_query: in_g2.each(&wires.b),
        h_query: in_g1.each(&quotient),
        l_query: in_g1.each(&combined[public..]),
    })
}

/// Multiples of a generator from a table of windows.
struct Multiples<G: ScalarMul> {
    table: BatchMulPreprocessing<G>,
}

impl<G: ScalarMul + PrimeGroup<ScalarField = Fr>> Multiples<G> {
    fn for_count(count: usize) -> Self {
        Self {
            table: BatchMulPreprocessing::new(G::generator(), count),
        }
    }

    fn each(&self, scalars: &[Fr]) -> Vec<G::MulBase> {
        self.table.batch_mul(scalars)
    }

    fn one(&self, scalar: &Fr) -> G::MulBase {
        (G::generator() * scalar).into()
    }
}

fn matrices_with_public_rows(r1cs: R1cs, domain: Domain) -> [Vec<Combination>; 2] {
    let public = r1cs.public_count() + 1;
    let (mut a, mut b): (Vec<_>, Vec<_>) = r1cs.rows.into_iter().map(|[a, b, _]| (a, b)).unzip();
    a.extend((0..public).map(|wire| vec![(Fr::ONE, wire)]));
    for matrix in [&mut a, &mut b] {
        matrix.resize(domain.size(), Vec::new());
    }
    [a, b]
}
