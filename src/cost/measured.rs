//! Published measurements beside the estimate: the same deployment, load and lengths, twice.
//!
//! | file | what it holds |
//! |---|---|
//! | `csv` | a table of measurements, row by row |
//! | `names` | models, GPUs, precisions and engines as their publishers spell them |
//! | `published` | the catalog's measurements |
//! | `surface` | between measured points of one deployment |

pub mod csv;
mod names;
mod published;
mod surface;

use super::capacity::{
    Constants, GpuPeaks, Misfit, ModelShape, Precision, PrecisionName, Replica, Shape, max_batch,
    requests_per_second, throughput_bound, time_per_output_token,
};
pub use names::Names;
pub use published::{cases, place_and_ratio, points};
pub use surface::{Place, Surface};

/// Requests that an engine which is given as many as it takes runs at once, per copy of attention.
pub const OFFLINE_SEQUENCES: f64 = 2_048.0;

/// An engine that serves models.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Engine {
    /// TensorRT-LLM.
    TensorRtLlm,
    /// vLLM.
    Vllm,
    /// SGLang.
    Sglang,
    /// LMDeploy.
    Lmdeploy,
}

impl Engine {
    /// Its name in the catalog.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::TensorRtLlm => "trtllm",
            Self::Vllm => "vllm",
            Self::Sglang => "sglang",
            Self::Lmdeploy => "lmdeploy",
        }
    }
}

/// What kind of model it is, for errors by kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Every parameter is active.
    Dense,
    /// A mixture of experts.
    Mixture,
    /// A mixture of experts with latent attention.
    Latent,
    /// Layers of linear attention beside full ones.
    Hybrid,
}

impl Kind {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Dense => "dense",
            Self::Mixture => "mixture-of-experts",
            Self::Latent => "latent-attention",
            Self::Hybrid => "hybrid-attention",
        }
    }

    fn of(model: &ModelShape) -> Self {
        if model.state_elements > 0.0 {
            Self::Hybrid
        } else if model.decode_width > model.attention_width {
            Self::Latent
        } else if model.is_moe() {
            Self::Mixture
        } else {
            Self::Dense
        }
    }
}

/// A model on GPUs under an engine.
#[derive(Clone, Debug, PartialEq)]
pub struct Deployment {
    /// Id of the model in the catalog.
    pub model_id: String,
    /// Id of the GPU in the catalog.
    pub gpu_id: String,
    /// Shape of the model.
    pub model: ModelShape,
    /// Peaks of the GPU.
    pub gpu: GpuPeaks,
    /// Name of the precision of the weights.
    pub precision_name: PrecisionName,
    /// Bytes and arithmetic.
    pub precision: Precision,
    /// The engine.
    pub engine: Engine,
    /// GPUs of the replica.
    pub gpus: u32,
    /// GPUs that split each layer.
    pub tensor_parallel: u32,
    /// Copies of attention.
    pub data_parallel: u32,
}

impl Deployment {
    /// Bytes and arithmetic of a precision under an engine: TensorRT-LLM keeps the cache in FP8 where
    /// it computes in FP8 or FP4, the others keep it in BF16 unless they are told otherwise.
    #[must_use]
    pub fn precision_of(
        name: PrecisionName,
        model: &ModelShape,
        gpu: &GpuPeaks,
        engine: Engine,
    ) -> Precision {
        let (fp8, fp4) = (gpu.fp8_flops.is_some(), gpu.fp4_flops.is_some());
        let precision = Precision::named(name, model.is_moe(), fp8, fp4);
        match engine {
            Engine::TensorRtLlm => precision,
            _ => precision.with_kv_bytes(2.0),
        }
    }

    /// The deployment as the equations take it.
    #[must_use]
    pub fn replica(&self, constants: Constants) -> Replica<'_> {
        Replica {
            tensor_parallel: self.tensor_parallel,
            data_parallel: self.data_parallel,
            constants,
            ..Replica::new(&self.model, &self.gpu, self.precision, self.gpus)
        }
    }

    /// What kind of model it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        Kind::of(&self.model)
    }

    /// One text for all points of the same deployment.
    #[must_use]
    pub fn key(&self) -> String {
        format!(
            "{}/{}/{:?}/{}/{}x{}x{}",
            self.model_id,
            self.gpu_id,
            self.precision_name,
            self.engine.name(),
            self.gpus,
            self.tensor_parallel,
            self.data_parallel
        )
    }
}

/// A measured point of a deployment.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The deployment.
    pub deployment: Deployment,
    /// Lengths of its requests.
    pub shape: Shape,
    /// Requests in flight; `None` where the engine was given as many as it takes.
    pub concurrency: Option<f64>,
    /// Output tokens a second, where they say what the GPUs do.
    pub output_tokens_per_second: Option<f64>,
    /// Seconds per output token, where they were published.
    pub tpot_s: Option<f64>,
    /// Where it was published.
    pub source: String,
    /// When, as its source says.
    pub as_of: String,
    /// Version of the engine, as its source says.
    pub engine_version: String,
}

