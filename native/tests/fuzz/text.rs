//! Mutants of JSON texts, token by token.

use ark_bn254::{Fq, Fr};
use ark_ec::AffineRepr;
use ark_ff::PrimeField;
use num_bigint::BigUint;

use crate::campaign::Mutant;
use crate::corpus::Seed;
use crate::damage::outside;
use crate::random::Random;
use crate::tokens::{Span, parts, value_of};

/// A member that the verification key's reader leaves alone: it follows from the others.
const IGNORED: &str = "vk_alphabeta_12";

/// Members that may be absent.
const OPTIONAL: [&str; 3] = [IGNORED, "protocol", "curve"];

/// The point at infinity as snarkjs writes it.
const INFINITY_G1: &str = "[\"0\",\"1\",\"0\"]";

/// A changed seed: once in three surely broken, otherwise changed in up to three ways.
pub fn mutant(seeds: &[Seed], parser: &str, random: &mut Random) -> Mutant {
    let seed = random.pick(seeds);
    let mut text = String::from_utf8(seed.bytes.clone())
        .expect("text")
        .trim_end()
        .to_owned();
    let mut doomed = None;
    if random.once_in(3) {
        doomed = Some(surely(&mut text, parser, random));
    } else {
        for _ in 0..1 + random.below(3) {
            text = change(&text, seeds, random);
        }
    }
    Mutant {
        bytes: text.into_bytes(),
        seed: seed.name.clone(),
        doomed,
    }
}

fn replaced(text: &str, span: &Span, with: &str) -> String {
    [&text[..span.start], with, &text[span.end..]].concat()
}

/// What can stand for a value, sound or not.
fn token(random: &mut Random) -> String {
    let number = random.word();
    match random.below(19) {
        0 => "null".to_owned(),
        1 => "true".to_owned(),
        2 => number.to_string(),
        3 => format!("-{number}"),
        4 => format!("{}e{}", number % 10, number % 999),
        5 => format!("\"0x{number:x}\""),
        6 => format!("\"{}\"", "9".repeat(random.below(200))),
        7 if random.once_in(16) => "7".repeat(random.below(1 << 17)),
        7 => format!("\"{}\"", "0".repeat(1 + random.below(80))),
        8 => "\"\u{661}\u{662}\u{ff13}\"".to_owned(),
        9 => "\"\\u0031\\u0032\"".to_owned(),
        10 => "\"\\ud83d\\ude00 \\ud800\"".to_owned(),
        11 => "[".repeat(1 + random.below(40)),
        12 => "{\"a\":[{}]}".to_owned(),
        13 => "[]".to_owned(),
        14 => format!("\"{}\"", BigUint::from(Fr::MODULUS) - 1u32),
        15 => INFINITY_G1.to_owned(),
        16 => "[[\"0\",\"0\"],[\"1\",\"0\"],[\"0\",\"0\"]]".to_owned(),
        17 => "[\"0\",\"0\",\"1\"]".to_owned(),
        _ => format!("\"{number}\""),
    }
}

