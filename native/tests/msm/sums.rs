//! Sums of points times scalars.

use _native::kernels::Lanes;
#[cfg(target_arch = "x86_64")]
use _native::kernels::avx2;
#[cfg(target_arch = "x86_64")]
use _native::kernels::avx2_lanes::{Base4, Extended4};
#[cfg(target_arch = "x86_64")]
use _native::kernels::ifma::is_there;
#[cfg(target_arch = "x86_64")]
use _native::kernels::ifma_lanes::{Base8, Extended8};
#[cfg(target_arch = "x86_64")]
use _native::kernels::mulx::{self, Mulx};
use _native::kernels::points::Coordinate;
use _native::kernels::portable::{One, Plain};
use _native::msm::{Bases, Shape, sum_of_products};
use _native::watch::Watch;
use ark_bn254::{Fq, Fq2, Fr, g1, g2};
use ark_ec::short_weierstrass::{Affine, Projective, SWCurveConfig};
use ark_ec::{CurveGroup, VariableBaseMSM};
use ark_ff::{AdditiveGroup, Field, PrimeField};

use super::scalars;

/// Points without small relations among each other.
fn points<P: SWCurveConfig<ScalarField = Fr, BaseField: Coordinate>>(
    count: usize,
) -> Vec<Affine<P>> {
    let generator = Projective::<P>::from(P::GENERATOR);
    let drawn = scalars(2);
    let (mut point, step) = (generator * drawn[0], generator * drawn[1]);
    let next = |_| {
        point = point + point + step;
        point
    };
    Projective::normalize_batch(&(0..count).map(next).collect::<Vec<_>>())
}

fn agree<P, L>(points: &[Affine<P>], scalars: &[Fr])
where
    P: SWCurveConfig<ScalarField = Fr, BaseField: Coordinate>,
    L: Lanes<Element = P::BaseField>,
{
    let expected = Projective::<P>::msm_unchecked(points, scalars);
    let got = sum_of_products::<P, L>(&Bases::<L>::of(points), scalars);
    assert_eq!(got, expected, "{} points", points.len());
}

/// This check, by every kernel, in both groups.
macro_rules! by_every_kernel {
    ($check:ident) => {
        $check::<g1::Config, One<Fq, Plain>>();
        $check::<g2::Config, One<Fq2, Plain>>();
        #[cfg(target_arch = "x86_64")]
        if mulx::is_there() {
            $check::<g1::Config, One<Fq, Mulx>>();
            $check::<g2::Config, One<Fq2, Mulx>>();
        }
        #[cfg(target_arch = "x86_64")]
        if avx2::is_there() {
            $check::<g1::Config, Base4>();
            $check::<g2::Config, Extended4>();
        }
        #[cfg(target_arch = "x86_64")]
        if is_there() {
            $check::<g1::Config, Base8>();
            $check::<g2::Config, Extended8>();
        }
    };
}

fn random<
    P: SWCurveConfig<ScalarField = Fr, BaseField: Coordinate>,
    L: Lanes<Element = P::BaseField>,
>() {
    for count in [1, 2, 7, 8, 9, 100, 1000, 5000] {
        agree::<P, L>(&points(count), &scalars(count));
    }
}

#[test]
fn of_random_points() {
    by_every_kernel!(random);
}

/// Points that are equal, opposite and at infinity, and scalars of which every second one is 1, -1 or 0.
fn degenerate<
    P: SWCurveConfig<ScalarField = Fr, BaseField: Coordinate>,
    L: Lanes<Element = P::BaseField>,
>() {
    let few = points::<P>(3);
    for count in [16, 400, 6000] {
        let point = |at: usize| match at % 7 {
            0 => Affine::<P>::identity(),
            1 | 2 => few[0],
            3 => -few[0],
            4 => few[1],
            5 => -few[1],
            _ => few[2],
        };
        let points: Vec<_> = (0..count).map(point).collect();
        let mut mixed = scalars(count);
        for (at, scalar) in mixed.iter_mut().enumerate() {
            match at % 6 {
                0 => *scalar = Fr::ONE,
                2 => *scalar = -Fr::ONE,
                4 => *scalar = Fr::ZERO,
                _ => (),
            }
        }
        agree::<P, L>(&points, &mixed);
        for scalar in [Fr::ZERO, Fr::ONE, -Fr::ONE] {
            agree::<P, L>(&points, &vec![scalar; count]);
        }
        agree::<P, L>(&vec![few[0]; count], &mixed);
        agree::<P, L>(&vec![Affine::identity(); count], &mixed);
    }
}

