//! Points with the same digit are added in pairs, and their sums again, until a bucket holds one: affine additions,
//! whose divisions a block of pairs shares.

use std::marker::PhantomData;

use ark_ec::short_weierstrass::{Affine, Projective, SWCurveConfig};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, Field};

use super::windows::Order;
use crate::kernels::{Lanes, NEGATED};

/// Pairs that share one division. A division costs as much as some hundred products; the points of a block should
/// still be in the second cache when they are looked at again.
const BLOCK: usize = 2048;
/// Chains of products side by side, as one alone would wait for each product to end.
const CHAINS: usize = 4;
/// Vectors ahead of the one that is worked on, whose points are brought near.
const AHEAD: usize = 4;

/// The sums of each bucket's points, all zero where a bucket has none.
#[inline(always)]
pub fn filled<P, L>(points: &[L::Point], order: &Order) -> Vec<L::Point>
where
    P: SWCurveConfig,
    L: Lanes<Element = P::BaseField>,
{
    let mut round = Round::<P, L>::new();
    let mut counts = order.counts.clone();
    let mut sums = round.halved(points, Some(&order.places), &mut counts);
    while counts.iter().any(|count| *count > 1) {
        sums = round.halved(&sums, None, &mut counts);
    }
    let mut buckets = vec![L::Point::default(); counts.len()];
    let mut next = sums.into_iter();
    for (bucket, count) in buckets.iter_mut().zip(&counts) {
        if *count == 1 {
            *bucket = next.next().unwrap_or_default();
        }
    }
    buckets
}

/// A block of pairs, and room for what is worked out on the way.
struct Round<P, L: Lanes> {
    left: Vec<u32>,
    right: Vec<u32>,
    out: Vec<u32>,
    prefix: Vec<L>,
    /// Whether some sum is at infinity: lanes add no such point.
    infinite: bool,
    curve: PhantomData<P>,
}

