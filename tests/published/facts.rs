//! The published figures: source, inputs, result and tolerance.
//!
//! Where a source contradicts itself, the result is what its own inputs give, and the source's name says
//! so. Prices are those of the source, not of today.

use std::collections::BTreeMap;

/// A published result.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its name.
    pub id: String,
    /// The relation that it is an instance of.
    pub equation: String,
    /// What goes in.
    pub inputs: BTreeMap<String, f64>,
    /// What comes out.
    pub expected: f64,
    /// Largest difference that is still the same figure, mostly half of its last digit.
    pub tolerance: f64,
}

impl Case {
    /// An input.
    pub fn input(&self, name: &str) -> f64 {
        *self
            .inputs
            .get(name)
            .unwrap_or_else(|| panic!("{} has no input `{name}`", self.id))
    }
}

/// Hours of use a month in arXiv 2509.18101: 8 hours on 22 days (its text says 20; its capacities need 22).
pub const PAN_HOURS: f64 = 176.0;
/// Price of electricity in the same paper [USD/kWh].
pub const PAN_USD_PER_KWH: f64 = 0.15;
/// Prices of input and output of its two APIs [USD/Mtok]; it counts one token of input to two of output.
pub const PAN_APIS: [(&str, f64, f64); 2] = [("GPT-5", 1.25, 10.0), ("Claude-4-Opus", 15.0, 75.0)];

/// arXiv 2509.18101 (Pan et al.), Tables II to IV: tokens/s, GPUs, kW per GPU (0.3 and 0.5, which its
/// electricity needs; Table II says 0.4 and 0.575), hardware in USD, then its results: Mtok a month,
/// electricity a month, months to break even with GPT-5 and with Claude 4 Opus (8.7 is one digit high,
/// and is given that much more room).
pub const PAN: &str = "\
model,tok_s,gpus,kw,capex,capacity,electricity,months_gpt5,months_opus,room
Kimi-K2,800,16,0.3,240000,506.9,126.72,69.3,8.7,0.01
GLM-4.5,400,6,0.3,90000,253.4,47.52,51.5,6.5,0
Qwen3-235B,400,4,0.3,60000,253.4,31.68,34.0,4.3,0
gpt-oss-120B,220,2,0.3,30000,139.4,15.84,30.9,3.9,0
GLM-4.5-Air,200,2,0.3,30000,126.7,15.84,34.0,4.3,0
Llama-3.3-70B,190,1,0.3,15000,120.4,7.92,17.8,2.3,0
EXAONE-4.0-32B,200,1,0.5,2000,126.7,13.2,2.26,0.3,0
Qwen3-30B,180,1,0.5,2000,114.0,13.2,2.5,0.3,0
Magistral-Small,150,1,0.5,2000,95.0,13.2,3.0,0.4,0
";

