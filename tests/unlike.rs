//! What weights remember of their training images, and what is said of images that are unlike them, or the same.

mod program;

use mnist::safetensors::Archive;
use program::{Folder, rows, test_csv, train_csv};

const TRAIN: &str = "train.csv --recipe quick --hidden 16 --epochs 2 --batch 16 --quiet --samples no.png";

/// A row of a CSV file, its pixels made others.
fn changed(row: &str, change: impl Fn(&[u8], usize) -> String) -> String {
    let (label, pixels) = row.split_once(',').unwrap();
    let pixels: Vec<u8> = pixels.split(',').map(|pixel| pixel.parse().unwrap()).collect();
    let cells: Vec<String> = (0..pixels.len()).map(|place| change(&pixels, place)).collect();
    format!("{label},{}", cells.join(","))
}

fn turned(rows: &[String]) -> Vec<String> {
    rows.iter().map(|row| changed(row, |pixels, place| pixels[place % 28 * 28 + place / 28].to_string())).collect()
}

fn negative(rows: &[String]) -> Vec<String> {
    rows.iter().map(|row| changed(row, |pixels, place| (255 - pixels[place]).to_string())).collect()
}

/// The metadata of a weights file.
fn metadata(folder: &Folder, file: &str, key: &str) -> Option<String> {
    Archive::from_bytes(&folder.read(file)).unwrap().metadata.remove(key)
}

#[test]
fn the_images_tell_another_orientation_and_not_the_options() {
    let folder = Folder::new();
    let (learned, new) = (rows(0..300), rows(300..360));
    folder.write("train.csv", train_csv(&learned));
    folder.write("turned.csv", train_csv(&turned(&learned)));
    folder.write("new.csv", train_csv(&new));
    folder.write("new-turned.csv", train_csv(&turned(&new)));
    folder.write("bare.csv", test_csv(&turned(&new)));
    folder.write("dark-turned.csv", train_csv(&turned(&negative(&new))));
    folder.done(TRAIN);
    folder.done(&format!("{TRAIN} --weights by-option.st --transpose").replacen("train.csv", "turned.csv", 1));
    let said = |words: &str| {
        let err = folder.done(words).err;
        let mends = ["say --transpose", "leave --transpose out"];
        mends.into_iter().find(|mend| err.contains(mend))
    };
    let (say, leave) = (Some("say --transpose"), Some("leave --transpose out"));
    for weights in ["mnist.safetensors", "by-option.st"] {
        for (words, expected) in [
            ("evaluate new.csv", None),
            ("evaluate new-turned.csv --transpose", None),
            ("evaluate new-turned.csv", say),
            ("evaluate new.csv --transpose", leave),
            ("predict bare.csv", say),
            ("predict bare.csv --transpose", None),
            ("samples new-turned.csv", say),
            ("evaluate dark-turned.csv --invert", say),
            ("evaluate dark-turned.csv", say),
            ("evaluate dark-turned.csv --invert --transpose", None),
        ] {
            assert_eq!(said(&format!("{words} --weights {weights}")), expected, "{words} {weights}");
        }
    }
    // Pictures are always upright.
    folder.done(&format!("{TRAIN} --weights across.st").replacen("train.csv", "turned.csv", 1));
    for (weights, expected) in [("mnist.safetensors", false), ("by-option.st", false), ("across.st", true)] {
        let run = folder.done(&format!("page --weights {weights}"));
        let note = format!(
            "{weights}: this network learned from images with rows taken for columns, and pictures are upright: train it \
             again with --transpose\n"
        );
        assert_eq!(run.err.starts_with(&note), expected, "{}", run.err);
        let run = folder.mnist(&format!("explain no.png --weights {weights}"));
        assert_eq!(run.err.starts_with(&note), expected, "{}", run.err);
    }
    // Data to predict behind training, and files of which nothing but the option is known.
    let run = folder.done(&format!("{TRAIN} --test bare.csv").replace("--quiet", ""));
    let note = "bare.csv: these look like the images that the network learned from with rows taken for columns: after the \
                training say `mnist predict bare.csv --transpose`";
    assert!(run.err.contains(note), "{}", run.err);
    // And data to learn from behind other data.
    folder.done(&format!("{TRAIN} --weights first.st"));
    let train = folder.text("train.csv");
    let turned_rows = turned(&train.lines().skip(1).map(str::to_owned).collect::<Vec<_>>());
    folder.write("again.csv", train_csv(&turned_rows));
    let run = folder.done(&format!("{TRAIN} --from first.st").replace("train.csv", "again.csv").replace("--quiet", ""));
    let note = "again.csv: these look like the images that the network learned from with rows taken for columns: say --transpose";
    assert!(run.err.contains(note), "{}", run.err);
    let mut archive = Archive::from_bytes(&folder.read("mnist.safetensors")).unwrap();
    assert!(archive.metadata.remove("mean_image").is_some());
    folder.write("before.st", archive.to_bytes().unwrap());
    assert_eq!(said("evaluate new-turned.csv --weights before.st"), None);
    assert_eq!(said("evaluate new.csv --transpose --weights before.st"), leave);
}

