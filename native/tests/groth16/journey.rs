use crate::{Folder, r1cs, squarings, wtns};
use _native::error::Error;
use _native::formats::replace::replace;
use _native::formats::verification_key_json;
use _native::groth16::{InsecureKey, Proof, ProvingKey, VerificationKey};
use _native::setup::setup_development;
use _native::watch::Watch;
use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};
use std::io::Write;

fn key(circuit: &[u8]) -> ProvingKey {
    let folder = Folder::fresh();
    let zkey = folder.0.join("key.zkey");
    setup_development(circuit, &zkey, &Watch::default()).expect("a key");
    ProvingKey::read(&std::fs::read(&zkey).expect("the key"), &Watch::default())
        .expect("a sound key")
}

#[test]
fn a_true_statement_is_proved_and_a_changed_signal_rejected() {
    let (circuit, witness) = squarings(5);
    let key = key(&circuit);
    let (proof, public) = key.prove(&witness, &Watch::default()).expect("a proof");
    assert_eq!(public, [Fr::from(3u64).pow([32])]);
    key.verification_key()
        .verify(&proof, &public)
        .expect("it verifies");
    let wrong = key
        .verification_key()
        .verify(&proof, &[public[0] + Fr::ONE]);
    assert!(matches!(wrong, Err(Error::ProofRejected { .. })));
    let missing = key.verification_key().verify(&proof, &[]);
    assert!(matches!(missing, Err(Error::ProofMalformed { .. })));
}

#[test]
fn a_false_statement_is_not_proved() {
    let (circuit, _) = squarings(1);
    let key = key(&circuit);
    let values = |square: u64| wtns(&[Fr::ONE, Fr::from(square), Fr::from(3u64)]);
    assert!(key.prove(&values(9), &Watch::default()).is_ok());
    assert!(matches!(
        key.prove(&values(8), &Watch::default()),
        Err(Error::StatementFalse(_))
    ));
    assert!(matches!(
        key.prove(&wtns(&[Fr::ONE; 2]), &Watch::default()),
        Err(Error::ArtifactMismatch(_))
    ));
}

#[test]
fn a_circuit_without_rows_or_signals_still_has_a_key() {
    let key = key(&r1cs(1, 0, &[]));
    let (proof, public) = key
        .prove(&wtns(&[Fr::ONE]), &Watch::default())
        .expect("a proof");
    key.verification_key()
        .verify(&proof, &public)
        .expect("it verifies");
    assert_eq!(
        (key.domain_size(), key.constraint_count(), key.wire_count()),
        (2, 0, 1)
    );
}

#[test]
fn zero_terms_and_empty_sides_are_constraints_too() {
    // 0 = 0, then 7 * 1 = x with x public.
    let key = key(&r1cs(
        2,
        1,
        &[[&[], &[], &[]], [&[(7, 0)], &[(1, 0)], &[(1, 1)]]],
    ));
    assert!(
        key.prove(&wtns(&[Fr::ONE, Fr::from(7u64)]), &Watch::default())
            .is_ok()
    );
    assert!(
        key.prove(&wtns(&[Fr::ONE, Fr::ZERO]), &Watch::default())
            .is_err()
    );
}

#[test]
fn a_key_survives_its_json() {
    let key = key(&squarings(2).0);
    let text = key.verification_key().to_json();
    let again = VerificationKey::from_json(&text).expect("a sound key");
    assert_eq!(again.points(), key.verification_key().points());
    assert_eq!(again.to_json(), text);
}

/// `count` true statements, each square of a number of its own.
fn squares(key: &ProvingKey, count: u64) -> Vec<(Proof, Vec<Fr>)> {
    (1..=count)
        .map(|root| {
            let witness = wtns(&[Fr::ONE, Fr::from(root * root), Fr::from(root)]);
            key.prove(&witness, &Watch::default()).expect("a proof")
        })
        .collect()
}

#[test]
fn a_batch_holds_where_every_proof_holds() {
    let key = key(&squarings(1).0);
    let verifier = key.verification_key();
    let proofs = squares(&key, 20);
    for count in [0, 1, 2, 16, 17, 20] {
        verifier
            .verify_many(&proofs[..count], &Watch::default())
            .expect("a true batch");
    }
}

