//! The memory bound at sizes where it counts: 64 MiB and four times the file, for files made to need the most.

use _native::error::Error;
use _native::formats::ptau::Ptau;
use _native::formats::r1cs::R1cs;
use _native::formats::{proof_json, verification_key_json, wtns};
use _native::groth16::InsecureKey;
use _native::watch::Watch;
use ark_bn254::{Fq, Fr, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{Field, PrimeField};

use crate::binary::{bytes_of, g1_bytes, g2_bytes};
use crate::campaign::LARGEST_FLOOR;
use crate::damage::outside;
use crate::measure::{peak_of, turn};
use crate::random::Random;
use crate::slots::sections;

/// Bytes of a file that is large enough for four times its size to outweigh 64 MiB.
const LARGE: usize = 48 << 20;

fn file(magic: &[u8; 4], version: u32, sections: &[(u32, Vec<u8>)]) -> Vec<u8> {
    let mut like = magic.to_vec();
    like.extend(version.to_le_bytes());
    crate::binary::joined(&like, sections)
}

fn prime(modulus: [u64; 4]) -> Vec<u8> {
    let limbs = modulus.into_iter().flat_map(u64::to_le_bytes);
    32u32.to_le_bytes().into_iter().chain(limbs).collect()
}

fn numbers(numbers: &[u32]) -> Vec<u8> {
    numbers
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect()
}

/// Read `bytes` within the law, and say how it went. Whoever calls this has the turn already, as files take memory too.
fn within_the_law<V>(
    bytes: &[u8],
    read: impl FnOnce(&[u8]) -> Result<V, Error>,
) -> Result<V, Error> {
    let (outcome, peak) = peak_of(|| read(bytes));
    let length = bytes.len();
    println!(
        "{peak} bytes for {length}, {:.2} times",
        peak as f64 / length as f64
    );
    assert!(
        peak <= LARGEST_FLOOR + 4 * length,
        "{peak} bytes for {length}"
    );
    outcome
}

fn r1cs_header(wires: u32, rows: u32) -> Vec<u8> {
    [
        prime(Fr::MODULUS.0),
        numbers(&[wires, 0, 0, 0, wires, 0, rows]),
    ]
    .concat()
}

#[test]
fn an_r1cs_of_empty_rows() {
    let _alone = turn();
    let rows = LARGE / 12;
    let sections = [(1, r1cs_header(1, rows as u32)), (2, vec![0; 12 * rows])];
    assert!(within_the_law(&file(b"r1cs", 1, &sections), R1cs::read).is_ok());
}

#[test]
fn an_r1cs_of_single_terms() {
    let _alone = turn();
    let term = [numbers(&[1, 0]), bytes_of(&[Fr::ONE.into_bigint()])].concat();
    let row = [term, numbers(&[0, 0])].concat();
    let rows = LARGE / row.len();
    let sections = [(1, r1cs_header(1, rows as u32)), (2, row.repeat(rows))];
    assert!(within_the_law(&file(b"r1cs", 1, &sections), R1cs::read).is_ok());
}

#[test]
fn a_wtns() {
    let _alone = turn();
    let values = LARGE / 32;
    let header = [prime(Fr::MODULUS.0), numbers(&[values as u32])].concat();
    let body = bytes_of(&[Fr::ONE.into_bigint()]).repeat(values);
    let witness = file(b"wtns", 2, &[(1, header), (2, body)]);
    assert!(within_the_law(&witness, wtns::read).is_ok());
}

/// A key over 2^18 rows with one coefficient in most of them, in both matrices.
#[test]
fn a_zkey_of_single_coefficients() {
    let _alone = turn();
    let domain = 1usize << 18;
    let one_wire = domain - 1;
    let (g1, g2) = (
        g1_bytes(&G1Affine::generator()),
        g2_bytes(&G2Affine::generator()),
    );
    let header = [
        prime(Fq::MODULUS.0),
        prime(Fr::MODULUS.0),
        numbers(&[1, 0, domain as u32]),
        g1.repeat(2),
        g2.repeat(2),
        g1.clone(),
        g2.clone(),
    ];
    // Twice in Montgomery form, as section 4 has it: the limbs of 2^256.
    let doubled = bytes_of(&[Fr::new(Fr::ONE.0).0]);
    let coefficient = |matrix, row| [numbers(&[matrix, row, 0]), doubled.clone()].concat();
    let mut coefficients = numbers(&[(2 * one_wire + 1) as u32]);
    for row in 0..one_wire as u32 {
        coefficients.extend(coefficient(0, row));
        coefficients.extend(coefficient(1, row));
    }
    coefficients.extend(coefficient(0, one_wire as u32));
    let sections = [
        (1, numbers(&[1])),
        (2, header.concat()),
        (3, g1.clone()),
        (4, coefficients),
        (5, g1.clone()),
        (6, g1.clone()),
        (7, g2),
        (8, Vec::new()),
        (9, g1.repeat(domain)),
        (10, vec![0; 68]),
    ];
    let read = within_the_law(&file(b"zkey", 1, &sections), |bytes| {
        InsecureKey::read(bytes, &Watch::default())
    });
    assert!(read.is_ok_and(|key| {
        key.sizes()
            .is_some_and(|sizes| sizes.constraints == one_wire)
    }));
}

/// Powers of tau whose points are all generators, which nobody contributed to.
fn ptau(power: u32) -> Vec<u8> {
    let rows = 1usize << power;
    let g1 = g1_bytes(&G1Affine::generator());
    let g2 = g2_bytes(&G2Affine::generator());
    let header = [prime(Fq::MODULUS.0), numbers(&[power, power])].concat();
    let sections = [
        (1, header),
        (2, g1.repeat(2 * rows - 1)),
        (3, g2.repeat(rows)),
        (4, g1.repeat(rows)),
        (5, g1.repeat(rows)),
        (6, g2.clone()),
        (7, numbers(&[0])),
        (12, g1.repeat(4 * rows - 1)),
        (13, g2.repeat(2 * rows - 1)),
        (14, g1.repeat(2 * rows - 1)),
        (15, g1.repeat(2 * rows - 1)),
    ];
    file(b"ptau", 1, &sections)
}

#[test]
fn a_ptau_of_many_points() {
    let _alone = turn();
    let read = within_the_law(&ptau(15), |bytes| Ptau::read(bytes, &Watch::default()));
    let insecure = read.is_err_and(|error| matches!(error, Error::SetupInsecure { .. }));
    assert!(insecure, "nobody contributed");
}

/// Few points are tested one by one, many in sums; neither lets one outside pass, and both say which it is.
#[test]
fn a_point_outside_the_subgroup_is_found_among_few_and_many() {
    let _alone = turn();
    let outside = g2_bytes(&outside(&mut Random::of_run(1, 1)));
    for power in [5, 6, 8] {
        let sound = ptau(power);
        let section = sections(&sound)[2];
        let count = (section.end - section.start) / outside.len();
        for index in [0, count / 2, count - 1] {
            let mut bytes = sound.clone();
            let at = section.start + index * outside.len();
            bytes[at..at + outside.len()].copy_from_slice(&outside);
            let Err(Error::ArtifactMalformed { offset, reason, .. }) =
                Ptau::read(&bytes, &Watch::default())
            else {
                panic!("accepted");
            };
            assert_eq!(offset, Some(at as u64));
            assert_eq!(
                reason,
                format!("tauG2 {index}: a point outside the subgroup of order r")
            );
        }
    }
}

/// Texts of the greatest length that is read, of nothing but small values.
#[test]
fn texts_of_small_values() {
    let _alone = turn();
    let length = 4 << 20;
    let members = |count: usize| {
        let members = (0..count).map(|index| format!("\"{index:x}\":0"));
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    };
    for text in [
        format!("[{}0]", "0,".repeat(length / 2 - 2)),
        format!("[{}0]", "[],".repeat(length / 3 - 2)),
        format!("[{}0]", "[\"\"],".repeat(length / 5 - 2)),
        format!("[{}0]", "{\"\":0},".repeat(length / 7 - 2)),
        members(262_000),
        members(380_000),
        format!("[\"{}\"]", "\\u00e4".repeat(length / 6 - 2)),
    ] {
        assert!(text.len() <= length);
        let public = within_the_law(text.as_bytes(), |_| proof_json::read_public(&text));
        assert!(matches!(public, Err(Error::ProofMalformed { .. })));
        let proof = within_the_law(text.as_bytes(), |_| proof_json::read_proof(&text));
        assert!(matches!(proof, Err(Error::ProofMalformed { .. })));
        let key = within_the_law(text.as_bytes(), |_| verification_key_json::read(&text));
        assert!(matches!(key, Err(Error::ArtifactMalformed { .. })));
    }
}

/// Every count of a header at its largest, on files of a kilobyte: refused before anything is made as large.
#[test]
fn headers_that_promise_the_most() {
    let _alone = turn();
    let most = u32::MAX;
    let tiny = |bytes: &[u8], refused: bool, peak: usize| {
        assert!(refused, "{} bytes promise too much", bytes.len());
        assert!(peak < 64 << 10, "{peak} bytes for {}", bytes.len());
    };
    let malformed = |error: Error| matches!(error, Error::ArtifactMalformed { .. });
    for power in [28, 29, 32, 63, 64, most] {
        let header = [prime(Fq::MODULUS.0), numbers(&[power, power])].concat();
        let powers = file(b"ptau", 1, &[(1, header), (2, vec![0; 1000])]);
        let (read, peak) = peak_of(|| Ptau::read(&powers, &Watch::default()));
        tiny(&powers, read.is_err_and(malformed), peak);
    }
    let circuit = file(
        b"r1cs",
        1,
        &[(1, r1cs_header(most, most)), (2, vec![0; 1000])],
    );
    let (read, peak) = peak_of(|| R1cs::read(&circuit));
    tiny(&circuit, read.is_err_and(malformed), peak);
    let row = file(
        b"r1cs",
        1,
        &[(1, r1cs_header(most, 1)), (2, numbers(&[most, most, most]))],
    );
    let (read, peak) = peak_of(|| R1cs::read(&row));
    tiny(&row, read.is_err_and(malformed), peak);
    let header = [prime(Fr::MODULUS.0), numbers(&[most])].concat();
    let witness = file(b"wtns", 2, &[(1, header), (2, vec![0; 1000])]);
    let (read, peak) = peak_of(|| wtns::read(&witness));
    tiny(&witness, read.is_err_and(malformed), peak);
    for counts in [
        [most, most - 1, 1 << 27],
        [most, 0, 1 << 27],
        [1, 0, 1 << 27],
        [1, 0, 1 << 31],
    ] {
        let header = [
            prime(Fq::MODULUS.0),
            prime(Fr::MODULUS.0),
            numbers(&counts),
            vec![0; 576],
        ];
        let bodies = (3..=10).map(|number| (number, vec![0; 64]));
        let sections: Vec<_> = [(1, numbers(&[1])), (2, header.concat())]
            .into_iter()
            .chain(bodies)
            .collect();
        let key = file(b"zkey", 1, &sections);
        let (read, peak) = peak_of(|| InsecureKey::read(&key, &Watch::default()));
        tiny(&key, read.is_err_and(malformed), peak);
    }
}
