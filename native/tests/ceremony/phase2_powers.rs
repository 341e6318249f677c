//! Prepared powers of tau with known secrets: as good as any to measure with, and made in seconds.

use ark_bn254::{Fq, Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::scalar_mul::{BatchMulPreprocessing, ScalarMul};
use ark_ec::{AffineRepr, CurveGroup, PrimeGroup};
use ark_ff::{FftField, Field, PrimeField};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};

use _native::formats::points::BinaryPoint;

/// tau, alpha, beta.
const SECRETS: [u64; 3] = [0x5eed_0001, 0x5eed_0002, 0x5eed_0003];

fn multiples<G: ScalarMul<MulBase: BinaryPoint> + PrimeGroup<ScalarField = Fr>>(
    scalars: &[Fr],
) -> Vec<u8> {
    let points = BatchMulPreprocessing::new(G::generator(), scalars.len()).batch_mul(scalars);
    let mut bytes = Vec::new();
    points.iter().for_each(|point| point.encode(&mut bytes));
    bytes
}

/// The Lagrange polynomials at tau of every domain up to 2^`last` roots, times `factor`.
fn lagrange(tau: Fr, last: u32, factor: Fr) -> Vec<Fr> {
    let of = |power: u32| {
        let domain = Radix2EvaluationDomain::<Fr>::new(1 << power).expect("a domain");
        domain.evaluate_all_lagrange_coefficients(tau)
    };
    let all = (0..=last).flat_map(of);
    all.map(|value| value * factor).collect()
}

/// A prepared .ptau for 2^`power` rows, with one contribution that says nothing.
pub fn prepared(power: u32) -> Vec<u8> {
    let [tau, alpha, beta] = SECRETS.map(|secret| Fr::from(secret).pow([3]));
    let rows = 1usize << power;
    let powers: Vec<Fr> = std::iter::successors(Some(Fr::ONE), |power| Some(*power * tau))
        .take(2 * rows - 1)
        .collect();
    let times = |factor: Fr| -> Vec<Fr> { powers[..rows].iter().map(|p| *p * factor).collect() };
    let g1 = |scalar: Fr| -> G1Affine { (G1Affine::generator() * scalar).into_affine() };
    let g2 = |scalar: Fr| -> G2Affine { (G2Affine::generator() * scalar).into_affine() };

    let mut header = 32u32.to_le_bytes().to_vec();
    header.extend(Fq::MODULUS.0.iter().flat_map(|limb| limb.to_le_bytes()));
    header.extend(power.to_le_bytes().repeat(2));
    let mut contribution = 1u32.to_le_bytes().to_vec();
    g1(tau).encode(&mut contribution);
    g2(tau).encode(&mut contribution);
    g1(alpha).encode(&mut contribution);
    g1(beta).encode(&mut contribution);
    g2(beta).encode(&mut contribution);
    (0..6).for_each(|_| g1(tau).encode(&mut contribution));
    (0..3).for_each(|_| g2(tau).encode(&mut contribution));
    contribution.extend([0; 216 + 64 + 8]);
    let mut in_beta = Vec::new();
    g2(beta).encode(&mut in_beta);
    let sections: [(u32, Vec<u8>); 11] = [
        (1, header),
        (2, multiples::<G1Projective>(&powers)),
        (3, multiples::<G2Projective>(&powers[..rows])),
        (4, multiples::<G1Projective>(&times(alpha))),
        (5, multiples::<G1Projective>(&times(beta))),
        (6, in_beta),
        (7, contribution),
        (
            12,
            multiples::<G1Projective>(&lagrange(tau, power + 1, Fr::ONE)),
        ),
        (
            13,
            multiples::<G2Projective>(&lagrange(tau, power, Fr::ONE)),
        ),
        (14, multiples::<G1Projective>(&lagrange(tau, power, alpha))),
        (15, multiples::<G1Projective>(&lagrange(tau, power, beta))),
    ];
    let mut file = [&b"ptau"[..], &1u32.to_le_bytes(), &11u32.to_le_bytes()].concat();
    for (number, body) in sections {
        file.extend(number.to_le_bytes());
        file.extend((body.len() as u64).to_le_bytes());
        file.extend(body);
    }
    assert!(power < Fr::TWO_ADICITY);
    file
}

#[test]
#[ignore = "writes the file that ZKDATA_PTAU names, for 2^ZKDATA_POWER rows"]
fn powers_to_measure_with() {
    let power = std::env::var("ZKDATA_POWER").expect("a power").parse();
    let path = std::env::var_os("ZKDATA_PTAU").expect("a path");
    std::fs::write(path, prepared(power.expect("a number"))).expect("written");
}
