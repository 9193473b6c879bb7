//! Files of digits, a room a format: bytes in, a [`Table`] out, or an error that names the place.
//!
//! A format knows no command and no option by its name on the command line.

mod arff;
mod array;
mod choice;
pub mod csv;
mod error;
mod files;
mod idx;
mod npy;
mod npz;
mod range;
mod request;
mod shape;
pub mod source;
#[cfg(test)]
mod tests;
mod turned;
mod utf16;

use crate::names::thousands;
pub use error::{Error, Mend};
pub use range::Range;
pub use request::{Request, Role};

/// What a file held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Pixels in a row of an image.
    pub width: usize,
    /// Rows of an image.
    pub height: usize,
    /// `rows` x `height` x `width` pixels from 0 to 255, in the file's order, whatever range they had there.
    pub pixels: Vec<u8>,
    /// A label for each image, where the file has labels: any whole numbers.
    pub labels: Option<Vec<i32>>,
    /// How to say in which column they stood; [`LabelColumn::None`] where in none.
    pub label: LabelColumn,
    /// An id for each image, where the file has an id column.
    pub ids: Option<Ids>,
    /// What it stood in.
    pub form: Form,
    /// Whether the file says how wide and how high images are: else their number of pixels alone tells it.
    pub shaped: bool,
    /// What was guessed about the file and is worth a line each.
    pub notes: Vec<Note>,
    /// The rows that were left out as broken; none unless asked for.
    pub skipped: Skipped,
}

impl Table {
    /// The number of images.
    pub fn rows(&self) -> usize {
        self.pixels.len() / (self.width * self.height)
    }

    /// The number of each image's row in the file, from 1: rows that were left out keep theirs.
    pub fn numbers(&self) -> impl Iterator<Item = u64> {
        self.skipped.kept().take(self.rows())
    }

    /// Images of `size`, width and height as they are stored, of a byte a pixel, in whatever range, without labels.
    fn of_bytes((width, height): (usize, usize), mut pixels: Vec<u8>, options: &Options) -> Result<Table, Error> {
        let size = if options.transpose { (height, width) } else { (width, height) };
        if let Some(told) = options.size.filter(|told| *told != size) {
            let mend = if options.transpose { Mend::Upright } else { Mend::Transpose };
            let mut what = format!("expected images of {} x {} pixels, found {} x {}", told.0, told.1, size.0, size.1);
            if told == (size.1, size.0) && !options.transpose {
                what += ", as of images that are stored column by column";
            }
            let error = Error::whole(what);
            return Err(if told == (size.1, size.0) { error.with(mend) } else { error });
        }
        if options.transpose {
            let mut turned = vec![0; width * height];
            for image in pixels.chunks_mut(width * height) {
                turned.iter_mut().enumerate().for_each(|(i, to)| *to = image[i % height * width + i / height]);
                image.copy_from_slice(&turned);
            }
        }
        let note = Range::settle(&mut pixels, width * height, options.range);
        Ok(Table {
            width: size.0,
            height: size.1,
            pixels,
            labels: None,
            label: LabelColumn::None,
            ids: None,
            form: Form::Images,
            shaped: true,
            notes: note.into_iter().collect(),
            skipped: Skipped::default(),
        })
    }

    /// Makes ink paper and paper ink.
    pub fn invert(&mut self) {
        self.pixels.iter_mut().for_each(|pixel| *pixel = 255 - *pixel);
    }
}

/// What images stand in: some options are of one form alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Rows of columns: CSV and ARFF.
    Rows,
    /// Images alone: IDX and NumPy's arrays.
    Images,
    /// Arrays by name: npz.
    Arrays,
}

/// Refuses labels that are more or fewer than the images.
fn check_count(labels: usize, images: usize) -> Result<(), Error> {
    if labels == images {
        return Ok(());
    }
    let mend =
        if labels == images + 1 { ": the first of them may be a header, 0 in pandas: delete it if so" } else { "" };
    let [labels, images] = [labels, images].map(|count| thousands(count as u64));
    Err(Error::whole(format!("expected a label an image, found {labels} labels and {images} images{mend}")))
}

