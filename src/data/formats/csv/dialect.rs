//! What kind of CSV a file is, recognised from its first block: header or not, where the label and the id are, the
//! image's size.

use super::cells::{cells, is_blank, next_line};
use crate::data::formats::Error;
use crate::data::formats::error::quoted;
use crate::data::formats::{LabelColumn, Options};

/// What a column holds that is no pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Label,
    Id,
    /// Row numbers without a name, as pandas writes them.
    Ignored,
}

/// What every row of the file has to look like.
#[derive(Debug)]
pub(super) struct Layout {
    pub columns: usize,
    /// The columns that are no pixels, ascending.
    pub marks: Vec<(usize, Role)>,
    pub width: usize,
    pub height: usize,
    /// The header as it stands in the file, without its line end.
    pub header: Option<Vec<u8>>,
    /// The name of the column of ids, if there is one.
    pub ids: Option<String>,
    /// The line that the number of columns was taken from.
    pub line: u64,
}

impl Layout {
    pub fn pixels(&self) -> usize {
        self.width * self.height
    }

    pub fn has(&self, role: Role) -> bool {
        self.marks.iter().any(|mark| mark.1 == role)
    }
}

/// The layout, and where the first row of data starts: its offset in `text` and the number of lines before it.
pub(super) struct Recognised {
    pub layout: Layout,
    pub start: usize,
    pub lines: u64,
}

/// Recognises the dialect from `text`, the start of the file up to a line end or the whole of it.
pub(super) fn recognise(text: &[u8], options: &Options, notes: &mut Vec<String>) -> Result<Recognised, Error> {
    let mut rest = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let mut number = 0;
    let (line, behind) = loop {
        let (line, behind) =
            next_line(rest).ok_or_else(|| Error::whole("expected rows of pixels, found an empty file"))?;
        number += 1;
        if !is_blank(line) {
            break (line, behind);
        }
        rest = behind;
    };
    let cells = cells(line).ok_or_else(|| Error::line(number, "expected a closing quote, found none"))?;
    for (delimiter, name) in [(b';', "semicolons"), (b'\t', "tabs")] {
        if cells.len() == 1 && line.contains(&delimiter) {
            let message = format!("expected commas between the cells, found {name}: save the file with commas");
            return Err(Error::line(number, message));
        }
    }
    let has_header = mostly_names(line) || counts_up(&cells);
    let names = has_header.then_some(&cells[..]);
    if has_header {
        rest = behind;
    }

    let mut marks = Vec::new();
    for (column, name) in names.unwrap_or_default().iter().enumerate() {
        if is_one_of(name, &["id", "imageid"]) {
            marks.push((column, Role::Id));
        } else if column == 0 && (name.is_empty() || name.starts_with(b"Unnamed:")) {
            marks.push((column, Role::Ignored));
            notes.push("the first column has no name: taken for row numbers and left out".into());
        }
    }
    let free: Vec<usize> = (0..cells.len()).filter(|column| marks.iter().all(|mark| mark.0 != *column)).collect();
    let label = match &options.label {
        LabelColumn::None => None,
        LabelColumn::First => free.first().copied(),
        LabelColumn::Last => free.last().copied(),
        LabelColumn::Named(name) => Some(named(name, names, number)?),
        LabelColumn::Auto => {
            let is_label = |name| is_one_of(name, &["label", "labels", "class", "target", "digit", "y"]);
            let by_name = free.iter().copied().find(|&column| names.is_some_and(|names| is_label(names[column])));
            let is_image = |pixels| image_size(pixels, options.size).is_some();
            by_name.or_else(|| match free[..] {
                [first, .., last] if !is_image(free.len()) && is_image(free.len() - 1) => {
                    Some(guess(rest, first, last, notes))
                }
                _ => None,
            })
        }
    };
    if let Some(column) = label {
        marks.retain(|mark| mark.0 != column);
        marks.push((column, Role::Label));
        marks.sort_by_key(|mark| mark.0);
    }

    let (columns, pixels) = (cells.len(), cells.len() - marks.len());
    let (width, height) = image_size(pixels, options.size).ok_or_else(|| no_image(columns, pixels, options, number))?;
    let ids = marks.iter().find(|mark| mark.1 == Role::Id);
    let ids = ids.map(|&(column, _)| String::from_utf8_lossy(cells[column]).into_owned());
    let header = has_header.then(|| line.to_vec());
    Ok(Recognised {
        start: text.len() - rest.len(),
        lines: number - u64::from(!has_header),
        layout: Layout { columns, marks, width, height, header, ids, line: number },
    })
}

