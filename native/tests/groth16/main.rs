//! Groth16 over files that each test writes itself.

mod algebra;
mod files;
mod journey;
mod powers;
mod texts;

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field, PrimeField};

/// One row as (coefficient, wire) terms of a, b and c.
pub type Row<'a> = [&'a [(u64, u32)]; 3];

fn section(number: u32, body: &[u8]) -> Vec<u8> {
    [
        &number.to_le_bytes()[..],
        &(body.len() as u64).to_le_bytes(),
        body,
    ]
    .concat()
}

fn element(value: Fr) -> Vec<u8> {
    value
        .into_bigint()
        .0
        .iter()
        .flat_map(|limb| limb.to_le_bytes())
        .collect()
}

fn prime() -> Vec<u8> {
    let limbs = Fr::MODULUS.0.iter().flat_map(|limb| limb.to_le_bytes());
    32u32.to_le_bytes().into_iter().chain(limbs).collect()
}

fn file(magic: &[u8; 4], version: u32, sections: &[Vec<u8>]) -> Vec<u8> {
    let count = sections.len() as u32;
    [
        &magic[..],
        &version.to_le_bytes(),
        &count.to_le_bytes(),
        &sections.concat(),
    ]
    .concat()
}

/// An .r1cs with public outputs only.
pub fn r1cs(wires: u32, outputs: u32, rows: &[Row<'_>]) -> Vec<u8> {
    let mut header = prime();
    for count in [wires, outputs, 0, 0, wires, 0, rows.len() as u32] {
        header.extend(count.to_le_bytes());
    }
    let mut body = Vec::new();
    for side in rows.iter().flatten() {
        body.extend((side.len() as u32).to_le_bytes());
        for (coefficient, wire) in *side {
            body.extend(wire.to_le_bytes());
            body.extend(element(Fr::from(*coefficient)));
        }
    }
    file(b"r1cs", 1, &[section(1, &header), section(2, &body)])
}

/// A .wtns.
pub fn wtns(values: &[Fr]) -> Vec<u8> {
    let header = [prime(), (values.len() as u32).to_le_bytes().to_vec()].concat();
    let body: Vec<u8> = values.iter().flat_map(|value| element(*value)).collect();
    file(b"wtns", 2, &[section(1, &header), section(2, &body)])
}

/// `count` squarings of 3: the circuit, with the last square public, and its witness.
pub fn squarings(count: u32) -> (Vec<u8>, Vec<u8>) {
    let wire = |step: u32| if step == count { 1 } else { step + 2 };
    let mut values = vec![Fr::ONE; 1];
    values.resize(count as usize + 2, Fr::ZERO);
    values[2] = Fr::from(3u64);
    let terms: Vec<[Vec<(u64, u32)>; 3]> = (0..count)
        .map(|step| {
            values[wire(step + 1) as usize] = values[wire(step) as usize].square();
            [
                vec![(1, wire(step))],
                vec![(1, wire(step))],
                vec![(1, wire(step + 1))],
            ]
        })
        .collect();
    let rows: Vec<Row<'_>> = terms
        .iter()
        .map(|[a, b, c]| [&a[..], &b[..], &c[..]])
        .collect();
    (r1cs(count + 2, 1, &rows), wtns(&values))
}

/// A folder that is removed when dropped.
pub struct Folder(pub std::path::PathBuf);

impl Folder {
    /// A new one under the system's folder for such.
    pub fn fresh() -> Self {
        let name = u64::from_le_bytes(*_native::random::fresh_bytes().expect("randomness"));
        let path = std::env::temp_dir().join(format!("zkdata-test-{name:016x}"));
        std::fs::create_dir(&path).expect("a fresh folder");
        Self(path)
    }

    /// A file in it, with these contents.
    pub fn file(&self, name: &str, bytes: &[u8]) -> std::path::PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, bytes).expect("a written file");
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).expect("a removed folder");
    }
}
