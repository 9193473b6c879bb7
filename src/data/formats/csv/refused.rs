//! Columns that make no image: which are too many, or what the file is instead, as far as it can be told.

use super::columns::Columns;
use super::layout::Role;
use super::names::{is_file_name, is_only_label, is_text};
use super::number::{DECIMAL_COMMAS, as_whole, is_cut_at_commas, number};
use crate::data::formats::error::{EXCHANGE, decoded, quoted};
use crate::data::formats::{Error, LabelColumn, Mend, Note};
use crate::names::thousands;
use std::collections::HashMap;

impl<'a> Columns<'a> {
    /// Columns that are left over beside label and pixels: text is left out, of numbers somebody has to say so.
    pub fn refuse_odd(&mut self, notes: &mut Vec<Note>) -> Result<(), Error> {
        let free = self.free();
        if self.size(&free).is_some() || self.is_open() {
            return Ok(());
        }
        let Some(names) = self.names else { return Ok(()) };
        let odd = self.odd(&free);
        let numbers = odd.iter().copied().filter(|&column| !self.sample_all(column, is_text));
        if let [first, rest @ ..] = &numbers.collect::<Vec<_>>()[..] {
            let name = quoted(names[*first]);
            let is_known = self.options.label != LabelColumn::Auto
                || self.roles.iter().flatten().any(|role| matches!(role, Role::Label | Role::OneHot(_)))
                    && !odd.iter().any(|&column| is_only_label(names[column]));
            let error = |message: String| Error::cell(self.line, *first, message);
            return Err(match rest {
                [second, ..] if !is_known => error(format!(
                    "expected one column beside the pixels, the label's, found {name} and {}",
                    quoted(names[*second])
                ))
                .with(Mend::LabelOrIgnore),
                [] if !is_known => {
                    error(format!("expected one column of labels, found {name} as well")).with(Mend::LabelOrIgnore)
                }
                _ => error(format!("expected pixels beside the label, found the column {name}"))
                    .with(Mend::Ignore(decoded(names[*first]))),
            });
        }
        for &column in &odd {
            let name = quoted(names[column]);
            self.roles[column] = Some(Role::Ignored);
            notes.push(format!("the column {name} holds text: left out").into());
        }
        Ok(())
    }

    /// The cells of the names and of the first rows.
    fn cells(&self) -> impl Iterator<Item = &'a [u8]> {
        self.names.into_iter().chain(self.sample.iter().map(|row| &row[..])).flatten().copied()
    }

    /// Refuses colour images with opacity: taken for grey ones, they would be twice as wide and as high. A size that
    /// was told is believed.
    pub fn refuse_opacity(&self) -> Result<(), Error> {
        let is_pixel = |&column: &usize| matches!(self.roles[column], None | Some(Role::End(_)));
        let columns: Vec<usize> = (0..self.count()).filter(is_pixel).collect();
        // A label whose place is open is the first or the last of them.
        let pixels = columns.len() - usize::from(self.is_open());
        let Some(side) = side(pixels / 4).filter(|_| pixels.is_multiple_of(4) && self.options.size.is_none()) else {
            return Ok(());
        };
        if self.has_opacity(&columns[..pixels]) || self.has_opacity(&columns[columns.len() - pixels..]) {
            return Err(Error::line(self.line, colours(pixels, side, &["red", "green", "blue", "opacity"])));
        }
        Ok(())
    }

    /// Whether each pixel of the first rows has four values: its grey three times, and a constant. Plane by plane, the
    /// fourth may be the grey, too; pixel by pixel, that may be a small image made four times as large.
    fn has_opacity(&self, columns: &[usize]) -> bool {
        let count = columns.len() / 4;
        [(4, 1), (1, count)].into_iter().any(|(pixel, channel)| {
            let of_row = |row: &'a Vec<&'a [u8]>| {
                (0..count).map(move |at| [0, 1, 2, 3].map(|c| row.get(columns[at * pixel + c * channel]).copied()))
            };
            let pixels = || self.sample.iter().flat_map(of_row);
            let Some([grey, .., opacity]) = pixels().next() else { return false };
            pixels().all(|[r, g, b, _]| r.is_some() && r == g && g == b)
                && pixels().any(|[r, ..]| r != grey)
                && (pixels().all(|[.., a]| a == opacity) || channel > 1 && pixels().all(|[r, .., a]| a == r))
        })
    }
}

