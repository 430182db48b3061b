//! One function on many things, on every core; the results stand in the order of the things.

use std::thread;

/// Applies a function to each thing; a thread is worth its while for so many of them.
pub fn each<T: Sync, R: Send>(things: &[T], least: usize, run: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let part = things.len().div_ceil(threads).max(least);
    let run = &run;
    thread::scope(|scope| {
        let parts: Vec<_> = things
            .chunks(part)
            .map(|part| scope.spawn(move || part.iter().map(run).collect::<Vec<R>>()))
            .collect();
        let mut results = Vec::with_capacity(things.len());
        for part in parts {
            match part.join() {
                Ok(done) => results.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        results
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_in_the_order_of_the_things() {
        let things: Vec<u32> = (0..1_000).collect();
        let doubled = each(&things, 8, |thing| 2 * thing);
        assert_eq!(doubled.len(), 1_000);
        assert!(doubled.iter().zip(0..).all(|(result, k)| *result == 2 * k));
        assert_eq!(each(&[] as &[u32], 8, |thing| *thing), Vec::<u32>::new());
    }
}
