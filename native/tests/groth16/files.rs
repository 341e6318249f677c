use crate::{Folder, squarings, wtns};
use _native::error::Error;
use _native::formats::mapped::{Contents, MappedFile};
use _native::formats::r1cs::R1cs;
use _native::formats::zkey::Zkey;
use _native::formats::zkey_writer;
use _native::formats::{proof_json, replace, wtns as witness_file};
use _native::groth16::{InsecureKey, ProvingPoints};
use _native::matrix::Matrix;
use _native::quotient::Terms;
use _native::setup::setup_development;
use _native::watch::Watch;
use ark_bn254::Fr;
use ark_ff::{BigInt, Field, PrimeField};
use std::io::Write;
use std::path::Path;

fn malformed<T>(result: Result<T, Error>) -> bool {
    matches!(result, Err(Error::ArtifactMalformed { .. }))
}

#[test]
fn what_the_writer_writes_the_reader_reads() {
    let folder = Folder::fresh();
    let path = folder.0.join("key.zkey");
    setup_development(&squarings(6).0, &path, &Watch::default()).expect("a key");
    let bytes = std::fs::read(&path).expect("the key");
    let watch = Watch::default();
    let read = Zkey::open(&bytes, &watch).expect("a sound key");
    let (coefficients, constraints) = read.coefficients(&watch).expect("coefficients");
    assert_eq!((coefficients.rows(), constraints), (8, 6));
    let points = ProvingPoints {
        beta_1: read.beta_1,
        delta_1: read.delta_1,
        a: read.a.all(&watch).expect("A"),
        b_1: read.b_1.all(&watch).expect("B1"),
        b_2: read.b_2.all(&watch).expect("B2"),
        c: read.c.all(&watch).expect("C"),
        h: read.h.all(&watch).expect("H"),
        verification: read.verification.clone(),
    };
    let mut again = Vec::new();
    let (_, contributions) = Zkey::open_with_contributions(&bytes, &watch).expect("contributions");
    zkey_writer::write(&mut again, &points, &matrices(&read), &contributions).expect("written");
    assert_eq!(again, bytes);
}

/// The matrices of a key.
fn matrices(key: &Zkey<'_>) -> [Matrix; 2] {
    let mut matrices = [Matrix::default(), Matrix::default()];
    for row in 0..key.domain() as u32 {
        for (number, matrix) in (0u32..).zip(&mut matrices) {
            for index in 0..key.count() {
                let (place, wire, words) = key.term(index).expect("a term");
                if (place.matrix, place.row) == (number, row) {
                    // Twice in Montgomery form.
                    let value = Fr::new_unchecked(Fr::new_unchecked(BigInt(words)).into_bigint());
                    matrix.push((value, wire));
                }
            }
            matrix.end_row();
        }
    }
    matrices
}

fn read(zkey: &[u8]) -> Result<InsecureKey, Error> {
    InsecureKey::read(zkey, &Watch::default())
}

#[test]
fn every_prefix_of_every_format_is_malformed() {
    let folder = Folder::fresh();
    let (circuit, witness) = squarings(2);
    let path = folder.0.join("key.zkey");
    setup_development(&circuit, &path, &Watch::default()).expect("a key");
    let zkey = std::fs::read(&path).expect("the key");
    assert!((0..zkey.len()).all(|length| malformed(read(&zkey[..length]))));
    assert!((0..circuit.len()).all(|length| malformed(R1cs::read(&circuit[..length]))));
    assert!((0..witness.len()).all(|length| malformed(witness_file::read(&witness[..length]))));
}

