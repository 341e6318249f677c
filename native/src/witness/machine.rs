//! A machine for a circuit's templates, which knows addresses and counters but not the signals: each template is run once,
//! and what it does to field elements is written down as nodes.

mod flow;
mod memory;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use self::flow::{Exit, Flow};
use super::nodes::Id;
use super::refusal::{source_name, unsound, unsupported};
use super::template::{Effect, Template};
use super::text::{Function, Instr, Module};
use crate::error::{Error, Result};

/// Instructions in all; the largest of our circuits take a hundredth.
const STEP_LIMIT: u64 = 1 << 34;

/// Calls within calls, of templates and functions together.
const DEPTH_LIMIT: usize = 400;

/// Bytes that an element takes in memory.
pub const ELEMENT: u32 = 40;

/// A number that the machine works with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    Known(u32),
    /// 1 where the node is not 0, else 0; or the other way round.
    Truth(Id, bool),
    /// Two ways came together with different numbers.
    Mixed,
}

/// A function that is running.
struct Activation<'f> {
    name: &'f str,
    locals: Vec<Word>,
    stack: Vec<Word>,
    /// The blocks around, each with whether it is a loop; the first is the function.
    labels: Vec<(u64, bool)>,
}

/// The machine.
pub struct Machine<'a> {
    pub module: &'a Module<'a>,
    functions: HashMap<Rc<str>, Rc<Function>>,
    memory: Vec<u8>,
    mixed: HashSet<u32>,
    journal: Vec<(u32, u32)>,
    pub signals: std::ops::Range<u32>,
    pub templates: Vec<Template>,
    numbers: HashMap<Rc<str>, usize>,
    pub current: Template,
    exits: Vec<Exit>,
    assumed: HashMap<Id, bool>,
    /// Not 0 where this way is taken; nothing where it always is.
    path: Option<Id>,
    forks: usize,
    labels: u64,
    steps: u64,
    depth: usize,
    functions_running: usize,
    line: u32,
}

impl<'a> Machine<'a> {
    pub fn new(module: &'a Module<'a>, signals: std::ops::Range<u32>) -> Self {
        Self {
            module,
            functions: HashMap::new(),
            memory: module.memory.clone(),
            mixed: HashSet::new(),
            journal: Vec::new(),
            signals,
            templates: Vec::new(),
            numbers: HashMap::new(),
            current: Template::new("", 0),
            exits: Vec::new(),
            assumed: HashMap::new(),
            path: None,
            forks: 0,
            labels: 0,
            steps: 0,
            depth: 0,
            functions_running: 0,
            line: 0,
        }
    }

    fn unsupported(&self, construct: &str) -> Error {
        unsupported(&self.current.name, self.line, construct)
    }

    /// Call a function of the module with known numbers.
    pub fn call(&mut self, name: &str, arguments: &[u32]) -> Result<Option<Word>> {
        let words = arguments
            .iter()
            .map(|number| Word::Known(*number))
            .collect();
        self.run(name, words)
    }

    fn run(&mut self, name: &str, arguments: Vec<Word>) -> Result<Option<Word>> {
        if self.depth == DEPTH_LIMIT {
            return Err(self.unsupported("calls within calls without end"));
        }
        let function = self.function(name)?;
        self.labels += 1;
        let label = self.labels;
        let mut activation = Activation {
            name,
            locals: arguments,
            stack: Vec::new(),
            labels: vec![(label, false)],
        };
        activation.locals.resize(function.locals, Word::Known(0));
        self.depth += 1;
        let path = self.path;
        self.sequence(&mut activation, &function.body)?;
        self.close(label, path, None);
        self.depth -= 1;
        if !function.returns {
            return Ok(None);
        }
        // Every way out of a template or function that is not a refusal returns 0.
        Ok(Some(activation.stack.pop().unwrap_or(Word::Known(0))))
    }

    fn function(&mut self, name: &str) -> Result<Rc<Function>> {
        if let Some(function) = self.functions.get(name) {
            return Ok(Rc::clone(function));
        }
        let function = Rc::new(self.module.function(name)?);
        self.functions.insert(name.into(), Rc::clone(&function));
        Ok(function)
    }

