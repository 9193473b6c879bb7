//! Weights files: names, shapes and numbers <-> the bytes of a safetensors file.
//!
//! ```text
//! 8 bytes    N, the length of the header: u64, little-endian
//! N bytes    the header: JSON, which says of each tensor its type, its shape and its place in the data
//! the rest   the data: the tensors' numbers, row-major, little-endian, end to end
//! ```
//!
//! The format is that of <https://github.com/huggingface/safetensors> ("Format" in its README). A file may come from
//! anybody, so [`Archive::from_bytes`] believes nothing that it has not checked, and the file and all that is made of
//! it never take more than three times the file and 1 MB: numbers of 16 bits grow to float32. Two things that the
//! format allows are refused: numbers that are not finite, and types other than F32, F16, BF16 and F64, which all
//! become float32.
//!
//! ```
//! use mnist::safetensors::{Archive, Tensor};
//!
//! let weights = Tensor { name: "0.weight".to_owned(), shape: vec![2, 3], data: vec![0.5; 6] };
//! let archive = Archive { tensors: vec![weights], ..Archive::default() };
//! let bytes = archive.to_bytes()?;
//! assert_eq!(Archive::from_bytes(&bytes)?, archive);
//! # Ok::<(), mnist::safetensors::Error>(())
//! ```

mod header;
pub mod json;

use header::Kind;
pub use header::LONGEST as LONGEST_HEADER;
use std::collections::BTreeMap;
use std::fmt;

/// Tensors and strings, each under its name: what a safetensors file holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Archive {
    /// The tensors. Those that were read are ordered by name; those to be written may come in any order.
    pub tensors: Vec<Tensor>,
    /// The strings of `__metadata__`. Numbers that float32 cannot hold go here, as text.
    pub metadata: BTreeMap<String, String>,
}

/// A named array of numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    /// The name: any text except `__metadata__`.
    pub name: String,
    /// The size of each dimension, the slowest first: `[O, I]` for a dense layer's weights, `[]` for a single number.
    pub shape: Vec<usize>,
    /// The numbers in row-major order, as many as the product of the shape.
    pub data: Vec<f32>,
}

/// Why bytes are not a safetensors file, or an archive cannot become one: one line, with the place, what was expected
/// and what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

impl Archive {
    /// The archive as a file. Equal archives give equal bytes: the order of the tensors in the list does not matter.
    ///
    /// # Errors
    /// A name that is used twice or reserved, a shape that does not fit its numbers, a number that is not finite, and
    /// more of anything than [`from_bytes`](Archive::from_bytes) takes.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let mut tensors: Vec<&Tensor> = self.tensors.iter().collect();
        tensors.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        let header = header::write(&tensors, &self.metadata)?;

        let numbers: usize = tensors.iter().map(|tensor| tensor.data.len()).sum();
        let mut bytes = Vec::with_capacity(8 + header.len() + 4 * numbers);
        bytes.extend((header.len() as u64).to_le_bytes());
        bytes.extend(header.as_bytes());
        for Tensor { name, data, .. } in tensors {
            check_finite(name, data)?;
            let begin = bytes.len();
            bytes.resize(begin + 4 * data.len(), 0);
            for (place, number) in bytes[begin..].as_chunks_mut().0.iter_mut().zip(data) {
                *place = number.to_le_bytes();
            }
        }
        Ok(bytes)
    }

    /// Reads a whole file.
    ///
    /// # Errors
    /// Anything that the format forbids, numbers that are not finite, types of other numbers, more than
    /// 8 dimensions, and more than 4096 entries in the header or in its metadata.
    pub fn from_bytes(bytes: &[u8]) -> Result<Archive, Error> {
        let (header, data) = split(bytes)?;
        let (places, metadata) = header::read(header, data.len())?;
        let mut tensors = Vec::with_capacity(places.len());
        for place in places {
            let [begin, end] = place.offsets;
            let numbers = numbers(place.kind, &data[begin..end])?;
            check_finite(&place.name, &numbers)?;
            tensors.push(Tensor { name: place.name, shape: place.shape, data: numbers });
        }
        Ok(Archive { tensors, metadata })
    }
}

/// Little-endian numbers as float32.
fn numbers(kind: Kind, bytes: &[u8]) -> Result<Vec<f32>, Error> {
    let mut numbers = Vec::new();
    let count = bytes.len() / kind.size();
    let room = numbers.try_reserve_exact(count);
    room.map_err(|_| Error(format!("expected memory for {count} numbers, found less: name a smaller file")))?;
    match kind {
        Kind::F32 => numbers.extend(bytes.as_chunks().0.iter().map(|&number| f32::from_le_bytes(number))),
        Kind::F64 => numbers.extend(bytes.as_chunks().0.iter().map(|&number| f64::from_le_bytes(number) as f32)),
        // The upper half of a float32.
        Kind::Bf16 => {
            let number = |&number: &[u8; 2]| f32::from_bits(u32::from(u16::from_le_bytes(number)) << 16);
            numbers.extend(bytes.as_chunks().0.iter().map(number));
        }
        Kind::F16 => numbers.extend(bytes.as_chunks().0.iter().map(|&number| half(u16::from_le_bytes(number)))),
    }
    Ok(numbers)
}

/// A number of IEEE 754's binary16: a sign, 5 bits of exponent, 10 of mantissa.
fn half(bits: u16) -> f32 {
    let (exponent, mantissa) = (u32::from(bits >> 10 & 31), u32::from(bits & 1023));
    let size = match exponent {
        0 => mantissa as f32 / 16_777_216.0,
        31 => f32::from_bits(0x7f80_0000 | mantissa << 13),
        _ => f32::from_bits((exponent + 112) << 23 | mantissa << 13),
    };
    if bits >> 15 == 1 { -size } else { size }
}

