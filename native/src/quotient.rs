//! The quotient of a b - c by the polynomial that vanishes on the domain, in the form circom's tools agreed on.
//!
//! It is not formed: with a, b and c = a * b given on the domain, a b - c vanishes there, so its values at the n odd
//! 2n-th roots fix it, and H holds the Lagrange polynomials of exactly those points.
//!
//! A transform of n values is one of the columns of a square, a factor for each place, and one of its rows (Bailey's four
//! steps). The one back begins with the rows again: so a row goes there and back while it is near, and memory is passed
//! three times for both transforms.

mod coefficients;
mod transform;

use std::marker::PhantomData;

use ark_bn254::Fr;
use ark_ff::Field;
use rayon::prelude::*;
use zeroize::Zeroizing;

pub use coefficients::{Coefficients, Place, Terms};
use transform::{Powers, Roots, power};

use crate::error::Result;
#[cfg(target_arch = "x86_64")]
use crate::kernels::avx2_lanes::Scalar4;
#[cfg(target_arch = "x86_64")]
use crate::kernels::ifma_scalars::Scalar8;
#[cfg(target_arch = "x86_64")]
use crate::kernels::mulx::Mulx;
use crate::kernels::portable::{One, Plain};
use crate::kernels::{Kernel, MOST_LANES, Scalars, Words, Work};
use crate::qap::domains;
use crate::watch::{Phase, Watch};

/// Parts of the domain's size that are reported as done.
pub const PARTS: u64 = 5;

/// Columns that are worked on together; where a square has fewer, one by one.
const SIDE: usize = MOST_LANES;

/// Values of a b - c at the odd 2n-th roots, as integers below r, wiped on drop. `witness` has the integers of all wires.
pub fn quotient(
    coefficients: &Coefficients,
    witness: &[Words],
    kernel: Kernel,
    watch: &Watch,
) -> Result<Zeroizing<Vec<Words>>> {
    let rows = coefficients.rows();
    match kernel {
        #[cfg(target_arch = "x86_64")]
        Kernel::Ifma if rows >= SIDE * SIDE => {
            Square::<Scalar8>::of(rows)?.quotient(coefficients, witness, watch)
        }
        #[cfg(target_arch = "x86_64")]
        Kernel::Avx2 if rows >= SIDE * SIDE => {
            Square::<Scalar4>::of(rows)?.quotient(coefficients, witness, watch)
        }
        #[cfg(target_arch = "x86_64")]
        Kernel::Mulx => Square::<One<Fr, Mulx>>::of(rows)?.quotient(coefficients, witness, watch),
        _ => Square::<One<Fr, Plain>>::of(rows)?.quotient(coefficients, witness, watch),
    }
}

/// Values in memory, wiped on drop.
type Values = Zeroizing<Vec<Words>>;

/// n = rows * columns; value i of the domain is in row i / columns.
struct Square<N> {
    rows: Roots,
    columns: Roots,
    side: usize,
    root: Fr,
    inverse: Fr,
    /// The first odd 2n-th root.
    odd: Fr,
    size_inverse: Fr,
    lanes: PhantomData<fn() -> N>,
}

impl<N: Scalars> Square<N> {
    fn of(size: usize) -> Result<Self> {
        let (domain, doubled) = domains(size)?;
        let rows = 1 << size.trailing_zeros().div_ceil(2);
        let columns = size / rows;
        let (root, inverse) = (domain.group_gen, domain.group_gen_inv);
        Ok(Self {
            rows: Roots::new::<N>(rows, power(root, columns), power(inverse, columns)),
            columns: Roots::new::<N>(columns, power(root, rows), power(inverse, rows)),
            side: if columns < SIDE { 1 } else { SIDE },
            root,
            inverse,
            odd: doubled.group_gen,
            size_inverse: domain.size_inv,
            lanes: PhantomData,
        })
    }

    /// Vectors that some columns or rows take beside each other.
    fn beside(&self) -> usize {
        self.side / N::WIDTH
    }

    fn quotient(
        &self,
        coefficients: &Coefficients,
        witness: &[Words],
        watch: &Watch,
    ) -> Result<Values> {
        let size = coefficients.rows();
        let (column, row) = (self.side * self.rows.count, self.side * self.columns.count);
        let room = || Zeroizing::new(vec![[0; 4]; size]);
        let (mut a, mut b, mut c, mut spare) = (room(), room(), room(), room());
        let groups = a.par_chunks_mut(column).zip(b.par_chunks_mut(column));
        let groups = groups.zip(c.par_chunks_mut(column)).enumerate();
        groups.try_for_each(|(group, ((a, b), c))| {
            let work = Columns {
                square: self,
                group,
                coefficients,
                witness,
                out: [a, b, c],
            };
            watch.timed(Phase::Quotient, || N::run(work));
            watch.advance(column as u64)
        })?;
        for values in [&mut a, &mut b, &mut c] {
            let bands = spare.par_chunks_mut(row).enumerate();
            bands.try_for_each(|(band, out)| {
                let work = Rows {
                    square: self,
                    band,
                    values,
                    out,
                };
                watch.timed(Phase::Quotient, || N::run(work));
                watch.advance(row as u64)
            })?;
            std::mem::swap(values, &mut spare);
        }
        let groups = spare.par_chunks_mut(column).enumerate();
        groups.try_for_each(|(group, out)| {
            let work = LastColumns {
                square: self,
                group,
                values: [&a, &b, &c],
                out,
            };
            watch.timed(Phase::Quotient, || N::run(work));
            watch.advance(column as u64)
        })?;
        // From columns, some beside each other, to the order of the domain.
        let lines = a.par_chunks_mut(self.columns.count).enumerate();
        lines.for_each(|(row, line)| {
            for (group, line) in line.chunks_exact_mut(self.side).enumerate() {
                line.copy_from_slice(&spare[group * column + row * self.side..][..self.side]);
            }
        });
        Ok(a)
    }

