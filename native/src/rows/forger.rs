//! An evil prover: changes a satisfying witness and repairs every row that he can.

use ark_bn254::Fr;
use ark_ff::{Field, Zero};
use rayon::prelude::*;

use super::Rows;
use super::attempt::{Attempt, Draw};
use super::plan::Plan;
use crate::error::{Error, Result};

/// Tries of one thread between two looks at how many were found.
const CHUNK: u64 = 256;

/// Values of wires that differ from those of the witness.
pub type Changes = Vec<(u32, Fr)>;

/// A satisfying witness, and the way a change runs through the rows.
pub struct Forger {
    pub(super) rows: Rows,
    pub(super) plan: Plan,
    pub(super) witness: Vec<Fr>,
    /// The three sides of each row.
    sides: [Vec<Fr>; 3],
}

/// What an evil prover draws from.
pub struct Chance {
    /// Wires that are changed together.
    pub targets: Vec<Vec<u32>>,
    /// Witnesses of other statements, to take values from.
    pub donors: Vec<Vec<Fr>>,
    /// Wires that are repaired in half of the tries only: inputs.
    pub inputs: Vec<u32>,
    /// Wires whose change alone is no lie.
    pub harmless: Vec<u32>,
    /// Where the drawing starts.
    pub seed: u64,
    /// Choices of a wire to repair a row by, for each try.
    pub rounds: usize,
}

/// What came of the tries.
#[derive(Default)]
pub struct Found {
    /// Tries that changed something.
    pub tries: u64,
    /// Tries that all rows accept, a change of harmless wires alone not counted.
    pub accepted: u64,
    /// The first of them.
    pub examples: Vec<Changes>,
}

impl Forger {
    /// A witness has to satisfy the rows before it can be changed. A change is carried on from the wires
    /// that are `given` to the others.
    pub fn new(rows: Rows, witness: Vec<Fr>, given: &[u32], hints: &[u32]) -> Result<Self> {
        if let Some(row) = rows.violated(&witness, 1)?.first() {
            return Err(Error::StatementFalse(format!(
                "the witness does not satisfy row {row}, so there is nothing to change"
            )));
        }
        rows.expect_wires(given)?;
        rows.expect_wires(hints)?;
        let sides = [0, 1, 2].map(|side: usize| {
            let matrix = &rows.r1cs().matrices[side];
            (0..rows.count())
                .map(|row| matrix.evaluate(row, &witness))
                .collect()
        });
        let plan = Plan::new(&rows, given, hints);
        Ok(Self {
            rows,
            plan,
            witness,
            sides,
        })
    }

    /// The rows.
    pub fn rows(&self) -> &Rows {
        &self.rows
    }

    /// For each set of changes, whether the rows that they touch hold.
    pub fn accepts(&self, changes: &[Changes]) -> Result<Vec<bool>> {
        let wires: Vec<u32> = changes.iter().flatten().map(|change| change.0).collect();
        self.rows.expect_wires(&wires)?;
        let judge = |scratch: &mut Vec<Fr>, changes: &Changes| {
            for (wire, value) in changes {
                scratch[*wire as usize] = *value;
            }
            let mut rows = changes
                .iter()
                .flat_map(|(wire, _)| self.rows.of_wire(*wire));
            let accepted = rows.all(|row| self.rows.holds(*row as usize, scratch));
            for (wire, _) in changes {
                scratch[*wire as usize] = self.witness[*wire as usize];
            }
            accepted
        };
        let each = changes.par_iter();
        Ok(each.map_init(|| self.witness.clone(), judge).collect())
    }

    /// Every (wire, place in `deltas`) for which adding that much to the one wire leaves all rows satisfied.
    pub fn accepted_deltas(&self, deltas: &[Fr]) -> Vec<(u32, usize)> {
        let wires = (1..self.witness.len() as u32).into_par_iter();
        wires
            .flat_map_iter(|wire| self.deltas_of(wire, deltas))
            .collect()
    }

    fn deltas_of(&self, wire: u32, deltas: &[Fr]) -> Vec<(u32, usize)> {
        let slopes: Vec<(usize, [Fr; 3])> = self
            .rows
            .of_wire(wire)
            .iter()
            .map(|row| {
                let sides = &self.rows.r1cs().matrices;
                (
                    *row as usize,
                    [0, 1, 2].map(|side: usize| {
                        let terms = sides[side].row(*row as usize).iter();
                        terms
                            .filter(|(_, other)| *other == wire)
                            .map(|(coefficient, _)| *coefficient)
                            .sum()
                    }),
                )
            })
            .collect();
        // (A + a d)(B + b d) - (C + c d) with A B = C
        let accepted = |delta: &Fr| {
            slopes.iter().all(|(row, [a, b, c])| {
                (*a * self.sides[1][*row] + *b * self.sides[0][*row] + *a * *b * *delta - *c)
                    .is_zero()
            })
        };
        let each = deltas
            .iter()
            .enumerate()
            .filter(|(_, delta)| !delta.is_zero());
        each.filter(|(_, delta)| accepted(delta))
            .map(|(place, _)| (wire, place))
            .collect()
    }

