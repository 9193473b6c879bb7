//! Picture files of every kind are read, others are named, and nothing that is damaged harms.
//!
//! The JPEG files in `picture_files` were written by libjpeg's `cjpeg` and `jpegtran`; beside each is the luma that
//! libjpeg reads from it, as a grey PNG.

mod counting;

use mnist::picture_file::{self, Picture, Pixels, decode};
use png::{BitDepth, ColorType, Encoder, Info};

/// Columns and rows of most pictures here.
const SIZE: (usize, usize) = (11, 9);

/// A picture of `P` at each place (x, y), row by row.
fn drawn<P>(pixel: impl Fn(u8, u8) -> P) -> Vec<P> {
    let (width, height) = (SIZE.0 as u8, SIZE.1 as u8);
    (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| pixel(x, y)).collect()
}

fn picture(pixels: Pixels) -> Result<Picture, String> {
    Ok(Picture { width: SIZE.0, height: SIZE.1, pixels })
}

/// A PNG of `SIZE` with the bytes of its rows, and more by `set`.
fn png(colour: ColorType, depth: BitDepth, bytes: &[u8], set: impl Fn(&mut Info)) -> Vec<u8> {
    let mut info = Info::with_size(SIZE.0 as u32, SIZE.1 as u32);
    (info.color_type, info.bit_depth) = (colour, depth);
    set(&mut info);
    let mut file = Vec::new();
    let encoder = Encoder::with_info(&mut file, info).expect("a sound header");
    encoder.write_header().expect("a header").write_image_data(bytes).expect("pixels");
    file
}

/// The numbers of each row in `depth` bits each, rows in whole bytes.
fn packed(depth: usize, numbers: &[u8]) -> Vec<u8> {
    let row = |row: &[u8]| {
        let mut bytes = vec![0; (row.len() * depth).div_ceil(8)];
        for (at, number) in row.iter().enumerate() {
            bytes[at * depth / 8] |= number << (8 - depth - at * depth % 8);
        }
        bytes
    };
    numbers.chunks(SIZE.0).flat_map(row).collect()
}

#[test]
fn grey_png_of_every_depth() {
    for (depth, bits, largest) in [(BitDepth::One, 1, 1), (BitDepth::Two, 2, 3), (BitDepth::Four, 4, 15)] {
        let numbers = drawn(|x, y| (3 * x + y) % (largest + 1));
        let file = png(ColorType::Grayscale, depth, &packed(bits, &numbers), |_| {});
        let light = numbers.iter().map(|number| number * (255 / largest)).collect();
        assert_eq!(decode(&file), picture(Pixels::Grey(light)), "{bits} bits");
    }
    let light = drawn(|x, y| 20 * x + y);
    let file = png(ColorType::Grayscale, BitDepth::Eight, &light, |_| {});
    assert_eq!(decode(&file), picture(Pixels::Grey(light.clone())));
    let deep: Vec<u8> = light.iter().flat_map(|&light| [light, 200]).collect();
    let file = png(ColorType::Grayscale, BitDepth::Sixteen, &deep, |_| {});
    assert_eq!(decode(&file), picture(Pixels::Grey(light)), "the upper bytes");
}

