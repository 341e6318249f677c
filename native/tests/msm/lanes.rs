//! Eight numbers at a time: every operation at the edges of what a value may be, against arkworks.

use _native::kernels::avx2;
use _native::kernels::avx2_lanes::{Base4, Extended4};
use _native::kernels::ifma::is_there;
use _native::kernels::ifma_lanes::{Base8, Extended8};
use _native::kernels::mulx::{self, Mulx};
use _native::kernels::points::Coordinate;
use _native::kernels::portable::Multiplier;
use _native::kernels::{Lanes, Numbers, Work};
use ark_bn254::{Fq, Fq2};
use ark_ff::{AdditiveGroup, BigInt, BigInteger, Field, PrimeField};

/// Numbers below 2 q + 2^211: zero, one, and those around q, 2 q and the largest.
fn numbers() -> Vec<[u64; 4]> {
    let (q, one) = (Fq::MODULUS, BigInt::<4>::one());
    let mut twice = q;
    twice.mul2();
    let mut most = twice;
    most.add_with_carry(&BigInt([0, 0, 0, 1 << 18]));
    let mut found = vec![BigInt::zero(), one];
    for near in [q, twice, most] {
        let (mut below, mut above) = (near, near);
        below.sub_with_borrow(&one);
        above.add_with_carry(&one);
        found.push(below);
        if near != most {
            found.extend([near, above]);
        }
    }
    // Limbs of 52 bits that are all ones.
    found.extend([
        BigInt([u64::MAX, u64::MAX, u64::MAX, (1 << 52) - 1]),
        BigInt([(1 << 52) - 1, 0, 0, 0]),
    ]);
    let drawn = super::scalars(8);
    found.extend(drawn.into_iter().map(PrimeField::into_bigint));
    found.into_iter().map(|number| number.0).collect()
}

/// The element that a number stands for as a value: times 2^-256.
fn element(number: [u64; 4]) -> Fq {
    let words = number.iter().rev();
    let whole = words.fold(Fq::ZERO, |sum, word| {
        sum * Fq::from(2u64).pow([64]) + Fq::from(*word)
    });
    whole
        * Fq::from(2u64)
            .pow([256])
            .inverse()
            .expect("two has an inverse")
}

/// What of a product of two values is their product.
fn sixteenth() -> Fq {
    Fq::from(16u64).inverse().expect("sixteen has an inverse")
}

/// Sums of sums, or differences of differences: not reduced, so many would not fit 256 bits.
const REPEATED: usize = 8;

/// All that can be done with two values, in lanes.
struct Everything<L>(L, L);

impl<L: Lanes> Work for Everything<L> {
    type Done = Vec<Vec<L::Element>>;

    #[inline(always)]
    fn run(self) -> Self::Done {
        let Self(a, b) = self;
        let (sum, difference) = (a.plus_wide(b), a.minus_wide(b));
        let (mut doubled, mut lessened) = (a, a);
        for _ in 0..REPEATED {
            doubled = doubled.plus(doubled);
            lessened = lessened.minus(b);
        }
        [
            a.times(b),
            a.squared(),
            b.squared(),
            a.plus(b),
            a.minus(b),
            sum.times(difference),
            difference.times(difference),
            sum.times(sum),
            sum.times(b.slope_as_factor()),
            a.slope_as_factor().times(difference),
            doubled,
            lessened,
        ]
        .map(Numbers::elements)
        .to_vec()
    }
}

/// The same by arkworks.
fn expected<F: Field>(a: F, b: F, part: F) -> [F; 12] {
    let (sum, difference, four) = (a + b, a - b, F::from(4u64));
    [
        a * b * part,
        a * a * part,
        b * b * part,
        sum,
        difference,
        sum * difference * part,
        difference * difference * part,
        sum * sum * part,
        sum * b * four * part,
        a * difference * four * part,
        a * F::from(1u64 << REPEATED),
        a - b * F::from(REPEATED as u64),
    ]
}

fn at_every_edge_by<L: Lanes<Element = Fq>>(everywhere: impl Fn(&[u64; 4]) -> L) {
    let numbers = numbers();
    for a in &numbers {
        for b in &numbers {
            let found = L::run(Everything(everywhere(a), everywhere(b)));
            let expected = expected(element(*a), element(*b), sixteenth());
            for (at, (found, expected)) in found.iter().zip(expected).enumerate() {
                assert_eq!(found, &vec![expected; L::WIDTH], "{at} of {a:?} and {b:?}");
            }
        }
    }
}

#[test]
fn at_every_edge() {
    if is_there() {
        at_every_edge_by::<Base8>(Base8::everywhere);
    }
    if avx2::is_there() {
        at_every_edge_by::<Base4>(Base4::everywhere);
    }
}

