//! Formats that are not read, told by their first bytes, each with what to do instead.

/// What most programs that show pictures can do.
const SAVE: &str = "open it and save it as PNG or JPEG";

/// Why `file`, which is neither PNG nor JPEG, is not read.
pub(super) fn refusal(file: &[u8]) -> String {
    if file.is_empty() {
        return "expected a PNG or JPEG picture, found an empty file".into();
    }
    let (name, mend) = match format(file) {
        Some((name, mend)) => (name, mend.to_owned()),
        None => ("neither by its first bytes", format!("if it is a picture, {SAVE}")),
    };
    format!("expected a PNG or JPEG picture, found {name}: {mend}")
}

/// The format of a picture that is not read, whose file begins so, and what to do.
pub fn format(file: &[u8]) -> Option<(&'static str, &'static str)> {
    Some(match file {
        // ISO base media: the kind stands behind the length of the first box.
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] if brand.starts_with(b"avi") => ("AVIF", SAVE),
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] if is_heic(brand) => {
            ("HEIC", "export it as JPEG (an iPhone takes JPEG itself after Settings, Camera, Formats, Most Compatible)")
        }
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => ("WebP", SAVE),
        [b'G', b'I', b'F', b'8', ..] => ("GIF", SAVE),
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => ("BMP", SAVE),
        [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => ("TIFF", SAVE),
        [0xFF, 0x0A, ..] | [0, 0, 0, 12, b'J', b'X', b'L', b' ', ..] => ("JPEG XL", SAVE),
        [0xFF, 0x4F, 0xFF, 0x51, ..] | [0, 0, 0, 12, b'j', b'P', b' ', b' ', ..] => ("JPEG 2000", SAVE),
        [b'8', b'B', b'P', b'S', ..] => ("Photoshop's PSD", SAVE),
        [b'%', b'P', b'D', b'F', ..] => ("PDF", "save its page as a PNG picture, or take a picture of the screen"),
        _ if is_svg(file) => ("SVG", "export it as a PNG picture"),
        _ => return None,
    })
}

/// HEIF's brands, with HEVC or whatever else inside.
fn is_heic(brand: &[u8]) -> bool {
    [b"hei", b"hev", b"mif", b"msf"].iter().any(|kind| brand.starts_with(*kind))
}

/// An XML file whose beginning has the element `svg`.
fn is_svg(file: &[u8]) -> bool {
    let beginning = String::from_utf8_lossy(&file[..file.len().min(4096)]);
    let text = beginning.trim_start_matches('\u{feff}').trim_start();
    text.starts_with('<') && text.contains("<svg")
}
