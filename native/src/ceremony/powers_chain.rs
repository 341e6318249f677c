//! What links the contributions to powers of tau: each answers the challenge that the one before it left.

use ark_bn254::G1Affine;
use rayon::prelude::*;

use super::knowledge::{Knowledge, base, beacon_generator, same_ratio};
use super::powers_contribute::Drawn;
use super::powers_first::first_challenge;
use super::transcript::{DIGEST_BYTES, Digest, STATE_BYTES, Spoken, Transcript};
use crate::error::{Error, Result};
use crate::formats::parameters::Kind;
use crate::formats::ptau_contribution::{Contribution, PublicKey, Secrets};
use crate::watch::Watch;

/// What a contribution after `last` answers, in a ceremony of so many powers.
pub fn challenge(ceremony_power: u32, last: Option<&Contribution>) -> Digest {
    last.map_or_else(
        || first_challenge(ceremony_power),
        |last| last.next_challenge,
    )
}

/// What chooses the base of a proof: 0 of tau, 1 of alpha, 2 of beta.
pub fn knowledge_challenge(which: u8, challenge: &Digest, s: &G1Affine, sx: &G1Affine) -> Digest {
    let mut transcript = Transcript::default();
    transcript.absorb(&[which]);
    transcript.absorb(challenge);
    transcript.absorb_point(s);
    transcript.absorb_point(sx);
    transcript.digest()
}

/// The hash of a contribution, from one that has taken in all but its key.
pub fn response(mut transcript: Transcript, key: &PublicKey) -> Digest {
    for knowledge in key.each() {
        transcript.absorb_point(&knowledge.g1_s);
        transcript.absorb_point(&knowledge.g1_sx);
    }
    for knowledge in key.each() {
        transcript.absorb_point(&knowledge.g2_spx);
    }
    transcript.digest()
}

/// That the contribution of this place, from 0 on, is not what it should be.
pub fn insecure(place: usize, contribution: &Contribution, reason: &str) -> Error {
    let name = match contribution.author.name.as_str() {
        "" => String::new(),
        name => format!(" ({})", name.escape_debug()),
    };
    Error::SetupInsecure {
        element: "contributions",
        reason: format!("contribution {}{name}: {reason}", place + 1),
    }
}

/// Refuse contributions of which one was not made by who knew its secrets, or does not continue the one before it. Their
/// hashes come back.
///
/// Of the hash states, all but the last one's can only be compared with what the file still has: how much they took in,
/// and beta in G2 at their end. A participant finds another hash than the one they published where the rest was changed.
pub fn verified(
    ceremony_power: u32,
    contributions: &[Contribution],
    watch: &Watch,
) -> Result<Vec<Digest>> {
    let links: Vec<Link<'_>> = (0..contributions.len())
        .map(|place| {
            let last = place.checked_sub(1).map(|before| &contributions[before]);
            Link {
                place,
                contribution: &contributions[place],
                challenge: challenge(ceremony_power, last),
                before: last.map_or_else(Secrets::ones, |last| last.secrets),
            }
        })
        .collect();
    // Beacons announce more work, which only at the start does not take progress back.
    links
        .iter()
        .try_for_each(|link| link.expect_beacon(watch))?;
    let hashes = links.par_iter().map(|link| {
        link.expect_knowledge()?;
        let hash = link.hash(ceremony_power)?;
        watch.advance(CONTRIBUTION_COST)?;
        Ok(hash)
    });
    // Of several that are refused, the first is to blame.
    hashes.collect::<Vec<_>>().into_iter().collect()
}

/// Cost of checking a contribution, in multiples in G1.
pub const CONTRIBUTION_COST: u64 = 2000;

struct Link<'a> {
    place: usize,
    contribution: &'a Contribution,
    challenge: Digest,
    before: Secrets,
}

impl Link<'_> {
    fn insecure(&self, reason: &str) -> Error {
        insecure(self.place, self.contribution, reason)
    }

    /// A beacon's key follows from its value.
    fn expect_beacon(&self, watch: &Watch) -> Result<()> {
        let Kind::Beacon { beacon, iterations } = &self.contribution.author.kind else {
            return Ok(());
        };
        let mut generator = beacon_generator(beacon, *iterations, watch)?;
        if Drawn::by(&mut generator, &self.challenge)?.key == self.contribution.key {
            return Ok(());
        }
        Err(self.insecure("its key is not the one that its beacon makes"))
    }

    /// The proofs hold, and lead from the secrets before to those after.
    fn expect_knowledge(&self) -> Result<()> {
        let Contribution { secrets, key, .. } = self.contribution;
        let before = &self.before;
        let challenge = |which: u8, proof: &Knowledge| {
            knowledge_challenge(which, &self.challenge, &proof.g1_s, &proof.g1_sx)
        };
        for (which, name, proof, in_g1, in_g2) in [
            (
                0,
                "tau",
                &key.tau,
                (&before.tau_g1, &secrets.tau_g1),
                Some((&before.tau_g2, &secrets.tau_g2)),
            ),
            (
                1,
                "alpha",
                &key.alpha,
                (&before.alpha_g1, &secrets.alpha_g1),
                None,
            ),
            (
                2,
                "beta",
                &key.beta,
                (&before.beta_g1, &secrets.beta_g1),
                Some((&before.beta_g2, &secrets.beta_g2)),
            ),
        ] {
            let base = base(&challenge(which, proof));
            let led = |in_g1| same_ratio(in_g1, (&base, &proof.g2_spx));
            if !led((&proof.g1_s, &proof.g1_sx)) {
                let reason = format!("its proof of knowledge of {name} does not hold");
                return Err(self.insecure(&reason));
            }
            if !led(in_g1) {
                let reason = format!("{name} in G1 does not continue the one before it");
                return Err(self.insecure(&reason));
            }
            let continues = |in_g2| same_ratio((&proof.g1_s, &proof.g1_sx), in_g2);
            if !in_g2.is_none_or(continues) {
                let reason = format!("{name} in G2 does not continue the one before it");
                return Err(self.insecure(&reason));
            }
        }
        Ok(())
    }

    /// The hash of the contribution, from the state that it has.
    fn hash(&self, ceremony_power: u32) -> Result<Digest> {
        let Contribution {
            secrets,
            key,
            state,
            ..
        } = self.contribution;
        let transcript = Transcript::from_state(state);
        let transcript = transcript.filter(|transcript| {
            let end = secrets.beta_g2.compressed();
            transcript.length() == response_bytes(ceremony_power)
                && state[STATE_BYTES - 8..] == [0; 8]
                && in_use(transcript, state).ends_with(&end)
        });
        let transcript =
            transcript.ok_or_else(|| self.insecure("its hash state is not one of these powers"))?;
        Ok(response(transcript, key))
    }
}

/// What a contribution's hash takes in before its key: a challenge, and each power by its x.
fn response_bytes(ceremony_power: u32) -> u64 {
    let rows = 1u64 << ceremony_power;
    DIGEST_BYTES as u64 + 32 * (4 * rows - 1) + 64 * (rows + 1)
}

/// The bytes that wait for their block to be full.
fn in_use<'a>(transcript: &Transcript, state: &'a [u8; STATE_BYTES]) -> &'a [u8] {
    &state[..(transcript.length() % 128) as usize]
}

/// Whether two states go on alike: what lies in the block behind the bytes in use says nothing.
pub fn same_state(a: &[u8; STATE_BYTES], b: &Transcript) -> bool {
    Transcript::from_state(a).is_some_and(|a| a.state() == b.state())
}
