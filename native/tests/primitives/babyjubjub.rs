use crate::{L, R, element, integer};
use _native::babyjubjub::{Point, PointInvalid, Scalar};
use _native::field::{Fr, from_integer};
use _native::signature::PublicKey;
use ark_ff::{AdditiveGroup, Field};

/// The eight points of order 1, 2, 4 and 8.
pub fn torsion() -> Vec<Point> {
    let x4 = "18930368022820495955728484915491405972470733850014661777449844430438130630919";
    let x8 =
        element("4342719913949491028786768530115087822524712248835451589697801404893164183326");
    let y8 =
        element("4826523245007015323400664741523384119579596407052839571721035538011798951543");
    let zero = Fr::ZERO;
    let mut points = vec![
        (zero, Fr::ONE),
        (zero, -Fr::ONE),
        (element(x4), zero),
        (-element(x4), zero),
    ];
    points.extend([(x8, y8), (-x8, y8), (x8, -y8), (-x8, -y8)]);
    points
        .into_iter()
        .map(|(x, y)| Point::new(x, y).expect("a torsion point is on the curve"))
        .collect()
}

/// Scalars at the edges, then some without pattern.
fn scalars() -> Vec<Scalar> {
    let edges = [0, 1, 15, 16, u64::MAX].map(Scalar::from);
    let mut all: Vec<Scalar> = edges.iter().flat_map(|edge| [*edge, -*edge]).collect();
    let mut mixed = Scalar::from(7u64);
    for _ in 0..20 {
        mixed = mixed.square().square() * mixed + Scalar::from(3u64);
        all.push(mixed);
    }
    all
}

/// A pair of numbers off the curve, or not canonical, is no point.
#[test]
fn off_curve_is_refused() {
    let base = Point::BASE;
    assert_eq!(Point::new(base.x(), base.y()), Ok(base));
    assert_eq!(
        Point::new(base.x() + Fr::ONE, base.y()),
        Err(PointInvalid::OffCurve)
    );
    assert_eq!(Point::new(base.y(), base.x()), Err(PointInvalid::OffCurve));
    assert_eq!(
        Point::new(Fr::from(0u64), Fr::from(0u64)),
        Err(PointInvalid::OffCurve)
    );
    assert_eq!(
        Point::from_integers(&integer("0"), &integer("1")),
        Ok(Point::IDENTITY)
    );
    assert_eq!(
        Point::from_integers(&integer("0"), &(integer(R) + 1u32)),
        Err(PointInvalid::NotCanonical)
    );
    assert_eq!(
        Point::from_integers(&integer(R), &integer("1")),
        Err(PointInvalid::NotCanonical)
    );
}

/// The base point generates a group of l elements, l being the modulus of the scalars.
#[test]
fn base_has_order_l() {
    assert!(Point::BASE.is_in_subgroup());
    assert_ne!(Point::BASE, Point::IDENTITY);
    let minus_one: Scalar = from_integer(&(integer(L) - 1u32)).unwrap();
    assert_eq!(
        Point::BASE.times(&minus_one).plus(&Point::BASE),
        Point::IDENTITY
    );
}

/// Addition is complete: neutral, opposite, equal and torsion points need no case of their own.
#[test]
fn addition_is_complete() {
    let mut points = torsion();
    points.extend(scalars().iter().map(|scalar| Point::BASE.times(scalar)));
    for p in &points {
        let opposite = Point::new(-p.x(), p.y()).unwrap();
        assert_eq!(p.plus(&Point::IDENTITY), *p);
        assert_eq!(p.plus(&opposite), Point::IDENTITY);
        assert_eq!(p.plus(p), p.times(&Scalar::from(2u64)));
        for q in &points {
            let sum = p.plus(q);
            assert_eq!(Point::new(sum.x(), sum.y()), Ok(sum));
            assert_eq!(sum, q.plus(p));
        }
    }
}

/// Multiples add and multiply as their scalars do.
#[test]
fn multiples_agree() {
    let scalars = scalars();
    for (a, b) in scalars.iter().zip(scalars.iter().rev()) {
        let left = Point::BASE.times(a);
        assert_eq!(
            left.plus(&Point::BASE.times(b)),
            Point::BASE.times(&(*a + b))
        );
        assert_eq!(left.times(b), Point::BASE.times(&(*a * b)));
    }
}

/// A point with a component of small order is not in the prime subgroup, and is no public key; nor is the neutral point.
#[test]
fn small_order_is_refused() {
    let torsion = torsion();
    let key = Point::BASE.times(&Scalar::from(1234u64));
    assert_eq!(torsion.len(), 8);
    for point in &torsion[1..] {
        assert!(!point.is_in_subgroup());
        assert_eq!(PublicKey::new(*point), Err(PointInvalid::OutsideSubgroup));
        assert_eq!(
            PublicKey::new(key.plus(point)),
            Err(PointInvalid::OutsideSubgroup)
        );
    }
    assert_eq!(PublicKey::new(Point::IDENTITY), Err(PointInvalid::Identity));
    assert!(PublicKey::new(key).is_ok());
}

/// The T of a key is in the prime subgroup and eight times it is the key.
#[test]
fn division_by_the_cofactor() {
    for scalar in scalars()
        .iter()
        .filter(|scalar| **scalar != Scalar::from(0u64))
    {
        let key = PublicKey::new(Point::BASE.times(scalar)).unwrap();
        let divided = key.divided_by_cofactor();
        assert!(divided.is_in_subgroup());
        assert_eq!(divided.times(&Scalar::from(8u64)), *key.point());
    }
}
