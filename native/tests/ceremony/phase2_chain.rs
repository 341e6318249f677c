//! What each field of the transcript is good for: a second transcript that can leave fields out, and the forgeries that
//! would pass without them.

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::Field as _;

use _native::ceremony::knowledge::Knowledge;
use _native::ceremony::phase2_chain::{Chain, expect_beacons};
use _native::ceremony::transcript::{Digest, Transcript};
use _native::error::Error;
use _native::formats::contributions::{Contribution, Contributions};
use _native::formats::parameters::{Author, Kind};
use _native::watch::Watch;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Field {
    CircuitHash,
    Delta,
    S,
    Sx,
    Spx,
    Transcript,
    OwnS,
    OwnSx,
}

use Field::{CircuitHash, Delta, OwnS, OwnSx, S, Spx, Sx};

/// What the base of the proof of record `index` is drawn from, but for some fields.
fn challenge(said: &Contributions, index: usize, own: [&G1Affine; 2], without: &[Field]) -> Digest {
    let mut transcript = Transcript::default();
    let mut say = |field: Field, act: &dyn Fn(&mut Transcript)| {
        if !without.contains(&field) {
            act(&mut transcript);
        }
    };
    say(CircuitHash, &|all| all.absorb(&said.circuit_hash));
    for record in &said.list[..index] {
        let proof = &record.knowledge;
        say(Delta, &|all| all.absorb_point(&record.delta_1));
        say(S, &|all| all.absorb_point(&proof.g1_s));
        say(Sx, &|all| all.absorb_point(&proof.g1_sx));
        say(Spx, &|all| all.absorb_point(&proof.g2_spx));
        say(Field::Transcript, &|all| all.absorb(&record.transcript));
    }
    say(OwnS, &|all| all.absorb_point(own[0]));
    say(OwnSx, &|all| all.absorb_point(own[1]));
    transcript.digest()
}

/// The challenge of a record as it stands.
fn of_record(said: &Contributions, index: usize, without: &[Field]) -> Digest {
    let proof = &said.list[index].knowledge;
    challenge(said, index, [&proof.g1_s, &proof.g1_sx], without)
}

/// Whether a verifier whose transcript lacks some fields accepts.
fn passes(said: &Contributions, without: &[Field]) -> bool {
    let mut before = G1Affine::generator();
    (0..said.list.len()).all(|index| {
        let record = &said.list[index];
        let challenge = of_record(said, index, without);
        let delta = std::mem::replace(&mut before, record.delta_1);
        challenge == record.transcript
            && record.knowledge.holds(&challenge)
            && record.knowledge.leads(&challenge, &delta, &record.delta_1)
    })
}

fn times(scalar: u64) -> G1Affine {
    (G1Affine::generator() * Fr::from(scalar)).into_affine()
}

/// The record at `index` of whoever knows `secret`, by the rules of a ceremony whose transcript lacks some fields.
fn record(
    said: &Contributions,
    index: usize,
    secret: u64,
    s: u64,
    without: &[Field],
) -> Contribution {
    let before = match index {
        0 => G1Affine::generator(),
        _ => said.list[index - 1].delta_1,
    };
    let secret = Fr::from(secret);
    let ask = |s: &G1Affine, sx: &G1Affine| challenge(said, index, [s, sx], without);
    let knowledge = Knowledge::prove(&secret, times(s), ask);
    Contribution {
        delta_1: (before * secret).into_affine(),
        transcript: ask(&knowledge.g1_s, &knowledge.g1_sx),
        knowledge,
        author: Author {
            kind: Kind::Participant,
            name: format!("of {secret}"),
        },
    }
}

fn ceremony(without: &[Field]) -> Contributions {
    let mut said = Contributions {
        circuit_hash: [7; 64],
        list: Vec::new(),
    };
    for index in 0..3 {
        let next = record(&said, index, 11 + index as u64, 101 + index as u64, without);
        said.list.push(next);
    }
    said
}

