//! Buckets with their weights become one point: bucket i counts i + 1 times.

use ark_ec::short_weierstrass::{Projective, SWCurveConfig};
use ark_ff::{AdditiveGroup, Field};

use crate::kernels::points::Coordinate;
use crate::kernels::{Lanes, MOST_LANES, Point};

/// Points in projective coordinates, X/Z and Y/Z, one in each lane.
#[derive(Clone, Copy)]
struct Points<L> {
    x: L,
    y: L,
    z: L,
}

/// What one lane makes of its buckets: their sum, and the sum of each of them times its place, from 1 on.
pub type Lane<P> = (Projective<P>, Projective<P>);

/// Each lane folds a part of the buckets; there are at least as many as lanes.
#[inline(always)]
pub fn lanes<P, L>(buckets: &[Point<L>]) -> Vec<Lane<P>>
where
    P: SWCurveConfig<BaseField: Coordinate>,
    L: Lanes<Element = P::BaseField>,
{
    let part = buckets.len() / L::WIDTH;
    let triple = L::factor(P::COEFF_B + P::COEFF_B + P::COEFF_B);
    let (one, zero) = (L::value(P::BaseField::ONE), L::value(P::BaseField::ZERO));
    let nothing = Points {
        x: zero,
        y: one,
        z: zero,
    };
    let (mut running, mut sums) = (nothing, nothing);
    let empty = Point::<L>::default();
    for step in (0..part).rev() {
        let places: [u32; MOST_LANES] = std::array::from_fn(|lane| (lane * part + step) as u32);
        let places = &places[..L::WIDTH];
        let (x, y) = L::gather(buckets, places);
        let there = |lane: usize| buckets[places[lane] as usize] != empty;
        let bucket = if (0..L::WIDTH).all(there) {
            Points { x, y, z: one }
        } else {
            // Infinity is (0, 1, 0), and lies in memory as zeros.
            let bit = |set: bool| {
                if set {
                    P::BaseField::ONE
                } else {
                    P::BaseField::ZERO
                }
            };
            let z =
                std::array::from_fn::<_, MOST_LANES, _>(|lane| bit(lane < L::WIDTH && there(lane)));
            let z = L::from_elements(&z);
            Points {
                x,
                y: y.plus(one.minus(z)),
                z,
            }
        };
        running = added(running, bucket, triple);
        sums = added(sums, running, triple);
    }
    let running = projective::<P, L>(running).into_iter();
    running.zip(projective::<P, L>(sums)).collect()
}

/// The sum of (i + 1) times bucket i, of `buckets` buckets which these lanes have folded, one part after the other.
pub fn joined<P: SWCurveConfig>(lanes: &[Lane<P>], buckets: usize) -> Projective<P> {
    // Lane s began at bucket s * part: what it folded counts that many times more.
    let (mut above, mut weights) = (Projective::<P>::ZERO, Projective::<P>::ZERO);
    for (all, _) in lanes[1..].iter().rev() {
        above += all;
        weights += above;
    }
    let part = buckets / lanes.len();
    for _ in 0..part.trailing_zeros() {
        weights.double_in_place();
    }
    lanes.iter().fold(weights, |total, (_, sum)| total + sum)
}

/// Renes, Costello and Batina's complete addition on y^2 = x^3 + b (Algorithm 7 of eprint 2015/1060): no case apart,
/// for points of odd order. `triple` is 3 b. Each coordinate is a sum of products of two products of two values, so all
/// stand for the same part of what they should, and of projective coordinates only the ratios count.
#[inline(always)]
fn added<L: Lanes>(p: Points<L>, q: Points<L>, triple: L) -> Points<L> {
    let (xx, yy, zz) = (p.x.times(q.x), p.y.times(q.y), p.z.times(q.z));
    let xy =
        p.x.plus_wide(p.y)
            .times(q.x.plus_wide(q.y))
            .minus(xx.plus(yy));
    let yz =
        p.y.plus_wide(p.z)
            .times(q.y.plus_wide(q.z))
            .minus(yy.plus(zz));
    let xz =
        p.x.plus_wide(p.z)
            .times(q.x.plus_wide(q.z))
            .minus(xx.plus(zz));
    let xx3 = xx.plus(xx).plus(xx);
    let bzz = triple.times(zz);
    let (sum, difference) = (yy.plus(bzz), yy.minus(bzz));
    let bxz = triple.times(xz);
    Points {
        x: xy.times(difference).minus(yz.times(bxz)),
        y: bxz.times(xx3).plus(difference.times(sum)),
        z: sum.times(yz).plus(xx3.times(xy)),
    }
}

/// Each lane as arkworks has it: x = X / Z^2, y = Y / Z^3.
fn projective<P, L>(points: Points<L>) -> Vec<Projective<P>>
where
    P: SWCurveConfig<BaseField: Coordinate>,
    L: Lanes<Element = P::BaseField>,
{
    let (x, y, z) = (
        points.x.elements(),
        points.y.elements(),
        points.z.elements(),
    );
    let coordinates = x.into_iter().zip(y).zip(z);
    coordinates
        .map(|((x, y), z)| Projective::new_unchecked(x * z, y * z.square(), z))
        .collect()
}
