//! Parsers with faults, so that each law is seen to catch what it is for.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::{Duration, Instant};

use _native::error::Error;

use crate::campaign::{Breach, Mutant, Subject, Use, campaign};
use crate::measure::{Watchdog, place, turn};
use crate::random::Random;

const FORMAT: &str = "planted";

fn refusal(offset: u64, reason: &str) -> Error {
    Error::ArtifactMalformed {
        format: FORMAT,
        offset: Some(offset),
        reason: reason.to_owned(),
    }
}

type Bite = fn(&Path);
type Read = fn(&[u8]) -> Result<u8, Error>;

/// A format of four equal bytes, read by a parser that is sound or not.
struct Planted {
    read: Read,
    take_on: fn(u8) -> Result<(), String>,
}

/// The parser without a fault.
fn sound(bytes: &[u8]) -> Result<u8, Error> {
    match bytes {
        [a, b, c, d] if a == b && b == c && c == d => Ok(*a),
        _ => Err(refusal(0, "not four equal bytes")),
    }
}

impl Subject for Planted {
    type Value = u8;

    fn name(&self) -> &'static str {
        FORMAT
    }

    fn mutant(&self, random: &mut Random) -> Mutant {
        let mut bytes = vec![random.word() as u8; 4];
        let broken = random.once_in(2);
        if broken {
            bytes[random.below(4)] ^= 1;
        }
        Mutant {
            bytes,
            seed: FORMAT.to_owned(),
            doomed: broken.then_some("one byte is another"),
        }
    }

    fn read(&self, bytes: &[u8]) -> Result<u8, Error> {
        (self.read)(bytes)
    }

    fn malformed(&self, error: &Error) -> bool {
        matches!(error, Error::ArtifactMalformed { format, .. } if *format == FORMAT)
    }

    fn header_end(&self, _bytes: &[u8]) -> Option<usize> {
        Some(1)
    }

    fn take_on(&self, value: u8, _mutant: &Mutant, _run: u64) -> Result<Use, String> {
        (self.take_on)(value).map(|()| Use::Seen)
    }
}

fn watchdog() -> Watchdog {
    Watchdog::new(Duration::from_secs(60), place("planted-unused"), |_| {})
}

/// The law that a campaign against `read` ends with.
fn broken_law(read: Read) -> String {
    let take_on = |_| Ok(());
    law(Planted { read, take_on })
}

fn law(planted: Planted) -> String {
    let _alone = turn();
    let report = campaign(&planted, 1000, 1, &watchdog());
    report.err().map_or(String::new(), |breach| breach.law)
}

#[test]
fn a_sound_parser_breaks_no_law() {
    let _alone = turn();
    let take_on = |_| Ok(());
    let report = campaign(
        &Planted {
            read: sound,
            take_on,
        },
        1000,
        1,
        &watchdog(),
    );
    let report = report.expect("no breach");
    assert!((400..600).contains(&report.accepted));
    assert_eq!(report.past_header, report.accepted);
}

#[test]
fn a_panic_is_caught_and_its_input_named() {
    let _alone = turn();
    let read = |bytes: &[u8]| {
        assert_ne!(bytes[3], 7, "planted");
        sound(bytes)
    };
    let take_on = |_| Ok(());
    let report = campaign(&Planted { read, take_on }, 10_000, 1, &watchdog());
    let Breach { law, input, .. } = *report.err().expect("a breach");
    assert_eq!((law.as_str(), input[3]), ("it panicked", 7));
}

#[test]
fn an_allocation_by_an_unchecked_size_is_caught() {
    let law = broken_law(|bytes| {
        let unchecked = Vec::<u8>::with_capacity(65 << 20);
        std::hint::black_box(&unchecked);
        sound(bytes)
    });
    assert!(law.contains("bytes of memory"), "{law}");
}

#[test]
fn garbage_that_is_accepted_is_caught() {
    let law = broken_law(|bytes| Ok(bytes[0]));
    assert_eq!(law, "it was accepted, although one byte is another");
}

#[test]
fn a_wrong_kind_of_refusal_is_caught() {
    for read in [
        (|_| Err(Error::ProofRejected { which: vec![] })) as Read,
        |_| Err(Error::proof("a part", "another parser's refusal")),
        |_| {
            Err(Error::SetupInsecure {
                element: "none",
                reason: String::new(),
            })
        },
    ] {
        assert!(broken_law(read).contains("wrong kind of refusal"));
    }
    let outside = broken_law(|_| Err(refusal(5, "beyond the end")));
    assert!(outside.contains("outside the 4 bytes"), "{outside}");
    let talkative = broken_law(|_| Err(refusal(0, &"x".repeat(1000))));
    assert!(talkative.contains("a message of"), "{talkative}");
}

#[test]
fn a_bad_use_of_what_was_read_is_caught() {
    let read = sound;
    let unverified = law(Planted {
        read,
        take_on: |_| Err("a proof that does not verify".to_owned()),
    });
    assert_eq!(unverified, "a proof that does not verify");
    let panicking = law(Planted {
        read,
        take_on: |value| panic!("{value}"),
    });
    assert_eq!(panicking, "using what was read panicked");
}

/// Which of the two ways to hang the watchdog has ended.
static BITTEN: [AtomicBool; 2] = [AtomicBool::new(false), AtomicBool::new(false)];

/// Wait for the watchdog; without it, end the test as a failure and not in a hang of its own.
fn hang(way: usize, pause: fn()) -> Result<u8, Error> {
    let begun = Instant::now();
    while !BITTEN[way].load(SeqCst) && begun.elapsed() < Duration::from_secs(20) {
        pause();
    }
    Err(refusal(0, "at last"))
}

#[test]
fn a_hang_is_caught_while_it_hangs_and_its_input_kept() {
    let _alone = turn();
    let limit = Duration::from_millis(100);
    let ways: [(&str, Bite, Read); 2] = [
        (
            "planted-loop",
            |_| BITTEN[0].store(true, SeqCst),
            |_| hang(0, std::hint::spin_loop),
        ),
        (
            "planted-wait",
            |_| BITTEN[1].store(true, SeqCst),
            |_| hang(1, || std::thread::sleep(Duration::from_millis(1))),
        ),
    ];
    for (way, (name, bite, read)) in ways.into_iter().enumerate() {
        let watchdog = Watchdog::new(limit, place(name), bite);
        let take_on = |_| Ok(());
        let planted = Planted { read, take_on };
        campaign(&planted, 1, 1, &watchdog).expect("in time after the bite");
        assert!(BITTEN[way].load(SeqCst), "{name}");
        let input = planted.mutant(&mut Random::of_run(1, 0)).bytes;
        assert_eq!(std::fs::read(place(name)).expect("the input"), input);
    }
}
