//! A finished picture.

use crate::picture_file::encode_png;

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
        encode_png(self.width, self.height, &self.rgb)
    }
}
