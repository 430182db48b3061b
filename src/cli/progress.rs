//! A line on stderr while long work goes on; nothing for short work, or where nobody watches.

use std::io::{self, IsTerminal, Read, Write};
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

/// How many bytes of logs were read, with the rate, and the time left where the whole is known.
pub struct Reading {
    whole: Option<u64>,
    done: u64,
    begun: Instant,
    watched: bool,
    next: Instant,
    shown: bool,
}

impl Reading {
    /// Reading so many bytes, where that is known.
    pub fn new(whole: Option<u64>, quiet: bool) -> Self {
        let now = Instant::now();
        Self {
            whole,
            done: 0,
            begun: now,
            watched: !quiet && std::io::stderr().is_terminal(),
            next: now + PATIENCE,
            shown: false,
        }
    }

    /// Watches a file while it is read.
    pub fn watch<R: Read>(&mut self, file: R) -> Watched<'_, R> {
        Watched {
            file,
            reading: self,
        }
    }

    /// So many bytes more are read.
    pub fn add(&mut self, bytes: u64) {
        self.done += bytes;
        if !self.watched || Instant::now() < self.next {
            return;
        }
        self.next = Instant::now() + Duration::from_millis(100);
        self.shown = true;
        let line = line(self.done, self.whole, self.begun.elapsed());
        let _ = write!(std::io::stderr(), "\r{line:<60}");
    }
}

/// `45 % of 840 MB, 120 MB/s, 4 s left`; of a stream without an end only what is known.
fn line(done: u64, whole: Option<u64>, took: Duration) -> String {
    let mb = |bytes: f64| bytes / 1e6;
    let rate = done as f64 / took.as_secs_f64().max(1e-3);
    match whole.filter(|whole| *whole >= done && *whole > 0) {
        Some(whole) => format!(
            "{:>3} % of {:.0} MB, {:.0} MB/s, {:.0} s left",
            done * 100 / whole,
            mb(whole as f64),
            mb(rate),
            (whole - done) as f64 / rate
        ),
        None => format!("{:.0} MB read, {:.0} MB/s", mb(done as f64), mb(rate)),
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        if self.shown {
            let _ = write!(std::io::stderr(), "\r{:width$}\r", "", width = 60);
        }
    }
}

/// A file that is watched.
pub struct Watched<'a, R> {
    file: R,
    reading: &'a mut Reading,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.reading.add(count as u64);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_rate_and_time_left_where_the_whole_is_known() {
        let seconds = Duration::from_secs(2);
        assert_eq!(
            line(200_000_000, Some(800_000_000), seconds),
            " 25 % of 800 MB, 100 MB/s, 6 s left"
        );
        assert_eq!(line(200_000_000, None, seconds), "200 MB read, 100 MB/s");
    }
}
