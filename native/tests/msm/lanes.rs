//! Eight numbers at a time: every operation at the edges of what a value may be, against arkworks.

use _native::kernels::ifma::is_there;
use _native::kernels::ifma_lanes::{Base8, Extended8};
use _native::kernels::points::Coordinate;
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

/// All that can be done with two values, in lanes.
struct Everything(Base8, Base8);

impl Work for Everything {
    type Done = Vec<Vec<Fq>>;

    #[inline(always)]
    fn run(self) -> Vec<Vec<Fq>> {
        let Self(a, b) = self;
        let (sum, difference) = (Numbers::plus_wide(a, b), Numbers::minus_wide(a, b));
        [
            Numbers::times(a, b),
            Numbers::squared(a),
            Numbers::plus(a, b),
            Numbers::minus(a, b),
            Numbers::times(sum, difference),
            Numbers::times(difference, difference),
            Numbers::times(sum, sum),
            a.negated_where(0xff),
        ]
        .map(Numbers::elements)
        .to_vec()
    }
}

#[test]
fn at_every_edge() {
    if !is_there() {
        return;
    }
    let numbers = numbers();
    for a in &numbers {
        for b in &numbers {
            let lanes = Everything(Base8::from_numbers(&[*a; 8]), Base8::from_numbers(&[*b; 8]));
            let found = Base8::run(lanes);
            let (a, b) = (element(*a), element(*b));
            let part = sixteenth();
            let (sum, difference) = (a + b, a - b);
            let expected = [
                a * b * part,
                a * a * part,
                sum,
                difference,
                sum * difference * part,
                difference * difference * part,
                sum * sum * part,
                -a,
            ];
            for (found, expected) in found.iter().zip(expected) {
                assert_eq!(found, &vec![expected; 8]);
            }
        }
    }
}

#[test]
fn each_lane_by_itself() {
    if !is_there() {
        return;
    }
    let elements: Vec<Fq> = numbers().into_iter().map(element).collect();
    for eight in elements.windows(8) {
        let a = Base8::from_elements(eight);
        let reversed: Vec<Fq> = eight.iter().rev().copied().collect();
        let found = Base8::run(Everything(a, Base8::from_elements(&reversed)));
        let products: Vec<Fq> = eight
            .iter()
            .zip(&reversed)
            .map(|(a, b)| *a * b * sixteenth())
            .collect();
        assert_eq!(a.elements(), eight);
        assert_eq!(found[0], products);
    }
}

/// The same in the extension.
struct Extended(Extended8, Extended8);

impl Work for Extended {
    type Done = Vec<Vec<Fq2>>;

    #[inline(always)]
    fn run(self) -> Vec<Vec<Fq2>> {
        let Self(a, b) = self;
        let (sum, difference) = (a.plus_wide(b), a.minus_wide(b));
        [
            a.times(b),
            a.squared(),
            a.plus(b),
            a.minus(b),
            sum.times(difference),
            b.squared(),
            sum.times(sum),
        ]
        .map(Numbers::elements)
        .to_vec()
    }
}

#[test]
fn in_the_extension() {
    if !is_there() {
        return;
    }
    let elements: Vec<Fq> = numbers().into_iter().map(element).collect();
    let pairs: Vec<Fq2> = elements
        .iter()
        .zip(elements.iter().rev())
        .map(|(a, b)| Fq2::new(*a, *b))
        .collect();
    for a in &pairs {
        for b in &pairs {
            let found = Extended8::run(Extended(Extended8::value(*a), Extended8::value(*b)));
            let (sum, difference) = (*a + b, *a - b);
            let part = Fq2::new(sixteenth(), Fq::ZERO);
            let expected = [
                *a * b * part,
                *a * a * part,
                sum,
                difference,
                sum * difference * part,
                *b * b * part,
                sum * sum * part,
            ];
            for (found, expected) in found.iter().zip(expected) {
                assert_eq!(found, &vec![expected; 8]);
            }
        }
    }
}

#[test]
fn points_in_memory() {
    if !is_there() {
        return;
    }
    let elements: Vec<Fq> = numbers().into_iter().map(element).collect();
    let points: Vec<_> = elements
        .windows(2)
        .map(|pair| Fq::pack(Some((pair[0], pair[1]))))
        .collect();
    for (point, pair) in points.iter().zip(elements.windows(2)) {
        if (pair[0], pair[1]) != (Fq::ZERO, Fq::ZERO) {
            assert_eq!(Fq::unpack(point), Some((pair[0], pair[1])));
        }
    }
    assert_eq!(Fq::unpack(&Fq::pack(None)), None);
    let negated = 1 << 31;
    let places = [3, 1, 4 | negated, 1, 5, 9, 2 | negated, 6];
    let (x, y) = Base8::gather(&points, &places);
    assert_eq!(Base8::gather_x(&points, &places).elements(), x.elements());
    let mut copied = vec![Fq::pack(None); 8];
    Base8::scatter(x, y, &mut copied, &[7, 6, 5, 4, 3, 2, 1, 0]);
    for (lane, place) in places.iter().enumerate() {
        let index = (place & !negated) as usize;
        let sign = if place & negated == 0 {
            Fq::ONE
        } else {
            -Fq::ONE
        };
        let expected = (elements[index], elements[index + 1] * sign);
        assert_eq!((x.elements()[lane], y.elements()[lane]), expected);
        assert_eq!(Fq::unpack(&copied[7 - lane]), Some(expected));
    }
}
