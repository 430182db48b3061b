//! Groupings of parts of a log made one: what both know is looked up on several threads, since each look waits for memory,
//! and what is new is then added in the order of the part.

use std::thread;

use super::super::cells::{Cells, Class};
use super::super::key::{Keys, Part};
use super::{Grouping, joined};

/// Looks that are worth a thread.
const LOOKS: usize = 1 << 14;

/// Threads that look: they all wait for the same memory.
const MOST_THREADS: usize = 4;

/// Not known yet.
const NEW: u32 = u32::MAX;

impl Grouping {
    /// Adds a grouping of another part of the log, made by the same plan.
    pub fn merge(&mut self, mut other: Self) {
        let latencies = std::mem::take(&mut other.latencies);
        let other = &other;
        if self.daily && !other.daily {
            self.end_days();
        }
        let renamed = Renamed::new(self, other);
        let groups = self.groups_of(other, &renamed);
        for (group, at) in (0..).zip(&groups) {
            if other.failed(group) > 0 {
                self.fail(*at, other.failed(group));
            }
        }
        let own = &mut self.latencies;
        let cells = thread::scope(|scope| {
            let (cells, by_day) = (&self.cells, self.daily);
            let times = scope.spawn(|| own.merge(latencies, &groups));
            let found = cells_of(cells, other, &renamed.classes, &groups, by_day);
            times.join().map(|()| found)
        });
        let cells = cells.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        self.add_cells(other, &renamed, &groups, cells);
        self.undated += other.undated;
        self.overflown |= other.overflown;
        self.span = joined(self.span, other.span);
    }

    /// The groups that those of another grouping are here.
    fn groups_of(&mut self, other: &Self, renamed: &Renamed) -> Vec<u32> {
        let is_name: Vec<bool> = self.plan.by.iter().map(|by| by.is_name()).collect();
        let key = |group: usize| {
            is_name.iter().enumerate().map(move |(place, is_name)| {
                let part = other.keys.part(group, place)?;
                Some(if *is_name {
                    renamed.names[part as usize]
                } else {
                    part
                })
            })
        };
        let keys: &Keys = &self.keys;
        let look = |group| keys.find(key(group)).unwrap_or(NEW);
        let mut groups = on_threads(other.keys.len(), &look);
        for (group, at) in groups.iter_mut().enumerate() {
            if *at == NEW {
                *at = self.keys.index(key(group));
            }
        }
        groups
    }

    /// Adds the cells of another grouping, of which these are known here.
    fn add_cells(&mut self, other: &Self, renamed: &Renamed, groups: &[u32], mut cells: Vec<u32>) {
        let by_day = self.daily;
        let place = |at: usize| {
            let (group, class, day) = other.cells.place_of(at);
            let (group, class) = (groups[group as usize], renamed.classes[class as usize]);
            (group, class, day)
        };
        for (at, cell) in cells.iter_mut().enumerate() {
            if *cell == NEW && by_day == self.daily {
                let (group, class, day) = place(at);
                *cell = self.cell(group, class, day) as u32;
                self.bound_days();
            }
        }
        if by_day != self.daily {
            // Cells have other places than were found.
            for (at, cell) in cells.iter_mut().enumerate() {
                let (group, class, _) = place(at);
                *cell = self.cell(group, class, None) as u32;
            }
        }
        let threads = threads(cells.len());
        self.overflown |= !self.cells.merge(&other.cells, &cells, threads);
    }
}

/// The cells that those of another grouping are here.
fn cells_of(
    cells: &Cells,
    other: &Grouping,
    classes: &[u32],
    groups: &[u32],
    by_day: bool,
) -> Vec<u32> {
    let look = |at| {
        let (group, class, day) = other.cells.place_of(at);
        let (group, class) = (groups[group as usize], classes[class as usize]);
        let found = cells.find(group, class, day.filter(|_| by_day));
        found.unwrap_or(NEW)
    };
    on_threads(other.cells.len(), &look)
}

/// Threads for so many looks.
fn threads(count: usize) -> usize {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    threads.min(MOST_THREADS).min(count / LOOKS).max(1)
}

/// What is found for each of so many, on several threads where they are many.
fn on_threads(count: usize, look: &(impl Fn(usize) -> u32 + Sync)) -> Vec<u32> {
    let mut found = vec![NEW; count];
    let part = count.div_ceil(threads(count)).max(1);
    let fill = |begin: usize, part: &mut [u32]| {
        for (at, found) in part.iter_mut().enumerate() {
            *found = look(begin + at);
        }
    };
    thread::scope(|scope| {
        let mut parts = found.chunks_mut(part).enumerate();
        let own = parts.next();
        for (at, part_of) in parts {
            scope.spawn(move || fill(at * part, part_of));
        }
        if let Some((_, part)) = own {
            fill(0, part);
        }
    });
    found
}

/// Indices of another grouping in this one.
struct Renamed {
    names: Vec<u32>,
    classes: Vec<u32>,
}

impl Renamed {
    fn new(grouping: &mut Grouping, other: &Grouping) -> Self {
        let names = 0..other.names.len() as u32;
        let names: Vec<u32> = names
            .map(|at| grouping.names.index(other.names.name(at)))
            .collect();
        let classes = (0..other.cells.classes() as u32).map(|at| {
            let class = other.cells.class_at(at);
            let name = |part: Part| part.map(|at| names[at as usize]);
            grouping.cells.class(Class {
                model: name(class.model),
                provider: name(class.provider),
                tier: name(class.tier),
                ..class
            })
        });
        let classes = classes.collect();
        Self { names, classes }
    }
}
