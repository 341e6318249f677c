//! The two groups, and the lanes that compute with their points.

use ark_bn254::{Fq, Fq2, Fr, g1, g2};
use ark_ec::AffineRepr;
use ark_ec::scalar_mul::glv::GLVConfig;
use ark_ec::short_weierstrass::{Affine, SWCurveConfig};

#[cfg(target_arch = "x86_64")]
use crate::kernels::avx2_lanes::{Base4, Extended4};
#[cfg(target_arch = "x86_64")]
use crate::kernels::ifma_lanes::{Base8, Extended8};
#[cfg(target_arch = "x86_64")]
use crate::kernels::mulx::Mulx;
use crate::kernels::points::Coordinate;
use crate::kernels::portable::{One, Plain};
use crate::kernels::{Kernel, Lanes};

/// Work on points of one group, by whichever lanes.
pub trait OnLanes<P: SWCurveConfig> {
    /// What comes of it.
    type Done;
    /// Do it.
    fn run<L: Lanes<Element = P::BaseField>>(self) -> Self::Done;
}

/// G1 or G2.
pub trait Curve: GLVConfig<ScalarField = Fr, BaseField: Coordinate> {
    /// Cost of a multiple, in multiples in G1: what progress is measured in.
    const COST: u64;

    /// Do this work by the lanes of a kernel.
    fn on_lanes<W: OnLanes<Self>>(kernel: Kernel, work: W) -> W::Done;
}

impl Curve for g1::Config {
    const COST: u64 = 1;

    fn on_lanes<W: OnLanes<Self>>(kernel: Kernel, work: W) -> W::Done {
        match kernel {
            #[cfg(target_arch = "x86_64")]
            Kernel::Ifma => work.run::<Base8>(),
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx2 => work.run::<Base4>(),
            #[cfg(target_arch = "x86_64")]
            Kernel::Mulx => work.run::<One<Fq, Mulx>>(),
            _ => work.run::<One<Fq, Plain>>(),
        }
    }
}

impl Curve for g2::Config {
    const COST: u64 = 3;

    fn on_lanes<W: OnLanes<Self>>(kernel: Kernel, work: W) -> W::Done {
        match kernel {
            #[cfg(target_arch = "x86_64")]
            Kernel::Ifma => work.run::<Extended8>(),
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx2 => work.run::<Extended4>(),
            #[cfg(target_arch = "x86_64")]
            Kernel::Mulx => work.run::<One<Fq2, Mulx>>(),
            _ => work.run::<One<Fq2, Plain>>(),
        }
    }
}

/// A point as lanes take it.
pub type Packed<P> = <<P as ark_ec::CurveConfig>::BaseField as Coordinate>::Point;

/// A point for lanes.
pub fn packed<P: Curve>(point: &Affine<P>) -> Packed<P> {
    P::BaseField::pack(point.xy())
}

/// A point from lanes.
pub fn unpacked<P: Curve>(point: &Packed<P>) -> Affine<P> {
    P::BaseField::unpack(point).map_or_else(Affine::identity, |(x, y)| Affine::new_unchecked(x, y))
}
