//! What augmentation does to images: how far ink moves, that it moves smoothly, and that the same number always moves
//! the same way. Displacements are read off images whose grey tells where it came from.

use mnist::data::augment::{Augmenter, Strength};

const NONE: Strength = Strength {
    rotation_degrees: 0.0,
    scale: 0.0,
    shear: 0.0,
    shift_pixels: 0.0,
    thickness: 0.0,
    elastic_pixels: 0.0,
    elastic_sigma: 5.0,
};

/// The image drawn with each of these numbers, in this order.
fn draw(size: [usize; 2], strength: Strength, seed: u64, epoch: u64, image: &[u8], indices: &[u64]) -> Vec<Vec<u8>> {
    let augmenter = Augmenter::new(size[0], size[1], strength).unwrap();
    let deformations = augmenter.epoch(seed, epoch);
    let mut scratch = augmenter.scratch();
    let draw = |&index| {
        let mut out = vec![0; image.len()];
        deformations.draw(image, index, &mut scratch, &mut out);
        out
    };
    indices.iter().map(draw).collect()
}

fn paint(size: [usize; 2], grey: impl Fn(f64, f64) -> f64) -> Vec<u8> {
    let at = |i: usize| grey((i % size[0]) as f64, (i / size[0]) as f64).round() as u8;
    (0..size[0] * size[1]).map(at).collect()
}

/// Something like a digit: a ring with a tail, off the centre.
fn digit(size: [usize; 2]) -> Vec<u8> {
    let [width, height] = size.map(|side| side as f64);
    paint(size, |x, y| {
        let (u, v) = (x / width - 0.45, y / height - 0.4);
        let ring = ((u * u + v * v).sqrt() - 0.18).abs();
        let tail = if v > 0.0 && v < 0.4 { (u - 0.18).abs() } else { 1.0 };
        (255.0 * (2.0 - ring.min(tail) * width.min(height)).clamp(0.0, 1.0)).round()
    })
}

/// A soft dot around (x, y).
fn dot(size: [usize; 2], x: f64, y: f64) -> Vec<u8> {
    paint(size, |u, v| 255.0 * (1.0 - (u - x).hypot(v - y) / 3.0).max(0.0))
}

fn ink(image: &[u8]) -> f64 {
    image.iter().map(|&grey| f64::from(grey)).sum()
}

fn centre_of_mass(image: &[u8], width: usize) -> [f64; 2] {
    let (mut x, mut y) = (0.0, 0.0);
    for (i, &grey) in image.iter().enumerate() {
        x += f64::from(grey) * (i % width) as f64;
        y += f64::from(grey) * (i / width) as f64;
    }
    [x / ink(image), y / ink(image)]
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn rms(values: &[f64]) -> f64 {
    mean(&values.iter().map(|v| v * v).collect::<Vec<_>>()).sqrt()
}

fn correlation(pairs: &[(f64, f64)]) -> f64 {
    let (a, b): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    let product = pairs.iter().map(|(a, b)| a * b).collect::<Vec<_>>();
    mean(&product) / (rms(&a) * rms(&b))
}

fn assert_near(what: &str, found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance, "{what}: expected {expected} to within {tolerance}, found {found}");
}

/// These are uniform in [-limit, limit] as far as some thousand of them can tell.
fn assert_uniform(what: &str, values: &[f64], limit: f64, reading_error: f64) {
    let largest = values.iter().fold(0.0, |largest: f64, v| largest.max(v.abs()));
    assert!(largest <= limit + reading_error, "{what}: {largest} is more than {limit}");
    assert_near(what, mean(values), 0.0, 0.05 * limit + reading_error);
    assert_near(what, rms(values), limit / 3.0_f64.sqrt(), 0.05 * limit + reading_error);
}

const DIGIT: [usize; 2] = [28, 28];

