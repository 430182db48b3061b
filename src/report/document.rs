//! A report to hand over: the verdict, the pictures, the tables, the assumptions with their sources.

use serde::Serialize;

use super::block::{Block, Cell, Grid, Row};
use super::{compare, explain, html, markdown, time, verdict};
use crate::analysis::compare::Comparison;
use crate::analysis::explain::Explanation;
use crate::cost::{self, OptionModel};
use crate::curve::Expression;
use crate::report::format::thousands;
use crate::scenario::Scenario;

/// What a report is made of.
pub struct Document<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Its answer, also over time.
    pub comparison: &'a Comparison,
    /// The options, by name, priced in the first month.
    pub models: &'a [(String, OptionModel)],
    /// The arithmetic of each line.
    pub explanation: &'a Explanation,
    /// Pictures with their kind and title.
    pub pictures: Vec<Figure>,
    /// What the report is traced by: dates, and the digest of what was read.
    pub footer: String,
}

/// A picture of a report.
pub struct Figure {
    /// Kind, as on the command line.
    pub kind: &'static str,
    /// Title.
    pub title: &'static str,
    /// The picture as SVG, or the name of its file.
    pub content: String,
    /// What it shows, for those who cannot see it.
    pub alt: String,
}

/// Data of the page's script.
#[derive(Serialize)]
struct Data<'a> {
    low: f64,
    high: f64,
    present: f64,
    per_usd: f64,
    symbol: String,
    billed_per_daily: f64,
    options: Vec<OptionData<'a>>,
}

#[derive(Serialize)]
struct OptionData<'a> {
    name: &'a str,
    most: Option<f64>,
    curve: Expression,
}

/// One HTML file.
///
/// # Errors
/// Data that cannot be written.
pub fn html_file(document: &Document<'_>) -> Result<String, serde_json::Error> {
    let mut body = head(document);
    body.push_str(&slider(document));
    for figure in &document.pictures {
        let over_volume = if matches!(figure.kind, "curves") {
            " class=\"over-volume\""
        } else {
            ""
        };
        body.push_str(&format!(
            "<h2>{}</h2>\n<figure{over_volume}>\n{}</figure>\n",
            figure.title, figure.content
        ));
    }
    for (title, blocks) in tables(document) {
        body.push_str(&format!("<h2>{title}</h2>\n{}", html::render(&blocks, 3)));
    }
    for (title, blocks) in details(document) {
        body.push_str(&format!(
            "<h2>{title}</h2>\n<details>\n<summary>Show</summary>\n{}</details>\n",
            html::render(&blocks, 3)
        ));
    }
    body.push_str(&format!(
        "<footer>{}</footer>\n",
        html::escaped(&document.footer)
    ));
    let data = serde_json::to_string(&data(document))?;
    Ok(html::page(&html::Page {
        title: &document.comparison.scenario.name,
        body: &body,
        data: &data,
    }))
}

/// The same as Markdown; pictures are files beside it.
pub fn markdown_file(document: &Document<'_>) -> String {
    let facts = &document.comparison.scenario;
    let mut text = format!("# {}\n\n", markdown::escaped(&facts.name));
    if let Some(question) = &facts.description {
        text.push_str(&format!("{}\n\n", markdown::escaped(question)));
    }
    let verdict = verdict::sentence(document.comparison);
    text.push_str(&format!("**{}**\n\n", markdown::escaped(&verdict)));
    for figure in &document.pictures {
        text.push_str(&format!(
            "## {}\n\n![{}]({})\n\n",
            figure.title,
            markdown::escaped(&figure.alt),
            figure.content
        ));
    }
    for (title, blocks) in tables(document).into_iter().chain(details(document)) {
        text.push_str(&format!("## {title}\n\n{}\n", markdown::render(&blocks)));
    }
    text.push_str(&format!("---\n\n{}\n", markdown::escaped(&document.footer)));
    text
}

fn head(document: &Document<'_>) -> String {
    let facts = &document.comparison.scenario;
    let question = facts.description.as_ref().map_or_else(String::new, |text| {
        format!("<p class=\"question\">{}</p>\n", html::escaped(text))
    });
    let verdict = verdict::sentence(document.comparison);
    let staff: Vec<String> = document
        .comparison
        .options
        .iter()
        .filter_map(|option| verdict::staff_sentence(option, &document.scenario.currency))
        .collect();
    let staff = if staff.is_empty() {
        String::new()
    } else {
        html::render(&[Block::List(staff)], 3)
    };
    format!(
        "<h1>{}</h1>\n{question}<p class=\"verdict\">{}</p>\n{staff}",
        html::escaped(&facts.name),
        html::escaped(&verdict)
    )
}

