//! NumPy's arrays: a magic string, a version, a Python dictionary with type, order and shape, the values (NumPy
//! Enhancement Proposal 1).

use super::Error;
use super::array::{Array, Kind};
use crate::names::thousands;
use std::io::{self, Read};

/// The first bytes of an array file.
pub(super) const MAGIC: &[u8] = b"\x93NUMPY";

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
        (Some("f"), Some(size @ (2 | 4 | 8))) => Kind::Float(size),
        (Some("b"), _) => Kind::Bool,
        _ => {
            let mend = match descr.get(1..2) {
                // Fractions as whole bytes would all be 0.
                Some("f" | "c") => "convert by .astype(\"float32\")",
                Some("U" | "S") => "convert numbers by .astype(int), and number words",
                _ => "convert by .astype(int)",
            };
            let what = format!("expected whole numbers, or floats of 2, 4 or 8 bytes, found {descr}: {mend}");
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

fn cut_off(error: io::Error) -> Error {
    Error::reading("NumPy", error)
}