#[test]
fn no_strength_leaves_every_byte() {
    for size in [DIGIT, [8, 8], [64, 64], [9, 30], [17, 5], [1, 1]] {
        let image: Vec<u8> = (0..size[0] * size[1]).map(|i| (i * 37 % 256) as u8).collect();
        for out in draw(size, NONE, 3, 4, &image, &[0, 1, 59_999]) {
            assert_eq!(out, image, "{size:?}");
        }
    }
}

#[test]
fn a_deformation_belongs_to_its_seed_epoch_and_index_alone() {
    for size in [DIGIT, [8, 8], [20, 31]] {
        let image = digit(size);
        let strength = Strength::ELASTIC.for_size(size[0], size[1]);
        let forwards = draw(size, strength, 1, 2, &image, &[0, 1, 2, 3, 4]);
        let mut backwards = draw(size, strength, 1, 2, &image, &[4, 3, 2, 1, 0]);
        backwards.reverse();
        assert_eq!(forwards, backwards);
        assert_eq!(forwards[3..4], draw(size, strength, 1, 2, &image, &[3]));

        for (a, b) in [(0, 1), (0, 4), (2, 3)] {
            assert_ne!(forwards[a], forwards[b], "{size:?}: images {a} and {b}");
        }
        assert_ne!(forwards[0], draw(size, strength, 2, 2, &image, &[0])[0], "{size:?}: another seed");
        assert_ne!(forwards[0], draw(size, strength, 1, 3, &image, &[0])[0], "{size:?}: another epoch");
    }
}

#[test]
fn an_image_that_was_drawn_before_leaves_no_trace() {
    let augmenter = Augmenter::new(28, 28, Strength::ELASTIC).unwrap();
    let deformations = augmenter.epoch(0, 0);
    let [mut fresh, mut used] = [augmenter.scratch(), augmenter.scratch()];
    let mut expected = vec![0; 784];
    deformations.draw(&digit(DIGIT), 5, &mut fresh, &mut expected);
    let mut out = vec![255; 784];
    deformations.draw(&[255; 784], 9, &mut used, &mut out);
    deformations.draw(&digit(DIGIT), 5, &mut used, &mut out);
    assert_eq!(out, expected);
}

#[test]
fn the_same_bytes_on_every_machine() {
    // FNV-1a of 100 drawings: changes if anything of the mathematics does, and then results of old seeds change too.
    let indices: Vec<u64> = (0..100).collect();
    let bytes = draw(DIGIT, Strength::ELASTIC, 42, 7, &digit(DIGIT), &indices).concat();
    let hash = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    assert_eq!(format!("{hash:016x}"), "208ea71195250a20");
}

/// Elastic displacements (dx, then dy, of every pixel) of 60 images in each of 40 epochs, read off ramps that fall from
/// the far or the near border to the other. NaN where ink came from beyond the low end of the ramp; beyond its high end
/// they are wrong.
fn displacements(side: usize, pixels: f32, sigma: f32, falls_to_near: bool) -> Vec<[Vec<f64>; 2]> {
    let strength = Strength { elastic_pixels: pixels, elastic_sigma: sigma, ..NONE };
    let size = [side; 2];
    let (base, slope) = (60.0, (190 / side) as f64);
    let from_end = |position: f64| {
        if falls_to_near { position } else { (side - 1) as f64 - position }
    };
    let ramps = [paint(size, |x, _| base + slope * from_end(x)), paint(size, |_, y| base + slope * from_end(y))];
    let indices: Vec<u64> = (0..60).collect();
    let mut all = Vec::new();
    for epoch in 0..40 {
        let [xs, ys] = [0, 1].map(|axis| draw(size, strength, 11, epoch, &ramps[axis], &indices));
        for outs in xs.iter().zip(&ys) {
            let read = |out: &[u8], own: fn(usize, usize) -> usize| -> Vec<f64> {
                let displacement = |(i, &grey): (usize, &u8)| {
                    let position = (f64::from(grey) - base) / slope;
                    if position < 0.0 { f64::NAN } else { from_end(position) - own(i, side) as f64 }
                };
                out.iter().enumerate().map(displacement).collect()
            };
            all.push([read(outs.0, |i, side| i % side), read(outs.1, |i, side| i / side)]);
        }
    }
    all
}

