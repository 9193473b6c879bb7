//! What kind of CSV a file is, recognised from its first block: header or not, where the label and the id are, the
//! image's size.

use super::error::{Error, quoted};
use super::strict::cell;
use super::{LabelColumn, Options};

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
pub(super) fn recognise(
    text: &[u8],
    options: &Options,
    notes: &mut Vec<String>,
) -> Result<Recognised, Error> {
    let mut rest = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let mut line_number = 0;
    let line = loop {
        let Some((line, behind)) = next_line(rest) else {
            return Err(Error::whole("expected rows of pixels, found an empty file"));
        };
        line_number += 1;
        if !is_blank(line) {
            break line;
        }
        rest = behind;
    };
    let cells = cells(line)
        .ok_or_else(|| Error::line(line_number, "expected a closing quote, found none"))?;
    for (delimiter, name) in [(b';', "semicolons"), (b'\t', "tabs")] {
        if cells.len() == 1 && line.contains(&delimiter) {
            let message = format!(
                "expected commas between the cells, found {name}: save the file with commas"
            );
            return Err(Error::line(line_number, message));
        }
    }
    let header = (mostly_names(line) || counts_up(&cells)).then(|| line.to_vec());
    let names: Option<Vec<String>> = header
        .is_some()
        .then(|| cells.iter().map(|name| lossy(name)).collect());
    if header.is_some() {
        rest = next_line(rest).map_or(&[], |(_, behind)| behind);
    }

    let mut marks = Vec::new();
    for (column, name) in names.iter().flatten().enumerate() {
        if ["id", "imageid"].contains(&name.to_lowercase().as_str()) {
            marks.push((column, Role::Id));
        } else if column == 0 && (name.is_empty() || name.starts_with("Unnamed:")) {
            marks.push((column, Role::Ignored));
            notes.push("the first column has no name: taken for row numbers and left out".into());
        }
    }
    let free: Vec<usize> = (0..cells.len())
        .filter(|column| marks.iter().all(|mark| mark.0 != *column))
        .collect();
    let label = match &options.label {
        LabelColumn::None => None,
        LabelColumn::First => free.first().copied(),
        LabelColumn::Last => free.last().copied(),
        LabelColumn::Named(name) => Some(named(name, names.as_deref(), line_number)?),
        LabelColumn::Auto => {
            let by_name = free
                .iter()
                .copied()
                .find(|&column| names.as_ref().is_some_and(|n| is_label(&n[column])));
            let is_image = |pixels| image_size(pixels, options.size).is_some();
            match free[..] {
                [first, .., last]
                    if by_name.is_none() && !is_image(free.len()) && is_image(free.len() - 1) =>
                {
                    Some(guess(rest, first, last, notes))
                }
                _ => by_name,
            }
        }
    };
    if let Some(column) = label {
        marks.retain(|mark| mark.0 != column);
        marks.push((column, Role::Label));
        marks.sort_by_key(|mark| mark.0);
    }
    let pixels = cells.len() - marks.len();
    let (width, height) = image_size(pixels, options.size)
        .ok_or_else(|| no_image(cells.len(), pixels, options, line_number))?;
    Ok(Recognised {
        start: text.len() - rest.len(),
        lines: line_number - u64::from(header.is_none()),
        layout: Layout {
            columns: cells.len(),
            marks,
            width,
            height,
            header,
            line: line_number,
        },
    })
}

/// Width and height of an image of so many pixels: the size asked for, or else a square.
fn image_size(pixels: usize, size: Option<(usize, usize)>) -> Option<(usize, usize)> {
    const SMALLEST: usize = 8;
    let side = pixels.isqrt();
    let (width, height) = size.unwrap_or((side, side));
    (width.checked_mul(height) == Some(pixels) && (size.is_some() || side >= SMALLEST))
        .then_some((width, height))
}

fn no_image(columns: usize, pixels: usize, options: &Options, line: u64) -> Error {
    let found = if columns == pixels {
        format!("{columns} columns")
    } else {
        format!("{pixels} pixels in {columns} columns")
    };
    Error::line(
        line,
        match options.size {
            Some((width, height)) => format!(
                "expected the {width} x {height} pixels of an image, with or without a label, found {found}"
            ),
            None => format!(
                "expected the pixels of a square image of 8 x 8 or more, with or without a label, found {found}: \
             say --size WIDTHxHEIGHT if it is not square, --label NAME if the label's column has an unusual name"
            ),
        },
    )
}

/// The column of that name.
fn named(name: &str, names: Option<&[String]>, line: u64) -> Result<usize, Error> {
    let Some(names) = names else {
        let message = format!(
            "expected a header with a column {}, found numbers: say --label first, last or none",
            quoted(name.as_bytes())
        );
        return Err(Error::line(line, message));
    };
    names.iter().position(|n| n == name).ok_or_else(|| {
        let (first, last) = (
            names.first().map_or("", |n| n),
            names.last().map_or("", |n| n),
        );
        let [name, first, last] = [name, first, last].map(|n| quoted(n.as_bytes()));
        Error::line(
            line,
            format!("expected a column {name} for the labels, found the columns {first} to {last}"),
        )
    })
}

fn is_label(name: &str) -> bool {
    ["label", "labels", "class", "target", "digit", "y"].contains(&name.to_lowercase().as_str())
}

/// The label's column, first or last, where no name says it: images have an empty corner, labels are not always 0.
fn guess(rows: &[u8], first: usize, last: usize, notes: &mut Vec<String>) -> usize {
    let mut rest = rows;
    let mut ever = [false; 2];
    while let Some((line, behind)) = next_line(rest) {
        rest = behind;
        let cells = cells(line).unwrap_or_default();
        for (ever, column) in ever.iter_mut().zip([first, last]) {
            *ever |= cells
                .get(column)
                .is_some_and(|cell| cell.iter().any(|b| !b"0.".contains(b)));
        }
    }
    match ever {
        [true, false] => first,
        [false, true] => last,
        _ => {
            notes.push(
                "nothing says where the label is: the first column is taken (if not: --label last)"
                    .into(),
            );
            first
        }
    }
}

/// More names than numbers: a header.
pub(super) fn mostly_names(line: &[u8]) -> bool {
    let cells = cells(line).unwrap_or_default();
    let names = cells
        .iter()
        .filter(|cell| !cell.is_empty() && number(cell).is_none())
        .count();
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

/// The cells of a line, or nothing where quotes do not close.
fn cells(line: &[u8]) -> Option<Vec<&[u8]>> {
    let mut cells = Vec::new();
    let mut start = Some(0);
    while let Some(at) = start {
        let next = cell(line, at)?;
        cells.push(next.text);
        start = next.next;
    }
    Some(cells)
}

/// The first line of `text`, without its line end, and what follows.
pub(super) fn next_line(text: &[u8]) -> Option<(&[u8], &[u8])> {
    if text.is_empty() {
        return None;
    }
    let end = text.iter().position(|&b| b == b'\n');
    let (line, rest) = end.map_or((text, &[][..]), |end| (&text[..end], &text[end + 1..]));
    Some((line.strip_suffix(b"\r").unwrap_or(line), rest))
}

pub(super) fn is_blank(line: &[u8]) -> bool {
    line.trim_ascii().is_empty()
}

fn lossy(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}