fn each_lane_by_itself_in<L: Lanes<Element = Fq>>() {
    let elements: Vec<Fq> = numbers().into_iter().map(element).collect();
    for some in elements.windows(L::WIDTH) {
        let a = L::from_elements(some);
        let reversed: Vec<Fq> = some.iter().rev().copied().collect();
        let found = L::run(Everything(a, L::from_elements(&reversed)));
        let products = some.iter().zip(&reversed);
        let products: Vec<Fq> = products.map(|(a, b)| *a * b * sixteenth()).collect();
        assert_eq!(a.elements(), some);
        assert_eq!(found[0], products);
    }
}

#[test]
fn each_lane_by_itself() {
    if is_there() {
        each_lane_by_itself_in::<Base8>();
    }
    if avx2::is_there() {
        each_lane_by_itself_in::<Base4>();
    }
}

fn in_the_extension_by<L: Lanes<Element = Fq2>>() {
    let elements: Vec<Fq> = numbers().into_iter().map(element).collect();
    let pairs = elements.iter().zip(elements.iter().rev());
    let pairs: Vec<Fq2> = pairs.map(|(a, b)| Fq2::new(*a, *b)).collect();
    let part = Fq2::new(sixteenth(), Fq::ZERO);
    for a in &pairs {
        for b in &pairs {
            let found = L::run(Everything(L::value(*a), L::value(*b)));
            for (at, (found, expected)) in found.iter().zip(expected(*a, *b, part)).enumerate() {
                assert_eq!(found, &vec![expected; L::WIDTH], "{at} of {a} and {b}");
            }
        }
    }
}

#[test]
fn in_the_extension() {
    if is_there() {
        in_the_extension_by::<Extended8>();
    }
    if avx2::is_there() {
        in_the_extension_by::<Extended4>();
    }
}

/// Fetched, negated where that is marked, and put elsewhere.
fn points_in_memory_of<L: Lanes>(coordinates: &[L::Element]) {
    let points: Vec<_> = coordinates
        .windows(2)
        .map(|pair| L::Element::pack(Some((pair[0], pair[1]))))
        .collect();
    for (point, pair) in points.iter().zip(coordinates.windows(2)) {
        if (pair[0], pair[1]) != (L::Element::ZERO, L::Element::ZERO) {
            assert_eq!(L::Element::unpack(point), Some((pair[0], pair[1])));
        }
    }
    assert_eq!(L::Element::unpack(&L::Element::pack(None)), None);
    let negated = 1 << 31;
    let places = [3, 1, 4 | negated, 1, 5, 9, 2 | negated, 6];
    for places in places.chunks(L::WIDTH) {
        let (x, y) = L::gather(&points, places);
        assert_eq!(L::gather_x(&points, places).elements(), x.elements());
        let mut copied = vec![L::Element::pack(None); 8];
        L::scatter(x, y, &mut copied, &[7, 6, 5, 4, 3, 2, 1, 0][..L::WIDTH]);
        for (lane, place) in places.iter().enumerate() {
            let index = (place & !negated) as usize;
            let y_there = coordinates[index + 1];
            let sign = place & negated == 0;
            let expected = (coordinates[index], if sign { y_there } else { -y_there });
            assert_eq!((x.elements()[lane], y.elements()[lane]), expected);
            assert_eq!(L::Element::unpack(&copied[7 - lane]), Some(expected));
        }
    }
}

#[test]
fn points_in_memory() {
    let elements: Vec<Fq> = numbers().into_iter().map(element).collect();
    let pairs = elements.iter().zip(elements.iter().rev());
    let pairs: Vec<Fq2> = pairs.map(|(a, b)| Fq2::new(*a, *b)).collect();
    if is_there() {
        points_in_memory_of::<Base8>(&elements);
        points_in_memory_of::<Extended8>(&pairs);
    }
    if avx2::is_there() {
        points_in_memory_of::<Base4>(&elements);
        points_in_memory_of::<Extended4>(&pairs);
    }
}

/// Products by mulx, of elements below q at their edges.
#[test]
fn by_mulx() {
    if !mulx::is_there() {
        return;
    }
    let elements: Vec<Fq> = numbers().into_iter().map(element).collect();
    for a in &elements {
        for b in &elements {
            assert_eq!(<Mulx as Multiplier<Fq>>::product(*a, *b), *a * b);
            let (c, d) = (Fq2::new(*a, *b), Fq2::new(*b, *a - b));
            assert_eq!(<Mulx as Multiplier<Fq2>>::product(c, d), c * d);
            assert_eq!(<Mulx as Multiplier<Fq2>>::square(c), c * c);
        }
    }
}
