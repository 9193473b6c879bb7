//! Parts that are no digits: underlines, the margin's line, shadows, blots.

use super::grid::{Grid, quantile};
use super::parts::{Mask, Part, usual_height};
use super::prepare::stroke_width;

/// A line is this many times as long as thick.
const THIN: f32 = 8.0;
/// One that runs from edge to edge of the picture; a 1 that fills it is thicker.
const VERY_THIN: f32 = 40.0;
/// It rises or falls by at most this part of its length.
const LEVEL: f32 = 0.2;
/// An underline is at least this long, as a part of a digit's usual height. The bar of a 5 is shorter.
const LONG: f32 = 1.5;
/// A disc fills this part of its box, and more; as a part of a digit's usual height, it is lower than this.
const SOLID: f32 = 0.74;
const LOW: f32 = 0.75;

/// The parts without lines, those that run from edge to edge of the picture and level ones that are longer than digits
/// are high, and without strips along a whole edge.
pub fn without_lines(mut parts: Vec<Part>, ink: &Grid) -> Vec<Part> {
    let thin = |part: &Part, length: usize, times: f32| part.area as f32 * times < (length * length) as f32;
    let across = |part: &Part| part.left == 0 && part.right == ink.width;
    let down = |part: &Part| part.top == 0 && part.bottom == ink.height;
    let within: Vec<Part> = parts.iter().filter(|part| !across(part) && !down(part)).cloned().collect();
    let height = usual_height(&within);
    parts.retain(|part| {
        // Beside lower digits, the fold of a book or the side of a sheet.
        let line = |length: usize| {
            let lower = height > 0.0 && length as f32 > LONG * height;
            thin(part, length, if lower { THIN } else { VERY_THIN })
        };
        // A shade, or a table, along one side of the picture.
        let edges = [part.left == 0, part.top == 0, part.right == ink.width, part.bottom == ink.height];
        let full = 2 * part.area > part.width() * part.height();
        // A 1 that fills its picture takes more of it.
        let most = 2 * part.width() * part.height() > ink.width * ink.height;
        let strip = full && !most && edges.into_iter().filter(|&at_edge| at_edge).count() == 3;
        !(across(part) && line(part.width()) || down(part) && line(part.height()) || strip)
    });
    let flat = |part: &Part| part.height() as f32 <= LEVEL * part.width() as f32 && thin(part, part.width(), THIN);
    let (lines, others): (Vec<Part>, Vec<Part>) = parts.into_iter().partition(flat);
    let height = usual_height(&others);
    let mut parts = others;
    parts.extend(lines.into_iter().filter(|line| height == 0.0 || (line.width() as f32) < LONG * height));
    parts
}

/// Leaves out what is much fainter than the other digits, or much thicker or thinner and at the picture's edge, or
/// thick and full as a disc: shadows, the edges of sheets and tables, blots and the holes of punched paper. `cut` gives
/// the ink and the strokes of a digit; `height` is the usual one.
pub fn without_shadows(
    mut digits: Vec<Part>,
    height: f32,
    ink: &Grid,
    cut: &impl Fn(&Part) -> (Grid, Mask),
) -> Vec<Part> {
    if digits.len() <= 2 {
        return digits;
    }
    let measured: Vec<[f32; 2]> = digits
        .iter()
        .map(|part| {
            let (ink, mask) = cut(part);
            let inked = (0..ink.data.len()).filter(|&i| mask.data[i]).map(|i| ink.data[i]).collect();
            [quantile(inked, 0.5), stroke_width(&mask)]
        })
        .collect();
    let usual = [0, 1].map(|what| quantile(measured.iter().map(|values| values[what]).collect(), 0.5));
    let mut measured = measured.into_iter();
    digits.retain(|part| {
        let Some([strength, stroke]) = measured.next() else { return true };
        let unlike = strength < 0.7 * usual[0] || !(0.5..=2.0).contains(&(stroke / usual[1]));
        let edge = part.at_edge(ink.width, ink.height) && unlike;
        let full = part.area as f32 > SOLID * (part.width() * part.height()) as f32;
        let round = (0.7..1.4).contains(&(part.width() as f32 / part.height() as f32));
        let disc = full && round && stroke > 1.3 * usual[1] && (part.height() as f32) < LOW * height;
        !(strength < 0.45 * usual[0] || edge || disc)
    });
    digits
}
