//! Phase 2 of a setup: the key of one circuit, whose delta is multiplied by a secret of everyone who takes part.

use std::path::Path;

use ark_bn254::{G1Affine, G2Affine};
use ark_ec::CurveGroup;
use ark_ff::Field;
use zeroize::Zeroizing;

use super::knowledge::{Generator, Knowledge, beacon_generator};
use super::multiples::common_multiples;
use super::phase2_chain::{Chain, expect_beacons};
use super::phase2_initial::Initial;
use super::transcript::Digest;
use crate::error::{Error, Result};
use crate::formats::binary::Reader;
use crate::formats::contributions::{Contribution, Contributions};
use crate::formats::parameters::{self, Author, Kind};
use crate::formats::replace::{expect_output, replace};
use crate::formats::zkey::Zkey;
use crate::formats::zkey_writer::{self, Changes};
use crate::groth16::{expect_sound_verification_key, same_secret};
use crate::watch::Watch;

/// Make the .zkey that phase 2 of a circuit begins with, from an .r1cs and a prepared .ptau. Its circuit hash comes back,
/// which everyone who takes part should see.
pub fn setup_new(r1cs: &[u8], ptau: &[u8], zkey: &Path, watch: &Watch) -> Result<Digest> {
    expect_output(zkey)?;
    let initial = Initial::of(r1cs, ptau, watch)?;
    let contributions = Contributions {
        circuit_hash: initial.circuit_hash,
        list: Vec::new(),
    };
    replace(zkey, watch, |out| {
        zkey_writer::write(out, &initial.points, &initial.matrices, &contributions)
    })?;
    Ok(initial.circuit_hash)
}

/// Put a fresh secret into `old` and write it as `new`; the contribution's hash comes back. `entropy` is mixed into the
/// system's randomness.
pub fn setup_contribute(
    old: &[u8],
    new: &Path,
    name: &str,
    entropy: &[u8],
    watch: &Watch,
) -> Result<Digest> {
    expect_output(new)?;
    expect_name(name)?;
    let generator = Generator::fresh(entropy)?;
    contribute(old, new, author(name, Kind::Participant), generator, watch)
}

/// Put the secret in that a public value makes, which nobody could foresee.
pub fn setup_beacon(
    old: &[u8],
    new: &Path,
    name: &str,
    beacon: &[u8],
    iterations: u8,
    watch: &Watch,
) -> Result<Digest> {
    expect_output(new)?;
    expect_name(name)?;
    let generator = beacon_generator(beacon, iterations, watch)?;
    let beacon = beacon.to_vec();
    let kind = Kind::Beacon { beacon, iterations };
    contribute(old, new, author(name, kind), generator, watch)
}

/// Who took part in a key, without a look at anything else in it.
pub fn contributions(zkey: &[u8]) -> Result<Contributions> {
    Zkey::open_with_contributions(zkey, &Watch::default()).map(|(_, contributions)| contributions)
}

/// The contributions of a transcript, section 10 of a .zkey, if they lead from the generator to this delta. Beacons are
/// not computed again, as they make no key safer than its other contributions do.
pub fn expect_chain(transcript: &[u8], delta: &G2Affine) -> Result<Contributions> {
    let contributions = Contributions::read(Reader::of(transcript, "transcript"))?;
    let chain = Chain::of(&contributions)?;
    if same_secret(&chain.delta_1, delta) {
        return Ok(contributions);
    }
    Err(Error::SetupInsecure {
        element: "vk_delta_2",
        reason: "it is not where the last contribution left it".to_owned(),
    })
}

fn contribute(
    old: &[u8],
    new: &Path,
    author: Author,
    mut generator: Generator,
    watch: &Watch,
) -> Result<Digest> {
    let (key, mut contributions) = Zkey::open_with_contributions(old, watch)?;
    let chain = Chain::of(&contributions)?;
    expect_delta(&key, &chain)?;
    expect_beacons(&contributions, watch)?;
    let (secret, s) = (generator.scalar(), generator.g1());
    drop(generator);
    let inverse = secret.inverse().map(Zeroizing::new);
    let inverse =
        inverse.ok_or_else(|| Error::Argument("this beacon makes no secret".to_owned()))?;

    let mut verification = key.verification.clone();
    verification.delta = (verification.delta * *secret).into_affine();
    let delta_1 = (key.delta_1 * *secret).into_affine();
    expect_sound_verification_key(&verification)?;
    watch.plan((key.c.count() + key.h.count()) as u64);
    let reading = Watch::default();
    let c = common_multiples(&key.c.all(&reading)?, &inverse, watch)?;
    let h = common_multiples(&key.h.all(&reading)?, &inverse, watch)?;

    let challenge = |s: &G1Affine, sx: &G1Affine| chain.challenge(s, sx);
    let knowledge = Knowledge::prove(&secret, s, challenge);
    let contribution = Contribution {
        delta_1,
        transcript: chain.challenge(&knowledge.g1_s, &knowledge.g1_sx),
        knowledge,
        author,
    };
    let hash = contribution.hash();
    contributions.list.push(contribution);
    // What goes out has to pass where it is verified.
    Chain::of(&contributions)?;
    let changes = Changes {
        verification: &verification,
        delta_1: &delta_1,
        c: &c,
        h: &h,
        contributions: &contributions,
    };
    replace(new, watch, |out| {
        zkey_writer::write_changed(out, &key, &changes)
    })?;
    Ok(hash)
}

/// delta of a key has to be where its last contribution left it, in both groups.
pub(crate) fn expect_delta(key: &Zkey<'_>, chain: &Chain) -> Result<()> {
    let insecure = |element, reason: &str| {
        let reason = reason.to_owned();
        Err(Error::SetupInsecure { element, reason })
    };
    if key.delta_1 != chain.delta_1 {
        return insecure(
            "vk_delta_1",
            "it is not where the last contribution left it",
        );
    }
    if !same_secret(&key.delta_1, &key.verification.delta) {
        return insecure("vk_delta_2", "it disagrees with vk_delta_1");
    }
    Ok(())
}

/// Refuse a name that snarkjs would cut, or that could move a cursor.
fn expect_name(name: &str) -> Result<()> {
    parameters::expect_name(name)?;
    if name.chars().any(char::is_control) {
        let reason = "a name has no control characters";
        return Err(Error::Argument(reason.to_owned()));
    }
    Ok(())
}

fn author(name: &str, kind: Kind) -> Author {
    let name = name.to_owned();
    Author { kind, name }
}
