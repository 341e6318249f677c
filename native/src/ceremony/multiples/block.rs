//! The multiples of one block of points: tables of odd multiples, which share their divisions, then doublings and
//! additions that divide nothing, then coordinates that share a division again.

use std::marker::PhantomData;

use ark_ec::CurveGroup;
use ark_ec::short_weierstrass::{Affine, SWCurveConfig};
use ark_ff::{AdditiveGroup, Field};
use zeroize::Zeroizing;

use super::curve::{Curve, packed, unpacked};
use super::digits::{DIGIT_BITS, DIGITS, Digits, ODD_MULTIPLES};
use super::inversion::Exact;
use crate::kernels::{Lanes, MOST_LANES, NEGATED, Numbers, Point, Work};

/// Points of a block: their tables should stay in the second cache.
pub const BLOCK: usize = 256;

/// Put in the place of each point, which is in the subgroup, its product with the scalar of that place.
pub fn products<P: Curve, L: Lanes<Element = P::BaseField>>(
    points: &mut [Point<L>],
    digits: &[Digits],
) {
    let count = points.len();
    let whole = count.next_multiple_of(L::WIDTH);
    let generator = packed::<P>(&P::GENERATOR);
    let infinite = Point::<L>::default();
    // Lanes that are left over, and those whose point is at infinity, compute something that nobody reads.
    let mut lanes = vec![generator; whole];
    for (lane, point) in lanes.iter_mut().zip(points.iter()) {
        if *point != infinite {
            *lane = *point;
        }
    }
    let mut padded = Zeroizing::new(Vec::with_capacity(whole));
    padded.extend_from_slice(digits);
    padded.resize(whole, Digits::default());
    let done = L::run(Products::<P, L> {
        points: &mut lanes,
        digits: &padded,
        curve: PhantomData,
    });
    for (place, point) in points.iter_mut().enumerate() {
        if *point == infinite {
            continue;
        }
        *point = match &done {
            Some(met) if !met.contains(&place) => lanes[place],
            // Points of small order, or a scalar on whose way the sum meets what is added to it.
            _ => packed::<P>(&one_by_one(&unpacked::<P>(point), &digits[place])),
        };
    }
}

/// What the lanes should compute, by arkworks.
fn one_by_one<P: Curve>(point: &Affine<P>, digits: &Digits) -> Affine<P> {
    (*point * digits.scalar::<P>()).into_affine()
}

/// X / Z^2, Y / Z^3. What is added to a point of the same x gives Z = 0, and Z stays 0 from there on.
#[derive(Clone, Copy)]
struct Jacobian<L> {
    x: L,
    y: L,
    z: L,
}

struct Products<'a, P, L: Lanes> {
    points: &'a mut [Point<L>],
    digits: &'a [Digits],
    curve: PhantomData<P>,
}

impl<P: Curve, L: Lanes<Element = P::BaseField>> Work for Products<'_, P, L> {
    /// The places whose products are none; nothing at all where the tables could not be made.
    type Done = Option<Vec<usize>>;

    #[inline(always)]
    fn run(self) -> Self::Done {
        let exact = Exact::<L>::new();
        let table = odd_multiples::<P, L>(self.points, &exact)?;
        let beta = L::factor(P::ENDO_COEFFS[0]);
        let mut sums = Vec::with_capacity(self.points.len() / L::WIDTH);
        let tables = table.chunks_exact(ODD_MULTIPLES * L::WIDTH);
        for (table, digits) in tables.zip(self.digits.chunks_exact(L::WIDTH)) {
            let (x, y) = chosen::<L>(table, digits, 0, DIGITS - 1);
            let mut sum = Jacobian { x, y, z: exact.one };
            for digit in (0..DIGITS).rev() {
                if digit + 1 < DIGITS {
                    for _ in 0..DIGIT_BITS {
                        sum = doubled(sum);
                    }
                    let (x, y) = chosen::<L>(table, digits, 0, digit);
                    sum = added(sum, x, y);
                }
                let (x, y) = chosen::<L>(table, digits, 1, digit);
                sum = added(sum, x.times(beta), y);
            }
            sums.push(sum);
        }
        Some(to_affine(sums, &exact, self.points))
    }
}

/// Write the sums as affine points; the places of those that have Z = 0.
#[inline(always)]
fn to_affine<L: Lanes>(
    mut sums: Vec<Jacobian<L>>,
    exact: &Exact<L>,
    points: &mut [Point<L>],
) -> Vec<usize> {
    let mut met = Vec::new();
    for (vector, sum) in sums.iter_mut().enumerate() {
        let mut z = sum.z.elements();
        for (lane, z) in z.iter_mut().enumerate() {
            if *z == L::Element::ZERO {
                *z = L::Element::ONE;
                met.push(vector * L::WIDTH + lane);
            }
        }
        sum.z = L::from_elements(&z);
    }
    let mut inverses = Vec::with_capacity(sums.len());
    for sum in &sums {
        inverses.push(sum.z);
    }
    exact.invert(&mut inverses);
    for (vector, (sum, inverse)) in sums.iter().zip(inverses).enumerate() {
        let square = exact.value(inverse.squared());
        let places = consecutive::<L>(vector * L::WIDTH);
        let (x, y) = (sum.x.times(square), sum.y.times(square.times(inverse)));
        L::scatter(x, y, points, &places[..L::WIDTH]);
    }
    met
}

