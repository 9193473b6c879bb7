//! What a sheet of paper lies on, in a photograph that shows it: found, and covered with paper.
//!
//! A table that is darker than the sheet would look like ink.

use super::grid::{Grid, quantile};
use super::ink::otsu;
use super::paper::{small_grey, smaller, surface};
use super::parts::{Mask, Part, label};

/// A table is less than this part as light as the sheet beside it. A shadow on the sheet is lighter.
const DARK: f32 = 0.6;
/// So far from the table's edge the sheet is looked at, in pixels of the small picture. Light falls off slowly, a table
/// begins at once.
const BESIDE: usize = 7;
/// Strokes at the edge of the picture are thinner than this part of its longer side; of a table that shows at the edge,
/// half as much is enough.
const THICK: usize = 12;
/// A rim along the picture's edge is at it over this part of its length, and no farther from it than this part of the
/// picture's shorter side. A stroke touches the edge with its ends, and the lines of a table run across.
const ALONG: f32 = 0.8;
const RIM: usize = 8;
/// A picture smaller than this, in pixels, shows no sheet on a table: a bold white digit on black looks like one.
const SMALLEST: usize = 100;
/// A sheet has a square without ink, whose side is this part of the picture's shorter one.
const CLEAN: usize = 5;

/// Where the table is, at the picture's size; none where the picture shows nothing but paper.
pub fn table(planes: &[Grid]) -> Option<Mask> {
    if planes[0].width.max(planes[0].height) < SMALLEST {
        return None;
    }
    let mut grey = small_grey(planes);
    grey.data.iter_mut().for_each(|value| *value /= 255.0);
    let (width, height) = (grey.width, grey.height);
    let threshold = otsu(&grey);
    let dark = Mask::from_grid(&grey, |value| value <= threshold).to_grid();
    // The grain of wood has light places.
    let dark = dark.extreme(3, f32::max).extreme(3, f32::min);
    let (labels, parts) = label(&Mask::from_grid(&dark, |value| value > 0.0));
    let thick = dark.extreme(width.max(height) / THICK, f32::min);
    // Light strokes on a dark ground leave no large place without ink.
    let clean = dark.extreme(width.min(height) / CLEAN, f32::max);
    if clean.data.iter().all(|&value| value > 0.0) {
        return None;
    }
    let is_thick = |part: &&Part| (0..labels.len()).any(|i| labels[i] == part.labels[0] && thick.data[i] > 0.0);
    let is_rim = |part: &&Part| {
        let own = (0..labels.len()).filter(|&i| labels[i] == part.labels[0]);
        let from_edge = |i: usize| {
            let (x, y) = (i % width, i / width);
            x.min(y).min(width - 1 - x).min(height - 1 - y)
        };
        let (at_edge, farthest) = own
            .map(from_edge)
            .fold((0, 0), |(count, farthest), distance| (count + usize::from(distance == 0), farthest.max(distance)));
        at_edge as f32 >= ALONG * part.width().max(part.height()) as f32 && farthest <= width.min(height) / RIM
    };
    let begins_at_once = |part: &&Part| {
        let own = Mask::from_fn(width, height, |x, y| labels[y * width + x] == part.labels[0]).to_grid();
        let around = own.extreme(BESIDE, f32::max);
        let usual = |chosen: &dyn Fn(usize) -> bool| {
            quantile((0..labels.len()).filter(|&i| chosen(i)).map(|i| grey.data[i]).collect(), 0.5)
        };
        usual(&|i| own.data[i] > 0.0) < DARK * usual(&|i| around.data[i] > 0.0 && dark.data[i] == 0.0)
    };
    let tables = parts.iter().filter(|part| part.at_edge(width, height));
    let tables = tables.filter(|part| is_thick(part) || is_rim(part)).filter(begins_at_once);
    let tables: Vec<u32> = tables.map(|part| part.labels[0]).collect();
    let table = Mask::from_fn(width, height, |x, y| tables.contains(&labels[y * width + x]));
    if !table.data.contains(&true) {
        return None;
    }
    // Its edge is soft.
    let table = table.to_grid().extreme(3, f32::max).interpolated(planes[0].width, planes[0].height);
    Some(Mask::from_grid(&table, |value| value > 0.0))
}

/// The picture with paper in the table's place, as light as the sheet's would be there.
pub fn covered(planes: &[Grid], table: &Mask) -> Vec<Grid> {
    let bare = smaller(&table.to_grid());
    let covered = |plane: &Grid| {
        let light = surface(&smaller(plane), true, |i| bare.data[i] == 0.0).interpolated(plane.width, plane.height);
        let data = (0..plane.data.len()).map(|i| if table.data[i] { light.data[i] } else { plane.data[i] });
        Grid { data: data.collect(), ..*plane }
    };
    planes.iter().map(covered).collect()
}

/// Whether the table holds three corners of the picture. No digit does.
pub fn is_around(table: &Mask) -> bool {
    let (right, bottom) = (table.width - 1, table.height - 1);
    [(0, 0), (right, 0), (0, bottom), (right, bottom)].iter().filter(|&&(x, y)| table.at(x, y)).count() >= 3
}