    fn sequence(&mut self, activation: &mut Activation<'_>, body: &[Instr]) -> Result<Flow> {
        for (place, instr) in body.iter().enumerate() {
            self.steps += 1;
            if self.steps > STEP_LIMIT {
                return Err(Error::ResourceLimit(format!(
                    "a circuit of more than {STEP_LIMIT} steps: prove with its .wasm"
                )));
            }
            let flow = match instr {
                Instr::Block(inner) => self.block(activation, inner)?,
                Instr::Loop(inner) => self.repeat(activation, inner)?,
                Instr::If(then, other) => match self.pop(activation)? {
                    Word::Known(0) => self.inside(activation, other)?,
                    Word::Known(_) => self.inside(activation, then)?,
                    word => self.fork(activation, word, then, other)?,
                },
                Instr::BranchIf(depth) => match self.pop(activation)? {
                    Word::Known(0) => Flow::Next,
                    Word::Known(_) => Flow::To(self.label(activation, *depth)?),
                    // Within an `if` the block is one further out.
                    word => {
                        let leave = [Instr::Branch(*depth + 1)];
                        self.fork(activation, word, &leave, &[])?
                    }
                },
                Instr::Branch(depth) => Flow::To(self.label(activation, *depth)?),
                Instr::Return => Flow::To(activation.labels[0].0),
                Instr::Call(name) => {
                    let call_line = match body.get(place + 1..place + 3) {
                        Some([Instr::Tee(_), Instr::If(then, _)]) => match then.as_slice() {
                            [Instr::Const(message), Instr::Const(line), ..] => {
                                Some((*message as usize, *line))
                            }
                            _ => None,
                        },
                        _ => None,
                    };
                    self.called(activation, name, call_line)?;
                    Flow::Next
                }
                plain => {
                    self.plain(activation, plain)?;
                    Flow::Next
                }
            };
            if flow != Flow::Next {
                return Ok(flow);
            }
        }
        Ok(Flow::Next)
    }

    fn pop(&self, activation: &mut Activation<'_>) -> Result<Word> {
        let word = activation.stack.pop();
        word.ok_or_else(|| unsound(format!("{} takes from an empty stack", activation.name)))
    }

    fn known(&self, activation: &mut Activation<'_>) -> Result<u32> {
        match self.pop(activation)? {
            Word::Known(number) => Ok(number),
            _ => Err(self.unsupported("a number that depends on a signal")),
        }
    }

    fn plain(&mut self, activation: &mut Activation<'_>, instr: &Instr) -> Result<()> {
        match instr {
            Instr::Const(number) => activation.stack.push(Word::Known(*number)),
            Instr::Get(local) => activation.stack.push(activation.locals[*local]),
            Instr::Set(local) => activation.locals[*local] = self.pop(activation)?,
            Instr::Tee(local) => {
                let word = self.pop(activation)?;
                activation.locals[*local] = word;
                activation.stack.push(word);
            }
            Instr::Binary(operation) => {
                let (b, a) = (self.known(activation)?, self.known(activation)?);
                activation.stack.push(Word::Known(operation(a, b)));
            }
            Instr::IsZero => {
                let word = match self.pop(activation)? {
                    Word::Known(number) => Word::Known(u32::from(number == 0)),
                    Word::Truth(node, inverted) => Word::Truth(node, !inverted),
                    Word::Mixed => Word::Mixed,
                };
                activation.stack.push(word);
            }
            Instr::Load(offset) => {
                let address = self.known(activation)?.wrapping_add(*offset);
                activation.stack.push(Word::Known(self.load(address)?));
            }
            Instr::Store(offset) => {
                let (value, address) = (self.known(activation)?, self.known(activation)?);
                self.store(address.wrapping_add(*offset), value)?;
            }
            Instr::Drop => drop(self.pop(activation)?),
            Instr::Line(line) => self.line = *line,
            Instr::Other(name) => return Err(self.unsupported(&format!("the instruction {name}"))),
            Instr::CallIndirect => {
                let number = self.known(activation)? as usize;
                let name = self.module.table.get(number).cloned();
                let name = name.ok_or_else(|| unsound(format!("there is no template {number}")))?;
                self.called(activation, &name, None)?;
            }
            Instr::RefuseIf(message, line) => {
                let holds = match self.pop(activation)? {
                    Word::Known(number) => {
                        let nodes = &self.current.nodes;
                        if number == 0 { nodes.one } else { nodes.zero }
                    }
                    Word::Truth(node, true) => node,
                    Word::Truth(node, false) => self.current.nodes.not(node),
                    Word::Mixed => {
                        return Err(self
                            .unsupported("an assertion about a number that depends on a signal"));
                    }
                };
                self.line = *line;
                let place = self.place(*message, *line)?;
                self.current.assert(holds, self.path, place);
            }
            _ => {
                return Err(unsound(format!(
                    "an instruction out of its place in {}",
                    activation.name
                )));
            }
        }
        Ok(())
    }

