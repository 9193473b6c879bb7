//! A finished picture.

use crate::picture_file::encode_png;

/// A picture of `width` x `height` pixels, three bytes (red, green, blue) each, row-major from the top left.
pub struct Image {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) rgb: Vec<u8>,
}

impl Image {
    /// The picture as a PNG file: the same bytes on every machine.
    pub fn png(&self) -> Vec<u8> {
        encode_png(self.width, self.height, &self.rgb)
    }
}
