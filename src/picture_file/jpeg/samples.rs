//! Coefficients -> samples: T.81, A.3.

use super::super::orientation::Upright;
use super::scan::{Block, Blocks};
use super::segments::Plane;

/// Row times 8 plus column of the coefficients in their order in the file (figure A.6): along the diagonals.
const PLACES: [usize; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21,
    28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54,
    47, 55, 62, 63,
];

/// The picture of a component, upright. Where the component has fewer samples than the picture has pixels, which
/// luma hardly ever has, pixels lie between samples.
pub(super) fn upright(plane: Plane) -> Upright<u8> {
    let Plane { size: (width, height), sampling, most, .. } = plane;
    let length = plane.blocks.across * 8;
    let samples = samples(&plane.blocks, &plane.quantization);
    drop(plane.blocks);
    let mut picture = Upright::new(width, height, plane.orientation, 0);
    for y in 0..height {
        if sampling == most {
            picture.put(0, y, 1, samples[y * length..].iter().copied());
            continue;
        }
        let (above, below, down) = beside(y, height, sampling.1, most.1);
        let pixel = |x| {
            let (left, right, across) = beside(x, width, sampling.0, most.0);
            let sample = |x: usize, y: usize| f32::from(samples[y * length + x]);
            let row = |y| sample(left, y) + across * (sample(right, y) - sample(left, y));
            (row(above) + down * (row(below) - row(above)) + 0.5) as u8
        };
        picture.put(0, y, 1, (0..width).map(pixel));
    }
    picture
}

/// The samples before and behind the middle of a pixel, and how far it is from the first to the second. There are
/// `sampling` samples for `most` pixels, and their middles stand at halves, too.
fn beside(pixel: usize, pixels: usize, sampling: usize, most: usize) -> (usize, usize, f32) {
    let last = (pixels * sampling).div_ceil(most) - 1;
    // In parts of a sample, 2 `most` of them, and from the middle of the first one on.
    let (part, place) = (2 * most as isize, ((2 * pixel + 1) * sampling) as isize - most as isize);
    let before = place.div_euclid(part);
    (before.max(0) as usize, last.min((before + 1) as usize), place.rem_euclid(part) as f32 / part as f32)
}

/// All samples, in rows of whole blocks.
fn samples(blocks: &Blocks, quantization: &[u16; 64]) -> Vec<u8> {
    let length = blocks.across * 8;
    let mut samples = vec![0; blocks.blocks.len() * 64];
    for (rows, blocks) in samples.chunks_exact_mut(8 * length).zip(blocks.blocks.chunks_exact(blocks.across)) {
        for (column, block) in blocks.iter().enumerate() {
            for (row, block) in rows.chunks_exact_mut(length).zip(&block_samples(block, quantization)) {
                row[column * 8..][..8].copy_from_slice(block);
            }
        }
    }
    samples
}

/// The samples of one block, row by row.
fn block_samples(block: &Block, quantization: &[u16; 64]) -> [[u8; 8]; 8] {
    let mut frequencies = [[0.0; 8]; 8];
    for ((place, &coefficient), &step) in PLACES.iter().zip(block).zip(quantization) {
        frequencies[place / 8][place % 8] = f32::from(coefficient) * f32::from(step);
    }
    let columns = inverse(&frequencies);
    let rows = inverse(&transposed(&columns));
    // Samples lie around 128; `as` stays within a byte.
    transposed(&rows).map(|row| row.map(|sample| (sample + 128.5) as u8))
}

/// The inverse cosine transform of all eight columns (A.3.3, one dimension of it):
/// `x[n] = sum over k of c(k) / 2 X[k] cos((2 n + 1) k pi / 16)`, where c(0) is the root of 1/2 and c(k) is 1.
///
/// Even k have equal cosines at n and 7 - n, odd k opposite ones: so half of the products serve two samples.
fn inverse(frequencies: &[[f32; 8]; 8]) -> [[f32; 8]; 8] {
    // C[k] is cos(k pi / 16) / 2; C[4] is c(0) / 2 as well.
    const C: [f32; 8] =
        [0.5, 0.490_392_64, 0.461_939_77, 0.415_734_8, 0.353_553_4, 0.277_785_12, 0.191_341_72, 0.097_545_16];
    let mut samples = [[0.0; 8]; 8];
    for column in 0..8 {
        let x = |k: usize| frequencies[k][column];
        let (sum, difference) = ((x(0) + x(4)) * C[4], (x(0) - x(4)) * C[4]);
        let (wide, narrow) = (x(2) * C[2] + x(6) * C[6], x(2) * C[6] - x(6) * C[2]);
        let even = [sum + wide, difference + narrow, difference - narrow, sum - wide];
        let odd = [
            x(1) * C[1] + x(3) * C[3] + x(5) * C[5] + x(7) * C[7],
            x(1) * C[3] - x(3) * C[7] - x(5) * C[1] - x(7) * C[5],
            x(1) * C[5] - x(3) * C[1] + x(5) * C[7] + x(7) * C[3],
            x(1) * C[7] - x(3) * C[5] + x(5) * C[3] - x(7) * C[1],
        ];
        for n in 0..4 {
            samples[n][column] = even[n] + odd[n];
            samples[7 - n][column] = even[n] - odd[n];
        }
    }
    samples
}

fn transposed(rows: &[[f32; 8]; 8]) -> [[f32; 8]; 8] {
    std::array::from_fn(|column| std::array::from_fn(|row| rows[row][column]))
}
