//! `llmcost man`.

use anyhow::{Result, bail};
use clap::{Command, CommandFactory};

use super::args::{Cli, Common, ManArgs};
use super::{Exit, input, output};
use crate::diagnostic::did_you_mean;

/// Runs the command.
///
/// # Errors
/// A command that is not there, or output that cannot be written.
pub fn run(args: &ManArgs, common: &Common) -> Result<Exit> {
    input::refuse(common, "man", &input::OF_ANSWERS)?;
    // Building gives subcommands the flags that stand everywhere.
    let mut command = Cli::command();
    command.build();
    for name in &args.command {
        command = step(&command, name)?;
    }
    let mut page = Vec::new();
    let title = command.get_display_name().unwrap_or("llmcost").to_owned();
    clap_mangen::Man::new(command)
        .title(title)
        .render(&mut page)?;
    output::put(&String::from_utf8(page)?, common)?;
    Ok(Exit::Answered)
}

fn step(command: &Command, name: &str) -> Result<Command> {
    if let Some(found) = command.find_subcommand(name) {
        return Ok(found.clone());
    }
    let known: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
    let hint = match did_you_mean(name, &known) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => format!("`{}` has no commands", command.get_name()),
        None => format!("known: {}", known.join(", ")),
    };
    bail!(
        "`{}` has no command `{name}`\nhint: {hint}",
        command.get_name()
    )
}
