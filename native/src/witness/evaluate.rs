//! A witness from a graph and the inputs. A calculation has its own memory, so any number may run at once.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, BigInt, Field, PrimeField, Zero};

use super::graph::{Graph, MAIN_BASE, Place};
use super::operators::{Op, apply};
use crate::error::{Error, Result};
use crate::formats::element::{FIELD_BYTES, limb_bytes, words_below_r};

/// Bytes of a `.wtns` before its values.
pub const HEAD_BYTES: usize = 76;

/// What a calculation comes to.
#[derive(Debug)]
pub enum Answer {
    /// The bytes of a `.wtns`.
    Witness(Vec<u8>),
    /// The inputs do not satisfy the circuit: the first assertion that says so.
    False(Place),
}

/// Memory that is wiped when it is let go.
struct Memory(Vec<Fr>);

impl Drop for Memory {
    fn drop(&mut self) {
        self.0.fill(Fr::ZERO);
        // Somebody might look: the zeros have to be written.
        std::hint::black_box(&self.0);
    }
}

/// A template that is running.
#[derive(Clone, Copy)]
struct Running {
    template: usize,
    next: usize,
    /// Where its temporaries and its signals start in memory.
    temporaries: usize,
    signals: usize,
}

impl Graph {
    /// Calculate. Each input comes by its name, its values as 32 little-endian bytes each; ArtifactMismatch where the
    /// circuit has another set of inputs.
    pub fn calculate(&self, inputs: &[(&str, &[u8])]) -> Result<Answer> {
        self.calculated(|signals| self.place_inputs(signals, inputs))
    }

    /// Calculate from the values of all inputs, in the order of their signals.
    pub fn calculate_in_order(&self, values: &[Fr]) -> Result<Answer> {
        self.calculated(|signals| {
            let (mut values, mut end) = (values.iter(), 0);
            for input in &self.parts().inputs {
                let to = input.first + input.size;
                for signal in end.max(input.first)..to {
                    let value = values.next().copied();
                    signals[signal as usize] = value
                        .ok_or_else(|| Error::ArtifactMismatch("a value is missing".to_owned()))?;
                }
                end = end.max(to);
            }
            Ok(())
        })
    }

    fn calculated(&self, place: impl FnOnce(&mut [Fr]) -> Result<()>) -> Result<Answer> {
        let parts = self.parts();
        let constants = parts.constants.len();
        let signals = parts.signals as usize;
        let mut memory = Memory(vec![Fr::ZERO; constants + signals + self.temporaries]);
        let memory = &mut memory.0;
        memory[..constants].copy_from_slice(&parts.constants);
        let own = &mut memory[constants..constants + signals];
        own[0] = Fr::ONE;
        place(own)?;
        if let Some(place) = self.run(memory) {
            return Ok(Answer::False(place));
        }
        let values = &memory[constants..];
        let witness = parts.wires.iter().map(|signal| values[*signal as usize]);
        Ok(Answer::Witness(wtns(witness)))
    }

    fn place_inputs(&self, signals: &mut [Fr], inputs: &[(&str, &[u8])]) -> Result<()> {
        let mut given: Vec<(u32, u32)> = Vec::with_capacity(inputs.len());
        for (name, bytes) in inputs {
            let count = bytes.len() / FIELD_BYTES;
            let known = self
                .input(name)
                .filter(|known| known.size as usize * FIELD_BYTES == bytes.len());
            let Some(known) = known else {
                return Err(Error::ArtifactMismatch(format!(
                    "the circuit has no input {name} of {count} values"
                )));
            };
            let first = known.first as usize;
            for (signal, chunk) in signals[first..]
                .iter_mut()
                .zip(bytes.chunks_exact(FIELD_BYTES))
            {
                let words = words_below_r(chunk).ok_or_else(|| {
                    Error::ArtifactMismatch(format!("a value of input {name} is not below r"))
                })?;
                *signal = Fr::from(BigInt(words));
            }
            given.push((known.first, known.first + known.size));
        }
        given.sort_unstable();
        if given.windows(2).any(|pair| pair[0].1 > pair[1].0) {
            return Err(Error::ArtifactMismatch(
                "an input is given twice".to_owned(),
            ));
        }
        let (found, expected) = (
            given.iter().map(|(from, to)| to - from).sum::<u32>(),
            self.input_count(),
        );
        if found as usize == expected {
            return Ok(());
        }
        Err(Error::ArtifactMismatch(format!(
            "the circuit takes {expected} input values, {found} were given"
        )))
    }

    /// Run the circuit; the place of the first assertion that does not hold.
    fn run(&self, memory: &mut [Fr]) -> Option<Place> {
        let parts = self.parts();
        let constants = parts.constants.len();
        let mut running = Running {
            template: parts.templates.len() - 1,
            next: 0,
            temporaries: constants + parts.signals as usize,
            signals: constants + MAIN_BASE as usize,
        };
        let mut callers: Vec<Running> = Vec::new();
        loop {
            let code = &parts.templates[running.template];
            // By kind of operand; there is no fourth.
            let starts = [running.temporaries, running.signals, 0, 0];
            let at = |number: u32| starts[(number & 3) as usize] + (number >> 2) as usize;
            let mut called = None;
            for (step, instruction) in code.instructions[running.next..].iter().enumerate() {
                let [first, second, third] = instruction.operands;
                let op = instruction.op;
                let result = match op {
                    Op::Call => {
                        called = Some((step, first, second));
                        break;
                    }
                    Op::Assert => {
                        if memory[at(first)].is_zero() {
                            return Some(parts.places[second as usize].clone());
                        }
                        continue;
                    }
                    Op::Select => apply(
                        op,
                        memory[at(first)],
                        memory[at(second)],
                        memory[at(third)],
                        0,
                    ),
                    _ if op.arity() == 1 => apply(op, memory[at(first)], Fr::ZERO, Fr::ZERO, third),
                    _ => apply(op, memory[at(first)], memory[at(second)], Fr::ZERO, 0),
                };
                memory[at(instruction.to)] = result;
            }
            running = match called {
                Some((step, template, base)) => {
                    callers.push(Running {
                        next: running.next + step + 1,
                        ..running
                    });
                    Running {
                        template: template as usize,
                        next: 0,
                        temporaries: running.temporaries + code.temporaries as usize,
                        signals: running.signals + base as usize,
                    }
                }
                None => callers.pop()?,
            };
        }
    }
}

/// The bytes of a `.wtns` with these values.
fn wtns(witness: impl ExactSizeIterator<Item = Fr>) -> Vec<u8> {
    let (count, size) = (witness.len() as u32, witness.len() * FIELD_BYTES);
    let mut file = Vec::with_capacity(HEAD_BYTES + size);
    let word = |number: u32| number.to_le_bytes();
    file.extend_from_slice(b"wtns");
    for number in [2, 2, 1] {
        file.extend(word(number));
    }
    file.extend((FIELD_BYTES as u64 + 8).to_le_bytes());
    file.extend(word(FIELD_BYTES as u32));
    file.extend(limb_bytes(&Fr::MODULUS));
    file.extend(word(count));
    file.extend(word(2));
    file.extend((size as u64).to_le_bytes());
    for value in witness {
        file.extend_from_slice(&limb_bytes(&value.into_bigint()));
    }
    file
}
