//! Welch's t: by how many of its standard errors the means of two samples differ.

use crate::draws::Draws;

/// Count, mean and sum of squared deviations, updated one value at a time (Welford).
#[derive(Clone, Copy, Default)]
pub struct Sample {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Sample {
    /// Takes one value in.
    pub fn add(&mut self, value: f64) {
        self.count += 1.0;
        let deviation = value - self.mean;
        self.mean += deviation / self.count;
        self.squares += deviation * (value - self.mean);
    }

    /// Square of the mean's standard error.
    fn error(&self) -> f64 {
        self.squares / (self.count - 1.0) / self.count
    }
}

/// |t| of two samples; 0 where one is too small to say anything.
pub fn t(a: &Sample, b: &Sample) -> f64 {
    if a.count < 2.0 || b.count < 2.0 || a.mean == b.mean {
        return 0.0;
    }
    (a.mean - b.mean).abs() / (a.error() + b.error()).sqrt()
}

fn sample(values: impl IntoIterator<Item = f64>) -> Sample {
    let mut sample = Sample::default();
    values.into_iter().for_each(|value| sample.add(value));
    sample
}

/// Means 3 and 5, squared errors 1/2 and 1/6 of deviations worked by hand: t = 2 / sqrt(2/3).
#[test]
fn t_of_a_worked_example() {
    let (a, b) = (
        sample([1.0, 2.0, 3.0, 4.0, 5.0]),
        sample([4.0, 5.0, 5.0, 6.0]),
    );
    assert!((t(&a, &b) - 2.0 / (2.0f64 / 3.0).sqrt()).abs() < 1e-12);
    assert_eq!(t(&a, &a), 0.0);
    assert_eq!(t(&a, &sample([9.0])), 0.0);
    // two constants that differ are told apart for certain
    assert_eq!(t(&sample([1.0; 9]), &sample([2.0; 9])), f64::INFINITY);
}

/// A shift of a tenth of the spread stands out of ten thousand values, and no shift does not.
#[test]
fn t_finds_a_shift() {
    let mut draws = Draws::of(1);
    let mut uniform = |shift: f64| {
        sample(
            (0..10_000)
                .map(|_| draws.number() as f64 / u64::MAX as f64 + shift)
                .collect::<Vec<_>>(),
        )
    };
    assert!(t(&uniform(0.0), &uniform(0.0)) < 4.5);
    assert!(t(&uniform(0.0), &uniform(0.1)) > 4.5);
}
