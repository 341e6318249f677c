//! Setups by many hands, in the files of snarkjs: whoever takes part multiplies the secrets by one that nobody else knows,
//! and proves to have known it. One who forgets it is enough.

pub mod knowledge;
pub mod multiples;
pub mod phase2;
pub mod phase2_beyond;
pub mod phase2_chain;
mod phase2_initial;
mod phase2_sums;
pub mod phase2_verify;
pub mod powers;
mod powers_chain;
mod powers_contribute;
pub mod powers_first;
mod powers_prepare;
mod powers_sums;
pub mod powers_verify;
pub mod transcript;
pub mod transform;
