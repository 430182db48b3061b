//! Cost as a function of volume, kept exact: a straight line plus whole units, maxima and minima.
//!
//! Every cost line holds a [`Curve`] of the volume r [requests/day]. Such a function is piecewise
//! linear with jumps, so it can be evaluated at a volume *and* taken apart into its pieces, which is
//! what lets break-evens be solved without sampling (`docs/model.md` section 7).

use std::sync::Arc;

/// What a jump or bend of a curve stands for: the cause of a break-even.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// No jump: the slopes meet.
    Slope,
    /// A price tier, a minimum or a committed amount is reached.
    PriceTier,
    /// One more replica (or GPU).
    Replica,
    /// One more whole node.
    Node,
    /// One more provisioned unit.
    Unit,
    /// One more person.
    Staff,
}

/// constant + slope x r + the weighted sum of parts that are not straight.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Curve {
    constant: f64,
    slope: f64,
    parts: Vec<(f64, Arc<Part>)>,
}

#[derive(Debug, PartialEq)]
enum Part {
    /// Rounded up to whole things.
    Whole(Cause, Curve),
    Max(Curve, Curve),
    Min(Curve, Curve),
}

/// A stretch of volume on which a curve is a straight line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Piece {
    /// Where it begins, and the value just after.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// Value just after `from`.
    pub value: f64,
    /// Rise per request a day.
    pub slope: f64,
    /// What happens at `from`.
    pub cause: Cause,
    /// Height of the jump at `from`.
    pub jump: f64,
}

impl Piece {
    /// Value of the piece's line at a volume.
    pub fn at(&self, volume: f64) -> f64 {
        self.value + self.slope * (volume - self.from)
    }
}

/// The least whole number not below x; a hair above a whole number (1e-9 relative) counts as that
/// number, so that capacity equal to demand does not buy one more unit for a rounding error.
pub fn whole(x: f64) -> f64 {
    (x - TOLERANCE * x.abs().max(1.0)).ceil().max(0.0)
}

const TOLERANCE: f64 = 1e-9;

/// Where `whole` steps from n to n + 1.
fn step_after(n: f64) -> f64 {
    if n >= 1.0 {
        n / (1.0 - TOLERANCE)
    } else {
        n + TOLERANCE
    }
}

impl Curve {
    /// The same at every volume.
    pub fn constant(value: f64) -> Self {
        Self {
            constant: value,
            slope: 0.0,
            parts: Vec::new(),
        }
    }

    /// Proportional to the volume.
    pub fn linear(slope: f64) -> Self {
        Self {
            constant: 0.0,
            slope,
            parts: Vec::new(),
        }
    }

    /// The volume itself.
    pub fn volume() -> Self {
        Self::linear(1.0)
    }

    /// The value, if it does not depend on the volume.
    pub fn as_constant(&self) -> Option<f64> {
        (self.slope == 0.0 && self.parts.is_empty()).then_some(self.constant)
    }

    /// Whether whole things are bought somewhere in it.
    pub fn has_steps(&self) -> bool {
        self.parts.iter().any(|(_, part)| match &**part {
            Part::Whole(..) => true,
            Part::Max(p, q) | Part::Min(p, q) => p.has_steps() || q.has_steps(),
        })
    }

    /// Whether it is a straight line through zero; volumes are never negative.
    fn is_proportional(&self) -> bool {
        self.constant == 0.0 && self.parts.is_empty()
    }

