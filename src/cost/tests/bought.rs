//! Section 5.4: bought hardware, power, rooms.

use super::{STEADY, case, close};
use crate::cost::Category;

/// Eight GPUs at 30,000 with 10,000 of server each, over four years.
fn eight(keys: &str) -> super::Case {
    case(&format!(
        "{STEADY}[[self_host]]\nname = \"own\"\nthroughput = {{ requests_per_second = 0.125 }}\n\
         target_utilization = 1\npurchase = \"buy\"\nusd_per_gpu = 30_000\n\
         server_usd_per_gpu = 10_000\nwatts_per_gpu = 1_000\nload_factor = 0.8\npue = 1.3\n\
         usd_per_kwh = 0.1\n{keys}"
    ))
}

#[test]
fn hardware_is_written_off_in_a_straight_line_to_what_is_left() {
    // With 5 % of spares and 10 % left after 48 months: 252,000 x 0.9/48 and 84,000 x 0.9/48.
    let case = eight("hardware_spare_share = 0.05\nresidual_share = 0.1\n");
    close(case.line("own", "GPUs (GPU)"), 4_725.0);
    close(case.line("own", "servers and network"), 1_575.0);
    close(case.model("own", 0).upfront().at(86_400.0), 336_000.0);
}

#[test]
fn a_cost_of_capital_is_paid_back_with_interest() {
    // The payments of 48 months and the 10 % left at the end, discounted at 8 % a year, are the price.
    let case = eight("cost_of_capital = 0.08\nresidual_share = 0.1\n");
    let payment = case.category("own", Category::Hardware);
    let month = 1.08f64.powf(1.0 / 12.0);
    let worth: f64 = (1..=48).map(|n| payment / month.powi(n)).sum();
    close(worth + 32_000.0 / 1.08f64.powi(4), 320_000.0);
}

#[test]
fn a_capital_recovery_is_never_below_the_straight_line() {
    for (life, left) in [(1.0, 0.0), (4.0, 0.1), (5.0, 0.5), (20.0, 0.9)] {
        let line = crate::cost::recovery_factor(life, left, 0.0);
        let mut last = line;
        for rate in [0.001, 0.01, 0.08, 0.3, 1.0] {
            let factor = crate::cost::recovery_factor(life, left, rate);
            assert!(factor > last, "{life} years, {left} left, {rate}");
            last = factor;
        }
    }
}

#[test]
fn maintenance_is_a_share_of_the_purchase_price() {
    // 320,000 x 0.06 / 12.
    let case = eight("maintenance_share_of_hardware = 0.06\n");
    close(case.line("own", "hardware maintenance"), 1_600.0);
}

#[test]
fn power_is_what_the_servers_draw_times_the_rooms_overhead() {
    // 8 x 1 kW x 0.8 x 1.3 x 0.1 USD x 720 h.
    close(eight("").line("own", "electricity"), 599.04);
}

#[test]
fn rooms_are_paid_by_the_kilowatt_or_by_the_month() {
    // 8 kW x 150, and 500.
    let case = eight("facility_usd_per_kw_month = 150\nfacility_usd_per_month = 500\n");
    close(case.line("own", "colocation"), 1_200.0);
    close(case.line("own", "racks and rooms"), 500.0);
}

#[test]
fn one_running_cost_replaces_power_and_rooms() {
    // 3 x 720.
    let case = eight("opex_usd_per_hour = 3\nfacility_usd_per_month = 500\n");
    close(case.line("own", "running the installation"), 2_160.0);
    close(case.category("own", Category::Power), 0.0);
    close(case.category("own", Category::Facility), 2_160.0);
}

#[test]
fn a_price_of_the_whole_hardware_does_not_move_with_the_volume() {
    // 480,000 over 48 months, at any volume.
    let text = format!(
        "{STEADY}[[self_host]]\nname = \"own\"\nthroughput = {{ requests_per_second = 1 }}\ngpus = 8\n\
         purchase = \"buy\"\ncapex_usd = 480_000\nopex_usd_per_hour = 0\n"
    );
    let model = case(&text).model("own", 0);
    close(model.of_category(Category::Hardware).at(1.0), 10_000.0);
    close(model.of_category(Category::Hardware).at(1e6), 10_000.0);
    close(model.upfront().at(1.0), 480_000.0);
}

#[test]
fn half_bought_and_half_rented_pay_for_half_each() {
    // 4 x 40,000 / 48 and 4 x 2 x 720; power for the bought half.
    let text = format!(
        "{STEADY}[[self_host]]\nname = \"own\"\nthroughput = {{ requests_per_second = 0.125 }}\n\
         target_utilization = 1\nusd_per_gpu = 40_000\nwatts_per_gpu = 1_000\nload_factor = 1\npue = 1\n\
         usd_per_kwh = 0.1\npurchase = [\n{{ purchase = \"buy\", share = 0.5 }},\n\
         {{ purchase = \"on-demand\", share = 0.5, usd_per_gpu_hour = 2 }},\n]\n"
    );
    let case = case(&text);
    close(case.category("own", Category::Hardware), 160_000.0 / 48.0);
    close(case.category("own", Category::Compute), 5_760.0);
    close(case.category("own", Category::Power), 4.0 * 0.1 * 720.0);
}

#[test]
fn what_is_paid_at_the_start_is_not_paid_every_month_again() {
    // Cash of a month: electricity alone.
    close(eight("").model("own", 0).running().at(86_400.0), 599.04);
}
