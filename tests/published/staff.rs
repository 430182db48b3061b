//! Staff shares that follow from their own inputs.

use super::run::only;

/// A published staff share of own GPUs.
struct Share {
    source: &'static str,
    /// The option's lines.
    option: &'static str,
    /// Staff over total, and hardware with power over total.
    published: [f64; 2],
}

const BOUGHT: &str = r#"
    purchase = "buy"
    gpus = 8
    throughput = { total_tokens_per_second = 20_000 }
"#;

/// Bought hardware is written off over the period of the source; what it names for the whole period is
/// divided by its years.
const SHARES: [Share; 6] = [
    Share {
        // 2 x H100 reserved 8,000, staff 25,000 and other 5,000 a month; 0.5 to 1 FTE, so 0.75 here.
        source: "peakinfer.com",
        option: r#"
            gpus = 2
            throughput = { total_tokens_per_second = 5_000 }
            usd_per_gpu_hour = 5.479452054794521  # 8,000 / 2 GPUs / 730 h
            staff = [{ role = "ml-engineer", fte = 0.75, usd_per_year = 400_000 }]
            costs = [{ label = "other", usd_per_month = 5_000 }]
        "#,
        published: [0.658, 0.211],
    },
    Share {
        // Three years: hardware 400,000, half an engineer 262,500, power 40,000, other 54,000.
        source: "Spheron, April 2026, midpoints of its ranges (via agoradigest)",
        option: r#"
            capex_usd = 400_000
            life_years = 3
            staff = [{ role = "sre", fte = 0.5, usd_per_year = 175_000 }]
            costs = [
                { label = "power", category = "power", usd_per_year = 13_333.333333333334 },
                { label = "other", usd_per_year = 18_000 },
            ]
        "#,
        published: [0.347, 0.582],
    },
    Share {
        // Five years: hardware 250,000, a quarter of an engineer at 200,000, power 38,105, other 63,000.
        source: "GitHub note on Lenovo LP2225",
        option: r#"
            capex_usd = 250_000
            life_years = 5
            staff = [{ role = "sre", fte = 0.25, usd_per_year = 200_000 }]
            costs = [
                { label = "power", category = "power", usd_per_year = 7_621 },
                { label = "other", usd_per_year = 12_600 },
            ]
        "#,
        published: [0.416, 0.479],
    },
    Share {
        // 200 GPUs for a year: hardware 1.5 M, staff 0.6 M, power 0.3 M, other 0.3 M.
        source: "Swfte-derived note, low",
        option: r#"
            capex_usd = 1_500_000
            life_years = 1
            staff = [{ role = "sre", fte = 3, usd_per_year = 200_000 }]
            costs = [
                { label = "power", category = "power", usd_per_year = 300_000 },
                { label = "other", usd_per_year = 300_000 },
            ]
        "#,
        published: [0.222, 0.667],
    },
    Share {
        // The same at the high end: 2.3 M, 1.2 M, 0.8 M, 1.0 M.
        source: "Swfte-derived note, high",
        option: r#"
            capex_usd = 2_300_000
            life_years = 1
            staff = [{ role = "sre", fte = 6, usd_per_year = 200_000 }]
            costs = [
                { label = "power", category = "power", usd_per_year = 800_000 },
                { label = "other", usd_per_year = 1_000_000 },
            ]
        "#,
        published: [0.226, 0.585],
    },
    Share {
        // Year two of the Lenovo note, hardware paid: staff 50,000, power 7,621, other 13,000.
        source: "GitHub note on Lenovo LP2225, second year",
        option: r#"
            usd_per_gpu_hour = 0
            staff = [{ role = "sre", fte = 0.25, usd_per_year = 200_000 }]
            costs = [
                { label = "power", category = "power", usd_per_year = 7_621 },
                { label = "other", usd_per_year = 13_000 },
            ]
        "#,
        published: [0.708, 0.108],
    },
];

fn text(share: &Share) -> String {
    let hardware = match (
        share.option.contains("capex_usd"),
        share.option.contains("gpus"),
    ) {
        (true, _) => BOUGHT,
        (false, true) => "",
        (false, false) => BOUGHT.split_once("buy\"").map_or("", |(_, rest)| rest),
    };
    format!(
        r#"
        [workload]
        at_capacity_of = "own"
        input_tokens = 500
        output_tokens = 500
        [[self_host]]
        name = "own"
        {hardware}
        {}
        "#,
        share.option
    )
}

#[test]
fn published_staff_shares_follow_from_their_own_inputs() {
    for share in &SHARES {
        let own = only(&text(share));
        let machine = ["compute", "hardware", "power"];
        let is_machine = |category: &str| machine.contains(&category);
        let hardware: f64 = own
            .lines
            .iter()
            .filter(|line| is_machine(line.category.name()))
            .map(|line| line.monthly_usd)
            .sum();
        for (got, published) in [own.staff_share, hardware / own.monthly_usd]
            .iter()
            .zip(share.published)
        {
            assert!(
                (got - published).abs() <= 5e-4,
                "{}: {got}, published {published}",
                share.source
            );
        }
    }
}

#[test]
fn no_published_share_with_its_hardware_in_it_reaches_seventy_percent() {
    let with_hardware = SHARES
        .iter()
        .filter(|share| !share.option.contains("usd_per_gpu_hour = 0"));
    for share in with_hardware {
        let own = only(&text(share));
        assert!(
            own.staff_share < 0.70,
            "{}: {}",
            share.source,
            own.staff_share
        );
    }
}
