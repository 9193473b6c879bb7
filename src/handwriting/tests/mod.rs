//! Digits drawn by strokes: the pictures that the tests make.

mod around;
mod digits;
mod paper;
mod pieces;
mod rows;
mod sides;
mod specks;
mod tight;

use super::*;

/// The strokes of a digit in a box of 1 x 1, as lines through points.
fn strokes(digit: usize) -> Vec<Vec<[f32; 2]>> {
    let ring = |x: f32, y: f32, r: f32| {
        let at = |i: usize| {
            let (cos, sin) = crate::engine::elementary::cos_sin((i as f64 / 8.0 - 1.0) * std::f64::consts::PI);
            [x + r * cos as f32, y + r * sin as f32]
        };
        (0..=16).map(at).collect::<Vec<_>>()
    };
    match digit {
        0 => vec![ring(0.5, 0.5, 0.45)],
        1 => vec![vec![[0.5, 0.0], [0.5, 1.0]]],
        4 => vec![vec![[0.3, 0.0], [0.1, 0.6], [0.9, 0.6]], vec![[0.7, 0.2], [0.7, 1.0]]],
        // Its bar stands apart.
        5 => vec![vec![[0.35, 0.0], [0.9, 0.0]], vec![[0.2, 0.14], [0.2, 0.45], [0.8, 0.6], [0.7, 0.95], [0.2, 1.0]]],
        7 => vec![vec![[0.1, 0.0], [0.9, 0.0], [0.4, 1.0]]],
        _ => vec![ring(0.5, 0.25, 0.25), ring(0.5, 0.75, 0.25)],
    }
}

/// White paper of `width` x `height`, 0 to 1.
struct Sheet(Grid);

impl Sheet {
    fn new(width: usize, height: usize) -> Self {
        Sheet(Grid::from_fn(width, height, |_, _| 1.0))
    }

    /// A line of that thickness, with a soft edge.
    fn line(&mut self, from: [f32; 2], to: [f32; 2], thickness: f32, dark: f32) {
        let along = [to[0] - from[0], to[1] - from[1]];
        let length2 = (along[0] * along[0] + along[1] * along[1]).max(1e-6);
        let (width, height) = (self.0.width, self.0.height);
        let reach = 0.5 * thickness + 1.0;
        let [columns, rows] = [(0, width), (1, height)].map(|(axis, side)| {
            let (first, last) = (from[axis].min(to[axis]) - reach, from[axis].max(to[axis]) + reach);
            first as usize..side.min((last + 1.0) as usize)
        });
        for (x, y) in rows.flat_map(|y| columns.clone().map(move |x| (x, y))) {
            let off = [x as f32 - from[0], y as f32 - from[1]];
            let share = ((off[0] * along[0] + off[1] * along[1]) / length2).clamp(0.0, 1.0);
            let [dx, dy] = [off[0] - share * along[0], off[1] - share * along[1]];
            let cover = (0.5 * thickness + 0.5 - (dx * dx + dy * dy).sqrt()).clamp(0.0, 1.0);
            let pixel = &mut self.0.data[y * width + x];
            *pixel = pixel.min(1.0 - dark * cover);
        }
    }

    /// A digit of `size` pixels with its top left at (x, y).
    fn digit(&mut self, digit: usize, [x, y]: [f32; 2], size: f32) {
        for stroke in strokes(digit) {
            for pair in stroke.windows(2) {
                let [from, to] = [pair[0], pair[1]].map(|[u, v]| [x + 0.7 * size * u, y + size * v]);
                self.line(from, to, size / 9.0, 0.8);
            }
        }
    }

    fn picture(&self, light: impl Fn(usize, f32) -> f32) -> Picture {
        let grey = self.0.data.iter().enumerate().map(|(i, &value)| light(i, value).round() as u8).collect();
        Picture { width: self.0.width, height: self.0.height, pixels: Pixels::Grey(grey) }
    }
}

fn plain(_: usize, value: f32) -> f32 {
    255.0 * value
}

/// The mean difference of two images, in grey levels.
fn difference(a: &[u8], b: &[u8]) -> f32 {
    a.iter().zip(b).map(|(a, b)| f32::from(a.abs_diff(*b))).sum::<f32>() / a.len() as f32
}

/// What a picture holds for a network of 28 x 28 inputs that is sure of every digit.
fn seen(picture: &Picture) -> Handwriting {
    sure(picture, |_| 1.0)
}

/// The same for one that is so sure of an image.
fn sure(picture: &Picture, certainty: fn(&[u8]) -> f32) -> Handwriting {
    read(picture, (28, 28), |images| images.chunks(784).map(certainty).collect())
}

/// The columns and the rows of a network's image that hold ink.
fn inked(image: &[u8]) -> [usize; 2] {
    let count = |holds: &dyn Fn(usize) -> bool| (0..28).filter(|&line| holds(line)).count();
    let at = |x: usize, y: usize| image[y * 28 + x] > 60;
    [count(&|x| (0..28).any(|y| at(x, y))), count(&|y| (0..28).any(|x| at(x, y)))]
}
