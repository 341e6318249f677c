//! Ceremonies of powers of tau.

use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyDict, PyList};
use zeroize::Zeroizing;

use super::numbers::{g1, g2};
use super::source::Source;
use super::waiting::attended;
use crate::ceremony::powers;
use crate::ceremony::powers_verify::Report;
use crate::formats::parameters::{Author, Kind};

#[pyfunction]
#[pyo3(signature = (path, power, progress = None))]
pub fn ptau_new<'py>(
    py: Python<'py>,
    path: PathBuf,
    power: u32,
    progress: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyBytes>> {
    let challenge = attended(py, progress, move |watch| powers::new(&path, power, watch))?;
    Ok(PyBytes::new(py, &challenge))
}

#[pyfunction]
#[pyo3(signature = (old, new, name, entropy = None, progress = None))]
pub fn ptau_contribute<'py>(
    py: Python<'py>,
    old: PathBuf,
    new: PathBuf,
    name: String,
    entropy: Option<&[u8]>,
    progress: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyBytes>> {
    let entropy = Zeroizing::new(entropy.unwrap_or_default().to_vec());
    let hash = attended(py, progress, move |watch| {
        powers::contribute(&old, &new, &name, &entropy, watch)
    })?;
    Ok(PyBytes::new(py, &hash))
}

#[pyfunction]
#[pyo3(signature = (old, new, name, beacon, iterations_log2, progress = None))]
pub fn ptau_beacon<'py>(
    py: Python<'py>,
    old: PathBuf,
    new: PathBuf,
    name: String,
    beacon: PyBackedBytes,
    iterations_log2: u8,
    progress: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyBytes>> {
    let hash = attended(py, progress, move |watch| {
        powers::beacon(&old, &new, &name, &beacon, iterations_log2, watch)
    })?;
    Ok(PyBytes::new(py, &hash))
}

#[pyfunction]
#[pyo3(signature = (old, new, progress = None))]
pub fn ptau_prepare(
    py: Python<'_>,
    old: PathBuf,
    new: PathBuf,
    progress: Option<Bound<'_, PyAny>>,
) -> PyResult<()> {
    attended(py, progress, move |watch| {
        powers::prepare(&old, &new, watch)
    })
}

#[pyfunction]
#[pyo3(signature = (source, progress = None))]
pub fn ptau_verify<'py>(
    py: Python<'py>,
    source: Source,
    progress: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let report = attended(py, progress, move |watch| {
        source.once(|contents| powers::verify(contents, watch))
    })?;
    told(py, &report)
}

fn told<'py>(py: Python<'py>, report: &Report) -> PyResult<Bound<'py, PyDict>> {
    let contributions = PyList::empty(py);
    for (author, hash) in &report.contributions {
        contributions.append(contribution(py, author, hash)?)?;
    }
    let told = PyDict::new(py);
    told.set_item("power", report.power)?;
    told.set_item("ceremony_power", report.ceremony_power)?;
    told.set_item("prepared", report.prepared)?;
    told.set_item("contributions", contributions)?;
    told.set_item("alpha_1", g1(&report.alpha_1))?;
    told.set_item("beta_1", g1(&report.beta_1))?;
    told.set_item("beta_2", g2(&report.beta_2))?;
    Ok(told)
}

/// Who took part, and what he knows it by.
pub fn contribution<'py>(
    py: Python<'py>,
    author: &Author,
    hash: &[u8],
) -> PyResult<Bound<'py, PyDict>> {
    let told = PyDict::new(py);
    told.set_item("name", &author.name)?;
    told.set_item("hash", PyBytes::new(py, hash))?;
    let (kind, beacon, iterations) = match &author.kind {
        Kind::Participant => ("participant", None, None),
        Kind::Beacon { beacon, iterations } => {
            ("beacon", Some(PyBytes::new(py, beacon)), Some(*iterations))
        }
    };
    told.set_item("kind", kind)?;
    told.set_item("beacon", beacon)?;
    told.set_item("iterations", iterations)?;
    Ok(told)
}
