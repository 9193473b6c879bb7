//! Digits are found, apart and whole, without lines and boxes, and prepared as MNIST's are.

use super::*;

#[test]
fn a_digit_is_fitted_centred_and_black_on_white_becomes_white_on_black() {
    for digit in [0, 1, 4, 5, 7, 8] {
        for size in [30.0, 200.0] {
            let mut sheet = Sheet::new(400, 300);
            sheet.digit(digit, [60.0, 40.0], size);
            let found = seen(&sheet.picture(plain));
            assert_eq!(found.digits.len(), 1, "{digit} of {size} pixels");
            let [x, y, width, height] = found.digits[0].place;
            assert!(x.abs_diff(60) < 80 && y.abs_diff(40) < 14 && height.abs_diff(size as usize) < 30 && width < 200);
            let image = &found.digits[0].image;
            let inked: Vec<usize> = (0..784).filter(|&i| image[i] > 60).collect();
            let rows = inked[inked.len() - 1] / 28 - inked[0] / 28 + 1;
            assert!((18..=20).contains(&rows), "{digit}: {rows} rows");
            let all: f32 = image.iter().map(|&v| f32::from(v)).sum();
            let centre = |along: fn(usize) -> usize| {
                image.iter().enumerate().map(|(i, &v)| f32::from(v) * along(i) as f32).sum::<f32>() / all
            };
            let [x, y] = [centre(|i| i % 28), centre(|i| i / 28)];
            assert!((x - 14.0).abs() < 0.6 && (y - 14.0).abs() < 0.6, "{digit}: centre {x}, {y}");
            assert!(image.contains(&255), "{digit}: full contrast");
        }
    }
}

#[test]
fn digits_come_in_rows_with_rules_and_specks_left_out() {
    let mut sheet = Sheet::new(600, 400);
    for (place, digit) in [5, 1, 8, 4, 0, 7].into_iter().enumerate() {
        let (row, column) = (place / 3, place % 3);
        let y = 60.0 + 170.0 * row as f32 + 8.0 * column as f32;
        sheet.digit(digit, [60.0 + 190.0 * column as f32, y], 100.0);
    }
    sheet.line([0.0, 128.0], [599.0, 131.0], 2.0, 0.6);
    sheet.line([0.0, 300.0], [599.0, 302.0], 2.0, 0.6);
    sheet.line([30.0, 30.0], [31.0, 30.0], 3.0, 0.8);
    let found = seen(&sheet.picture(plain));
    let rows: Vec<usize> = found.digits.iter().map(|digit| digit.row).collect();
    assert_eq!(rows, [0, 0, 0, 1, 1, 1]);
    assert!(!found.like_words);
    for (number, digit) in found.digits.iter().enumerate() {
        let expected = 60 + 190 * (number % 3);
        assert!(digit.place[0].abs_diff(expected) < 50, "{number}: {:?}", digit.place);
        let mut alone = Sheet::new(200, 200);
        alone.digit([5, 1, 8, 4, 0, 7][number], [60.0, 50.0], 100.0);
        let alone = &seen(&alone.picture(plain)).digits[0].image;
        let found = difference(&digit.image, alone);
        // A pixel to one side makes 23, another digit more than 50.
        assert!(found < 30.0, "{number}: {found}");
    }
}

