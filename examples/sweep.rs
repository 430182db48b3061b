//! The cost curves over the volume as CSV. `cargo run --example sweep > curves.csv`

use std::error::Error;

use llmcost::analysis::{sweep, vary::Varied};
use llmcost::catalog::Catalog;
use llmcost::diagnostic::{Place, Sources};
use llmcost::scenario::{Loaded, Settings, load};

const SCENARIO: &str = include_str!("../scenarios/article-1m.toml");

/// A heading, and a row for each of 13 volumes from 10,000 to 10 million requests a day.
pub(crate) fn answer() -> Result<String, Box<dyn Error>> {
    let (catalog, settings) = (&Catalog::embedded(), &Settings::default());
    let mut sources = Sources::default();
    let loaded = load("1m.toml", SCENARIO, settings, catalog, &mut sources);
    let Loaded { tree, scenario } = &loaded.expect("the scenario has no problems");
    let varied = Varied {
        tree,
        scenario,
        settings,
        catalog,
    };
    let axis = sweep::Axis::parse("workload.requests_per_day=1e4..1e7:log,13")?;
    let result = sweep::sweep(&varied, &axis, Place::default(), &mut |_| ())
        .expect("every volume can be priced");
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_field("requests_per_day")?;
    csv.write_record(&result.options)?;
    for row in &result.rows {
        csv.write_field(format!("{:.0}", row.value))?;
        csv.write_record(row.monthly_usd.iter().map(|usd| format!("{usd:.2}")))?;
    }
    Ok(String::from_utf8(csv.into_inner()?)?)
}

fn main() -> Result<(), Box<dyn Error>> {
    print!("{}", answer()?);
    Ok(())
}
