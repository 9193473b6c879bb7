//! The label's column, or columns: by its name, by being unlike the others, or at one of the ends.

use super::columns::Columns;
use super::header::{self, Order};
use super::layout::Role;
use super::names::{is_label, is_only_label, is_text};
use super::number::whole;
use crate::data::formats::error::quoted;
use crate::data::formats::{Error, Mend, Note};

impl Columns<'_> {
    /// The label's column where nothing is told of it.
    pub fn find_label(&mut self, notes: &mut Vec<Note>) -> Result<(), Error> {
        let free = self.free();
        if let Some(names) = self.names
            && let Some(column) = named_label(names, &free)
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
                self.roles[*column] = Some(Role::Label);
                let name = quoted(self.names.map_or(b"", |names| names[*column]));
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

    /// Columns that are all named alike and out of order: which of them are the first and the last, nobody knows.
    fn refuse_disorder(&self, free: &[usize]) -> Result<(), Error> {
        let Some(names) = self.names else { return Ok(()) };
        let names: Vec<&[u8]> = free.iter().map(|&column| names[column]).collect();
        if header::order(&names).0 == Order::AsTheyStand {
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
    pub fn take_end(&mut self, free: &[usize], first: bool, notes: &mut Vec<Note>) {
        let column = if first { free.first() } else { free.last() };
        let Some(&column) = column else { return };
        let rest: Vec<usize> = free.iter().copied().filter(|&other| other != column).collect();
        match self.one_hot_end(free, first) {
            Some(columns) if self.size(&rest).is_none() => self.set_one_hot(columns, notes),
            _ => self.roles[column] = Some(Role::Label),
        }
    }

    /// The columns at one end that are too many for the image, if they are a one-hot label.
    fn one_hot_end<'b>(&self, free: &'b [usize], first: bool) -> Option<&'b [usize]> {
        let most = free.len().checked_sub(2)?;
        let pixels = self.options.size.map_or(most.isqrt().pow(2), |(width, height)| width.saturating_mul(height));
        let classes = free.len().checked_sub(pixels)?;
        self.sized(pixels)?;
        let columns = if first { &free[..classes] } else { &free[pixels..] };
        self.is_one_hot(columns).then_some(columns)
    }

    /// Whether each of the first rows has a single 1 in these columns and else 0.
    fn is_one_hot(&self, columns: &[usize]) -> bool {
        let single = |row: &Vec<&[u8]>| {
            let cells: Option<Vec<i64>> = columns.iter().map(|&column| whole(row.get(column)?)).collect();
            cells.is_some_and(|cells| cells.iter().all(|cell| (0..=1).contains(cell)) && cells.iter().sum::<i64>() == 1)
        };
        columns.len() > 1 && !self.sample.is_empty() && self.sample.iter().all(single)
    }

    /// A column a class: by the numbers in their names, or else counted from 0.
    fn set_one_hot(&mut self, columns: &[usize], notes: &mut Vec<Note>) {
        // Where they are named like the pixels, their numbers are those of columns.
        let named = self.names.filter(|names| header::odd(names, &self.free()) == columns);
        let named = named.and_then(|names| header::one_number_each(names, columns));
        for (class, &column) in columns.iter().enumerate() {
            self.roles[column] = Some(Role::OneHot(named.as_ref().map_or(class as i32, |named| named[class])));
        }
        let (first, last) = (columns[0] + 1, columns[columns.len() - 1] + 1);
        notes.push(format!("columns {first} to {last} have a single 1 in each row: taken for the label").into());
    }
}

/// The label's column by its name. `y` is none beside `x`: then columns are called by letters.
fn named_label(names: &[&[u8]], free: &[usize]) -> Option<usize> {
    let find = |is: fn(&[u8]) -> bool| free.iter().copied().find(|&column| is(names[column]));
    let letters = || names.iter().any(|name| name.eq_ignore_ascii_case(b"x"));
    find(is_only_label).or_else(|| find(is_label).filter(|_| !letters()))
}
