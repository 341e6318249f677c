//! Phase 1: powers of a tau that nobody knows, with alpha and beta, good for every circuit of up to so many rows.

use std::fs;
use std::io::{self, BufWriter};
use std::path::Path;

use ark_bn254::{G1Affine, G2Affine};
use ark_ec::AffineRepr;

pub use super::powers_contribute::{beacon, contribute};
pub use super::powers_prepare::prepare;
pub use super::powers_verify::verify;

use super::powers_first::first_challenge;
use super::transcript::Digest;
use crate::error::{Error, Result};
use crate::formats::ptau::MAX_POWER;
use crate::formats::ptau_writer::{self, POWERS};
use crate::formats::replace::{expect_output, replace};
use crate::watch::{Watch, Watched};

/// Begin a ceremony for 2^`power` rows: all secrets are 1, so that nothing may be made of it before somebody contributes.
/// The challenge that the first contribution answers comes back.
pub fn new(path: &Path, power: u32, watch: &Watch) -> Result<Digest> {
    if !(1..=MAX_POWER).contains(&power) {
        return Err(Error::Argument(format!(
            "power {power}, 1 to {MAX_POWER} are possible"
        )));
    }
    let rows = 1 << power;
    let (in_g1, in_g2) = (G1Affine::generator(), G2Affine::generator());
    written(path, watch, |out| {
        ptau_writer::begin(out, POWERS, power, power)?;
        ptau_writer::repeated_section(out, 2, in_g1, 2 * rows - 1)?;
        ptau_writer::repeated_section(out, 3, in_g2, rows)?;
        ptau_writer::repeated_section(out, 4, in_g1, rows)?;
        ptau_writer::repeated_section(out, 5, in_g1, rows)?;
        ptau_writer::repeated_section(out, 6, in_g2, 1)?;
        Ok(ptau_writer::contributions(out, &[])?)
    })?;
    Ok(first_challenge(power))
}

/// Where a new file's bytes go.
pub(super) type Out<'a, 'b> = Watched<'a, BufWriter<&'b fs::File>>;

/// Why a file was not filled.
pub(super) enum Unfilled {
    /// The system refused.
    Io(io::Error),
    /// What was to be written could not be made.
    Refused(Error),
}

impl From<io::Error> for Unfilled {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<Error> for Unfilled {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

/// Replace a file by what `fill` makes while it writes.
pub(super) fn written(
    path: &Path,
    watch: &Watch,
    fill: impl FnOnce(&mut Out<'_, '_>) -> std::result::Result<(), Unfilled>,
) -> Result<()> {
    let mut refusal = None;
    let replaced = replace(path, watch, |out| {
        fill(out).map_err(|unfilled| match unfilled {
            Unfilled::Io(error) => error,
            Unfilled::Refused(error) => {
                let shown = io::Error::other(error.to_string());
                refusal = Some(error);
                shown
            }
        })
    });
    match (replaced, refusal) {
        (Err(_), Some(refusal)) => Err(refusal),
        (replaced, _) => replaced,
    }
}

/// Refuse an output that is no file, or the input: a contribution that was handed over is not to be lost.
pub(super) fn expect_another(old: &Path, new: &Path) -> Result<()> {
    expect_output(new)?;
    match (fs::canonicalize(old), fs::canonicalize(new)) {
        (Ok(old), Ok(same)) if old == same => {
            Err(Error::output(new, "is the input; name another output"))
        }
        _ => Ok(()),
    }
}