fn change(text: &str, seeds: &[Seed], random: &mut Random) -> String {
    let parts = parts(text);
    if parts.values.is_empty() {
        return text.to_owned();
    }
    let value = random.pick(&parts.values).clone();
    let other = random.pick(&parts.values).clone();
    let border = *random.pick(&parts.borders);
    match random.below(14) {
        0 => replaced(text, &value, &token(random)),
        1 => replaced(text, &value, &text[other]),
        2 if value.end <= other.start => {
            let later = replaced(text, &other, &text[value.clone()]);
            replaced(&later, &value, &text[other])
        }
        2 | 3 => replaced(text, &value, &format!("[{}]", &text[value.clone()])),
        4 => {
            let span = if parts.members.is_empty() {
                value
            } else {
                random.pick(&parts.members).clone()
            };
            let comma = usize::from(text[span.end..].starts_with(','));
            replaced(text, &(span.start..span.end + comma), "")
        }
        5 => {
            // Another member, or one more of the same name.
            let name = random.pick_text(&["x", "curve", "protocol", "nPublic", "pi_a", "\u{fe0f}"]);
            let member = format!("\"{name}\":{},", token(random));
            match text.find('{') {
                Some(start) => replaced(text, &(start + 1..start + 1), &member),
                None => format!("{{{member}}}"),
            }
        }
        6 => replaced(
            text,
            &(border..border),
            random.pick_text(&[" ", "\t", "\r\n", ",", "\u{a0}", "[", "\"", "\0"]),
        ),
        7 => {
            // The same text with one character escaped.
            let inside = parts
                .decimals
                .first()
                .map_or(0..0, |_| random.pick(&parts.decimals).clone());
            let at = inside.start + 1 + random.below((inside.end - inside.start).saturating_sub(2));
            match text.as_bytes().get(at) {
                Some(byte) if byte.is_ascii_digit() => {
                    replaced(text, &(at..at + 1), &format!("\\u{:04X}", byte))
                }
                _ => text.to_owned(),
            }
        }
        8 => {
            let mut bytes = text.as_bytes().to_vec();
            let at = random.below(bytes.len());
            bytes[at] ^= 1 << random.below(8);
            String::from_utf8_lossy(&bytes).into_owned()
        }
        9 => text[..whole_characters(text, random.below(text.len() + 1))].to_owned(),
        10 => {
            let other = String::from_utf8_lossy(&random.pick(seeds).bytes).into_owned();
            let start = whole_characters(&other, border);
            [&text[..border], &other[start..]].concat()
        }
        11 => format!(
            "{text}{}",
            random.pick_text(&["\n", " ", "x", "{}", "\u{feff}", "\\"])
        ),
        _ => match parts.decimals.is_empty() {
            true => text.to_owned(),
            false => {
                let (one, two) = (random.pick(&parts.decimals), random.pick(&parts.decimals));
                replaced(text, one, &text[two.clone()])
            }
        },
    }
}

/// The last place up to `at` that is not inside a character.
fn whole_characters(text: &str, at: usize) -> usize {
    let places = (0..=at.min(text.len())).rev();
    places
        .into_iter()
        .find(|place| text.is_char_boundary(*place))
        .unwrap_or(0)
}

/// Break a sound text for certain.
fn surely(text: &mut String, parser: &str, random: &mut Random) -> &'static str {
    let found = parts(text);
    let ignored = value_of(text, IGNORED).unwrap_or(0..0);
    let read = |span: &&Span| span.start < ignored.start || span.start >= ignored.end;
    let decimals: Vec<Span> = found.decimals.iter().filter(read).cloned().collect();
    let members: Vec<Span> = found.members.iter().filter(read).cloned().collect();
    let value = random.pick(&found.values).clone();
    match random.below(10) {
        0 => {
            text.truncate(random.below(text.len()));
            "it is cut short"
        }
        1 => {
            text.push_str(random.pick_text(&["{}", "0", ",", "x", "]", "\0"]));
            "text follows the end"
        }
        2 => {
            text.insert(0, '\u{feff}');
            "it starts with a byte order mark"
        }
        3 => {
            let depth = 20 + random.below(500);
            *text = replaced(
                text,
                &value,
                &["[".repeat(depth), "]".repeat(depth)].concat(),
            );
            "it is nested too deep"
        }
        4 if !members.is_empty() => {
            let member = random.pick(&members);
            let twin = format!("{},", &text[member.clone()]);
            let twin = if random.once_in(2) {
                twin
            } else {
                escaped_key(&twin)
            };
            text.insert_str(member.start, &twin);
            "a key occurs twice"
        }
        5 if !members.is_empty() => without_a_member(text, &members, random),
        6 if parser != "public" => bad_point(text, parser, random),
        7 if parser != "public" => {
            let span = random.pick(&decimals);
            let last = text.as_bytes()[span.end - 2];
            let other = if last == b'9' { "8" } else { "9" };
            *text = replaced(text, &(span.end - 2..span.end - 1), other);
            "a point is not on the curve"
        }
        _ if !decimals.is_empty() => {
            let span = random.pick(&decimals);
            let digits = text[span.start + 1..span.end - 1].to_owned();
            *text = replaced(text, span, &not_canonical(&digits, parser, random));
            "a number is not canonical"
        }
        _ => {
            text.clear();
            "it is empty"
        }
    }
}

