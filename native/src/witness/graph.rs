//! A graph in memory: straight-line code for each template, which calls the templates of its components.
//!
//! A graph comes from a file, so every place in it is checked before it is used, and so is the work that it asks for.

use ark_bn254::Fr;

use super::operators::Op;
use crate::error::{Error, Result};

/// Signals of a circuit: 2^25 take a gibibyte. The largest of ours has a third of a million.
const SIGNAL_LIMIT: u32 = 1 << 25;

/// Temporary slots of all templates that run within each other.
const TEMPORARY_LIMIT: u64 = 1 << 24;

/// What all instructions may take together, in additions: about a minute.
const WORK_LIMIT: u64 = 1 << 33;

/// The signal that the outermost template starts at; signal 0 is the constant 1.
pub const MAIN_BASE: u32 = 1;

/// Where an operand or a result lies, in the lowest two bits of its number; the rest is the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Kind {
    /// A slot of the template's own, gone when it ends.
    Temporary = 0,
    /// A signal, from the component's first on.
    Signal = 1,
    /// One of the graph's constants.
    Constant = 2,
}

/// The number of an operand.
pub fn operand(kind: Kind, place: u32) -> u32 {
    place << 2 | kind as u32
}

/// One operation. `Call` has the template and the place of its first signal as operands, `Assert` a slot and the place in
/// the source, `Bit` the number of the bit as its third.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// What is done.
    pub op: Op,
    /// Where the result goes.
    pub to: u32,
    /// What it is done to.
    pub operands: [u32; 3],
}

/// The code of a template.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Code {
    /// Slots that it needs besides its signals.
    pub temporaries: u32,
    /// Signals of a component and of those within it.
    pub span: u32,
    /// In the order they are done.
    pub instructions: Vec<Instruction>,
}

/// An input of the circuit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Input {
    /// 64-bit FNV-1a of its name, by which circom knows it.
    pub hash: u64,
    /// Its first signal; the others follow.
    pub first: u32,
    /// How many signals it is.
    pub size: u32,
}

/// A place in a circuit's source: a template and a line.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// Name in the source.
    pub template: String,
    /// Counted from 1.
    pub line: u32,
}

/// What a graph consists of; a `Graph` is one that has been checked.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Parts {
    /// Signals of the whole circuit, the constant 1 included.
    pub signals: u32,
    /// In the order of their first signals.
    pub inputs: Vec<Input>,
    /// The signal of each wire of the witness.
    pub wires: Vec<u32>,
    /// Slots, each in the form that the operations on it want.
    pub constants: Vec<Fr>,
    /// What assertions are about.
    pub places: Vec<Place>,
    /// Each calls only those before it; the last one is the circuit.
    pub templates: Vec<Code>,
}

/// A graph whose places all exist and whose work is bounded.
#[derive(Debug)]
pub struct Graph {
    parts: Parts,
    /// Temporary slots that a calculation needs.
    pub(super) temporaries: usize,
    work: u64,
}

impl Graph {
    /// Check a graph. ArtifactMalformed names what is wrong, ResourceLimit what is too much.
    pub fn new(parts: Parts) -> Result<Self> {
        let (temporaries, work) = parts.check()?;
        Ok(Self {
            parts,
            temporaries,
            work,
        })
    }

    /// What it consists of.
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// The input of this name.
    pub fn input(&self, name: &str) -> Option<&Input> {
        let hash = name_hash(name);
        self.parts.inputs.iter().find(|input| input.hash == hash)
    }

    /// Values that all inputs take together; those of a bus are an input as a whole and in parts.
    pub fn input_count(&self) -> usize {
        let mut end = 0;
        let inputs = self.parts.inputs.iter().map(|input| {
            let from = input.first.max(end);
            end = end.max(input.first + input.size);
            end.saturating_sub(from) as usize
        });
        inputs.sum()
    }

    /// Wires of a witness.
    pub fn wire_count(&self) -> usize {
        self.parts.wires.len()
    }

    /// What a calculation takes, in additions.
    pub fn work(&self) -> u64 {
        self.work
    }

    /// Instructions of all templates, each counted once.
    pub fn instruction_count(&self) -> usize {
        self.parts
            .templates
            .iter()
            .map(|code| code.instructions.len())
            .sum()
    }
}

