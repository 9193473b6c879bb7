//! Arrays of numbers, as NumPy's files and IDX hold them, become images or labels.

use super::range::Range;
use super::shape::{image_size, is_of_images};
use super::{Error, Options, Table, gathered, reserve};

/// An array of numbers.
pub(super) struct Array {
    pub shape: Vec<usize>,
    pub kind: Kind,
    /// Whether the lowest byte of a value comes first.
    pub little: bool,
    /// Whether the values are in the order of the first index first.
    pub columns_first: bool,
    pub bytes: Vec<u8>,
}

/// The type of the values, by its letter, and its size in bytes.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Unsigned(usize),
    Signed(usize),
    Float(usize),
    Bool,
}

impl Kind {
    pub fn size(self) -> usize {
        match self {
            Kind::Unsigned(size) | Kind::Signed(size) | Kind::Float(size) => size,
            Kind::Bool => 1,
        }
    }
}

impl Array {
    /// Whether it has the shape of images.
    pub fn holds_images(&self) -> bool {
        is_of_images(&self.shape)
    }

    /// Whether it has the shape of labels: (n), (n, 1), or (n, classes) of 0 and 1.
    pub fn holds_labels(&self) -> bool {
        matches!(self.shape[..], [_] | [_, 1]) || self.is_one_hot()
    }

    /// Whether each row has a single 1 and else 0.
    fn is_one_hot(&self) -> bool {
        let &[rows, classes] = &self.shape[..] else { return false };
        let mut values = self.places().map(|place| self.value(place));
        let mut is_single = || {
            let mut row = values.by_ref().take(classes);
            row.try_fold(0.0, |ones, value| [0.0, 1.0].contains(&value).then_some(ones + value)) == Some(1.0)
        };
        classes > 1 && (0..rows).all(|_| is_single())
    }

    /// The value at that place.
    pub fn value(&self, place: usize) -> f64 {
        let size = self.kind.size();
        let mut bytes = [0; 8];
        bytes[..size].copy_from_slice(&self.bytes[place * size..][..size]);
        if !self.little {
            bytes[..size].reverse();
        }
        match self.kind {
            Kind::Unsigned(_) => u64::from_le_bytes(bytes) as f64,
            Kind::Signed(size) => {
                let unused = 64 - 8 * size as u32;
                (i64::from_le_bytes(bytes) << unused >> unused) as f64
            }
            Kind::Float(2) => half(u16::from_le_bytes([bytes[0], bytes[1]])),
            Kind::Float(4) => f64::from(f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])),
            Kind::Float(_) => f64::from_le_bytes(bytes),
            Kind::Bool => f64::from(bytes[0] != 0),
        }
    }

    /// Where the values are, in the order of the last index first.
    fn places(&self) -> impl Iterator<Item = usize> {
        let count: usize = self.shape.iter().product();
        let place = move |at: usize| {
            if !self.columns_first {
                return at;
            }
            // The indices of the value, from the last to the first; then counted from the first.
            let (mut rest, mut place) = (at, 0);
            for (axis, &size) in self.shape.iter().enumerate().rev() {
                let before: usize = self.shape[..axis].iter().product();
                place += rest % size * before;
                rest /= size;
            }
            place
        };
        (0..count).map(place)
    }

    /// The indices of the value of that number, in the order of the last index first.
    fn index(&self, mut number: usize) -> Vec<usize> {
        let mut index = Vec::new();
        for &size in self.shape.iter().rev() {
            index.insert(0, number % size);
            number /= size;
        }
        index
    }

    /// As images, in the range that the values have.
    pub fn images(self, options: &Options) -> Result<Table, Error> {
        let shaped = self.shape.len() > 2;
        Ok(Table { shaped, ..self.pixels(options)? })
    }

    fn pixels(self, options: &Options) -> Result<Table, Error> {
        let size = image_size(&self.shape, options)?;
        if self.kind == Kind::Unsigned(1) && !self.columns_first {
            return Table::of_bytes(size, self.bytes, options);
        }
        // As in text: arithmetic may have missed a whole number, or 1, by a hair.
        const NEAR: f64 = 0.001;
        let fraction = |value: f64| (-NEAR..=1.0 + NEAR).contains(&value);
        let within = |value: f64| (-NEAR..=255.0 + NEAR).contains(&value);
        let whole = |value: f64| (value - value.round()).abs() <= NEAR && within(value);
        let count = self.shape.iter().product();
        let values = || self.places().map(|place| self.value(place));
        if values().all(whole) {
            let pixels = gathered(count, values().map(|value| value.round() as u8))?;
            return Table::of_bytes(size, pixels, options);
        }
        if !values().all(fraction) {
            let first = |is_wrong: &dyn Fn(f64) -> bool| values().position(is_wrong);
            let wrong = first(&|value| !within(value));
            let wrong = wrong.or_else(|| first(&|value| !whole(value) && !fraction(value)));
            let at = wrong.or_else(|| first(&|value| !whole(value))).unwrap_or_default();
            let value = values().nth(at).unwrap_or_default();
            let mend = match value {
                _ if !value.is_finite() => "fill in what is missing, or what a division by 0 has left",
                ..0.0 if self.kind == Kind::Signed(1) => {
                    "bytes above 127 became negative: convert by .astype(\"uint8\")"
                }
                ..0.0 => "undo the normalisation that made it negative",
                0.0..=255.0 => "bring all to one scale, whole numbers from 0 to 255",
                _ => "scale the pixels to 0 to 255",
            };
            let place = self.index(at);
            let what =
                format!("expected whole pixels from 0 to 255, or from 0 to 1, found {value} at {place:?}: {mend}");
            return Err(Error::whole(what));
        }
        let pixels = gathered(count, values().map(|value| (255.0 * value).round() as u8))?;
        let mut table = Table::of_bytes(size, pixels, &Options { range: Some(Range::Byte), ..options.clone() })?;
        table.notes = vec!["the pixels are fractions from 0 to 1: scaled to 0 to 255".to_owned().into()];
        Ok(table)
    }

    /// As labels: whole numbers, or the place of the 1 in each row.
    pub fn labels(&self) -> Result<Vec<i32>, Error> {
        if self.is_one_hot() {
            let ones = self.places().enumerate().filter(|&(_, place)| self.value(place) == 1.0);
            return gathered(self.shape[0], ones.map(|(at, _)| (at % self.shape[1]) as i32));
        }
        if !self.holds_labels() {
            return Err(Error::whole(format!("expected labels of shape (n,), found {:?}", self.shape)));
        }
        let label = |place: usize| {
            let value = self.value(place);
            let fits = value.fract() == 0.0 && (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&value);
            if fits { Ok(value as i32) } else { Err(Error::whole(format!("expected whole labels, found {value}"))) }
        };
        let mut labels = Vec::new();
        reserve(&mut labels, self.shape[0])?;
        for place in self.places() {
            labels.push(label(place)?);
        }
        Ok(labels)
    }
}

/// A number of 16 bits (IEEE 754): a sign, 5 bits of the exponent, 10 of the fraction.
fn half(bits: u16) -> f64 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
    let size = match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1024.0 + fraction) * 2f64.powi(exponent - 25),
    };
    if bits >> 15 == 0 { size } else { -size }
}
