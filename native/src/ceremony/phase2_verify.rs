//! The whole phase 2 of a key, from circuit and powers of tau to its last byte.

use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine, g1};
use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM};
use ark_ff::PrimeField;

use super::knowledge::same_ratio;
use super::phase2::expect_delta;
use super::phase2_chain::{Chain, expect_beacons};
use super::phase2_initial::Initial;
use crate::error::{Error, Result};
use crate::formats::contributions::Contributions;
use crate::formats::points::{BinaryPoint, PointSection};
use crate::formats::zkey::Zkey;
use crate::formats::zkey_writer::{each_coefficient, encoded};
use crate::groth16::expect_sound_zkey;
use crate::random::random_bytes;
use crate::watch::Watch;

/// Refuse a key that is not what this circuit, these powers and its contributions make. Who they were comes back.
///
/// That the powers of tau are sound themselves is for their own transcript to show.
pub fn setup_verify(r1cs: &[u8], ptau: &[u8], zkey: &[u8], watch: &Watch) -> Result<Contributions> {
    let (key, contributions) = Zkey::open_with_contributions(zkey, watch)?;
    if contributions.list.is_empty() {
        return Err(Error::SetupInsecure {
            element: "contributions",
            reason: "nobody contributed, so delta is known".to_owned(),
        });
    }
    let chain = Chain::of(&contributions)?;
    expect_delta(&key, &chain)?;
    expect_beacons(&contributions, watch)?;
    expect_sound_zkey(&key)?;

    let initial = Initial::of(r1cs, ptau, watch)?;
    expect_same(&key, &initial)?;
    if contributions.circuit_hash != initial.circuit_hash {
        return mismatch("the circuit hash");
    }
    let delta = &key.verification.delta;
    expect_over_delta(&key.c, &initial.points.c, delta, "C", watch)?;
    expect_over_delta(&key.h, &initial.points.h, delta, "H", watch)?;
    Ok(contributions)
}

fn mismatch<T>(what: &str) -> Result<T> {
    Err(Error::ArtifactMismatch(format!(
        "{what} of the key is not what this circuit and these powers of tau make"
    )))
}

/// Everything that no contribution changes.
fn expect_same(key: &Zkey<'_>, initial: &Initial) -> Result<()> {
    let points = &initial.points;
    let (found, expected) = (&key.verification, &points.verification);
    let sizes = (points.a.len(), expected.ic.len() - 1, points.h.len());
    if (key.wires(), key.public(), key.domain()) != sizes {
        return mismatch("the size");
    }
    if (found.alpha, key.beta_1, found.beta) != (expected.alpha, points.beta_1, expected.beta) {
        return mismatch("alpha or beta");
    }
    if found.gamma != expected.gamma {
        return mismatch("gamma");
    }
    if found.ic != expected.ic {
        return mismatch("section 3 (IC)");
    }
    let mut rest = key.terms();
    let same = each_coefficient(&initial.matrices, |term| {
        rest = rest.strip_prefix(term).ok_or(())?;
        Ok::<_, ()>(())
    });
    if same.is_err() || !rest.is_empty() {
        return mismatch("section 4 (coefficients)");
    }
    if !same_points(key.a.whole(), &points.a) {
        return mismatch("section 5 (A)");
    }
    if !same_points(key.b_1.whole(), &points.b_1) {
        return mismatch("section 6 (B1)");
    }
    if !same_points(key.b_2.whole(), &points.b_2) {
        return mismatch("section 7 (B2)");
    }
    Ok(())
}

/// Points compared, or summed, at a time.
const TOGETHER: usize = 1 << 16;

fn same_points<G: BinaryPoint>(bytes: &[u8], points: &[G]) -> bool {
    let mut blocks = bytes.chunks(TOGETHER * G::BYTES);
    let same = |points: &[G]| blocks.next() == Some(encoded(points).as_slice());
    bytes.len() == points.len() * G::BYTES && points.chunks(TOGETHER).all(same)
}

/// Bytes of a random weight: a sum with a wrong point comes out right with chance 2^-128.
const WEIGHT_BYTES: usize = 16;

/// Every point of a section has to be the initial one over delta.
fn expect_over_delta(
    section: &PointSection<'_, g1::Config>,
    initial: &[G1Affine],
    delta: &G2Affine,
    name: &'static str,
    watch: &Watch,
) -> Result<()> {
    let over = section.all(&Watch::default())?;
    let (mut found, mut expected) = (G1Projective::default(), G1Projective::default());
    for (over, initial) in over.chunks(TOGETHER).zip(initial.chunks(TOGETHER)) {
        let weights = random_bytes(WEIGHT_BYTES * over.len())?;
        let weights = weights.chunks_exact(WEIGHT_BYTES);
        let weights: Vec<Fr> = weights.map(Fr::from_le_bytes_mod_order).collect();
        found += G1Projective::msm_unchecked(over, &weights);
        expected += G1Projective::msm_unchecked(initial, &weights);
        watch.advance(0)?;
    }
    let (found, expected) = (found.into_affine(), expected.into_affine());
    let both_infinite = found.is_zero() && expected.is_zero();
    if both_infinite || same_ratio((&found, &expected), (&G2Affine::generator(), delta)) {
        return Ok(());
    }
    Err(Error::SetupInsecure {
        element: name,
        reason: "it is not the initial one over delta".to_owned(),
    })
}
