//! What each column holds: by what was told, by its name, by its values in the first rows, and by how many are needed.

use super::header;
use super::layout::Role;
use super::names::{is_file_name, is_id, is_index, is_label, is_letters, is_neither, is_text, is_unnamed};
use super::number::{is_missing, whole};
use super::order::order;
use crate::data::formats::error::{decoded, quoted};
use crate::data::formats::{Error, LabelColumn, Mend, Note, Options};
use std::collections::HashSet;

/// The columns of a file, and what is known of them so far.
pub(super) struct Columns<'a> {
    /// The header's names, one a column.
    pub names: Option<&'a [&'a [u8]]>,
    /// The cells of the first rows.
    pub sample: &'a [Vec<&'a [u8]>],
    /// The line of the header, or of the first row.
    pub line: u64,
    pub options: &'a Options,
    pub roles: Vec<Option<Role>>,
    /// Of a one-hot label that the values alone tell, the column beside the pixels, and its class.
    pub nearest_class: Option<(usize, i32)>,
}

impl<'a> Columns<'a> {
    pub fn new(
        count: usize,
        names: Option<&'a [&'a [u8]]>,
        sample: &'a [Vec<&'a [u8]>],
        line: u64,
        options: &'a Options,
    ) -> Columns<'a> {
        Columns { names, sample, line, options, roles: vec![None; count], nearest_class: None }
    }

    /// The columns that are no pixels, ascending.
    pub fn marks(&self) -> Vec<(usize, Role)> {
        self.roles.iter().enumerate().filter_map(|(column, role)| Some((column, (*role)?))).collect()
    }

    /// The number of columns.
    pub fn count(&self) -> usize {
        self.roles.len()
    }

    /// The columns that are pixels, as far as known.
    pub fn free(&self) -> Vec<usize> {
        (0..self.roles.len()).filter(|&column| self.roles[column].is_none()).collect()
    }

    /// Width and height of the images, if the pixels make one.
    pub fn image(&self) -> Option<(usize, usize)> {
        let pixels = self.free();
        // One of the columns whose place is open is a pixel too.
        if self.is_open() { self.sized(pixels.len() + 1) } else { self.size(&pixels) }
    }

    /// Finds out what each column holds.
    pub fn assign(&mut self, notes: &mut Vec<Note>) -> Result<(), Error> {
        self.leave_out_empty(notes);
        for name in &self.options.ignore {
            let called: Vec<usize> = (0..self.roles.len()).filter(|&column| self.is_called(column, name)).collect();
            if called.is_empty() {
                notes.push(format!("there is no column {} to leave out", quoted(name.as_bytes())).into());
            }
            called.into_iter().for_each(|column| self.roles[column] = Some(Role::Ignored));
        }
        if let LabelColumn::Named(name) = &self.options.label {
            let column = self.find(name)?;
            self.roles[column] = Some(Role::Label);
        }
        self.refuse_twins()?;
        self.read_names(notes);
        self.leave_out_unnamed(notes);
        self.tell_from_one_hot(notes)?;
        let free = self.free();
        match self.options.label {
            LabelColumn::Auto => self.find_label(notes)?,
            // It may have no name.
            _ if self.roles.contains(&Some(Role::Label)) => {}
            LabelColumn::First => self.take_end(&free, true, notes)?,
            LabelColumn::Last => self.take_end(&free, false, notes)?,
            LabelColumn::None | LabelColumn::Named(_) => {}
        }
        self.refuse_scaled()?;
        self.refuse_label_as_pixel()?;
        self.refuse_odd(notes)?;
        self.refuse_opacity()
    }

    /// Whether a column has that name; without a header, that number.
    pub fn is_called(&self, column: usize, name: &str) -> bool {
        match self.names {
            Some(names) => decoded(names[column]) == name,
            None => name.parse() == Ok(column + 1),
        }
    }

    /// Columns at the ends that hold nothing, as behind a comma at each line's end, and labels that are still to come.
    fn leave_out_empty(&mut self, notes: &mut Vec<Note>) {
        let (last, mut empty) = (self.roles.len() - 1, Vec::new());
        for column in 0..=last {
            let may_be = match (self.names, &self.options.label) {
                (_, LabelColumn::Named(name)) if self.is_called(column, name) => false,
                (Some(names), LabelColumn::First | LabelColumn::Last) => names[column].is_empty(),
                (Some(names), _) => names[column].is_empty() || is_label(names[column]),
                (None, _) => column == 0 || column == last,
            };
            if may_be && self.sample_all(column, is_missing) {
                self.roles[column] = Some(Role::Empty);
                empty.push(column + 1);
            }
        }
        match empty[..] {
            [] => {}
            [column] => notes.push(format!("column {column} has no values: left out").into()),
            [first, .., last] => {
                notes.push(format!("{} columns from {first} to {last} have no values: left out", empty.len()).into());
            }
        }
    }

    /// Columns that their names, or names in them, tell.
    fn read_names(&mut self, notes: &mut Vec<Note>) {
        // Whether one without a name is the label depends on the others.
        let (unnamed, named): (Vec<_>, Vec<_>) = self.free().into_iter().partition(|&column| self.is_unnamed(column));
        for column in named.into_iter().chain(unnamed) {
            let name = self.names.map(|names| names[column]);
            let shown = name.filter(|name| !name.is_empty());
            let shown = shown.map_or(format!("column {}", column + 1), |name| format!("the column {}", quoted(name)));
            let is_id = name.is_some_and(|name| is_id(name) && !is_letters(name, self.names.unwrap_or_default()));
            if is_id && self.roles.contains(&Some(Role::Id)) {
                self.roles[column] = Some(Role::Ignored);
                notes.push(format!("{shown} is left out: a column before it holds the ids").into());
            } else if is_id && self.sample_all(column, <[u8]>::is_empty) {
                self.roles[column] = Some(Role::Ignored);
                notes.push(format!("{shown} is empty: left out, and the rows are counted from 1").into());
            } else if is_id || self.options.labels_apart && self.is_index(column) {
                self.roles[column] = Some(Role::Id);
            } else if self.is_unnamed_label(column) {
                self.roles[column] = Some(Role::Label);
                if self.options.label == LabelColumn::Auto {
                    let text = format!("column {} has no name, and its values repeat: taken for the label", column + 1);
                    notes.push(Note { text, mend: Some(Mend::Label(LabelColumn::None)) });
                }
            } else if self.is_unnamed(column) {
                self.roles[column] = Some(Role::Ignored);
                let label = if column == 0 { LabelColumn::First } else { LabelColumn::Last };
                let text = match column {
                    0 => "the first column has no name: taken for row numbers and left out".to_owned(),
                    _ => format!("column {} has no name: left out", column + 1),
                };
                let may_be = self.options.label == LabelColumn::Auto && self.is_only_end(column);
                notes.push(Note { text, mend: may_be.then_some(Mend::Label(label)) });
            } else if name.is_some_and(is_neither) {
                self.roles[column] = Some(Role::Ignored);
                notes.push(format!("{shown} is neither pixel nor label by its name: left out").into());
            } else if self.sample_all(column, is_file_name) {
                self.roles[column] = Some(Role::Ignored);
                notes.push(format!("{shown} holds names of files: left out").into());
            }
        }
    }

    /// Whether a header has no name for this column, and one for most of the others.
    fn is_unnamed(&self, column: usize) -> bool {
        let are_few = |names: &[&[u8]]| 2 * names.iter().filter(|name| is_unnamed(name)).count() <= names.len();
        self.names.is_some_and(|names| is_unnamed(names[column]) && are_few(names))
    }

    /// Whether a column has the numbers of the rows in another table.
    fn is_index(&self, column: usize) -> bool {
        let may_be = self.names.is_some_and(|names| is_index(names[column])) && !self.roles.contains(&Some(Role::Id));
        may_be && self.is_unnamed(column) <= (column == 0) && self.sample_all(column, |cell| whole(cell).is_some())
    }

    /// Whether a column counts the rows, and is no label for sure: more than ten classes are hardly in turn.
    pub fn counts_rows(&self, column: usize) -> bool {
        self.sample.len() > 10 && self.counts_up(column)
    }

    /// Whether a column counts up from row to row.
    pub fn counts_up(&self, column: usize) -> bool {
        let numbers: Option<Vec<i64>> = self.sample.iter().map(|row| whole(row.get(column)?)).collect();
        numbers.is_some_and(|numbers| {
            numbers.len() > 2 && numbers.windows(2).all(|pair| pair[0].checked_add(1) == Some(pair[1]))
        })
    }

    /// Whether this column may be the label: the first or the last beside an image's pixels, and none is called so.
    fn is_only_end(&self, column: usize) -> bool {
        let rest: Vec<usize> = self.free().into_iter().filter(|&other| other != column).collect();
        let before = rest.iter().filter(|&&other| other < column).count();
        let has_label = self.names.into_iter().flatten().any(|name| is_label(name));
        (before == 0 || before == rest.len()) && !has_label && self.size(&rest).is_some()
    }

    /// Whether a column without a name holds labels: no other does, and it is the end that was told, or its values are
    /// few, which row numbers are not.
    fn is_unnamed_label(&self, column: usize) -> bool {
        if !self.is_unnamed(column) {
            return false;
        }
        let rest: Vec<usize> = self.free().into_iter().filter(|&other| other != column).collect();
        let values: Option<Vec<i64>> = self.sample.iter().map(|row| whole(row.get(column)?)).collect();
        let are_few = |values: Vec<i64>| {
            let different = values.iter().collect::<HashSet<_>>().len();
            // Tables put one below the other begin to count anew. More than ten classes are hardly in turn.
            let is_index =
                different > 10 && values.windows(2).all(|pair| pair[0].checked_add(1) == Some(pair[1]) || pair[1] == 0);
            values.len() >= 4 && 2 * different <= values.len() && !is_index
        };
        let may_be = match self.options.label {
            LabelColumn::Auto => values.is_some_and(are_few),
            LabelColumn::First => rest.first().is_some_and(|&first| column < first),
            LabelColumn::Last => rest.last().is_some_and(|&last| column > last),
            LabelColumn::None | LabelColumn::Named(_) => false,
        };
        may_be && self.size(&rest).is_some()
    }

    /// Columns of a file without a header that are more than label and pixels: text, or a first or last column that
    /// counts up from row to row.
    fn leave_out_unnamed(&mut self, notes: &mut Vec<Note>) {
        let pixels = |count: usize| count >= 64 && self.sized(count).is_some();
        let free = self.free();
        if self.names.is_some() || free.len() < 3 || pixels(free.len()) {
            return;
        }
        let ends = [("first", free[0]), ("last", free[free.len() - 1])];
        let is_aside = |&(_, column): &(&str, usize)| match pixels(free.len() - 1) {
            true => self.options.label == LabelColumn::Auto && self.counts_rows(column),
            false => pixels(free.len() - 2) && self.counts_up(column),
        };
        if let Some((place, column)) = ends.into_iter().find(is_aside) {
            self.roles[column] = Some(Role::Ignored);
            let taken = |label: usize| format!(", and column {} taken for the label", label + 1);
            let label = match (&self.options.label, column == free[0]) {
                (LabelColumn::First, true) => taken(free[1]),
                (LabelColumn::Last, false) => taken(free[free.len() - 2]),
                _ => String::new(),
            };
            notes.push(format!("the {place} column counts the rows: left out{label}").into());
            return;
        }
        if pixels(free.len() - 1) {
            return;
        }
        let text: Vec<usize> = free.iter().copied().filter(|&column| self.sample_all(column, is_text)).collect();
        if !text.is_empty() && text.len() + 1 < free.len() && pixels(free.len() - text.len() - 1) {
            for column in text {
                self.roles[column] = Some(Role::Ignored);
                notes.push(format!("column {} holds text: left out", column + 1).into());
            }
        }
    }

    /// The columns whose names are unlike those of the pixels, if the others make an image.
    pub fn odd(&self, free: &[usize]) -> Vec<usize> {
        let odd = self.names.map_or(Vec::new(), |names| header::odd(names, free));
        let rest: Vec<usize> = free.iter().copied().filter(|column| !odd.contains(column)).collect();
        if self.size(&rest).is_some() { odd } else { Vec::new() }
    }

    pub fn is_open(&self) -> bool {
        self.roles.iter().flatten().any(|role| matches!(role, Role::End(_)))
    }

    /// Width and height of an image of these columns: as told, as the names say, or else a square.
    pub fn size(&self, columns: &[usize]) -> Option<(usize, usize)> {
        let named = || {
            let names: Vec<&[u8]> = columns.iter().map(|&column| self.names.unwrap_or_default()[column]).collect();
            order(&names).1
        };
        let by_name = if self.options.size.is_none() && self.names.is_some() { named() } else { None };
        by_name.or_else(|| self.sized(columns.len()))
    }

    /// Width and height of an image of so many pixels: as told, or else a square.
    pub fn sized(&self, pixels: usize) -> Option<(usize, usize)> {
        const SMALLEST: usize = 8;
        let side = pixels.isqrt().max(SMALLEST);
        let (width, height) = self.options.size.unwrap_or((side, side));
        (pixels > 0 && width.checked_mul(height) == Some(pixels)).then_some((width, height))
    }

    /// Whether all of the first rows have such a cell in a column.
    pub fn sample_all(&self, column: usize, is: impl Fn(&[u8]) -> bool) -> bool {
        !self.sample.is_empty() && self.sample.iter().all(|row| row.get(column).is_some_and(|cell| is(cell)))
    }
}
