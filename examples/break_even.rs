//! From which volume is it cheaper to host? `cargo run --example break_even`

use llmcost::analysis::compare::compare;
use llmcost::catalog::Catalog;
use llmcost::diagnostic::Sources;
use llmcost::scenario::{Settings, load};

const SCENARIO: &str = r#"
workload = { requests_per_day = 100_000, input_tokens = 1_000, output_tokens = 500 }
[[api]]
name = "api"
input_usd_per_mtok = 0.15
output_usd_per_mtok = 0.60
[[self_host]]
name = "own"
throughput = { total_tokens_per_second = 30_000 }
usd_per_gpu_hour = 3.0
staff = [{ role = "sre", fte = 0.5, usd_per_year = 190_000 }]
"#;

/// Every volume at which the cheaper option changes, and why.
pub(crate) fn answer() -> String {
    let (catalog, mut sources) = (Catalog::embedded(), Sources::default());
    let settings = Settings::default();
    let loaded = load("s.toml", SCENARIO, &settings, &catalog, &mut sources)
        .expect("the scenario has no problems");
    let result = compare(&loaded.scenario).expect("every option can be priced");
    let mut text = String::new();
    for at in result.break_even.iter().flat_map(|pair| &pair.crossings) {
        let (option, volume) = (&at.cheaper_after, at.requests_per_day);
        let cause = at.cause;
        text += &format!("{option} from {volume:.0} a day ({cause})\n");
    }
    text
}

fn main() {
    print!("{}", answer());
}
