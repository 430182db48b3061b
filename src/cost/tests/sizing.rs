//! Section 5.2: what the user measured, engines, nodes, limits at a percentile, requests that differ.

use super::super::{Basis, Month, Rate, Whose, model};
use super::{Case, case, case_with, close, within};
use crate::real::{input, record};
use crate::scenario::Supply;

/// An 8 B model in FP8 on one GPU, with 1,000 tokens in and 250 out.
fn own(keys: &str) -> Case {
    of("input_tokens = 1_000\noutput_tokens = 250\n", keys)
}

fn of(workload: &str, keys: &str) -> Case {
    case(&format!(
        "requests_per_day = 86_400\npeak_to_mean = 1\n{workload}[[self_host]]\nname = \"own\"\n\
         model = \"llama-3.1-8b\"\ngpu = \"h100-sxm\"\nprecision = \"fp8\"\nusd_per_gpu_hour = 2\n\
         gpus_per_replica = 1\n{keys}"
    ))
}

fn rate(case: &Case) -> Rate {
    case.model("own", 0).capacity[0].rate.clone()
}

/// Output tokens a second of the estimate with so many requests in flight.
fn tokens(batch: u32) -> f64 {
    let rate = rate(&own(&format!("max_sequences = {batch}\n")));
    close(rate.figures.unwrap().batch, f64::from(batch));
    rate.requests_per_second.get() * 250.0
}

fn point(batch: u32, tokens: f64) -> String {
    format!("{{ concurrency = {batch}, output_tokens_per_second = {tokens} }}")
}

#[test]
fn one_measured_point_scales_the_estimate_at_every_load() {
    // Measured at 64 in flight: half of what is estimated there. So at 256 it is half, too, and a
    // token takes twice as long.
    let keys = format!("measured = [{}]\n", point(64, tokens(64) / 2.0));
    let (plain, half) = (rate(&own("")), rate(&own(&keys)));
    let ratio = half.requests_per_second.get() / plain.requests_per_second.get();
    close(ratio, 0.5);
    let (slow, fast) = (half.figures.unwrap(), plain.figures.unwrap());
    close(slow.tpot_s, 2.0 * fast.tpot_s);
    close(slow.measured_ratio, 0.5);
    assert_eq!(half.basis, Basis::Calibrated(Whose::Own));
    assert_eq!(plain.basis, Basis::Estimated);
}

#[test]
fn between_measured_points_the_ratio_is_straight_in_the_logarithms() {
    // 0.4 at 16 and 0.9 at 256: at 64, in the middle of the logarithms, sqrt(0.4 x 0.9) = 0.6.
    let points = [point(256, 0.9 * tokens(256)), point(16, 0.4 * tokens(16))];
    let measured = format!("measured = [{}]\n", points.join(", "));
    let at = |batch: u32| {
        let rate = rate(&own(&format!("max_sequences = {batch}\n{measured}")));
        let ratio = rate.requests_per_second.get() * 250.0 / tokens(batch);
        (ratio, rate.basis)
    };
    for (batch, expected, basis) in [
        (16, 0.4, Basis::Measured(Whose::Own)),
        (64, 0.6, Basis::Measured(Whose::Own)),
        (256, 0.9, Basis::Measured(Whose::Own)),
        (8, 0.4, Basis::Calibrated(Whose::Own)),
    ] {
        let (ratio, found) = at(batch);
        within(ratio, expected, 1e-9);
        assert_eq!(found, basis, "{batch}");
    }
}

/// A published point of the 8 B model at its usual lengths with 64 requests in flight.
fn published(tokens: f64) -> String {
    format!(
        "[[measured]]\nid = \"mine/tp1\"\nmodel = \"llama-3.1-8b\"\ngpu = \"h100-sxm\"\nprecision = \"fp8\"\n\
         engine = \"trtllm\"\nengine_version = \"1.0\"\ngpus = 1\ntensor_parallel = 1\ninput_tokens = [1000]\n\
         output_tokens = [250]\nconcurrency = [64]\noutput_tokens_per_second = [{tokens}]\ntpot_ms = [0]\n\
         published = \"2026-10\"\nsource = \"a page\"\nas_of = \"2026-11-01\"\nconfidence = \"third-party\"\n"
    )
}

/// The 8 B model on top of facts of one's own.
fn with_catalog(keys: &str, catalog: &str) -> Rate {
    let text = format!(
        "requests_per_day = 86_400\npeak_to_mean = 1\ninput_tokens = 1_000\noutput_tokens = 250\n\
         [[self_host]]\nname = \"own\"\nmodel = \"llama-3.1-8b\"\ngpu = \"h100-sxm\"\nprecision = \"fp8\"\n\
         usd_per_gpu_hour = 2\ngpus_per_replica = 1\n{keys}"
    );
    rate(&case_with(&text, catalog, None))
}

fn with_published(keys: &str, tokens: f64) -> Rate {
    with_catalog(keys, &published(tokens))
}

const TRTLLM: &str = "engine = \"tensorrt-llm\"\nmax_sequences = 64\n";

