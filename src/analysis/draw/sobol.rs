//! Sobol sequences: points that fill a cube evenly, scrambled at random (`docs/model.md` section 9).

use super::directions::DIMENSIONS;
use super::random::Random;
use crate::real::BLOCK;

/// Bits of a coordinate, and so the binary logarithm of how many points there are.
const BITS: usize = 32;

/// Most dimensions.
pub const MOST_DIMENSIONS: usize = DIMENSIONS.len();

/// A scrambled sequence.
#[derive(Clone, Debug)]
pub struct Sobol {
    dimensions: Vec<Scrambled>,
}

/// One coordinate.
#[derive(Clone, Debug)]
struct Scrambled {
    /// What each bit of a point's number turns over.
    directions: [u32; BITS],
    /// The coordinates of the first block before the shift.
    first: [u32; BLOCK],
    shift: u32,
}

impl Sobol {
    /// A sequence of so many dimensions, scrambled by random numbers: a random matrix mixes the bits of every
    /// coordinate, each with those above it, and a random shift turns them over. Each point alone is then
    /// uniform, and all keep their net (Matousek, "On the L2-discrepancy for anchored boxes", J. Complexity 14,
    /// 1998; Owen, "Monte Carlo variance of scrambled net quadrature", SIAM J. Numer. Anal. 34, 1997).
    pub fn scrambled(dimensions: usize, random: &mut Random) -> Self {
        let of = |at: usize| Scrambled::new(&mixed(&directions(at), random), random.bits());
        Self {
            dimensions: (0..dimensions).map(of).collect(),
        }
    }

    /// A coordinate of the points of a block, as 32 bits after the point; `first` is a multiple of [`BLOCK`].
    pub fn fill(&self, dimension: usize, first: u32, out: &mut [u32; BLOCK]) {
        let of = &self.dimensions[dimension];
        let mut base = of.shift;
        for (bit, direction) in of.directions.iter().enumerate() {
            if first >> bit & 1 == 1 {
                base ^= direction;
            }
        }
        for (out, low) in out.iter_mut().zip(&of.first) {
            *out = base ^ low;
        }
    }
}

impl Scrambled {
    fn new(directions: &[u32; BITS], shift: u32) -> Self {
        let mut first = [0; BLOCK];
        for number in 1..BLOCK {
            // All bits but the lowest are those of an earlier number.
            let earlier = first[number & (number - 1)];
            first[number] = earlier ^ directions[number.trailing_zeros() as usize];
        }
        Self {
            directions: *directions,
            first,
            shift,
        }
    }
}

/// The direction numbers of a dimension: the given ones, then by the recurrence of its polynomial.
fn directions(dimension: usize) -> [u32; BITS] {
    let (polynomial, given) = DIMENSIONS[dimension];
    let degree = polynomial.ilog2() as usize;
    let mut list = [0u32; BITS];
    for at in 0..BITS {
        let top = |m: u32| m << (BITS - 1 - at);
        if degree == 0 {
            list[at] = top(1);
            continue;
        }
        if at < degree {
            list[at] = top(given[at]);
            continue;
        }
        let mut next = list[at - degree] ^ (list[at - degree] >> degree);
        for k in 1..degree {
            if polynomial >> (degree - k) & 1 == 1 {
                next ^= list[at - k];
            }
        }
        list[at] = next;
    }
    list
}

/// Direction numbers whose bits are mixed by a random lower triangular matrix with ones on its diagonal.
fn mixed(directions: &[u32; BITS], random: &mut Random) -> [u32; BITS] {
    // Row r gives bit r from the top: itself, and any of those above it.
    let rows: Vec<u32> = (0..BITS)
        .map(|row| {
            let own = 1 << (BITS - 1 - row);
            let above = !(own | (own - 1));
            own | (random.bits() & above)
        })
        .collect();
    directions.map(|direction| {
        rows.iter().enumerate().fold(0, |mixed, (row, mask)| {
            mixed | (((direction & mask).count_ones() & 1) << (BITS - 1 - row))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_points_are_those_of_the_literature() {
        // Joe and Kuo's sequence in natural order, dimensions 1 to 3: point 1 is (1/2, 1/2, 1/2), points 2 and
        // 3 are (1/4, 3/4, 3/4) and (3/4, 1/4, 1/4).
        let half = 1u32 << 31;
        let quarter = 1u32 << 30;
        let point = |number: usize| -> Vec<u32> {
            (0..3)
                .map(|at| Scrambled::new(&directions(at), 0).first[number])
                .collect()
        };
        assert_eq!(point(1), [half; 3]);
        assert_eq!(point(2), [quarter, half | quarter, half | quarter]);
        assert_eq!(point(3), [half | quarter, quarter, quarter]);
    }

    #[test]
    fn every_dimension_has_one_point_in_each_of_equal_parts() {
        // 2^12 points: exactly one in each of 2^12 equal parts of each axis, whatever the scrambling.
        let sobol = Sobol::scrambled(MOST_DIMENSIONS, &mut Random::new(7));
        for dimension in 0..MOST_DIMENSIONS {
            let mut seen = vec![false; 4096];
            for block in 0..4096 / BLOCK as u32 {
                let mut out = [0; BLOCK];
                sobol.fill(dimension, block * BLOCK as u32, &mut out);
                for x in out {
                    let part = &mut seen[(x >> 20) as usize];
                    assert!(!*part, "dimension {dimension}");
                    *part = true;
                }
            }
        }
    }

    #[test]
    fn two_dimensions_have_one_point_in_each_of_equal_boxes() {
        // The first two dimensions are a (0, m, 2)-net: 2^10 points, one in each box of 2^-a by 2^-(10-a).
        let sobol = Sobol::scrambled(2, &mut Random::new(3));
        let mut points = Vec::new();
        for block in 0..1024 / BLOCK as u32 {
            let mut columns = [[0; BLOCK]; 2];
            for (dimension, column) in columns.iter_mut().enumerate() {
                sobol.fill(dimension, block * BLOCK as u32, column);
            }
            points.extend((0..BLOCK).map(|at| [columns[0][at], columns[1][at]]));
        }
        for a in 1..10u32 {
            let mut seen = vec![false; 1024];
            for [x, y] in &points {
                let place = ((x >> (32 - a)) << (10 - a)) | (y >> (22 + a));
                assert!(!seen[place as usize], "{a}");
                seen[place as usize] = true;
            }
        }
    }
}
