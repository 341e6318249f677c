//! The sound files that mutants are made from.

use std::fs;
use std::path::{Path, PathBuf};

use crate::slots::{Slot, slots};

/// A file above this size costs milliseconds to read, so it is drawn less often.
const LARGE: usize = 32 << 10;

/// A sound file.
pub struct Seed {
    /// Its stem: files of one stem belong together.
    pub name: String,
    pub bytes: Vec<u8>,
    /// Where its field elements and points are.
    pub slots: Vec<Slot>,
}

impl Seed {
    pub fn large(&self) -> bool {
        self.bytes.len() > LARGE
    }
}

/// The committed seeds of a parser, in the order of their names.
pub fn committed(parser: &str) -> Vec<Seed> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fuzz/corpus")
        .join(parser);
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .expect("a corpus")
        .map(|entry| entry.expect("a file").path())
        .collect();
    paths.sort();
    let seeds: Vec<Seed> = paths.iter().map(|path| seed(parser, path)).collect();
    assert!(!seeds.is_empty(), "no seeds for {parser}");
    seeds
}

/// The committed seeds, and files of other projects where a folder beside the checkout holds them.
pub fn with_fixtures(parser: &str) -> Vec<Seed> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/fixtures");
    let foreign = match parser {
        "r1cs" => vec!["groth16/taceo/circuit.r1cs"],
        "wtns" => vec![
            "groth16/taceo/witness.wtns",
            "groth16/rapidsnark/witness.wtns",
        ],
        "zkey" => vec![
            "groth16/taceo/circuit.zkey",
            "groth16/rapidsnark/circuit_final.zkey",
        ],
        "ptau" => vec!["ptau/powersOfTau28_hez_final_08.ptau"],
        "verification_key" => vec![
            "groth16/taceo/verification_key.json",
            "groth16/rapidsnark/verification_key.json",
        ],
        "proof" => vec!["groth16/taceo/proof.json"],
        _ => Vec::new(),
    };
    let mut seeds = committed(parser);
    let foreign = foreign.into_iter().map(|name| fixtures.join(name));
    seeds.extend(
        foreign
            .filter(|path| path.is_file())
            .map(|path| seed(parser, &path)),
    );
    seeds
}

fn seed(parser: &str, path: &Path) -> Seed {
    let bytes = fs::read(path).expect("a seed");
    Seed {
        name: path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned(),
        slots: slots(parser, &bytes),
        bytes,
    }
}
