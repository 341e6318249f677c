//! What was measured, and the verdict over it.

use crate::welch::{Sample, t};

/// Whether a run had the fixed secret or a random one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// The same secret each time.
    Fixed,
    /// A new secret each time.
    Random,
}

/// Shares of the runs, fastest first, that a t is taken over: interrupts stretch some runs of both classes beyond reason.
const KEPT: [f64; 5] = [0.5, 0.75, 0.9, 0.99, 1.0];

/// Nanoseconds of each run with its class.
#[derive(Default)]
pub struct Timings(Vec<(u64, Class)>);

impl Timings {
    /// Notes one run.
    pub fn note(&mut self, class: Class, nanoseconds: u64) {
        self.0.push((nanoseconds, class));
    }

    /// The median run, in nanoseconds.
    pub fn median(&self) -> u64 {
        self.kept(0.5)
    }

    /// The largest |t| of all shares. The limit of a share is one for both classes, so it says nothing by itself.
    pub fn t(&self) -> f64 {
        KEPT.iter()
            .map(|share| self.t_within(self.kept(*share)))
            .fold(0.0, f64::max)
    }

    fn kept(&self, share: f64) -> u64 {
        let mut sorted: Vec<u64> = self.0.iter().map(|(time, _)| *time).collect();
        let place = ((sorted.len() - 1) as f64 * share) as usize;
        *sorted.select_nth_unstable(place).1
    }

    fn t_within(&self, limit: u64) -> f64 {
        let (mut fixed, mut random) = (Sample::default(), Sample::default());
        for (time, class) in self.0.iter().filter(|(time, _)| *time <= limit) {
            match class {
                Class::Fixed => fixed.add(*time as f64),
                Class::Random => random.add(*time as f64),
            }
        }
        t(&fixed, &random)
    }
}

/// A leak that shows below the median only, and one above it only, are both seen; an outlier hides neither.
#[test]
fn a_share_shows_what_the_whole_hides() {
    let mut leak = Timings::default();
    let mut none = Timings::default();
    for run in 0..10_000u64 {
        let class = if run / 3 % 2 == 0 {
            Class::Fixed
        } else {
            Class::Random
        };
        let outlier = if run % 97 == 0 {
            1_000_000 * (run % 5)
        } else {
            0
        };
        let noise = 1000 + run * 7 % 101 + outlier;
        none.note(class, noise);
        leak.note(class, noise + if class == Class::Fixed { 9 } else { 0 });
    }
    assert!(none.t() < 4.5, "|t| = {}", none.t());
    assert!(leak.t() > 4.5, "|t| = {}", leak.t());
    assert!(leak.t_within(u64::MAX) < 4.5);
}
