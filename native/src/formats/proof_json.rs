//! proof.json and public.json, strict where snarkjs is not.

use ark_bn254::Fr;
use ark_ec::AffineRepr;

use super::decimal::{element, g1, g1_text, g2, g2_text, list, text};
use super::json::{Fault, Node, Parsed, parse};
use crate::error::{Error, Result};
use crate::groth16::Proof;

impl Fault {
    fn in_proof(self, part: &str) -> Error {
        Error::ProofMalformed {
            part: part.to_owned(),
            offset: Some(self.offset as u64),
            reason: self.reason,
        }
    }
}

/// Refuse another protocol or curve; a file that names none is taken at its word.
pub fn expect_groth16_on_bn254(node: &Node) -> Parsed<()> {
    for (key, known) in [
        ("protocol", ["groth16", "groth16"]),
        ("curve", ["bn128", "bn254"]),
    ] {
        if let Some(value) = node.find(key)
            && !known.contains(&value.text()?)
        {
            return Err(value.fault(format!("{key} is not {}", known[0])));
        }
    }
    Ok(())
}

/// Read a proof.json: its points on their curves, in their subgroups, none at infinity.
pub fn read_proof(text: &str) -> Result<Proof> {
    let whole = |fault: Fault| fault.in_proof("proof");
    let node = parse(text).map_err(whole)?;
    let points = [
        node.member("pi_a"),
        node.member("pi_b"),
        node.member("pi_c"),
    ];
    expect_groth16_on_bn254(&node).map_err(whole)?;
    let [a, b, c] = points;
    Ok(Proof {
        a: a.and_then(|a| finite(a, g1))
            .map_err(|fault| fault.in_proof("pi_a"))?,
        b: b.and_then(|b| finite(b, g2))
            .map_err(|fault| fault.in_proof("pi_b"))?,
        c: c.and_then(|c| finite(c, g1))
            .map_err(|fault| fault.in_proof("pi_c"))?,
    })
}

fn finite<G: AffineRepr>(node: &Node, read: impl Fn(&Node) -> Parsed<G>) -> Parsed<G> {
    let point = read(node)?;
    if point.is_zero() {
        Err(node.fault("the point at infinity"))
    } else {
        Ok(point)
    }
}

/// Read a public.json: canonical scalars.
pub fn read_public(text: &str) -> Result<Vec<Fr>> {
    let whole = |fault: Fault| fault.in_proof("public signals");
    let node = parse(text).map_err(whole)?;
    let items = node.items().map_err(whole)?.iter().enumerate();
    items
        .map(|(index, item)| {
            element(item).map_err(|fault| fault.in_proof(&format!("public signal {index}")))
        })
        .collect()
}

/// A proof as snarkjs writes it.
pub fn write_proof(proof: &Proof) -> String {
    let (a, b, c) = (
        g1_text(1, &proof.a),
        g2_text(1, &proof.b),
        g1_text(1, &proof.c),
    );
    format!(
        "{{\n \"pi_a\": {a},\n \"pi_b\": {b},\n \"pi_c\": {c},\n \"protocol\": \"groth16\",\n \"curve\": \"bn128\"\n}}"
    )
}

/// Public signals as snarkjs writes them.
pub fn write_public(signals: &[Fr]) -> String {
    if signals.is_empty() {
        return "[]".to_owned();
    }
    list(0, &signals.iter().map(text).collect::<Vec<_>>())
}
