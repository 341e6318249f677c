//! From the text of a circuit's module to its graph.

use super::file;
use super::graph::{Graph, Input, Parts};
use super::lower::lower;
use super::machine::{ELEMENT, Machine, Word};
use super::refusal::unsound;
use super::text::{Instr, Module};
use crate::error::{Error, Result};

/// Calls of templates within templates are calls of this thread as well.
const STACK_BYTES: usize = 1 << 28;

/// Rows of the table of inputs, and bytes of a row: hash u64, first signal u32, values u32.
const INPUT_ROWS: usize = 256;
const INPUT_ROW: usize = 16;

/// The bytes of a circuit's `.wgr`, from its module as circom writes it with `--wat`. ArtifactMalformed where that is no
/// such text, CircuitUnsupported where the circuit does what a graph cannot say.
pub fn build_file(text: &str) -> Result<Vec<u8>> {
    let stopped = || Error::ResourceLimit("no thread to build the graph in".to_owned());
    let graph = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
        let thread = thread
            .spawn_scoped(scope, || build(text))
            .map_err(|_| stopped())?;
        thread.join().map_err(|_| stopped())?
    });
    graph.map(|graph| file::write(&graph))
}

fn build(text: &str) -> Result<Graph> {
    let module = Module::read(text)?;
    let (first, end, main) = start(&module)?;
    let signals = (end - first) / ELEMENT;
    let mut machine = Machine::new(&module, first..end);

    machine.store(end, end + 4)?;
    machine.call(&format!("{main}_create"), &[first + ELEMENT])?;
    let run = format!("{main}_run").into();
    machine.trace(&run, end + 4, first + ELEMENT)?;
    let wires = wires(&mut machine, &module)?;
    let lowered = lower(&machine.templates, &wires, signals);
    let inputs = inputs(&machine, &module)?;
    Graph::new(Parts {
        signals,
        inputs,
        wires,
        constants: lowered.constants,
        places: lowered.places,
        templates: lowered.templates,
    })
}

/// Addresses of the signals from first to last, and the name of the outermost template: `init` says so.
fn start(module: &Module<'_>) -> Result<(u32, u32, String)> {
    let first = module.place("signal memory")?;
    let init = module.function("init")?;
    if let [
        ..,
        Instr::Const(end),
        Instr::Const(_),
        Instr::Store(0),
        Instr::Const(_),
        Instr::Call(create),
        Instr::Drop,
    ] = init.body.as_slice()
        && let Some(main) = create.strip_suffix("_create")
        && *end > first
        && (end - first) % ELEMENT == 0
    {
        return Ok((first, *end, main.to_owned()));
    }
    Err(unsound("its init does not make one component"))
}

fn wires(machine: &mut Machine<'_>, module: &Module<'_>) -> Result<Vec<u32>> {
    let count = match machine.call("getWitnessSize", &[])? {
        Some(Word::Known(count)) => count as usize,
        _ => return Err(unsound("its witness has no size")),
    };
    let bytes = machine.bytes(module.place("witness_to_signal_list")?);
    let list = bytes.get(..count.saturating_mul(4));
    let list =
        list.ok_or_else(|| unsound(format!("there are not {count} wires among the data")))?;
    Ok(list
        .chunks_exact(4)
        .map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]))
        .collect())
}

fn inputs(machine: &Machine<'_>, module: &Module<'_>) -> Result<Vec<Input>> {
    let bytes = machine.bytes(module.place("hash_map")?);
    let table = bytes.get(..INPUT_ROWS * INPUT_ROW);
    let table = table.ok_or_else(|| unsound("its table of inputs is cut short"))?;
    let number = |bytes: &[u8]| {
        bytes
            .iter()
            .rev()
            .fold(0u64, |value, byte| value << 8 | u64::from(*byte))
    };
    let rows = table
        .chunks_exact(INPUT_ROW)
        .filter(|row| number(&row[..8]) != 0);
    let mut inputs: Vec<Input> = rows
        .map(|row| Input {
            hash: number(&row[..8]),
            first: number(&row[8..12]) as u32,
            size: number(&row[12..]) as u32,
        })
        .collect();
    inputs.sort_by_key(|input| input.first);
    Ok(inputs)
}
