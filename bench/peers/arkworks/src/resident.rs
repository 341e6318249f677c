//! Orders and answers, as `bench/peers/resident.py` says.

use std::fs;
use std::io::{self, BufRead};
use std::time::Instant;

/// What is repeated; everything it needs is loaded when it has been made.
pub trait Work {
    /// Once.
    fn run(&mut self);

    /// What the last run gave.
    fn save(&self, proof: &str, public: &str);
}

/// Answer orders until there are no more.
pub fn serve<W: Work>(make: impl FnOnce() -> W) {
    let (mut work, load) = measured(make);
    println!(r#"{{"load": {load}}}"#);
    for line in io::stdin().lock().lines() {
        let line = line.expect("a line of text");
        match line.split_whitespace().collect::<Vec<_>>()[..] {
            ["run"] => println!("{}", measured(|| work.run()).1),
            ["save", proof, public] => {
                work.save(proof, public);
                println!("{{}}");
            }
            _ => panic!("no such order: {line}"),
        }
    }
}

fn measured<T>(work: impl FnOnce() -> T) -> (T, String) {
    let (before, started) = (cpu(), Instant::now());
    let result = work();
    let (wall, cpu) = (started.elapsed().as_secs_f64(), cpu() - before);
    let peak = peak_kibibytes();
    (
        result,
        format!(r#"{{"wall": {wall}, "cpu": {cpu}, "peak_kibibytes": {peak}}}"#),
    )
}

/// Seconds of the processor so far, all threads.
fn cpu() -> f64 {
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::uninit();
    // SAFETY: the pointer is to a whole rusage, which the call fills when it returns 0.
    let usage = unsafe {
        assert_eq!(libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr()), 0);
        usage.assume_init()
    };
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

/// The most memory that this process has held at once.
fn peak_kibibytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number
        .and_then(|number| number.parse().ok())
        .expect("a line VmHWM")
}
