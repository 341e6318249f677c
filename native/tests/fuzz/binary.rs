//! Mutants of files in sections: blind ones, and ones that know where the points are.

use ark_bn254::{Fq, Fr, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{AdditiveGroup, BigInt, Field, PrimeField};

use crate::campaign::Mutant;
use crate::corpus::Seed;
use crate::damage;
use crate::random::Random;
use crate::slots::{Kind, Section, Slot, sections, u32_at};

/// Numbers that bounds are forgotten at.
const EDGES: [u64; 16] = [
    0,
    1,
    2,
    31,
    32,
    33,
    255,
    (1 << 27) + 1,
    1 << 28,
    (1 << 31) - 1,
    1 << 31,
    (1 << 32) - 1,
    1 << 32,
    1 << 63,
    u64::MAX - 11,
    u64::MAX,
];

/// A changed seed: once in three surely broken, otherwise changed in up to four ways.
pub fn mutant(seeds: &[Seed], parser: &str, random: &mut Random) -> Mutant {
    let seed = drawn(seeds, random);
    let mut bytes = seed.bytes.clone();
    let mut doomed = None;
    if random.once_in(3) {
        doomed = Some(damage::surely(&mut bytes, seed, parser, random));
    } else {
        for _ in 0..1 + random.below(4) {
            change(&mut bytes, seed, seeds, random);
        }
    }
    Mutant {
        bytes,
        seed: seed.name.clone(),
        doomed,
    }
}

/// A seed; one that is large costs too much to draw it often.
fn drawn<'a>(seeds: &'a [Seed], random: &mut Random) -> &'a Seed {
    loop {
        let seed = random.pick(seeds);
        if !seed.large() || random.once_in(500) {
            return seed;
        }
    }
}

fn change(bytes: &mut Vec<u8>, seed: &Seed, seeds: &[Seed], random: &mut Random) {
    match random.below(14) {
        0 => {
            for _ in 0..1 + random.below(8) {
                if let Some(byte) = any_byte(bytes, random) {
                    *byte ^= 1 << random.below(8);
                }
            }
        }
        1 => {
            let drawn = random.word() as u8;
            let value = *random.pick(&[0, 1, 0x7f, 0x80, 0xff, drawn]);
            if let Some(byte) = any_byte(bytes, random) {
                *byte = value;
            }
        }
        2 => number_at(bytes, random),
        3 => counted(bytes, random),
        4 => bytes.truncate(random.below(bytes.len() + 1)),
        5 => {
            let count = *random.pick(&[1, 4, 12, 32, 64, 4096]);
            let filling = random.once_in(2);
            let more = random.bytes(count);
            bytes.extend(if filling { vec![0; count] } else { more });
        }
        6 | 7 => structure(bytes, random),
        8 => splice(bytes, random.pick(seeds), random),
        9 => {
            // Some bytes once more, elsewhere.
            let (from, to) = (random.below(bytes.len() + 1), random.below(bytes.len() + 1));
            let count = random.below(129).min(bytes.len() - from.max(to));
            bytes.copy_within(from..from + count, to);
        }
        _ => element(bytes, seed, random),
    }
}

fn any_byte<'a>(bytes: &'a mut [u8], random: &mut Random) -> Option<&'a mut u8> {
    let at = random.below(bytes.len());
    bytes.get_mut(at)
}

/// One of the edges, or what was there and one more or less, as four or eight bytes, mostly where numbers are.
fn number_at(bytes: &mut [u8], random: &mut Random) {
    let size = *random.pick(&[4, 8]);
    let at = match random.below(3) {
        0 => random.below(bytes.len()),
        1 => 4 * random.below(bytes.len() / 4 + 1),
        _ => {
            let known = sections(bytes);
            let heads = known
                .iter()
                .flat_map(|section| [section.head, section.head + 4, section.start]);
            let places: Vec<usize> = heads.chain([4, 8]).collect();
            *random.pick(&places)
        }
    };
    if let Some(place) = bytes.get_mut(at..at + size) {
        let mut value = [0; 8];
        value[..size].copy_from_slice(place);
        let value = u64::from_le_bytes(value);
        let choices = [
            value.wrapping_add(1),
            value.wrapping_sub(1),
            *random.pick(&EDGES),
        ];
        place.copy_from_slice(&random.pick(&choices).to_le_bytes()[..size]);
    }
}

/// A count in the first section, a row's or a coefficient's index: small numbers that are believed.
fn counted(bytes: &mut [u8], random: &mut Random) {
    let known = sections(bytes);
    if known.is_empty() {
        return;
    }
    let Section { start, end, .. } = *random.pick(&known);
    let at = start + 4 * random.below((end - start) / 4 + 1);
    let small = random.below(12) as u32;
    if let (Some(value), true) = (u32_at(bytes, at), at + 4 <= end) {
        let changed = if value < 1 << 16 { small } else { value ^ 1 };
        bytes[at..at + 4].copy_from_slice(&changed.to_le_bytes());
    }
}

