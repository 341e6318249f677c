//! The threads that proving runs on.
//!
//! rayon's own pool does not survive `fork`: the child inherits its queues without its threads and waits forever, and
//! Python forks often. So each process gets a pool of its own when it first needs one.

use std::process;
use std::sync::{Arc, Mutex};

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::error::{Error, Result};

static POOL: Mutex<Option<(u32, Arc<ThreadPool>)>> = Mutex::new(None);

/// This process's pool.
pub fn pool() -> Result<Arc<ThreadPool>> {
    // A panic would end the process; like this, whoever waits for the work hears that it ended.
    let build = || {
        let builder = ThreadPoolBuilder::new().panic_handler(|_| ());
        builder.build().map(Arc::new)
    };
    let refused = |reason: rayon::ThreadPoolBuildError| {
        Error::ResourceLimit(format!("no threads to work on: {reason}"))
    };
    // A lock held by another thread at the time of a fork stays locked in the child, so nobody waits for it here.
    let Ok(mut shared) = POOL.try_lock() else {
        return build().map_err(refused);
    };
    match shared.as_ref() {
        Some((owner, pool)) if *owner == process::id() => Ok(Arc::clone(pool)),
        _ => {
            let pool = build().map_err(refused)?;
            // Dropping a pool whose threads stayed in the parent would wait for them.
            std::mem::forget(shared.replace((process::id(), Arc::clone(&pool))));
            Ok(pool)
        }
    }
}
