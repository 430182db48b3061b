//! What does each option of a scenario cost? `cargo run --example compare`

use llmcost::analysis::compare::compare;
use llmcost::catalog::Catalog;
use llmcost::diagnostic::Sources;
use llmcost::scenario::{Settings, load};

const SCENARIO: &str = r#"
workload = { requests_per_day = 250_000, input_tokens = 1_200, output_tokens = 250 }
[[api]]
name = "luna"
model = "openai/gpt-6-luna"
[[self_host]]
name = "own"
model = "llama-3.1-8b"
gpu = "h100-sxm"
provider = "nebius"
staff = [{ role = "sre", fte = 0.25 }]
"#;

/// Name, total and staff share of each option.
pub(crate) fn answer() -> String {
    let (catalog, mut sources) = (Catalog::embedded(), Sources::default());
    let settings = Settings::default();
    let loaded = load("s.toml", SCENARIO, &settings, &catalog, &mut sources)
        .expect("the scenario has no problems");
    let result = compare(&loaded.scenario).expect("every option can be priced");
    let mut text = String::new();
    for option in &result.options {
        let (usd, staff) = (option.monthly_usd, 100.0 * option.staff_share);
        let name = &option.name;
        text += &format!("{name}: {usd:.2} USD, {staff:.0} % staff\n");
    }
    text
}

fn main() {
    print!("{}", answer());
}
