//! The contributions of a key, one after the other: each has proven its secret over everything that was said before it.

use std::fmt::Write;

use ark_bn254::G1Affine;
use ark_ec::AffineRepr;

use super::knowledge::{Knowledge, beacon_generator, expect_beacon};
use super::transcript::{Digest, Transcript};
use crate::error::{Error, Result};
use crate::formats::contributions::{Contribution, Contributions};
use crate::formats::parameters::Kind;
use crate::watch::Watch;

/// What was said before the next contribution.
pub struct Chain {
    said: Transcript,
    /// delta in G1.
    pub delta_1: G1Affine,
}

impl Chain {
    /// What a key's contributions said, once each of them is found to be right. Beacons are not computed again.
    pub fn of(contributions: &Contributions) -> Result<Self> {
        let mut chain = Self::begin(&contributions.circuit_hash);
        for (index, contribution) in contributions.list.iter().enumerate() {
            let refusal = |reason: &str| insecure(index, contribution, reason);
            let challenge =
                chain.challenge(&contribution.knowledge.g1_s, &contribution.knowledge.g1_sx);
            if challenge != contribution.transcript {
                return Err(refusal("its transcript is not of what was said before it"));
            }
            if !contribution.knowledge.holds(&challenge) {
                return Err(refusal("it does not prove to know its secret"));
            }
            let after = &contribution.delta_1;
            if !contribution
                .knowledge
                .leads(&challenge, &chain.delta_1, after)
            {
                return Err(refusal(
                    "it did not change delta by the secret it proved to know",
                ));
            }
            let mut earlier = contributions.list[..index].iter();
            if *after == G1Affine::generator()
                || earlier
                    .any(|earlier| earlier.delta_1 == *after || same_proof(earlier, contribution))
            {
                return Err(refusal("it repeats an earlier one, or takes it back"));
            }
            chain.push(contribution);
        }
        Ok(chain)
    }

    fn begin(circuit_hash: &Digest) -> Self {
        let mut said = Transcript::default();
        said.absorb(circuit_hash);
        Self {
            said,
            delta_1: G1Affine::generator(),
        }
    }

    /// What the base of the next proof is drawn from.
    pub fn challenge(&self, s: &G1Affine, sx: &G1Affine) -> Digest {
        let mut said = self.said.clone();
        said.absorb_point(s);
        said.absorb_point(sx);
        said.digest()
    }

    fn push(&mut self, contribution: &Contribution) {
        contribution.absorbed_by(&mut self.said);
        self.delta_1 = contribution.delta_1;
    }
}

fn same_proof(one: &Contribution, other: &Contribution) -> bool {
    one.knowledge.g1_s == other.knowledge.g1_s || one.knowledge.g2_spx == other.knowledge.g2_spx
}

/// Compute each beacon again: its proof has to be the one that its value makes.
pub fn expect_beacons(contributions: &Contributions, watch: &Watch) -> Result<()> {
    for (index, contribution) in contributions.list.iter().enumerate() {
        let Kind::Beacon { beacon, iterations } = &contribution.author.kind else {
            continue;
        };
        expect_beacon(beacon, *iterations)?;
        let mut generator = beacon_generator(beacon, *iterations, watch)?;
        let (secret, s) = (generator.scalar(), generator.g1());
        let expected = Knowledge::prove(&secret, s, |_, _| contribution.transcript);
        if expected != contribution.knowledge {
            return Err(insecure(
                index,
                contribution,
                "its secret is not what its beacon makes",
            ));
        }
    }
    Ok(())
}

/// A refusal that says whose contribution is to blame.
pub fn insecure(index: usize, contribution: &Contribution, reason: &str) -> Error {
    Error::SetupInsecure {
        element: "contributions",
        reason: format!("{}: {reason}", called(index, contribution)),
    }
}

/// A contribution as people speak of it; names come from whoever made the file, so nothing in them may move a cursor.
fn called(index: usize, contribution: &Contribution) -> String {
    let mut called = format!("number {}", index + 1);
    if !contribution.author.name.is_empty() {
        let _ = write!(called, " ({})", contribution.author.name.escape_debug());
    }
    called
}
