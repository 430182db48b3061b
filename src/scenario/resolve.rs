//! The second step of reading a scenario: what the values mean together.
//!
//! Every part pushes its problems and goes on with something harmless, so that one run reports all of
//! them; a [`Scenario`] comes out only where there are none.

mod api;
mod budget;
mod choices;
mod common;
mod context;
mod engine;
mod fine_tune;
mod measured;
mod options;
mod own_prices;
mod paths;
mod provisioned;
mod references;
mod rent;
mod self_host;
mod workload;

use super::attach::attach;
use super::file::ScenarioFile;
use super::{Currency, Given, Reader, Scenario, extends};
use crate::catalog::Catalog;
use crate::date::Date;
use crate::diagnostic::{Place, Problem, Problems, Sources};
use crate::document::{self, Node};
use crate::real::Real;
use crate::table::{Table, Text, rounded};
use crate::warning::Warning;
use context::Context;

/// What the command line adds to a file.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// `--set` assignments, in order.
    pub assignments: Vec<String>,
    /// One date for all prices.
    pub prices_as_of: Option<Date>,
    /// Reads the files that scenarios extend or name; without it none can.
    pub reader: Option<Reader>,
    /// Values of the inputs at these places, instead of their medians.
    pub drawn: Vec<(Place, Real)>,
}

/// A scenario with the tree it was read from, so that inputs can be varied without reading again.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The scenario.
    pub scenario: Scenario,
    /// The file as a tree, assignments applied.
    pub tree: Node,
}

/// Reads a scenario from its text.
///
/// # Errors
/// Every problem of the file and the assignments, in the order of their places.
pub fn load(
    name: &str,
    text: &str,
    settings: &Settings,
    catalog: &Catalog,
    sources: &mut Sources,
) -> Result<Loaded, Vec<Problem>> {
    let mut problems = Problems::default();
    let mut tree = read_tree(name, text, settings, sources, &mut problems);
    attach(&mut tree, settings.reader, sources, &mut problems);
    // A torn file reads as a file with half of its keys: what is missing then is not worth telling.
    if !problems.is_empty() {
        return Err(problems.sorted());
    }
    let title = default_title(name);
    let scenario = load_tree(&tree, &title, settings, catalog)?;
    Ok(Loaded { scenario, tree })
}

/// Parses the text, fills in what the files that it extends say, and applies the assignments.
pub fn read_tree(
    name: &str,
    text: &str,
    settings: &Settings,
    sources: &mut Sources,
    problems: &mut Problems,
) -> Node {
    let text = document::without_mark(text);
    let source = sources.add(name, text);
    let tree = document::parse(text, source, problems);
    let mut tree = extends::fill(tree, name, settings.reader, sources, problems);
    for assignment in &settings.assignments {
        if let Err(problem) = document::assign(&mut tree, assignment, sources) {
            problems.push(problem);
        }
    }
    tree
}

/// The title of a scenario that has none: the file's name without folder and ending.
fn default_title(name: &str) -> String {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    file.strip_suffix(".toml").unwrap_or(file).to_owned()
}

/// Resolves a tree.
///
/// # Errors
/// Every problem, in the order of their places.
pub fn load_tree(
    tree: &Node,
    title: &str,
    settings: &Settings,
    catalog: &Catalog,
) -> Result<Scenario, Vec<Problem>> {
    let mut problems = Problems::default();
    let file = ScenarioFile::read(tree, &mut problems);
    let start = file.start.unwrap_or(catalog.as_of());
    let mut context = Context::new(catalog, tree, start, &mut problems);
    context.drawn.clone_from(&settings.drawn);
    let scenario = resolve(&file, title, settings, start, &mut context);
    if problems.is_empty() {
        Ok(scenario)
    } else {
        Err(without_consequences(problems.sorted(), tree))
    }
}

