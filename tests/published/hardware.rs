//! Machines by the hour, by the month and bought.

use super::facts::{self, Case, PAN_APIS, PAN_HOURS, PAN_USD_PER_KWH, Row};
use super::run::{compared, only, reproduce};

/// One machine, always full, of which only the throughput matters.
fn full_machine(tokens_per_second: f64, hours: f64, usd_per_hour: f64) -> String {
    format!(
        r#"
        hours_per_month = {hours}
        [workload]
        at_capacity_of = "machine"
        input_tokens = 500
        output_tokens = 1_000
        [[self_host]]
        name = "machine"
        gpus = 1
        throughput = {{ total_tokens_per_second = {tokens_per_second} }}
        usd_per_gpu_hour = {usd_per_hour}
        "#
    )
}

#[test]
fn capacity_is_throughput_times_the_hours_of_use() {
    reproduce(&facts::of("pan_capacity_mtok"), |case| {
        let own = only(&full_machine(
            case.input("tok_s"),
            case.input("hours_month"),
            1.0,
        ));
        own.capacity
            .expect("own hardware has a capacity")
            .capacity_mtok_per_month
    });
}

#[test]
fn electricity_is_power_times_hours_times_price() {
    reproduce(&facts::of("pan_electricity"), |case| {
        let own = only(&format!(
            r#"
            hours_per_month = {}
            [workload]
            at_capacity_of = "own"
            input_tokens = 500
            output_tokens = 1_000
            [[self_host]]
            name = "own"
            purchase = "buy"
            capex_usd = 1
            gpus = {}
            throughput = {{ total_tokens_per_second = 100 }}
            watts_per_gpu = {}
            load_factor = 1
            pue = 1
            usd_per_kwh = {}
            "#,
            case.input("hours_month"),
            case.input("n_gpu"),
            1e3 * case.input("kw"),
            case.input("usd_kwh"),
        ));
        let line = own.lines.iter().find(|line| line.label == "electricity");
        line.expect("bought GPUs need electricity").monthly_usd
    });
}

/// Bought hardware with a running cost against an API at one price for every token.
fn bought_against_api(case: &Case) -> String {
    let mtok = case.input("mtok_month");
    format!(
        r#"
        hours_per_month = {PAN_HOURS}
        [workload]
        mtok_per_month = {mtok}
        peak_to_mean = 1
        input_tokens = 500
        output_tokens = 1_000
        [[api]]
        name = "api"
        input_usd_per_mtok = {price}
        output_usd_per_mtok = {price}
        [[self_host]]
        name = "own"
        purchase = "buy"
        capex_usd = {capex}
        gpus = 1
        throughput = {{ total_tokens_per_second = {speed} }}
        costs = [{{ label = "electricity", category = "power", usd_per_month = {opex} }}]
        "#,
        price = case.input("usd_per_mtok"),
        capex = case.input("capex"),
        speed = mtok * 1e6 / (PAN_HOURS * 3600.0),
        opex = case.input("opex_month"),
    )
}

fn months(text: &str) -> f64 {
    let result = compared(text);
    result.payback[0].simple_months.expect("it pays back")
}

#[test]
fn bought_hardware_pays_back_when_the_api_bill_has_bought_it() {
    reproduce(&facts::of("payback_months"), |case| {
        months(&bought_against_api(case))
    });
}

/// The same as above from what the paper really starts with: machines and list prices.
fn whole_paper(row: &Row, input: f64, output: f64) -> String {
    format!(
        r#"
        hours_per_month = {PAN_HOURS}
        [workload]
        at_capacity_of = "own"
        input_tokens = 500
        output_tokens = 1_000
        [[api]]
        name = "api"
        input_usd_per_mtok = {input}
        output_usd_per_mtok = {output}
        [[self_host]]
        name = "own"
        purchase = "buy"
        usd_per_gpu = {price}
        gpus = {gpus}
        throughput = {{ total_tokens_per_second = {speed} }}
        watts_per_gpu = {watts}
        load_factor = 1
        pue = 1
        usd_per_kwh = {PAN_USD_PER_KWH}
        "#,
        gpus = row.get("gpus"),
        price = row.get("capex") / row.get("gpus"),
        speed = row.get("tok_s"),
        watts = 1e3 * row.get("kw"),
    )
}

#[test]
fn the_payback_table_of_pan_follows_from_machines_and_list_prices_alone() {
    let published = facts::of("payback_months");
    for row in facts::rows(facts::PAN) {
        for (api, input, output) in PAN_APIS {
            let id = format!("pan_be_{}_{api}", row.name);
            let case = published
                .iter()
                .find(|case| case.id == id)
                .expect("one case for each pair");
            reproduce(std::slice::from_ref(case), |_| {
                months(&whole_paper(&row, input, output))
            });
        }
    }
}

