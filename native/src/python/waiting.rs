//! Long work beside Python: without the interpreter's lock, told how far it is, stopped by Ctrl-C.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pyo3::prelude::*;

use crate::error::{Error, Result};
use crate::watch::Watch;
use crate::workers;

/// Between two looks at signals, and two reports: short beside the second that Ctrl-C may take.
const TICK: Duration = Duration::from_millis(50);

/// For stopped work to tidy up.
const GRACE: Duration = Duration::from_millis(300);

/// Run short work without the interpreter's lock, so that other Python threads go on.
pub fn aside<T: Send>(py: Python<'_>, work: impl FnOnce() -> Result<T> + Send) -> PyResult<T> {
    Ok(py.detach(|| workers::pool()?.install(work))?)
}

/// Run long work without the interpreter's lock. Signals are seen to, and `progress`, if there is one, is called with the
/// part that is done; whatever either raises stops the work and is raised here.
///
/// Work that is stopped may go on by itself to its next report, with what it owns; it can have no effect any more.
pub fn attended<T: Send + 'static>(
    py: Python<'_>,
    progress: Option<Bound<'_, PyAny>>,
    work: impl FnOnce(&Watch) -> Result<T> + Send + 'static,
) -> PyResult<T> {
    let watch = Arc::new(Watch::default());
    let (sender, receiver) = channel();
    let watched = Arc::clone(&watch);
    workers::pool()?.spawn(move || {
        // Nobody may be waiting any more.
        let _ = sender.send(work(&watched));
    });
    let receiver = Mutex::new(receiver);
    let wait = |time: Duration| match receiver.lock() {
        Ok(receiver) => receiver.recv_timeout(time),
        Err(_) => Err(RecvTimeoutError::Disconnected),
    };
    loop {
        match py.detach(|| wait(TICK)) {
            Ok(result) => {
                let result = result?;
                tell(progress.as_ref(), 1.0)?;
                return Ok(result);
            }
            Err(RecvTimeoutError::Disconnected) => {
                let reason = "the work ended without a word; please report how".to_owned();
                return Err(Error::ResourceLimit(reason).into());
            }
            Err(RecvTimeoutError::Timeout) => {
                let told = py
                    .check_signals()
                    .and_then(|()| tell(progress.as_ref(), watch.fraction()));
                if let Err(raised) = told {
                    let patience = if watch.stop() { GRACE } else { Duration::MAX };
                    let _ = py.detach(|| wait(patience));
                    return Err(raised);
                }
            }
        }
    }
}

fn tell(progress: Option<&Bound<'_, PyAny>>, fraction: f64) -> PyResult<()> {
    progress.map_or(Ok(()), |progress| progress.call1((fraction,)).map(drop))
}
