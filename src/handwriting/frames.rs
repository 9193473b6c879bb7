//! Boxes, circles and tables around digits, taken away.

use super::parts::{Mask, Part, label};

/// A frame is at least this many pixels wide and high, and what it is around at least so many high.
const SMALLEST: usize = 16;
const ENCLOSED: usize = 8;
/// So many parts within another one make it a frame, or one that is this part of its height. A dot in a 0 is less.
const MANY: usize = 3;
const TALL: f32 = 0.25;

/// The strokes without those that go around others.
pub fn without_frames(strokes: &Mask) -> Mask {
    let (labels, parts) = label(strokes);
    let mut frames = vec![false; parts.len() + 1];
    let hollow =
        |part: &&Part| part.width().min(part.height()) >= SMALLEST && 2 * part.area <= part.width() * part.height();
    for frame in parts.iter().filter(hollow) {
        let own = |x: usize, y: usize| labels[y * strokes.width + x] == frame.labels[0];
        // It has ink to the left, to the right, above and below the middle of the part.
        let around = |part: &&Part| {
            let (x, y) = ((part.left + part.right) / 2, (part.top + part.bottom) / 2);
            part.height() >= ENCLOSED
                && (frame.left..part.left).any(|x| own(x, y))
                && (part.right..frame.right).any(|x| own(x, y))
                && (frame.top..part.top).any(|y| own(x, y))
                && (part.bottom..frame.bottom).any(|y| own(x, y))
        };
        let (mut count, mut tallest) = (0, 0);
        for part in parts.iter().filter(around) {
            (count, tallest) = (count + 1, tallest.max(part.height()));
        }
        frames[frame.labels[0] as usize] = count >= MANY || tallest as f32 >= TALL * frame.height() as f32;
    }
    let data = strokes.data.iter().zip(&labels).map(|(&stroke, &label)| stroke && !frames[label as usize]);
    Mask { data: data.collect(), ..*strokes }
}
