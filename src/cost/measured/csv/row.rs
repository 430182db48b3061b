//! One row of a table by the names of its columns.

use std::collections::HashMap;

/// Why a row is left out.
pub struct Why {
    /// The same words for all rows that share it.
    pub reason: String,
    /// What was found.
    pub found: String,
}

impl Why {
    pub fn new(reason: &str, found: impl Into<String>) -> Self {
        Self {
            reason: reason.to_owned(),
            found: found.into(),
        }
    }
}

/// A row by the names of its columns.
pub struct Row<'a> {
    /// The record.
    pub record: &'a ::csv::StringRecord,
    /// Where each column stands.
    pub columns: &'a HashMap<String, usize>,
}

impl Row<'_> {
    /// The text of a column; empty where there is none.
    pub fn text(&self, column: &str) -> &str {
        let at = self.columns.get(column);
        at.and_then(|at| self.record.get(*at)).unwrap_or_default()
    }

    /// A number above zero; none where the field is empty.
    pub fn number(&self, column: &str) -> Result<Option<f64>, Why> {
        let text = self.text(column).trim();
        if text.is_empty() {
            return Ok(None);
        }
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() && number > 0.0 => Ok(Some(number)),
            _ => Err(Why::new(
                "impossible number",
                format!("{column} is `{text}`"),
            )),
        }
    }

    /// A number that has to be there.
    pub fn needed(&self, column: &str) -> Result<f64, Why> {
        self.number(column)?
            .ok_or_else(|| Why::new("number missing", column))
    }

    /// A whole number.
    pub fn count(&self, column: &str) -> Result<u32, Why> {
        let number = self.needed(column)?;
        if number.fract() == 0.0 && number <= 4_096.0 {
            return Ok(number as u32);
        }
        let found = format!("{column} is `{}`", self.text(column));
        Err(Why::new("impossible number", found))
    }
}
