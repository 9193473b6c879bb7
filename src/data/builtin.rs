//! The digits built into the binary: the first 1,000 of each class in a random part of MNIST's training images.
//!
//! MNIST by Y. LeCun, C. Cortes and C. J. C. Burges, <http://yann.lecun.com/exdb/mnist/>, licensed under CC BY-SA 3.0,
//! <https://creativecommons.org/licenses/by-sa/3.0/>. `digits.png` holds them as one picture of 100 x 100 digits, ten
//! rows of digits a class; the same licence holds for it.

use super::dataset::Digits;
use crate::picture_file::{self, Picture, Pixels};

/// Pixels across and down of a digit.
const SIDE: usize = 28;
/// Digits in a row of the picture, and rows of digits.
const ROW: usize = 100;
/// Digits of each class.
const OF_A_CLASS: usize = 1000;

/// 10,000 digits of 28 x 28 pixels: 1,000 zeros, then 1,000 ones, and so on.
pub fn digits() -> Digits {
    let sheet = picture_file::decode(include_bytes!("digits.png"));
    let Ok(Picture { width, height, pixels: Pixels::Grey(sheet) }) = sheet else {
        panic!("the picture in the binary is whole and grey");
    };
    let digits = ROW * height / SIDE;
    let mut pixels = Vec::with_capacity(digits * SIDE * SIDE);
    for digit in 0..digits {
        let corner = digit / ROW * SIDE * width + digit % ROW * SIDE;
        for row in 0..SIDE {
            pixels.extend_from_slice(&sheet[corner + row * width..][..SIDE]);
        }
    }
    let labels: Vec<i32> = (0..digits).map(|digit| (digit / OF_A_CLASS) as i32).collect();
    Digits::new(SIDE, SIDE, pixels, &labels).expect("ten classes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_a_thousand_of_each_class() {
        let digits = digits();
        assert_eq!((digits.width(), digits.height(), digits.len()), (28, 28, 10_000));
        assert_eq!(digits.labels(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        let mut counts = [0; 10];
        (0..digits.len()).for_each(|number| counts[usize::from(digits.class(number))] += 1);
        assert_eq!(counts, [1000; 10]);
    }

    /// Cut out at the right places: a digit is centred, and few reach the edge of their square.
    #[test]
    fn the_digits_stand_free_in_their_squares() {
        let digits = digits();
        let edge = |at: usize| [at, (SIDE - 1) * SIDE + at, at * SIDE, at * SIDE + SIDE - 1];
        let touches = |number: &usize| {
            let image = digits.image(*number);
            (0..SIDE).any(|at| edge(at).iter().any(|&pixel| image[pixel] > 0))
        };
        assert_eq!((0..digits.len()).filter(touches).count(), 153);
        assert!((0..digits.len()).all(|number| digits.image(number).iter().any(|&ink| ink > 200)));
    }
}
