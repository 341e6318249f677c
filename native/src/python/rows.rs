//! Rows and forgers as Python objects, for the soundness tests.

use std::collections::HashMap;

use ark_bn254::Fr;
use num_bigint::BigUint;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::numbers::{Natural, argument};
use super::source::Source;
use super::waiting::aside;
use crate::error::{Error, Result};
use crate::field::{from_integer, to_integer};
use crate::formats::{r1cs::R1cs, wtns};
use crate::rows;
use crate::rows::{Chance, Kind, Plan, Step};

type Values = HashMap<u32, Natural>;
type Fuzzed = (u64, u64, Vec<HashMap<u32, BigUint>>);
type Repaired = (bool, HashMap<u32, BigUint>, Vec<usize>);

#[pyclass(frozen, module = "zkdata._native")]
pub struct Rows(rows::Rows);

#[pymethods]
impl Rows {
    #[staticmethod]
    fn open(py: Python<'_>, source: Source) -> PyResult<Self> {
        aside(py, || Ok(Self(rows::Rows::new(source.read(R1cs::read)?))))
    }

    #[getter]
    fn count(&self) -> usize {
        self.0.count()
    }

    #[getter]
    fn wire_count(&self) -> usize {
        self.0.r1cs().wires
    }

    fn wires_of(&self, row: usize) -> PyResult<Vec<u32>> {
        if row >= self.0.count() {
            return Err(Error::Argument(format!("there is no row {row}")).into());
        }
        let mut wires: Vec<u32> = self.0.wires_of(row).filter(|wire| *wire != 0).collect();
        wires.sort_unstable();
        wires.dedup();
        Ok(wires)
    }

    fn without(&self, py: Python<'_>, rows: Vec<usize>) -> PyResult<Self> {
        aside(py, || Ok(Self(self.0.dropping(&rows)?)))
    }

    #[pyo3(signature = (witness, most = usize::MAX))]
    fn violated(&self, py: Python<'_>, witness: &[u8], most: usize) -> PyResult<Vec<usize>> {
        aside(py, || self.0.violated(&wtns::read(witness)?, most))
    }

    #[pyo3(signature = (given, hints = Vec::new()))]
    fn order<'py>(
        &self,
        py: Python<'py>,
        given: Vec<u32>,
        hints: Vec<u32>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let plan = aside(py, || {
            self.0.expect_wires(&given)?;
            self.0.expect_wires(&hints)?;
            Ok(Plan::new(&self.0, &given, &hints))
        })?;
        let mut found: [Vec<u32>; 6] = Default::default();
        for step in &plan.steps {
            let kind = match step {
                Step::Linear { .. } | Step::Block(_) => 0,
                Step::Quotient { .. } => 1,
                Step::Sum(sum) => match sum.kind {
                    Kind::Bits => 2,
                    Kind::Signs => 3,
                    Kind::Parts => 4,
                },
                Step::Free { .. } => 5,
            };
            found[kind].extend(step.wires());
        }
        let names = ["linear", "quotient", "bits", "signs", "parts", "free"];
        let order = PyDict::new(py);
        let sequence: Vec<u32> = plan.steps.iter().flat_map(Step::wires).collect();
        order.set_item("sequence", sequence)?;
        for (name, wires) in names.into_iter().zip(found) {
            order.set_item(name, wires)?;
        }
        Ok(order)
    }

    #[pyo3(signature = (witness, given, hints = Vec::new()))]
    fn forger(
        &self,
        py: Python<'_>,
        witness: &[u8],
        given: Vec<u32>,
        hints: Vec<u32>,
    ) -> PyResult<Forger> {
        aside(py, || {
            let (rows, witness) = (self.0.dropping(&[])?, wtns::read(witness)?.to_vec());
            Ok(Forger(rows::Forger::new(rows, witness, &given, &hints)?))
        })
    }
}

#[pyclass(frozen, module = "zkdata._native")]
pub struct Forger(rows::Forger);

#[pymethods]
impl Forger {
    fn accepts(&self, py: Python<'_>, changes: Vec<Values>) -> PyResult<Vec<bool>> {
        let changes: Vec<_> = changes.iter().map(values).collect::<Result<_>>()?;
        aside(py, || self.0.accepts(&changes))
    }

    fn accepted_deltas(&self, py: Python<'_>, deltas: Vec<Natural>) -> PyResult<Vec<(u32, usize)>> {
        let deltas: Vec<Fr> = deltas.iter().map(element).collect::<Result<_>>()?;
        aside(py, || Ok(self.0.accepted_deltas(&deltas)))
    }

    #[pyo3(signature = (pins, frozen = Vec::new(), *, seed = 0, rounds = 32))]
    fn repair(
        &self,
        py: Python<'_>,
        pins: Values,
        frozen: Vec<u32>,
        seed: u64,
        rounds: usize,
    ) -> PyResult<Repaired> {
        let pins = values(&pins)?;
        Ok(
            match aside(py, || self.0.repair(&pins, &frozen, seed, rounds))? {
                Ok(changes) => (true, integers(changes), Vec::new()),
                Err(broken) => (false, HashMap::new(), broken),
            },
        )
    }

    #[pyo3(signature = (targets, tries, *, inputs = Vec::new(), donors = Vec::new(), harmless = Vec::new(), seed = 0,
        rounds = 8, most = 16))]
    #[expect(clippy::too_many_arguments, reason = "keywords in Python")]
    fn fuzz(
        &self,
        py: Python<'_>,
        targets: Vec<Vec<u32>>,
        tries: u64,
        inputs: Vec<u32>,
        donors: Vec<Vec<u8>>,
        harmless: Vec<u32>,
        seed: u64,
        rounds: usize,
        most: usize,
    ) -> PyResult<Fuzzed> {
        let found = aside(py, || {
            let donors = donors.iter().map(|donor| Ok(wtns::read(donor)?.to_vec()));
            let donors = donors.collect::<Result<_>>()?;
            let chance = Chance {
                targets,
                donors,
                inputs,
                harmless,
                seed,
                rounds,
            };
            self.0.fuzz(&chance, tries, most)
        })?;
        let examples = found.examples.into_iter().map(integers).collect();
        Ok((found.tries, found.accepted, examples))
    }
}

fn element(integer: &Natural) -> Result<Fr> {
    from_integer(&integer.0).map_err(|_| argument("a value"))
}

fn values(changes: &Values) -> Result<Vec<(u32, Fr)>> {
    changes
        .iter()
        .map(|(wire, value)| Ok((*wire, element(value)?)))
        .collect()
}

fn integers(changes: Vec<(u32, Fr)>) -> HashMap<u32, BigUint> {
    changes
        .into_iter()
        .map(|(wire, value)| (wire, to_integer(value)))
        .collect()
}
