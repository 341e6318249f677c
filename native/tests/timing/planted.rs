//! Signers with a leak each, which the same trial has to catch every time.

use crate::trial::{LIMIT, SAMPLES, Step};
use _native::babyjubjub::{Point, Scalar};
use ark_ff::PrimeField;
use num_bigint::BigUint;

/// A quarter of the bits set, the top ones too: as long as any other nonce.
const SPARSE: [u8; 64] = [0x11; 64];

/// Doubling and adding skips the addition where a bit is 0.
#[test]
fn skipped_zero_bits_are_caught() {
    let step = Step {
        name: "planted: double and add",
        fixed: SPARSE,
        prepare: |secret: &[u8; 64], _: &[u8; 64]| Scalar::from_le_bytes_mod_order(secret),
        run: |nonce: &Scalar| Point::BASE.times(nonce),
    };
    assert!(step.smallest_t(SAMPLES) > LIMIT);
}

/// Reduction ends as soon as the number is below l.
#[test]
fn an_early_end_of_the_reduction_is_caught() {
    let step = Step {
        name: "planted: subtract while it is too large",
        fixed: [1; 64],
        prepare: |secret: &[u8; 64], _: &[u8; 64]| BigUint::from_bytes_le(&secret[..32]),
        run: |nonce: &BigUint| {
            let order = BigUint::from(Scalar::MODULUS);
            let mut rest = nonce.clone();
            while rest >= order {
                rest -= &order;
            }
            rest
        },
    };
    assert!(step.smallest_t(SAMPLES) > LIMIT);
}

/// arkworks reduces 512 bits with a branch at each subtraction.
#[test]
fn a_branch_in_the_subtraction_is_caught() {
    let step = Step {
        name: "planted: reduction by arkworks",
        fixed: SPARSE,
        prepare: |secret: &[u8; 64], _: &[u8; 64]| *secret,
        run: |nonce: &[u8; 64]| Scalar::from_le_bytes_mod_order(nonce),
    };
    assert!(step.smallest_t(SAMPLES) > LIMIT);
}
