//! `calibrate`: the workload as a commented scenario, that runs as it is.

use super::block::{Block, Grid};
use super::format::{percent, significant, thousands};
use crate::analysis::calibrate::{Calibration, Mix, Model, Peaks, Ranged, Spread};

/// A scenario file of the workload, with an option for each model that the catalog knows.
pub fn scenario(found: &Calibration, name: &str) -> String {
    let mut text = format!(
        "# Calibrated from {} calls of a usage log, {} to {}.\n# Edit what you know better; what the log cannot tell is a range or a comment.\nname = {}\n\n[workload]\n",
        thousands(found.requests as f64),
        found.span[0],
        found.span[1],
        quoted(name)
    );
    volume(found, &mut text);
    mix(&found.mix, "", &mut text);
    for feature in &found.features {
        text.push_str(&format!(
            "\n[[workload.feature]]\nname = {}\nshare = {}\n",
            quoted(&feature.name),
            number(feature.share)
        ));
        mix(&feature.mix, &feature.name, &mut text);
    }
    options(&found.models, &mut text);
    text
}

fn volume(found: &Calibration, text: &mut String) {
    let note = match found.whole_days {
        0 => "from the rate of less than a day: an hour may have a third or three times that of the day".to_owned(),
        1..7 => format!("mean of {} whole days; the other days of a week may differ", found.whole_days),
        days => format!("mean of {days} whole days"),
    };
    key(
        text,
        "requests_per_day",
        &ranged(found.requests_per_day),
        &note,
    );
    match (&found.growth_per_month, &found.growth_unknown) {
        (Some(growth), _) => key(
            text,
            "growth_per_month",
            &ranged(*growth),
            "log-linear on daily totals, interval of 90 %",
        ),
        (None, why) => text.push_str(&format!(
            "# growth_per_month: cannot tell; {}\n",
            why.as_deref().unwrap_or("the log is too short")
        )),
    }
    peaks(&found.peak_to_mean, text);
    if !found.day_shape.is_empty() {
        let weights: Vec<String> = found.day_shape.iter().map(|w| significant(*w, 4)).collect();
        text.push_str(&format!(
            "day_shape = [{}] # hours from midnight, mean 1\n",
            weights.join(", ")
        ));
    }
    if !found.weekday_shape.is_empty() {
        let weights: Vec<String> = found
            .weekday_shape
            .iter()
            .map(|w| significant(*w, 3))
            .collect();
        text.push_str(&format!(
            "# Monday to Sunday over the mean day: {}\n",
            weights.join(", ")
        ));
    }
}

fn peaks(peaks: &Peaks, text: &mut String) {
    let told = [
        ("second", peaks.second),
        ("minute", peaks.minute),
        ("5 minutes", peaks.five_minutes),
        ("hour", peaks.hour),
        ("day", peaks.day),
    ];
    let list: Vec<String> = told
        .iter()
        .filter_map(|(bin, peak)| Some(format!("{} by the {bin}", significant((*peak)?, 4))))
        .collect();
    if !list.is_empty() {
        text.push_str(&format!(
            "# Busiest interval over the mean one: {}\n",
            list.join(", ")
        ));
    }
    match peaks.hour_of_day {
        // The day's shape says it too, hour by hour.
        Some(_) => {}
        None => text.push_str(
            "# peak_to_mean: the log is shorter than a week, so the busiest hour of a mean day is not known; the default is 2\n",
        ),
    }
}

fn mix(mix: &Mix, part: &str, text: &mut String) {
    key(
        text,
        "input_tokens",
        &size(&mix.input),
        &quantiles(&mix.input),
    );
    key(
        text,
        "output_tokens",
        &size(&mix.output),
        &quantiles(&mix.output),
    );
    let more = [
        ("reasoning_tokens", mix.reasoning_mean),
        ("cached_input_share", mix.cached_input_share),
        ("cache_write_share", mix.cache_write_share),
        ("batch_share", mix.batch_share),
    ];
    for (name, value) in more.iter().filter(|(_, value)| *value > 0.0) {
        text.push_str(&format!("{name} = {}\n", number(*value)));
    }
    if mix.long_cache && part.is_empty() {
        text.push_str("cache_ttl = \"1h\"\n");
    }
    if mix.error_rate > 0.0 {
        let billed = if mix.retry_share > 0.0 {
            format!(
                "; requests_per_day has {} failed calls that were billed to each answered one",
                significant(mix.retry_share, 3)
            )
        } else {
            String::new()
        };
        let failed = percent(mix.error_rate);
        text.push_str(&format!("# {failed} of the calls failed{billed}\n"));
    }
}

/// `{ mean, p95 }` where a lognormal distribution can have them, else the mean alone.
fn size(spread: &Spread) -> String {
    match spread.lognormal_p95() {
        Some(p95) if p95 > spread.mean => {
            format!(
                "{{ mean = {}, p95 = {} }}",
                number(spread.mean),
                number(p95)
            )
        }
        _ => number(spread.mean),
    }
}

