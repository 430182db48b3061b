//! A goal in words: `own = luna`, `own monthly <= 20000`, `own vs luna break-even <= 300_000`.

use super::super::sweep::number;
use crate::diagnostic::{Place, Problem, did_you_mean};

/// What is to be reached.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Left side.
    pub left: Side,
    /// How the sides are to stand.
    pub relation: Relation,
    /// Right side.
    pub right: Side,
}

/// One side of a goal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Side {
    /// A number.
    Number(f64),
    /// A figure of an option, by its index.
    Figure {
        /// The option.
        option: usize,
        /// The figure.
        figure: Figure,
    },
}

/// A figure of an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// Cost of a steady month [USD/month].
    Monthly,
    /// Present value of the plan (USD).
    Npv,
    /// Everything paid over the plan (USD).
    Cumulated,
    /// Cost of a billed request (USD).
    PerRequest,
    /// Cost of a million tokens (USD).
    PerMtok,
    /// Staff over everything.
    StaffShare,
    /// Volume from which it stays cheaper than another option, by index [requests/day].
    BreakEven(usize),
}

/// How two sides stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum Relation {
    /// Both alike.
    #[serde(rename = "=")]
    Equal,
    /// The left one at most the right one.
    #[serde(rename = "<=")]
    AtMost,
    /// The left one at least the right one.
    #[serde(rename = ">=")]
    AtLeast,
}

const FIGURES: [(&str, Figure); 6] = [
    ("monthly", Figure::Monthly),
    ("npv", Figure::Npv),
    ("cumulated", Figure::Cumulated),
    ("per request", Figure::PerRequest),
    ("per mtok", Figure::PerMtok),
    ("staff share", Figure::StaffShare),
];

const BREAK_EVEN: &str = "break-even";

const EXPECTED: &str = "an option and a figure (monthly, npv, cumulated, per request, per mtok, staff share), \
                        two options and their break-even (own vs luna break-even), or a number";

impl Figure {
    /// Its name, as a goal says it.
    pub fn name(self) -> &'static str {
        let known = FIGURES.iter().find(|(_, figure)| *figure == self);
        known.map_or(BREAK_EVEN, |(name, _)| name)
    }

    /// Its unit.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Monthly => "USD/month",
            Self::Npv | Self::Cumulated => "USD",
            Self::PerRequest => "USD/request",
            Self::PerMtok => "USD/Mtok",
            Self::StaffShare => "",
            Self::BreakEven(_) => "requests/day",
        }
    }
}

impl Target {
    /// Reads a goal about options of these names; places point into the text `source`.
    ///
    /// # Errors
    /// What is wrong with it, at its place.
    pub fn parse(text: &str, source: u16, options: &[&str]) -> Result<Self, Problem> {
        let reader = Reader {
            text,
            source,
            options,
        };
        let (at, length, relation) = reader.relation()?;
        let left = reader.side(0, at)?;
        let right = reader.side(at + length, text.len())?;
        let (left, right) = reader.alike(left, right, at + length)?;
        Ok(Self {
            left,
            relation,
            right,
        })
    }
}

/// A side as it is read: a figure may still be taken from the other side.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Half {
    Number(f64),
    Of(usize, Option<Figure>),
}

struct Reader<'a> {
    text: &'a str,
    source: u16,
    options: &'a [&'a str],
}

