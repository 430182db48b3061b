//! Section 5.1: whole things.

use super::{STEADY, TWO_LEVELS, case, close};

/// One request a second on the mean, peaks of three; a replica does one a second on two GPUs.
fn peaked(keys: &str) -> super::Case {
    case(&format!(
        "requests_per_day = 86_400\npeak_to_mean = 3\ninput_tokens = 100\noutput_tokens = 100\n{}",
        host(keys)
    ))
}

fn host(keys: &str) -> String {
    format!(
        "[[self_host]]\nname = \"own\"\nthroughput = {{ requests_per_second = 1 }}\n\
         usd_per_gpu_hour = 1\n{keys}"
    )
}

/// Replicas and GPUs at the scenario's volume.
fn fleet(case: &super::Case) -> (f64, f64) {
    let model = case.model("own", 0);
    let fleet = &model.capacity[0].fleet;
    (
        fleet.replicas.at(case.volume()),
        fleet.gpus.at(case.volume()),
    )
}

#[test]
fn replicas_carry_the_busiest_hour_at_the_planned_load() {
    // 3 / (1 x 0.75) = 4 exactly, and a rounding error buys no fifth.
    let case = peaked("target_utilization = 0.75\ngpus_per_replica = 2\n");
    assert_eq!(fleet(&case), (4.0, 8.0));
    // 1 request a second of 4 that the replicas can do.
    close(case.model("own", 0).capacity[0].utilization(86_400.0), 0.25);
}

#[test]
fn the_default_load_leaves_room_for_bursts() {
    // 3 / 0.8 = 3.75; with a tight limit on the time per token 3 / 0.65 = 4.6.
    assert_eq!(fleet(&peaked("")).0, 4.0);
    assert_eq!(fleet(&peaked("max_tpot_ms = 40\n")).0, 5.0);
}

#[test]
fn spares_come_on_top_and_a_minimum_holds() {
    assert_eq!(
        fleet(&peaked("target_utilization = 0.75\nspare_replicas = 1\n")).0,
        5.0
    );
    assert_eq!(
        fleet(&peaked("target_utilization = 0.75\nmin_replicas = 6\n")).0,
        6.0
    );
    let both = "target_utilization = 0.75\nmin_replicas = 6\nspare_replicas = 1\n";
    assert_eq!(fleet(&peaked(both)).0, 7.0);
}

#[test]
fn gpus_are_bought_in_whole_nodes() {
    // Five replicas of two GPUs are ten, which take two nodes of eight.
    let keys = "target_utilization = 0.75\nspare_replicas = 1\ngpus_per_replica = 2\n";
    assert_eq!(
        fleet(&peaked(&format!("{keys}gpus_per_node = 8\n"))),
        (5.0, 16.0)
    );
}

#[test]
fn capacity_can_be_made_equal_to_demand() {
    // 3 / 0.8 = 3.75 replicas of two GPUs.
    let case = peaked("whole_units = false\ngpus_per_replica = 2\n");
    close(fleet(&case).0, 3.75);
    close(fleet(&case).1, 7.5);
    // A minimum that is stated holds all the same.
    close(
        fleet(&peaked("whole_units = false\nmin_replicas = 5\n")).0,
        5.0,
    );
}

#[test]
fn retries_take_capacity_too() {
    // 3 x 1.5 / 0.9 = 5.
    let text = "requests_per_day = 86_400\npeak_to_mean = 3\nretry_share = 0.5\ninput_tokens = 100\n\
                output_tokens = 100\n";
    assert_eq!(
        fleet(&case(&format!(
            "{text}{}",
            host("target_utilization = 0.9\n")
        )))
        .0,
        5.0
    );
}

#[test]
fn batch_work_fills_the_trough_until_the_mean_outgrows_the_peak() {
    let replicas = |share: f64| {
        let keys = format!("target_utilization = 0.5\n# {share}\n");
        let text = format!(
            "requests_per_day = 86_400\npeak_to_mean = 3\nbatch_share = {share}\n\
             input_tokens = 100\noutput_tokens = 100\n{}",
            host(&keys)
        );
        fleet(&case(&text)).0
    };
    // Real time at its peak: 3, 2.25, 1.5 a second; at 0.9 it is 0.3, and the mean of all is 1.
    assert_eq!(
        [replicas(0.0), replicas(0.25), replicas(0.5), replicas(0.9)],
        [6.0, 5.0, 3.0, 2.0]
    );
}

/// Four requests a second on the mean: two in twelve hours, six in the others.
fn scaled(workload: &str, keys: &str) -> super::Case {
    case(&format!(
        "requests_per_day = 345_600\n{TWO_LEVELS}{workload}input_tokens = 100\noutput_tokens = 100\n{}",
        host(&format!("target_utilization = 1\nautoscale = true\n{keys}"))
    ))
}

#[test]
fn commitments_are_paid_all_day_and_only_the_rest_follows_it() {
    // Half of the six GPUs of the peak is reserved: 3 x 2 x 720. Beyond these three the low hours take
    // nothing and the high ones three: 1.5 on the mean, and one rise by three paid half an hour.
    let mix = "scale_up_minutes = 30\npurchase = [\n\
         { purchase = \"reserved-1y\", share = 0.5, usd_per_gpu_hour = 2 },\n\
         { purchase = \"on-demand\", share = 0.25, usd_per_gpu_hour = 1 },\n\
         { purchase = \"spot\", share = 0.25, usd_per_gpu_hour = 1 },\n]\n\
         spot_interruption_overhead = 0\n";
    let case = scaled("", mix);
    let beyond = 1.5 + 3.0 * 0.5 / 24.0;
    close(case.line("own", "GPU rent, reserved-1y"), 4_320.0);
    close(
        case.line("own", "GPU rent, on-demand"),
        beyond / 2.0 * 720.0,
    );
    close(case.line("own", "GPU rent, spot"), beyond / 2.0 * 720.0);
}

