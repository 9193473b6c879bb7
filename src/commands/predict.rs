//! Labels for unlabelled digits, as Kaggle wants them.

use super::error::Result;
use super::format::thousands;
use super::terminal::Progress;
use super::{load, machine, output};
use crate::cli::Arguments;
use crate::data::formats::Table;
use crate::engine::Kernel;
use crate::engine::pool::Pool;
use crate::model::Model;
use crate::nn::loss::predicted;
use std::fmt::Write;

pub fn run(arguments: &Arguments) -> Result<()> {
    let (kernel, mut pool) = machine::engine(arguments)?;
    let (file, out) = (arguments.file.as_deref().unwrap_or_default(), arguments.path("out"));
    let mut progress = Progress::new(arguments.flag("quiet"), output::takes_stdout(arguments));
    output::check(arguments)?;
    let model = load::model(arguments.path("weights"))?;
    let table = load::unlabelled(arguments, file, model.size(), &mut progress)?;
    output::write(out, submission(&model, &table, kernel, &mut pool).as_bytes())?;
    progress.note(&format!("wrote {}: {} predictions", output::name(out), thousands(table.rows() as u64)));
    Ok(())
}

/// The header of a submission to Kaggle's Digit Recognizer.
const KAGGLE: &str = "ImageId,Label\n";

/// A submission: ids are the rows' numbers in the file or the file's own, and the label that the model reads.
pub fn submission(model: &Model, table: &Table, kernel: Kernel, pool: &mut Pool) -> String {
    let (header, ids) = match &table.ids {
        Some(ids) if !ids.column.eq_ignore_ascii_case("ImageId") => ("id,label\n", ids.numbers.clone()),
        Some(ids) => (KAGGLE, ids.numbers.clone()),
        None => (KAGGLE, table.numbers().collect()),
    };
    let mut text = header.to_owned();
    let probabilities = model.network.probabilities(&table.pixels, kernel, pool);
    for (row, id) in ids.iter().enumerate() {
        let label = model.labels[predicted(probabilities.row(row))];
        // A string takes every text.
        let _ = writeln!(text, "{id},{label}");
    }
    text
}