/// 64-bit FNV-1a, by which circom knows its inputs.
pub fn name_hash(name: &str) -> u64 {
    name.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3)
    })
}

pub(super) fn malformed(reason: impl Into<String>) -> Error {
    Error::ArtifactMalformed {
        format: super::FORMAT,
        offset: None,
        reason: reason.into(),
    }
}

fn too_much(what: &str, limit: u64) -> Error {
    Error::ResourceLimit(format!(
        "a witness graph of more {what} than the limit of {limit}"
    ))
}

impl Parts {
    /// Temporaries and work of the whole.
    fn check(&self) -> Result<(usize, u64)> {
        if self.signals > SIGNAL_LIMIT {
            return Err(too_much("signals", u64::from(SIGNAL_LIMIT)));
        }
        if self.wires.first() != Some(&0) || self.wires.iter().any(|signal| *signal >= self.signals)
        {
            return Err(malformed(
                "a wire without a signal, or a first wire that is not the constant 1",
            ));
        }
        let mut least = MAIN_BASE;
        for input in &self.inputs {
            if input.first < least
                || input.size > self.signals
                || input.first > self.signals - input.size
            {
                return Err(malformed(format!(
                    "an input at signal {} that is not in order, or outside",
                    input.first
                )));
            }
            least = input.first;
        }
        let mut needs: Vec<(u64, u64)> = Vec::with_capacity(self.templates.len());
        for (number, code) in self.templates.iter().enumerate() {
            let need = self.need(code, &needs);
            needs.push(need.map_err(|reason| malformed(format!("template {number}: {reason}")))?);
        }
        let (Some(main), Some((temporaries, work))) =
            (self.templates.last(), needs.last().copied())
        else {
            return Err(malformed("it has no template"));
        };
        if main.span > self.signals.saturating_sub(MAIN_BASE) {
            return Err(malformed(format!(
                "its circuit has {} signals, itself {}",
                main.span, self.signals
            )));
        }
        if temporaries > TEMPORARY_LIMIT {
            return Err(too_much("temporary slots", TEMPORARY_LIMIT));
        }
        if work > WORK_LIMIT {
            return Err(too_much("work", WORK_LIMIT));
        }
        Ok((temporaries as usize, work))
    }

    /// Temporaries and work of a template with its components, which are those before it; or what is wrong with it.
    fn need(&self, code: &Code, before: &[(u64, u64)]) -> std::result::Result<(u64, u64), String> {
        let (mut deepest, mut work) = (0, 1u64);
        let exists = |number: u32| {
            let place = number >> 2;
            let count = match number & 3 {
                0 => code.temporaries as usize,
                1 => code.span as usize,
                2 => self.constants.len(),
                _ => 0,
            };
            if (place as usize) < count {
                Ok(())
            } else {
                Err(format!("no operand {number:#x}"))
            }
        };
        for instruction in &code.instructions {
            let Instruction { op, to, operands } = instruction;
            work = work.saturating_add(op.cost());
            operands[..op.arity()]
                .iter()
                .try_for_each(|operand| exists(*operand))?;
            match op {
                Op::Call => {
                    let [template, base, _] = operands.map(|operand| operand as usize);
                    let Some(&(temporaries, its)) = before.get(template) else {
                        return Err(format!(
                            "it calls template {template}, which is not before it"
                        ));
                    };
                    if base + self.templates[template].span as usize > code.span as usize {
                        return Err(format!("template {template} at signal {base} is outside"));
                    }
                    deepest = deepest.max(temporaries);
                    work = work.saturating_add(its);
                }
                Op::Assert if operands[1] as usize >= self.places.len() => {
                    return Err(format!("no place {}", operands[1]));
                }
                Op::Assert => {}
                _ if to & 3 == Kind::Constant as u32 => {
                    return Err("it writes a constant".to_owned());
                }
                _ => exists(*to)?,
            }
            if *op == Op::Bit && operands[2] >= 256 {
                return Err(format!("no bit {}", operands[2]));
            }
        }
        Ok((u64::from(code.temporaries).saturating_add(deepest), work))
    }
}
