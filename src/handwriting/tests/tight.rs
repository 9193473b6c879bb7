//! Digits cut out so closely that they touch the edges of their picture.

use super::*;

#[test]
fn a_bold_1_that_fills_a_narrow_picture_is_no_strip_along_its_edge() {
    let mut sheet = Sheet::new(50, 378);
    let points = [[27.0, 0.0], [16.0, 95.0], [24.0, 190.0], [26.0, 285.0], [22.0, 378.0]];
    points.windows(2).for_each(|pair| sheet.line(pair[0], pair[1], 32.0, 0.7));
    let found = seen(&sheet.picture(plain)).digits;
    let places: Vec<_> = found.iter().map(|digit| digit.place).collect();
    assert!(places.len() == 1 && places[0][3] > 350, "{places:?}");
}

#[test]
fn a_shade_along_one_edge_is_no_digit() {
    let mut sheet = Sheet::new(400, 300);
    sheet.digit(8, [200.0, 90.0], 110.0);
    (0..300).for_each(|y| (0..14).for_each(|x| sheet.0.data[y * 400 + x] = 0.4));
    let places: Vec<_> = seen(&sheet.picture(plain)).digits.iter().map(|digit| digit.place).collect();
    assert!(places.len() == 1 && places[0][0] > 150, "{places:?}");
}
