//! Lagrange polynomials from powers, against arkworks' transform of projective points.

use _native::ceremony::multiples::{Curve, packed, unpacked};
use _native::ceremony::transform::Roots;
use _native::kernels::Kernel;
use _native::watch::Watch;
use ark_bn254::{Fr, g1, g2};
use ark_ec::CurveGroup;
use ark_ec::short_weierstrass::{Affine, Projective};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};

use super::points;

/// A transform of these points by every kernel.
fn agree<P: Curve>(points: &[Affine<P>]) {
    let mut expected: Vec<Projective<P>> = points.iter().map(|point| (*point).into()).collect();
    let domain = Radix2EvaluationDomain::<Fr>::new(points.len()).expect("a domain");
    domain.ifft_in_place(&mut expected);
    let expected = Projective::normalize_batch(&expected);
    let packed: Vec<_> = points.iter().map(packed::<P>).collect();
    for kernel in Kernel::all() {
        // Roots for more points than there are serve as well.
        for power in [0, 1].map(|more| points.len().ilog2() + more) {
            let roots = Roots::<P>::new(power, kernel);
            let got = roots.lagrange(&packed, &Watch::default());
            let got: Vec<_> = got
                .expect("nobody stops it")
                .iter()
                .map(unpacked::<P>)
                .collect();
            assert_eq!(
                got,
                expected,
                "{} points by {}",
                points.len(),
                kernel.name()
            );
        }
    }
}

fn transforms_agree<P: Curve>(powers: &[u32]) {
    for power in powers {
        agree(&points::<P>(1 << power));
    }
    // What no formula likes: equal and opposite points, the last one at infinity.
    let few = points::<P>(3);
    let mut alike = vec![few[0]; 32];
    for place in (0..32).step_by(5) {
        alike[place] = -few[0];
    }
    alike[31] = Affine::identity();
    agree(&alike);
    agree(&[Affine::<P>::identity(); 4]);
}

#[test]
fn transforms_in_g1_are_those_of_arkworks() {
    // Of 2^10 points, a step takes more than one block.
    transforms_agree::<g1::Config>(&[0, 1, 2, 3, 5, 10]);
}

#[test]
fn transforms_in_g2_are_those_of_arkworks() {
    transforms_agree::<g2::Config>(&[0, 1, 2, 4, 6]);
}
