//! Rows are found as people see them, and read from the left.

use super::*;

/// How many digits are in each row of a sheet with digits of 60 pixels in these places. Each row is read from the left.
fn counts(places: &[[f32; 2]], (width, height): (usize, usize)) -> Vec<usize> {
    let mut sheet = Sheet::new(width, height);
    for (number, &place) in places.iter().enumerate() {
        sheet.digit([7, 1, 4, 8][number % 4], place, 60.0);
    }
    let found = seen(&sheet.picture(plain)).digits;
    assert!(found.windows(2).all(|pair| pair[0].row < pair[1].row || pair[0].place[0] < pair[1].place[0]));
    let last = found.last().map_or(0, |digit| digit.row + 1);
    (0..last).map(|row| found.iter().filter(|digit| digit.row == row).count()).collect()
}

#[test]
fn digits_that_stand_alternately_high_and_low_are_one_row() {
    let places: Vec<[f32; 2]> = (0..6).map(|i| [40.0 + 70.0 * i as f32, 60.0 + 36.0 * (i % 2) as f32]).collect();
    assert_eq!(counts(&places, (500, 200)), [6]);
}

#[test]
fn close_rows_of_a_picture_held_askew_stay_apart() {
    for slope in [-0.13, 0.13] {
        let place = |i: usize| {
            let x = 40.0 + 80.0 * (i % 8) as f32;
            [x, 140.0 + 78.0 * (i / 8) as f32 + slope * (x - 300.0)]
        };
        assert_eq!(counts(&(0..32).map(place).collect::<Vec<_>>(), (720, 560)), [8, 8, 8, 8], "{slope}");
    }
}

#[test]
fn columns_far_apart_are_read_row_by_row() {
    // Two columns of three digits, each row a little askew.
    let place = |i: usize| {
        let x = 40.0 + 70.0 * (i % 3) as f32 + 600.0 * (i / 3 % 2) as f32;
        [x, 60.0 + 84.0 * (i / 6) as f32 + 0.1 * x]
    };
    assert_eq!(counts(&(0..18).map(place).collect::<Vec<_>>(), (900, 400)), [6, 6, 6]);
}

#[test]
fn single_digits_below_each_other_are_rows() {
    let place = |i: usize| [60.0 + 25.0 * (i % 2) as f32, 40.0 + 80.0 * i as f32];
    assert_eq!(counts(&(0..4).map(place).collect::<Vec<_>>(), (200, 400)), [1, 1, 1, 1]);
    // One that is as high as two rows joins none of them to the other.
    let mut sheet = Sheet::new(500, 300);
    for i in 0..6 {
        sheet.digit(8, [40.0 + 70.0 * (i % 3) as f32, 60.0 + 76.0 * (i / 3) as f32], 60.0);
    }
    sheet.digit(0, [260.0, 62.0], 120.0);
    let rows: Vec<usize> = seen(&sheet.picture(plain)).digits.iter().map(|digit| digit.row).collect();
    assert!(rows == [0, 0, 0, 0, 1, 1, 1] || rows == [0, 0, 0, 1, 1, 1, 1], "{rows:?}");
}

#[test]
fn parts_of_unlike_heights_are_words_where_the_network_doubts_them() {
    let picture = |count: usize, tall: f32| {
        let mut sheet = Sheet::new(1100, 200);
        for place in 0..count {
            let size = if place % 3 == 0 { tall } else { 44.0 };
            sheet.digit(8, [40.0 + 80.0 * place as f32, 110.0 - size], size);
        }
        sheet.picture(plain)
    };
    assert!(sure(&picture(12, 60.0), |_| 0.5).like_words);
    assert!(!seen(&picture(12, 60.0)).like_words);
    // Of one height, or few, they are doubtful digits.
    assert!(!sure(&picture(12, 44.0), |_| 0.5).like_words);
    assert!(!sure(&picture(11, 60.0), |_| 0.5).like_words);
}

#[test]
fn a_short_row_above_a_long_one_that_rises_is_read_first() {
    // The end of the long row is higher than the short one.
    let mut sheet = Sheet::new(880, 360);
    for i in 0..12 {
        let (x, y) = if i < 2 { (80.0 * i as f32, 148.0) } else { (80.0 * (i - 2) as f32, 230.0) };
        sheet.digit(7, [40.0 + x, y - 0.16 * x], 60.0);
    }
    let rows: Vec<usize> = seen(&sheet.picture(plain)).digits.iter().map(|digit| digit.row).collect();
    assert_eq!(rows.iter().filter(|&&row| row == 0).count(), 2, "{rows:?}");
}

#[test]
fn rows_set_into_each_other_stay_apart() {
    let place = |i: usize| [40.0 + 140.0 * (i % 4) as f32 + 70.0 * (i / 4) as f32, 60.0 + 60.0 * (i / 4) as f32];
    assert_eq!(counts(&(0..8).map(place).collect::<Vec<_>>(), (660, 220)), [4, 4]);
}

#[test]
fn a_digit_between_two_rows_is_of_the_one_that_is_more_level_with_it() {
    for (down, expected) in [(29.0, [5, 4]), (41.0, [4, 5])] {
        // The end of the other row is nearer.
        let aside = if down < 35.0 { [0.0, 20.0] } else { [20.0, 0.0] };
        let mut places: Vec<[f32; 2]> =
            (0..8).map(|i| [40.0 + 70.0 * (i % 4) as f32 + aside[i / 4], 40.0 + 70.0 * (i / 4) as f32]).collect();
        places.push([350.0, 40.0 + down]);
        assert_eq!(counts(&places, (480, 240)), expected, "{down}");
    }
}