    /// Sum of two curves; equal parts are merged, so that a difference cancels what both share.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let mut sum = self.clone();
        sum.add(other, 1.0);
        sum
    }

    /// This minus the other.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        let mut sum = self.clone();
        sum.add(other, -1.0);
        sum
    }

    /// Adds another curve times a weight in place.
    pub fn add(&mut self, other: &Self, weight: f64) {
        self.constant += weight * other.constant;
        self.slope += weight * other.slope;
        for (factor, part) in &other.parts {
            match self
                .parts
                .iter_mut()
                .find(|(_, mine)| Arc::ptr_eq(mine, part) || mine == part)
            {
                Some((mine, _)) => *mine += weight * factor,
                None => self.parts.push((weight * factor, Arc::clone(part))),
            }
        }
        self.parts.retain(|(factor, _)| *factor != 0.0);
    }

    /// Times a number.
    #[must_use]
    pub fn times(&self, factor: f64) -> Self {
        let mut product = Self::default();
        product.add(self, factor);
        product
    }

    /// Rounded up to whole things.
    #[must_use]
    pub fn rounded_up(&self, cause: Cause) -> Self {
        match self.as_constant() {
            Some(value) => Self::constant(whole(value)),
            None => Self::of(Part::Whole(cause, self.clone())),
        }
    }

    /// The larger of two curves at each volume.
    #[must_use]
    pub fn max(&self, other: &Self) -> Self {
        match (self.as_constant(), other.as_constant()) {
            (Some(a), Some(b)) => Self::constant(a.max(b)),
            _ if self == other => self.clone(),
            _ if self.is_proportional() && other.is_proportional() => {
                Self::linear(self.slope.max(other.slope))
            }
            _ => Self::of(Part::Max(self.clone(), other.clone())),
        }
    }

    /// The smaller of two curves at each volume.
    #[must_use]
    pub fn min(&self, other: &Self) -> Self {
        match (self.as_constant(), other.as_constant()) {
            (Some(a), Some(b)) => Self::constant(a.min(b)),
            _ if self == other => self.clone(),
            _ => Self::of(Part::Min(self.clone(), other.clone())),
        }
    }

    fn of(part: Part) -> Self {
        Self {
            constant: 0.0,
            slope: 0.0,
            parts: vec![(1.0, Arc::new(part))],
        }
    }

    /// Value at a volume.
    pub fn at(&self, volume: f64) -> f64 {
        let parts: f64 = self
            .parts
            .iter()
            .map(|(factor, part)| factor * part.at(volume))
            .sum();
        self.constant + self.slope * volume + parts
    }

    /// Least and greatest value that the curve can take on `a..=b` (outer bounds).
    pub fn bounds(&self, a: f64, b: f64) -> (f64, f64) {
        let (first, last) = (self.slope * a, self.slope * b);
        let mut low = self.constant + first.min(last);
        let mut high = self.constant + first.max(last);
        for (factor, part) in &self.parts {
            let (least, most) = part.bounds(a, b);
            low += (factor * least).min(factor * most);
            high += (factor * least).max(factor * most);
        }
        (low, high)
    }

    /// How many jumps and bends lie in `a..=b`, at most.
    pub fn breaks(&self, a: f64, b: f64) -> f64 {
        self.parts.iter().map(|(_, part)| part.breaks(a, b)).sum()
    }

    /// The pieces of the curve on `a..=b`, in order.
    pub fn pieces(&self, a: f64, b: f64) -> Vec<Piece> {
        let value = self.constant + self.slope * a;
        let line = Piece {
            from: a,
            to: b,
            value,
            slope: self.slope,
            cause: Cause::Slope,
            jump: 0.0,
        };
        self.parts.iter().fold(vec![line], |sum, (factor, part)| {
            let part = part.pieces(a, b);
            merge(&sum, &part, |x, y| {
                (x.value + factor * y.value, x.slope + factor * y.slope)
            })
        })
    }
}

impl Part {
    fn at(&self, volume: f64) -> f64 {
        match self {
            Self::Whole(_, inner) => whole(inner.at(volume)),
            Self::Max(p, q) => p.at(volume).max(q.at(volume)),
            Self::Min(p, q) => p.at(volume).min(q.at(volume)),
        }
    }

    fn bounds(&self, a: f64, b: f64) -> (f64, f64) {
        match self {
            Self::Whole(_, inner) => {
                let (low, high) = inner.bounds(a, b);
                (whole(low), whole(high))
            }
            Self::Max(p, q) => {
                let (p, q) = (p.bounds(a, b), q.bounds(a, b));
                (p.0.max(q.0), p.1.max(q.1))
            }
            Self::Min(p, q) => {
                let (p, q) = (p.bounds(a, b), q.bounds(a, b));
                (p.0.min(q.0), p.1.min(q.1))
            }
        }
    }

    fn breaks(&self, a: f64, b: f64) -> f64 {
        match self {
            Self::Whole(_, inner) => {
                let (low, high) = inner.bounds(a, b);
                inner.breaks(a, b) + whole(high) - whole(low)
            }
            Self::Max(p, q) | Self::Min(p, q) => p.breaks(a, b) + q.breaks(a, b) + 1.0,
        }
    }

    fn pieces(&self, a: f64, b: f64) -> Vec<Piece> {
        match self {
            Self::Whole(cause, inner) => stairs(*cause, &inner.pieces(a, b)),
            Self::Max(p, q) => envelope(&p.pieces(a, b), &q.pieces(a, b), 1.0),
            Self::Min(p, q) => envelope(&p.pieces(a, b), &q.pieces(a, b), -1.0),
        }
    }
}

/// Sweeps two lists of pieces over the same range; `combine` gives value and slope on each overlap.
fn merge(
    left: &[Piece],
    right: &[Piece],
    combine: impl Fn(&Piece, &Piece) -> (f64, f64),
) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::with_capacity(left.len() + right.len());
    let (mut i, mut j) = (0, 0);
    while i < left.len() && j < right.len() {
        let (l, r) = (left[i], right[j]);
        let from = l.from.max(r.from);
        let to = l.to.min(r.to);
        let (value, slope) = combine(&moved(l, from), &moved(r, from));
        let cause = boundary(&l, &r, from);
        push(
            &mut out,
            Piece {
                from,
                to,
                value,
                slope,
                cause,
                jump: 0.0,
            },
        );
        i += usize::from(l.to <= to);
        j += usize::from(r.to <= to);
    }
    out
}

