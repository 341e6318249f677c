//! What one run of a template does: nodes, and in their order the signals written, the components run, the assertions.

use std::collections::{BTreeSet, HashMap};

use super::nodes::{Id, Node, Nodes};
use super::operators::Op;

/// Something that a template does besides calculating.
#[derive(Clone, Debug)]
pub enum Effect {
    Store { signal: u32, node: Id },
    Call { template: u32, base: u32 },
    Assert { holds: Id, place: (String, u32) },
}

/// A template while it is traced, and after.
pub struct Template {
    pub name: String,
    /// Address of its first signal, in the component it was traced as.
    pub start: u32,
    pub nodes: Nodes,
    /// Effects, each with the number of nodes before it; nothing where a later one has replaced it.
    pub effects: Vec<Option<(usize, Effect)>>,
    /// Signals from the first to the last that it or its components use.
    pub span: u32,
    /// Elements in the machine's memory, by address.
    pub cells: HashMap<u32, Id>,
    /// Signals that it has written.
    pub written: HashMap<u32, Id>,
    /// The line that calls the function which is running.
    pub call_line: u32,
    stores: HashMap<u32, usize>,
    called: Vec<(u32, u32)>,
    read_unwritten: BTreeSet<u32>,
}

impl Template {
    pub fn new(name: &str, start: u32) -> Self {
        Self {
            name: name.to_owned(),
            start,
            nodes: Nodes::new(),
            effects: Vec::new(),
            span: 0,
            cells: HashMap::new(),
            written: HashMap::new(),
            call_line: 0,
            stores: HashMap::new(),
            called: Vec::new(),
            read_unwritten: BTreeSet::new(),
        }
    }

    pub fn effect(&mut self, effect: Effect) {
        self.effects.push(Some((self.nodes.len(), effect)));
    }

    /// The value of a signal: as written here, or as it is found.
    pub fn read(&mut self, signal: u32) -> Id {
        if let Some(node) = self.written.get(&signal) {
            return *node;
        }
        self.span = self.span.max(signal + 1);
        self.read_unwritten.insert(signal);
        self.nodes.signal(signal)
    }

    /// Write a signal; one that has been read before has no one value.
    pub fn write(&mut self, signal: u32, node: Id) -> Result<(), &'static str> {
        if self.read_unwritten.contains(&signal) {
            return Err("a signal that is read before it is written");
        }
        self.span = self.span.max(signal + 1);
        self.written.insert(signal, node);
        if let Some(earlier) = self.stores.insert(signal, self.effects.len()) {
            self.effects[earlier] = None;
        }
        self.effect(Effect::Store { signal, node });
        Ok(())
    }

    /// A component has all its inputs and runs. What it may write must not have been read before.
    pub fn call(&mut self, template: u32, base: u32, span: u32) -> Result<(), &'static str> {
        let end = base.saturating_add(span);
        self.span = self.span.max(end);
        if self.read_unwritten.range(base..end).next().is_some() {
            return Err("a signal of a component that is read before the component runs");
        }
        if self
            .called
            .iter()
            .any(|(from, to)| base < *to && *from < end)
        {
            return Err("a component that runs twice");
        }
        self.called.push((base, end));
        self.effect(Effect::Call { template, base });
        Ok(())
    }

    /// What a node is where these conditions are known.
    pub fn under(&self, assumed: &HashMap<Id, bool>, mut node: Id) -> Id {
        while let Node::Apply(Op::Select, [condition, then, other]) = self.nodes.get(node) {
            node = match assumed.get(&condition) {
                Some(true) => then,
                Some(false) => other,
                None => break,
            };
        }
        node
    }

    /// What tracing alone needed is let go.
    pub fn finish(&mut self) {
        self.cells = HashMap::new();
        self.written = HashMap::new();
        self.stores = HashMap::new();
        self.called = Vec::new();
        self.read_unwritten = BTreeSet::new();
    }
}
