//! The functions of the compiler's runtime that a template calls, known by their names: field arithmetic becomes nodes.

use super::element::index;
use super::machine::{ELEMENT, Machine, Word};
use super::nodes::{Id, Nodes};
use super::operators::Op;
use crate::error::Result;

/// Elements that one instruction may copy.
const COPY_LIMIT: u32 = 1 << 24;

/// Call `name` if it is one of them: what it leaves on the stack, if anything.
pub fn call(
    machine: &mut Machine<'_>,
    name: &str,
    stack: &mut Vec<Word>,
) -> Result<Option<Option<Word>>> {
    let Some(name) = name.strip_prefix("Fr_") else {
        return runtime(machine, name, stack);
    };
    Ok(Some(match name {
        "copy" => {
            let (from, to) = (machine.address(stack)?, machine.address(stack)?);
            copy(machine, to, from, 1)?;
            None
        }
        "copyn" => {
            let (count, from, to) = (
                machine.address(stack)?,
                machine.address(stack)?,
                machine.address(stack)?,
            );
            copy(machine, to, from, count)?;
            None
        }
        "isTrue" => {
            let at = machine.address(stack)?;
            let node = machine.element(at)?;
            let known = machine.current.nodes.value(node);
            Some(match known {
                Some(value) => Word::Known(u32::from(value != ark_bn254::Fr::from(0u8))),
                None => Word::Truth(node, false),
            })
        }
        "toInt" => {
            let at = machine.address(stack)?;
            let node = machine.element(at)?;
            let Some(value) = machine.current.nodes.value(node) else {
                return Err(machine.refuse("an index that depends on a signal"));
            };
            let number = index(value);
            Some(Word::Known(number.ok_or_else(|| {
                machine.refuse("an index that is no 32-bit number")
            })?))
        }
        "neg" | "bnot" | "lnot" => {
            let (a, to) = (machine.address(stack)?, machine.address(stack)?);
            let a = machine.element(a)?;
            let nodes = &mut machine.current.nodes;
            let result = match name {
                "neg" => nodes.neg(a),
                "bnot" => nodes.complement(a),
                _ => nodes.not(a),
            };
            machine.set_element(to, result)?;
            None
        }
        _ => {
            let Some(operation) = binary(name) else {
                return Err(machine.refuse(&format!("the operation Fr_{name}")));
            };
            let (b, a, to) = (
                machine.address(stack)?,
                machine.address(stack)?,
                machine.address(stack)?,
            );
            let (a, b) = (machine.element(a)?, machine.element(b)?);
            if matches!(name, "idiv" | "mod") {
                // Circom's own generators stop here as well.
                machine.require(b);
            }
            let result = operation(&mut machine.current.nodes, a, b);
            machine.set_element(to, result)?;
            None
        }
    }))
}

fn copy(machine: &mut Machine<'_>, to: u32, from: u32, count: u32) -> Result<()> {
    if count > COPY_LIMIT {
        return Err(machine.refuse("an array of more than 2^24 elements"));
    }
    for step in 0..count {
        let node = machine.element(from.wrapping_add(step * ELEMENT))?;
        machine.set_element(to.wrapping_add(step * ELEMENT), node)?;
    }
    Ok(())
}

type Binary = fn(&mut Nodes, Id, Id) -> Id;

fn binary(name: &str) -> Option<Binary> {
    Some(match name {
        "add" => Nodes::add,
        "sub" => Nodes::sub,
        "mul" => Nodes::mul,
        "div" => Nodes::div,
        "pow" => Nodes::pow,
        "idiv" => |nodes, a, b| nodes.on_wholes(Op::Quotient, a, b),
        "mod" => |nodes, a, b| nodes.on_wholes(Op::Remainder, a, b),
        "shl" => |nodes, a, b| nodes.on_wholes(Op::ShiftLeft, a, b),
        "shr" => |nodes, a, b| nodes.on_wholes(Op::ShiftRight, a, b),
        "band" => |nodes, a, b| nodes.on_wholes(Op::BitAnd, a, b),
        "bor" => |nodes, a, b| nodes.on_wholes(Op::BitOr, a, b),
        "bxor" => |nodes, a, b| nodes.on_wholes(Op::BitXor, a, b),
        "eq" => Nodes::equal,
        "neq" => |nodes, a, b| {
            let equal = nodes.equal(a, b);
            nodes.not(equal)
        },
        "lt" => Nodes::less,
        "gt" => |nodes, a, b| nodes.less(b, a),
        "leq" => Nodes::at_most,
        "geq" => |nodes, a, b| nodes.at_most(b, a),
        "land" => Nodes::and,
        "lor" => Nodes::or,
        _ => return None,
    })
}

/// What is no arithmetic: the stack, and what `log` prints, which nobody reads here.
fn runtime(
    machine: &mut Machine<'_>,
    name: &str,
    stack: &mut Vec<Word>,
) -> Result<Option<Option<Word>>> {
    Ok(Some(match name {
        "reserveStackFr" => {
            let bytes = machine.address(stack)?;
            Some(Word::Known(machine.reserve(bytes)?))
        }
        "buildLogMessage" | "copyFr2SharedRWMemory" => {
            stack.pop();
            None
        }
        "writeBufferMessage" | "showSharedRWMemory" => None,
        _ => return Ok(None),
    }))
}