/// `count` values, where there is memory for them.
fn gathered<T>(count: usize, values: impl Iterator<Item = T>) -> Result<Vec<T>, Error> {
    let mut all = Vec::new();
    reserve(&mut all, count)?;
    all.extend(values.take(count));
    Ok(all)
}

/// Makes room for `more` values, and for some to come where the memory has to be moved.
fn reserve<T>(values: &mut Vec<T>, more: usize) -> Result<(), Error> {
    values.try_reserve(more).map_err(|_| no_memory::<T>(values.len() + more))
}

/// There is no memory for so many values.
fn no_memory<T>(count: usize) -> Error {
    let bytes = thousands(count.saturating_mul(size_of::<T>()) as u64);
    Error::whole(format!("expected {bytes} bytes of memory for the rows, found less: use fewer rows"))
}

/// The images' own names or numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ids {
    /// The name of their column, as it stands in the file.
    pub column: String,
    /// An id for each image, as it stands in the file: `00007`, `img_7`.
    pub texts: Vec<String>,
}

/// What was guessed about a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The guess, a line.
    pub text: String,
    /// What to say where it is wrong, if anything.
    pub mend: Option<Mend>,
}

impl From<String> for Note {
    fn from(text: String) -> Note {
        Note { text, mend: None }
    }
}

/// Rows that were left out as broken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Skipped {
    /// Their numbers in the file, from 1, ascending: broken rows count, a header and blank lines do not.
    pub rows: Vec<u64>,
    /// What was wrong with the first of them, [`Skipped::SHOWN`] at most.
    pub first: Vec<Error>,
}

impl Skipped {
    /// Errors that are kept.
    pub const SHOWN: usize = 3;

    /// The numbers of all other rows.
    fn kept(&self) -> impl Iterator<Item = u64> {
        (1..).filter(|number| self.rows.binary_search(number).is_err())
    }

    /// Leaves out more rows, of these numbers, for these reasons.
    fn add(&mut self, rows: Vec<(u64, Error)>) {
        let (numbers, errors): (Vec<u64>, Vec<Error>) = rows.into_iter().unzip();
        self.rows.extend(numbers);
        self.rows.sort_unstable();
        self.first.extend(errors);
        self.first.sort_by_key(|error| error.line);
        self.first.truncate(Skipped::SHOWN);
    }
}

/// Where the labels are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum LabelColumn {
    /// In the column that the header calls so, or the first or last as the number of columns and the values suggest.
    #[default]
    Auto,
    /// In the first column.
    First,
    /// In the last column.
    Last,
    /// Nowhere: all columns are pixels.
    None,
    /// In the column of this name.
    Named(String),
}

/// What cannot always be recognised from the file itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The label's column.
    pub label: LabelColumn,
    /// Width and height of the images, upright; square without it.
    pub size: Option<(usize, usize)>,
    /// Whether the file stores images column by column, as EMNIST does.
    pub transpose: bool,
    /// Columns that are neither pixel nor label: their names, or without a header their numbers from 1.
    pub ignore: Vec<String>,
    /// Whether the labels are in another file: then numbers of rows are kept, to be compared.
    pub labels_apart: bool,
    /// The range of the images that the network learned from, if that is known: it settles what a file leaves open.
    pub range: Option<Range>,
    /// The pixels of the images that a network takes, where one is known.
    pub pixels: Option<usize>,
    /// Whether to leave broken rows out and go on.
    pub skip_bad_rows: bool,
    /// Threads to parse on. The result does not depend on it.
    pub threads: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            label: LabelColumn::Auto,
            size: None,
            transpose: false,
            ignore: Vec::new(),
            labels_apart: false,
            range: None,
            pixels: None,
            skip_bad_rows: false,
            threads: 1,
        }
    }
}

/// How far a load has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of the file that are rows by now.
    pub bytes: u64,
    /// Bytes of the file, if known.
    pub length: Option<u64>,
    /// The rows.
    pub rows: usize,
}
