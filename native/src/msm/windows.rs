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
    pub places: Vec<u32>,
    /// How many of them are in each bucket; bucket i stands for the digit i + 1.
    pub counts: Vec<u32>,
}

impl Digits {
    /// The digits of integers below r, in windows as wide as so many scalars ask for: of those that are small, most
    /// windows have no digit.
    pub fn of(mut integers: Zeroizing<Vec<Words>>) -> Self {
        let large = |words: &&Words| words[2] != 0 || words[3] != 0;
        let bits = window_bits(integers.par_iter().filter(large).count());
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
        SCALAR_BITS.div_ceil(self.bits)
    }

    /// The places of one window by their buckets, without those that have no digit. `wires` are those of the scalars.
    pub fn sorted(&self, wires: impl ExactSizeIterator<Item = usize>, window: usize) -> Order {
        let (word, shift) = (window * self.bits / 64, window * self.bits % 64);
        let two_words = shift + self.bits > 64 && word < 3;
        let mask = (1 << self.bits) - 1;
        let half = if window + 1 < self.windows() {
            1 << (self.bits - 1)
        } else {
            0
        };
        let mut counts = vec![0u32; 1 << (self.bits - 1)];
        let mut digits = Vec::with_capacity(wires.len());
        for wire in wires {
            let words = &self.shifted[wire];
            let mut found = words[word] >> shift;
            if two_words {
                found |= words[word + 1] << (64 - shift);
            }
            let digit = (found & mask) as i32 - half;
            if digit != 0 {
                counts[digit.unsigned_abs() as usize - 1] += 1;
            }
            digits.push(digit);
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
}

/// The width for which the additions into buckets and those of the buckets' weights, two each, are the fewest.
fn window_bits(points: usize) -> usize {
    let cost = |bits: &usize| SCALAR_BITS.div_ceil(*bits) * (points + (4 << (*bits - 1)));
    (4..=16).min_by_key(cost).unwrap_or(4)
}

/// Half of the base in every window but the last, whose digit is not signed.
fn halves(bits: usize) -> Words {
    let mut half = [0; 4];
    for window in 0..SCALAR_BITS.div_ceil(bits) - 1 {
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
