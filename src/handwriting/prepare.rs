//! One digit -> an image as MNIST has them.
//!
//! The page to draw on does the same steps, in `src/page/digits.html`: change both.

use super::grid::{Grid, quantile};
use super::parts::Mask;

/// Of 28 pixels, those that the digit's longer side takes.
const DIGIT: f32 = 20.0 / 28.0;
/// Darker pixels of an image are its paper: few digits of train.csv have edges so faint.
const FAINT: u8 = 32;
/// The width of a stroke in MNIST, of 20 pixels: thinner ones are made so bold.
const STROKE: f32 = 2.3;
/// The longest side, in pixels, at which strokes are made bolder: more would only take time.
const BOLDER: usize = 240;

/// Prepares a digit: its ink, 0 to 1, and which pixels are its strokes, in a picture cut out around it; for a network
/// that takes images of `size`, width and height, a byte a pixel, 255 for ink.
pub fn prepare(ink: &Grid, strokes: &Mask, size: (usize, usize)) -> Vec<u8> {
    let [left, top, right, bottom] = extent(strokes.width, strokes.height, |i| strokes.data[i]);
    let longest = (right - left).max(bottom - top).max(1) as f32;
    let target = DIGIT * size.0.min(size.1) as f32;
    let radius = 0.5 * (STROKE / 20.0 - stroke_width(strokes) / longest) * longest;
    let radius = radius.max(0.0);
    let mut ink = only_strokes(ink, strokes, radius.ceil() as usize + 2);
    if radius > 0.3 {
        let side = ink.width.max(ink.height);
        let scale = (BOLDER as f32 / side as f32).min(1.0);
        if scale < 1.0 {
            let [width, height] = [ink.width, ink.height].map(|length| scaled(length, scale));
            ink = ink.averaged(width, height);
        }
        ink = bolder(&ink, radius * scale);
    }
    // Thin strokes of a large picture are faint in a smaller one.
    let most = ink.data.iter().fold(0.0f32, |most, &value| most.max(value));
    let [left, top, right, bottom] = extent(ink.width, ink.height, |i| ink.data[i] > 0.3 * most);
    let ink = ink.part([left, top], right - left, bottom - top);
    let scale = target / ink.width.max(ink.height) as f32;
    let [width, height] = [ink.width, ink.height].map(|length| scaled(length, scale));
    let (width, height) = (width.min(size.0), height.min(size.1));
    let mut ink = if scale > 1.0 { ink.interpolated(width, height) } else { ink.averaged(width, height) };
    // The darkest strokes become 1.
    let inked: Vec<f32> = ink.data.iter().copied().filter(|&value| value > 0.02).collect();
    let full = quantile(inked, 0.95).max(1e-3);
    ink.data.iter_mut().for_each(|value| *value = (*value / full).clamp(0.0, 1.0));
    centred(&ink, size)
}

/// Whether an image is such a one already, as all but one of train.csv's 42,000 are: white on black, its digit's box of
/// that size, and the centre of mass at that place.
pub(super) fn is_prepared(image: &[u8], size: (usize, usize)) -> bool {
    let [left, top, right, bottom] = extent(size.0, size.1, |i| image[i] >= FAINT);
    let side = size.0.min(size.1) as f32;
    let about = |a: f32, b: f32| (a - b).abs() <= (side / 28.0).max(1.0);
    let ink = Grid { width: size.0, height: size.1, data: image.iter().map(|&byte| f32::from(byte)).collect() };
    let [across, down] = centre(&ink);
    let is_white = image.iter().any(|&byte| byte >= 128);
    is_white
        && about((right - left).max(bottom - top) as f32, DIGIT * side)
        && about(across, size.0 as f32 / 2.0)
        && about(down, size.1 as f32 / 2.0)
}

/// A length in another scale, at least a pixel.
fn scaled(length: usize, scale: f32) -> usize {
    ((length as f32 * scale).round() as usize).max(1)
}

/// Left, top, right and bottom of the pixels that `is_in` takes; all where it takes none.
fn extent(width: usize, height: usize, is_in: impl Fn(usize) -> bool) -> [usize; 4] {
    let [mut left, mut top, mut right, mut bottom] = [width, height, 0, 0];
    for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).filter(|(x, y)| is_in(y * width + x)) {
        (left, top, right, bottom) = (left.min(x), top.min(y), right.max(x + 1), bottom.max(y + 1));
    }
    if right == 0 { [0, 0, width, height] } else { [left, top, right, bottom] }
}

