//! The label's column where nothing but the values says whether it is the first or the last.
//!
//! Both cells of each row are kept until the file has been read: files are often sorted by class, and their start tells
//! nothing. Then each column is judged by all its values. A label is one of few numbers, which mostly count from 0 or 1
//! without gaps; a pixel in a corner of the image is paper in nearly all rows.

use super::layout::{Ends, Layout, Role};
use super::number::{self, SCALED, Scale, as_whole, stretch};
use super::rows::Rows;
use crate::data::formats::{Error, LabelColumn, Mend, Note, reserve};
use std::collections::BTreeMap;

/// Judges which of the two columns is the label, and makes pixels of the other one.
pub(super) fn settle(
    layout: &Layout,
    rows: &mut Rows,
    skip_bad_rows: bool,
    notes: &mut Vec<Note>,
) -> Result<LabelColumn, Error> {
    let pixels = layout.pixels();
    let ends = std::mem::take(&mut rows.ends);
    let paper = paper(&rows.pixels, pixels, rows.scale);
    let end = judge(&ends, paper, rows.scale).ok_or_else(|| unclear(layout, &ends, &rows.pixels, paper))?;
    let place = match column(layout, end) {
        0 => "the first column".to_owned(),
        column if column + 1 == layout.columns => "the last column".to_owned(),
        column => format!("column {}", column + 1),
    };
    let [this, other] =
        if end == 0 { [LabelColumn::First, LabelColumn::Last] } else { [LabelColumn::Last, LabelColumn::First] };
    notes.push(Note { text: format!("{place} is taken for the label, by its values"), mend: Some(Mend::Label(other)) });

    reserve(&mut rows.labels, ends.len())?;
    let (mut broken, mut kept) = (Vec::new(), 0);
    for ((row, ends), number) in ends.iter().enumerate().zip(rows.skipped.kept()) {
        let (pixel, scale, label) = match values(layout, ends, end, rows.scale) {
            Ok(values) => values,
            Err(error) if skip_bad_rows => {
                broken.push((number, error));
                continue;
            }
            Err(error) => return Err(error),
        };
        if scale == Scale::Fraction && rows.scale != scale {
            stretch(&mut rows.pixels);
        }
        rows.scale = scale;
        rows.pixels.copy_within(row * pixels..(row + 1) * pixels, kept * pixels);
        let image = &mut rows.pixels[kept * pixels..][..pixels];
        // The pixels between the ends stand at the front of the image.
        if end == 0 {
            image[pixels - 1] = pixel;
        } else {
            image.copy_within(..pixels - 1, 1);
            image[0] = pixel;
        }
        layout.arrange(image);
        rows.labels.push(label);
        if layout.ids.is_some() {
            rows.ids.swap(kept, row);
        }
        kept += 1;
    }
    rows.pixels.truncate(kept * pixels);
    rows.ids.truncate(kept);
    rows.count = kept;
    rows.skipped.add(broken);
    Ok(this)
}

/// Where in a line an end stands.
fn column(layout: &Layout, end: usize) -> usize {
    layout.marks.iter().find(|mark| mark.1 == Role::End(end)).map_or(0, |mark| mark.0)
}

/// The pixel and its scale, and the label, which is at that end.
fn values(layout: &Layout, ends: &Ends, end: usize, scale: Scale) -> Result<(u8, Scale, i32), Error> {
    let error = |end: usize, message: fn(&[u8], Scale) -> String| {
        let message = message(ends.cells[end].to_string().as_bytes(), scale);
        Error::cell(ends.line, column(layout, end), message)
    };
    let label = as_whole(ends.cells[end]).and_then(number::label);
    let label = label.ok_or_else(|| error(end, |cell, _| number::no_label(cell, false)))?;
    let pixel = number::pixel(ends.cells[1 - end], scale);
    let (pixel, scale) = pixel.ok_or_else(|| error(1 - end, number::no_pixel))?;
    Ok((pixel, scale, label))
}

/// The most common pixel, as it stands in the file.
fn paper(pixels: &[u8], image: usize, scale: Scale) -> f64 {
    let mut counts = [0_u64; 256];
    for row in pixels.chunks_exact(image) {
        row[..image - 1].iter().for_each(|&pixel| counts[usize::from(pixel)] += 1);
    }
    let most = (0..256).max_by_key(|&pixel| (counts[pixel], 255 - pixel)).unwrap_or_default() as f64;
    if scale == Scale::Fraction { most / 255.0 } else { most }
}