impl<P, L> Round<P, L>
where
    P: SWCurveConfig,
    L: Lanes<Element = P::BaseField>,
{
    fn new() -> Self {
        let room = || Vec::with_capacity(BLOCK + L::WIDTH);
        Self {
            left: room(),
            right: room(),
            out: room(),
            prefix: Vec::with_capacity(BLOCK / L::WIDTH),
            infinite: false,
            curve: PhantomData,
        }
    }

    /// Half as many points in each bucket, one more where their number is odd. `places` says where the points are, by
    /// their buckets; without, they lie in that order.
    #[inline(always)]
    fn halved(
        &mut self,
        points: &[L::Point],
        places: Option<&[u32]>,
        counts: &mut [u32],
    ) -> Vec<L::Point> {
        let total: usize = counts.iter().map(|count| count.div_ceil(2) as usize).sum();
        // One place behind the end, for lanes that are left over in the last vector of a block.
        let mut sums = vec![L::Point::default(); total + 1];
        let at = |index: u32| places.map_or(index, |places| places[index as usize]);
        let (mut start, mut out) = (0, 0);
        for count in counts.iter_mut() {
            let end = start + *count;
            while start + 1 < end {
                self.left.push(at(start));
                self.right.push(at(start + 1));
                self.out.push(out);
                (start, out) = (start + 2, out + 1);
                if self.out.len() == BLOCK {
                    self.add(points, &mut sums);
                }
            }
            if start < end {
                sums[out as usize] = single::<L>(points, at(start));
                (start, out) = (end, out + 1);
            }
            *count = count.div_ceil(2);
        }
        self.add(points, &mut sums);
        sums.truncate(total);
        sums
    }

    /// Add the pairs of the block.
    #[inline(always)]
    fn add(&mut self, points: &[L::Point], sums: &mut [L::Point]) {
        let nothing = L::Point::default();
        if self.infinite {
            self.add_apart(points, sums, |a, b| *a == nothing || *b == nothing);
        }
        if !self.add_in_lanes(points, sums) {
            // The pair that fills the last vector may be one of these: it goes with them.
            self.add_apart(points, sums, |a, b| same_x::<L>(a, b));
            self.add_in_lanes(points, sums);
        }
        self.left.clear();
        self.right.clear();
        self.out.clear();
    }

    /// Add these pairs one by one, and leave them out of the block.
    fn add_apart(
        &mut self,
        points: &[L::Point],
        sums: &mut [L::Point],
        apart: impl Fn(&L::Point, &L::Point) -> bool,
    ) {
        for pair in (0..self.out.len()).rev() {
            let at = |list: &[u32]| (list[pair] & !NEGATED) as usize;
            if apart(&points[at(&self.left)], &points[at(&self.right)]) {
                self.add_pair(pair, points, sums);
                self.left.swap_remove(pair);
                self.right.swap_remove(pair);
                self.out.swap_remove(pair);
            }
        }
    }

    /// False where two points of a pair have the same x, and nothing was added.
    #[inline(always)]
    fn add_in_lanes(&mut self, points: &[L::Point], sums: &mut [L::Point]) -> bool {
        self.fill_up(sums.len() as u32 - 1);
        let vectors = self.out.len() / L::WIDTH;
        let lanes = |vector: usize| vector * L::WIDTH..(vector + 1) * L::WIDTH;
        let one = L::splat(P::BaseField::ONE);
        let mut products = [one; CHAINS];
        self.prefix.clear();
        for vector in 0..vectors {
            if vector + AHEAD < vectors {
                L::prefetch(points, &self.left[lanes(vector + AHEAD)]);
                L::prefetch(points, &self.right[lanes(vector + AHEAD)]);
            }
            let (left, right) = (&self.left[lanes(vector)], &self.right[lanes(vector)]);
            let run = L::gather_x(points, right).minus_wide(L::gather_x(points, left));
            let product = &mut products[vector % CHAINS];
            self.prefix.push(*product);
            *product = product.times(run);
        }
        let Some(mut inverses) = inverted(products) else {
            return false;
        };
        for vector in (0..vectors).rev() {
            let range = lanes(vector);
            let (x1, y1) = L::gather(points, &self.left[range.clone()]);
            let (x2, y2) = L::gather(points, &self.right[range.clone()]);
            let run = x2.minus_wide(x1);
            let inverse = &mut inverses[vector % CHAINS];
            let slope = y2.minus_wide(y1).times(inverse.times(self.prefix[vector]));
            *inverse = inverse.times(run);
            let x = slope.squared().minus(x1).minus(x2);
            let y = slope.times(x1.minus_wide(x)).minus(y1);
            L::scatter(x, y, sums, &self.out[range]);
        }
        true
    }

    /// Fill the last vector with a pair that is there already, whose sum goes to a place that nobody reads.
    fn fill_up(&mut self, unread: u32) {
        while !self.out.len().is_multiple_of(L::WIDTH) {
            self.left.push(self.left[0]);
            self.right.push(self.right[0]);
            self.out.push(unread);
        }
    }

    fn add_pair(&mut self, pair: usize, points: &[L::Point], sums: &mut [L::Point]) {
        let point = |place| affine::<P, L>(&single::<L>(points, place));
        let sum: Projective<P> = point(self.left[pair]) + point(self.right[pair]);
        let sum = sum.into_affine();
        self.infinite |= sum.is_zero();
        sums[self.out[pair] as usize] = L::pack(sum.xy());
    }
}

/// Whether two points are equal or opposite.
fn same_x<L: Lanes>(a: &L::Point, b: &L::Point) -> bool {
    L::unpack(a).map(|(x, _)| x) == L::unpack(b).map(|(x, _)| x)
}

/// The point of one place, negated where that is marked.
fn single<L: Lanes>(points: &[L::Point], place: u32) -> L::Point {
    let point = points[(place & !NEGATED) as usize];
    if place & NEGATED == 0 {
        return point;
    }
    L::pack(L::unpack(&point).map(|(x, y)| (x, -y)))
}

fn affine<P, L>(point: &L::Point) -> Affine<P>
where
    P: SWCurveConfig,
    L: Lanes<Element = P::BaseField>,
{
    L::unpack(point).map_or_else(Affine::identity, |(x, y)| Affine::new_unchecked(x, y))
}

/// The inverse of every lane of every chain, by one division; `None` where one of them is zero.
fn inverted<L: Lanes>(products: [L; CHAINS]) -> Option<[L; CHAINS]> {
    let elements: Vec<L::Element> = products.into_iter().flat_map(Lanes::elements).collect();
    let mut prefix = Vec::with_capacity(elements.len());
    let mut product = L::Element::ONE;
    for element in &elements {
        prefix.push(product);
        product *= element;
    }
    let mut inverse = L::inverse(product)?;
    let mut inverses = vec![L::Element::ZERO; elements.len()];
    for at in (0..elements.len()).rev() {
        inverses[at] = inverse * prefix[at];
        inverse *= elements[at];
    }
    Some(std::array::from_fn(|chain| {
        L::from_elements(&inverses[chain * L::WIDTH..(chain + 1) * L::WIDTH])
    }))
}
