//! The eight parsers, how each may refuse, and what is done with what it still reads.

use std::collections::HashMap;

use _native::error::Error;
use _native::formats::ptau::Ptau;
use _native::formats::r1cs::R1cs;
use _native::formats::{proof_json, verification_key_json, wtns};
use _native::groth16::{InsecureKey, Proof, ProvingKey, VerificationKey, VerificationPoints};
use _native::watch::Watch;
use _native::witness::{self, Graph};
use ark_bn254::Fr;
use ark_ff::Field;

use zeroize::Zeroizing;

use crate::campaign::Use;
use crate::corpus::committed;
use crate::parser::{Parser, TakeOn, sectioned, textual};

/// What cannot be afforded for every accepted mutant, a proof or a pairing, is done for one run in so many.
const SAMPLED: u64 = 4;

fn malformed(error: &Error, name: &str) -> bool {
    matches!(error, Error::ArtifactMalformed { format, .. } if *format == name)
}

fn utf8(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("mutants of texts are texts")
}

fn must(holds: bool, else_why: &str) -> Result<Use, String> {
    if holds {
        Ok(Use::Seen)
    } else {
        Err(else_why.to_owned())
    }
}

/// Constraints; a witness of as many wires is checked against what is accepted.
pub fn r1cs() -> Parser<R1cs> {
    let take_on: TakeOn<R1cs> = Box::new(|circuit, _, _| {
        must(
            circuit.public_count() < circuit.wires,
            "more signals than wires",
        )?;
        if circuit.wires < 1 << 16 {
            let checked = circuit.first_unsatisfied(&vec![Fr::ONE; circuit.wires]);
            must(checked.is_ok(), "a witness of its size is refused")?;
        }
        let other = circuit.first_unsatisfied(&[]);
        must(
            matches!(other, Err(Error::ArtifactMismatch(_))),
            "no witness is a witness",
        )
    });
    sectioned(
        "r1cs",
        R1cs::read,
        |error| malformed(error, "r1cs"),
        take_on,
    )
}

/// Witnesses; of those that are accepted, some are proved with the key of the circuit.
pub fn wtns() -> Parser<Zeroizing<Vec<Fr>>> {
    let keys: HashMap<String, ProvingKey> = committed("zkey")
        .into_iter()
        .map(|seed| {
            (
                seed.name,
                ProvingKey::read(&seed.bytes, &Watch::default()).expect("a sound key"),
            )
        })
        .collect();
    let take_on: TakeOn<Zeroizing<Vec<Fr>>> = Box::new(move |witness, mutant, run| {
        must(
            witness.first() == Some(&Fr::ONE),
            "the first value is not 1",
        )?;
        match keys.get(&mutant.seed) {
            Some(key) if run.is_multiple_of(SAMPLED) => proved(key, &mutant.bytes),
            _ => Ok(Use::Seen),
        }
    });
    sectioned(
        "wtns",
        wtns::read,
        |error| malformed(error, "wtns"),
        take_on,
    )
    .proving()
}

/// Keys; some that are accepted are opened, and a proof is made with them.
pub fn zkey() -> Parser<InsecureKey> {
    let witnesses: HashMap<String, Vec<u8>> = committed("wtns")
        .into_iter()
        .map(|seed| (seed.name, seed.bytes))
        .collect();
    let take_on: TakeOn<InsecureKey> = Box::new(move |read, mutant, run| {
        must(
            read.sizes()
                .is_some_and(|sizes| sizes.wires > read.points().ic.len() - 1),
            "more signals than wires",
        )?;
        if !run.is_multiple_of(SAMPLED) {
            return Ok(Use::Seen);
        }
        match (
            ProvingKey::read(&mutant.bytes, &Watch::default()),
            witnesses.get(&mutant.seed),
        ) {
            (Ok(key), Some(witness)) => proved(&key, witness),
            (Ok(_) | Err(Error::SetupInsecure { .. }), _) => Ok(Use::Seen),
            (Err(error), _) => Err(format!("what was read cannot be opened: {error:?}")),
        }
    });
    sectioned(
        "zkey",
        |bytes| InsecureKey::read(bytes, &Watch::default()),
        |error| malformed(error, "zkey"),
        take_on,
    )
    .with_header::<2>()
    .proving()
}

/// A proof that comes out verifies, judged by a key that went through JSON.
fn proved(key: &ProvingKey, witness: &[u8]) -> Result<Use, String> {
    match key.prove(witness, &Watch::default()) {
        Ok((proof, public)) => {
            let judge = VerificationKey::from_json(&key.verification_key().to_json());
            let judge =
                judge.map_err(|error| format!("the key does not survive JSON: {error:?}"))?;
            let verified = judge.verify(&proof, &public);
            verified.map_err(|error| format!("a proof that does not verify: {error:?}"))?;
            Ok(Use::Proved)
        }
        Err(Error::StatementFalse(_) | Error::ArtifactMismatch(_)) => Ok(Use::Seen),
        Err(error) => Err(format!("the wrong kind of refusal to prove: {error:?}")),
    }
}

