//! One try of an evil prover: some wires get other values, the steps of the plan carry the change on, and what does not hold
//! then is repaired by changing inputs, free wires or, now and then, any wire.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use ark_bn254::Fr;
use ark_ff::{Field, PrimeField};

use super::Mend;
use super::forger::{Changes, Forger};
use super::plan::Step;

/// Steps of one try; beyond them it is given up.
const STEPS: usize = 20_000;

/// Pseudorandom numbers that a seed repeats (splitmix64).
pub(super) struct Draw(pub u64);

impl Draw {
    pub fn of(seed: u64, chunk: u64) -> Self {
        let mut mixed = Self(seed ^ chunk.wrapping_mul(0xA076_1D64_78BD_642F));
        mixed.next();
        mixed
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    pub fn element(&mut self) -> Fr {
        let bytes: Vec<u8> = (0..4).flat_map(|_| self.next().to_le_bytes()).collect();
        Fr::from_le_bytes_mod_order(&bytes)
    }
}

/// The memory of one try, cleaned after it.
pub(super) struct Attempt<'a> {
    forger: &'a Forger,
    values: Vec<Fr>,
    touched: Vec<u32>,
    is_touched: Vec<bool>,
    pinned: Vec<bool>,
    pins: Vec<u32>,
    waiting: BinaryHeap<Reverse<u32>>,
    is_waiting: Vec<bool>,
    /// Rows to judge, by rank, unless a step made them hold and nothing changed in them since.
    checks: BinaryHeap<Reverse<(u32, u32)>>,
    is_check: Vec<bool>,
    is_solved: Vec<bool>,
}

impl<'a> Attempt<'a> {
    pub fn new(forger: &'a Forger) -> Self {
        let (wires, rows) = (forger.witness.len(), forger.rows.count());
        Self {
            forger,
            values: forger.witness.clone(),
            touched: Vec::new(),
            is_touched: vec![false; wires],
            pinned: vec![false; wires],
            pins: Vec::new(),
            waiting: BinaryHeap::new(),
            is_waiting: vec![false; forger.plan.steps.len()],
            checks: BinaryHeap::new(),
            is_check: vec![false; rows],
            is_solved: vec![false; rows],
        }
    }

    /// Change wires, keep these and the frozen ones, and repair: all changes if every row holds, or rows that do not.
    pub fn make(
        &mut self,
        pins: &[(u32, Fr)],
        frozen: &[u32],
        draw: &mut Draw,
        rounds: usize,
    ) -> Result<Changes, Vec<usize>> {
        for wire in frozen {
            self.pin(*wire);
        }
        for (wire, value) in pins {
            self.pin(*wire);
            self.set(*wire, *value);
        }
        let outcome = self.settle(draw, rounds).and_then(|()| self.changes());
        self.clean();
        outcome
    }

    /// What was changed, after a look at every row of it: steps are believed on the way only.
    fn changes(&mut self) -> Result<Changes, Vec<usize>> {
        let forger = self.forger;
        for wire in &self.touched {
            for row in forger.rows.of_wire(*wire) {
                if !std::mem::replace(&mut self.is_check[*row as usize], true)
                    && !forger.rows.holds(*row as usize, &self.values)
                {
                    return Err(vec![*row as usize]);
                }
            }
        }
        let changed = self
            .touched
            .iter()
            .map(|wire| (*wire, self.values[*wire as usize]));
        Ok(changed
            .filter(|(wire, value)| self.forger.witness[*wire as usize] != *value)
            .collect())
    }

    /// Steps and rows in their order: a row is judged when no step that waits can change it.
    fn settle(&mut self, draw: &mut Draw, rounds: usize) -> Result<(), Vec<usize>> {
        let (mut steps, mut left) = (0, rounds);
        loop {
            let step = self.waiting.peek().map(|Reverse(step)| *step);
            let check = self.checks.peek().map(|Reverse(check)| *check);
            match (step, check) {
                (None, None) => return Ok(()),
                (_, Some((rank, row))) if step.is_none_or(|step| step >= rank) => {
                    self.checks.pop();
                    self.is_check[row as usize] = false;
                    if self.is_solved[row as usize] || self.holds(row) {
                        continue;
                    }
                    if left == 0 || !self.mend(row, draw) {
                        return Err(vec![row as usize]);
                    }
                    left -= 1;
                }
                (Some(number), _) => {
                    self.waiting.pop();
                    self.is_waiting[number as usize] = false;
                    steps += 1;
                    if steps > STEPS {
                        return Err(Vec::new());
                    }
                    self.carry_on(number);
                }
                (None, Some(_)) => unreachable!("a row is judged where no step waits"),
            }
        }
    }

    fn holds(&self, row: u32) -> bool {
        self.forger.rows.holds(row as usize, &self.values)
    }

