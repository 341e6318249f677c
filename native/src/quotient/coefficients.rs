//! Matrices a and b of a key as the prover takes them: each coefficient once, and for each term two places. The same few
//! thousand coefficients make up the millions of terms of a circuit that hashes, so terms take 8 bytes and not 44.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use ahash::RandomState;
use ark_bn254::Fr;
use ark_ff::{BigInt, One, PrimeField};
use rayon::prelude::*;

use crate::error::Result;
use crate::kernels::{LONGEST_SUM, MOST_LANES, Scalars, Term, Words};
use crate::random::random_bytes;
use crate::watch::Watch;

/// A matrix, 0 for a and 1 for b, and a row of it.
#[derive(Clone, Copy)]
pub struct Place {
    /// Which matrix.
    pub matrix: u32,
    /// Which row.
    pub row: u32,
}

impl Place {
    /// Rows of a and of b take turns.
    fn index(self) -> usize {
        2 * self.row as usize + self.matrix as usize
    }
}

/// Terms that a file holds, in any order.
pub trait Terms: Sync {
    /// How many.
    fn count(&self) -> usize;
    /// One of them: its place, its wire, and its coefficient times 2^512 modulo r. Refused where one of them is too large.
    fn term(&self, index: usize) -> Result<(Place, u32, Words)>;
}

/// Both matrices.
pub struct Coefficients {
    distinct: Vec<Words>,
    terms: Vec<Term>,
    /// Where the terms of a row end.
    ends: Vec<u32>,
}

/// Terms between two looks at the watch.
const TOGETHER: usize = 1 << 14;

impl Coefficients {
    /// From the terms of matrices with so many rows.
    pub fn of(terms: &impl Terms, rows: usize, watch: &Watch) -> Result<Self> {
        let count = terms.count();
        let share = count
            .div_ceil(4 * rayon::current_num_threads())
            .max(TOGETHER);
        let shares = (0..count).step_by(share).collect::<Vec<_>>();
        let shares = shares
            .par_iter()
            .map(|start| *start..count.min(start + share));
        let hashing = hashing()?;

        // Rows are counted first, and the distinct coefficients of each share found.
        let counts: Vec<AtomicU32> = (0..2 * rows).map(|_| AtomicU32::new(0)).collect();
        let found = shares.clone().map(|range| {
            let mut known = HashMap::with_hasher(hashing.clone());
            let mut distinct = Vec::new();
            for index in range {
                if index.is_multiple_of(TOGETHER) {
                    watch.advance(0)?;
                }
                let (place, _, coefficient) = terms.term(index)?;
                counts[place.index()].fetch_add(1, Ordering::Relaxed);
                known
                    .entry(coefficient)
                    .or_insert_with(|| distinct.push(coefficient));
            }
            Ok(distinct)
        });
        let found: Vec<Result<Vec<Words>>> = found.collect();
        let (mut numbers, mut distinct) = (HashMap::with_hasher(hashing.clone()), Vec::new());
        for coefficients in found {
            for coefficient in coefficients? {
                numbers.entry(coefficient).or_insert_with(|| {
                    distinct.push(coefficient);
                    distinct.len() as u32 - 1
                });
            }
        }

        // Then each term goes to its row.
        let mut start = 0;
        for count in &counts {
            start += count.swap(start, Ordering::Relaxed);
        }
        let placed: Vec<AtomicU64> = (0..count).map(|_| AtomicU64::new(0)).collect();
        let placing = shares.map(|range| {
            for index in range {
                if index.is_multiple_of(TOGETHER) {
                    watch.advance(0)?;
                }
                let (place, wire, coefficient) = terms.term(index)?;
                let at = counts[place.index()].fetch_add(1, Ordering::Relaxed);
                let term = Term::new(numbers[&coefficient], wire);
                placed[at as usize].store(term.0, Ordering::Relaxed);
            }
            Ok(())
        });
        placing.collect::<Result<()>>()?;
        let terms = placed.into_iter().map(|term| Term(term.into_inner()));
        Ok(Self {
            distinct,
            terms: terms.collect(),
            ends: counts.into_iter().map(AtomicU32::into_inner).collect(),
        })
    }

    /// Rows of each matrix.
    pub fn rows(&self) -> usize {
        self.ends.len() / 2
    }

    /// The terms of a row.
    fn row(&self, place: Place) -> &[Term] {
        let index = place.index();
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.terms[start as usize..self.ends[index] as usize]
    }

    /// Whether a row is this wire, once, in a, and nothing in b.
    pub fn binds(&self, row: u32, wire: u32) -> bool {
        let one = |coefficient: &Words| {
            // Its form times 2^512, read as one times 2^256, stands for 2^256.
            Fr::new_unchecked(BigInt(*coefficient)).into_bigint() == Fr::one().0
        };
        let alone = matches!(self.row(Place { matrix: 0, row }),
            [term] if term.integer() == wire as usize && one(&self.distinct[term.coefficient()]));
        alone && self.row(Place { matrix: 1, row }).is_empty()
    }

    /// The last row that has a term.
    pub fn last_row(&self) -> Option<usize> {
        let total = *self.ends.last()?;
        let ended = self.ends.partition_point(|end| *end < total);
        (total > 0).then_some(ended / 2)
    }

    /// Values of rows of a matrix from `first` on, for these integers as wires.
    #[inline(always)]
    pub fn values<N: Scalars>(&self, matrix: u32, first: usize, integers: &[Words]) -> N {
        let mut rows: [&[Term]; MOST_LANES] = [&[]; MOST_LANES];
        for (lane, row) in rows[..N::WIDTH].iter_mut().enumerate() {
            let index = (first + lane) as u32;
            *row = self.row(Place { matrix, row: index });
        }
        let mut total: Option<N> = None;
        loop {
            let mut part = rows;
            for (part, row) in part.iter_mut().zip(&mut rows) {
                (*part, *row) = row.split_at(row.len().min(LONGEST_SUM));
            }
            let mut sum = N::sums(&part[..N::WIDTH], &self.distinct, integers);
            if let Some(total) = total {
                sum = total.plus(sum);
            }
            if rows.iter().all(|row| row.is_empty()) {
                return sum;
            }
            total = Some(sum);
        }
    }
}

/// Whose coefficients fall together nobody can know before.
fn hashing() -> Result<RandomState> {
    let bytes = random_bytes(32)?;
    let seed = |at: usize| u64::from_le_bytes(bytes.as_chunks().0[at]);
    Ok(RandomState::with_seeds(seed(0), seed(1), seed(2), seed(3)))
}