#[test]
fn inverted_images_are_noticed_from_either_side() {
    let folder = Folder::new();
    folder.write("train.csv", train_csv(&rows(0..100)));
    folder.write("dark.csv", train_csv(&negative(&rows(0..100))));
    folder.done(TRAIN);
    folder.done(&format!("{TRAIN} --weights dark.st").replacen("train.csv", "dark.csv", 1));
    // So little training reads no better than guessing, which is said too.
    let said = |words: &str| {
        let err = folder.done(words).err;
        err.lines().find(|line| line.contains("most of each image")).unwrap_or_default().to_owned()
    };
    for words in ["evaluate train.csv", "evaluate dark.csv --weights dark.st", "evaluate dark.csv --invert"] {
        assert_eq!(said(words), "", "{words}");
    }
    let ink = "dark.csv: most of each image is ink, and the network learned from digits on blank paper (0 paper, 255 \
               ink): say --invert if the images are dark on light";
    assert_eq!(said("evaluate dark.csv"), ink);
    let blank = "train.csv: most of each image is blank, and the network learned from digits that are dark on light (255 \
                 paper, 0 ink): say --invert if the images are light on dark, as MNIST's are";
    assert_eq!(said("evaluate train.csv --weights dark.st"), blank);
    // Who inverted images that needed none has light ones on dark.
    let ink = "train.csv: most of each image is ink, and the network learned from digits on blank paper (0 paper, 255 \
               ink): leave --invert out if the images are light on dark, as MNIST's are";
    assert_eq!(said("evaluate train.csv --invert"), ink);
    let blank = "dark.csv: most of each image is blank, and the network learned from digits that are dark on light (255 \
                 paper, 0 ink): leave --invert out if the images are dark on light";
    assert_eq!(said("evaluate dark.csv --invert --weights dark.st"), blank);
}

