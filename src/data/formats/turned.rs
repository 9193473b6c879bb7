//! Tables whose columns are the images and whose rows are the pixels: of so many images that rows look like some, too.

use super::error::EXCHANGE;
use super::{Error, Mend, Table};

/// The sides that images have, which are rows here.
const SIDES: std::ops::RangeInclusive<usize> = 8..=64;

/// How many times as much as its columns the rows of such a table differ, at least. Rows that are digits differ less
/// than columns; those of noise differ as their lengths do.
const TIMES: f64 = 5.0;

/// Pixels beside or below each other are as alike at least.
const ALIKE: f64 = 0.2;

/// Refuses a table of which a column is an image: each pixel, a row then, is dark in most images or light in most, but
/// near the next one and the one below it. A file that says how wide its images are, or has a label for each row,
/// leaves no doubt. `known` are the pixels that a network takes, if there is one: then so many rows would be the
/// pixels.
///
/// # Errors
/// The other reading, and what to say where the first was right.
pub(super) fn refuse_pixels_in_rows(table: &Table, known: Option<usize>) -> Result<(), Error> {
    let (count, size) = (table.rows(), table.width * table.height);
    let side = count.isqrt();
    // The labels may be the first row or the last.
    let is_known = known.is_none_or(|pixels| pixels == side * side);
    let is_clear = table.shaped || table.labels.is_some();
    if is_clear || !is_known || !SIDES.contains(&side) || count > side * side + 1 {
        return Ok(());
    }
    let rows = table.pixels.chunks_exact(size);
    let (mut of_rows, mut of_columns) = (Vec::with_capacity(count), vec![0.0; size]);
    for row in rows {
        of_rows.push(row.iter().map(|&pixel| f64::from(pixel)).sum::<f64>() / size as f64);
        of_columns.iter_mut().zip(row).for_each(|(sum, &pixel)| *sum += f64::from(pixel) / count as f64);
    }
    let (rows, columns) = (variance(&of_rows), variance(&of_columns));
    let of_noise = (count as f64 / size as f64).max(1.0);
    let is_image = |means: &[f64]| [1, side].iter().all(|&lag| likeness(means, lag) > ALIKE);
    // Where all columns are the same, they are no images.
    if columns < 1e-6 || rows < TIMES * of_noise * columns || !of_rows.windows(side * side).any(is_image) {
        return Ok(());
    }
    let message = format!(
        "expected a row for each image, found {count} rows that are like the {side} x {side} pixels of {size} images, a column for \
         each: {EXCHANGE}"
    );
    Err(Error::whole(message).with(Mend::Size(table.width, table.height)))
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn variance(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64
}

/// How much values are like those that stand `lag` places behind them: 1 if they are the same, 0 if they have nothing
/// to do with each other.
fn likeness(values: &[f64], lag: usize) -> f64 {
    let mean = mean(values);
    let products = values.iter().zip(&values[lag..]).map(|(one, other)| (one - mean) * (other - mean));
    products.sum::<f64>() / (values.len() as f64 * variance(values))
}

#[cfg(test)]
mod tests {
    use super::super::array::{Array, Kind};
    use super::super::{Form, LabelColumn, Options, Skipped};
    use super::*;
    use crate::data::builtin;
    use crate::random::hashed;

    fn table(rows: &[Vec<u8>]) -> Table {
        let side = rows[0].len().isqrt();
        Table {
            width: side,
            height: side,
            pixels: rows.concat(),
            labels: None,
            label: LabelColumn::None,
            ids: None,
            form: Form::Rows,
            shaped: false,
            notes: Vec::new(),
            skipped: Skipped::default(),
        }
    }

    fn refused(rows: &[Vec<u8>]) -> Option<String> {
        refuse_pixels_in_rows(&table(rows), None).err().map(|error| error.to_string())
    }

    #[test]
    fn tables_whose_columns_are_images_are_told_from_images() {
        let digits = builtin::digits();
        // Every third pixel of every third row but the border: 8 x 8.
        let small = |image: &[u8]| -> Vec<u8> {
            (0..64).map(|pixel| image[(3 + 3 * (pixel / 8)) * 28 + 3 + 3 * (pixel % 8)]).collect()
        };
        let images: Vec<Vec<u8>> = (0..400).map(|number| small(digits.image(number))).collect();
        let turned: Vec<Vec<u8>> = (0..64).map(|pixel| images.iter().map(|image| image[pixel]).collect()).collect();
        let labels: Vec<u8> = (0..400).map(|number| digits.label(number) as u8).collect();
        for rows in [turned.clone(), [vec![labels.clone()], turned.clone()].concat(), [turned, vec![labels]].concat()] {
            let error = refused(&rows).expect("the columns are images");
            let found = format!("found {} rows that are like the 8 x 8 pixels of 400 images", rows.len());
            assert!(error.contains(&found), "{error}");
        }
        // A shape, labels, or a network that takes other images leaves no doubt.
        let whole = table(&(0..64).map(|row| images.iter().map(|image| image[row]).collect()).collect::<Vec<_>>());
        let is_taken = |table: &Table, known| refuse_pixels_in_rows(table, known).is_ok();
        assert_eq!([None, Some(64), Some(400)].map(|known| is_taken(&whole, known)), [false, false, true]);
        assert!(is_taken(&Table { shaped: true, ..whole.clone() }, None));
        assert!(is_taken(&Table { labels: Some(vec![1; 64]), ..whole }, None));
        for (shape, shaped) in [(vec![2, 8, 8], true), (vec![2, 64], false)] {
            let bytes = vec![1; 128];
            let array = Array { shape, kind: Kind::Unsigned(1), little: true, columns_first: false, bytes };
            assert_eq!(array.images(&Options::default()).unwrap().shaped, shaped);
        }
        for count in [64, 65, 100, 101, 400] {
            assert_eq!(refused(&images[..count]), None, "{count} images");
            // Noise, and images of one value each.
            let noise = |row: u64| (0..64).map(|pixel| (hashed(hashed(1, row), pixel) >> 56) as u8).collect();
            assert_eq!(refused(&(0..count as u64).map(noise).collect::<Vec<_>>()), None, "{count} times noise");
            assert_eq!(refused(&(0..count).map(|row| vec![row as u8; 64]).collect::<Vec<_>>()), None);
        }
    }
}
