//! Standard circom and snarkjs files, read without trusting a byte of them.

pub(crate) mod binary;
pub mod contributions;
mod decimal;
pub(crate) mod element;
mod json;
pub mod mapped;
pub mod parameters;
pub mod points;
pub mod prepared;
pub mod proof_json;
pub mod ptau;
pub mod ptau_contribution;
pub mod ptau_writer;
pub mod r1cs;
pub mod replace;
pub mod verification_key_json;
pub mod wtns;
pub mod zkey;
pub mod zkey_writer;

pub(crate) use decimal::swapped_hint;
pub(crate) use points::checked_point;