#[test]
fn elastic_displacement_has_the_stated_strength_everywhere() {
    for (side, pixels, sigma) in [(28, 1.1, 5.0), (28, 1.5, 3.0), (20, 0.8, 4.0)] {
        let all = [true, false].map(|near| displacements(side, pixels, sigma, near));
        let pixels = f64::from(pixels);
        let what = |place: &str| format!("{side}x{side}, sigma {sigma}, {place}");
        let middle = side / 2;
        for axis in [0, 1] {
            // At a place along this axis and one across it.
            let at = |falls_to: usize, along: usize, across: usize| {
                let i = if axis == 0 { across * side + along } else { along * side + across };
                let known = all[falls_to].iter().map(move |image| image[axis][i]).filter(|d| !d.is_nan());
                known.collect::<Vec<_>>()
            };
            let inner = [middle - 3, middle, middle + 3].map(|along| at(0, along, middle)).concat();
            assert_near(&what("the middle"), rms(&inner), pixels, 0.05 * pixels);
            assert_near(&what("the mean"), mean(&inner), 0.0, 0.08 * pixels);
            let far = inner.iter().filter(|d| d.abs() > 2.0 * pixels).count() as f64 / inner.len() as f64;
            assert_near(&what("beyond two sigma, as of a normal distribution"), far, 0.0455, 0.015);

            // At the borders along the axis, those that point inwards can be read: half of them, and as strong.
            for (falls_to, border) in [(0, 0), (1, side - 1)] {
                let inwards = [middle - 4, middle, middle + 4].map(|across| at(falls_to, border, across)).concat();
                assert_near(&what("inwards"), rms(&inwards), pixels, 0.07 * pixels);
            }
        }
    }
}

#[test]
fn elastic_displacement_is_smooth_over_sigma_and_independent_between_axes_and_images() {
    let (side, sigma) = (28, 5.0);
    let all = displacements(side, 1.1, sigma, true);
    let middle = side / 2 * side + side / 2;
    // A Gaussian convolved with itself has twice the variance: correlation exp(-r^2 / 4 sigma^2) at distance r.
    for distance in [1, 5, 10] {
        let r = distance as f64 / f64::from(sigma);
        for (axis, step) in [(0, 1), (0, side), (1, 1), (1, side)] {
            let from = middle - distance / 2 * step;
            let pairs: Vec<_> =
                all.iter().map(|image| (image[axis][from], image[axis][from + distance * step])).collect();
            assert_near(&format!("at distance {distance}"), correlation(&pairs), (-r * r / 4.0).exp(), 0.06);
        }
    }
    let axes: Vec<_> = all.iter().map(|[dx, dy]| (dx[middle], dy[middle])).collect();
    assert_near("dx and dy", correlation(&axes), 0.0, 0.06);
    let images: Vec<_> = all.windows(2).map(|pair| (pair[0][0][middle], pair[1][0][middle])).collect();
    assert_near("one image and the next", correlation(&images), 0.0, 0.06);
}

