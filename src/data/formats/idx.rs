//! MNIST's own format, IDX: two zeros, the type of the values (8: bytes), the number of dimensions, each dimension as a
//! big-endian number of 32 bits, the values. (Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database", "File
//! formats".)

use super::shape::image_size;
use super::{Error, Options, Table, gathered, no_memory};
use crate::names::thousands;
use std::io::{self, Read};

/// The first three bytes of a file of bytes.
const MAGIC: [u8; 3] = [0, 0, 8];

/// The other types that IDX has.
const TYPES: [(u8, &str); 5] =
    [(9, "signed bytes"), (11, "numbers of 16 bits"), (12, "numbers of 32 bits"), (13, "floats"), (14, "doubles")];

/// Whether a file begins like IDX, of whatever type.
pub(super) fn begins(start: &[u8]) -> bool {
    matches!(start, [0, 0, 8, ..] | [0, 0, 9 | 11..=14, 1..=4, ..])
}

/// Reads images.
pub(super) fn images(mut input: impl Read, length: Option<u64>, options: &Options) -> Result<Table, Error> {
    let sizes = sizes(&mut input)?;
    if sizes.len() == 1 {
        return Err(Error::whole("expected images, found IDX labels: give the file of the images"));
    }
    let (width, height) = image_size(&sizes, options)?;
    let pixels = values(input, length, sizes[0], width * height, "images")?;
    Table::of_bytes((width, height), pixels, options)
}

/// Reads labels: one dimension.
pub(super) fn labels(mut input: impl Read) -> Result<Vec<i32>, Error> {
    let sizes = sizes(&mut input)?;
    let &[count] = sizes.as_slice() else {
        return Err(Error::whole(format!(
            "expected labels in 1 dimension, found IDX data in {}: give the file of the labels, with a byte for each",
            sizes.len()
        )));
    };
    let labels = values(input, None, count, 1, "labels")?;
    gathered(count, labels.into_iter().map(i32::from))
}

fn sizes(input: &mut impl Read) -> Result<Vec<usize>, Error> {
    let mut magic = [0; 4];
    input.read_exact(&mut magic).map_err(cut_off)?;
    if magic[..3] != MAGIC {
        let found = TYPES.iter().find(|(kind, _)| *kind == magic[2]).map_or("something else", |(_, what)| what);
        return Err(Error::whole(format!(
            "expected IDX data of unsigned bytes, found {found}: write it as unsigned bytes"
        )));
    }
    let size = |_| {
        let mut size = [0; 4];
        input.read_exact(&mut size).map_err(cut_off)?;
        Ok(u32::from_be_bytes(size) as usize)
    };
    (0..magic[3].min(8)).map(size).collect()
}

/// `count` times `each` bytes, and nothing behind them.
fn values(mut input: impl Read, length: Option<u64>, count: usize, each: usize, what: &str) -> Result<Vec<u8>, Error> {
    let all =
        each.checked_mul(count).ok_or_else(|| Error::whole(format!("expected {what}, found a size beyond memory")))?;
    let mut values = Vec::new();
    // No more than the file can hold, whatever its header says.
    let room = values.try_reserve_exact(length.map_or(0, |length| all.min(length as usize).saturating_add(1)));
    room.map_err(|_| no_memory::<u8>(all))?;
    input.by_ref().take((all as u64).saturating_add(1)).read_to_end(&mut values).map_err(cut_off)?;
    match values.len() / each {
        found if values.len() < all => Err(Error::whole(format!(
            "expected {} {what}, found {}: the file is cut off, copy or download it again",
            thousands(count as u64),
            thousands(found as u64)
        ))),
        _ if values.len() > all => Err(Error::whole(format!(
            "expected {} {what}, found more data behind them: copy or download it again",
            thousands(count as u64)
        ))),
        _ => Ok(values),
    }
}

fn cut_off(error: io::Error) -> Error {
    Error::reading("IDX", error)
}