impl Reader<'_> {
    fn place(&self, start: usize, end: usize) -> Place {
        let part = &self.text[start..end];
        let lead = part.len() - part.trim_start().len();
        let start = if part.trim().is_empty() {
            start
        } else {
            start + lead
        };
        Place {
            source: self.source,
            start: start as u32,
            end: (start + part.trim().len()) as u32,
        }
    }

    /// Where the comparison stands, outside of quotes, and what it is.
    fn relation(&self) -> Result<(usize, usize, Relation), Problem> {
        let mut quoted = false;
        for (at, c) in self.text.char_indices() {
            quoted ^= c == '"';
            if quoted || !"<>=".contains(c) {
                continue;
            }
            let two = self.text[at + 1..].starts_with('=');
            let relation = match c {
                '<' => Relation::AtMost,
                '>' => Relation::AtLeast,
                _ => Relation::Equal,
            };
            return Ok((at, 1 + usize::from(two), relation));
        }
        let whole = self.place(0, self.text.len());
        Err(Problem::new(whole, "a target without a comparison")
            .expected("two sides and =, <= or >= between them: own = luna, own monthly <= 20000")
            .hint("put an option's name in quotes where it has such a sign in it"))
    }

    fn side(&self, start: usize, end: usize) -> Result<Half, Problem> {
        let text = self.text[start..end].trim();
        let place = self.place(start, end);
        if text.is_empty() {
            return Err(Problem::new(place, "a target with an empty side").expected(EXPECTED));
        }
        if let Some(value) = amount(text) {
            return Ok(Half::Number(value));
        }
        let (option, rest) = self.option(text, place)?;
        if let Some(other) = rest.strip_prefix("vs ") {
            return self.break_even(option, other.trim_start(), place);
        }
        if rest.is_empty() {
            return Ok(Half::Of(option, None));
        }
        let found = FIGURES.iter().find(|(name, _)| *name == plain(rest));
        match found {
            Some((_, figure)) => Ok(Half::Of(option, Some(*figure))),
            None => Err(unknown_figure(rest, place)),
        }
    }

    /// The option that a text begins with, the longest name first, and what follows it.
    fn option<'t>(&self, text: &'t str, place: Place) -> Result<(usize, &'t str), Problem> {
        if let Some((name, rest)) = text.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
            let at = self.options.iter().position(|known| *known == name);
            return match at {
                Some(at) => Ok((at, rest.trim())),
                None => Err(self.unknown(name, place)),
            };
        }
        let begins = |name: &&str| {
            text.strip_prefix(*name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        let longest = self
            .options
            .iter()
            .enumerate()
            .filter(|(_, name)| begins(name))
            .max_by_key(|(_, name)| name.len());
        match longest {
            Some((at, name)) => Ok((at, text[name.len()..].trim())),
            None => Err(self.unknown(without_figure(text), place)),
        }
    }

    fn unknown(&self, name: &str, place: Place) -> Problem {
        let problem =
            Problem::new(place, format!("no option is named `{name}`")).expected(EXPECTED);
        match did_you_mean(name, self.options) {
            Some(near) => problem.hint(format!("did you mean `{near}`?")),
            None => problem.hint(format!("known: {}", self.options.join(", "))),
        }
    }

    fn break_even(&self, option: usize, rest: &str, place: Place) -> Result<Half, Problem> {
        let (other, figure) = self.option(rest, place)?;
        if plain(figure) != BREAK_EVEN {
            return Err(unknown_figure(figure, place));
        }
        if other == option {
            return Err(itself(place));
        }
        Ok(Half::Of(option, Some(Figure::BreakEven(other))))
    }

    /// Gives a side without a figure that of the other side, or the monthly cost.
    fn alike(&self, left: Half, right: Half, at: usize) -> Result<(Side, Side), Problem> {
        let place = self.place(at, self.text.len());
        let figure = |half: Half| match half {
            Half::Of(_, figure) => figure,
            Half::Number(_) => None,
        };
        let (first, second) = (figure(left), figure(right));
        if let (Some(a), Some(b)) = (first, second)
            && a.unit() != b.unit()
        {
            let message = format!("a target that holds {} against {}", a.name(), b.name());
            return Err(Problem::new(place, message).expected("the same figure on both sides"));
        }
        let common = first.or(second).unwrap_or(Figure::Monthly);
        let side = |half: Half| match half {
            Half::Number(value) => Side::Number(value),
            Half::Of(option, own) => Side::Figure {
                option,
                figure: own.unwrap_or(common),
            },
        };
        let (left, right) = (side(left), side(right));
        match (left, right) {
            (Side::Number(_), Side::Number(_)) => Err(Problem::new(
                self.place(0, self.text.len()),
                "a target that compares two numbers",
            )
            .expected(EXPECTED)),
            _ if left == right => Err(itself(place)),
            _ => Ok((left, right)),
        }
    }
}

fn itself(place: Place) -> Problem {
    Problem::new(place, "a target that holds an option against itself")
        .expected("two options, or an option and a number")
}

fn unknown_figure(text: &str, place: Place) -> Problem {
    let names: Vec<&str> = FIGURES.iter().map(|(name, _)| *name).collect();
    Problem::new(place, format!("no figure is named `{text}`"))
        .expected(EXPECTED)
        .suggest(text, names)
}

/// A number, or a share in percent.
fn amount(text: &str) -> Option<f64> {
    match text.strip_suffix('%') {
        Some(percent) => number(percent).map(|value| value / 100.0),
        None => number(text.strip_prefix('$').unwrap_or(text)),
    }
}

/// Words as they are listed: small, with single spaces, underscores as spaces.
fn plain(text: &str) -> String {
    let words = text.to_lowercase().replace('_', " ");
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text without the figure that it ends with.
fn without_figure(text: &str) -> &str {
    let end = FIGURES.iter().find_map(|(name, _)| text.strip_suffix(name));
    end.unwrap_or(text).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 3] = ["own", "own, big", "a = b"];

    fn parse(text: &str) -> Target {
        Target::parse(text, 0, &NAMES).unwrap_or_else(|problem| panic!("{}", problem.message))
    }

    fn of(option: usize, figure: Figure) -> Side {
        Side::Figure { option, figure }
    }

    #[test]
    fn a_side_without_a_figure_takes_that_of_the_other() {
        let target = parse("own = own, big");
        assert_eq!(target.left, of(0, Figure::Monthly));
        assert_eq!(target.right, of(1, Figure::Monthly));
        assert_eq!(parse("own npv <= own, big").right, of(1, Figure::Npv));
        assert_eq!(parse("own, big = own npv").left, of(1, Figure::Npv));
    }

    #[test]
    fn numbers_names_in_quotes_and_percent_are_read() {
        let target = parse("\"a = b\" staff_share >= 75 %");
        assert_eq!(target.left, of(2, Figure::StaffShare));
        assert_eq!(
            (target.relation, target.right),
            (Relation::AtLeast, Side::Number(0.75))
        );
        assert_eq!(parse("own Per  Request<=1e-3").right, Side::Number(1e-3));
        assert_eq!(parse("20_000 >= own").left, Side::Number(20_000.0));
        let target = parse("own vs own, big break-even <= 300_000");
        assert_eq!(target.left, of(0, Figure::BreakEven(1)));
    }

    #[test]
    fn what_is_no_target_is_marked_where_it_goes_wrong() {
        let wrong = |text: &str| Target::parse(text, 0, &NAMES).unwrap_err();
        let problem = wrong("own = ownn monthly");
        assert_eq!((problem.place.start, problem.place.end), (6, 18));
        assert_eq!(problem.hint.as_deref(), Some("did you mean `own`?"));
        assert_eq!(
            wrong("own montly <= 5").hint.as_deref(),
            Some("did you mean `monthly`?")
        );
        for text in [
            "",
            "own",
            "own =",
            "1 = 2",
            "own = own",
            "own npv = own, big monthly",
        ] {
            assert!(Target::parse(text, 0, &NAMES).is_err(), "{text}");
        }
    }
}
