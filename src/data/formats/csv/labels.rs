//! Labels in a file of their own, as text: one a line, below a name or none, or a column of a table, such as a
//! submission.

use super::cells::{MARK, cells, next_line, says_nothing};
use super::header::{counts_up, numbers, one_number_each};
use super::names::{is_digit, is_id, is_index, is_label, is_neither, is_text, label};
use super::number::whole;
use super::spelling::{Spelling, line_end};
use crate::data::formats::error::{decoded, quoted};
use crate::data::formats::{Error, Ids, Note, Table, check_count};
use std::collections::HashSet;

/// Labels of a file of their own, of whatever format.
pub(in crate::data::formats) struct Labels {
    labels: Vec<i32>,
    /// An id for each label, where the file has an id column.
    ids: Option<Ids>,
    /// The name of a column that may tell the images from each other, but not how.
    key: Option<String>,
}

impl From<Vec<i32>> for Labels {
    fn from(labels: Vec<i32>) -> Labels {
        Labels { labels, ids: None, key: None }
    }
}

impl Labels {
    /// What is to be said of them: that nothing but their order tells which image each is of, though a column may.
    pub fn note(&self) -> Option<Note> {
        let key = quoted(self.key.as_ref()?.as_bytes());
        let text = "the labels are taken in the order of their lines: nothing tells which image a";
        Some(format!("{text} {key} means").into())
    }

    /// The labels of these images, which stand in the same order: where there are ids, they say the same.
    pub fn of(self, images: &Table) -> Result<Vec<i32>, Error> {
        // Broken rows have a label too.
        check_count(self.labels.len(), images.rows() + images.skipped.rows.len())?;
        match (&self.ids, &images.ids) {
            (Some(ids), Some(of_images)) if is_id(ids.column.as_bytes()) == is_id(of_images.column.as_bytes()) => {
                for (image, number) in of_images.texts.iter().zip(images.numbers()) {
                    let label = &ids.texts[number as usize - 1];
                    if !is_same(image, label) {
                        let [image, label] = [image, label].map(|id| quoted(id.as_bytes()));
                        return Err(Error::whole(format!(
                            "row {number}: expected the id {image}, as the image has, found {label}: \
                             bring the same ids into both files, and sort both files by them"
                        )));
                    }
                }
            }
            (Some(ids), _) => check_counting(ids)?,
            (None, _) => {}
        }
        Ok(images.numbers().map(|number| self.labels[number as usize - 1]).collect())
    }
}

/// Whether two ids are the same number or the same text: `00007` is 7.
fn is_same(one: &str, other: &str) -> bool {
    let number = whole(one.as_bytes());
    one == other || number.is_some() && number == whole(other.as_bytes())
}

/// Refuses ids that do not count the images, which have none.
fn check_counting(Ids { column, texts }: &Ids) -> Result<(), Error> {
    let first = texts.first().and_then(|id| whole(id.as_bytes()));
    let start = first.filter(|first| (0..=1).contains(first));
    let expected = |row: usize| start.map(|start| start + row as i64);
    let wrong = |&row: &usize| start.is_none() || whole(texts[row].as_bytes()) != expected(row);
    let Some(row) = (0..texts.len()).find(wrong) else { return Ok(()) };
    let id = expected(row).map_or("0 or 1".to_owned(), |id| id.to_string());
    Err(Error::whole(format!(
        "row {}: expected the id {id}, as the images have no ids and are counted, found {}: \
         put the labels in the order of the images, then leave the column {} out",
        row + 1,
        quoted(texts[row].as_bytes()),
        quoted(column.as_bytes())
    )))
}

/// Reads the labels.
pub(in crate::data::formats) fn labels(mut text: Vec<u8>) -> Result<Labels, Error> {
    let spelling = Spelling::of(&text, line_end(&text));
    let length = spelling.rewrite(&mut text);
    let rest = text[..length].strip_prefix(MARK).unwrap_or(&text[..length]);
    // A list of JSON's.
    let mut rest = rest.trim_ascii().strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]")).unwrap_or(rest);
    let (mut labels, mut ids) = (Vec::new(), None);
    let mut names: Option<Vec<&[u8]>> = None;
    // The cells of the columns beside the labels, of a few.
    const FEW: usize = 8;
    let mut beside: Vec<Vec<&[u8]>> = Vec::new();
    // The columns of the labels, of so many.
    let mut place: Option<(Place, usize)> = None;
    let mut number = 0;
    while let Some((line, behind)) = next_line(rest) {
        (rest, number) = (behind, number + 1);
        if says_nothing(line) {
            continue;
        }
        let error = |message: &str| Error::line(number, format!("{message}, found {}", quoted(line)));
        let mut cells = cells(line).ok_or_else(|| error("expected a closing quote"))?;
        // A comma at each line's end.
        while cells.len() > 1 && cells.last().is_some_and(|cell| cell.is_empty()) {
            cells.pop();
        }
        let is_name = |cell: &&[u8]| is_text(cell) && !is_digit(cell) || cell.is_empty();
        // pandas numbers the classes of a one-hot label.
        let counts = || cells.len() > 2 && !rest.trim_ascii().is_empty() && counts_up(&cells);
        if names.is_none() && place.is_none() && (cells.iter().any(is_name) || counts()) {
            names = Some(cells);
            continue;
        }
        let count = cells.len();
        // All labels in one line.
        if count > 1 && labels.is_empty() && names.is_none() && rest.trim_ascii().is_empty() {
            let all: Option<Vec<i32>> = cells.iter().map(|cell| label(cell)).collect();
            return all.map(Labels::from).ok_or_else(|| error("expected whole numbers"));
        }
        // R writes names of rows, and none above them.
        if let Some(names) = names.as_mut().filter(|names| names.len() + 1 == count) {
            names.insert(0, b"");
        }
        let found = || match &names {
            _ if count == 1 => Some(Place::Column(0)),
            Some(names) => column(names).map(Place::Column).or_else(|| one_hot(Some(names), &cells)),
            None => one_hot(None, &cells),
        };
        let (place, columns) = match &place {
            Some(known) => known,
            None => {
                let message =
                    "expected a label a line, or one column that the first line calls label, such as id,label";
                place.insert((found().ok_or_else(|| error(message))?, count))
            }
        };
        let found = Some(&cells).filter(|_| count == *columns).and_then(|cells| place.label(cells));
        labels.push(found.ok_or_else(|| error("expected labels as IDX, a NumPy array or a number a line"))?);
        beside.resize(if count > FEW { 0 } else { count }, Vec::new());
        for (column, cells_beside) in beside.iter_mut().enumerate().filter(|(column, _)| !place.holds(*column)) {
            cells_beside.push(cells[column]);
        }
        let named =
            |is: fn(&[u8]) -> bool| names.iter().flatten().position(|name| is(name)).filter(|&id| !place.holds(id));
        let is_number = |&id: &usize| cells.get(id).is_some_and(|cell| whole(cell).is_some());
        let id = named(is_id).or_else(|| named(is_index).filter(is_number));
        if let (Some(names), Some(id)) = (&names, id) {
            let ids = ids.get_or_insert_with(|| Ids { column: decoded(names[id]), texts: Vec::new() });
            ids.texts.push(cells.get(id).map_or(String::new(), |id| decoded(id).replace("\"\"", "\"")));
        }
    }
    let (ids, key) = match ids {
        Some(ids) => (Some(ids), None),
        None => keys(names.as_deref().unwrap_or_default(), &beside),
    };
    Ok(Labels { labels, ids, key })
}

