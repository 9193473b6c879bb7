//! CSV files of digits: bytes to rows, whatever the dialect, and the place of every fault.
//!
//! ```
//! use mnist::data::formats::{Error, Options, csv};
//!
//! let file = format!("label{}\n7{}\n", ",pixel".repeat(64), ",255".repeat(64));
//! let table = csv::read(file.as_bytes(), None, &Options::default(), &mut |_| ())?;
//! assert_eq!((table.width, table.height), (8, 8));
//! assert_eq!(table.labels, Some(vec![7]));
//! # Ok::<(), Error>(())
//! ```
//!
//! One pass reads the file in blocks (`blocks`), rewrites other delimiters as commas (`spelling`), and parses them on
//! all threads (`rows`): the usual rows by a parser that skips zeros many at a time (`fast`), all others by one that
//! knows every dialect and every fault (`strict`; `cells` and `number` read its cells).
//!
//! What the file is, is recognised from its first block: no CSV at all (`foreign`), a header or none (`header`), what
//! each column holds (`columns`, by its names in `names`; `label`, `one_hot`), the order of the pixels (`order`), and
//! the size of the images; `dialect` puts it together into the `layout` of every row, or `refused` says what the file
//! is instead. Where nothing says whether the first or the last column is the label, all of their values decide at the
//! end (`ends`). Labels in a file of their own are cut into the same cells (`labels`).
//!
//! The dialects, RFC 4180 and what people's tools write: with or without a header, of names or of numbers; commas,
//! semicolons, tabs, bars, spaces and rarer delimiters; the label anywhere or absent, also a column a class; ids, row
//! numbers, names of files and comments; CRLF, CR, a byte order mark, quotes, spaces, blank lines and cells, no last
//! newline; pixels as `12`, `12.0`, `1.2e1`, `12,0`, `0x0c`, `tensor(12)` or `True`, from 0 to 255, 0 to 16 or 0 to 1,
//! in the order of their names.

mod blocks;
mod cells;
mod columns;
mod dialect;
mod ends;
mod fast;
mod foreign;
mod header;
mod label;
mod labels;
mod layout;
mod names;
mod number;
mod one_hot;
mod order;
mod places;
mod refused;
mod rows;
mod spelling;
mod strict;
#[cfg(test)]
mod tests;

use std::io::Read;

use super::{Error, Form, Ids, Note, Options, Progress, Range, Table};
pub(super) use labels::{Labels, labels};
use layout::Layout;
use number::Scale;
use rows::Rows;

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
    finish(layout, rows, notes, options)
}

/// Rows become a table: what only the whole file tells is settled.
fn finish(layout: Layout, mut rows: Rows, mut notes: Vec<Note>, options: &Options) -> Result<Table, Error> {
    if rows.count > 0 {
        rows.forget_trailing();
    }
    one_hot::refuse_blank_class(&layout, &rows)?;
    let has_labels = layout.has_labels() || layout.is_open();
    let label = if layout.is_open() && rows.count > 0 {
        ends::settle(&layout, &mut rows, options.skip_bad_rows, &mut notes)?
    } else {
        layout.label
    };
    let Rows { mut pixels, labels, ids, count, empty, scale, mut skipped, .. } = rows;
    if count == 0 {
        let nothing = || Error::line(layout.line, "expected rows of pixels behind the header, found none");
        return Err(if skipped.first.is_empty() { nothing() } else { skipped.first.swap_remove(0) });
    }
    // Spreadsheets leave such rows behind the last one, and shorter ones. Among rows that are known by their numbers,
    // it is not for us to say whether they count.
    if let Some((line, _)) = empty.filter(|(_, before)| *before < count && !has_labels && layout.ids.is_none()) {
        return Err(rows::no_pixels(line));
    }
    let note = match scale {
        Scale::Fraction => Some("the pixels are fractions from 0 to 1: scaled to 0 to 255".to_owned().into()),
        Scale::Open | Scale::Whole => Range::settle(&mut pixels, layout.width * layout.height, options.range),
    };
    notes.extend(note);
    Ok(Table {
        width: layout.width,
        height: layout.height,
        pixels,
        labels: has_labels.then_some(labels),
        label,
        ids: layout.ids.map(|column| Ids { column, texts: ids }),
        form: Form::Rows,
        shaped: false,
        notes,
        skipped,
    })
}
