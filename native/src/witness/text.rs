//! The text of a module as circom writes it (`--wat`): one instruction a line, in order of the stack.
//!
//! Only what a circuit's templates and functions are made of is read; the field arithmetic and the rest of the compiler's
//! runtime, which are in the same text, are known by name alone. The comments carry line numbers of the source, and names
//! of the tables among the data.

use std::collections::HashMap;
use std::rc::Rc;

use super::refusal::unsound;
use crate::error::Result;

/// Bytes of memory that a module's data may reach.
const MEMORY_LIMIT: usize = 1 << 28;

/// How deep blocks may lie in each other.
const NESTING_LIMIT: usize = 200;

/// One instruction; blocks hold theirs.
#[derive(Debug)]
pub enum Instr {
    Const(u32),
    Get(usize),
    Set(usize),
    Tee(usize),
    /// Two numbers to one.
    Binary(fn(u32, u32) -> u32),
    IsZero,
    Load(u32),
    Store(u32),
    Drop,
    Return,
    Call(Rc<str>),
    CallIndirect,
    If(Vec<Instr>, Vec<Instr>),
    /// Refuse where the top of the stack is not 0, with the number of a message and a line.
    RefuseIf(usize, u32),
    Block(Vec<Instr>),
    Loop(Vec<Instr>),
    Branch(usize),
    BranchIf(usize),
    /// One that templates do not use, by its name.
    Other(Rc<str>),
    /// Not an instruction: the source's line from here on.
    Line(u32),
}

/// A function's code.
#[derive(Debug)]
pub struct Function {
    pub parameters: usize,
    pub locals: usize,
    pub returns: bool,
    pub body: Vec<Instr>,
}

/// A module: where its functions are, what its memory starts with.
pub struct Module<'a> {
    functions: HashMap<&'a str, &'a str>,
    pub memory: Vec<u8>,
    /// Where each named part of the data starts.
    pub places: HashMap<&'a str, u32>,
    pub messages: Vec<String>,
    /// Templates by their number.
    pub table: Vec<Rc<str>>,
}

impl<'a> Module<'a> {
    /// Find the parts of a module's text.
    pub fn read(text: &'a str) -> Result<Self> {
        let mut module = Self {
            functions: HashMap::new(),
            memory: Vec::new(),
            places: HashMap::new(),
            messages: Vec::new(),
            table: Vec::new(),
        };
        let mut part = "";
        let mut rest = text;
        while !rest.is_empty() {
            let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
            rest = after;
            if let Some(header) = line.strip_prefix("(func $") {
                let name = header.split_whitespace().next().unwrap_or_default();
                let end = rest
                    .find("\n)")
                    .ok_or_else(|| unsound(format!("function {name} has no end")))?;
                module.functions.insert(name, &rest[..end]);
                rest = rest[end + 2..].trim_start_matches('\n');
            } else if let Some(comment) = line.strip_prefix(";; ") {
                part = comment;
            } else if let Some(data) = line.strip_prefix("(data (i32.const ") {
                module.data(data, part)?;
            } else if line.starts_with("(elem $runsmap") {
                let (names, after) = rest.split_once(')').unwrap_or((rest, ""));
                rest = after;
                let names = names.split_whitespace();
                module.table = names
                    .map(|name| name.trim_start_matches('$').into())
                    .collect();
            }
        }
        Ok(module)
    }

    fn data(&mut self, data: &str, part: &'a str) -> Result<()> {
        let cut = || unsound("a data segment that is cut short");
        let (place, quoted) = data.split_once(") \"").ok_or_else(cut)?;
        let place: u32 = place.parse().map_err(|_| cut())?;
        let bytes = unescaped(quoted.strip_suffix("\")").ok_or_else(cut)?)?;
        if part == "messages_in_bytes" {
            let text = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
            self.messages
                .push(String::from_utf8_lossy(text).into_owned());
        }
        self.places.entry(part).or_insert(place);
        let end = place as usize + bytes.len();
        if end > MEMORY_LIMIT {
            return Err(unsound(format!("data up to byte {end} of memory")));
        }
        if self.memory.len() < end {
            self.memory.resize(end, 0);
        }
        self.memory[place as usize..end].copy_from_slice(&bytes);
        Ok(())
    }

    /// Where a named part of the data starts.
    pub fn place(&self, part: &str) -> Result<u32> {
        let place = self.places.get(part).copied();
        place.ok_or_else(|| unsound(format!("there is no {part} among the data")))
    }

    /// The code of a function.
    pub fn function(&self, name: &str) -> Result<Function> {
        let text = self.functions.get(name);
        let text = text.ok_or_else(|| unsound(format!("there is no function {name}")))?;
        Parser::new(name, text).function()
    }
}

fn unescaped(text: &str) -> Result<Vec<u8>> {
    let text = text.as_bytes();
    let mut bytes = Vec::with_capacity(text.len());
    let mut position = 0;
    while position < text.len() {
        if text[position] != b'\\' {
            bytes.push(text[position]);
            position += 1;
            continue;
        }
        let digits = text.get(position + 1..position + 3);
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.ok_or_else(|| unsound("an escape that is not two hexadecimal digits"))?);
        position += 3;
    }
    Ok(bytes)
}

struct Parser<'a> {
    name: &'a str,
    lines: std::str::Lines<'a>,
    locals: HashMap<&'a str, usize>,
    line: u32,
}

/// What ended a sequence of instructions.
#[derive(PartialEq, Eq)]
enum Ended {
    End,
    Else,
    Text,
}

