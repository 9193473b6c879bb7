//! A set of digits: one byte a pixel, one number a class.

use crate::names::thousands;
use rand::rngs::ChaCha12Rng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use std::fmt;

/// The most classes a data set may have.
pub const MAX_CLASSES: usize = 1000;

/// Images with their classes.
#[derive(Clone, Debug)]
pub struct Digits {
    width: usize,
    height: usize,
    /// Image by image, row by row; 0 is paper, 255 ink.
    pixels: Vec<u8>,
    /// Each image's class: a place in `labels`.
    classes: Vec<u16>,
    /// What each class is called, ascending.
    labels: Vec<i32>,
    /// The number of each image's row in the file; none where those are 1, 2, 3 and so on.
    rows: Vec<u64>,
}

/// Why images and labels are no data set to learn from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// So many different labels.
    Classes(usize),
    /// So many different labels of so many rows: those are ids.
    Ids {
        /// The different labels.
        labels: usize,
        /// The rows.
        rows: usize,
    },
    /// The label is not among those known, the first of which are listed.
    Unknown {
        /// The row's number, from 1.
        row: usize,
        /// Its label.
        label: i32,
        /// The labels that are known.
        known: Vec<i32>,
    },
    /// Holding out so many of so many rows leaves this label without a row to learn from, or leaves none at all.
    Split {
        /// Rows held out.
        held: usize,
        /// Rows in all.
        rows: usize,
        /// The label that would be left out.
        label: Option<i32>,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Error::Classes(found) => {
                let mend =
                    if *found < 2 { "add rows of other labels" } else { "is this the labels' column, not one of ids?" };
                let found = thousands(*found as u64);
                write!(f, "expected labels of 2 to {MAX_CLASSES} classes, found {found}: {mend}")
            }
            Error::Ids { labels, rows } => write!(
                f,
                "expected labels that several rows share, found {} different ones in {} rows: is this the labels' column, not \
                 one of ids?",
                thousands(*labels as u64),
                thousands(*rows as u64)
            ),
            Error::Unknown { row, label, known } => {
                let listed: Vec<String> = known.iter().take(12).map(i32::to_string).collect();
                let more = if known.len() > listed.len() { ", ..." } else { "" };
                let listed = listed.join(", ");
                write!(
                    f,
                    "row {row}: label {label} is none that the weights know ({listed}{more}): mend it, or leave such rows out"
                )
            }
            Error::Split { held, rows, label: Some(label) } => write!(
                f,
                "holding out {} of {} rows leaves no row of class {label} to learn from: \
                 hold out less, or add rows of that class",
                thousands(*held as u64),
                thousands(*rows as u64)
            ),
            Error::Split { held, rows, label: None } => {
                let [held, rows] = [held, rows].map(|count| thousands(*count as u64));
                write!(f, "holding out {held} of {rows} rows leaves none to learn from or none to validate with")
            }
        }
    }
}

impl std::error::Error for Error {}

impl Digits {
    /// Images of `width` x `height` bytes one after another, a label for each. The classes are the labels that occur.
    ///
    /// # Errors
    /// Where there are fewer than 2 classes or more than [`MAX_CLASSES`], or so many that they are ids.
    ///
    /// # Panics
    /// Where `pixels` does not hold an image a label.
    pub fn new(width: usize, height: usize, pixels: Vec<u8>, labels: &[i32]) -> Result<Self, Error> {
        let mut known = labels.to_vec();
        known.sort_unstable();
        known.dedup();
        if !(2..=MAX_CLASSES).contains(&known.len()) {
            return Err(Error::Classes(known.len()));
        }
        // The largest of EMNIST's sets has as many classes.
        const MANY: usize = 62;
        if known.len() > MANY && labels.len() < 2 * known.len() {
            return Err(Error::Ids { labels: known.len(), rows: labels.len() });
        }
        Self::with_classes(width, height, pixels, labels, &known)
    }

