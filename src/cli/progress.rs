//! A line on stderr while long work goes on; nothing for short work, or where nobody watches.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// Work that is watched for shorter than this shows nothing.
const PATIENCE: Duration = Duration::from_millis(500);

/// How much of some work is done.
pub struct Progress {
    what: &'static str,
    of: usize,
    watched: bool,
    next: Instant,
    shown: bool,
}

impl Progress {
    /// Progress over `of` things.
    pub fn new(what: &'static str, of: usize, quiet: bool) -> Self {
        let watched = !quiet && std::io::stderr().is_terminal();
        Self {
            what,
            of,
            watched,
            next: Instant::now() + PATIENCE,
            shown: false,
        }
    }

    /// So many are done.
    pub fn at(&mut self, done: usize) {
        if !self.watched || Instant::now() < self.next {
            return;
        }
        self.next = Instant::now() + Duration::from_millis(100);
        self.shown = true;
        let percent = done * 100 / self.of.max(1);
        let _ = write!(
            std::io::stderr(),
            "\r{percent:>3} % of {} {}",
            self.of,
            self.what
        );
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown {
            let _ = write!(std::io::stderr(), "\r{:width$}\r", "", width = 40);
        }
    }
}