#[test]
fn touching_digits_are_parted_and_wide_ones_are_not() {
    // The width of a digit's box is 0.7 of its height, at most: those beside it begin where its strokes end.
    for digits in [[0, 0, 0], [8, 0, 8], [0, 7, 0], [5, 0, 8]] {
        let mut sheet = Sheet::new(600, 300);
        for (place, &digit) in digits.iter().enumerate() {
            sheet.digit(digit, [60.0 + 122.0 * place as f32, 60.0], 170.0);
        }
        let found = seen(&sheet.picture(plain)).digits;
        assert_eq!(found.len(), 3, "{digits:?}: {:?}", found.iter().map(|digit| digit.place).collect::<Vec<_>>());
        assert!(found.iter().all(|digit| digit.place[3] > 150), "{digits:?}");
    }
    // A wide 0, a 5 with a long bar, a 2 with a long tail, a wide 4.
    let circle = |x: f32| {
        (0..=32).map(move |i| {
            let (cos, sin) = crate::engine::elementary::cos_sin((f64::from(i) / 16.0 - 1.0) * std::f64::consts::PI);
            [150.0 + x * cos as f32, 150.0 + 60.0 * sin as f32]
        })
    };
    for (name, lines) in [
        ("0", vec![circle(100.0).collect::<Vec<_>>()]),
        ("5", vec![vec![[250.0, 80.0], [80.0, 80.0], [80.0, 140.0], [140.0, 150.0], [140.0, 200.0], [80.0, 205.0]]]),
        ("2", vec![vec![[60.0, 100.0], [90.0, 80.0], [120.0, 100.0], [60.0, 200.0], [250.0, 200.0]]]),
        ("4", vec![vec![[90.0, 80.0], [70.0, 150.0], [240.0, 150.0]], vec![[200.0, 80.0], [200.0, 210.0]]]),
    ] {
        let mut sheet = Sheet::new(320, 300);
        for pair in lines.iter().flat_map(|line| line.windows(2)) {
            sheet.line(pair[0], pair[1], 12.0, 0.9);
        }
        assert_eq!(seen(&sheet.picture(plain)).digits.len(), 1, "{name}");
    }
}

#[test]
fn a_wide_digit_is_not_parted_where_the_network_knows_the_whole_better() {
    // A 7 with its first leg as long as the other: narrow where a cut crosses its bar.
    let mut sheet = Sheet::new(320, 300);
    for pair in [[60.0, 220.0], [80.0, 90.0], [230.0, 90.0], [210.0, 220.0]].windows(2) {
        sheet.line(pair[0], pair[1], 14.0, 0.9);
    }
    let picture = sheet.picture(plain);
    assert_eq!(sure(&picture, doubts_wide_ones).digits.len(), 2);
    assert_eq!(seen(&picture).digits.len(), 1);
    let knows_wide_ones = |image: &[u8]| if inked(image)[0] == 20 { 0.95 } else { 0.6 };
    assert_eq!(sure(&picture, knows_wide_ones).digits.len(), 1);
}

/// How sure a network is that has seen no digit as wide as high.
fn doubts_wide_ones(image: &[u8]) -> f32 {
    if inked(image)[0] > 17 { 0.6 } else { 0.98 }
}

#[test]
fn digits_that_touch_are_parted_where_they_lean_over_each_other_and_where_many_hang_together() {
    // Sevens, each with its bar above the leg of the one before.
    for count in 2..6 {
        let mut sheet = Sheet::new(640, 260);
        for place in 0..count {
            let x = 60.0 + 88.0 * place as f32;
            let [bar, corner, foot] = [[x, 60.0], [x + 96.0, 60.0], [x - 14.0, 190.0]];
            sheet.line(bar, corner, 12.0, 0.9);
            sheet.line(corner, foot, 12.0, 0.9);
        }
        let found = sure(&sheet.picture(plain), doubts_wide_ones).digits;
        let places: Vec<_> = found.iter().map(|digit| digit.place).collect();
        assert_eq!(found.len(), count, "{places:?}");
        assert!(places.iter().all(|place| place[2] > 95), "{places:?}");
    }
}

#[test]
fn the_pieces_of_a_broken_digit_are_joined_where_the_network_knows_the_whole() {
    // A 1 that is broken in the middle: two pieces of about the same height, closely above each other.
    let mut sheet = Sheet::new(200, 300);
    sheet.line([110.0, 60.0], [105.0, 130.0], 14.0, 0.9);
    sheet.line([102.0, 158.0], [95.0, 235.0], 14.0, 0.9);
    let picture = sheet.picture(plain);
    assert_eq!(seen(&picture).digits.len(), 1);
    assert_eq!(sure(&picture, |_| 0.8).digits.len(), 2);
    // A 5 whose bar stands beside it, and rises: as large as its body.
    let mut sheet = Sheet::new(320, 300);
    for pair in [[160.0, 130.0], [80.0, 140.0], [150.0, 190.0], [140.0, 230.0], [80.0, 240.0]].windows(2) {
        sheet.line(pair[0], pair[1], 14.0, 0.9);
    }
    sheet.line([150.0, 105.0], [250.0, 40.0], 14.0, 0.9);
    let picture = sheet.picture(plain);
    assert_eq!(seen(&picture).digits.len(), 2);
    let knows_the_whole = |image: &[u8]| if inked(image).iter().all(|&lines| lines >= 17) { 0.95 } else { 0.8 };
    assert_eq!(sure(&picture, knows_the_whole).digits.len(), 1);
    // A poor network is sure of nothing.
    let guesses = |image: &[u8]| if inked(image).iter().all(|&lines| lines >= 17) { 0.85 } else { 0.5 };
    assert_eq!(sure(&picture, guesses).digits.len(), 2);
}

