//! The embedded files, and the search for rows in their text.
//!
//! The format makes this safe: a row begins with `[[kind]]` at the start of a line, its `id` is the next
//! line, and no text spans lines (`tests/catalog.rs` holds the files to it).

use std::sync::Arc;

/// An embedded file: its name without ending, the kind of its rows, its text.
struct File {
    name: &'static str,
    kinds: &'static [&'static str],
    text: &'static str,
}

macro_rules! files {
    ($($name:literal: $($kind:literal),*;)*) => {
        const FILES: &[File] = &[$(File {
            name: $name,
            kinds: &[$($kind),*],
            text: include_str!(concat!($name, ".toml")),
        }),*];
    };
}

files! {
    "api/anthropic": "api";
    "api/azure": "api";
    "api/bedrock": "api";
    "api/cerebras": "api";
    "api/deepinfra": "api";
    "api/deepseek": "api";
    "api/fireworks": "api";
    "api/google": "api";
    "api/groq": "api";
    "api/mistral": "api";
    "api/novita": "api";
    "api/openai": "api";
    "api/sambanova": "api";
    "api/together": "api";
    "api/x-ai": "api";
    "tuning": "tuning";
    "provisioned": "provisioned";
    "gpus": "gpu";
    "gpu_prices": "gpu_price";
    "gpu_purchase": "gpu_purchase";
    "purchase_terms": "gpu_discount";
    "models": "model";
    "measured/dense": "measured";
    "measured/latent": "measured";
    "measured/mixtures": "measured";
    "roles": "role";
    "power": "electricity", "pue";
}

/// Kinds of rows, in the order of the files.
pub const KINDS: &[&str] = &[
    "api",
    "tuning",
    "provisioned",
    "gpu",
    "gpu_price",
    "gpu_purchase",
    "gpu_discount",
    "model",
    "measured",
    "role",
    "electricity",
    "pue",
];

/// Where rows are searched: the embedded files, or the rows of a lock in their place.
#[derive(Clone, Debug, Default)]
pub enum Store {
    /// The embedded files.
    #[default]
    Embedded,
    /// The rows of a lock, in the same form.
    Locked(Arc<str>),
}

/// A text with rows.
struct Part<'a> {
    name: &'a str,
    text: &'a str,
    mixed: bool,
}

/// Cuts a file at the heads of its rows.
struct Blocks<'a> {
    rest: &'a str,
    mixed: bool,
}

impl<'a> Iterator for Blocks<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let start = head(self.rest, 0, "")?;
        let kind = self.rest[start + 2..].split(']').next().unwrap_or_default();
        let same = if self.mixed { "" } else { kind };
        let end = head(self.rest, start + 2, same).unwrap_or(self.rest.len());
        let block = &self.rest[start..end];
        self.rest = &self.rest[end..];
        Some(block)
    }
}

/// Start of the next `[[kind]]` line at or after an offset; sub-tables (`[[api.price]]`) are no heads.
fn head(text: &str, from: usize, kind: &str) -> Option<usize> {
    let mut at = from;
    loop {
        // Searching for one byte and looking at the next is several times faster than for two.
        let found = at + text[at..].find('[')?;
        if text.as_bytes().get(found + 1) != Some(&b'[') {
            at = found + 1;
            continue;
        }
        let name = text[found + 2..].split(']').next().unwrap_or_default();
        let at_line_start = found == 0 || text.as_bytes()[found - 1] == b'\n';
        if at_line_start && !name.contains('.') && (kind.is_empty() || kind == name) {
            return Some(found);
        }
        at = found + 2;
    }
}

impl Store {
    /// The texts that may have rows of a kind.
    fn parts(&self, kind: &str) -> Vec<Part<'_>> {
        let of_file = |file: &'static File| Part {
            name: file.name,
            text: file.text,
            mixed: file.kinds.len() > 1,
        };
        match self {
            Self::Embedded => {
                let files = FILES.iter().filter(|file| file.kinds.contains(&kind));
                files.map(of_file).collect()
            }
            Self::Locked(text) => vec![Part {
                name: "",
                text,
                mixed: true,
            }],
        }
    }

    /// The text of every row of a kind, in the order of the files.
    pub fn blocks(&self, kind: &str) -> impl Iterator<Item = &str> + use<'_> {
        let head = format!("[[{kind}]]\n");
        let blocks = self.parts(kind).into_iter().flat_map(|part| Blocks {
            rest: part.text,
            mixed: part.mixed,
        });
        blocks.filter(move |block| block.starts_with(&head))
    }

    /// The row of an id or alias.
    pub fn find(&self, kind: &str, id: &str) -> Option<&str> {
        let line = format!("[[{kind}]]\nid = \"{id}\"\n");
        for part in self.parts(kind) {
            if !may_hold(part.name, id) {
                continue;
            }
            if let Some(start) = part.text.find(&line) {
                return Blocks {
                    rest: &part.text[start..],
                    mixed: part.mixed,
                }
                .next();
            }
        }
        let alias = format!("\"{id}\"");
        let listed = |block: &&str| {
            block
                .lines()
                .any(|line| line.starts_with("aliases = ") && line.contains(&alias))
        };
        self.blocks(kind).find(listed)
    }

    /// Ids and aliases of a kind.
    pub fn names(&self, kind: &str) -> Vec<String> {
        let mut names = Vec::new();
        for block in self.blocks(kind) {
            let wanted = |line: &&str| line.starts_with("id = ") || line.starts_with("aliases = ");
            let own_lines = block
                .split("\n[[")
                .next()
                .unwrap_or_default()
                .lines()
                .filter(wanted);
            for line in own_lines {
                names.extend(line.split('"').skip(1).step_by(2).map(str::to_owned));
            }
        }
        names
    }
}

/// Models of `openai/...` stand in `api/openai`; everything else may be anywhere.
fn may_hold(name: &str, id: &str) -> bool {
    match (name.strip_prefix("api/"), id.split_once('/')) {
        (Some(provider), Some((prefix, _))) => provider == prefix,
        _ => true,
    }
}