fn is_one_of(name: &[u8], names: &[&str]) -> bool {
    names.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
}

/// Width and height of an image of so many pixels: the size asked for, or else a square.
fn image_size(pixels: usize, size: Option<(usize, usize)>) -> Option<(usize, usize)> {
    const SMALLEST: usize = 8;
    let side = pixels.isqrt().max(SMALLEST);
    let (width, height) = size.unwrap_or((side, side));
    (pixels > 0 && width.checked_mul(height) == Some(pixels)).then_some((width, height))
}

fn no_image(columns: usize, pixels: usize, options: &Options, line: u64) -> Error {
    let found = if columns == pixels {
        format!("with or without a label, found {columns} columns")
    } else {
        format!("with or without a label, found {pixels} pixels in {columns} columns")
    };
    let message = match options.size {
        Some((width, height)) => {
            format!("expected the {width} x {height} pixels of an image, {found}")
        }
        None => format!(
            "expected the pixels of a square image of 8 x 8 or more, {found}: say --size WIDTHxHEIGHT if it is not \
             square, --label NAME if the label's column has an unusual name"
        ),
    };
    Error::line(line, message)
}

/// The column of that name.
fn named(name: &str, names: Option<&[&[u8]]>, line: u64) -> Result<usize, Error> {
    let wanted = quoted(name.as_bytes());
    let message = match names {
        None => format!("expected a header with a column {wanted}, found numbers: say --label first, last or none"),
        Some(names) => match names.iter().position(|n| *n == name.as_bytes()) {
            Some(column) => return Ok(column),
            None => {
                let [first, last] = [names.first(), names.last()].map(|name| quoted(name.unwrap_or(&&b""[..])));
                format!("expected a column {wanted} for the labels, found the columns {first} to {last}")
            }
        },
    };
    Err(Error::line(line, message))
}

/// The label's column, first or last, where no name says it: images have an empty corner, labels are not always 0.
fn guess(rows: &[u8], first: usize, last: usize, notes: &mut Vec<String>) -> usize {
    let mut rest = rows;
    let mut ever = [false; 2];
    while let Some((line, behind)) = next_line(rest) {
        rest = behind;
        let cells = cells(line).unwrap_or_default();
        for (ever, column) in ever.iter_mut().zip([first, last]) {
            *ever |= cells.get(column).is_some_and(|cell| cell.iter().any(|b| !b"0.".contains(b)));
        }
    }
    match ever {
        [true, false] => first,
        [false, true] => last,
        _ => {
            notes.push("nothing says where the label is: the first column is taken (if not: --label last)".into());
            first
        }
    }
}

/// More names than numbers: a header.
pub(super) fn mostly_names(line: &[u8]) -> bool {
    let cells = cells(line).unwrap_or_default();
    let names = cells.iter().filter(|cell| !cell.is_empty() && number(cell).is_none()).count();
    2 * names > cells.len()
}

/// The numbers count up by one: the header of a table whose columns have no names but numbers, as pandas writes it.
fn counts_up(cells: &[&[u8]]) -> bool {
    let numbers: Vec<f64> = cells.iter().filter_map(|cell| number(cell)).collect();
    numbers.len() > 2 && numbers.windows(2).all(|pair| pair[1] == pair[0] + 1.0)
}

fn number(text: &[u8]) -> Option<f64> {
    str::from_utf8(text).ok()?.parse().ok()
}
