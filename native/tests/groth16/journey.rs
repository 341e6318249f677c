use crate::{Folder, r1cs, squarings, wtns};
use _native::error::Error;
use _native::groth16::{ProvingKey, VerificationKey};
use _native::setup::setup_development;
use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};

fn key(circuit: &[u8]) -> ProvingKey {
    let folder = Folder::fresh();
    let zkey = folder.0.join("key.zkey");
    setup_development(&folder.file("circuit.r1cs", circuit), &zkey).expect("a key");
    ProvingKey::open(&zkey).expect("a sound key")
}

#[test]
fn a_true_statement_is_proved_and_a_changed_signal_rejected() {
    let (circuit, witness) = squarings(5);
    let key = key(&circuit);
    let (proof, public) = key.prove(&witness).expect("a proof");
    assert_eq!(public, [Fr::from(3u64).pow([32])]);
    key.verification_key()
        .verify(&proof, &public)
        .expect("it verifies");
    let wrong = key
        .verification_key()
        .verify(&proof, &[public[0] + Fr::ONE]);
    assert!(matches!(wrong, Err(Error::ProofRejected)));
    let missing = key.verification_key().verify(&proof, &[]);
    assert!(matches!(missing, Err(Error::ProofMalformed { .. })));
}

#[test]
fn a_false_statement_is_not_proved() {
    let (circuit, _) = squarings(1);
    let key = key(&circuit);
    let values = |square: u64| wtns(&[Fr::ONE, Fr::from(square), Fr::from(3u64)]);
    assert!(key.prove(&values(9)).is_ok());
    assert!(matches!(
        key.prove(&values(8)),
        Err(Error::StatementFalse(_))
    ));
    assert!(matches!(
        key.prove(&wtns(&[Fr::ONE; 2])),
        Err(Error::ArtifactMismatch(_))
    ));
}

#[test]
fn a_circuit_without_rows_or_signals_still_has_a_key() {
    let key = key(&r1cs(1, 0, &[]));
    let (proof, public) = key.prove(&wtns(&[Fr::ONE])).expect("a proof");
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
    assert!(key.prove(&wtns(&[Fr::ONE, Fr::from(7u64)])).is_ok());
    assert!(key.prove(&wtns(&[Fr::ONE, Fr::ZERO])).is_err());
}

#[test]
fn a_key_survives_its_json() {
    let key = key(&squarings(2).0);
    let text = key.verification_key().to_json();
    let again = VerificationKey::from_json(&text).expect("a sound key");
    assert_eq!(again.points(), key.verification_key().points());
    assert_eq!(again.to_json(), text);
}
