//! The catalog against a list of prices that was compiled apart from it, at the day of that list.

use std::path::Path;

use llmcost::catalog::Catalog;
use llmcost::catalog::rows::ApiRow;
use llmcost::date::Date;
use llmcost::scenario::{Given, PriceBook, PriceStep};

#[test]
fn the_catalog_agrees_with_the_curated_list_on_its_day() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/prices/llm_prices_curated.csv");
    let Ok(mut reader) = csv::Reader::from_path(&path) else {
        println!("left out: no {}", path.display());
        return;
    };
    let header = reader.headers().expect("a header").clone();
    let (mut wrong, mut compared) = (Vec::new(), 0);
    for record in reader.records() {
        let record = record.expect("a row");
        let field = |name: &str| {
            let at = header
                .iter()
                .position(|known| known == name)
                .expect("a known column");
            record.get(at).unwrap_or_default().to_owned()
        };
        let id = format!("{}/{}", field("provider"), field("model"));
        match differences(&id, &field) {
            Ok(count) => compared += count,
            Err(list) => wrong.extend(list),
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(compared >= 200, "only {compared} prices were compared");
}

/// How many prices of a model agree, or those that do not.
fn differences(id: &str, field: &dyn Fn(&str) -> String) -> Result<usize, Vec<String>> {
    let Some((row, _)) = Catalog::embedded().find::<ApiRow>(id) else {
        return Err(vec![format!("{id} is not in the catalog")]);
    };
    let book = PriceBook::of(&row, false);
    let day = Date::parse("2026-11-23").expect("the day of the list");
    let (standard, batch) = (book.on(day, "standard"), book.on(day, "batch"));
    let base = standard
        .iter()
        .find(|step| step.above.is_none() && step.window.is_none());
    let of = |step: Option<&&PriceStep>, pick: fn(&PriceStep) -> Option<&Given>| {
        step.and_then(|step| pick(step))
            .map(|given| given.value.get())
    };
    let mut pairs = vec![
        ("input_usd_mtok", of(base, |step| Some(&step.input))),
        ("output_usd_mtok", of(base, |step| Some(&step.output))),
        ("cached_read", of(base, |step| step.cache_read.as_ref())),
        ("cache_write_5m", of(base, |step| step.cache_write.as_ref())),
        (
            "cache_write_1h",
            of(base, |step| step.cache_write_long.as_ref()),
        ),
    ];
    if !field("batch_input").is_empty() {
        pairs.push(("batch_input", of(batch.first(), |step| Some(&step.input))));
        pairs.push(("batch_output", of(batch.first(), |step| Some(&step.output))));
    }
    let mut wrong: Vec<String> = pairs
        .iter()
        .filter(|(column, ours)| field(column).parse().ok() != *ours)
        .map(|(column, ours)| format!("{id} {column}: {ours:?}, listed {}", field(column)))
        .collect();
    wrong.extend(long_prompts(id, &field("long_context_tiers"), &standard));
    wrong.extend(peak_hours(id, &field("notes"), &standard));
    if wrong.is_empty() {
        Ok(pairs.len())
    } else {
        Err(wrong)
    }
}

/// `>272000:in 20.0 out 75.0`, where the list has it.
fn long_prompts(id: &str, tier: &str, standard: &[&PriceStep]) -> Option<String> {
    // A threshold behind which nothing is dearer is none for the list.
    let base = standard.iter().find(|step| step.above.is_none());
    let dearer = |step: &&&PriceStep| base.is_none_or(|base| step.input.value > base.input.value);
    let ours = standard
        .iter()
        .filter(|step| step.above.is_some())
        .find(dearer);
    let found = ours.map_or_else(String::new, |step| {
        let above = step.above.unwrap_or_default();
        format!(
            ">{above}:in {:?} out {:?}",
            step.input.value, step.output.value
        )
    });
    (found != tier).then(|| format!("{id} long prompts: {found}, listed {tier}"))
}

/// `PEAK UTC 01:00-04:00, 06:00-10:00: in 0.3 out 1.2`, where the list has it.
fn peak_hours(id: &str, notes: &str, standard: &[&PriceStep]) -> Option<String> {
    let listed = notes
        .strip_prefix("PEAK UTC ")
        .and_then(|rest| rest.rsplit_once(": "));
    let ours = standard
        .iter()
        .find_map(|step| Some((step.window.as_ref()?, step)));
    let found = ours.map(|((hours, _), step)| {
        let spans: Vec<String> = hours
            .iter()
            .map(|(from, to)| format!("{from:02}:00-{to:02}:00"))
            .collect();
        (
            spans.join(", "),
            format!("in {:?} out {:?}", step.input.value, step.output.value),
        )
    });
    let listed = listed.map(|(hours, price)| (hours.to_owned(), price.to_owned()));
    (found != listed).then(|| format!("{id} peak hours: {found:?}, listed {listed:?}"))
}
