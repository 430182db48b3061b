//! A query while it runs: progress, an end on Ctrl-C, and an engine that does not come back.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use super::address::Address;
use super::engine::{Engine, Failure};
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

/// A call of the client while it goes on.
pub struct Watch<'a> {
    /// Where the engine is.
    pub address: &'a Address,
    /// Whether to be quiet about it.
    pub quiet: bool,
    /// How long it may take in all, where that is bounded.
    pub most: Option<Duration>,
}

impl Watch<'_> {
    /// Makes a call on a thread of its own; `stop` ends it there.
    ///
    /// # Errors
    /// What the call returns; that the engine is lost; that the user ended it.
    pub fn call<T: Send + 'static>(
        &self,
        stop: Option<&Engine>,
        call: impl FnOnce() -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let (sender, receiver) = mpsc::sync_channel(1);
        thread::spawn(move || {
            let _ = sender.send(call());
        });
        let mut answer = None;
        let tasks = Tasks::default();
        self.wait(&receiver, stop, &tasks, &mut |one| {
            answer = Some(one?);
            Ok(())
        })?;
        answer.ok_or_else(|| Failure::Lost("the call ended early".into()))
    }

    /// Runs a query and hands its rows over, in the order in which they come.
    ///
    /// # Errors
    /// As [`Watch::call`], and what `each` returns.
    pub fn rows(
        &self,
        engine: &Engine,
        sql: &str,
        each: &mut dyn FnMut(&[Field]) -> Result<(), String>,
    ) -> Result<(), Failure> {
        let tasks = Arc::new(Tasks::default());
        let told = Arc::clone(&tasks);
        let (sender, receiver) = mpsc::sync_channel::<Result<Vec<Vec<Field>>, Failure>>(4);
        let (asked, text) = (engine.clone(), sql.to_owned());
        thread::spawn(move || {
            let mut rows = Vec::new();
            let progressed = |done, all, bytes| {
                told.done.store(done, Ordering::Relaxed);
                told.all.store(all, Ordering::Relaxed);
                told.bytes.store(bytes, Ordering::Relaxed);
            };
            let end = asked.rows(&text, &progressed, &mut |row| {
                rows.push(row);
                rows.len() < TOGETHER || sender.send(Ok(std::mem::take(&mut rows))).is_ok()
            });
            // That nothing more comes is seen by the sender being gone.
            let _ = sender.send(end.map(|()| rows));
        });
        let mut failed = None;
        let end = self.wait(&receiver, Some(engine), &tasks, &mut |rows| {
            for row in &rows? {
                if let Err(why) = each(row) {
                    failed = Some(());
                    return Err(Failure::Wrong(why));
                }
            }
            Ok(())
        });
        if failed.is_some() {
            stop(engine);
        }
        end
    }

    /// Waits for what comes until the other end is gone.
    fn wait<T>(
        &self,
        receiver: &Receiver<T>,
        engine: Option<&Engine>,
        tasks: &Tasks,
        take: &mut dyn FnMut(T) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let mut line = Line {
            watched: !self.quiet && io::stderr().is_terminal(),
            begun: Instant::now(),
            shown: false,
        };
        let mut away = Away::new(self.address);
        loop {
            match receiver.recv_timeout(Duration::from_millis(100)) {
                Ok(one) => {
                    take(one)?;
                    away.seen();
                }
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
                Err(RecvTimeoutError::Timeout) => {}
            }
            if INTERRUPTED.load(Ordering::Relaxed) {
                if let Some(engine) = engine {
                    stop(engine);
                }
                return Err(Failure::Wrong(
                    "interrupted: the query was canceled, and nothing was written".into(),
                ));
            }
            if self.most.is_some_and(|most| line.begun.elapsed() > most) {
                return Err(Failure::Away(format!(
                    "{} listens but does not answer within {} s as Spark Connect does\n\
                     hint: TLS is asked for by `/;use_ssl=true` at the end of the address, and only by that; \
                     a cluster that has to start first needs a longer --connect-timeout",
                    self.address.told,
                    line.begun.elapsed().as_secs()
                )));
            }
            line.show(tasks);
            away.look()?;
        }
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

/// Waits for an engine that was lost; false where it does not come back, or the user ends the waiting.
pub fn comes_back(address: &Address) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < AWAY && !INTERRUPTED.load(Ordering::Relaxed) {
        thread::sleep(Duration::from_millis(500));
        if address.answers().is_ok() {
            return true;
        }
    }
    false
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
