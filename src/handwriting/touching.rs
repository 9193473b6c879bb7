//! Digits that touch, parted.
//!
//! Only where the evidence is plain: a part that is too wide for one digit, and a line through it, upright or slanted
//! as handwriting is, that crosses ink on a short way only and leaves a digit of nearly full height on each side. A
//! wide 0 is crossed at its top and at its bottom; the long bar of a 5 and the tail of a 2 are not high. And the
//! network has a say: a 0 that is open above, or a wide 7, could be cut in two, but it knows the whole better than the
//! halves.

use super::SURE;
use super::grid::quantile;
use super::parts::Part;

/// A part this many times as wide as high is more than one digit.
const WIDE: f32 = 1.25;
/// Or one this many times as wide as most others, and nearly as wide as high.
const WIDER: f32 = 1.7;
/// A digit's height, as a part of the height of both together, and its ink as a part of theirs.
const HIGH: f32 = 0.7;
const HEAVY: f32 = 0.2;
/// From the first to the last ink that the line crosses, as a part of that height.
const BRIDGE: f32 = 0.35;
/// How far the line goes to the right on its way up, as a part of its height. With more, it could cut through a stroke.
const SLANTS: [f32; 3] = [0.0, 0.15, -0.15];

/// Parts, of labels in rows of `width` pixels, with those that touch parted. What is cut off gets a label of its own.
/// `certainty` is how sure the network is of each part, among those labels, that it is one digit.
pub fn parted(
    parts: Vec<Part>,
    labels: &mut [u32],
    width: usize,
    mut certainty: impl FnMut(&[Part], &[u32]) -> Vec<f32>,
) -> Vec<Part> {
    let usual = quantile(parts.iter().map(|part| part.width() as f32).collect(), 0.5);
    let many = parts.len() > 3;
    let wide = |part: &Part| {
        let (across, down) = (part.width() as f32, part.height() as f32);
        across > WIDE * down || many && across > WIDER * usual && across > 0.9 * down
    };
    let mut next = labels.iter().fold(0, |most, &label| most.max(label)) + 1;
    let (mut open, mut done) = (parts, Vec::new());
    while !open.is_empty() {
        // Each that can be cut, and its halves.
        let mut asked = Vec::new();
        for mut whole in std::mem::take(&mut open) {
            let Some([left, right]) = wide(&whole).then(|| cut(&whole, labels, width)).flatten() else {
                done.push(whole);
                continue;
            };
            right.iter().for_each(|&pixel| labels[pixel] = next);
            let halves = [part_of(whole.labels.clone(), &left, width), part_of(vec![next], &right, width)];
            whole.labels.push(next);
            asked.push(whole);
            asked.extend(halves);
            next += 1;
        }
        let sure = certainty(&asked, labels);
        // Halves of which the network is sure are digits, however sure it is of the whole.
        for (parts, sure) in asked.as_chunks::<3>().0.iter().zip(sure.as_chunks::<3>().0) {
            let ([whole, left, right], [of_whole, of_left, of_right]) = (parts, sure);
            if of_left.min(*of_right) >= of_whole.min(SURE) {
                open.extend([left.clone(), right.clone()]);
            } else {
                done.push(whole.clone());
            }
        }
    }
    done
}

/// The pixels to the left and to the right of the line that crosses the least ink, if that is plain evidence.
fn cut(part: &Part, labels: &[u32], width: usize) -> Option<[Vec<usize>; 2]> {
    let (across, down) = (part.width(), part.height());
    let places = (part.top..part.bottom).flat_map(|y| (part.left..part.right).map(move |x| y * width + x));
    let own: Vec<usize> = places.filter(|&pixel| part.labels.contains(&labels[pixel])).collect();
    let mut best: Option<([usize; 2], [Vec<usize>; 2])> = None;
    for slant in SLANTS {
        // Where the line through a pixel meets the middle of the part's height.
        let middle = (part.top + part.bottom) as f32 / 2.0;
        let place = |pixel: usize| {
            let x = (pixel % width) as f32 + slant * ((pixel / width) as f32 - middle);
            (x.round() as isize - part.left as isize).clamp(0, across as isize - 1) as usize
        };
        // Rows from the first to the last that each line crosses.
        let mut crossed = vec![[usize::MAX, 0]; across];
        for &pixel in &own {
            let [first, last] = &mut crossed[place(pixel)];
            (*first, *last) = ((*first).min(pixel / width), pixel / width);
        }
        for (at, [first, last]) in crossed.iter().enumerate().take(across - across / 4).skip(across / 4) {
            let bridge = (last + 1).saturating_sub(*first);
            let rank = [bridge, at.abs_diff(across / 2)];
            if bridge as f32 > BRIDGE * down as f32 || best.as_ref().is_some_and(|best| best.0 <= rank) {
                continue;
            }
            let sides: [Vec<usize>; 2] = own.iter().partition::<Vec<usize>, _>(|&&pixel| place(pixel) < at).into();
            let digit = |side: &Vec<usize>| {
                let rows = side.last().map_or(0, |last| last / width + 1 - side[0] / width);
                rows as f32 >= HIGH * down as f32 && side.len() as f32 >= HEAVY * own.len() as f32
            };
            if sides.iter().all(digit) {
                best = Some((rank, sides));
            }
        }
    }
    best.map(|(_, sides)| sides)
}

/// The part that has these pixels, row by row.
fn part_of(labels: Vec<u32>, pixels: &[usize], width: usize) -> Part {
    let columns = || pixels.iter().map(|pixel| pixel % width);
    Part {
        labels,
        left: columns().min().unwrap_or(0),
        right: columns().max().unwrap_or(0) + 1,
        top: pixels.first().map_or(0, |pixel| pixel / width),
        bottom: pixels.last().map_or(0, |pixel| pixel / width) + 1,
        area: pixels.len(),
    }
}
