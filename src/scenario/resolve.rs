//! The second step of reading a scenario: what the values mean together.
//!
//! Every part pushes its problems and goes on with something harmless, so that one run reports all of
//! them; a [`Scenario`] comes out only where there are none.

mod api;
mod common;
mod context;
mod fine_tune;
mod options;
mod own_prices;
mod provisioned;
mod rent;
mod self_host;
mod workload;

use super::file::{BudgetFile, LimitFile, ScenarioFile};
use super::{Budget, Currency, Given, Scenario};
use crate::catalog::{AS_OF, Catalog};
use crate::date::Date;
use crate::diagnostic::{Place, Problem, Problems, Sources};
use crate::document::{self, Node};
use crate::table::{Many, Num, Table, rounded};
use crate::warning::Warning;
use context::Context;

/// What the command line adds to a file.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// `--set` assignments, in order.
    pub assignments: Vec<String>,
    /// One date for all prices.
    pub prices_as_of: Option<Date>,
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
    let tree = read_tree(name, text, settings, sources, &mut problems);
    // A torn file reads as a file with half of its keys: what is missing then is not worth telling.
    if !problems.is_empty() {
        return Err(problems.sorted());
    }
    let title = default_title(name);
    let scenario = load_tree(&tree, &title, settings, catalog)?;
    Ok(Loaded { scenario, tree })
}

/// Parses the text and applies the assignments.
pub fn read_tree(
    name: &str,
    text: &str,
    settings: &Settings,
    sources: &mut Sources,
    problems: &mut Problems,
) -> Node {
    let text = document::without_mark(text);
    let source = sources.add(name, text);
    let mut tree = document::parse(text, source, problems);
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
    let start = file.start.unwrap_or(AS_OF);
    let mut context = Context::new(catalog, tree, start, &mut problems);
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
    for entry in tree.entries() {
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
    check_prompts(&options, &workload, cx);
    let budget = file
        .budget
        .as_ref()
        .map(|nested| budget(&nested.0, &options, &workload.features, cx));
    check_correlations(file, cx);
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
        warnings: Vec::new(),
        medians: Vec::new(),
        facts: Vec::new(),
    };
    warn_of_medians(cx);
    scenario.warnings = std::mem::take(&mut cx.warnings);
    scenario.medians = std::mem::take(&mut cx.medians);
    scenario.facts = std::mem::take(&mut cx.facts);
    scenario
}

/// An option cannot save more of the prompt than there is.
fn check_prompts(options: &[super::OptionSpec], workload: &super::Workload, cx: &mut Context<'_>) {
    let prompt = |feature: &super::Feature| feature.input.mean.value;
    let Some(shortest) = workload.features.iter().map(prompt).min_by(f64::total_cmp) else {
        return;
    };
    for option in options {
        let saved = &option.common.prompt_tokens_saved;
        let room = shortest + option.common.prompt_tokens_added.value;
        if let (super::Origin::Scenario(place), true) = (&saved.from, saved.value > room) {
            cx.problem(
                Problem::new(*place, "more of the prompt is saved than there is")
                    .found(format!("{} tokens of a prompt of {room}", saved.value))
                    .expected("at most the prompt, input_tokens + prompt_tokens_added"),
            );
        }
    }
}

/// Days with traffic: those of a whole month where the hours are such (720 h are 30 days).
fn days(file: &ScenarioFile, hours: &Given, cx: &mut Context<'_>) -> Given {
    let whole_month = (672.0..=744.0).contains(&hours.value);
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
        365.0 / 12.0
    };
    cx.or(file.days_per_month.as_ref(), default)
}

