//! The module `zkdata._native`, and the only file that knows Python. `zkdata/_native.pyi` says what each function does.

use std::path::PathBuf;

use ark_bn254::{Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::PrimeField;
use num_bigint::BigUint;
use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyInt, PyString};
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::field::{from_integer, to_integer};
use crate::formats::mapped::MappedFile;
use crate::formats::{proof_json, r1cs::R1cs, wtns};
use crate::groth16::{self, Proof, proof_from_coordinates};
use crate::signature::{PublicKey, SignatureRejected, SigningKey};
use crate::{keccak, poseidon as hashing, setup, signature, workers};

type Coordinates = (Natural, Natural);
type ProofCoordinates = (Coordinates, (Coordinates, Coordinates), Coordinates);
type G1 = (BigUint, BigUint);
type G2 = (G1, G1);
type KeyPoints = (G1, G2, G2, G2, Vec<G1>);

/// A Python integer. One that is negative or wider than 256 bits becomes 2^256, which every field refuses.
struct Natural(BigUint);

impl<'py> FromPyObject<'_, 'py> for Natural {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let number = object.cast::<PyInt>()?.extract::<BigUint>();
        let number = number.ok().filter(|number| number.bits() <= 256);
        Ok(Self(number.unwrap_or_else(|| BigUint::from(1u8) << 256u32)))
    }
}

impl From<Error> for PyErr {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        Python::attach(|py| {
            let evidence = PyDict::new(py);
            let class = match &error {
                Error::ArtifactMalformed {
                    format,
                    offset,
                    reason,
                } => {
                    put(&evidence, "format", format);
                    put(&evidence, "offset", offset);
                    put(&evidence, "reason", reason);
                    "ArtifactMalformed"
                }
                Error::ArtifactMismatch(_) => "ArtifactMismatch",
                Error::SetupInsecure { element, reason } => {
                    put(&evidence, "element", element);
                    put(&evidence, "reason", reason);
                    "SetupInsecure"
                }
                Error::StatementFalse(_) => "StatementFalse",
                Error::ProofMalformed {
                    part,
                    offset,
                    reason,
                } => {
                    put(&evidence, "part", part);
                    put(&evidence, "offset", offset);
                    put(&evidence, "reason", reason);
                    "ProofMalformed"
                }
                Error::ProofRejected => "ProofRejected",
                Error::SignatureRejected(_) => "SignatureRejected",
                Error::ResourceLimit(_) => "ResourceLimit",
                Error::Argument(_) => return PyValueError::new_err(message),
                Error::NoRandomness => return PyOSError::new_err(message),
                Error::Io { path, source } => {
                    let shown = source.to_string();
                    let reason = shown
                        .split(" (os error")
                        .next()
                        .unwrap_or_default()
                        .to_owned();
                    return match source.raw_os_error() {
                        Some(number) => {
                            PyOSError::new_err((number, reason, path.as_os_str().to_owned()))
                        }
                        None => PyOSError::new_err(message),
                    };
                }
            };
            let errors = py
                .import("zkdata.errors")
                .and_then(|errors| errors.getattr(class));
            match errors.and_then(|class| class.call((message,), Some(&evidence))) {
                Ok(exception) => Self::from_value(exception),
                Err(broken) => broken,
            }
        })
    }
}

/// Add evidence; a value that cannot be converted is left out rather than hide the error it belongs to.
fn put<'py>(evidence: &Bound<'py, PyDict>, name: &str, value: impl IntoPyObject<'py>) {
    let _ = evidence.set_item(name, value);
}

/// Run long work without the interpreter's lock, so that other Python threads go on.
fn aside<T: Send>(py: Python<'_>, work: impl FnOnce() -> Result<T> + Send) -> PyResult<T> {
    Ok(py.detach(|| workers::run(work))?)
}

fn scalars(integers: &[Natural], refuse: impl Fn(usize) -> Error) -> Result<Vec<Fr>> {
    let each = integers.iter().enumerate();
    each.map(|(index, integer)| from_integer(&integer.0).map_err(|_| refuse(index)))
        .collect()
}

fn argument(name: &str) -> Error {
    Error::Argument(format!("{name} is not in [0, r)"))
}

fn seed_bytes(seed: &[u8]) -> Result<Zeroizing<[u8; 32]>> {
    let bytes = seed
        .try_into()
        .map_err(|_| Error::Argument("a device seed has 32 bytes".to_owned()))?;
    Ok(Zeroizing::new(bytes))
}

