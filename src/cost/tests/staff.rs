//! Section 5.5: people.

use super::{STEADY, USUAL, case, close};
use crate::cost::{Category, OptionModel};

/// An API with these people, who cost 120,000 a year.
fn with(entry: &str) -> super::Case {
    case(&format!(
        "{USUAL}[[role]]\nname = \"sre\"\nusd_per_year = 120_000\nhiring_usd = 30_000\n\
         ramp_up_months = 3\n[[api]]\nname = \"a\"\ninput_usd_per_mtok = 2\noutput_usd_per_mtok = 10\n\
         staff = [{{ role = \"sre\", {entry} }}]\n"
    ))
}

#[test]
fn a_fixed_head_count_is_paid_by_the_year() {
    // 0.25 x 120,000 / 12.
    close(with("fte = 0.25").line("a", "sre"), 2_500.0);
    close(with("usd_per_year = 240_000").line("a", "sre"), 20_000.0);
}

#[test]
fn people_come_in_steps_of_the_models_served() {
    // Twelve models of five each are three steps of half a person.
    close(
        with("fte = 0.5, per_models = 5, models = 12").line("a", "sre"),
        15_000.0,
    );
    close(
        with("fte = 0.5, per_models = 5, models = 10").line("a", "sre"),
        10_000.0,
    );
    close(
        with("fte = 0.5, per_models = 5, minimum_fte = 2").line("a", "sre"),
        20_000.0,
    );
}

#[test]
fn a_rota_charges_its_share_of_every_person_in_it() {
    // 4 x 0.15 x 10,000; nobody else works for it where only the rota is named.
    let case = with("on_call_people = 4");
    close(case.line("a", "sre on call"), 6_000.0);
    close(case.category("a", Category::Staff), 6_000.0);
    let both = with("fte = 1, on_call_people = 4, on_call_share = 0.25");
    close(both.category("a", Category::Staff), 20_000.0);
}

#[test]
fn hiring_and_ramp_up_are_paid_once() {
    // 2 x 30,000 and 2 x 3 x 10,000, over 36 months.
    let case = with("fte = 2, new_hires = 2");
    close(case.line("a", "hiring sre"), 60_000.0 / 36.0);
    close(case.line("a", "ramp-up of sre"), 60_000.0 / 36.0);
    close(case.model("a", 0).upfront().at(1.0), 120_000.0);
    // An entry's own figures win over the role's.
    let own = with("fte = 2, new_hires = 2, hiring_usd = 9_000, ramp_up_months = 0");
    close(own.model("a", 0).upfront().at(1.0), 18_000.0);
}

/// A fleet of one GPU per tenth of a request a second.
fn fleet(keys: &str) -> super::Case {
    case(&format!(
        "{STEADY}[[self_host]]\nname = \"own\"\nthroughput = {{ requests_per_second = 0.1 }}\n\
         target_utilization = 1\nusd_per_gpu_hour = 1\n{keys}"
    ))
}

#[test]
fn people_come_in_steps_of_the_gpus() {
    let case =
        fleet("staff = [{ role = \"sre\", fte = 0.5, per_gpus = 4, usd_per_year = 120_000 }]\n");
    let model = case.model("own", 0);
    let staff = |volume: f64| model.of_category(Category::Staff).at(volume);
    // Ten GPUs start three steps of four; forty are ten steps; one is one.
    close(staff(86_400.0), 15_000.0);
    close(staff(345_600.0), 50_000.0);
    close(staff(1.0), 5_000.0);
}

#[test]
fn a_staff_share_is_taken_of_the_running_cost() {
    // Rent 10 x 720 = 7,200; three quarters of the total are staff: 7,200 x 3 = 21,600.
    let case = fleet("staff_share = 0.75\n");
    close(case.category("own", Category::Staff), 21_600.0);
    close(case.total("own"), 28_800.0);
    // What is paid once is no running cost.
    let once = fleet("staff_share = 0.75\nswitching_usd = 36_000\n");
    close(once.category("own", Category::Staff), 21_600.0);
    close(once.total("own"), 29_800.0);
    // Incidents, 6 x 10 h x 120 USD a year = 600 a month, are a part of these people's time.
    let incidents = "incidents_per_year = 6\nhours_per_incident = 10\n";
    let named = fleet(&format!("staff_share = 0.75\n{incidents}"));
    close(named.category("own", Category::Staff), 21_600.0);
    close(named.line("own", "staff, 75 % of the cost"), 21_000.0);
    // They are not taken back where the share does not cover them.
    let none = fleet(&format!("staff_share = 0\n{incidents}"));
    close(none.category("own", Category::Staff), 600.0);
}

#[test]
fn a_staff_share_moves_with_the_volume() {
    let model: OptionModel = fleet("staff_share = 0.5\n").model("own", 0);
    for volume in [1.0, 86_400.0, 1e6] {
        let (staff, total) = (model.of_category(Category::Staff), model.total());
        close(2.0 * staff.at(volume), total.at(volume));
    }
}

#[test]
fn a_build_is_paid_once_and_kept_up_every_year() {
    // 36,000 over 36 months; 20 % a year; 6 incidents x 10 h x 120 USD a year.
    let case = case(&format!(
        "{USUAL}[[api]]\nname = \"a\"\ninput_usd_per_mtok = 2\noutput_usd_per_mtok = 10\n\
         build_usd = 36_000\nmaintenance_share_per_year = 0.2\nincidents_per_year = 6\n\
         hours_per_incident = 10\n"
    ));
    close(case.line("a", "build"), 1_000.0);
    close(case.line("a", "upkeep of the build"), 600.0);
    close(case.line("a", "incidents"), 600.0);
    close(case.category("a", Category::Staff), 2_200.0);
}
