//! What a finished run leaves: first the weights, then what is made with them.

use super::error::{Error, Result};
use super::history::History;
use super::{output, predict, samples};
use crate::cli::Arguments;
use crate::data::dataset::Digits;
use crate::data::formats::Table;
use crate::engine::Kernel;
use crate::engine::pool::Pool;
use crate::model::Model;
use crate::{file, picture};
use std::{env, process};

/// Digits of the picture.
const SAMPLES: usize = 25;

/// A finished run.
pub struct Results<'a> {
    pub model: &'a Model,
    pub history: &'a History,
    /// The epoch that validated best.
    pub best: Option<usize>,
    pub digits: &'a Digits,
    /// The images that the picture of samples may show.
    pub shown: Vec<u32>,
    /// Digits to predict.
    pub test: Option<Table>,
}

impl Results<'_> {
    /// Writes every file that the command line asks for, and returns their names.
    pub fn write<'a>(self, arguments: &'a Arguments, kernel: Kernel, pool: &mut Pool) -> Result<Vec<&'a str>> {
        let (weights, submission, picture) =
            (arguments.path("weights"), arguments.path("submission"), arguments.path("samples"));
        let mut written = vec![weights];
        save(self.model, weights)?;
        self.history.finish()?;
        written.extend(arguments.text("history"));
        if let Some(table) = &self.test {
            let probabilities = self.model.network.probabilities(&table.pixels, kernel, pool);
            let text = predict::submission(self.model, table, &probabilities);
            output::write(submission, text.as_bytes())?;
            written.push(submission);
        }
        let chosen = samples::choose(self.shown, SAMPLES, arguments.whole("seed"));
        let digit = |&number: &usize| (number, self.digits.image(number), Some(self.digits.label(number)));
        let chosen: Vec<_> = chosen.iter().map(digit).collect();
        output::write(picture, &samples::draw(self.model, &chosen, kernel, pool).png())?;
        written.push(picture);
        if let Some(curves) = arguments.text("curves") {
            output::write(curves, &picture::curves(&self.history.epochs(), self.best).png())?;
            written.push(curves);
        }
        Ok(written)
    }
}

/// Writes the weights, if need be to another place: they are hours of somebody's machine.
fn save(model: &Model, file: &str) -> Result<()> {
    let diverged = |error| Error::new(format!("training diverged: {error}; try a smaller --learning-rate"));
    let bytes = model.to_archive().to_bytes().map_err(diverged)?;
    output::write(file, &bytes).map_err(|error| {
        let elsewhere = env::temp_dir().join(format!("mnist-{}.safetensors", process::id()));
        Error::new(match file::replace(&elsewhere, &bytes) {
            Ok(()) => format!("{error}; the weights were saved as {} instead", elsewhere.display()),
            Err(second) => format!("{error}; nor could the weights be saved elsewhere: {second}"),
        })
    })
}