fn utf8<'a>(text: &'a Bound<'_, PyString>, refuse: impl Fn(String) -> Error) -> Result<&'a str> {
    text.to_str()
        .map_err(|_| refuse("the text is not valid Unicode".to_owned()))
}

fn base(coordinate: &Natural) -> Result<Fq> {
    from_integer(&coordinate.0).map_err(|_| Error::proof("proof", "a coordinate is not in [0, q)"))
}

fn checked_proof((a, b, c): &ProofCoordinates) -> Result<Proof> {
    let plain = |(x, y): &Coordinates| Ok::<_, Error>((base(x)?, base(y)?));
    let twisted =
        |(real, imaginary): &Coordinates| Ok::<_, Error>(Fq2::new(base(real)?, base(imaginary)?));
    proof_from_coordinates(plain(a)?, (twisted(&b.0)?, twisted(&b.1)?), plain(c)?)
}

fn g1(point: &G1Affine) -> G1 {
    let (x, y) = point.xy().unwrap_or_default();
    (to_integer(x), to_integer(y))
}

fn g2(point: &G2Affine) -> G2 {
    let (x, y) = point.xy().unwrap_or_default();
    (
        (to_integer(x.c0), to_integer(x.c1)),
        (to_integer(y.c0), to_integer(y.c1)),
    )
}

fn coordinates(proof: &Proof) -> (G1, G2, G1) {
    (g1(&proof.a), g2(&proof.b), g1(&proof.c))
}

#[pyclass(frozen, module = "zkdata._native")]
struct VerificationKey(groth16::VerificationKey);

#[pymethods]
impl VerificationKey {
    #[staticmethod]
    fn from_json(py: Python<'_>, text: &Bound<'_, PyString>) -> PyResult<Self> {
        let refuse = |reason| Error::ArtifactMalformed {
            format: "verification key",
            offset: None,
            reason,
        };
        let text = utf8(text, refuse)?;
        aside(py, || groth16::VerificationKey::from_json(text)).map(Self)
    }

    #[getter]
    fn public_count(&self) -> usize {
        self.0.public_count()
    }

    fn to_json(&self) -> String {
        self.0.to_json()
    }

    fn points(&self) -> KeyPoints {
        let key = self.0.points();
        let ic = key.gamma_abc_g1.iter().map(g1).collect();
        (
            g1(&key.alpha_g1),
            g2(&key.beta_g2),
            g2(&key.gamma_g2),
            g2(&key.delta_g2),
            ic,
        )
    }

    fn verify(
        &self,
        py: Python<'_>,
        proof: ProofCoordinates,
        public: Vec<Natural>,
    ) -> PyResult<()> {
        let proof = checked_proof(&proof)?;
        let public = scalars(&public, |index| {
            Error::proof(format!("public signal {index}"), "it is not in [0, r)")
        })?;
        aside(py, || self.0.verify(&proof, &public))
    }
}

#[pyclass(frozen, module = "zkdata._native")]
struct ProvingKey(groth16::ProvingKey);

#[pymethods]
impl ProvingKey {
    #[staticmethod]
    fn open(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        aside(py, || groth16::ProvingKey::open(&path)).map(Self)
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
        VerificationKey(self.0.verification_key().clone())
    }

    fn prove(&self, py: Python<'_>, witness: &[u8]) -> PyResult<((G1, G2, G1), Vec<BigUint>)> {
        let (proof, public) = aside(py, || self.0.prove(witness))?;
        Ok((
            coordinates(&proof),
            public.into_iter().map(to_integer).collect(),
        ))
    }
}

/// The native core of zkdata.
#[pymodule]
mod _native {
    use super::*;
    #[pymodule_export]
    use super::{ProvingKey, VerificationKey};

    #[pyfunction]
    fn poseidon(inputs: Vec<Natural>, tag: Natural) -> PyResult<BigUint> {
        let inputs = scalars(&inputs, |index| argument(&format!("input {index}")))?;
        let tag = from_integer(&tag.0).map_err(|_| argument("the tag"))?;
        Ok(to_integer(
            hashing::hash(&inputs, tag).map_err(Error::from)?,
        ))
    }

    #[pyfunction]
    fn poseidon_permute(state: Vec<Natural>) -> PyResult<Vec<BigUint>> {
        let mut state = scalars(&state, |lane| argument(&format!("lane {lane}")))?;
        hashing::permute(&mut state).map_err(Error::from)?;
        Ok(state.into_iter().map(to_integer).collect())
    }

