//! What every epoch came to, as rows of a CSV file that can be followed.

use super::error::Result;
use super::output::STREAM;
use super::terminal;
use crate::file::{self, Lines};
use crate::picture::Epoch;
use crate::train::{Report, Score};
use std::io;
use std::path::Path;

const HEADER: &str =
    "epoch,loss,train_accuracy,validation_accuracy,learning_rate,train_seconds,images_per_second,validation_loss\n";

/// The rows so far, and the file that they are written to.
pub struct History {
    /// The whole file: floats have as many digits as it takes to read them back to the bit.
    text: String,
    file: Option<String>,
    lines: Option<Lines>,
}

impl History {
    /// A history that goes on after `text`, and is written to `file` as it grows.
    pub fn start(file: Option<&str>, text: Option<String>) -> Result<History> {
        let text = text.unwrap_or_else(|| HEADER.to_owned());
        let lines = match file {
            None => None,
            Some(STREAM) => {
                terminal::print(&text)?;
                None
            }
            Some(file) => Some(Lines::start(Path::new(file), &text)?),
        };
        Ok(History { text, file: file.map(str::to_owned), lines })
    }

    /// All of it so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Adds an epoch.
    ///
    /// # Errors
    /// Where it can't be written. The rows stay known, and [`finish`](History::finish) tries again.
    pub fn push(&mut self, report: &Report) -> io::Result<()> {
        let row = row(report);
        self.text += &row;
        let written = match (&mut self.lines, self.file.as_deref()) {
            (Some(lines), _) => lines.grow_to(&self.text),
            (None, Some(STREAM)) => terminal::print(&row),
            (None, _) => Ok(()),
        };
        if written.is_err() {
            self.lines = None;
        }
        written
    }

    /// Writes all of it where some rows could not be written.
    pub fn finish(&self) -> Result<()> {
        match (&self.lines, self.file.as_deref()) {
            (None, Some(file)) if file != STREAM => Ok(file::replace(Path::new(file), self.text.as_bytes())?),
            _ => Ok(()),
        }
    }

    /// The rows as numbers, to be drawn.
    pub fn epochs(&self) -> Vec<Epoch> {
        let number = |cell: Option<&str>| cell?.parse().ok();
        let epoch = |(index, row): (usize, &str)| {
            let mut cells = row.split(',').skip(1);
            Epoch {
                epoch: index + 1,
                loss: number(cells.next()).unwrap_or(f32::NAN),
                train_accuracy: number(cells.next()).unwrap_or(f32::NAN),
                validation_accuracy: number(cells.next()),
                validation_loss: number(cells.nth(3)),
            }
        };
        self.text.lines().skip(1).enumerate().map(epoch).collect()
    }
}

/// Whether a text from a file is a history of so many epochs.
pub fn is_sound(text: &str, epochs: u64) -> bool {
    let is_row = |(epoch, row): (u64, &str)| {
        let mut cells = row.split(',');
        let counts = cells.next().is_some_and(|cell| cell == epoch.to_string());
        // The validation's accuracy and loss may not have been measured.
        let is_number =
            |(column, cell): (usize, &str)| cell.parse::<f64>().is_ok() || cell.is_empty() && [2, 6].contains(&column);
        counts && cells.clone().count() == 7 && cells.enumerate().all(is_number)
    };
    let rows = text.strip_prefix(HEADER).filter(|rows| rows.is_empty() || rows.ends_with('\n'));
    rows.is_some_and(|rows| (1..).zip(rows.lines()).all(is_row) && rows.lines().count() as u64 == epochs)
}

fn row(report: &Report) -> String {
    let Report { epoch, loss, train, validation, learning_rate, seconds } = report;
    let texts = |(score, loss): (Score, f64)| (score.accuracy().to_string(), loss.to_string());
    let (measured, loss_held) = validation.map(texts).unwrap_or_default();
    let speed = train.images as f64 / seconds;
    format!("{epoch},{loss},{},{measured},{learning_rate},{seconds:.6},{speed:.0},{loss_held}\n", train.accuracy())
}
