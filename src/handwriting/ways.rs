//! The ways to read a picture. Whether something dark is a bold stroke, a table that the sheet lies on or a shadow, is
//! often in doubt: the picture is read both ways then, and the network says which way shows digits.

use super::digits::{self, Digits, Found};
use super::grid::Grid;
use super::parts::Mask;
use super::{MOST, SURE, frames, ink, margin, paper, rules, sides, specks, strokes, table};

/// What is taken for a table all around is a shadow where it shows more than so many digits, beside as many as there
/// are without it.
const MORE: f32 = 3.0;
/// Parts that are lower than this, as a part of the picture's shorter side, or at its edge, speak against a way to read
/// it.
const LOWEST: f32 = 0.03;

/// The digits of a picture, read the way that shows more of them. `certainty` is how sure the network is of each of
/// some digits, which are given by their ink and their strokes.
pub fn find(whole: &[Grid], certainty: &mut impl FnMut(&[(&Grid, &Mask)]) -> Vec<f32>) -> Digits {
    let table = table::table(whole);
    let on_sheet = table.as_ref().and_then(|table| on_sheet(whole, table, certainty));
    let inside = margin::inside(whole);
    let mut is_on_sheet = on_sheet.is_some();
    let mut found = on_sheet.unwrap_or_else(|| look(whole, inside, false, certainty));
    if paper::of_two(whole).is_some() {
        // Light strokes that touch all edges of a small picture look like a sheet.
        if is_on_sheet {
            let plain = look(whole, inside, false, certainty);
            let least = |found: &Digits, certainty: &mut _| certainties(found, certainty).into_iter().reduce(f32::min);
            if least(&plain, certainty) >= least(&found, certainty) {
                (found, is_on_sheet) = (plain, false);
            }
        }
        if matches!(certainties(&found, certainty)[..], [sure] if sure >= SURE) {
            return found;
        }
    }
    if !is_on_sheet && !paper::is_in_doubt(whole) && !found.digits.iter().any(Found::is_bold) {
        return found;
    }
    let thin = look(whole, inside, true, certainty);
    // A page of print or a pattern is none the better for it.
    if found.digits.len().max(thin.digits.len()) > MOST {
        return found;
    }
    let mut evidence = |found: &Digits| evidence(found, [whole[0].width, whole[0].height], certainty);
    let mut least = evidence(&found);
    // Pieces of the grain of a table may look like digits. A shadow that is all around is rare, and its paper holds
    // many.
    if is_on_sheet && table.is_some_and(|table| table::is_around(&table)) {
        least = 2.0 * least + MORE;
    }
    if evidence(&thin) > least { thin } else { found }
}

/// The digits on the sheet that lies on a table, where it looks like one.
fn on_sheet(whole: &[Grid], table: &Mask, certainty: &mut impl FnMut(&[(&Grid, &Mask)]) -> Vec<f32>) -> Option<Digits> {
    let all = [0, 0, whole[0].width, whole[0].height];
    let found = look(&table::covered(whole, table), all, false, certainty);
    // A bold digit at the edges of a tight picture looks like a table, but leaves no other digit.
    let apart = !found.digits.is_empty() && found.digits.iter().all(|digit| digit.is_apart(table));
    (apart || table::is_around(table)).then_some(found)
}

/// The digits within left, top, right and bottom of a picture, whose strokes are known to be `thin`, or may be any.
fn look(
    planes: &[Grid],
    [left, top, right, bottom]: [usize; 4],
    thin: bool,
    certainty: &mut impl FnMut(&[(&Grid, &Mask)]) -> Vec<f32>,
) -> Digits {
    let planes: Vec<Grid> = planes.iter().map(|plane| plane.part([left, top], right - left, bottom - top)).collect();
    let ink = ink::ink(&planes, thin);
    let strokes = specks::without_specks(strokes::strokes(&ink));
    let ruled = rules::without_rules(&strokes, &strokes::faint(&ink), &ink.ink);
    let strokes = frames::without_frames(&strokes, sides::without_sides(ruled, &ink.ink));
    let mut found = digits::find(&ink.ink, strokes, |digits| {
        certainty(&digits.iter().map(|(ink, mask)| (ink, mask)).collect::<Vec<_>>())
    });
    found.digits.iter_mut().for_each(|digit| digit.part.shift(left, top));
    found
}

/// How sure the network is of each digit.
fn certainties(found: &Digits, certainty: &mut impl FnMut(&[(&Grid, &Mask)]) -> Vec<f32>) -> Vec<f32> {
    certainty(&found.digits.iter().map(|digit| (&digit.ink, &digit.mask)).collect::<Vec<_>>())
}

/// The digits that the network is sure of, less the others, in a picture of that width and height.
fn evidence(
    found: &Digits,
    [width, height]: [usize; 2],
    certainty: &mut impl FnMut(&[(&Grid, &Mask)]) -> Vec<f32>,
) -> f32 {
    let lowest = LOWEST * width.min(height) as f32;
    let is_whole = |digit: &Found| !digit.part.at_edge(width, height) && digit.part.height() as f32 >= lowest;
    let sure = certainties(found, certainty).into_iter().zip(&found.digits);
    sure.map(|(sure, digit)| if sure >= SURE && is_whole(digit) { 1.0 } else { -1.0 }).sum()
}