/// Other files, by their first bytes, and what helps.
#[rustfmt::skip]
const FOREIGN: [(&[u8], &str, &str); 20] = [
    (b"\x80\x02\x8a\x0a", "an old file of torch.save", TORCH),
    (b"\x80\x02", "a Python pickle", PICKLE),
    (b"\x80\x03", "a Python pickle", PICKLE),
    (b"\x80\x04", "a Python pickle", PICKLE),
    (b"\x80\x05", "a Python pickle", PICKLE),
    (b"\x89HDF", "an HDF5 file (Keras)", KERAS),
    (b"\x08\x07\x12", "an ONNX model", ONNX),
    (b"\x08\x08\x12", "an ONNX model", ONNX),
    (b"\x08\x09\x12", "an ONNX model", ONNX),
    (b"\x93NUMPY", "a NumPy array", NUMPY),
    (b"GGUF", "a GGUF model", "save its tensors with safetensors.numpy.save_file(tensors, FILE)"),
    (b"\x1f\x8b", "a gzip file", "unpack it with `gunzip` first"),
    (b"\x89PNG", "a PNG picture", WEIGHTS),
    (b"\xff\xd8\xff", "a JPEG picture", WEIGHTS),
    (b"<", "a web page (HTML)", "download the file itself; the site may want you to sign in first"),
    (b"404", "the answer of a server that has no such file", "look at the link, and download the file again"),
    (b"version ", "a Git LFS pointer", "fetch the file with `git lfs pull`"),
    (b"{", "JSON", WEIGHTS),
    (b"label", "a CSV file", WEIGHTS),
    (b"pixel", "a CSV file", WEIGHTS),
];
const ONNX: &str =
    "read its initializers with onnx.numpy_helper and save them with safetensors.numpy.save_file(tensors, FILE)";
const TORCH: &str = "load it with torch.load and save it with safetensors.torch.save_file(model.state_dict(), FILE)";
const PICKLE: &str = "load it with pickle.load (or joblib.load) and save its arrays with safetensors.numpy.save_file({\"0.weight\": w, \
                      \"0.bias\": b, \"2.weight\": ...}, FILE), weights as [outputs, inputs]";
/// With the number of each layer, which tells the order, and the names of its parts, of which there may be one alone.
const KERAS: &str = "load it in Keras and save it with safetensors.numpy.save_file({f\"{i}.{getattr(w, 'path', w.name)}\": numpy.array(w) \
     for i, layer in enumerate(model.layers) for w in layer.weights}, FILE)";
const NUMPY: &str = "save the arrays with safetensors.numpy.save_file({\"0.weight\": w, \"0.bias\": b, \"2.weight\": ...}, FILE), weights \
                     as [outputs, inputs]";
const WEIGHTS: &str = "the weights of a network are needed here, as training writes them";

/// The header and the data of a file.
fn split(bytes: &[u8]) -> Result<(&str, &[u8]), Error> {
    for (start, what, mend) in FOREIGN {
        // A header that happens to have such a length begins with a brace.
        if bytes.starts_with(start) && bytes.get(8) != Some(&b'{') {
            return Err(Error(format!("not a safetensors file but {what}; {mend}")));
        }
    }
    let Some((length, rest)) = bytes.split_first_chunk() else {
        return Err(Error(format!(
            "not a safetensors file: expected at least the 8 bytes of the header's length, found {}",
            bytes.len()
        )));
    };
    if bytes.get(4..8) == Some(b"TFL3") {
        return Err(Error(format!("not a safetensors file but a TensorFlow Lite model; {WEIGHTS}")));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        // The name of the first member.
        let name = bytes.get(30..).unwrap_or_default();
        return Err(Error(
            if ["metadata.json", "config.json"].iter().any(|first| name.starts_with(first.as_bytes())) {
                format!("not a safetensors file but a .keras file; {KERAS}")
            } else {
                format!("not a safetensors file but a zip archive; if torch.save wrote it, {TORCH}; of an npz, {NUMPY}")
            },
        ));
    }
    let length = u64::from_le_bytes(*length);
    if length > header::LONGEST as u64 {
        return Err(Error(format!(
            "not a safetensors file: its first 8 bytes would be the length of a header, at most {} bytes, but are \
             {length}; {WEIGHTS}",
            header::LONGEST
        )));
    }
    let Some((header, data)) = rest.split_at_checked(length as usize) else {
        return Err(Error(format!("the file is cut off: expected {length} bytes of header, found {}", rest.len())));
    };
    match std::str::from_utf8(header) {
        Ok(header) => Ok((header, data)),
        Err(error) => Err(Error(format!("byte {}: the header is not UTF-8", 8 + error.valid_up_to()))),
    }
}

/// Training that went wrong leaves such numbers, and nothing good can be computed with them.
fn check_finite(name: &str, data: &[f32]) -> Result<(), Error> {
    match data.iter().position(|number| !number.is_finite()) {
        None => Ok(()),
        Some(index) => Err(Error(format!(
            "tensor {}: number {} of {} is {}, expected a finite one",
            quoted(name),
            index + 1,
            data.len(),
            data[index]
        ))),
    }
}

/// A text from a file as messages show it: quoted, on one line, and no longer than a line should be.
fn quoted(text: &str) -> String {
    match text.char_indices().nth(60) {
        None => format!("{text:?}"),
        Some((end, _)) => format!("{:?}...", &text[..end]),
    }
}
