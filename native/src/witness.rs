//! Witnesses of our own making: a circuit's graph, built from what circom compiles it to, and calculated here.
//!
//! The builder reads the module's text, traces each template once as nodes over its signals, and lowers the nodes to
//! straight-line code for a template. A calculation runs that code, component by component, over one memory.

mod arithmetic;
mod build;
mod element;
mod evaluate;
mod file;
mod graph;
mod lower;
mod machine;
mod nodes;
mod operators;
mod refusal;
mod template;
mod text;

pub use build::build_file;
pub use evaluate::{Answer, HEAD_BYTES};
pub use file::{read, write};
pub use graph::{Code, Graph, Input, Instruction, Parts, Place};
pub use operators::Op;

/// The name of the file format.
const FORMAT: &str = "wgr";
