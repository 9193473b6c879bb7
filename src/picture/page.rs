//! The one look of all pictures: colours, sizes of text, margins, the heading.
//!
//! Blue and vermilion are told apart with every kind of colour blindness, and in grey by their lightness where a
//! picture needs that (palette: Okabe and Ito, Color Universal Design, 2008). Blue is right, vermilion is wrong.

use super::canvas::{Align, Colour, Lettering, mix, text_width};
use super::font::CAPITAL;
use super::image::Image;

pub(super) const PAPER: Colour = [255, 255, 255];
pub(super) const INK: Colour = [28, 36, 48];
pub(super) const FAINT: Colour = [100, 111, 125];
pub(super) const RULE: Colour = [218, 223, 230];
pub(super) const BLUE: Colour = [0, 114, 178];
pub(super) const VERMILION: Colour = [213, 94, 0];
const DARK_BLUE: Colour = [0, 52, 94];
const DARK_VERMILION: Colour = [122, 42, 0];

/// Scales of the lettering.
pub(super) const SMALL: i32 = 1;
pub(super) const BODY: i32 = 2;
pub(super) const TITLE: i32 = 3;

/// What is read first, and what explains it.
pub(super) const PLAIN: Lettering = (BODY, INK);
pub(super) const NOTE: Lettering = (BODY, FAINT);

/// White around everything.
pub(super) const MARGIN: i32 = 32;
/// From one line of body text to the next.
pub(super) const LINE: i32 = 12 * BODY;
/// From the top of a picture to its content: margin, title, caption and air.
const HEAD: i32 = MARGIN + CAPITAL * TITLE + 14 + CAPITAL * BODY + 28;

/// A white page with its heading and room for `width` x `height` pixels of content; returns the content's top left too.
pub(super) fn page(title: &str, caption: &str, width: i32, height: i32) -> (Image, i32, i32) {
    let width = width.max(text_width(title, TITLE)).max(text_width(caption, BODY));
    let mut image = Image::new(width + 2 * MARGIN, HEAD + height + MARGIN, PAPER);
    image.text(MARGIN, MARGIN, Align::Left, (TITLE, INK), title);
    image.text(MARGIN, MARGIN + CAPITAL * TITLE + 14, Align::Left, NOTE, caption);
    (image, MARGIN, HEAD)
}

/// White to blue for shares from 0 to 1.
pub(super) fn blues(share: f32) -> Colour {
    ramp(BLUE, DARK_BLUE, share)
}

/// White to vermilion for shares from 0 to 1.
pub(super) fn vermilions(share: f32) -> Colour {
    ramp(VERMILION, DARK_VERMILION, share)
}

/// White to `middle` to `end`, evenly darker.
fn ramp(middle: Colour, end: Colour, share: f32) -> Colour {
    let share = share.clamp(0.0, 1.0);
    if share < 0.7 { mix(PAPER, middle, share / 0.7) } else { mix(middle, end, (share - 0.7) / 0.3) }
}

/// A share of a count, in percent.
pub(super) fn percent(share: f32) -> String {
    format!("{:.2}%", 100.0 * share)
}

/// A probability in percent. A network is never quite certain, so none is rounded to 0 or 100.
pub(super) fn probability(share: f32) -> String {
    match 100.0 * share {
        p if p < 0.05 => "<0.1%".to_string(),
        p if p >= 99.95 => ">99.9%".to_string(),
        p => format!("{p:.1}%"),
    }
}

/// Two parts of a caption; the second may be empty.
pub(super) fn with_note(caption: String, note: &str) -> String {
    if note.is_empty() { caption } else { format!("{caption}; {note}") }
}

/// A bar of the colours from share 0 at the left to 1 at the right.
pub(super) fn gradient(
    image: &mut Image,
    (x, y): (i32, i32),
    (width, height): (i32, i32),
    colour: impl Fn(f32) -> Colour,
) {
    for column in 0..width {
        image.fill(x + column, y, 1, height, colour(column as f32 / (width - 1) as f32));
    }
    image.frame(x, y, width, height, 1, RULE);
}