/// The same key with its first letter escaped, which no reader may take for another.
fn escaped_key(member: &str) -> String {
    format!("\"\\u{:04x}{}", member.as_bytes()[1], &member[2..])
}

/// Without a member that is needed, or with another protocol or curve.
fn without_a_member(text: &mut String, members: &[Span], random: &mut Random) -> &'static str {
    let member = random.pick(members).clone();
    let optional = OPTIONAL
        .iter()
        .any(|name| text[member.clone()].starts_with(&format!("\"{name}\"")));
    if !optional {
        let hidden = format!("\"x{}", &text[member.start + 1..member.end]);
        *text = replaced(text, &member, &hidden);
        return "a member is missing";
    }
    if let Some(value) = value_of(text, "curve").filter(|_| random.once_in(2)) {
        *text = replaced(
            text,
            &value,
            random.pick_text(&["\"bls12381\"", "null", "128", "\"BN128\"", "\"\""]),
        );
    } else if let Some(value) = value_of(text, "protocol") {
        *text = replaced(
            text,
            &value,
            random.pick_text(&["\"plonk\"", "false", "[]", "\"Groth16\"", "\"bn128\""]),
        );
    } else {
        text.clear();
        return "it is empty";
    }
    "protocol or curve is another"
}

/// A point outside the subgroup, at infinity where none may be, or with real and imaginary parts exchanged.
fn bad_point(text: &mut String, parser: &str, random: &mut Random) -> &'static str {
    let members: &[&'static str] = match parser {
        "proof" => &["pi_b"],
        _ => &["vk_beta_2", "vk_gamma_2", "vk_delta_2"],
    };
    let value = value_of(text, random.pick_text(members)).expect("a point of G2");
    let inside = |span: &Span| value.start < span.start && span.end <= value.end;
    match random.below(3) {
        0 if parser == "proof" => {
            let value = value_of(text, random.pick_text(&["pi_a", "pi_c"])).expect("a point of G1");
            *text = replaced(text, &value, INFINITY_G1);
            "a point is at infinity"
        }
        1 => {
            let coordinates: Vec<Span> = parts(text).decimals.into_iter().filter(inside).collect();
            let (real, imaginary) = (&coordinates[0], &coordinates[1]);
            let later = replaced(text, imaginary, &text[real.clone()]);
            *text = replaced(&later, real, &text[imaginary.clone()]);
            "real and imaginary parts are exchanged"
        }
        _ => {
            let (x, y) = outside(random).xy().expect("a finite point");
            let coordinates = [x.c0, x.c1, y.c0, y.c1].map(|value| value.into_bigint().to_string());
            let [x0, x1, y0, y1] = coordinates;
            let point = format!("[[\"{x0}\",\"{x1}\"],[\"{y0}\",\"{y1}\"],[\"1\",\"0\"]]");
            *text = replaced(text, &value, &point);
            "a point is outside the subgroup"
        }
    }
}

/// The same number as no reader may take it.
fn not_canonical(digits: &str, parser: &str, random: &mut Random) -> String {
    let modulus = BigUint::from(if parser == "public" {
        Fr::MODULUS
    } else {
        Fq::MODULUS
    });
    let number: BigUint = digits.parse().expect("digits");
    match random.below(16) {
        0 => format!("\"0{digits}\""),
        1 => format!("\"+{digits}\""),
        2 => format!("\"-{digits}\""),
        3 => format!("\" {digits}\""),
        4 => format!("\"{digits}\\n\""),
        5 => format!("\"0x{number:x}\""),
        6 => format!("\"{}\"", number + modulus),
        7 => format!("\"{}\"", number + modulus * 3u32),
        8 => digits.to_owned(),
        9 => "null".to_owned(),
        10 => "true".to_owned(),
        11 => format!("[\"{digits}\"]"),
        12 => format!("\"{digits}.0\""),
        13 => format!("\"{digits}e0\""),
        14 => "\"\"".to_owned(),
        _ => format!("\"{digits}{}\"", "1".repeat(80 + random.below(4000))),
    }
}