/// A rented and a bought machine that run all hours of a month.
fn rented_against_bought(rent_per_hour: f64, capex: f64, hours: f64, running: &str) -> String {
    format!(
        r#"
        hours_per_month = {hours}
        [workload]
        at_capacity_of = "bought"
        input_tokens = 500
        output_tokens = 500
        [[self_host]]
        name = "rented"
        gpus = 8
        throughput = {{ total_tokens_per_second = 30_576 }}
        usd_per_gpu_hour = {rent}
        [[self_host]]
        name = "bought"
        purchase = "buy"
        capex_usd = {capex}
        gpus = 8
        throughput = {{ total_tokens_per_second = 30_576 }}
        {running}
        "#,
        rent = rent_per_hour / 8.0,
    )
}

#[test]
fn a_bought_server_breaks_even_with_a_rented_one_after_so_many_hours_of_use() {
    reproduce(&facts::of("breakeven_hours"), |case| {
        let running = format!("opex_usd_per_hour = {}", case.input("onprem_hr"));
        let (rent, capex) = (case.input("cloud_hr"), case.input("capex"));
        let of_hours = |hours: f64| {
            let result = compared(&rented_against_bought(rent, capex, hours, &running));
            result.payback[0].simple_hours.expect("it pays back")
        };
        // Hours of use do not depend on how many of them a month has.
        let (all, some) = (of_hours(730.0), of_hours(176.0));
        assert!(
            (all - some).abs() < 1e-6 * all,
            "{}: {all} and {some}",
            case.id
        );
        all
    });
}

#[test]
fn payback_by_the_month_counts_the_hardware_once() {
    reproduce(&facts::of("simple_payback"), |case| {
        let running = format!(
            r#"costs = [{{ label = "power and rooms", category = "facility", usd_per_month = {} }}]"#,
            case.input("onprem_cash_month")
        );
        // 8 GPUs x 2.50 USD/h x 720 h = 14,400 USD: the calculator's month has 720 hours.
        let rent = case.input("cloud_month") / 720.0;
        months(&rented_against_bought(
            rent,
            case.input("capex"),
            720.0,
            &running,
        ))
    });
}

fn bought(capex: f64, life_years: f64, more: &str) -> String {
    format!(
        r#"
        [workload]
        at_capacity_of = "own"
        input_tokens = 500
        output_tokens = 500
        [[self_host]]
        name = "own"
        purchase = "buy"
        capex_usd = {capex}
        life_years = {life_years}
        gpus = 8
        throughput = {{ total_tokens_per_second = 30_576 }}
        {more}
        "#
    )
}

#[test]
fn an_hour_of_a_bought_server_is_its_write_off_and_its_running_cost() {
    reproduce(&facts::of("amortised_hourly"), |case| {
        // 43,800 hours are five years of 12 x 730.
        let life = case.input("hours") / (12.0 * 730.0);
        let more = format!("opex_usd_per_hour = {}", case.input("opex_hr"));
        only(&bought(case.input("capex"), life, &more)).usd_per_hour
    });
}

#[test]
fn a_year_of_a_server_is_its_write_off_and_its_yearly_lines() {
    reproduce(&facts::of("yearly_server_cost"), |case| {
        let more = format!(
            r#"costs = [
                {{ label = "software", usd_per_year = {} }},
                {{ label = "hosting", category = "facility", usd_per_year = {} }},
            ]"#,
            case.input("software"),
            case.input("hosting"),
        );
        only(&bought(case.input("server"), case.input("years"), &more)).yearly_usd
    });
}

#[test]
fn a_full_machine_costs_its_hour_over_the_tokens_of_an_hour() {
    reproduce(&facts::of("usd_per_mtok"), |case| {
        let own = only(&full_machine(
            case.input("tok_s"),
            730.0,
            case.input("usd_hr"),
        ));
        let full = own
            .capacity
            .expect("own hardware has a capacity")
            .usd_per_mtok_at_full_load;
        // At the volume that fills it, both ways to say it agree.
        assert!((full - own.usd_per_mtok).abs() < 1e-9 * full, "{}", case.id);
        full
    });
}

#[test]
fn machines_cost_their_hours() {
    reproduce(&facts::of("timed_cost"), |case| {
        // 226.75 nodes of 8 GPUs on the mean of the day, 2 USD a GPU-hour: 3,628 USD an hour.
        let gpus = case.input("usd_hr") / 2.0;
        let hours = case.input("seconds") / 3600.0;
        let text = format!(
            r#"
            hours_per_month = {hours}
            days_per_month = 1
            [workload]
            at_capacity_of = "own"
            input_tokens = 600
            output_tokens = 170
            [[self_host]]
            name = "own"
            gpus = {gpus}
            usd_per_gpu_hour = 2
            throughput = {{ total_tokens_per_second = 9_000_000 }}
            "#
        );
        only(&text).monthly_usd
    });
}
