//! Sections 4 and 5.6: training, data, hosting.

use super::{STEADY, USUAL, case, close, within};
use crate::cost::Category;

/// 5,000 examples of 900 tokens, three epochs at 5 USD/Mtok: 4.5 x 3 x 5 = 67.50 USD a run.
const TUNED: &str = "[[fine_tune]]\nname = \"t\"\nmodel = \"own\"\nexamples = 5_000\n\
                     tokens_per_example = 900\nepochs = 3\ntraining_usd_per_mtok = 5\n\
                     input_usd_per_mtok = 2\noutput_usd_per_mtok = 10\n";

#[test]
fn a_training_is_its_runs_with_the_failed_ones() {
    // 2 x (1 + 0.5) x 67.50 = 202.50, once in 36 months: 5.625 a month.
    let text = format!("{USUAL}{TUNED}runs_per_retrain = 2\nfailed_run_share = 0.5\n");
    let case = case(&text);
    close(case.line("t", "training runs"), 5.625);
    let model = case.model("t", 0);
    close(model.upfront().at(1.0), 202.5);
    let figures = model.fine_tune.expect("figures");
    close(figures.run_usd, 67.5);
    close(figures.training_usd, 202.5);
}

#[test]
fn retraining_every_four_months_costs_a_quarter_of_a_training_a_month() {
    // Runs: 67.50 / 4; evaluation: 100 / 4; and nothing is paid only once.
    let text = format!("{USUAL}{TUNED}evaluation_usd = 100\nretrain_every_months = 4\n");
    let case = case(&text);
    close(case.line("t", "training runs"), 16.875);
    close(case.line("t", "evaluation"), 25.0);
    close(case.model("t", 0).upfront().at(1.0), 0.0);
}

#[test]
fn evaluation_belongs_to_each_training() {
    // 67.50 + 100, over 36 months.
    let case = case(&format!("{USUAL}{TUNED}evaluation_usd = 100\n"));
    close(case.category("t", Category::Training), 167.5 / 36.0);
}

#[test]
fn data_is_paid_once_and_a_share_of_it_again() {
    // Labels 5,000 x 1.20 = 6,000; cleaning 40 h x 80 = 3,200. A quarter of 9,200 every 4 months: 575.
    let data = "usd_per_example = 1.20\ncleaning_hours = 40\nrelabel_share = 0.25\n";
    let case = case(&format!("{USUAL}{TUNED}{data}retrain_every_months = 4\n"));
    close(case.line("t", "labeled examples"), 6_000.0 / 36.0);
    close(case.line("t", "data cleaning"), 3_200.0 / 36.0);
    close(case.line("t", "data of retrainings"), 575.0);
    close(case.model("t", 0).upfront().at(1.0), 9_200.0);
}

#[test]
fn hosting_is_paid_by_deployment_and_hour() {
    // 2 x 1.70 x 720 = 2,448.
    let text = format!("{USUAL}{TUNED}deployments = 2\nhosting_usd_per_hour = 1.70\n");
    close(case(&text).line("t", "hosting of the tuned model"), 2_448.0);
}

#[test]
fn a_tuned_model_serves_shorter_prompts_at_its_own_price() {
    // 3 M x (1,000 - 800) = 600 Mtok x 2; output 600 Mtok x 10.
    let case = case(&format!("{USUAL}{TUNED}prompt_tokens_saved = 800\n"));
    close(case.line("t", "input tokens"), 1_200.0);
    close(case.line("t", "output tokens"), 6_000.0);
}

#[test]
fn training_by_the_hour_adds_the_grader() {
    // 4 h x 100 + 5 Mtok x 1.10 + 2 Mtok x 4.40 = 414.30, over 36 months.
    let text = format!(
        "{USUAL}[[fine_tune]]\nname = \"t\"\nmodel = \"own\"\ntraining_hours = 4\n\
         training_usd_per_hour = 100\ngrader_input_mtok = 5\ngrader_input_usd_per_mtok = 1.10\n\
         grader_output_mtok = 2\ngrader_output_usd_per_mtok = 4.40\n\
         input_usd_per_mtok = 2\noutput_usd_per_mtok = 10\n"
    );
    close(case(&text).line("t", "training runs"), 414.3 / 36.0);
}

