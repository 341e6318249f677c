//! Section 7 of a .ptau: who took part, what each of them left, and the proofs of what they knew.

use ark_bn254::{G1Affine, G2Affine};
use ark_ec::AffineRepr;

use super::binary::Reader;
use super::parameters::Author;
use super::points::{BinaryPoint, point};
use crate::ceremony::knowledge::Knowledge;
use crate::ceremony::transcript::{DIGEST_BYTES, Digest, STATE_BYTES};
use crate::error::Result;

/// Bytes of a contribution without parameters.
const CONTRIBUTION_BYTES: usize =
    9 * G1Affine::BYTES + 5 * G2Affine::BYTES + STATE_BYTES + DIGEST_BYTES + 8;

/// The secrets of the powers in the exponent, as a contribution left them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Secrets {
    /// tau in G1.
    pub tau_g1: G1Affine,
    /// tau in G2.
    pub tau_g2: G2Affine,
    /// alpha in G1.
    pub alpha_g1: G1Affine,
    /// beta in G1.
    pub beta_g1: G1Affine,
    /// beta in G2.
    pub beta_g2: G2Affine,
}

impl Secrets {
    /// Those of a ceremony that nobody has taken part in: all are 1.
    pub fn ones() -> Self {
        let (in_g1, in_g2) = (G1Affine::generator(), G2Affine::generator());
        Self {
            tau_g1: in_g1,
            tau_g2: in_g2,
            alpha_g1: in_g1,
            beta_g1: in_g1,
            beta_g2: in_g2,
        }
    }
}

/// That whoever contributed knew what they multiplied tau, alpha and beta by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// Of tau.
    pub tau: Knowledge,
    /// Of alpha.
    pub alpha: Knowledge,
    /// Of beta.
    pub beta: Knowledge,
}

impl PublicKey {
    /// All three.
    pub fn each(&self) -> [&Knowledge; 3] {
        [&self.tau, &self.alpha, &self.beta]
    }
}

/// One contribution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contribution {
    /// What it left.
    pub secrets: Secrets,
    /// What it proves.
    pub key: PublicKey,
    /// The hash of the challenge and of all powers, in the middle: the key comes after them.
    pub state: [u8; STATE_BYTES],
    /// The hash of the response and of all powers: what the next contribution answers.
    pub next_challenge: Digest,
    /// Who made it.
    pub author: Author,
}

impl Contribution {
    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let secrets = Secrets {
            tau_g1: point(reader)?,
            tau_g2: point(reader)?,
            alpha_g1: point(reader)?,
            beta_g1: point(reader)?,
            beta_g2: point(reader)?,
        };
        let mut in_g1 = [G1Affine::identity(); 6];
        for read in &mut in_g1 {
            *read = point(reader)?;
        }
        let mut of = |place: usize| -> Result<Knowledge> {
            Ok(Knowledge {
                g1_s: in_g1[place],
                g1_sx: in_g1[place + 1],
                g2_spx: point(reader)?,
            })
        };
        let key = PublicKey {
            tau: of(0)?,
            alpha: of(2)?,
            beta: of(4)?,
        };
        Ok(Self {
            secrets,
            key,
            state: reader.array()?,
            next_challenge: reader.array()?,
            author: Author::read(reader)?,
        })
    }

    fn encode(&self, out: &mut Vec<u8>) {
        let Secrets {
            tau_g1,
            tau_g2,
            alpha_g1,
            beta_g1,
            beta_g2,
        } = &self.secrets;
        tau_g1.encode(out);
        tau_g2.encode(out);
        alpha_g1.encode(out);
        beta_g1.encode(out);
        beta_g2.encode(out);
        for knowledge in self.key.each() {
            knowledge.g1_s.encode(out);
            knowledge.g1_sx.encode(out);
        }
        for knowledge in self.key.each() {
            knowledge.g2_spx.encode(out);
        }
        out.extend(self.state);
        out.extend(self.next_challenge);
        self.author.encode(out);
    }
}

/// All contributions, from a whole section.
pub(crate) fn read(mut reader: Reader<'_>) -> Result<Vec<Contribution>> {
    let place = reader.offset();
    let count = reader.u32()? as usize;
    if count > reader.remaining() / CONTRIBUTION_BYTES {
        let left = reader.remaining();
        let reason = format!("{count} contributions do not fit in {left} bytes");
        return Err(reader.malformed_at(place, reason));
    }
    let list = (0..count).map(|_| Contribution::read(&mut reader));
    let list = list.collect::<Result<_>>()?;
    reader.finish()?;
    Ok(list)
}

/// The bytes of the section.
pub fn encoded(contributions: &[Contribution]) -> Vec<u8> {
    // Each takes more than a kilobyte of a file that was read, so that they are below 2^32.
    let mut bytes = (contributions.len() as u32).to_le_bytes().to_vec();
    contributions.iter().for_each(|one| one.encode(&mut bytes));
    bytes
}
