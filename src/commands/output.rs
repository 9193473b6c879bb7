//! The files that a command writes; `-` is standard output.

use super::error::Result;
use super::terminal;
use crate::cli::{self, Arguments, Kind, options, options_of};
use crate::file;
use std::path::Path;

/// The name that stands for a standard stream.
pub const STREAM: &str = "-";

/// The weights file that commands write and read where none is named.
pub const DEFAULT_WEIGHTS: &str = "mnist.safetensors";

/// Whether one of the command's files goes to standard output, where nothing else may go then.
pub fn takes_stdout(arguments: &Arguments) -> bool {
    files(arguments).any(|file| file == STREAM)
}

/// Refuses files that could not be written, before any work is done.
pub fn check(arguments: &Arguments) -> Result<()> {
    for file in files(arguments).filter(|file| *file != STREAM) {
        file::check_writable(Path::new(file))?;
    }
    Ok(())
}

fn files(arguments: &Arguments) -> impl Iterator<Item = &str> {
    let outputs = options_of(arguments.command).filter(|row| row.kind == Kind::Output);
    outputs.filter_map(|row| {
        // Without --test, there is no submission.
        let used = row.name != options::SUBMISSION.name || arguments.get(options::TEST).is_some();
        arguments.file_of(row).filter(|_| used)
    })
}

/// Writes a whole file.
pub fn write(file: &str, bytes: &[u8]) -> Result<()> {
    match file {
        STREAM => Ok(terminal::print(bytes)?),
        _ => Ok(file::replace(Path::new(file), bytes)?),
    }
}

/// What a hint adds to a command that is to use the same weights.
pub fn with_weights(arguments: &Arguments) -> String {
    match arguments.path(options::WEIGHTS) {
        DEFAULT_WEIGHTS => String::new(),
        weights => format!(" --weights {}", cli::quoted(weights)),
    }
}

/// What a file is called in messages.
pub fn name(file: &str) -> &str {
    if file == STREAM { "standard output" } else { file }
}
