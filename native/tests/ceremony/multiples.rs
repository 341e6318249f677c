//! Multiples of many points, by every kernel that this processor has.

use _native::ceremony::multiples::{Curve, Lattice, OnLanes, Packed, packed, products, unpacked};
use _native::kernels::{Kernel, Lanes};
use ark_bn254::{Fr, g1, g2};
use ark_ec::CurveGroup;
use ark_ec::short_weierstrass::Affine;
use ark_ff::{AdditiveGroup, Field, PrimeField};

use super::{points, scalars};

struct Products<'a, P: Curve>(&'a [Affine<P>], &'a [Fr]);

impl<P: Curve> OnLanes<P> for Products<'_, P> {
    type Done = Vec<Affine<P>>;

    fn run<L: Lanes<Element = P::BaseField>>(self) -> Self::Done {
        let mut block: Vec<Packed<P>> = self.0.iter().map(packed::<P>).collect();
        let lattice = Lattice::<P>::default();
        let digits: Vec<_> = self.1.iter().map(|scalar| lattice.digits(scalar)).collect();
        products::<P, L>(&mut block, &digits);
        block.iter().map(unpacked::<P>).collect()
    }
}

fn agree<P: Curve>(points: &[Affine<P>], scalars: &[Fr]) {
    let each = points.iter().zip(scalars);
    let expected: Vec<_> = each
        .map(|(point, scalar)| (*point * scalar).into_affine())
        .collect();
    for kernel in Kernel::all() {
        assert_eq!(
            P::on_lanes(kernel, Products(points, scalars)),
            expected,
            "{}",
            kernel.name()
        );
    }
}

/// Scalars on whose way something meets: small ones, lambda and its neighbours, halves of lattice vectors.
fn edges<P: Curve>() -> Vec<Fr> {
    let mut edges = Vec::new();
    for small in 0..40u64 {
        let small = Fr::from(small);
        edges.extend([
            small,
            -small,
            P::LAMBDA + small,
            small - P::LAMBDA,
            small * P::LAMBDA,
        ]);
    }
    let two = Fr::from(2u64);
    for power in 0..254 {
        let power = two.pow([power]);
        edges.extend([power, power - Fr::ONE, -power]);
    }
    let entries = P::SCALAR_DECOMP_COEFFS.map(|(_, size)| Fr::from(size));
    for entry in entries {
        for other in entries {
            edges.extend([
                entry,
                entry + other,
                entry + other * P::LAMBDA,
                entry - other * P::LAMBDA,
                entry / two,
            ]);
        }
    }
    edges.push(Fr::from((Fr::MODULUS.0[0] - 1) / 2));
    edges
}

fn digits_stand_for_their_scalar<P: Curve>() {
    let lattice = Lattice::<P>::default();
    for scalar in edges::<P>().into_iter().chain(scalars(5000)) {
        assert_eq!(lattice.digits(&scalar).scalar::<P>(), scalar);
    }
}

#[test]
fn digits_read_back_are_the_scalar() {
    digits_stand_for_their_scalar::<g1::Config>();
    digits_stand_for_their_scalar::<g2::Config>();
}

fn multiples_agree<P: Curve>() {
    for count in [1, 7, 8, 9, 256] {
        agree(&points::<P>(count), &scalars(count));
    }
    let edges = edges::<P>();
    agree(&points::<P>(edges.len()), &edges);
    // The generator's own small multiples, and points that are none.
    let mut mixed = points::<P>(24);
    for place in [0, 5, 6, 23] {
        mixed[place] = Affine::identity();
    }
    mixed[8] = P::GENERATOR;
    mixed[9] = -P::GENERATOR;
    let mut few = scalars(24);
    few[7] = Fr::ZERO;
    few[8] = Fr::ONE;
    agree(&mixed, &few);
    agree(&[Affine::<P>::identity(); 8], &scalars(8));
}

#[test]
fn multiples_in_g1_are_those_of_arkworks() {
    multiples_agree::<g1::Config>();
}

#[test]
fn multiples_in_g2_are_those_of_arkworks() {
    multiples_agree::<g2::Config>();
}
