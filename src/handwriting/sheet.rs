//! The sheet of paper in a photograph that also shows what it lies on, found.
//!
//! Beside a dark table, the sheet itself looks like ink.

use super::grid::{Grid, quantile};
use super::ink::otsu;
use super::paper::small_grey;
use super::parts::{Mask, label};

/// Along each of its edges, this part is light.
const LIGHT: f32 = 0.97;
/// A sheet is at least this part of the picture, and this part of the box of all that hangs together with it.
const LARGE: f32 = 0.08;
const FULL: f32 = 0.6;
/// The sheet is the picture where it is more than this part of it.
const WHOLE: f32 = 0.98;
/// What a sheet lies on is no plain colour, as what a bold digit is drawn on is: it differs by this many grey levels.
const GRAIN: f32 = 2.0;
/// Sheet and table explain at least this part of the variance of the light.
const APART: f32 = 0.85;

/// Left, top, right and bottom of the largest light part of a picture, cut straight; none where that is no sheet.
pub fn sheet(planes: &[Grid]) -> Option<[usize; 4]> {
    let mut light = small_grey(planes);
    light.data.iter_mut().for_each(|value| *value /= 255.0);
    let (across, down) = (light.width, light.height);
    let threshold = otsu(&light);
    let (labels, parts) = label(&Mask::from_grid(&light, |value| value > threshold));
    let largest = parts.iter().max_by_key(|part| part.area)?;
    // A share of the variance: 3/4 where light falls off evenly over one sheet, 1 where there is sheet and table alone.
    let variance = |values: &[f32]| {
        let mean = values.iter().sum::<f32>() / values.len().max(1) as f32;
        values.iter().map(|value| (value - mean).powi(2)).sum::<f32>()
    };
    let (bright, dim): (Vec<f32>, Vec<f32>) = light.data.iter().partition(|&&value| value > threshold);
    let left = (variance(&bright) + variance(&dim)) / variance(&light.data);
    let grain = 255.0 * (quantile(dim.clone(), 0.9) - quantile(dim, 0.1));
    if left > 1.0 - APART || grain < GRAIN {
        return None;
    }
    let light = |x: usize, y: usize| labels[y * across + x] == largest.labels[0];
    let [mut left, mut top, mut right, mut bottom] = [largest.left, largest.top, largest.right, largest.bottom];
    // The edge with the least light moves inwards, until all have enough.
    while right - left > 2 && bottom - top > 2 {
        let row = |y: usize| (left..right).filter(|&x| light(x, y)).count() as f32 / (right - left) as f32;
        let column = |x: usize| (top..bottom).filter(|&y| light(x, y)).count() as f32 / (bottom - top) as f32;
        let shares = [column(left), row(top), column(right - 1), row(bottom - 1)];
        let least = (0..4).min_by(|&a, &b| shares[a].total_cmp(&shares[b])).unwrap_or(0);
        if shares[least] > LIGHT {
            break;
        }
        match least {
            0 => left += 1,
            1 => top += 1,
            2 => right -= 1,
            _ => bottom -= 1,
        }
    }
    let area = |[left, top, right, bottom]: [usize; 4]| ((right - left) * (bottom - top)) as f32;
    let (found, all) = (area([left, top, right, bottom]), (across * down) as f32);
    let of_box = found / area([largest.left, largest.top, largest.right, largest.bottom]);
    if found < LARGE * all || found > WHOLE * all || of_box < FULL || right - left < 5 || bottom - top < 5 {
        return None;
    }
    // One pixel further in: its edge is soft.
    let [left, right] = [left + 1, right - 1].map(|x| x * planes[0].width / across);
    let [top, bottom] = [top + 1, bottom - 1].map(|y| y * planes[0].height / down);
    Some([left, top, right, bottom])
}
