//! What one option's requests look like: the scenario's mix, in the option's own prompts and tokenizer.

use crate::real::Real;
use crate::scenario::{Common, Feature, Workload};

/// Tokens per request of one part of the traffic, in disjoint buckets.
#[derive(Clone, Debug, PartialEq)]
pub struct Mix {
    /// Whole prompt.
    pub prompt: Real,
    /// Prompt neither read from nor written to a cache.
    pub uncached: Real,
    /// Prompt read from a cache.
    pub read: Real,
    /// Prompt written to a cache.
    pub written: Real,
    /// Visible output.
    pub visible: Real,
    /// Hidden reasoning.
    pub reasoning: Real,
}

impl Mix {
    /// The buckets of a part (`docs/model.md` section 2): the prompt with what the option adds or saves,
    /// times the tokenizer's ratio; what is saved of a cached prefix is taken from the cached bucket.
    pub fn of(feature: &Feature, option: &Common) -> Self {
        let change = option.prompt_tokens_added.value - option.prompt_tokens_saved.value;
        let input = feature.input.mean.value;
        let cached = option
            .cached_input_share
            .as_ref()
            .unwrap_or(&feature.cached)
            .value;
        let of_change = option
            .prompt_change_cached_share
            .as_ref()
            .map_or(cached, |share| share.value);
        let ratio = option.token_ratio.value;
        let prompt = (input + change).max(0.0);
        let read = (input * cached + change * of_change).clamp(0.0, prompt);
        let writes = option
            .cache_write_share
            .as_ref()
            .unwrap_or(&feature.written);
        let written = (input * writes.value).min(prompt - read);
        Self {
            prompt: prompt * ratio,
            uncached: (prompt - read - written) * ratio,
            read: read * ratio,
            written: written * ratio,
            visible: feature.output.mean.value * ratio,
            reasoning: feature.reasoning.value * ratio,
        }
    }

    /// Output that is billed and generated: visible and reasoning.
    pub fn output(&self) -> Real {
        self.visible + self.reasoning
    }
}

/// The mean over all parts of the traffic, for capacity.
pub fn mean_mix(workload: &Workload, option: &Common) -> Mix {
    let mut mean = Mix {
        prompt: Real::ZERO,
        uncached: Real::ZERO,
        read: Real::ZERO,
        written: Real::ZERO,
        visible: Real::ZERO,
        reasoning: Real::ZERO,
    };
    for feature in &workload.features {
        let mix = Mix::of(feature, option);
        let share = feature.share.value;
        mean.prompt += share * mix.prompt;
        mean.uncached += share * mix.uncached;
        mean.read += share * mix.read;
        mean.written += share * mix.written;
        mean.visible += share * mix.visible;
        mean.reasoning += share * mix.reasoning;
    }
    mean
}

/// Share of all requests that may wait.
pub fn batch_share(workload: &Workload) -> Real {
    workload
        .features
        .iter()
        .map(|feature| feature.share.value * feature.batch.value)
        .sum()
}

/// Tokens per request of the scenario itself (its own tokenizer and prompts), for costs per Mtok.
pub fn scenario_tokens(workload: &Workload) -> Real {
    workload
        .features
        .iter()
        .map(|feature| {
            feature.share.value
                * (feature.input.mean.value + feature.output.mean.value + feature.reasoning.value)
        })
        .sum()
}
