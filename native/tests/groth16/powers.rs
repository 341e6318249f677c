//! Powers of tau that each test writes itself, and those of snarkjs from the fuzzer's corpus.

fn read(bytes: &[u8]) -> Result<Ptau, Error> {
    Ptau::read(bytes, &Watch::default())
}

use crate::{file, section};
use _native::error::Error;
use _native::formats::ptau::Ptau;
use _native::watch::Watch;
use ark_bn254::{Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, FftField, Field, PrimeField};

fn g1(scalar: Fr) -> G1Affine {
    (G1Affine::generator() * scalar).into_affine()
}

fn g2(scalar: Fr) -> G2Affine {
    (G2Affine::generator() * scalar).into_affine()
}

fn montgomery(coordinates: &[Fq]) -> Vec<u8> {
    coordinates
        .iter()
        .flat_map(|coordinate| coordinate.0.0)
        .flat_map(u64::to_le_bytes)
        .collect()
}

fn g1_bytes(scalars: impl IntoIterator<Item = Fr>) -> Vec<u8> {
    let bytes = |scalar| {
        let (x, y) = g1(scalar).xy().unwrap_or((Fq::ZERO, Fq::ZERO));
        montgomery(&[x, y])
    };
    scalars.into_iter().flat_map(bytes).collect()
}

fn g2_bytes(scalars: impl IntoIterator<Item = Fr>) -> Vec<u8> {
    let bytes = |scalar| {
        let (x, y): (Fq2, Fq2) = g2(scalar).xy().unwrap_or_default();
        montgomery(&[x.c0, x.c1, y.c0, y.c1])
    };
    scalars.into_iter().flat_map(bytes).collect()
}

/// A ceremony whose secrets the test knows, with a place for each lie.
struct Ceremony {
    power: u32,
    ceremony_power: u32,
    start: [Fr; 2],
    tau: [Fr; 2],
    alpha: Fr,
    beta: [Fr; 2],
    contributions: u32,
    kind: u32,
    name_size: u32,
    trailing: usize,
    left_by_the_last: Fr,
}

impl Ceremony {
    fn honest() -> Self {
        Self {
            power: 2,
            ceremony_power: 3,
            start: [Fr::ONE; 2],
            tau: [Fr::from(5u64); 2],
            alpha: Fr::from(7u64),
            beta: [Fr::from(11u64); 2],
            contributions: 2,
            kind: 0,
            name_size: 3,
            trailing: 0,
            left_by_the_last: Fr::ONE,
        }
    }

    fn contribution(&self, factor: Fr) -> Vec<u8> {
        let ([tau_g1, tau_g2], [beta_g1, beta_g2]) = (self.tau, self.beta);
        let mut bytes = g1_bytes([tau_g1 * factor]);
        bytes.extend(g2_bytes([tau_g2]));
        bytes.extend(g1_bytes([self.alpha, beta_g1]));
        bytes.extend(g2_bytes([beta_g2]));
        bytes.extend(g1_bytes([Fr::from(2u64); 6]));
        bytes.extend(g2_bytes([Fr::from(3u64); 3]));
        bytes.extend([0; 280]);
        bytes.extend(self.kind.to_le_bytes());
        bytes.extend(self.name_size.to_le_bytes());
        bytes.extend(b"\x01\x01z");
        bytes
    }

    fn written(&self) -> Vec<u8> {
        let rows = 1u64 << self.power.min(4);
        let limbs = Fq::MODULUS.0.into_iter().flat_map(u64::to_le_bytes);
        let mut header: Vec<u8> = 32u32.to_le_bytes().into_iter().chain(limbs).collect();
        header.extend(self.power.to_le_bytes());
        header.extend(self.ceremony_power.to_le_bytes());
        let powers = |start: Fr, tau: Fr, count: u64| (0..count).map(move |i| start * tau.pow([i]));
        let mut contributions = self.contributions.to_le_bytes().to_vec();
        for index in 1..=self.contributions.min(2) {
            // The first left something else; only the last one counts.
            let last = index == self.contributions.min(2);
            let factor = if last {
                self.left_by_the_last
            } else {
                Fr::from(9u64)
            };
            contributions.extend(self.contribution(factor));
        }
        contributions.extend(vec![0; self.trailing]);
        file(
            b"ptau",
            1,
            &[
                section(1, &header),
                section(
                    2,
                    &g1_bytes(powers(self.start[0], self.tau[0], 2 * rows - 1)),
                ),
                section(3, &g2_bytes(powers(self.start[1], self.tau[1], rows))),
                section(4, &g1_bytes(powers(self.alpha, self.tau[0], rows))),
                section(5, &g1_bytes(powers(self.beta[0], self.tau[0], rows))),
                section(6, &g2_bytes([self.beta[1]])),
                section(7, &contributions),
            ],
        )
    }
}

