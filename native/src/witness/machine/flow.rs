//! Blocks, and choices by what is not known: an `if` on a signal runs both ways, and what either writes is chosen by the
//! condition. A way that leaves a block or function early goes on as the others do, and its writes stand.

use super::super::nodes::Id;
use super::super::refusal::unsound;
use super::super::text::Instr;
use super::{Activation, Machine, Word};
use crate::error::Result;

/// Ways out of one block that depend on signals; a loop that needs more has no end that is known.
const EXIT_LIMIT: usize = 1 << 13;

/// How a sequence of instructions ended: with its last, or by going to the end of a block.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    Next,
    To(u64),
}

/// A way that left a block early.
pub(super) struct Exit {
    label: u64,
    /// Not 0 where that way was taken.
    taken: Id,
    locals: Vec<Word>,
}

impl Machine<'_> {
    pub(super) fn label(&self, activation: &Activation<'_>, depth: usize) -> Result<u64> {
        let labels = activation.labels.len();
        let index = labels.checked_sub(depth + 1);
        let index = index.ok_or_else(|| {
            unsound(format!(
                "{} leaves more blocks than there are",
                activation.name
            ))
        })?;
        Ok(activation.labels[index].0)
    }

    pub(super) fn opened(&mut self, activation: &mut Activation<'_>, is_loop: bool) -> u64 {
        self.labels += 1;
        activation.labels.push((self.labels, is_loop));
        self.labels
    }

    pub(super) fn block(
        &mut self,
        activation: &mut Activation<'_>,
        body: &[Instr],
    ) -> Result<Flow> {
        let label = self.opened(activation, false);
        let path = self.path;
        let flow = self.sequence(activation, body)?;
        activation.labels.pop();
        self.close(label, path, Some(&mut activation.locals));
        Ok(if flow == Flow::To(label) {
            Flow::Next
        } else {
            flow
        })
    }

    /// The body of an `if` is a block as well.
    pub(super) fn inside(
        &mut self,
        activation: &mut Activation<'_>,
        body: &[Instr],
    ) -> Result<Flow> {
        if body.is_empty() {
            Ok(Flow::Next)
        } else {
            self.block(activation, body)
        }
    }

    pub(super) fn repeat(
        &mut self,
        activation: &mut Activation<'_>,
        body: &[Instr],
    ) -> Result<Flow> {
        let label = self.opened(activation, true);
        loop {
            let flow = self.sequence(activation, body)?;
            if flow != Flow::To(label) {
                activation.labels.pop();
                return Ok(flow);
            }
            self.current.nodes.check_room()?;
        }
    }

    /// The ways that left this block come together again here.
    pub(super) fn close(
        &mut self,
        label: u64,
        path: Option<Id>,
        mut locals: Option<&mut Vec<Word>>,
    ) {
        if !self.exits.iter().any(|exit| exit.label == label) {
            return;
        }
        self.path = path;
        for exit in std::mem::take(&mut self.exits) {
            if exit.label != label {
                self.without(exit.taken);
                self.exits.push(exit);
                continue;
            }
            let (condition, _) = self.current.nodes.uninverted(exit.taken, true);
            self.assumed.remove(&condition);
            for (here, there) in locals
                .iter_mut()
                .flat_map(|locals| locals.iter_mut())
                .zip(exit.locals)
            {
                if *here != there {
                    *here = Word::Mixed;
                }
            }
        }
    }

    /// From here on, the way where `taken` is not 0 is another one.
    pub(super) fn without(&mut self, taken: Id) {
        let other = self.current.nodes.not(taken);
        self.path = Some(self.conjunction(other));
    }

    pub(super) fn conjunction(&mut self, condition: Id) -> Id {
        let nodes = &mut self.current.nodes;
        match self.path {
            Some(path) => nodes.and(path, condition),
            None => condition,
        }
    }

    /// Go both ways.
    pub(super) fn fork(
        &mut self,
        activation: &mut Activation<'_>,
        word: Word,
        then: &[Instr],
        other: &[Instr],
    ) -> Result<Flow> {
        let Word::Truth(node, inverted) = word else {
            return Err(self.unsupported("a choice by a number that depends on a signal"));
        };
        let (path, exits, mark, before) = (
            self.path,
            self.exits.len(),
            self.journal.len(),
            activation.locals.clone(),
        );
        let height = activation.stack.len();
        self.forks += 1;
        let mut ways = Vec::with_capacity(2);
        for (body, taken) in [(then, !inverted), (other, inverted)] {
            let condition = if taken {
                node
            } else {
                self.current.nodes.not(node)
            };
            self.path = path;
            let way = self.conjunction(condition);
            self.path = Some(way);
            let known = [self.assume(node, taken), self.assume(way, true)];
            let flow = self.inside(activation, body)?;
            for (node, before) in known.into_iter().rev() {
                match before {
                    Some(before) => self.assumed.insert(node, before),
                    None => self.assumed.remove(&node),
                };
            }
            if flow == Flow::Next && activation.stack.len() != height {
                return Err(self.unsupported("a number that depends on a signal"));
            }
            activation.stack.truncate(height);
            let locals = std::mem::replace(&mut activation.locals, before.clone());
            ways.push((flow, self.path, locals, self.undone(mark)?));
        }
        self.forks -= 1;
        let (Some(other), Some(then)) = (ways.pop(), ways.pop()) else {
            return Ok(Flow::Next);
        };
        let (stays, leaves) = match (then.0, other.0) {
            (Flow::To(_), Flow::Next) => (other, Some(then)),
            (Flow::Next, Flow::To(_)) => (then, Some(other)),
            (one, two) if one == two => {
                self.redone(&then.3, &other.3);
                activation.locals = then.2;
                for (here, there) in activation.locals.iter_mut().zip(other.2) {
                    if *here != there {
                        *here = Word::Mixed;
                    }
                }
                self.rejoin(path, exits);
                return Ok(one);
            }
            _ => return Err(self.unsupported("two ways out of a block that depend on a signal")),
        };
        self.redone(&stays.3, &stays.3);
        activation.locals = stays.2;
        if let Some((Flow::To(label), Some(taken), locals, _)) = leaves {
            if activation.labels.contains(&(label, true)) {
                return Err(self.unsupported("a loop that depends on a signal"));
            }
            if self.exits.len() == EXIT_LIMIT {
                return Err(self.unsupported("a loop whose end depends on a signal"));
            }
            self.exits.push(Exit {
                label,
                taken,
                locals,
            });
            self.assume(taken, false);
        }
        self.rejoin(path, exits);
        Ok(Flow::Next)
    }

    /// Take a node for not 0, or for 0: the condition that this is about, and what was known of it before.
    pub(super) fn assume(&mut self, node: Id, holds: bool) -> (Id, Option<bool>) {
        let (condition, holds) = self.current.nodes.uninverted(node, holds);
        (condition, self.assumed.insert(condition, holds))
    }

    /// The path before a fork, less the ways that left within it.
    pub(super) fn rejoin(&mut self, path: Option<Id>, exits: usize) {
        self.path = path;
        let left: Vec<Id> = self.exits[exits.min(self.exits.len())..]
            .iter()
            .map(|exit| exit.taken)
            .collect();
        for taken in left {
            self.without(taken);
        }
    }
}
