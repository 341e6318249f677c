//! The step of delivery that holds a secret: the buyer's, or the one that is drawn for a claim.

use crate::trial::{LIMIT, Step, samples};
use _native::delivery::times;
use _native::field::Fr;
use ark_ff::MontFp;

/// u of the base point.
const BASE: Fr =
    MontFp!("7117928050407583618111176421555214756675765419608405867398403713213306743542");

/// The number 1 climbs as long as any other.
const ONE: [u8; 64] = {
    let mut bytes = [0; 64];
    bytes[0] = 1;
    bytes
};

/// u of a secret times a public point.
#[test]
fn a_shared_secret_takes_no_time_of_its_own() {
    let step = Step {
        name: "u of a secret times a point",
        fixed: ONE,
        prepare: |secret: &[u8; 64], _: &[u8; 64]| std::array::from_fn(|i| secret[i]),
        run: |scalar: &[u8; 32]| times(BASE, scalar).expect("no multiple of l"),
    };
    assert!(step.smallest_t(samples()) < LIMIT);
}
