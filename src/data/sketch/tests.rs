//! What is noticed, and what is not, of parts of the built-in digits.

use super::*;
use crate::data::builtin;

#[test]
fn a_part_of_the_rows_is_recognised_in_any_order_and_others_are_not() {
    let digits = builtin::digits();
    let row = |number: usize| (digits.image(number), digits.label(number));
    let memory = |sketch: &Sketch, rows: std::ops::Range<usize>| {
        let Memory { rows, decided, common } = sketch.memory_of(rows.rev().map(row));
        [rows, decided, common]
    };
    // A set that is kept whole, and one of which 8,192 rows are.
    let whole = Sketch::new((0..6000).map(row));
    assert_eq!(memory(&whole, 0..6000), [6000; 3]);
    assert_eq!(memory(&whole, 4000..8000), [4000, 4000, 2000]);
    let most = Sketch::new((0..9900).map(row));
    let [_, decided, common] = memory(&most, 0..9900);
    assert_eq!([decided, common], [KEPT; 2]);
    let [_, decided, common] = memory(&most, 9900..10_000);
    assert!(decided > 60 && common == 0, "{decided} {common}");
    // Half of the rows are kept and found again in every short run.
    let doubled: Vec<(Vec<u8>, i32)> =
        (0..20_000).map(|i| ([digits.image(i / 2), &[i as u8 % 2]].concat(), digits.label(i / 2))).collect();
    let doubled = || doubled.iter().map(|(pixels, label)| (&pixels[..], *label));
    let sketch = Sketch::new(doubled());
    for start in (0..20_000).step_by(20) {
        let Memory { decided, common, .. } = sketch.memory_of(doubled().skip(start).take(20));
        assert!(decided == common && common > 0, "{start}");
    }
}

#[test]
fn sketches_are_read_again_also_of_files_written_before() {
    let digits = builtin::digits();
    let row = |number: usize| (digits.image(number), digits.label(number));
    for rows in [0, 3, 9000] {
        let sketch = Sketch::new((0..rows).map(row));
        assert_eq!(Sketch::from_text(&sketch.to_text()), Some(sketch));
    }
    assert!(Sketch::new((0..9000).map(row)).to_text().len() < 70_000);
    // These were the smallest of whole hashes.
    let all = Sketch::new((0..9000).map(row)).hashes;
    let before: Vec<String> = all[..KEPT_BEFORE].iter().map(|hash| format!("{hash:010x}abcdef")).collect();
    let sketch = Sketch::from_whole(&before.join(" ")).unwrap();
    let memory = sketch.memory_of((0..10_000).map(row));
    assert!(memory.common == KEPT_BEFORE && (512..620).contains(&memory.decided), "{memory:?}");
    for broken in ["ffffffffffffffff 1", "x", "10000000000000000"] {
        assert_eq!(Sketch::from_text(broken), None);
    }
    assert_eq!(Sketch::from_whole("2000000000000000 1000000000000000"), None);
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