/// The slider with a row per option; the script fills it in.
fn slider(document: &Document<'_>) -> String {
    let rows: String = document
        .models
        .iter()
        .map(|(name, _)| {
            format!(
                "<tr><th scope=\"row\">{}</th><td></td><td></td></tr>\n",
                html::escaped(name)
            )
        })
        .collect();
    format!(
        "<section id=\"slider\">\n<h2>At another volume</h2>\n<label for=\"range\">Volume: <output id=\"volume\" for=\"range\"></output></label>\n<input id=\"range\" type=\"range\" min=\"0\" max=\"2000\" step=\"1\">\n<table>\n<thead><tr><th scope=\"col\" class=\"left\">option</th><th scope=\"col\">a month</th><th scope=\"col\">per request</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</section>\n"
    )
}

/// Decades below and above the present volume that the slider reaches.
const REACH: f64 = 100.0;

fn data<'a>(document: &Document<'a>) -> Data<'a> {
    let scenario = document.scenario;
    let present = document.comparison.scenario.requests_per_day.max(1.0);
    let (low, high) = scenario.volume_range;
    let currency = &scenario.currency;
    Data {
        low: (present / REACH).max(low.max(1.0)).min(present),
        high: (present * REACH).min(high).max(present),
        present,
        per_usd: currency.per_usd,
        symbol: super::format::sign(currency),
        billed_per_daily: cost::billed_requests(scenario, 1.0),
        options: document
            .models
            .iter()
            .map(|(name, model)| OptionData {
                name,
                most: model.max_volume.map(crate::real::Real::get),
                curve: model.total().expression(),
            })
            .collect(),
    }
}

type Section = (&'static str, Vec<Block>);

/// The tables: a steady month, and the plan month by month where there is one.
fn tables(document: &Document<'_>) -> Vec<Section> {
    let month = skip_head(compare::blocks(document.comparison));
    let mut sections = vec![("A steady month", month)];
    if document.comparison.over_time.is_some() {
        sections.push((
            "Over the months of the plan",
            skip_head(time::blocks(document.comparison)),
        ));
    }
    sections
}

/// Blocks without the title that the report has already.
fn skip_head(blocks: Vec<Block>) -> Vec<Block> {
    let titles = blocks
        .iter()
        .take_while(|block| matches!(block, Block::Title(_)))
        .count();
    blocks.into_iter().skip(titles.min(1)).collect()
}

/// What stands behind the figures.
fn details(document: &Document<'_>) -> Vec<Section> {
    let result = document.comparison;
    let mut sections = Vec::new();
    if !result.warnings.is_empty() {
        let items = result
            .warnings
            .iter()
            .map(|w| format!("{} ({}): {}", w.message, w.code, w.hint));
        sections.push(("Warnings", vec![Block::List(items.collect())]));
    }
    sections.push((
        "Assumptions: each line with its factors and where they come from",
        skip_head(explain::blocks(
            document.explanation,
            &document.scenario.currency,
        )),
    ));
    sections.push((
        "Facts of the catalog that were used",
        vec![Block::Grid(facts(document))],
    ));
    sections
}

fn facts(document: &Document<'_>) -> Grid {
    let mut grid = Grid::new(["fact", "source", "as of", "confidence"]);
    for fact in &document.scenario.facts {
        grid.rows.push(Row {
            cells: [
                fact.id.clone(),
                fact.source.clone(),
                fact.as_of.to_string(),
                fact.confidence.clone(),
            ]
            .map(Cell::label)
            .to_vec(),
            strong: false,
        });
    }
    grid
}

/// The line at the foot: when and from what.
pub fn footer(result: &Comparison, digest: &str) -> String {
    format!(
        "llmcost {}; plan from {}, prices at {}, catalog of {}; {} requests a day; inputs {digest}.",
        env!("CARGO_PKG_VERSION"),
        result.scenario.start,
        result
            .scenario
            .prices_as_of
            .as_ref()
            .unwrap_or(&result.scenario.start),
        result.catalog.as_of,
        thousands(result.scenario.requests_per_day),
    )
}
