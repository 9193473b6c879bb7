//! Prediction: images through a network, on all threads.

use super::batch::Batch;
use super::block::{Block, Goal};
use super::hidden::Pass;
use super::network::Network;
use super::parameters::{Parameters, Plane};
use super::reference::largest;
use crate::engine::Engine;
use crate::engine::simd::{Simd, Task};
use crate::matrix::Matrix;

/// Images that a thread classifies at a time: a few blocks.
pub const IMAGES: usize = 256;

impl Network {
    /// The probability of each class (B x C) for images of one byte a pixel, one after another.
    ///
    /// # Panics
    /// Where the last image is not whole.
    pub fn probabilities(&self, pixels: &[u8], engine: &mut Engine) -> Matrix {
        let parameters = Parameters::new(self, 2);
        let pass = Pass::evaluation(Plane::WEIGHTS);
        let size = self.sizes()[0];
        assert!(pixels.len().is_multiple_of(size), "whole images of {size} pixels");
        let count = pixels.len() / size;
        let mut result = Matrix::zeros(count, self.classes());
        let threads = engine.pool.threads();
        let capacity = threads * IMAGES;
        let mut batch = Batch::new(parameters.layers(), capacity, threads);
        let all: Vec<u32> = (0..count).map(|number| number as u32).collect();
        let mut row = 0;
        for numbers in all.chunks(capacity) {
            let kernel = engine.kernel;
            batch.load(&mut engine.pool, numbers, |_, block, numbers| {
                kernel.run(Load { block, numbers, pixels, size });
            });
            batch.forward(engine, &parameters, &pass, Goal::Probabilities);
            for probabilities in batch.blocks().iter().flat_map(Block::outputs) {
                result.row_mut(row).copy_from_slice(probabilities);
                row += 1;
            }
        }
        result
    }
}

/// The places of the largest number of a row, the first of equals, and of the largest of the others.
pub fn best_two(row: &[f32]) -> [usize; 2] {
    let best = largest(row);
    let others = (0..row.len()).filter(|&place| place != best);
    let second = others.reduce(|second, place| if row[place] > row[second] { place } else { second });
    [best, second.unwrap_or(best)]
}

/// Takes images to be classified into a block.
struct Load<'a> {
    block: &'a mut Block,
    numbers: &'a [u32],
    pixels: &'a [u8],
    size: usize,
}

impl Task for Load<'_> {
    type Output = ();

    #[inline(always)]
    fn call<S: Simd>(self, _: S) {
        // Of what class they are is the question.
        self.block.images.open(self.numbers, |_| 0);
        for &number in self.numbers {
            let pixels = &self.pixels[number as usize * self.size..][..self.size];
            self.block.images.push(pixels);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_the_most_probable_comes_before_the_second() {
        assert_eq!(best_two(&[0.1, 0.4, 0.4, 0.1]), [1, 2]);
        assert_eq!(best_two(&[0.1, 0.2, 0.7]), [2, 1]);
        assert_eq!(best_two(&[0.5, 0.3, 0.3]), [0, 1]);
        assert_eq!(best_two(&[0.7]), [0, 0]);
    }
}
