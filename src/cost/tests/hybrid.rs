//! Section 1: mixes of options.

use super::{TWO_LEVELS, case, close};
use crate::cost::Category;

/// An API at 0.0018 USD a request, and a fleet at one request a second and GPU with one person.
const PARTS: &str = "[[api]]\nname = \"api\"\ninput_usd_per_mtok = 1\noutput_usd_per_mtok = 4\n\
                     [[self_host]]\nname = \"own\"\nthroughput = { requests_per_second = 1 }\n\
                     target_utilization = 1\nusd_per_gpu_hour = 1\n\
                     staff = [{ role = \"sre\", fte = 1, usd_per_year = 120_000 }]\n";

/// 1,000 in and 200 out: 0.001 + 0.0008 USD.
const MIX: &str = "input_tokens = 1_000\noutput_tokens = 200\n";

fn flat(volume: &str, hybrid: &str) -> super::Case {
    case(&format!(
        "requests_per_day = {volume}\npeak_to_mean = 1\n{MIX}{PARTS}{hybrid}"
    ))
}

#[test]
fn each_part_serves_its_share_of_the_traffic() {
    // Ten a second: nine GPUs at 720, one person; 86,400 a day at the API.
    let case = flat(
        "864_000",
        "[[hybrid]]\nname = \"mix\"\n\
         parts = [{ option = \"own\", share = 0.9 }, { option = \"api\", share = 0.1 }]\n",
    );
    close(case.line("mix", "own: GPU rent, on-demand"), 6_480.0);
    close(case.line("mix", "own: sre"), 10_000.0);
    close(
        case.category("mix", Category::Usage),
        86_400.0 * 30.0 * 0.0018,
    );
}

#[test]
fn a_part_with_all_of_the_traffic_is_that_option() {
    let case = flat(
        "864_000",
        "[[hybrid]]\nname = \"mix\"\nparts = [{ option = \"own\", share = 1 }]\n",
    );
    close(case.total("mix"), case.total("own"));
}

#[test]
fn people_of_the_mix_replace_those_of_its_parts() {
    let case = flat(
        "864_000",
        "[[hybrid]]\nname = \"mix\"\nparts = [{ option = \"own\", share = 1 }]\n\
         staff = [{ role = \"sre\", fte = 2, usd_per_year = 120_000 }]\n",
    );
    close(case.category("mix", Category::Staff), 20_000.0);
}

#[test]
fn what_exceeds_the_base_overflows() {
    // 200,000 a day: half of the hours at 100,000, half at 300,000; a base of 172,800 (two a second)
    // leaves 127,200 over in half of the hours: 63,600 on the mean.
    let case = case(&format!(
        "requests_per_day = 200_000\n{TWO_LEVELS}{MIX}{PARTS}[[hybrid]]\nname = \"mix\"\n\
         base = \"own\"\noverflow = \"api\"\nbase_requests_per_day = 172_800\n"
    ));
    close(case.line("mix", "own: GPU rent, on-demand"), 2.0 * 720.0);
    close(
        case.category("mix", Category::Usage),
        63_600.0 * 30.0 * 0.0018,
    );
}

#[test]
fn nothing_overflows_below_the_base() {
    let case = flat(
        "86_400",
        "[[hybrid]]\nname = \"mix\"\nbase = \"own\"\noverflow = \"api\"\nbase_requests_per_day = 172_800\n",
    );
    close(case.total("mix"), case.total("own"));
}

#[test]
fn what_the_mix_adds_itself_is_on_all_of_it() {
    // A tenth of the API's half, and a line of 50: usage 43,200 x 30 x 0.0018 = 2,332.80.
    let case = flat(
        "86_400",
        "[[hybrid]]\nname = \"mix\"\nparts = [{ option = \"api\", share = 0.5 }, { option = \"own\", share = 0.5 }]\n\
         switching_usd = 36_000\noverhead_share = 0.1\ncosts = [{ label = \"router\", usd_per_month = 50 }]\n",
    );
    close(case.line("mix", "router"), 50.0);
    close(case.line("mix", "moving to this option"), 1_000.0);
    // Rent of one GPU 720 for half a request a second; the move, the router and the usage.
    close(
        case.line("mix", "overhead"),
        0.1 * (2_332.8 + 720.0 + 50.0 + 1_000.0),
    );
}

/// Four requests a second on the mean, two in twelve hours and six in the others; a base of two.
fn based(workload: &str, base: &str, overflow: &str, own: &str) -> super::Case {
    case(&format!(
        "requests_per_day = 345_600\n{TWO_LEVELS}{workload}{MIX}[[api]]\nname = \"api\"\n\
         input_usd_per_mtok = 1\noutput_usd_per_mtok = 4\n[[self_host]]\nname = \"own\"\n\
         throughput = {{ requests_per_second = 1 }}\ntarget_utilization = 1\nusd_per_gpu_hour = 1\n{own}\
         [[hybrid]]\nname = \"mix\"\nbase = \"{base}\"\noverflow = \"{overflow}\"\n\
         base_requests_per_day = 172_800\n"
    ))
}

#[test]
fn fixed_hardware_that_carries_the_base_serves_any_volume_with_its_overflow() {
    let enough = based("", "own", "api", "replicas = 2\n");
    assert_eq!(enough.model("mix", 0).max_volume, None);
    // Half of the base is not: one replica is full when the busy hours run at one a second, and the
    // mean is at two thirds of it: 57,600 a day.
    let short = based("", "own", "api", "replicas = 1\n");
    super::within(
        short.model("mix", 0).max_volume.expect("a limit"),
        57_600.0,
        1e-6,
    );
}

#[test]
fn a_base_that_follows_the_day_stays_at_its_rate_with_batch_work() {
    // Every hour brings at least the base of two a second, half of it batch work: two all day.
    let own = "autoscale = true\nscale_up_minutes = 0\n";
    let case = based("batch_share = 0.5\n", "own", "api", own);
    close(case.line("mix", "own: GPU rent, on-demand"), 2.0 * 720.0);
}

#[test]
fn an_overflow_that_follows_the_day_serves_its_batch_work_too() {
    // Four a second exceed the base in twelve hours, none in the others: two on the mean. Half may wait,
    // so real time takes two in the busy hours, and the trough is filled to the same two.
    let own = "autoscale = true\nscale_up_minutes = 0\n";
    let case = based("batch_share = 0.5\n", "api", "own", own);
    close(case.line("mix", "own: GPU rent, on-demand"), 2.0 * 720.0);
}

#[test]
fn an_overflow_that_follows_the_day_pays_its_scale_up() {
    // None in twelve hours and four in the others; the rise by four is paid half an hour before.
    let own = "autoscale = true\nscale_up_minutes = 30\nmin_replicas = 0\n";
    let case = based("", "api", "own", own);
    close(
        case.line("mix", "own: GPU rent, on-demand"),
        (2.0 + 4.0 * 0.5 / 24.0) * 720.0,
    );
}