    #[pyfunction]
    fn keccak256<'py>(py: Python<'py>, data: &[u8]) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &keccak::keccak256(data))
    }

    #[pyfunction]
    fn public_key(seed: &[u8]) -> PyResult<G1> {
        let key = SigningKey::from_seed(&*seed_bytes(seed)?);
        let point = key.public().point();
        Ok((to_integer(point.x()), to_integer(point.y())))
    }

    #[pyfunction]
    fn sign(seed: &[u8], message: Natural) -> PyResult<(BigUint, BigUint, BigUint)> {
        let message = from_integer(&message.0).map_err(|_| argument("the message"))?;
        let signature = SigningKey::from_seed(&*seed_bytes(seed)?).sign(message)?;
        Ok(signature_integers(&signature))
    }

    #[pyfunction]
    fn sign_deterministic(seed: &[u8], message: Natural) -> PyResult<(BigUint, BigUint, BigUint)> {
        let message = from_integer(&message.0).map_err(|_| argument("the message"))?;
        Ok(signature_integers(
            &SigningKey::from_seed(&*seed_bytes(seed)?).sign_deterministic(message),
        ))
    }

    #[pyfunction]
    fn verify_signature(
        public: Coordinates,
        message: Natural,
        signature: (Natural, Natural, Natural),
    ) -> PyResult<()> {
        let (r8x, r8y, s) = (&signature.0.0, &signature.1.0, &signature.2.0);
        Ok(
            signature::verify((&public.0.0, &public.1.0), &message.0, (r8x, r8y, s))
                .map_err(Error::from)?,
        )
    }

    #[pyfunction]
    fn divide_by_cofactor(public: Coordinates) -> PyResult<G1> {
        let key = PublicKey::from_integers(&public.0.0, &public.1.0);
        let point = key
            .map_err(|invalid| Error::from(SignatureRejected::PublicKey(invalid)))?
            .divided_by_cofactor();
        Ok((to_integer(point.x()), to_integer(point.y())))
    }

    #[pyfunction]
    fn device_secret(seed: &[u8]) -> PyResult<BigUint> {
        Ok(to_integer(signature::device_secret(&*seed_bytes(seed)?)))
    }

    #[pyfunction]
    fn proof_to_json(proof: ProofCoordinates) -> PyResult<String> {
        Ok(proof_json::write_proof(&checked_proof(&proof)?))
    }

    #[pyfunction]
    fn proof_from_json(text: &Bound<'_, PyString>) -> PyResult<(G1, G2, G1)> {
        let text = utf8(text, |reason| Error::proof("proof", reason))?;
        Ok(coordinates(&proof_json::read_proof(text)?))
    }

    #[pyfunction]
    fn public_from_json(text: &Bound<'_, PyString>) -> PyResult<Vec<BigUint>> {
        let text = utf8(text, |reason| Error::proof("public signals", reason))?;
        Ok(proof_json::read_public(text)?
            .into_iter()
            .map(to_integer)
            .collect())
    }

    #[pyfunction]
    fn setup_development(py: Python<'_>, r1cs: PathBuf, zkey: PathBuf) -> PyResult<()> {
        aside(py, || setup::setup_development(&r1cs, &zkey))
    }

    #[pyfunction]
    fn r1cs_info<'py>(py: Python<'py>, path: PathBuf) -> PyResult<Bound<'py, PyDict>> {
        let r1cs = aside(py, || R1cs::read(MappedFile::open(&path)?.bytes()))?;
        let info = PyDict::new(py);
        info.set_item("constraints", r1cs.rows.len())?;
        info.set_item("wires", r1cs.wires)?;
        info.set_item("public_outputs", r1cs.public_outputs)?;
        info.set_item("public_inputs", r1cs.public_inputs)?;
        info.set_item("private_inputs", r1cs.private_inputs)?;
        Ok(info)
    }

    #[pyfunction]
    fn r1cs_unsatisfied(py: Python<'_>, path: PathBuf, witness: &[u8]) -> PyResult<Option<usize>> {
        aside(py, || {
            let witness = wtns::read(witness)?;
            R1cs::read(MappedFile::open(&path)?.bytes())?.first_unsatisfied(&witness)
        })
    }
}

fn signature_integers(signature: &signature::Signature) -> (BigUint, BigUint, BigUint) {
    let r8 = signature.r8();
    (
        to_integer(r8.x()),
        to_integer(r8.y()),
        signature.s().into_bigint().into(),
    )
}
