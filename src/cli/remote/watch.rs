//! A query while it runs: progress, an end on Ctrl-C, and an engine that does not come back.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use super::engine::{Address, Engine, Failure};
use crate::usage::remote::load::Field;

/// How long an engine that was lost may take to come back.
const AWAY: Duration = Duration::from_secs(20);

/// Rows that are handed over together.
const TOGETHER: usize = 512;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Makes Ctrl-C end the query there, and then the command.
pub fn on_interrupt() {
    static ONCE: OnceLock<()> = OnceLock::new();
    ONCE.get_or_init(|| {
        let _ = ctrlc::set_handler(|| {
            // Who presses it again does not want to wait for the engine.
            if INTERRUPTED.swap(true, Ordering::Relaxed) {
                std::process::exit(2);
            }
        });
    });
}

/// What the engine says about its progress.
#[derive(Default)]
struct Tasks {
    done: AtomicI64,
    all: AtomicI64,
    bytes: AtomicI64,
}

/// A line on a terminal's stderr while a query runs.
struct Line {
    watched: bool,
    begun: Instant,
    shown: bool,
}

impl Line {
    fn show(&mut self, tasks: &Tasks) {
        if !self.watched || self.begun.elapsed() < Duration::from_millis(500) {
            return;
        }
        self.shown = true;
        let line = line(
            tasks.done.load(Ordering::Relaxed),
            tasks.all.load(Ordering::Relaxed),
            tasks.bytes.load(Ordering::Relaxed),
            self.begun.elapsed(),
        );
        let _ = write!(io::stderr(), "\r{line:<60}");
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if self.shown {
            let _ = write!(io::stderr(), "\r{:60}\r", "");
        }
    }
}

fn line(done: i64, all: i64, bytes: i64, took: Duration) -> String {
    let seconds = took.as_secs();
    if all == 0 {
        return format!("the engine is at work, {seconds} s");
    }
    let mb = bytes as f64 / 1e6;
    format!("the engine: {done} of {all} tasks, {mb:.0} MB read, {seconds} s")
}

/// Runs a query and hands its rows over, in the order in which they come.
///
/// # Errors
/// What the engine says; that it is lost; that the user ended it; what `each` returns.
pub fn rows(
    engine: &Engine,
    address: &Address,
    sql: &str,
    quiet: bool,
    each: &mut dyn FnMut(&[Field]) -> Result<(), String>,
) -> Result<(), Failure> {
    let tasks = Arc::new(Tasks::default());
    let told = Arc::clone(&tasks);
    engine.watch(move |done, all, bytes| {
        told.done.store(done, Ordering::Relaxed);
        told.all.store(all, Ordering::Relaxed);
        told.bytes.store(bytes, Ordering::Relaxed);
    });
    let (sender, receiver) = mpsc::sync_channel::<Result<Vec<Vec<Field>>, Failure>>(4);
    let (asked, text) = (engine.clone(), sql.to_owned());
    thread::spawn(move || {
        let mut rows = Vec::new();
        let end = asked.rows(&text, &mut |row| {
            rows.push(row);
            rows.len() < TOGETHER || sender.send(Ok(std::mem::take(&mut rows))).is_ok()
        });
        let _ = sender.send(end.map(|()| rows));
        // Nothing more comes: the other end sees that the sender is gone.
    });
    let mut line = Line {
        watched: !quiet && io::stderr().is_terminal(),
        begun: Instant::now(),
        shown: false,
    };
    let mut away = Away::new(address);
    loop {
        match receiver.recv_timeout(Duration::from_millis(100)) {
            Ok(rows) => {
                for row in &rows? {
                    if let Err(why) = each(row) {
                        engine.interrupt();
                        return Err(Failure::Wrong(why));
                    }
                }
                away.seen();
            }
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
            Err(RecvTimeoutError::Timeout) => {}
        }
        if INTERRUPTED.load(Ordering::Relaxed) {
            stop(engine);
            return Err(Failure::Wrong(
                "interrupted: the query was canceled, and nothing was written".into(),
            ));
        }
        line.show(&tasks);
        away.look()?;
    }
}

/// Cancels the query, but waits no longer than a moment for an engine that may be gone.
fn stop(engine: &Engine) {
    let (sender, receiver) = mpsc::channel();
    let engine = engine.clone();
    thread::spawn(move || {
        engine.interrupt();
        let _ = sender.send(());
    });
    let _ = receiver.recv_timeout(Duration::from_secs(5));
}

/// Looks now and then whether the engine is still there: the client itself would wait for many minutes.
struct Away<'a> {
    address: &'a Address,
    since: Option<Instant>,
    next: Instant,
}

impl<'a> Away<'a> {
    fn new(address: &'a Address) -> Self {
        Self {
            address,
            since: None,
            next: Instant::now() + Duration::from_secs(2),
        }
    }

    fn seen(&mut self) {
        self.since = None;
    }

    fn look(&mut self) -> Result<(), Failure> {
        if Instant::now() < self.next {
            return Ok(());
        }
        let answer = self.address.answers();
        self.next = Instant::now() + Duration::from_secs(2);
        let Err(why) = answer else {
            self.since = None;
            return Ok(());
        };
        let since = *self.since.get_or_insert_with(Instant::now);
        if since.elapsed() >= AWAY {
            return Err(Failure::Lost(format!(
                "{why}; it did not come back within {} s",
                AWAY.as_secs()
            )));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_what_the_engine_tells() {
        let took = Duration::from_secs(8);
        assert_eq!(line(0, 0, 0, took), "the engine is at work, 8 s");
        assert_eq!(
            line(12, 40, 1_200_000_000, took),
            "the engine: 12 of 40 tasks, 1200 MB read, 8 s"
        );
    }
}
