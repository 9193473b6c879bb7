//! Picture files <-> pixels: PNG through its package, JPEG by hand. Nothing here knows of digits.
//!
//! [`decode`] goes by a file's first bytes, never by its name. It turns the picture upright where the file's EXIF data
//! says how the camera was held, and asks for at most 4 bytes of memory a pixel beside the file itself (8 x 8 pixels
//! at a time, and a mebibyte for tables and rows).

mod foreign;
mod jpeg;
mod orientation;
mod png;

pub use foreign::format as other_format;
pub use png::encode as encode_png;

/// A picture, its rows from the top, each from the left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Pixels in a row, at least 1.
    pub width: usize,
    /// Rows of pixels, at least 1.
    pub height: usize,
    /// `height` x `width` pixels.
    pub pixels: Pixels,
}

/// What a picture's pixels are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pixels {
    /// Light, 0 for black: of a grey PNG, and of every JPEG, of which only the luma is decoded.
    Grey(Vec<u8>),
    /// Red, green, blue and alpha (0 for a pixel that is not to be seen, whose colour then means nothing): of any PNG
    /// with colour or transparency.
    Rgba(Vec<[u8; 4]>),
}

/// The largest picture that is read, in pixels.
const LARGEST: usize = 100_000_000;
/// The most pixels across or down, those of JPEG: so that a row of the largest picture is small, too.
const LONGEST: usize = 65_535;

/// Reads a picture: a PNG of any kind, or a JPEG, baseline or progressive. Samples of 16 bits give their upper 8.
///
/// # Errors
/// In one line, without the file's name: the file is of another format, which is named, with what to do; it is damaged
/// or cut short, with the place for JPEG (many programs show what there is of such a file, but what is missing may
/// matter); it is larger than 100 megapixels or longer than 65,535 pixels.
pub fn decode(file: &[u8]) -> Result<Picture, String> {
    match file {
        [0x89, b'P', b'N', b'G', ..] => png::decode(file),
        [0xFF, 0xD8, 0xFF, ..] => jpeg::decode(file),
        _ => Err(foreign::refusal(file)),
    }
}

/// Whether a file that begins so is a picture: one that is read, or one that [`decode`] refuses by its format's name.
pub fn is_picture(start: &[u8]) -> bool {
    matches!(start, [0x89, b'P', b'N', b'G', ..] | [0xFF, 0xD8, 0xFF, ..]) || other_format(start).is_some()
}

/// Refuses a size that is too large before memory is asked for.
fn check_size(width: usize, height: usize) -> Result<(), String> {
    if width <= LONGEST && height <= LONGEST && width * height <= LARGEST {
        return Ok(());
    }
    Err(format!(
        "a picture of {width} x {height} pixels is too large: at most 100 megapixels are read, and 65,535 pixels across \
         or down; make it smaller or cut out the part that matters"
    ))
}

/// Refuses a picture for which there is no memory, at `each` bytes a pixel.
fn check_memory(width: usize, height: usize, each: usize) -> Result<(), String> {
    let bytes = width.saturating_mul(height).saturating_mul(each);
    Vec::<u8>::new().try_reserve_exact(bytes).map_err(|_| {
        let megabytes = (bytes >> 20) + 1;
        format!(
            "a picture of {width} x {height} pixels needs {megabytes} MB of memory, and there are not so many: make it \
             smaller"
        )
    })
}
