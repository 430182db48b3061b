//! Sections 5.2 and 5.3: estimated replicas, rent, platform.

use super::{STEADY, case, close};
use crate::catalog::Catalog;
use crate::cost::capacity::{
    Precision, PrecisionName, Replica, Shape, requests_per_second, time_per_output_token,
};
use crate::cost::{Basis, Category, gpu_peaks, model_shape};

/// One request a second on ten replicas of a tenth of it: ten GPUs.
fn ten(keys: &str) -> super::Case {
    case(&format!(
        "{STEADY}[[self_host]]\nname = \"own\"\nthroughput = {{ requests_per_second = 0.1 }}\n\
         target_utilization = 1\n{keys}"
    ))
}

#[test]
fn rent_is_paid_by_gpu_and_hour() {
    // 10 x 2 x 720.
    close(
        ten("usd_per_gpu_hour = 2\n").line("own", "GPU rent, on-demand"),
        14_400.0,
    );
}

#[test]
fn spot_loses_time_to_interruptions() {
    // 10 x 1 x 720 x 1.1, or x 1.25.
    let spot = "usd_per_gpu_hour = 1\npurchase = \"spot\"\n";
    close(ten(spot).line("own", "GPU rent, spot"), 7_920.0);
    let stated = format!("{spot}spot_interruption_overhead = 0.25\n");
    close(ten(&stated).line("own", "GPU rent, spot"), 9_000.0);
}

#[test]
fn a_mix_pays_each_part_its_own_price() {
    // 6 x 2 x 720 = 8,640 reserved; 4 x 1 x 720 x 1.2 = 3,456 on spot.
    let case = ten("spot_interruption_overhead = 0.2\npurchase = [\n\
         { purchase = \"reserved-1y\", share = 0.6, usd_per_gpu_hour = 2 },\n\
         { purchase = \"spot\", share = 0.4, usd_per_gpu_hour = 1 },\n]\n");
    close(case.line("own", "GPU rent, reserved-1y"), 8_640.0);
    close(case.line("own", "GPU rent, spot"), 3_456.0);
    close(case.total("own"), 12_096.0);
}

#[test]
fn the_rent_follows_its_trend_from_the_start() {
    // A fifth dearer after a year, sqrt(1.2) = 1.095445115 after half of one.
    let case = ten("usd_per_gpu_hour = 1\ngpu_price_change_per_year = 0.2\n");
    close(case.line_in("own", "GPU rent, on-demand", 0), 7_200.0);
    close(case.line_in("own", "GPU rent, on-demand", 12), 8_640.0);
    super::within(
        case.line_in("own", "GPU rent, on-demand", 6),
        7_200.0 * 1.095_445_115,
        1e-9,
    );
}

#[test]
fn platform_lines_are_per_gpu_or_per_month() {
    let case = ten(
        "usd_per_gpu_hour = 1\nsoftware_usd_per_gpu_year = 1_200\nstorage_usd_per_gpu_month = 7\n\
         network_usd_per_month = 300\nplatform_usd_per_month = 450\n",
    );
    // 10 x 1,200/12, 10 x 7.
    close(case.line("own", "software licenses"), 1_000.0);
    close(case.line("own", "storage"), 70.0);
    close(case.line("own", "network and egress"), 300.0);
    close(case.line("own", "platform and observability"), 450.0);
    close(case.category("own", Category::Platform), 1_820.0);
}

/// A model of the catalog on a GPU of the catalog.
fn estimated(workload: &str, keys: &str) -> super::Case {
    case(&format!(
        "requests_per_day = 86_400\npeak_to_mean = 1\n{workload}[[self_host]]\nname = \"own\"\n\
         model = \"llama-3.1-8b\"\ngpu = \"h100-sxm\"\nprecision = \"fp8\"\nusd_per_gpu_hour = 2\n{keys}"
    ))
}

const SMALL: &str = "input_tokens = 128\noutput_tokens = 128\n";

/// What the equations say of 2,048 requests of 128 tokens in and out on one GPU.
fn by_the_equations() -> (f64, f64) {
    let catalog = Catalog::embedded();
    let model = model_shape(&catalog.find("llama-3.1-8b").expect("a model").0);
    let gpu = gpu_peaks(&catalog.find("h100-sxm").expect("a GPU").0);
    let precision = Precision::named(PrecisionName::Fp8, false, true, false);
    let replica = Replica::new(&model, &gpu, precision, 1);
    let shape = Shape::new(128.0, 128.0);
    (
        requests_per_second(&replica, &shape, 2_048.0),
        time_per_output_token(&replica, &shape, 2_048.0),
    )
}

#[test]
fn without_a_measurement_the_rate_comes_from_the_shapes() {
    let case = estimated(SMALL, "gpus_per_replica = 1\nmax_sequences = 2_048\n");
    let rate = case.model("own", 0).capacity[0].rate.clone();
    let (expected, seconds) = by_the_equations();
    assert_eq!(rate.basis, Basis::Estimated);
    super::within(rate.requests_per_second, expected, 1e-9);
    let figures = rate.figures.expect("an estimate");
    close(figures.batch, 2_048.0);
    super::within(figures.tpot_s, seconds, 1e-9);
}

#[test]
fn an_engine_of_ones_own_scales_the_estimate() {
    let keys = "gpus_per_replica = 1\nmax_sequences = 2_048\nengine_factor = 0.5\n";
    let rate = estimated(SMALL, keys).model("own", 0).capacity[0]
        .rate
        .clone();
    super::within(rate.requests_per_second, by_the_equations().0 / 2.0, 1e-9);
}

#[test]
fn cached_input_is_not_computed_again_but_takes_its_memory() {
    let rate = |cached: &str| {
        let workload = format!("input_tokens = 4_000\noutput_tokens = 200\n{cached}");
        let model = estimated(&workload, "gpus_per_replica = 1\n").model("own", 0);
        model.capacity[0].rate.clone()
    };
    let (cold, warm) = (rate(""), rate("cached_input_share = 0.9\n"));
    assert!(warm.requests_per_second > 1.5 * cold.requests_per_second);
    close(
        cold.figures.expect("an estimate").batch,
        warm.figures.expect("an estimate").batch,
    );
}

#[test]
fn a_measurement_wins_over_the_estimate() {
    let rate = estimated(SMALL, "throughput = { requests_per_second = 3 }\n").model("own", 0);
    assert_eq!(rate.capacity[0].rate.basis, Basis::Scenario);
    close(rate.capacity[0].rate.requests_per_second, 3.0);
}
