//! Which cause of a changed cost an input belongs to.

use serde::Serialize;

/// A group of inputs whose effect on a cost is told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// What a unit costs: tokens, GPUs, power; the model that is bought, and the dates of its prices.
    Price,
    /// How many requests, and when in the day they come.
    Volume,
    /// What a request is made of, and which part of the traffic goes where.
    Mix,
    /// Which part of the prompt is read from, or written to, a cache.
    Caching,
    /// What the own hardware carries: model, GPU, throughput, limits, replicas.
    Efficiency,
    /// Who works for it.
    Staffing,
    /// Every other input, and what cannot be told apart.
    Other,
}

impl Cause {
    /// All, in the order of the tables.
    pub const ALL: [Self; 7] = [
        Self::Price,
        Self::Volume,
        Self::Mix,
        Self::Caching,
        Self::Efficiency,
        Self::Staffing,
        Self::Other,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Price => "price",
            Self::Volume => "volume",
            Self::Mix => "mix",
            Self::Caching => "caching",
            Self::Efficiency => "efficiency",
            Self::Staffing => "staffing",
            Self::Other => "other",
        }
    }
}

/// Keys of a scenario that move no cost.
pub const IDLE: &[&str] = &[
    "schema",
    "extends",
    "name",
    "description",
    "currency",
    "currency_per_usd",
    "volume_range",
    "budget",
    "choices",
    "correlation",
];

const VOLUME: &[&str] = &[
    "requests_per_day",
    "mtok_per_month",
    "at_capacity_of",
    "growth_per_month",
    "growth_cap_requests_per_day",
    "requests_per_day_by_month",
    "retry_share",
    "peak_to_mean",
    "peak_inside_hour",
    "day_shape",
    "days_per_month",
];

const MIX: &[&str] = &[
    "input_tokens",
    "output_tokens",
    "reasoning_tokens",
    "batch_share",
    "feature",
    "share",
    "token_ratio",
    "prompt_tokens_added",
    "prompt_tokens_saved",
    "peak_window_share",
    "parts",
    "base",
    "overflow",
    "base_requests_per_day",
];

const CACHING: &[&str] = &[
    "cached_input_share",
    "cache_write_share",
    "cache_ttl",
    "prompt_change_cached_share",
    "cached_weight",
];

const STAFFING: &[&str] = &[
    "role",
    "staff",
    "staff_share",
    "build_usd",
    "maintenance_share_per_year",
    "incidents_per_year",
    "hours_per_incident",
    "incident_usd_per_hour",
];

const EFFICIENCY: &[&str] = &[
    "gpu",
    "precision",
    "gpus_per_replica",
    "max_sequences",
    "model_config",
    "engine",
    "engine_factor",
    "node_efficiency",
    "throughput",
    "throughput_error",
    "measured",
    "latency_percentile",
    "max_ttft_ms",
    "max_tpot_ms",
    "target_utilization",
    "replicas",
    "gpus",
    "min_replicas",
    "spare_replicas",
    "gpus_per_node",
    "whole_units",
    "autoscale",
    "scale_up_minutes",
    "hours_per_month",
    "spot_interruption_overhead",
    "hardware_spare_share",
    "watts_per_gpu",
    "load_factor",
    "pue",
    "served_by",
    "tokens_per_minute_per_unit",
    "output_weight",
    "units",
    "minimum_units",
    "unit_step",
    "utilization",
];

const PRICE: &[&str] = &[
    "start",
    "model",
    "tier",
    "variant",
    "input_usd_per_mtok",
    "output_usd_per_mtok",
    "cache_read_usd_per_mtok",
    "cache_write_usd_per_mtok",
    "batch_input_usd_per_mtok",
    "batch_output_usd_per_mtok",
    "usd_per_request",
    "discount",
    "region_multiplier",
    "committed_usd_per_month",
    "price_change_per_year",
    "provisioned",
    "id",
    "scope",
    "term",
    "usd_per_unit_hour",
    "usd_per_unit_month",
    "training_usd_per_mtok",
    "training_usd_per_hour",
    "grader_input_usd_per_mtok",
    "grader_output_usd_per_mtok",
    "hosting_usd_per_hour",
    "purchase",
    "provider",
    "region",
    "usd_per_gpu_hour",
    "gpu_price_change_per_year",
    "capex_usd",
    "usd_per_gpu",
    "server_usd_per_gpu",
    "life_years",
    "residual_share",
    "cost_of_capital",
    "maintenance_share_of_hardware",
    "usd_per_kwh",
    "electricity",
    "facility_usd_per_kw_month",
    "facility_usd_per_month",
    "opex_usd_per_hour",
    "software_usd_per_gpu_year",
    "storage_usd_per_gpu_month",
    "network_usd_per_month",
    "platform_usd_per_month",
];

