//! CSV files of digits: bytes to rows, whatever the dialect, and the place of every fault.
//!
//! ```
//! use mnist::data::csv;
//!
//! let file = format!("label{}\n7{}\n", ",pixel".repeat(64), ",255".repeat(64));
//! let table = csv::read(file.as_bytes(), None, &csv::Options::default(), &mut |_| ())?;
//! assert_eq!((table.width, table.height), (8, 8));
//! assert_eq!(table.labels, Some(vec![7]));
//! # Ok::<(), csv::Error>(())
//! ```
//!
//! One pass reads the file in blocks (`blocks`), which all threads parse (`rows`): the usual rows by a parser that skips
//! zeros many at a time (`fast`), all others by one that knows every dialect and every fault (`strict`). What the file
//! is, header, label, id and the image's size, is recognised from its first block (`dialect`).
//!
//! The dialects, RFC 4180 and what people's tools write: with or without a header; the label first, last or absent; an
//! id column; CRLF, a byte order mark, quotes, spaces, blank lines, no last newline; pixels as `12` or `12.0`, from 0 to
//! 255, 0 to 16 or 0 to 1.

mod blocks;
mod dialect;
mod error;
mod fast;
mod foreign;
mod rows;
mod strict;
#[cfg(test)]
mod tests;

use std::io::Read;

pub use error::Error;
use strict::Scale;

/// What a file held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Pixels in a row of an image.
    pub width: usize,
    /// Rows of an image.
    pub height: usize,
    /// `rows` x `height` x `width` pixels from 0 to 255, in the file's order, whatever range they had there.
    pub pixels: Vec<u8>,
    /// A label for each image, where the file has labels: any whole numbers.
    pub labels: Option<Vec<i32>>,
    /// An id for each image, where the file has an id column.
    pub ids: Option<Vec<u64>>,
    /// What was guessed about the file and is worth a line each.
    pub notes: Vec<String>,
    /// The rows that were left out as broken; none unless asked for.
    pub skipped: Skipped,
}

impl Table {
    /// The number of images.
    pub fn rows(&self) -> usize {
        self.pixels.len() / (self.width * self.height)
    }
}

/// Rows that were left out as broken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Skipped {
    /// How many.
    pub rows: u64,
    /// What was wrong with the first of them, [`Skipped::SHOWN`] at most.
    pub first: Vec<Error>,
}

impl Skipped {
    /// Errors that are kept.
    pub const SHOWN: usize = 3;
}

/// Where the labels are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum LabelColumn {
    /// In the column that the header calls so, or the first or last as the number of columns and the values suggest.
    #[default]
    Auto,
    /// In the first column.
    First,
    /// In the last column.
    Last,
    /// Nowhere: all columns are pixels.
    None,
    /// In the column of this name.
    Named(String),
}

/// What cannot always be recognised from the file itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The label's column.
    pub label: LabelColumn,
    /// Width and height of the images; square without it.
    pub size: Option<(usize, usize)>,
    /// Whether the file stores images column by column, as EMNIST does.
    pub transpose: bool,
    /// Whether to leave broken rows out and go on.
    pub skip_bad_rows: bool,
    /// Threads to parse on. The result does not depend on it.
    pub threads: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options { label: LabelColumn::Auto, size: None, transpose: false, skip_bad_rows: false, threads: 1 }
    }
}

/// How far a load has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of the file that are rows by now.
    pub bytes: u64,
    /// Bytes of the file, if known.
    pub length: Option<u64>,
    /// The rows.
    pub rows: usize,
}

/// Reads a CSV of digits. `length`, the bytes to come if they are known, only helps to make room in time; `progress`
/// is called after each block, some hundred kilobytes, from any of the threads.
///
/// # Errors
/// The first fault in the order of the file, with its place. With [`Options::skip_bad_rows`], faults of single rows
/// are no errors as long as one good row remains.
pub fn read(
    input: impl Read + Send,
    length: Option<u64>,
    options: &Options,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Table, Error> {
    let (layout, rows, notes) = blocks::load(input, length, options, progress, blocks::BLOCK, fast::row)?;
    finish(layout, rows, notes)
}

/// Rows become a table: what only the whole file tells is settled.
fn finish(layout: dialect::Layout, rows: rows::Rows, mut notes: Vec<String>) -> Result<Table, Error> {
    let rows::Rows { mut pixels, labels, ids, count, scale, mut skipped, .. } = rows;
    if count == 0 {
        let nothing = || Error::line(layout.line, "expected rows of pixels behind the header, found none");
        return Err(if skipped.first.is_empty() { nothing() } else { skipped.first.swap_remove(0) });
    }
    match scale {
        Scale::Fraction => notes.push("the pixels are fractions from 0 to 1: scaled to 0 to 255".into()),
        Scale::Open if pixels.contains(&1) => {
            strict::stretch(&mut pixels);
            notes.push("no pixel passes 1: scaled from 0 to 1 to 0 to 255".into());
        }
        Scale::Whole if pixels.iter().all(|&pixel| pixel <= 16) => {
            pixels.iter_mut().for_each(|pixel| *pixel = ((u16::from(*pixel) * 255 + 8) / 16) as u8);
            notes.push("no pixel passes 16: scaled from 0 to 16 to 0 to 255".into());
        }
        Scale::Open | Scale::Whole => {}
    }
    Ok(Table {
        width: layout.width,
        height: layout.height,
        pixels,
        labels: layout.has(dialect::Role::Label).then_some(labels),
        ids: layout.has(dialect::Role::Id).then_some(ids),
        notes,
        skipped,
    })
}
