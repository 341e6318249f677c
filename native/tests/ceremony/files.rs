//! Files of powers of tau: those of snarkjs from the fuzzer's corpus, ours, and where their parts lie.

use std::fs;
use std::path::{Path, PathBuf};

use _native::ceremony::powers;
use _native::ceremony::powers_verify::Report;
use _native::error::Error;
use _native::formats::mapped::Contents;
use _native::watch::Watch;

pub const NEW: &[u8] = include_bytes!("../fuzz/corpus/ptau/new1.ptau");

pub const CONTRIBUTED: &[u8] = include_bytes!("../fuzz/corpus/ptau/contributed1.ptau");

pub const BEACON: &[u8] = include_bytes!("../fuzz/corpus/ptau/beacon1.ptau");

pub const PREPARED: [&[u8]; 2] = [
    include_bytes!("../fuzz/corpus/ptau/prepared1.ptau"),
    include_bytes!("../fuzz/corpus/ptau/prepared2.ptau"),
];

/// A folder of one test, removed at its end.
pub struct Folder(PathBuf);

impl Folder {
    pub fn of(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("zkdata-{test}-{}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub fn watch() -> Watch {
    Watch::default()
}

pub fn verified(bytes: &[u8]) -> Result<Report, Error> {
    powers::verify(Contents::Bytes(bytes), &watch())
}

pub fn read(path: &Path) -> Vec<u8> {
    fs::read(path).expect("a file")
}

/// Where a section's bytes are.
pub fn section(bytes: &[u8], number: u32) -> std::ops::Range<usize> {
    let mut at = 12;
    while at < bytes.len() {
        let found = u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
        let size = u64::from_le_bytes(bytes[at + 4..at + 12].try_into().expect("eight bytes"));
        let range = at + 12..at + 12 + size as usize;
        if found == number {
            return range;
        }
        at = range.end;
    }
    panic!("no section {number}");
}

/// Bytes of the hash states that lie behind those in use: a format's leftovers, which mean nothing.
pub fn unused_bytes(bytes: &[u8]) -> Vec<usize> {
    let mut unused = Vec::new();
    for start in states(bytes) {
        unused.extend(start + 96..start + 128);
    }
    unused
}

/// Where the hash states begin.
pub fn states(bytes: &[u8]) -> Vec<usize> {
    let range = section(bytes, 7);
    let (mut at, mut states) = (range.start + 4, Vec::new());
    while at < range.end {
        states.push(at + 9 * 64 + 5 * 128);
        let size = at + 9 * 64 + 5 * 128 + 216 + 64 + 4;
        let size = u32::from_le_bytes(bytes[size..size + 4].try_into().expect("four bytes"));
        at += 9 * 64 + 5 * 128 + 216 + 64 + 8 + size as usize;
    }
    states
}

/// A ceremony of ours: two contributions and a beacon, prepared.
pub fn ceremony(folder: &Folder, power: u32) -> Vec<u8> {
    let [first, second, third, fourth, last] =
        ["0", "1", "2", "3", "4"].map(|step| folder.file(&format!("{step}.ptau")));
    powers::new(&first, power, &watch()).expect("written");
    let one = powers::contribute(&first, &second, "", b"", &watch()).expect("written");
    let two = powers::contribute(&second, &third, "Zoë", b"dice", &watch()).expect("written");
    let end = powers::beacon(&third, &fourth, "", &[7; 32], 10, &watch()).expect("written");
    powers::prepare(&fourth, &last, &watch()).expect("written");
    let bytes = read(&last);
    let report = verified(&bytes).expect("sound powers");
    let hashes: Vec<_> = report.contributions.iter().map(|(_, hash)| *hash).collect();
    assert_eq!(hashes, [one, two, end]);
    assert_eq!(report.contributions[1].0.name, "Zoë");
    bytes
}