/// Neither end is the label for sure. Where neither looks like one, a column between them may be it.
fn unclear(layout: &Layout, ends: &[Ends], pixels: &[u8], paper: f64) -> Error {
    if let Some(end) = scaled(ends, paper) {
        let place = ["first", "last"][end];
        return Error::whole(format!(
            "expected whole numbers as labels in the first or the last column, found fractions in the {place} and a blank \
             pixel in the other: {SCALED}"
        ));
    }
    let message = "expected the labels in the first or the last column, found values that leave it open which";
    let between = |place: &usize| {
        let values = pixels.chunks_exact(layout.pixels()).map(|row| f64::from(row[*place]));
        evidence(values, paper, false) >= 4
    };
    let is_none = [0, 1].iter().all(|&end| evidence(ends.iter().map(|ends| ends.cells[end]), paper, false) <= 0);
    let mut found = (0..layout.pixels() - 1).filter(|place| is_none && between(place));
    let (Some(place), None) = (found.next(), found.next()) else {
        let mend = if layout.header.is_some() { Mend::LabelFirstOrLast } else { Mend::LabelNumber };
        return Error::whole(message).with(mend);
    };
    let is_pixel = |column: &usize| layout.marks.iter().all(|mark| mark.0 != *column);
    let column = (0..layout.columns).filter(is_pixel).nth(place).unwrap_or_default();
    let name = layout.name(column).unwrap_or((column + 1).to_string());
    let message = format!("{message}, and such as labels have in column {}", column + 1);
    Error::whole(message).with(Mend::Label(LabelColumn::Named(name)))
}

/// 0 where the first column is the label, 1 where the last is.
fn judge(ends: &[Ends], paper: f64, scale: Scale) -> Option<usize> {
    let columns = [0, 1].map(|end| ends.iter().map(move |ends| ends.cells[end]));
    // A few broken rows do not decide.
    let few = ends.len() / 100;
    let no_label = columns.clone().map(|column| column.filter(|&cell| as_whole(cell).is_none()).count() > few);
    let no_pixel =
        columns.clone().map(|column| column.filter(|&cell| number::pixel(cell, scale).is_none()).count() > few);
    match [!no_label[0] && !no_pixel[1], !no_label[1] && !no_pixel[0]] {
        // Beside fractions, a blank corner is no label for that.
        _ if scaled(ends, paper).is_some() => return None,
        [true, false] => return Some(0),
        [false, true] => return Some(1),
        _ => {}
    }
    let [first, last] = columns.map(|column| evidence(column, paper, scale != Scale::Open));
    // Of few rows, much is chance.
    let enough = if ends.len() < 10 { 5 } else { 2 };
    match first - last {
        more if more >= enough && first > 0 => Some(0),
        less if less <= -enough && last > 0 => Some(1),
        _ => None,
    }
}

/// The end whose values are most often between whole numbers, where the other one is paper, and both may be pixels:
/// labels that were scaled, or a pixel.
fn scaled(ends: &[Ends], paper: f64) -> Option<usize> {
    let count = |is: &dyn Fn(&Ends) -> bool| ends.iter().filter(|ends| is(ends)).count();
    let is_paper = |end: usize| 5 * count(&|ends| ends.cells[end] == paper) >= 4 * ends.len();
    let is_scaled = |end: usize| 2 * count(&|ends| as_whole(ends.cells[end]).is_none()) > ends.len();
    (0..=1).find(|&end| is_scaled(end) && is_paper(1 - end))
}

/// How much the values of a column speak for labels. `shaded` where pixels have other values than 0 and 1.
fn evidence(column: impl Iterator<Item = f64> + Clone, paper: f64, shaded: bool) -> i32 {
    let mut counts = BTreeMap::new();
    let mut changes = 0;
    let mut before = None;
    for cell in column.clone() {
        *counts.entry(cell as i64).or_insert(0_usize) += 1;
        changes += usize::from(before.replace(cell) != Some(cell));
    }
    let (rows, papers) = (column.clone().count(), column.filter(|&cell| cell == paper).count());
    let (values, most) = (counts.len(), counts.values().max().copied().unwrap_or_default());
    let [smallest, largest] =
        [counts.keys().next(), counts.keys().last()].map(|value| value.copied().unwrap_or_default());
    if values == 1 {
        return if papers == rows { -4 } else { 1 };
    }
    let counts_up = (0..=1).contains(&smallest) && 4 * values as i64 >= 3 * (largest - smallest + 1);
    // EMNIST has 62 classes.
    let small = smallest >= 0 && largest < 62;
    let sorted = changes == values && rows >= 2 * values;
    let spread = 5 * most <= 4 * rows;
    // Labels that tell one class from the rest are 0 in most rows, and 1: such shades no corner has so often.
    let is_one_class = shaded && values == 2 && (smallest, largest) == (0, 1) && rows - most >= (rows / 20).max(5);
    let corner = 5 * papers >= 4 * rows && !is_one_class;
    2 * i32::from(counts_up) + 2 * i32::from(small) + 2 * i32::from(sorted) + i32::from(spread) - 4 * i32::from(corner)
}
