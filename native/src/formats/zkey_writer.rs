//! Writes what `zkey` reads, section by section, never holding more than one section's bytes.

use std::io::Write;

use ark_bn254::{Bn254, Fq, Fr};
use ark_ff::PrimeField;
use ark_groth16::ProvingKey;

use super::element::{BinaryPoint, doubled_montgomery_bytes, limb_bytes};
use super::r1cs::Combination;

/// Bytes of the circuit hash in section 10.
pub const CIRCUIT_HASH_BYTES: usize = 64;

/// Write a .zkey with no contributions. `matrices` are a and b over the domain, public rows included.
pub fn write(
    out: &mut impl Write,
    key: &ProvingKey<Bn254>,
    matrices: &[Vec<Combination>; 2],
    circuit_hash: &[u8; CIRCUIT_HASH_BYTES],
) -> std::io::Result<()> {
    out.write_all(b"zkey")?;
    out.write_all(&1u32.to_le_bytes())?;
    out.write_all(&10u32.to_le_bytes())?;
    section(out, 1, &1u32.to_le_bytes())?;
    section(out, 2, &header(key))?;
    section(out, 3, &encoded(&key.vk.gamma_abc_g1))?;
    section(out, 4, &coefficients(matrices))?;
    section(out, 5, &encoded(&key.a_query))?;
    section(out, 6, &encoded(&key.b_g1_query))?;
    section(out, 7, &encoded(&key.b_g2_query))?;
    section(out, 8, &encoded(&key.l_query))?;
    section(out, 9, &encoded(&key.h_query))?;
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

fn header(key: &ProvingKey<Bn254>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for modulus in [Fq::MODULUS, Fr::MODULUS] {
        bytes.extend(32u32.to_le_bytes());
        bytes.extend(limb_bytes(&modulus));
    }
    // The reader's bounds on wires and domain keep these counts below 2^32.
    for count in [
        key.a_query.len(),
        key.vk.gamma_abc_g1.len() - 1,
        key.h_query.len(),
    ] {
        bytes.extend((count as u32).to_le_bytes());
    }
    key.vk.alpha_g1.encode(&mut bytes);
    key.beta_g1.encode(&mut bytes);
    key.vk.beta_g2.encode(&mut bytes);
    key.vk.gamma_g2.encode(&mut bytes);
    key.delta_g1.encode(&mut bytes);
    key.vk.delta_g2.encode(&mut bytes);
    bytes
}

fn encoded<G: BinaryPoint>(points: &[G]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(points.len() * G::BYTES);
    points.iter().for_each(|point| point.encode(&mut bytes));
    bytes
}

fn coefficients(matrices: &[Vec<Combination>; 2]) -> Vec<u8> {
    let mut count = 0u32;
    let mut bytes = vec![0; 4];
    for row in 0..matrices[0].len() {
        for (index, matrix) in (0u32..).zip(matrices) {
            for (value, wire) in &matrix[row] {
                for number in [index, row as u32, *wire as u32] {
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
