//! A trial: runs of one step with fixed and random secrets, mixed at random in one process.

use crate::draws::Draws;
use crate::timings::{Class, Timings};
use std::hint::black_box;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Timings in which a planted leak has to show; as many judge what is shipped, unless ZKDATA_TIMING_SAMPLES says otherwise.
pub const SAMPLES: usize = 10_000;

/// |t| from which on a difference is held for real: by chance, once in 150,000 samples of the same distribution.
pub const LIMIT: f64 = 4.5;

/// A leak is there every time; what a busy machine does is not.
const REPEATS: usize = 3;

/// Inputs prepared before the first of them is timed, so that preparing one leaves no trace in the next timing.
const BATCH: usize = 200;

/// A step of signing, and the secret of the fixed class.
pub struct Step<Prepare, Run> {
    /// What is told of it.
    pub name: &'static str,
    /// The secret that is compared with random ones.
    pub fixed: [u8; 64],
    /// Not timed: what `run` takes, of a secret and of bytes that are random in both classes.
    pub prepare: Prepare,
    /// Timed.
    pub run: Run,
}

impl<Prepare, Run, Input, Output> Step<Prepare, Run>
where
    Prepare: Fn(&[u8; 64], &[u8; 64]) -> Input,
    Run: Fn(&Input) -> Output,
{
    /// The smallest |t| of up to three trials: above the limit only where each of them is.
    pub fn smallest_t(&self, samples: usize) -> f64 {
        let _alone = turn();
        let mut smallest = f64::INFINITY;
        for _ in 0..REPEATS {
            let timings = self.trial(samples);
            let t = timings.t();
            println!(
                "{}: |t| = {t:.2}, median {} ns",
                self.name,
                timings.median()
            );
            smallest = smallest.min(t);
            if smallest < LIMIT {
                break;
            }
        }
        smallest
    }

    fn trial(&self, samples: usize) -> Timings {
        let mut draws = Draws::new();
        let mut timings = Timings::default();
        for batch in 0..samples.div_ceil(BATCH) + 1 {
            let inputs: Vec<(Class, Input)> = (0..BATCH).map(|_| self.input(&mut draws)).collect();
            for (class, input) in &inputs {
                let start = Instant::now();
                black_box((self.run)(black_box(input)));
                let nanoseconds = start.elapsed().as_nanos() as u64;
                // the first batch fills caches and tables
                if batch > 0 {
                    timings.note(*class, nanoseconds);
                }
            }
        }
        timings
    }

    fn input(&self, draws: &mut Draws) -> (Class, Input) {
        // both classes draw as much and copy as much
        let (coin, secret, public) = (draws.number(), draws.bytes(), draws.bytes());
        let (class, secret) =
            [(Class::Fixed, self.fixed), (Class::Random, secret)][(coin >> 63) as usize];
        (class, (self.prepare)(&secret, &public))
    }
}

/// How many timings judge what is shipped; `make test-deep` takes a million.
pub fn samples() -> usize {
    std::env::var("ZKDATA_TIMING_SAMPLES").map_or(SAMPLES, |text| {
        text.parse().expect("ZKDATA_TIMING_SAMPLES is a number")
    })
}

/// Only one trial at a time: tests of one program run on several threads.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}
