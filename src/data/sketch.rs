//! What a weights file remembers of its training images: enough to notice images of another kind, and images that the
//! network learned from.

use crate::random::hashed;

/// Hashes that are kept of all rows: the smallest. A file with a few hundred of 42,000 rows shares some of them.
const KEPT: usize = 512;

/// The smallest hashes of a set of images and labels, whatever file and order they came in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sketch(pub Vec<u64>);

impl Sketch {
    /// Of images with their labels.
    pub fn new<'a>(rows: impl Iterator<Item = (&'a [u8], i32)>) -> Self {
        let mut hashes: Vec<u64> = rows.map(|(pixels, label)| hash(pixels, label)).collect();
        hashes.sort_unstable();
        hashes.dedup();
        hashes.truncate(KEPT);
        Sketch(hashes)
    }

    /// The share of these rows that belong to the set, estimated by those whose hash is so small that it would have been
    /// kept; none where no row has such a hash.
    pub fn share_of<'a>(&self, rows: impl Iterator<Item = (&'a [u8], i32)>) -> Option<f64> {
        // A set of fewer rows was kept whole.
        let limit = if self.0.len() < KEPT { u64::MAX } else { *self.0.last()? };
        let small = rows.map(|(pixels, label)| hash(pixels, label)).filter(|&hash| hash <= limit);
        let (mut common, mut all) = (0.0, 0.0);
        for hash in small {
            all += 1.0;
            common += f64::from(u8::from(self.0.binary_search(&hash).is_ok()));
        }
        (all > 0.0).then_some(common / all)
    }
}

/// A hash of a row: two different rows hardly ever have the same.
fn hash(pixels: &[u8], label: i32) -> u64 {
    let (words, rest) = pixels.as_chunks::<8>();
    let hash = words.iter().fold(label as u64, |hash, word| hashed(hash, u64::from_le_bytes(*word)));
    let hash = rest.iter().fold(hash, |hash, &byte| hashed(hash, u64::from(byte)));
    hashed(hashed(hash, pixels.len() as u64), 1)
}

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
        let chosen = || pixels.chunks_exact(size).step_by((pixels.len() / size).div_ceil(1000).max(1));
        let share =
            |sum: u64, places: usize| (sum as f64 / (255.0 * (chosen().len().max(1) * places.max(1)) as f64)) as f32;
        let at_borders = chosen().flat_map(|image| border.iter().map(|&i| u64::from(image[i]))).sum();
        let all = chosen().flatten().map(|&byte| u64::from(byte)).sum();
        Ink { border: share(at_borders, border.len()), all: share(all, size) }
    }

    /// Whether images with this ink are the negatives of such as have the `other`: what is paper in one is ink in the other,
    /// at the border first of all, where digits have none. Merely heavier or lighter ones are not.
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
    fn a_part_of_the_rows_is_recognised_in_any_order_and_others_are_not() {
        let digits = builtin::digits();
        let row = |number: usize| (digits.image(number), digits.label(number));
        let sketch = Sketch::new((0..6000).map(row));
        assert_eq!(sketch.share_of((0..6000).rev().map(row)), Some(1.0));
        assert_eq!(sketch.share_of((5000..5500).map(row)), Some(1.0));
        assert_eq!(sketch.share_of((6000..10_000).map(row)), Some(0.0));
        let half = sketch.share_of((4000..8000).map(row)).unwrap();
        assert!((0.4..0.6).contains(&half), "{half}");
        let few = Sketch::new((0..100).map(row));
        assert_eq!((few.share_of((0..1).map(row)), few.share_of((100..101).map(row))), (Some(1.0), Some(0.0)));
    }

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
