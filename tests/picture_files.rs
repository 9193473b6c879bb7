//! Picture files of every kind are read, others are named, and nothing that is damaged harms.

use mnist::picture_file::{Picture, Pixels, decode};
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
fn damaged_png_files_are_refused() {
    let light = drawn(|x, y| 20 * x + y);
    let file = png(ColorType::Grayscale, BitDepth::Eight, &light, |_| {});
    // Cut anywhere before its last chunk and the checksum before that.
    for cut in 8..file.len() - 16 {
        let error = decode(&file[..cut]).expect_err("a refusal");
        assert!(error.starts_with("no readable PNG: "), "cut at {cut}: {error}");
    }
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
    assert!(header(10_000, 10_000).starts_with("no readable PNG: "));
}

#[test]
fn other_formats_are_named() {
    let found = |file: &[u8]| decode(file).expect_err("a refusal");
    let save = "open it and save it as PNG or JPEG";
    let export = "export it as JPEG (an iPhone takes JPEG itself after Settings, Camera, Formats, Most Compatible)";
    let files: [(&[u8], &str, &str); 16] = [
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
        (b"%PDF-1.7\n", "PDF", "save its page as a PNG picture, or take a picture of the screen"),
        (b"<?xml version=\"1.0\"?>\n<!-- a drawing -->\n<svg width=\"9\">", "SVG", "export it as a PNG picture"),
        (b"\xef\xbb\xbf<svg>", "SVG", "export it as a PNG picture"),
    ];
    for (file, name, mend) in files {
        assert_eq!(found(file), format!("expected a PNG or JPEG picture, found {name}: {mend}"));
    }
    assert_eq!(found(b""), "expected a PNG or JPEG picture, found an empty file");
    for other in [&b"label,pixel0\n"[..], b"BM ordinary text that begins so\n", b"<html>", b"\0", &[0; 100]] {
        assert_eq!(found(other), "expected a PNG or JPEG picture, found neither by its first bytes");
    }
}