#[test]
fn a_published_point_of_the_same_deployment_comes_before_the_estimate() {
    // Half of the estimate, at this very place: of a ratio with variance 0.045 that is known with a
    // noise of 0.003, 0.045/0.048 = 0.9375 of the logarithm are believed: 0.5^0.9375 = 0.52214. What
    // an engine is usually worth, 1.2, is in the point and does not count again.
    let found = with_published(TRTLLM, tokens(64) / 2.0);
    within(
        found.requests_per_second.get() * 250.0 / tokens(64),
        0.522_14,
        1e-5,
    );
    assert_eq!(found.basis, Basis::Measured(Whose::Published));
    let nearest = found.published.unwrap();
    assert_eq!(
        (nearest.points, nearest.engine_version.as_str()),
        (1, "1.0")
    );
    assert_eq!(nearest.place, [1_000.0, 250.0, 64.0, 1.0]);
    assert_eq!(nearest.fact.source, "a page");
}

#[test]
fn what_the_user_measured_comes_before_what_is_published() {
    let keys = format!("{TRTLLM}measured = [{}]\n", point(64, tokens(64) * 0.8));
    let found = with_published(&keys, tokens(64) / 2.0);
    close(found.requests_per_second.get() * 250.0 / tokens(64), 0.8);
    assert_eq!(found.basis, Basis::Calibrated(Whose::Own));
    assert_eq!(found.published, None);
}

#[test]
fn points_of_another_engine_gpu_precision_or_model_are_left_alone() {
    let half = tokens(64) / 2.0;
    for keys in [
        "engine = \"vllm\"\nmax_sequences = 64\n",
        "max_sequences = 64\n",
        "engine_factor = 1\nengine = \"tensorrt-llm\"\nmax_sequences = 64\n",
    ] {
        let found = with_published(keys, half);
        close(found.requests_per_second.get() * 250.0, tokens(64));
        assert_eq!(found.basis, Basis::Estimated, "{keys}");
        assert_eq!(found.published, None);
    }
    for (this, other) in [("h100-sxm", "h200"), ("fp8", "fp4"), ("3.1-8b", "3.1-70b")] {
        let elsewhere = published(half).replace(this, other);
        let found = with_catalog(TRTLLM, &elsewhere);
        assert_eq!(found.basis, Basis::Estimated, "{other}");
    }
}

#[test]
fn a_published_point_above_the_peaks_is_not_believed() {
    let found = with_published(TRTLLM, 1e6);
    assert_eq!(found.basis, Basis::Estimated);
}

#[test]
fn points_at_other_lengths_only_calibrate() {
    let other = |batch: u32| {
        format!(
            "{{ concurrency = {batch}, output_tokens_per_second = 900, input_tokens = 4_000, \
             output_tokens = 250 }}"
        )
    };
    let keys = format!("measured = [{}, {}]\n", other(16), other(512));
    assert_eq!(rate(&own(&keys)).basis, Basis::Calibrated(Whose::Own));
}

#[test]
fn limits_hold_at_the_speed_that_was_measured() {
    // At half the speed a limit of 20 ms is one of 10 ms of the estimate.
    let measured = format!("measured = [{}]\n", point(64, tokens(64) / 2.0));
    let slow = rate(&own(&format!("max_tpot_ms = 20\n{measured}")));
    let fast = rate(&own("max_tpot_ms = 10\n"));
    let (slow, fast) = (slow.figures.unwrap(), fast.figures.unwrap());
    close(slow.batch, fast.batch);
    assert!(slow.tpot_s <= 0.02 && slow.tpot_s > 0.018, "{slow:?}");
    // With several points the largest batch is searched that keeps the limit at its own speed.
    let two = [point(8, tokens(8) / 2.0), point(256, tokens(256) / 2.0)];
    let keys = format!("max_tpot_ms = 20\nmeasured = [{}]\n", two.join(", "));
    close(rate(&own(&keys)).figures.unwrap().batch, fast.batch);
}

#[test]
fn a_measurement_beyond_the_data_sheet_is_refused() {
    // One request reads at least 7.5 GB of weights for a token: at 3.35 TB/s no more than 447 tokens/s.
    let case = own(&format!("measured = [{}]\n", point(1, 500.0)));
    let problem = model(&Month::of(&case.scenario, 0), 0).unwrap_err();
    assert_eq!(problem.message, "a measurement above what the GPUs can do");
    let bound = problem.expected.unwrap();
    assert!(bound.starts_with("at most 44"), "{bound}");
}

#[test]
fn a_measurement_on_more_gpus_is_set_against_as_many() {
    // 2 GPUs measured at the estimate of 2 GPUs: the ratio is 1, also for a replica of one.
    let pair = rate(&case(
        "requests_per_day = 86_400\ninput_tokens = 1_000\noutput_tokens = 250\n[[self_host]]\n\
         name = \"own\"\nmodel = \"llama-3.1-8b\"\ngpu = \"h100-sxm\"\nprecision = \"fp8\"\n\
         usd_per_gpu_hour = 2\ngpus_per_replica = 2\nmax_sequences = 32\n",
    ));
    let tokens = pair.requests_per_second.get() * 250.0;
    let point = format!("{{ concurrency = 32, output_tokens_per_second = {tokens}, gpus = 2 }}");
    let single = rate(&own(&format!("measured = [{point}]\n")));
    within(single.figures.unwrap().measured_ratio, 1.0, 1e-9);
}

