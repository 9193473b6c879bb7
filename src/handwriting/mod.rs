//! From a picture of handwriting to images as MNIST has them.
//!
//! MNIST's makers scanned white paper, cut out each digit, fitted it into 20 x 20 pixels, and put its centre of mass
//! into the middle of 28 x 28. A network that learned from such images reads others only if they are prepared in the
//! same way. The recipe, a step a file:
//!
//! ```text
//! shrink     to a size at which strokes are some pixels wide; transparent pixels over paper
//! ways       the steps from here to digits; twice, where it is in doubt what is paper
//! table      what a sheet of paper lies on is covered with paper
//! margin     where there is none, a plain margin around a photograph is left out
//! paper      how far each pixel is from the paper around it
//! ink        the same along the colour of the ink, 0 to 1; smoothed where the paper is noisy
//! strokes    which pixels belong to a stroke: two thresholds, so that faint ends stay
//! specks     specks all over the picture are taken away; first, dots that stand for greys are smoothed
//! rules      lines that run across the picture are taken away, but not where a stroke crosses them
//! sides      boxes, tables, combs and underlines that digits touch are taken away
//! frames     boxes and circles around digits are taken away
//! parts      strokes that hang together
//! marks      parts that are no digits: underlines, shadows, blots
//! digits     parts joined to digits, in reading order
//! touching   digits that hang together, parted where the network agrees
//! rows       rows of digits, along the tilt of the paper
//! prepare    one digit -> 28 x 28
//! ```
//!
//! MNIST: Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-Based Learning Applied to Document Recognition",
//! Proceedings of the IEEE 86(11), 1998, section III.A.

mod digits;
mod frames;
mod grid;
mod ink;
mod margin;
mod marks;
mod paper;
mod parts;
mod prepare;
mod rows;
mod rules;
mod shrink;
mod sides;
mod specks;
mod strokes;
mod table;
#[cfg(test)]
mod tests;
mod touching;
mod ways;

use crate::picture_file::{Picture, Pixels};
pub use grid::Grid;
use parts::Mask;
pub use prepare::prepare;

/// A digit of a picture.
#[derive(Clone, Debug)]
pub struct Digit {
    /// Where it is, in the picture's pixels: left, top, width and height.
    pub place: [usize; 4],
    /// The row of digits that it stands in, from 0.
    pub row: usize,
    /// What the network is to see: as many bytes as it has inputs, 255 for ink.
    pub image: Vec<u8>,
}

/// What a picture holds.
#[derive(Clone, Debug, Default)]
pub struct Handwriting {
    /// In reading order.
    pub digits: Vec<Digit>,
    /// Whether many parts are of unlike sizes, as in words.
    pub like_words: bool,
    /// Parts that were left out as too small beside the others, and may be digits.
    pub left_out: usize,
    /// Points, commas and signs between digits, which were left out.
    pub marks: usize,
}

/// More digits than this are a page of print or a pattern.
pub const MOST: usize = 1000;

/// A digit is doubtful where the network gives its label a smaller probability.
pub const SURE: f32 = 0.9;

/// The longer side at which a picture is looked at, in pixels.
pub const LONGEST: usize = 1600;

/// Finds the digits of a picture and prepares each for a network that takes images of `size`, width and height.
/// `certainty` is the probability that the network gives its answer for each of some such images, one after another: it
/// is asked where digits may hang together or be broken.
pub fn read(picture: &Picture, size: (usize, usize), mut certainty: impl FnMut(&[u8]) -> Vec<f32>) -> Handwriting {
    if let Some(image) = as_it_is(picture, size) {
        let place = [0, 0, picture.width, picture.height];
        return Handwriting { digits: vec![Digit { place, row: 0, image }], ..Handwriting::default() };
    }
    let whole = specks::smoothed(specks::without_squares(shrink::shrink(picture, LONGEST)));
    let mut certainty = |digits: &[(&Grid, &Mask)]| {
        certainty(&digits.iter().flat_map(|(ink, mask)| prepare(ink, mask, size)).collect::<Vec<u8>>())
    };
    let found = ways::find(&whole, &mut certainty);
    // Back from the shrunk picture to the whole one.
    let scale = |at: usize, whole: usize, shrunk: usize| (at * whole + shrunk / 2) / shrunk;
    let digits = found.digits.into_iter().map(|found| {
        let [left, right] = [found.part.left, found.part.right].map(|x| scale(x, picture.width, whole[0].width));
        let [top, bottom] = [found.part.top, found.part.bottom].map(|y| scale(y, picture.height, whole[0].height));
        Digit {
            place: [left, top, (right - left).max(1), (bottom - top).max(1)],
            row: found.row,
            image: prepare(&found.ink, &found.mask, size),
        }
    });
    Handwriting { digits: digits.collect(), like_words: found.like_words, left_out: found.left_out, marks: found.marks }
}

/// The picture as people see it, its longer side brought towards `longest` pixels: width, height, and red, green and
/// blue of each pixel.
pub fn as_seen(picture: &Picture, longest: usize) -> (usize, usize, Vec<[u8; 3]>) {
    let planes = shrink::shrink(picture, longest);
    let (width, height) = (planes[0].width, planes[0].height);
    let up = (longest / width.max(height)).max(1);
    let colour = |i: usize| {
        let pixel = i / (width * up) / up * width + i % (width * up) / up;
        [0, 1, 2].map(|plane: usize| planes[plane.min(planes.len() - 1)].data[pixel].round() as u8)
    };
    (width * up, height * up, (0..width * height * up * up).map(colour).collect())
}

/// The picture's own pixels, where it is such an image already: of the network's size, grey, and as `prepare` makes
/// them.
fn as_it_is(picture: &Picture, size: (usize, usize)) -> Option<Vec<u8>> {
    if (picture.width, picture.height) != size {
        return None;
    }
    let grey: Vec<u8> = match &picture.pixels {
        Pixels::Grey(grey) => grey.clone(),
        Pixels::Rgba(rgba) => {
            let grey = |&[r, g, b, a]: &[u8; 4]| (r == g && g == b && a == 255).then_some(r);
            rgba.iter().map(grey).collect::<Option<_>>()?
        }
    };
    prepare::is_prepared(&grey, size).then_some(grey)
}
