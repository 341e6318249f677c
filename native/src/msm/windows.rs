//! Scalars as signed digits, and the points of a window in the order of their buckets.

use ark_bn254::Fr;
use ark_ff::PrimeField;
use rayon::prelude::*;
use zeroize::Zeroizing;

use crate::kernels::NEGATED;

/// Bits of a scalar, and one for the carry out of the last signed digit.
const SCALAR_BITS: usize = 255;

/// Scalars whose digits can be read off at any window, by themselves.
///
/// Half of the base is added to each digit but the last: so digits from 0 on, less that half, are signed ones, and no
/// carry goes from one to the next where they are read.
pub struct Digits {
    shifted: Zeroizing<Vec<[u64; 4]>>,
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
    /// The digits of the scalars of these wires, in windows as wide as so many scalars ask for.
    pub fn of(wires: &[u32], scalars: &[Fr]) -> Self {
        let bits = window_bits(wires.len());
        let half = halves(bits);
        let shift = |wire: &u32| sum(scalars[*wire as usize].into_bigint().0, half);
        let shifted = wires.par_iter().map(shift).collect();
        Self {
            shifted: Zeroizing::new(shifted),
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

    #[inline]
    fn digit(&self, place: usize, window: usize) -> i32 {
        let (word, shift) = (window * self.bits / 64, window * self.bits % 64);
        let words = &self.shifted[place];
        let mut found = words[word] >> shift;
        if shift + self.bits > 64 && word < 3 {
            found |= words[word + 1] << (64 - shift);
        }
        let half = if window + 1 < self.windows() {
            1 << (self.bits - 1)
        } else {
            0
        };
        (found & ((1 << self.bits) - 1)) as i32 - half
    }

    /// The places of one window by their buckets, without those that have no digit.
    pub fn sorted(&self, window: usize) -> Order {
        let mut counts = vec![0u32; 1 << (self.bits - 1)];
        for place in 0..self.shifted.len() {
            let digit = self.digit(place, window);
            if digit != 0 {
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
        for place in 0..self.shifted.len() {
            let digit = self.digit(place, window);
            if digit != 0 {
                let next = &mut next[digit.unsigned_abs() as usize - 1];
                places[*next as usize] = place as u32 | if digit < 0 { NEGATED } else { 0 };
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
fn halves(bits: usize) -> [u64; 4] {
    let mut half = [0; 4];
    for window in 0..SCALAR_BITS.div_ceil(bits) - 1 {
        let at = window * bits + bits - 1;
        half[at / 64] |= 1 << (at % 64);
    }
    half
}

fn sum(a: [u64; 4], b: [u64; 4]) -> [u64; 4] {
    let mut carry = 0;
    std::array::from_fn(|at| {
        let sum = u128::from(a[at]) + u128::from(b[at]) + carry;
        carry = sum >> 64;
        sum as u64
    })
}
