//! Writes what `zkey` reads, section by section, never holding more than one section's bytes.

use std::io::Write;

use ark_bn254::{Fq, Fr};
use ark_ff::PrimeField;

use super::element::{doubled_montgomery_bytes, limb_bytes};
use super::points::BinaryPoint;
use crate::groth16::ProvingPoints;
use crate::matrix::Matrix;

/// Bytes of the circuit hash in section 10.
pub const CIRCUIT_HASH_BYTES: usize = 64;

/// Write a .zkey with no contributions. `matrices` are a and b over the domain, public rows included.
pub fn write(
    out: &mut impl Write,
    points: &ProvingPoints,
    matrices: &[Matrix; 2],
    circuit_hash: &[u8; CIRCUIT_HASH_BYTES],
) -> std::io::Result<()> {
    out.write_all(b"zkey")?;
    out.write_all(&1u32.to_le_bytes())?;
    out.write_all(&10u32.to_le_bytes())?;
    section(out, 1, &1u32.to_le_bytes())?;
    section(out, 2, &header(points))?;
    section(out, 3, &encoded(&points.verification.ic))?;
    section(out, 4, &coefficients(matrices))?;
    section(out, 5, &encoded(&points.a))?;
    section(out, 6, &encoded(&points.b_1))?;
    section(out, 7, &encoded(&points.b_2))?;
    section(out, 8, &encoded(&points.c))?;
    section(out, 9, &encoded(&points.h))?;
    section(
        out,
        10,
        &[circuit_hash.as_slice(), &0u32.to_le_bytes()].concat(),
    )
}

fn section(out: &mut impl Write, number: u32, bytes: &[u8]) -> std::io::Result<()> {
    out.write_all(&number.to_le_bytes())?;
    out.write_all(&(bytes.len() as u64).to_le_bytes())?;
    out.write_all(bytes)
}

fn header(points: &ProvingPoints) -> Vec<u8> {
    let mut bytes = Vec::new();
    for modulus in [Fq::MODULUS, Fr::MODULUS] {
        bytes.extend(32u32.to_le_bytes());
        bytes.extend(limb_bytes(&modulus));
    }
    let verification = &points.verification;
    // The reader's bounds on wires and domain keep these counts below 2^32.
    for count in [points.a.len(), verification.ic.len() - 1, points.h.len()] {
        bytes.extend((count as u32).to_le_bytes());
    }
    verification.alpha.encode(&mut bytes);
    points.beta_1.encode(&mut bytes);
    verification.beta.encode(&mut bytes);
    verification.gamma.encode(&mut bytes);
    points.delta_1.encode(&mut bytes);
    verification.delta.encode(&mut bytes);
    bytes
}

fn encoded<G: BinaryPoint>(points: &[G]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(points.len() * G::BYTES);
    points.iter().for_each(|point| point.encode(&mut bytes));
    bytes
}

fn coefficients(matrices: &[Matrix; 2]) -> Vec<u8> {
    let mut count = 0u32;
    let mut bytes = vec![0; 4];
    for row in 0..matrices[0].len() {
        for (index, matrix) in (0u32..).zip(matrices) {
            for (value, wire) in matrix.row(row) {
                for number in [index, row as u32, *wire] {
                    bytes.extend(number.to_le_bytes());
                }
                bytes.extend(doubled_montgomery_bytes(value));
                count += 1;
            }
        }
    }
    bytes[..4].copy_from_slice(&count.to_le_bytes());
    bytes
}
