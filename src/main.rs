//! The `llmcost` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    match llmcost::cli::run(std::env::args_os()) {
        Ok(exit) => exit.into(),
        Err(error) => {
            llmcost::cli::report(&error);
            llmcost::cli::Exit::Wrong.into()
        }
    }
}