    /// The template and line that a refusal is about: a function's are those of the template that called it.
    fn place(&self, message: usize, line: u32) -> Result<(String, u32)> {
        let text = self.module.messages.get(message);
        let text = text.ok_or_else(|| unsound(format!("there is no message {message}")))?;
        match text.strip_prefix("Error in template ") {
            Some(name) => Ok((source_name(name).to_owned(), line)),
            None => Ok((
                source_name(&self.current.name).to_owned(),
                self.current.call_line,
            )),
        }
    }

    fn called(
        &mut self,
        activation: &mut Activation<'_>,
        name: &Rc<str>,
        call: Option<(usize, u32)>,
    ) -> Result<()> {
        if let Some(word) = self.builtin(activation, name)? {
            activation.stack.extend(word);
            return Ok(());
        }
        if name.ends_with("_run") {
            let component = self.known(activation)?;
            self.run_template(name, component)?;
            activation.stack.push(Word::Known(0));
            return Ok(());
        }
        let parameters = self.function(name)?.parameters;
        let mut arguments = Vec::with_capacity(parameters);
        for _ in 0..parameters {
            arguments.push(self.pop(activation)?);
        }
        arguments.reverse();
        let from_template = activation.name.ends_with("_run");
        if let (true, Some((_, line))) = (from_template, call) {
            self.current.call_line = line;
        }
        let line = self.line;
        self.functions_running += usize::from(from_template);
        let result = self.run(name, arguments)?;
        self.functions_running -= usize::from(from_template);
        self.line = line;
        activation.stack.extend(result);
        Ok(())
    }

    /// A component runs: its template is traced the first time, and called from then on.
    fn run_template(&mut self, name: &Rc<str>, component: u32) -> Result<()> {
        if self.path.is_some() {
            return Err(self.unsupported("a component that runs only where a signal says so"));
        }
        let start = self.load(component.wrapping_add(4))?;
        let number = match self.numbers.get(name) {
            Some(number) => *number,
            None => self.trace(name, component, start)?,
        };
        let from = self.current.start;
        let span = self.templates[number].span;
        let base = start.checked_sub(from).map(|bytes| bytes / ELEMENT);
        let base =
            base.ok_or_else(|| unsound(format!("{name} lies before the template that runs it")))?;
        let line = self.line;
        let called = self.current.call(number as u32, base, span);
        called.map_err(|construct| unsupported(&self.current.name, line, construct))
    }

    /// Run a template once, as a component that has been made; its number.
    pub fn trace(&mut self, name: &Rc<str>, component: u32, start: u32) -> Result<usize> {
        let outer = std::mem::replace(&mut self.current, Template::new(name, start));
        let (exits, assumed) = (
            std::mem::take(&mut self.exits),
            std::mem::take(&mut self.assumed),
        );
        let (path, forks, line) = (self.path.take(), std::mem::take(&mut self.forks), self.line);
        self.run(name, vec![Word::Known(component)])?;
        (self.exits, self.assumed) = (exits, assumed);
        (self.path, self.forks, self.line) = (path, forks, line);
        let mut traced = std::mem::replace(&mut self.current, outer);
        traced.finish();
        self.templates.push(traced);
        self.numbers.insert(name.clone(), self.templates.len() - 1);
        Ok(self.templates.len() - 1)
    }

    fn builtin(
        &mut self,
        activation: &mut Activation<'_>,
        name: &str,
    ) -> Result<Option<Option<Word>>> {
        super::arithmetic::call(self, name, &mut activation.stack)
    }

    /// Refuse, where this way is taken, if a node is 0.
    pub fn require(&mut self, node: Id) {
        let line = if self.functions_running > 0 {
            self.current.call_line
        } else {
            self.line
        };
        let place = (source_name(&self.current.name).to_owned(), line);
        self.current.assert(node, self.path, place);
    }

    /// A refusal that names where the machine is.
    pub fn refuse(&self, construct: &str) -> Error {
        self.unsupported(construct)
    }
}

impl Template {
    fn assert(&mut self, holds: Id, path: Option<Id>, place: (String, u32)) {
        let holds = match path {
            Some(path) => self.nodes.select(path, holds, self.nodes.one),
            None => holds,
        };
        let known = self.nodes.value(holds);
        if known.is_none_or(|value| value == ark_bn254::Fr::from(0u8)) {
            self.effect(Effect::Assert { holds, place });
        }
    }
}
