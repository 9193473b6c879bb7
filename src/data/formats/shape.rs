//! What the sizes of an array of images mean, in NumPy's files and in IDX.

use super::{Error, Options};

/// The least side that images have where nothing tells it.
const LEAST: usize = 5;

/// Whether it is the shape of images: (n, h, w), (n, h, w, 1), (n, 1, h, w) or (n, pixels).
pub(super) fn is_of_images(shape: &[usize]) -> bool {
    match *shape {
        [_, height, width] | [_, height, width, 1] | [_, 1, height, width] => height > 1 && width > 1,
        [_, pixels] => pixels >= LEAST * LEAST,
        _ => false,
    }
}

/// Width and height of the images, as they are stored, in an array of this shape.
pub(super) fn image_size(shape: &[usize], options: &Options) -> Result<(usize, usize), Error> {
    let told = options.size.map(|(width, height)| if options.transpose { (height, width) } else { (width, height) });
    let side = |pixels: usize| Some(pixels.isqrt()).filter(|side| side * side == pixels && *side >= LEAST);
    // Sizes that images in rows might have, too, are believed where --size says them.
    let is_last = |height: usize, width: usize, count: usize| {
        height == width && height >= LEAST && count != width && told != Some((count, width))
    };
    let what = match *shape {
        [_] => return Err(Error::whole("expected images, found labels alone: give the file of the images")),
        _ if shape.contains(&0) => "none".to_owned(),
        [height, width, count] | [height, width, 1, count] if is_last(height, width, count) => {
            format!("{shape:?}, the images along the last axis: write numpy.moveaxis(x, -1, 0) instead of x")
        }
        [_, height, width] | [_, height, width, 1] | [_, 1, height, width] => return Ok((width, height)),
        [height, width] if height == width && height > LEAST && side(width).is_none() => {
            format!("{shape:?}, a single image or none: write x[numpy.newaxis] instead of x")
        }
        [_, pixels] => match (told, side(pixels)) {
            (Some((width, height)), _) if width.checked_mul(height) == Some(pixels) => return Ok((width, height)),
            (_, Some(side)) => return Ok((side, side)),
            _ if side(pixels - 1).is_none() && side(shape[0]).is_some_and(|side| side > LEAST) => {
                format!("{shape:?}, a column for each image: write x.T instead of x")
            }
            _ => format!(
                "{pixels} values for each, no square: keep images and labels in two arrays, such as \
                 numpy.savez(\"digits.npz\", x=x[:, 1:], y=x[:, 0]) if the labels stand first"
            ),
        },
        [_, _, _, 3 | 4] | [_, 3 | 4, _, _] | [_, _, 3, _] => {
            format!("{shape:?}, colour images: make them grey first")
        }
        _ => format!("{shape:?}: reshape them, and write the array again"),
    };
    Err(Error::whole(format!("expected images of shape (n, height, width), found {what}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shape_tells_the_size_of_the_images_or_what_is_wrong() {
        let size = |shape: &[usize], told, transpose| {
            let options = Options { size: told, transpose, ..Options::default() };
            image_size(shape, &options).map_err(|error| error.to_string())
        };
        for shape in [&[9, 20, 30][..], &[9, 20, 30, 1], &[9, 1, 20, 30]] {
            assert_eq!(size(shape, None, false), Ok((30, 20)), "{shape:?}");
        }
        assert_eq!(size(&[9, 784], None, false), Ok((28, 28)));
        assert_eq!(size(&[9, 600], Some((30, 20)), false), Ok((30, 20)));
        assert_eq!(size(&[9, 600], Some((30, 20)), true), Ok((20, 30)));
        assert_eq!(size(&[20, 20, 30], Some((30, 20)), false), Ok((30, 20)), "20 images, as it was told");
        for (shape, found) in [
            (&[28, 28, 300][..], "[28, 28, 300], the images along the last axis: "),
            (&[28, 28, 1, 300], "[28, 28, 1, 300], the images along the last axis: "),
            (&[784, 300], "[784, 300], a column for each image: "),
            (&[100, 785], "785 values for each, no square: keep images and labels in two arrays"),
            (&[9, 28, 28, 3], "[9, 28, 28, 3], colour images: "),
            (&[9, 28, 28, 4], "[9, 28, 28, 4], colour images: "),
            (&[9, 3, 28, 28], "[9, 3, 28, 28], colour images: "),
            (&[32, 32, 3, 9], "[32, 32, 3, 9], colour images: "),
            (&[7, 1, 1, 1, 28], "[7, 1, 1, 1, 28]: reshape them"),
            (&[28, 28], "[28, 28], a single image or none: "),
            (&[0, 28, 28], "none"),
        ] {
            let error = size(shape, None, false).unwrap_err();
            assert!(
                error.starts_with(&format!("expected images of shape (n, height, width), found {found}")),
                "{error}"
            );
        }
    }
}
