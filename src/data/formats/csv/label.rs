//! The label's column, or columns: by its name, by being unlike the others, or at one of the ends.

use super::columns::Columns;
use super::header;
use super::layout::Role;
use super::names::{is_label, is_letters, is_only_label, is_text};
use super::number::{SCALED, number, whole};
use super::order::{Order, order};
use crate::data::formats::error::{decoded, quoted};
use crate::data::formats::{Error, LabelColumn, Mend, Note};

impl Columns<'_> {
    /// The label's column where nothing is told of it.
    pub fn find_label(&mut self, notes: &mut Vec<Note>) -> Result<(), Error> {
        let free = self.free();
        if let Some(names) = self.names
            && let Some(column) = self.named_label(names, &free)
        {
            self.roles[column] = Some(Role::Label);
            return Ok(());
        }
        if self.size(&free).is_some() || free.len() < 2 {
            return Ok(());
        }
        // A name unlike those of the pixels.
        let odd = self.odd(&free);
        let numbers: Vec<usize> = odd.iter().copied().filter(|&column| !self.sample_all(column, is_text)).collect();
        match (&odd[..], &numbers[..]) {
            ([column], _) | (_, [column]) => {
                let name = quoted(self.names.map_or(b"", |names| names[*column]));
                if self.counts_rows(*column) {
                    self.roles[*column] = Some(Role::Ignored);
                    notes.push(format!("the column {name} counts the rows: left out").into());
                    return Ok(());
                }
                if let Some(cell) = self.fraction(*column) {
                    let message =
                        format!("expected whole numbers as labels, found {} in the column {name}", quoted(cell));
                    let name = self.names.map_or((column + 1).to_string(), |names| decoded(names[*column]));
                    // The rows may begin some lines below the names.
                    return Err(Error::whole(message).with(Mend::Ignore(name)));
                }
                self.roles[*column] = Some(Role::Label);
                notes.push(format!("the column {name} is unlike the others: taken for the label").into());
                return Ok(());
            }
            (_, [_, _, ..]) if self.is_one_hot(&numbers) => {
                self.set_one_hot(&numbers, notes);
                return Ok(());
            }
            _ => {}
        }
        let (first, last) = (free[0], free[free.len() - 1]);
        if self.size(&free[1..]).is_some() || self.size(&free[..free.len() - 1]).is_some() {
            match [first, last].map(|column| self.sample_all(column, is_text)) {
                [true, false] => self.roles[first] = Some(Role::Label),
                [false, true] => self.roles[last] = Some(Role::Label),
                _ => {
                    self.refuse_disorder(&free)?;
                    self.roles[first] = Some(Role::End(0));
                    self.roles[last] = Some(Role::End(1));
                }
            }
            return Ok(());
        }
        let [at_first, at_last] = [true, false].map(|first| self.one_hot_end(&free, first));
        match (at_first, at_last) {
            (Some(_), Some(_)) => {
                let message = "expected a label in the first or the last columns, found both of 0 and 1 alone";
                return Err(Error::line(self.line, message).with(Mend::LabelFirstOrLast));
            }
            (Some(columns), None) | (None, Some(columns)) => self.set_one_hot(columns, notes),
            (None, None) => {}
        }
        Ok(())
    }

    /// A number that is no label, where most of the first rows have one in a column.
    fn fraction(&self, column: usize) -> Option<&[u8]> {
        let cells = self.sample.iter().filter_map(|row| row.get(column).copied());
        let fractions: Vec<&[u8]> = cells.filter(|cell| number(cell).is_some() && whole(cell).is_none()).collect();
        fractions.first().copied().filter(|_| 2 * fractions.len() > self.sample.len())
    }

    /// Refuses labels that were scaled with the pixels.
    pub fn refuse_scaled(&self) -> Result<(), Error> {
        let Some(column) = self.roles.iter().position(|role| *role == Some(Role::Label)) else { return Ok(()) };
        let Some(cell) = self.fraction(column) else { return Ok(()) };
        let name = match self.names.map(|names| names[column]) {
            Some(name) if !name.is_empty() => format!("the column {}", quoted(name)),
            _ => format!("column {}", column + 1),
        };
        let message = format!("expected whole numbers as labels, found {} in {name}: {SCALED}", quoted(cell));
        Err(Error::cell(self.line, column, message))
    }

    /// The label's column, of that name.
    pub fn find(&self, name: &str) -> Result<usize, Error> {
        let wanted = quoted(name.as_bytes());
        let found = (0..self.count()).find(|&column| self.is_called(column, name));
        found.ok_or_else(|| {
            let Some(names) = self.names else {
                let message = format!("expected a header with a column {wanted}, found numbers");
                return Error::line(self.line, message).with(Mend::LabelPlace);
            };
            let [first, last] = [names.first(), names.last()].map(|name| quoted(name.unwrap_or(&&b""[..])));
            let found = format!("found the columns {first} to {last}");
            Error::line(self.line, format!("expected a column {wanted} for the labels, {found}"))
        })
    }

    /// Refuses two columns whose one name says that they are the label.
    pub fn refuse_twins(&self) -> Result<(), Error> {
        let Some(names) = self.names else { return Ok(()) };
        let free = self.free();
        let labels: Vec<usize> = free.into_iter().filter(|&column| is_only_label(names[column])).collect();
        let twin = |&second: &usize| labels.iter().any(|&first| first < second && names[first] == names[second]);
        match labels.iter().copied().find(twin) {
            None => Ok(()),
            Some(column) => {
                let message =
                    format!("expected one column {}, found another: rename or delete one", quoted(names[column]));
                Err(Error::cell(self.line, column, message))
            }
        }
    }

    /// Columns that are all named alike and out of order: which of them are the first and the last, nobody knows.
    fn refuse_disorder(&self, free: &[usize]) -> Result<(), Error> {
        let Some(names) = self.names else { return Ok(()) };
        let names: Vec<&[u8]> = free.iter().map(|&column| names[column]).collect();
        if matches!(order(&names).0, Order::AsTheyStand | Order::Unknown) {
            return Ok(());
        }
        let [first, last] = [names[0], names[names.len() - 1]].map(quoted);
        let message = format!(
            "expected columns in order, or one whose name tells that it is the label, found {first} to {last} out of order: \
             call the label's column label"
        );
        Err(Error::line(self.line, message))
    }

    /// The label at the end that was told: a column, or the columns of a one-hot label.
    pub fn take_end(&mut self, free: &[usize], first: bool, notes: &mut Vec<Note>) -> Result<(), Error> {
        let column = if first { free.first() } else { free.last() };
        let Some(&column) = column else { return Ok(()) };
        let rest: Vec<usize> = free.iter().copied().filter(|&other| other != column).collect();
        match self.one_hot_end(free, first) {
            _ if self.size(&rest).is_some() => self.roles[column] = Some(Role::Label),
            Some(columns) => self.set_one_hot(columns, notes),
            None if self.size(free).is_some() => {
                let message = "expected a label beside the pixels of an image, found these alone";
                return Err(Error::line(self.line, message).with(Mend::Label(LabelColumn::None)));
            }
            None => self.roles[column] = Some(Role::Label),
        }
        Ok(())
    }

    /// The label's column by its name, one of numbers before one of text.
    fn named_label(&self, names: &[&[u8]], free: &[usize]) -> Option<usize> {
        let find = |is: fn(&[u8]) -> bool| {
            let is_named = |&column: &usize| is(names[column]) && !is_letters(names[column], names);
            let mut named = free.iter().copied().filter(is_named);
            let first = named.clone().next();
            named.find(|&column| !self.sample_all(column, is_text)).or(first)
        };
        find(is_only_label).or_else(|| find(is_label))
    }

    /// Refuses an image of which one column is the label by its name, or the only one that has no name of a pixel,
    /// where another column was told.
    pub fn refuse_label_as_pixel(&self) -> Result<(), Error> {
        let free = self.free();
        let (Some(names), Some(_)) = (self.names, self.size(&free)) else { return Ok(()) };
        let label = self.roles.iter().position(|role| *role == Some(Role::Label));
        let odd = || {
            let all: Vec<usize> =
                (0..self.count()).filter(|column| free.contains(column) || Some(*column) == label).collect();
            let odd = header::odd(names, &all);
            odd.first().copied().filter(|_| label.is_some_and(|label| !odd.contains(&label)))
        };
        let Some(column) = free.iter().copied().find(|&column| is_only_label(names[column])).or_else(odd) else {
            return Ok(());
        };
        let name = decoded(names[column]);
        let mend = label.map_or(Mend::Ignore(name.clone()), |_| Mend::Label(LabelColumn::Named(name)));
        let message = format!("expected pixels beside the label, found the column {}", quoted(names[column]));
        Err(Error::cell(self.line, column, message).with(mend))
    }

    /// How to say which column is the label's.
    pub fn label(&self) -> LabelColumn {
        let is_label = |&column: &usize| matches!(self.roles[column], Some(Role::Label | Role::OneHot(_)));
        let found: Vec<usize> = (0..self.count()).filter(is_label).collect();
        let (Some(first), Some(last)) = (found.first(), found.last()) else { return LabelColumn::None };
        match (self.names.map(|names| decoded(names[*first])), self.free().as_slice()) {
            (Some(name), _) if found.len() == 1 && !name.is_empty() => LabelColumn::Named(name),
            (_, [pixel, ..]) if first < pixel => LabelColumn::First,
            (_, [.., pixel]) if last > pixel => LabelColumn::Last,
            _ => LabelColumn::Auto,
        }
    }
}
