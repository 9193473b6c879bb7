//! The files that a command writes; `-` is standard output.

use super::error::{Error, Result};
use super::terminal;
use crate::cli::{self, Arguments, Kind, options, options_of};
use crate::file;
use std::fs;
use std::path::{Path, PathBuf};

/// The name that stands for a standard stream.
pub const STREAM: &str = "-";

/// The weights file that commands write and read where none is named.
pub const DEFAULT_WEIGHTS: &str = "mnist.safetensors";

/// Whether one of the command's files goes to standard output, where nothing else may go then.
pub fn takes_stdout(arguments: &Arguments) -> bool {
    files(arguments).any(|file| file == STREAM)
}

/// Refuses files that could not be written, or that would overwrite an input or one another under whatever names,
/// before any work is done.
pub fn check(arguments: &Arguments) -> Result<()> {
    let inputs = inputs(arguments);
    let mut outputs: Vec<(String, PathBuf)> = Vec::new();
    for (name, file) in named_files(arguments, Kind::Output) {
        let Some(place) = place(Path::new(file)) else {
            continue;
        };
        if let Some((other, _)) = outputs.iter().find(|(_, other)| *other == place) {
            return Err(Error::usage(format!("{other} and {name} both write {file:?}")));
        }
        let own = |weights: &str| {
            ["lock", "checkpoint", "previous"].iter().any(|end| file.starts_with(&format!("{weights}.{end}")))
        };
        if named_files(arguments, Kind::Output).any(|(name, weights)| name == "--weights" && own(weights)) {
            return Err(Error::usage(format!(
                "{name} would overwrite a file that training keeps beside its weights, {file:?}"
            )));
        }
        // Weights may go back to where they came from.
        let overwrites = |(input, other): &&(String, PathBuf)| {
            *other == place && (name.as_str(), input.as_str()) != ("--weights", "--from")
        };
        if let Some((input, _)) = inputs.iter().find(overwrites) {
            return Err(Error::usage(format!("{name} would overwrite {input}, {file:?}")));
        }
        outputs.push((name, place));
    }
    for file in files(arguments).filter(|file| *file != STREAM) {
        file::check_writable(Path::new(file))?;
    }
    Ok(())
}

/// Where the inputs lie: a folder's data sets by themselves, images' labels beside them, and a member of an archive as
/// the archive.
fn inputs(arguments: &Arguments) -> Vec<(String, PathBuf)> {
    let data = arguments.file.iter().chain(&arguments.more).map(|file| ("the data".to_owned(), file.as_str()));
    let mut inputs = Vec::new();
    for (name, file) in data.chain(named_files(arguments, Kind::Input)) {
        let archive = file.rsplit_once(':').map_or(file, |(archive, _)| archive);
        let path = if Path::new(file).exists() { Path::new(file) } else { Path::new(archive) };
        let called = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let has_labels_beside = ["images", "imgs"].iter().any(|part| called(path).contains(part));
        let folder = if path.is_dir() { path } else { parent(path) };
        let beside = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let is_data = |other: &PathBuf| {
            let name = called(other);
            path.is_dir() && ["train", "test", "t10k"].iter().any(|begin| name.starts_with(begin))
                || has_labels_beside && name.contains("labels")
        };
        let places = [path.to_owned()].into_iter().chain(beside.filter(is_data)).filter_map(|path| place(&path));
        inputs.extend(places.map(|place| (name.clone(), place)));
    }
    inputs
}

/// Where a file lies or will lie, past all links and other ways of writing its name; none for a stream, device or
/// folder.
fn place(path: &Path) -> Option<PathBuf> {
    if path == Path::new(STREAM) {
        return None;
    }
    match fs::canonicalize(path) {
        Ok(place) => place.is_file().then_some(place),
        Err(_) => Some(fs::canonicalize(parent(path)).ok()?.join(path.file_name()?)),
    }
}

/// The folder that a file is in.
fn parent(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The files that options of that kind name, beside the options.
fn named_files(arguments: &Arguments, kind: Kind) -> impl Iterator<Item = (String, &str)> {
    let rows = options_of(arguments.command).filter(move |row| row.kind == kind);
    rows.filter_map(|row| {
        // Without --test, there is no submission.
        let used = row.name != options::SUBMISSION.name || arguments.get(options::TEST).is_some();
        arguments.file_of(row).filter(|_| used).map(|file| (format!("--{}", row.name), file))
    })
}

fn files(arguments: &Arguments) -> impl Iterator<Item = &str> {
    named_files(arguments, Kind::Output).map(|(_, file)| file)
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