fn quantiles(spread: &Spread) -> String {
    let list = [
        ("p50", spread.p50),
        ("p90", spread.p90),
        ("p95", spread.p95),
        ("p99", spread.p99),
    ];
    list.map(|(name, value)| format!("{name} {}", thousands(value)))
        .join(", ")
}

fn options(models: &[Model], text: &mut String) {
    let known: Vec<&Model> = models.iter().filter(|model| model.id.is_some()).collect();
    let mut seen: Vec<&str> = Vec::new();
    for model in known {
        let id = model.id.as_deref().unwrap_or_default();
        // Names of options are their own: the same model of another provider has that of its row.
        let name = if seen.contains(&model.name.as_str()) {
            id
        } else {
            &model.name
        };
        seen.push(name);
        text.push_str(&format!(
            "\n[[api]]\nname = {}   # {} of the calls\nmodel = {}\n",
            quoted(name),
            percent(model.share),
            quoted(id)
        ));
    }
    for model in models.iter().filter(|model| model.id.is_none()) {
        text.push_str(&format!(
            "\n# {} served {} of the calls and has no price in the catalog\n",
            model.name.replace('\n', " "),
            percent(model.share)
        ));
    }
    if seen.is_empty() {
        text.push_str(
            "\n# No model of the log has a price in the catalog; this one stands in.\n[[api]]\nname = \"stand-in\"\nmodel = \"openai/gpt-6-luna\"\n",
        );
    }
    text.push_str(
        "\n# An own stack to compare with:\n# [[self_host]]\n# name = \"own\"\n# model = \"llama-3.1-8b\"\n# gpu = \"h100-sxm\"\n# staff = [{ role = \"ml-engineer\", fte = 0.5 }]\n",
    );
}

fn key(text: &mut String, name: &str, value: &str, note: &str) {
    text.push_str(&format!("{name} = {value} # {note}\n"));
}

/// A number, or an interval of 90 % as scenarios write it.
fn ranged(ranged: Ranged) -> String {
    if ranged.low == ranged.high {
        return number(ranged.value);
    }
    format!("\"{} to {}\"", number(ranged.low), number(ranged.high))
}

/// A number of a file: six significant digits.
fn number(value: f64) -> String {
    let text = significant(value, 6);
    if text.contains(['e', 'N', 'i']) {
        "0".into()
    } else {
        text
    }
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// What was found, for people and Markdown.
pub fn blocks(found: &Calibration, name: &str) -> Vec<Block> {
    vec![
        Block::Title("Calibrated workload".into()),
        Block::Text(scenario(found, name)),
    ]
}

/// One row per figure.
pub fn tidy(found: &Calibration) -> Grid {
    let mut grid = Grid::new(["part", "figure", "value"]);
    let mut put = |part: &str, figure: &str, value: Option<f64>| {
        grid.row(
            part,
            [
                figure.to_owned(),
                value.map_or_else(String::new, |v| v.to_string()),
            ],
        );
    };
    put("", "requests", Some(found.requests as f64));
    put("", "whole_days", Some(found.whole_days as f64));
    let day = found.requests_per_day;
    put("", "requests_per_day", Some(day.value));
    put("", "requests_per_day_low", Some(day.low));
    put("", "requests_per_day_high", Some(day.high));
    for (figure, of) in [
        ("growth_per_month", found.growth_per_month.map(|g| g.value)),
        (
            "growth_per_month_low",
            found.growth_per_month.map(|g| g.low),
        ),
        (
            "growth_per_month_high",
            found.growth_per_month.map(|g| g.high),
        ),
        ("peak_to_mean_second", found.peak_to_mean.second),
        ("peak_to_mean_minute", found.peak_to_mean.minute),
        ("peak_to_mean_five_minutes", found.peak_to_mean.five_minutes),
        ("peak_to_mean_hour", found.peak_to_mean.hour),
        ("peak_to_mean_day", found.peak_to_mean.day),
    ] {
        put("", figure, of);
    }
    tidy_mix("", &found.mix, &mut put);
    for feature in &found.features {
        put(&feature.name, "share", Some(feature.share));
        tidy_mix(&feature.name, &feature.mix, &mut put);
    }
    grid
}

fn tidy_mix(part: &str, mix: &Mix, put: &mut impl FnMut(&str, &str, Option<f64>)) {
    for (figure, value) in [
        ("input_mean", mix.input.mean),
        ("input_p50", mix.input.p50),
        ("input_p95", mix.input.p95),
        ("output_mean", mix.output.mean),
        ("output_p50", mix.output.p50),
        ("output_p95", mix.output.p95),
        ("reasoning_mean", mix.reasoning_mean),
        ("cached_input_share", mix.cached_input_share),
        ("cache_write_share", mix.cache_write_share),
        ("batch_share", mix.batch_share),
        ("error_rate", mix.error_rate),
        ("retry_share", mix.retry_share),
    ] {
        put(part, figure, Some(value));
    }
}