#[test]
fn an_engine_is_as_fast_as_it_was_measured_to_be() {
    let plain = rate(&own("")).requests_per_second.get();
    let tensorrt = rate(&own("engine = \"tensorrt-llm\"\n"));
    close(tensorrt.requests_per_second.get() / plain, 1.2);
    // One's own factor wins.
    let own = rate(&own("engine = \"tensorrt-llm\"\nengine_factor = 1\n"));
    close(own.requests_per_second.get() / plain, 1.0);
}

#[test]
fn a_measurement_is_of_its_engine_and_of_its_nodes() {
    // Measured at 64 in flight: at 64 the replica does what was measured, whatever engine is named.
    let measured = format!(
        "max_sequences = 64\nmeasured = [{}]\n",
        point(64, 0.7 * tokens(64))
    );
    let named = rate(&own(&format!("engine = \"tensorrt-llm\"\n{measured}")));
    within(
        named.requests_per_second.get() * 250.0,
        0.7 * tokens(64),
        1e-9,
    );
}

#[test]
fn each_further_node_costs_its_share() {
    let on = |keys: &str| {
        rate(&case(&format!(
            "requests_per_day = 86_400\ninput_tokens = 1_000\noutput_tokens = 250\n[[self_host]]\n\
             name = \"own\"\nmodel = \"deepseek-r1\"\ngpu = \"h100-sxm\"\nprecision = \"bf16\"\n\
             usd_per_gpu_hour = 2\ngpus_per_replica = 32\n{keys}"
        )))
    };
    // 32 GPUs are four nodes: 0.8 to the third is 0.512.
    let (whole, left) = (on(""), on("node_efficiency = 0.8\n"));
    let ratio = left.requests_per_second.get() / whole.requests_per_second.get();
    close(ratio, 0.512);
    close(left.figures.unwrap().nodes, 4.0);
}

#[test]
fn requests_that_differ_leave_room_for_fewer() {
    // Long answers in a memory that is the limit: with p95 = 2 x mean (sigma 0.4973) the outputs in
    // flight are longer by exp(0.4973^2) = 1.2806 on average, and their number varies.
    let batch = |output: &str| {
        let workload = format!("input_tokens = 500\noutput_tokens = {output}\n");
        let rate = rate(&of(&workload, "max_sequences = 4_096\n"));
        rate.figures.unwrap().batch
    };
    let (alike, differ) = (batch("8_000"), batch("{ mean = 8_000, p95 = 16_000 }"));
    let ratio = differ / alike;
    // Between the mean alone, 8,500 / (500 + 8,000 x 1.2806) = 0.791, and a tenth less for its variation.
    assert!((0.70..0.791).contains(&ratio), "{differ} of {alike}");
}

#[test]
fn the_error_of_a_rate_scales_it_whatever_it_stands_on() {
    let plain = rate(&own("")).requests_per_second.get();
    let less = rate(&own("throughput_error = 0.8\n"))
        .requests_per_second
        .get();
    close(less / plain, 0.8);
    let stated = "throughput = { requests_per_second = 3 }\nthroughput_error = 0.5\n";
    close(rate(&own(stated)).requests_per_second.get(), 1.5);
}

#[test]
fn a_peak_inside_the_hour_is_sized_for() {
    // 1 request/s, 2/s a replica at a load of 0.5: one replica; 1.77 times as many take 1.77 -> 2.
    let replicas = |keys: &str| {
        let case = of(
            &format!("input_tokens = 10\noutput_tokens = 10\n{keys}"),
            "throughput = { requests_per_second = 2 }\ntarget_utilization = 0.5\n",
        );
        case.model("own", 0).capacity[0].fleet.replicas.at(86_400.0)
    };
    close(replicas(""), 1.0);
    close(replicas("peak_inside_hour = 1.77\n"), 2.0);
    // What may wait does not come at once: 0.6 x 1.53 = 0.918 and a mean of 1 take one replica.
    close(
        replicas("peak_inside_hour = 1.53\nbatch_share = 0.4\n"),
        1.0,
    );
}

#[test]
fn a_record_asks_again_where_a_replica_would_no_longer_serve() {
    // The limit is recorded as an input: whether the replica serves at all hangs on it, so the record
    // holds only while the answer to that is the same.
    let mut scenario = own("max_tpot_ms = 20\n").scenario;
    let (served, tape) = record(|| {
        let Supply::SelfHost(stack) = &mut scenario.options[0].supply else {
            panic!("an own stack")
        };
        stack.max_tpot_ms.as_mut().expect("a limit").value = input(0, 20.0);
        super::super::replica_rate(&scenario, 0).is_ok()
    });
    assert!(served);
    assert_eq!(tape.calls.len(), 1);
    assert!(!tape.guards.is_empty(), "nothing is asked again");
}
