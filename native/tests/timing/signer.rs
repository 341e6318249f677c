//! The steps of signing that hold a secret, and signing as a whole.

use crate::trial::{LIMIT, Step, samples};
use _native::babyjubjub::Scalar;
use _native::field::Fr;
use _native::secret::{SecretScalar, field_element};
use _native::signature::SigningKey;
use ark_ff::PrimeField;
use std::hint::black_box;

/// The number 1: few bits, and every digit but one is 0.
const ONE: [u8; 64] = {
    let mut bytes = [0; 64];
    bytes[0] = 1;
    bytes
};

/// Runs of a short step that are timed as one, for the clock's tick.
const SHORT: usize = 32;

fn seed(bytes: &[u8; 64]) -> [u8; 32] {
    std::array::from_fn(|i| bytes[i])
}

/// From a seed to scalar, nonce key and public key: BLAKE-512, pruning, reduction, a multiple of the base point.
#[test]
fn a_seed_takes_no_time_of_its_own() {
    let step = Step {
        name: "key of a seed",
        fixed: [0; 64],
        prepare: |secret: &[u8; 64], _: &[u8; 64]| seed(secret),
        run: SigningKey::from_seed,
    };
    assert!(step.smallest_t(samples()) < LIMIT);
}

/// From 512 bits to a field element, as a device secret is made of a digest.
#[test]
fn a_reduction_takes_no_time_of_its_own() {
    let step = Step {
        name: "field element of 512 bits",
        fixed: ONE,
        prepare: |secret: &[u8; 64], _: &[u8; 64]| *secret,
        run: |bits: &[u8; 64]| {
            std::array::from_fn::<Fr, SHORT, _>(|_| field_element(black_box(bits)))
        },
    };
    assert!(step.smallest_t(samples()) < LIMIT);
}

/// From 512 bits to r and R8: the nonce 1 is reduced and multiplied as slowly as any other.
#[test]
fn a_nonce_takes_no_time_of_its_own() {
    let step = Step {
        name: "R8 of a nonce",
        fixed: ONE,
        prepare: |secret: &[u8; 64], _: &[u8; 64]| *secret,
        run: |nonce: &[u8; 64]| SecretScalar::from_le_bytes(nonce).base_multiple(),
    };
    assert!(step.smallest_t(samples()) < LIMIT);
}

/// S = r + h s for a fixed nonce and key under any challenge.
#[test]
fn an_answer_takes_no_time_of_its_own() {
    let step = Step {
        name: "S of nonce and key",
        fixed: ONE,
        prepare: |secret: &[u8; 64], public: &[u8; 64]| {
            let mut key = *secret;
            key.reverse();
            let secrets = [*secret, key].map(|bytes| SecretScalar::from_le_bytes(&bytes));
            (secrets, Scalar::from_le_bytes_mod_order(public))
        },
        run: |([nonce, key], challenge): &([SecretScalar; 2], Scalar)| {
            let mut last = key.times(challenge);
            for _ in 0..SHORT {
                last = nonce.plus(&key.times(&last.reveal()));
            }
            last
        },
    };
    assert!(step.smallest_t(samples()) < LIMIT);
}

/// Signing as a whole, nonce and challenge and answer, by a fixed key and by others; the messages are random for both.
#[test]
fn a_signature_takes_no_time_of_its_own() {
    let step = Step {
        name: "signature of a key",
        fixed: [0; 64],
        prepare: |secret: &[u8; 64], public: &[u8; 64]| {
            (
                SigningKey::from_seed(&seed(secret)),
                Fr::from_le_bytes_mod_order(public),
            )
        },
        run: |(key, message): &(SigningKey, Fr)| key.sign_deterministic(*message),
    };
    assert!(step.smallest_t(samples()) < LIMIT);
}