const OTHER: &[&str] = &[
    "horizon_months",
    "discount_rate",
    "quality",
    "review_share",
    "review_minutes",
    "reviewer_usd_per_hour",
    "reviewer_hours_per_day",
    "whole_reviewers",
    "error_rate",
    "caught_by_review",
    "cost_per_error_usd",
    "switching_usd",
    "migration",
    "overhead_share",
    "costs",
    "workload",
    "api",
    "fine_tune",
    "self_host",
    "hybrid",
    "examples",
    "tokens_per_example",
    "training_mtok",
    "epochs",
    "training_hours",
    "grader_input_mtok",
    "grader_output_mtok",
    "train_on",
    "runs_per_retrain",
    "failed_run_share",
    "evaluation_usd",
    "retrain_every_months",
    "usd_per_example",
    "cleaning_hours",
    "cleaning_usd_per_hour",
    "relabel_share",
    "deployments",
];

const GROUPS: [(Cause, &[&str]); 7] = [
    (Cause::Price, PRICE),
    (Cause::Volume, VOLUME),
    (Cause::Mix, MIX),
    (Cause::Caching, CACHING),
    (Cause::Efficiency, EFFICIENCY),
    (Cause::Staffing, STAFFING),
    (Cause::Other, OTHER),
];

/// The cause that a key of a section (`workload`, `api`, `self_host`, ...) belongs to; `None` for keys
/// that move no cost. A key that is in no group counts as other (a test holds all keys to a group).
pub fn cause(section: &str, key: &str) -> Option<Cause> {
    if section.is_empty() && IDLE.contains(&key) || key == "name" || key == "description" {
        return None;
    }
    // The open model that is served sets what a GPU carries, not what it costs.
    if section == "self_host" && key == "model" {
        return Some(Cause::Efficiency);
    }
    Some(grouped(key).unwrap_or(Cause::Other))
}

fn grouped(key: &str) -> Option<Cause> {
    let found = GROUPS.iter().find(|(_, keys)| keys.contains(&key));
    found.map(|(cause, _)| *cause)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::ScenarioFile;
    use crate::table::{Key, keys_at};

    /// Tables whose keys are causes of their own; all other tables change as a whole.
    const SPLIT: [&str; 7] = [
        "workload",
        "feature",
        "quality",
        "api",
        "fine_tune",
        "self_host",
        "hybrid",
    ];

    fn ungrouped(keys: &'static [Key], missing: &mut Vec<&'static str>) {
        for key in keys {
            let idle = IDLE.contains(&key.name);
            if !idle && grouped(key.name).is_none() && !missing.contains(&key.name) {
                missing.push(key.name);
            }
            if SPLIT.contains(&key.name) || key.name == "provisioned" {
                ungrouped(keys_at(keys, key.name), missing);
            }
        }
    }

    #[test]
    fn every_key_of_a_scenario_belongs_to_a_cause() {
        let mut missing = Vec::new();
        ungrouped(ScenarioFile::KEYS, &mut missing);
        assert_eq!(missing, Vec::<&str>::new(), "add them to a group above");
    }

    #[test]
    fn no_key_belongs_to_two_causes() {
        let mut all: Vec<&str> = GROUPS.iter().flat_map(|(_, keys)| *keys).copied().collect();
        all.extend(IDLE);
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn a_model_is_a_price_where_it_is_bought_and_efficiency_where_it_is_served() {
        assert_eq!(cause("api", "model"), Some(Cause::Price));
        assert_eq!(cause("self_host", "model"), Some(Cause::Efficiency));
        assert_eq!(cause("", "budget"), None);
        assert_eq!(cause("", "role"), Some(Cause::Staffing));
    }
}
