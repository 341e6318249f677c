//! Where the sections, field elements and points of a binary file are, read without any check.

/// What lies at a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// 32 bytes that have to be below r.
    Scalar,
    /// A point of G1, 64 bytes.
    G1,
    /// A point of G2, 128 bytes.
    G2,
}

impl Kind {
    pub fn size(self) -> usize {
        match self {
            Self::Scalar => 32,
            Self::G1 => 64,
            Self::G2 => 128,
        }
    }
}

/// A field element or a point of a file.
#[derive(Clone, Copy)]
pub struct Slot {
    pub at: usize,
    pub kind: Kind,
}

/// A section as far as the file has it.
#[derive(Clone, Copy)]
pub struct Section {
    pub number: u32,
    /// Where its number is.
    pub head: usize,
    /// Where its bytes start.
    pub start: usize,
    /// Where they end.
    pub end: usize,
}

pub fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}

/// The sections of a container, up to the first that does not fit.
pub fn sections(bytes: &[u8]) -> Vec<Section> {
    let mut found = Vec::new();
    let mut head = 12;
    while let (Some(number), Some(size)) = (u32_at(bytes, head), bytes.get(head + 4..head + 12)) {
        let size = u64::from_le_bytes(size.try_into().expect("eight bytes"));
        let start = head + 12;
        let Some(end) = usize::try_from(size)
            .ok()
            .and_then(|size| start.checked_add(size))
            .filter(|end| *end <= bytes.len())
        else {
            break;
        };
        found.push(Section {
            number,
            head,
            start,
            end,
        });
        head = end;
    }
    found
}

/// Elements and points of a sound file; none for a format that is text.
pub fn slots(parser: &str, bytes: &[u8]) -> Vec<Slot> {
    let mut slots = Vec::new();
    for section in sections(bytes) {
        let Section { start, end, .. } = section;
        let mut every = |kind: Kind| {
            let places = (start..end).step_by(kind.size());
            slots.extend(places.map(|at| Slot { at, kind }));
        };
        match (parser, section.number) {
            ("wtns", 2) => every(Kind::Scalar),
            ("zkey", 3 | 5 | 6 | 8 | 9) | ("ptau", 2 | 4 | 5 | 12 | 14 | 15) => every(Kind::G1),
            ("zkey", 7) | ("ptau", 3 | 6 | 13) => every(Kind::G2),
            ("r1cs", 2) => slots.extend(terms(bytes, start, end)),
            ("zkey", 2) => slots.extend(key_header(start)),
            ("zkey", 4) => slots.extend((start + 16..end).step_by(44).map(|at| Slot {
                at,
                kind: Kind::Scalar,
            })),
            ("ptau", 7) => slots.extend(contributions(bytes, start, end)),
            _ => {}
        }
    }
    slots
}

fn in_a_row(mut at: usize, kinds: impl IntoIterator<Item = Kind>) -> Vec<Slot> {
    let mut slots = Vec::new();
    for kind in kinds {
        slots.push(Slot { at, kind });
        at += kind.size();
    }
    slots
}

fn terms(bytes: &[u8], mut at: usize, end: usize) -> Vec<Slot> {
    let mut slots = Vec::new();
    while at < end {
        let count = u32_at(bytes, at).expect("a count") as usize;
        at += 4;
        for _ in 0..count {
            slots.push(Slot {
                at: at + 4,
                kind: Kind::Scalar,
            });
            at += 36;
        }
    }
    slots
}

fn key_header(start: usize) -> Vec<Slot> {
    use Kind::{G1, G2};
    in_a_row(start + 84, [G1, G1, G2, G2, G1, G2])
}

fn contributions(bytes: &[u8], start: usize, end: usize) -> Vec<Slot> {
    use Kind::{G1, G2};
    let points = [G1, G2, G1, G1, G2, G1, G1, G1, G1, G1, G1, G2, G2, G2];
    let mut slots = Vec::new();
    let mut at = start + 4;
    while at < end {
        slots.extend(in_a_row(at, points));
        let size = u32_at(bytes, at + 1500).expect("a size") as usize;
        at += 1504 + size;
    }
    slots
}