#[test]
fn every_changed_bit_is_answered() {
    // No panic, whatever the bit; what still reads is another file, not a crash.
    let folder = Folder::fresh();
    let (circuit, witness) = squarings(2);
    let path = folder.0.join("key.zkey");
    setup_development(&circuit, &path, &Watch::default()).expect("a key");
    let zkey = std::fs::read(&path).expect("the key");
    let flipped = |bytes: &[u8], bit: usize| {
        let mut damaged = bytes.to_vec();
        damaged[bit / 8] ^= 1 << (bit % 8);
        damaged
    };
    // The bounds of the first sections bit by bit, then a bit of every fifth byte: each read costs milliseconds.
    let bits = (0..400).chain((50..zkey.len()).step_by(5).map(|byte| 8 * byte + byte % 8));
    let refused = bits
        .filter(|bit| malformed(read(&flipped(&zkey, *bit))))
        .count();
    assert!(refused > zkey.len() / 10);
    let read = (0..8 * circuit.len()).filter(|bit| R1cs::read(&flipped(&circuit, *bit)).is_ok());
    assert!(read.count() > 0);
    let read =
        (0..8 * witness.len()).filter(|bit| witness_file::read(&flipped(&witness, *bit)).is_ok());
    assert!(read.count() > 0);
}

#[test]
fn a_witness_that_is_not_one_first_is_malformed() {
    assert!(malformed(witness_file::read(&wtns(&[]))));
    assert!(malformed(witness_file::read(&wtns(&[Fr::from(2u64)]))));
    assert!(witness_file::read(&wtns(&[Fr::ONE])).is_ok());
}

#[test]
fn a_mapped_file_is_its_bytes() {
    let folder = Folder::fresh();
    let bytes = squarings(3).0;
    let mapped = MappedFile::open(&folder.file("circuit.r1cs", &bytes)).expect("a mapped file");
    assert_eq!(mapped.bytes(), bytes);
    let contents = Contents::File(&mapped);
    contents.let_go(&mapped.bytes()[10..]);
    contents.let_go(&bytes);
    assert_eq!(contents.bytes(), bytes);
    let missing = MappedFile::open(&folder.0.join("missing"));
    assert!(matches!(missing, Err(Error::Io { .. })));
}

#[test]
fn an_empty_file_and_a_folder_are_refused() {
    let folder = Folder::fresh();
    let empty = MappedFile::open(&folder.file("empty", b"")).expect("an empty file");
    assert!(empty.bytes().is_empty());
    assert!(malformed(read(empty.bytes())));
    assert!(matches!(MappedFile::open(&folder.0), Err(Error::Io { .. })));
}

#[test]
fn a_replacement_that_fails_leaves_the_old_file() {
    let folder = Folder::fresh();
    let path = folder.file("file", b"old");
    let failed = replace::replace(&path, &Watch::default(), |out| {
        out.write_all(b"half of the n")?;
        Err(std::io::Error::other("the disk is full"))
    });
    assert!(matches!(failed, Err(Error::Io { .. })));
    assert_eq!(std::fs::read(&path).expect("the old file"), b"old");
    assert_eq!(std::fs::read_dir(&folder.0).expect("the folder").count(), 1);
    replace::replace(&path, &Watch::default(), |out| out.write_all(b"new")).expect("replaced");
    assert_eq!(std::fs::read(&path).expect("the new file"), b"new");
}

#[test]
fn a_replacement_needs_a_name_but_no_folder() {
    let nameless = replace::replace(Path::new("nowhere/.."), &Watch::default(), |_| Ok(()));
    assert!(matches!(nameless, Err(Error::Argument(_))));
    // In the working folder, and failing so that nothing is left there.
    let bare = Path::new("zkdata-test-replacement");
    let failed = replace::replace(bare, &Watch::default(), |_| {
        Err(std::io::Error::other("no more paper"))
    });
    assert!(matches!(failed, Err(Error::Io { path, .. }) if path == bare));
    assert!(!bare.exists());
}

#[test]
fn a_deep_or_doubled_proof_is_malformed() {
    let malformed = |text: &str| {
        matches!(
            proof_json::read_proof(text),
            Err(Error::ProofMalformed { .. })
        )
    };
    assert!(malformed(&"[".repeat(1 << 20)));
    assert!(malformed(&"{\"a\":".repeat(1 << 18)));
    assert!(malformed("{\"pi_a\":1,\"pi_a\":1}"));
    assert!(malformed("{\"pi_a\":1,\"pi\\u005fa\":1}"));
    assert!(malformed("\u{feff}{}"));
}
