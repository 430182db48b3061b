//! `llmcost completions`.

use anyhow::Result;
use clap::CommandFactory;

use super::args::{Cli, Common, CompletionsArgs};
use super::{Exit, input, output};

/// Runs the command.
///
/// # Errors
/// Output that cannot be written.
pub fn run(args: &CompletionsArgs, common: &Common) -> Result<Exit> {
    input::refuse(common, "completions", &input::OF_ANSWERS)?;
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "llmcost", &mut script);
    output::put(&String::from_utf8(script)?, common)?;
    Ok(Exit::Answered)
}
