//! JSON texts at the edges of what is read.

use _native::error::Error;
use _native::formats::{proof_json, verification_key_json};
use ark_bn254::Fr;
use ark_ec::AffineRepr;
use ark_ff::Field;

const KEY: &str = include_str!("../fuzz/corpus/verification_key/squarings.json");
const PROOF: &str = include_str!("../fuzz/corpus/proof/squarings.json");
const INFINITY_G1: &str = r#"["0", "1", "0"]"#;
const INFINITY_G2: &str = r#"[["0", "0"], ["1", "0"], ["0", "0"]]"#;
const ORIGIN_G1: &str = r#"["0", "0", "1"]"#;
const ORIGIN_G2: &str = r#"[["0", "0"], ["0", "0"], ["1", "0"]]"#;

/// `text` with another value for the member called `name`, a list.
fn with(text: &str, name: &str, value: &str) -> String {
    let (before, after) = text
        .split_once(&format!("\"{name}\": "))
        .expect("the member");
    let mut depth = 0;
    let end = after.find(|character| {
        depth += i32::from(character == '[') - i32::from(character == ']');
        depth == 0
    });
    let rest = &after[end.expect("an end") + 1..];
    format!("{before}\"{name}\": {value}{rest}")
}

fn why(text: &str) -> String {
    match verification_key_json::read(text) {
        Err(Error::ArtifactMalformed { reason, .. }) => reason,
        other => panic!("{:?}", other.err()),
    }
}

#[test]
fn infinity_in_a_key_is_read_and_written_as_snarkjs_does() {
    let text = with(
        &with(KEY, "vk_alpha_1", INFINITY_G1),
        "vk_delta_2",
        INFINITY_G2,
    );
    let key = verification_key_json::read(&text).expect("points of their groups");
    assert!(key.alpha.is_zero() && key.delta.is_zero());
    let written = verification_key_json::write(&key);
    assert_eq!(verification_key_json::read(&written).expect("a key"), key);
    assert!(written.contains("\"vk_alpha_1\": [\n  \"0\",\n  \"1\",\n  \"0\"\n ]"));
}

#[test]
fn the_origin_is_no_point() {
    // Binary files write infinity as zeros; as an affine point of a text it lies on neither curve.
    assert_eq!(
        why(&with(KEY, "vk_alpha_1", ORIGIN_G1)),
        "a point that is not on the curve"
    );
    assert_eq!(
        why(&with(KEY, "vk_gamma_2", ORIGIN_G2)),
        "a point that is not on the curve"
    );
    assert!(why(&with(KEY, "vk_alpha_1", r#"["0", "0", "0"]"#)).contains("must be 1"));
    assert!(why(&with(KEY, "vk_beta_2", INFINITY_G1)).contains("an array is expected"));
    assert_eq!(why(&with(KEY, "IC", "[]")), "IC is empty");
}

#[test]
fn a_proof_has_no_infinity() {
    for (name, point) in [
        ("pi_a", INFINITY_G1),
        ("pi_b", INFINITY_G2),
        ("pi_c", INFINITY_G1),
    ] {
        let refused = proof_json::read_proof(&with(PROOF, name, point));
        let Err(Error::ProofMalformed { part, reason, .. }) = refused else {
            panic!("accepted");
        };
        assert_eq!(
            (part.as_str(), reason.as_str()),
            (name, "the point at infinity")
        );
    }
}

#[test]
fn escapes_mean_what_they_stand_for() {
    let one = proof_json::read_public(r#"["\u0031"]"#).expect("a signal");
    assert_eq!(one, [Fr::ONE]);
    // Every escape of JSON is read; none of these is a digit.
    for escape in [
        r#"\""#,
        r"\\",
        r"\/",
        r"\b",
        r"\f",
        r"\n",
        r"\r",
        r"\t",
        r"\ud83d\ude00",
    ] {
        let refused = proof_json::read_public(&format!("[\"{escape}\"]"));
        let Err(Error::ProofMalformed { reason, .. }) = refused else {
            panic!("{escape} accepted");
        };
        assert!(
            reason.starts_with("not a decimal number"),
            "{escape}: {reason}"
        );
    }
    for (text, expected) in [
        (r#"["\x31"]"#, "no such escape"),
        (r#"["\ud83d"]"#, "no such escape"),
        (r#"["\ud83d\ud83d"]"#, "no such escape"),
        (r#"["\u31"]"#, "four hexadecimal digits are expected"),
        (r#"["\u+031"]"#, "four hexadecimal digits are expected"),
        (r#"["\"#, "a string without its end"),
        ("[\"\n\"]", "a control character in a string"),
    ] {
        let Err(Error::ProofMalformed { reason, .. }) = proof_json::read_public(text) else {
            panic!("{text} accepted");
        };
        assert_eq!(reason, expected, "{text}");
    }
}

#[test]
fn a_text_has_a_greatest_length_and_a_greatest_number_of_values() {
    let blanks = |length: usize| format!("[{}]", " ".repeat(length - 2));
    assert!(proof_json::read_public(&blanks(4 << 20)).is_ok());
    let refused = proof_json::read_public(&blanks((4 << 20) + 1));
    assert!(matches!(
        refused,
        Err(Error::ProofMalformed {
            offset: Some(0),
            ..
        })
    ));
    // The list itself is a value too.
    let signals = |count: usize| format!("[{}\"0\"]", "\"0\",".repeat(count - 1));
    let most = (1 << 18) - 1;
    assert_eq!(
        proof_json::read_public(&signals(most))
            .expect("signals")
            .len(),
        most
    );
    assert!(proof_json::read_public(&signals(most + 1)).is_err());
}
