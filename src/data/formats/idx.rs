//! MNIST's own format, IDX: two zeros, the type of the values (8: bytes), the number of dimensions, each dimension as a
//! big-endian number of 32 bits, the values, big-endian as well. (Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST
//! database", "File formats".)

use super::array::{Array, Kind};
use super::{Error, no_memory};
use crate::names::thousands;
use std::io::{self, Read};

/// Whether a file begins like IDX.
pub(super) fn begins(start: &[u8]) -> bool {
    matches!(start, [0, 0, 8, ..] | [0, 0, 9 | 11..=14, 1..=4, ..])
}

/// Reads images or labels.
pub(super) fn array(mut input: impl Read, length: Option<u64>) -> Result<Array, Error> {
    let mut magic = [0; 4];
    input.read_exact(&mut magic).map_err(cut_off)?;
    let kind = match magic[2] {
        9 => Kind::Signed(1),
        11 => Kind::Signed(2),
        12 => Kind::Signed(4),
        13 => Kind::Float(4),
        14 => Kind::Float(8),
        _ => Kind::Unsigned(1),
    };
    let size = |_| {
        let mut size = [0; 4];
        input.read_exact(&mut size).map_err(cut_off)?;
        Ok(u32::from_be_bytes(size) as usize)
    };
    let shape: Vec<usize> = (0..magic[3].min(8)).map(size).collect::<Result<_, _>>()?;
    let bytes = values(input, length, &shape, kind.size())?;
    Ok(Array { shape, kind, little: false, columns_first: false, bytes })
}

/// The values of an array of this shape, and nothing behind them.
fn values(mut input: impl Read, length: Option<u64>, shape: &[usize], size: usize) -> Result<Vec<u8>, Error> {
    let what = if shape.len() == 1 { "labels" } else { "images" };
    let (count, rest) = shape.split_first().unwrap_or((&0, &[]));
    let each = rest.iter().try_fold(size, |each, &size| each.checked_mul(size));
    let beyond = || Error::whole(format!("expected {what}, found a size beyond memory"));
    let each = each.ok_or_else(beyond)?;
    let all = each.checked_mul(*count).ok_or_else(beyond)?;
    let mut values = Vec::new();
    // No more than the file can hold, whatever its header says.
    let room = values.try_reserve_exact(length.map_or(0, |length| all.min(length as usize).saturating_add(1)));
    room.map_err(|_| no_memory::<u8>(all))?;
    input.by_ref().take((all as u64).saturating_add(1)).read_to_end(&mut values).map_err(cut_off)?;
    match values.len() / each.max(1) {
        found if values.len() < all => Err(Error::whole(format!(
            "expected {} {what}, found {}: the file is cut off, copy or download it again",
            thousands(*count as u64),
            thousands(found as u64)
        ))),
        _ if values.len() > all => Err(Error::whole(format!(
            "expected {} {what}, found more data behind them: copy or download it again",
            thousands(*count as u64)
        ))),
        _ => Ok(values),
    }
}

fn cut_off(error: io::Error) -> Error {
    Error::reading("IDX", error)
}
