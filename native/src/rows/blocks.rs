//! Rows that determine several wires together by constant coefficients, such as the last round of a permutation: the
//! compiler names its lanes and takes out what they are mixed from.

use std::collections::{BTreeMap, BTreeSet};

use ark_bn254::Fr;
use ark_ff::{Field, One, Zero};

use super::Rows;

/// Wires as combinations of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The rows, one for each wire.
    pub rows: Vec<u32>,
    /// The wires, in ascending order.
    pub wires: Vec<u32>,
    /// For each wire, what each row is multiplied by.
    factors: Vec<Vec<Fr>>,
}

type Combination = BTreeMap<u32, Fr>;

/// More unknown wires than this in one block are left alone; a permutation has 17 lanes.
const WIDEST: usize = 128;

impl Block {
    /// The square systems among rows whose unknown wires all stand on side c: those that come apart from the others.
    pub(super) fn among(rows: &Rows, candidates: &[u32], known: &[bool]) -> Vec<Self> {
        let unknown = |row: u32| -> Combination {
            let mut found = Combination::new();
            for (coefficient, wire) in rows.r1cs().matrices[2].row(row as usize) {
                if !known[*wire as usize] {
                    *found.entry(*wire).or_default() += *coefficient;
                }
            }
            found.retain(|_, coefficient| !coefficient.is_zero());
            found
        };
        let mut left: Vec<(u32, Combination)> =
            candidates.iter().map(|row| (*row, unknown(*row))).collect();
        let mut blocks = Vec::new();
        while let Some((row, wires)) = left.pop() {
            let mut all: BTreeSet<u32> = wires.keys().copied().collect();
            let mut members = vec![(row, wires)];
            loop {
                let (touching, apart): (Vec<_>, Vec<_>) = left
                    .into_iter()
                    .partition(|(_, wires)| wires.keys().any(|wire| all.contains(wire)));
                left = apart;
                if touching.is_empty() {
                    break;
                }
                all.extend(touching.iter().flat_map(|(_, wires)| wires.keys()));
                members.extend(touching);
            }
            if all.len() <= WIDEST {
                blocks.extend(Self::solved(&members, &all));
            }
        }
        blocks
    }

    /// Gauss and Jordan; None where the rows leave a wire undetermined.
    fn solved(members: &[(u32, Combination)], all: &BTreeSet<u32>) -> Option<Self> {
        let wires: Vec<u32> = all.iter().copied().collect();
        let mut system: Vec<(Combination, Combination)> = members
            .iter()
            .map(|(row, unknown)| (unknown.clone(), Combination::from([(*row, Fr::one())])))
            .collect();
        let mut pivots = Vec::new();
        for wire in &wires {
            let free = (0..system.len()).filter(|place| !pivots.contains(place));
            let place = { free }.find(|place| system[*place].0.contains_key(wire))?;
            pivots.push(place);
            let scale = system[place].0[wire].inverse()?;
            let pivot = system[place].clone();
            for (other, (unknown, factors)) in system.iter_mut().enumerate() {
                let Some(value) = unknown.get(wire).copied() else {
                    continue;
                };
                let times = if other == place {
                    scale - Fr::one()
                } else {
                    -value * scale
                };
                for (from, to) in [(&pivot.0, unknown), (&pivot.1, factors)] {
                    for (key, value) in from {
                        *to.entry(*key).or_default() += times * value;
                    }
                    to.retain(|_, value| !value.is_zero());
                }
            }
        }
        let used: BTreeSet<u32> = pivots
            .iter()
            .flat_map(|place| system[*place].1.keys().copied())
            .collect();
        let rows: Vec<u32> = used.into_iter().collect();
        let factor = |place: &usize| -> Vec<Fr> {
            let factors = &system[*place].1;
            rows.iter()
                .map(|row| factors.get(row).copied().unwrap_or_default())
                .collect()
        };
        let factors = pivots.iter().map(factor).collect();
        Some(Self {
            rows,
            wires,
            factors,
        })
    }

    /// Values of its wires that make its rows hold.
    pub(super) fn solve(&self, rows: &Rows, witness: &[Fr]) -> Vec<Fr> {
        let [a, b, c] = &rows.r1cs().matrices;
        let targets: Vec<Fr> = self
            .rows
            .iter()
            .map(|row| {
                let index = *row as usize;
                let known = c
                    .row(index)
                    .iter()
                    .filter(|(_, wire)| self.wires.binary_search(wire).is_err());
                let rest: Fr = known
                    .map(|(coefficient, wire)| *coefficient * witness[*wire as usize])
                    .sum();
                a.evaluate(index, witness) * b.evaluate(index, witness) - rest
            })
            .collect();
        let sum = |factors: &Vec<Fr>| factors.iter().zip(&targets).map(|(x, y)| *x * y).sum();
        self.factors.iter().map(sum).collect()
    }
}
