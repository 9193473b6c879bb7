//! Text cut into lines, and lines into cells.

/// A line of the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    /// Without the line end.
    pub text: &'a [u8],
    /// Whether it has a line end.
    pub ended: bool,
    pub number: u64,
}

/// One cell: its text without spaces and quotes, and where the next cell starts, if there is one.
pub(super) struct Cell<'a> {
    pub text: &'a [u8],
    pub next: Option<usize>,
}

/// The cell at `start` of `line`, or nothing where its quotes do not close.
pub(super) fn cell(line: &[u8], start: usize) -> Option<Cell<'_>> {
    let ends_at = |from: usize| line[from..].iter().position(|&b| b == b',').map_or(line.len(), |n| from + n);
    let open = start + line[start..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    let mut end = ends_at(start);
    let mut text = line[start..end].trim_ascii();
    if line.get(open) == Some(&b'"') {
        let close = open + 1 + closing_quote(&line[open + 1..])?;
        end = ends_at(close);
        // Text behind the closing quote stays part of the cell, and is refused with it.
        let behind = line[close + 1..end].trim_ascii();
        text = if behind.is_empty() { line[open + 1..close].trim_ascii() } else { &line[open..end] };
    }
    Some(Cell { text, next: (end < line.len()).then_some(end + 1) })
}

/// The quote that ends a cell: two of them are one in it.
fn closing_quote(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += text[at..].iter().position(|&b| b == b'"')?;
        if text.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

/// The cells of a line, or nothing where quotes do not close.
pub(super) fn cells(line: &[u8]) -> Option<Vec<&[u8]>> {
    let mut cells = Vec::new();
    let mut start = Some(0);
    while let Some(at) = start {
        let next = cell(line, at)?;
        cells.push(next.text);
        start = next.next;
    }
    Some(cells)
}

/// A byte order mark: at the start of a file, and of each of those that were put together.
pub(super) const MARK: &[u8] = b"\xef\xbb\xbf";

/// The first line of `text`, without its line end and a byte order mark, and what follows.
pub(super) fn next_line(text: &[u8]) -> Option<(&[u8], &[u8])> {
    if text.is_empty() {
        return None;
    }
    let end = text.iter().position(|&b| b == b'\n');
    let (line, rest) = end.map_or((text, &[][..]), |end| (&text[..end], &text[end + 1..]));
    let line = line.strip_prefix(MARK).unwrap_or(line);
    Some((line.strip_suffix(b"\r").unwrap_or(line), rest))
}

/// Whether a line holds no row: nothing, or the commas of a spreadsheet's empty row, or a comment, or the sign by which
/// DOS ends a file.
pub(super) fn says_nothing(line: &[u8]) -> bool {
    is_comment(line) || line.iter().all(|b| b" \t\r,\"\x1a".contains(b))
}

/// Whether a line that says nothing may be a row all the same, of which the cells are empty or lost.
pub(super) fn may_be_row(line: &[u8]) -> bool {
    !is_comment(line) && line.iter().any(|b| !b" \r".contains(b))
}

/// What spreadsheets write where there is no value.
pub(super) const NO_VALUES: [&[u8]; 7] = [b"#n/a", b"#ref!", b"#value!", b"#name?", b"#div/0!", b"#num!", b"#null!"];

/// Whether a line is a comment: `# ...`, which a spreadsheet may have put into quotes. One that begins with a cell
/// without value is a row.
pub(super) fn is_comment(line: &[u8]) -> bool {
    let text = line.trim_ascii_start();
    let text = text.strip_prefix(b"\"").unwrap_or(text);
    let begins = |cell: &&[u8]| text.get(..cell.len()).is_some_and(|start| start.eq_ignore_ascii_case(cell));
    text.starts_with(b"#") && !NO_VALUES.iter().any(begins)
}