fn moved(piece: Piece, from: f64) -> Piece {
    Piece {
        value: piece.at(from),
        from,
        ..piece
    }
}

/// What happens where a merged piece begins: of the pieces that begin there, the higher jump.
fn boundary(l: &Piece, r: &Piece, from: f64) -> Cause {
    match (l.from == from, r.from == from) {
        (true, true) if r.jump.abs() > l.jump.abs() => r.cause,
        (true, true) if l.jump == r.jump => l.cause.max(r.cause),
        (false, true) => r.cause,
        _ => l.cause,
    }
}

/// Appends a piece with its jump; joins it to the one before where the line simply goes on.
fn push(out: &mut Vec<Piece>, mut piece: Piece) {
    if let Some(last) = out.last_mut() {
        piece.jump = piece.value - last.at(piece.from);
        let scale = piece.value.abs().max(last.value.abs()).max(1.0);
        if piece.jump.abs() <= 1e-13 * scale && piece.slope == last.slope {
            last.to = piece.to;
            return;
        }
    }
    out.push(piece);
}

/// The stairs that rounding up makes of straight pieces.
fn stairs(cause: Cause, pieces: &[Piece]) -> Vec<Piece> {
    let mut out = Vec::new();
    for piece in pieces {
        let mut from = piece.from;
        let mut n = whole_after(piece);
        loop {
            let to = next_step(piece, n, from);
            push(
                &mut out,
                Piece {
                    from,
                    to,
                    value: n,
                    slope: 0.0,
                    cause,
                    jump: 0.0,
                },
            );
            if to >= piece.to {
                break;
            }
            n += piece.slope.signum();
            from = to;
        }
    }
    out
}

/// The whole number just after a piece begins: at an exact step a rising line is already past it.
fn whole_after(piece: &Piece) -> f64 {
    let n = whole(piece.value);
    let rising = piece.slope > 0.0 && piece.value >= step_after(n);
    if rising { n + 1.0 } else { n }
}

/// Volume at which the stairs leave the step n, at most the piece's end.
fn next_step(piece: &Piece, n: f64, from: f64) -> f64 {
    if piece.slope == 0.0 {
        return piece.to;
    }
    let level = if piece.slope > 0.0 {
        step_after(n)
    } else {
        step_after(n - 1.0)
    };
    let at = piece.from + (level - piece.value) / piece.slope;
    at.clamp(from, piece.to)
}

/// The upper (`sign` 1) or lower (-1) envelope of two lists of pieces.
fn envelope(left: &[Piece], right: &[Piece], sign: f64) -> Vec<Piece> {
    let mut out = Vec::new();
    let mut begun: Option<usize> = None;
    for (l, r) in overlaps(left, right) {
        let gap = (l.value - r.value) * sign;
        let slope = (l.slope - r.slope) * sign;
        let meet = l.from - gap / slope;
        let mut cuts = vec![l.from];
        if meet.is_finite() && meet > l.from && meet < l.to {
            cuts.push(meet);
        }
        for (k, from) in cuts.iter().copied().enumerate() {
            let to = cuts.get(k + 1).copied().unwrap_or(l.to);
            let middle = f64::midpoint(from, to);
            let above = gap + slope * (middle - l.from) >= 0.0;
            let top = if above { l } else { r };
            let cause = if k > 0 || begun.is_some_and(|side| side != usize::from(above)) {
                if top.cause == Cause::Slope {
                    Cause::PriceTier
                } else {
                    top.cause
                }
            } else {
                top.cause
            };
            begun = Some(usize::from(above));
            push(
                &mut out,
                Piece {
                    from,
                    to,
                    value: top.at(from),
                    cause,
                    ..top
                },
            );
        }
    }
    out
}

/// Pairs of pieces cut to the same stretches.
fn overlaps(left: &[Piece], right: &[Piece]) -> Vec<(Piece, Piece)> {
    let mut out = Vec::with_capacity(left.len() + right.len());
    let (mut i, mut j) = (0, 0);
    while i < left.len() && j < right.len() {
        let (l, r) = (left[i], right[j]);
        let from = l.from.max(r.from);
        let to = l.to.min(r.to);
        let cut = |piece: Piece| Piece {
            to,
            ..moved(piece, from)
        };
        out.push((cut(l), cut(r)));
        i += usize::from(l.to <= to);
        j += usize::from(r.to <= to);
    }
    out
}

#[cfg(test)]
mod tests;
