//! Drawing on an [`Image`]: rectangles to the pixel, strokes and letters with smooth edges.
//!
//! A stroke covers a pixel by `half its thickness + 1/2 - distance`, cut to 0..1, where the distance is from the
//! pixel's centre to the nearest of the segments. Only `+ - * / sqrt` are used: the same bits on every machine.
//! What lies outside the picture is not drawn.

use super::font;
use super::image::Image;

/// Red, green, blue.
pub(super) type Colour = [u8; 3];
/// Right and down of the top left corner, in pixels; the first pixel's centre is at (0.5, 0.5).
pub(super) type Point = (f32, f32);

/// The scale and the colour of a text.
pub(super) type Lettering = (i32, Colour);

/// Where a text stands relative to its x.
#[derive(Clone, Copy)]
pub(super) enum Align {
    Left,
    Centre,
    Right,
}

/// A text's width in pixels.
pub(super) fn text_width(text: &str, scale: i32) -> i32 {
    let columns: usize = text.chars().map(|character| font::glyph(character).0 + 1).sum();
    scale * (columns as i32 - 1).max(0)
}

impl Image {
    /// A picture of one colour.
    pub(super) fn new(width: i32, height: i32, colour: Colour) -> Self {
        let (width, height) = (width as usize, height as usize);
        Self { width, height, rgb: colour.repeat(width * height) }
    }

    /// Fills the rectangle of `width` x `height` pixels at (x, y).
    pub(super) fn fill(&mut self, x: i32, y: i32, width: i32, height: i32, colour: Colour) {
        let columns = clip(x, x + width, self.width);
        for row in clip(y, y + height, self.height) {
            let start = row * self.width;
            let pixels = &mut self.rgb[3 * (start + columns.start)..3 * (start + columns.end)];
            pixels.as_chunks_mut().0.fill(colour);
        }
    }

    /// A frame of `thickness` pixels around, and not over, the rectangle of `width` x `height` pixels at (x, y).
    pub(super) fn frame(&mut self, x: i32, y: i32, width: i32, height: i32, thickness: i32, colour: Colour) {
        let (left, top, across) = (x - thickness, y - thickness, width + 2 * thickness);
        self.fill(left, top, across, thickness, colour);
        self.fill(left, y + height, across, thickness, colour);
        self.fill(left, y, thickness, height, colour);
        self.fill(x + width, y, thickness, height, colour);
    }

    /// Strokes the segments as one shape, with round ends and joints: where they overlap nothing is drawn twice.
    /// A segment without length is a disc.
    pub(super) fn stroke(&mut self, segments: &[[Point; 2]], thickness: f32, colour: Colour) {
        let reach = thickness / 2.0 + 0.5;
        let across = |low: f32, high: f32, end| clip((low - reach).floor() as i32, (high + reach).ceil() as i32, end);
        let least = |pick: fn(&Point) -> f32| segments.iter().flatten().map(pick).fold(f32::MAX, f32::min);
        let most = |pick: fn(&Point) -> f32| segments.iter().flatten().map(pick).fold(f32::MIN, f32::max);
        let columns = across(least(|p| p.0), most(|p| p.0), self.width);
        let rows = across(least(|p| p.1), most(|p| p.1), self.height);
        let mut cover = vec![0.0f32; columns.len() * rows.len()];
        for &[from, to] in segments {
            let along = (to.0 - from.0, to.1 - from.1);
            let length2 = along.0 * along.0 + along.1 * along.1;
            for y in across(from.1.min(to.1), from.1.max(to.1), self.height) {
                for x in across(from.0.min(to.0), from.0.max(to.0), self.width) {
                    let off = (x as f32 + 0.5 - from.0, y as f32 + 0.5 - from.1);
                    let dot = off.0 * along.0 + off.1 * along.1;
                    let share = if length2 > 0.0 { (dot / length2).clamp(0.0, 1.0) } else { 0.0 };
                    let (dx, dy) = (off.0 - share * along.0, off.1 - share * along.1);
                    let covered = (reach - (dx * dx + dy * dy).sqrt()).clamp(0.0, 1.0);
                    let pixel = &mut cover[(y - rows.start) * columns.len() + x - columns.start];
                    *pixel = pixel.max(covered);
                }
            }
        }
        for (y, covers) in rows.zip(cover.chunks(columns.len().max(1))) {
            for (x, &share) in columns.clone().zip(covers) {
                let at = 3 * (y * self.width + x);
                let under = [self.rgb[at], self.rgb[at + 1], self.rgb[at + 2]];
                self.rgb[at..at + 3].copy_from_slice(&mix(under, colour, share));
            }
        }
    }

    /// Strokes the line through the points.
    pub(super) fn line(&mut self, points: &[Point], thickness: f32, colour: Colour) {
        let segments: Vec<[Point; 2]> = points.windows(2).map(|pair| [pair[0], pair[1]]).collect();
        self.stroke(&segments, thickness, colour);
    }

    /// Fills a disc around `centre`.
    pub(super) fn disc(&mut self, centre: Point, diameter: f32, colour: Colour) {
        self.stroke(&[[centre; 2]], diameter, colour);
    }

    /// Writes a text whose capitals reach from `y` to `7 * scale` below it.
    pub(super) fn text(&mut self, x: i32, y: i32, align: Align, (scale, colour): Lettering, text: &str) {
        let mut x = match align {
            Align::Left => x,
            Align::Centre => x - text_width(text, scale) / 2,
            Align::Right => x - text_width(text, scale),
        };
        for character in text.chars() {
            let (columns, strokes) = font::glyph(character);
            let centre = |(column, row): (usize, usize)| {
                let at = |start: i32, cell: usize| start as f32 + (cell as f32 + 0.5) * scale as f32;
                (at(x, column), at(y, row))
            };
            let segments: Vec<[Point; 2]> = strokes.iter().map(|stroke| stroke.map(centre)).collect();
            self.stroke(&segments, scale as f32, colour);
            x += scale * (columns as i32 + 1);
        }
    }
}

/// The pixels from `low` to `high` that a picture of `end` pixels has.
fn clip(low: i32, high: i32, end: usize) -> std::ops::Range<usize> {
    let low = (low.max(0) as usize).min(end);
    low..(high.max(0) as usize).min(end).max(low)
}

/// `share` of the way from one colour to the other.
pub(super) fn mix(from: Colour, to: Colour, share: f32) -> Colour {
    std::array::from_fn(|i| (from[i] as f32 + (to[i] as f32 - from[i] as f32) * share).round() as u8)
}