/// Leaves out what only follows from another problem of the same top-level table.
fn without_consequences(problems: Vec<Problem>, tree: &Node) -> Vec<Problem> {
    let mut starts: Vec<u32> = Vec::new();
    let own = |entry: &&document::Entry| entry.place.source == tree.place.source;
    for entry in tree.entries().iter().filter(own) {
        match &entry.node.value {
            document::Value::List(list) => starts.extend(list.iter().map(|item| item.place.start)),
            _ => starts.push(entry.node.place.start),
        }
    }
    starts.sort_unstable();
    let table = |problem: &Problem| starts.partition_point(|start| *start <= problem.place.start);
    let causes: Vec<usize> = problems
        .iter()
        .filter(|problem| !problem.follows)
        .map(table)
        .collect();
    // What an assignment breaks may be missed in any table.
    let assigned =
        |problem: &Problem| !problem.follows && problem.place.source != tree.place.source;
    let any = problems.iter().any(assigned);
    let stays = |problem: &Problem| !problem.follows || !(any || causes.contains(&table(problem)));
    problems.into_iter().filter(stays).collect()
}

fn resolve(
    file: &ScenarioFile,
    title: &str,
    settings: &Settings,
    start: Date,
    cx: &mut Context<'_>,
) -> Scenario {
    let hours_per_month = cx.or(file.hours_per_month.as_ref(), 730.0);
    let days_per_month = days(file, &hours_per_month, cx);
    let day = settings.prices_as_of.unwrap_or(start);
    let horizon_months = file.horizon_months.unwrap_or(36);
    let options = options::resolve(file, day, horizon_months, cx);
    let workload = workload::resolve(file, &options, &days_per_month, cx);
    // Where ranges are drawn, what does not go together is the tail of one: formulas cut it off.
    if cx.drawn.is_empty() {
        check_prompts(&options, &workload, cx);
    }
    let budget = file
        .budget
        .as_ref()
        .map(|nested| budget::budget(&nested.0, &options, &workload.features, cx));
    let choices = choices::resolve(file, &options, cx);
    cx.warn_of_facts();
    let mut scenario = Scenario {
        name: file
            .name
            .as_ref()
            .map_or_else(|| title.to_owned(), |name| name.value.clone()),
        description: file.description.as_ref().map(|text| text.value.clone()),
        currency: currency(file, cx),
        start,
        prices_as_of: settings.prices_as_of,
        horizon_months,
        discount_rate: cx.or(file.discount_rate.as_ref(), 0.08),
        hours_per_month,
        days_per_month,
        volume_range: volume_range(file, cx),
        workload,
        options,
        budget: budget.unwrap_or_default(),
        choices,
        warnings: Vec::new(),
        medians: Vec::new(),
        ranges: Vec::new(),
        correlations: references::correlations(file, cx),
        facts: Vec::new(),
        catalog_as_of: cx.catalog.as_of(),
    };
    warn_of_medians(cx);
    scenario.warnings = std::mem::take(&mut cx.warnings);
    scenario.ranges = std::mem::take(&mut cx.ranges);
    scenario.medians = scenario.ranges.iter().map(|r| r.path.clone()).collect();
    scenario.facts = std::mem::take(&mut cx.facts);
    scenario
}

/// An option cannot save more of the prompt than there is, nor read and write more than all of it.
fn check_prompts(options: &[super::OptionSpec], workload: &super::Workload, cx: &mut Context<'_>) {
    for option in options {
        let common = &option.common;
        for feature in &workload.features {
            let saved = &common.prompt_tokens_saved;
            let room = feature.input.mean.value + common.prompt_tokens_added.value;
            if let (super::Origin::Scenario(place), true) = (&saved.from, saved.value > room) {
                cx.problem(
                    Problem::new(*place, "more of the prompt is saved than there is")
                        .found(format!("{} tokens of a prompt of {room}", saved.value))
                        .expected("at most the prompt, input_tokens + prompt_tokens_added"),
                );
            }
            check_caches(common, feature, cx);
        }
    }
}

fn check_caches(common: &super::Common, feature: &super::Feature, cx: &mut Context<'_>) {
    let read = common
        .cached_input_share
        .as_ref()
        .unwrap_or(&feature.cached);
    let written = common
        .cache_write_share
        .as_ref()
        .unwrap_or(&feature.written);
    let own = [&common.cached_input_share, &common.cache_write_share];
    let Some(place) = own.into_iter().flatten().find_map(Given::place) else {
        return;
    };
    let sum = read.value + written.value;
    if sum > 1.0 + 1e-9 {
        cx.problem(workload::more_than_the_prompt(
            place,
            read.value.get(),
            written.value.get(),
        ));
    }
}

