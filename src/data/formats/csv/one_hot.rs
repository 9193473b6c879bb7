//! A label of several columns, one a class: a 1 in that of the row's class, and 0 in the others.
//!
//! A blank pixel beside them looks like a class that does not come. Where a column at an end is no pixel, such as one
//! of row numbers, that would make all images wrong by a pixel and all labels by one: so each column is accounted for.

use super::columns::Columns;
use super::header;
use super::layout::{Layout, Role};
use super::names::is_label;
use super::number::{number, whole};
use super::rows::Rows;
use crate::data::formats::error::{decoded, quoted};
use crate::data::formats::{Error, LabelColumn, Mend, Note};
use std::collections::{HashMap, HashSet};

impl Columns<'_> {
    /// A first or last column that is too many beside the pixels and the columns of a one-hot label, where no names
    /// tell them apart: row numbers are left out, and a label that says the same is the label.
    pub fn tell_from_one_hot(&mut self, notes: &mut Vec<Note>) -> Result<(), Error> {
        let free = self.free();
        let tell_nothing = |names: &[&[u8]]| free.iter().all(|&column| whole(names[column]).is_some());
        if free.len() < 3 || self.size(&free).is_some() || !self.names.is_none_or(tell_nothing) {
            return Ok(());
        }
        let ends = [("first", free[0], &free[1..]), ("last", free[free.len() - 1], &free[..free.len() - 1])];
        for (place, column, rest) in ends {
            let Some(classes) = [true, false].into_iter().find_map(|first| self.one_hot_end(rest, first)) else {
                continue;
            };
            if self.counts_up(column) {
                self.roles[column] = Some(Role::Ignored);
                notes.push(format!("the {place} column counts the rows: left out").into());
                return Ok(());
            }
            if self.options.label != LabelColumn::None && self.is_label_of(column, classes) {
                classes.iter().for_each(|&class| self.roles[class] = Some(Role::Ignored));
                self.roles[column] = Some(Role::Label);
                let text = format!(
                    "column {} says the same as the one-hot columns {} to {}: taken for the label, these are left out",
                    column + 1,
                    classes[0] + 1,
                    classes[classes.len() - 1] + 1
                );
                notes.push(text.into());
                return Ok(());
            }
            let different: HashSet<_> = self.sample.iter().map(|row| row.get(column)).collect();
            // Where they were one more, it would be a class that does not come.
            let is_blank =
                |&class: &usize| classes.contains(&class) || self.sample_all(class, |cell| whole(cell) == Some(0));
            let is_wider = [true, false]
                .into_iter()
                .any(|first| self.one_hot_end(&free, first).is_some_and(|wider| wider.iter().all(is_blank)));
            if is_wider && self.sample.len() > 10 && 2 * different.len() > self.sample.len() {
                let message = format!(
                    "expected pixels beside the one-hot columns, found hardly a value twice in column {}, as no pixel at \
                     the edge of an image has",
                    column + 1
                );
                let name = self.names.map_or((column + 1).to_string(), |names| decoded(names[column]));
                return Err(Error::line(self.line, message).with(Mend::Ignore(name)));
            }
        }
        Ok(())
    }

    /// Whether a column has a value of its own for each of these classes, of which several come.
    fn is_label_of(&self, column: usize, classes: &[usize]) -> bool {
        let (mut values, mut all) = (HashMap::new(), HashSet::new());
        self.sample.iter().all(|row| {
            let class = classes.iter().position(|&class| row.get(class).and_then(|cell| whole(cell)) == Some(1));
            let Some(value) = row.get(column).and_then(|cell| whole(cell)) else { return false };
            all.insert(value);
            *values.entry(class).or_insert(value) == value
        }) && all.len() > 1
            && all.len() == values.len()
    }

    /// The columns at one end that are too many for the image, if they are a one-hot label.
    pub fn one_hot_end<'b>(&self, free: &'b [usize], first: bool) -> Option<&'b [usize]> {
        let most = free.len().checked_sub(2)?;
        let pixels = self.options.size.map_or(most.isqrt().pow(2), |(width, height)| width.saturating_mul(height));
        let classes = free.len().checked_sub(pixels)?;
        self.sized(pixels)?;
        let columns = if first { &free[..classes] } else { &free[pixels..] };
        self.is_one_hot(columns).then_some(columns)
    }

    /// Whether these columns are a one-hot label: nearly all of the first rows have a single 1 in them and else 0, or
    /// they are named so. A row that has not is refused, or left out, when it is read.
    pub fn is_one_hot(&self, columns: &[usize]) -> bool {
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
    pub fn set_one_hot(&mut self, columns: &[usize], notes: &mut Vec<Note>) {
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
        if named.is_none() && self.options.label == LabelColumn::Auto {
            let is_end = self.free().first().is_some_and(|&pixel| pixel < columns[0]);
            let class = if is_end { 0 } else { columns.len() - 1 };
            self.nearest_class = Some((columns[class], class as i32));
        }
        let what = "have a single 1 in each row: taken for the label";
        notes.push(format!("columns {first} to {last} {what}, numbered {numbered}").into());
    }
}

/// Refuses a one-hot label whose class beside the pixels never comes, while the pixel at the image's other end is none
/// by its values: most likely the one is a pixel, and the other is not. Of few rows, much is chance.
pub(super) fn refuse_blank_class(layout: &Layout, rows: &Rows) -> Result<(), Error> {
    const FEW: usize = 50;
    let Some((column, _)) = layout.nearest_class.filter(|(_, class)| !rows.labels.contains(class)) else {
        return Ok(());
    };
    let is_pixel = |column: &usize| layout.marks.iter().all(|mark| mark.0 != *column);
    let pixels: Vec<usize> = (0..layout.columns).filter(is_pixel).collect();
    let place = if pixels[0] < column { 0 } else { pixels.len() - 1 };
    let corner = layout.places.as_ref().map_or(place, |places| places[place]);
    let mut values = rows.pixels.chunks_exact(pixels.len()).map(|image| image[corner]);
    let first = values.next();
    if rows.count < FEW || values.all(|value| Some(value) == first) {
        return Ok(());
    }
    let message = format!(
        "expected a 1 in each of {} in some row, found 0 alone in column {}, as in a blank pixel, and in column {} what is \
         no blank pixel",
        layout.one_hot(),
        column + 1,
        pixels[place] + 1
    );
    let name = layout.name(pixels[place]).unwrap_or((pixels[place] + 1).to_string());
    Err(Error::whole(message).with(Mend::Ignore(name)))
}
