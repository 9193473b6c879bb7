//! Names of columns, and cells, that tell what a column holds.

use super::number::{self, number, whole};

const LABELS: [&str; 6] = ["label", "labels", "class", "target", "digit", "y"];

/// Of these, letters and digits alone count: `Image_ID` is `imageid`.
const IDS: &str = " id imageid imgid rowid sampleid ";

/// The same, of columns that number the rows of a table.
const INDICES: &str = " index idx level0 rowindex row rownumber ";

/// The same, of columns that are neither pixel nor label.
const NEITHER: &str = " filename file filepath path imagepath imagename imagefile \
                       imgname name usage split set subset fold source uuid writer writerid ";

/// Whether labels are called so, and nothing else is: `y` may be the letter of a column.
pub(super) fn is_only_label(name: &[u8]) -> bool {
    is_label(name) && name.len() > 1
}

/// Whether labels are called so.
pub(super) fn is_label(name: &[u8]) -> bool {
    LABELS.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
}

/// Whether a column is called by letters, as spreadsheets do: `Y` beside `X`, `ID` beside `IC`.
pub(super) fn is_letters(name: &[u8], names: &[&[u8]]) -> bool {
    let Some((last, start)) = name.split_last() else { return false };
    names.iter().any(|other| other.split_last() == Some((&last.wrapping_sub(1), start)))
}

/// The digits as words.
const DIGITS: [&str; 10] = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

/// The digit that a word says, in a name or alone: `label_eight`.
pub(super) fn digit(text: &[u8]) -> Option<i32> {
    let mut words = text.split(|b| !b.is_ascii_alphabetic());
    let place = words.find_map(|word| DIGITS.iter().position(|digit| word.eq_ignore_ascii_case(digit.as_bytes())));
    place.map(|digit| digit as i32)
}

/// Whether a cell is a digit as a word.
pub(super) fn is_digit(cell: &[u8]) -> bool {
    cell.iter().all(u8::is_ascii_alphabetic) && digit(cell).is_some()
}

/// The label in a cell.
pub(super) fn label(cell: &[u8]) -> Option<i32> {
    whole(cell).and_then(number::label).or_else(|| digit(cell).filter(|_| is_digit(cell)))
}

/// Whether ids are called so.
pub(super) fn is_id(name: &[u8]) -> bool {
    is_one_of(name, IDS)
}

/// Whether something is called so that is neither pixel nor label.
pub(super) fn is_neither(name: &[u8]) -> bool {
    is_one_of(name, NEITHER) || is_one_of(name, INDICES)
}

/// Whether the numbers of rows are called so.
pub(super) fn is_index(name: &[u8]) -> bool {
    is_one_of(name, INDICES) || is_unnamed(name)
}

/// Whether this is the name of a column without one.
pub(super) fn is_unnamed(name: &[u8]) -> bool {
    name.is_empty() || name.starts_with(b"Unnamed:")
}

fn is_one_of(name: &[u8], known: &str) -> bool {
    let plain: String =
        name.iter().filter(|b| b.is_ascii_alphanumeric()).map(|&b| char::from(b).to_ascii_lowercase()).collect();
    !plain.is_empty() && known.contains(&format!(" {plain} "))
}

/// Text that is neither number nor nothing.
pub(super) fn is_text(cell: &[u8]) -> bool {
    !cell.is_empty() && number(cell).is_none()
}

/// The name of a file.
pub(super) fn is_file_name(cell: &[u8]) -> bool {
    let has_ending = || {
        let (_, ending) = cell.split_at(cell.iter().rposition(|&b| b == b'.').map_or(cell.len(), |point| point + 1));
        ending.first().is_some_and(u8::is_ascii_alphabetic) && ending.iter().all(u8::is_ascii_alphanumeric)
    };
    let has_folder = || cell.iter().any(|b| b"/\\".contains(b)) && cell.iter().any(u8::is_ascii_alphabetic);
    // What Python shows of bytes has folders' signs, too.
    let is_shown = || cell.len() > 255 || cell.iter().any(|b| b"{}[]<>".contains(b));
    is_text(cell) && (has_ending() || has_folder()) && !is_shown()
}
