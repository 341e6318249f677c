//! What long work and whoever waits for it tell each other: how far it is, and that it should stop.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::Instant;

use crate::error::{Error, Result};

const GOING: u8 = 0;
const STOPPED: u8 = 1;
const COMMITTED: u8 = 2;

/// A part of a proof, whose time is taken by itself.
#[derive(Clone, Copy)]
pub enum Phase {
    /// Rows of the matrices, and the transforms.
    Quotient,
    /// The sum over A.
    A,
    /// That over B in G1.
    B1,
    /// That over B in G2.
    B2,
    /// That over C.
    C,
    /// That over H.
    H,
    /// Joining the sums, and the check of the proof.
    Rest,
}

impl Phase {
    /// All, by their names.
    pub const ALL: [(Phase, &'static str); 7] = [
        (Phase::Quotient, "quotient"),
        (Phase::A, "A"),
        (Phase::B1, "B1"),
        (Phase::B2, "B2"),
        (Phase::C, "C"),
        (Phase::H, "H"),
        (Phase::Rest, "rest"),
    ];
}

/// Seen from both sides at once; the numbers are for people, so their order among themselves does not matter.
#[derive(Default)]
pub struct Watch {
    done: AtomicU64,
    planned: AtomicU64,
    state: AtomicU8,
    /// Nanoseconds that threads were at each phase.
    spent: [AtomicU64; Phase::ALL.len()],
}

impl Watch {
    /// Announce `amount` of work, in a unit of the worker's choice.
    pub fn plan(&self, amount: u64) {
        self.planned.fetch_add(amount, Ordering::Relaxed);
    }

    /// Report `amount` of the planned work as done; `Cancelled` once somebody wants it stopped.
    pub fn advance(&self, amount: u64) -> Result<()> {
        self.done.fetch_add(amount, Ordering::Relaxed);
        if self.state.load(Ordering::Acquire) == STOPPED {
            Err(Error::Cancelled)
        } else {
            Ok(())
        }
    }

    /// Do a part of a phase, and take its time.
    pub fn timed<T>(&self, phase: Phase, part: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let done = part();
        let spent = start.elapsed().as_nanos() as u64;
        self.spent[phase as usize].fetch_add(spent, Ordering::Relaxed);
        done
    }

    /// Seconds that threads together were at each phase.
    pub fn spent(&self) -> impl Iterator<Item = (&'static str, f64)> {
        let seconds =
            |phase: Phase| self.spent[phase as usize].load(Ordering::Relaxed) as f64 / 1e9;
        Phase::ALL
            .map(|(phase, name)| (name, seconds(phase)))
            .into_iter()
    }

    /// Say that the effect of the work is about to be seen: from here on it cannot be stopped. `Cancelled` if it was.
    pub fn commit(&self) -> Result<()> {
        match self.change(COMMITTED) {
            STOPPED => Err(Error::Cancelled),
            _ => Ok(()),
        }
    }

    /// Ask the work to stop at its next report; false where its effect is about to be seen.
    pub fn stop(&self) -> bool {
        self.change(STOPPED) != COMMITTED
    }

    /// Leave `GOING` for another state, once; the state before.
    fn change(&self, state: u8) -> u8 {
        let changed =
            self.state
                .compare_exchange(GOING, state, Ordering::AcqRel, Ordering::Acquire);
        changed.unwrap_or_else(|before| before)
    }

    /// The part of the planned work that is done, from 0 to 1.
    pub fn fraction(&self) -> f64 {
        let (done, planned) = (
            self.done.load(Ordering::Relaxed),
            self.planned.load(Ordering::Relaxed),
        );
        if planned == 0 {
            0.0
        } else {
            (done as f64 / planned as f64).min(1.0)
        }
    }
}

/// A writer that fails once somebody wants its work stopped.
pub struct Watched<'a, W> {
    /// Where the bytes go.
    pub out: W,
    /// Who may stop them.
    pub watch: &'a Watch,
}

impl<W: Write> Write for Watched<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.watch.advance(0).map_err(io::Error::other)?;
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
