//! Arrays are found, and their values and sizes read.

use super::*;

#[test]
fn arrays_are_found_by_name_or_by_shape() {
    let images = npy("|u1", "2, 5, 5", &[[0; 25], [200; 25]].concat());
    let labels = npy("<i8", "2,", &[3u64.to_le_bytes(), 7u64.to_le_bytes()].concat());
    let single = npy("|u1", "2, 3", &[0, 0, 1, 1, 0, 0]);
    let learned = |names: [&str; 2], labels: &[u8]| {
        taken(Role::Learn, &[(names[0], images.clone()), (names[1], labels.to_vec())])
    };
    for names in [
        ["X.npy", "y.npy"],
        ["x_train.npy", "y_train.npy"],
        ["train_X.npy", "train_Y.npy"],
        ["train_images.npy", "train_labels.npy"],
    ] {
        assert_eq!(learned(names, &labels), (Ok(Some(vec![3, 7])), None), "{names:?}");
    }
    assert_eq!(learned(["x.npy", "y.npy"], &single), (Ok(Some(vec![2, 0])), None));
    let note = Some("the array arr_0 is taken for the images".to_owned());
    assert_eq!(learned(["arr_0.npy", "arr_1.npy"], &labels), (Ok(Some(vec![3, 7])), note));
    let words = npy("<U1", "2,", &[0; 8]);
    let (error, _) = learned(["x.npy", "y.npy"], &words);
    assert_eq!(
        error.unwrap_err(),
        "y: expected whole numbers, or floats of 2, 4 or 8 bytes, found <U1: convert numbers by .astype(int), and number words"
    );
    let negative = npy("<f4", "1, 5, 5", &(-0.5f32).to_le_bytes().repeat(25));
    let (error, _) = taken(Role::Label, &[("x.npy", negative)]);
    assert_eq!(
        error.unwrap_err(),
        "x: expected whole pixels from 0 to 255, or from 0 to 1, found -0.5 at [0, 0, 0]: undo the normalisation that made it negative"
    );
    // What is measured takes its own labels, though those of the other set are as many.
    let more = [("x_test.npy", npy("|u1", "2, 5, 5", &[90; 50])), ("x_train.npy", images), ("y_train.npy", labels)];
    let note = Some("x_test has no labels here: x_train is taken, which has some".to_owned());
    assert_eq!(taken(Role::Measure, &more), (Ok(Some(vec![3, 7])), note));
    assert_eq!(taken(Role::Measure, &[more[0].clone(), more[2].clone()]), (Ok(None), None));
}

/// Images of one array of floats, a row of 25 each.
fn of_floats(values: &[f32]) -> Result<Table, Error> {
    let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    npy::array(npy("<f4", &format!("{}, 25", values.len() / 25), &bytes).as_slice())?.images(&Options::default())
}

#[test]
fn pixels_of_arrays_are_whole_or_fractions_within_a_hair() {
    let with = |place: usize, value: f32, others: &dyn Fn(usize) -> f32| {
        let mut values: Vec<f32> = (0..50).map(others).collect();
        values[place] = value;
        of_floats(&values)
    };
    let fractions = |i: usize| i as f32 / 50.0 * 1.000_000_1;
    let table = with(49, 1.000_000_1, &fractions).unwrap();
    assert_eq!((table.pixels[25], table.pixels[49]), (128, 255));
    assert_eq!(table.notes[0].text, "the pixels are fractions from 0 to 1: scaled to 0 to 255");
    let table = with(49, 254.999_98, &|i| i as f32).unwrap();
    assert_eq!((table.pixels[25], table.pixels[49]), (25, 255));
    // The one that is wrong is named, not one that could be right.
    for (place, value, others, error) in [
        (30, 12.5, &(|i: usize| i as f32) as &dyn Fn(usize) -> f32, "found 12.5 at [1, 5]: bring all to one scale"),
        (30, 2.5, &fractions, "found 2.5 at [1, 5]: bring all to one scale"),
        (7, 300.0, &|i| i as f32 / 2.0, "found 300 at [0, 7]: scale the pixels to 0 to 255"),
        (49, f32::NAN, &|i| i as f32 / 2.0, "found NaN at [1, 24]: fill in what is missing"),
        (
            49,
            f32::NEG_INFINITY,
            &|i| i as f32 / 2.0,
            "found -inf at [1, 24]: fill in what is missing, or what a division",
        ),
    ] {
        let found = with(place, value, others).unwrap_err().to_string();
        assert!(found.contains(error), "{found}");
    }
}

