//! Rows as an enemy of the prover sees them: which values they accept, whoever made these values.
//!
//! Proving never comes here. The soundness tests do: they judge hand-made witnesses, a million of them in minutes, so a
//! change is judged by the rows that it touches only.

mod attempt;
mod blocks;
mod forger;
mod plan;
mod sums;

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};

pub use self::forger::{Chance, Forger, Found};
pub use self::plan::{Plan, Step};
pub use self::sums::Kind;
use crate::error::{Error, Result};
use crate::formats::r1cs::R1cs;
use crate::matrix::Matrix;

/// The constraints of a circuit, with the way from a wire to its rows.
pub struct Rows {
    r1cs: R1cs,
    /// Rows of each wire, one after the other.
    touching: Vec<u32>,
    /// Where each wire's rows end in `touching`.
    ends: Vec<usize>,
}

/// How a wire can make a row hold.
#[derive(Clone, Copy)]
pub enum Mend {
    /// By changing it by gap / slope.
    By {
        /// What the row lacks.
        gap: Fr,
        /// What it gains with the wire.
        slope: Fr,
    },
    /// By a root of a square, if there is one.
    Root,
}

/// A row seen from one wire: (a w + left) (b w + right) = c w + result.
pub struct View {
    /// Coefficients of the wire on the three sides.
    pub slopes: [Fr; 3],
    /// What the three sides are without it.
    pub rest: [Fr; 3],
}

impl Rows {
    /// All rows of a circuit.
    pub fn new(r1cs: R1cs) -> Self {
        Self::without(&r1cs, &[])
    }

    /// The rows of a circuit but for some.
    fn without(r1cs: &R1cs, dropped: &[usize]) -> Self {
        let mut kept = [(); 3].map(|()| Matrix::with_room_for(r1cs.row_count()));
        for row in (0..r1cs.row_count()).filter(|row| !dropped.contains(row)) {
            for (from, to) in r1cs.matrices.iter().zip(&mut kept) {
                from.row(row).iter().for_each(|term| to.push(*term));
                to.end_row();
            }
        }
        let r1cs = R1cs {
            matrices: kept,
            ..*r1cs
        };
        let mut ends = vec![0; r1cs.wires];
        let each = |work: &mut dyn FnMut(usize, u32)| {
            let mut seen = vec![u32::MAX; r1cs.wires];
            for row in 0..r1cs.row_count() {
                for (_, wire) in r1cs.matrices.iter().flat_map(|side| side.row(row)) {
                    if seen[*wire as usize] != row as u32 {
                        seen[*wire as usize] = row as u32;
                        work(*wire as usize, row as u32);
                    }
                }
            }
        };
        each(&mut |wire, _| ends[wire] += 1);
        let mut total = 0;
        for end in &mut ends {
            total += std::mem::replace(end, total);
        }
        let mut touching = vec![0; total];
        each(&mut |wire, row| {
            touching[ends[wire]] = row;
            ends[wire] += 1;
        });
        Self {
            r1cs,
            touching,
            ends,
        }
    }

    /// The same circuit without these rows.
    pub fn dropping(&self, rows: &[usize]) -> Result<Self> {
        match rows.iter().find(|row| **row >= self.count()) {
            Some(row) => Err(Error::Argument(format!("there is no row {row}"))),
            None => Ok(Self::without(&self.r1cs, rows)),
        }
    }

    /// The circuit.
    pub fn r1cs(&self) -> &R1cs {
        &self.r1cs
    }

    /// Rows there are.
    pub fn count(&self) -> usize {
        self.r1cs.row_count()
    }

    /// Rows that a wire is in.
    pub fn of_wire(&self, wire: u32) -> &[u32] {
        let wire = wire as usize;
        let start = if wire == 0 { 0 } else { self.ends[wire - 1] };
        &self.touching[start..self.ends[wire]]
    }

    /// Wires of a row, each side's after the other; one that is on two sides comes twice.
    pub fn wires_of(&self, row: usize) -> impl Iterator<Item = u32> {
        let sides = self.r1cs.matrices.iter();
        sides.flat_map(move |side| side.row(row).iter().map(|(_, wire)| *wire))
    }

    /// Whether a row holds.
    pub fn holds(&self, row: usize, witness: &[Fr]) -> bool {
        let [a, b, c] = &self.r1cs.matrices;
        a.evaluate(row, witness) * b.evaluate(row, witness) == c.evaluate(row, witness)
    }

