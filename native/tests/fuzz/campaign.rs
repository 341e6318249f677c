//! Many mutants through one parser, and the laws that each of them is held to.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use _native::error::Error;

use crate::measure::{Watchdog, keep, peak_of, place};
use crate::random::Random;

/// Runs per parser unless ZKDATA_FUZZ_RUNS says otherwise; `make test-deep` takes a million.
const RUNS: u64 = 20_000;

/// The seed unless ZKDATA_FUZZ_SEED says otherwise.
const SEED: u64 = 0x7a6b_6461_7461;

/// The longest that one input may take of a processor, which the watchdog sees to within a tenth.
const TIME: Duration = Duration::from_secs(2);

/// Bytes that any parser may hold beside `4 * length`.
pub const LARGEST_FLOOR: usize = 64 << 20;

/// The least share of inputs that has to get past the header, in percent.
const PAST_HEADER: u64 = 20;

/// The longest message of a refusal: it may quote the file, but not at length.
const LONGEST_MESSAGE: usize = 400;

/// A changed file.
pub struct Mutant {
    pub bytes: Vec<u8>,
    /// The stem of the seed it was made from.
    pub seed: String,
    /// What has surely been broken, where nothing else was done to a sound file.
    pub doomed: Option<&'static str>,
}

/// What came of using an accepted file.
pub enum Use {
    /// It was looked at.
    Seen,
    /// A proof was made with it, which verified.
    Proved,
}

/// A parser under test.
pub trait Subject {
    /// What it reads.
    type Value;

    /// Its name, that of its folder in the corpus.
    fn name(&self) -> &'static str;

    /// A changed seed.
    fn mutant(&self, random: &mut Random) -> Mutant;

    /// The parser itself.
    fn read(&self, bytes: &[u8]) -> Result<Self::Value, Error>;

    /// Whether the parser may refuse a file that is not what its format says like this; where is judged elsewhere.
    fn malformed(&self, error: &Error) -> bool;

    /// Whether the parser may refuse like this for another reason.
    fn otherwise_refused(&self, _error: &Error) -> bool {
        false
    }

    /// Whether proofs are made with some of what is accepted.
    fn proves(&self) -> bool {
        false
    }

    /// Where the header of these bytes ends, if they have one.
    fn header_end(&self, bytes: &[u8]) -> Option<usize>;

    /// Bytes that reading a small file of `length` may take.
    fn small(&self, length: usize) -> usize {
        LARGEST_FLOOR + 4 * length
    }

    /// Use what was read; run `run` of the campaign.
    fn take_on(&self, value: Self::Value, mutant: &Mutant, run: u64) -> Result<Use, String>;
}

/// A law that a parser broke, and on which input.
#[derive(Debug)]
pub struct Breach {
    pub run: u64,
    pub law: String,
    pub input: Vec<u8>,
}

/// What a campaign saw.
#[derive(Default)]
pub struct Report {
    pub accepted: u64,
    pub past_header: u64,
    /// Proofs that were made with accepted files; all of them verified.
    pub proved: u64,
    /// The most memory taken by one input, and its length.
    pub peak: (usize, usize),
    /// The largest part of what `Subject::small` allows that was taken, in percent.
    pub small: usize,
    pub slowest: Duration,
}

fn number(name: &str, default: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("{name} is not a number: {text}")),
        Err(_) => default,
    }
}

fn overrun(kept: &Path) {
    eprintln!(
        "one input took more than {TIME:?}; it is in {}",
        kept.display()
    );
    std::process::abort();
}

