//! A file cut short anywhere is malformed: 0 of its prefixes reads as anything else.

use std::path::Path;

use _native::error::Error;
use _native::formats::mapped::MappedFile;
use _native::formats::ptau::Ptau;
use _native::formats::r1cs::R1cs;
use _native::formats::{proof_json, verification_key_json, wtns};
use _native::groth16::InsecureKey;
use _native::watch::Watch;

use crate::corpus::committed;
use crate::measure::turn;

fn refusing<V>(read: impl Fn(&[u8]) -> Result<V, Error>) -> impl Fn(&[u8]) -> bool {
    move |bytes| matches!(read(bytes), Err(Error::ArtifactMalformed { .. }))
}

/// How many of the prefixes of `bytes` are not refused.
fn readable(bytes: &[u8], refused: impl Fn(&[u8]) -> bool) -> usize {
    let lengths = 0..bytes.len();
    lengths.filter(|length| !refused(&bytes[..*length])).count()
}

/// A file of the circuit that `make build` compiled.
fn built(name: &str) -> MappedFile {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../build/circuits/capsule_16x4");
    MappedFile::open(&folder.join(name)).expect("made by `make build`")
}

#[test]
fn every_prefix_of_the_corpus_is_malformed() {
    let _alone = turn();
    for seed in committed("r1cs") {
        assert_eq!(readable(&seed.bytes, refusing(R1cs::read)), 0);
    }
    for seed in committed("wtns") {
        assert_eq!(readable(&seed.bytes, refusing(wtns::read)), 0);
    }
    for seed in committed("wgr") {
        assert_eq!(readable(&seed.bytes, refusing(_native::witness::read)), 0);
    }
    for seed in committed("zkey") {
        assert_eq!(
            readable(
                &seed.bytes,
                refusing(|bytes| InsecureKey::read(bytes, &Watch::default()))
            ),
            0
        );
    }
    for seed in committed("ptau") {
        assert_eq!(
            readable(
                &seed.bytes,
                refusing(|bytes| Ptau::read(bytes, &Watch::default()))
            ),
            0
        );
    }
}

#[test]
fn every_prefix_of_a_text_is_malformed() {
    let _alone = turn();
    let text = |bytes: &[u8]| std::str::from_utf8(bytes).expect("text").to_owned();
    let proof = |error: Error| matches!(error, Error::ProofMalformed { .. });
    for seed in committed("verification_key") {
        let refused = refusing(|bytes| verification_key_json::read(&text(bytes)));
        assert_eq!(readable(&seed.bytes, refused), 0);
    }
    for seed in committed("proof") {
        let refused = |bytes: &[u8]| proof_json::read_proof(&text(bytes)).is_err_and(proof);
        assert_eq!(readable(&seed.bytes, refused), 0);
    }
    for seed in committed("public") {
        let refused = |bytes: &[u8]| proof_json::read_public(&text(bytes)).is_err_and(proof);
        assert_eq!(readable(&seed.bytes, refused), 0);
    }
}

/// Refused by the sections alone, so that 28 million prefixes take a few seconds.
#[test]
fn every_prefix_of_a_compiled_circuit_and_its_key_is_malformed() {
    let _alone = turn();
    let circuit = built("capsule_16x4.r1cs");
    assert_eq!(readable(circuit.bytes(), refusing(R1cs::read)), 0);
    let key = built("capsule_16x4.zkey");
    assert_eq!(
        readable(
            key.bytes(),
            refusing(|bytes| InsecureKey::read(bytes, &Watch::default()))
        ),
        0
    );
}

#[test]
fn a_reader_that_overlooks_a_cut_is_seen() {
    let seed = &committed("wtns")[0].bytes;
    let careless = |bytes: &[u8]| bytes.len() + 1 < seed.len();
    assert_eq!(readable(seed, careless), 1);
}