type Lie = (&'static str, fn(&mut Ceremony));

#[test]
fn an_honest_ceremony_is_read() {
    let ptau = read(&Ceremony::honest().written()).expect("sound powers");
    assert_eq!(
        (ptau.power, ptau.ceremony_power, ptau.contributions),
        (2, 3, 2)
    );
    let powers: Vec<G1Affine> = (0..7u64).map(|i| g1(Fr::from(5u64).pow([i]))).collect();
    assert_eq!(ptau.tau_g1, powers);
    assert_eq!(ptau.tau_g2[3], g2(Fr::from(125u64)));
    assert_eq!(ptau.alpha_tau_g1[1], g1(Fr::from(35u64)));
    assert_eq!(ptau.beta_tau_g1[2], g1(Fr::from(275u64)));
    assert_eq!(ptau.beta_g2, g2(Fr::from(11u64)));
    assert!(!ptau.prepared());
}

#[test]
fn powers_whose_secrets_are_known_or_disagree_are_insecure() {
    let lies: [Lie; 14] = [
        ("contributions", |lie| lie.contributions = 0),
        ("contributions", |lie| lie.left_by_the_last = Fr::from(2u64)),
        ("tauG1", |lie| lie.tau = [Fr::ZERO; 2]),
        ("tauG1", |lie| lie.tau = [Fr::ONE; 2]),
        ("tauG1", |lie| lie.tau = [-Fr::ONE; 2]),
        // Roots of unity of the order of the domain and of twice that.
        ("tauG1", |lie| {
            lie.tau = [Fr::get_root_of_unity(4).expect("a root"); 2]
        }),
        ("tauG1", |lie| {
            lie.tau = [Fr::get_root_of_unity(8).expect("a root"); 2]
        }),
        ("tauG1", |lie| lie.start[0] = Fr::from(2u64)),
        ("tauG2", |lie| lie.start[1] = Fr::from(2u64)),
        ("tauG2", |lie| lie.tau[1] = Fr::from(6u64)),
        ("alphaTauG1", |lie| lie.alpha = Fr::ZERO),
        ("alphaTauG1", |lie| lie.alpha = -Fr::ONE),
        ("betaTauG1", |lie| lie.beta = [Fr::ONE; 2]),
        ("betaG2", |lie| lie.beta[1] = Fr::from(12u64)),
    ];
    for (index, (expected, change)) in lies.into_iter().enumerate() {
        let mut ceremony = Ceremony::honest();
        change(&mut ceremony);
        match read(&ceremony.written()) {
            Err(Error::SetupInsecure { element, .. }) => {
                assert_eq!(element, expected, "lie {index}")
            }
            other => panic!("lie {index} about {expected}: {:?}", other.err()),
        }
    }
    // A root of unity of an order that no domain of the file has is a secret like any other.
    let mut ceremony = Ceremony::honest();
    ceremony.tau = [Fr::get_root_of_unity(16).expect("a root"); 2];
    assert!(read(&ceremony.written()).is_ok());
}

#[test]
fn counts_and_kinds_that_cannot_be_are_malformed() {
    let lies: [Lie; 9] = [
        ("power 0", |lie| lie.power = 0),
        ("power 29", |lie| lie.power = 29),
        ("power 4294967295", |lie| lie.power = u32::MAX),
        ("from a ceremony of power 1", |lie| lie.ceremony_power = 1),
        ("from a ceremony of power 29", |lie| lie.ceremony_power = 29),
        ("unknown kind 2", |lie| lie.kind = 2),
        ("bytes expected", |lie| lie.name_size = u32::MAX),
        ("contributions do not fit", |lie| {
            lie.contributions = u32::MAX
        }),
        ("more than expected", |lie| lie.trailing = 1),
    ];
    for (expected, change) in lies {
        let mut ceremony = Ceremony::honest();
        change(&mut ceremony);
        match read(&ceremony.written()) {
            Err(Error::ArtifactMalformed { reason, .. }) => {
                assert!(reason.contains(expected), "{reason}, not {expected}");
            }
            other => panic!("{expected}: {:?}", other.err()),
        }
    }
}

#[test]
fn a_header_for_2_to_the_28_rows_is_refused_at_once() {
    let mut ceremony = Ceremony::honest();
    (ceremony.power, ceremony.ceremony_power) = (28, 28);
    let bytes = ceremony.written();
    let refused = read(&bytes[..1024]);
    assert!(matches!(refused, Err(Error::ArtifactMalformed { .. })));
    let Err(Error::ArtifactMalformed { reason, .. }) = read(&bytes) else {
        panic!("accepted");
    };
    assert!(
        reason.starts_with("536870911 tauG1 of 64 bytes expected"),
        "{reason}"
    );
}

#[test]
fn powers_on_another_curve_are_refused_by_its_name() {
    let modulus = "4002409555221667393417789825735904156556882819939007885332058136124031650490837864442687629129015664037894272559787";
    let modulus: num_bigint::BigUint = modulus.parse().expect("a number");
    let header = [
        &48u32.to_le_bytes()[..],
        &modulus.to_bytes_le(),
        &[1, 0, 0, 0, 1, 0, 0, 0],
    ]
    .concat();
    let Err(error) = read(&file(b"ptau", 1, &[section(1, &header)])) else {
        panic!("accepted");
    };
    assert!(error.to_string().contains("bls12381"), "{error}");
}

#[test]
fn the_prepared_powers_of_snarkjs_are_lagrange_polynomials_at_tau() {
    let ptau = read(include_bytes!("../fuzz/corpus/ptau/prepared2.ptau")).expect("sound powers");
    let lagrange = ptau.lagrange_for(4).expect("prepared for four rows");
    for power in 0..=ptau.power + 1 {
        // The sum of w^i L_i over the n-th roots w^i is X itself where n > 1, and L_0 is 1 where n is 1.
        let (n, root) = (
            1usize << power,
            Fr::get_root_of_unity(1 << power).expect("a root"),
        );
        let roots: Vec<Fr> = (0..n as u64).map(|i| root.pow([i])).collect();
        let first = usize::from(power > 0);
        let in_g1 = |points: &[G1Affine]| {
            let level = points[n - 1..2 * n - 1].iter().zip(&roots);
            level
                .map(|(point, root)| *point * root)
                .sum::<ark_bn254::G1Projective>()
        };
        assert_eq!(in_g1(&lagrange.tau_g1), ptau.tau_g1[first]);
        if power > ptau.power {
            continue;
        }
        assert_eq!(in_g1(&lagrange.alpha_tau_g1), ptau.alpha_tau_g1[first]);
        assert_eq!(in_g1(&lagrange.beta_tau_g1), ptau.beta_tau_g1[first]);
        let level = lagrange.tau_g2[n - 1..2 * n - 1].iter().zip(&roots);
        let sum: ark_bn254::G2Projective = level.map(|(point, root)| *point * root).sum();
        assert_eq!(sum, ptau.tau_g2[first]);
    }
}

#[test]
fn a_setup_is_told_what_its_powers_lack() {
    let mismatch = |result: Result<_, Error>, expected: &str| match result {
        Err(Error::ArtifactMismatch(reason)) => assert!(reason.contains(expected), "{reason}"),
        other => panic!("{:?}", other.err()),
    };
    let ptau = read(&Ceremony::honest().written()).expect("sound powers");
    mismatch(ptau.lagrange_for(5).map(|_| ()), "take a file of power 3");
    mismatch(
        ptau.lagrange_for(usize::MAX).map(|_| ()),
        "take a file of power 64",
    );
    mismatch(
        ptau.lagrange_for(1 << 20).map(|_| ()),
        "take a file of power 20",
    );
    mismatch(ptau.lagrange_for(4).map(|_| ()), "not prepared for phase 2");
    let beacon = read(include_bytes!("../fuzz/corpus/ptau/beacon1.ptau")).expect("sound powers");
    assert_eq!((beacon.contributions, beacon.prepared()), (2, false));
    let new = read(include_bytes!("../fuzz/corpus/ptau/new1.ptau"));
    assert!(matches!(
        new,
        Err(Error::SetupInsecure {
            element: "contributions",
            ..
        })
    ));
}

#[test]
fn powers_that_are_half_prepared_are_malformed() {
    let bytes = include_bytes!("../fuzz/corpus/ptau/prepared1.ptau");
    let count = bytes[8];
    // Without its last section, number 15: 3 points of 64 bytes after a head of 12.
    let mut cut = bytes[..bytes.len() - 3 * 64 - 12].to_vec();
    cut[8] = count - 1;
    let Err(Error::ArtifactMalformed { reason, .. }) = read(&cut) else {
        panic!("accepted");
    };
    assert_eq!(reason, "section 15 (lagrangeBetaTauG1) is missing");
}
