//! The module `zkdata._native`, and the only files that know Python. `zkdata/_native.pyi` says what each function does.

mod keys;
mod numbers;
mod ptau;
mod refusals;
mod rows;
mod setup;
mod source;
mod waiting;
mod witness;

use ark_ff::PrimeField;
use num_bigint::BigUint;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString};

use self::numbers::{
    Coordinates, G1, G2, Natural, ProofCoordinates, argument, checked_proof, coordinates,
    scalar_bytes, scalars, seed_bytes, signals, utf8,
};
use self::source::Source;
use self::waiting::{aside, attended};
use crate::error::Error;
use crate::field::{Fr, from_integer, to_integer};
use crate::formats::{proof_json, ptau::Ptau, r1cs::R1cs, wtns};
use crate::sealing::{self, Sealing};
use crate::signature::{PublicKey, SignatureRejected, SigningKey};
use crate::{delivery, keccak, poseidon as hashing, signature};

/// The native core of zkdata.
#[pymodule]
mod _native {
    #[pymodule_export]
    use super::keys::{InsecureKey, ProvingKey, VerificationKey};
    #[pymodule_export]
    use super::ptau::{ptau_beacon, ptau_contribute, ptau_new, ptau_prepare, ptau_verify};
    #[pymodule_export]
    use super::rows::{Forger, Rows};
    #[pymodule_export]
    use super::setup::{
        setup_beacon, setup_chain, setup_contribute, setup_contributions, setup_development,
        setup_new, setup_transcript, setup_verify,
    };
    #[pymodule_export]
    use super::witness::WitnessGraph;
    use super::*;

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
    fn montgomery_v(u: Natural) -> PyResult<BigUint> {
        Ok(to_integer(delivery::smaller_v(delivery::u_of(&u.0)?)?))
    }

    #[pyfunction]
    fn montgomery_times(u: Natural, scalar: Natural) -> PyResult<BigUint> {
        let u = delivery::u_of(&u.0)?;
        Ok(to_integer(delivery::times(u, &*scalar_bytes(&scalar)?)?))
    }

    #[pyfunction]
    fn seal_words(
        py: Python<'_>,
        words: Vec<Natural>,
        key: Natural,
        schema: Natural,
        slot_length: Natural,
        form: Natural,
    ) -> PyResult<Vec<BigUint>> {
        let sealing = sealing_of([&key, &schema, &slot_length, &form])?;
        rewritten(py, &words, |words| sealing.encrypt(words))
    }

    #[pyfunction]
    fn open_words(
        py: Python<'_>,
        words: Vec<Natural>,
        key: Natural,
        schema: Natural,
        slot_length: Natural,
        form: Natural,
    ) -> PyResult<Vec<BigUint>> {
        let sealing = sealing_of([&key, &schema, &slot_length, &form])?;
        rewritten(py, &words, |words| sealing.decrypt(words))
    }

    #[pyfunction]
    fn content_root(py: Python<'_>, words: Vec<Natural>) -> PyResult<BigUint> {
        let words = scalars(&words, |index| argument(&format!("word {index}")))?;
        Ok(to_integer(py.detach(|| sealing::content_root(&words))?))
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
    fn public_to_json(public: Vec<Natural>) -> PyResult<String> {
        Ok(proof_json::write_public(&signals(&public, "")?))
    }

    #[pyfunction]
    fn r1cs_info<'py>(py: Python<'py>, source: Source) -> PyResult<Bound<'py, PyDict>> {
        let r1cs = aside(py, || source.read(R1cs::read))?;
        let info = PyDict::new(py);
        info.set_item("constraints", r1cs.row_count())?;
        info.set_item("wires", r1cs.wires)?;
        info.set_item("public_outputs", r1cs.public_outputs)?;
        info.set_item("public_inputs", r1cs.public_inputs)?;
        info.set_item("private_inputs", r1cs.private_inputs)?;
        Ok(info)
    }

    #[pyfunction]
    #[pyo3(signature = (source, rows = None))]
    fn ptau_info<'py>(
        py: Python<'py>,
        source: Source,
        rows: Option<usize>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let ptau = attended(py, None, move |watch| {
            source.read(|bytes| Ptau::read(bytes, watch))
        })?;
        if let Some(rows) = rows {
            ptau.lagrange_for(rows)?;
        }
        let info = PyDict::new(py);
        info.set_item("power", ptau.power)?;
        info.set_item("ceremony_power", ptau.ceremony_power)?;
        info.set_item("contributions", ptau.contributions)?;
        info.set_item("prepared", ptau.prepared())?;
        Ok(info)
    }

    #[pyfunction]
    fn build_witness_graph<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyBytes>> {
        let file = py.detach(|| crate::witness::build_file(text))?;
        Ok(PyBytes::new(py, &file))
    }

    #[pyfunction]
    fn wtns_count(py: Python<'_>, source: Source) -> PyResult<usize> {
        aside(py, || source.read(|bytes| Ok(wtns::read(bytes)?.len())))
    }

    #[pyfunction]
    fn r1cs_unsatisfied(py: Python<'_>, source: Source, witness: &[u8]) -> PyResult<Option<usize>> {
        aside(py, || {
            let witness = wtns::read(witness)?;
            source.read(|bytes| R1cs::read(bytes)?.first_unsatisfied(&witness))
        })
    }
}

fn sealing_of([key, schema, slot_length, form]: [&Natural; 4]) -> PyResult<Sealing> {
    let element =
        |integer: &Natural, name: &str| from_integer(&integer.0).map_err(|_| argument(name));
    Ok(Sealing {
        key: element(key, "the key")?,
        schema: element(schema, "the schema")?,
        slot_length: element(slot_length, "the slot length")?,
        form: element(form, "the form")?,
    })
}

/// The words after `rewrite`, which runs without the interpreter's lock.
fn rewritten(
    py: Python<'_>,
    words: &[Natural],
    rewrite: impl Fn(&mut [Fr]) + Sync,
) -> PyResult<Vec<BigUint>> {
    let mut words = scalars(words, |index| argument(&format!("word {index}")))?;
    py.detach(|| rewrite(&mut words));
    Ok(words.into_iter().map(to_integer).collect())
}

fn signature_integers(signature: &signature::Signature) -> (BigUint, BigUint, BigUint) {
    let r8 = signature.r8();
    (
        to_integer(r8.x()),
        to_integer(r8.y()),
        signature.s().into_bigint().into(),
    )
}
