//! The verdict of each choice in a sentence or two.

use super::super::format::{money, months, percent, plural, thousands, volume};
use super::near;
use crate::analysis::choices::Choice;
use crate::scenario::Currency;

/// The sentence of a choice, and how sure it is where inputs are ranges.
pub fn verdict(choice: &Choice, currency: &Currency) -> String {
    if choice.answer.is_empty() {
        return format!(
            "The scenario says nothing about this; it takes {}.",
            listed(&choice.missing)
        );
    }
    let said = Said { choice, currency };
    let mut text = match choice.name {
        "complexity" => said.complexity(),
        "data" => said.data(),
        "batch" => said.batch(),
        "prompt-or-tune" => said.prompt_or_tune(),
        "oversight" => said.oversight(),
        _ => said.build_or_buy(),
    };
    text.push_str(&sure(choice));
    text
}

fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// " The answer stands in 83 % of 256 draws; prompt in 17 %."
fn sure(choice: &Choice) -> String {
    let Some(sure) = &choice.sure else {
        return String::new();
    };
    let mut text = match sure.answered {
        0 => String::new(),
        draws if !sure.moved => format!(
            " No range of the file moves it, in {} draws.",
            thousands(draws as f64)
        ),
        draws => format!(
            " The answer stands in {} of {} draws{}.",
            chance(sure.probability_same),
            thousands(draws as f64),
            sure.others
                .iter()
                .map(|other| format!("; {} in {}", other.answer, chance(other.probability)))
                .collect::<String>()
        ),
    };
    if sure.unanswered > 0 {
        text.push_str(&format!(
            " In {} draw{} the choice has no answer.",
            thousands(sure.unanswered as f64),
            plural(sure.unanswered as usize)
        ));
    }
    text
}

/// A share of draws that is 0 % or 100 % only where it is none or all.
pub fn chance(share: f64) -> String {
    let text = percent(share);
    if text == "100 %" && share < 1.0 {
        format!("{:.1} %", (1000.0 * share).floor() / 10.0)
    } else {
        text
    }
}

struct Said<'a> {
    choice: &'a Choice,
    currency: &'a Currency,
}

impl Said<'_> {
    fn get(&self, key: &str) -> f64 {
        self.choice.figure(key).unwrap_or(0.0)
    }

    fn usd(&self, key: &str) -> String {
        money(self.get(key), self.currency)
    }

    fn label(&self, key: &str) -> &str {
        self.choice
            .figures
            .iter()
            .find(|figure| figure.key == key)
            .map_or("", |figure| figure.label.as_str())
    }

    fn build_or_buy(&self) -> String {
        let (buy, build) = (
            self.usd("buy_usd_per_month"),
            self.usd("build_usd_per_month"),
        );
        let from = match self.choice.figure("build_pays_from_per_day") {
            Some(from) => format!(
                "building is cheaper for good from {} requests a day",
                volume(from)
            ),
            None => "building never becomes cheaper for good".to_owned(),
        };
        format!(
            "{} at {} requests a day: {buy} a month bought, {build} built ({} of it staff); {from}, where the article says 100,000 to 1 M.",
            if self.choice.answer == "buy" {
                "Buy"
            } else {
                "Build"
            },
            volume(self.get("requests_per_day")),
            percent(self.get("build_staff_share")),
        )
    }

    fn complexity(&self) -> String {
        let turn = match self.choice.figure("turns_in_month") {
            Some(month) if self.choice.answer == "complex" => {
                format!("it has paid for itself in month {}", near(month))
            }
            Some(month) => format!("it would pay for itself only in month {}", near(month)),
            None => "its upkeep eats its gain, so it never pays for itself".to_owned(),
        };
        let even = match self.choice.figure("break_even_gain_points") {
            Some(points) => format!("{} points of accuracy would just pay", near(points)),
            None => "no gain would pay, as a point is worth nothing".to_owned(),
        };
        format!(
            "Take the {} variant: {} {}; {turn}; {even}, it gains {}.",
            self.choice.answer,
            self.label("net_value_usd"),
            self.usd("net_value_usd"),
            near(self.get("gain_points")),
        )
    }

    fn data(&self) -> String {
        let (clean, collect) = (
            self.get("of_cleaning_per_1000_usd"),
            self.get("of_collecting_per_1000_usd"),
        );
        let first = if self.choice.answer == "clean" {
            "Clean before you collect"
        } else {
            "Collect before you clean"
        };
        let mut text = format!(
            "{first}: {} buys {} effective examples by cleaning, {} by collecting; the two are even at {} wrong labels, there are {}.",
            money(1e3, self.currency),
            near(clean),
            near(collect),
            percent(self.get("break_even_noise")),
            percent(self.get("label_noise")),
        );
        if self.choice.figure("budget_usd").is_some() {
            text.push_str(&format!(
                " Of {} best spend {} on collecting.",
                self.usd("budget_usd"),
                self.usd("best_collecting_usd")
            ));
        }
        text
    }

    fn batch(&self) -> String {
        if self.choice.answer == "real-time" {
            return format!(
                "Keep everything in real time: letting {} wait would save nothing after what waiting loses.",
                percent(self.get("can_wait_share"))
            );
        }
        format!(
            "Let {} of the requests wait up to {} hours: {} a month instead of {}; it pays up to a loss of {} per waiting request.",
            percent(self.get("best_share")),
            near(self.get("latency_given_up_hours")),
            self.usd("best_usd_per_month"),
            self.usd("real_time_usd_per_month"),
            self.usd("break_even_usd_per_waiting_request"),
        )
    }

    fn prompt_or_tune(&self) -> String {
        let from = match self.choice.figure("break_even_requests_per_day") {
            Some(0.0) => "tuning is cheaper at any volume".to_owned(),
            Some(from) => format!("tuning pays from {} requests a day", volume(from)),
            None => "tuning never pays: its requests are not cheaper".to_owned(),
        };
        let payback = match self.choice.figure("payback_months") {
            Some(time) if time >= 1.0 => format!(", here after {}", months(time)),
            Some(time) if time > 0.0 => ", here within the first month".to_owned(),
            _ => String::new(),
        };
        format!(
            "{}: {} {}, {} {}; {from}{payback}.",
            if self.choice.answer == "prompt" {
                "Prompt"
            } else {
                "Fine-tune"
            },
            self.label("prompting_usd"),
            self.usd("prompting_usd"),
            self.label("tuning_usd"),
            self.usd("tuning_usd"),
        )
    }

    fn oversight(&self) -> String {
        let (nothing, all) = (
            self.usd("review_nothing_usd_per_month"),
            self.usd("review_all_usd_per_month"),
        );
        let mut text = match self.choice.answer {
            "review-by-confidence" => format!(
                "Review the {} of the answers that are least certain: {} a month, against {nothing} with none and {all} with all reviewed.",
                percent(self.get("best_review_share")),
                self.usd("best_review_usd_per_month")
            ),
            "review-all" => {
                format!("Review everything: {all} a month against {nothing} with nothing reviewed.")
            }
            _ => format!(
                "Automate: unreviewed errors cost {nothing} a month, reviewing everything {all}."
            ),
        };
        if let Some(price) = self.choice.figure("automation_stops_at_usd") {
            text.push_str(&format!(
                " Full automation stops paying where an error costs more than {}; here it costs {}.",
                money(price, self.currency),
                self.usd("cost_per_error_usd")
            ));
        }
        if let Some(people) = self.choice.figure("reviewers") {
            text.push_str(&format!(" It takes {} reviewers.", near(people)));
        }
        text
    }
}
