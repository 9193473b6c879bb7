//! The strict path: one row, with everything that a CSV of digits may contain, and every error it may have.

use super::cells::{Line, cell};
use super::dialect::{Layout, Role, mostly_names};
use crate::data::formats::Error;
use crate::data::formats::error::quoted;

/// What the columns beside the pixels say of one row.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Marks {
    pub label: i32,
    pub id: u64,
}

/// What the pixels seen so far, in the order of the file, say of their range.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Scale {
    /// Nothing but 0 and 1: either may come.
    #[default]
    Open,
    /// Whole numbers from 0 to 255.
    Whole,
    /// Numbers from 0 to 1, kept as 0 to 255.
    Fraction,
}

/// Reads `line` into `pixels` and `marks`; returns the scale that holds from here on.
pub(super) fn row(
    layout: &Layout,
    line: Line,
    mut scale: Scale,
    pixels: &mut [u8],
    marks: &mut Marks,
) -> Result<Scale, Error> {
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
                Some(role) => marks.read(role, cell.text),
                None => self::pixel(cell.text, scale).map(|(value, now)| {
                    if now != scale && now == Scale::Fraction {
                        stretch(&mut pixels[..pixel]);
                    }
                    scale = now;
                    pixels[pixel] = value;
                    pixel += 1;
                }),
            };
            fault = read.err().map(|message| Error::cell(line.number, column, message));
        }
        column += 1;
    }
    if fault.is_none() && column == layout.columns {
        return Ok(scale);
    }
    Err(explain(layout, line, column, false, fault))
}

impl Marks {
    fn read(&mut self, role: Role, text: &[u8]) -> Result<(), String> {
        match role {
            Role::Label => {
                self.label = whole(text)
                    .and_then(|value| i32::try_from(value).ok())
                    .ok_or_else(|| format!("expected a label, a whole number such as 7, found {}", found(text)))?;
            }
            Role::Id => {
                self.id = whole(text)
                    .and_then(|value| u64::try_from(value).ok())
                    .ok_or_else(|| format!("expected an id, a whole number from 0 on, found {}", found(text)))?;
            }
            Role::Ignored => {}
        }
        Ok(())
    }
}

/// A whole number, which may be negative and may be written as `12.0`.
fn whole(text: &[u8]) -> Option<i128> {
    let (digits, sign) = text.strip_prefix(b"-").map_or((text, 1), |digits| (digits, -1));
    let (whole, fraction) = decimal(digits)?;
    fraction.iter().all(|&digit| digit == b'0').then_some(())?;
    whole
        .iter()
        .try_fold(0_i128, |value, digit| value.checked_mul(10)?.checked_add(i128::from(digit - b'0')))
        .map(|value| sign * value)
}

/// The digits before and behind the point, if `text` is digits with at most one point.
fn decimal(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let point = text.iter().position(|&b| b == b'.').unwrap_or(text.len());
    let (whole, fraction) = (&text[..point], text.get(point + 1..).unwrap_or_default());
    let digits = |text: &[u8]| text.iter().all(u8::is_ascii_digit);
    (whole.len() + fraction.len() > 0 && digits(whole) && digits(fraction)).then_some((whole, fraction))
}

/// A pixel from 0 to 255 and the scale that holds behind it.
fn pixel(text: &[u8], scale: Scale) -> Result<(u8, Scale), String> {
    let parts = decimal(text);
    let fractional = parts.is_some_and(|(_, fraction)| fraction.iter().any(|&digit| digit != b'0'));
    if let Some((whole, fraction)) = parts {
        let value = whole.iter().try_fold(0_u8, |value, digit| value.checked_mul(10)?.checked_add(digit - b'0'));
        match (value, scale) {
            (Some(0), Scale::Open | Scale::Fraction) if fractional => {
                return Ok((round(fraction), Scale::Fraction));
            }
            (Some(value @ 0..=1), Scale::Fraction) if !fractional => {
                return Ok((255 * value, scale));
            }
            (Some(value @ 0..=1), Scale::Open) if !fractional => return Ok((value, scale)),
            (Some(value), Scale::Open | Scale::Whole) if !fractional => {
                return Ok((value, Scale::Whole));
            }
            _ => {}
        }
    }
    let expected = match scale {
        Scale::Fraction => "a pixel from 0 to 1, like the fractions before",
        Scale::Whole if fractional => "a whole pixel from 0 to 255, like those before",
        _ if fractional => "a whole pixel from 0 to 255, or a fraction from 0 to 1",
        _ => "a pixel from 0 to 255",
    };
    Err(format!("expected {expected}, found {}{}", found(text), advice(text)))
}

/// 255 times the fraction of these digits, rounded. Nine digits decide.
fn round(digits: &[u8]) -> u8 {
    let (value, unit) = digits
        .iter()
        .take(9)
        .fold((0_u64, 1_u64), |(value, unit), digit| (10 * value + u64::from(digit - b'0'), 10 * unit));
    ((2 * 255 * value + unit) / (2 * unit)) as u8
}

/// 0 and 1 become 0 and 255.
pub(super) fn stretch(pixels: &mut [u8]) {
    for pixel in pixels {
        *pixel *= 255;
    }
}

fn found(text: &[u8]) -> String {
    if text.is_empty() { "an empty cell".into() } else { quoted(text) }
}

/// What mends a pixel that is no decimal number.
fn advice(text: &[u8]) -> &'static str {
    let lower = text.to_ascii_lowercase();
    match lower.as_slice() {
        b"" | b"nan" | b"na" | b"n/a" | b"null" | b"none" => ": fill in the missing value or delete the row",
        [b'-', rest @ ..] if decimal(rest).is_some() => ": undo the normalisation that made it negative",
        _ if lower.contains(&b'e') && str::from_utf8(&lower).is_ok_and(|text| text.parse::<f64>().is_ok()) => {
            ": write it without an exponent"
        }
        _ => "",
    }
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
    if layout.header.as_deref() == Some(line.text) || cells == columns && mostly_names(line.text) {
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
        _ => {
            let message = format!("expected {columns} cells, as in line {}, found {cells}", layout.line);
            Error::cell(line.number, cells.min(columns), message)
        }
    }
}
