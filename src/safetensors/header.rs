//! The header: where each tensor lies in the data, and the metadata.
//!
//! `{"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, "__metadata__": {"name": "text"}}`

use std::collections::BTreeMap;

use super::json::{Parser, string_of};
use super::{Error, Tensor, quoted};

/// The longest header, in bytes, that the format allows.
pub const LONGEST: usize = 100_000_000;
/// The most entries of the header, the metadata being one, and of the metadata. With this limit the lists made of a
/// header are small even when every entry is as short as can be.
const MOST_ENTRIES: usize = 4096;
/// The most dimensions of a tensor.
const MOST_DIMENSIONS: usize = 8;
/// The one key of the header that is not a tensor's name.
const METADATA: &str = "__metadata__";

/// What the header says of one tensor.
pub(super) struct Place {
    pub name: String,
    pub shape: Vec<usize>,
    /// The type of its numbers.
    pub kind: Kind,
    /// The first byte in the data, and the byte after the last.
    pub offsets: [usize; 2],
}

/// The types of numbers that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    F16,
    Bf16,
    F32,
    F64,
}

impl Kind {
    fn named(name: &str) -> Option<Kind> {
        Some(match name {
            "F16" => Kind::F16,
            "BF16" => Kind::Bf16,
            "F32" => Kind::F32,
            "F64" => Kind::F64,
            _ => return None,
        })
    }

    /// Bytes of a number.
    pub fn size(self) -> usize {
        match self {
            Kind::F16 | Kind::Bf16 => 2,
            Kind::F32 => 4,
            Kind::F64 => 8,
        }
    }
}

/// The places of the tensors, ordered by name, and the metadata. The places are sound: each is as long as its shape
/// says, and together they cover the `data_length` bytes of data without a hole or an overlap.
pub(super) fn read(header: &str, data_length: usize) -> Result<(Vec<Place>, BTreeMap<String, String>), Error> {
    let mut parser = Parser::new(header)?;
    let mut places = Vec::new();
    let mut metadata = None;
    parser.object(MOST_ENTRIES, |parser, name| {
        if name == METADATA {
            return set(&mut metadata, read_metadata(parser)?, METADATA);
        }
        let place = read_place(parser, name)?;
        check_length(&place)?;
        places.push(place);
        Ok(())
    })?;
    parser.end()?;

    places.sort_unstable_by_key(|place: &Place| place.offsets);
    check_cover(&places, data_length)?;
    places.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    check_names(places.iter().map(|place| place.name.as_str()))?;
    Ok((places, metadata.unwrap_or_default()))
}

/// A JSON object of strings.
fn read_metadata(parser: &mut Parser) -> Result<BTreeMap<String, String>, Error> {
    let mut metadata = BTreeMap::new();
    parser.object(MOST_ENTRIES, |parser, key| {
        let text = parser.string()?;
        if metadata.contains_key(&key) {
            return Err(Error(format!("{METADATA}: {} is there twice", quoted(&key))));
        }
        metadata.insert(key, text);
        Ok(())
    })?;
    Ok(metadata)
}

/// The description of the tensor `name`.
fn read_place(parser: &mut Parser, name: String) -> Result<Place, Error> {
    let in_tensor = |what: String| Error(format!("tensor {}: {what}", quoted(&name)));
    let (mut dtype, mut shape, mut offsets) = (None, None, None);
    let fields = parser.object(3, |parser, field| match field.as_str() {
        "dtype" => set(&mut dtype, parser.string()?, "dtype"),
        "shape" => set(&mut shape, parser.numbers(MOST_DIMENSIONS)?, "shape"),
        "data_offsets" => set(&mut offsets, parser.numbers(2)?, "data_offsets"),
        _ => Err(Error(format!("expected dtype, shape and data_offsets, found {}", quoted(&field)))),
    });
    fields.map_err(|error| in_tensor(error.0))?;

    let missing = |field| in_tensor(format!("expected dtype, shape and data_offsets, found no {field}"));
    let dtype = dtype.ok_or_else(|| missing("dtype"))?;
    let shape = shape.ok_or_else(|| missing("shape"))?;
    let offsets = offsets.ok_or_else(|| missing("data_offsets"))?;
    let kind = Kind::named(&dtype).ok_or_else(|| {
        // PyTorch's count of batches, which stands before all else.
        if name.ends_with("num_batches_tracked") {
            return in_tensor("BatchNorm is not known here: only dense layers are".to_owned());
        }
        in_tensor(format!(
            "expected the type F32, F16, BF16 or F64, found {}; in Python, leave it out if it is no layer's weight or bias, \
             else convert with .float(), or with .dequantize() if it is quantized, and save again",
            quoted(&dtype)
        ))
    })?;
    match offsets.try_into() {
        Ok(offsets) => Ok(Place { name, shape, kind, offsets }),
        Err(offsets) => Err(in_tensor(format!("expected two data_offsets, found {offsets:?}"))),
    }
}

