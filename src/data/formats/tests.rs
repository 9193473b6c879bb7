//! Damaged files of IDX, NumPy and ARFF: an error or a table, never a panic, and no more pixels than the file has
//! bytes. And which of several files is taken.

use super::*;
use crate::random::{Purpose, Stream};

/// Four images of 5 x 5 in each format.
fn files() -> [Vec<u8>; 3] {
    let pixels: Vec<u8> = (0..100).map(|i| (i * 37 % 256) as u8).collect();
    let idx = [&[0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 5, 0, 0, 0, 5], pixels.as_slice()].concat();
    let header = format!("{:<117}\n", "{'descr': '|u1', 'fortran_order': False, 'shape': (4, 5, 5), }");
    let npy = [b"\x93NUMPY\x01\0".as_slice(), &118u16.to_le_bytes(), header.as_bytes(), &pixels].concat();
    let attributes: String = (0..64).map(|pixel| format!("@ATTRIBUTE pixel{pixel} real\n")).collect();
    let row = |row: usize| format!("{},{row}\n", vec![(row * 60).to_string(); 64].join(","));
    let rows: String = (0..4).map(row).collect();
    let arff = format!("% digits\n@RELATION d\n{attributes}@ATTRIBUTE class {{0,1,2,3}}\n@DATA\n{rows}");
    [idx, npy, arff.into_bytes()]
}

fn read(which: usize, file: &[u8]) -> Result<Table, Error> {
    let options = Options::default();
    match which {
        0 => idx::array(file, Some(file.len() as u64))?.images(&options),
        1 => npy::array(file)?.images(&options),
        _ => arff::read(file, &options, &mut |_| ()),
    }
}

/// Puts a value at which readers fail in the place of a number: of IDX's sizes, or of any number in text.
fn put_an_edge(which: usize, file: &mut Vec<u8>, random: &mut Stream) {
    if which == 0 {
        const EDGES: [u32; 8] = [0, 1, 3, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFE, u32::MAX];
        let field = 4 * random.below(4) as usize;
        let edge = EDGES[random.below(8) as usize].to_be_bytes();
        if let Some(number) = file.get_mut(field..field + 4) {
            number.copy_from_slice(&edge);
        }
        return;
    }
    const EDGES: [&str; 12] = [
        "0",
        "-1",
        "1e999",
        "nan",
        "4294967296",
        "18446744073709551615",
        "9223372036854775807",
        "",
        "?",
        "'",
        "%",
        "8",
    ];
    let from = random.below(file.len() as u32) as usize;
    let Some(start) = file[from..].iter().position(u8::is_ascii_digit).map(|at| from + at) else { return };
    let length = file[start..].iter().take_while(|b| b.is_ascii_digit()).count();
    file.splice(start..start + length, EDGES[random.below(12) as usize].bytes());
}

fn mutations(count: u64) {
    let files = files();
    for (which, file) in files.iter().enumerate() {
        assert_eq!(read(which, file).unwrap().rows(), 4);
    }
    let mut random = Stream::new(3, Purpose::Deformation, 0, 0);
    for round in 0..count {
        let which = round as usize % files.len();
        let mut file = files[which].clone();
        for _ in 0..1 + random.below(3) {
            // The header is where most can go wrong.
            let reach = if random.below(2) == 0 { file.len().min(130) } else { file.len() };
            let at = random.below(reach as u32) as usize;
            match random.below(8) {
                0 => file[at] = random.below(256) as u8,
                1 => file[at] ^= 1 << random.below(8),
                2 => file.truncate(at.max(1)),
                3 => file.insert(at, b"0123456789(),'-\n"[random.below(16) as usize]),
                _ => put_an_edge(which, &mut file, &mut random),
            }
        }
        if let Ok(table) = read(which, &file) {
            assert!(table.pixels.len() <= file.len() && table.rows() > 0, "{file:?}");
        }
    }
}

/// Files in memory.
struct Held(Vec<String>, Vec<Vec<u8>>);

impl files::Files for Held {
    const PLACE: [&str; 2] = <files::Packed<std::fs::File> as files::Files>::PLACE;