#[test]
fn machines_of_the_night_carry_the_day_in_their_own_hours() {
    // 86,400 a day x 30 in 240 h is three a second; at 1 a GPU-h: 3 x 240.
    let text =
        "requests_per_day = 86_400\npeak_to_mean = 1\ninput_tokens = 100\noutput_tokens = 100\n";
    let case = case(&format!(
        "{text}{}",
        host("target_utilization = 1\nhours_per_month = 240\n")
    ));
    close(case.line("own", "GPU rent, on-demand"), 720.0);
    assert_eq!(fleet(&case).0, 3.0);
}

#[test]
fn replicas_that_follow_the_day_are_paid_by_the_hour() {
    // Twelve hours of two, twelve of six: four on the mean; the one rise by four is paid half an hour
    // before it serves: 4 x 0.5/24.
    let case = scaled("", "scale_up_minutes = 30\n");
    close(
        case.line("own", "GPU rent, on-demand"),
        (4.0 + 4.0 * 0.5 / 24.0) * 720.0,
    );
    // Ten minutes, where nothing is said.
    let usual = scaled("", "");
    close(
        usual.line("own", "GPU rent, on-demand"),
        (4.0 + 4.0 / 6.0 / 24.0) * 720.0,
    );
    assert_eq!(fleet(&usual).0, 6.0);
}

#[test]
fn following_the_day_stops_at_the_minimum() {
    // Three and six.
    let case = scaled("", "scale_up_minutes = 0\nmin_replicas = 3\n");
    close(case.line("own", "GPU rent, on-demand"), 4.5 * 720.0);
}

#[test]
fn batch_work_levels_the_day_that_replicas_follow() {
    // Half may wait: real time takes 1 and 3 a second, and 2 on the mean are poured into the trough up
    // to one level of 4.
    let half = scaled("batch_share = 0.5\n", "scale_up_minutes = 0\n");
    close(half.line("own", "GPU rent, on-demand"), 4.0 * 720.0);
    // A quarter: 1.5 and 4.5; 24 of 96 fill the twelve hours to 3.5: four and five replicas.
    let quarter = scaled("batch_share = 0.25\n", "scale_up_minutes = 0\n");
    close(quarter.line("own", "GPU rent, on-demand"), 4.5 * 720.0);
}

#[test]
fn fixed_replicas_serve_up_to_a_volume() {
    // Four a second at a peak of three: 4/3 x 86,400 = 115,200 a day.
    let model = peaked("replicas = 4\n").model("own", 0);
    close(model.max_volume.expect("a limit"), 115_200.0);
    close(model.gpus.at(1e9), 4.0);
}

#[test]
fn fixed_gpus_are_as_many_replicas_as_fit() {
    let model = peaked("gpus = 16\ngpus_per_replica = 4\n").model("own", 0);
    close(model.capacity[0].fleet.replicas.at(1.0), 4.0);
    close(model.gpus.at(1.0), 16.0);
    // A measurement without gpus_per_replica is one of the whole installation: 1 a second, 1/3 x 86,400.
    let whole = peaked("gpus = 16\n").model("own", 0);
    close(whole.max_volume.expect("a limit"), 28_800.0);
}

#[test]
fn a_volume_at_capacity_fills_every_hour_and_spares_carry_none_of_it() {
    let at = |keys: &str| {
        let text = "at_capacity_of = \"own\"\ninput_tokens = 100\noutput_tokens = 100\n";
        case(&format!("{text}{}", host(keys))).volume()
    };
    // Four a second all day.
    close(at("replicas = 4\n"), 345_600.0);
    close(at("replicas = 4\nspare_replicas = 1\n"), 345_600.0);
}

#[test]
fn hours_of_use_concentrate_the_load() {
    // 22 days of 8 h: 176 h; 1,000 a day x 22 / (176 x 3,600) = 0.034722 a second.
    let text = "hours_per_month = 176\ndays_per_month = 22\n[workload]\nrequests_per_day = 1_000\n\
                peak_to_mean = 1\ninput_tokens = 100\noutput_tokens = 100\n";
    let scenario = super::unframed(&format!("start = \"2027-01\"\n{text}{}", host("")));
    let month = crate::cost::Month::of(&scenario, 0);
    let model = crate::cost::model(&month, 0).expect("a model");
    close(model.capacity[0].load.at(1_000.0), 22_000.0 / 633_600.0);
    // The replica is paid for those hours only.
    close(model.total().at(1_000.0), 176.0);
}

#[test]
fn throughput_can_be_given_in_tokens() {
    // 100 in and 100 out at 400 tokens a second, or at 200 of output: two requests a second.
    for key in [
        "total_tokens_per_second = 400",
        "output_tokens_per_second = 200",
    ] {
        let text = format!(
            "{STEADY}[[self_host]]\nname = \"own\"\nusd_per_gpu_hour = 1\nthroughput = {{ {key} }}\n"
        );
        let model = case(&text).model("own", 0);
        close(model.capacity[0].rate.requests_per_second, 2.0);
    }
}
