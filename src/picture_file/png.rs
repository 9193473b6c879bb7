//! Pixels <-> PNG: the one module that knows the package `png`.

use super::orientation::{Orientation, Upright};
use super::{Picture, Pixels, check_memory, check_size};
use png::{BitDepth, ColorType, Decoder, DecodingError, Encoder, Limits, Reader, Transformations};
use std::io::{Cursor, ErrorKind};

/// What the package may ask for beside the pixels, in bytes: a few rows, and whatever stands before them.
const ROOM: usize = 1 << 20;

/// The passes of interlaced pixels (Adam7): the first column and row, and the steps to the next.
const INTERLACED: [[usize; 4]; 7] =
    [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]];
/// The one pass of others.
const WHOLE: [[usize; 4]; 1] = [[0, 0, 1, 1]];

/// `height` x `width` pixels of red, green and blue as a PNG file: the same bytes on every machine.
///
/// # Panics
/// A picture without pixels, or `rgb` is of another length.
pub fn encode(width: usize, height: usize, rgb: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, width as u32, height as u32);
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(rgb))
        .expect("memory takes every byte, and an image has a size and the bytes for it");
    file
}

/// Reads a PNG file of any kind.
pub(super) fn decode(file: &[u8]) -> Result<Picture, String> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(file), Limits { bytes: ROOM });
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    // Palettes, transparent colours and small depths become whole bytes; of two bytes the upper one stays.
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let header = decoder.read_header_info().map_err(damaged)?;
    check_size(header.width as usize, header.height as usize)?;
    let reader = decoder.read_info().map_err(damaged)?;

    let orientation = exif(file).map_or(Orientation::UPRIGHT, Orientation::read);
    let (size, pixels) = match reader.output_color_type().0 {
        ColorType::Grayscale => {
            let picture = fill(reader, orientation, 0, |&[light]: &[u8; 1]| light)?;
            (picture.size, Pixels::Grey(picture.pixels))
        }
        ColorType::GrayscaleAlpha => {
            let picture = fill(reader, orientation, [0; 4], |&[light, alpha]| [light, light, light, alpha])?;
            (picture.size, Pixels::Rgba(picture.pixels))
        }
        ColorType::Rgb => {
            let picture = fill(reader, orientation, [0; 4], |&[red, green, blue]| [red, green, blue, 255])?;
            (picture.size, Pixels::Rgba(picture.pixels))
        }
        ColorType::Rgba | ColorType::Indexed => {
            let picture = fill(reader, orientation, [0; 4], |rgba| *rgba)?;
            (picture.size, Pixels::Rgba(picture.pixels))
        }
    };
    Ok(Picture { width: size.0, height: size.1, pixels })
}

/// The EXIF data of a file, from its TIFF header on. It may stand behind the pixels, where the package comes to it too
/// late; and some programs put JPEG's mark before it.
fn exif(file: &[u8]) -> Option<&[u8]> {
    let mut rest = file.get(8..)?;
    loop {
        // A chunk has a length, a name, so many bytes, and a checksum of 4.
        let length = u32::from_be_bytes(*rest.first_chunk()?) as usize;
        let data = rest.get(8..)?.get(..length)?;
        if &rest[4..8] == b"eXIf" {
            return Some(data.strip_prefix(b"Exif\0\0").unwrap_or(data));
        }
        rest = rest[8 + length..].get(4..)?;
    }
}

/// Reads all rows, whose pixels have `N` bytes each.
fn fill<const N: usize, P: Copy>(
    mut reader: Reader<Cursor<&[u8]>>,
    orientation: Orientation,
    blank: P,
    pixel: impl Fn(&[u8; N]) -> P,
) -> Result<Upright<P>, String> {
    let (width, height) = (reader.info().width as usize, reader.info().height as usize);
    check_memory(width, height, size_of::<P>())?;
    let mut picture = Upright::new(width, height, orientation, blank);
    let passes = if reader.info().interlaced { &INTERLACED[..] } else { &WHOLE[..] };
    for &[left, top, across, down] in passes.iter().filter(|[left, ..]| *left < width) {
        for y in (top..height).step_by(down) {
            let row = reader
                .next_row()
                .map_err(damaged)?
                .ok_or("a damaged PNG: it has too few rows; copy or download it again")?;
            picture.put(left, y, across, row.data().as_chunks().0.iter().map(&pixel));
        }
    }
    // What follows the last row: checksums.
    reader.next_row().map_err(damaged)?;
    Ok(picture)
}

fn damaged(error: DecodingError) -> String {
    let is_cut = matches!(&error, DecodingError::IoError(error) if error.kind() == ErrorKind::UnexpectedEof);
    let text = if is_cut { "it is cut off".into() } else { named_chunk(error.to_string()) };
    // The package shows its own values in some.
    let what = text.split(['{', '(']).next().unwrap_or_default().trim_end_matches(['.', ' ']);
    format!("a damaged PNG: {what}; copy or download it again")
}

/// The package shows all that it knows of a chunk (`ChunkType { type: IDAT, critical: true, ... }`): its name is enough.
fn named_chunk(text: String) -> String {
    let parts = text.split_once("ChunkType { type: ").and_then(|(before, chunk)| {
        let (name, chunk) = chunk.split_once(',')?;
        Some(format!("{before}{name}{}", chunk.split_once('}')?.1))
    });
    parts.unwrap_or(text)
}
