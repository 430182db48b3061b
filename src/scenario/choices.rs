//! Inputs of the six choices that no option has (`[choices]`).

use super::Given;

/// What the file says about each choice.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// Complexity or maintainability.
    pub complexity: Option<Complexity>,
    /// Data quantity or quality.
    pub data: Option<DataChoice>,
    /// Batch or real time.
    pub batch: Option<BatchChoice>,
    /// Prompt or fine-tune.
    pub prompt_or_tune: Option<PromptOrTune>,
    /// Automation or oversight.
    pub oversight: Option<Oversight>,
}

impl Choices {
    /// Whether the file has no table of any choice.
    pub fn is_empty(&self) -> bool {
        self.complexity.is_none()
            && self.data.is_none()
            && self.batch.is_none()
            && self.prompt_or_tune.is_none()
            && self.oversight.is_none()
    }
}

/// What a complex variant has more than a simple one.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // one field per key of docs/scenario.md, of the same name
pub struct Complexity {
    pub simple: String,
    pub complex: String,
    pub gain_points: Given,
    pub usd_per_point_month: Given,
    pub build_usd: Given,
    pub debugging_hours_per_month: Given,
    pub engineer_usd_per_hour: Given,
    pub retraining_runs_per_year: Given,
    pub usd_per_retraining_run: Given,
    pub running_usd_per_month: Given,
    /// Whether nobody owns it by name.
    pub unclear_owner: bool,
    pub departures_per_year: Given,
    pub relearning_hours: Given,
    pub life_months: Given,
}

/// Labeled examples and what more or better ones cost.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // one field per key of docs/scenario.md, of the same name
pub struct DataChoice {
    pub examples: Given,
    pub label_noise: Given,
    /// Whether wrong labels gather in some classes.
    pub concentrated: bool,
    pub cleaned_per_hour: Given,
    pub fixed_share: Given,
    pub cleaning_usd_per_hour: Given,
    pub collected_per_day: Given,
    pub collected_noise: Given,
    pub collecting_usd_per_day: Given,
    pub budget_usd: Option<Given>,
    pub error_rate: Option<Given>,
    pub learning_exponent: Option<Given>,
    pub usd_per_point_month: Option<Given>,
    pub storage: Option<Storage>,
}

/// Keeping data.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // one field per key of docs/scenario.md, of the same name
pub struct Storage {
    pub stored_gb: Given,
    pub growth_gb_per_month: Given,
    pub usd_per_gb_month: Given,
    pub pipeline_usd_per_month: Given,
    pub useful_share: Given,
}

/// How much could wait.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // one field per key of docs/scenario.md, of the same name
pub struct BatchChoice {
    pub can_wait_share: Option<Given>,
    pub wait_hours: Given,
    pub usd_per_waiting_request: Given,
    pub late_share: Given,
    pub usd_per_late_request: Given,
}

/// Which two options, and the labor of prompting.
#[derive(Clone, Debug)]
pub struct PromptOrTune {
    /// Index of the option that prompts, if named.
    pub prompt: Option<usize>,
    /// Index of the option that is tuned, if named.
    pub tune: Option<usize>,
    /// Prompt engineering before it works (h).
    pub prompt_hours: Given,
    /// Prompt engineering that keeps it working [h/month].
    pub prompt_hours_per_month: Given,
    /// Loaded cost of that hour.
    pub engineer_usd_per_hour: Given,
}

/// What is known of errors before a person looks.
#[derive(Clone, Debug)]
pub struct Oversight {
    /// Index of the option whose answers are reviewed, if named.
    pub option: Option<usize>,
    /// alpha + beta of the error probabilities.
    pub confidence_concentration: Option<Given>,
    /// Longest mean wait for a review (min).
    pub max_wait_minutes: Option<Given>,
    /// Options of a cascade: small, large.
    pub cascade: Option<(usize, usize)>,
}
