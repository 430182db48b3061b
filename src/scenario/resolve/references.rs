//! What names inputs without being one: correlations.

use super::super::file::ScenarioFile;
use super::super::{Correlation, THROUGHPUT_ERROR};
use super::context::Context;
use super::paths::Paths;
use crate::diagnostic::Problem;
use crate::document;

/// Correlations are used where risk is asked for; their paths are checked wherever they stand.
pub fn correlations(file: &ScenarioFile, cx: &mut Context<'_>) -> Vec<Correlation> {
    let Some(many) = &file.correlation else {
        return Vec::new();
    };
    let paths = cx.paths();
    let mut list = Vec::new();
    for correlation in &many.0 {
        let Some(inputs) = &correlation.inputs else {
            continue;
        };
        if inputs.len() != 2 {
            cx.problem(
                Problem::new(correlation.place, "a correlation is between two inputs")
                    .found(format!("{} inputs", inputs.len())),
            );
        }
        for input in inputs {
            if known_path(&input.value, &paths) {
                continue;
            }
            let mut candidates = keys_beside(&input.value);
            candidates.extend(paths.all());
            let candidates = candidates.iter().map(String::as_str);
            let problem = Problem::new(input.place, "no such input in this file")
                .found(format!("\"{}\"", input.value))
                .expected("table, name and key joined by dots: self_host.own.usd_per_gpu_hour")
                .suggest(&input.value, candidates);
            cx.problem(problem);
        }
        if let ([a, b], Some(rank)) = (&inputs[..], &correlation.rank) {
            list.push(Correlation {
                inputs: [a.value.clone(), b.value.clone()],
                rank: rank.input.median(),
                place: correlation.place,
            });
        }
    }
    list
}

/// The paths that differ from one in their last key alone.
fn keys_beside(path: &str) -> Vec<String> {
    let Some((parent, _)) = path.rsplit_once('.') else {
        return Vec::new();
    };
    let kind = parent.split('.').next().unwrap_or_default();
    let keys = crate::table::keys_at(ScenarioFile::KEYS, kind);
    keys.iter()
        .map(|key| format!("{parent}.{}", key.name))
        .collect()
}

/// Whether a path names a key of the file, or a key that an option of the file could have.
fn known_path(path: &str, known: &Paths<'_>) -> bool {
    if known.has(path) {
        return true;
    }
    let Some(segments) = document::segments(path) else {
        return false;
    };
    let (kind, key) = match &segments[..] {
        [kind, name, key] if known.has(&format!("{kind}.{name}")) => (kind, key),
        [kind, key] => (kind, key),
        _ => return false,
    };
    if kind == "self_host" && key == THROUGHPUT_ERROR {
        return true;
    }
    crate::table::keys_at(ScenarioFile::KEYS, kind)
        .iter()
        .any(|known| known.name == *key)
}