/// What the estimate says of a case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimated {
    /// Requests in flight that it counts with.
    pub batch: f64,
    /// Output tokens a second.
    pub output_tokens_per_second: f64,
    /// Seconds per output token.
    pub tpot_s: f64,
}

impl Case {
    /// The estimate for the load of the case.
    ///
    /// # Errors
    /// The model does not fit.
    pub fn estimate(&self, constants: Constants) -> Result<Estimated, Misfit> {
        let replica = self.deployment.replica(constants);
        super::capacity::check_memory(&replica, &self.shape)?;
        let most = max_batch(&replica, &self.shape);
        let asked = self
            .concurrency
            .unwrap_or(OFFLINE_SEQUENCES * f64::from(self.deployment.data_parallel));
        let batch = asked.min(most).max(1.0);
        let rate = requests_per_second(&replica, &self.shape, batch);
        Ok(Estimated {
            batch,
            output_tokens_per_second: self.shape.output_tokens * rate,
            tpot_s: time_per_output_token(&replica, &self.shape, batch),
        })
    }

    /// Output tokens a second that the data sheet's peaks allow at the case's load.
    #[must_use]
    pub fn bound(&self) -> f64 {
        let replica = self.deployment.replica(Constants::FITTED);
        let most = max_batch(&replica, &self.shape).max(1.0);
        let asked = self
            .concurrency
            .unwrap_or(OFFLINE_SEQUENCES * f64::from(self.deployment.data_parallel));
        throughput_bound(&replica, &self.shape, asked.min(most).max(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    fn catalog_cases() -> Vec<Case> {
        cases(&Catalog::embedded())
    }

    #[test]
    fn the_catalog_has_hundreds_of_points_and_each_can_be_estimated() {
        let cases = catalog_cases();
        assert!(cases.len() >= 300, "{}", cases.len());
        for case in &cases {
            let key = case.deployment.key();
            let estimated = case.estimate(Constants::FITTED);
            assert!(estimated.is_ok(), "{key}: {estimated:?}");
            let rate = case.output_tokens_per_second.expect("a rate");
            assert!(rate <= case.bound(), "{key}: {rate} over {}", case.bound());
        }
    }

    #[test]
    fn the_points_are_spread_over_models_gpus_engines_and_kinds() {
        let cases = catalog_cases();
        let distinct = |name: &dyn Fn(&Case) -> String| {
            let names: std::collections::BTreeSet<String> = cases.iter().map(name).collect();
            names.len()
        };
        assert!(distinct(&|case| case.deployment.model_id.clone()) >= 20);
        assert!(distinct(&|case| case.deployment.gpu_id.clone()) >= 9);
        assert_eq!(
            distinct(&|case| case.deployment.engine.name().to_owned()),
            4
        );
        assert_eq!(
            distinct(&|case| case.deployment.kind().name().to_owned()),
            4
        );
        let most = cases.iter().filter(|case| case.deployment.gpu_id == "b200");
        assert!(most.count() * 2 < cases.len());
    }

    #[test]
    fn an_estimate_counts_no_more_requests_than_fit() {
        let mut case = catalog_cases().swap_remove(0);
        case.concurrency = Some(1e9);
        let most = max_batch(&case.deployment.replica(Constants::FITTED), &case.shape);
        let batch = case.estimate(Constants::FITTED).expect("an estimate").batch;
        assert!((batch - most).abs() < 1e-9);
    }

    #[test]
    fn interpolating_a_point_left_out_beats_the_estimate() {
        let cases = catalog_cases();
        let (mut plain, mut between) = (Vec::new(), Vec::new());
        for (at, case) in cases.iter().enumerate() {
            let Some((place, ratio)) = published::place_and_ratio(case) else {
                continue;
            };
            let same = |other: &Case| {
                let (a, b) = (&case.deployment, &other.deployment);
                a.model_id == b.model_id
                    && a.gpu_id == b.gpu_id
                    && a.precision_name == b.precision_name
                    && a.engine == b.engine
            };
            let others: Vec<(surface::Place, f64)> = cases
                .iter()
                .enumerate()
                .filter(|(other, it)| *other != at && same(it))
                .filter_map(|(_, it)| published::place_and_ratio(it))
                .collect();
            plain.push((1.0 / ratio - 1.0).abs());
            between.push((Surface::new(&others).at(place).value / ratio - 1.0).abs());
        }
        let median = |list: &mut Vec<f64>| {
            list.sort_by(f64::total_cmp);
            list[list.len() / 2]
        };
        let (plain, between) = (median(&mut plain), median(&mut between));
        println!("median error: estimate {plain:.3}, interpolated {between:.3}");
        assert!(between < 0.08 && between < 0.8 * plain, "{between} {plain}");
    }
}
