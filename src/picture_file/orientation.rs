//! How the camera was held, and the picture turned upright.
//!
//! EXIF 2.32 (CIPA DC-008), 4.6.4: the tag Orientation of the first directory of a TIFF structure.

/// Where the pixels of a file go in the upright picture. The value is EXIF's: 1 for upright, 2 to 8 for the mirrored
/// and turned ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Orientation(u16);

impl Orientation {
    /// Rows from the top, each from the left.
    pub const UPRIGHT: Orientation = Orientation(1);

    /// What EXIF data, from its TIFF header on, says; upright where it says nothing that makes sense.
    pub fn read(tiff: &[u8]) -> Self {
        Self::find(tiff).filter(|value| (1..=8).contains(value)).map_or(Self::UPRIGHT, Self)
    }

    fn find(tiff: &[u8]) -> Option<u16> {
        let little = match tiff.get(..4)? {
            b"II*\0" => true,
            b"MM\0*" => false,
            _ => return None,
        };
        let short = |at: usize| {
            let bytes = tiff.get(at..)?.first_chunk()?;
            Some(if little { u16::from_le_bytes(*bytes) } else { u16::from_be_bytes(*bytes) })
        };
        let long = |at: usize| {
            let bytes = tiff.get(at..)?.first_chunk()?;
            Some(if little { u32::from_le_bytes(*bytes) } else { u32::from_be_bytes(*bytes) })
        };
        // An entry has 12 bytes: the tag, the type (3 is a number of 16 bits), how many, and the value.
        let directory = long(4)? as usize;
        let entries = usize::from(short(directory)?);
        let entry = |number: usize| directory.checked_add(2 + 12 * number);
        let mut entries = (0..entries).map_while(entry);
        let entry = entries.find(|&entry| short(entry) == Some(0x0112) && short(entry + 2) == Some(3))?;
        short(entry + 8)
    }
}

/// A picture that is filled in the order of its file and stands upright.
pub(super) struct Upright<P> {
    /// Pixels in a row of the upright picture, and its rows.
    pub size: (usize, usize),
    pub pixels: Vec<P>,
    /// Pixels in a row of the file.
    width: usize,
    /// Where the file's first pixel goes, and the steps to the next in its row and to the row below.
    first: isize,
    step: isize,
    row: isize,
}

impl<P: Copy> Upright<P> {
    /// For a file of `height` rows of `width` pixels, all `blank` at first.
    pub fn new(width: usize, height: usize, orientation: Orientation, blank: P) -> Self {
        let (across, down) = (width as isize, height as isize);
        let (right, below) = (across - 1, down - 1);
        // (x, y) of the file is first + step x + row y. The turned ones have rows of `down` pixels.
        let (first, step, row) = match orientation.0 {
            2 => (right, -1, across),
            3 => (below * across + right, -1, -across),
            4 => (below * across, 1, -across),
            5 => (0, down, 1),
            6 => (below, down, -1),
            7 => (right * down + below, -down, -1),
            8 => (right * down, -down, 1),
            _ => (0, 1, across),
        };
        let size = if orientation.0 >= 5 { (height, width) } else { (width, height) };
        Self { size, pixels: vec![blank; width * height], width, first, step, row }
    }

    /// Puts pixels of the file's row `y`: one at `x`, the next `apart` to the right, and so on. Those beyond the row's
    /// end are dropped.
    pub fn put(&mut self, x: usize, y: usize, apart: usize, pixels: impl Iterator<Item = P>) {
        let row = self.first + self.row * y as isize;
        for (x, pixel) in (x..self.width).step_by(apart).zip(pixels) {
            self.pixels[(row + self.step * x as isize) as usize] = pixel;
        }
    }
}
