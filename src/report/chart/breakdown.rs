//! `--kind breakdown`: the monthly cost of each option in stacked bars, what is paid for staff first.

use super::axis::{Axis, Scale};
use super::description::{Bar, Chart, Digest, Guide, GuideStyle, Key, Paint, Sample, Side, Tag};
use super::frame::{SENTENCE, footer, ticks_along};
use super::look::Look;
use crate::analysis::compare::{Comparison, OptionResult, STAFF_BAND};
use crate::cost::Category;
use crate::report::format::{money, percent, volume};
use crate::report::verdict;
use crate::scenario::Currency;

/// Half the height of a bar; rows are 1 high.
fn half(options: usize) -> f64 {
    match options {
        0..=3 => 0.22,
        4..=6 => 0.27,
        _ => 0.32,
    }
}

/// Describes the breakdown of a comparison: the cheapest option on top.
pub fn describe(comparison: &Comparison, digest: Digest, look: &Look) -> Chart {
    let currency = verdict::currency(comparison);
    let mut sorted: Vec<&OptionResult> = comparison.options.iter().collect();
    // Rows are counted from below.
    sorted.sort_by(|a, b| b.monthly_usd.total_cmp(&a.monthly_usd));
    let most = sorted.first().map_or(0.0, |option| option.monthly_usd);
    let high = if most > 0.0 {
        most * currency.per_usd
    } else {
        1.0
    };
    let x = Axis::new(
        format!("cost [{} a month]", currency.code),
        Scale::Linear,
        [0.0, high],
        ticks_along(look.width, 130),
    );
    let y = Axis::of_names(String::new(), sorted.iter().map(|option| &option.name[..]));
    let mut chart = Chart::empty("breakdown", x, y);
    let least = sorted.last().map_or(0.0, |option| option.monthly_usd);
    let half = half(sorted.len());
    for (row, option) in sorted.iter().enumerate() {
        let note = match sorted.len() {
            1 => String::new(),
            _ => beside_cheapest(option.monthly_usd, least, &currency),
        };
        add_option(
            &mut chart,
            [row as f64 + 0.5, half],
            option,
            note,
            &currency,
        );
    }
    chart.key = key(comparison, !chart.guides.is_empty(), look);
    chart.said(
        &comparison.scenario.name,
        question(comparison),
        footer(comparison, digest),
        alt(comparison, &currency),
    )
}

/// Staff first, so that shares of staff begin at one line and are read against the band.
fn in_order() -> impl Iterator<Item = (usize, Category)> {
    let others = Category::ALL.into_iter().filter(|c| *c != Category::Staff);
    std::iter::once(Category::Staff).chain(others).enumerate()
}

/// What an option pays for a category [USD/month].
fn of(option: &OptionResult, category: Category) -> f64 {
    let lines = option.lines.iter().filter(|line| line.category == category);
    lines.map(|line| line.monthly_usd).sum()
}

fn add_option(
    chart: &mut Chart,
    [row, half]: [f64; 2],
    option: &OptionResult,
    note: String,
    currency: &Currency,
) {
    let mut from = 0.0;
    let mut of_staff = None;
    for (k, category) in in_order() {
        let usd = of(option, category);
        if usd <= 0.0 {
            continue;
        }
        let to = from + usd * currency.per_usd;
        let mut label = percent(usd / option.monthly_usd);
        if category == Category::Staff {
            label = format!("staff {label}");
            of_staff = Some(chart.bars.len());
        }
        chart.bars.push(Bar {
            corners: [[from, row - half], [to, row + half]],
            paint: Paint::Fill(k),
            label,
        });
        from = to;
    }
    let total = option.monthly_usd * currency.per_usd;
    if option.staff_band.is_some() && total > 0.0 {
        let below = row - half - 0.12;
        chart.guides.push(Guide {
            points: vec![[STAFF_BAND.0 * total, below], [STAFF_BAND.1 * total, below]],
            label: String::new(),
            style: GuideStyle::Bracket,
        });
    }
    chart.tags.push(Tag {
        at: [total, row],
        side: Side::Right,
        text: money(option.monthly_usd, currency),
        note,
        spilled: of_staff,
    });
}

/// How much more than the cheapest an option costs.
fn beside_cheapest(usd: f64, least: f64, currency: &Currency) -> String {
    let more = usd - least;
    if more <= 1e-9 * least {
        return "cheapest".into();
    }
    let more = format!("+{}", money(more, currency));
    if least > 0.0 {
        format!("{more} (+{})", percent(usd / least - 1.0))
    } else {
        more
    }
}

fn key(comparison: &Comparison, band: bool, look: &Look) -> Vec<Key> {
    let paid = |category: Category| {
        let mut options = comparison.options.iter();
        options.any(|option| of(option, category) > 0.0)
    };
    let categories = in_order().filter(|(_, category)| paid(*category));
    let mut key: Vec<Key> = categories
        .map(|(k, category)| Key {
            sample: Sample::Paint(Paint::Fill(k)),
            text: category.name().to_owned(),
        })
        .collect();
    if band {
        key.push(Key {
            sample: Sample::Guide(GuideStyle::Bracket),
            text: if look.width < SENTENCE {
                format!("{}: the article's band for staff", band_text())
            } else {
                format!(
                    "{} of the total: the source article's band for staff of an own stack",
                    band_text()
                )
            },
        });
    }
    key
}

/// `70-80 %`.
pub fn band_text() -> String {
    format!("{:.0}-{:.0} %", 100.0 * STAFF_BAND.0, 100.0 * STAFF_BAND.1)
}

fn question(comparison: &Comparison) -> String {
    format!(
        "What is paid for in a month of {} requests a day?",
        volume(comparison.scenario.requests_per_day)
    )
}

fn alt(comparison: &Comparison, currency: &Currency) -> String {
    let options = comparison.options.iter().map(|option| {
        let parts = in_order().filter(|(_, category)| of(option, *category) > 0.0);
        let parts: Vec<String> = parts
            .map(|(_, category)| {
                let usd = of(option, category);
                format!("{} {}", category.name(), percent(usd / option.monthly_usd))
            })
            .collect();
        let parts = if parts.is_empty() {
            "nothing is paid for".to_owned()
        } else {
            parts.join(", ")
        };
        format!(
            "{}: {} a month, of which {parts}.",
            option.name,
            money(option.monthly_usd, currency)
        )
    });
    let options: Vec<String> = options.collect();
    format!(
        "Monthly cost of each option at {} requests a day, in stacked bars by category. {}",
        volume(comparison.scenario.requests_per_day),
        options.join(" ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_category_has_a_filling_of_its_own() {
        let mut seen: Vec<usize> = in_order().map(|(k, _)| k).collect();
        seen.dedup();
        assert_eq!(seen.len(), Category::ALL.len());
        assert_eq!(in_order().next(), Some((0, Category::Staff)));
    }
}
