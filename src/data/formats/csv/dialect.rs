//! What kind of CSV a file is, recognised from its first block: header or not, what each column holds, the image's
//! size.

use super::cells::{MARK, cells, is_comment, may_be_row, next_line, says_nothing};
use super::columns::Columns;
use super::header::{self, Header, is_header_again, mostly_names};
use super::layout::{Layout, Role};
use super::names::{is_digit, is_only_label, is_text};
use super::number::is_missing;
use super::order::names_rows_and_columns;
use super::refused::{no_image, refuse_short, refuse_turned};
use super::spelling::told_delimiter;
use crate::data::formats::error::{decoded, quoted};
use crate::data::formats::{Error, Note, Options};
use std::collections::HashSet;

/// The layout, and where the first row of data starts: its offset in `text` and the number of lines before it.
pub(super) struct Recognised {
    pub layout: Layout,
    pub start: usize,
    pub lines: u64,
}

/// Rows that are looked at.
const SAMPLE: usize = 100;

/// Cells that a title above the rows has at most.
const TITLE: usize = 3;

/// Recognises the dialect from `text`, the start of the file up to a line end or the whole of it.
pub(super) fn recognise(text: &[u8], options: &Options, notes: &mut Vec<Note>) -> Result<Recognised, Error> {
    let first = first_line(text.strip_prefix(MARK).unwrap_or(text))?;
    let cells = cells(first.line).ok_or_else(|| open_quote(first.number))?;
    refuse_quotes(&first)?;
    let header = header::header(first.line, &cells).or_else(|| names_rows_and_columns(&cells).then_some(Header::Names));
    let (rows, before) = match header {
        Some(_) => (first.behind, first.number + first.more),
        None if first.more > 0 => return Err(open_quote(first.number)),
        // Above the first row, there may be one whose cells are lost.
        None => first.lost.unwrap_or((first.from, first.number - 1)),
    };
    let sample = sample(rows);
    if header.is_some() {
        refuse_second_header(&first, &cells)?;
    }
    tell_of_first(&first, header.as_ref(), &cells, &sample, notes);
    refuse_few(&first, &cells, rows, before + 1, &sample)?;
    refuse_turned(first.number, &sample)?;
    let names = match header {
        Some(Header::Names | Header::Grid) => Some(aligned(cells.clone(), &sample)),
        Some(Header::LostRow) => Some(header::names_beside_digits(&cells)),
        None => first.comment.and_then(commented).filter(|names| names.len() == cells.len()),
    };
    let count = names.as_ref().map_or(cells.len(), Vec::len);
    if names.is_some() {
        refuse_short(first.number, count, &sample)?;
    }
    let mut columns = Columns::new(count, names.as_deref(), &sample, first.number, options);
    columns.assign(notes)?;
    let (width, height) = columns.image().ok_or_else(|| no_image(&columns))?;
    let (places, marks) = (columns.places((width, height), notes)?, columns.marks());
    let column_of = |role: Role| marks.iter().find(|mark| mark.1 == role).map(|mark| mark.0);
    let ids = column_of(Role::Id).and_then(|column| Some(decoded(names.as_ref()?[column])));
    let words = column_of(Role::Label).is_some_and(|label| labels_are_words(label, &sample, notes));
    Ok(Recognised {
        start: text.len() - rows.len(),
        lines: before,
        layout: Layout {
            columns: count,
            marks,
            width,
            height,
            places,
            header: header.map(|_| first.line.to_vec()),
            ids,
            label: columns.label(),
            nearest_class: columns.nearest_class,
            words,
            line: first.number,
        },
    })
}

/// The first line that may be a header or a row, and what stands above it.
struct FirstLine<'a> {
    /// The text from this line on; the line, with those that a quote goes over; and the text behind it.
    from: &'a [u8],
    line: &'a [u8],
    behind: &'a [u8],
    /// Its number, counted from 1, and how many lines a quote adds to it.
    number: u64,
    more: u64,
    /// The last comment above it.
    comment: Option<&'a [u8]>,
    /// The first line above it that may be a row whose cells are lost: the text from there on, and the lines before.
    lost: Option<(&'a [u8], u64)>,
}

fn first_line(mut from: &[u8]) -> Result<FirstLine<'_>, Error> {
    let (mut number, mut comment, mut lost) = (0, None, None);
    loop {
        let (line, behind) =
            next_line(from).ok_or_else(|| Error::whole("expected rows of pixels, found an empty file"))?;
        number += 1;
        if is_comment(line) {
            comment = Some(line);
        } else if !says_nothing(line) && told_delimiter(line).is_none() {
            let (line, behind, more) = with_line_ends(from, line, behind);
            return Ok(FirstLine { from, line, behind, number, more, comment, lost });
        } else if lost.is_none() && says_nothing(line) && may_be_row(line) {
            lost = Some((from, number - 1));
        }
        from = behind;
    }
}

/// Refuses single quotes around cells, and doubled ones.
fn refuse_quotes(&FirstLine { line, number, .. }: &FirstLine) -> Result<(), Error> {
    let single = line.starts_with(b"'") && line.ends_with(b"'");
    if single || line.windows(6).any(|piece| piece.starts_with(b"\"\",\"\"") && piece[5] != b',') {
        let message =
            format!("expected cells in double quotes or in none, found {}: take these quotes away", quoted(line));
        return Err(Error::line(number, message));
    }
    Ok(())
}

/// Refuses a header with another one below it.
fn refuse_second_header(first: &FirstLine, cells_of_first: &[&[u8]]) -> Result<(), Error> {
    if cells_of_first.len() > TITLE
        && let Some((next, _)) = next_line(first.behind)
        && next != first.line
        && is_header_again(next)
        && cells(next).is_some_and(|cells| cells.len() == cells_of_first.len())
    {
        let message = format!(
            "expected rows of pixels below the header, found another header, {}: delete the one of both that does not name \
             the columns",
            quoted(next)
        );
        return Err(Error::line(first.number + first.more + 1, message));
    }
    Ok(())
}