/// A model trained on rented GPUs, with 1,000 Mtok in one epoch.
fn trained_on(keys: &str) -> super::Case {
    case(&format!(
        "{USUAL}[[fine_tune]]\nname = \"t\"\nmodel = \"own\"\ntraining_mtok = 1_000\nepochs = 1\n\
         input_usd_per_mtok = 2\noutput_usd_per_mtok = 10\n\
         train_on = {{ gpu = \"h100-sxm\", parameters = 8e9, usd_per_gpu_hour = 2, {keys} }}\n"
    ))
}

#[test]
fn training_on_own_gpus_is_six_flop_per_parameter_and_token() {
    // 6 x 8e9 x 1e9 = 4.8e19 FLOP / (989e12 x 0.4) = 121,334.68 s = 33.704078 h, of which 0.925 train:
    // 36.436841 GPU-h x 2 USD = 72.873683.
    let case = trained_on("method = \"full\", mfu = 0.4");
    let figures = case.model("t", 0).fine_tune.expect("figures");
    within(figures.gpu_hours.expect("GPU hours"), 36.436_841, 1e-7);
    within(figures.run_usd, 72.873_683, 1e-7);
}

#[test]
fn adapters_take_two_thirds_of_the_gpu_hours() {
    let hours = |keys: &str| {
        let figures = trained_on(keys).model("t", 0).fine_tune.expect("figures");
        figures.gpu_hours.expect("GPU hours")
    };
    let full = hours("method = \"full\", mfu = 0.4");
    close(hours("method = \"lora\", mfu = 0.4"), full * 2.0 / 3.0);
    close(
        hours("method = \"qlora\", mfu = 0.4"),
        full * 2.0 / 3.0 * 1.28,
    );
    // Published shares of the peak, where none is given: 0.389 x 1.06^(80/80) = 0.41234 on an H100 of
    // 80 GB, adapters 0.885 of it.
    close(hours("method = \"full\""), full * 0.4 / 0.412_34);
    close(
        hours("method = \"lora\""),
        full * 2.0 / 3.0 * 0.4 / (0.885 * 0.412_34),
    );
}

#[test]
fn a_tuned_model_on_own_gpus_pays_the_hosts_hardware_and_people() {
    // One request a second on replicas of one a second, half used: 2 GPUs x 3 USD x 720 h.
    let host = "[[self_host]]\nname = \"own\"\nthroughput = { requests_per_second = 1 }\n\
                target_utilization = 0.5\nusd_per_gpu_hour = 3\n\
                staff = [{ role = \"sre\", fte = 1, usd_per_year = 120_000 }]\n";
    let tuned = "[[fine_tune]]\nname = \"t\"\nexamples = 1_000\ntokens_per_example = 1_000\n\
                 epochs = 1\ntraining_usd_per_mtok = 36\nserved_by = \"own\"\n";
    let shared = case(&format!("{STEADY}{host}{tuned}"));
    close(shared.line("t", "GPU rent, on-demand"), 4_320.0);
    close(shared.line("t", "sre"), 10_000.0);
    // 1 Mtok x 36 over 36 months.
    close(shared.total("t"), shared.total("own") + 1.0);
    // People of its own replace the host's.
    let own = "staff = [{ role = \"ml-engineer\", fte = 0.5, usd_per_year = 240_000 }]\n";
    let apart = case(&format!("{STEADY}{host}{tuned}{own}"));
    close(apart.category("t", Category::Staff), 10_000.0);
    assert!(!apart.labels("t").contains(&"sre".to_owned()));
}
