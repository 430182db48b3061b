//! The formulas of the source article's six choices (`docs/model.md` section 10), on plain numbers.

pub mod cascade;
pub mod complexity;
pub mod confidence;
pub mod data;
pub mod invest;
pub mod queue;

/// Cells of the first look at a function.
const CELLS: u32 = 512;
/// Share of an interval that a step of the golden section keeps.
const GOLDEN: f64 = 0.618_033_988_749_894_8;

/// Where a function of one variable is least on `low..=high`, and how small it is there.
///
/// The best of an even grid, its ends included, and of a golden section search around it: exact for a
/// function that has one minimum within two cells of its best grid point.
pub fn best_on(f: &impl Fn(f64) -> f64, low: f64, high: f64) -> (f64, f64) {
    let at = |cell: u32| low + (high - low) * f64::from(cell) / f64::from(CELLS);
    let mut best = (low, f(low));
    let mut cell = 0;
    for next in 1..=CELLS {
        let x = if next == CELLS { high } else { at(next) };
        let y = f(x);
        if y < best.1 {
            best = (x, y);
            cell = next;
        }
    }
    let (mut a, mut b) = (at(cell.saturating_sub(1)), at((cell + 1).min(CELLS)));
    for _ in 0..64 {
        let (left, right) = (b - GOLDEN * (b - a), a + GOLDEN * (b - a));
        for x in [left, right] {
            let y = f(x);
            if y < best.1 {
                best = (x, y);
            }
        }
        if f(left) <= f(right) {
            b = right;
        } else {
            a = left;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::best_on;

    #[test]
    fn the_least_of_a_parabola_and_of_a_falling_line_is_found() {
        let (x, y) = best_on(&|x| (x - 0.3) * (x - 0.3) + 1.0, 0.0, 1.0);
        assert!((x - 0.3).abs() < 1e-6 && (y - 1.0).abs() < 1e-12);
        assert_eq!(best_on(&|x| -x, 0.0, 2.0).0, 2.0);
    }

    #[test]
    fn an_empty_interval_gives_its_one_value() {
        assert_eq!(best_on(&|x| x, 0.0, 0.0), (0.0, 0.0));
    }
}