    /// The powers that columns from `group` on are multiplied by, row by row.
    fn turns(&self, group: usize, root: Fr) -> Vec<Powers<N>> {
        self.powers(|lane| (Fr::ONE, power(root, group * self.side + lane)))
    }

    /// A power for each lane of the vectors beside each other.
    fn powers(&self, lane: impl Fn(usize) -> (Fr, Fr)) -> Vec<Powers<N>> {
        let vectors = (0..self.side).step_by(N::WIDTH);
        vectors
            .map(|first| Powers::of((first..first + N::WIDTH).map(&lane)))
            .collect()
    }
}

/// Each coefficient, in its order, times the power of its vector.
#[inline(always)]
fn turn<N: Scalars>(roots: &Roots, values: &mut [N], mut powers: Vec<Powers<N>>) {
    for index in 0..roots.count {
        let place = roots.reversed(index) * powers.len();
        for (value, powers) in values[place..].iter_mut().zip(&mut powers) {
            *value = powers.times_next(*value);
        }
    }
}

/// Room for vectors, whose values are wiped on drop.
struct Room<N: Scalars>(Vec<N>);

impl<N: Scalars> Room<N> {
    fn for_vectors(count: usize) -> Self {
        Self(Vec::with_capacity(count))
    }
}

impl<N: Scalars> Drop for Room<N> {
    fn drop(&mut self) {
        self.0.fill(N::everywhere(&[0; 4]));
        std::hint::black_box(&self.0);
    }
}

/// Rows of the matrices, and the first half of the way to coefficients.
struct Columns<'a, N> {
    square: &'a Square<N>,
    group: usize,
    coefficients: &'a Coefficients,
    witness: &'a [Words],
    out: [&'a mut [Words]; 3],
}

impl<N: Scalars> Work for Columns<'_, N> {
    type Done = ();

    #[inline(always)]
    fn run(self) {
        let square = self.square;
        let (rows, beside) = (&square.rows, square.beside());
        let mut three: [Room<N>; 3] =
            std::array::from_fn(|_| Room::for_vectors(rows.count * beside));
        let [a, b, c] = &mut three;
        for row in 0..rows.count {
            let first = row * square.columns.count + self.group * square.side;
            for vector in 0..beside {
                let first = first + vector * N::WIDTH;
                let left = self.coefficients.values::<N>(0, first, self.witness);
                let right = self.coefficients.values::<N>(1, first, self.witness);
                a.0.push(left);
                b.0.push(right);
                c.0.push(left.times(right));
            }
        }
        let turns = square.turns(self.group, square.inverse);
        for (values, out) in three.iter_mut().zip(self.out) {
            rows.to_coefficients(&mut values.0, beside);
            turn(rows, &mut values.0, turns.clone());
            for (vector, value) in values.0.iter().enumerate() {
                value.store(out, vector * N::WIDTH, 1);
            }
        }
    }
}

/// The second half, the way to the odd roots, and the first half of the way to values.
struct Rows<'a, N> {
    square: &'a Square<N>,
    band: usize,
    values: &'a [Words],
    out: &'a mut [Words],
}

impl<N: Scalars> Work for Rows<'_, N> {
    type Done = ();

    #[inline(always)]
    fn run(self) {
        let square = self.square;
        let (columns, side, beside) = (&square.columns, square.side, square.beside());
        let mut room = Room::<N>::for_vectors(columns.count * beside);
        for column in 0..columns.count {
            let (group, lane) = (column / side, column % side);
            let first = (group * square.rows.count + self.band * side) * side + lane;
            for vector in 0..beside {
                room.0
                    .push(N::load(self.values, first + vector * N::WIDTH * side, side));
            }
        }
        columns.to_coefficients(&mut room.0, beside);
        let shift = power(square.odd, square.rows.count);
        let shifts = square.powers(|lane| {
            let coefficient = square.rows.reversed(self.band * side + lane);
            (power(square.odd, coefficient) * square.size_inverse, shift)
        });
        turn(columns, &mut room.0, shifts);
        columns.to_values(&mut room.0, beside);
        for (vector, value) in room.0.iter().enumerate() {
            value.store(self.out, vector * N::WIDTH, 1);
        }
    }
}

/// The rest of the way to values, and a b - c of them.
struct LastColumns<'a, N> {
    square: &'a Square<N>,
    group: usize,
    values: [&'a [Words]; 3],
    out: &'a mut [Words],
}

impl<N: Scalars> Work for LastColumns<'_, N> {
    type Done = ();

    #[inline(always)]
    fn run(self) {
        let square = self.square;
        let (rows, side, beside) = (&square.rows, square.side, square.beside());
        let turns = square.turns(self.group, square.root);
        let mut three: [Room<N>; 3] =
            std::array::from_fn(|_| Room::for_vectors(rows.count * beside));
        for (room, values) in three.iter_mut().zip(self.values) {
            for row in 0..rows.count {
                let (band, lane) = (row / side, row % side);
                let first = (band * square.columns.count + self.group * side) * side + lane;
                for vector in 0..beside {
                    room.0
                        .push(N::load(values, first + vector * N::WIDTH * side, side));
                }
            }
            turn(rows, &mut room.0, turns.clone());
            rows.to_values(&mut room.0, beside);
        }
        let [a, b, c] = &three;
        for (vector, ((a, b), c)) in a.0.iter().zip(&b.0).zip(&c.0).enumerate() {
            let difference = a.times(*b).minus(*c);
            difference.store_integers(self.out, vector * N::WIDTH, 1);
        }
    }
}
