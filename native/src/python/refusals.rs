//! Refusals of the core as the exceptions of `zkdata.errors`.

use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::error::Error;

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
                Error::CircuitUnsupported {
                    template,
                    line,
                    construct,
                } => {
                    put(&evidence, "template", template);
                    put(&evidence, "line", line);
                    put(&evidence, "construct", construct);
                    "CircuitUnsupported"
                }
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
                Error::ProofRejected { which } => {
                    if !which.is_empty() {
                        put(&evidence, "which", which);
                    }
                    "ProofRejected"
                }
                Error::Cancelled => "Cancelled",
                Error::SignatureRejected(_) => "SignatureRejected",
                Error::BuyerKeyInvalid(_) => "BuyerKeyInvalid",
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
