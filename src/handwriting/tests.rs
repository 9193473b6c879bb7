//! Digits drawn by strokes, photographed under bad light, on ruled paper, by white chalk.

use super::*;

/// The strokes of a digit in a box of 1 x 1, as lines through points.
fn strokes(digit: usize) -> Vec<Vec<[f32; 2]>> {
    let ring = |x: f32, y: f32, r: f32| {
        let at = |i: usize| {
            let (cos, sin) = crate::engine::elementary::cos_sin((i as f64 / 8.0 - 1.0) * std::f64::consts::PI);
            [x + r * cos as f32, y + r * sin as f32]
        };
        (0..=16).map(at).collect::<Vec<_>>()
    };
    match digit {
        0 => vec![ring(0.5, 0.5, 0.45)],
        1 => vec![vec![[0.5, 0.0], [0.5, 1.0]]],
        4 => vec![vec![[0.3, 0.0], [0.1, 0.6], [0.9, 0.6]], vec![[0.7, 0.2], [0.7, 1.0]]],
        // Its bar stands apart.
        5 => vec![vec![[0.35, 0.0], [0.9, 0.0]], vec![[0.2, 0.14], [0.2, 0.45], [0.8, 0.6], [0.7, 0.95], [0.2, 1.0]]],
        7 => vec![vec![[0.1, 0.0], [0.9, 0.0], [0.4, 1.0]]],
        _ => vec![ring(0.5, 0.25, 0.25), ring(0.5, 0.75, 0.25)],
    }
}

/// White paper of `width` x `height`, 0 to 1.
struct Sheet(Grid);

impl Sheet {
    fn new(width: usize, height: usize) -> Self {
        Sheet(Grid::from_fn(width, height, |_, _| 1.0))
    }

    /// A line of that thickness, with a soft edge.
    fn line(&mut self, from: [f32; 2], to: [f32; 2], thickness: f32, dark: f32) {
        let along = [to[0] - from[0], to[1] - from[1]];
        let length2 = (along[0] * along[0] + along[1] * along[1]).max(1e-6);
        for i in 0..self.0.data.len() {
            let off = [(i % self.0.width) as f32 - from[0], (i / self.0.width) as f32 - from[1]];
            let share = ((off[0] * along[0] + off[1] * along[1]) / length2).clamp(0.0, 1.0);
            let [dx, dy] = [off[0] - share * along[0], off[1] - share * along[1]];
            let cover = (0.5 * thickness + 0.5 - (dx * dx + dy * dy).sqrt()).clamp(0.0, 1.0);
            self.0.data[i] = self.0.data[i].min(1.0 - dark * cover);
        }
    }

    /// A digit of `size` pixels with its top left at (x, y).
    fn digit(&mut self, digit: usize, [x, y]: [f32; 2], size: f32) {
        for stroke in strokes(digit) {
            for pair in stroke.windows(2) {
                let [from, to] = [pair[0], pair[1]].map(|[u, v]| [x + 0.7 * size * u, y + size * v]);
                self.line(from, to, size / 9.0, 0.8);
            }
        }
    }

    fn picture(&self, light: impl Fn(usize, f32) -> f32) -> Picture {
        let grey = self.0.data.iter().enumerate().map(|(i, &value)| light(i, value).round() as u8).collect();
        Picture { width: self.0.width, height: self.0.height, pixels: Pixels::Grey(grey) }
    }
}

fn plain(_: usize, value: f32) -> f32 {
    255.0 * value
}

/// The mean difference of two images, in grey levels.
fn difference(a: &[u8], b: &[u8]) -> f32 {
    a.iter().zip(b).map(|(a, b)| f32::from(a.abs_diff(*b))).sum::<f32>() / a.len() as f32
}

/// What a picture holds for a network of 28 x 28 inputs that is sure of every digit.
fn seen(picture: &Picture) -> Handwriting {
    sure(picture, |_| 1.0)
}

/// The same for one that is so sure of an image.
fn sure(picture: &Picture, certainty: fn(&[u8]) -> f32) -> Handwriting {
    read(picture, (28, 28), |images| images.chunks(784).map(certainty).collect())
}

/// The columns and the rows of a network's image that hold ink.
fn inked(image: &[u8]) -> [usize; 2] {
    let count = |holds: &dyn Fn(usize) -> bool| (0..28).filter(|&line| holds(line)).count();
    let at = |x: usize, y: usize| image[y * 28 + x] > 60;
    [count(&|x| (0..28).any(|y| at(x, y))), count(&|y| (0..28).any(|x| at(x, y)))]
}

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
    assert_eq!(seen(&picture).digits.len(), 2);
    let knows_wide_ones = |image: &[u8]| if inked(image)[0] == 20 { 0.95 } else { 0.6 };
    assert_eq!(sure(&picture, knows_wide_ones).digits.len(), 1);
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
fn noise(count: usize) -> Vec<f32> {
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
    for digit in [0, 1, 7] {
        let mut sheet = Sheet::new(28, 28);
        for pair in strokes(digit).iter().flat_map(|stroke| stroke.windows(2)) {
            let [from, to] = [pair[0], pair[1]].map(|[u, v]| [8.0 + 12.0 * u, 4.0 + 19.0 * v]);
            sheet.line(from, to, 1.0, 0.25);
        }
        let picture = sheet.picture(|i, value| (255.0 * value + 10.0 * noise[i]).clamp(0.0, 255.0));
        let found = seen(&picture).digits;
        assert_eq!(found.len(), 1, "{digit}");
        assert!(found[0].place[3] >= 18, "{digit}: {:?}", found[0].place);
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
