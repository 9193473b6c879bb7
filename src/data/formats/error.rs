//! What is wrong with a file, where, and what mends it: the place first, then expected and found.

use super::LabelColumn;
use std::fmt;
use std::io::{self, ErrorKind};

/// Why a file could not be loaded. Displayed as one line without the file's name, which the caller knows:
/// `line 7, column 12: expected a pixel from 0 to 255, found "abc"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// Which of several files, or which array, where the caller named more than that.
    part: Option<String>,
    /// The line of the file, from 1; absent where the fault is the whole file's.
    pub line: Option<u64>,
    /// The number of the cell in that line, from 1.
    pub column: Option<u64>,
    message: String,
    /// What to say with the file, where that mends it.
    pub mend: Option<Mend>,
}

/// What people can say of a file that it does not say itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mend {
    /// The label's column is this one.
    Label(LabelColumn),
    /// The label's column is the first or the last.
    LabelFirstOrLast,
    /// The same, or it is between them and has a number.
    LabelNumber,
    /// The label's column is the first, the last, or there is none.
    LabelPlace,
    /// The images have another shape than a square, or the label another name than usual.
    SizeOrLabel,
    /// The same without a header: columns are told by their numbers.
    SizeOrNumber,
    /// Which column holds the labels, and which are neither pixel nor label.
    LabelOrIgnore,
    /// Some rows have a label in this column, and some have none.
    LabelOfSome(String),
    /// This column is neither pixel nor label.
    Ignore(String),
    /// The rows are images, of this width and height, although it does not look so.
    Size(usize, usize),
    /// Which of several arrays holds the images.
    Array,
    /// Broken rows, which can be left out.
    LeaveOut,
    /// The images are stored column by column.
    Transpose,
    /// They are not.
    Upright,
}

impl Error {
    /// A fault of the whole file.
    pub(super) fn whole(message: impl Into<String>) -> Error {
        Error { part: None, line: None, column: None, message: message.into(), mend: None }
    }

    /// A fault of a line.
    pub(super) fn line(line: u64, message: impl Into<String>) -> Error {
        Error { line: Some(line), ..Error::whole(message) }
    }

    /// A fault of a cell. Columns are counted from 0 in the code, from 1 in what a person reads.
    pub(super) fn cell(line: u64, column: usize, message: impl Into<String>) -> Error {
        Error { column: Some(column as u64 + 1), ..Error::line(line, message) }
    }

    /// The same error with what mends it.
    pub(super) fn with(self, mend: Mend) -> Error {
        Error { mend: Some(mend), ..self }
    }

    /// The same error of one of several files, or of an array, by its name: of that which is nearest to the fault.
    pub(super) fn of(self, part: &str) -> Error {
        Error { part: self.part.or_else(|| Some(part.to_owned())), ..self }
    }

    /// The same error, its line counted from behind the first `lines` lines.
    pub(super) fn below(self, lines: u64) -> Error {
        Error { line: self.line.map(|line| lines + line), ..self }
    }

    /// A file of that format could not be read to its end.
    pub(super) fn reading(format: &str, error: io::Error) -> Error {
        Error::whole(match error.kind() {
            ErrorKind::OutOfMemory => "expected memory for the rows, found too little: use fewer rows".to_owned(),
            ErrorKind::UnexpectedEof => format!("the {format} file is cut off: copy or download it again"),
            _ => format!("cannot be read: {error}"),
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if let Some(part) = &self.part {
            write!(f, "{part}: ")?;
        }
        match (self.line, self.column) {
            (Some(line), Some(column)) => write!(f, "line {line}, column {column}: ")?,
            (Some(line), None) => write!(f, "line {line}: ")?,
            _ => {}
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// A piece of the file as a message shows it: in quotes, on one line, of bounded length.
pub(super) fn quoted(text: &[u8]) -> String {
    const SHOWN: usize = 24;
    // A character has 4 bytes at most; one that is cut here is not shown.
    let decoded = decoded(&text[..text.len().min(4 * (SHOWN + 1))]);
    let start: String = decoded.chars().take(SHOWN).collect();
    let rest = if start.len() < decoded.len() { "..." } else { "" };
    let shown = format!("{start:?}");
    format!("{}{rest}\"", shown.strip_suffix('"').unwrap_or_default())
}

/// What stands for the commas in the cells of a file that has another delimiter, once that is a comma: a sign that no
/// text has.
pub(super) const COMMA_IN_CELL: u8 = 0x11;

/// What mends a table whose columns are the images.
pub(super) const EXCHANGE: &str = "exchange rows and columns, x.T in NumPy or df.T in pandas";

/// Text of a file: UTF-8, and what is none as Latin-1, which older spreadsheets write.
pub(super) fn decoded(text: &[u8]) -> String {
    let chunks = text.utf8_chunks();
    let text = chunks.flat_map(|chunk| chunk.valid().chars().chain(chunk.invalid().iter().map(|&b| char::from(b))));
    text.map(|sign| if sign == char::from(COMMA_IN_CELL) { ',' } else { sign }).collect()
}

/// Why a file cannot be opened.
pub(super) fn cannot_open(error: io::Error) -> Error {
    Error::whole(format!("cannot open the file: {error}"))
}

/// Why a stream breaks off.
pub(super) fn cannot_read(error: io::Error) -> Error {
    Error::whole(error.to_string())
}
