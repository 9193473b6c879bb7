//! Straight lines that digits touch.

use super::*;

/// The places of the digits of a sheet.
fn places(sheet: &Sheet) -> Vec<[usize; 4]> {
    seen(&sheet.picture(plain)).digits.iter().map(|digit| digit.place).collect()
}

#[test]
fn digits_lie_on_the_sides_of_boxes_that_are_apart() {
    // The bars of the 7s lie on the upper sides, the others stand on the lower ones.
    let mut sheet = Sheet::new(900, 300);
    for (place, digit) in [7, 1, 7, 4, 8].into_iter().enumerate() {
        let left = 40.0 + 165.0 * place as f32;
        sheet.digit(digit, [left + 40.0, if digit == 7 { 82.0 } else { 128.0 }], 100.0);
        let corners = [[left, 80.0], [left + 140.0, 80.0], [left + 140.0, 230.0], [left, 230.0], [left, 80.0]];
        corners.windows(2).for_each(|pair| sheet.line(pair[0], pair[1], 3.0, 0.8));
    }
    let found = places(&sheet);
    assert!(found.len() == 5 && found.iter().all(|place| place[2] < 100 && place[3] > 85), "{found:?}");
}

#[test]
fn an_empty_box_is_no_box_around_a_digit() {
    // A 0 as a clock shows it, and an 8.
    for bars in [0, 1] {
        let mut sheet = Sheet::new(200, 240);
        let mut corners = vec![[60.0, 40.0], [140.0, 40.0], [140.0, 200.0], [60.0, 200.0], [60.0, 40.0]];
        corners.extend(vec![[60.0, 120.0], [140.0, 120.0]].into_iter().take(2 * bars));
        corners.windows(2).for_each(|pair| sheet.line(pair[0], pair[1], 5.0, 0.8));
        let found = places(&sheet);
        assert!(found.len() == 1 && found[0][2] > 78 && found[0][3] > 155, "{bars}: {found:?}");
    }
}

#[test]
fn an_open_digit_with_a_piece_of_it_inside_is_no_outline_of_a_sheet() {
    let mut sheet = Sheet::new(800, 400);
    (0..2).for_each(|place| sheet.digit(7 + place, [100.0 + 140.0 * place as f32, 140.0], 110.0));
    // A 6 that falls apart: its loop is open at the right, and a piece of it lies within.
    let bow = [[476.0, 150.0], [426.0, 140.0], [400.0, 170.0], [400.0, 225.0], [426.0, 250.0], [470.0, 240.0]];
    bow.windows(2).for_each(|pair| sheet.line(pair[0], pair[1], 10.0, 0.8));
    sheet.line([430.0, 209.0], [446.0, 184.0], 10.0, 0.8);
    let found = places(&sheet);
    assert!(found.len() == 3 && found.iter().all(|place| place[3] > 105), "{found:?}");
}

#[test]
fn an_underline_that_digits_stand_on_is_taken_away_and_the_bar_of_a_4_is_not() {
    let mut sheet = Sheet::new(900, 500);
    for (place, digit) in [8, 4, 0].into_iter().enumerate() {
        sheet.digit(digit, [120.0 + 90.0 * place as f32, 200.0], 100.0);
    }
    sheet.line([90.0, 298.0], [400.0, 300.0], 4.0, 0.8);
    let found = places(&sheet);
    assert!(found.len() == 3 && found.iter().all(|place| place[2] < 90 && place[3] > 85), "{found:?}");
    let mut sheet = Sheet::new(300, 300);
    for pair in [[[100.0, 60.0], [60.0, 180.0]], [[60.0, 180.0], [240.0, 180.0]], [[200.0, 80.0], [190.0, 260.0]]] {
        sheet.line(pair[0], pair[1], 4.0, 0.8);
    }
    let found = places(&sheet);
    assert!(found.len() == 1 && found[0][2] > 170 && found[0][3] > 190, "{found:?}");
}

#[test]
fn a_pale_underline_that_ends_at_its_last_digit_is_taken_away() {
    let mut sheet = Sheet::new(900, 500);
    for (place, digit) in [8, 4, 0, 7].into_iter().enumerate() {
        sheet.digit(digit, [120.0 + 90.0 * place as f32, 200.0], 100.0);
    }
    sheet.line([150.0, 299.0], [426.0, 299.0], 4.0, 0.4);
    let found = places(&sheet);
    assert!(found.len() == 4 && found.iter().all(|place| place[2] < 90 && place[3] > 85), "{found:?}");
}

#[test]
fn an_underline_within_a_box_is_taken_away_after_the_box() {
    // The bars of the 7s lie on the upper side, which alone the underline does not run along.
    let mut sheet = Sheet::new(900, 500);
    for place in 0..3 {
        sheet.digit(7, [200.0 + 110.0 * place as f32, 122.0], 100.0);
    }
    sheet.line([170.0, 222.0], [510.0, 222.0], 3.0, 0.8);
    let corners = [[90.0, 120.0], [590.0, 120.0], [590.0, 290.0], [90.0, 290.0], [90.0, 120.0]];
    corners.windows(2).for_each(|pair| sheet.line(pair[0], pair[1], 3.0, 0.8));
    let found = places(&sheet);
    assert!(found.len() == 3 && found.iter().all(|place| place[2] < 90 && place[3] > 85), "{found:?}");
}

#[test]
fn digits_lie_on_the_lines_of_a_table() {
    // In a picture much wider than the table, so that no line of it runs across.
    let mut sheet = Sheet::new(1000, 600);
    let digits = [[7, 1, 8], [4, 0, 7], [8, 4, 1]];
    for (row, digits) in digits.iter().enumerate() {
        for (column, &digit) in digits.iter().enumerate() {
            let [left, top] = [60.0 + 130.0 * column as f32, 40.0 + 130.0 * row as f32];
            sheet.digit(digit, [left + 35.0, top + if row == 1 { 20.0 } else { 48.0 }], 84.0);
        }
    }
    for line in 0..4 {
        let at = 130.0 * line as f32;
        sheet.line([60.0, 40.0 + at], [450.0, 40.0 + at], 3.0, 0.8);
        sheet.line([60.0 + at, 40.0], [60.0 + at, 430.0], 3.0, 0.8);
    }
    let found = places(&sheet);
    assert!(found.len() == 9 && found.iter().all(|place| place[2] < 80 && place[3] > 70), "{found:?}");
}

#[test]
fn strokes_that_join_digits_are_no_underline() {
    // Two 4s that share a bar, and three 2s on one foot.
    let mut fours = Sheet::new(500, 300);
    let mut twos = Sheet::new(600, 300);
    for place in 0..3 {
        let left = 80.0 + 120.0 * place as f32;
        if place < 2 {
            fours.line([left + 30.0, 80.0], [left, 160.0], 6.0, 0.8);
            fours.line([left + 80.0, 90.0], [left + 80.0, 220.0], 6.0, 0.8);
        }
        for pair in [[0.0, 100.0], [30.0, 80.0], [60.0, 100.0], [0.0, 200.0]].windows(2) {
            twos.line([left + pair[0][0], pair[0][1]], [left + pair[1][0], pair[1][1]], 6.0, 0.8);
        }
    }
    fours.line([80.0, 160.0], [310.0, 160.0], 6.0, 0.8);
    twos.line([80.0, 200.0], [400.0, 200.0], 6.0, 0.8);
    for (sheet, bar) in [(fours, 220), (twos, 310)] {
        let found = places(&sheet);
        assert!(found.iter().map(|place| place[2]).sum::<usize>() >= bar, "{found:?}");
    }
}
