//! Keys that anyone could forge with, refused wherever a key enters.
//!
//! With gamma = +-delta, C can cancel any public signal; with a generator in place of delta, gamma (which snarkjs leaves
//! at the generator) is that case again, and any known relation among beta, gamma and delta does as well. A known alpha
//! or beta, an unbound signal (IC at infinity), exchangeable signals (equal or opposite IC) or a tau that is a root of
//! unity each allow proofs of false statements. Relations that only the maker of a key can know are not found: whoever
//! makes a key alone can forge with it anyway.

use std::collections::BTreeMap;

use ark_bn254::{G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::One;

use super::pairing::pairing_product;
use super::{ProvingPoints, VerificationPoints};
use crate::error::{Error, Result};
use crate::formats::zkey::Zkey;

/// One reason why anyone could forge with a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The element of the key that gives it away, as snarkjs names it.
    pub element: &'static str,
    /// Why that is fatal.
    pub reason: String,
}

/// Refuse a verification key that anyone could forge with.
pub fn expect_sound_verification_key(key: &VerificationPoints) -> Result<()> {
    refuse_first(verification_faults(key))
}

/// Refuse a proving key that anyone could forge with, or whose halves disagree.
pub fn expect_sound_proving_key(key: &ProvingPoints) -> Result<()> {
    let traces = Traces::of(key);
    let (verification, beta_1, delta_1) = (&key.verification, &key.beta_1, &key.delta_1);
    refuse_first(proving_faults(verification, beta_1, delta_1, &traces))
}

/// The same of a file.
pub fn expect_sound_zkey(key: &Zkey<'_>) -> Result<()> {
    refuse_first(zkey_faults(key))
}

/// Everything that lets anyone forge with the key of a file.
pub fn zkey_faults(key: &Zkey<'_>) -> Vec<Fault> {
    proving_faults(&key.verification, &key.beta_1, &key.delta_1, &key.traces())
}

/// Refuse a point whose logarithm anyone knows.
pub(crate) fn expect_secret<G: AffineRepr>(element: &'static str, point: &G) -> Result<()> {
    let fault = known_secret(point).map(|reason| Fault { element, reason });
    refuse_first(fault.into_iter().collect())
}

fn refuse_first(faults: Vec<Fault>) -> Result<()> {
    match faults.into_iter().next() {
        None => Ok(()),
        Some(Fault { element, reason }) => Err(Error::SetupInsecure { element, reason }),
    }
}

/// Everything that lets anyone forge with a verification key.
pub fn verification_faults(key: &VerificationPoints) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut found = |element, reason: Option<String>| {
        faults.extend(reason.map(|reason| Fault { element, reason }));
    };
    found("vk_alpha_1", known_secret(&key.alpha));
    found("vk_beta_2", known_secret(&key.beta));
    found("vk_gamma_2", at_infinity(&key.gamma));
    if same_or_opposite(&key.gamma, &key.beta) {
        found(
            "vk_gamma_2",
            Some("it equals beta or its opposite".to_owned()),
        );
    }
    if same_or_opposite(&key.delta, &key.gamma) {
        let reason = "it equals gamma or its opposite: phase 2 of the setup was never done";
        found("vk_delta_2", Some(reason.to_owned()));
    } else if same_or_opposite(&key.delta, &key.beta) {
        found(
            "vk_delta_2",
            Some("it equals beta or its opposite".to_owned()),
        );
    } else if [key.beta + key.gamma, key.beta - key.gamma]
        .iter()
        .any(|sum| same_or_opposite(&key.delta, &sum.into_affine()))
    {
        let reason = "it is the sum or difference of beta and gamma";
        found("vk_delta_2", Some(reason.to_owned()));
    } else {
        found("vk_delta_2", known_secret(&key.delta));
    }
    // A point and its opposite share x.
    let mut known = BTreeMap::from([(key.alpha.x, "alpha".to_owned())]);
    for (index, point) in key.ic.iter().enumerate() {
        if point.is_zero() {
            let reason = format!("point {index} is at infinity, so signal {index} is not bound");
            found("IC", Some(reason));
        } else if let Some(other) = known.insert(point.x, format!("point {index}")) {
            let reason = format!(
                "point {index} repeats {other} or its opposite, so signals can be exchanged"
            );
            found("IC", Some(reason));
        }
    }
    faults
}

/// What the sections of a proving key give away about its setup.
pub struct Traces {
    /// A public signal's point in A is at infinity.
    pub unbound: bool,
    /// H holds the Lagrange polynomials of the odd 2n-th roots at tau. At a root of unity all but one vanish, or, in keys
    /// made from powers up to tau^(2n-2) only, as snarkjs makes them, opposite ones cancel.
    pub root: bool,
}

impl Traces {
    /// Of points in memory.
    pub fn of(key: &ProvingPoints) -> Self {
        let public = key.verification.ic.len();
        let (low, high) = key.h.split_at(key.h.len() / 2);
        Self {
            unbound: key.a[..public].iter().any(G1Affine::is_zero),
            root: key.h.iter().any(G1Affine::is_zero)
                || low.iter().zip(high).any(|(low, high)| *low == -*high),
        }
    }
}

/// Everything that lets anyone forge with a proving key, and every disagreement between its halves.
fn proving_faults(
    verification: &VerificationPoints,
    beta_1: &G1Affine,
    delta_1: &G1Affine,
    traces: &Traces,
) -> Vec<Fault> {
    let mut faults = verification_faults(verification);
    let mut found = |element, reason: &str| {
        faults.push(Fault {
            element,
            reason: reason.to_owned(),
        });
    };
    if !same_secret(delta_1, &verification.delta) {
        found("vk_delta_1", "it disagrees with vk_delta_2");
    }
    if !same_secret(beta_1, &verification.beta) {
        found("vk_beta_1", "it disagrees with vk_beta_2");
    }
    if traces.unbound {
        found(
            "A",
            "a public signal's point is at infinity: tau is a root of unity",
        );
    }
    if traces.root {
        found("H", "tau is a root of unity");
    }
    faults
}

/// A known factor between two of beta, gamma and delta is all that a forgery needs.
fn same_or_opposite(one: &G2Affine, other: &G2Affine) -> bool {
    one == other || *one == -*other
}

fn at_infinity<G: AffineRepr>(point: &G) -> Option<String> {
    point
        .is_zero()
        .then(|| "it is the point at infinity".to_owned())
}

fn known_secret<G: AffineRepr>(point: &G) -> Option<String> {
    let generators = [G::generator(), (-G::generator().into_group()).into()];
    at_infinity(point).or_else(|| {
        generators
            .contains(point)
            .then(|| "it is the generator, so its secret is known".to_owned())
    })
}

/// Whether both points are the same multiple of their generators.
pub(crate) fn same_secret(in_g1: &G1Affine, in_g2: &G2Affine) -> bool {
    let opposite: G1Affine = (-G1Affine::generator().into_group()).into();
    let pairs = [
        (*in_g1, &G2Affine::generator().into()),
        (opposite, &(*in_g2).into()),
    ];
    pairing_product(&pairs).is_one()
}
