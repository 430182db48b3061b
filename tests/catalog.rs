//! The rules of the embedded catalog: its format, which the search in its text relies on, and its size.

#[path = "catalog/curated.rs"]
mod curated;
#[path = "catalog/figures.rs"]
mod figures;
#[path = "catalog/files.rs"]
mod files;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use llmcost::catalog::rows::{
    ApiPriceRow, ApiRow, ElectricityRow, GpuDiscountRow, GpuPriceRow, GpuPurchaseRow, GpuRow,
    MeasuredRow, ModelRow, ProvisionedRow, PueRow, RoleRow, TuningRow,
};
use llmcost::catalog::{AS_OF, Catalog, KINDS, Row};
use llmcost::date::Date;

use files::{all, files, none, parsed, prices, provider, text};

/// Runs a block for every kind of row.
macro_rules! for_every_kind {
    ($Row:ident => $block:block) => {
        for_every_kind! { @each $Row, $block,
            ApiRow TuningRow ProvisionedRow GpuRow GpuPriceRow GpuPurchaseRow GpuDiscountRow
            ModelRow MeasuredRow RoleRow ElectricityRow PueRow }
    };
    (@each $Row:ident, $block:block, $first:ident $($rest:ident)*) => {
        {
            type $Row = $first;
            $block
        }
        for_every_kind! { @each $Row, $block, $($rest)* }
    };
    (@each $Row:ident, $block:block,) => {};
}

#[test]
fn every_row_is_read_without_a_problem() {
    let (files, wrong) = parsed();
    none(&wrong);
    assert!(files.len() >= 20, "{} files", files.len());
}

#[test]
fn a_row_begins_with_its_kind_and_its_id_on_the_next_line() {
    let mut wrong = Vec::new();
    for (name, text) in files() {
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let next = lines.get(at + 1).copied().unwrap_or_default();
            if let Some(why) = breaks_format(line, next) {
                wrong.push(format!("{name}:{}: {why}: {line}", at + 1));
            }
        }
    }
    none(&wrong);
}

/// What the search in the text could not rely on.
fn breaks_format(line: &str, next: &str) -> Option<&'static str> {
    if line.contains("\"\"\"") || line.contains("'''") {
        return Some("a text over several lines");
    }
    if line.starts_with("aliases") && !(line.starts_with("aliases = [") && line.ends_with(']')) {
        return Some("aliases over several lines");
    }
    let head = line
        .strip_prefix("[[")
        .and_then(|rest| rest.strip_suffix("]]"));
    let Some(kind) = head else {
        return line.contains("[[").then_some("a head inside a line");
    };
    if !KINDS.contains(&kind.split('.').next().unwrap_or_default()) {
        return Some("an unknown kind");
    }
    let named = next.starts_with("id = \"") && next.ends_with('"');
    (!kind.contains('.') && !named).then_some("no id on the next line")
}

#[test]
fn a_line_that_breaks_the_format_is_found() {
    let id = "id = \"a\"";
    assert_eq!(breaks_format("[[gpu]]", id), None);
    assert_eq!(breaks_format("[[api.price]]", "tier = \"batch\""), None);
    for (line, next) in [
        ("[[gpu]]", "memory_gb = 80"),
        ("  [[gpu]]", id),
        ("[[gpus]]", id),
        ("note = \"\"\"long", id),
        ("aliases = [", id),
    ] {
        assert!(breaks_format(line, next).is_some(), "{line}");
    }
}

#[test]
fn ids_and_aliases_are_unique_within_their_kind() {
    let mut wrong = Vec::new();
    for_every_kind!(R => {
        let mut seen = BTreeSet::new();
        for row in all::<R>() {
            let aliases = row.aliases().iter().map(|alias| alias.value.clone());
            for name in std::iter::once(row.id().to_owned()).chain(aliases) {
                if !seen.insert(name.clone()) {
                    wrong.push(format!("{} {name} stands twice", R::KIND));
                }
            }
        }
        assert!(!seen.is_empty(), "no {}", R::KIND);
    });
    none(&wrong);
}

/// A row as text without the places of its values, which depend on how much was parsed with it.
fn plain(row: &impl Debug) -> String {
    let whole = format!("{row:?}");
    let parts = whole.split("Place {");
    parts
        .map(|part| part.split_once('}').map_or(part, |(_, rest)| rest))
        .collect()
}

#[test]
fn rows_without_their_places_are_the_same_text_wherever_they_stand() {
    let rows = all::<RoleRow>();
    assert_eq!(plain(&rows[0]), plain(&rows[0].clone()));
    assert_ne!(plain(&rows[0]), plain(&rows[1]));
    assert!(!plain(&rows[0]).contains("start"), "{}", plain(&rows[0]));
}

/// Every id and alias, found in the text, and all rows listed: the same rows as those parsed whole.
fn check_search<R: Row + Debug>(catalog: &Catalog, wrong: &mut Vec<String>) {
    let whole: BTreeMap<String, R> = all::<R>()
        .into_iter()
        .map(|row| (row.id().to_owned(), row))
        .collect();
    let listed = catalog.all::<R>(|_| true);
    let ids: BTreeSet<&str> = listed.iter().map(|(row, _)| row.id()).collect();
    if ids != whole.keys().map(String::as_str).collect() || listed.len() != whole.len() {
        wrong.push(format!(
            "{}: {} rows listed, {} in the files",
            R::KIND,
            listed.len(),
            whole.len()
        ));
    }
    for (id, row) in &whole {
        let aliases = row.aliases().iter().map(|alias| alias.value.as_str());
        for name in std::iter::once(id.as_str()).chain(aliases) {
            match catalog.find::<R>(name) {
                Some((found, false)) if plain(&found) == plain(row) => {}
                _ => wrong.push(format!("{} {name} does not lead to {id}", R::KIND)),
            }
        }
    }
    let names: BTreeSet<String> = catalog.names::<R>().into_iter().collect();
    if let Some(id) = whole.keys().find(|id| !names.contains(*id)) {
        wrong.push(format!("{} {id} is missing among the names", R::KIND));
    }
}

