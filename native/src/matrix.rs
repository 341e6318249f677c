//! Sparse matrices over the wires, all rows in one piece of memory: empty rows and small ones cost little more than in
//! the file that they come from.

use ark_bn254::Fr;
use ark_ff::AdditiveGroup;

/// A coefficient and the wire that it belongs to.
pub type Term = (Fr, u32);

/// Rows of terms.
#[derive(Clone, Default)]
pub struct Matrix {
    terms: Vec<Term>,
    /// Where each row ends in `terms`.
    ends: Vec<usize>,
}

impl Matrix {
    /// No rows yet, with room for `rows` of them.
    pub fn with_room_for(rows: usize) -> Self {
        Self {
            terms: Vec::new(),
            ends: Vec::with_capacity(rows),
        }
    }

    /// Rows there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Add a term to the row that is being written.
    pub fn push(&mut self, term: Term) {
        self.terms.push(term);
    }

    /// End the row that is being written.
    pub fn end_row(&mut self) {
        self.ends.push(self.terms.len());
    }

    /// Add empty rows until there are `rows`.
    pub fn fill_up_to(&mut self, rows: usize) {
        self.ends.resize(rows, self.terms.len());
    }

    /// The terms of a row.
    pub fn row(&self, index: usize) -> &[Term] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.terms[start..self.ends[index]]
    }

    /// The rows in their order.
    pub fn rows(&self) -> impl Iterator<Item = &[Term]> {
        (0..self.len()).map(|index| self.row(index))
    }

    /// The value of a row for these values of the wires.
    pub fn evaluate(&self, row: usize, witness: &[Fr]) -> Fr {
        let terms = self.row(row).iter();
        terms.fold(Fr::ZERO, |sum, (coefficient, wire)| {
            sum + *coefficient * witness[*wire as usize]
        })
    }
}
