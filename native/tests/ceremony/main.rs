//! Setups by many hands: the arithmetic against arkworks, what is hashed and proven, the files byte by byte.

mod files;
mod knowledge;
mod multiples;
mod phase2_beyond;
mod phase2_chain;
mod phase2_powers;
mod powers;
mod tampering;
mod transcript;
mod transform;

use ark_bn254::Fr;
use ark_ec::CurveGroup;
use ark_ec::short_weierstrass::{Affine, Projective, SWCurveConfig};
use ark_ff::Field;

/// Scalars of full width, always the same.
fn scalars(count: usize) -> Vec<Fr> {
    let mut last = Fr::from(0x5eed_u64).pow([1_000_003]);
    let next = |_| {
        last = last.square() + Fr::from(7u64);
        last
    };
    (0..count).map(next).collect()
}

/// Points without small relations among each other.
fn points<P: SWCurveConfig<ScalarField = Fr>>(count: usize) -> Vec<Affine<P>> {
    let generator = Projective::<P>::from(P::GENERATOR);
    let drawn = scalars(2);
    let (mut point, step) = (generator * drawn[0], generator * drawn[1]);
    let next = |_| {
        point = point + point + step;
        point
    };
    Projective::normalize_batch(&(0..count).map(next).collect::<Vec<_>>())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
