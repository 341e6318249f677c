//! From traced templates to code: what no wire and no assertion needs is dropped, and every value gets its slot.

use std::collections::HashMap;

use ark_bn254::Fr;
use ark_ff::BigInt;

use super::graph::{Code, Instruction, Kind, MAIN_BASE, Place, operand};
use super::nodes::{Id, Node, Nodes};
use super::operators::Op;
use super::template::{Effect, Template};

/// Code for all templates, and the constants and places that it refers to.
#[derive(Default)]
pub struct Lowered {
    pub templates: Vec<Code>,
    pub constants: Vec<Fr>,
    pub places: Vec<Place>,
    constant_numbers: HashMap<BigInt<4>, u32>,
    place_numbers: HashMap<Place, u32>,
}

/// Lower templates, of which each calls only those before it and the last is the circuit.
pub fn lower(templates: &[Template], wires: &[u32], signals: u32) -> Lowered {
    let mut is_wire = vec![false; signals as usize];
    for wire in wires {
        if let Some(wire) = is_wire.get_mut(*wire as usize) {
            *wire = true;
        }
    }
    let mut needed = needed_as_wires(templates, &is_wire);
    let mut lowered = Lowered::default();
    // Those that call come first: what they read of a component is what it has to write.
    for (number, template) in templates.iter().enumerate().rev() {
        let own = std::mem::take(&mut needed[number]);
        let code = Lowering::new(template, &own, &mut needed).code(&mut lowered);
        lowered.templates.push(code);
    }
    lowered.templates.reverse();
    lowered
}

/// For each template, which of its signals are a wire in some component.
fn needed_as_wires(templates: &[Template], is_wire: &[bool]) -> Vec<Vec<bool>> {
    let mut needed: Vec<Vec<bool>> = templates
        .iter()
        .map(|template| vec![false; template.span as usize])
        .collect();
    let mut waiting = vec![(templates.len() - 1, MAIN_BASE as usize)];
    while let Some((number, start)) = waiting.pop() {
        for (need, wire) in needed[number]
            .iter_mut()
            .zip(&is_wire[start.min(is_wire.len())..])
        {
            *need |= wire;
        }
        for (_, effect) in templates[number].effects.iter().flatten() {
            if let Effect::Call { template, base } = effect {
                waiting.push((*template as usize, start + *base as usize));
            }
        }
    }
    needed
}

struct Lowering<'a> {
    nodes: &'a Nodes,
    span: u32,
    /// What is left: nodes by their number, effects by their place.
    order: Vec<Step<'a>>,
    /// The last step that reads a node.
    last_use: Vec<usize>,
    /// Signals that a node's value is written to at once.
    home: HashMap<Id, u32>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Node(Id),
    Effect(&'a Effect),
}

impl<'a> Lowering<'a> {
    fn new(template: &'a Template, own: &[bool], needed: &mut [Vec<bool>]) -> Self {
        let nodes = &template.nodes;
        let mut calls: Vec<(u32, u32)> = Vec::new();
        for (_, effect) in template.effects.iter().flatten() {
            if let Effect::Call { template, base } = effect {
                calls.push((*base, *template));
            }
        }
        calls.sort_unstable();
        let component = |signal: u32, needed: &[Vec<bool>]| {
            let index = calls
                .partition_point(|(base, _)| *base <= signal)
                .checked_sub(1)?;
            let (base, number) = calls[index];
            let size = needed[number as usize].len() as u32;
            (signal - base < size).then_some((number as usize, signal - base))
        };

        let mut live = vec![false; nodes.len()];
        let mut effects = Vec::new();
        let mut home = HashMap::new();
        for (after, effect) in template.effects.iter().flatten() {
            match effect {
                Effect::Store { signal, node } => {
                    let wanted = own[*signal as usize] || component(*signal, needed).is_some();
                    // Signals are 0 until they are written.
                    if !wanted || *node == nodes.zero {
                        continue;
                    }
                    live[*node as usize] = true;
                    if matches!(nodes.get(*node), Node::Apply(..)) && !home.contains_key(node) {
                        home.insert(*node, *signal);
                        continue;
                    }
                }
                Effect::Assert { holds, .. } => live[*holds as usize] = true,
                Effect::Call { .. } => {}
            }
            effects.push((*after, effect));
        }
        for id in (0..nodes.len()).rev() {
            if !live[id] {
                continue;
            }
            match nodes.get(id as Id) {
                Node::Apply(op, operands) => {
                    for operand in &operands[..op.arity()] {
                        live[*operand as usize] = true;
                    }
                }
                Node::Signal(signal) => {
                    if let Some((number, place)) = component(signal, needed) {
                        needed[number][place as usize] = true;
                    }
                }
                Node::Constant(_) => {}
            }
        }

        let mut order = Vec::new();
        let mut effects = effects.into_iter().peekable();
        for (id, live) in live.iter().enumerate() {
            while let Some((_, effect)) = effects.next_if(|(after, _)| *after <= id) {
                order.push(Step::Effect(effect));
            }
            if *live && matches!(nodes.get(id as Id), Node::Apply(..)) {
                order.push(Step::Node(id as Id));
            }
        }
        order.extend(effects.map(|(_, effect)| Step::Effect(effect)));
        let mut last_use = vec![0; nodes.len()];
        for (step, what) in order.iter().enumerate() {
            for id in read_by(nodes, *what) {
                last_use[id as usize] = step;
            }
        }
        Self {
            nodes,
            span: template.span,
            order,
            last_use,
            home,
        }
    }