#[test]
fn closely_set_rows_stay_apart() {
    let mut sheet = Sheet::new(500, 300);
    for place in 0..6 {
        let (row, column) = (place / 3, place % 3);
        sheet.digit([1, 7, 0, 0, 1, 7][place], [60.0 + 130.0 * column as f32, 40.0 + 116.0 * row as f32], 90.0);
    }
    let rows: Vec<usize> = seen(&sheet.picture(plain)).digits.iter().map(|digit| digit.row).collect();
    assert_eq!(rows, [0, 0, 0, 1, 1, 1]);
}

#[test]
fn boxes_and_circles_around_digits_are_taken_away() {
    let mut sheet = Sheet::new(640, 260);
    for place in 0..4 {
        let left = 40.0 + 140.0 * place as f32;
        sheet.digit([7, 1, 4, 8][place], [left + 35.0, 85.0], 90.0);
        // The boxes adjoin.
        let corners = [[left, 50.0], [left + 140.0, 50.0], [left + 140.0, 210.0], [left, 210.0], [left, 50.0]];
        corners.windows(2).for_each(|pair| sheet.line(pair[0], pair[1], 4.0, 0.8));
    }
    let found = seen(&sheet.picture(plain)).digits;
    assert_eq!(found.len(), 4, "{:?}", found.iter().map(|digit| digit.place).collect::<Vec<_>>());
    assert!(found.iter().all(|digit| digit.place[3] < 120));
    let mut sheet = Sheet::new(300, 300);
    sheet.digit(0, [110.0, 100.0], 100.0);
    let around: Vec<[f32; 2]> = strokes(0)[0].iter().map(|[x, y]| [30.0 + 240.0 * x, 30.0 + 240.0 * y]).collect();
    around.windows(2).for_each(|pair| sheet.line(pair[0], pair[1], 5.0, 0.8));
    let found = seen(&sheet.picture(plain)).digits;
    assert!(found.len() == 1 && found[0].place[3] < 130, "{:?}", found[0].place);
}

#[test]
fn ruled_paper_held_askew_is_taken_away() {
    for slope in [-0.08, 0.06] {
        let mut sheet = Sheet::new(700, 400);
        for y in (-80..480).step_by(40) {
            sheet.line([0.0, y as f32], [699.0, y as f32 + slope * 699.0], 2.0, 0.4);
        }
        for (place, digit) in [5, 1, 8, 4].into_iter().enumerate() {
            sheet.digit(digit, [60.0 + 150.0 * place as f32, 120.0 + 150.0 * slope * place as f32], 110.0);
        }
        let found = seen(&sheet.picture(plain)).digits;
        assert_eq!(found.len(), 4, "{slope}: {:?}", found.iter().map(|digit| digit.place).collect::<Vec<_>>());
        assert!(found.iter().all(|digit| digit.place[3] > 95), "{slope}");
    }
}

#[test]
fn a_leg_that_crosses_the_picture_is_no_ruled_line() {
    // A 9 whose loop is apart from its leg, cut by the picture's edge.
    let mut sheet = Sheet::new(128, 128);
    for pair in [[80.0, 40.0], [50.0, 15.0], [35.0, 40.0], [50.0, 50.0], [80.0, 48.0], [45.0, 128.0]].windows(2) {
        sheet.line(pair[0], pair[1], 8.0, 0.9);
    }
    let found = seen(&sheet.picture(plain)).digits;
    assert_eq!(found.len(), 1);
    assert!(found[0].place[3] > 110, "{:?}", found[0].place);
}

