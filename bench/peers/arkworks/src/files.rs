//! A .zkey and a .wtns as arkworks takes them. Nothing is checked: the files are our own.

use ark_bn254::{Bn254, Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ff::{BigInt, PrimeField};
use ark_groth16::{ProvingKey, VerifyingKey};

const FIELD: usize = 32;

/// A key, both matrices over the whole domain, and the sizes.
pub struct Key {
    pub points: ProvingKey<Bn254>,
    pub matrices: Vec<Vec<Vec<(Fr, usize)>>>,
    pub inputs: usize,
    pub domain: usize,
}

/// Bytes of a section of a container of circom's.
fn section(file: &[u8], wanted: u32) -> &[u8] {
    let mut place = 12;
    loop {
        let number = u32_at(file, place);
        let size = u64::from_le_bytes(file[place + 4..place + 12].try_into().unwrap()) as usize;
        if number == wanted {
            return &file[place + 12..place + 12 + size];
        }
        place += 12 + size;
    }
}

fn u32_at(bytes: &[u8], place: usize) -> u32 {
    u32::from_le_bytes(bytes[place..place + 4].try_into().unwrap())
}

fn limbs(bytes: &[u8]) -> BigInt<4> {
    BigInt::new(std::array::from_fn(|limb| {
        u64::from_le_bytes(bytes[8 * limb..8 * limb + 8].try_into().unwrap())
    }))
}

/// Coordinates are in Montgomery form, as arkworks holds them.
fn coordinate(bytes: &[u8], index: usize) -> Fq {
    Fq::new_unchecked(limbs(&bytes[FIELD * index..]))
}

fn g1(bytes: &[u8]) -> G1Affine {
    if bytes.iter().all(|byte| *byte == 0) {
        return G1Affine::identity();
    }
    G1Affine::new_unchecked(coordinate(bytes, 0), coordinate(bytes, 1))
}

fn g2(bytes: &[u8]) -> G2Affine {
    if bytes.iter().all(|byte| *byte == 0) {
        return G2Affine::identity();
    }
    let part = |index| Fq2::new(coordinate(bytes, index), coordinate(bytes, index + 1));
    G2Affine::new_unchecked(part(0), part(2))
}

fn many_g1(bytes: &[u8]) -> Vec<G1Affine> {
    bytes.chunks(2 * FIELD).map(g1).collect()
}

impl Key {
    pub fn read(file: &[u8]) -> Self {
        let header = section(file, 2);
        let counts = 2 * (4 + FIELD);
        let inputs = u32_at(header, counts + 4) as usize + 1;
        let domain = u32_at(header, counts + 8) as usize;
        let points = &header[counts + 12..];
        let (one, two) = (2 * FIELD, 4 * FIELD);
        let [beta_1, beta_2, gamma_2, delta_1] =
            [one, 2 * one, 2 * one + two, 2 * one + 2 * two].map(|place| &points[place..]);
        let delta_2 = &points[3 * one + 2 * two..];
        Self {
            points: ProvingKey {
                vk: VerifyingKey {
                    alpha_g1: g1(&points[..one]),
                    beta_g2: g2(&beta_2[..two]),
                    gamma_g2: g2(&gamma_2[..two]),
                    delta_g2: g2(&delta_2[..two]),
                    gamma_abc_g1: many_g1(section(file, 3)),
                },
                beta_g1: g1(&beta_1[..one]),
                delta_g1: g1(&delta_1[..one]),
                a_query: many_g1(section(file, 5)),
                b_g1_query: many_g1(section(file, 6)),
                b_g2_query: section(file, 7).chunks(two).map(g2).collect(),
                l_query: many_g1(section(file, 8)),
                h_query: many_g1(section(file, 9)),
            },
            matrices: matrices(section(file, 4), domain),
            inputs,
            domain,
        }
    }
}

fn matrices(bytes: &[u8], domain: usize) -> Vec<Vec<Vec<(Fr, usize)>>> {
    let mut matrices = vec![vec![Vec::new(); domain]; 2];
    for entry in bytes[4..].chunks(12 + FIELD) {
        let [matrix, row, wire] = [0, 4, 8].map(|place| u32_at(entry, place) as usize);
        // The file has the coefficient times R twice, and arkworks holds it times R.
        let coefficient = Fr::new_unchecked(Fr::new_unchecked(limbs(&entry[12..])).into_bigint());
        matrices[matrix][row].push((coefficient, wire));
    }
    matrices
}

/// The values of all wires.
pub fn witness(file: &[u8]) -> Vec<Fr> {
    let values = section(file, 2).chunks(FIELD);
    values.map(|value| Fr::new(limbs(value))).collect()
}
