//! One digit is not parted, though its pieces look like digits.

use super::*;

/// A 4 in two strokes, so many times as wide as high: a bowl, and a leg that touches it.
fn open_four(shape: f32) -> Sheet {
    let mut sheet = Sheet::new(300, 240);
    let at = |[x, y]: [f32; 2]| [60.0 + 150.0 * shape * x, 40.0 + 150.0 * y];
    for pair in [[0.0, 0.0], [0.05, 0.8], [0.25, 0.95], [0.85, 0.95]].windows(2) {
        sheet.line(at(pair[0]), at(pair[1]), 12.0, 0.9);
    }
    sheet.line(at([1.0, 0.0]), at([0.87, 1.0]), 12.0, 0.9);
    sheet
}

/// How sure a network is that takes a leg for a 1, and a bowl for a 6.
fn knows_pieces(image: &[u8]) -> f32 {
    if inked(image)[0] > 15 { 0.75 } else { 0.999 }
}

#[test]
fn what_is_too_narrow_for_two_digits_is_one() {
    let [narrow, wide] = [0.75, 1.2].map(|shape| sure(&open_four(shape).picture(plain), knows_pieces).digits.len());
    assert_eq!([narrow, wide], [1, 2]);
}

#[test]
fn pieces_that_stand_one_above_the_other_are_no_neighbours() {
    // Two rings that touch, beside each other or aslant.
    for ([across, down], expected) in [([98.0, 0.0], 2), ([94.0, 40.0], 1)] {
        let mut sheet = Sheet::new(340, 320);
        for [x, y] in [[60.0, 60.0], [60.0 + across, 60.0 + down]] {
            for pair in strokes(0)[0].windows(2) {
                let [from, to] = [pair[0], pair[1]].map(|[u, v]| [x + 100.0 * u, y + 120.0 * v]);
                sheet.line(from, to, 12.0, 0.9);
            }
        }
        let found = sure(&sheet.picture(plain), |image| if inked(image)[0] > 18 { 0.7 } else { 0.98 }).digits;
        let places: Vec<_> = found.iter().map(|digit| digit.place).collect();
        assert_eq!(places.len(), expected, "{places:?}");
    }
}
