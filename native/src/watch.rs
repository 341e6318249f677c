//! What long work and whoever waits for it tell each other: how far it is, and that it should stop.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::error::{Error, Result};

/// Seen from both sides at once; the numbers are for people, so their order among themselves does not matter.
#[derive(Default)]
pub struct Watch {
    done: AtomicU64,
    planned: AtomicU64,
    stopped: AtomicBool,
}

impl Watch {
    /// Announce `amount` of work, in a unit of the worker's choice.
    pub fn plan(&self, amount: u64) {
        self.planned.fetch_add(amount, Ordering::Relaxed);
    }

    /// Report `amount` of the planned work as done; `Cancelled` once somebody wants it stopped.
    pub fn advance(&self, amount: u64) -> Result<()> {
        self.done.fetch_add(amount, Ordering::Relaxed);
        if self.stopped.load(Ordering::Relaxed) {
            Err(Error::Cancelled)
        } else {
            Ok(())
        }
    }

    /// Ask the work to stop at its next report.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
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
