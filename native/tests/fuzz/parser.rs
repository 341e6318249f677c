//! What the eight parsers have in common as subjects of a campaign.

use _native::error::Error;

use crate::campaign::{Mutant, Subject, Use};
use crate::corpus::{Seed, with_fixtures};
use crate::random::Random;
use crate::slots::sections;
use crate::{binary, text};

/// What is done with what was read, and the fault that shows then.
pub type TakeOn<V> = Box<dyn Fn(V, &Mutant, u64) -> Result<Use, String>>;

/// A parser with its seeds.
pub struct Parser<V> {
    name: &'static str,
    seeds: Vec<Seed>,
    mutant: fn(&[Seed], &str, &mut Random) -> Mutant,
    header_end: fn(&[u8]) -> Option<usize>,
    read: fn(&[u8]) -> Result<V, Error>,
    malformed: fn(&Error) -> bool,
    /// Whether it may refuse a file that is well-formed.
    otherwise_refused: fn(&Error) -> bool,
    proves: bool,
    small: fn(usize) -> usize,
    take_on: TakeOn<V>,
}

impl<V> Parser<V> {
    /// The same, its header ending where section `NUMBER` ends.
    pub fn with_header<const NUMBER: u32>(mut self) -> Self {
        self.header_end = |bytes| section_end(bytes, NUMBER);
        self
    }

    /// The same; proofs are made with some of what is accepted.
    pub fn proving(mut self) -> Self {
        self.proves = true;
        self
    }

    /// The same; it refuses what would take too long or too much memory.
    pub fn limiting(mut self) -> Self {
        self.otherwise_refused = |error| matches!(error, Error::ResourceLimit(_));
        self
    }

    /// The same; it refuses insecure setups too.
    pub fn judging_setups(mut self) -> Self {
        self.otherwise_refused = |error| matches!(error, Error::SetupInsecure { .. });
        self
    }
}

impl<V> Subject for Parser<V> {
    type Value = V;

    fn name(&self) -> &'static str {
        self.name
    }

    fn mutant(&self, random: &mut Random) -> Mutant {
        (self.mutant)(&self.seeds, self.name, random)
    }

    fn read(&self, bytes: &[u8]) -> Result<V, Error> {
        (self.read)(bytes)
    }

    fn malformed(&self, error: &Error) -> bool {
        (self.malformed)(error)
    }

    fn otherwise_refused(&self, error: &Error) -> bool {
        (self.otherwise_refused)(error)
    }

    fn proves(&self) -> bool {
        self.proves
    }

    fn header_end(&self, bytes: &[u8]) -> Option<usize> {
        (self.header_end)(bytes)
    }

    fn small(&self, length: usize) -> usize {
        (self.small)(length)
    }

    fn take_on(&self, value: V, mutant: &Mutant, run: u64) -> Result<Use, String> {
        (self.take_on)(value, mutant, run)
    }
}

fn section_end(bytes: &[u8], number: u32) -> Option<usize> {
    let found = sections(bytes)
        .into_iter()
        .find(|section| section.number == number);
    found.map(|section| section.end)
}

/// The first number that is quoted: what comes before it is keys and brackets.
fn first_number(bytes: &[u8]) -> Option<usize> {
    let digit = |pair: &[u8]| pair[0] == b'"' && pair[1].is_ascii_digit();
    bytes.windows(2).position(digit).map(|quote| quote + 2)
}

/// A value takes 40 bytes, of as little as two characters of text, and twice that while its list grows.
fn small_text(length: usize) -> usize {
    (64 << 10) + 64 * length
}

/// A point or coefficient takes at most four times its bytes; the pairings of a .ptau 40 KiB.
fn small_sections(length: usize) -> usize {
    (64 << 10) + 8 * length
}

/// A parser of a file in sections, the first of them its header.
pub fn sectioned<V>(
    name: &'static str,
    read: fn(&[u8]) -> Result<V, Error>,
    malformed: fn(&Error) -> bool,
    take_on: TakeOn<V>,
) -> Parser<V> {
    Parser {
        name,
        seeds: with_fixtures(name),
        mutant: binary::mutant,
        header_end: |bytes| section_end(bytes, 1),
        read,
        malformed,
        otherwise_refused: |_| false,
        proves: false,
        small: small_sections,
        take_on,
    }
}

/// A parser of JSON.
pub fn textual<V>(
    name: &'static str,
    read: fn(&[u8]) -> Result<V, Error>,
    malformed: fn(&Error) -> bool,
    take_on: TakeOn<V>,
) -> Parser<V> {
    Parser {
        mutant: text::mutant,
        header_end: first_number,
        small: small_text,
        ..sectioned(name, read, malformed, take_on)
    }
}