/// Places of neighbours.
#[inline(always)]
pub fn consecutive<L: Numbers>(first: usize) -> [u32; MOST_LANES] {
    let mut places = [0; MOST_LANES];
    for (lane, place) in places[..L::WIDTH].iter_mut().enumerate() {
        *place = (first + lane) as u32;
    }
    places
}

/// 1, 3, 5 ... times each point, as factors: of each vector of points its multiples, one vector after the other. `None`
/// where a point is of order below 16.
#[inline(always)]
fn odd_multiples<P: SWCurveConfig, L: Lanes<Element = P::BaseField>>(
    points: &[Point<L>],
    exact: &Exact<L>,
) -> Option<Vec<Point<L>>> {
    let vectors = points.len() / L::WIDTH;
    let mut table = vec![Point::<L>::default(); points.len() * ODD_MULTIPLES];
    let (mut last, mut inverses) = (Vec::with_capacity(vectors), Vec::with_capacity(vectors));
    for vector in 0..vectors {
        let (x, y) = L::gather(points, &consecutive::<L>(vector * L::WIDTH)[..L::WIDTH]);
        let (x, y) = (exact.factor(x), exact.factor(y));
        put(&mut table, vector, 0, x, y);
        last.push((x, y));
        inverses.push(y.plus(y));
    }
    if !exact.invert(&mut inverses) {
        return None;
    }
    let mut doubles = Vec::with_capacity(vectors);
    for (&(x, y), inverse) in last.iter().zip(&inverses) {
        let square = x.squared();
        let slope = square.plus(square).plus_wide(square).times(*inverse);
        let double = slope.squared().minus(x).minus(x);
        doubles.push((double, slope.times(x.minus_wide(double)).minus(y)));
    }
    for multiple in 1..ODD_MULTIPLES {
        for ((inverse, last), double) in inverses.iter_mut().zip(&last).zip(&doubles) {
            *inverse = double.0.minus(last.0);
        }
        if !exact.invert(&mut inverses) {
            return None;
        }
        for vector in 0..vectors {
            let ((x1, y1), (x2, y2)) = (last[vector], doubles[vector]);
            let slope = y2.minus_wide(y1).times(inverses[vector]);
            let x = slope.squared().minus(x1).minus(x2);
            let y = slope.times(x1.minus_wide(x)).minus(y1);
            put(&mut table, vector, multiple, x, y);
            last[vector] = (x, y);
        }
    }
    Some(table)
}

#[inline(always)]
fn put<L: Lanes>(table: &mut [Point<L>], vector: usize, multiple: usize, x: L, y: L) {
    let first = (vector * ODD_MULTIPLES + multiple) * L::WIDTH;
    L::scatter(x, y, table, &consecutive::<L>(first)[..L::WIDTH]);
}

/// The multiples that a digit of each lane asks for.
#[inline(always)]
fn chosen<L: Lanes>(table: &[Point<L>], digits: &[Digits], half: usize, digit: usize) -> (L, L) {
    let mut places = [0; MOST_LANES];
    for (lane, digits) in digits.iter().enumerate() {
        let (multiple, negated) = digits.digit(half, digit);
        let sign = if negated { NEGATED } else { 0 };
        places[lane] = (multiple * L::WIDTH + lane) as u32 | sign;
    }
    L::gather(table, &places[..L::WIDTH])
}

/// dbl-2009-l of the Explicit-Formulas Database, for a = 0.
#[inline(always)]
fn doubled<L: Lanes>(p: Jacobian<L>) -> Jacobian<L> {
    let (xx, yy) = (p.x.squared(), p.y.squared());
    let yyyy = yy.squared();
    let s = p.x.times(yy);
    let s = s.plus(s);
    let s = s.plus(s);
    let m = xx.plus(xx).plus(xx);
    let x = m.squared().minus(s).minus(s);
    let yyyy = yyyy.plus(yyyy);
    let yyyy = yyyy.plus(yyyy);
    Jacobian {
        x,
        y: m.times(s.minus_wide(x)).minus(yyyy).minus(yyyy),
        z: p.y.plus_wide(p.y).times(p.z),
    }
}

/// Addition of an affine point.
#[inline(always)]
fn added<L: Lanes>(p: Jacobian<L>, x: L, y: L) -> Jacobian<L> {
    let zz = p.z.squared();
    let run = x.times(zz).minus(p.x);
    let rise = y.times(zz.times(p.z)).minus(p.y);
    let square = run.squared();
    let cube = square.times(run);
    let v = p.x.times(square);
    let x = rise.squared().minus(cube).minus(v).minus(v);
    Jacobian {
        x,
        y: rise.times(v.minus_wide(x)).minus(p.y.times(cube)),
        z: p.z.times(run),
    }
}