#[test]
fn of_points_that_no_formula_likes() {
    by_every_kernel!(degenerate);
}

/// Scalars at the edges of digits: carries through every window, the largest one, powers of two and their neighbours.
fn edges<
    P: SWCurveConfig<ScalarField = Fr, BaseField: Coordinate>,
    L: Lanes<Element = P::BaseField>,
>() {
    let two = Fr::from(2u64);
    let mut edges = vec![-Fr::ONE, -two, Fr::from((Fr::MODULUS.0[0] - 1) / 2)];
    for power in 0..254 {
        let power = two.pow([power]);
        edges.extend([power, power - Fr::ONE, power + Fr::ONE, -power]);
    }
    agree::<P, L>(&points(edges.len()), &edges);
    let all_ones: Vec<Fr> = (0..4000).map(|at| two.pow([at % 254]) - Fr::ONE).collect();
    agree::<P, L>(&points(4000), &all_ones);
}

#[test]
fn of_scalars_at_the_edges() {
    by_every_kernel!(edges);
}

/// Bases with multiples, in shapes of one group and of several, the last of which has fewer windows.
fn prepared<
    P: SWCurveConfig<ScalarField = Fr, BaseField: Coordinate>,
    L: Lanes<Element = P::BaseField>,
>() {
    let few = points::<P>(200);
    let (two, watch) = (Fr::from(2u64), Watch::default());
    let point = |at: usize| match at % 5 {
        0 => Affine::<P>::identity(),
        1 => few[0],
        2 => -few[0],
        _ => few[at % few.len()],
    };
    let drawn = scalars(300);
    let scalar = |at: usize| match at % 7 {
        0 => Fr::ZERO,
        1 => Fr::ONE,
        2 => -Fr::ONE,
        3 => two.pow([at as u64 % 254]) - Fr::ONE,
        4 => Fr::from(at as u64),
        _ => drawn[at],
    };
    let mixed: Vec<_> = (0..300).map(scalar).collect();
    for (bits, groups) in [(4, 1), (11, 1), (7, 3), (5, 51)] {
        let shape = Shape::checked(bits, groups).expect("a shape");
        for points in [(0..300).map(point).collect(), few.clone(), vec![]] {
            let mut bases = Bases::<L>::of::<P>(&points);
            bases.prepare::<P>(shape, &watch).expect("not stopped");
            for scalars in [&mixed[..points.len()], &drawn[..points.len()]] {
                let expected = Projective::<P>::msm_unchecked(&points, scalars);
                let got = sum_of_products::<P, L>(&bases, scalars);
                assert_eq!(got, expected, "{} points, {shape:?}", points.len());
            }
        }
    }
}

#[test]
fn of_prepared_points() {
    by_every_kernel!(prepared);
}

/// Enough places that a set of buckets is filled in parts, and folded from them.
#[test]
fn in_parts() {
    let shape = Shape::checked(8, 1).expect("a shape");
    let (points, scalars) = (points::<g1::Config>(5000), scalars(5000));
    let mut bases = Bases::<One<Fq, Plain>>::of(&points);
    let watch = Watch::default();
    bases
        .prepare::<g1::Config>(shape, &watch)
        .expect("not stopped");
    let expected = Projective::<g1::Config>::msm_unchecked(&points, &scalars);
    let got = sum_of_products::<g1::Config, One<Fq, Plain>>(&bases, &scalars);
    assert_eq!(got, expected);
}

/// The most multiples that are allowed, and none where there is room for none.
#[test]
fn shapes() {
    for (points, most) in [
        (1, 99),
        (5000, 20),
        (50_000, 17),
        (200_000, 6),
        (1_000_000, 4),
        (9, 1),
    ] {
        let shape = Shape::best(points, most);
        assert!(shape.multiples() <= most, "{shape:?}");
        assert_eq!(Shape::checked(shape.bits, shape.groups), Some(shape));
        assert_eq!(shape.groups == 1, most * shape.bits >= 255, "{shape:?}");
    }
    for (bits, groups) in [(0, 1), (3, 1), (21, 1), (16, 0), (16, 17), (4, usize::MAX)] {
        assert_eq!(Shape::checked(bits, groups), None);
    }
}
