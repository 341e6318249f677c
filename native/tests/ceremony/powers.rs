//! Phase 1 in files, ours beside those of snarkjs.

use std::fs;

use _native::ceremony::knowledge::MOST_ITERATIONS;
use _native::ceremony::powers;
use _native::ceremony::powers_first::first_challenge;
use _native::ceremony::transcript::Transcript;
use _native::error::Error;
use _native::formats::parameters::Kind;
use ark_bn254::{G1Affine, G2Affine};
use ark_ec::AffineRepr;

use crate::files::*;

#[test]
fn the_first_challenge_is_the_hash_of_a_new_file() {
    // The largest takes minutes; a contribution of Hermez' ceremony, which answers it, is verified in tests/proof.
    let asked = std::env::var("ZKDATA_FIRST_CHALLENGES");
    let most = asked.map_or(10, |most| most.parse().expect("a power"));
    for power in 1..=most {
        let (one_1, one_2) = (G1Affine::generator(), G2Affine::generator());
        let rows = 1 << power;
        let mut transcript = Transcript::default();
        transcript.absorb(&Transcript::default().digest());
        (1..2 * rows).for_each(|_| transcript.absorb_point(&one_1));
        (0..rows).for_each(|_| transcript.absorb_point(&one_2));
        (0..2 * rows).for_each(|_| transcript.absorb_point(&one_1));
        transcript.absorb_point(&one_2);
        assert_eq!(first_challenge(power), transcript.digest(), "power {power}");
    }
    // snarkjs 0.7.6 prints it when it makes a new file of power 14.
    for power in 11..=28 {
        assert!(
            first_challenge(power).iter().any(|byte| *byte != 0),
            "power {power}"
        );
    }
}

#[test]
fn files_of_snarkjs_verify() {
    for (bytes, count, prepared) in [
        (CONTRIBUTED, 1, false),
        (BEACON, 2, false),
        (PREPARED[0], 1, true),
        (PREPARED[1], 1, true),
    ] {
        let report = verified(bytes).expect("sound powers");
        assert_eq!(
            (report.contributions.len(), report.prepared),
            (count, prepared)
        );
    }
    match verified(NEW) {
        Err(Error::SetupInsecure { element, .. }) => assert_eq!(element, "contributions"),
        other => panic!("{:?}", other.err()),
    }
}

#[test]
fn a_new_file_is_that_of_snarkjs() {
    let folder = Folder::of("new");
    let path = folder.file("new.ptau");
    let challenge = powers::new(&path, 1, &watch()).expect("written");
    assert_eq!(
        (read(&path).as_slice(), challenge),
        (NEW, first_challenge(1))
    );
    for power in [0, 29, u32::MAX] {
        let refused = powers::new(&path, power, &watch());
        assert!(matches!(refused, Err(Error::Argument(_))), "power {power}");
    }
}

#[test]
fn a_beacon_makes_what_snarkjs_makes_of_it() {
    let folder = Folder::of("beacon");
    let (old, new) = (folder.file("old.ptau"), folder.file("new.ptau"));
    fs::write(&old, CONTRIBUTED).expect("written");
    let theirs = verified(BEACON).expect("sound powers");
    let (author, hash) = &theirs.contributions[1];
    let Kind::Beacon { beacon, iterations } = &author.kind else {
        panic!("a beacon");
    };
    let ours = powers::beacon(&old, &new, &author.name, beacon, *iterations, &watch());
    assert_eq!(ours.expect("written"), *hash);
    let ours = read(&new);
    // Behind the bytes in use, the hash state of snarkjs has what was there before.
    let unused = unused_bytes(BEACON);
    assert_eq!(ours.len(), BEACON.len());
    for (at, (ours, theirs)) in ours.iter().zip(BEACON).enumerate() {
        assert!(ours == theirs || unused.contains(&at), "byte {at}");
    }
}

#[test]
fn prepared_sections_are_those_of_snarkjs() {
    let folder = Folder::of("prepare");
    let (old, new) = (folder.file("old.ptau"), folder.file("new.ptau"));
    for theirs in PREPARED {
        fs::write(&old, theirs).expect("written");
        powers::prepare(&old, &new, &watch()).expect("written");
        assert!(read(&new) == theirs);
    }
    fs::write(&old, NEW).expect("written");
    let refused = powers::prepare(&old, &new, &watch());
    assert!(matches!(refused, Err(Error::SetupInsecure { .. })));
    assert!(read(&new) == PREPARED[1], "the file that was there");
}

#[test]
fn a_ceremony_of_ours_verifies() {
    let folder = Folder::of("ours");
    for power in [1, 2, 5] {
        ceremony(&folder, power);
    }
}

#[test]
fn contributions_that_cannot_be_are_refused() {
    let folder = Folder::of("refused");
    let (old, new) = (folder.file("old.ptau"), folder.file("new.ptau"));
    fs::write(&old, NEW).expect("written");
    let long = "é".repeat(65);
    assert!(matches!(
        powers::contribute(&old, &new, &long, b"", &watch()),
        Err(Error::Argument(_))
    ));
    powers::contribute(&old, &new, &"é".repeat(64), b"", &watch()).expect("written");
    let before = read(&new);
    for (beacon, iterations) in [(vec![], 10), (vec![1; 256], 10), (vec![1; 32], 9)] {
        let refused = powers::beacon(&old, &new, "", &beacon, iterations, &watch());
        assert!(matches!(refused, Err(Error::Argument(_))));
    }
    let refused = powers::beacon(&old, &new, "", &[1], MOST_ITERATIONS + 1, &watch());
    assert!(matches!(refused, Err(Error::ResourceLimit(_))));
    let refused = powers::contribute(&old, &old, "", b"", &watch());
    assert!(matches!(refused, Err(Error::ArtifactMalformed { .. })));
    // What another left in the place of these powers.
    let mut mixed = CONTRIBUTED.to_vec();
    let (theirs, ours) = (section(&before, 2), section(&mixed, 2));
    mixed[ours].copy_from_slice(&before[theirs]);
    fs::write(&old, &mixed).expect("written");
    assert!(matches!(
        powers::contribute(&old, &new, "", b"", &watch()),
        Err(Error::SetupInsecure { .. })
    ));
    assert!(read(&new) == before && read(&old) == mixed);
}

#[test]
fn contributions_differ_whatever_is_mixed_in() {
    let folder = Folder::of("fresh");
    let (old, new) = (folder.file("old.ptau"), folder.file("new.ptau"));
    fs::write(&old, NEW).expect("written");
    let mut hashes = Vec::new();
    for entropy in [&b""[..], b"", b"same", b"same"] {
        hashes.push(powers::contribute(&old, &new, "", entropy, &watch()).expect("written"));
    }
    hashes.sort_unstable();
    hashes.dedup();
    assert_eq!(hashes.len(), 4);
}