/// Fills a field that may be given once.
fn set<T>(field: &mut Option<T>, value: T, name: &str) -> Result<(), Error> {
    match field.replace(value) {
        None => Ok(()),
        Some(_) => Err(Error(format!("{name} is there twice"))),
    }
}

/// How many numbers a tensor of this shape has, if their bytes can be counted.
fn elements(shape: &[usize]) -> Option<usize> {
    let elements = shape.iter().try_fold(1usize, |product, &size| product.checked_mul(size))?;
    elements.checked_mul(8).and(Some(elements))
}

/// Each place must be as long as its shape says.
fn check_length(place: &Place) -> Result<(), Error> {
    let Place { name, shape, kind, offsets } = place;
    let expected = match elements(shape) {
        Some(elements) if offsets[1].checked_sub(offsets[0]) == Some(kind.size() * elements) => return Ok(()),
        Some(elements) => format!("{} bytes", kind.size() * elements),
        None => "more bytes than there can be".to_owned(),
    };
    Err(Error(format!("tensor {}: shape {shape:?} takes {expected}, found data_offsets {offsets:?}", quoted(name))))
}

/// The places, in the order of the data, must follow each other from the first byte to the last.
fn check_cover(places: &[Place], data_length: usize) -> Result<(), Error> {
    let mut covered = 0;
    for Place { name, offsets, .. } in places {
        let [begin, end] = *offsets;
        let name = quoted(name);
        if begin != covered {
            let what = if begin < covered { "an overlap" } else { "a hole" };
            return Err(Error(format!(
                "tensor {name}: {what} in the data: expected it to begin at byte {covered}, found data_offsets \
                 {offsets:?}"
            )));
        }
        if end > data_length {
            return Err(Error(format!(
                "tensor {name}: the file is cut off: data_offsets are {offsets:?}, found {data_length} bytes of data"
            )));
        }
        covered = end;
    }
    if covered < data_length {
        return Err(Error(format!("expected {covered} bytes of data, as the tensors take, found {data_length}")));
    }
    Ok(())
}

/// No name may come twice; `names` are in order.
fn check_names<'a>(mut names: impl Iterator<Item = &'a str>) -> Result<(), Error> {
    let mut previous = names.next();
    for name in names {
        if previous == Some(name) {
            return Err(Error(format!("tensor {}: the name is there twice", quoted(name))));
        }
        previous = Some(name);
    }
    Ok(())
}

/// The header for `tensors`, ordered by name, whose data follow each other in this order. All have the same type, so
/// the format's order, by alignment and then by name, is that of the names. The spaces at the end make the data begin
/// at a multiple of 8 bytes.
pub(super) fn write(tensors: &[&Tensor], metadata: &BTreeMap<String, String>) -> Result<String, Error> {
    let entries = tensors.len() + usize::from(!metadata.is_empty());
    let most = entries.max(metadata.len());
    if most > MOST_ENTRIES {
        return Err(Error(format!("expected at most {MOST_ENTRIES} entries, found {most}")));
    }
    check_names(tensors.iter().map(|tensor| tensor.name.as_str()))?;

    let mut header = String::from("{");
    if !metadata.is_empty() {
        header += &format!("\"{METADATA}\":{{");
        for (key, text) in metadata {
            header += &format!("{}:{},", string_of(key), string_of(text));
        }
        header.pop();
        header += "},";
    }
    let mut begin = 0;
    for Tensor { name, shape, data } in tensors {
        let in_tensor = |what: String| Error(format!("tensor {}: {what}", quoted(name)));
        if name == METADATA {
            return Err(in_tensor("the name is reserved".to_owned()));
        }
        if shape.len() > MOST_DIMENSIONS {
            return Err(in_tensor(format!("expected at most {MOST_DIMENSIONS} dimensions, found {}", shape.len())));
        }
        if elements(shape) != Some(data.len()) {
            return Err(in_tensor(format!("shape {shape:?} does not fit its {} numbers", data.len())));
        }
        let end = begin + 4 * data.len();
        let name = string_of(name);
        header += &format!("{name}:{{\"dtype\":\"F32\",\"shape\":{shape:?},\"data_offsets\":[{begin},{end}]}},");
        begin = end;
    }
    if header.ends_with(',') {
        header.pop();
    }
    header.push('}');
    while header.len() % 8 != 0 {
        header.push(' ');
    }
    if header.len() > LONGEST {
        return Err(Error(format!(
            "expected at most {LONGEST} bytes of names and metadata, found {} with quotes and escapes",
            header.len()
        )));
    }
    Ok(header)
}