/// Everything else: `id | relation | result ± tolerance | inputs`, under its source.
const OTHERS: &str = "\
# Lenovo Press LP2368 (2026-02-04): 8 x H100 bought against Azure by the hour and by commitment; the AWS
# row takes the price of Table 4 of the same paper
lenovo26_be_A_od | breakeven_hours | 2720 ± 1 | capex=250141.8 cloud_hr=98.32 onprem_hr=6.37
lenovo26_be_A_1y | breakeven_hours | 4423 ± 1 | capex=250141.8 cloud_hr=62.92 onprem_hr=6.37
lenovo26_be_A_3y | breakeven_hours | 6800 ± 1 | capex=250141.8 cloud_hr=43.16 onprem_hr=6.37
lenovo26_be_A_5y | breakeven_hours | 7591 ± 1 | capex=250141.8 cloud_hr=39.32 onprem_hr=6.37
lenovo26_be_A_aws | breakeven_hours | 5139.5 ± 0.5 | capex=250141.8 cloud_hr=55.04 onprem_hr=6.37
lenovo26_hourly_A | amortised_hourly | 12.08 ± 0.005 | capex=250141.8 hours=43800 opex_hr=6.37
lenovo26_mtok_A | usd_per_mtok | 0.11 ± 0.005 | usd_hr=12.08 tok_s=30576
lenovo26_mtok_azureA | usd_per_mtok | 0.89 ± 0.005 | usd_hr=98.32 tok_s=30576
lenovo26_mtok_awsD | usd_per_mtok | 29.09 ± 0.005 | usd_hr=142.42 tok_s=1360
# Lenovo Press LP2225 (2025-05-23), second-hand; 53.945 is printed as 53.95
lenovo25_be_od | breakeven_hours | 8556 ± 1 | capex=833806 cloud_hr=98.32 onprem_hr=0.87
lenovo25_be_1y | breakeven_hours | 10890 ± 1.5 | capex=833806 cloud_hr=77.43 onprem_hr=0.87
lenovo25_be_3y | breakeven_hours | 15710 ± 1 | capex=833806 cloud_hr=53.945 onprem_hr=0.87
# gsampaio-rh/llm-locust: cost per million tokens at a measured throughput
locust_10 | usd_per_mtok | 8.17 ± 0.005 | usd_hr=1.47 tok_s=50
locust_50 | usd_per_mtok | 1.63 ± 0.005 | usd_hr=1.47 tok_s=250
# deepseek-ai/open-infra-index, day 6: GPUs of a day, and the day's tokens at R1's list prices
ds_cost | timed_cost | 87072 ± 0.5 | usd_hr=3628 seconds=86400
ds_rev_miss_out | token_cost | 514220 ± 1 | in_tok=266e9 in_usd_mtok=0.55 out_tok=168e9 out_usd_mtok=2.19
ds_rev_hit | token_cost | 47880 ± 1 | in_tok=342e9 in_usd_mtok=0.14 out_tok=0 out_usd_mtok=0
# randomcalculators.com: prints \"no break-even in 48 months\", for it counts the hardware twice
randcalc_no_double_count | simple_payback | 35.56 ± 0.01 | capex=392000 cloud_month=14400 onprem_cash_month=3376.32
# NVIDIA blog, June 2025: formula of a server's yearly cost
nvidia_server_year | yearly_server_cost | 87500 ± 0.5 | server=320000 years=4 software=4500 hosting=3000
# corporateaiconsultants.com, 2026-03-12
corpai_day | token_cost | 1650 ± 0.5 | in_tok=25e6 in_usd_mtok=30 out_tok=15e6 out_usd_mtok=60
# whattai.com, 2026-05-20
whattai_day | token_cost | 37.5 ± 0.01 | in_tok=15e6 in_usd_mtok=2.5 out_tok=0 out_usd_mtok=0
# dev.to, neverpaytwice: one request in real time and in a batch
opus_rt | token_cost | 0.036 ± 1e-9 | in_tok=5000 in_usd_mtok=4 out_tok=800 out_usd_mtok=20
opus_batch | token_cost | 0.018 ± 1e-9 | in_tok=5000 in_usd_mtok=2 out_tok=800 out_usd_mtok=10
# Microsoft, Azure fine-tuning cost management (2026-02-11); its formula of az_rft says 200, its sentence 400
az_sft | finetune_tokens | 4 ± 1e-9 | train_mtok=1 epochs=2 usd_mtok=2
az_rft | rft_cost | 400 ± 1e-9 | hours=4 usd_hr=100 grader_in_mtok=0 grader_in_usd=0 grader_out_mtok=0 grader_out_usd=0
az_rft_grader | rft_cost | 427.06 ± 0.005 | hours=4 usd_hr=100 grader_in_mtok=5 grader_in_usd=1.1 grader_out_mtok=4.9 grader_out_usd=4.4
az_hosted | hosted_ft_month | 1422 ± 0.005 | hosting_hr=1.7 hours=720 in_mtok=20 in_usd_mtok=1.1 out_mtok=40 out_usd_mtok=4.4
# Azure PTU page (2025-08-14); 260 USD a month and unit is second-hand, and no source prints the break-even
ptu_gpt-5 | ptu_breakeven_util | 0.9998 ± 0.0001 | ptu_usd_month=260 tpm_per_ptu=4750 hours_month=730 in_usd_mtok=1.25
ptu_o4-mini | ptu_breakeven_util | 0.9993 ± 0.0001 | ptu_usd_month=260 tpm_per_ptu=5400 hours_month=730 in_usd_mtok=1.1
ptu_gpt-4.1 | ptu_breakeven_util | 0.9893 ± 0.0001 | ptu_usd_month=260 tpm_per_ptu=3000 hours_month=730 in_usd_mtok=2
ptu_gpt-4.1-mini | ptu_breakeven_util | 0.996 ± 0.0001 | ptu_usd_month=260 tpm_per_ptu=14900 hours_month=730 in_usd_mtok=0.4
ptu_gpt-4.1-nano | ptu_breakeven_util | 0.9993 ± 0.0001 | ptu_usd_month=260 tpm_per_ptu=59400 hours_month=730 in_usd_mtok=0.1
ptu_gpt-4o | ptu_breakeven_util | 0.9498 ± 0.0001 | ptu_usd_month=260 tpm_per_ptu=2500 hours_month=730 in_usd_mtok=2.5
ptu_gpt-4o-mini | ptu_breakeven_util | 1.0696 ± 0.0001 | ptu_usd_month=260 tpm_per_ptu=37000 hours_month=730 in_usd_mtok=0.15
ptu_o3 | ptu_breakeven_util | 0.9893 ± 0.0001 | ptu_usd_month=260 tpm_per_ptu=3000 hours_month=730 in_usd_mtok=2
# arXiv 2507.03834: its equation of the cost of an error at which the better model pays, on illustrative numbers
hitl_lambda | lambda_e_star | 0.19 ± 1e-9 | cost_a=0.001 cost_b=0.02 err_a=0.2 err_b=0.1
# airouter.kz: two reviewers are too few by 200 items a day
hitl_reviewers | reviewers | 3 ± 0 | items_day=600 per_hour=25 hours=8
";

