//! Pieces of digits: joined to these where they belong to them, and not where they do not.

use super::*;

/// A sheet of 400 x 300 with such lines, 14 pixels thick.
fn drawn(lines: &[[[f32; 2]; 2]]) -> Picture {
    let mut sheet = Sheet::new(400, 300);
    lines.iter().for_each(|&[from, to]| sheet.line(from, to, 14.0, 0.9));
    sheet.picture(plain)
}

/// The places of the digits that a network so sure of images finds.
fn places(picture: &Picture, certainty: fn(&[u8]) -> f32) -> Vec<[usize; 4]> {
    sure(picture, certainty).digits.iter().map(|digit| digit.place).collect()
}

#[test]
fn pieces_join_the_digit_beside_which_they_stand() {
    // A 5 whose bar is apart, beside it, and rises.
    let five = drawn(&[
        [[160.0, 130.0], [80.0, 140.0]],
        [[80.0, 140.0], [150.0, 190.0]],
        [[150.0, 190.0], [140.0, 230.0]],
        [[140.0, 230.0], [80.0, 240.0]],
        [[184.0, 120.0], [236.0, 84.0]],
    ]);
    let found = places(&five, |_| 1.0);
    assert!(found.len() == 1 && found[0][2] > 150, "{found:?}");
    // A 4 whose leg is apart, and leans over the rest.
    let four = drawn(&[[[86.0, 60.0], [62.0, 156.0]], [[62.0, 156.0], [84.0, 156.0]], [[150.0, 76.0], [74.0, 224.0]]]);
    let found = places(&four, |_| 1.0);
    assert!(found.len() == 1 && found[0][3] > 160, "{found:?}");
}

#[test]
fn a_speck_near_a_digit_is_no_piece_of_it() {
    let mut sheet = Sheet::new(300, 300);
    sheet.digit(8, [100.0, 100.0], 120.0);
    sheet.line([140.0, 76.0], [140.0, 76.0], 6.0, 0.8);
    let found = seen(&sheet.picture(plain)).digits;
    assert!(found.len() == 1 && found[0].place[3] < 140, "{:?}", found[0].place);
}

#[test]
fn digits_are_not_joined_where_they_are_far_apart_or_wide_together() {
    // The network takes two for one, and doubts each.
    let [one, other] = [100.0, 180.0].map(|x| [[x, 80.0], [x, 190.0]]);
    assert_eq!(places(&drawn(&[one, other]), |image| if inked(image)[0] > 4 { 0.95 } else { 0.8 }).len(), 2);
    let [one, other] = [80.0, 200.0].map(|x| [[x, 110.0], [x + 90.0, 190.0]]);
    assert_eq!(places(&drawn(&[one, other]), |image| if inked(image)[1] < 13 { 0.95 } else { 0.8 }).len(), 2);
}

#[test]
fn digits_are_not_joined_where_the_network_is_surer_of_one_or_certain_of_both() {
    // A 1 closely before a 7.
    let both =
        drawn(&[[[100.0, 80.0], [100.0, 190.0]], [[134.0, 80.0], [190.0, 80.0]], [[190.0, 80.0], [150.0, 190.0]]]);
    assert_eq!(places(&both, |image| [0.97, 0.5, 0.95][kind(image)]).len(), 2);
    assert_eq!(places(&both, |image| [0.995, 0.995, 1.0][kind(image)]).len(), 2);
    assert_eq!(places(&both, |image| [0.8, 0.5, 0.95][kind(image)]).len(), 1);
}

/// By how wide it is: 0 for a 1, 1 for a 7, 2 for both together.
fn kind(image: &[u8]) -> usize {
    match inked(image)[0] {
        0..6 => 0,
        6..14 => 1,
        _ => 2,
    }
}

#[test]
fn a_stroke_much_higher_than_many_digits_is_none_and_beside_few_it_is_one() {
    let heights = |count: usize| {
        let mut sheet = Sheet::new(600, 320);
        (0..count).for_each(|place| sheet.digit([8, 0, 7, 4][place], [120.0 + 90.0 * place as f32, 120.0], 70.0));
        let brace = [[80.0, 40.0], [60.0, 60.0], [60.0, 260.0], [80.0, 280.0]];
        brace.windows(2).for_each(|pair| sheet.line(pair[0], pair[1], 8.0, 0.8));
        seen(&sheet.picture(plain)).digits.iter().filter(|digit| digit.place[3] > 200).count()
    };
    assert_eq!([heights(4), heights(2)], [0, 1]);
}

#[test]
fn a_digit_is_not_parted_where_the_network_knows_the_parts_no_better() {
    // A 7 with its first leg as long as the other.
    let seven = drawn(&[[[60.0, 220.0], [80.0, 90.0]], [[80.0, 90.0], [200.0, 90.0]], [[200.0, 90.0], [190.0, 220.0]]]);
    assert_eq!(places(&seven, |_| 0.98).len(), 1);
    // One that it doubts beside one that it knows.
    let knows_one = |image: &[u8]| {
        let left = (0..784).filter(|i| i % 28 < 14 && image[*i] > 60).count();
        let all = image.iter().filter(|&&value| value > 60).count();
        if inked(image)[0] > 17 {
            0.9
        } else if 2 * left > all {
            1.0
        } else {
            0.85
        }
    };
    assert_eq!(places(&seven, knows_one).len(), 1);
}
