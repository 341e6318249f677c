//! Witness graphs as Python objects: immutable, safe to share between threads.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::PyBytes;

use super::source::Source;
use crate::witness::{Answer, Graph, read};

#[pyclass(frozen, module = "zkdata._native")]
pub struct WitnessGraph(Arc<Graph>);

#[pymethods]
impl WitnessGraph {
    #[staticmethod]
    fn open(py: Python<'_>, source: Source) -> PyResult<Self> {
        let graph = py.detach(|| source.read(read))?;
        Ok(Self(Arc::new(graph)))
    }

    #[getter]
    fn input_count(&self) -> usize {
        self.0.input_count()
    }

    #[getter]
    fn wire_count(&self) -> usize {
        self.0.wire_count()
    }

    #[getter]
    fn instruction_count(&self) -> usize {
        self.0.instruction_count()
    }

    /// Values of the input of this name; nothing where the circuit has none.
    fn input_size(&self, name: &str) -> Option<u32> {
        self.0.input(name).map(|input| input.size)
    }

    /// The bytes of a `.wtns`, or the template and line of the assertion that does not hold.
    fn calculate<'py>(
        &self,
        py: Python<'py>,
        inputs: Vec<(PyBackedStr, PyBackedBytes)>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let graph = Arc::clone(&self.0);
        // Not on the pool: a proof in the making there would keep it waiting.
        let answer = py.detach(|| {
            let inputs: Vec<(&str, &[u8])> = inputs
                .iter()
                .map(|(name, values)| (&**name, &**values))
                .collect();
            graph.calculate(&inputs).map(|answer| match answer {
                Answer::Witness(file) => Ok(file),
                Answer::False(place) => Err(place),
            })
        })?;
        match answer {
            Ok(file) => Ok(PyBytes::new(py, &file).into_any()),
            Err(place) => Ok((place.template, place.line).into_pyobject(py)?.into_any()),
        }
    }
}