#[test]
fn affine_parts_reach_their_limits_and_no_further() {
    let size = [41, 41];
    let c = 20.0;
    let indices: Vec<u64> = (0..3000).collect();
    // Where a dot at this place goes.
    let moved = |strength: Strength, x: f64, y: f64| -> Vec<[f64; 2]> {
        let drawn = draw(size, strength, 5, 6, &dot(size, c + x, c + y), &indices);
        drawn.iter().map(|out| centre_of_mass(out, 41)).map(|[x, y]| [x - c, y - c]).collect()
    };
    let column = |points: &[[f64; 2]], f: &dyn Fn([f64; 2]) -> f64| points.iter().map(|&p| f(p)).collect::<Vec<_>>();

    let shifts = moved(Strength { shift_pixels: 1.5, ..NONE }, 0.0, 0.0);
    assert_uniform("shift in x", &column(&shifts, &|[x, _]| x), 1.5, 0.02);
    assert_uniform("shift in y", &column(&shifts, &|[_, y]| y), 1.5, 0.02);

    let turned = moved(Strength { rotation_degrees: 12.0, ..NONE }, 12.0, 0.0);
    assert_uniform("rotation", &column(&turned, &|[x, y]| y.atan2(x).to_degrees()), 12.0, 0.2);
    assert!(turned.iter().all(|[x, y]| (x.hypot(*y) - 12.0).abs() < 0.05), "a rotation keeps the radius");

    let scaled = moved(Strength { scale: 0.12, ..NONE }, 10.0, 10.0);
    assert_uniform("scale of x", &column(&scaled, &|[x, _]| x / 10.0 - 1.0), 0.12, 0.01);
    assert_uniform("scale of y", &column(&scaled, &|[_, y]| y / 10.0 - 1.0), 0.12, 0.01);
    let factors: Vec<_> = scaled.iter().map(|[x, y]| (x - 10.0, y - 10.0)).collect();
    assert_near("one axis's scale and the other's", correlation(&factors), 0.0, 0.08);

    let sheared = moved(Strength { shear: 0.15, ..NONE }, 0.0, 10.0);
    assert_uniform("shear", &column(&sheared, &|[x, _]| x / 10.0), 0.15, 0.01);
    assert!(sheared.iter().all(|[_, y]| (y - 10.0).abs() < 0.05), "a shear keeps the height");
}

#[test]
fn ink_is_neither_lost_nor_won() {
    let indices: Vec<u64> = (0..500).collect();
    for size in [DIGIT, [14, 14], [56, 40]] {
        let image = digit(size);
        for strength in [Strength::AFFINE, Strength::ELASTIC] {
            let strength = strength.for_size(size[0], size[1]);
            let drawn = draw(size, strength, 8, 9, &image, &indices);
            let ratios: Vec<f64> = drawn.iter().map(|out| ink(out) / ink(&image)).collect();
            assert_near(&format!("mean ink at {size:?}"), mean(&ratios), 1.0, 0.05);
            assert!(ratios.iter().all(|ratio| (0.5..1.7).contains(ratio)), "{size:?}: {ratios:?}");
        }
    }
}

#[test]
fn strengths_in_pixels_follow_the_size_of_the_image() {
    assert_eq!(Strength::ELASTIC.for_size(28, 28), Strength::ELASTIC);
    let large = Strength::ELASTIC.for_size(84, 56);
    assert_eq!(large.shift_pixels, 2.0 * Strength::ELASTIC.shift_pixels);
    assert_eq!(large.elastic_pixels, 2.0 * Strength::ELASTIC.elastic_pixels);
    assert_eq!(large.elastic_sigma, 2.0 * Strength::ELASTIC.elastic_sigma);
    assert_eq!(large.rotation_degrees, Strength::ELASTIC.rotation_degrees);
    for side in 1..=254 {
        assert!(Augmenter::new(side, 254, Strength::ELASTIC.for_size(side, 254)).is_ok(), "{side}");
    }
}

