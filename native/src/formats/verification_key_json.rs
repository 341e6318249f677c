//! verification_key.json.

use ark_bn254::Fq12;

use super::decimal::{extension_text, g1, g1_text, g2, g2_text, list};
use super::json::{Fault, Node, Parsed, Value, parse};
use super::proof_json::expect_groth16_on_bn254;
use crate::error::{Error, Result};
use crate::groth16::{VerificationPoints, pairing_product};

/// Read a verification_key.json; that it is sound is checked elsewhere.
pub fn read(text: &str) -> Result<VerificationPoints> {
    parse(text)
        .and_then(|node| key(&node))
        .map_err(|Fault { offset, reason }| Error::ArtifactMalformed {
            format: "verification key",
            offset: Some(offset as u64),
            reason,
        })
}

fn key(node: &Node) -> Parsed<VerificationPoints> {
    expect_groth16_on_bn254(node)?;
    let ic = node.member("IC")?;
    let points = ic.items()?.iter().map(g1).collect::<Parsed<Vec<_>>>()?;
    let count = node.member("nPublic")?;
    let expected = points
        .len()
        .checked_sub(1)
        .ok_or_else(|| ic.fault("IC is empty"))?;
    if !matches!(&count.value, Value::Number(number) if *number == expected.to_string()) {
        return Err(count.fault(format!(
            "IC has points for {expected} public signals, nPublic says otherwise"
        )));
    }
    Ok(VerificationPoints {
        alpha: g1(node.member("vk_alpha_1")?)?,
        beta: g2(node.member("vk_beta_2")?)?,
        gamma: g2(node.member("vk_gamma_2")?)?,
        delta: g2(node.member("vk_delta_2")?)?,
        ic: points,
    })
}

/// A verification key as snarkjs writes it.
pub fn write(key: &VerificationPoints) -> String {
    let members = [
        ("protocol", "\"groth16\"".to_owned()),
        ("curve", "\"bn128\"".to_owned()),
        ("nPublic", (key.ic.len() - 1).to_string()),
        ("vk_alpha_1", g1_text(1, &key.alpha)),
        ("vk_beta_2", g2_text(1, &key.beta)),
        ("vk_gamma_2", g2_text(1, &key.gamma)),
        ("vk_delta_2", g2_text(1, &key.delta)),
        (
            "vk_alphabeta_12",
            target_text(&pairing_product(&[(key.alpha, &key.beta.into())])),
        ),
        (
            "IC",
            list(
                1,
                &key.ic
                    .iter()
                    .map(|point| g1_text(2, point))
                    .collect::<Vec<_>>(),
            ),
        ),
    ];
    let lines: Vec<String> = members
        .iter()
        .map(|(name, value)| format!(" \"{name}\": {value}"))
        .collect();
    format!("{{\n{}\n}}", lines.join(",\n"))
}

/// An element of the pairing's target group as JSON: 2 x 3 x 2 coordinates.
fn target_text(value: &Fq12) -> String {
    let halves = [value.c0, value.c1].map(|half| {
        list(
            2,
            &[half.c0, half.c1, half.c2].map(|coordinate| extension_text(3, &coordinate)),
        )
    });
    list(1, &halves)
}