    fn names(&self) -> &[String] {
        &self.0
    }

    fn open(&mut self, name: &str) -> Result<(source::Input<'_>, Option<u64>), Error> {
        let place = self.0.iter().position(|held| held == name).expect("a name that is there");
        Ok((Box::new(self.1[place].as_slice()), None))
    }
}

fn npy(descr: &str, shape: &str, values: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({shape}), }}\n");
    [b"\x93NUMPY\x01\0".as_slice(), &(header.len() as u16).to_le_bytes(), header.as_bytes(), values].concat()
}

/// What a command takes of these files: the labels, or what is wrong, and the first note.
fn taken(role: source::Role, held: &[(&str, Vec<u8>)]) -> (Result<Option<Vec<i32>>, String>, Option<String>) {
    let mut held =
        Held(held.iter().map(|(name, _)| (*name).into()).collect(), held.iter().map(|file| file.1.clone()).collect());
    let request = source::Request { place: "", role, labels: None, array: None };
    match files::read(&request, &mut held, &Options::default(), &mut |_| ()) {
        Ok(table) => (Ok(table.labels), table.notes.first().map(|note| note.text.clone())),
        Err(error) => (Err(error.to_string()), None),
    }
}

#[test]
fn arrays_are_found_by_name_or_by_shape() {
    let images = npy("|u1", "2, 5, 5", &[[0; 25], [200; 25]].concat());
    let labels = npy("<i8", "2,", &[3u64.to_le_bytes(), 7u64.to_le_bytes()].concat());
    let single = npy("|u1", "2, 3", &[0, 0, 1, 1, 0, 0]);
    let learned = |names: [&str; 2], labels: &[u8]| {
        taken(source::Role::Learn, &[(names[0], images.clone()), (names[1], labels.to_vec())])
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
    assert!(error.unwrap_err().starts_with("y: expected whole numbers, or floats of 2, 4 or 8 bytes"));
    let negative = npy("<f4", "1, 5, 5", &(-0.5f32).to_le_bytes().repeat(25));
    let (error, _) = taken(source::Role::Label, &[("x.npy", negative)]);
    assert_eq!(
        error.unwrap_err(),
        "x: expected whole pixels from 0 to 255, or from 0 to 1, found -0.5 at [0, 0, 0]: undo the normalisation that made it negative"
    );
    // What is measured takes its own labels, though those of the other set are as many.
    let more = [("x_test.npy", npy("|u1", "2, 5, 5", &[90; 50])), ("x_train.npy", images), ("y_train.npy", labels)];
    let note = Some("x_test has no labels here: x_train is taken, which has some".to_owned());
    assert_eq!(taken(source::Role::Measure, &more), (Ok(Some(vec![3, 7])), note));
    assert_eq!(taken(source::Role::Measure, &[more[0].clone(), more[2].clone()]), (Ok(None), None));
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
        (7, 300.0, &|i| i as f32 / 2.0, "found 300 at [0, 7]: fill in what is missing"),
        (49, f32::NAN, &|i| i as f32 / 2.0, "found NaN at [1, 24]: fill in what is missing"),
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

#[test]
fn of_several_files_the_usual_one_is_taken() {
    use source::Role::{Label, Learn, Measure};
    let csv = |label: &str| format!("{label}{}\n", ",9".repeat(64)).replace("x,", "").into_bytes();
    let kaggle =
        [("sample_submission.csv", b"ImageId,Label\n".to_vec()), ("test.csv", csv("x")), ("train.csv", csv("3"))];
    let note = |name: &str, count: u8| Some(format!("{name} is taken of {count} files in the zip file"));
    assert_eq!(taken(Label, &kaggle), (Ok(None), note("test.csv", 3)));
    assert_eq!(taken(Learn, &kaggle).1, note("train.csv", 3));
    assert_eq!(taken(Measure, &kaggle).1, note("train.csv", 3));
    let two = [("d/mnist_test.csv", csv("x")), ("d/mnist_train.csv", csv("3"))];
    assert_eq!(taken(Label, &two).1, note("d/mnist_test.csv", 2));
    // What is measured is not what was learned from.
    assert_eq!(taken(Measure, &two).1, note("d/mnist_test.csv", 2));
    let more = [("a_test.csv", csv("x")), ("b_test.csv", csv("3"))];
    assert_eq!(
        taken(Measure, &more).0.unwrap_err(),
        "expected train.csv, MNIST's files or a single one in the zip file, found a_test.csv, b_test.csv: name one, as \
         ARCHIVE.zip:MEMBER"
    );

    let [idx, ..] = files();
    let labels = |from: u8| vec![0, 0, 8, 1, 0, 0, 0, 4, from, 1, 2, 3];
    let mnist = [
        ("raw/t10k-images-idx3-ubyte", idx.clone()),
        ("raw/t10k-labels-idx1-ubyte", labels(7)),
        ("raw/train-images.idx3-ubyte", idx.clone()),
        ("raw/train-labels.idx1-ubyte", labels(9)),
    ];
    assert_eq!(taken(Learn, &mnist).0, Ok(Some(vec![9, 1, 2, 3])));
    assert_eq!(taken(Measure, &mnist).0, Ok(Some(vec![7, 1, 2, 3])));
    assert_eq!(taken(Label, &mnist).0, Ok(None));
    // The same file again in a folder of its own is no other one; that of another data set is.
    let again = |place: &'static str| [("train-images.idx3-ubyte", idx.clone()), (place, idx.clone())];
    assert_eq!(taken(Learn, &again("train-images-idx3-ubyte/train-images-idx3-ubyte")).0, Ok(None));
    assert!(taken(Learn, &again("FashionMNIST/raw/train-images-idx3-ubyte")).0.unwrap_err().contains("name one"));
    let emnist =
        [("emnist-digits-train-images-idx3-ubyte", idx.clone()), ("emnist-letters-train-images-idx3-ubyte", idx)];
    assert!(taken(Learn, &emnist).0.unwrap_err().contains("name one"));
}

/// Images whose second of four rows is broken, and labels, by their ids: the labels of the others, or what is wrong.
#[test]
fn labels_with_ids_are_those_of_the_same_images() {
    let said = |images: Option<[&str; 4]>, ids: [&str; 4]| {
        let row = |row: usize, pixel: &str| {
            images.map_or(String::new(), |ids| format!("{},", ids[row])) + &[pixel; 64].join(",") + "\n"
        };
        let pixels: Vec<String> = (0..64).map(|pixel| format!("pixel{pixel}")).collect();
        let header = format!("{}{}\n", if images.is_some() { "id," } else { "" }, pixels.join(","));
        let text = header + &row(0, "9") + &row(1, "x") + &row(2, "7") + &row(3, "5");
        let options = Options { skip_bad_rows: true, ..Options::default() };
        let images = csv::read(text.as_bytes(), None, &options, &mut |_| ()).unwrap();
        let labels: String = ids.iter().enumerate().map(|(label, id)| format!("{id},{label}\n")).collect();
        let labels = csv::labels(format!("ImageId,Label\n{labels}").into_bytes()).unwrap();
        labels.of(&images).map_err(|error| error.to_string())
    };
    let right = Ok(vec![0, 2, 3]);
    assert_eq!(said(Some(["a", "b", "c", "d"]), ["a", "b", "c", "d"]), right);
    assert_eq!(said(Some(["4", "3", "1", "2"]), ["4.0", "3", "0001", "2"]), right);
    assert_eq!(said(None, ["0", "1", "2", "3"]), right);
    assert_eq!(said(None, ["1", "2", "3", "4"]), right);
    let wrong = "row 3: expected the id \"3\", as the image has, found \"4\": \
                 bring the same ids into both files, and sort both files by them";
    assert_eq!(said(Some(["1", "2", "3", "4"]), ["1", "2", "4", "3"]), Err(wrong.into()));
    for (ids, row, id, found) in [
        (["1", "10", "2", "3"], 2, "2", "10"),
        (["5", "6", "7", "8"], 1, "0 or 1", "5"),
        (["a", "b", "c", "d"], 1, "0 or 1", "a"),
    ] {
        let wrong = format!(
            "row {row}: expected the id {id}, as the images have no ids and are counted, found \"{found}\": \
             put the labels in the order of the images, then leave the column \"ImageId\" out"
        );
        assert_eq!(said(None, ids), Err(wrong));
    }
}

#[test]
fn arff_has_comments_between_rows_and_single_quotes() {
    let [.., arff] = files();
    let text =
        String::from_utf8(arff).unwrap().replace("@DATA\n", "@DATA\n% the rows\n").replace(",2\n", ",'2'\n\n%\n");
    let table = read(2, format!("\u{feff}{text}").as_bytes()).unwrap();
    assert_eq!(table.labels, Some(vec![0, 1, 2, 3]));
    // Keywords in small letters, or without @relation; comments behind rows, weights of rows, tabs; and what is 0 left
    // out.
    let sparse =
        |row: usize| format!("{{{}64 {row}}}\n", (0..64).map(|i| format!("{i} {}, ", row * 60)).collect::<String>());
    let rows = |write: &dyn Fn(usize) -> String| (0..4).map(write).collect::<String>();
    for (name, text) in [
        (
            "small letters",
            text.replace("@ATTRIBUTE", "@attribute").replace("@DATA", "@data").replace("@RELATION", "@relation"),
        ),
        ("no @relation", text.replace("@RELATION d\n", "")),
        ("comments behind rows", text.replace(",1\n", ",1 % 100%\n")),
        ("weights", text.replace(",1\n", ",1, {2.5}\n")),
        ("sparse", text.split_once("% the rows").unwrap().0.to_owned() + &rows(&sparse)),
        (
            "sparse, zeros left out",
            text.split_once("% the rows").unwrap().0.to_owned() + &rows(&sparse).replacen(&sparse(0), "{}\n", 1),
        ),
    ] {
        let other = read(2, text.as_bytes()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!((&other.pixels, &other.labels), (&table.pixels, &table.labels), "{name}");
        assert_eq!(other.notes.len(), usize::from(name == "weights"), "{name}");
    }
    for broken in ["}", "{", "{}{", "{64}", "{99 1}", "{-1 1}", "{x 1}", "1}", "1, {", "{1 2 3}"] {
        let text = text.split_once("% the rows").unwrap().0.to_owned() + broken + "\n";
        assert!(read(2, text.as_bytes()).is_err(), "{broken}");
    }
    let (head, data) = text.split_once("@DATA\n").unwrap();
    let tabs = format!("{head}@DATA\n{}", data.replace(',', "\t"));
    assert_eq!(read(2, tabs.as_bytes()).unwrap().pixels, table.pixels);
    let error = read(2, text.replacen(",60,", ",?,", 1).as_bytes()).unwrap_err().to_string();
    assert_eq!(
        error,
        "line 71, column 2: expected a pixel from 0 to 255, found \"?\": fill in the missing value or delete the row"
    );
}

#[test]
fn utf16_is_read_as_text() {
    let text = "7,1,\u{1f600},2\n".repeat(20_000);
    let units: Vec<u16> = text.encode_utf16().collect();
    let little: Vec<u8> = [0xfeff].iter().chain(&units).flat_map(|unit| unit.to_le_bytes()).collect();
    let big: Vec<u8> = [0xfeff].iter().chain(&units).flat_map(|unit| unit.to_be_bytes()).collect();
    for bytes in [&little, &big] {
        assert!(utf16::begins(bytes));
        let mut read = String::new();
        std::io::Read::read_to_string(&mut utf16::Utf8::new(&bytes[..]), &mut read).unwrap();
        assert!(read == format!("\u{feff}{text}"));
    }
    let mut read = String::new();
    std::io::Read::read_to_string(&mut utf16::Utf8::new(&b"\xff\xfe7\0\0\xd8,\0x"[..]), &mut read).unwrap();
    assert_eq!(read, "\u{feff}7\u{fffd},");
}

#[test]
fn some_mutations() {
    mutations(6000);
}

#[test]
#[ignore = "takes a minute"]
fn a_hundred_thousand_mutations() {
    mutations(100_000);
}