    /// Give a wire of a row, one that nothing keeps, the value that makes it hold: half of the time a given one if there is
    /// one, else a given or free one, and any in one of four tries.
    fn mend(&mut self, row: u32, draw: &mut Draw) -> bool {
        let forger = self.forger;
        let given = |wire: u32| forger.plan.step_of_wire[wire as usize].is_none();
        let loose = |wire: u32| match forger.plan.step_of_wire[wire as usize] {
            Some(step) => matches!(forger.plan.steps[step as usize], Step::Free { .. }),
            None => true,
        };
        let chance = draw.below(4);
        let allowed = |wire: u32| !self.pinned[wire as usize] && (chance == 0 || loose(wire));
        let mut mends = forger.rows.mends(row as usize, &self.values, allowed);
        if chance > 1 && mends.iter().any(|(wire, _)| given(*wire)) {
            mends.retain(|(wire, _)| given(*wire));
        }
        while !mends.is_empty() {
            let (wire, mend) = mends.swap_remove(draw.below(mends.len()));
            let old = self.values[wire as usize];
            let value = match mend {
                Mend::By { gap, slope } => slope.inverse().map(|inverse| old + gap * inverse),
                Mend::Root => {
                    let roots = forger.rows.view(row as usize, wire, &self.values).roots();
                    roots.map(|roots| roots[draw.below(2)])
                }
            };
            if let Some(value) = value.filter(|value| *value != old) {
                self.pin(wire);
                self.set(wire, value);
                return true;
            }
        }
        false
    }

    /// Work out the wires of a step anew, unless one of them is kept.
    fn carry_on(&mut self, number: u32) {
        let forger = self.forger;
        let step = &forger.plan.steps[number as usize];
        match step {
            Step::Linear { wire, row } | Step::Quotient { wire, row } => {
                if self.pinned[*wire as usize] {
                    return;
                }
                let Some(value) = forger
                    .rows
                    .view(*row as usize, *wire, &self.values)
                    .solution()
                else {
                    return;
                };
                self.set(*wire, value);
            }
            Step::Sum(sum) => {
                if sum
                    .members
                    .iter()
                    .any(|member| self.pinned[member.wire as usize])
                {
                    return;
                }
                let Some((values, holds)) = sum.solve(&forger.rows, &self.values) else {
                    return;
                };
                for (member, value) in sum.members.iter().zip(values) {
                    self.set(member.wire, value);
                }
                if !holds {
                    return;
                }
            }
            Step::Block(block) => {
                if block.wires.iter().any(|wire| self.pinned[*wire as usize]) {
                    return;
                }
                for (wire, value) in block
                    .wires
                    .iter()
                    .zip(block.solve(&forger.rows, &self.values))
                {
                    self.set(*wire, value);
                }
            }
            Step::Free { .. } => return,
        }
        for row in step.rows() {
            self.is_solved[*row as usize] = true;
        }
    }

    fn pin(&mut self, wire: u32) {
        if !self.pinned[wire as usize] {
            self.pinned[wire as usize] = true;
            self.pins.push(wire);
        }
    }

    fn set(&mut self, wire: u32, value: Fr) {
        if self.values[wire as usize] == value {
            return;
        }
        self.values[wire as usize] = value;
        if !self.is_touched[wire as usize] {
            self.is_touched[wire as usize] = true;
            self.touched.push(wire);
        }
        let forger = self.forger;
        let own = forger.plan.step_of_wire[wire as usize];
        for row in forger.rows.of_wire(wire) {
            self.is_solved[*row as usize] = false;
            if !self.is_check[*row as usize] {
                self.is_check[*row as usize] = true;
                let rank = forger.plan.rank_of_row[*row as usize];
                self.checks.push(Reverse((rank, *row)));
            }
            // A row of two values is also about the weights of its sum.
            let sums = forger.plan.sums_of_choice[*row as usize].iter().copied();
            for step in forger.plan.step_of_row[*row as usize]
                .into_iter()
                .chain(sums)
            {
                if Some(step) != own && !self.is_waiting[step as usize] {
                    self.is_waiting[step as usize] = true;
                    self.waiting.push(Reverse(step));
                }
            }
        }
    }

    fn clean(&mut self) {
        for wire in self.touched.drain(..) {
            self.values[wire as usize] = self.forger.witness[wire as usize];
            self.is_touched[wire as usize] = false;
            for row in self.forger.rows.of_wire(wire) {
                self.is_check[*row as usize] = false;
                self.is_solved[*row as usize] = false;
            }
        }
        for wire in self.pins.drain(..) {
            self.pinned[wire as usize] = false;
        }
        self.checks.clear();
        for Reverse(step) in self.waiting.drain() {
            self.is_waiting[step as usize] = false;
        }
    }
}