#[test]
fn squared_paper_is_taken_away_and_strokes_along_its_lines_stay() {
    let mut sheet = Sheet::new(480, 200);
    for at in (10..480).step_by(22) {
        sheet.line([at as f32, 0.0], [at as f32, 199.0], 2.0, 0.3);
        sheet.line([0.0, at as f32], [479.0, at as f32], 2.0, 0.3);
    }
    for (place, digit) in [7, 1, 4].into_iter().enumerate() {
        sheet.digit(digit, [60.0 + 130.0 * place as f32, 54.0], 90.0);
    }
    let found = seen(&sheet.picture(plain)).digits;
    assert_eq!(found.len(), 3, "{:?}", found.iter().map(|digit| digit.place).collect::<Vec<_>>());
    assert!(found.iter().all(|digit| digit.place[3] > 80), "{:?}", found.iter().map(|d| d.place).collect::<Vec<_>>());
}

#[test]
fn a_row_of_much_smaller_digits_is_read_and_a_single_small_mark_is_told() {
    let mut sheet = Sheet::new(700, 420);
    for (column, digit) in [8, 0, 7].into_iter().enumerate() {
        sheet.digit(digit, [60.0 + 200.0 * column as f32, 40.0], 150.0);
    }
    for (column, digit) in [1, 4, 7, 0].into_iter().enumerate() {
        sheet.digit(digit, [60.0 + 80.0 * column as f32, 310.0], 55.0);
    }
    let found = seen(&sheet.picture(plain));
    let rows: Vec<usize> = found.digits.iter().map(|digit| digit.row).collect();
    assert_eq!((rows, found.left_out), (vec![0, 0, 0, 1, 1, 1, 1], 0));
    // Nothing that the network is not sure of is taken for a digit.
    let unsure = sure(&sheet.picture(plain), |_| 0.8);
    assert_eq!((unsure.digits.len(), unsure.left_out), (3, 0));

    let mut sheet = Sheet::new(700, 420);
    sheet.digit(8, [60.0, 40.0], 150.0);
    sheet.digit(0, [260.0, 40.0], 150.0);
    sheet.digit(7, [500.0, 310.0], 55.0);
    let found = seen(&sheet.picture(plain));
    assert_eq!((found.digits.len(), found.left_out), (2, 1));
}

#[test]
fn points_and_signs_between_digits_are_counted_and_are_no_strokes_of_these() {
    let marks: [(&str, &[[f32; 4]]); 4] = [
        ("point", &[[222.0, 158.0, 222.0, 158.0]]),
        ("comma", &[[224.0, 158.0, 216.0, 172.0]]),
        ("minus", &[[198.0, 112.0, 246.0, 110.0]]),
        ("colon", &[[222.0, 90.0, 222.0, 90.0], [222.0, 140.0, 222.0, 140.0]]),
    ];
    for (name, lines) in marks {
        let mut sheet = Sheet::new(400, 240);
        sheet.digit(8, [100.0, 60.0], 100.0);
        sheet.digit(7, [256.0, 60.0], 100.0);
        for &[x, y, to_x, to_y] in lines {
            sheet.line([x, y], [to_x, to_y], 12.0, 0.8);
        }
        let found = seen(&sheet.picture(plain));
        assert_eq!((found.digits.len(), found.marks), (2, lines.len()), "{name}");
        assert!(found.digits.iter().all(|digit| digit.place[2] < 90), "{name}");
    }
    // A point behind the last digit ends a sentence; others are far above, below or away from the digits.
    for (second, point) in [
        (None, [222.0, 158.0]),
        (Some(256.0), [222.0, 30.0]),
        (Some(256.0), [222.0, 220.0]),
        (Some(560.0), [380.0, 158.0]),
    ] {
        let mut sheet = Sheet::new(700, 260);
        sheet.digit(8, [100.0, 60.0], 100.0);
        second.iter().for_each(|&x| sheet.digit(7, [x, 60.0], 100.0));
        sheet.line(point, point, 12.0, 0.8);
        assert_eq!(seen(&sheet.picture(plain)).marks, 0, "{second:?} {point:?}");
    }
}
