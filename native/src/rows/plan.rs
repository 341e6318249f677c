//! In which order the inputs determine the wires, and by which row each: uniqueness by a walk along the rows, and the way
//! by which a change is carried on.
//!
//! A row with one unknown wire, in which it is linear, determines it. A sum of unknown wires that have two possible values
//! each determines all of them where the weights are those of bits. What such steps do not reach is named.

use std::collections::VecDeque;
use std::slice;

use ark_bn254::Fr;
use ark_ff::Zero;

use super::Rows;
use super::blocks::Block;
use super::sums::{Sum, is_boolean};
use crate::matrix::Matrix;

/// How wires get their value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// By a row that is linear in it with a constant slope.
    Linear {
        /// The wire.
        wire: u32,
        /// Its row.
        row: u32,
    },
    /// By a row that is linear in it with a slope that depends on other wires: unique unless that is 0.
    Quotient {
        /// The wire.
        wire: u32,
        /// Its row.
        row: u32,
    },
    /// Bits, signs or parts of a sum.
    Sum(Sum),
    /// By as many rows together, with constant coefficients.
    Block(Block),
    /// By nothing that was found: `row` is the one that allows it two values, if there is one.
    Free {
        /// The wire.
        wire: u32,
        /// The row that is quadratic in it.
        row: Option<u32>,
    },
}

impl Step {
    /// Its rows.
    pub fn rows(&self) -> &[u32] {
        match self {
            Self::Linear { row, .. } | Self::Quotient { row, .. } => slice::from_ref(row),
            Self::Sum(sum) => slice::from_ref(&sum.row),
            Self::Block(block) => &block.rows,
            Self::Free { .. } => &[],
        }
    }

    /// Its wires.
    pub fn wires(&self) -> Vec<u32> {
        match self {
            Self::Linear { wire, .. } | Self::Quotient { wire, .. } | Self::Free { wire, .. } => {
                vec![*wire]
            }
            Self::Block(block) => block.wires.clone(),
            Self::Sum(sum) => sum.members.iter().map(|member| member.wire).collect(),
        }
    }
}

/// The steps in an order in which each needs what came before only.
pub struct Plan {
    /// The steps.
    pub steps: Vec<Step>,
    /// The step that uses each row, if one does.
    pub step_of_row: Vec<Option<u32>>,
    /// The step that determines each wire; none for what is given.
    pub step_of_wire: Vec<Option<u32>>,
    /// How many steps have to be done before the wires of each row have their values.
    pub rank_of_row: Vec<u32>,
    /// The sums whose wires each row leaves two values.
    pub sums_of_choice: Vec<Vec<u32>>,
}

struct Walk<'a> {
    rows: &'a Rows,
    known: Vec<bool>,
    /// Unknown wires of each row.
    unknown: Vec<u32>,
    /// The row that leaves a wire two values, constants or not.
    choice: Vec<Option<u32>>,
    /// Unknown wires of each row that have such a row.
    choices: Vec<u32>,
    singles: VecDeque<u32>,
    sums: VecDeque<u32>,
    plan: Plan,
}

impl Plan {
    /// Walk from the constant and the wires that are given. Where nothing is determined, the first of `hints` that is left is
    /// taken as it is.
    pub fn new(rows: &Rows, given: &[u32], hints: &[u32]) -> Self {
        let circuit = rows.r1cs();
        let mut known = vec![false; circuit.wires];
        for wire in given.iter().chain(&[0]) {
            known[*wire as usize] = true;
        }
        let mut walk = Walk {
            rows,
            unknown: vec![0; rows.count()],
            choice: vec![None; circuit.wires],
            choices: vec![0; rows.count()],
            singles: VecDeque::new(),
            sums: VecDeque::new(),
            plan: Self {
                steps: Vec::new(),
                step_of_row: vec![None; rows.count()],
                step_of_wire: vec![None; circuit.wires],
                rank_of_row: vec![0; rows.count()],
                sums_of_choice: vec![Vec::new(); rows.count()],
            },
            known,
        };
        for wire in (0..circuit.wires).filter(|wire| !walk.known[*wire]) {
            for row in rows.of_wire(wire as u32) {
                walk.unknown[*row as usize] += 1;
            }
        }
        walk.singles
            .extend((0..rows.count() as u32).filter(|row| walk.unknown[*row as usize] == 1));
        walk.run(hints);
        walk.plan
    }
}

