//! Every picture on small fixed inputs, compared with the golden files in `tests/golden`, pixel by pixel.
//!
//! When a picture is meant to change: `RENEW_GOLDEN=1 cargo test --test pictures`, look at every file that
//! `git status` then names, and commit those that are better. A picture that differs from its golden file is left in
//! the build folder; the failing test tells its path.

use mnist::picture::{Epoch, Evidence, Explanation, Image, Mistake, ReadDigit, Sample, Unit};
use mnist::picture::{augmented, confusion, curves, explain, mistakes, reading, samples, weights};
use std::path::Path;

/// An image of `side` x `side` pixels: a ring, the wider the greater `kind` is.
fn ring(side: usize, kind: usize) -> Vec<u8> {
    let middle = (side as f32 - 1.0) / 2.0;
    let radius = middle * (0.4 + 0.1 * kind as f32);
    let ink = |place: usize| {
        let (dy, dx) = ((place / side) as f32 - middle, (place % side) as f32 - middle);
        let distance = ((dy * dy + dx * dx).sqrt() - radius).abs();
        (255.0 * (1.5 - distance).clamp(0.0, 1.0)) as u8
    };
    (0..side * side).map(ink).collect()
}

fn sample<'a>(pixels: &'a [u8], truth: Option<&'a str>, predicted: &'a str) -> Sample<'a> {
    Sample { pixels, truth, predicted, confidence: 0.987, row: 4711 }
}

/// A history in which the validation accuracy is measured in every other epoch.
fn history(epochs: usize) -> Vec<Epoch> {
    let epoch = |epoch: usize| {
        let rest = 1.0 / (epoch as f32 + 1.0);
        Epoch {
            epoch,
            loss: 4.0 * rest,
            validation_loss: (epoch % 2 == 1).then_some(3.0 * rest + 0.1),
            train_accuracy: 0.99 - 0.3 * rest,
            validation_accuracy: (epoch % 2 == 1).then_some(0.97 - 0.2 * rest),
        }
    };
    (1..=epochs).map(epoch).collect()
}

/// Weights of both signs for `neurons` x `side` x `side`.
fn waves(neurons: usize, side: usize) -> Vec<f32> {
    let wave = |at: usize| ((at / 3 * 37) % 101) as f32 / 101.0 - 0.5;
    (0..neurons * side * side).map(wave).collect()
}

fn names(classes: usize) -> Vec<String> {
    (0..classes).map(|class| class.to_string()).collect()
}

