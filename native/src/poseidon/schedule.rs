//! The rounds of one width, rearranged so that a partial round costs one row and one column of the matrix.
//!
//! A partial round raises only lane 0 to the fifth power, so the mixing of the other lanes commutes with it. With the matrix written as
//! `[[m, v], [w, N]]`, the other lanes are carried in the basis N^(P-i) before partial round i of P, and their constants fold into one
//! for lane 0. Derived once per width, on first use, from the plain constants.

use super::matrix::{Lanes, Matrix, apply, dot, inverse, multiply, power, sum, transpose};
use crate::poseidon_constants::CONSTANTS;
use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, BigInt, Field};
use std::array;

const HALF_FULL_ROUNDS: usize = 4;

/// Partial round: lane 0 takes `constant`, the fifth power and `row`; the others take `column` times that power.
struct PartialRound<const T: usize> {
    constant: Fr,
    row: Lanes<T>,
    column: Lanes<T>,
}

/// What `permute` runs through.
pub struct Schedule<const T: usize> {
    before: [Lanes<T>; HALF_FULL_ROUNDS],
    matrix: Matrix<T>,
    /// The matrix of the last full round before the partial ones, which also enters their basis.
    entry: Matrix<T>,
    partial: Vec<PartialRound<T>>,
    after: [Lanes<T>; HALF_FULL_ROUNDS],
}

impl<const T: usize> Schedule<T> {
    /// Brings the plain parameters of width T into that form.
    pub fn derive() -> Self {
        let plain = Plain::<T>::load();
        let count = plain.partial.len();
        let first_lane = |mut lanes: Lanes<T>, value| {
            lanes[0] = value;
            lanes
        };
        // v, w and N of the module's head, lane 0 kept as a place that does nothing
        let v = first_lane(plain.matrix[0], Fr::ZERO);
        let w = array::from_fn(|i| if i == 0 { Fr::ZERO } else { plain.matrix[i][0] });
        let mut inner = plain.matrix.map(|row| first_lane(row, Fr::ZERO));
        inner[0] = first_lane([Fr::ZERO; T], Fr::ONE);
        let inverse_transposed = transpose(&inverse(inner));

        let (mut row, mut column) = (v, w);
        let mut mixing: Vec<_> = (0..count)
            .map(|_| {
                row = apply(&inverse_transposed, &row);
                let pair = (first_lane(row, plain.matrix[0][0]), column);
                column = apply(&inner, &column);
                pair
            })
            .collect();
        mixing.reverse();

        // constants of the other lanes, gathered so far and not yet added, in the plain basis
        let mut owed = [Fr::ZERO; T];
        let mut owed_to_first = Fr::ZERO;
        let mut partial = Vec::with_capacity(count);
        for (constants, (row, column)) in plain.partial.iter().zip(mixing) {
            let constant = constants[0] + owed_to_first;
            owed = sum(&apply(&inner, &owed), &first_lane(*constants, Fr::ZERO));
            owed_to_first = dot(&v, &owed);
            partial.push(PartialRound {
                constant,
                row,
                column,
            });
        }
        let mut after = plain.after;
        after[0] = sum(&after[0], &first_lane(apply(&inner, &owed), owed_to_first));

        Self {
            before: plain.before,
            matrix: plain.matrix,
            entry: multiply(&power(inner, count), &plain.matrix),
            partial,
            after,
        }
    }

    /// Replaces `state` by its permutation.
    pub fn permute(&self, state: &mut Lanes<T>) {
        for (i, constants) in self.before.iter().enumerate() {
            let matrix = if i + 1 == HALF_FULL_ROUNDS {
                &self.entry
            } else {
                &self.matrix
            };
            full_round(state, constants, matrix);
        }
        for round in &self.partial {
            state[0] = fifth_power(state[0] + round.constant);
            let first = state[0];
            state[0] = dot(&round.row, state);
            for (lane, factor) in state.iter_mut().zip(&round.column).skip(1) {
                *lane += first * factor;
            }
        }
        for constants in &self.after {
            full_round(state, constants, &self.matrix);
        }
    }
}

/// The parameters as the paper has them.
struct Plain<const T: usize> {
    matrix: Matrix<T>,
    before: [Lanes<T>; HALF_FULL_ROUNDS],
    partial: Vec<Lanes<T>>,
    after: [Lanes<T>; HALF_FULL_ROUNDS],
}

impl<const T: usize> Plain<T> {
    /// Index in CONSTANTS, found by the compiler: a width without constants does not build.
    const INDEX: usize = {
        let mut index = 0;
        while CONSTANTS[index].0 != T {
            index += 1;
        }
        index
    };

    fn load() -> Self {
        let (_, partial, constants, matrix) = CONSTANTS[Self::INDEX];
        let lanes = |flat: &[[u64; 4]], row: usize| -> Lanes<T> {
            array::from_fn(|i| Fr::new(BigInt(flat[row * T + i])))
        };
        let last = HALF_FULL_ROUNDS + partial;
        Self {
            matrix: array::from_fn(|row| lanes(matrix, row)),
            before: array::from_fn(|round| lanes(constants, round)),
            partial: (HALF_FULL_ROUNDS..last)
                .map(|round| lanes(constants, round))
                .collect(),
            after: array::from_fn(|round| lanes(constants, last + round)),
        }
    }
}

fn full_round<const T: usize>(state: &mut Lanes<T>, constants: &Lanes<T>, matrix: &Matrix<T>) {
    let raised = array::from_fn(|i| fifth_power(state[i] + constants[i]));
    *state = apply(matrix, &raised);
}

fn fifth_power(lane: Fr) -> Fr {
    lane.square().square() * lane
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rounds as the paper writes them.
    fn permute_plainly<const T: usize>(state: &mut Lanes<T>) {
        let plain = Plain::<T>::load();
        plain
            .before
            .iter()
            .for_each(|constants| full_round(state, constants, &plain.matrix));
        for constants in &plain.partial {
            *state = sum(state, constants);
            state[0] = fifth_power(state[0]);
            *state = apply(&plain.matrix, state);
        }
        plain
            .after
            .iter()
            .for_each(|constants| full_round(state, constants, &plain.matrix));
    }

    fn agree<const T: usize>() {
        let schedule = Schedule::<T>::derive();
        for seed in 0..20u64 {
            let mut quick: Lanes<T> =
                array::from_fn(|i| -Fr::from(seed * 1000 + i as u64).square());
            let mut plain = quick;
            schedule.permute(&mut quick);
            permute_plainly(&mut plain);
            assert_eq!(quick, plain, "width {T}");
        }
    }

    /// The derived schedule computes the plain permutation, for every width.
    #[test]
    fn schedule_equals_plain_rounds() {
        agree::<2>();
        agree::<3>();
        agree::<4>();
        agree::<5>();
        agree::<6>();
        agree::<9>();
        agree::<17>();
        assert_eq!(CONSTANTS.len(), 7);
    }
}
