//! Poseidon over BN254's scalar field with circomlib's parameters.

mod matrix;
mod schedule;

use crate::error::Error;
use crate::poseidon_constants::CONSTANTS;
use ark_bn254::Fr;
use schedule::Schedule;
use std::fmt;
use std::sync::OnceLock;

/// The largest number of inputs `hash` takes.
pub const MAX_INPUTS: usize = 16;

/// No constants exist for a state of this many lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WidthUnsupported(pub usize);

impl fmt::Display for WidthUnsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "no Poseidon permutation of {} lanes; widths in use are",
            self.0
        )?;
        CONSTANTS
            .iter()
            .try_for_each(|(width, ..)| write!(f, " {width}"))
    }
}

impl std::error::Error for WidthUnsupported {}

impl From<WidthUnsupported> for Error {
    fn from(unsupported: WidthUnsupported) -> Self {
        Self::Argument(unsupported.to_string())
    }
}

/// A state of a width in use.
pub trait Permutation {
    /// Replaces the state by its permutation.
    fn permute(&mut self);
}

macro_rules! permutations {
    ($($width:literal)*) => {
        $(impl Permutation for [Fr; $width] {
            fn permute(&mut self) {
                static SCHEDULE: OnceLock<Schedule<$width>> = OnceLock::new();
                SCHEDULE.get_or_init(Schedule::derive).permute(self);
            }
        })*

        /// One permutation of `state`, whose length is one of the widths in use.
        pub fn permute(state: &mut [Fr]) -> Result<(), WidthUnsupported> {
            $(if let Ok(lanes) = <&mut [Fr; $width]>::try_from(&mut *state) {
                lanes.permute();
                return Ok(());
            })*
            Err(WidthUnsupported(state.len()))
        }
    };
}

permutations!(2 3 4 5 6 9 17);

/// Lane 0 of the permutation of (tag; inputs). Tag 0 is circomlib's Poseidon.
pub fn hash(inputs: &[Fr], tag: Fr) -> Result<Fr, WidthUnsupported> {
    let mut state = [tag; MAX_INPUTS + 1];
    let width = inputs.len() + 1;
    let state = state.get_mut(..width).ok_or(WidthUnsupported(width))?;
    state[1..].copy_from_slice(inputs);
    permute(state)?;
    Ok(state[0])
}