fn refusal(said: &Contributions) -> String {
    match Chain::of(said) {
        Ok(_) => "accepted".to_owned(),
        Err(Error::SetupInsecure { reason, .. }) => reason,
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn the_second_transcript_is_the_first() {
    let said = ceremony(&[]);
    assert!(passes(&said, &[]));
    let chain = Chain::of(&said).expect("an honest chain");
    assert_eq!(chain.delta_1, times(11 * 12 * 13));
    let (s, sx) = (times(5), times(6));
    assert_eq!(
        chain.challenge(&s, &sx),
        challenge(&said, 3, [&s, &sx], &[])
    );
}

#[test]
fn a_change_of_any_field_is_heard_by_whoever_comes_after() {
    let honest = ceremony(&[]);
    let other = times(999);
    type Change = fn(&mut Contributions, G1Affine);
    let changes: [(Field, Change); 8] = [
        (CircuitHash, |said, _| said.circuit_hash[0] ^= 1),
        (Delta, |said, other| said.list[1].delta_1 = other),
        (S, |said, other| said.list[1].knowledge.g1_s = other),
        (Sx, |said, other| said.list[1].knowledge.g1_sx = other),
        (Spx, |said, _| {
            said.list[1].knowledge.g2_spx = G2Affine::generator()
        }),
        (Field::Transcript, |said, _| {
            said.list[1].transcript[63] ^= 1
        }),
        (OwnS, |said, other| said.list[2].knowledge.g1_s = other),
        (OwnSx, |said, other| said.list[2].knowledge.g1_sx = other),
    ];
    for (field, change) in changes {
        let mut forged = honest.clone();
        change(&mut forged, other);
        assert_ne!(refusal(&forged), "accepted", "{field:?}");
        assert_ne!(
            of_record(&forged, 2, &[]),
            honest.list[2].transcript,
            "{field:?}"
        );
        assert_eq!(
            of_record(&forged, 2, &[field]),
            of_record(&honest, 2, &[field]),
            "{field:?}: left out, nobody would hear of it"
        );
    }
}

#[test]
fn without_the_circuit_hash_a_ceremony_would_serve_another_circuit() {
    let moved = |without: &[Field]| {
        let mut said = ceremony(without);
        said.circuit_hash = [8; 64];
        said
    };
    assert!(passes(&moved(&[CircuitHash]), &[CircuitHash]));
    assert!(!passes(&moved(&[]), &[]));
    assert!(refusal(&moved(&[])).starts_with("number 1 (of 11): its transcript"));
}

#[test]
fn without_earlier_proofs_one_could_be_exchanged_afterwards() {
    // The first participant tells the proof anew, of the same secret over another s.
    let proof = [S, Sx, Spx, Field::Transcript];
    let retold = |without: &[Field]| {
        let mut said = ceremony(without);
        said.list[0] = record(&said, 0, 11, 555, without);
        said
    };
    assert!(passes(&retold(&proof), &proof));
    assert!(!passes(&retold(&[]), &[]));
    assert!(refusal(&retold(&[])).starts_with("number 2 (of 12): its transcript"));
}

#[test]
fn without_earlier_deltas_a_secret_could_be_exchanged_afterwards() {
    // The first participant takes another secret, and multiplies what came after by the quotient.
    let all = [Delta, S, Sx, Spx, Field::Transcript];
    let exchanged = |without: &[Field]| {
        let mut said = ceremony(without);
        let quotient = Fr::from(17u64) * Fr::from(11u64).inverse().expect("not 0");
        said.list[0] = record(&said, 0, 17, 101, without);
        for later in &mut said.list[1..] {
            later.delta_1 = (later.delta_1 * quotient).into_affine();
        }
        said
    };
    assert!(passes(&exchanged(&all), &all));
    assert!(!passes(&exchanged(&[]), &[]));
    assert!(refusal(&exchanged(&[])).starts_with("number 2 (of 12): its transcript"));
}

#[test]
fn without_its_own_points_a_proof_could_be_copied() {
    // Anyone scales s and s x of somebody else.
    let own = [OwnS, OwnSx, S, Sx];
    let copied = |without: &[Field]| {
        let mut said = ceremony(without);
        let proof = &mut said.list[2].knowledge;
        proof.g1_s = (proof.g1_s * Fr::from(3u64)).into_affine();
        proof.g1_sx = (proof.g1_sx * Fr::from(3u64)).into_affine();
        said
    };
    assert!(passes(&copied(&own), &own));
    assert!(!passes(&copied(&[]), &[]));
    assert!(refusal(&copied(&[])).starts_with("number 3 (of 13): its transcript"));
}

#[test]
fn the_last_record_stands_for_itself() {
    // Nobody comes after it whose transcript would hear of a change.
    let changed = |change: fn(&mut Contribution)| {
        let mut said = ceremony(&[]);
        change(&mut said.list[2]);
        refusal(&said)
    };
    let unknown = changed(|last| last.knowledge.g2_spx = G2Affine::generator());
    assert!(unknown.starts_with("number 3 (of 13): it does not prove to know"));
    let elsewhere = changed(|last| last.delta_1 = times(999));
    assert!(elsewhere.starts_with("number 3 (of 13): it did not change delta by the secret"));
    let unheard = changed(|last| last.transcript[63] ^= 1);
    assert!(unheard.starts_with("number 3 (of 13): its transcript"));
}

#[test]
fn what_undoes_or_repeats_an_earlier_one_is_refused() {
    let mut said = ceremony(&[]);
    let undone = |last: Fr, s: u64| {
        let mut said = ceremony(&[]);
        let ask = |s: &G1Affine, sx: &G1Affine| challenge(&said, 3, [s, sx], &[]);
        let knowledge = Knowledge::prove(&last, times(s), ask);
        let next = Contribution {
            delta_1: (said.list[2].delta_1 * last).into_affine(),
            transcript: ask(&knowledge.g1_s, &knowledge.g1_sx),
            knowledge,
            author: said.list[0].author.clone(),
        };
        said.list.push(next);
        said
    };
    let inverse = |number: u64| Fr::from(number).inverse().expect("not 0");
    for (last, s) in [
        (inverse(11 * 12 * 13), 5),
        (inverse(13), 5),
        (inverse(12 * 13), 5),
        (Fr::from(1u64), 5),
        (Fr::from(14u64), 101),
    ] {
        assert!(passes(&undone(last, s), &[]));
        let reason = refusal(&undone(last, s));
        assert!(
            reason.starts_with("number 4 (of 11): it repeats"),
            "{reason}"
        );
    }
    let next = record(&said, 3, 14, 104, &[]);
    said.list.push(next);
    assert_eq!(refusal(&said), "accepted");
}

#[test]
fn a_participant_is_not_a_beacon() {
    let mut said = ceremony(&[]);
    let watch = Watch::default();
    assert!(expect_beacons(&said, &watch).is_ok());
    said.list[1].author.kind = Kind::Beacon {
        beacon: vec![1, 2, 3],
        iterations: 10,
    };
    let refused = expect_beacons(&said, &watch)
        .expect_err("a lie")
        .to_string();
    assert!(refused.contains("number 2 (of 12): its secret is not what its beacon makes"));
}

#[test]
fn a_name_cannot_move_the_cursor_of_whoever_reads_the_refusal() {
    let mut said = ceremony(&[]);
    said.list[1].author.name = "\u{1b}[2J".to_owned();
    said.list[1].transcript[0] ^= 1;
    assert!(refusal(&said).starts_with("number 2 (\\u{1b}[2J): its transcript"));
}
