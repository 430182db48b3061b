//! Names as different sources write them: models with the prefixes of hosts, teams with those of ids.

use super::record::Id;

/// Prefixes of hosts and makers before a model's own name.
const HOSTS: &[&str] = &[
    "anthropic",
    "azure",
    "azure_ai",
    "bedrock",
    "cohere",
    "converse",
    "deepseek",
    "gemini",
    "google",
    "groq",
    "meta",
    "meta-llama",
    "mistral",
    "mistralai",
    "models",
    "openai",
    "openrouter",
    "publishers",
    "qwen",
    "vertex_ai",
    "x-ai",
    "xai",
    "global",
    "us",
    "eu",
    "apac",
    "au",
    "jp",
    "us-gov",
    "ca",
];

/// The model's own name: without ARN, region, host and the version of Bedrock.
///
/// `arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0` is
/// `claude-haiku-4-5-20251001`, and so is `anthropic/claude-4.5-haiku-20251001`.
pub fn model(text: &str) -> String {
    let mut name = text.trim();
    if name.starts_with("arn:") || name.starts_with("projects/") {
        name = name.rsplit('/').next().unwrap_or(name);
    }
    while let Some((host, rest)) = name.split_once(['/', '.'])
        && !rest.is_empty()
        && HOSTS.contains(&host.to_ascii_lowercase().as_str())
    {
        name = rest;
    }
    let name = without_version(name);
    vertex(name)
        .or_else(|| claude_slug(name))
        .unwrap_or_else(|| name.to_owned())
}

/// Vertex's `claude-haiku-4-5@20251001` as `claude-haiku-4-5-20251001`, and `claude-opus-4-6@default` without what it
/// says nothing by.
fn vertex(name: &str) -> Option<String> {
    let (model, version) = name.split_once('@')?;
    let is_date = version.len() == 8 && version.bytes().all(|byte| byte.is_ascii_digit());
    match version {
        "default" | "latest" => Some(model.to_owned()),
        _ => is_date.then(|| format!("{model}-{version}")),
    }
}

/// `claude-haiku-4-5-20251001-v1:0` without `-v1:0`.
fn without_version(name: &str) -> &str {
    let Some((head, tail)) = name.rsplit_once("-v") else {
        return name;
    };
    let version = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match tail.split_once(':') {
        Some((major, minor)) if version(major) && version(minor) => head,
        _ => name,
    }
}

/// OpenRouter's `claude-4.5-haiku-20251001` as `claude-haiku-4-5-20251001`.
fn claude_slug(name: &str) -> Option<String> {
    let rest = name.strip_prefix("claude-")?;
    let (version, rest) = rest.split_once('-')?;
    let dotted = version
        .split('.')
        .all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()));
    let (family, date) = match rest.split_once('-') {
        Some((family, date)) => (family, Some(date)),
        None => (rest, None),
    };
    let known = ["opus", "sonnet", "haiku", "fable", "mythos"].contains(&family);
    // Up to 3.7 the version stands first in Anthropic's own names too.
    if !dotted || !known || version.starts_with('3') {
        return None;
    }
    let date = date.map_or_else(String::new, |date| format!("-{date}"));
    Some(format!(
        "claude-{family}-{}{date}",
        version.replace('.', "-")
    ))
}

/// A name without the date of its snapshot (`gpt-5-mini-2025-08-07`), where it has one.
pub fn without_snapshot(name: &str) -> Option<&str> {
    let at = name.len().checked_sub(11)?;
    let date = name.get(at..)?.strip_prefix('-')?;
    crate::date::Date::parse(date).map(|_| &name[..at])
}

/// A team, project or workspace without the prefix of its kind: `team-acme`, `proj_acme`.
pub fn tenant(text: &str) -> String {
    let name = ["team-", "team_", "proj_", "wrkspc_"]
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix));
    name.filter(|name| !name.is_empty())
        .unwrap_or(text)
        .to_owned()
}

/// Whether a text is a name and not the text of a prompt itself: short, in one word.
pub fn is_name(text: &str) -> bool {
    text.len() <= 100 && !text.contains(char::is_whitespace)
}

/// `name@version`.
pub fn prompt(name: Option<String>, version: Option<String>) -> Option<String> {
    let name = name?;
    match version {
        Some(version) if !name.contains('@') => Some(format!("{name}@{version}")),
        _ => Some(name),
    }
}