    /// The first `most` rows that do not hold.
    pub fn violated(&self, witness: &[Fr], most: usize) -> Result<Vec<usize>> {
        self.expect_length(witness)?;
        let broken = (0..self.count()).filter(|row| !self.holds(*row, witness));
        Ok(broken.take(most).collect())
    }

    /// A row as a condition on one of its wires, the others being what they are.
    pub fn view(&self, row: usize, wire: u32, witness: &[Fr]) -> View {
        let sides = [0, 1, 2].map(|side: usize| {
            let (mut slope, mut rest) = (Fr::ZERO, Fr::ZERO);
            for (coefficient, other) in self.r1cs.matrices[side].row(row) {
                if *other == wire {
                    slope += *coefficient;
                } else {
                    rest += *coefficient * witness[*other as usize];
                }
            }
            (slope, rest)
        });
        View {
            slopes: sides.map(|side| side.0),
            rest: sides.map(|side| side.1),
        }
    }

    /// Wires of a row in which it is linear, but for the constant, each with what it has to change by to make the row hold.
    pub fn mends(
        &self,
        row: usize,
        witness: &[Fr],
        allowed: impl Fn(u32) -> bool,
    ) -> Vec<(u32, Mend)> {
        let mut slopes: Vec<(u32, [Fr; 3])> = Vec::new();
        let mut values = [Fr::ZERO; 3];
        for (side, matrix) in self.r1cs.matrices.iter().enumerate() {
            for (coefficient, wire) in matrix.row(row) {
                values[side] += *coefficient * witness[*wire as usize];
                if *wire != 0 && allowed(*wire) {
                    let mut slope = [Fr::ZERO; 3];
                    slope[side] = *coefficient;
                    slopes.push((*wire, slope));
                }
            }
        }
        slopes.sort_unstable_by_key(|(wire, _)| *wire);
        slopes.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                (0..3).for_each(|side| kept.1[side] += next.1[side]);
            }
            same
        });
        let [left, right, result] = values;
        let mends = slopes.into_iter().filter_map(|(wire, [a, b, c])| {
            if a != Fr::ZERO && b != Fr::ZERO {
                return Some((wire, Mend::Root));
            }
            let slope = a * right + b * left - c;
            let gap = result - left * right;
            (slope != Fr::ZERO).then_some((wire, Mend::By { gap, slope }))
        });
        mends.collect()
    }

    /// Whether wires are there and not the constant.
    pub fn expect_wires(&self, wires: &[u32]) -> Result<()> {
        let all = self.r1cs.wires;
        match wires
            .iter()
            .find(|wire| **wire == 0 || **wire as usize >= all)
        {
            Some(wire) => Err(Error::Argument(format!(
                "wire {wire} cannot be given or changed"
            ))),
            None => Ok(()),
        }
    }

    fn expect_length(&self, witness: &[Fr]) -> Result<()> {
        let (wires, values) = (self.r1cs.wires, witness.len());
        if values == wires {
            return Ok(());
        }
        Err(Error::ArtifactMismatch(format!(
            "the circuit has {wires} wires, the witness {values} values"
        )))
    }
}

impl View {
    /// The value that makes the row hold, where the wire stands on one side of the product only and it exists.
    pub fn solution(&self) -> Option<Fr> {
        let ([a, b, c], [left, right, result]) = (self.slopes, self.rest);
        if a != Fr::ZERO && b != Fr::ZERO {
            return None;
        }
        let slope = a * right + b * left - c;
        Some((result - left * right) * slope.inverse()?)
    }

    /// Both values that make the row hold, where the wire stands on both sides of the product and they exist.
    pub fn roots(&self) -> Option<[Fr; 2]> {
        let ([a, b, c], [left, right, result]) = (self.slopes, self.rest);
        if result == Fr::ZERO && c == Fr::ZERO {
            return Some([-left * a.inverse()?, -right * b.inverse()?]);
        }
        // x^2 + 2 h x + p = 0
        let scale = (a * b).inverse()?;
        let half = (a * right + b * left - c) * scale * Fr::from(2u64).inverse()?;
        let root = (half * half - (left * right - result) * scale).sqrt()?;
        Some([root - half, -root - half])
    }
}
