//! Boxes, circles and tables around digits, taken away.

use super::parts::{Mask, Part, label};
use super::prepare::stroke_width;

/// A frame is at least this many pixels wide and high, and what it is around at least so many high.
const SMALLEST: usize = 16;
const ENCLOSED: usize = 8;
/// So many parts within another one make it a frame, or one that is this part of its height. A dot in a 0 is less.
const MANY: usize = 3;
const TALL: f32 = 0.25;
/// What goes around another part on two or three sides alone is the outline of a sheet where it is so many times as
/// high as that part, and its lines are no thicker than this part of its longer side. Others are open digits, such as a
/// 6, with a piece of them inside.
const HIGHER: f32 = 2.2;
const THIN: f32 = 0.025;
/// The sides of boxes are this many times as long as thick.
const LONG: usize = 6;

/// The strokes without lines, `ruled`, and without those that go around others. Lines with the digits that stand on
/// them go around others, too: of them, digits are left in `ruled`; of a box, nothing or sides alone.
pub fn without_frames(strokes: &Mask, ruled: Mask) -> Mask {
    let (labels, parts) = label(strokes);
    let mut frames = vec![false; parts.len() + 1];
    let hollow =
        |part: &&Part| part.width().min(part.height()) >= SMALLEST && 2 * part.area <= part.width() * part.height();
    for frame in parts.iter().filter(hollow) {
        let own = |x: usize, y: usize| labels[y * strokes.width + x] == frame.labels[0];
        let outline = Mask::from_fn(frame.width(), frame.height(), |x, y| own(frame.left + x, frame.top + y));
        let thin = stroke_width(&outline) <= THIN * frame.width().max(frame.height()) as f32;
        // It has ink to the left, to the right, above and below the middle of the part; or at a corner of it.
        let around = |part: &&Part| {
            let (x, y) = ((part.left + part.right) / 2, (part.top + part.bottom) / 2);
            let across = [frame.left..part.left, part.right..frame.right].map(|mut columns| columns.any(|x| own(x, y)));
            let down = [frame.top..part.top, part.bottom..frame.bottom].map(|mut rows| rows.any(|y| own(x, y)));
            let corner = across.contains(&true) && down.contains(&true) && frame.holds(part);
            let higher = frame.width().min(frame.height()) as f32 >= HIGHER * part.height() as f32;
            part.height() >= ENCLOSED && (thin && corner && higher || across == [true; 2] && down == [true; 2])
        };
        let (mut count, mut tallest) = (0, 0);
        for part in parts.iter().filter(around) {
            (count, tallest) = (count + 1, tallest.max(part.height()));
        }
        if count >= MANY || tallest as f32 >= TALL * frame.height() as f32 {
            let left = label(&Mask::from_fn(frame.width(), frame.height(), |x, y| {
                outline.at(x, y) && ruled.at(frame.left + x, frame.top + y)
            }))
            .1;
            let area = |long: bool| {
                let thin = |side: &Part| LONG * side.width().min(side.height()) < side.width().max(side.height());
                let sides = left.iter().filter(|side| !long || thin(side));
                sides.map(|side| side.area).sum::<usize>()
            };
            frames[frame.labels[0] as usize] = area(false) == frame.area || 2 * area(true) >= area(false);
        }
    }
    let data = ruled.data.iter().zip(&labels).map(|(&stroke, &label)| stroke && !frames[label as usize]);
    Mask { data: data.collect(), ..*strokes }
}
