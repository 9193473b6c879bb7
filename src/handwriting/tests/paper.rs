//! Light, noise, colours and all that is around the paper change nothing.

use super::*;

#[test]
fn polarity_light_noise_and_transparency_change_little() {
    let mut sheet = Sheet::new(240, 240);
    sheet.digit(5, [70.0, 50.0], 140.0);
    let image = |picture: &Picture| {
        let found = seen(picture);
        assert_eq!(found.digits.len(), 1);
        found.digits[0].image.clone()
    };
    let expected = image(&sheet.picture(plain));
    let mut random = crate::random::Stream::new(1, crate::random::Purpose::Deformation, 0, 0);
    let noise: Vec<f32> = (0..240 * 240).map(|_| 20.0 * random.symmetric()).collect();
    let fall = |i: usize, value: f32| 250.0 * value * (1.0 - 0.65 * (i % 240) as f32 / 240.0);
    for (name, picture) in [
        ("chalk", sheet.picture(|_, value| 255.0 * (1.0 - value))),
        ("light falls off", sheet.picture(fall)),
        ("faint", sheet.picture(|_, value| 200.0 + 40.0 * value)),
        ("faint and shaded", sheet.picture(|i, value| 200.0 + 30.0 * value + (i % 240) as f32 / 16.0)),
        ("noise", sheet.picture(|i, value| (20.0 + 200.0 * value + noise[i]).clamp(0.0, 255.0))),
        ("noise on white paper", sheet.picture(|i, value| (135.0 + 120.0 * value + noise[i]).clamp(0.0, 255.0))),
        ("much noise", sheet.picture(|i, value| (80.0 + 80.0 * value + 2.0 * noise[i]).clamp(0.0, 255.0))),
    ] {
        let found = difference(&image(&picture), &expected);
        assert!(found < 8.0, "{name}: {found}");
    }
    let rgba = |pixel: fn(u8) -> [u8; 4]| {
        let pixels = sheet.0.data.iter().map(|&value| pixel((255.0 * (1.0 - value)) as u8)).collect();
        Picture { width: 240, height: 240, pixels: Pixels::Rgba(pixels) }
    };
    for (name, picture) in [
        ("black on nothing", rgba(|ink| [0, 0, 0, ink])),
        ("white on nothing", rgba(|ink| [255, 255, 255, ink])),
        ("blue on yellow", rgba(|ink| [230 - ink / 4 * 3, 220 - ink / 2, 90 + ink / 4, 255])),
    ] {
        let found = difference(&image(&picture), &expected);
        assert!(found < 8.0, "{name}: {found}");
    }
}

#[test]
fn a_grey_picture_is_read_alike_however_it_is_stored() {
    let mut sheet = Sheet::new(300, 240);
    sheet.digit(5, [70.0, 50.0], 140.0);
    let noise = noise(sheet.0.data.len());
    let picture = sheet.picture(|i, value| (210.0 * value + 12.0 * noise[i]).clamp(0.0, 255.0));
    let Pixels::Grey(grey) = &picture.pixels else { unreachable!("a sheet is grey") };
    let pixels = Pixels::Rgba(grey.iter().map(|&light| [light, light, light, 255]).collect());
    let stored = Picture { pixels, ..picture };
    let images = [&picture, &stored].map(|picture| seen(picture).digits.remove(0).image);
    assert_eq!(images[0], images[1]);
}

#[test]
fn paper_alone_holds_no_digit_and_an_image_of_the_network_stays_as_it_is() {
    assert!(seen(&Sheet::new(100, 80).picture(plain)).digits.is_empty());
    assert!(seen(&Sheet::new(5000, 20).picture(plain)).digits.is_empty());
    let mut squared = Sheet::new(480, 400);
    for at in (10..480).step_by(22) {
        squared.line([at as f32, 0.0], [at as f32, 399.0], 2.0, 0.3);
        squared.line([0.0, at as f32], [479.0, at as f32], 2.0, 0.3);
    }
    assert!(seen(&squared.picture(plain)).digits.is_empty());
    let mut sheet = Sheet::new(28, 28);
    sheet.digit(8, [8.0, 5.0], 17.0);
    let picture = sheet.picture(|_, value| 255.0 * (1.0 - value));
    let Pixels::Grey(pixels) = &picture.pixels else { unreachable!("a sheet is grey") };
    assert_eq!(&seen(&picture).digits[0].image, pixels);
    // A network of another image size gets the digit in proportion.
    let image = &read(&picture, (8, 8), |_| vec![1.0]).digits[0].image;
    let inked: Vec<usize> = (0..64).filter(|&i| image[i] > 60).collect();
    assert_eq!((image.len(), inked[inked.len() - 1] / 8 - inked[0] / 8 + 1), (64, 6));
}

