//! A curve taken apart: the straight pieces it is made of, and how sums, stairs and envelopes of them arise.

use super::{Cause, step_after, whole};

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

/// Goes through two lists of pieces over the same range: both pieces of every overlap, where it begins and ends.
fn sweep(left: &[Piece], right: &[Piece], mut each: impl FnMut(&Piece, &Piece, f64, f64)) {
    let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
    while let (Some(l), Some(r)) = (left.peek(), right.peek()) {
        let to = l.to.min(r.to);
        each(l, r, l.from.max(r.from), to);
        let (left_ends, right_ends) = (l.to <= to, r.to <= to);
        left.next_if(|_| left_ends);
        right.next_if(|_| right_ends);
    }
}

/// Two lists of pieces over the same range as one; `combine` gives value and slope on each overlap.
pub(super) fn merge(
    left: &[Piece],
    right: &[Piece],
    combine: impl Fn(&Piece, &Piece) -> (f64, f64),
) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::with_capacity(left.len() + right.len());
    sweep(left, right, |l, r, from, to| {
        let (value, slope) = combine(&moved(*l, from), &moved(*r, from));
        push(
            &mut out,
            Piece {
                from,
                to,
                value,
                slope,
                cause: boundary(l, r, from),
                jump: 0.0,
            },
        );
    });
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

/// From here on (2^53) every number is whole, and counting steps one by one would never end.
const ALL_WHOLE: f64 = 9_007_199_254_740_992.0;

/// The stairs that rounding up makes of straight pieces.
pub(super) fn stairs(cause: Cause, pieces: &[Piece]) -> Vec<Piece> {
    let mut out = Vec::new();
    for piece in pieces {
        let end = piece.at(piece.to);
        if !(piece.value.abs() < ALL_WHOLE && end.abs() < ALL_WHOLE) {
            push(&mut out, *piece);
            continue;
        }
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
pub(super) fn envelope(left: &[Piece], right: &[Piece], sign: f64) -> Vec<Piece> {
    let mut out = Vec::with_capacity(left.len() + right.len());
    let mut begun: Option<bool> = None;
    sweep(left, right, |l, r, from, to| {
        let (l, r) = (moved(*l, from), moved(*r, from));
        let gap = (l.value - r.value) * sign;
        let slope = (l.slope - r.slope) * sign;
        let meet = from - gap / slope;
        let crosses = meet.is_finite() && meet > from && meet < to;
        let first = (from, if crosses { meet } else { to });
        let second = crosses.then_some((meet, to));
        for (begin, end) in [Some(first), second].into_iter().flatten() {
            let above = gap + slope * (f64::midpoint(begin, end) - from) >= 0.0;
            let top = if above { l } else { r };
            // Where the other side takes over without a jump of its own, a price or a minimum is reached.
            let bends = begin > from || begun.is_some_and(|side| side != above);
            let bend = bends && top.cause == Cause::Slope;
            begun = Some(above);
            push(
                &mut out,
                Piece {
                    from: begin,
                    to: end,
                    value: top.at(begin),
                    cause: if bend { Cause::PriceTier } else { top.cause },
                    ..top
                },
            );
        }
    });
    out
}