#[test]
fn a_batch_names_the_proofs_that_are_false() {
    let key = key(&squarings(1).0);
    let verifier = key.verification_key();
    let proofs = squares(&key, 18);
    let refused = |changes: &[usize], change: fn(&mut (Proof, Vec<Fr>))| {
        let mut items = proofs.clone();
        changes.iter().for_each(|index| change(&mut items[*index]));
        match verifier.verify_many(&items, &Watch::default()) {
            Err(Error::ProofRejected { which }) => which,
            _ => Vec::new(),
        }
    };
    for changes in [vec![0], vec![17], vec![3, 16], (0..18).collect()] {
        assert_eq!(
            refused(&changes, |(_, public)| public[0] += Fr::ONE),
            changes
        );
        assert_eq!(refused(&changes, |(proof, _)| proof.a = -proof.a), changes);
        assert_eq!(refused(&changes, |(proof, _)| proof.c = -proof.c), changes);
    }
    // Two errors that would cancel in a sum without weights.
    let mut items = proofs.clone();
    let (first, second) = (items[0].1[0], items[1].1[0]);
    items[0].1[0] = first + Fr::ONE;
    items[1].1[0] = second - Fr::ONE;
    let cancelled = verifier.verify_many(&items, &Watch::default());
    assert!(matches!(cancelled, Err(Error::ProofRejected { which }) if which == [0, 1]));
    items[1].1.clear();
    let short = verifier.verify_many(&items, &Watch::default());
    assert!(
        matches!(short, Err(Error::ProofMalformed { part, .. }) if part.starts_with("proof 1"))
    );
}

#[test]
fn stopped_work_ends_at_its_next_report() {
    let folder = Folder::fresh();
    let (circuit, witness) = squarings(5);
    let sound = key(&circuit);
    let stopped = Watch::default();
    stopped.stop();
    assert!(matches!(
        sound.prove(&witness, &stopped),
        Err(Error::Cancelled)
    ));
    let zkey = folder.0.join("stopped.zkey");
    let made = setup_development(&circuit, &zkey, &stopped);
    assert!(matches!(made, Err(Error::Cancelled)));
    assert!(!zkey.exists());
    let proofs = squares(&key(&squarings(1).0), 2);
    let verified = key(&squarings(1).0)
        .verification_key()
        .verify_many(&proofs, &stopped);
    assert!(matches!(verified, Err(Error::Cancelled)));
}

#[test]
fn work_that_committed_is_not_stopped() {
    let (stopped, committed) = (Watch::default(), Watch::default());
    assert!(stopped.stop() && stopped.stop());
    assert!(matches!(stopped.commit(), Err(Error::Cancelled)));
    assert!(committed.commit().is_ok());
    assert!(!committed.stop());
    assert!(committed.advance(1).is_ok());
}

#[test]
fn a_file_that_is_stopped_keeps_its_old_contents() {
    let folder = Folder::fresh();
    let path = folder.file("file", b"old");
    let watch = Watch::default();
    let stopped = replace(&path, &watch, |out| {
        out.write_all(b"half of the n")?;
        watch.stop();
        out.write_all(b"ew")
    });
    assert!(matches!(stopped, Err(Error::Cancelled)));
    assert_eq!(std::fs::read(&path).expect("the old file"), b"old");
    assert_eq!(std::fs::read_dir(&folder.0).expect("the folder").count(), 1);
}

#[test]
fn work_reports_how_far_it_is() {
    let (circuit, witness) = squarings(5);
    let (key, watch) = (key(&circuit), Watch::default());
    assert_eq!(watch.fraction(), 0.0);
    key.prove(&witness, &watch).expect("a proof");
    assert_eq!(watch.fraction(), 1.0);
}

#[test]
fn a_look_at_an_insecure_key_names_every_fault() {
    let key = key(&squarings(1).0);
    let sound = key.verification_key().to_json();
    let look = InsecureKey::from_json(&sound).expect("a key");
    assert!(look.faults().is_empty());
    let mut points = look.points().clone();
    points.delta = points.gamma;
    points.ic[1] = points.ic[0];
    let text = verification_key_json::write(&points);
    let Err(Error::SetupInsecure { element, .. }) = VerificationKey::from_json(&text) else {
        panic!("a degenerate key was taken");
    };
    assert_eq!(element, "vk_delta_2");
    let look = InsecureKey::from_json(&text).expect("a key to look at");
    let elements: Vec<_> = look.faults().iter().map(|fault| fault.element).collect();
    assert_eq!(elements, ["vk_delta_2", "IC"]);
    let (proof, public) = squares(&key, 1).remove(0);
    assert!(matches!(look.equation_holds(&proof, &public), Ok(false)));
    let sound = InsecureKey::from_json(&sound).expect("a key");
    assert!(matches!(sound.equation_holds(&proof, &public), Ok(true)));
    assert!(sound.equation_holds(&proof, &[]).is_err());
}
