//! The accuracy of the capacity estimate as tables.

use std::collections::BTreeMap;

use super::block::{Block, Grid};
use super::format::{exact, plural, thousands};
use crate::analysis::accuracy::{Accuracy, Errors};

/// Errors overall and by group, and what was left out.
pub fn blocks(result: &Accuracy) -> Vec<Block> {
    let mut overall = grid("what");
    line(&mut overall, "output tokens/s", &result.overall);
    line(&mut overall, "time per output token", &result.tpot);
    let calibrated = "output tokens/s, one point known";
    line(&mut overall, calibrated, &result.calibrated);
    let mut blocks = vec![
        Block::Title(format!(
            "Estimate against measurements: {}",
            result.measurements
        )),
        Block::Grid(overall),
        Block::Text(explained(result)),
    ];
    let by = &result.by;
    for (title, groups) in [
        ("kind of model", &by.kind),
        ("engine", &by.engine),
        ("load", &by.load),
        ("GPU", &by.gpu),
        ("model", &by.model),
    ] {
        blocks.push(Block::Title(format!("By {title}")));
        blocks.push(Block::Grid(groups_grid(title, groups)));
    }
    if !result.left_out.is_empty() {
        blocks.push(Block::Title("Left out".into()));
        let items = result.left_out.iter().map(|reason| {
            format!(
                "{} row{}: {}; first in line {} ({})",
                reason.rows,
                plural(reason.rows),
                reason.reason,
                reason.first_line,
                reason.found
            )
        });
        blocks.push(Block::List(items.collect()));
    }
    blocks
}

fn explained(result: &Accuracy) -> String {
    let fit = match result.used_in_fit {
        "yes" => {
            "The constants were fitted on these points and others of their deployments: expect more on yours (docs/capacity.md has the errors of held-out deployments)."
        }
        _ => {
            "Whether the constants were fitted on these rows is not known here: they were on the published ones of docs/capacity.md."
        }
    };
    format!("An error is |estimated / measured - 1|; bias above 0 is an estimate too high. {fit}")
}

fn grid(label: &str) -> Grid {
    Grid::new([
        label,
        "points",
        "median",
        "90th percentile",
        "within 25 %",
        "within 50 %",
        "bias",
    ])
}

fn groups_grid(label: &str, groups: &BTreeMap<String, Errors>) -> Grid {
    let mut grid = grid(label);
    for (name, errors) in groups {
        line(&mut grid, name, errors);
    }
    grid
}

fn line(grid: &mut Grid, label: &str, errors: &Errors) {
    let share = |share: f64| format!("{:.1} %", 100.0 * share);
    if errors.n == 0 {
        grid.row(
            label,
            ["0".into()].into_iter().chain((0..5).map(|_| "-".into())),
        );
        return;
    }
    grid.row(
        label,
        [
            thousands(errors.n as f64),
            share(errors.median_error),
            share(errors.p90_error),
            share(errors.within_25),
            share(errors.within_50),
            format!("{:+.1} %", 100.0 * errors.bias),
        ],
    );
}

/// One row per point.
pub fn tidy(result: &Accuracy) -> Grid {
    let mut grid = Grid::new([
        "line",
        "model",
        "gpu",
        "engine",
        "kind",
        "gpus",
        "input_tokens",
        "output_tokens",
        "concurrency",
        "measured_tokens_per_second",
        "estimated_tokens_per_second",
    ]);
    for point in &result.points {
        grid.texts([
            point.line.map_or_else(String::new, |line| line.to_string()),
            point.model.clone(),
            point.gpu.clone(),
            point.engine.into(),
            point.kind.into(),
            point.gpus.to_string(),
            exact(point.input_tokens),
            exact(point.output_tokens),
            point.concurrency.map_or_else(String::new, exact),
            exact(point.measured),
            exact(point.estimated),
        ]);
    }
    grid
}
