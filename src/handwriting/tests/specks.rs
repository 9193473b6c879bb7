//! What is tiny and all over a picture changes nothing; nor does a picture without any margin.

use super::*;

/// A sheet of 600 x 400 with 7, 0 and 4 of 110 pixels.
fn three() -> Sheet {
    let mut sheet = Sheet::new(600, 400);
    for (place, digit) in [7, 0, 4].into_iter().enumerate() {
        sheet.digit(digit, [90.0 + 160.0 * place as f32, 140.0], 110.0);
    }
    sheet
}

/// That a picture of the three digits is read as the plain one, but for so many grey levels on average.
fn is_read(picture: &Picture, limit: f32, what: &str) {
    let [found, expected] = [picture, &three().picture(plain)].map(|picture| seen(picture).digits);
    assert_eq!(found.len(), 3, "{what}: {:?}", found.iter().map(|digit| digit.place).collect::<Vec<_>>());
    for (found, expected) in found.iter().zip(&expected) {
        let unlike = difference(&found.image, &expected.image);
        assert!(unlike < limit, "{what}: {unlike}");
    }
}

#[test]
fn greys_made_of_black_and_white_dots_are_smoothed() {
    for paper in [0.95, 0.8, 0.65] {
        let mut sheet = three();
        let (width, height) = (sheet.0.width, sheet.0.height);
        let mut light: Vec<f32> = sheet.0.data.iter().map(|value| value * paper).collect();
        // R. Floyd and L. Steinberg's way: each pixel's error is spread over the next ones.
        for i in 0..width * height {
            let white = light[i] > 0.5;
            let error = light[i] - f32::from(u8::from(white));
            sheet.0.data[i] = f32::from(u8::from(white));
            for (next, share) in [(1, 7.0), (width - 1, 3.0), (width, 5.0), (width + 1, 1.0)] {
                if let Some(next) = light.get_mut(i + next) {
                    *next += error * share / 16.0;
                }
            }
        }
        // A pixel to one side makes 12 to 23.
        is_read(&sheet.picture(plain), 18.0, &format!("paper {paper}"));
        is_read(&sheet.picture(|_, value| 50.0 + 150.0 * value), 18.0, &format!("pale, {paper}"));
    }
}

#[test]
fn specks_of_any_number_are_no_digits() {
    let mut random = crate::random::Stream::new(5, crate::random::Purpose::Deformation, 0, 0);
    for (size, count, limit) in [(1, 150, 2.0), (1, 4000, 5.0), (3, 40, 1.0), (3, 400, 5.0)] {
        let mut sheet = three();
        for _ in 0..count {
            let [x, y] = [600.0, 400.0].map(|side| ((0.5 + 0.49 * random.symmetric()) * side) as usize);
            for i in 0..size * size {
                let at = (y + i / size).min(399) * 600 + (x + i % size).min(599);
                // Also white ones on ink.
                sheet.0.data[at] = if size == 1 && sheet.0.data[at] < 0.5 { 1.0 } else { 0.0 };
            }
        }
        is_read(&sheet.picture(plain), limit, &format!("{count} of {size}"));
        is_read(&sheet.picture(|_, value| 255.0 * (1.0 - value)), limit, &format!("{count} of {size}, white"));
    }
}

#[test]
fn many_specks_beside_small_digits_are_no_pieces_of_them() {
    let sheet = |specks: bool| {
        let mut sheet = Sheet::new(480, 200);
        (0..4).for_each(|place| sheet.digit([7, 0, 4, 8][place], [50.0 + 110.0 * place as f32, 70.0], 54.0));
        // Blots in a pattern, those left out that would touch a digit.
        for i in 0..if specks { 240 } else { 0 } {
            let [left, top] = [10 + i % 24 * 19 + i / 24 % 2 * 9, 8 + i / 24 * 19];
            let around = sheet.0.part([left - 4, top - 4], 17, 17);
            if around.data.iter().all(|&value| value == 1.0) {
                sheet.line([left as f32, top as f32], [left as f32 + 4.0, top as f32 + 4.0], 6.0, 0.8);
            }
        }
        seen(&sheet.picture(plain)).digits
    };
    let (found, expected) = (sheet(true), sheet(false));
    assert_eq!(found.len(), 4, "{:?}", found.iter().map(|digit| digit.place).collect::<Vec<_>>());
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found.image, expected.image, "{:?}", found.place);
    }
}

