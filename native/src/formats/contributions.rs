//! Section 10 of a .zkey: the circuit's hash, and who took part in phase 2, as snarkjs writes it.
//!
//! ```text
//! circuit hash 64 bytes | count u32 | { delta1 after it | s | s x in G1 | base times x in G2 | transcript hash 64 bytes
//!     | who it was, as in `parameters` }
//! ```

use super::binary::Reader;
use super::parameters::Author;
use super::points::{BinaryPoint, point};
use crate::ceremony::knowledge::Knowledge;
use crate::ceremony::transcript::{DIGEST_BYTES, Digest, Transcript};
use crate::error::Result;
use ark_bn254::{G1Affine, G2Affine};

/// Bytes of a contribution without parameters.
const CONTRIBUTION_BYTES: usize = 3 * G1Affine::BYTES + G2Affine::BYTES + DIGEST_BYTES + 8;

/// One contribution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contribution {
    /// delta in G1 after it.
    pub delta_1: G1Affine,
    /// That its secret was known.
    pub knowledge: Knowledge,
    /// The hash of everything before it, with s and s x of its proof.
    pub transcript: Digest,
    /// Who put the secret in.
    pub author: Author,
}

impl Contribution {
    /// Say it to a transcript.
    pub fn absorbed_by(&self, transcript: &mut Transcript) {
        transcript.absorb_point(&self.delta_1);
        transcript.absorb_point(&self.knowledge.g1_s);
        transcript.absorb_point(&self.knowledge.g1_sx);
        transcript.absorb_point(&self.knowledge.g2_spx);
        transcript.absorb(&self.transcript);
    }

    /// The hash by which a participant knows it again.
    pub fn hash(&self) -> Digest {
        let mut transcript = Transcript::default();
        self.absorbed_by(&mut transcript);
        transcript.digest()
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let delta_1 = point(reader)?;
        let knowledge = Knowledge {
            g1_s: point(reader)?,
            g1_sx: point(reader)?,
            g2_spx: point(reader)?,
        };
        Ok(Self {
            delta_1,
            knowledge,
            transcript: reader.array()?,
            author: Author::read(reader)?,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        self.delta_1.encode(out);
        self.knowledge.g1_s.encode(out);
        self.knowledge.g1_sx.encode(out);
        self.knowledge.g2_spx.encode(out);
        out.extend(self.transcript);
        self.author.encode(out);
    }
}

/// What a ceremony left in a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contributions {
    /// The hash of the key that it began with.
    pub circuit_hash: Digest,
    /// Everyone who took part, in their order.
    pub list: Vec<Contribution>,
}

impl Contributions {
    /// Of a whole section.
    pub(crate) fn read(mut reader: Reader<'_>) -> Result<Self> {
        let circuit_hash = reader.array()?;
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
        Ok(Self { circuit_hash, list })
    }

    /// The bytes of the section.
    pub fn encoded(&self) -> Vec<u8> {
        let mut bytes = self.circuit_hash.to_vec();
        // Each takes hundreds of bytes of a file that was read, so that they are below 2^32.
        bytes.extend((self.list.len() as u32).to_le_bytes());
        self.list.iter().for_each(|one| one.write(&mut bytes));
        bytes
    }
}
