//! The values of one template as nodes: equal ones are one node, and what is known already is not calculated again.

use std::collections::HashMap;

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, BigInt, Field, PrimeField};

use super::operators::{Op, apply};
use crate::error::{Error, Result};

/// Nodes of one template; the largest of ours has a third of a million.
const NODE_LIMIT: usize = 1 << 25;

/// A place among the nodes. A node's operands come before it.
pub type Id = u32;

/// What a node's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    /// A number in a slot's form, by its place among the constants.
    Constant(u32),
    /// A signal, counted from the template's first.
    Signal(u32),
    /// An operation on nodes; the third operand of `Bit` is a number.
    Apply(Op, [Id; 3]),
}

/// The nodes of a template.
pub struct Nodes {
    list: Vec<Node>,
    known: HashMap<Node, Id>,
    constants: Vec<Fr>,
    constant_places: HashMap<BigInt<4>, u32>,
    /// 0 and 1, the same in both forms of a slot for 0 only.
    pub zero: Id,
    pub one: Id,
}

impl Nodes {
    pub fn new() -> Self {
        let mut nodes = Self {
            list: Vec::new(),
            known: HashMap::new(),
            constants: Vec::new(),
            constant_places: HashMap::new(),
            zero: 0,
            one: 1,
        };
        nodes.zero = nodes.constant(Fr::ZERO);
        nodes.one = nodes.constant(Fr::ONE);
        nodes
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Refuse where there are too many.
    pub fn check_room(&self) -> Result<()> {
        if self.list.len() < NODE_LIMIT {
            return Ok(());
        }
        let message =
            format!("a template of more than {NODE_LIMIT} operations: prove with its .wasm");
        Err(Error::ResourceLimit(message))
    }

    pub fn get(&self, id: Id) -> Node {
        self.list[id as usize]
    }

    /// The number that a node is, if it is one.
    pub fn value(&self, id: Id) -> Option<Fr> {
        match self.get(id) {
            Node::Constant(place) => Some(self.constants[place as usize]),
            _ => None,
        }
    }

    pub fn constant(&mut self, value: Fr) -> Id {
        let constants = &mut self.constants;
        let place = *self.constant_places.entry(value.0).or_insert_with(|| {
            constants.push(value);
            constants.len() as u32 - 1
        });
        self.intern(Node::Constant(place))
    }

    pub fn signal(&mut self, place: u32) -> Id {
        self.intern(Node::Signal(place))
    }

    fn intern(&mut self, node: Node) -> Id {
        let list = &mut self.list;
        *self.known.entry(node).or_insert_with(|| {
            list.push(node);
            list.len() as u32 - 1
        })
    }

    /// Whether a node is 0 or 1, as a field, whatever the inputs.
    fn is_truth(&self, id: Id) -> bool {
        match self.get(id) {
            Node::Constant(_) => id == self.zero || id == self.one,
            Node::Signal(_) => false,
            Node::Apply(Op::Select, [_, then, other]) => {
                self.is_truth(then) && self.is_truth(other)
            }
            Node::Apply(op, _) => matches!(
                op,
                Op::Equal | Op::Less | Op::AtMost | Op::And | Op::Or | Op::Not | Op::Bit
            ),
        }
    }

    /// A node as it comes, or the number that it is.
    fn plain(&mut self, op: Op, operands: [Id; 3]) -> Id {
        let arity = op.arity();
        let mut values = [Fr::ZERO; 3];
        for (value, operand) in values.iter_mut().zip(operands).take(arity) {
            match self.value(operand) {
                Some(known) => *value = known,
                None => return self.intern(Node::Apply(op, operands)),
            }
        }
        let bit = operands[2];
        self.constant(apply(op, values[0], values[1], values[2], bit))
    }

    fn one_of(&mut self, op: Op, a: Id) -> Id {
        self.plain(op, [a, self.zero, self.zero])
    }

    fn two_of(&mut self, op: Op, a: Id, b: Id) -> Id {
        self.plain(op, [a, b, self.zero])
    }

    /// As `two_of` for operations that do not mind the order.
    fn both(&mut self, op: Op, a: Id, b: Id) -> Id {
        self.two_of(op, a.min(b), a.max(b))
    }

    pub fn add(&mut self, a: Id, b: Id) -> Id {
        match (a == self.zero, b == self.zero) {
            (true, _) => b,
            (_, true) => a,
            _ => self.both(Op::Add, a, b),
        }
    }

    pub fn sub(&mut self, a: Id, b: Id) -> Id {
        match (a == b, b == self.zero) {
            (true, _) => self.zero,
            (_, true) => a,
            _ => self.two_of(Op::Sub, a, b),
        }
    }

    pub fn mul(&mut self, a: Id, b: Id) -> Id {
        if a == self.zero || b == self.zero || self.vanishes(a, b) || self.vanishes(b, a) {
            return self.zero;
        }
        if a == self.one {
            return b;
        }
        if b == self.one {
            return a;
        }
        if self.is_truth(a) {
            return self.select(a, b, self.zero);
        }
        if self.is_truth(b) {
            return self.select(b, a, self.zero);
        }
        self.both(Op::Mul, a, b)
    }

    /// Whether x * (x - w) is 0 because x can only be 0 or w.
    fn vanishes(&self, x: Id, difference: Id) -> bool {
        let Node::Apply(Op::Sub, [minuend, w, _]) = self.get(difference) else {
            return false;
        };
        if minuend != x {
            return false;
        }
        match self.get(x) {
            Node::Apply(Op::Select, [_, then, other]) if (then, other) == (w, self.zero) => true,
            Node::Apply(Op::Select, [_, then, other]) if (other, then) == (w, self.zero) => true,
            _ => w == self.one && self.is_truth(x),
        }
    }

    pub fn neg(&mut self, a: Id) -> Id {
        self.one_of(Op::Neg, a)
    }

    pub fn div(&mut self, a: Id, b: Id) -> Id {
        let inverse = self.one_of(Op::Inv, b);
        self.mul(a, inverse)
    }

    pub fn pow(&mut self, a: Id, b: Id) -> Id {
        let exponent = self.whole(b);
        self.two_of(Op::Pow, a, exponent)
    }

    fn whole(&mut self, a: Id) -> Id {
        match self.get(a) {
            Node::Apply(Op::Field, [whole, ..]) => whole,
            _ => self.one_of(Op::Whole, a),
        }
    }

    /// An operation on the integers that two fields stand for, as a field again.
    pub fn on_wholes(&mut self, op: Op, a: Id, b: Id) -> Id {
        let (a, b) = (self.whole(a), self.whole(b));
        if op == Op::BitAnd {
            let one = self.constant(super::operators::slot(BigInt::from(1u8)));
            for (x, mask) in [(a, b), (b, a)] {
                if mask == one {
                    return self.lowest_bit(x);
                }
            }
        }
        let whole = self.two_of(op, a, b);
        self.one_of(Op::Field, whole)
    }

    fn lowest_bit(&mut self, whole: Id) -> Id {
        if let Node::Apply(Op::ShiftRight, [x, places, _]) = self.get(whole)
            && let Some(places) = self.value(places)
            && places.0 < BigInt::from(Fr::MODULUS_BIT_SIZE)
        {
            return self.plain(Op::Bit, [x, self.zero, places.0.0[0] as u32]);
        }
        self.plain(Op::Bit, [whole, self.zero, 0])
    }

    pub fn complement(&mut self, a: Id) -> Id {
        let whole = self.whole(a);
        let whole = self.one_of(Op::BitNot, whole);
        self.one_of(Op::Field, whole)
    }

    pub fn less(&mut self, a: Id, b: Id) -> Id {
        let (a, b) = (self.whole(a), self.whole(b));
        self.two_of(Op::Less, a, b)
    }

    pub fn at_most(&mut self, a: Id, b: Id) -> Id {
        let (a, b) = (self.whole(a), self.whole(b));
        self.two_of(Op::AtMost, a, b)
    }

    pub fn equal(&mut self, a: Id, b: Id) -> Id {
        if a == b {
            return self.one;
        }
        for (x, other) in [(a, b), (b, a)] {
            if other == self.zero {
                return self.not(x);
            }
            if other == self.one && self.is_truth(x) {
                return x;
            }
        }
        self.both(Op::Equal, a, b)
    }

    pub fn not(&mut self, a: Id) -> Id {
        match self.get(a) {
            Node::Apply(Op::Not, [x, ..]) if self.is_truth(x) => x,
            _ => self.one_of(Op::Not, a),
        }
    }

    /// The condition that a `Not` inverts, and what it is then.
    pub fn uninverted(&self, condition: Id, holds: bool) -> (Id, bool) {
        match self.get(condition) {
            Node::Apply(Op::Not, [x, ..]) => (x, !holds),
            _ => (condition, holds),
        }
    }

    pub fn and(&mut self, a: Id, b: Id) -> Id {
        for (x, other) in [(a, b), (b, a)] {
            if x == self.zero {
                return self.zero;
            }
            if self.value(x).is_some() && self.is_truth(other) {
                return other;
            }
        }
        self.both(Op::And, a, b)
    }

    pub fn or(&mut self, a: Id, b: Id) -> Id {
        for (x, other) in [(a, b), (b, a)] {
            if x == self.zero && self.is_truth(other) {
                return other;
            }
            if self.value(x).is_some() && x != self.zero {
                return self.one;
            }
        }
        self.both(Op::Or, a, b)
    }

    pub fn select(&mut self, condition: Id, then: Id, other: Id) -> Id {
        if let Some(known) = self.value(condition) {
            return if known == Fr::ZERO { other } else { then };
        }
        if let Node::Apply(Op::Not, [x, ..]) = self.get(condition) {
            return self.select(x, other, then);
        }
        let then = match self.get(then) {
            Node::Apply(Op::Select, [same, inner, _]) if same == condition => inner,
            _ => then,
        };
        let other = match self.get(other) {
            Node::Apply(Op::Select, [same, _, inner]) if same == condition => inner,
            _ => other,
        };
        if then == other {
            return then;
        }
        if (then, other) == (self.one, self.zero) && self.is_truth(condition) {
            return condition;
        }
        if (then, other) == (self.zero, self.one) {
            return self.not(condition);
        }
        self.plain(Op::Select, [condition, then, other])
    }
}
