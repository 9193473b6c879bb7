//! Lines of text become rows of pixels: by the fast path where it can, by the strict path otherwise.

use std::ops::Range;

use super::cells::{Line, MARK, may_be_row, says_nothing};
use super::layout::{Ends, Layout, Marks};
use super::number::{Scale, stretch};
use super::strict;
use crate::data::formats::error::decoded;
use crate::data::formats::{Error, Skipped, no_memory, reserve};

/// A parser of the usual rows, [`super::fast::row`]; in tests, one that knows no row.
pub(super) trait FastPath:
    for<'a> Fn(&Layout, &'a [u8], usize, &mut [u8], &mut Marks<'a>) -> Option<usize> + Sync
{
}

impl<F: for<'a> Fn(&Layout, &'a [u8], usize, &mut [u8], &mut Marks<'a>) -> Option<usize> + Sync> FastPath for F {}

/// Consecutive rows, and what was counted on the way.
#[derive(Default)]
pub(super) struct Rows {
    pub pixels: Vec<u8>,
    /// Empty where the file has no labels.
    pub labels: Vec<i32>,
    /// Empty where the file has no ids.
    pub ids: Vec<String>,
    /// The first and the last cell of each row, where one of them is the label; else empty.
    pub ends: Vec<Ends>,
    pub count: usize,
    pub lines: u64,
    /// The line of the first row of empty cells, and the rows before it.
    pub empty: Option<(u64, usize)>,
    /// Of the rows of empty cells that were left out behind all others, the line of the first and their number.
    pub trailing: Option<(u64, usize)>,
    /// What these rows and all before them say of the pixels' range.
    pub scale: Scale,
    pub skipped: Skipped,
}

impl Rows {
    /// Forgets all rows and keeps the memory; the next row comes under `scale`.
    pub fn start_over(&mut self, scale: Scale) {
        self.pixels.clear();
        self.labels.clear();
        self.ids.clear();
        self.ends.clear();
        (self.count, self.lines, self.scale) = (0, 0, scale);
        (self.empty, self.trailing) = (None, None);
        self.skipped = Skipped::default();
    }

    /// Adds the rows of the next block, which began under this scale. `expected` pixels come in all, as far as known:
    /// room is made for them, but never for more than twice of what there is.
    pub fn append(&mut self, next: &mut Rows, expected: usize) -> Result<(), Error> {
        if next.scale != self.scale && next.scale == Scale::Fraction {
            stretch(&mut self.pixels);
        }
        self.scale = next.scale;
        let len = self.pixels.len() + next.pixels.len();
        if len > self.pixels.capacity() {
            let room = expected.clamp(len + len / 8, 2 * len);
            let more = room - self.pixels.len();
            self.pixels.try_reserve_exact(more).map_err(|_| no_memory::<u8>(room))?;
        }
        reserve(&mut self.labels, next.labels.len())?;
        reserve(&mut self.ids, next.ids.len())?;
        reserve(&mut self.ends, next.ends.len())?;
        self.pixels.extend_from_slice(&next.pixels);
        self.labels.extend_from_slice(&next.labels);
        self.ids.append(&mut next.ids);
        let lines = self.lines;
        self.ends.extend(next.ends.iter().map(|ends| Ends { line: lines + ends.line, ..*ends }));
        for error in next.skipped.first.drain(..) {
            self.skipped.first.push(error.below(self.lines));
        }
        self.skipped.first.truncate(Skipped::SHOWN);
        self.empty = self.empty.or(next.empty.map(|(line, rows)| (self.lines + line, self.count + rows)));
        let trailing = next.trailing.map(|(line, rows)| (self.lines + line, rows));
        self.trailing = match (self.trailing, trailing) {
            (before, None) if next.seen() == 0 => before,
            (Some((line, rows)), Some((_, more))) if next.seen() == more as u64 => Some((line, rows + more)),
            (_, trailing) => trailing,
        };
        let before = self.seen();
        self.skipped.rows.extend(next.skipped.rows.iter().map(|row| before + row));
        self.count += next.count;
        self.lines += next.lines;
        Ok(())
    }

    /// The rows so far, broken ones included.
    fn seen(&self) -> u64 {
        self.count as u64 + self.skipped.rows.len() as u64
    }

