//! How much ink images have, and whether others are their negatives.

use super::spread;

/// How much ink images have, as shares of the most that they could: in their outermost fourteenth, and in all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ink {
    /// At the border.
    pub border: f32,
    /// In all.
    pub all: f32,
}

impl Ink {
    /// Of images of `width` x `height` bytes: of a thousand or so, spread over all of them.
    pub fn of(pixels: &[u8], width: usize, height: usize) -> Self {
        let (thick, size) = ((width.min(height) / 14).max(1), width * height);
        let at_border = |&i: &usize| {
            let (x, y) = (i % width, i / width);
            x < thick || y < thick || x + thick >= width || y + thick >= height
        };
        let border: Vec<usize> = (0..size).filter(at_border).collect();
        let chosen = || spread(pixels, size);
        let share =
            |sum: u64, places: usize| (sum as f64 / (255.0 * (chosen().len().max(1) * places.max(1)) as f64)) as f32;
        let at_borders = chosen().flat_map(|image| border.iter().map(|&i| u64::from(image[i]))).sum();
        let all = chosen().flatten().map(|&byte| u64::from(byte)).sum();
        Ink { border: share(at_borders, border.len()), all: share(all, size) }
    }

    /// Whether images with this ink are the negatives of such as have the `other`: what is paper in one is ink in the
    /// other, at the border first of all, where digits have none. Merely heavier or lighter ones are not.
    pub fn is_negative_of(&self, other: Ink) -> bool {
        let nearer = ((1.0 - self.all) - other.all).abs() < (self.all - other.all).abs();
        nearer && (self.border - other.border).abs() > 0.4
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::builtin;

    #[test]
    fn negatives_are_told_from_heavy_images() {
        let digits = builtin::digits();
        let usual = Ink::of(digits.pixels(), 28, 28);
        let some = &digits.pixels()[..784 * 5];
        let negative: Vec<u8> = some.iter().map(|byte| 255 - byte).collect();
        let heavy: Vec<u8> = some.iter().map(|&byte| byte.saturating_mul(3)).collect();
        assert!(Ink::of(&negative, 28, 28).is_negative_of(usual));
        assert!(!Ink::of(some, 28, 28).is_negative_of(usual) && !Ink::of(&heavy, 28, 28).is_negative_of(usual));
    }
}