/// The mean width of strokes: twice the area over the perimeter. Counted along pixels, a circle's perimeter is 4 / π
/// times as long as it is.
pub(super) fn stroke_width(strokes: &Mask) -> f32 {
    let (width, height) = (strokes.width as isize, strokes.height as isize);
    let at = |x: isize, y: isize| strokes.holds(x, y);
    let (mut area, mut edges) = (0, 0);
    for (x, y) in (0..=height).flat_map(|y| (0..=width).map(move |x| (x, y))) {
        area += usize::from(at(x, y));
        edges += usize::from(at(x, y) != at(x - 1, y)) + usize::from(at(x, y) != at(x, y - 1));
    }
    2.0 * area as f32 / (edges as f32 * 0.785).max(1.0)
}

/// The ink of the strokes and their soft edges alone, so that the middle of them is 1, with a margin around.
fn only_strokes(ink: &Grid, strokes: &Mask, margin: usize) -> Grid {
    let middle = (0..ink.data.len()).filter(|&i| strokes.data[i]).map(|i| ink.data[i]);
    let middle = quantile(middle.collect(), 0.5).max(1e-3);
    let (width, height) = (strokes.width as isize, strokes.height as isize);
    let near = |x: isize, y: isize| (-1..=1).any(|dy| (-1..=1).any(|dx| strokes.holds(x + dx, y + dy)));
    Grid::from_fn(ink.width + 2 * margin, ink.height + 2 * margin, |x, y| {
        let (x, y) = (x as isize - margin as isize, y as isize - margin as isize);
        let inside = (0..width).contains(&x) && (0..height).contains(&y) && near(x, y);
        if inside { (ink.at(x as usize, y as usize) / middle).clamp(0.0, 1.0) } else { 0.0 }
    })
}

/// The largest ink within a disc of that radius, fading over its last pixel.
fn bolder(ink: &Grid, radius: f32) -> Grid {
    let reach = radius.ceil() as isize;
    let mut disc = Vec::new();
    for (dx, dy) in (-reach..=reach).flat_map(|dy| (-reach..=reach).map(move |dx| (dx, dy))) {
        let share = (radius + 1.0 - ((dx * dx + dy * dy) as f32).sqrt()).min(1.0);
        if share > 0.0 {
            disc.push((dx, dy, share));
        }
    }
    let (width, height) = (ink.width as isize, ink.height as isize);
    let mut bold = ink.clone();
    for (i, &value) in ink.data.iter().enumerate().filter(|(_, value)| **value > 0.0) {
        let (x, y) = (i as isize % width, i as isize / width);
        for &(dx, dy, share) in &disc {
            let (x, y) = (x + dx, y + dy);
            if (0..width).contains(&x) && (0..height).contains(&y) {
                let to = &mut bold.data[(y * width + x) as usize];
                *to = to.max(value * share);
            }
        }
    }
    bold
}

/// Across and down, the centre of mass, where the first pixel is at 0.
fn centre(ink: &Grid) -> [f32; 2] {
    let all: f32 = ink.data.iter().sum::<f32>().max(1e-6);
    let mean = |along: &dyn Fn(usize) -> usize| {
        ink.data.iter().enumerate().map(|(i, value)| value * along(i) as f32).sum::<f32>() / all
    };
    [mean(&|i| i % ink.width), mean(&|i| i / ink.width)]
}

/// The ink on an image of that size, by whole pixels, so that its centre of mass is nearest to the pixel in the middle:
/// of 28, number 14 counted from 0, as in MNIST (in train.csv it is at 13.5 to 14.5, on both axes).
fn centred(ink: &Grid, (width, height): (usize, usize)) -> Vec<u8> {
    let [across, down] = centre(ink);
    let place = |centre: f32, side: usize, length: usize| {
        let first = (side as f32 / 2.0 - centre).round().max(0.0) as usize;
        first.min(side - length)
    };
    let left = place(across, width, ink.width);
    let top = place(down, height, ink.height);
    let mut image = vec![0; width * height];
    for (i, value) in ink.data.iter().enumerate() {
        image[(top + i / ink.width) * width + left + i % ink.width] = (255.0 * value + 0.5) as u8;
    }
    image
}
