//! The machine's memory: numbers that are known, and elements as nodes.

use std::collections::{HashMap, HashSet};

use super::super::element::stored;
use super::super::nodes::Id;
use super::super::refusal::unsound;
use super::{ELEMENT, Machine, Word};
use crate::error::{Error, Result};

/// Bytes of memory.
const MEMORY_LIMIT: usize = 1 << 29;

/// Where the machine's stack pointer lies.
const STACK_POINTER: u32 = 0;

impl Machine<'_> {
    /// Take back what was written to memory since the mark; what was there.
    pub(super) fn undone(&mut self, mark: usize) -> Result<HashMap<u32, u32>> {
        let mut written = HashMap::new();
        for (address, before) in self.journal.split_off(mark).into_iter().rev() {
            if address != STACK_POINTER {
                return Err(self.unsupported(
                    "a component that is made or given its inputs only where a signal says so",
                ));
            }
            written.entry(address).or_insert(self.word_at(address));
            self.put(address, before);
        }
        Ok(written)
    }

    /// Write what one way wrote; where the other left another number, nobody may use it.
    pub(super) fn redone(&mut self, then: &HashMap<u32, u32>, other: &HashMap<u32, u32>) {
        let addresses: HashSet<u32> = then.keys().chain(other.keys()).copied().collect();
        for address in addresses {
            let before = self.word_at(address);
            let [here, there] =
                [then, other].map(|way| way.get(&address).copied().unwrap_or(before));
            self.note(address, before);
            self.put(address, here);
            if here != there {
                self.mixed.insert(address);
            }
        }
    }

    pub(super) fn note(&mut self, address: u32, before: u32) {
        if self.forks > 0 {
            self.journal.push((address, before));
        } else {
            self.journal.clear();
        }
    }

    pub(super) fn word_at(&self, address: u32) -> u32 {
        let bytes = self.memory.get(address as usize..address as usize + 4);
        bytes.map_or(0, |bytes| {
            u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
        })
    }

    pub(super) fn put(&mut self, address: u32, value: u32) {
        if let Some(bytes) = self.memory.get_mut(address as usize..address as usize + 4) {
            bytes.copy_from_slice(&value.to_le_bytes());
        }
    }

    /// The bytes of memory from an address on.
    pub fn bytes(&self, address: u32) -> &[u8] {
        self.memory.get(address as usize..).unwrap_or_default()
    }

    pub fn load(&self, address: u32) -> Result<u32> {
        if self.mixed.contains(&address) {
            return Err(self.unsupported("a component whose state depends on a signal"));
        }
        Ok(self.word_at(address))
    }

    pub fn store(&mut self, address: u32, value: u32) -> Result<()> {
        let end = address as usize + 4;
        if end > MEMORY_LIMIT {
            return Err(Error::ResourceLimit(format!(
                "a circuit that uses more than {MEMORY_LIMIT} bytes"
            )));
        }
        if end > self.memory.len() {
            self.memory.resize(end.next_multiple_of(1 << 16), 0);
        }
        if self.path.is_some() && self.forks == 0 && address != STACK_POINTER {
            return Err(self.unsupported(
                "a component that is made or given its inputs only where a signal says so",
            ));
        }
        self.note(address, self.word_at(address));
        self.mixed.remove(&address);
        self.put(address, value);
        Ok(())
    }

    /// Read the element at an address.
    pub fn element(&mut self, address: u32) -> Result<Id> {
        let mut node = if self.signals.contains(&address) {
            let place = self.signal_place(address)?;
            self.current.read(place)
        } else {
            match self.current.cells.get(&address) {
                Some(node) => *node,
                None => {
                    let value = stored(self.bytes(address));
                    let value =
                        value.ok_or_else(|| unsound(format!("no element at address {address}")))?;
                    self.current.nodes.constant(value)
                }
            }
        };
        if self.path.is_some() {
            node = self.current.under(&self.assumed, node);
        }
        Ok(node)
    }

    pub(super) fn signal_place(&self, address: u32) -> Result<u32> {
        let place = address
            .checked_sub(self.current.start)
            .map(|bytes| bytes / ELEMENT);
        place.ok_or_else(|| {
            unsound(format!(
                "{} uses a signal before its own",
                self.current.name
            ))
        })
    }

    /// Write the element at an address, on this way.
    pub fn set_element(&mut self, address: u32, node: Id) -> Result<()> {
        let is_signal = self.signals.contains(&address);
        let node = match self.path {
            None => node,
            Some(path) => {
                let before = if is_signal {
                    let place = self.signal_place(address)?;
                    self.current
                        .written
                        .get(&place)
                        .copied()
                        .unwrap_or(self.current.nodes.zero)
                } else {
                    match self.current.cells.get(&address) {
                        Some(before) => *before,
                        None => self.current.nodes.zero,
                    }
                };
                self.current.nodes.select(path, node, before)
            }
        };
        if is_signal {
            let place = self.signal_place(address)?;
            if let Err(construct) = self.current.write(place, node) {
                return Err(self.unsupported(construct));
            }
        } else {
            self.current.cells.insert(address, node);
        }
        Ok(())
    }

    /// What a word on the stack says, for the field arithmetic.
    pub fn address(&self, stack: &mut Vec<Word>) -> Result<u32> {
        match stack.pop() {
            Some(Word::Known(number)) => Ok(number),
            Some(_) => Err(self.unsupported("an address that depends on a signal")),
            None => Err(unsound(format!(
                "{} takes from an empty stack",
                self.current.name
            ))),
        }
    }

    /// Set memory aside on the machine's stack.
    pub fn reserve(&mut self, bytes: u32) -> Result<u32> {
        let start = self.load(STACK_POINTER)?;
        self.store(STACK_POINTER, start.wrapping_add(bytes))?;
        Ok(start)
    }
}