/// Of named columns beside the labels the first that counts the images; without one, the name of the first that has
/// another text in each line.
fn keys(names: &[&[u8]], beside: &[Vec<&[u8]>]) -> (Option<Ids>, Option<String>) {
    let (mut counting, mut key) = (None, None);
    for (name, cells) in names.iter().zip(beside) {
        let distinct = || cells.iter().map(|cell| decoded(cell)).collect::<HashSet<_>>().len();
        if let Some(texts) = counted(cells) {
            counting = counting.or(Some(Ids { column: decoded(name), texts }));
        } else if cells.len() > 1 && distinct() == cells.len() {
            key = key.or(Some(decoded(name)));
        }
    }
    let key = key.filter(|_| counting.is_none());
    (counting, key)
}

/// Where a line has its label.
enum Place {
    Column(usize),
    /// A column a class, with its label: a 1 in one of them, and 0 in the others.
    OneHot(Vec<(usize, i32)>),
}

impl Place {
    fn label(&self, cells: &[&[u8]]) -> Option<i32> {
        match self {
            Place::Column(column) => label(cells.get(*column)?),
            Place::OneHot(columns) => {
                let number = |&(column, label): &(usize, i32)| Some((whole(cells.get(column)?)?, label));
                let numbers: Vec<(i64, i32)> = columns.iter().map(number).collect::<Option<_>>()?;
                let mut ones = numbers.iter().filter(|(number, _)| *number != 0);
                let (&(1, label), None) = (ones.next()?, ones.next()) else { return None };
                Some(label)
            }
        }
    }

    fn holds(&self, column: usize) -> bool {
        match self {
            Place::Column(own) => *own == column,
            Place::OneHot(columns) => columns.iter().any(|own| own.0 == column),
        }
    }
}

/// The columns of a one-hot label, all but those of ids: numbered by their names, or else from 0.
fn one_hot(names: Option<&Vec<&[u8]>>, cells: &[&[u8]]) -> Option<Place> {
    let is_aside = |column: usize| names.is_some_and(|names| is_id(names[column]) || is_index(names[column]));
    if names.is_some_and(|names| names.len() != cells.len()) {
        return None;
    }
    let columns: Vec<usize> = (0..cells.len()).filter(|&column| !is_aside(column)).collect();
    let labels = match names {
        Some(names) => one_number_each(names, &columns)?,
        None => (0..columns.len() as i32).collect(),
    };
    let place = Place::OneHot(columns.into_iter().zip(labels).collect());
    place.label(cells).map(|_| place)
}

/// The numbers in the cells of a column, where these count the images from 0 or 1, in any order. Of few, that may be
/// chance.
fn counted(cells: &[&[u8]]) -> Option<Vec<String>> {
    const FEW: usize = 10;
    let number = |cell: &&[u8]| match (whole(cell), &numbers(cell)?[..]) {
        (Some(number), _) => u32::try_from(number).ok(),
        (None, [number]) => Some(*number),
        _ => None,
    };
    let numbers: Vec<u32> = cells.iter().map(number).collect::<Option<_>>()?;
    let (least, most) = (*numbers.iter().min()?, *numbers.iter().max()?);
    let are_all =
        (most - least) as usize + 1 == cells.len() && numbers.iter().collect::<HashSet<_>>().len() == cells.len();
    (cells.len() > FEW && least <= 1 && are_all).then(|| numbers.iter().map(u32::to_string).collect())
}

/// The column of the labels among these: by its name, or the only one that has a name, ids and the like aside.
fn column(names: &[&[u8]]) -> Option<usize> {
    let may_be = |name: &[u8]| !name.is_empty() && !is_id(name) && !is_neither(name);
    let mut named = (0..names.len()).filter(|&column| may_be(names[column]));
    let only = named.next().filter(|_| named.next().is_none());
    names.iter().position(|name| is_label(name)).or(only)
}