#[test]
fn png_of_colour_alpha_and_palette() {
    let rgba = drawn(|x, y| [20 * x, 25 * y, x * y, 255 - x * y]);
    let opaque: Vec<[u8; 4]> = rgba.iter().map(|&[red, green, blue, _]| [red, green, blue, 255]).collect();
    let rgb: Vec<u8> = rgba.iter().flat_map(|pixel| pixel[..3].to_vec()).collect();
    let deep = |bytes: &[u8]| bytes.iter().flat_map(|&byte| [byte, byte]).collect::<Vec<u8>>();

    let file = png(ColorType::Rgba, BitDepth::Eight, rgba.as_flattened(), |_| {});
    assert_eq!(decode(&file), picture(Pixels::Rgba(rgba.clone())));
    let file = png(ColorType::Rgba, BitDepth::Sixteen, &deep(rgba.as_flattened()), |_| {});
    assert_eq!(decode(&file), picture(Pixels::Rgba(rgba.clone())));
    let file = png(ColorType::Rgb, BitDepth::Eight, &rgb, |_| {});
    assert_eq!(decode(&file), picture(Pixels::Rgba(opaque.clone())));
    let file = png(ColorType::Rgb, BitDepth::Sixteen, &deep(&rgb), |_| {});
    assert_eq!(decode(&file), picture(Pixels::Rgba(opaque)));

    let grey = drawn(|x, y| [20 * x, 255 - y]);
    let file = png(ColorType::GrayscaleAlpha, BitDepth::Eight, grey.as_flattened(), |_| {});
    let grey = grey.iter().map(|&[light, alpha]| [light, light, light, alpha]).collect();
    assert_eq!(decode(&file), picture(Pixels::Rgba(grey)));

    // A palette of four colours, the second of which is half transparent.
    let numbers = drawn(|x, y| (x + y) % 4);
    let palette = [[9, 8, 7, 255], [1, 2, 3, 128], [255, 0, 0, 255], [0, 0, 255, 255]];
    for (depth, bits) in [(BitDepth::Two, 2), (BitDepth::Four, 4), (BitDepth::Eight, 8)] {
        let file = png(ColorType::Indexed, depth, &packed(bits, &numbers), |info| {
            info.palette = Some(palette.iter().flat_map(|colour| colour[..3].to_vec()).collect());
            info.trns = Some((&[255, 128]).into());
        });
        let pixels = numbers.iter().map(|&number| palette[usize::from(number)]).collect();
        assert_eq!(decode(&file), picture(Pixels::Rgba(pixels)), "{bits} bits");
    }
}

#[test]
fn png_with_a_transparent_colour() {
    let light = drawn(|x, y| 20 * x + y);
    let pixel = |&light: &u8| [light, light, light, if light == 40 { 0 } else { 255 }];
    let pixels = Pixels::Rgba(light.iter().map(pixel).collect());
    let file = png(ColorType::Grayscale, BitDepth::Eight, &light, |info| info.trns = Some((&[0, 40]).into()));
    assert_eq!(decode(&file), picture(pixels.clone()));
    // In 16 bits the colour is that of both bytes.
    let deep: Vec<u8> = light.iter().flat_map(|&light| [light, 7]).collect();
    let file = png(ColorType::Grayscale, BitDepth::Sixteen, &deep, |info| info.trns = Some((&[40, 7]).into()));
    assert_eq!(decode(&file), picture(pixels));
    let file = png(ColorType::Grayscale, BitDepth::Sixteen, &deep, |info| info.trns = Some((&[40, 8]).into()));
    let opaque = light.iter().map(|&light| [light, light, light, 255]).collect();
    assert_eq!(decode(&file), picture(Pixels::Rgba(opaque)));
}

#[test]
fn interlaced_png() {
    let rgba = drawn(|x, y| [20 * x, 25 * y, x * y, 255 - x * y]);
    let file = include_bytes!("picture_files/interlaced-rgba.png");
    assert_eq!(decode(file), picture(Pixels::Rgba(rgba)));
    let light = drawn(|x, y| (x * y + x) % 3 % 2 * 255);
    let file = include_bytes!("picture_files/interlaced-grey-1-bit.png");
    assert_eq!(decode(file), picture(Pixels::Grey(light)));
}