/// Tells of a first line that may be something else than what it is taken for.
fn tell_of_first(
    &FirstLine { line, number, .. }: &FirstLine,
    header: Option<&Header>,
    cells: &[&[u8]],
    sample: &[Vec<&[u8]>],
    notes: &mut Vec<Note>,
) {
    let is_blank = |row: &[&[u8]]| row.len() > 1 && row.iter().all(|cell| *cell == row[0]);
    let text = match header {
        Some(Header::LostRow) => format!(
            "line {number} is a row of digits that was once read as a header ({}): it is left out, and that digit is lost",
            quoted(line)
        ),
        Some(Header::Grid) => {
            format!("line {number} counts the rows or the columns of an image: taken for names, not for pixels")
        }
        None if is_blank(cells) && sample.len() > 1 && !sample.iter().skip(1).any(|row| is_blank(row)) => format!(
            "line {number} is {} in all columns: taken for a blank image; delete it if it is none",
            decoded(cells[0])
        ),
        _ => return,
    };
    notes.push(text.into());
}

/// Refuses a first line of a few cells above rows of many, a title; and rows of a few cells that hold whole images whose
/// quotes are open, `number` the first of them.
fn refuse_few(
    first: &FirstLine,
    cells_of_first: &[&[u8]],
    rows: &[u8],
    number: u64,
    sample: &[Vec<&[u8]>],
) -> Result<(), Error> {
    // Those that are shortened are told of for themselves.
    let is_open = |line: &[u8]| cells(line).is_none() && !line.windows(3).any(|signs| signs == b"...");
    if cells_of_first.len() <= TITLE && next_line(rows).is_some_and(|(line, _)| is_open(line)) {
        return Err(open_quote(number));
    }
    let filled = |cells: &[&[u8]]| cells.iter().filter(|cell| !cell.is_empty()).count();
    // It may name the label alone, and leave the pixels' names empty.
    let names_label = cells_of_first.iter().any(|cell| is_only_label(cell))
        && sample.iter().all(|row| row.len() == cells_of_first.len());
    if filled(cells_of_first) <= TITLE && !names_label && sample.iter().any(|row| filled(row) > 8 * TITLE) {
        let message =
            format!("expected names of columns or a row of pixels, found {}: delete this line", quoted(first.line));
        return Err(Error::line(first.number, message));
    }
    Ok(())
}

/// Whether most labels are words that are no names of digits. Names of digits are read as these, which is said.
fn labels_are_words(label: usize, sample: &[Vec<&[u8]>], notes: &mut Vec<Note>) -> bool {
    let most = |is: fn(&[u8]) -> bool| {
        let cells = sample.iter().filter_map(|row| row.get(label).copied());
        2 * cells.filter(|cell| is(cell)).count() > sample.len()
    };
    if most(is_digit) {
        notes.push("the labels are words: zero to nine are read as 0 to 9".to_owned().into());
    }
    most(|cell| is_text(cell) && !is_digit(cell) && !is_missing(cell))
}

/// A line with those behind it that a quote goes over, as where names of columns have line ends in them; what follows,
/// and how many lines were added.
fn with_line_ends<'a>(text: &'a [u8], line: &'a [u8], mut behind: &'a [u8]) -> (&'a [u8], &'a [u8], u64) {
    let quotes = |line: &[u8]| line.iter().filter(|&&b| b == b'"').count();
    let (mut whole, mut open, mut lines) = (line, quotes(line) % 2 == 1, 0);
    while let Some((next, rest)) = next_line(behind).filter(|_| open) {
        whole = &text[..text.len() - behind.len() + next.len()];
        (open, lines, behind) = (quotes(next).is_multiple_of(2), lines + 1, rest);
    }
    (whole, behind, lines)
}

fn open_quote(line: u64) -> Error {
    let message =
        "expected a closing quote before the end of the line, found none: a cell must not go over several lines";
    Error::line(line, message)
}

/// The cells of the first rows.
fn sample(mut rest: &[u8]) -> Vec<Vec<&[u8]>> {
    let lines = std::iter::from_fn(|| {
        let (line, behind) = next_line(rest)?;
        rest = behind;
        Some(line)
    });
    lines.filter(|line| !says_nothing(line)).filter_map(cells).take(SAMPLE).collect()
}

/// A header may have a cell less than the rows, or an empty one more.
fn aligned<'a>(mut names: Vec<&'a [u8]>, sample: &[Vec<&'a [u8]>]) -> Vec<&'a [u8]> {
    let Some(count) = sample.first().map(Vec::len).filter(|&count| sample.iter().all(|row| row.len() == count)) else {
        return names;
    };
    if count + 1 == names.len() && names.last().is_some_and(|name| name.is_empty()) {
        names.pop();
    } else if count == names.len() + 1 && sample.iter().all(|row| row[count - 1].is_empty()) {
        names.push(b"");
    } else if count == names.len() + 1 && sample.len() > 1 {
        // R writes names of rows, and none above them.
        let different: HashSet<&[u8]> = sample.iter().map(|row| row[0]).collect();
        if different.len() == sample.len() {
            names.insert(0, b"");
        }
    }
    names
}

/// The names in a comment, as NumPy writes a header.
fn commented(line: &[u8]) -> Option<Vec<&[u8]>> {
    let start = line.iter().position(|b| !b"# \t,".contains(b))?;
    mostly_names(&line[start..]).then(|| cells(&line[start..]))?
}
