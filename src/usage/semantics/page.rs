//! The table in words.

use super::{Inside, Logged, Part, TABLE};

/// The table as Markdown, for the documentation.
pub fn page() -> String {
    let mut text = String::from(
        "| `--from` | source | input includes cache reads | includes cache writes | output includes reasoning | cost | \
         time | copies are told by | not counted |\n|---|---|---|---|---|---|---|---|---|\n",
    );
    for row in TABLE {
        text.push_str(&format!(
            "| `{}` | {} | {} | {} | {} | {} | {} | {} | {} |\n",
            row.name,
            row.title,
            row.cache_read.words(),
            row.cache_write.words(),
            row.reasoning.words(),
            row.logged.words(),
            row.time,
            row.dedupe,
            row.not_billable
        ));
    }
    text
}

impl Part {
    fn words(self) -> &'static str {
        match self {
            Self::Inside => "yes",
            Self::Outside => "**no**",
            Self::Told(Inside::Yes) => "yes, unless told",
            Self::Told(Inside::No) => "no, unless told",
            Self::NotGiven => "not given",
        }
    }
}

impl Logged {
    fn words(self) -> &'static str {
        match self {
            Self::No => "-",
            Self::Computed => "USD, computed",
            Self::Charged => "USD, charged",
            Self::ChargedCents => "US cents, charged",
        }
    }
}
