//! What is tiny and all over a picture: specks of scans, dots that stand for greys where there are but black and white,
//! the checkerboard that stands for nothing.

use super::grid::{Grid, quantile};
use super::parts::{Mask, label};

/// A pixel is alone where it is unlike its neighbours by more than this, of 255 grey levels. Where more pixels are
/// alone than this, as a part of all, dots stand for greys, or the picture is full of specks.
const UNLIKE: f32 = 100.0;
const MANY: f32 = 0.003;

/// Specks are no larger than this, in pixels; there are more than so many, and nothing is larger than them, but smaller
/// than so many times as large.
const LARGEST: usize = 12;
const FEW: usize = 20;
const APART: usize = 2;

/// A checkerboard has two colours, to the grey level, each in more than this part of the picture, which differ by no
/// more than so many. The sides of its squares are no longer than so many pixels; a shadow is larger.
const EACH: f32 = 0.3;
const ALIKE: usize = 40;
const SQUARE: usize = 50;

/// Light with the squares of a checkerboard made one paper.
pub fn without_squares(mut planes: Vec<Grid>) -> Vec<Grid> {
    let level = |value: f32| value.round().clamp(0.0, 255.0) as usize;
    let mut counts = [0; 256];
    planes[0].data.iter().for_each(|&value| counts[level(value)] += 1);
    let most = |without: usize| (0..256).filter(|&level| level != without).max_by_key(|&level| counts[level]);
    let (first, second) = most(256).and_then(|first| Some((first, most(first)?))).unwrap_or_default();
    let all = planes[0].data.len();
    if counts[second] as f32 <= EACH * all as f32 || first.abs_diff(second) > ALIKE {
        return planes;
    }
    let is_change = |pair: &&[f32]| [first, second] == [pair[0], pair[1]].map(level);
    if 2 * SQUARE * planes[0].data.windows(2).filter(is_change).count() < all {
        return planes;
    }
    let [first, second] = [first, second].map(|colour| {
        let of_colour = |(i, &value): (usize, &f32)| (level(value) == colour).then_some(i);
        planes[0].data.iter().enumerate().filter_map(of_colour).collect::<Vec<usize>>()
    });
    for plane in &mut planes {
        let [to, from] = [&first, &second].map(|pixels| quantile(pixels.iter().map(|&i| plane.data[i]).collect(), 0.5));
        second.iter().for_each(|&i| plane.data[i] += to - from);
    }
    planes
}

/// Light with its dots smoothed into greys, where many pixels are alone.
pub fn smoothed(planes: Vec<Grid>) -> Vec<Grid> {
    let plane = &planes[0];
    let (width, height) = (plane.width, plane.height);
    let is_alone = |&i: &usize| {
        let unlike = |neighbour: usize| plane.data[neighbour] - plane.data[i];
        let around = [i - 1, i + 1, i - width, i + width].map(unlike);
        around.iter().all(|&unlike| unlike > UNLIKE) || around.iter().all(|&unlike| unlike < -UNLIKE)
    };
    let inner = (1..height.max(1) - 1).flat_map(|y| (1..width.max(1) - 1).map(move |x| y * width + x));
    let alone = inner.filter(is_alone).count();
    if alone as f32 <= MANY * plane.data.len() as f32 {
        return planes;
    }
    planes.iter().map(|plane| plane.blurred(3).blurred(3)).collect()
}

/// Strokes without specks: many parts that are all tiny beside the others.
pub fn without_specks(mut strokes: Mask) -> Mask {
    let (labels, parts) = label(&strokes);
    let size = |number: usize| parts[number].width().max(parts[number].height());
    let mut sizes: Vec<usize> = (0..parts.len()).map(size).collect();
    sizes.sort_unstable();
    let specks = |&count: &usize| count > FEW && sizes[count - 1] <= LARGEST && sizes[count] > APART * sizes[count - 1];
    if let Some(count) = (1..sizes.len()).rfind(specks) {
        let largest = sizes[count - 1];
        let is_speck: Vec<bool> = (0..parts.len()).map(|number| size(number) <= largest).collect();
        strokes.data.iter_mut().zip(&labels).filter(|(_, label)| **label > 0).for_each(|(pixel, &label)| {
            *pixel &= !is_speck[label as usize - 1];
        });
    }
    strokes
}
