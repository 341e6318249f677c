//! Keys as Python objects: immutable, safe to share between threads.

use std::path::PathBuf;
use std::sync::Arc;

use num_bigint::BigUint;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyDict, PyString};
use rayon::prelude::*;

use super::numbers::{
    G1, G2, KeyPoints, Natural, ProofCoordinates, checked_proof, coordinates, key_points,
    proof_elements, signals, utf8,
};
use super::source::Source;
use super::waiting::{aside, attended};
use crate::error::Error;
use crate::field::to_integer;
use crate::groth16;
use crate::groth16::proof_from_coordinates;
use crate::watch::Watch;

fn key_text<'a>(text: &'a Bound<'_, PyString>) -> Result<&'a str, Error> {
    utf8(text, |reason| Error::ArtifactMalformed {
        format: "verification key",
        offset: None,
        reason,
    })
}

#[pyclass(frozen, module = "zkdata._native")]
pub struct VerificationKey(Arc<groth16::VerificationKey>);

impl From<groth16::VerificationKey> for VerificationKey {
    fn from(key: groth16::VerificationKey) -> Self {
        Self(Arc::new(key))
    }
}

#[pymethods]
impl VerificationKey {
    #[staticmethod]
    fn from_json(py: Python<'_>, text: &Bound<'_, PyString>) -> PyResult<Self> {
        let text = key_text(text)?;
        aside(py, || groth16::VerificationKey::from_json(text)).map(Self::from)
    }

    #[getter]
    fn public_count(&self) -> usize {
        self.0.public_count()
    }

    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        aside(py, || Ok(self.0.to_json()))
    }

    fn points(&self) -> KeyPoints {
        key_points(self.0.points())
    }

    fn verify(
        &self,
        py: Python<'_>,
        proof: ProofCoordinates,
        public: Vec<Natural>,
    ) -> PyResult<()> {
        let public = signals(&public, "")?;
        // Not on the pool: a proof in the making there would keep it waiting.
        Ok(py.detach(|| self.0.verify(&checked_proof(&proof)?, &public))?)
    }

    fn verify_many(
        &self,
        py: Python<'_>,
        items: Vec<(ProofCoordinates, Vec<Natural>)>,
    ) -> PyResult<()> {
        let in_batch = |index: usize| format!("proof {index}: ");
        let items = items.iter().enumerate().map(|(index, (proof, public))| {
            let place = in_batch(index);
            let elements = proof_elements(proof).map_err(|error| error.within(&place));
            Ok((elements?, signals(public, &place)?))
        });
        let items = items.collect::<Result<Vec<_>, Error>>()?;
        let key = Arc::clone(&self.0);
        attended(py, None, move |watch| {
            let checked = items.into_par_iter().enumerate();
            let checked = checked.map(|(index, ((a, b, c), public))| {
                let proof = proof_from_coordinates(a, b, c);
                Ok((
                    proof.map_err(|error| error.within(&in_batch(index)))?,
                    public,
                ))
            });
            key.verify_many(&checked.collect::<Result<Vec<_>, Error>>()?, watch)
        })
    }
}

#[pyclass(frozen, module = "zkdata._native")]
pub struct InsecureKey(groth16::InsecureKey);

#[pymethods]
impl InsecureKey {
    #[staticmethod]
    fn from_json(py: Python<'_>, text: &Bound<'_, PyString>) -> PyResult<Self> {
        let text = key_text(text)?;
        aside(py, || groth16::InsecureKey::from_json(text)).map(Self)
    }

    #[staticmethod]
    fn open(py: Python<'_>, source: Source) -> PyResult<Self> {
        attended(py, None, move |watch| {
            source.read(|bytes| groth16::InsecureKey::read(bytes, watch))
        })
        .map(Self)
    }

    #[getter]
    fn faults(&self) -> Vec<(&'static str, String)> {
        let faults = self.0.faults().iter();
        faults
            .map(|fault| (fault.element, fault.reason.clone()))
            .collect()
    }

    #[getter]
    fn sizes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let sizes = PyDict::new(py);
        if let Some(known) = self.0.sizes() {
            sizes.set_item("constraints", known.constraints)?;
            sizes.set_item("wires", known.wires)?;
            sizes.set_item("domain", known.domain)?;
        }
        Ok(sizes)
    }

    fn points(&self) -> KeyPoints {
        key_points(self.0.points())
    }

    fn equation_holds(
        &self,
        py: Python<'_>,
        proof: ProofCoordinates,
        public: Vec<Natural>,
    ) -> PyResult<bool> {
        let public = signals(&public, "")?;
        aside(py, || {
            self.0.equation_holds(&checked_proof(&proof)?, &public)
        })
    }
}

#[pyclass(frozen, module = "zkdata._native")]
pub struct ProvingKey(Arc<groth16::ProvingKey>);

#[pymethods]
impl ProvingKey {
    #[staticmethod]
    #[pyo3(signature = (source, progress = None))]
    fn open(py: Python<'_>, source: Source, progress: Option<Bound<'_, PyAny>>) -> PyResult<Self> {
        let key = attended(py, progress, move |watch| {
            source.once(|contents| groth16::ProvingKey::read_once(contents, watch))
        })?;
        Ok(Self(Arc::new(key)))
    }

    #[staticmethod]
    #[pyo3(signature = (source, folder, progress = None))]
    fn open_prepared(
        py: Python<'_>,
        source: Source,
        folder: PathBuf,
        progress: Option<Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let key = attended(py, progress, move |watch| {
            source.once(|contents| groth16::ProvingKey::read_prepared(contents, &folder, watch))
        })?;
        Ok(Self(Arc::new(key)))
    }

    #[getter]
    fn prepared(&self) -> Option<(PathBuf, u64, Option<f64>)> {
        let kept = self.0.kept()?;
        let built = kept.built.map(|time| time.as_secs_f64());
        Some((kept.path.clone(), kept.bytes, built))
    }

    #[getter]
    fn domain_size(&self) -> usize {
        self.0.domain_size()
    }

    #[getter]
    fn constraint_count(&self) -> usize {
        self.0.constraint_count()
    }

    #[getter]
    fn public_count(&self) -> usize {
        self.0.verification_key().public_count()
    }

    #[getter]
    fn wire_count(&self) -> usize {
        self.0.wire_count()
    }

    fn verification_key(&self) -> VerificationKey {
        self.0.verification_key().clone().into()
    }

    #[pyo3(signature = (witness, progress = None, profile = None))]
    fn prove(
        &self,
        py: Python<'_>,
        witness: PyBackedBytes,
        progress: Option<Bound<'_, PyAny>>,
        profile: Option<Bound<'_, PyDict>>,
    ) -> PyResult<((G1, G2, G1), Vec<BigUint>)> {
        let key = Arc::clone(&self.0);
        let prove = move |watch: &Watch| {
            let (proof, public) = key.prove(&witness, watch)?;
            Ok((proof, public, watch.spent().collect::<Vec<_>>()))
        };
        let (proof, public, spent) = attended(py, progress, prove)?;
        if let Some(profile) = profile {
            for (phase, seconds) in spent {
                profile.set_item(phase, seconds)?;
            }
        }
        Ok((
            coordinates(&proof),
            public.into_iter().map(to_integer).collect(),
        ))
    }
}
