//! Multiples of a proving key's bases, kept beside no key but named by one.
//!
//! ```text
//! magic "zkpm" | version u32 = 1 | section count u32 = 6, then as every container of ours
//! section 1: digest of the .zkey, 32 bytes | bits u32 | groups u32 of A, B1, B2, C | bits u32 | groups u32 of H
//! section 2 to 6: multiples of A, B1, B2, C, H
//! ```
//!
//! With w = bits * groups: 2^w times every base that is not at infinity, then 2^2w times, up to the last window of a
//! scalar. Points are as in a .zkey. The bases themselves are not in here.

use std::io::{self, Write};

use ark_ec::short_weierstrass::{Affine, SWCurveConfig};
use blake2::digest::consts::U32;
use blake2::{Blake2b, Digest};

use super::binary::Container;
use super::points::{BinaryPoint, PointSection};
use crate::error::Result;
use crate::msm::Shape;

/// The file's magic, and its name in refusals.
pub const FORMAT: &str = "zkpm";
/// Part of the name of a file, so that another version's files are left alone.
pub const VERSION: u32 = 1;

/// BLAKE2b of a key's file.
pub type KeyDigest = [u8; 32];

/// That of these bytes.
pub fn key_digest(zkey: &[u8]) -> KeyDigest {
    Blake2b::<U32>::digest(zkey).into()
}

/// Whose multiples they are, and how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Of the key's file.
    pub digest: KeyDigest,
    /// Of the sections that take a witness.
    pub witness: Shape,
    /// Of H.
    pub quotient: Shape,
}

/// Multiples that are found, and not read yet.
pub struct Multiples<'a> {
    /// What they are.
    pub header: Header,
    container: Container<'a>,
}

impl<'a> Multiples<'a> {
    /// Find the parts of a file.
    pub fn open(bytes: &'a [u8]) -> Result<Self> {
        let mut container = Container::open(bytes, FORMAT, &[VERSION])?;
        let mut reader = container.section(1, "header")?;
        let digest = reader.array()?;
        let mut shape = || {
            let place = reader.offset();
            let [bits, groups] = [reader.u32()?, reader.u32()?].map(|number| number as usize);
            Shape::checked(bits, groups).ok_or_else(|| {
                reader.malformed_at(place, format!("{groups} groups of windows of {bits} bits"))
            })
        };
        let header = Header {
            digest,
            witness: shape()?,
            quotient: shape()?,
        };
        reader.finish()?;
        Ok(Self { header, container })
    }

    /// Those of one section, of which there are exactly `count`.
    pub fn section<P: SWCurveConfig>(
        &mut self,
        number: u32,
        count: usize,
        what: &'static str,
    ) -> Result<PointSection<'a, P>>
    where
        Affine<P>: BinaryPoint,
    {
        PointSection::of(self.container.section(number, what)?, count, what)
    }
}

/// Write what comes before the points.
pub fn write_header(out: &mut impl Write, header: &Header) -> io::Result<()> {
    out.write_all(FORMAT.as_bytes())?;
    out.write_all(&VERSION.to_le_bytes())?;
    out.write_all(&6u32.to_le_bytes())?;
    begin_section(
        out,
        1,
        (size_of::<KeyDigest>() + 4 * size_of::<u32>()) as u64,
    )?;
    out.write_all(&header.digest)?;
    for Shape { bits, groups } in [header.witness, header.quotient] {
        out.write_all(&(bits as u32).to_le_bytes())?;
        out.write_all(&(groups as u32).to_le_bytes())?;
    }
    Ok(())
}

/// Write what comes before a section of so many bytes.
pub fn begin_section(out: &mut impl Write, number: u32, bytes: u64) -> io::Result<()> {
    out.write_all(&number.to_le_bytes())?;
    out.write_all(&bytes.to_le_bytes())
}
