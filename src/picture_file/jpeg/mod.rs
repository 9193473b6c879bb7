//! JPEG -> luma, by hand, after ITU-T T.81 (09/92), whose sections the files here name.
//!
//! A file is a row of segments (`segments`): tables, the header of the frame, and scans. A scan is a string of bits
//! (`bits`), Huffman codes (`huffman`) for the coefficients of blocks of 8 x 8 samples (`scan`). A baseline file has
//! all coefficients of a block in one place; a progressive one has many scans, each with some coefficients or some
//! bits of them for the whole picture, so that a blurred picture can be shown early. From the coefficients of all
//! scans come samples (`samples`).
//!
//! Light and colour are components of their own, and only light is kept: 2 bytes a coefficient, then 1 a pixel.

mod bits;
mod frame;
mod huffman;
mod samples;
mod scan;
mod segments;

use super::{Picture, Pixels};

/// Red's, green's and blue's parts of the luma, in 256ths (ITU-R BT.601, as JFIF has it).
const PARTS: [u16; 3] = [77, 150, 29];

/// Reads a JPEG file, its luma alone.
pub(super) fn decode(file: &[u8]) -> Result<Picture, String> {
    let plane = segments::read(file, 0)?;
    let is_rgb = plane.is_rgb;
    let mut picture = samples::upright(plane);
    if is_rgb {
        // Rare: luma is a sum over all components. They are read one after the other, so that one at a time takes
        // memory.
        let part = |sample: u8, part: u16| ((u16::from(sample) * part + 128) / 256) as u8;
        picture.pixels.iter_mut().for_each(|light| *light = part(*light, PARTS[0]));
        for (component, whole) in (1..).zip(&PARTS[1..]) {
            let more = samples::upright(segments::read(file, component)?);
            let both = picture.pixels.iter_mut().zip(more.pixels);
            both.for_each(|(light, more)| *light += part(more, *whole));
        }
    }
    let (width, height) = picture.size;
    Ok(Picture { width, height, pixels: Pixels::Grey(picture.pixels) })
}
