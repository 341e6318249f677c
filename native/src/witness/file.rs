//! .wgr: a witness graph as a file, version 1.
//!
//! ```text
//! section 1: element size u32 = 32 | r | signals u32
//! section 2: inputs: count, then { FNV-1a of the name u64 | first signal | values }, by their first signal
//! section 3: wires: count, then for each its signal less that of the wire before
//! section 4: constants: count, then 32 bytes each, a slot as it is (below r; Montgomery form where a field is meant)
//! section 5: places: count, then { line | bytes of the template's name | name }
//! section 6: templates: count, then { temporaries | signals | instruction count | instructions }
//! ```
//!
//! A count, and every other number without a width, is a LEB128 of at most 32 bits; a difference is one after zigzag. An
//! instruction is its operation's number, then its result and its operands, each as the difference to the same one of the
//! last instruction with that operation in the template.

use ark_bn254::Fr;
use ark_ff::{BigInt, PrimeField};

use super::graph::{Code, Graph, Input, Instruction, Parts, Place};
use super::operators::{Op, slot};
use crate::error::{Error, Result};
use crate::formats::binary::{Container, Reader};
use crate::formats::element::{FIELD_BYTES, expect_prime, limb_bytes, words_below_r};

/// Version of the format.
pub const VERSION: u32 = 1;

/// Instructions of all templates, which take 20 bytes each in memory and as few as 3 in a file; the largest of our circuits
/// has a third of a million.
const INSTRUCTION_LIMIT: usize = 1 << 22;

/// Templates, and places in the source.
const TABLE_LIMIT: usize = 1 << 16;

/// Characters of a template's name.
const NAME_LIMIT: usize = 1 << 12;

fn any(smallest: usize) -> Bounds {
    Bounds {
        most: usize::MAX,
        smallest,
    }
}

fn table(smallest: usize) -> Bounds {
    Bounds {
        most: TABLE_LIMIT,
        smallest,
    }
}

/// Read and check a graph.
pub fn read(bytes: &[u8]) -> Result<Graph> {
    let mut container = Container::open(bytes, super::FORMAT, &[VERSION])?;
    let mut header = container.section(1, "header")?;
    expect_prime(&mut header, &Fr::MODULUS, "the field's order")?;
    let signals = header.u32()?;
    header.finish()?;

    let inputs = items(container.section(2, "inputs")?, table(10), |reader| {
        let hash = reader.u64()?;
        Ok(Input {
            hash,
            first: number(reader)?,
            size: number(reader)?,
        })
    })?;
    let mut last = 0u32;
    let wires = items(container.section(3, "wires")?, any(1), |reader| {
        last = moved(last, number(reader)?);
        Ok(last)
    })?;
    let constants = items(
        container.section(4, "constants")?,
        any(FIELD_BYTES),
        |reader| {
            let value = words_below_r(reader.take(FIELD_BYTES)?);
            let value = value.ok_or_else(|| reader.malformed("a constant that is not below r"))?;
            Ok(slot(BigInt(value)))
        },
    )?;
    let places = items(container.section(5, "places")?, table(2), |reader| {
        let (line, size) = (number(reader)?, number(reader)? as usize);
        if size > NAME_LIMIT {
            return Err(reader.malformed(format!("a name of {size} bytes")));
        }
        let name = std::str::from_utf8(reader.take(size)?);
        let template = name
            .map_err(|_| reader.malformed("a name that is not UTF-8"))?
            .to_owned();
        Ok(Place { template, line })
    })?;
    let mut room = INSTRUCTION_LIMIT;
    let templates = items(container.section(6, "templates")?, table(3), |reader| {
        let code = template(reader, room)?;
        room -= code.instructions.len();
        Ok(code)
    })?;
    Graph::new(Parts {
        signals,
        inputs,
        wires,
        constants,
        places,
        templates,
    })
}

/// How many items there may be, and bytes that one takes at least.
#[derive(Clone, Copy)]
struct Bounds {
    most: usize,
    smallest: usize,
}

