//! `llmcost init`.

use std::path::Path;

use anyhow::{Result, bail};

use super::args::{Common, InitArgs, Preset};
use super::{Exit, input, output};

/// Runs the command.
///
/// # Errors
/// A file that is there already, or cannot be written.
pub fn run(args: &InitArgs, common: &Common) -> Result<Exit> {
    input::refuse(common, "init", &input::OF_ANSWERS)?;
    let target = match (&args.file, &common.output) {
        (Some(_), Some(_)) => bail!("`llmcost init` takes one file: FILE or --output, not both"),
        (file, output) => file
            .as_ref()
            .or(output.as_ref())
            .filter(|path| *path != Path::new("-")),
    };
    if let Some(path) = target
        && path.exists()
        && !args.force
    {
        bail!(
            "`{}` exists already\nhint: choose another name, or say --force to replace it",
            path.display()
        );
    }
    let common = Common {
        output: target.cloned(),
        ..common.clone()
    };
    output::put(text(args.preset), &common)?;
    Ok(Exit::Answered)
}

/// The scenario of a preset.
fn text(preset: Preset) -> &'static str {
    match preset {
        Preset::Chat => include_str!("init/chat.toml"),
        Preset::Batch => include_str!("init/batch.toml"),
        Preset::OnPrem => include_str!("init/on-prem.toml"),
    }
}
