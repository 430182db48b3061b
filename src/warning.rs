//! What a user should know although the answer stands: each with a code and what to do.

use serde::Serialize;

/// One warning; warnings alone never change the exit code, unless `--strict` asks for it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Warning {
    /// Stable code: `stale-catalog`, `medians-used`.
    pub code: &'static str,
    /// What is so, in a sentence.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl Warning {
    /// A warning with its advice.
    pub fn new(code: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            hint: hint.into(),
        }
    }

    /// Whether `--strict` turns it into exit code 3: something stale, unpriced or guessed.
    pub fn is_strict(&self) -> bool {
        matches!(
            self.code,
            "stale-catalog"
                | "unverified-price"
                | "derived-rent"
                | "no-batch-price"
                | "over-capacity"
                | "batch-price-halved"
                | "unpriced"
                | "unattributed"
                | "older-than-prices"
        )
    }
}
