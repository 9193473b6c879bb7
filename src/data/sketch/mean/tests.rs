//! How parts of the built-in digits are seen to lie.

use super::*;
use crate::data::builtin;

/// Images whose pixels are taken column by column.
fn turned(pixels: &[u8], width: usize, height: usize) -> Vec<u8> {
    let turn = |image: &[u8]| {
        let mut out = vec![0; image.len()];
        image.iter().enumerate().for_each(|(i, &byte)| out[i % height * width + i / height] = byte);
        out
    };
    pixels.chunks_exact(width * height).flat_map(turn).collect()
}

#[test]
fn turned_images_are_told_from_upright_ones() {
    let digits = builtin::digits();
    let (pixels, size) = (digits.pixels(), (28, 28));
    let mean = Mean::of(pixels, 28, 28);
    let turned_mean = Mean::of(&turned(pixels, 28, 28), 28, 28);
    let negative = |images: &[u8]| images.iter().map(|byte| 255 - byte).collect::<Vec<_>>();
    // Few images may be of classes that look alike both ways; never are they taken for turned ones.
    for (rows, enough) in [(10, 150), (30, 195), (100, 200), (1000, 200)] {
        let mut found = 0;
        for start in 0..50 {
            let numbers = (0..rows).map(|i| (start * 199 + i * 7919) % 10_000);
            let part: Vec<u8> = numbers.flat_map(|number| digits.image(number).to_vec()).collect();
            let other = turned(&part, 28, 28);
            for (mean, same, other) in [(&mean, &part, &other), (&turned_mean, &other, &part)] {
                assert_eq!(mean.turn_of(same, size, false, false), None);
                assert_eq!(mean.turn_of(&negative(same), size, true, true), None);
                found += usize::from(mean.turn_of(other, size, true, false) == Some(Turn::Transposed));
                found += usize::from(mean.turn_of(&negative(other), size, false, true) == Some(Turn::Transposed));
            }
        }
        assert!(found >= enough, "{found} of 200 with {rows} rows");
    }
    // Of a single class, images may agree with neither.
    for part in pixels.chunks_exact(784 * 50) {
        assert_eq!(mean.turn_of(part, size, false, false), None);
    }
    // Too few, and images that look alike both ways.
    assert_eq!(mean.turn_of(&turned(&pixels[..784 * 9], 28, 28), size, false, false), None);
    let both = turned(pixels, 28, 28);
    let alike: Vec<u8> = pixels.iter().zip(&both).map(|(&a, &b)| a.max(b)).collect();
    let mean = Mean::of(&alike, 28, 28);
    assert_ne!(mean.turn_of(&alike, size, false, false), Some(Turn::Transposed));
    assert_ne!(mean.turn_of(pixels, size, false, false), Some(Turn::Transposed));
    assert_eq!(Mean(Vec::new()).turn_of(pixels, size, false, false), None);
}

#[test]
fn oblong_images_are_turned_in_their_own_way() {
    let digits = builtin::digits();
    // The upper 20 of 28 rows.
    let pixels: Vec<u8> = (0..1000).flat_map(|number| digits.image(number)[..560].to_vec()).collect();
    let other = turned(&pixels, 28, 20);
    let mean = Mean::of(&pixels, 28, 20);
    assert_eq!(mean.0.len(), 14 * 14);
    assert_eq!(mean.turn_of(&turned(&pixels, 20, 28), (28, 20), false, false), Some(Turn::Transposed));
    assert_eq!(mean.turn_of(&other, (28, 20), true, false), Some(Turn::Transposed));
    assert_eq!(mean.turn_of(&pixels, (28, 20), false, false), None);
    assert_eq!(mean.turn_of(&pixels, (28, 20), true, false), None);
}

#[test]
fn mirrored_and_rotated_images_are_told_from_one_another() {
    let digits = builtin::digits();
    let mean = Mean::of(digits.pixels(), 28, 28);
    for rows in [30, 100, 1000] {
        let mut found = 0;
        for start in 0..20 {
            let numbers = || (0..rows).map(move |i| (start * 199 + i * 7919) % 10_000);
            for turn in Turn::ALL {
                let lying = |number: usize| {
                    let image = digits.image(number);
                    (0..784).map(move |pixel| image[turn.place(pixel, (28, 28), false)])
                };
                let images: Vec<u8> = numbers().flat_map(lying).collect();
                let told = mean.turn_of(&images, (28, 28), false, false);
                assert!(told.is_none() || rows < 100 || told == Some(turn), "{rows} rows {turn:?}: {told:?}");
                found += usize::from(told == Some(turn));
            }
        }
        assert!(found >= 110, "{found} of 120 with {rows} rows");
    }
}