fn borrowed(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

/// Width, height, and red, green and blue of a PNG file.
fn decode(file: &[u8]) -> (usize, usize, Vec<u8>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().expect("a PNG");
    let mut rgb = vec![0; reader.output_buffer_size().expect("a small picture")];
    let frame = reader.next_frame(&mut rgb).expect("a whole PNG");
    assert_eq!(frame.color_type, png::ColorType::Rgb);
    (frame.width as usize, frame.height as usize, rgb)
}

fn same_as_golden(name: &str, image: &Image) {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("RENEW_GOLDEN").is_some() {
        std::fs::write(&golden, image.png()).expect("writing the golden file");
    }
    let file = std::fs::read(&golden).unwrap_or_else(|error| panic!("{name}: {error}"));
    let (width, height, rgb) = decode(&file);
    let (new_width, new_height, new) = decode(&image.png());
    let pairs = rgb.chunks(3).zip(new.chunks(3));
    let differing = pairs.filter(|(old, new)| old != new).count();
    if (width, height, differing) != (new_width, new_height, 0) {
        let drawn = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::write(&drawn, image.png()).expect("writing the picture");
        panic!(
            "{name}: golden {width} x {height}, drawn {new_width} x {new_height}, \
             {differing} pixels differ: see {}",
            drawn.display()
        );
    }
}

/// Nothing is drawn in the outer 8 pixels: nothing is cut.
fn whole(what: &str, image: &Image) {
    let (width, height, rgb) = decode(&image.png());
    for (place, pixel) in rgb.chunks(3).enumerate() {
        let (x, y) = (place % width, place / width);
        let edge = x.min(y).min(width - 1 - x).min(height - 1 - y);
        assert!(edge >= 8 || pixel == [255; 3], "{what}: something is cut at {x}, {y}");
    }
}

#[test]
fn samples_show_both_labels_and_mark_mistakes() {
    let digits: Vec<Vec<u8>> = (0..6).map(|kind| ring(8, kind)).collect();
    let mut shown: Vec<Sample> = digits.iter().map(|digit| sample(digit, Some("7"), "7")).collect();
    shown[1].predicted = "1";
    shown[2] = Sample { confidence: 1.0, ..sample(&digits[2], Some("-12"), "1000") };
    shown[3].confidence = 0.25;
    same_as_golden("samples.png", &samples((8, 8), &shown));
}

#[test]
fn samples_without_labels_show_the_prediction_alone() {
    let digit = ring(28, 2);
    same_as_golden("samples-unlabelled.png", &samples((28, 28), &[sample(&digit, None, "4"); 2]));
}

#[test]
fn a_mistake_is_seen_without_colour() {
    let digit = ring(28, 2);
    // The first sample is wrong in both, so that both have the same caption and the second alone differs.
    let first = sample(&digit, Some("4"), "9");
    let pair = |second| samples((28, 28), &[first, first, sample(&digit, Some("4"), second)]);
    let ((width, height, right), (wrong_width, wrong_height, wrong)) =
        (decode(&pair("4").png()), decode(&pair("9").png()));
    assert_eq!((width, height), (wrong_width, wrong_height));
    let grey = |pixel: &[u8]| (30 * pixel[0] as i32 + 59 * pixel[1] as i32 + 11 * pixel[2] as i32) / 100;
    let pairs = right.chunks(3).zip(wrong.chunks(3));
    let darker = pairs.filter(|(right, wrong)| grey(right) - grey(wrong) > 80).count();
    assert!(darker > 4 * 4 * 140, "a frame of 4 pixels around 140 x 140, found {darker} pixels");
}

/// An explanation of a ring of `size` by a network of these hidden layers.
fn explanation<'a>(pixels: &'a [u8], size: (usize, usize), layers: &[usize], labels: &'a [String]) -> Explanation<'a> {
    let wave = |count: usize| (0..count).map(|i| ((i * 7 % 11) as f32 - 4.0) / 3.0).collect::<Vec<_>>();
    let share = |class: usize| if class == 1 { 0.9 } else { 0.1 / (labels.len() - 1) as f32 };
    let map = |title: &str| Evidence { title: title.into(), shares: wave(pixels.len()) };
    let unit = |number| Unit { number, weights: wave(pixels.len()), contribution: 2.0 - number as f32 };
    Explanation {
        title: "Read as 1, labelled 0".into(),
        caption: "image 3 of digits.csv".into(),
        size,
        pixels,
        layers: layers.iter().map(|&units| wave(units)).collect(),
        classes: labels.iter().enumerate().map(|(class, label)| (label.as_str(), share(class))).collect(),
        truth: Some(0),
        evidence: vec![map("what spoke for 1"), map("for 1 rather than 0")],
        units: (1..=layers.first().copied().unwrap_or(0).min(10)).map(unit).collect(),
    }
}

#[test]
fn an_explanation_shows_image_layers_classes_and_evidence() {
    let digit = ring(8, 0);
    let (ten, two, many) = (names(10), names(2), names(26));
    same_as_golden("explain.png", &explain(&explanation(&digit, (8, 8), &[40, 12], &ten)));
    same_as_golden("explain-none.png", &explain(&explanation(&digit, (8, 8), &[], &two)));
    same_as_golden("explain-26.png", &explain(&explanation(&digit, (16, 4), &[1500, 3, 2, 1], &many)));
}

#[test]
fn a_reading_frames_its_digits_and_shows_many_in_a_square() {
    let digit = ring(8, 0);
    let colours = vec![[240, 236, 228]; 120 * 90];
    let read = |place, doubtful, probability| ReadDigit { place, pixels: &digit, label: "0", probability, doubtful };
    let digits = [read([6, 30, 30, 40], false, 0.9996), read([70, 4, 36, 80], true, 0.612)];
    same_as_golden("reading.png", &reading((120, 90, &colours), (8, 8), &digits));

    for count in [100, 400, 1000] {
        let many = reading((120, 90, &colours), (8, 8), &vec![digits[0]; count]);
        let (width, height, _) = decode(&many.png());
        assert!(width < 2 * height && height < 2 * width, "{count} digits: {width} x {height}");
    }
}

#[test]
fn mistakes_show_both_probabilities() {
    let digits: Vec<Vec<u8>> = (0..2).map(|kind| ring(8, kind)).collect();
    let mistake = |pixels, predicted_probability, truth_probability| Mistake {
        pixels,
        truth: "4",
        predicted: "9",
        truth_probability,
        predicted_probability,
        row: 17,
    };
    let shown = [mistake(&digits[0], 0.99999, 0.00001), mistake(&digits[1], 0.612, 0.301)];
    same_as_golden("mistakes.png", &mistakes((8, 8), &shown, (17, 1000), "the network learned from these images"));
}

#[test]
fn a_model_without_mistakes_has_a_picture_that_says_so() {
    same_as_golden("mistakes-none.png", &mistakes((28, 28), &[], (0, 10_000), ""));
}

#[test]
fn augmented_digits_stand_beside_their_original() {
    let digits: Vec<Vec<u8>> = (0..6).map(|kind| ring(8, kind)).collect();
    same_as_golden("augmented.png", &augmented((8, 8), &digits, 3));
}

#[test]
fn curves_of_few_and_of_many_epochs() {
    same_as_golden("curves-1.png", &curves(&history(1), 1));
    same_as_golden("curves-3.png", &curves(&history(3), 3));
    same_as_golden("curves-1000.png", &curves(&history(1000), 991));
}

#[test]
fn confusion_of_few_and_of_many_classes() {
    same_as_golden(
        "confusion-2.png",
        &confusion(&["0", "1"], &[1032, 3, 12, 998], "the network learned from about 40% of these images"),
    );
    let perfect = [7, 0, 0, 0, 8, 0, 0, 0, 9];
    same_as_golden("confusion-perfect.png", &confusion(&["-1", "5", "10"], &perfect, ""));
    let right = |place: usize| place.is_multiple_of(48);
    let count = |place| {
        if right(place) { 380 } else { (place * 31 % 97).saturating_sub(94) }
    };
    let counts: Vec<usize> = (0..47 * 47).map(count).collect();
    same_as_golden("confusion-47.png", &confusion(&borrowed(&names(47)), &counts, ""));
}

#[test]
fn weights_have_a_symmetric_scale() {
    same_as_golden("weights.png", &weights((8, 8), &waves(7, 8), 9, &[]));
}

#[test]
fn no_digit_is_cut_at_any_size() {
    for side in [1, 8, 28, 64, 300] {
        let digit = ring(side, 2);
        for count in [1, 5, 25, 100].into_iter().filter(|count| count * side <= 2800) {
            let long = (Some("-1000000"), "1234567890");
            for (truth, predicted) in [(None, "3"), (Some("3"), "8"), long] {
                let shown = vec![sample(&digit, truth, predicted); count];
                whole(&format!("{count} of {side} x {side}"), &samples((side, side), &shown));
            }
        }
        whole(&format!("weights of {side} x {side}"), &weights((side, side), &waves(12, side), 12, &names(12)));
    }
    whole("one row", &samples((784, 1), &[sample(&[255; 784], Some("1"), "1")]));
    for neurons in [1, 2, 10, 512, 1025] {
        whole(&format!("{neurons} neurons"), &weights((8, 8), &waves(neurons, 8), 600, &[]));
    }
}

#[test]
fn no_plot_is_cut_at_any_size() {
    for classes in [1, 2, 3, 10, 26, 47, 62, 100, 1000] {
        let counts: Vec<usize> = (0..classes * classes).map(|place| place * 31 % 5).collect();
        whole(&format!("{classes} classes"), &confusion(&borrowed(&names(classes)), &counts, ""));
    }
    whole("large counts", &confusion(&["0", "1"], &[10_000_000, 3, 70_000, 1 << 60], ""));
    whole("long labels", &confusion(&["-1234567890"; 10], &[1; 100], ""));
    for epochs in [1, 2, 3, 20, 31, 1000, 100_000] {
        whole(&format!("{epochs} epochs"), &curves(&history(epochs), epochs));
    }
    for (loss, accuracy) in [(0.0, 1.0), (1e-7, 0.0), (1e9, 0.1), (3e38, 1.0)] {
        let epoch = |epoch| Epoch {
            epoch,
            loss,
            validation_loss: Some(loss),
            train_accuracy: accuracy,
            validation_accuracy: Some(accuracy),
        };
        let history = [epoch(1), epoch(2)];
        whole(&format!("loss {loss}, accuracy {accuracy}"), &curves(&history, 2));
    }
}

#[test]
fn what_is_not_finite_is_no_point_of_a_curve() {
    let measured = history(3);
    let epochs = |loss, accuracy, held: Option<f32>| {
        let second = Epoch { loss, train_accuracy: accuracy, validation_loss: held, ..measured[1] };
        curves(&[measured[0], Epoch { validation_accuracy: held, ..second }, measured[2]], 3).png()
    };
    let unmeasured = epochs(f32::NAN, f32::NAN, None);
    assert!(epochs(f32::INFINITY, f32::NEG_INFINITY, Some(f32::NAN)) == unmeasured);
    assert!(epochs(1.0, 0.5, None) != unmeasured);
    whole("nothing finite", &curves(&[Epoch { loss: f32::NAN, train_accuracy: f32::NAN, ..measured[1] }], 1));
}

#[test]
fn zeros_and_what_is_no_number_are_drawn_all_the_same() {
    whole("zero weights", &weights((2, 2), &[0.0; 8], 8, &[]));
    let digit = ring(8, 0);
    let sure = |confidence| samples((8, 8), &[Sample { confidence, ..sample(&digit, None, "1") }]);
    whole("no confidence", &sure(f32::NAN));
    assert!(sure(f32::NAN).png() != sure(1.0).png());
}
