//! What every row of a file has to look like, and what a row says beside its pixels.

use super::cells::cells;
use super::header::is_header_again;
use crate::data::formats::LabelColumn;
use crate::data::formats::error::{decoded, quoted};

/// What a column holds that is no pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Label,
    /// A 1 in the rows of this label, a 0 in all others.
    OneHot(i32),
    /// The first (0) or the last (1) column, of which one is the label and one a pixel: the whole file decides.
    End(usize),
    Id,
    /// Neither pixel nor label.
    Ignored,
    /// No value, in no row.
    Empty,
}

/// What every row of the file has to look like.
#[derive(Debug)]
pub(super) struct Layout {
    pub columns: usize,
    /// The columns that are no pixels, ascending.
    pub marks: Vec<(usize, Role)>,
    pub width: usize,
    pub height: usize,
    /// Where each pixel of a row belongs in the image; in their own order without it.
    pub places: Option<Vec<usize>>,
    /// The header as it stands in the file, without its line end.
    pub header: Option<Vec<u8>>,
    /// The name of the column of ids, if there is one.
    pub ids: Option<String>,
    /// How to say which column is the label's, as far as known.
    pub label: LabelColumn,
    /// Of a one-hot label that the values alone tell, the column beside the pixels, and its class.
    pub nearest_class: Option<(usize, i32)>,
    /// Whether the label's column holds words in most of the first rows.
    pub words: bool,
    /// The line that the number of columns was taken from.
    pub line: u64,
}

impl Layout {
    pub fn pixels(&self) -> usize {
        self.width * self.height
    }

    pub fn any(&self, is: impl Fn(Role) -> bool) -> bool {
        self.marks.iter().any(|mark| is(mark.1))
    }

    /// Whether the label is known row by row.
    pub fn has_labels(&self) -> bool {
        self.any(|role| matches!(role, Role::Label | Role::OneHot(_)))
    }

    pub fn is_one_hot(&self) -> bool {
        self.any(|role| matches!(role, Role::OneHot(_)))
    }

    /// The columns of a one-hot label, in words.
    pub fn one_hot(&self) -> String {
        let columns = || self.marks.iter().filter(|mark| matches!(mark.1, Role::OneHot(_))).map(|mark| mark.0);
        let name = |column: usize| self.name(column).map_or((column + 1).to_string(), |name| quoted(name.as_bytes()));
        let [first, last] = [columns().next(), columns().next_back()].map(|column| column.map_or(String::new(), name));
        format!("the one-hot columns {first} to {last}")
    }

    /// Whether the label is in the first or the last column, and the whole file decides.
    pub fn is_open(&self) -> bool {
        self.any(|role| matches!(role, Role::End(_)))
    }

    /// What the header calls a column.
    pub fn name(&self, column: usize) -> Option<String> {
        cells(self.header.as_ref()?)?.get(column).map(|name| decoded(name))
    }

    /// Whether a line is the header again, or another one.
    pub fn is_header(&self, line: &[u8]) -> bool {
        self.header.as_deref() == Some(line)
            || is_header_again(line) && cells(line).is_some_and(|cells| cells.len() == self.columns)
    }

    /// Whether a line is a header with other names, or the same in another order.
    pub fn is_other_header(&self, line: &[u8]) -> bool {
        self.is_header(line) && self.header.as_ref().is_some_and(|header| cells(header) != cells(line))
    }

    /// Puts the pixels of an image where they belong.
    pub fn arrange(&self, pixels: &mut [u8]) {
        if let Some(places) = &self.places {
            let row = pixels.to_vec();
            for (pixel, &place) in row.iter().zip(places) {
                pixels[place] = *pixel;
            }
        }
    }
}

/// What the columns beside the pixels say of one row.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Marks<'a> {
    pub label: i32,
    pub id: &'a [u8],
    /// How many columns of a one-hot label are 1.
    pub ones: u32,
    /// The first and the last cell, where one of them is the label.
    pub ends: [f64; 2],
}

/// The first and the last cell of a row, where one of them is the label.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ends {
    pub line: u64,
    pub cells: [f64; 2],
}