#[test]
fn the_strongest_deformations_of_the_oddest_sizes_are_drawn() {
    let strength = Strength {
        rotation_degrees: 180.0,
        scale: 0.5,
        shear: 1.0,
        shift_pixels: 256.0,
        thickness: 1.0,
        elastic_pixels: 16.0,
        elastic_sigma: 0.5,
    };
    let near = Strength { shift_pixels: 2.0, ..strength };
    for size in [[1, 1], [1, 254], [254, 1], [7, 3], [8, 9], [15, 16], [17, 2], [31, 33], [254, 254]] {
        let image = vec![255; size[0] * size[1]];
        let far = draw(size, strength, 0, u64::MAX, &image, &[0, 1, u64::MAX]);
        let drawn = draw(size, near, u64::MAX, 0, &image, &[0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(far.concat().len(), 3 * image.len());
        let seen = drawn.concat().iter().any(|&grey| grey > 0);
        assert!(seen || image.len() < 20, "{size:?}: nothing is seen");
    }
}

#[test]
fn sizes_and_strengths_without_sense_are_refused() {
    let refusal = |width, height, strength| Augmenter::new(width, height, strength).unwrap_err().to_string();
    assert_eq!(refusal(0, 28, NONE), "augmentation: image size: expected 1x1 to 254x254 pixels, found 0x28");
    assert!(refusal(28, 255, NONE).ends_with("found 28x255"));
    assert_eq!(
        refusal(28, 28, Strength { rotation_degrees: 181.0, ..NONE }),
        "augmentation: rotation in degrees: expected 0 to 180, found 181"
    );
    for bad in [f32::NAN, -1.0, f32::INFINITY, 1e9] {
        assert!(refusal(28, 28, Strength { rotation_degrees: bad, ..NONE }).contains("rotation"));
        assert!(refusal(28, 28, Strength { scale: bad, ..NONE }).contains("scale"));
        assert!(refusal(28, 28, Strength { shear: bad, ..NONE }).contains("shear"));
        assert!(refusal(28, 28, Strength { shift_pixels: bad, ..NONE }).contains("shift"));
        assert!(refusal(28, 28, Strength { thickness: bad, ..NONE }).contains("thickness"));
        assert!(refusal(28, 28, Strength { elastic_pixels: bad, ..NONE }).contains("displacement"));
        assert!(refusal(28, 28, Strength { elastic_sigma: bad, ..NONE }).contains("sigma"));
    }
    assert!(refusal(28, 28, Strength { elastic_sigma: 0.0, ..NONE }).contains("sigma"));
}

/// The largest or smallest of a pixel and its four neighbours; outside the image is paper.
fn extreme(image: &[u8], [width, height]: [usize; 2], pixel: usize, bolder: bool) -> u8 {
    let (x, y) = ((pixel % width) as isize, (pixel / width) as isize);
    let grey = |(dx, dy): (isize, isize)| {
        let inside = (0..width as isize).contains(&(x + dx)) && (0..height as isize).contains(&(y + dy));
        if inside { image[(y + dy) as usize * width + (x + dx) as usize] } else { 0 }
    };
    let greys = [(0, 0), (-1, 0), (1, 0), (0, -1), (0, 1)].map(grey).into_iter();
    if bolder { greys.max() } else { greys.min() }.unwrap()
}

#[test]
fn strokes_become_bolder_or_thinner_by_a_share_of_the_way_to_their_neighbours() {
    for size in [[28, 28], [8, 8], [19, 11]] {
        let image = digit(size);
        let all = draw(size, Strength { thickness: 0.5, ..NONE }, 1, 2, &image, &(0..100).collect::<Vec<_>>());
        let mut shares = Vec::new();
        for out in &all {
            let bolder = ink(out) > ink(&image);
            let whole: f64 = (0..image.len()).map(|i| f64::from(extreme(&image, size, i, bolder))).sum();
            let share = (ink(out) - ink(&image)) / (whole - ink(&image));
            for (i, &found) in out.iter().enumerate() {
                let here = f64::from(image[i]);
                let expected = here + share * (f64::from(extreme(&image, size, i, bolder)) - here);
                assert!((f64::from(found) - expected).abs() < 2.0, "{size:?}, pixel {i}: {found}, expected {expected}");
            }
            shares.push(if bolder { share } else { -share });
        }
        // Drawn evenly from -0.5 to 0.5.
        let mean = shares.iter().sum::<f64>() / 100.0;
        let (least, most) = shares.iter().fold((0.0, 0.0), |(a, b): (f64, f64), &s| (a.min(s), b.max(s)));
        assert!(mean.abs() < 0.1 && (-0.51..-0.45).contains(&least) && (0.45..0.51).contains(&most), "{shares:?}");
    }
}
