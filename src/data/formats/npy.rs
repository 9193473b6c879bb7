//! NumPy's arrays: a magic string, a version, a Python dictionary with type, order and shape, the values (NumPy
//! Enhancement Proposal 1).

use super::range::Range;
use super::shape::{image_size, is_of_images};
use super::{Error, Options, Table, gathered, reserve};
use crate::names::thousands;
use std::io::{self, Read};

/// The first bytes of an array file.
pub(super) const MAGIC: &[u8] = b"\x93NUMPY";

/// An array of numbers.
pub(super) struct Array {
    pub shape: Vec<usize>,
    kind: Kind,
    little: bool,
    columns_first: bool,
    bytes: Vec<u8>,
}

/// The type of the values, by its letter, and its size in bytes.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Unsigned(usize),
    Signed(usize),
    Float(usize),
    Bool,
}

impl Kind {
    fn size(self) -> usize {
        match self {
            Kind::Unsigned(size) | Kind::Signed(size) | Kind::Float(size) => size,
            Kind::Bool => 1,
        }
    }
}

/// Reads an array.
pub(super) fn array(mut input: impl Read) -> Result<Array, Error> {
    let mut start = [0; 8];
    input.read_exact(&mut start).map_err(cut_off)?;
    if !start.starts_with(MAGIC) {
        return Err(Error::whole("expected a NumPy array, found something else"));
    }
    let mut length = [0; 4];
    let used = if start[6] == 1 { 2 } else { 4 };
    input.read_exact(&mut length[..used]).map_err(cut_off)?;
    let mut header = Vec::new();
    input
        .by_ref()
        .take(u64::from(u32::from_le_bytes(length)).min(1 << 20))
        .read_to_end(&mut header)
        .map_err(cut_off)?;
    let header = String::from_utf8_lossy(&header).into_owned();
    let unknown = || Error::whole("expected a NumPy header with descr, fortran_order and shape, found another one");
    let field = |name: &str| {
        let behind = header.split_once(&format!("'{name}':"))?.1;
        Some(behind.trim_start().to_owned())
    };
    let descr = field("descr").ok_or_else(unknown)?;
    let descr = descr.strip_prefix('\'').and_then(|rest| rest.split_once('\'')).ok_or_else(unknown)?.0.to_owned();
    let kind = match (descr.get(1..2), descr.get(2..).and_then(|size| size.parse().ok())) {
        (Some("u"), Some(size @ (1 | 2 | 4 | 8))) => Kind::Unsigned(size),
        (Some("i"), Some(size @ (1 | 2 | 4 | 8))) => Kind::Signed(size),
        (Some("f"), Some(size @ (4 | 8))) => Kind::Float(size),
        (Some("b"), _) => Kind::Bool,
        _ => {
            let mend = match descr.get(1..2) {
                // Fractions as whole bytes would all be 0.
                Some("f" | "c") => "convert by .astype(\"float32\")",
                Some("U" | "S") => "number the words",
                _ => "convert by .astype(int)",
            };
            let what = format!("expected whole numbers, or floats of 4 or 8 bytes, found {descr}: {mend}");
            return Err(Error::whole(what));
        }
    };
    let shape = field("shape").ok_or_else(unknown)?;
    let shape = shape.strip_prefix('(').and_then(|rest| rest.split_once(')')).ok_or_else(unknown)?.0.to_owned();
    let sizes =
        shape.split(',').map(str::trim).filter(|size| !size.is_empty()).map(|size| size.trim_end_matches('L').parse());
    let shape: Vec<usize> = sizes.collect::<Result<_, _>>().map_err(|_| unknown())?;
    let columns_first = field("fortran_order").ok_or_else(unknown)?.starts_with("True");
    let all = shape.iter().try_fold(kind.size(), |all, &size| all.checked_mul(size));
    let all = all.ok_or_else(|| Error::whole("expected an array, found a size beyond memory"))?;
    let mut bytes = Vec::new();
    input.take((all as u64).saturating_add(1)).read_to_end(&mut bytes).map_err(cut_off)?;
    if bytes.len() != all {
        let found = if bytes.len() < all { thousands(bytes.len() as u64) } else { "more behind them".to_owned() };
        let all = thousands(all as u64);
        return Err(Error::whole(format!("expected {all} bytes of values, found {found}: copy or download it again")));
    }
    Ok(Array { shape, kind, little: !descr.starts_with('>'), columns_first, bytes })
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

    fn value(&self, place: usize) -> f64 {
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
                ..0.0 if self.kind == Kind::Signed(1) => {
                    "bytes above 127 became negative: convert by .astype(\"uint8\")"
                }
                ..0.0 => "undo the normalisation that made it negative",
                0.0..=255.0 => "bring all to one scale, whole numbers from 0 to 255",
                _ => "fill in what is missing, and scale the pixels to 0 to 255",
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

fn cut_off(error: io::Error) -> Error {
    Error::reading("NumPy", error)
}