/// IDX has other types than bytes, and NumPy floats of 2 bytes.
#[test]
fn values_of_any_type_are_read() {
    let values: Vec<u8> = (0..25).map(|i| i * 5).collect();
    let of = |bytes: fn(f64) -> Vec<u8>| -> Vec<u8> { values.iter().flat_map(|&v| bytes(v.into())).collect() };
    // 120 and all below have at most 11 digits in base 2.
    let half = |value: f64| match value {
        0.0 => vec![0, 0],
        _ => {
            let exponent = value.log2().floor();
            let bits = (exponent as u16 + 15) << 10 | ((value / exponent.exp2() - 1.0) * 1024.0) as u16;
            bits.to_le_bytes().to_vec()
        }
    };
    let idx = |kind: u8, bytes: Vec<u8>| {
        let header = [0, 0, kind, 3, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0, 5];
        idx::array([header.as_slice(), &bytes].concat().as_slice(), None)
    };
    for array in [
        idx(9, of(|v| vec![v as u8])),
        idx(11, of(|v| (v as i16).to_be_bytes().into())),
        idx(12, of(|v| (v as i32).to_be_bytes().into())),
        idx(13, of(|v| (v as f32).to_be_bytes().into())),
        idx(14, of(|v| v.to_be_bytes().into())),
        npy::array(npy("<f2", "1, 5, 5", &of(half)).as_slice()),
    ] {
        assert_eq!(array.unwrap().images(&Options::default()).unwrap().pixels, values);
    }
    // 1, the largest below it, the least of all, and what is no number.
    let edges = [0x3c00u16, 0x3bff, 1, 0xbc00, 0x7c00, 0x7e00].map(u16::to_le_bytes).concat();
    let found: Vec<f64> = {
        let array = npy::array(npy("<f2", "6,", &edges).as_slice()).unwrap();
        (0..6).map(|place| array.value(place)).collect()
    };
    assert_eq!(found[..5], [1.0, 2047.0 / 2048.0, 2f64.powi(-24), -1.0, f64::INFINITY]);
    assert!(found[5].is_nan());
    let labels = idx::array([0, 0, 12, 1, 0, 0, 0, 2, 0, 0, 0, 7, 255, 255, 255, 255].as_slice(), None).unwrap();
    assert_eq!(labels.labels(), Ok(vec![7, -1]));
}

/// A size is that of the upright images, whatever the file is.
#[test]
fn sizes_are_those_of_upright_images() {
    let (width, height) = (7, 5);
    let upright: Vec<u8> = (0..35).map(|i| (i * 37 % 256) as u8).collect();
    let stored: Vec<u8> = (0..35).map(|i| upright[i % height * width + i / height]).collect();
    let sized = |size, transpose| Options { size, transpose, label: LabelColumn::None, ..Options::default() };
    let text = stored.iter().map(u8::to_string).collect::<Vec<_>>().join(",");
    let idx = [&[0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 7, 0, 0, 0, 5], stored.as_slice()].concat();
    let of_npy = |shape: &str, options: &Options| npy::array(npy("|u1", shape, &stored).as_slice())?.images(options);
    let read = |options: &Options| {
        [
            csv::read(text.as_bytes(), None, options, &mut |_| ()),
            of_npy("1, 35", options),
            of_npy("1, 7, 5", options),
            idx::array(idx.as_slice(), None).and_then(|array| array.images(options)),
        ]
    };
    for table in read(&sized(Some((width, height)), true)) {
        let table = table.unwrap();
        assert_eq!((table.width, table.height, &table.pixels), (width, height, &upright));
    }
    for error in &read(&sized(Some((width, height)), false))[2..] {
        let error = error.as_ref().unwrap_err();
        assert_eq!(
            (error.to_string().as_str(), &error.mend),
            (
                "expected images of 7 x 5 pixels, found 5 x 7, as of images that are stored column by column",
                &Some(Mend::Transpose)
            )
        );
    }
    for error in &read(&sized(Some((height, width)), true))[2..] {
        assert_eq!(error.as_ref().unwrap_err().mend, Some(Mend::Upright));
    }
}
