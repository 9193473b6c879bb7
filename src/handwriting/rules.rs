//! Ruled lines, and the lines of tables, taken away where no stroke crosses them.

use super::grid::quantile;
use super::parts::{Mask, label, usual_height};

/// How much a line falls or rises in a picture that was held a little askew, as a part of its length.
const SLOPE: f32 = 0.2;

/// The strokes without lines that run across most of the picture, either way.
pub fn without_rules(strokes: Mask) -> Mask {
    let down = without_horizontal(&strokes.transposed()).transposed();
    let across = without_horizontal(&strokes);
    let data = across.data.iter().zip(&down.data).map(|(a, b)| *a && *b).collect();
    Mask { data, ..strokes }
}

fn without_horizontal(strokes: &Mask) -> Mask {
    let (width, height) = (strokes.width, strokes.height);
    // In a picture that is too small to show a ruled page, a long line is a stroke.
    if width < 100 {
        return strokes.clone();
    }
    let Some(line) = lines(strokes) else {
        return strokes.clone();
    };
    let rest: Vec<bool> = strokes.data.iter().zip(&line).map(|(&stroke, &line)| stroke && !line).collect();
    let rest = Mask { data: rest, ..*strokes };
    let taken = strokes.data.iter().zip(&line).filter(|(stroke, line)| **stroke && **line).count();
    let all = strokes.data.iter().filter(|&&stroke| stroke).count();
    // What is left must be much smaller than the line: else the line is a digit's own stroke.
    let parts = label(&rest).1;
    if parts.is_empty() || (width as f32) < 3.0 * usual_height(&parts) || taken as f32 > 0.9 * all as f32 {
        return strokes.clone();
    }
    // A stroke crosses where the rest has ink straight above and straight below the line.
    let mut crossed = vec![false; line.len()];
    for x in 0..width {
        let mut y = 0;
        while y < height {
            let begin = y;
            while y < height && line[y * width + x] {
                y += 1;
            }
            let ink = |y: usize| rest.data[y * width + x];
            if y > begin && begin > 0 && y < height && ink(begin - 1) && ink(y) {
                for y in begin..y {
                    let around = y * width + x.saturating_sub(1)..=y * width + (x + 1).min(width - 1);
                    around.for_each(|i| crossed[i] = true);
                }
            }
            y = y.max(begin + 1);
        }
    }
    let kept = |i: usize| rest.data[i] || strokes.data[i] && line[i] && crossed[i];
    Mask { data: (0..line.len()).map(kept).collect(), ..*strokes }
}

/// The pixels of thin horizontal lines over most of the width, if there are any.
fn lines(strokes: &Mask) -> Option<Vec<bool>> {
    let (width, height) = (strokes.width, strokes.height);
    // A line may be a little slanted: made thicker, it still has long runs.
    let thick = strokes.transposed().to_grid().extreme_across(3, f32::max);
    let thick = Mask::from_grid(&thick, |value| value > 0.0).transposed().to_grid();
    let runs = thick.extreme_across(width / 8, f32::min).extreme_across(width / 8, f32::max);
    let (labels, parts) = label(&Mask::from_grid(&runs, |value| value > 0.0));
    let mut line = vec![false; labels.len()];
    for part in parts {
        let thickness = |x: usize| {
            let column = (part.top..part.bottom).filter(|y| labels[y * width + x] == part.labels[0]);
            column.count() as f32
        };
        let thin = quantile((part.left..part.right).map(thickness).collect(), 0.5) <= 0.05 * height as f32 + 6.0;
        let level = part.height() as f32 <= SLOPE * part.width() as f32;
        if thin && level && part.width() as f32 >= 0.8 * width as f32 {
            line.iter_mut().zip(&labels).for_each(|(line, &label)| *line |= label == part.labels[0]);
        }
    }
    line.contains(&true).then_some(line)
}
