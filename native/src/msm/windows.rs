//! Scalars as signed digits, and the points of a window in the order of their buckets.

use rayon::prelude::*;
use zeroize::Zeroizing;

use crate::kernels::{NEGATED, Words};

/// Bits of a scalar, and one for the carry out of the last signed digit.
const SCALAR_BITS: usize = 255;

/// Scalars whose digits can be read off at any window, by themselves.
///
/// Half of the base is added to each digit but the last: so digits from 0 on, less that half, are signed ones, and no
/// carry goes from one to the next where they are read.
pub struct Digits {
    shifted: Zeroizing<Vec<Words>>,
    bits: usize,
}

/// Places of points, those of one bucket after those of the bucket before.
pub struct Order {
    /// With `NEGATED` where the point's negative is meant.
    places: Vec<u32>,
    /// How many of them are in each bucket; bucket i stands for the digit i + 1.
    counts: Vec<u32>,
}

/// Buckets next to each other, a power of two of them, and the places in them.
#[derive(Clone, Copy)]
pub struct Part<'a> {
    /// As in the order.
    pub places: &'a [u32],
    /// As in the order.
    pub counts: &'a [u32],
}

/// Places that are worth a thread of their own.
const PART: usize = 1 << 16;
/// As many parts as keep threads busy, and as few buckets as a part may have.
const MOST_PARTS: usize = 16;
const LEAST_BUCKETS: usize = 64;

impl Order {
    /// All buckets there are.
    pub fn buckets(&self) -> usize {
        self.counts.len()
    }

    /// In parts that any thread may take.
    pub fn parts(&self) -> Vec<Part<'_>> {
        let parts = (self.places.len() / PART).clamp(1, MOST_PARTS);
        let parts = (1 << parts.ilog2()).min(self.counts.len().div_ceil(LEAST_BUCKETS));
        let mut places = &self.places[..];
        let split = |counts| {
            let count: u32 = <[u32]>::iter(counts).sum();
            let (first, rest) = places.split_at(count as usize);
            places = rest;
            Part {
                places: first,
                counts,
            }
        };
        self.counts
            .chunks(self.counts.len() / parts)
            .map(split)
            .collect()
    }
}

impl Digits {
    /// The digits of integers below r, in windows as wide as so many scalars ask for: of those that are small, most
    /// windows have no digit.
    pub fn of(integers: Zeroizing<Vec<Words>>) -> Self {
        let large = |words: &&Words| words[2] != 0 || words[3] != 0;
        let bits = window_bits(integers.par_iter().filter(large).count());
        Self::as_wide(integers, bits)
    }

    /// The same in windows of so many bits.
    pub fn as_wide(mut integers: Zeroizing<Vec<Words>>, bits: usize) -> Self {
        let half = halves(bits);
        integers
            .par_iter_mut()
            .for_each(|integer| *integer = sum(*integer, half));
        Self {
            shifted: integers,
            bits,
        }
    }

    /// Bits of a digit.
    pub fn bits(&self) -> usize {
        self.bits
    }

    /// Digits of a scalar.
    pub fn windows(&self) -> usize {
        windows(self.bits)
    }

    /// The places of one group of windows by their buckets, without those that have no digit. `wires` are those of the
    /// scalars. Of `groups` groups this has every window that many apart, and the places of each window, which are
    /// those of a multiple, come after those of the window before.
    pub fn sorted(
        &self,
        wires: impl ExactSizeIterator<Item = usize> + Clone,
        group: usize,
        groups: usize,
    ) -> Order {
        let windows = (group..self.windows()).step_by(groups);
        let mut counts = vec![0u32; 1 << (self.bits - 1)];
        let mut digits = Vec::with_capacity(wires.len() * windows.len());
        for window in windows {
            self.read(wires.clone(), window, &mut digits);
        }
        for digit in &digits {
            if *digit != 0 {
                counts[digit.unsigned_abs() as usize - 1] += 1;
            }
        }
        let mut next = Vec::with_capacity(counts.len());
        let mut total = 0;
        for count in &counts {
            next.push(total);
            total += count;
        }
        let mut places = vec![0; total as usize];
        for (place, digit) in (0u32..).zip(&digits) {
            if *digit != 0 {
                let next = &mut next[digit.unsigned_abs() as usize - 1];
                places[*next as usize] = place | if *digit < 0 { NEGATED } else { 0 };
                *next += 1;
            }
        }
        Order { places, counts }
    }

    /// The digits of one window, in the order of the wires.
    fn read(&self, wires: impl Iterator<Item = usize>, window: usize, digits: &mut Vec<i32>) {
        let (word, shift) = (window * self.bits / 64, window * self.bits % 64);
        let two_words = shift + self.bits > 64 && word < 3;
        let mask = (1 << self.bits) - 1;
        let half = if window + 1 < self.windows() {
            1 << (self.bits - 1)
        } else {
            0
        };
        digits.extend(wires.map(|wire| {
            let words = &self.shifted[wire];
            let mut found = words[word] >> shift;
            if two_words {
                found |= words[word + 1] << (64 - shift);
            }
            (found & mask) as i32 - half
        }));
    }
}

/// Digits of a scalar in windows of so many bits.
pub fn windows(bits: usize) -> usize {
    SCALAR_BITS.div_ceil(bits)
}

/// What a sum over so many points costs, in additions into buckets; a bucket takes two of its own kind.
pub fn cost(points: usize, bits: usize, groups: usize) -> usize {
    windows(bits) * points + groups * (4 << (bits - 1))
}

/// The width that costs least.
fn window_bits(points: usize) -> usize {
    let cost = |bits: &usize| cost(points, *bits, windows(*bits));
    (4..=16).min_by_key(cost).unwrap_or(4)
}

/// Half of the base in every window but the last, whose digit is not signed.
fn halves(bits: usize) -> Words {
    let mut half = [0; 4];
    for window in 0..windows(bits) - 1 {
        let at = window * bits + bits - 1;
        half[at / 64] |= 1 << (at % 64);
    }
    half
}

fn sum(a: Words, b: Words) -> Words {
    let mut carry = 0;
    std::array::from_fn(|at| {
        let sum = u128::from(a[at]) + u128::from(b[at]) + carry;
        carry = sum >> 64;
        sum as u64
    })
}