/// About normally distributed numbers of deviation 1: sums of twelve even ones.
pub(super) fn noise(count: usize) -> Vec<f32> {
    let mut random = crate::random::Stream::new(3, crate::random::Purpose::Deformation, 0, 0);
    (0..count).map(|_| (0..12).map(|_| 0.5 * random.symmetric()).sum()).collect()
}

#[test]
fn noise_alone_holds_no_digit() {
    for (width, height) in [(28, 28), (64, 48), (200, 150)] {
        let noise = noise(width * height);
        for (paper, deviation) in [(255.0, 10.0), (200.0, 10.0), (200.0, 3.0), (0.0, 10.0)] {
            let light = |i: usize, _| (paper + deviation * noise[i]).clamp(0.0, 255.0);
            let found = seen(&Sheet::new(width, height).picture(light)).digits.len();
            assert_eq!(found, 0, "{width} x {height}, paper {paper}, noise {deviation}");
        }
    }
}

#[test]
fn thin_strokes_under_noise_stay_whole() {
    let noise = noise(28 * 28);
    for (digit, dark) in [(0, 0.25), (1, 0.25), (7, 0.25), (0, 0.2), (1, 0.2), (7, 0.2), (8, 0.2)] {
        let mut sheet = Sheet::new(28, 28);
        for pair in strokes(digit).iter().flat_map(|stroke| stroke.windows(2)) {
            let [from, to] = [pair[0], pair[1]].map(|[u, v]| [8.0 + 12.0 * u, 4.0 + 19.0 * v]);
            sheet.line(from, to, 1.0, dark);
        }
        let picture = sheet.picture(|i, value| (255.0 * value + 10.0 * noise[i]).clamp(0.0, 255.0));
        let found = seen(&picture).digits;
        assert_eq!(found.len(), 1, "{digit}, {dark}");
        assert!(found[0].place[3] >= 18, "{digit}, {dark}: {:?}", found[0].place);
    }
}

#[test]
fn a_photograph_in_a_plain_margin_is_read_without_it() {
    let mut sheet = Sheet::new(900, 600);
    sheet.digit(8, [400.0, 220.0], 120.0);
    let photograph = |i: usize| (300..600).contains(&(i % 900)) && (200..400).contains(&(i / 900));
    let fall = |i: usize| 200.0 - 0.4 * ((i % 900) as f32 - 300.0);
    let picture = sheet.picture(|i, value| if photograph(i) { value * fall(i) } else { 150.0 });
    let found = seen(&picture).digits;
    assert_eq!(found.len(), 1);
    let [x, y, _, height] = found[0].place;
    assert!(x.abs_diff(415) < 25 && y.abs_diff(214) < 10 && height.abs_diff(132) < 12, "{:?}", found[0].place);
}

#[test]
fn a_sheet_on_a_dark_table_is_read_without_the_table() {
    let mut sheet = Sheet::new(800, 600);
    sheet.digit(7, [280.0, 220.0], 110.0);
    sheet.digit(4, [420.0, 220.0], 110.0);
    let noise = noise(800 * 600);
    // It lies a little askew.
    let on_sheet = |i: usize| {
        let [x, y] = [(i % 800) as f32, (i / 800) as f32];
        (200.0..600.0).contains(&(x + 0.05 * y)) && (150.0..420.0).contains(&(y - 0.05 * x))
    };
    let picture = sheet.picture(|i, value| if on_sheet(i) { 220.0 * value } else { 60.0 + 8.0 * noise[i] });
    let found = seen(&picture).digits;
    assert_eq!(found.len(), 2, "{:?}", found.iter().map(|digit| digit.place).collect::<Vec<_>>());
    assert!(found[0].place[0].abs_diff(285) < 20 && found[1].place[1].abs_diff(215) < 15, "{:?}", found[0].place);
}

#[test]
fn a_bold_digit_is_no_photograph_in_a_margin() {
    let mut sheet = Sheet::new(280, 280);
    for pair in strokes(8).iter().flat_map(|stroke| stroke.windows(2)) {
        let [from, to] = [pair[0], pair[1]].map(|[u, v]| [80.0 + 120.0 * u, 50.0 + 180.0 * v]);
        sheet.line(from, to, 42.0, 1.0);
    }
    let found = seen(&sheet.picture(|_, value| 255.0 * (1.0 - value))).digits;
    assert_eq!(found.len(), 1, "{:?}", found.iter().map(|digit| digit.place).collect::<Vec<_>>());
    assert!(found[0].place[3] > 200, "{:?}", found[0].place);
}

