//! What is noted on the pictures of the choices: break-evens, best points, the present state.

use super::super::description::{Line, Mark, Rule};
use super::panels::{Along, Drawn, Panel, along};
use crate::analysis::choices::Choice;
use crate::report::format::{count, money, percent, volume};
use crate::scenario::{Currency, Scenario};

/// A picture of which something is to be noted.
pub(super) struct Notes<'a> {
    pub panel: &'a Panel,
    pub choice: &'a Choice,
    pub scenario: &'a Scenario,
    pub currency: &'a Currency,
    /// Its lines, in the currency of the scenario.
    pub lines: &'a [Line],
}

impl Notes<'_> {
    /// A point, with what it means; amounts of the choice are in US dollars.
    fn mark(&self, at: [f64; 2], means: String) -> Mark {
        Mark {
            at,
            decides: true,
            label: vec![along(self.panel, at[0], self.currency), means],
        }
    }

    /// A mark at a figure of the choice, on a line.
    fn on(&self, figure: &str, line: usize, factor: f64, means: &str) -> Option<Mark> {
        let x = self.choice.figure(figure)? * factor;
        Some(self.mark([x, on(self.lines.get(line)?, x)?], means.to_owned()))
    }

    /// An amount in words.
    fn amount(&self, figure: &str) -> Option<String> {
        Some(money(self.choice.figure(figure)?, self.currency))
    }

    /// Where lines cross zero, the first of them deciding.
    fn zeros(&self, means: &dyn Fn(&Line) -> String) -> Vec<Mark> {
        let found = self.lines.iter().enumerate().filter_map(|(k, line)| {
            let x = zero(line)?;
            let mark = self.mark([x, 0.0], means(line));
            Some(Mark {
                decides: k == 0,
                ..mark
            })
        });
        found.collect()
    }

    pub fn marks(&self) -> Vec<Mark> {
        let per_usd = self.currency.per_usd;
        let one = |mark: Option<Mark>| mark.into_iter().collect();
        match self.panel.of {
            (_, "volume") => {
                let means = "building pays from here";
                one(self.on("build_pays_from_per_day", 0, 1.0, means))
            }
            (_, "months") => self.zeros(&|_| "it has paid for itself".into()),
            (_, "noise") => one(self.on("break_even_noise", 0, 1.0, "cleaning pays from here")),
            (_, "split") => one(self.split()),
            (_, "share") => one(self.best_wait()),
            (_, "requests") => self.zeros(&|line| match self.lines.first() {
                Some(first) if first.name == line.name => "tuning pays".into(),
                _ => format!("tuning pays, {}", line.name),
            }),
            (_, "loss") => one(self.no_loss()),
            (_, "error-price") => {
                let by_confidence = self.lines.len() > 2;
                let begin = by_confidence.then(|| {
                    let means = "the first reviews pay";
                    self.on("automation_stops_at_usd", 0, per_usd, means)
                });
                let means = "everything reviewed beats nothing";
                let all = self.on("review_all_pays_from_usd", 0, per_usd, means);
                let all = all.map(|mark| Mark {
                    decides: !by_confidence,
                    ..mark
                });
                begin.flatten().into_iter().chain(all).collect()
            }
            (_, "reviewed") => one(self.at("best_review_share", "best_review_usd_per_month")),
            (_, "cascade") => one(self.at("cascade_escalated_share", "cascade_usd_per_month")),
            _ => Vec::new(),
        }
    }

    /// A best share with its monthly cost.
    fn at(&self, share: &str, usd: &str) -> Option<Mark> {
        let x = self.choice.figure(share).filter(|share| *share > 0.0)?;
        let y = self.choice.figure(usd)? * self.currency.per_usd;
        Some(self.mark([x, y], format!("best: {} a month", self.amount(usd)?)))
    }

    fn split(&self) -> Option<Mark> {
        let x = self.choice.figure("best_collecting_usd")? * self.currency.per_usd;
        let y = self.choice.figure("best_effective_examples")?;
        Some(self.mark([x, y], format!("best: {} examples", count(y.round()))))
    }

    /// The best share to wait, on the line of the option that saves with it what the card says.
    fn best_wait(&self) -> Option<Mark> {
        let x = self
            .choice
            .figure("best_share")
            .filter(|share| *share > 0.0)?;
        let saved = self.choice.figure("saved_usd_per_month")? * self.currency.per_usd;
        let apart = |line: &&Line| on(line, x).map_or(f64::INFINITY, |y| (y - saved).abs());
        let line = self
            .lines
            .iter()
            .min_by(|a, b| apart(a).total_cmp(&apart(b)))?;
        let means = format!(
            "{} saves {}",
            line.name,
            self.amount("saved_usd_per_month")?
        );
        Some(self.mark([x, saved], means))
    }

    /// Where the best share earns nothing any more.
    fn no_loss(&self) -> Option<Mark> {
        let x = self.choice.figure("break_even_usd_per_waiting_request")? * self.currency.per_usd;
        Some(self.mark([x, 0.0], "waiting stops paying".into()))
    }

    /// The present state, or the end of the life.
    pub fn rules(&self) -> Vec<Rule> {
        let now = |x: f64, text: String| Rule {
            x,
            label: vec![format!("now: {text}")],
        };
        let figure = |key: &str| self.choice.figure(key);
        let rule = match self.panel.of {
            (_, "volume" | "requests") => crate::cost::volume(self.scenario)
                .ok()
                .map(|x| now(x, format!("{} a day", volume(x)))),
            (_, "noise") => figure("label_noise").map(|x| now(x, percent(x))),
            (_, "error-price" | "loss") => {
                let key = match self.panel.of.1 {
                    "loss" => "loss_usd_per_waiting_request",
                    _ => "cost_per_error_usd",
                };
                figure(key).map(|usd| now(usd * self.currency.per_usd, money(usd, self.currency)))
            }
            ("complexity", "months") => self.scenario.choices.complexity.as_ref().map(|given| {
                let life = given.life_months.value.get();
                Rule {
                    x: life,
                    label: vec![format!("its life: {} months", count(life))],
                }
            }),
            _ => None,
        };
        rule.into_iter().collect()
    }

    /// A level to read lines against.
    pub fn level(&self) -> Option<f64> {
        match self.panel.of {
            (_, "months" | "requests" | "loss") => Some(0.0),
            (_, "reviewed") => self
                .choice
                .figure("review_nothing_usd_per_month")
                .map(|usd| usd * self.currency.per_usd),
            _ => None,
        }
    }

    /// What that level is.
    pub fn level_name(&self) -> &'static str {
        match (self.panel.along, self.panel.drawn) {
            (Along::Share, Drawn::Values) => "nothing reviewed",
            _ => "",
        }
    }

    /// A stretch of the horizontal axis to read against, and its name.
    pub fn band(&self) -> Option<([f64; 2], String)> {
        let ends = [
            self.choice.figure("article_buy_below_per_day")?,
            self.choice.figure("article_build_above_per_day")?,
        ];
        let label = "the source article: buy below, build above";
        Some((ends, label.to_owned()))
    }
}

/// A line's value, straight between its points.
fn on(line: &Line, x: f64) -> Option<f64> {
    let pair = line
        .points
        .windows(2)
        .find(|pair| pair[0][0] <= x && x <= pair[1][0] && pair[0][0] < pair[1][0])?;
    let share = (x - pair[0][0]) / (pair[1][0] - pair[0][0]);
    Some(pair[0][1] + share * (pair[1][1] - pair[0][1]))
}

/// Where a line first crosses zero.
fn zero(line: &Line) -> Option<f64> {
    let pair = line
        .points
        .windows(2)
        .find(|pair| pair[0][1] * pair[1][1] <= 0.0 && pair[0][1] != pair[1][1])?;
    let share = pair[0][1] / (pair[0][1] - pair[1][1]);
    Some(pair[0][0] + share * (pair[1][0] - pair[0][0]))
}