#[test]
fn a_measurement_on_training_rows_says_no_more_than_is_known() {
    let folder = Folder::new();
    let (learned, new) = (rows(0..300), rows(300..500));
    folder.write("train.csv", train_csv(&learned));
    folder.done(&format!("{TRAIN} --validation 0"));
    let said = |part: &[String]| {
        folder.write("part.csv", train_csv(part));
        let run = folder.done("evaluate part.csv --json");
        let json = run.out.lines().find(|line| line.contains("learned_from")).map(|line| line.trim().to_owned());
        let text = folder.done("evaluate part.csv").out;
        let line = text.lines().find_map(|line| line.strip_prefix("the network learned from "));
        (line.map(|line| line.split(':').next().unwrap().to_owned()), json)
    };
    let expected = |line: &str, json: &str| (Some(line.to_owned()), Some(json.to_owned()));
    assert_eq!(said(&new), (None, None));
    let one = [&learned[..1], &new[..199]].concat();
    assert_eq!(said(&one), expected("at least 1 of these images", r#""learned_from_at_least": 0.005"#));
    assert_eq!(said(&learned[40..60]), expected("these images", r#""learned_from": 1"#));
    let half = [&learned[..100], &new[..100]].concat();
    assert_eq!(said(&half), expected("about 50% of these images", r#""learned_from": 0.5"#));
}

#[test]
fn the_format_of_the_data_leaves_the_bytes_alone() {
    let folder = Folder::new();
    let train = |name: &str, rows: &[String]| {
        folder.write("train.csv", train_csv(rows));
        folder.done(&format!("{TRAIN} --weights {name}"));
        folder.read(name)
    };
    let bytes = rows(0..60);
    let with = |scale: fn(u8) -> String| -> Vec<String> {
        bytes.iter().map(|row| changed(row, |pixels, place| scale(pixels[place]))).collect()
    };
    let fractions = with(|pixel| (f64::from(pixel) / 255.0).to_string());
    assert_eq!(train("bytes.st", &bytes), train("fractions.st", &fractions));
    assert_eq!(metadata(&folder, "bytes.st", "pixel_range").as_deref(), Some("255"));
    // 0 to 16, and the same as fractions: either way, whole pixels of a file that do not pass 16 are scaled.
    let sixteen = with(|pixel| (pixel / 15).min(16).to_string());
    let sixteenths = with(|pixel| (f64::from((pixel / 15).min(16)) / 16.0).to_string());
    assert_eq!(train("sixteen.st", &sixteen), train("sixteenths.st", &sixteenths));
    assert_eq!(metadata(&folder, "sixteen.st", "pixel_range").as_deref(), Some("16"));
    folder.write("new.csv", train_csv(&sixteen));
    let scaled = folder.done("evaluate new.csv --weights sixteenths.st").err;
    assert!(scaled.contains("scaled from 0 to 16 to 0 to 255"), "{scaled}");
    let kept = folder.done("evaluate new.csv --weights fractions.st").err;
    assert!(kept.contains("not scaled, as the network learned from images of more shades than 0 to 16"), "{kept}");
}

#[test]
fn rows_unlike_the_others_are_named() {
    let folder = Folder::new();
    let said = |rows: &[String]| {
        folder.write("train.csv", train_csv(rows));
        folder.done(&TRAIN.replace("--quiet", "")).err
    };
    let bytes = rows(0..240);
    let usual = said(&bytes);
    assert!(!usual.contains("label 55") && !usual.contains("rows looked at"), "{usual}");
    // Half of the file is black and white.
    let two = |(number, row): (usize, &String)| {
        if number % 2 == 0 {
            changed(row, |pixels, place| u8::from(pixels[place] > 127).to_string())
        } else {
            row.clone()
        }
    };
    let mixed = said(&bytes.iter().enumerate().map(two).collect::<Vec<_>>());
    let note =
        "train.csv: 120 of 240 rows looked at have no pixel above 1, the others have: bring all rows to one scale";
    assert!(mixed.contains(note), "{mixed}");
    let percent: Vec<String> = bytes
        .iter()
        .map(|row| changed(row, |pixels, place| (u32::from(pixels[place]) * 100 / 255).to_string()))
        .collect();
    let note =
        "train.csv: no pixel passes 100, where ink is 255: bring the pixels to 0 to 255 if they are on another scale\n";
    assert!(said(&percent).contains(note) && !usual.contains("no pixel passes"), "{usual}");
    let ids: Vec<String> =
        bytes.iter().enumerate().map(|(id, row)| format!("{id},{}", row.split_once(',').unwrap().1)).collect();
    folder.write("train.csv", train_csv(&ids));
    let run = folder.mnist(&format!("{TRAIN} --validation 0"));
    let error = "error: train.csv: expected labels that several rows share, found 240 different ones in 240 rows: is this the \
                 labels' column, not one of ids?\n";
    assert_eq!((run.code, run.err.as_str()), (Some(1), error));
    let mut typed = bytes.clone();
    typed[6] = format!("55,{}", typed[6].split_once(',').unwrap().1);
    let typed = said(&typed);
    assert!(typed.contains("train.csv: label 55 stands in row 7 alone: if it was mistyped, mend it"), "{typed}");
}