/// A section's items: as many as its first number says, and nothing after them.
fn items<T>(
    mut reader: Reader<'_>,
    bounds: Bounds,
    each: impl FnMut(&mut Reader<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let list = counted(&mut reader, bounds, each)?;
    reader.finish()?;
    Ok(list)
}

fn counted<T>(
    reader: &mut Reader<'_>,
    Bounds { most, smallest }: Bounds,
    mut each: impl FnMut(&mut Reader<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let count = number(reader)? as usize;
    if count > reader.remaining() / smallest {
        return Err(reader.malformed(format!("{count} items in {} bytes", reader.remaining())));
    }
    if count > most {
        let message = format!("a witness graph with {count} items where {most} are the limit");
        return Err(Error::ResourceLimit(message));
    }
    let mut list = Vec::with_capacity(count);
    for _ in 0..count {
        list.push(each(reader)?);
    }
    Ok(list)
}

fn template(reader: &mut Reader<'_>, room: usize) -> Result<Code> {
    let (temporaries, span) = (number(reader)?, number(reader)?);
    let mut last = [[0u32; 4]; Op::COUNT];
    let bounds = Bounds {
        most: room,
        smallest: 3,
    };
    let instructions = counted(reader, bounds, |reader| {
        let [byte] = reader.array()?;
        let op = Op::from_number(byte)
            .ok_or_else(|| reader.malformed(format!("no operation {byte}")))?;
        let fields = &mut last[op as usize];
        for field in written(op) {
            fields[*field] = moved(fields[*field], number(reader)?);
        }
        let [to, a, b, c] = *fields;
        Ok(Instruction {
            op,
            to,
            operands: [a, b, c],
        })
    })?;
    Ok(Code {
        temporaries,
        span,
        instructions,
    })
}

/// Which of result and operands an instruction has.
fn written(op: Op) -> &'static [usize] {
    match op {
        Op::Call | Op::Assert => &[1, 2],
        Op::Bit => &[0, 1, 3],
        _ => &[0, 1, 2, 3][..1 + op.arity()],
    }
}

/// The number that a zigzag difference leads to.
fn moved(from: u32, difference: u32) -> u32 {
    let magnitude = difference >> 1;
    from.wrapping_add(if difference & 1 == 0 {
        magnitude
    } else {
        !magnitude
    })
}

fn difference(from: u32, to: u32) -> u32 {
    let signed = to.wrapping_sub(from) as i32;
    (signed << 1 ^ signed >> 31) as u32
}

/// A LEB128 number of at most 32 bits, in as few bytes as it can be.
fn number(reader: &mut Reader<'_>) -> Result<u32> {
    let place = reader.offset();
    let mut value = 0u64;
    for step in 0..5 {
        let [byte] = reader.array()?;
        value |= u64::from(byte & 0x7f) << (7 * step);
        if byte & 0x80 == 0 {
            let short = step == 0 || byte != 0;
            return match u32::try_from(value) {
                Ok(value) if short => Ok(value),
                _ => break,
            };
        }
    }
    Err(reader.malformed_at(
        place,
        "a number of more than 32 bits, or longer than it need be",
    ))
}

fn put(bytes: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// The bytes of a graph.
pub fn write(graph: &Graph) -> Vec<u8> {
    let parts = graph.parts();
    let mut sections: Vec<Vec<u8>> = Vec::new();
    let mut header = (FIELD_BYTES as u32).to_le_bytes().to_vec();
    header.extend(limb_bytes(&Fr::MODULUS));
    header.extend(parts.signals.to_le_bytes());
    sections.push(header);

    sections.push(section(&parts.inputs, |bytes, input| {
        bytes.extend(input.hash.to_le_bytes());
        put(bytes, input.first);
        put(bytes, input.size);
    }));
    let mut last = 0;
    sections.push(section(&parts.wires, |bytes, signal| {
        put(bytes, difference(last, *signal));
        last = *signal;
    }));
    sections.push(section(&parts.constants, |bytes, constant| {
        bytes.extend(limb_bytes(&constant.0))
    }));
    sections.push(section(&parts.places, |bytes, place| {
        put(bytes, place.line);
        put(bytes, place.template.len() as u32);
        bytes.extend(place.template.as_bytes());
    }));
    sections.push(section(&parts.templates, |bytes, code| {
        put(bytes, code.temporaries);
        put(bytes, code.span);
        put(bytes, code.instructions.len() as u32);
        let mut last = [[0u32; 4]; Op::COUNT];
        for Instruction {
            op,
            to,
            operands: [a, b, c],
        } in &code.instructions
        {
            bytes.push(*op as u8);
            let fields = [*to, *a, *b, *c];
            let before = &mut last[*op as usize];
            for field in written(*op) {
                put(bytes, difference(before[*field], fields[*field]));
                before[*field] = fields[*field];
            }
        }
    }));

    let mut file = super::FORMAT.as_bytes().to_vec();
    file.resize(4, 0);
    file.extend(VERSION.to_le_bytes());
    file.extend((sections.len() as u32).to_le_bytes());
    for (number, body) in (1u32..).zip(sections) {
        file.extend(number.to_le_bytes());
        file.extend((body.len() as u64).to_le_bytes());
        file.extend(body);
    }
    file
}

fn section<T>(items: &[T], mut each: impl FnMut(&mut Vec<u8>, &T)) -> Vec<u8> {
    let mut bytes = Vec::new();
    put(&mut bytes, items.len() as u32);
    for item in items {
        each(&mut bytes, item);
    }
    bytes
}
