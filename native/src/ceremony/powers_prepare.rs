//! Powers of tau made ready for phase 2: the Lagrange polynomials at tau, of every domain that a circuit may have.

use std::path::Path;

use ark_bn254::{g1, g2};
use ark_ec::short_weierstrass::Affine;
use rayon::prelude::*;

use super::multiples::{Curve, Packed, packed, unpacked};
use super::powers::{Out, Unfilled, expect_another, written};
use super::transform::Roots;
use crate::error::{Error, Result};
use crate::formats::mapped::MappedFile;
use crate::formats::points::{BinaryPoint, PointSection};
use crate::formats::ptau::{MAX_POWER, Powers};
use crate::formats::ptau_writer::{self, PREPARED};
use crate::kernels::Kernel;
use crate::watch::Watch;

/// Write `old` with the Lagrange polynomials at its tau to `new`. That its powers are right is left to `verify`, which
/// checks the polynomials as well.
pub fn prepare(old: &Path, new: &Path, watch: &Watch) -> Result<()> {
    expect_another(old, new)?;
    let file = MappedFile::open(old)?;
    let powers = Powers::open(file.bytes())?;
    let power = powers.power;
    if power >= MAX_POWER {
        return Err(beyond(power + 1));
    }
    let in_g1 = |top: u32| (0..=top).map(Roots::<g1::Config>::work).sum::<u64>();
    let in_g2 = (0..=power).map(Roots::<g2::Config>::work).sum::<u64>();
    watch.plan(in_g1(power + 1) + in_g2 + 2 * in_g1(power));
    let kernel = Kernel::best();
    written(new, watch, |out| {
        ptau_writer::begin(out, PREPARED, power, powers.ceremony_power)?;
        ptau_writer::section(out, 2, powers.tau_g1.whole())?;
        ptau_writer::section(out, 3, powers.tau_g2.whole())?;
        ptau_writer::section(out, 4, powers.alpha_tau_g1.whole())?;
        ptau_writer::section(out, 5, powers.beta_tau_g1.whole())?;
        ptau_writer::point_section(out, 6, &[powers.beta_g2])?;
        ptau_writer::contributions(out, &powers.contributions)?;
        let roots = Roots::new(power + 1, kernel);
        lagrange(out, 12, &powers.tau_g1, power + 1, &roots, watch)?;
        lagrange(
            out,
            13,
            &powers.tau_g2,
            power,
            &Roots::new(power, kernel),
            watch,
        )?;
        lagrange(out, 14, &powers.alpha_tau_g1, power, &roots, watch)?;
        lagrange(out, 15, &powers.beta_tau_g1, power, &roots, watch)
    })
}

/// That there is no domain of 2^`power` rows.
pub fn beyond(power: u32) -> Error {
    Error::ResourceLimit(format!(
        "a domain of 2^{power} rows, there is none above 2^{MAX_POWER}"
    ))
}

/// Write the polynomials of the domains 1, 2, 4 ... 2^`top`. The last power of the largest one may be missing; it counts
/// as infinity, as in the files of snarkjs.
fn lagrange<P: Curve>(
    out: &mut Out<'_, '_>,
    number: u32,
    section: &PointSection<'_, P>,
    top: u32,
    roots: &Roots<P>,
    watch: &Watch,
) -> std::result::Result<(), Unfilled>
where
    Affine<P>: BinaryPoint,
{
    let points = section.all(&Watch::default())?;
    let mut powers: Vec<Packed<P>> = points.par_iter().map(packed::<P>).collect();
    drop(points);
    powers.resize(1 << top, Packed::<P>::default());
    ptau_writer::begin_section(out, number, ((2 << top) - 1) * Affine::<P>::BYTES)?;
    for power in 0..=top {
        let polynomials = roots.lagrange(&powers[..1 << power], watch)?;
        let points: Vec<Affine<P>> = polynomials.par_iter().map(unpacked::<P>).collect();
        drop(polynomials);
        ptau_writer::write_points(out, &points)?;
    }
    Ok(())
}