/// EXIF data that says nothing but the orientation, in either order of bytes.
fn exif(orientation: u8, little: bool) -> Vec<u8> {
    match little {
        true => [b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".as_slice(), &[orientation, 0], &[0; 6]].concat(),
        false => [b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01".as_slice(), &[0, orientation], &[0; 6]].concat(),
    }
}

/// The eight ways to hold a camera, each with where the pixel of the upright picture is in the file.
#[test]
fn pictures_stand_upright() {
    type Place = fn(usize, usize) -> (usize, usize);
    const PLACES: [Place; 8] = [
        |x, y| (x, y),
        |x, y| (SIZE.0 - 1 - x, y),
        |x, y| (SIZE.0 - 1 - x, SIZE.1 - 1 - y),
        |x, y| (x, SIZE.1 - 1 - y),
        |x, y| (y, x),
        |x, y| (y, SIZE.1 - 1 - x),
        |x, y| (SIZE.0 - 1 - y, SIZE.1 - 1 - x),
        |x, y| (SIZE.0 - 1 - y, x),
    ];
    let light = drawn(|x, y| 20 * x + y);
    for (number, place) in PLACES.iter().enumerate() {
        for little in [true, false] {
            let exif = exif(number as u8 + 1, little);
            let file = png(ColorType::Grayscale, BitDepth::Eight, &light, |info| {
                info.exif_metadata = Some(exif.clone().into());
            });
            let (width, height) = if number < 4 { SIZE } else { (SIZE.1, SIZE.0) };
            let places = (0..height).flat_map(|y| (0..width).map(move |x| place(x, y)));
            let pixels = Pixels::Grey(places.map(|(x, y)| light[y * SIZE.0 + x]).collect());
            assert_eq!(decode(&file), Ok(Picture { width, height, pixels }), "{}", number + 1);
        }
    }
}

#[test]
fn exif_data_of_png_is_found_wherever_it_stands() {
    let light = drawn(|x, y| 20 * x + y);
    let plain = png(ColorType::Grayscale, BitDepth::Eight, &light, |_| {});
    let with = |exif: &[u8]| {
        png(ColorType::Grayscale, BitDepth::Eight, &light, |info| info.exif_metadata = Some(exif.to_vec().into()))
    };
    let turned = decode(&with(&exif(6, true)));
    assert_eq!(turned.as_ref().map(|picture| (picture.width, picture.height)), Ok((SIZE.1, SIZE.0)));
    // With the mark that JPEG has before it.
    assert_eq!(decode(&with(&[b"Exif\0\0".as_slice(), &exif(6, true)].concat())), turned);
    // Behind the pixels: the chunk is moved before the last one, which has 12 bytes.
    let file = with(&exif(6, true));
    let chunk = file.windows(4).position(|name| name == b"eXIf").expect("EXIF data") - 4;
    let chunk = &file[chunk..][..12 + exif(6, true).len()];
    let (before, end) = plain.split_at(plain.len() - 12);
    assert_eq!(decode(&[before, chunk, end].concat()), turned);
    // Cut within it: its orientation is not known.
    assert_eq!(decode(&[before, &chunk[..20]].concat()), decode(&plain));
}

/// A JPEG with the luma that is in it.
struct Jpeg {
    name: &'static str,
    file: &'static [u8],
    luma: &'static [u8],
}

macro_rules! jpeg {
    ($name:literal) => {
        Jpeg {
            name: $name,
            file: include_bytes!(concat!("picture_files/", $name, ".jpg")),
            luma: include_bytes!(concat!("picture_files/", $name, ".png")),
        }
    };
}

const JPEGS: [Jpeg; 9] = [
    jpeg!("baseline-420"),
    jpeg!("baseline-422-restart"),
    jpeg!("separate-scans"),
    jpeg!("progressive-444"),
    jpeg!("progressive-411-restart"),
    jpeg!("grey"),
    jpeg!("grey-progressive"),
    jpeg!("rgb"),
    // Light at half the resolution of the colours, which nobody wants, but may be.
    jpeg!("halved-luma"),
];

/// Width, height and light of a grey picture.
fn grey(file: &[u8]) -> (usize, usize, Vec<u8>) {
    match decode(file) {
        Ok(Picture { width, height, pixels: Pixels::Grey(light) }) => (width, height, light),
        other => panic!("expected a grey picture, found {other:?}"),
    }
}

#[test]
fn jpeg_of_every_kind() {
    for Jpeg { name, file, luma } in JPEGS {
        let ((width, height, found), (.., expected)) = (grey(file), grey(luma));
        assert_eq!((width, height), (37, 29), "{name}");
        let furthest = found.iter().zip(&expected).map(|(&found, &expected)| found.abs_diff(expected)).max();
        assert!(furthest <= Some(2), "{name}: {furthest:?} from libjpeg's");
    }
}

#[test]
fn jpeg_pictures_stand_upright() {
    let file = JPEGS[0].file;
    let (width, height, light) = grey(file);
    let turned = |orientation, little| {
        let content = [b"Exif\0\0".as_slice(), &exif(orientation, little)].concat();
        // Behind the first marker.
        grey(&[&file[..2], &[0xFF, 0xE1, 0, content.len() as u8 + 2], &content, &file[2..]].concat())
    };
    let (turned_width, turned_height, found) = turned(6, true);
    assert_eq!((turned_width, turned_height), (height, width));
    // The right column from the top was the upper row.
    let right = (0..width).map(|y| found[y * height + height - 1]);
    assert!(right.eq(light[..width].iter().copied()));
    assert_eq!(turned(6, false), turned(6, true));
    for nonsense in [0, 1, 9, 255] {
        assert_eq!(turned(nonsense, false), grey(file), "{nonsense}");
    }
}

#[test]
fn kinds_of_jpeg_that_are_not_read_are_named() {
    let file = JPEGS[0].file;
    let frame = file.windows(2).position(|bytes| bytes == [0xFF, 0xC0]).expect("a baseline frame");
    let found = |place: usize, byte: u8| {
        let mut file = file.to_vec();
        file[frame + place] = byte;
        let error = decode(&file).expect_err("a refusal");
        error.strip_suffix(": open it and save it anew as an ordinary JPEG in RGB, or as PNG").expect(&error).to_owned()
    };
    let kind = "expected a baseline or progressive JPEG, found";
    assert_eq!(found(1, 0xC3), format!("{kind} a lossless one"));
    assert_eq!(found(1, 0xC5), format!("{kind} a hierarchical one"));
    assert_eq!(found(1, 0xC9), format!("{kind} one with arithmetic coding"));
    assert_eq!(found(1, 0xF7), format!("{kind} a JPEG-LS"));
    assert_eq!(found(4, 12), "expected a JPEG of 8 bits a sample, found 12");
    assert_eq!(found(9, 4), "expected a JPEG in grey or RGB, found CMYK (4 components)");
    assert_eq!(found(9, 2), "expected a JPEG of 1 or 3 components, found 2");
    assert_eq!(found(6, 0), "expected a JPEG whose header says its height, found one that says it later");
}

/// A picture is read whole or not at all: a cut file gives what was read only when no more light was to come.
#[test]
fn cut_jpeg_files_are_refused() {
    for Jpeg { name, file, .. } in JPEGS {
        let whole = grey(file);
        let mut refused = 0;
        for cut in 3..file.len() {
            match decode(&file[..cut]) {
                Ok(_) => assert_eq!(grey(&file[..cut]), whole, "{name} cut at {cut}"),
                Err(error) => {
                    let expected = format!(
                        "a JPEG that ends at byte {cut}, before its pixels do: it was cut short; copy or download it again"
                    );
                    assert_eq!(error, expected, "{name}");
                    refused = cut;
                }
            }
        }
        assert!(refused > file.len() / 2, "{name}: {refused}");
    }
}

#[test]
fn damaged_jpeg_files_are_refused_with_the_place() {
    let file = JPEGS[1].file;
    let restart = file.windows(2).position(|bytes| bytes == [0xFF, 0xD1]).expect("a second restart");
    let mut damaged = file.to_vec();
    damaged[restart + 1] = 0xD3;
    let error = decode(&damaged).expect_err("a refusal");
    let place = format!("a damaged JPEG: a scan has no marker where it should start anew before byte {restart}; ");
    assert!(error.starts_with(&place), "{error}");
    damaged[restart + 1] = 0xD9;
    assert!(decode(&damaged).expect_err("a refusal").starts_with("a damaged JPEG: "));
    let empty = decode(b"\xff\xd8\xff\xd9").expect_err("a refusal");
    assert_eq!(empty, "a damaged JPEG: the end comes without pixels before byte 3; copy or download it again");
}

#[test]
fn damaged_png_files_are_refused() {
    let light = drawn(|x, y| 20 * x + y);
    let file = png(ColorType::Grayscale, BitDepth::Eight, &light, |_| {});
    // Cut anywhere before its last chunk and the checksum before that.
    for cut in 8..file.len() - 16 {
        let error = decode(&file[..cut]).expect_err("a refusal");
        assert!(error.starts_with("a damaged PNG: "), "cut at {cut}: {error}");
    }
    // What the package says is a whole sentence.
    let changed = |place: usize, byte: u8| {
        let mut file = file.clone();
        file[place] ^= byte;
        let error = decode(&file).expect_err("a refusal");
        let what =
            error.strip_prefix("a damaged PNG: ").and_then(|error| error.strip_suffix("; copy or download it again"));
        what.expect(&error).to_owned()
    };
    assert_eq!(changed(5, 1), "Invalid PNG signature");
    let checksum = changed(32, 1);
    assert!(
        checksum.starts_with("CRC error: expected 0x") && checksum.ends_with(" while decoding IHDR chunk"),
        "{checksum}"
    );
    assert_eq!(changed(38, 32), "Unrecognized critical chunk: IdAT");
}

#[test]
fn pictures_that_are_too_large_are_refused_by_their_header() {
    let header = |width: u32, height: u32| {
        let mut file = Vec::new();
        drop(Encoder::new(&mut file, width, height).write_header().expect("a header"));
        // The signature and the header, and the beginning of the pixels.
        file.truncate(8 + 25);
        file.extend(b"\0\0\0\x01IDAT");
        decode(&file).expect_err("a refusal")
    };
    let too_large = |size: &str| {
        format!(
            "a picture of {size} pixels is too large: at most 100 megapixels are read, and 65,535 pixels across or down; \
             make it smaller or cut out the part that matters"
        )
    };
    assert_eq!(header(10_001, 10_000), too_large("10001 x 10000"));
    assert_eq!(header(70_000, 1), too_large("70000 x 1"));
    assert_eq!(header(1, 2_000_000_000), too_large("1 x 2000000000"));
    assert!(header(10_000, 10_000).starts_with("a damaged PNG: "));
}

#[test]
fn other_formats_are_named() {
    let found = |file: &[u8]| decode(file).expect_err("a refusal");
    let save = "open it and save it as PNG or JPEG";
    let export = "export it as JPEG (an iPhone takes JPEG itself after Settings, Camera, Formats, Most Compatible)";
    let files: [(&[u8], &str, &str); 17] = [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC", export),
        (b"\0\0\0\x24ftypmif1\0\0\0\0heic", "HEIC", export),
        (b"\0\0\0\x1cftypavif\0\0\0\0", "AVIF", save),
        (b"RIFF\x1a\0\0\0WEBPVP8L", "WebP", save),
        (b"GIF87a\x01\0\x01\0", "GIF", save),
        (b"GIF89a\x01\0\x01\0", "GIF", save),
        (b"BM\x3a\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x01\0\0\0\x01\0\0\0", "BMP", save),
        (b"II*\0\x08\0\0\0", "TIFF", save),
        (b"MM\0*\0\0\0\x08", "TIFF", save),
        (b"\xff\x0a\xfa\x7f", "JPEG XL", save),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL", save),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000", save),
        (b"\xff\x4f\xff\x51\0\x2f", "JPEG 2000", save),
        (b"8BPS\0\x01\0\0", "Photoshop's PSD", save),
        (b"%PDF-1.7\n", "PDF", "save its page as a PNG picture, or take a picture of the screen"),
        (b"<?xml version=\"1.0\"?>\n<!-- a drawing -->\n<svg width=\"9\">", "SVG", "export it as a PNG picture"),
        (b"\xef\xbb\xbf<svg>", "SVG", "export it as a PNG picture"),
    ];
    for (file, name, mend) in files {
        assert_eq!(found(file), format!("expected a PNG or JPEG picture, found {name}: {mend}"));
        assert!(picture_file::is_picture(file) && picture_file::other_format(file) == Some((name, mend)), "{name}");
    }
    assert_eq!(found(b""), "expected a PNG or JPEG picture, found an empty file");
    for other in [&b"label,pixel0\n"[..], b"BM ordinary text that begins so\n", b"<html>", b"\0", &[0; 100]] {
        let error = "expected a PNG or JPEG picture, found neither by its first bytes: if it is a picture, ";
        assert_eq!(found(other), format!("{error}{save}"));
        assert!(!picture_file::is_picture(other));
    }
}

/// Decodes, and how many bytes that took at most.
fn measured(file: &[u8]) -> (Result<Picture, String>, usize) {
    counting::measured(|| decode(file))
}

/// Four bytes a pixel, of whole blocks, and what tables and rows take.
fn bound(width: usize, height: usize) -> usize {
    4 * width.next_multiple_of(8) * height.next_multiple_of(8) + (1 << 20)
}

#[test]
fn memory_is_bounded_by_the_size() {
    let size = |file: &[u8], width: u16, height: u16| {
        let frame = file.windows(2).position(|bytes| matches!(bytes, [0xFF, 0xC0 | 0xC2])).expect("a frame");
        let mut file = file.to_vec();
        file[frame + 5..][..2].copy_from_slice(&height.to_be_bytes());
        file[frame + 7..][..2].copy_from_slice(&width.to_be_bytes());
        measured(&file)
    };
    for Jpeg { name, file, .. } in JPEGS {
        let (picture, most) = size(file, 10_000, 10_000);
        assert!(picture.is_err() && most <= bound(10_000, 10_000), "{name}: {most}");
        let (picture, most) = size(file, 65_535, 1_527);
        let error = picture.expect_err("a refusal");
        assert!(error.starts_with("a picture of 65535 x 1527 pixels is too large: ") && most < 1 << 20, "{error}");
        let (_, most) = measured(file);
        assert!(most <= bound(37, 29), "{name}: {most}");
    }
}

/// Files changed in 100,000 ways: each is read or refused in one line, within the bound of memory.
#[test]
fn changed_files_do_no_harm() {
    let count = 100_000;
    let light = drawn(|x, y| 20 * x + y);
    let grey = png(ColorType::Grayscale, BitDepth::Eight, &light, |_| {});
    let deep = png(ColorType::GrayscaleAlpha, BitDepth::Sixteen, &[7; 4 * SIZE.0 * SIZE.1], |_| {});
    let interlaced = include_bytes!("picture_files/interlaced-rgba.png");
    let files: Vec<&[u8]> = JPEGS.iter().map(|jpeg| jpeg.file).chain([&grey[..], &deep, interlaced]).collect();
    // A small generator (SplitMix64), so that every number has its own changes.
    let random = |state: &mut u64| {
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        ((mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB) >> 33) as usize
    };
    let mut read = 0;
    for number in 0..count {
        let mut state = number;
        let mut file = files[random(&mut state) % files.len()].to_vec();
        for _ in 0..random(&mut state) % 4 + 1 {
            let at = random(&mut state) % file.len();
            match random(&mut state) % 8 {
                0 => file.truncate(at.max(1)),
                1 => drop(file.drain(at..file.len().min(at + 1 + random(&mut state) % 20))),
                2 => file.insert(at, random(&mut state) as u8),
                3 => file[at] = 0xFF,
                4 => file[at] ^= 1 << (random(&mut state) % 8),
                _ => file[at] = random(&mut state) as u8,
            }
            if file.is_empty() {
                break;
            }
        }
        let (picture, most) = measured(&file);
        let largest = match &picture {
            Ok(picture) => bound(picture.width, picture.height),
            Err(_) => bound(10_000, 10_000),
        };
        assert!(most <= largest, "change {number} takes {most} bytes");
        match picture {
            Ok(_) => read += 1,
            Err(error) => assert!(error.lines().count() == 1 && error.len() < 300, "change {number}: {error}"),
        }
    }
    assert!(read > 0 && read < count, "{read} of {count} are still read");
}