    /// The same, the classes being those that `known` lists in ascending order.
    ///
    /// # Errors
    /// Where a label is none of them.
    ///
    /// # Panics
    /// Where `pixels` does not hold an image a label.
    pub fn with_classes(
        width: usize,
        height: usize,
        pixels: Vec<u8>,
        labels: &[i32],
        known: &[i32],
    ) -> Result<Self, Error> {
        assert_eq!(pixels.len(), labels.len() * width * height, "an image a label");
        let class = |(row, label): (usize, &i32)| match known.binary_search(label) {
            Ok(class) => Ok(class as u16),
            Err(_) => Err(Error::Unknown { row: row + 1, label: *label, known: known.to_vec() }),
        };
        let classes = labels.iter().enumerate().map(class).collect::<Result<_, _>>()?;
        Ok(Digits { width, height, pixels, classes, labels: known.to_vec(), rows: Vec::new() })
    }

    /// The same, of a file of which some rows were left out: each image with the number of its row in the file.
    pub fn of_rows(self, rows: Vec<u64>) -> Self {
        Digits { rows, ..self }
    }

    /// The number of image `number`'s row in the file, from 1.
    pub fn row(&self, number: usize) -> u64 {
        self.rows.get(number).copied().unwrap_or(number as u64 + 1)
    }

    /// Images in the set.
    pub fn len(&self) -> usize {
        self.classes.len()
    }

    /// Whether it holds no image.
    pub fn is_empty(&self) -> bool {
        self.classes.is_empty()
    }

    /// Pixels across.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Pixels down.
    pub fn height(&self) -> usize {
        self.height
    }

    /// What each class is called, ascending.
    pub fn labels(&self) -> &[i32] {
        &self.labels
    }

    /// The pixels of all images, one after another.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// The pixels of image `number`, row by row.
    pub fn image(&self, number: usize) -> &[u8] {
        let size = self.width * self.height;
        &self.pixels[number * size..][..size]
    }

    /// The class of image `number`: a place in `labels`.
    pub fn class(&self, number: usize) -> u16 {
        self.classes[number]
    }

    /// The label of image `number`.
    pub fn label(&self, number: usize) -> i32 {
        self.labels[usize::from(self.class(number))]
    }

    /// Splits the images at random: those to learn from, and the `fraction` of them, rounded, that is held out.
    ///
    /// # Errors
    /// Where a part would be empty though `fraction` is not 0, or a class would be left with no image to learn from.
    pub fn split(&self, fraction: f64, seed: u64) -> Result<(Vec<u32>, Vec<u32>), Error> {
        let mut order: Vec<u32> = (0..self.len() as u32).collect();
        let held = (self.len() as f64 * fraction).round() as usize;
        let error = |label| Error::Split { held, rows: self.len(), label };
        if held >= self.len() || (held == 0 && fraction > 0.0) {
            return Err(error(None));
        }
        order.shuffle(&mut generator(seed, Draw::Split));
        let learned = order.split_off(held);
        let mut seen = vec![false; self.labels.len()];
        learned.iter().for_each(|&number| seen[usize::from(self.class(number as usize))] = true);
        // A class of a weights file need not occur at all; one that was held out whole must not.
        let lost = order.iter().map(|&number| usize::from(self.class(number as usize)));
        match lost.filter(|&class| !seen[class]).min() {
            Some(class) => Err(error(Some(self.labels[class]))),
            None => Ok((learned, order)),
        }
    }
}

/// What a generator is for: each purpose has its own stream.
#[derive(Clone, Copy, Debug)]
pub enum Draw {
    /// Which images are held out.
    Split,
    /// The weights that training begins with.
    Weights,
    /// The images of a picture.
    Samples,
    /// The order of the images in an epoch.
    Order(u64),
}

/// The generator of a seed and a purpose.
pub fn generator(seed: u64, draw: Draw) -> impl Rng {
    let mut generator = ChaCha12Rng::seed_from_u64(seed);
    generator.set_stream(match draw {
        Draw::Split => 0,
        Draw::Weights => 1,
        Draw::Samples => 2,
        Draw::Order(epoch) => 3 + epoch,
    });
    generator
}