#[test]
fn small_digits_and_the_points_between_digits_are_no_specks() {
    // Many that are much lower than three others.
    let mut sheet = Sheet::new(700, 420);
    (0..3).for_each(|place| sheet.digit([8, 0, 7][place], [60.0 + 200.0 * place as f32, 60.0], 110.0));
    (0..24).for_each(|place| {
        let at = [40.0 + 50.0 * (place % 12) as f32, 250.0 + 80.0 * (place / 12) as f32];
        sheet.digit([1, 4, 7, 0][place % 4], at, 40.0);
    });
    assert_eq!(seen(&sheet.picture(plain)).digits.len(), 27);
    // Many that are as small as specks, but not much smaller than the others.
    let mut sheet = Sheet::new(400, 120);
    (0..26).for_each(|place| {
        let at = [20.0 + 28.0 * (place % 13) as f32, 30.0 + 50.0 * (place / 13) as f32];
        sheet.digit([1, 7, 0][place % 3], at, if place % 13 < 11 { 10.0 } else { 16.0 });
    });
    assert_eq!(seen(&sheet.picture(plain)).digits.len(), 26);
    let mut sheet = Sheet::new(640, 240);
    (0..4).for_each(|place| sheet.digit([8, 7, 0, 4][place], [60.0 + 140.0 * place as f32, 60.0], 100.0));
    (0..3).for_each(|place| {
        let x = 165.0 + 140.0 * place as f32;
        sheet.line([x, 158.0], [x, 158.0], 10.0, 0.8);
    });
    let found = seen(&sheet.picture(plain));
    assert_eq!((found.digits.len(), found.marks), (4, 3));
}

#[test]
fn the_squares_behind_a_transparent_picture_are_paper() {
    for (side, dark, ink) in [(5, 0.88, 0.2), (8, 0.95, 0.6), (12, 0.9, 0.75)] {
        let mut sheet = Sheet::new(340, 320);
        for pair in strokes(7)[0].windows(2) {
            let [from, to] = [pair[0], pair[1]].map(|[u, v]| [90.0 + 150.0 * u, 60.0 + 200.0 * v]);
            sheet.line(from, to, 3.0, 1.0);
        }
        let square = |i: usize| (i % 340 / side + i / 340 / side) % 2 == 1;
        let picture = sheet.picture(|i, value| {
            let paper = if square(i) { 255.0 * dark } else { 255.0 };
            paper * value + 255.0 * ink * (1.0 - value)
        });
        let found = seen(&picture).digits;
        let places: Vec<_> = found.iter().map(|digit| digit.place).collect();
        assert!(found.len() == 1 && places[0][3].abs_diff(203) < 5, "{side}: {places:?}");
    }
}

#[test]
fn faint_ink_of_one_grey_is_no_checkerboard() {
    // A bold digit has as many pixels as its paper; a thin one has as many changes of the light as squares.
    for (side, thick) in [(120.0, 44.0), (60.0, 4.0)] {
        let mut sheet = Sheet::new(side as usize, side as usize);
        for pair in strokes(7)[0].windows(2) {
            let [from, to] = [pair[0], pair[1]].map(|point| point.map(|place| side * (0.2 + 0.6 * place)));
            sheet.line(from, to, thick, 1.0);
        }
        let found = seen(&sheet.picture(|_, value| if value < 0.5 { 222.0 } else { 250.0 })).digits;
        let places: Vec<_> = found.iter().map(|digit| digit.place).collect();
        assert!(places.len() == 1 && places[0][3] as f32 > 0.55 * side + thick, "{thick}: {places:?}");
    }
}

#[test]
fn a_digit_that_touches_all_edges_of_its_picture_is_read_in_black_and_in_white() {
    for (side, digit) in [20, 28, 32, 64].into_iter().flat_map(|side| [(side, 5), (side, 7), (side, 8)]) {
        let length = side as f32;
        let [mut tight, mut roomy] = [side, 2 * side].map(|side| Sheet::new(side, side));
        for stroke in strokes(digit) {
            for pair in stroke.windows(2) {
                let place =
                    |at: f32| [pair[0], pair[1]].map(|point| point.map(|place| at + length * (0.08 + 0.84 * place)));
                let ([from, to], [far_from, far_to]) = (place(-0.5), place(0.5 * length));
                tight.line(from, to, 0.16 * length, 1.0);
                roomy.line(far_from, far_to, 0.16 * length, 1.0);
            }
        }
        let expected = &seen(&roomy.picture(plain)).digits[0].image;
        for (what, picture) in
            [("black", tight.picture(plain)), ("white", tight.picture(|_, value| 255.0 * (1.0 - value)))]
        {
            let found = seen(&picture).digits;
            let places: Vec<_> = found.iter().map(|digit| digit.place).collect();
            let whole = places.len() == 1 && places[0][3] as f32 > 0.9 * length;
            assert!(whole, "{what} {digit} of {side}: {places:?}");
            let unlike = difference(&found[0].image, expected);
            assert!(unlike < 20.0, "{what} {digit} of {side}: {unlike}");
        }
    }
}

#[test]
fn hairlines_of_a_large_picture_stay_strokes() {
    let mut sheet = Sheet::new(1000, 900);
    for pair in strokes(7)[0].windows(2) {
        let [from, to] = [pair[0], pair[1]].map(|[u, v]| [200.0 + 600.0 * u, 60.0 + 780.0 * v]);
        sheet.line(from, to, 0.1, 1.0);
    }
    let found = seen(&sheet.picture(plain)).digits;
    assert_eq!(found.len(), 1);
    let inked = found[0].image.iter().filter(|&&byte| byte > 60).count();
    assert!(inked < 150, "{inked}");
}