#[test]
fn faint_white_ink_on_a_transparent_sheet_is_seen() {
    let mut sheet = Sheet::new(120, 120);
    sheet.digit(0, [40.0, 30.0], 60.0);
    let pixels = sheet.0.data.iter().map(|&value| [255, 255, 255, (30.0 * (1.0 - value)) as u8]).collect();
    let picture = Picture { width: 120, height: 120, pixels: Pixels::Rgba(pixels) };
    assert_eq!(seen(&picture).digits.len(), 1);
}

#[test]
fn ruled_lines_about_as_dark_as_the_faintest_strokes_are_taken_away() {
    let noise = noise(700 * 420);
    // Of lines of 0.25, the strokes hold pieces alone.
    for dark in [0.16, 0.2, 0.25, 0.28, 0.35] {
        for lines in [1, 4] {
            let mut sheet = Sheet::new(700, 420);
            for row in 0..lines {
                let y = 245.0 - 60.0 * row as f32;
                sheet.line([0.0, y], [699.0, y + 3.0], 2.0, dark);
            }
            for (column, digit) in [8, 0, 7, 1].into_iter().enumerate() {
                sheet.digit(digit, [60.0 + 160.0 * column as f32, 160.0], 90.0);
            }
            let grain = |i: usize, value: f32| (230.0 * value + 5.0 * noise[i]).clamp(0.0, 255.0);
            assert_eq!(seen(&sheet.picture(grain)).digits.len(), 4, "{lines} lines of {dark}");
        }
    }
}

#[test]
fn the_sharp_edge_of_a_shadow_is_no_ink_and_digits_in_the_shadow_are_read() {
    let mut sheet = Sheet::new(600, 400);
    for (place, digit) in [5, 1, 8, 4, 0, 7].into_iter().enumerate() {
        let at = [60.0 + 190.0 * (place % 3) as f32, 60.0 + 180.0 * (place / 3) as f32];
        sheet.digit(digit, at, 100.0);
    }
    let expected = seen(&sheet.picture(plain)).digits;
    type Shade = fn(f32, f32) -> f32;
    let [half, corner, band]: [Shade; 3] =
        [|x, y| x + 0.3 * y - 380.0, |x, y| (x - 300.0).min(190.0 - y), |x, y| 90.0 - (x - 0.5 * y - 200.0).abs()];
    for (name, inside) in [("half", half), ("corner", corner), ("band", band)] {
        for chalk in [false, true] {
            let picture = sheet.picture(|i, value| {
                let value = if chalk { 0.9 - 0.7 * value } else { 0.1 + 0.85 * value };
                let shade = (inside((i % 600) as f32, (i / 600) as f32) / 4.0 + 0.5).clamp(0.0, 1.0);
                255.0 * value * (1.0 - 0.5 * shade)
            });
            let found = seen(&picture).digits;
            assert_eq!(
                found.len(),
                6,
                "{name}, chalk {chalk}: {:?}",
                found.iter().map(|d| d.place).collect::<Vec<_>>()
            );
            // A pixel to one side makes 23, another digit more than 50.
            for (found, expected) in found.iter().zip(&expected) {
                let unlike = difference(&found.image, &expected.image);
                assert!(unlike < 30.0, "{name}, chalk {chalk}: {unlike}");
            }
        }
    }
}

/// White on black: the light of a picture of black strokes on white paper.
fn inverted(_: usize, value: f32) -> f32 {
    255.0 * (1.0 - value)
}

#[test]
fn an_image_whose_strokes_reach_its_edge_stays_as_it_is_and_no_other_does() {
    // The blot has most of the ink, so that the end of the line is near the edge.
    let mut heavy = Sheet::new(240, 160);
    heavy.line([60.0, 80.0], [62.0, 84.0], 50.0, 1.0);
    heavy.line([60.0, 80.0], [190.0, 80.0], 12.0, 1.0);
    let image = seen(&heavy.picture(plain)).digits.remove(0).image;
    assert!((0..28).any(|y| image[y * 28 + 26] > 128), "the line ends in the margin");
    let as_picture = |pixel: &dyn Fn(usize) -> u8| {
        let grey = (0..784).map(pixel).collect();
        seen(&Picture { width: 28, height: 28, pixels: Pixels::Grey(grey) }).digits.remove(0).image
    };
    assert_eq!(as_picture(&|i| image[i]), image);
    // Black on white, and moved to a side, it is prepared again.
    assert!(difference(&as_picture(&|i| 255 - image[i]), &image) < 8.0);
    let moved = as_picture(&|i| if i % 28 < 25 { image[i + 3] } else { 0 });
    assert!(difference(&moved, &image) < 8.0);
    // So is a digit that is larger than it would be.
    let mut large = Sheet::new(28, 28);
    large.digit(0, [5.0, 2.0], 24.0);
    let [_, rows] = inked(&seen(&large.picture(inverted)).digits[0].image);
    assert!((19..=21).contains(&rows), "{rows} rows");
}