/// The side of a square image of so many pixels.
fn side(pixels: usize) -> Option<usize> {
    (pixels >= 64 && pixels.isqrt().pow(2) == pixels).then_some(pixels.isqrt())
}

/// What is wrong with so many columns, these values for each pixel of an image of that side.
fn colours(columns: usize, side: usize, values: &[&str]) -> String {
    let (last, rest) = values.split_last().unwrap_or((&"", &[]));
    format!(
        "expected a grey value for each pixel, found {} columns of pixels, {} for each of {side} x {side}: \
         these are colour images ({} and {last}), make them grey first",
        thousands(columns as u64),
        values.len(),
        rest.join(", ")
    )
}

/// The error of columns of which no image can be made.
pub(super) fn no_image(columns: &Columns) -> Error {
    let (count, pixels) = (columns.count(), columns.free().len());
    let line = |message: String| Error::line(columns.line, message);
    if let Some(message) = by_cells(columns) {
        return line(message);
    }
    if count > 16 && columns.sample.len() > 2 && columns.sample.iter().all(is_blank) {
        return turned(columns.line);
    }
    let sizes = [pixels, pixels.saturating_sub(1)].into_iter().filter(|pixels| pixels.is_multiple_of(3));
    if let Some((pixels, side)) = sizes.filter_map(|pixels| Some((pixels, side(pixels / 3)?))).next() {
        return line(colours(pixels, side, &["red", "green", "blue"]));
    }
    if count == 1 {
        let found = columns.cells().next().map_or(String::new(), quoted);
        return line(format!(
            "expected rows of pixels with commas between them, found {found}: this is no CSV of digits"
        ));
    }
    let found = if count == pixels {
        // So many are a row of a digit, and hardly ever a whole one.
        let rows = if columns.names.is_none() && (8..64).contains(&count) {
            " (if a line is one row of an image, join the lines of each image)"
        } else {
            ""
        };
        format!("with or without a label, found {} columns{rows}", thousands(count as u64))
    } else {
        format!(
            "with or without a label, found {} pixels in {} columns",
            thousands(pixels as u64),
            thousands(count as u64)
        )
    };
    match columns.options.size {
        Some((width, height)) => line(format!("expected the {width} x {height} pixels of an image, {found}")),
        None => {
            let mend = if columns.names.is_some() { Mend::SizeOrLabel } else { Mend::SizeOrNumber };
            line(format!("expected the pixels of a square image of 8 x 8 or more, {found}")).with(mend)
        }
    }
}

/// What is wrong with such columns, where their cells tell: something else than pixels is in them.
fn by_cells(columns: &Columns) -> Option<String> {
    let count = columns.count();
    let is_alone = |row: &Vec<&[u8]>| row.iter().filter(|cell| !cell.is_empty()).count() == 1;
    let all_in_one = || columns.cells().any(|cell| cell.len() > 100 && cell.contains(&b','));
    if count <= 4 && columns.sample.iter().all(is_alone) && all_in_one() {
        return Some(
            "expected a cell for each pixel, found all of a row in one pair of quotes: take these quotes away".into(),
        );
    }
    if (0..count).any(|column| columns.sample_all(column, is_image)) {
        return Some(
            "expected a cell for each pixel, found all pixels of an image in one cell: write them as columns of their own"
                .into(),
        );
    }
    if let Some(cell) = columns.cells().find(|cell| is_shortened(cell)) {
        return Some(format!(
            "expected a cell for each pixel, found {}: the pixels were lost when the file was written, as NumPy prints long \
             arrays without their middle: write the file again, a column a pixel",
            quoted(cell)
        ));
    }
    if count <= 8 && (0..count).any(|column| columns.sample_all(column, is_picture)) {
        return Some(
            "expected pixels, found the names of pictures: a row of pixel values for each picture is needed, not its \
             file's name"
                .into(),
        );
    }
    let text = columns.free().into_iter().find(|&column| columns.sample_all(column, is_text));
    if let Some(column) = text.filter(|_| (2..=8).contains(&count)) {
        let name = columns
            .names
            .map_or(format!("column {}", column + 1), |names| format!("the column {}", quoted(names[column])));
        return Some(format!(
            "expected pixels, found text in {name}, {} in the first row: a row of pixel values for each image is needed",
            quoted(columns.sample[0][column])
        ));
    }
    if count == 2 && columns.names.is_some_and(|names| names.iter().any(|name| name.eq_ignore_ascii_case(b"label"))) {
        return Some(
            "expected pixels, found labels alone: this is a submission, or the labels without their images".into(),
        );
    }
    (count > 64 && columns.sample.iter().any(|row| is_cut_at_commas(row.iter().copied()))).then(|| {
        let count = thousands(count as u64);
        format!("expected a number in each cell, found {count} columns and cells such as 05: {DECIMAL_COMMAS}")
    })
}

