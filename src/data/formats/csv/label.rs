//! The label's column, or columns: by its name, by being unlike the others, or at one of the ends.

use super::columns::Columns;
use super::header;
use super::layout::Role;
use super::names::{is_label, is_letters, is_only_label, is_text};
use super::number::{number, whole};
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

    /// The columns at one end that are too many for the image, if they are a one-hot label.
    fn one_hot_end<'b>(&self, free: &'b [usize], first: bool) -> Option<&'b [usize]> {
        let most = free.len().checked_sub(2)?;
        let pixels = self.options.size.map_or(most.isqrt().pow(2), |(width, height)| width.saturating_mul(height));
        let classes = free.len().checked_sub(pixels)?;
        self.sized(pixels)?;
        let columns = if first { &free[..classes] } else { &free[pixels..] };
        self.is_one_hot(columns).then_some(columns)
    }

    /// Whether these columns are a one-hot label: nearly all of the first rows have a single 1 in them and else 0, or
    /// they are named so. A row that has not is refused, or left out, when it is read.
    fn is_one_hot(&self, columns: &[usize]) -> bool {
        let single = |row: &&Vec<&[u8]>| {
            let cells: Option<Vec<i64>> = columns.iter().map(|&column| whole(row.get(column)?)).collect();
            cells.is_some_and(|cells| cells.iter().all(|cell| (0..=1).contains(cell)) && cells.iter().sum::<i64>() == 1)
        };
        let singles = self.sample.iter().filter(single).count();
        // Blank pixels beside a constant column look the same.
        let is_constant =
            |&column: &usize| self.sample_all(column, |cell| Some(cell) == self.sample[0].get(column).copied());
        let varies = columns.len() > 3 || !columns.iter().any(is_constant);
        columns.len() > 1 && varies && singles > 0 && 10 * singles >= 9 * self.sample.len()
            || self.is_named_one_hot(columns)
    }

    /// Whether columns of nothing but 0 to 1 are called `label_0`, `label_1`, `label_2` and so on.
    fn is_named_one_hot(&self, columns: &[usize]) -> bool {
        let Some(names) = self.names.filter(|_| columns.len() > 2) else { return false };
        let is_named = |column: &usize| names[*column].split(|b| !b.is_ascii_alphabetic()).any(is_label);
        let is_share = |cell: &[u8]| number(cell).is_none_or(|value| (0.0..=1.0).contains(&value));
        header::one_number_each(names, columns).is_some()
            && columns.iter().all(|column| is_named(column) && self.sample_all(*column, is_share))
    }

    /// A column a class: by the numbers in their names, or else counted from 0.
    fn set_one_hot(&mut self, columns: &[usize], notes: &mut Vec<Note>) {
        // Where they are named like the pixels, their numbers are those of columns.
        let named = self.names.filter(|names| header::odd(names, &self.free()) == columns);
        let numbers = named.and_then(|names| header::one_number_each(names, columns));
        for (class, &column) in columns.iter().enumerate() {
            self.roles[column] = Some(Role::OneHot(numbers.as_ref().map_or(class as i32, |numbers| numbers[class])));
        }
        let order = || format!("0 to {} in the order of the columns", columns.len() - 1);
        let numbered = match (named, numbers) {
            (_, Some(_)) => "by their names".to_owned(),
            (Some(names), None) => {
                let listed: Vec<String> = columns.iter().map(|&column| quoted(names[column])).collect();
                format!("{}, {}", order(), listed.join(", "))
            }
            (None, None) => order(),
        };
        let (first, last) = (columns[0] + 1, columns[columns.len() - 1] + 1);
        let what = "have a single 1 in each row: taken for the label";
        notes.push(format!("columns {first} to {last} {what}, numbered {numbered}").into());
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