/// Whether the provider has one kind of cache write, so that a write without a time is of that kind: OpenAI.
pub fn has_one_cache_write(provider: Option<&str>, model: Option<&str>) -> bool {
    let reasoning = |name: &str| {
        let mut letters = name.bytes();
        letters.next() == Some(b'o') && letters.next().is_some_and(|b| b.is_ascii_digit())
    };
    match model {
        Some(name) if name.starts_with("claude") => false,
        Some(name) if name.starts_with("gpt") || name.starts_with("chatgpt") || reasoning(name) => {
            true
        }
        _ => provider.is_some_and(|name| name.eq_ignore_ascii_case("openai")),
    }
}

/// The value of `key:value` (or `key=value`) among tags.
pub fn tag(tags: impl Iterator<Item = String>, key: &str) -> Option<String> {
    let mut values = tags.filter_map(|tag| {
        let (name, value) = tag.split_once([':', '='])?;
        let wanted = name.trim().eq_ignore_ascii_case(key) && !value.trim().is_empty();
        wanted.then(|| value.trim().to_owned())
    });
    values.next()
}

/// A service tier by the catalog's names; `None` is the standard one, and an unknown one keeps its name.
pub fn tier(text: Option<String>) -> Option<String> {
    let text = text?.trim().to_ascii_lowercase();
    match text.as_str() {
        ""
        | "standard"
        | "default"
        | "auto"
        | "on_demand"
        | "on-demand"
        | "not_available"
        | "traffic_type_unspecified" => None,
        // Vertex's traffic by what is paid for it.
        "on_demand_priority" => Some("priority".into()),
        "on_demand_flex" => Some("flex".into()),
        _ => Some(text.replace('_', "-")),
    }
}

/// A hash of 128 bits that is the same on every machine (FNV-1a).
pub fn id(parts: &[&str]) -> Id {
    hashed(parts.iter().copied())
}

/// What tells an attempt of a call: one that failed and was billed all the same is not the one that succeeded.
pub fn attempt(of: &[&str], failed: bool) -> Id {
    let failed = if failed { "failed" } else { "" };
    hashed(of.iter().copied().chain([failed]))
}

fn hashed<'t>(parts: impl Iterator<Item = &'t str>) -> Id {
    let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    for part in parts {
        for byte in part.bytes().chain([0xff]) {
            hash ^= u128::from(byte);
            hash = hash.wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
        }
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_loses_the_prefixes_of_its_hosts() {
        for (text, expected) in [
            (
                "arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0",
                "claude-haiku-4-5-20251001",
            ),
            (
                "anthropic/claude-4.5-haiku-20251001",
                "claude-haiku-4-5-20251001",
            ),
            ("anthropic/claude-3.5-haiku", "claude-3.5-haiku"),
            (
                "openrouter/openai/gpt-5-mini-2025-08-07",
                "gpt-5-mini-2025-08-07",
            ),
            ("gemini/gemini-2.5-flash", "gemini-2.5-flash"),
            ("models/gemini-2.5-flash", "gemini-2.5-flash"),
            ("gpt-5.6-terra", "gpt-5.6-terra"),
            ("meta.llama3-3-70b-instruct-v1:0", "llama3-3-70b-instruct"),
            ("o4-mini", "o4-mini"),
            ("us/", "us/"),
            (
                "vertex_ai/claude-haiku-4-5@20251001",
                "claude-haiku-4-5-20251001",
            ),
            ("claude-opus-4-6@default", "claude-opus-4-6"),
            ("own@canary", "own@canary"),
            (
                "projects/p/locations/eu/publishers/google/models/gemini-2.5-flash",
                "gemini-2.5-flash",
            ),
        ] {
            assert_eq!(model(text), expected);
        }
    }

    #[test]
    fn only_a_date_is_a_snapshot() {
        assert_eq!(
            without_snapshot("gpt-5-mini-2025-08-07"),
            Some("gpt-5-mini")
        );
        assert_eq!(without_snapshot("claude-haiku-4-5-20251001"), None);
        assert_eq!(without_snapshot("é-2025-08-07"), Some("é"));
        assert_eq!(without_snapshot("日本日本"), None);
    }

    #[test]
    fn tags_and_tiers_are_read_by_their_names() {
        let tags = ["env:prod", "feature:chat", "feature:other"].map(str::to_owned);
        assert_eq!(
            tag(tags.clone().into_iter(), "feature").as_deref(),
            Some("chat")
        );
        assert_eq!(tag(tags.into_iter(), "prompt"), None);
        assert_eq!(tier(Some("default".into())), None);
        assert_eq!(tier(Some("Batch".into())).as_deref(), Some("batch"));
        assert_eq!(tier(Some("ON_DEMAND".into())), None);
        assert_eq!(tier(Some("ON_DEMAND_FLEX".into())).as_deref(), Some("flex"));
        assert_eq!(
            prompt(Some("a".into()), Some("2".into())).as_deref(),
            Some("a@2")
        );
    }
}
