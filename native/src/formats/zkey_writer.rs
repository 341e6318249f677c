//! Writes what `zkey` reads, section by section, never holding more than one section's bytes.

use std::io::{Result, Write};

use ark_bn254::{Fq, Fr, G1Affine};
use ark_ff::PrimeField;

use super::contributions::Contributions;
use super::element::{doubled_montgomery_bytes, limb_bytes};
use super::points::BinaryPoint;
use super::zkey::{COEFFICIENT_BYTES, Zkey};
use crate::groth16::{ProvingPoints, VerificationPoints};
use crate::matrix::{Matrix, Term};

/// Points or rows whose bytes are held at a time.
const TOGETHER: usize = 1 << 12;

/// Write a .zkey with no contributions, in the order of snarkjs. `matrices` are a and b over the domain, public rows
/// included.
pub fn write(
    out: &mut impl Write,
    points: &ProvingPoints,
    matrices: &[Matrix; 2],
    contributions: &Contributions,
) -> Result<()> {
    begin(out)?;
    let header = Header {
        wires: points.a.len(),
        public: points.verification.ic.len() - 1,
        domain: points.h.len(),
        verification: &points.verification,
        beta_1: &points.beta_1,
        delta_1: &points.delta_1,
    };
    section(out, 2, &header.encoded())?;
    let count = matrices.iter().flat_map(Matrix::rows).map(<[Term]>::len);
    let count: usize = count.sum();
    begin_section(out, 4, 4 + count * COEFFICIENT_BYTES)?;
    let count = u32::try_from(count).map_err(std::io::Error::other)?;
    out.write_all(&count.to_le_bytes())?;
    each_coefficient(matrices, |bytes| out.write_all(bytes))?;
    point_section(out, 3, &points.verification.ic)?;
    point_section(out, 9, &points.h)?;
    point_section(out, 8, &points.c)?;
    point_section(out, 5, &points.a)?;
    point_section(out, 6, &points.b_1)?;
    point_section(out, 7, &points.b_2)?;
    section(out, 10, &contributions.encoded())
}

/// What a contribution changes in a key.
pub struct Changes<'a> {
    /// alpha, beta and gamma as they were, another delta.
    pub verification: &'a VerificationPoints,
    /// delta in G1.
    pub delta_1: &'a G1Affine,
    /// C, over the new delta.
    pub c: &'a [G1Affine],
    /// H, over the new delta.
    pub h: &'a [G1Affine],
    /// Everyone who took part, the last one included.
    pub contributions: &'a Contributions,
}

/// Write a key again with these changes.
pub fn write_changed(out: &mut impl Write, key: &Zkey<'_>, changes: &Changes<'_>) -> Result<()> {
    begin(out)?;
    let header = Header {
        wires: key.wires(),
        public: key.public(),
        domain: key.domain(),
        verification: changes.verification,
        beta_1: &key.beta_1,
        delta_1: changes.delta_1,
    };
    section(out, 2, &header.encoded())?;
    point_section(out, 3, &changes.verification.ic)?;
    let terms = key.terms();
    begin_section(out, 4, 4 + terms.len())?;
    out.write_all(&((terms.len() / COEFFICIENT_BYTES) as u32).to_le_bytes())?;
    out.write_all(terms)?;
    section(out, 5, key.a.whole())?;
    section(out, 6, key.b_1.whole())?;
    section(out, 7, key.b_2.whole())?;
    point_section(out, 8, changes.c)?;
    point_section(out, 9, changes.h)?;
    section(out, 10, &changes.contributions.encoded())
}

/// Magic, version, ten sections, and that the protocol is Groth16.
fn begin(out: &mut impl Write) -> Result<()> {
    out.write_all(b"zkey")?;
    out.write_all(&1u32.to_le_bytes())?;
    out.write_all(&10u32.to_le_bytes())?;
    section(out, 1, &1u32.to_le_bytes())
}

fn begin_section(out: &mut impl Write, number: u32, size: usize) -> Result<()> {
    out.write_all(&number.to_le_bytes())?;
    out.write_all(&(size as u64).to_le_bytes())
}

fn section(out: &mut impl Write, number: u32, bytes: &[u8]) -> Result<()> {
    begin_section(out, number, bytes.len())?;
    out.write_all(bytes)
}

fn point_section<G: BinaryPoint>(out: &mut impl Write, number: u32, points: &[G]) -> Result<()> {
    begin_section(out, number, points.len() * G::BYTES)?;
    points
        .chunks(TOGETHER)
        .try_for_each(|points| out.write_all(&encoded(points)))
}

struct Header<'a> {
    wires: usize,
    public: usize,
    domain: usize,
    verification: &'a VerificationPoints,
    beta_1: &'a G1Affine,
    delta_1: &'a G1Affine,
}

impl Header<'_> {
    fn encoded(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for modulus in [Fq::MODULUS, Fr::MODULUS] {
            bytes.extend(32u32.to_le_bytes());
            bytes.extend(limb_bytes(&modulus));
        }
        // The reader's bounds on wires and domain keep these counts below 2^32.
        for count in [self.wires, self.public, self.domain] {
            bytes.extend((count as u32).to_le_bytes());
        }
        self.verification.alpha.encode(&mut bytes);
        self.beta_1.encode(&mut bytes);
        self.verification.beta.encode(&mut bytes);
        self.verification.gamma.encode(&mut bytes);
        self.delta_1.encode(&mut bytes);
        self.verification.delta.encode(&mut bytes);
        bytes
    }
}

/// Points as a section has them.
pub fn encoded<G: BinaryPoint>(points: &[G]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(points.len() * G::BYTES);
    points.iter().for_each(|point| point.encode(&mut bytes));
    bytes
}

/// Give every coefficient of section 4 to `take`, as its bytes, row by row.
pub fn each_coefficient<E>(
    matrices: &[Matrix; 2],
    mut take: impl FnMut(&[u8]) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let mut bytes = Vec::with_capacity(COEFFICIENT_BYTES);
    for row in 0..matrices[0].len() {
        for (index, matrix) in (0u32..).zip(matrices) {
            for (value, wire) in matrix.row(row) {
                bytes.clear();
                for number in [index, row as u32, *wire] {
                    bytes.extend(number.to_le_bytes());
                }
                bytes.extend(doubled_montgomery_bytes(value));
                take(&bytes)?;
            }
        }
    }
    Ok(())
}