fn currency(file: &ScenarioFile, cx: &mut Context<'_>) -> Currency {
    let rate = cx
        .maybe(file.currency_per_usd.as_ref())
        .map(|given| given.value);
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

fn budget(
    file: &BudgetFile,
    options: &[super::OptionSpec],
    features: &[super::Feature],
    cx: &mut Context<'_>,
) -> Budget {
    let value = |num: &Option<Num>| num.as_ref().map(|num| num.input.median());
    let mut budget = Budget {
        monthly_usd: value(&file.monthly_usd),
        yearly_usd: value(&file.yearly_usd),
        usd_per_request: value(&file.usd_per_request),
        options: Vec::new(),
    };
    for limit in limits(file.option.as_ref()) {
        let Some(name) = &limit.name else { continue };
        match options.iter().position(|option| option.name == name.value) {
            Some(at) => budget
                .options
                .extend(value(&limit.monthly_usd).map(|usd| (at, usd))),
            None => cx.problem(options::no_option(name, options)),
        }
    }
    let known: Vec<&str> = features
        .iter()
        .filter_map(|part| part.name.as_deref())
        .collect();
    for name in limits(file.feature.as_ref())
        .iter()
        .filter_map(|limit| limit.name.as_ref())
    {
        if !known.contains(&name.value.as_str()) {
            let message = format!("no feature is named `{}`", name.value);
            let problem =
                Problem::new(name.place, message).suggest(&name.value, known.iter().copied());
            cx.problem(problem.expected("the name of a [[workload.feature]]"));
        }
    }
    budget
}

fn limits(many: Option<&Many<LimitFile>>) -> &[LimitFile] {
    many.map_or(&[], |many| &many.0)
}

/// Correlations are used where risk is asked for; their paths are checked wherever they stand.
fn check_correlations(file: &ScenarioFile, cx: &mut Context<'_>) {
    if file.correlation.is_none() {
        return;
    }
    let paths = cx.paths();
    let known: Vec<&str> = paths.iter().map(|(_, path)| path.as_str()).collect();
    for correlation in file.correlation.iter().flat_map(|many| &many.0) {
        let Some(inputs) = &correlation.inputs else {
            continue;
        };
        if inputs.len() != 2 {
            cx.problem(
                Problem::new(correlation.place, "a correlation is between two inputs")
                    .found(format!("{} inputs", inputs.len())),
            );
        }
        for input in inputs {
            if known_path(&input.value, &known) {
                continue;
            }
            let beside = keys_beside(&input.value);
            let candidates = beside
                .iter()
                .map(String::as_str)
                .chain(known.iter().copied());
            let problem = Problem::new(input.place, "no such input in this file")
                .found(format!("\"{}\"", input.value))
                .expected("table, name and key joined by dots: self_host.own.usd_per_gpu_hour")
                .suggest(&input.value, candidates);
            cx.problem(problem);
        }
    }
}

/// The paths that differ from one in their last key alone.
fn keys_beside(path: &str) -> Vec<String> {
    let Some((parent, _)) = path.rsplit_once('.') else {
        return Vec::new();
    };
    let kind = parent.split('.').next().unwrap_or_default();
    let keys = crate::table::keys_at(ScenarioFile::KEYS, kind);
    keys.iter()
        .map(|key| format!("{parent}.{}", key.name))
        .collect()
}

/// Whether a path names a key of the file, or a key that an option of the file could have.
fn known_path(path: &str, known: &[&str]) -> bool {
    if known.contains(&path) {
        return true;
    }
    let Some(segments) = document::segments(path) else {
        return false;
    };
    let (kind, key) = match &segments[..] {
        [kind, name, key] if known.contains(&format!("{kind}.{name}").as_str()) => (kind, key),
        [kind, key] => (kind, key),
        _ => return false,
    };
    crate::table::keys_at(ScenarioFile::KEYS, kind)
        .iter()
        .any(|known| known.name == *key)
}

fn warn_of_medians(cx: &mut Context<'_>) {
    if cx.medians.is_empty() {
        return;
    }
    let message = format!(
        "the median is used for {} uncertain input{}: {}",
        cx.medians.len(),
        if cx.medians.len() == 1 { "" } else { "s" },
        cx.medians.join(", ")
    );
    cx.warn(Warning::new(
        "medians-used",
        message,
        "a range is not a point: vary it with `llmcost sweep` or `llmcost breakeven --over`",
    ));
}

/// Reports shares that do not add up to 1.
fn check_sum(shares: &[Given], place: Place, what: &str, cx: &mut Context<'_>) {
    let sum: f64 = shares.iter().map(|share| share.value).sum();
    if (sum - 1.0).abs() > 1e-6 {
        let list: Vec<String> = shares
            .iter()
            .map(|share| format!("{}", share.value))
            .collect();
        cx.problem(
            Problem::new(place, format!("the shares of {what} do not add up to 1"))
                .found(format!("{} = {}", list.join(" + "), rounded(sum)))
                .expected("1"),
        );
    }
}
