//! What a finished run leaves: first the weights, then what is made with them.

use super::error::{Error, Result, within};
use super::history::History;
use super::terminal::Progress;
use super::{output, predict, samples};
use crate::cli::{Arguments, options};
use crate::data::dataset::Digits;
use crate::data::formats::Table;
use crate::engine::Engine;
use crate::model::Model;
use crate::{file, picture};
use std::path::Path;
use std::{env, fs, process};

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
    pub test: Option<Table>,
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
        if let Some(table) = &self.test {
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

/// Weights of another network that are about to be replaced are kept beside them, those kept before under higher numbers.
fn keep_previous(file: &str, bytes: &[u8], progress: &mut Progress) -> Result<()> {
    const KEPT: usize = 9;
    let path = Path::new(file);
    let regular =
        file != output::STREAM && fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.len() > 0);
    if !regular || fs::read(path).is_ok_and(|before| before == bytes) {
        return Ok(());
    }
    let name = |number: usize| match number {
        1 => format!("{file}.previous"),
        _ => format!("{file}.previous.{number}"),
    };
    for number in (1..KEPT).rev().filter(|&number| Path::new(&name(number)).exists()) {
        fs::rename(name(number), name(number + 1)).map_err(within(&name(number)))?;
    }
    // A second name for the file, at the end of the links to it: the first one then goes over to its successor, and never is
    // without a file.
    let end = fs::canonicalize(path).map_err(within(file))?;
    let kept = fs::hard_link(end, name(1)).or_else(|_| fs::copy(path, name(1)).map(drop));
    kept.map_err(within(&name(1)))?;
    progress.note(&format!("the weights that were there are kept as {}", name(1)));
    Ok(())
}

/// Writes the weights, if need be to another place: they are hours of somebody's machine.
fn save(model: &Model, file: &str, mend: &str, progress: &mut Progress) -> Result<()> {
    let diverged = |error| Error::new(format!("training diverged: {error}; {mend}"));
    let bytes = model.to_archive().to_bytes().map_err(diverged)?;
    keep_previous(file, &bytes, progress)?;
    output::write(file, &bytes).map_err(|error| {
        let elsewhere = env::temp_dir().join(format!("mnist-{}.safetensors", process::id()));
        Error::new(match file::replace(&elsewhere, &bytes) {
            Ok(()) => format!("{error}; the weights were saved as {} instead", elsewhere.display()),
            Err(second) => format!("{error}; nor could the weights be saved elsewhere: {second}"),
        })
    })
}
