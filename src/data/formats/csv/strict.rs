//! The strict path: one row, with everything that a CSV of digits may contain, and every error it may have.

use super::cells::{Line, cell};
use super::layout::{Layout, Marks, Role};
use super::names::{is_label, label};
use super::number::{self, DECIMAL_COMMAS, Scale, found, is_missing, no_label, no_pixel, number, stretch, whole};
use crate::data::formats::error::quoted;
use crate::data::formats::{Error, Mend};

/// What mends a one-hot label.
const SINGLE: &str = "write 1 in the column of the row's class and 0 in the others, or delete the row";

/// Reads `line` into `pixels` and `marks`; returns the scale that holds from here on.
pub(super) fn row<'a>(
    layout: &Layout,
    line: Line<'a>,
    mut scale: Scale,
    pixels: &mut [u8],
    marks: &mut Marks<'a>,
) -> Result<Scale, Error> {
    if layout.header.as_deref() == Some(line.text) {
        return Err(explain(layout, line, 0, false, None));
    }
    let mut roles = layout.marks.iter().peekable();
    let mut fault = None;
    let (mut column, mut pixel) = (0, 0);
    let mut start = Some(0);
    while let Some(at) = start {
        let Some(cell) = cell(line.text, at) else {
            let message = "expected a closing quote before the end of the line, found none";
            return Err(explain(layout, line, column, true, Some(Error::cell(line.number, column, message))));
        };
        start = cell.next;
        let role = roles.next_if(|mark| mark.0 == column).map(|mark| mark.1);
        // Past the last column, or after a fault, cells are only counted.
        if fault.is_none() && column < layout.columns {
            let read = match role {
                Some(role) => marks.read(layout, role, cell.text),
                None => read_pixel(cell.text, scale).map(|(value, now)| {
                    if now != scale && now == Scale::Fraction {
                        stretch(&mut pixels[..pixel]);
                    }
                    scale = now;
                    pixels[pixel] = value;
                    pixel += 1;
                }),
            };
            fault = read.err().map(|message| {
                let error = Error::cell(line.number, column, message);
                match (role, layout.name(column)) {
                    (Some(Role::Label), _) if number(cell.text).is_some() => error.with(Mend::LeaveOut),
                    (Some(Role::Id), Some(name)) => error.with(Mend::Ignore(name)),
                    (Some(Role::Empty), Some(name)) if is_label(name.as_bytes()) => error.with(Mend::LabelOfSome(name)),
                    _ => error,
                }
            });
        }
        column += 1;
    }
    if fault.is_none() && column == layout.columns && layout.is_one_hot() && marks.ones != 1 {
        let found = if marks.ones == 0 { "none".to_owned() } else { format!("{} of them", marks.ones) };
        let message = format!("expected a single 1 in {}, found {found}: {SINGLE}", layout.one_hot());
        fault = Some(Error::line(line.number, message));
    }
    if fault.is_none() && column == layout.columns {
        return Ok(scale);
    }
    Err(explain(layout, line, column, false, fault))
}

impl<'a> Marks<'a> {
    fn read(&mut self, layout: &Layout, role: Role, text: &'a [u8]) -> Result<(), String> {
        match role {
            Role::Label => self.label = label(text).ok_or_else(|| no_label(text, layout.words))?,
            Role::OneHot(label) => match whole(text) {
                Some(0) => {}
                Some(1) => (self.label, self.ones) = (label, self.ones + 1),
                _ => return Err(format!("expected 0 or 1 in {}, found {}: {SINGLE}", layout.one_hot(), found(text))),
            },
            Role::End(end) => {
                self.ends[end] =
                    number(text).ok_or_else(|| format!("expected a label or a pixel, found {}", found(text)))?;
            }
            Role::Id if text.is_empty() => return Err("expected an id, found an empty cell".to_owned()),
            Role::Id => self.id = text,
            Role::Empty if !is_missing(text) => {
                return Err(format!("expected an empty cell, as in the first rows, found {}", found(text)));
            }
            Role::Ignored | Role::Empty => {}
        }
        Ok(())
    }
}

/// A pixel from 0 to 255 and the scale that holds behind it.
fn read_pixel(text: &[u8], scale: Scale) -> Result<(u8, Scale), String> {
    let pixel = number(text).and_then(|value| number::pixel(value, scale));
    pixel.ok_or_else(|| no_pixel(text, scale))
}

/// The error of a row that is not as it should be, by its most telling fault. `cells` were read, all of them unless a
/// quote is `unclosed`; `fault` is what was wrong with the first bad one.
fn explain(layout: &Layout, line: Line, cells: usize, unclosed: bool, fault: Option<Error>) -> Error {
    let columns = layout.columns;
    if let Some(at) = line.text.iter().position(|&b| b == 0) {
        let column = line.text[..at].iter().filter(|&&b| b == b',').count();
        let message = "expected text, found a NUL byte: the file is damaged or no CSV";
        return Error::cell(line.number, column, message);
    }
    if layout.is_other_header(line.text) {
        let message = format!(
            "expected a row of numbers, found a header unlike that of line {}, {}: bring the rows below it into files of their \
             own, or all columns into one order",
            layout.line,
            quoted(line.text)
        );
        return Error::cell(line.number, 0, message);
    }
    if layout.is_header(line.text) {
        let found = quoted(line.text);
        let message = format!("expected a row of numbers, found a header again, {found}: delete this line");
        return Error::cell(line.number, 0, message);
    }
    // A cut right behind the last comma leaves the right number of cells.
    let incomplete = cells < columns || unclosed || cells == columns && line.text.ends_with(b",");
    if !line.ended && incomplete {
        let message = format!(
            "expected {columns} cells, found the end of the file in the middle of the row: \
             the file is cut off, copy or download it again"
        );
        return Error::cell(line.number, cells - usize::from(!unclosed), message);
    }
    match fault {
        Some(fault) if unclosed || cells == columns => fault,
        _ if cells == 1 && line.text.len() > columns && columns > 2 => {
            let mend = if line.text.trim_ascii().starts_with(b"\"") {
                "the row is in one pair of quotes, take these away"
            } else if line.text.iter().all(|b| b"-+=_ ".contains(b)) {
                "this is a ruled line, delete it"
            } else {
                "the rows have another delimiter"
            };
            let message = format!("expected {columns} cells, as in line {}, found 1: {mend}", layout.line);
            Error::cell(line.number, cells, message)
        }
        _ if cells == 2 * columns || cells > columns && number::is_cut_at_commas(line.text.split(|&b| b == b',')) => {
            let message = format!("expected {columns} cells, found {cells}: {DECIMAL_COMMAS}");
            Error::cell(line.number, columns, message)
        }
        // The first cell of the second row is glued to the last of the first.
        _ if cells == 2 * columns - 1 && columns > 1 => {
            let message = format!("expected {columns} cells, found {cells}: a line end is missing between two rows");
            Error::cell(line.number, columns, message)
        }
        _ => {
            let message = format!("expected {columns} cells, as in line {}, found {cells}", layout.line);
            Error::cell(line.number, cells.min(columns), message).with(Mend::LeaveOut)
        }
    }
}
