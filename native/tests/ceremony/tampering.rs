//! Powers of tau of which something was changed.

use std::fs;

use _native::ceremony::knowledge::{base, beacon_generator};
use _native::ceremony::powers;
use _native::ceremony::powers_first::first_challenge;
use _native::ceremony::transcript::Transcript;
use _native::error::Error;
use _native::formats::points::BinaryPoint;
use ark_bn254::G1Affine;
use ark_ec::CurveGroup;
use rayon::prelude::*;

use crate::files::*;

/// What a verifier says: all that anybody is told.
fn told(bytes: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let report = verified(bytes).ok()?;
    let each = report.contributions.into_iter();
    Some(
        each.map(|(author, hash)| (author.name, hash.to_vec()))
            .collect(),
    )
}

/// Bytes of the contributions by what happens when one bit of them is flipped.
#[derive(Default)]
struct Flipped {
    refused: usize,
    seen: Vec<usize>,
    unseen: Vec<usize>,
}

impl Flipped {
    fn every(bytes: &[u8], stride: usize) -> Self {
        let honest = told(bytes).expect("sound powers");
        let range = section(bytes, 7);
        let flips: Vec<_> = range.step_by(stride).collect();
        let told = flips.par_iter().map(|at| {
            let mut flipped = bytes.to_vec();
            flipped[*at] ^= 1;
            (*at, told(&flipped))
        });
        let mut found = Self::default();
        for (at, told) in told.collect::<Vec<_>>() {
            match told {
                None => found.refused += 1,
                Some(told) if told != honest => found.seen.push(at),
                Some(_) => found.unseen.push(at),
            }
        }
        found
    }
}

/// But for those that no hash takes in: what lies behind the bytes in use of the hash state.
#[test]
fn every_flipped_byte_of_a_contribution_is_refused() {
    let folder = Folder::of("flips");
    let (old, new) = (folder.file("old.ptau"), folder.file("new.ptau"));
    fs::write(&old, NEW).expect("written");
    powers::contribute(&old, &new, "", b"", &watch()).expect("written");
    let bytes = read(&new);
    let found = Flipped::every(&bytes, stride(5));
    // But for those that no hash takes in: what lies in the hash state's block behind the bytes in use.
    let unused = unused_bytes(&bytes);
    let unseen = &found.unseen;
    assert!(unseen.iter().all(|at| unused.contains(at)), "{unseen:?}");
    assert!(found.seen.is_empty(), "{:?}", found.seen);
    assert!(found.refused > 0 && !unseen.is_empty());
}

/// From one byte that is flipped to the next; `make test-deep` takes 1.
fn stride(usual: usize) -> usize {
    let asked = std::env::var("ZKDATA_CEREMONY_STRIDE");
    asked.map_or(usual, |stride| stride.parse().expect("a stride"))
}

#[test]
fn a_flipped_byte_of_a_ceremony_is_refused_or_seen() {
    let folder = Folder::of("ceremony-flips");
    let bytes = ceremony(&folder, 1);
    let found = Flipped::every(&bytes, stride(41));
    let unused = unused_bytes(&bytes);
    assert!(
        found.unseen.iter().all(|at| unused.contains(at)),
        "{:?}",
        found.unseen
    );
    // Of the states before the last one no other part of the file says the hash so far, and the last power of beta at
    // its end: their flips are seen in the contribution's hash. Those of a name are seen in the name.
    let states = states(&bytes);
    let in_states = |at: &usize| {
        let mut earlier = states[..states.len() - 1].iter();
        earlier.any(|start| {
            (*start..start + 32).contains(at) || (start + 128..start + 192).contains(at)
        })
    };
    let range = section(&bytes, 7);
    let name = range.start
        + bytes[range.clone()]
            .windows(4)
            .position(|four| four == "Zoë".as_bytes())
            .expect("a name");
    for at in found.seen {
        assert!(
            in_states(&at) || (name..name + 4).contains(&at),
            "byte {at}"
        );
    }
}

/// The points of a contribution, in their order: whether they are in G2.
const RECORD: [bool; 14] = [
    false, true, false, false, true, false, false, false, false, false, false, true, true, true,
];