    /// Change wires, keep others, and repair: the witness's changes if all rows hold in the end, or the rows that do not.
    pub fn repair(
        &self,
        pins: &[(u32, Fr)],
        frozen: &[u32],
        seed: u64,
        rounds: usize,
    ) -> Result<std::result::Result<Changes, Vec<usize>>> {
        let wires: Vec<u32> = pins.iter().map(|pin| pin.0).collect();
        self.rows.expect_wires(&wires)?;
        self.rows.expect_wires(frozen)?;
        let mut attempt = Attempt::new(self);
        Ok(attempt.make(pins, frozen, &mut Draw(seed), rounds))
    }

    /// Many tries at random, on all threads.
    pub fn fuzz(&self, chance: &Chance, tries: u64, most: usize) -> Result<Found> {
        let targets = chance.targets.iter();
        for wires in targets.chain([&chance.inputs, &chance.harmless]) {
            self.rows.expect_wires(wires)?;
        }
        for donor in &chance.donors {
            self.rows.expect_length(donor)?;
        }
        if chance.targets.is_empty() {
            return Ok(Found::default());
        }
        let mut harmless = vec![false; self.witness.len()];
        for wire in &chance.harmless {
            harmless[*wire as usize] = true;
        }
        let chunks = (0..tries.div_ceil(CHUNK)).into_par_iter();
        let found = chunks.map_init(
            || Attempt::new(self),
            |attempt, chunk| {
                let mut draw = Draw::of(chance.seed, chunk);
                let mut found = Found::default();
                for _ in 0..CHUNK.min(tries - chunk * CHUNK) {
                    let pins = self.pins(chance, &mut draw);
                    if pins.is_empty() {
                        continue;
                    }
                    let frozen = if draw.below(2) == 0 {
                        &chance.inputs[..]
                    } else {
                        &[]
                    };
                    found.tries += 1;
                    let Ok(changes) = attempt.make(&pins, frozen, &mut draw, chance.rounds) else {
                        continue;
                    };
                    if changes.iter().all(|(wire, _)| harmless[*wire as usize]) {
                        continue;
                    }
                    found.accepted += 1;
                    if found.examples.len() < most {
                        found.examples.push(changes);
                    }
                }
                found
            },
        );
        let mut all = Found::default();
        for part in found.collect::<Vec<_>>() {
            all.tries += part.tries;
            all.accepted += part.accepted;
            let room = most - all.examples.len();
            all.examples.extend(part.examples.into_iter().take(room));
        }
        Ok(all)
    }

    /// A group of wires, or one of it, with other values; none that has the value already.
    fn pins(&self, chance: &Chance, draw: &mut Draw) -> Changes {
        let group = &chance.targets[draw.below(chance.targets.len())];
        if group.is_empty() {
            return Vec::new();
        }
        let mut pins: Changes = if !chance.donors.is_empty() && draw.below(3) == 0 {
            let donor = &chance.donors[draw.below(chance.donors.len())];
            group
                .iter()
                .map(|wire| (*wire, donor[*wire as usize]))
                .collect()
        } else if draw.below(4) == 0 {
            group
                .iter()
                .map(|wire| (*wire, self.value(*wire, chance, draw)))
                .collect()
        } else {
            let wire = group[draw.below(group.len())];
            vec![(wire, self.value(wire, chance, draw))]
        };
        pins.retain(|(wire, value)| self.witness[*wire as usize] != *value);
        pins
    }

    /// A value that breaks circuits: beside the true one, at the ends of ranges, of another wire, or any.
    fn value(&self, wire: u32, chance: &Chance, draw: &mut Draw) -> Fr {
        let old = self.witness[wire as usize];
        let power = || Fr::from(2u64);
        match draw.below(12) {
            0 => old + Fr::from(1u64),
            1 => old - Fr::from(1u64),
            2 => Fr::zero(),
            3 => Fr::from(1u64),
            4 => -Fr::from(1 + draw.below(4) as u64),
            5 => Fr::from(draw.below(64) as u64),
            6 => power().pow([draw.below(254) as u64]),
            7 => power().pow([draw.below(254) as u64]) - Fr::from(1u64),
            8 => old + power().pow([draw.below(254) as u64]),
            9 => self.witness[draw.below(self.witness.len())],
            10 if !chance.donors.is_empty() => {
                chance.donors[draw.below(chance.donors.len())][wire as usize]
            }
            10 => -old,
            _ => draw.element(),
        }
    }
}
