//! Blocks on several threads, and what is told of them in between.

use super::super::group;
use super::super::record::Id;
use super::super::time::Zone;
use super::*;

/// Claims the bytes of each block, and panics where they say so.
struct Worker {
    open: Vec<usize>,
    told: Told,
}

impl Work for Worker {
    fn block(&mut self, bytes: &[u8]) -> Blocked {
        assert!(bytes != b"panic\n");
        let claims: Vec<Claim> = (0..).zip(bytes).map(|(at, b)| (at, Id::from(*b))).collect();
        self.open.push(claims.len());
        let claims = Some(claims);
        Blocked {
            claims,
            ..Blocked::of(1)
        }
    }

    fn settle(&mut self, copies: &[u32]) {
        self.told.counted += self.open.remove(0) as u64;
        self.told.copies += copies.len() as u64;
    }

    fn end(self) -> (Grouping, Told) {
        let plan = group::Plan {
            by: Vec::new(),
            zone: Zone::utc(),
            daily: false,
        };
        (Grouping::new(plan), self.told)
    }
}

#[derive(Default)]
struct General(std::collections::HashSet<Id>);

impl Rest for General {
    fn read(&mut self, _: u64, _: &[u8]) -> io::Result<()> {
        Ok(())
    }

    fn is_copy(&mut self, id: Id) -> bool {
        !self.0.insert(id)
    }
}

fn run_over(mut text: &[u8]) -> io::Result<Sums> {
    let workers = (0..3).map(|_| Worker {
        open: Vec::new(),
        told: Told::default(),
    });
    let mut cutter = Cutter::new(Records::Lines, &mut text);
    let rest = &mut General::default();
    let (sums, _) = run(workers.collect(), &mut cutter, 1, &mut 0, rest)?;
    Ok(sums)
}

#[test]
fn every_block_is_settled_once_with_the_copies_of_those_before() {
    let text = "ab\nbc\n".repeat(200);
    let sums = run_over(text.as_bytes()).unwrap();
    let told = sums.iter().map(|(_, told)| (told.counted, told.copies));
    let (counted, copies) = told.fold((0, 0), |sum, told| (sum.0 + told.0, sum.1 + told.1));
    // All but the first a, b, c and end of line are copies.
    assert_eq!(
        (counted, copies),
        (text.len() as u64, text.len() as u64 - 4)
    );
}

#[test]
fn threads_do_not_wait_for_one_that_has_ended_early() {
    let text = "ab\n".repeat(50) + "panic\n" + &"ab\n".repeat(50);
    let error = run_over(text.as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), ended_early().to_string());
}
