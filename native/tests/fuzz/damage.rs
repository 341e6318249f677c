//! Ways to break a sound file in sections that no parser may overlook. Each returns what it did.

use ark_bn254::{Fq, Fq2, Fr, G2Affine, g2};
use ark_ec::short_weierstrass::SWCurveConfig;
use ark_ff::{BigInt, BigInteger, Field, PrimeField};

use crate::binary::{bytes_of, g2_bytes, joined};
use crate::corpus::Seed;
use crate::random::Random;
use crate::slots::{Kind, Section, Slot, sections, u32_at};

/// Sections that a parser never looks into, or only at their first bytes.
fn ignored(parser: &str, number: u32) -> bool {
    matches!((parser, number), ("r1cs", 3..=5) | ("zkey", 10))
}

/// Break `bytes`, which are those of `seed`, for certain.
pub fn surely(bytes: &mut Vec<u8>, seed: &Seed, parser: &str, random: &mut Random) -> &'static str {
    let known = sections(bytes);
    let needed: Vec<Section> = known
        .iter()
        .filter(|section| !ignored(parser, section.number))
        .copied()
        .collect();
    let chosen = *random.pick(&needed);
    match random.below(13) {
        0 => {
            bytes.truncate(random.below(bytes.len()));
            "it is cut short"
        }
        1 => {
            let count = 1 + random.below(64);
            bytes.extend(random.bytes(count));
            "bytes follow the end"
        }
        2 => {
            size_lies(bytes, &known, random);
            "a section lies about its size"
        }
        3 => {
            let mut bodies = bodies(bytes, &known);
            bodies.push(bodies[random.below(known.len())].clone());
            *bytes = joined(bytes, &bodies);
            "a section occurs twice"
        }
        4 => {
            // Without section 12 a .ptau is one that was not prepared.
            let kept = known
                .iter()
                .filter(|section| section.number != chosen.number);
            let kept: Vec<Section> = kept.copied().collect();
            if parser == "ptau" && chosen.number == 12 {
                bytes[4] ^= 0x10;
                return "it is of an unknown version";
            }
            *bytes = joined(bytes, &bodies(bytes, &kept));
            "a section is missing"
        }
        5 => {
            let mut bodies = bodies(bytes, &known);
            let body = bodies
                .iter_mut()
                .find(|(number, _)| *number == chosen.number);
            let body = &mut body.expect("the section").1;
            let count = 1 + random.below(40);
            if body.is_empty() || random.once_in(2) {
                body.extend(random.bytes(count));
            } else {
                body.truncate(body.len().saturating_sub(count));
            }
            *bytes = joined(bytes, &bodies);
            "a section is too long or too short"
        }
        6 => {
            let header = if parser == "zkey" { 2 } else { 1 };
            let header = known.iter().find(|section| section.number == header);
            let prime = header.expect("a header").start + 4;
            bytes[prime + random.below(32)] ^= 1 << random.below(8);
            "the field is another"
        }
        7 => {
            bytes[random.below(8)] ^= 1 << random.below(8);
            "magic or version is another"
        }
        8 if parser == "zkey" => {
            odd_domain(bytes, &known, random);
            "the domain is no power of two"
        }
        _ => poisoned(bytes, seed, random).unwrap_or_else(|| {
            bytes.clear();
            "it is empty"
        }),
    }
}

fn bodies(bytes: &[u8], known: &[Section]) -> Vec<(u32, Vec<u8>)> {
    known
        .iter()
        .map(|section| (section.number, bytes[section.start..section.end].to_vec()))
        .collect()
}

/// One row more or less, with a point for each: from a domain of 4 rows on, neither number is a power of two.
fn odd_domain(bytes: &mut Vec<u8>, known: &[Section], random: &mut Random) {
    let mut bodies = bodies(bytes, known);
    let small = known
        .iter()
        .any(|section| section.number == 9 && section.end - section.start < 4 * 64);
    let more = small || random.once_in(2);
    for (number, body) in &mut bodies {
        match number {
            2 => {
                let domain = u32_at(body, 80).expect("a domain");
                let domain = if more { domain + 1 } else { domain - 1 };
                body[80..84].copy_from_slice(&domain.to_le_bytes());
            }
            9 if more => body.extend_from_within(..64),
            9 => body.truncate(body.len() - 64),
            _ => {}
        }
    }
    *bytes = joined(bytes, &bodies);
}

fn size_lies(bytes: &mut [u8], known: &[Section], random: &mut Random) {
    let section = random.pick(known);
    let size = (section.end - section.start) as u64;
    let lies = [
        size + 1,
        size.wrapping_sub(1),
        size.wrapping_neg().wrapping_sub(1),
        size + 12,
        u64::MAX,
        1 << 63,
        size | 1 << 32,
        size + 1 + random.below(1 << 20) as u64,
    ];
    bytes[section.head + 4..section.start].copy_from_slice(&random.pick(&lies).to_le_bytes());
}

/// An element or a point that is none.
fn poisoned(bytes: &mut [u8], seed: &Seed, random: &mut Random) -> Option<&'static str> {
    if seed.slots.is_empty() {
        return None;
    }
    let Slot { at, kind } = *random.pick(&seed.slots);
    let place = &mut bytes[at..at + kind.size()];
    if kind == Kind::Scalar {
        let beyond = [
            Fr::MODULUS,
            above(Fr::MODULUS, random),
            Fq::MODULUS,
            BigInt::new([u64::MAX; 4]),
        ];
        place.copy_from_slice(&bytes_of(&[*random.pick(&beyond)]));
        return Some("a scalar is not below r");
    }
    match random.below(3) {
        0 => {
            // The same coordinate modulo q, written as a number at or above q.
            let coordinate = 32 * random.below(kind.size() / 32);
            let coordinate = &mut place[coordinate..coordinate + 32];
            let mut alias = BigInt::new(std::array::from_fn(|limb| {
                let limb = &coordinate[8 * limb..8 * limb + 8];
                u64::from_le_bytes(limb.try_into().expect("eight bytes"))
            }));
            alias.add_with_carry(&Fq::MODULUS);
            coordinate.copy_from_slice(&bytes_of(&[alias]));
            Some("a coordinate is not below q")
        }
        1 if kind == Kind::G2 => {
            place.copy_from_slice(&g2_bytes(&outside(random)));
            Some("a point is outside the subgroup")
        }
        _ => {
            // Only the opposite point shares an x, and its y differs in more than the lowest bit.
            let y = kind.size() / 2;
            let limb = &mut place[y..y + 8];
            let low = u64::from_le_bytes((&*limb).try_into().expect("eight bytes"));
            limb.copy_from_slice(&(low ^ 1).to_le_bytes());
            Some("a point is not on the curve")
        }
    }
}

fn above(modulus: BigInt<4>, random: &mut Random) -> BigInt<4> {
    let mut sum = modulus;
    sum.add_with_carry(&BigInt::from(random.word()));
    sum
}

/// A point on the curve of G2 and outside its subgroup, where all but one in 2^254 lie.
pub fn outside(random: &mut Random) -> G2Affine {
    loop {
        let x = Fq2::new(Fq::from(random.word()), Fq::from(random.word()));
        let y = (x.square() * x + g2::Config::COEFF_B).sqrt();
        if let Some(y) = y {
            return G2Affine::new_unchecked(x, y);
        }
    }
}