/// Sections dropped, doubled, exchanged, renamed or resized, with sizes that tell the truth.
fn structure(bytes: &mut Vec<u8>, random: &mut Random) {
    let known = sections(bytes);
    if known.is_empty() {
        return;
    }
    let mut bodies: Vec<(u32, Vec<u8>)> = known
        .iter()
        .map(|section| (section.number, bytes[section.start..section.end].to_vec()))
        .collect();
    let (one, other) = (random.below(bodies.len()), random.below(bodies.len()));
    match random.below(6) {
        0 => drop(bodies.remove(one)),
        1 => bodies.push((random.below(20) as u32, bodies[one].1.clone())),
        2 => bodies.swap(one, other),
        3 => {
            let number = bodies[one].0;
            bodies[one].0 = bodies[other].0;
            bodies[other].0 = number;
        }
        4 => {
            let size = *random.pick(&[
                0,
                1,
                4,
                32,
                bodies[one].1.len() / 2,
                bodies[one].1.len() + 64,
            ]);
            bodies[one].1.resize(size, 0);
        }
        _ => bodies[one].0 = random.below(20) as u32,
    }
    *bytes = joined(bytes, &bodies);
}

/// A file of these sections, with the magic and version of `like`.
pub fn joined(like: &[u8], bodies: &[(u32, Vec<u8>)]) -> Vec<u8> {
    let mut whole = like[..8].to_vec();
    whole.extend((bodies.len() as u32).to_le_bytes());
    for (number, body) in bodies {
        whole.extend(number.to_le_bytes());
        whole.extend((body.len() as u64).to_le_bytes());
        whole.extend(body);
    }
    whole
}

/// The start of one file and the end of another, cut anywhere or between sections; or one section of another.
fn splice(bytes: &mut Vec<u8>, other: &Seed, random: &mut Random) {
    let (own, foreign) = (sections(bytes), sections(&other.bytes));
    if own.is_empty() || foreign.is_empty() || random.once_in(3) {
        let cut = random.below(bytes.len() + 1);
        bytes.truncate(cut);
        bytes.extend(
            &other.bytes[random
                .below(other.bytes.len() + 1)
                .max(cut.min(other.bytes.len()))..],
        );
        return;
    }
    let place = random.pick(&own);
    let part = foreign.iter().find(|part| part.number == place.number);
    let part = part.unwrap_or(&foreign[0]);
    bytes.splice(
        place.head..place.end,
        other.bytes[part.head..part.end].iter().copied(),
    );
}

/// Another element or point in the place of one.
fn element(bytes: &mut [u8], seed: &Seed, random: &mut Random) {
    if seed.slots.is_empty() {
        return;
    }
    let Slot { at, kind } = *random.pick(&seed.slots);
    let alike: Vec<&Slot> = seed.slots.iter().filter(|slot| slot.kind == kind).collect();
    let other = random.pick(&alike).at;
    let mut replacement = match random.below(6) {
        0 => vec![0; kind.size()],
        1 => generator(kind),
        2 => random.bytes(kind.size()),
        3 => bytes_of(&[largest(kind)]).repeat(kind.size() / 32),
        _ => seed.bytes[other..other + kind.size()].to_vec(),
    };
    if kind == Kind::G1 && random.once_in(3) {
        negate(&mut replacement);
    }
    if let Some(place) = bytes.get_mut(at..at + kind.size()) {
        place.copy_from_slice(&replacement);
    }
}

/// The point opposite to a point of G1: y becomes q - y.
fn negate(point: &mut [u8]) {
    let y = BigInt::new(std::array::from_fn(|limb| {
        let at = 32 + 8 * limb;
        u64::from_le_bytes(point[at..at + 8].try_into().expect("eight bytes"))
    }));
    if let Some(y) = Fq::from_bigint(y) {
        point[32..].copy_from_slice(&bytes_of(&[(-y).into_bigint()]));
    }
}

/// The largest canonical value.
fn largest(kind: Kind) -> BigInt<4> {
    match kind {
        Kind::Scalar => (-Fr::ONE).into_bigint(),
        _ => (-Fq::ONE).into_bigint(),
    }
}

/// Limbs as little-endian bytes.
pub fn bytes_of(values: &[BigInt<4>]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.0)
        .flat_map(u64::to_le_bytes)
        .collect()
}

fn generator(kind: Kind) -> Vec<u8> {
    match kind {
        Kind::Scalar => bytes_of(&[Fr::ONE.into_bigint()]),
        Kind::G1 => g1_bytes(&G1Affine::generator()),
        Kind::G2 => g2_bytes(&G2Affine::generator()),
    }
}

/// A point as these files hold it: Montgomery form, infinity as zeros.
pub fn g1_bytes(point: &G1Affine) -> Vec<u8> {
    let (x, y) = point.xy().unwrap_or((Fq::ZERO, Fq::ZERO));
    bytes_of(&[x.0, y.0])
}

/// A point of G2, real parts first.
pub fn g2_bytes(point: &G2Affine) -> Vec<u8> {
    let (x, y) = point.xy().unwrap_or_default();
    bytes_of(&[x.c0.0, x.c1.0, y.c0.0, y.c1.0])
}
