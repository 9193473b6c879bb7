//! Columns that make no image: which are too many, or what the file is instead, as far as it can be told.

use super::columns::Columns;
use super::layout::Role;
use super::names::{is_file_name, is_only_label, is_text};
use super::number::number;
use crate::data::formats::error::{decoded, quoted};
use crate::data::formats::{Error, LabelColumn, Mend, Note};
use crate::names::thousands;

impl Columns<'_> {
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
}

/// The error of columns of which no image can be made.
pub(super) fn no_image(columns: &Columns) -> Error {
    let (count, pixels) = (columns.count(), columns.free().len());
    let line = |message: String| Error::line(columns.line, message);
    let cells = || columns.names.into_iter().chain(columns.sample.iter().map(|row| &row[..])).flatten();
    let is_alone = |row: &Vec<&[u8]>| row.iter().filter(|cell| !cell.is_empty()).count() == 1;
    let all_in_one = || cells().any(|cell| cell.len() > 100 && cell.contains(&b','));
    if count <= 4 && columns.sample.iter().all(is_alone) && all_in_one() {
        return line(
            "expected a cell for each pixel, found all of a row in one pair of quotes: take these quotes away".into(),
        );
    }
    let is_image = |cell: &[u8]| {
        let mut words = cell.split(|b| b" ,;[]".contains(b)).filter(|word| !word.is_empty());
        cell.len() > 100 && words.by_ref().take(16).all(|word| number(word).is_some()) && words.next().is_some()
    };
    if (0..count).any(|column| columns.sample_all(column, is_image)) {
        return line(
            "expected a cell for each pixel, found all pixels of an image in one cell: write them as columns of their own"
                .into(),
        );
    }
    let names_pictures = |column: usize| {
        let named = columns.names.is_some_and(|names| {
            let name = String::from_utf8_lossy(names[column]).to_ascii_lowercase();
            ["im", "pic", "file", "path", "name"].iter().any(|word| name.contains(word))
        });
        columns.sample_all(column, |cell| is_picture(cell) || named && is_text(cell))
    };
    if count <= 8 && (0..count).any(names_pictures) {
        let message = "expected pixels, found the names of pictures: a row of pixel values for each picture is needed, \
                       not its file's name";
        return line(message.into());
    }
    if count == 2 && columns.names.is_some_and(|names| names.iter().any(|name| name.eq_ignore_ascii_case(b"label"))) {
        return line(
            "expected pixels, found labels alone: this is a submission, or the labels without their images".into(),
        );
    }
    let side = |pixels: usize| (pixels >= 64 && pixels.isqrt().pow(2) == pixels).then_some(pixels.isqrt());
    let colours = [pixels, pixels.saturating_sub(1)].into_iter().filter(|colours| colours % 3 == 0);
    if let Some((colours, side)) = colours.filter_map(|colours| Some((colours, side(colours / 3)?))).next() {
        return line(format!(
            "expected a grey value for each pixel, found {} columns of pixels, 3 for each of {side} x {side}: \
             these are colour images (red, green and blue), make them grey first",
            thousands(colours as u64)
        ));
    }
    if count == 1 {
        let found = cells().next().map_or(String::new(), |cell| quoted(cell));
        return line(format!(
            "expected rows of pixels with commas between them, found {found}: this is no CSV of digits"
        ));
    }
    let found = if count == pixels {
        format!("with or without a label, found {} columns", thousands(count as u64))
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

fn is_picture(cell: &[u8]) -> bool {
    const ENDS: [&str; 8] = [".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp"];
    let name = cell.to_ascii_lowercase();
    is_file_name(cell) && ENDS.iter().any(|end| name.ends_with(end.as_bytes()))
}
