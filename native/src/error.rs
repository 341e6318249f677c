//! Every way the native core refuses. `python.rs` maps each variant to the class of the same name in `zkdata.errors`.

use std::fmt;
use std::path::{Path, PathBuf};

/// The `format` of what was to be written, not read.
const OUTPUT: &str = "output";

/// Why the core refused.
#[derive(Debug)]
pub enum Error {
    /// A file that is not what its format says.
    ArtifactMalformed {
        /// Which format was being read, as users know it: `zkey`, `r1cs`, `wtns`, `verification key`, `output`.
        format: &'static str,
        /// Bytes from the start of the file, where one place is to blame.
        offset: Option<u64>,
        /// What is wrong there.
        reason: String,
    },
    /// Well-formed files that do not belong together.
    ArtifactMismatch(String),
    /// A circuit that does what a witness graph cannot say.
    CircuitUnsupported {
        /// The template or function of the source.
        template: String,
        /// The line of the source, or the last one before it that is known.
        line: u32,
        /// What is done there.
        construct: String,
    },
    /// A key that anyone could forge with.
    SetupInsecure {
        /// The element of the key that gives it away, as snarkjs names it.
        element: &'static str,
        /// Why that is fatal.
        reason: String,
    },
    /// A witness that does not satisfy the constraints.
    StatementFalse(String),
    /// A proof or signal that is not canonical.
    ProofMalformed {
        /// Which part of the proof or which signal.
        part: String,
        /// Bytes from the start of the text, where one place is to blame.
        offset: Option<u64>,
        /// What is wrong there.
        reason: String,
    },
    /// A well-formed proof that does not verify.
    ProofRejected {
        /// In a batch, the places of all that do not; empty for a proof checked by itself.
        which: Vec<usize>,
    },
    /// A signature that does not verify, or a public key that is not one.
    SignatureRejected(&'static str),
    /// A buyer key or ephemeral that is the u of no point, or of one of small order.
    BuyerKeyInvalid(&'static str),
    /// Stopped by whoever waited for the work.
    Cancelled,
    /// More memory or work than is allowed.
    ResourceLimit(String),
    /// An argument outside a function's domain; Python sees `ValueError`.
    Argument(String),
    /// The operating system refused; Python sees the matching `OSError`.
    Io {
        /// The file concerned.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The operating system gave no randomness.
    NoRandomness,
}

impl Error {
    /// An `Io` about `path`, for `map_err`.
    pub fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |source| Self::Io {
            path: path.to_path_buf(),
            source,
        }
    }

    /// The same refusal of a proof in a batch; `place` comes before the part.
    pub fn within(self, place: &str) -> Self {
        match self {
            Self::ProofMalformed {
                part,
                offset,
                reason,
            } => Self::ProofMalformed {
                part: format!("{place}{part}"),
                offset,
                reason,
            },
            other => other,
        }
    }

    /// An `ArtifactMalformed` about a place that nothing can be written to; `reason` goes on from the path.
    pub fn output(path: &Path, reason: &str) -> Self {
        Self::ArtifactMalformed {
            format: OUTPUT,
            offset: None,
            reason: format!("{} {reason}", path.display()),
        }
    }

    /// A `ProofMalformed` with no byte to blame.
    pub fn proof(part: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::ProofMalformed {
            part: part.into(),
            offset: None,
            reason: reason.into(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ArtifactMalformed { format: OUTPUT, reason, .. } => f.write_str(reason),
            Self::ArtifactMalformed { format, offset: Some(offset), reason } => {
                write!(f, "this is not a sound {format}: {reason} (at byte {offset}); make or fetch the file again")
            }
            Self::ArtifactMalformed { format, offset: None, reason } => {
                write!(f, "this is not a sound {format}: {reason}; make or fetch the file again")
            }
            Self::ArtifactMismatch(reason) => {
                write!(f, "these files do not belong together: {reason}; use the files of one circuit")
            }
            Self::CircuitUnsupported { template, line, construct } => {
                write!(f, "{template}, line {line}: no witness graph can say {construct}; use the circuit's .wasm")
            }
            Self::SetupInsecure { element, reason } => {
                write!(f, "anyone could forge with this key: {element}: {reason}; run the setup again")
            }
            Self::StatementFalse(reason) => f.write_str(reason),
            Self::ProofMalformed { part, offset: Some(offset), reason } => {
                write!(f, "malformed {part}: {reason} (at byte {offset}); ask for the proof again")
            }
            Self::ProofMalformed { part, offset: None, reason } => {
                write!(f, "malformed {part}: {reason}; ask for the proof again")
            }
            Self::ProofRejected { which } if !which.is_empty() => {
                write!(f, "{} of the proofs do not verify, the first is number {}", which.len(), which[0])
            }
            Self::ProofRejected { .. } => f.write_str(
                "the proof does not verify for these public signals and this key; check that all three belong together",
            ),
            Self::SignatureRejected(reason) => write!(f, "signature rejected: {reason}"),
            Self::BuyerKeyInvalid(reason) => write!(f, "buyer key refused: {reason}"),
            Self::Cancelled => f.write_str("stopped; nothing was written"),
            Self::ResourceLimit(reason) => f.write_str(reason),
            Self::Argument(reason) => f.write_str(reason),
            Self::Io { path, source } => write!(f, "{}: {source}", path.display()),
            Self::NoRandomness => {
                f.write_str("the operating system gave no randomness; nothing secret can be made without it")
            }
        }
    }
}

impl std::error::Error for Error {}

/// What everything fallible in the core returns.
pub type Result<T> = std::result::Result<T, Error>;
