//! The order in which the first layer takes its pixels: square by square, 2 x 2 each.
//!
//! The layer skips blank pixels in groups of four. A stroke touches fewer squares of 2 x 2 than rows of 4 (50, not 55,
//! in an MNIST digit), so more groups are skipped. Files and matrices have the pixels row by row.

use crate::engine::sparse::GROUP;

/// The order for images of so many pixels: by squares, where they are a square of an even number of rows.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    /// Pixels in a row of the image; `None` where the order is the image's own.
    side: Option<usize>,
}

impl Order {
    /// The order of so many pixels.
    pub fn new(pixels: usize) -> Self {
        let side = pixels.isqrt();
        let even = side * side == pixels && side.is_multiple_of(2);
        Order { side: even.then_some(side) }
    }

    /// The place of a pixel in this order.
    pub fn place(&self, pixel: usize) -> usize {
        let Some(side) = self.side else {
            return pixel;
        };
        let (row, column) = (pixel / side, pixel % side);
        let square = row / 2 * (side / 2) + column / 2;
        4 * square + row % 2 * 2 + column % 2
    }

    /// Puts an image's pixels in order.
    #[inline(always)]
    fn arrange(&self, image: &[u8], to: &mut [u8]) {
        let Some(side) = self.side else {
            return to.copy_from_slice(image);
        };
        let pairs = image.chunks_exact(2 * side);
        for (pair, to) in pairs.zip(to.chunks_exact_mut(2 * side)) {
            let (upper, lower) = pair.split_at(side);
            let squares = upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0);
            for (square, (upper, lower)) in to.as_chunks_mut::<4>().0.iter_mut().zip(squares) {
                *square = [upper[0], upper[1], lower[0], lower[1]];
            }
        }
    }
}

/// Images put in order, one at a time.
pub struct Ordered {
    order: Order,
    pixels: usize,
    /// An image in order, filled up to a whole number of groups.
    image: Vec<u8>,
}

impl Ordered {
    /// Room for an image of so many pixels.
    pub fn new(pixels: usize) -> Self {
        Ordered { order: Order::new(pixels), pixels, image: vec![0; pixels.next_multiple_of(GROUP)] }
    }

    /// The image's pixels in order, padded with blank ones.
    #[inline(always)]
    pub fn arrange(&mut self, image: &[u8]) -> &[u8] {
        self.order.arrange(image, &mut self.image[..self.pixels]);
        &self.image
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_are_arranged_where_they_have_their_place() {
        for pixels in [1, 3, 4, 9, 16, 25, 64, 70, 784] {
            let order = Order::new(pixels);
            let image: Vec<u8> = (0..pixels).map(|pixel| (pixel * 7 % 251) as u8).collect();
            let (mut arranged, mut expected) = (vec![0; pixels], vec![0; pixels]);
            order.arrange(&image, &mut arranged);
            for (pixel, &byte) in image.iter().enumerate() {
                expected[order.place(pixel)] = byte;
            }
            assert_eq!(arranged, expected, "{pixels} pixels");
        }
        let squares = [0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15];
        let places: Vec<usize> = (0..16).map(|pixel| Order::new(16).place(pixel)).collect();
        assert_eq!(places, squares);
    }
}