#[test]
fn the_search_in_the_text_finds_what_a_full_parse_finds() {
    let catalog = Catalog::embedded();
    let mut wrong = Vec::new();
    for_every_kind!(R => { check_search::<R>(&catalog, &mut wrong); });
    none(&wrong);
}

#[test]
fn a_text_that_is_only_part_of_an_id_finds_nothing() {
    let catalog = Catalog::embedded();
    for name in [
        "openai",
        "openai/",
        "gpt-6",
        "",
        "input_usd_per_mtok",
        "openai/gpt-6-luna\"",
    ] {
        assert!(catalog.find::<ApiRow>(name).is_none(), "{name}");
    }
}

#[test]
fn the_catalog_is_as_large_as_it_claims() {
    let apis = all::<ApiRow>();
    let providers: BTreeSet<&str> = apis.iter().map(|row| provider(row.id())).collect();
    assert!(
        apis.len() >= 45 && providers.len() >= 9,
        "{} models of {providers:?}",
        apis.len()
    );
    assert!(all::<GpuRow>().len() >= 20);
    assert!(all::<GpuPriceRow>().len() >= 80);
    assert!(all::<ModelRow>().len() >= 30);
    assert!(!all::<TuningRow>().is_empty() && !all::<ProvisionedRow>().is_empty());
}

#[test]
fn every_component_of_an_api_price_occurs() {
    let rows = all::<ApiRow>();
    let has = |what: &str, test: &dyn Fn(&ApiPriceRow) -> bool| {
        assert!(
            rows.iter().flat_map(prices).any(test),
            "no price with {what}"
        );
    };
    has("a cache read", &|price| {
        price.cache_read_usd_per_mtok.is_some()
    });
    has("a cache write", &|price| {
        price.cache_write_5m_usd_per_mtok.is_some()
    });
    has("an hour's cache write", &|price| {
        price.cache_write_1h_usd_per_mtok.is_some()
    });
    has("long prompts", &|price| price.above_prompt_tokens.is_some());
    has("peak hours", &|price| price.hours_utc.is_some());
    has("an announced step", &|price| {
        price.from.is_some_and(|from| from > AS_OF)
    });
    for tier in ["standard", "batch", "flex", "priority"] {
        has(tier, &|price| text(price.tier.as_ref()) == tier);
    }
    assert!(
        rows.iter().any(|row| row.retires.is_some()),
        "no model that retires"
    );
    let open: BTreeSet<&str> = rows
        .iter()
        .filter(|row| row.open_model.is_some())
        .map(|row| provider(row.id()))
        .collect();
    assert!(open.len() >= 5, "open models hosted by {open:?}");
}

#[test]
fn the_date_of_the_catalog_is_that_of_its_newest_row() {
    let mut days: Vec<Date> = Vec::new();
    for_every_kind!(R => {
        days.extend(all::<R>().iter().filter_map(|row| row.provenance().1));
    });
    days.extend(
        all::<ApiRow>()
            .iter()
            .flat_map(prices)
            .filter_map(|price| price.as_of),
    );
    assert_eq!(days.into_iter().max(), Some(AS_OF));
}

#[test]
fn every_row_names_a_source() {
    let mut wrong = Vec::new();
    for_every_kind!(R => {
        for row in all::<R>() {
            let (source, _, confidence) = row.provenance();
            if text(source).len() < 3 || text(confidence).is_empty() {
                wrong.push(format!("{} {}", R::KIND, row.id()));
            }
        }
    });
    none(&wrong);
}

#[test]
fn every_reference_between_rows_leads_somewhere() {
    let ids = |rows: Vec<String>| rows.into_iter().collect::<BTreeSet<String>>();
    let gpus = ids(all::<GpuRow>()
        .iter()
        .map(|row| row.id().to_owned())
        .collect());
    let apis = ids(all::<ApiRow>()
        .iter()
        .map(|row| row.id().to_owned())
        .collect());
    let models = ids(all::<ModelRow>()
        .iter()
        .map(|row| row.id().to_owned())
        .collect());
    let mut wrong = Vec::new();
    let mut check = |known: &[&BTreeSet<String>], who: &str, wanted: &str| {
        if !known.iter().any(|set| set.contains(wanted)) {
            wrong.push(format!("{who}: no `{wanted}`"));
        }
    };
    for row in all::<GpuPriceRow>() {
        check(&[&gpus], row.id(), text(row.gpu.as_ref()));
    }
    for row in all::<GpuPurchaseRow>() {
        check(&[&gpus], "gpu_purchase", row.id());
    }
    for row in all::<ApiRow>()
        .iter()
        .filter(|row| row.open_model.is_some())
    {
        check(&[&models], row.id(), text(row.open_model.as_ref()));
    }
    for row in all::<ProvisionedRow>() {
        check(&[&apis], row.id(), text(row.model.as_ref()));
    }
    for row in all::<TuningRow>().iter().filter(|row| row.base.is_some()) {
        check(&[&apis, &models], row.id(), text(row.base.as_ref()));
    }
    none(&wrong);
}