#[test]
fn every_point_of_a_contribution_matters() {
    let folder = Folder::of("points");
    let bytes = ceremony(&folder, 1);
    let start = section(&bytes, 7).start + 4;
    // beta of the last contribution, in both groups.
    let last = section(&bytes, 5).start;
    let others = [last, section(&bytes, 6).start];
    let mut at = start;
    for (place, in_g2) in RECORD.into_iter().enumerate() {
        let size = if in_g2 { 128 } else { 64 };
        let mut planted = bytes.clone();
        let other = others[usize::from(in_g2)];
        planted.copy_within(other..other + size, at);
        match verified(&planted) {
            Err(Error::SetupInsecure { reason, .. }) => {
                assert!(
                    reason.starts_with("contribution 1:"),
                    "point {place}: {reason}"
                );
            }
            other => panic!("point {place}: {:?}", other.err()),
        }
        at += size;
    }
}

#[test]
fn who_does_not_prove_to_know_alpha_is_refused() {
    // A participant's secrets that are known: a beacon's, which then says that it is none.
    let folder = Folder::of("alpha");
    let (old, known, next) = (
        folder.file("old.ptau"),
        folder.file("known.ptau"),
        folder.file("next.ptau"),
    );
    fs::write(&old, NEW).expect("written");
    powers::beacon(&old, &known, "", &[7], 10, &watch()).expect("written");
    let mut generator = beacon_generator(&[7], 10, &watch()).expect("a beacon");
    let [_, alpha, _] = [generator.scalar(), generator.scalar(), generator.scalar()];
    let bytes = read(&known);
    let section_7 = section(&bytes, 7);
    let mut record = bytes[section_7.start..section_7.start + 4 + 1216 + 280].to_vec();
    record.extend([0; 8]);
    let accepted = with_contributions(&bytes, &record);
    fs::write(&old, &accepted).expect("written");
    powers::contribute(&old, &next, "", b"", &watch()).expect("written");
    verified(&read(&next)).expect("secrets that were known, whoever says so");

    // s and another multiple of it, with the base that they choose times alpha: alpha goes on, and nothing is proved.
    let place = |point: usize| 4 + 448 + 64 * point;
    let s = G1Affine::decode(&record[place(2)..place(3)]).expect("a point");
    let wrong = (s + s).into_affine();
    let mut transcript = Transcript::default();
    transcript.absorb(&[1]);
    transcript.absorb(&first_challenge(1));
    transcript.absorb_point(&s);
    transcript.absorb_point(&wrong);
    let g2_spx = (base(&transcript.digest()) * *alpha).into_affine();
    for (at, point) in [
        (place(3), encoded(&wrong)),
        (4 + 832 + 128, encoded(&g2_spx)),
    ] {
        record[at..at + point.len()].copy_from_slice(&point);
    }
    fs::write(&old, with_contributions(&accepted, &record)).expect("written");
    powers::contribute(&old, &next, "", b"", &watch()).expect("written");
    match verified(&read(&next)) {
        Err(Error::SetupInsecure { reason, .. }) => {
            assert!(
                reason.contains("contribution 1: its proof of knowledge of alpha"),
                "{reason}"
            );
        }
        other => panic!("{:?}", other.err()),
    }
}

fn encoded<G: BinaryPoint>(point: &G) -> Vec<u8> {
    let mut bytes = Vec::new();
    point.encode(&mut bytes);
    bytes
}

/// The same powers with these contributions, which are the file's last section.
fn with_contributions(bytes: &[u8], contributions: &[u8]) -> Vec<u8> {
    let range = section(bytes, 7);
    let mut changed = bytes[..range.start - 8].to_vec();
    changed.extend((contributions.len() as u64).to_le_bytes());
    changed.extend(contributions);
    changed
}