/// Refuses a table whose columns are the images: the labels of all in one row, then the pixels of their corner, which
/// are blank. Names of pixels tell as well.
pub(super) fn refuse_turned(line: u64, sample: &[Vec<&[u8]>]) -> Result<(), Error> {
    let [first, rest @ ..] = sample else { return Ok(()) };
    let is_small = |cell: &&[u8]| number(cell).and_then(as_whole).is_some_and(|value| (0..62).contains(&value));
    let are_labels = first.len() > 16 && first.iter().skip(1).all(is_small) && 5 * most(first) <= 3 * first.len();
    let is_pixel = |row: &Vec<&[u8]>| row[0].to_ascii_lowercase().starts_with(b"pixel");
    let are_several = rest.len() > 1;
    // Of rows that are so long, hardly one is looked at.
    let is_turned = are_labels && rest.iter().take(2).all(is_blank) && (are_several || first.len() > 10_000);
    if is_turned || are_several && rest.iter().all(is_pixel) { Err(turned(line)) } else { Ok(()) }
}

/// Refuses so many names above rows that all have a cell more or less.
pub(super) fn refuse_short(line: u64, names: usize, sample: &[Vec<&[u8]>]) -> Result<(), Error> {
    let [first, _, ..] = sample else { return Ok(()) };
    const FEW: usize = 8;
    let cells = first.len();
    let mend = match sample.iter().all(|row| row.len() == cells) {
        _ if cells <= FEW => return Ok(()),
        true if cells == names + 1 => "write the missing name, such as label, where its column stands",
        true if cells + 1 == names => "delete the name whose column is missing",
        _ => return Ok(()),
    };
    let message = format!("expected a name for each of the {cells} cells of the rows, found {names}: {mend}");
    Err(Error::line(line, message))
}

fn turned(line: u64) -> Error {
    Error::line(line, format!("expected a row for each image, found a column for each: {EXCHANGE}"))
}

/// How many cells of a row are alike.
fn most(row: &[&[u8]]) -> usize {
    let mut counts = HashMap::new();
    row.iter().for_each(|cell| *counts.entry(cell).or_insert(0) += 1);
    counts.into_values().max().unwrap_or(0)
}

fn is_blank(row: &Vec<&[u8]>) -> bool {
    20 * most(row) >= 19 * row.len()
}

/// Whether a cell is an array as NumPy prints long ones: `[0 0 0 ... 0 0 0]`.
fn is_shortened(cell: &[u8]) -> bool {
    cell.contains(&b'[') && cell.windows(3).any(|signs| signs == b"...")
}

/// Whether a cell holds many numbers.
fn is_image(cell: &[u8]) -> bool {
    let mut words = cell.split(|b| b" ,;[]".contains(b)).filter(|word| !word.is_empty());
    cell.len() > 100 && words.by_ref().take(16).all(|word| number(word).is_some()) && words.next().is_some()
}

fn is_picture(cell: &[u8]) -> bool {
    const ENDS: [&str; 8] = [".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp"];
    let name = cell.to_ascii_lowercase();
    is_file_name(cell) && ENDS.iter().any(|end| name.ends_with(end.as_bytes()))
}
