//! The end of a contribution, in both phases: who made it, as snarkjs writes it.
//!
//! ```text
//! kind u32: 0 a participant, 1 a beacon | size u32 | size bytes of parameters, in this order
//! parameters: 1 | length u8 | name in UTF-8      of a beacon: 2 | iterations, as logarithm u8      3 | length u8 | beacon
//! ```
//!
//! No hash takes in names, so anyone can change them: a name counts by a signature over the contribution's hash.

use super::binary::Reader;
use crate::ceremony::knowledge::FEWEST_ITERATIONS;
use crate::error::{Error, Result};

const NAME: u8 = 1;
const ITERATIONS: u8 = 2;
const BEACON: u8 = 3;

/// The longest name, in units of UTF-16: what snarkjs does not cut.
const LONGEST_NAME: usize = 64;

/// Who put the secrets in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Somebody who drew them.
    Participant,
    /// A value that nobody could foresee.
    Beacon {
        /// The value.
        beacon: Vec<u8>,
        /// How often it was hashed, as the logarithm to base 2.
        iterations: u8,
    },
}

/// Who made a contribution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// Who put the secrets in.
    pub kind: Kind,
    /// How they call themselves; empty where they do not.
    pub name: String,
}

impl Author {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let place = reader.offset();
        let kind = reader.u32()?;
        let size = reader.u32()? as usize;
        // What the parameters hold is looked for among them alone.
        reader.clone().take(size)?;
        let end = reader.offset() + size as u64;
        let name = if size > 0 && reader.clone().u8()? == NAME {
            name(reader)?
        } else {
            String::new()
        };
        let kind = match kind {
            0 => Kind::Participant,
            1 => beacon(reader)?,
            _ => {
                let reason = format!("a contribution of unknown kind {kind}");
                return Err(reader.malformed_at(place, reason));
            }
        };
        if reader.offset() != end {
            let reason = format!("{size} bytes of parameters do not end here");
            return Err(reader.malformed(reason));
        }
        Ok(Self { kind, name })
    }

    /// Append what `read` reads. Names and beacons are shorter than 256 bytes.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let mut parameters = Vec::new();
        if !self.name.is_empty() {
            parameters.extend([NAME, self.name.len() as u8]);
            parameters.extend(self.name.as_bytes());
        }
        let kind: u32 = match &self.kind {
            Kind::Participant => 0,
            Kind::Beacon { beacon, iterations } => {
                parameters.extend([ITERATIONS, *iterations, BEACON, beacon.len() as u8]);
                parameters.extend(beacon);
                1
            }
        };
        out.extend(kind.to_le_bytes());
        out.extend((parameters.len() as u32).to_le_bytes());
        out.extend(parameters);
    }
}

/// Refuse a name that snarkjs would cut.
pub fn expect_name(name: &str) -> Result<()> {
    let length = name.encode_utf16().count();
    if length <= LONGEST_NAME {
        return Ok(());
    }
    Err(Error::Argument(format!(
        "a name of {length} characters, at most {LONGEST_NAME} are written"
    )))
}

fn name(reader: &mut Reader<'_>) -> Result<String> {
    expect(reader, NAME)?;
    let length = reader.u8()?;
    let place = reader.offset();
    let name = std::str::from_utf8(reader.take(usize::from(length))?).ok();
    name.filter(|name| !name.is_empty())
        .map(str::to_owned)
        .ok_or_else(|| reader.malformed_at(place, "a name that is none"))
}

fn beacon(reader: &mut Reader<'_>) -> Result<Kind> {
    expect(reader, ITERATIONS)?;
    let iterations = reader.u8()?;
    if !(FEWEST_ITERATIONS..64).contains(&iterations) {
        return Err(reader.malformed(format!("2^{iterations} iterations of a beacon")));
    }
    expect(reader, BEACON)?;
    let length = reader.u8()?;
    if length == 0 {
        return Err(reader.malformed("an empty beacon"));
    }
    let beacon = reader.take(usize::from(length))?.to_vec();
    Ok(Kind::Beacon { beacon, iterations })
}

fn expect(reader: &mut Reader<'_>, parameter: u8) -> Result<()> {
    let place = reader.offset();
    let found = reader.u8()?;
    if found == parameter {
        return Ok(());
    }
    let reason = format!("parameter {parameter} of a contribution expected, {found} found");
    Err(reader.malformed_at(place, reason))
}