impl<'a> Parser<'a> {
    fn new(name: &'a str, text: &'a str) -> Self {
        Self {
            name,
            lines: text.lines(),
            locals: HashMap::new(),
            line: 0,
        }
    }

    fn function(mut self) -> Result<Function> {
        let (mut parameters, mut returns) = (0, false);
        let mut ahead = self.lines.clone();
        while let Some(line) = ahead.next() {
            let line = line.trim();
            let declared = line
                .strip_prefix("(param $")
                .or(line.strip_prefix("(local $"));
            if let Some(declared) = declared {
                let name = declared.split([' ', ')']).next().unwrap_or_default();
                self.locals.insert(name, self.locals.len());
                parameters += usize::from(line.starts_with("(param"));
            } else if line.starts_with("(result") {
                returns = true;
            } else {
                break;
            }
            self.lines = ahead.clone();
        }
        let (body, ended) = self.sequence(0)?;
        if ended != Ended::Text {
            return Err(self.unsound("an end too many"));
        }
        let locals = self.locals.len();
        Ok(Function {
            parameters,
            locals,
            returns,
            body,
        })
    }

    fn unsound(&self, what: &str) -> crate::error::Error {
        unsound(format!("{what}, in {} near line {}", self.name, self.line))
    }

    fn sequence(&mut self, depth: usize) -> Result<(Vec<Instr>, Ended)> {
        if depth > NESTING_LIMIT {
            return Err(self.unsound("blocks in blocks without end"));
        }
        let mut body = Vec::new();
        while let Some(line) = self.lines.next() {
            let line = line.trim();
            if let Some(comment) = line.strip_prefix(";;") {
                let number = comment
                    .split_once(" Line ")
                    .map(|(_, number)| number.trim().parse());
                if let Some(Ok(number)) = number {
                    self.line = number;
                    body.push(Instr::Line(number));
                }
                continue;
            }
            let mut words = line.split_whitespace();
            let Some(word) = words.next() else { continue };
            let operand = words.next().unwrap_or_default();
            body.push(match word {
                "end" => return Ok((body, Ended::End)),
                "else" => return Ok((body, Ended::Else)),
                "block" => Instr::Block(self.closed(depth)?),
                "loop" => Instr::Loop(self.closed(depth)?),
                "if" => self.conditional(depth)?,
                _ => self.plain(word, operand)?,
            });
        }
        Ok((body, Ended::Text))
    }

    fn closed(&mut self, depth: usize) -> Result<Vec<Instr>> {
        match self.sequence(depth + 1)? {
            (body, Ended::End) => Ok(body),
            _ => Err(self.unsound("a block without an end")),
        }
    }

    fn conditional(&mut self, depth: usize) -> Result<Instr> {
        let (then, ended) = self.sequence(depth + 1)?;
        let other = if ended == Ended::Else {
            self.closed(depth)?
        } else {
            Vec::new()
        };
        if ended == Ended::Text {
            return Err(self.unsound("an if without an end"));
        }
        let refusal = match then.as_slice() {
            [
                Instr::Const(message),
                Instr::Const(line),
                Instr::Call(build),
                Instr::Call(print),
                Instr::Const(4),
                Instr::Return,
            ] if &**build == "buildBufferMessage" && &**print == "printErrorMessage" => {
                Some((*message as usize, *line))
            }
            _ => None,
        };
        Ok(match refusal {
            Some((message, line)) if other.is_empty() => Instr::RefuseIf(message, line),
            _ => Instr::If(then, other),
        })
    }

    fn plain(&self, word: &str, operand: &str) -> Result<Instr> {
        let number = |text: &str| {
            let signed = match text.strip_prefix("0x") {
                Some(digits) => i64::from_str_radix(digits, 16).ok(),
                None => text.parse::<i64>().ok(),
            };
            let number = signed.and_then(|number| {
                u32::try_from(number)
                    .ok()
                    .or(i32::try_from(number).ok().map(|number| number as u32))
            });
            number.ok_or_else(|| self.unsound(&format!("{word} {operand}")))
        };
        let local = || {
            let index = self.locals.get(operand.trim_start_matches('$')).copied();
            index.ok_or_else(|| self.unsound(&format!("no local {operand}")))
        };
        let offset = || operand.strip_prefix("offset=").map_or(Ok(0), number);
        Ok(match word {
            "i32.const" => Instr::Const(number(operand)?),
            "local.get" => Instr::Get(local()?),
            "local.set" => Instr::Set(local()?),
            "local.tee" => Instr::Tee(local()?),
            "i32.add" => Instr::Binary(u32::wrapping_add),
            "i32.sub" => Instr::Binary(u32::wrapping_sub),
            "i32.mul" => Instr::Binary(u32::wrapping_mul),
            "i32.eq" => Instr::Binary(|a, b| u32::from(a == b)),
            "i32.lt_u" => Instr::Binary(|a, b| u32::from(a < b)),
            "i32.gt_u" => Instr::Binary(|a, b| u32::from(a > b)),
            "i32.eqz" => Instr::IsZero,
            "i32.load" => Instr::Load(offset()?),
            "i32.store" => Instr::Store(offset()?),
            "drop" => Instr::Drop,
            "return" => Instr::Return,
            "call" => Instr::Call(operand.trim_start_matches('$').into()),
            "call_indirect" => Instr::CallIndirect,
            "br" => Instr::Branch(number(operand)? as usize),
            "br_if" => Instr::BranchIf(number(operand)? as usize),
            _ => Instr::Other(word.into()),
        })
    }
}
