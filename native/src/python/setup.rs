//! Setups: the development key of one party, and phase 2 of a ceremony.

use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::{PyBytes, PyDict};
use zeroize::Zeroizing;

use super::keys::VerificationKey;
use super::ptau::contribution;
use super::source::Source;
use super::waiting::{aside, attended};
use crate::ceremony::{phase2, phase2_verify};
use crate::formats::contributions::Contributions;
use crate::{groth16, setup};

#[pyfunction]
#[pyo3(signature = (r1cs, zkey, progress = None))]
pub fn setup_development(
    py: Python<'_>,
    r1cs: Source,
    zkey: PathBuf,
    progress: Option<Bound<'_, PyAny>>,
) -> PyResult<VerificationKey> {
    attended(py, progress, move |watch| {
        r1cs.read(|bytes| setup::setup_development(bytes, &zkey, watch))
    })
    .map(VerificationKey::from)
}

#[pyfunction]
#[pyo3(signature = (r1cs, ptau, zkey, progress = None))]
pub fn setup_new<'py>(
    py: Python<'py>,
    r1cs: Source,
    ptau: Source,
    zkey: PathBuf,
    progress: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyBytes>> {
    let hash = attended(py, progress, move |watch| {
        r1cs.read(|r1cs| ptau.read(|ptau| phase2::setup_new(r1cs, ptau, &zkey, watch)))
    })?;
    Ok(PyBytes::new(py, &hash))
}

#[pyfunction]
#[pyo3(signature = (old, new, name, entropy, progress = None))]
pub fn setup_contribute<'py>(
    py: Python<'py>,
    old: Source,
    new: PathBuf,
    name: String,
    entropy: &[u8],
    progress: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyBytes>> {
    let entropy = Zeroizing::new(entropy.to_vec());
    let hash = attended(py, progress, move |watch| {
        old.read(|old| phase2::setup_contribute(old, &new, &name, &entropy, watch))
    })?;
    Ok(PyBytes::new(py, &hash))
}

#[pyfunction]
#[pyo3(signature = (old, new, name, beacon, iterations, progress = None))]
pub fn setup_beacon<'py>(
    py: Python<'py>,
    old: Source,
    new: PathBuf,
    name: String,
    beacon: Vec<u8>,
    iterations: u8,
    progress: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyBytes>> {
    let hash = attended(py, progress, move |watch| {
        old.read(|old| phase2::setup_beacon(old, &new, &name, &beacon, iterations, watch))
    })?;
    Ok(PyBytes::new(py, &hash))
}

#[pyfunction]
#[pyo3(signature = (r1cs, ptau, zkey, progress = None))]
pub fn setup_verify<'py>(
    py: Python<'py>,
    r1cs: Source,
    ptau: Source,
    zkey: Source,
    progress: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let contributions = attended(py, progress, move |watch| {
        r1cs.read(|r1cs| {
            ptau.read(|ptau| zkey.read(|zkey| phase2_verify::setup_verify(r1cs, ptau, zkey, watch)))
        })
    })?;
    report(py, &contributions)
}

#[pyfunction]
pub fn setup_contributions(py: Python<'_>, zkey: Source) -> PyResult<Bound<'_, PyDict>> {
    let contributions = aside(py, || zkey.read(phase2::contributions))?;
    report(py, &contributions)
}

#[pyfunction]
pub fn setup_transcript(py: Python<'_>, zkey: Source) -> PyResult<Bound<'_, PyBytes>> {
    let contributions = aside(py, || zkey.read(phase2::contributions))?;
    Ok(PyBytes::new(py, &contributions.encoded()))
}

#[pyfunction]
pub fn setup_chain<'py>(
    py: Python<'py>,
    transcript: PyBackedBytes,
    vkey: PyBackedStr,
) -> PyResult<Bound<'py, PyDict>> {
    let contributions = aside(py, || {
        let key = groth16::VerificationKey::from_json(&vkey)?;
        phase2::expect_chain(&transcript, &key.points().delta)
    })?;
    report(py, &contributions)
}

fn report<'py>(py: Python<'py>, contributions: &Contributions) -> PyResult<Bound<'py, PyDict>> {
    let list = contributions.list.iter();
    let list = list.map(|one| contribution(py, &one.author, &one.hash()));
    let hash = PyBytes::new(py, &contributions.circuit_hash);
    let report = PyDict::new(py);
    report.set_item("circuit_hash", hash)?;
    report.set_item("contributions", list.collect::<PyResult<Vec<_>>>()?)?;
    Ok(report)
}
