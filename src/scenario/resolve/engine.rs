//! Defaults of the engine and of the load that replicas are planned for, from published measurements.

use super::super::Given;
use super::super::file::SelfHostFile;
use super::context::Context;
use crate::catalog::rows::{GpuRow, ModelRow};
use crate::diagnostic::Problem;
use crate::table::{Num, Text};

/// Throughput of an engine over vLLM's on the same deployment at the same load: the medians of 60
/// pairs (TensorRT-LLM over vLLM, 1.20) and 28 pairs (TensorRT-LLM over SGLang, 1.19) of published
/// measurements, 2026-11; each set is of one deployment, so they say little about others.
pub fn factor(engine: Option<&Text>) -> f64 {
    match engine.map(|text| text.value.as_str()) {
        Some("tensorrt-llm") => 1.20,
        Some("sglang") => 1.01,
        _ => 1.0,
    }
}

/// TensorRT-LLM runs on NVIDIA's GPUs alone.
pub fn check_maker(engine: Option<&Text>, gpu: Option<&GpuRow>, cx: &mut Context<'_>) {
    let (Some(engine), Some(gpu)) = (engine, gpu) else {
        return;
    };
    let maker = gpu.maker.as_ref().map(|text| text.value.as_str());
    if engine.value != "tensorrt-llm" || maker.is_none_or(|maker| maker == "nvidia") {
        return;
    }
    let gpu = gpu.id.as_ref().map_or("the GPU", |id| id.value.as_str());
    let what = format!("the engine `{}` does not run on `{gpu}`", engine.value);
    cx.problem(
        Problem::new(engine.place, what)
            .expected("a GPU of NVIDIA")
            .hint("`vllm` and `sglang` run on GPUs of AMD, too"),
    );
}

/// The limit of the time per output token under which the strict rules hold (ms).
const STRICT_TPOT_MS: f64 = 50.0;

/// Share of the offline rate that servers keep at p99 (MLPerf v5.1 and v6.0): with the limits of the
/// server scenario, and with the tighter ones of the interactive scenario.
struct Kept {
    server: f64,
    interactive: f64,
}

/// Llama-3.1-8B.
const SMALL: Kept = Kept {
    server: 0.91,
    interactive: 0.85,
};
/// Llama-2-70B.
const MIDDLE: Kept = Kept {
    server: 0.96,
    interactive: 0.59,
};
/// Llama-3.1-405B.
const LARGE: Kept = Kept {
    server: 0.75,
    interactive: 0.46,
};
/// DeepSeek-R1, a mixture of experts.
const MIXTURE: Kept = Kept {
    server: 0.61,
    interactive: 0.39,
};

/// `u` of equation (10): the load that a replica is planned for in the busiest hour.
pub fn planned_load(
    file: &SelfHostFile,
    max_tpot_ms: Option<&Given>,
    model: Option<&ModelRow>,
) -> f64 {
    let strict = max_tpot_ms.is_some_and(|limit| limit.value < STRICT_TPOT_MS);
    let p99 = file.latency_percentile.as_ref();
    let planned = if strict { 0.65 } else { 0.8 };
    if p99.is_none_or(|text| text.value != "p99") {
        return planned;
    }
    let kept = kept(model);
    let measured = if strict {
        kept.interactive
    } else {
        kept.server
    };
    // What one benchmark lost is no reason to plan for more than the rule does.
    f64::min(planned, measured)
}

/// The measured model that is most like this one.
fn kept(model: Option<&ModelRow>) -> &'static Kept {
    let number = |num: Option<&Num>| num.map_or(0.0, |num| num.input.median());
    let Some(model) = model else { return &MIXTURE };
    let total = number(model.total_params.as_ref());
    match total {
        _ if number(model.experts.as_ref()) > 0.0 => &MIXTURE,
        ..20e9 => &SMALL,
        20e9..200e9 => &MIDDLE,
        _ => &LARGE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    fn planned(model: &str, p99: bool, tpot_ms: Option<f64>) -> f64 {
        let place = crate::diagnostic::Place::default();
        let text = Text {
            value: "p99".into(),
            place,
        };
        let file = SelfHostFile {
            latency_percentile: p99.then_some(text),
            ..SelfHostFile::default()
        };
        let limit = tpot_ms.map(Given::default);
        let row = Catalog::embedded().find::<ModelRow>(model).unwrap().0;
        planned_load(&file, limit.as_ref(), Some(&row))
    }

    #[test]
    fn a_mean_rule_plans_for_four_fifths_and_a_tight_one_for_less() {
        assert_eq!(planned("llama-3.1-8b", false, None), 0.8);
        assert_eq!(planned("llama-3.1-8b", false, Some(50.0)), 0.8);
        assert_eq!(planned("llama-3.1-8b", false, Some(49.0)), 0.65);
    }

    #[test]
    fn limits_for_99_of_100_cost_what_servers_were_measured_to_lose() {
        // 0.91 and 0.96 of the offline rate are more than the rule of 0.8 plans for.
        assert_eq!(planned("llama-3.1-8b", true, None), 0.8);
        assert_eq!(planned("llama-3.3-70b", true, Some(200.0)), 0.8);
        assert_eq!(planned("llama-3.1-405b", true, None), 0.75);
        assert_eq!(planned("llama-3.1-8b", true, Some(40.0)), 0.65);
        assert_eq!(planned("llama-3.3-70b", true, Some(40.0)), 0.59);
        assert_eq!(planned("llama-3.1-405b", true, Some(40.0)), 0.46);
        assert_eq!(planned("deepseek-r1", true, None), 0.61);
    }
}
