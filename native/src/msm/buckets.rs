//! Points with the same digit are added in pairs, and their sums again, until a bucket holds one: affine additions,
//! whose divisions a block of pairs shares.

use std::marker::PhantomData;

use ark_ec::short_weierstrass::{Affine, Projective, SWCurveConfig};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, Field};

use super::windows::Part;
use crate::kernels::points::{Coordinate, prefetch};
use crate::kernels::{Lanes, NEGATED, Numbers, Point};

/// Pairs that share one division. A division costs as much as some hundred products; the points of a block should
/// still be in the second cache when they are looked at again.
const BLOCK: usize = 2048;
/// Chains of products side by side, as one alone would wait for each product to end.
pub const CHAINS: usize = 4;
/// Points of each side that are brought near before they are worked on.
const AHEAD: usize = 32;

/// Places whose buckets are filled before those of others: they stay in the second cache.
const NEAR: usize = 1 << 14;

/// The sums of each bucket's points, all zero where a bucket has none.
#[inline(always)]
pub fn filled<P, L>(points: &[Point<L>], part: Part<'_>) -> Vec<Point<L>>
where
    P: SWCurveConfig<BaseField: Coordinate>,
    L: Lanes<Element = P::BaseField>,
{
    let mut round = Round::<P, L>::new();
    let (mut sums, mut before) = (Vec::new(), Vec::new());
    let mut buckets = vec![Point::<L>::default(); part.counts.len()];
    let (mut places, mut counts) = (part.places, part.counts);
    while !counts.is_empty() {
        let (some, taken) = near(counts);
        let mut left = counts[..some].to_vec();
        round.halve(points, Some(places), &mut left, &mut sums);
        while left.iter().any(|count| *count > 1) {
            std::mem::swap(&mut sums, &mut before);
            round.halve(&before, None, &mut left, &mut sums);
        }
        let first = buckets.len() - counts.len();
        let full = buckets[first..].iter_mut().zip(&left);
        let full = full.filter(|(_, count)| **count == 1);
        for ((bucket, _), sum) in full.zip(&sums) {
            *bucket = *sum;
        }
        (places, counts) = (&places[taken..], &counts[some..]);
    }
    buckets
}

/// Buckets to be filled together, one at least, and the places in them.
fn near(counts: &[u32]) -> (usize, usize) {
    let mut taken = counts[0] as usize;
    let mut some = 1;
    while let Some(count) = counts.get(some) {
        if taken + *count as usize > NEAR {
            break;
        }
        taken += *count as usize;
        some += 1;
    }
    (some, taken)
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

/// How far a round is.
#[derive(Default)]
struct Cursor {
    /// The bucket after the one that is being paired.
    bucket: usize,
    /// Its next point, and where its points end.
    start: u32,
    end: u32,
    /// Where the next sum goes.
    out: u32,
}

impl<P, L> Round<P, L>
where
    P: SWCurveConfig<BaseField: Coordinate>,
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
    /// their buckets, and goes on with what comes next; without, they lie in that order.
    #[inline(always)]
    fn halve(
        &mut self,
        points: &[Point<L>],
        places: Option<&[u32]>,
        counts: &mut [u32],
        sums: &mut Vec<Point<L>>,
    ) {
        let total: usize = counts.iter().map(|count| count.div_ceil(2) as usize).sum();
        // What is in it is written over. One place behind the end, for lanes that are left over in a block.
        if sums.len() <= total {
            sums.resize(total + 1, Point::<L>::default());
        }
        let mut cursor = Cursor::default();
        loop {
            match places {
                Some(places) => {
                    self.pair(&mut cursor, counts, points, sums, |at| places[at as usize])
                }
                None => self.pair(&mut cursor, counts, points, sums, |at| at),
            }
            if self.out.is_empty() {
                return;
            }
            let soon = places.map_or(&[][..], |places| &places[cursor.start as usize..]);
            self.add(points, &mut sums[..=total], soon);
        }
    }

    /// The next block of pairs, as many as there are. What has no partner is a sum by itself. By itself in the compiled
    /// code, for vectors would take its registers.
    #[inline(never)]
    fn pair(
        &mut self,
        cursor: &mut Cursor,
        counts: &mut [u32],
        points: &[Point<L>],
        sums: &mut [Point<L>],
        at: impl Fn(u32) -> u32,
    ) {
        while self.out.len() < BLOCK {
            match cursor.end - cursor.start {
                0 => {
                    let Some(count) = counts.get_mut(cursor.bucket) else {
                        return;
                    };
                    cursor.end += *count;
                    *count = count.div_ceil(2);
                    cursor.bucket += 1;
                }
                1 => {
                    sums[cursor.out as usize] = single::<L>(points, at(cursor.start));
                    cursor.start += 1;
                    cursor.out += 1;
                }
                left => {
                    let pairs = (left / 2).min((BLOCK - self.out.len()) as u32);
                    let (first, out) = (cursor.start, cursor.out);
                    self.left
                        .extend((0..pairs).map(|pair| at(first + 2 * pair)));
                    self.right
                        .extend((0..pairs).map(|pair| at(first + 2 * pair + 1)));
                    self.out.extend(out..out + pairs);
                    cursor.start += 2 * pairs;
                    cursor.out += pairs;
                }
            }
        }
    }

    /// Add the pairs of the block, and meanwhile bring near the points that are needed soon.
    #[inline(always)]
    fn add(&mut self, points: &[Point<L>], sums: &mut [Point<L>], soon: &[u32]) {
        let nothing = Point::<L>::default();
        if self.infinite {
            self.add_apart(points, sums, |a, b| *a == nothing || *b == nothing);
        }
        if !self.add_in_lanes(points, sums, soon) {
            // The pair that fills the last vector may be one of these: it goes with them.
            self.add_apart(points, sums, |a, b| same_x::<L>(a, b));
            self.add_in_lanes(points, sums, soon);
        }
        self.left.clear();
        self.right.clear();
        self.out.clear();
    }

    /// Add these pairs one by one, and leave them out of the block.
    fn add_apart(
        &mut self,
        points: &[Point<L>],
        sums: &mut [Point<L>],
        apart: impl Fn(&Point<L>, &Point<L>) -> bool,
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
    fn add_in_lanes(&mut self, points: &[Point<L>], sums: &mut [Point<L>], soon: &[u32]) -> bool {
        self.fill_up(sums.len() as u32 - 1);
        let vectors = self.out.len() / L::WIDTH;
        let lanes = |vector: usize| vector * L::WIDTH..(vector + 1) * L::WIDTH;
        let ahead = AHEAD / L::WIDTH;
        let one = L::value(P::BaseField::ONE);
        let mut products = [one; CHAINS];
        self.prefix.clear();
        for vector in 0..vectors {
            if vector + ahead < vectors {
                prefetch(points, &self.left[lanes(vector + ahead)]);
                prefetch(points, &self.right[lanes(vector + ahead)]);
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
        let mut soon = soon.chunks_exact(2 * L::WIDTH);
        for vector in (0..vectors).rev() {
            let range = lanes(vector);
            if let Some(soon) = soon.next() {
                prefetch(points, soon);
            }
            let (x1, y1) = L::gather(points, &self.left[range.clone()]);
            let (x2, y2) = L::gather(points, &self.right[range.clone()]);
            let run = x2.minus_wide(x1);
            let inverse = &mut inverses[vector % CHAINS];
            let slope = y2.minus_wide(y1).times(inverse.times(self.prefix[vector]));
            *inverse = inverse.times(run);
            let x = slope.squared().minus(x1).minus(x2);
            let y = slope.slope_as_factor().times(x1.minus_wide(x)).minus(y1);
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

    fn add_pair(&mut self, pair: usize, points: &[Point<L>], sums: &mut [Point<L>]) {
        let point = |place| affine::<P, L>(&single::<L>(points, place));
        let sum: Projective<P> = point(self.left[pair]) + point(self.right[pair]);
        let sum = sum.into_affine();
        self.infinite |= sum.is_zero();
        sums[self.out[pair] as usize] = L::Element::pack(sum.xy());
    }
}

/// Whether two points are equal or opposite.
fn same_x<L: Lanes>(a: &Point<L>, b: &Point<L>) -> bool {
    let x = |point| L::Element::unpack(point).map(|(x, _)| x);
    x(a) == x(b)
}

/// The point of one place, negated where that is marked.
fn single<L: Lanes>(points: &[Point<L>], place: u32) -> Point<L> {
    let point = &points[(place & !NEGATED) as usize];
    if place & NEGATED == 0 {
        *point
    } else {
        L::Element::opposite(point)
    }
}

fn affine<P, L>(point: &Point<L>) -> Affine<P>
where
    P: SWCurveConfig<BaseField: Coordinate>,
    L: Lanes<Element = P::BaseField>,
{
    L::Element::unpack(point).map_or_else(Affine::identity, |(x, y)| Affine::new_unchecked(x, y))
}

/// The inverse of every lane of every chain, by one division; `None` where one of them is zero.
pub fn inverted<L: Lanes>(products: [L; CHAINS]) -> Option<[L; CHAINS]> {
    let elements: Vec<L::Element> = products.into_iter().flat_map(Numbers::elements).collect();
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
