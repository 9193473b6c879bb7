//! Pixels <-> PNG: the one module that knows the package `png`.

use png::{BitDepth, ColorType, Decoder, Encoder};
use std::io::Cursor;

/// A picture of `height` x `width` pixels, three bytes (red, green, blue) each, row-major from the top left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) rgb: Vec<u8>,
}

impl Image {
    /// Pixels in a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows of pixels.
    pub fn height(&self) -> usize {
        self.height
    }

    /// `height` x `width` x 3 bytes, row-major: red, green, blue.
    pub fn rgb(&self) -> &[u8] {
        &self.rgb
    }

    /// The picture as a PNG file: the same bytes on every machine.
    pub fn png(&self) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, self.width as u32, self.height as u32);
        encoder.set_color(ColorType::Rgb);
        encoder.set_depth(BitDepth::Eight);
        encoder
            .write_header()
            .and_then(|mut writer| writer.write_image_data(&self.rgb))
            .expect("memory takes every byte, and an image has a size and the bytes for it");
        file
    }
}

/// A greyscale picture of `height` x `width` pixels, one byte each, row-major from the top left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grey {
    /// Pixels in a row.
    pub width: usize,
    /// Rows of pixels.
    pub height: usize,
    /// `height` x `width` bytes.
    pub pixels: Vec<u8>,
}

impl Grey {
    /// The largest picture that is read, in pixels, whatever a header claims: 16,384 x 16,384.
    const LARGEST: usize = 1 << 28;

    /// Reads a PNG file of 8-bit greyscale without transparency.
    ///
    /// # Errors
    /// The bytes are no PNG, are cut short or damaged, or hold another kind of pixels.
    pub fn decode(file: &[u8]) -> Result<Self, String> {
        let damaged = |error| format!("no readable PNG: {error}");
        let mut reader = Decoder::new(Cursor::new(file)).read_info().map_err(damaged)?;
        let (width, height) = (reader.info().width as usize, reader.info().height as usize);
        let kind = (reader.info().color_type, reader.info().bit_depth);
        if kind != (ColorType::Grayscale, BitDepth::Eight) {
            return Err(format!("expected a PNG of 8-bit greyscale, found {:?} of {:?} bits", kind.0, kind.1 as u8));
        }
        match width.checked_mul(height) {
            Some(size) if size <= Self::LARGEST => {
                let mut pixels = vec![0; size];
                reader.next_frame(&mut pixels).map_err(damaged)?;
                Ok(Self { width, height, pixels })
            }
            _ => Err(format!("a PNG of {width} x {height} pixels is too large: at most {} in all", Self::LARGEST)),
        }
    }
}