impl Walk<'_> {
    fn run(&mut self, hints: &[u32]) {
        let wires = self.known.len() as u32;
        let outputs = 1 + self.rows.r1cs().public_outputs as u32;
        // Outputs last: what leads to them is not determined by them.
        let others = (outputs..wires).chain(1..outputs);
        let mut guesses = hints.iter().copied().chain(others).peekable();
        loop {
            if let Some(row) = self.singles.pop_front() {
                self.single(row);
            } else if let Some(row) = self.sums.pop_front() {
                self.sum(row);
            } else if !self.blocks() {
                while guesses.next_if(|wire| self.known[*wire as usize]).is_some() {}
                let Some(wire) = guesses.next() else { return };
                let row = self.choice[wire as usize];
                self.take(Step::Free { wire, row });
            }
        }
    }

    fn unknown_of(&self, row: u32) -> Vec<u32> {
        let mut wires: Vec<u32> = self.rows.wires_of(row as usize).collect();
        wires.retain(|wire| !self.known[*wire as usize]);
        wires.sort_unstable();
        wires.dedup();
        wires
    }

    fn single(&mut self, row: u32) {
        let [wire] = self.unknown_of(row)[..] else {
            return;
        };
        let [a, b, c] = &self.rows.r1cs().matrices;
        let slope = |side: &Matrix| -> Fr {
            let terms = side.row(row as usize).iter();
            terms
                .filter(|(_, other)| *other == wire)
                .map(|(coefficient, _)| *coefficient)
                .sum()
        };
        let constant = |side: &Matrix| side.row(row as usize).iter().all(|(_, other)| *other == 0);
        let (in_a, in_b) = (!slope(a).is_zero(), !slope(b).is_zero());
        match (in_a, in_b) {
            (true, true) => self.two_values(wire, row),
            (false, false) if !slope(c).is_zero() => self.take(Step::Linear { wire, row }),
            (true, false) if constant(b) && !b.row(row as usize).is_empty() => {
                self.take(Step::Linear { wire, row });
            }
            (false, true) if constant(a) && !a.row(row as usize).is_empty() => {
                self.take(Step::Linear { wire, row });
            }
            (false, false) => {}
            _ => self.take(Step::Quotient { wire, row }),
        }
    }

    /// The row is a square in an unknown wire: where it is a product that has to be 0, the wire has two values.
    fn two_values(&mut self, wire: u32, row: u32) {
        if !self.rows.r1cs().matrices[2].row(row as usize).is_empty() {
            return;
        }
        if self.choice[wire as usize].is_some() {
            if is_boolean(self.rows, row as usize, wire) {
                self.choice[wire as usize] = Some(row);
            }
            return;
        }
        self.choice[wire as usize] = Some(row);
        for index in 0..self.rows.of_wire(wire).len() {
            let touched = self.rows.of_wire(wire)[index];
            self.choices[touched as usize] += 1;
            self.offer(touched);
        }
    }

    fn offer(&mut self, row: u32) {
        let (unknown, choices) = (self.unknown[row as usize], self.choices[row as usize]);
        if unknown > 0 && unknown == choices {
            self.sums.push_back(row);
        }
    }

    fn sum(&mut self, row: u32) {
        let wires = self.unknown_of(row);
        if wires.is_empty() || self.plan.step_of_row[row as usize].is_some() {
            return;
        }
        let members: Vec<(u32, u32)> = wires
            .iter()
            .filter_map(|wire| Some((*wire, self.choice[*wire as usize]?)))
            .collect();
        if members.len() != wires.len() || members.iter().any(|(_, choice)| *choice == row) {
            return;
        }
        if let Some(sum) = Sum::of(self.rows, row, &members) {
            self.take(Step::Sum(sum));
        }
    }

    /// Whether rows were found that determine their wires together.
    fn blocks(&mut self) -> bool {
        let [a, b, _] = &self.rows.r1cs().matrices;
        let given = |side: &Matrix, row: u32| {
            let mut wires = side.row(row as usize).iter();
            wires.all(|(_, wire)| self.known[*wire as usize])
        };
        let candidates: Vec<u32> = (0..self.rows.count() as u32)
            .filter(|row| self.unknown[*row as usize] > 0 && given(a, *row) && given(b, *row))
            .collect();
        let found = Block::among(self.rows, &candidates, &self.known);
        let any = !found.is_empty();
        for block in found {
            self.take(Step::Block(block));
        }
        any
    }

    fn take(&mut self, step: Step) {
        let number = self.plan.steps.len() as u32;
        for row in step.rows() {
            self.plan.step_of_row[*row as usize] = Some(number);
        }
        if let Step::Sum(sum) = &step {
            for member in &sum.members {
                self.plan.sums_of_choice[member.choice as usize].push(number);
            }
        }
        for wire in step.wires() {
            self.known[wire as usize] = true;
            self.plan.step_of_wire[wire as usize] = Some(number);
            for index in 0..self.rows.of_wire(wire).len() {
                let row = self.rows.of_wire(wire)[index];
                self.plan.rank_of_row[row as usize] = number + 1;
                self.unknown[row as usize] -= 1;
                if self.choice[wire as usize].is_some() {
                    self.choices[row as usize] -= 1;
                }
                if self.unknown[row as usize] == 1 {
                    self.singles.push_back(row);
                }
                self.offer(row);
            }
        }
        self.plan.steps.push(step);
    }
}