#[test]
fn every_point_that_is_exchanged_is_found() {
    let folder = Folder::of("planted");
    let steps = ["new", "one", "prepared"].map(|step| folder.file(step));
    powers::new(&steps[0], 2, &watch()).expect("written");
    powers::contribute(&steps[0], &steps[1], "", b"", &watch()).expect("written");
    powers::prepare(&steps[1], &steps[2], &watch()).expect("written");
    let bytes = read(&steps[2]);
    verified(&bytes).expect("sound powers");
    for (number, size) in [
        (2, 64),
        (3, 128),
        (4, 64),
        (5, 64),
        (6, 128),
        (12, 64),
        (13, 128),
        (14, 64),
        (15, 64),
    ] {
        let range = section(&bytes, number);
        let points: Vec<usize> = range.clone().step_by(size).collect();
        for at in &points {
            // Another point of the same group, sound by itself.
            let other = if size == 64 {
                section(&bytes, 2).start + 64 * 3
            } else {
                section(&bytes, 3).start + 128 * 2
            };
            let mut planted = bytes.clone();
            planted.copy_within(other..other + size, *at);
            if planted == bytes {
                continue;
            }
            assert!(
                matches!(verified(&planted), Err(Error::SetupInsecure { .. })),
                "section {number}, byte {at}"
            );
        }
    }
}

#[test]
fn hashes_alone_do_not_make_powers() {
    // The ratios are checked where no hash can be: in powers cut from a larger ceremony.
    let folder = Folder::of("cut");
    let bytes = ceremony(&folder, 3);
    let cut = cut_to(&bytes, 2);
    let report = verified(&cut).expect("sound powers");
    assert_eq!((report.power, report.ceremony_power), (2, 3));
    for (number, size, element) in [
        (2, 64, "tauG1"),
        (3, 128, "tauG2"),
        (4, 64, "alphaTauG1"),
        (5, 64, "betaTauG1"),
        (12, 64, "lagrangeTauG1"),
        (13, 128, "lagrangeTauG2"),
        (14, 64, "lagrangeAlphaTauG1"),
        (15, 64, "lagrangeBetaTauG1"),
    ] {
        let range = section(&cut, number);
        let mut planted = cut.clone();
        let last = range.end - size;
        planted.copy_within(range.start + 2 * size..range.start + 3 * size, last);
        match verified(&planted) {
            Err(Error::SetupInsecure { element: found, .. }) => assert_eq!(found, element),
            other => panic!("section {number}: {:?}", other.err()),
        }
    }
    // Another ceremony's contributions, each of them sound.
    let other = cut_to(&ceremony(&folder, 3), 2);
    let mut mixed = cut.clone();
    let range = section(&cut, 7);
    mixed[range.clone()].copy_from_slice(&other[range]);
    match verified(&mixed) {
        Err(Error::SetupInsecure { reason, .. }) => {
            assert_eq!(reason, "the last one did not leave these powers");
        }
        other => panic!("{:?}", other.err()),
    }
    let (old, new) = (folder.file("cut.ptau"), folder.file("new.ptau"));
    fs::write(&old, &cut).expect("written");
    let refused = powers::contribute(&old, &new, "late", b"", &watch());
    assert!(matches!(refused, Err(Error::ArtifactMismatch(_))));
    assert!(!new.exists());
    powers::prepare(&old, &new, &watch()).expect("written");
    verified(&read(&new)).expect("sound powers");
}

/// The first powers of a prepared file, as a prepared file of their own.
fn cut_to(bytes: &[u8], power: u32) -> Vec<u8> {
    let rows = 1usize << power;
    let mut cut = bytes[..12].to_vec();
    for (number, size) in [
        (1, usize::MAX),
        (2, 64 * (2 * rows - 1)),
        (3, 128 * rows),
        (4, 64 * rows),
        (5, 64 * rows),
        (6, 128),
        (7, usize::MAX),
        (12, 64 * (4 * rows - 1)),
        (13, 128 * (2 * rows - 1)),
        (14, 64 * (2 * rows - 1)),
        (15, 64 * (2 * rows - 1)),
    ] {
        let whole = &bytes[section(bytes, number)];
        let mut part = whole[..size.min(whole.len())].to_vec();
        if number == 1 {
            part[36..40].copy_from_slice(&power.to_le_bytes());
        }
        cut.extend(u32::to_le_bytes(number));
        cut.extend((part.len() as u64).to_le_bytes());
        cut.extend(part);
    }
    cut
}

#[test]
fn sections_that_do_not_belong_there_are_refused() {
    let mut extra = CONTRIBUTED.to_vec();
    extra[8] += 1;
    extra.extend(16u32.to_le_bytes());
    extra.extend(1u64.to_le_bytes());
    extra.push(0);
    let Err(Error::ArtifactMalformed { reason, .. }) = verified(&extra) else {
        panic!("accepted");
    };
    assert!(reason.contains("section 16"), "{reason}");
}
