//! Keys that anyone could forge with, refused wherever a key enters.
//!
//! With gamma = +-delta, C can cancel any public signal; with a generator in place of delta, gamma (which snarkjs leaves
//! at the generator) is that case again. A known alpha or beta, an unbound signal (IC at infinity), exchangeable signals
//! (equal IC) or a tau that is a root of unity each allow proofs of false statements.

use std::collections::HashSet;

use ark_bn254::{Bn254, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ec::pairing::Pairing;
use ark_ff::One;
use ark_groth16::{ProvingKey, VerifyingKey};

use crate::error::{Error, Result};

fn insecure(element: &'static str, reason: impl Into<String>) -> Error {
    Error::SetupInsecure {
        element,
        reason: reason.into(),
    }
}

/// Refuse a point whose logarithm anyone knows.
pub(crate) fn expect_secret<G: AffineRepr>(element: &'static str, point: &G) -> Result<()> {
    if point.is_zero() {
        return Err(insecure(element, "it is the point at infinity"));
    }
    if *point == G::generator() || *point == (-G::generator().into_group()).into() {
        return Err(insecure(
            element,
            "it is the generator, so its secret is known",
        ));
    }
    Ok(())
}

/// Refuse a verification key that anyone could forge with.
pub fn expect_sound_verification_key(key: &VerifyingKey<Bn254>) -> Result<()> {
    expect_secret("vk_alpha_1", &key.alpha_g1)?;
    expect_secret("vk_beta_2", &key.beta_g2)?;
    if key.gamma_g2.is_zero() {
        return Err(insecure("vk_gamma_2", "it is the point at infinity"));
    }
    if key.gamma_g2 == key.delta_g2 || key.gamma_g2 == -key.delta_g2 {
        return Err(insecure(
            "vk_delta_2",
            "it equals gamma: phase 2 of the setup was never done",
        ));
    }
    expect_secret("vk_delta_2", &key.delta_g2)?;
    let mut seen = HashSet::with_capacity(key.gamma_abc_g1.len());
    for (index, point) in key.gamma_abc_g1.iter().enumerate() {
        if point.is_zero() {
            return Err(insecure(
                "IC",
                format!("point {index} is at infinity, so signal {index} is not bound"),
            ));
        }
        if !seen.insert(point) {
            return Err(insecure(
                "IC",
                format!("point {index} repeats another, so two signals can be exchanged"),
            ));
        }
    }
    Ok(())
}

/// Refuse a proving key that anyone could forge with, or whose halves disagree.
pub fn expect_sound_proving_key(key: &ProvingKey<Bn254>) -> Result<()> {
    expect_sound_verification_key(&key.vk)?;
    if !same_secret(&key.delta_g1, &key.vk.delta_g2) {
        return Err(insecure("vk_delta_1", "it disagrees with vk_delta_2"));
    }
    if !same_secret(&key.beta_g1, &key.vk.beta_g2) {
        return Err(insecure("vk_beta_1", "it disagrees with vk_beta_2"));
    }
    if key.a_query[..key.vk.gamma_abc_g1.len()]
        .iter()
        .any(G1Affine::is_zero)
    {
        return Err(insecure(
            "A",
            "a public signal's point is at infinity: tau is a root of unity",
        ));
    }
    // H holds the Lagrange polynomials of the odd 2n-th roots at tau. At a root of unity all but one vanish, or, in keys
    // made from powers up to tau^(2n-2) only, as snarkjs makes them, opposite ones cancel.
    let (low, high) = key.h_query.split_at(key.h_query.len() / 2);
    if key.h_query.iter().any(G1Affine::is_zero)
        || low.iter().zip(high).any(|(low, high)| *low == -*high)
    {
        return Err(insecure("H", "tau is a root of unity"));
    }
    Ok(())
}

/// Whether both points are the same multiple of their generators.
pub(crate) fn same_secret(in_g1: &G1Affine, in_g2: &G2Affine) -> bool {
    let opposite: G1Affine = (-G1Affine::generator().into_group()).into();
    Bn254::multi_pairing([*in_g1, opposite], [G2Affine::generator(), *in_g2])
        .0
        .is_one()
}