/// Hold `subject` to every law, and print what was seen.
pub fn hold(subject: &impl Subject) {
    let (runs, seed) = (
        number("ZKDATA_FUZZ_RUNS", RUNS),
        number("ZKDATA_FUZZ_SEED", SEED),
    );
    let name = subject.name();
    let begun = Instant::now();
    let watchdog = Watchdog::new(TIME, place(&format!("{name}-overdue")), overrun);
    let report = campaign(subject, runs, seed, &watchdog).unwrap_or_else(|breach| {
        let kept = place(&format!("{name}-{}", breach.run));
        keep(&kept, &breach.input);
        panic!(
            "{name}, run {} under ZKDATA_FUZZ_SEED={seed}: {}; the input is in {}",
            breach.run,
            breach.law,
            kept.display()
        );
    });
    let seconds = begun.elapsed().as_secs_f64();
    let share = |count: u64| 100.0 * count as f64 / runs as f64;
    let (bytes, length) = report.peak;
    println!(
        "{name}: {runs} inputs in {seconds:.1} s, {:.1} % past the header, {:.1} % accepted, {} proofs; at most {bytes} bytes \
         (input of {length}), {} % of the bound for small files; slowest {:.1} ms",
        share(report.past_header),
        share(report.accepted),
        report.proved,
        report.small,
        report.slowest.as_secs_f64() * 1e3,
    );
    assert!(
        report.past_header * 100 >= runs * PAST_HEADER,
        "only {} of {runs} inputs got past the header of a {name}",
        report.past_header
    );
    assert!(
        report.proved > 0 || !subject.proves() || runs < RUNS,
        "nothing accepted as a {name} was proved with"
    );
}

/// `runs` mutants, until the first breach.
pub fn campaign<S: Subject>(
    subject: &S,
    runs: u64,
    seed: u64,
    watchdog: &Watchdog,
) -> Result<Report, Box<Breach>> {
    let mut report = Report::default();
    for run in 0..runs {
        let mutant = subject.mutant(&mut Random::of_run(seed, run));
        one(subject, &mutant, run, watchdog, &mut report).map_err(|law| {
            let input = mutant.bytes;
            Box::new(Breach { run, law, input })
        })?;
    }
    Ok(report)
}

fn one<S: Subject>(
    subject: &S,
    mutant: &Mutant,
    run: u64,
    watchdog: &Watchdog,
    report: &mut Report,
) -> Result<(), String> {
    let length = mutant.bytes.len();
    let begun = Instant::now();
    let (outcome, peak) = watchdog.over(&mutant.bytes, || {
        peak_of(|| catch_unwind(AssertUnwindSafe(|| subject.read(&mutant.bytes))))
    });
    let took = begun.elapsed();
    let outcome = outcome.map_err(|_| "it panicked".to_owned())?;
    let (law, small) = (LARGEST_FLOOR + 4 * length, subject.small(length));
    if peak > law.min(small) {
        return Err(format!(
            "it took {peak} bytes of memory for {length} of input"
        ));
    }
    if peak > report.peak.0 {
        report.peak = (peak, length);
    }
    report.small = report.small.max(100 * peak / small);
    report.slowest = report.slowest.max(took);
    let header_end = subject.header_end(&mutant.bytes);
    let value = match outcome {
        Ok(value) => value,
        Err(error) => {
            let beyond = blamed(&error).zip(header_end);
            report.past_header += u64::from(beyond.is_some_and(|(at, end)| at >= end as u64));
            return lawful(subject, &error, mutant);
        }
    };
    if let Some(what) = mutant.doomed {
        return Err(format!("it was accepted, although {what}"));
    }
    report.accepted += 1;
    report.past_header += 1;
    let used = watchdog.over(&mutant.bytes, || {
        catch_unwind(AssertUnwindSafe(|| subject.take_on(value, mutant, run)))
    });
    if let Use::Proved = used.map_err(|_| "using what was read panicked".to_owned())?? {
        report.proved += 1;
    }
    Ok(())
}

/// The byte that a refusal names.
fn blamed(error: &Error) -> Option<u64> {
    match error {
        Error::ArtifactMalformed { offset, .. } | Error::ProofMalformed { offset, .. } => *offset,
        _ => None,
    }
}

fn lawful<S: Subject>(subject: &S, error: &Error, mutant: &Mutant) -> Result<(), String> {
    let length = mutant.bytes.len();
    let message = error.to_string();
    let malformed = subject.malformed(error);
    if !malformed && (mutant.doomed.is_some() || !subject.otherwise_refused(error)) {
        return Err(format!("the wrong kind of refusal: {error:?}"));
    }
    if blamed(error).is_some_and(|at| at > length as u64) {
        return Err(format!("a place outside the {length} bytes: {error:?}"));
    }
    if message.len() > LONGEST_MESSAGE {
        return Err(format!("a message of {} bytes", message.len()));
    }
    Ok(())
}
