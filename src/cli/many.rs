//! Many scenarios at once: each read beside the same catalog, by as many threads as there are cores, told
//! in the order of the files.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Result;

use super::input::{Inputs, Rejected, read, texts};
use super::locks;
use crate::diagnostic::{Problem, Sources};
use crate::scenario::{Loaded, load};

/// One file and what became of it.
pub struct Read<T> {
    /// The file, as it was named.
    pub file: String,
    /// Files that it extends, directly or not.
    pub extends: Vec<String>,
    /// The answer, or why there is none.
    pub answer: Result<T, Refused>,
}

/// Why a file has no answer.
pub struct Refused {
    /// Each problem as stderr shows it.
    pub texts: Vec<String>,
    /// Each problem's place, and what is wrong there.
    pub problems: Vec<(String, String)>,
}

/// What is asked of a scenario that was read.
pub type Question<'a, T> = &'a (dyn Fn(&str, &Loaded, &Sources) -> Result<T, Vec<Problem>> + Sync);

impl Inputs {
    /// Asks each file the same; the answers come in the order of the files, whatever thread was first.
    pub fn each<T: Send>(&self, files: &[String], question: Question<'_, T>) -> Vec<Read<T>> {
        let next = AtomicUsize::new(0);
        let answers: Vec<Mutex<Option<Read<T>>>> = files.iter().map(|_| Mutex::default()).collect();
        let work = || {
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(file) = files.get(at) else { break };
                let read = self.one(file, question);
                if let Ok(mut slot) = answers[at].lock() {
                    *slot = Some(read);
                }
            }
        };
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        std::thread::scope(|scope| {
            for _ in 1..cores.min(files.len()) {
                scope.spawn(work);
            }
            work();
        });
        let done = answers
            .into_iter()
            .filter_map(|slot| slot.into_inner().ok().flatten());
        done.collect()
    }

    fn one<T>(&self, file: &str, question: Question<'_, T>) -> Read<T> {
        let mut sources = self.sources.clone();
        let before = sources.names().count();
        let answer = read(file)
            .and_then(|text| Ok((text, self.catalogs.of(file)?)))
            .map_err(|error| unreadable(file, &error))
            .and_then(|(text, catalog)| {
                let name = if file == "-" { "standard input" } else { file };
                let answer = load(name, &text, &self.settings, &catalog, &mut sources)
                    .and_then(|loaded| question(name, &loaded, &sources));
                locks::complete(&catalog, name).map_err(|error| unreadable(name, &error))?;
                answer.map_err(|problems| refused(&problems, &sources))
            });
        let read = sources.names().skip(before + 1);
        Read {
            file: file.to_owned(),
            extends: read
                .filter(|name| !name.starts_with("--"))
                .map(str::to_owned)
                .collect(),
            answer,
        }
    }
}

fn unreadable(file: &str, error: &anyhow::Error) -> Refused {
    Refused {
        texts: vec![format!("error: {error:#}\n")],
        problems: vec![(file.to_owned(), format!("{error:#}"))],
    }
}

fn refused(problems: &[Problem], sources: &Sources) -> Refused {
    let told = |problem: &Problem| (sources.locate(problem.place), problem.message.clone());
    Refused {
        texts: texts(problems, sources),
        problems: problems.iter().map(told).collect(),
    }
}

/// Takes out the files that others extend and that are no scenarios by themselves: whatever is wrong with
/// them shows in those that extend them.
pub fn without_bases<T>(reads: Vec<Read<T>>) -> (Vec<Read<T>>, Vec<String>) {
    let extended: BTreeSet<String> = reads
        .iter()
        .flat_map(|read| read.extends.iter().map(|base| plain(base)))
        .collect();
    let is_base = |read: &Read<T>| read.answer.is_err() && extended.contains(&plain(&read.file));
    let (bases, rest): (Vec<_>, Vec<_>) = reads.into_iter().partition(is_base);
    (rest, bases.into_iter().map(|read| read.file).collect())
}

/// A path without `./` and `x/..`.
fn plain(path: &str) -> String {
    crate::scenario::plain_path(path)
}

/// Everything that is wrong with any of the files as one error, each problem once: a base that is broken is
/// broken for all that extend it.
pub fn rejected<'a>(refused: impl Iterator<Item = &'a Refused>) -> Option<anyhow::Error> {
    let mut seen = BTreeSet::new();
    let mut list = Vec::new();
    for text in refused.flat_map(|refused| &refused.texts) {
        if seen.insert(text) {
            list.push(text.clone());
        }
    }
    (!list.is_empty()).then(|| Rejected::of(list.join("\n")).into())
}
