//! Labels in a file of their own, as text: one a line, below a name or none, or a column of a table, such as a submission.

use super::cells::{cells, next_line, says_nothing};
use super::names::{is_digit, is_label, is_text, label};
use super::spelling::{Spelling, line_end};
use crate::data::formats::Error;
use crate::data::formats::error::quoted;

/// Reads the labels.
pub(in crate::data::formats) fn labels(mut text: Vec<u8>) -> Result<Vec<i32>, Error> {
    let spelling = Spelling::of(&text, line_end(&text));
    let length = spelling.rewrite(&mut text);
    let mut rest = text[..length].strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text[..length]);
    let mut labels = Vec::new();
    let mut names: Option<Vec<&[u8]>> = None;
    // The column of the labels, of so many.
    let mut place = None;
    let mut number = 0;
    while let Some((line, behind)) = next_line(rest) {
        (rest, number) = (behind, number + 1);
        if says_nothing(line) {
            continue;
        }
        // The line is not of the images' file.
        let error = |message: String| Error::whole(format!("line {number}: {message}, found {}", quoted(line)));
        let mut cells = cells(line).ok_or_else(|| error("expected a closing quote".into()))?;
        // A comma at each line's end.
        while cells.len() > 1 && cells.last().is_some_and(|cell| cell.is_empty()) {
            cells.pop();
        }
        let is_name = |cell: &&[u8]| is_text(cell) && !is_digit(cell) || cell.is_empty();
        if names.is_none() && place.is_none() && cells.iter().any(is_name) {
            names = Some(cells);
            continue;
        }
        let count = cells.len();
        let (column, columns) = match (place, &names) {
            (Some(known), _) => known,
            (None, _) if count == 1 => (0, 1),
            (None, Some(names)) => (column(names).unwrap_or(count), count),
            (None, None) => (count, count),
        };
        place = Some((column, columns));
        if column == count {
            let message = "expected a label a line, or one column that the first line calls label";
            return Err(error(message.into()));
        }
        let found = cells.get(column).filter(|_| count == columns).and_then(|cell| label(cell));
        labels.push(found.ok_or_else(|| error("expected labels as IDX, a NumPy array or a number a line".into()))?);
    }
    Ok(labels)
}

/// The column of the labels among these: by its name, or the only one that has a name.
fn column(names: &[&[u8]]) -> Option<usize> {
    let mut named = (0..names.len()).filter(|&column| !names[column].is_empty());
    let only = named.next().filter(|_| named.next().is_none());
    names.iter().position(|name| is_label(name)).or(only)
}