/// Powers of tau; reading them checks their secrets as well.
pub fn ptau() -> Parser<Ptau> {
    let take_on: TakeOn<Ptau> = Box::new(|ptau, _, _| {
        let rows = 1 << ptau.power;
        must(ptau.tau_g1.len() == 2 * rows - 1, "too few powers")?;
        must(ptau.contributions > 0, "nobody contributed")?;
        must(
            ptau.lagrange_for(rows).is_ok() == ptau.prepared(),
            "prepared or not",
        )?;
        must(
            ptau.lagrange_for(rows + 1).is_err(),
            "too many rows for its power",
        )
    });
    sectioned(
        "ptau",
        |bytes| Ptau::read(bytes, &Watch::default()),
        |error| malformed(error, "ptau"),
        take_on,
    )
    .judging_setups()
}

/// verification_key.json.
pub fn verification_key() -> Parser<VerificationPoints> {
    let take_on: TakeOn<VerificationPoints> = Box::new(|key, _, run| {
        if !run.is_multiple_of(SAMPLED) {
            return Ok(Use::Seen);
        }
        let written = verification_key_json::write(&key);
        let again = verification_key_json::read(&written).map_err(|error| format!("{error:?}"))?;
        must(again == key, "it reads back as another key")?;
        must(
            verification_key_json::write(&again) == written,
            "it is written in two ways",
        )?;
        match VerificationKey::new(key) {
            Ok(_) | Err(Error::SetupInsecure { .. }) => Ok(Use::Seen),
            Err(error) => Err(format!("the wrong kind of refusal: {error:?}")),
        }
    });
    textual(
        "verification_key",
        |bytes| verification_key_json::read(utf8(bytes)),
        |error| malformed(error, "verification key"),
        take_on,
    )
}

/// Additions that calculating with an accepted mutant may take; more would show nothing else.
const WORK: u64 = 1 << 20;

/// Witness graphs; those that are accepted are calculated with, on inputs of their own number.
pub fn wgr() -> Parser<Graph> {
    let take_on: TakeOn<Graph> = Box::new(|graph, _, run| {
        let written = witness::write(&graph);
        let again = witness::read(&written).map_err(|error| format!("{error:?}"))?;
        must(again.parts() == graph.parts(), "it reads back as another")?;
        must(
            witness::write(&again) == written,
            "it is written in two ways",
        )?;
        if graph.work() > WORK || graph.parts().signals > 1 << 16 {
            return Ok(Use::Seen);
        }
        let values: Vec<Fr> = (0..graph.input_count() as u64)
            .map(|place| Fr::from(run ^ place))
            .collect();
        match graph.calculate_in_order(&values) {
            Ok(witness::Answer::Witness(file)) => {
                let found = wtns::read(&file).map_err(|error| format!("{error:?}"))?;
                must(found.len() == graph.wire_count(), "another number of wires")
            }
            Ok(witness::Answer::False(_)) => Ok(Use::Seen),
            Err(error) => Err(format!("it cannot be calculated: {error:?}")),
        }
    });
    sectioned(
        "wgr",
        witness::read,
        |error| malformed(error, "wgr"),
        take_on,
    )
    .limiting()
}

fn proof_malformed(error: &Error) -> bool {
    matches!(
        error,
        Error::ProofMalformed {
            offset: Some(_),
            ..
        }
    )
}

/// proof.json.
pub fn proof() -> Parser<Proof> {
    let take_on: TakeOn<Proof> = Box::new(|proof, _, _| {
        let written = proof_json::write_proof(&proof);
        let again = proof_json::read_proof(&written).map_err(|error| format!("{error:?}"))?;
        must(again == proof, "it reads back as another proof")?;
        must(
            proof_json::write_proof(&again) == written,
            "it is written in two ways",
        )
    });
    textual(
        "proof",
        |bytes| proof_json::read_proof(utf8(bytes)),
        proof_malformed,
        take_on,
    )
}

/// public.json.
pub fn public() -> Parser<Vec<Fr>> {
    let take_on: TakeOn<Vec<Fr>> = Box::new(|signals, _, _| {
        let written = proof_json::write_public(&signals);
        let again = proof_json::read_public(&written).map_err(|error| format!("{error:?}"))?;
        must(again == signals, "it reads back as other signals")?;
        must(
            proof_json::write_public(&again) == written,
            "it is written in two ways",
        )
    });
    textual(
        "public",
        |bytes| proof_json::read_public(utf8(bytes)),
        proof_malformed,
        take_on,
    )
}
