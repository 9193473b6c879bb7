//! What a finished run leaves: first the weights, then what is made with them.

use super::error::{Error, Result};
use super::history::History;
use super::terminal::Progress;
use super::{output, predict, samples};
use crate::cli::{Arguments, options};
use crate::data::dataset::Digits;
use crate::data::formats::Table;
use crate::engine::Engine;
use crate::model::Model;
use crate::{file, picture};
use std::fmt::Display;
use std::path::Path;
use std::{env, fs, io, process};

/// Digits of the picture.
const SAMPLES: usize = 25;

/// A finished run.
pub struct Results<'a> {
    pub model: &'a Model,
    pub history: &'a History,
    /// The epoch whose weights these are.
    pub saved: usize,
    /// What may help a run that diverged.
    pub mend: &'a str,
    pub digits: &'a Digits,
    /// The images that the picture of samples may show.
    pub shown: Vec<u32>,
    /// Digits to predict.
    pub test: Option<&'a Table>,
}

impl Results<'_> {
    /// Writes every file that the command line asks for, and returns their names.
    pub fn write<'a>(
        self,
        arguments: &'a Arguments,
        engine: &mut Engine,
        progress: &mut Progress,
    ) -> Result<Vec<&'a str>> {
        let (weights, submission, picture) =
            (arguments.path(options::WEIGHTS), arguments.path(options::SUBMISSION), arguments.path(options::SAMPLES));
        let mut written = vec![weights];
        save(self.model, weights, self.mend, progress)?;
        self.history.finish()?;
        written.extend(arguments.get(options::HISTORY));
        if let Some(table) = self.test {
            let probabilities = self.model.network.probabilities(&table.pixels, engine);
            let text = predict::submission(self.model, table, &probabilities);
            output::write(submission, text.as_bytes())?;
            written.push(submission);
        }
        let chosen = samples::choose(self.shown, SAMPLES, arguments.get(options::SEED).unwrap_or_default());
        let digit =
            |&number: &usize| (self.digits.row(number), self.digits.image(number), Some(self.digits.label(number)));
        let chosen: Vec<_> = chosen.iter().map(digit).collect();
        output::write(picture, &samples::draw(self.model, &chosen, engine).png())?;
        written.push(picture);
        if let Some(curves) = arguments.get(options::CURVES) {
            output::write(curves, &picture::curves(&self.history.epochs(), self.saved).png())?;
            written.push(curves);
        }
        Ok(written)
    }
}

/// Weights of another network that are about to be replaced are kept beside them, those kept before under higher
/// numbers. Returns the name under which they are kept, if there are any.
fn keep_previous(file: &str, bytes: &[u8]) -> io::Result<Option<String>> {
    const KEPT: usize = 9;
    let path = Path::new(file);
    let name = |number: usize| match number {
        1 => format!("{file}.previous"),
        _ => format!("{file}.previous.{number}"),
    };
    let Some(before) = fs::read(path).ok().filter(|before| !before.is_empty() && before != bytes) else {
        return Ok(None);
    };
    // A run that ended between this and the renaming has kept them already.
    if fs::read(name(1)).is_ok_and(|kept| kept == before) {
        return Ok(Some(name(1)));
    }
    let because =
        |number: usize| move |cause: io::Error| io::Error::new(cause.kind(), format!("{}: {cause}", name(number)));
    for number in (1..KEPT).rev().filter(|&number| Path::new(&name(number)).exists()) {
        fs::rename(name(number), name(number + 1)).map_err(because(number))?;
    }
    // A second name for the file, at the end of the links to it: the first one then goes over to its successor, and
    // never is without a file.
    let linked = fs::canonicalize(path).and_then(|end| fs::hard_link(end, name(1)));
    linked.or_else(|_| file::replace(Path::new(&name(1)), &before)).map_err(because(1))?;
    Ok(Some(name(1)))
}

/// Writes the weights, if need be to another place: they are hours of somebody's machine.
fn save(model: &Model, file: &str, mend: &str, progress: &mut Progress) -> Result<()> {
    let diverged = |error: &dyn Display| Error::new(format!("training diverged: {error}; {mend}"));
    model.check_size().map_err(|error| diverged(&error))?;
    let bytes = model.to_archive().to_bytes().map_err(|error| diverged(&error))?;
    if file == output::STREAM {
        return output::write(file, &bytes);
    }
    let mut kept = None;
    let keep = || keep_previous(file, &bytes).map(|name| kept = name);
    file::replace_after(Path::new(file), &bytes, keep).map_err(|error| {
        let elsewhere = env::temp_dir().join(format!("mnist-{}.safetensors", process::id()));
        Error::new(match file::replace(&elsewhere, &bytes) {
            Ok(()) => format!("{error}; the weights were saved as {} instead", elsewhere.display()),
            Err(second) => format!("{error}; nor could the weights be saved elsewhere: {second}"),
        })
    })?;
    if let Some(name) = kept {
        progress.note(&format!("the weights that were there are kept as {name}"));
    }
    Ok(())
}
