//! Refusals of the builder, which reads what the compiler wrote.

use crate::error::Error;

/// A text that the pinned compiler does not write.
pub fn unsound(reason: impl Into<String>) -> Error {
    Error::ArtifactMalformed {
        format: "module text",
        offset: None,
        reason: reason.into(),
    }
}

/// Something that a circuit may say, but a graph cannot.
pub fn unsupported(place: &str, line: u32, construct: impl Into<String>) -> Error {
    Error::CircuitUnsupported {
        template: source_name(place).to_owned(),
        line,
        construct: construct.into(),
    }
}

/// The name in the source of a template or function, which the compiler numbers: `Inner` for `Inner_3` and `Inner_3_run`.
pub fn source_name(name: &str) -> &str {
    let name = name.strip_suffix("_run").unwrap_or(name);
    match name.rsplit_once('_') {
        Some((stem, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => stem,
        _ => name,
    }
}
