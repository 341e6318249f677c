//! Many points, each times a scalar of its own.
//!
//! A scalar k is k1 + k2 lambda for two odd numbers below 2^128, where lambda times (x, y) is (beta x, y): so 128
//! doublings do instead of 254. Both are written in 32 digits among -15, -13 ... 15, so that every lane takes the same
//! steps whatever its scalar is, and adds an odd multiple of its point from a table at each.
//!
//! The table's places depend on the scalars, and so does what is brought near. Secrets of a ceremony are used once, on
//! the machine of whoever drew them, so constant time is not asked for here.

mod block;
mod curve;
mod digits;
mod inversion;

use ark_bn254::Fr;
use ark_ec::short_weierstrass::Affine;
use rayon::prelude::*;
use zeroize::Zeroizing;

pub(crate) use block::consecutive;
pub use block::{BLOCK, products};
pub use curve::{Curve, OnLanes, Packed, packed, unpacked};
pub use digits::{Digits, Lattice};
pub(crate) use inversion::Exact;

use crate::error::Result;
use crate::kernels::{Kernel, Lanes};
use crate::watch::Watch;

/// Each point times the scalar of its place. They are in the subgroup of order r; `watch` hears of each.
pub fn multiples<P: Curve>(
    points: &[Affine<P>],
    scalars: &[Fr],
    watch: &Watch,
) -> Result<Vec<Affine<P>>> {
    let lattice = Lattice::<P>::default();
    let digits = |place: usize| lattice.digits(&scalars[place]);
    each(points, digits, watch)
}

/// Each point times one scalar.
pub fn common_multiples<P: Curve>(
    points: &[Affine<P>],
    scalar: &Fr,
    watch: &Watch,
) -> Result<Vec<Affine<P>>> {
    let digits = Zeroizing::new(Lattice::<P>::default().digits(scalar));
    each(points, |_| *digits, watch)
}

fn each<P: Curve>(
    points: &[Affine<P>],
    digits: impl Fn(usize) -> Digits + Sync,
    watch: &Watch,
) -> Result<Vec<Affine<P>>> {
    P::on_lanes(
        Kernel::best(),
        Each {
            points,
            digits,
            watch,
        },
    )
}

struct Each<'a, P: Curve, D> {
    points: &'a [Affine<P>],
    digits: D,
    watch: &'a Watch,
}

impl<P: Curve, D: Fn(usize) -> Digits + Sync> OnLanes<P> for Each<'_, P, D> {
    type Done = Result<Vec<Affine<P>>>;

    fn run<L: Lanes<Element = P::BaseField>>(self) -> Self::Done {
        let mut multiples = vec![Affine::<P>::identity(); self.points.len()];
        let blocks = multiples
            .par_chunks_mut(BLOCK)
            .zip(self.points.par_chunks(BLOCK))
            .enumerate();
        blocks.try_for_each(|(block, (multiples, points))| {
            let places = block * BLOCK..block * BLOCK + points.len();
            let digits = Zeroizing::new(places.map(&self.digits).collect::<Vec<_>>());
            let mut block: Vec<Packed<P>> = points.iter().map(packed::<P>).collect();
            products::<P, L>(&mut block, &digits);
            for (multiple, point) in multiples.iter_mut().zip(&block) {
                *multiple = unpacked::<P>(point);
            }
            self.watch.advance(P::COST * points.len() as u64)
        })?;
        Ok(multiples)
    }
}