/// Days with traffic: those of a whole month where the hours are such (720 h are 30 days).
fn days(file: &ScenarioFile, hours: &Given, cx: &mut Context<'_>) -> Given {
    let whole_month = hours.value >= 672.0 && hours.value <= 744.0;
    let hours_a_day = hours.value / (365.0 / 12.0);
    if let (true, super::Origin::Scenario(_), None) =
        (hours_a_day < 1.0, &hours.from, &file.days_per_month)
    {
        let message = format!(
            "hours_per_month is {}, less than an hour on each of the 30.42 days with traffic",
            hours.value
        );
        cx.warn(Warning::new(
            "few-hours",
            message,
            "say days_per_month too: 1 for the cost of a single day",
        ));
    }
    let default = if whole_month {
        hours.value / 24.0
    } else {
        Real::from(365.0 / 12.0)
    };
    cx.or(file.days_per_month.as_ref(), default)
}

fn currency(file: &ScenarioFile, cx: &mut Context<'_>) -> Currency {
    let rate = cx
        .maybe(file.currency_per_usd.as_ref())
        .map(|given| given.value.get());
    let Some(code) = &file.currency else {
        return Currency {
            code: "USD".into(),
            per_usd: 1.0,
        };
    };
    let is_code = code.value.len() == 3 && code.value.bytes().all(|b| b.is_ascii_uppercase());
    if !is_code {
        cx.problem(
            Problem::new(code.place, "not a currency code")
                .found(format!("\"{}\"", code.value))
                .expected("three capital letters of ISO 4217, such as \"EUR\""),
        );
    } else if code.value != "USD" && rate.is_none() {
        cx.problem(
            Problem::new(code.place, "a currency without an exchange rate")
                .unless_another()
                .found(format!("\"{}\"", code.value))
                .expected("currency_per_usd = ...")
                .hint("prices are in US dollars; the rate turns the tables into your currency"),
        );
    }
    let per_usd = if code.value == "USD" {
        1.0
    } else {
        rate.unwrap_or(1.0)
    };
    Currency {
        code: code.value.clone(),
        per_usd,
    }
}

fn volume_range(file: &ScenarioFile, cx: &mut Context<'_>) -> (f64, f64) {
    let Some(list) = &file.volume_range else {
        return (1.0, 1e9);
    };
    let values: Vec<f64> = list.iter().map(|num| num.input.median()).collect();
    match values[..] {
        [low, high] if low < high && high <= 1e12 => (low, high),
        _ => {
            let place = list.first().map_or(file.place, |num| num.place);
            cx.problem(
                Problem::new(place, "not a range of volumes")
                    .found(format!("{values:?}"))
                    .expected("[low, high] with low below high, at most 1e12 requests a day"),
            );
            (1.0, 1e9)
        }
    }
}

fn warn_of_medians(cx: &mut Context<'_>) {
    if cx.ranges.is_empty() {
        return;
    }
    let paths: Vec<&str> = cx.ranges.iter().map(|range| range.path.as_str()).collect();
    let message = format!(
        "the median is used for {} uncertain input{}: {}",
        paths.len(),
        if paths.len() == 1 { "" } else { "s" },
        paths.join(", ")
    );
    cx.warn(Warning::new(
        "medians-used",
        message,
        "a range is not a point: draw it with `llmcost simulate`, or vary it with `llmcost sweep`",
    ));
}

/// Reports shares that do not add up to 1.
fn check_sum(shares: &[Given], place: Place, what: &str, cx: &mut Context<'_>) {
    let sum: Real = shares.iter().map(|share| share.value).sum();
    if (sum - 1.0).abs() > 1e-6 {
        let list: Vec<String> = shares
            .iter()
            .map(|share| format!("{}", share.value))
            .collect();
        cx.problem(
            Problem::new(place, format!("the shares of {what} do not add up to 1"))
                .found(format!("{} = {}", list.join(" + "), rounded(sum.get())))
                .expected("1"),
        );
    }
}

/// The word of a choice, or its default.
fn word(text: Option<&Text>, default: &str) -> String {
    text.map_or_else(|| default.to_owned(), |text| text.value.clone())
}