/// Every case.
pub fn all() -> Vec<Case> {
    let mut cases: Vec<Case> = rows(PAN).flat_map(|row| pan(&row)).collect();
    let others = OTHERS.lines().filter(|line| !line.starts_with('#'));
    cases.extend(others.map(|line| read(line).unwrap_or_else(|| panic!("unreadable: {line}"))));
    cases
}

/// The cases of a relation.
pub fn of(equation: &str) -> Vec<Case> {
    let mut cases = all();
    cases.retain(|case| case.equation == equation);
    assert!(!cases.is_empty(), "no case of {equation}");
    cases
}

fn read(line: &str) -> Option<Case> {
    let [id, equation, result, inputs] = line.split(" | ").collect::<Vec<_>>().try_into().ok()?;
    let (expected, tolerance) = result.split_once(" ± ")?;
    let pair = |input: &str| {
        let (name, value) = input.split_once('=')?;
        Some((name.to_owned(), value.parse().ok()?))
    };
    Some(Case {
        id: id.to_owned(),
        equation: equation.to_owned(),
        inputs: inputs.split(' ').map(pair).collect::<Option<_>>()?,
        expected: expected.parse().ok()?,
        tolerance: tolerance.parse().ok()?,
    })
}

/// A row of a table: its name and the other columns by their heading.
#[derive(Clone, Debug)]
pub struct Row {
    /// First column.
    pub name: String,
    columns: BTreeMap<String, f64>,
}

impl Row {
    /// A column.
    pub fn get(&self, column: &str) -> f64 {
        *self
            .columns
            .get(column)
            .unwrap_or_else(|| panic!("{} has no `{column}`", self.name))
    }
}

/// The rows of a table with a heading.
pub fn rows(table: &str) -> impl Iterator<Item = Row> {
    let heading: Vec<&str> = table
        .lines()
        .next()
        .unwrap_or_default()
        .split(',')
        .collect();
    table.lines().skip(1).map(move |line| {
        let fields: Vec<&str> = line.split(',').collect();
        assert_eq!(fields.len(), heading.len(), "{line}");
        let value = |field: &str| {
            field
                .parse()
                .unwrap_or_else(|_| panic!("`{field}` in {line}"))
        };
        let named = heading.iter().zip(&fields).skip(1);
        Row {
            name: fields[0].to_owned(),
            columns: named
                .map(|(column, field)| ((*column).to_owned(), value(field)))
                .collect(),
        }
    })
}

/// Half of the last printed digit of a number with decimals.
fn half_digit(printed: f64) -> f64 {
    let digits = printed.to_string();
    let decimals = digits
        .split_once('.')
        .map_or(1, |(_, after)| after.len().max(1));
    0.5 * 10f64.powi(-(decimals as i32))
}

fn pan(row: &Row) -> Vec<Case> {
    let mtok = row.get("tok_s") * PAN_HOURS * 3600.0 / 1e6;
    let power = row.get("gpus") * row.get("kw") * PAN_HOURS * PAN_USD_PER_KWH;
    let case =
        |id: String, equation: &str, inputs: &[(&str, f64)], expected: f64, tolerance: f64| Case {
            id,
            equation: equation.to_owned(),
            inputs: inputs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), *value))
                .collect(),
            expected,
            tolerance,
        };
    let speed = [("tok_s", row.get("tok_s")), ("hours_month", PAN_HOURS)];
    let electric = [
        ("n_gpu", row.get("gpus")),
        ("kw", row.get("kw")),
        ("hours_month", PAN_HOURS),
        ("usd_kwh", PAN_USD_PER_KWH),
    ];
    let (capacity, power_bill) = (row.get("capacity"), row.get("electricity"));
    let of = |name: &str| format!("{name}_{}", row.name);
    let mut cases = vec![
        case(
            of("pan_capacity"),
            "pan_capacity_mtok",
            &speed,
            capacity,
            half_digit(capacity),
        ),
        case(
            of("pan_elec"),
            "pan_electricity",
            &electric,
            power_bill,
            0.005,
        ),
    ];
    for ((api, input, output), column) in PAN_APIS.iter().zip(["months_gpt5", "months_opus"]) {
        let inputs = [
            ("capex", row.get("capex")),
            ("mtok_month", mtok),
            ("usd_per_mtok", (input + 2.0 * output) / 3.0),
            ("opex_month", power),
        ];
        let room = if *api == "Claude-4-Opus" {
            row.get("room")
        } else {
            0.0
        };
        let id = format!("pan_be_{}_{api}", row.name);
        let months = row.get(column);
        cases.push(case(
            id,
            "payback_months",
            &inputs,
            months,
            half_digit(months) + room,
        ));
    }
    cases
}
