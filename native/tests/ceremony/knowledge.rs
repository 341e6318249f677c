use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};

use crate::hex;
use _native::ceremony::knowledge::{
    Generator, Knowledge, Seed, base, beacon_generator, expect_beacon, same_ratio,
};
use _native::ceremony::transcript::{Digest, Spoken, Transcript};
use _native::error::Error;
use _native::watch::Watch;

/// Drawn by ffjavascript 0.3.1 from the seed of words 0x01020304 times 1 to 8, in this order, twice.
const DRAWN: [(&str, &str, &str); 2] = [
    (
        "14070118789346495774926532540833700833811465705352683396794102733971962958535",
        "2996ef8be48e6cdea088003ed75c9b0f9de94d8cc6a8ab4fb85cd1ca4868e960244bba09a3a6153188fce1dc081ac73e171d977c2f5d38217edcb66af47b1edd",
        "92eff63d6c522c56c90400c00b164bbc66e7016678e828ca5eb9cc4d7087f2b613c4b184f5436718423081c7434e5334572c3bf43f005dc7f46af8ab534b0afa",
    ),
    (
        "19546113912445327246692127271199430091127751544702556472526925890666956288215",
        "14bec2e6470548d399f9f327b51da2b089a0fba93b622505be1a76ca68cbbbbe183526aeb6d1079c37b2bfa2fdb8b517f6dc1c7f4a177f3c0be49758e0ebb588",
        "1d2dfe9e44204de5ebde3f0429acad78ae63f3140ea6fe53ceeecc6321e6b0af03792065b4e3ce0542ca758b722e84847eabaf8efabc2a2845d9bec502b92c4c",
    ),
];

/// The first scalar of the beacon 0102030405060708 after 2^10 iterations, by snarkjs 0.7.6.
const BEACON_SCALAR: &str =
    "8834205091169146949048041917276893025040604346125787787096792733374337531705";

fn seed() -> Seed {
    let mut seed = Seed::default();
    for (word, bytes) in (1u32..).zip(seed.chunks_exact_mut(4)) {
        bytes.copy_from_slice(&(0x01020304 * word).to_be_bytes());
    }
    seed
}

fn challenge(said: u8) -> impl Fn(&G1Affine, &G1Affine) -> Digest {
    move |s, sx| {
        let mut transcript = Transcript::default();
        transcript.absorb(&[said]);
        transcript.absorb_point(s);
        transcript.absorb_point(sx);
        transcript.digest()
    }
}

#[test]
fn a_seed_draws_what_ffjavascript_draws() {
    let mut generator = Generator::of(&seed());
    for (scalar, g1, g2) in DRAWN {
        assert_eq!(generator.scalar().to_string(), scalar);
        assert_eq!(hex(&generator.g1().uncompressed()), g1);
        let in_g2 = generator.g2();
        assert_eq!(hex(&in_g2.compressed()), g2);
        assert!(in_g2.is_in_correct_subgroup_assuming_on_curve());
    }
}

#[test]
fn the_base_is_drawn_from_the_first_half_of_the_challenge() {
    let mut digest = [0; 64];
    digest[..32].copy_from_slice(seed().as_slice());
    let expected = Generator::of(&seed()).g2();
    assert_eq!(base(&digest), expected);
    digest[0] ^= 1;
    assert_ne!(base(&digest), expected);
}

#[test]
fn a_beacon_is_snarkjs() {
    let beacon = [1, 2, 3, 4, 5, 6, 7, 8];
    let watch = Watch::default();
    let mut generator = beacon_generator(&beacon, 10, &watch).expect("a beacon");
    assert_eq!(generator.scalar().to_string(), BEACON_SCALAR);
    let mut other = beacon_generator(&beacon, 11, &watch).expect("a beacon");
    assert_ne!(other.scalar().to_string(), BEACON_SCALAR);
    assert!(watch.stop());
    let stopped = beacon_generator(&beacon, 17, &watch).map(drop);
    assert!(matches!(stopped, Err(Error::Cancelled)));
}

#[test]
fn beacons_are_neither_empty_nor_quick_nor_endless() {
    assert!(expect_beacon(&[0; 255], 32).is_ok());
    assert!(matches!(expect_beacon(&[], 10), Err(Error::Argument(_))));
    assert!(matches!(
        expect_beacon(&[0; 256], 10),
        Err(Error::Argument(_))
    ));
    assert!(matches!(expect_beacon(&[0], 9), Err(Error::Argument(_))));
    assert!(matches!(
        expect_beacon(&[0], 33),
        Err(Error::ResourceLimit(_))
    ));
}

#[test]
fn fresh_generators_differ_even_with_the_same_entropy() {
    let drawn: Vec<_> = (0..3)
        .map(|_| *Generator::fresh(b"same").expect("randomness").scalar())
        .collect();
    assert!(drawn[0] != drawn[1] && drawn[1] != drawn[2] && drawn[0] != drawn[2]);
}

#[test]
fn a_proof_of_knowledge_holds_for_what_it_was_made_for() {
    let mut generator = Generator::of(&seed());
    let (secret, s) = (generator.scalar(), generator.g1());
    let proof = Knowledge::prove(&secret, s, challenge(1));
    let said = challenge(1)(&proof.g1_s, &proof.g1_sx);
    assert!(proof.holds(&said));
    let before = generator.g1();
    let after = (before * *secret).into_affine();
    assert!(proof.leads(&said, &before, &after));

    assert!(
        !proof.holds(&challenge(2)(&proof.g1_s, &proof.g1_sx)),
        "another transcript"
    );
    assert!(!proof.leads(&said, &before, &(after + before).into_affine()));
    let other = (before * *generator.scalar()).into_affine();
    for forged in [
        Knowledge {
            g1_s: other,
            ..proof
        },
        Knowledge {
            g1_sx: other,
            ..proof
        },
        Knowledge {
            g2_spx: -proof.g2_spx,
            ..proof
        },
        Knowledge {
            g2_spx: G2Affine::identity(),
            g1_sx: G1Affine::identity(),
            ..proof
        },
    ] {
        assert!(!forged.holds(&said));
    }
}

#[test]
fn infinity_is_in_no_ratio() {
    let (one, two) = (G1Affine::generator(), G2Affine::generator());
    let (no_one, no_two) = (G1Affine::identity(), G2Affine::identity());
    let times = |scalar: u64| {
        let scalar = Fr::from(scalar);
        ((one * scalar).into_affine(), (two * scalar).into_affine())
    };
    assert!(same_ratio((&one, &times(3).0), (&two, &times(3).1)));
    assert!(!same_ratio((&one, &times(3).0), (&two, &times(4).1)));
    assert!(!same_ratio((&no_one, &no_one), (&two, &times(4).1)));
    assert!(!same_ratio((&one, &no_one), (&two, &no_two)));
    assert!(!same_ratio((&no_one, &one), (&no_two, &two)));
}
