//! Labels for unlabelled digits, as Kaggle wants them.

use super::error::Result;
use super::terminal::Progress;
use super::{input, load, machine, memory, network, output, unlike};
use crate::cli::{Arguments, options};
use crate::data::formats::{Ids, Table};
use crate::matrix::Matrix;
use crate::model::Model;
use crate::names::{counted, joined, thousands};
use crate::nn::reference::largest;
use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write;

pub fn run(arguments: &Arguments) -> Result<()> {
    let mut engine = machine::engine(arguments)?;
    let (file, out) = (arguments.file.as_deref().unwrap_or_default(), arguments.path(options::OUT));
    let mut progress = Progress::new(arguments.flag(options::QUIET), output::takes_stdout(arguments));
    output::check(arguments)?;
    let model = network::model(arguments, &mut progress)?;
    let table = load::unlabelled(arguments, file, (model.size(), model.origin.range), &mut progress)?;
    memory::ask_to_read(&model, table.rows(), engine.pool.threads())?;
    unlike::tell(arguments, file, &table.pixels, None, &model, &mut progress);
    let probabilities = model.network.probabilities(&table.pixels, &mut engine);
    output::write(out, submission(&model, &table, &probabilities).as_bytes())?;
    if let Some(file) = arguments.get(options::PROBABILITIES) {
        output::write(file, shares(&model, &table, &probabilities).as_bytes())?;
        progress.note(&format!("wrote {}", output::name(file)));
    }
    if let Some(Ids { column, texts }) = &table.ids {
        let different = texts.iter().collect::<HashSet<_>>().len();
        if different < texts.len() {
            progress.note(&format!(
                "{}: of {} in the column {column}, {} differ: a submission has each once",
                input::name(file),
                counted(texts.len(), "id"),
                thousands(different as u64)
            ));
        }
    }
    progress.note(&format!("wrote {}: {}", output::name(out), counted(table.rows(), "prediction")));
    Ok(())
}

/// The first column of a submission to Kaggle's Digit Recognizer.
const KAGGLE: &str = "ImageId";

/// A submission: ids, and the label that the model reads.
pub fn submission(model: &Model, table: &Table, probabilities: &Matrix) -> String {
    let (column, ids) = ids(table);
    let mut text = if column == KAGGLE { format!("{KAGGLE},Label\n") } else { "id,label\n".to_owned() };
    for (row, id) in ids.iter().enumerate() {
        let label = model.labels[largest(probabilities.row(row))];
        // A string takes every text.
        let _ = writeln!(text, "{id},{label}");
    }
    text
}

/// The probabilities of all classes, a column a class.
fn shares(model: &Model, table: &Table, probabilities: &Matrix) -> String {
    let (column, ids) = ids(table);
    let mut text = format!("{column},{}\n", joined(&model.labels, ","));
    for (row, id) in ids.iter().enumerate() {
        let shares: Vec<String> = probabilities.row(row).iter().map(|share| format!("{share:.6}")).collect();
        let _ = writeln!(text, "{id},{}", shares.join(","));
    }
    text
}

/// The first column's name, and its cells: the file's own ids, or the numbers of the rows in the file.
fn ids(table: &Table) -> (&'static str, Vec<Cow<'_, str>>) {
    match &table.ids {
        Some(Ids { column, texts }) => {
            let name = if column.eq_ignore_ascii_case(KAGGLE) { KAGGLE } else { "id" };
            (name, texts.iter().map(|text| in_cell(text)).collect())
        }
        None => (KAGGLE, table.numbers().map(|number| number.to_string().into()).collect()),
    }
}

/// A text as a cell of CSV (RFC 4180).
fn in_cell(text: &str) -> Cow<'_, str> {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\"")).into()
    } else {
        text.into()
    }
}