    fn code(&self, lowered: &mut Lowered) -> Code {
        let mut slots: HashMap<Id, u32> = HashMap::new();
        let mut free: Vec<u32> = Vec::new();
        let mut code = Code {
            span: self.span,
            ..Code::default()
        };
        for (step, what) in self.order.iter().enumerate() {
            let place = |id: Id, lowered: &mut Lowered| match self.nodes.get(id) {
                Node::Constant(_) => operand(
                    Kind::Constant,
                    lowered.constant(self.nodes.value(id).unwrap_or_default()),
                ),
                Node::Signal(signal) => operand(Kind::Signal, signal),
                Node::Apply(..) => match self.home.get(&id) {
                    Some(signal) => operand(Kind::Signal, *signal),
                    None => operand(Kind::Temporary, slots.get(&id).copied().unwrap_or_default()),
                },
            };
            let mut instruction = match what {
                Step::Node(id) => {
                    let Node::Apply(op, mut operands) = self.nodes.get(*id) else {
                        continue;
                    };
                    for operand in &mut operands[..op.arity()] {
                        *operand = place(*operand, lowered);
                    }
                    if op != Op::Bit {
                        operands[op.arity()..].fill(0);
                    } else {
                        operands[1] = 0;
                    }
                    Instruction {
                        op,
                        to: 0,
                        operands,
                    }
                }
                Step::Effect(Effect::Store { signal, node }) => {
                    let to = operand(Kind::Signal, *signal);
                    Instruction {
                        op: Op::Copy,
                        to,
                        operands: [place(*node, lowered), 0, 0],
                    }
                }
                Step::Effect(Effect::Call { template, base }) => Instruction {
                    op: Op::Call,
                    to: 0,
                    operands: [*template, *base, 0],
                },
                Step::Effect(Effect::Assert { holds, place: at }) => {
                    let number = lowered.place(at);
                    Instruction {
                        op: Op::Assert,
                        to: 0,
                        operands: [place(*holds, lowered), number, 0],
                    }
                }
            };
            for id in read_by(self.nodes, *what) {
                if self.last_use[id as usize] == step
                    && let Some(slot) = slots.remove(&id)
                {
                    free.push(slot);
                }
            }
            if let Step::Node(id) = what {
                instruction.to = match self.home.get(id) {
                    Some(signal) => operand(Kind::Signal, *signal),
                    None => {
                        let slot = free.pop().unwrap_or_else(|| {
                            code.temporaries += 1;
                            code.temporaries - 1
                        });
                        slots.insert(*id, slot);
                        operand(Kind::Temporary, slot)
                    }
                };
            }
            code.instructions.push(instruction);
        }
        code
    }
}

/// The nodes that a step reads.
fn read_by(nodes: &Nodes, step: Step<'_>) -> Vec<Id> {
    match step {
        Step::Node(id) => match nodes.get(id) {
            Node::Apply(op, operands) => operands[..op.arity()].to_vec(),
            _ => Vec::new(),
        },
        Step::Effect(Effect::Store { node, .. }) => vec![*node],
        Step::Effect(Effect::Assert { holds, .. }) => vec![*holds],
        Step::Effect(Effect::Call { .. }) => Vec::new(),
    }
}

impl Lowered {
    fn constant(&mut self, value: Fr) -> u32 {
        let constants = &mut self.constants;
        *self.constant_numbers.entry(value.0).or_insert_with(|| {
            constants.push(value);
            constants.len() as u32 - 1
        })
    }

    fn place(&mut self, (template, line): &(String, u32)) -> u32 {
        let place = Place {
            template: template.clone(),
            line: *line,
        };
        let places = &mut self.places;
        *self.place_numbers.entry(place).or_insert_with_key(|place| {
            places.push(place.clone());
            places.len() as u32 - 1
        })
    }
}
