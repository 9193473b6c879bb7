//! What the commands do and say: with the program itself, the only code that prints.

mod deformation;
mod error;
mod evaluate;
mod explain;
mod format;
mod history;
mod input;
mod load;
mod machine;
mod memory;
mod mend;
mod network;
mod output;
mod page;
mod predict;
mod read;
mod recipe;
mod report;
mod results;
mod samples;
mod saver;
mod start;
mod terminal;
mod train;
mod unlike;
mod unusual;
mod watch;
mod weights;

pub use error::Error;
use error::Result;
pub use terminal::complain;

use crate::cli::{self, Arguments, Command};

/// Does what the command line asks for.
///
/// # Errors
/// Whatever keeps it from being done, in one line.
pub fn run(arguments: &Arguments) -> Result<()> {
    if !matches!(arguments.command, Command::Help | Command::Version) {
        machine::kernel()?;
    }
    match arguments.command {
        Command::Train | Command::Demo => train::run(arguments),
        Command::Predict => predict::run(arguments),
        Command::Evaluate => evaluate::run(arguments),
        Command::Samples => samples::run(arguments),
        Command::Read => read::run(arguments),
        Command::Explain => explain::run(arguments),
        Command::Page => page::run(arguments),
        Command::Weights => weights::run(arguments),
        Command::Help if arguments.file.is_some() => Ok(terminal::print(recipe::all(terminal::stdout_width()))?),
        Command::Help => {
            let width = terminal::stdout_width().unwrap_or(usize::MAX);
            Ok(terminal::print(cli::help(arguments.topic, &recipe::defaults(arguments.topic), width))?)
        }
        Command::Version => Ok(terminal::print(format!("{}\n", cli::VERSION))?),
    }
}
