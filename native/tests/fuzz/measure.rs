//! What a parser takes: memory by a counting allocator, time by a watchdog.

use std::alloc::{GlobalAlloc, Layout, System};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

static HELD: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

/// The system's allocator, counting the bytes that this process holds.
pub struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn more(size: usize) {
    PEAK.fetch_max(HELD.fetch_add(size, SeqCst) + size, SeqCst);
}

// SAFETY: every call goes on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        more(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        more(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), SeqCst);
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // Old and new may lie side by side while the contents move.
        more(size);
        HELD.fetch_sub(layout.size(), SeqCst);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

static TURN: Mutex<()> = Mutex::new(());

/// Measuring counts the whole process, so one test measures at a time.
pub fn turn() -> MutexGuard<'static, ()> {
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What `work` returns, and the most bytes that were held meanwhile beyond those held before.
pub fn peak_of<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = HELD.load(SeqCst);
    PEAK.store(before, SeqCst);
    let value = work();
    (value, PEAK.load(SeqCst).saturating_sub(before))
}

/// Processor time of this process so far, where the system tells: user and system time of /proc/self/stat, in 1/100 s.
fn processor_time() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    let ticks = fields.split_whitespace().skip(11).take(2);
    let ticks = ticks
        .map(|field| field.parse::<u64>().ok())
        .sum::<Option<u64>>()?;
    Some(Duration::from_millis(10 * ticks))
}

/// A busy machine may stall a process for so many times the limit; then it counts as a hang that uses no processor.
const PATIENCE: u32 = 30;

/// What is being read, and since when.
type Watched = Arc<Mutex<Option<(Instant, Vec<u8>)>>>;

/// A thread that notices when one input takes too long.
pub struct Watchdog {
    watched: Watched,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Watchdog {
    /// Keep the first input that takes more than `limit` of processor time in the file `kept`, then call `overrun`.
    pub fn new(limit: Duration, kept: PathBuf, overrun: fn(&Path)) -> Self {
        let watched = Watched::default();
        let stop = Arc::new(AtomicBool::new(false));
        let (watching, stopped) = (Arc::clone(&watched), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            // The input that was being read at the last look, by its start, and the processor time then.
            let mut seen: Option<(Instant, Option<Duration>)> = None;
            while !stopped.load(SeqCst) {
                std::thread::park_timeout(limit / 10);
                let now = processor_time();
                let overdue = watching.lock().expect("the watch").take_if(|(start, _)| {
                    let (known, then) = *seen.get_or_insert((*start, now));
                    if known != *start {
                        seen = Some((*start, now));
                        return false;
                    }
                    let waited = start.elapsed();
                    let used = now.zip(then).map_or(waited, |(now, then)| now - then);
                    used > limit || waited > limit * PATIENCE
                });
                if let Some((_, input)) = overdue {
                    keep(&kept, &input);
                    overrun(&kept);
                }
            }
        });
        Self {
            watched,
            stop,
            thread: Some(thread),
        }
    }

    /// What `work` returns, under watch; it is about to read `input`.
    pub fn over<T>(&self, input: &[u8], work: impl FnOnce() -> T) -> T {
        *self.watched.lock().expect("the watch") = Some((Instant::now(), input.to_vec()));
        let value = work();
        *self.watched.lock().expect("the watch") = None;
        value
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.stop.store(true, SeqCst);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            thread.join().expect("the watchdog");
        }
    }
}

/// A place under the build folder for an input that broke a law.
pub fn place(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("fuzz")
        .join(name)
}

/// Write `input` to `path`.
pub fn keep(path: &Path, input: &[u8]) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, input).expect("the input");
}