    /// Takes rows of empty cells behind all others for what spreadsheets leave there, or for the sign by which DOS ends
    /// a file.
    pub fn forget_trailing(&mut self) {
        let Some((line, count)) = self.trailing.take() else { return };
        self.skipped.rows.truncate(self.skipped.rows.len() - count);
        self.skipped.first.retain(|error| error.line.is_none_or(|at| at < line));
    }

    fn skip(&mut self, error: Error, is_row: bool) {
        if is_row {
            self.trailing = None;
            self.skipped.rows.push(self.seen() + 1);
        }
        if self.skipped.first.len() < Skipped::SHOWN {
            self.skipped.first.push(error);
        }
    }
}

/// The error of a row of empty cells.
pub(super) fn no_pixels(line: u64) -> Error {
    let mend = "delete the line if it is no row of an image, else write its pixels";
    Error::line(line, format!("expected a row of pixels, found empty cells: {mend}"))
}

/// All that is to be known to parse any line of the file.
pub(super) struct Parser<F> {
    pub layout: Layout,
    pub skip_bad_rows: bool,
    pub fast: F,
}

impl<F: FastPath> Parser<F> {
    /// Adds the rows in `lines` of `text` to `rows`. Behind them, `text` has padding for the fast path.
    pub fn parse(&self, text: &[u8], lines: Range<usize>, rows: &mut Rows) -> Result<(), Error> {
        let mut at = lines.start;
        while at < lines.end {
            let start = rows.pixels.len();
            rows.pixels.resize(start + self.layout.pixels(), 0);
            let (before, pixels) = rows.pixels.split_at_mut(start);
            let mut marks = Marks::default();
            rows.lines += 1;
            // Beside fractions a 1 stands for 255, and a header may be made of numbers: the strict path knows.
            let usual = match rows.scale {
                Scale::Fraction => None,
                _ if self.layout.header.as_ref().is_some_and(|header| text[at..].starts_with(header)) => None,
                _ => (self.fast)(&self.layout, text, at, pixels, &mut marks),
            };
            if let Some(next) = usual {
                at = next;
                if rows.scale == Scale::Open && pixels.iter().any(|&pixel| pixel > 1) {
                    rows.scale = Scale::Whole;
                }
            } else {
                let rest = &text[at..lines.end];
                let end = rest.iter().position(|&b| b == b'\n');
                let line = &rest[..end.unwrap_or(rest.len())];
                at += line.len() + usize::from(end.is_some());
                let text = line.strip_suffix(b"\r").unwrap_or(line);
                let text = text.strip_prefix(MARK).unwrap_or(text);
                if says_nothing(text) {
                    rows.pixels.truncate(start);
                    if may_be_row(text) {
                        match self.skip_bad_rows {
                            true => {
                                let (line, count) = rows.trailing.unwrap_or((rows.lines, 0));
                                rows.skip(no_pixels(rows.lines), true);
                                rows.trailing = Some((line, count + 1));
                            }
                            false => rows.empty = rows.empty.or(Some((rows.lines, rows.count))),
                        }
                    }
                    continue;
                }
                let line = Line { text, ended: end.is_some(), number: rows.lines };
                // The fast path may have read the row's first cells before it refused it.
                marks = Marks::default();
                pixels.fill(0);
                match strict::row(&self.layout, line, rows.scale, pixels, &mut marks) {
                    Ok(scale) => {
                        if scale != rows.scale && scale == Scale::Fraction {
                            stretch(before);
                        }
                        rows.scale = scale;
                    }
                    // Below another header, the columns may be others.
                    Err(error) if self.skip_bad_rows && !self.layout.is_other_header(text) => {
                        rows.pixels.truncate(start);
                        // A header in the middle has no number.
                        rows.skip(error, !self.layout.is_header(text));
                        continue;
                    }
                    Err(error) => return Err(error),
                }
            }
            if self.layout.is_open() {
                rows.ends.push(Ends { line: rows.lines, cells: marks.ends });
            } else {
                self.layout.arrange(pixels);
            }
            if self.layout.has_labels() {
                rows.labels.push(marks.label);
            }
            if self.layout.ids.is_some() {
                rows.ids.push(decoded(marks.id).replace("\"\"", "\""));
            }
            (rows.count, rows.trailing) = (rows.count + 1, None);
        }
        Ok(())
    }
}
