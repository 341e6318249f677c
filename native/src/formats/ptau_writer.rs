//! Writes what `ptau` reads, section by section.

use std::io::{Result, Write};

use ark_bn254::Fq;
use ark_ff::PrimeField;
use rayon::prelude::*;

use super::element::limb_bytes;
use super::points::BinaryPoint;
use super::ptau_contribution::{Contribution, encoded};

/// Sections of a file of powers alone.
pub const POWERS: u32 = 7;
/// Sections of one that is prepared for phase 2.
pub const PREPARED: u32 = 11;

/// Points whose bytes are held at a time.
const TOGETHER: usize = 1 << 14;

/// Begin a file of so many sections, with its header.
pub fn begin(out: &mut impl Write, sections: u32, power: u32, ceremony_power: u32) -> Result<()> {
    out.write_all(b"ptau")?;
    out.write_all(&1u32.to_le_bytes())?;
    out.write_all(&sections.to_le_bytes())?;
    let mut header = 32u32.to_le_bytes().to_vec();
    header.extend(limb_bytes(&Fq::MODULUS));
    header.extend(power.to_le_bytes());
    header.extend(ceremony_power.to_le_bytes());
    section(out, 1, &header)
}

/// Begin a section of `size` bytes.
pub fn begin_section(out: &mut impl Write, number: u32, size: usize) -> Result<()> {
    out.write_all(&number.to_le_bytes())?;
    out.write_all(&(size as u64).to_le_bytes())
}

/// Write points.
pub fn write_points<G: BinaryPoint>(out: &mut impl Write, points: &[G]) -> Result<()> {
    for points in points.chunks(TOGETHER) {
        let each = points.par_chunks(TOGETHER / 16).map(|points| {
            let mut bytes = Vec::with_capacity(points.len() * G::BYTES);
            points.iter().for_each(|point| point.encode(&mut bytes));
            bytes
        });
        for bytes in each.collect::<Vec<_>>() {
            out.write_all(&bytes)?;
        }
    }
    Ok(())
}

/// A section of points.
pub fn point_section<G: BinaryPoint>(
    out: &mut impl Write,
    number: u32,
    points: &[G],
) -> Result<()> {
    begin_section(out, number, points.len() * G::BYTES)?;
    write_points(out, points)
}

/// A section of `count` times the same point.
pub fn repeated_section<G: BinaryPoint>(
    out: &mut impl Write,
    number: u32,
    point: G,
    count: usize,
) -> Result<()> {
    begin_section(out, number, count * G::BYTES)?;
    let points = vec![point; count.min(TOGETHER)];
    for first in (0..count).step_by(TOGETHER) {
        write_points(out, &points[..TOGETHER.min(count - first)])?;
    }
    Ok(())
}

/// The section of contributions.
pub fn contributions(out: &mut impl Write, list: &[Contribution]) -> Result<()> {
    section(out, 7, &encoded(list))
}

/// A section whose bytes are there.
pub fn section(out: &mut impl Write, number: u32, bytes: &[u8]) -> Result<()> {
    begin_section(out, number, bytes.len())?;
    out.write_all(bytes)
}
