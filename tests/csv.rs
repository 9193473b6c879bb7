//! Any CSV of digits loads, and a broken one says where and why.

use std::io::{self, Read};

use mnist::data::formats::{Error, Ids, LabelColumn, Mend, Note, Options, Progress, Range, Skipped, Table, csv};

const SIDE: usize = 8;
const PIXELS: usize = SIDE * SIDE;

fn read(text: impl AsRef<[u8]>) -> Result<Table, Error> {
    read_with(text, &Options::default())
}

fn read_with(text: impl AsRef<[u8]>, options: &Options) -> Result<Table, Error> {
    csv::read(text.as_ref(), None, options, &mut |_| ())
}

fn label(label: LabelColumn) -> Options {
    Options { label, ..Options::default() }
}

/// Three images with an empty corner at each end, and their labels.
fn images() -> Vec<(i32, Vec<u8>)> {
    let pixel = |image: usize, i: usize| {
        if i % 63 < 2 { 0 } else { (image * 90 + i * 3 % 150) as u8 }
    };
    (0..3).map(|image| ([7, 0, 3][image], (0..PIXELS).map(|i| pixel(image, i)).collect())).collect()
}

fn pixels() -> Vec<u8> {
    images().into_iter().flat_map(|(_, pixels)| pixels).collect()
}

/// The images as lines: the cells before the pixels, the pixels, the cells behind them.
fn lines(before: impl Fn(i32) -> Vec<String>, behind: impl Fn(i32) -> Vec<String>) -> Vec<String> {
    images()
        .iter()
        .map(|(label, pixels)| {
            let pixels = pixels.iter().map(u8::to_string).collect();
            [before(*label), pixels, behind(*label)].concat().join(",")
        })
        .collect()
}

fn none(_: i32) -> Vec<String> {
    Vec::new()
}

fn labelled(label: i32) -> Vec<String> {
    vec![label.to_string()]
}

fn header(names: &[&str], pixel: impl Fn(usize) -> String) -> String {
    let pixels: Vec<String> = (0..PIXELS).map(pixel).collect();
    names.iter().map(|&name| if name == "..." { pixels.join(",") } else { name.into() }).collect::<Vec<_>>().join(",")
}

/// A labelled file with a header on line 1 and the three images on lines 2 to 4.
fn train() -> Vec<String> {
    let mut file = vec![header(&["label", "..."], |i| format!("pixel{i}"))];
    file.extend(lines(labelled, none));
    file
}

/// The same with one cell of line 3 replaced.
fn with_cell(column: usize, text: &str) -> String {
    let mut file = train();
    let mut cells: Vec<&str> = file[2].split(',').collect();
    cells[column - 1] = text;
    file[2] = cells.join(",");
    file.join("\n") + "\n"
}

#[track_caller]
fn fails(text: impl AsRef<[u8]>, message: &str) {
    assert_eq!(read(text).map(|table| table.rows()).map_err(|error| error.to_string()), Err(message.to_string()));
}

#[track_caller]
fn loads(name: &str, text: impl AsRef<[u8]>, options: &Options, labels: Option<[i32; 3]>) -> Table {
    let table = read_with(text, options).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!((table.width, table.height), (SIDE, SIDE), "{name}");
    assert_eq!(table.pixels, pixels(), "{name}");
    assert_eq!(table.labels, labels.map(Vec::from), "{name}");
    table
}

#[test]
fn every_dialect_gives_the_same_images() {
    let auto = Options::default();
    let labels = Some([7, 0, 3]);
    let train = train();
    let file = |header: String, lines: Vec<String>| format!("{header}\n{}\n", lines.join("\n"));
    let first = || lines(labelled, none);
    let last = || lines(none, labelled);
    let id = |label: i32| vec![(label + 100).to_string()];
    let pixel = |i: usize| format!("pixel{i}");

    // Headers.
    loads("Kaggle, train.csv", train.join("\n"), &auto, labels);
    loads("Kaggle, test.csv", file(header(&["..."], pixel), lines(none, none)), &auto, None);
    loads("1x1", file(header(&["label", "..."], |i| format!("{}x{}", i / 8 + 1, i % 8 + 1)), first()), &auto, labels);
    loads("OpenML", file(header(&["...", "class"], pixel), last()), &auto, labels);
    loads("Fashion-MNIST", file(header(&["label", "..."], |i| format!("pixel{}", i + 1)), first()), &auto, labels);
    loads("pandas, numbers as names", file(header(&["label", "..."], |i| i.to_string()), first()), &auto, labels);
    loads("pandas, no names at all", file(header(&["..."], |i| i.to_string()), lines(none, none)), &auto, None);
    let numbered = lines(|label| vec!["0".into(), label.to_string()], none);
    let table = loads("pandas, with its index", file(header(&["", "label", "..."], pixel), numbered), &auto, labels);
    assert_eq!(table.notes.len(), 1, "{:?}", table.notes);
    let table = loads("Kannada-MNIST", file(header(&["id", "..."], pixel), lines(id, none)), &auto, None);
    assert_eq!(table.ids, Some(Ids { column: "id".into(), texts: ["107", "100", "103"].map(String::from).into() }));
    let named = label(LabelColumn::Named("what".into()));
    loads("a name of its own", file(header(&["...", "what"], pixel), last()), &named, labels);
    loads("the same, guessed", file(header(&["...", "what"], pixel), last()), &auto, labels);

    // No header.
    for (name, lines, labels) in
        [("first", first(), labels), ("last", last(), labels), ("none", lines(none, none), None)]
    {
        let notes = loads(name, lines.join("\n"), &auto, labels).notes;
        let said: Vec<String> = notes.into_iter().map(|note| note.text).collect();
        let guess = format!("the {name} column is taken for the label, by its values");
        assert_eq!(said, if labels.is_some() { vec![guess] } else { Vec::new() });
    }
    loads("--label first", first().join("\n"), &label(LabelColumn::First), labels);
    loads("--label last", last().join("\n"), &label(LabelColumn::Last), labels);
    loads("--label none", lines(none, none).join("\n"), &label(LabelColumn::None), None);

    // Spelling.
    let text = train.join("\n");
    loads("CRLF", text.replace('\n', "\r\n"), &auto, labels);
    loads("byte order mark", format!("\u{feff}{text}"), &auto, labels);
    loads("quotes", format!("\"{}\"", text.replace(',', "\",\"").replace('\n', "\"\n\"")), &auto, labels);
    loads("spaces", text.replace(',', " , ").replace('\n', " \n  "), &auto, labels);
    loads("12.0", lines(labelled, none).join("\n").replace(',', ".0,").replace('\n', ".00\n"), &auto, labels);
    loads("leading zeros", lines(labelled, none).join("\n").replace(',', ",000"), &auto, labels);
    loads("blank lines", format!("\n{}\n\n \r\n\n", text.replace('\n', "\n\n")), &auto, labels);
}

#[test]
fn any_whole_numbers_are_labels() {
    let lines = lines(|label| vec![(label * 100_000 - 200_000).to_string()], none);
    let table = read(lines.join("\n")).unwrap();
    assert_eq!(table.labels, Some(vec![500_000, -200_000, 100_000]));
}

#[test]
fn a_guess_that_may_be_wrong_is_said() {
    // Neither end is ever 0: both could be labels.
    let rows = format!("5,{}\n4,{}\n", ["9"; PIXELS].join(","), ["9"; PIXELS].join(","));
    let table = read(&rows).unwrap();
    assert_eq!(table.labels, Some(vec![5, 4]));
    let guess = "the first column is taken for the label, by its values".into();
    assert_eq!(table.notes[0], Note { text: guess, mend: Some(Mend::Label(LabelColumn::Last)) });
    let told = read_with(&rows, &label(LabelColumn::First)).unwrap();
    assert!(told.notes.iter().all(|note| !note.text.contains("label")));
}

#[test]
fn smaller_ranges_become_0_to_255() {
    let row = |cell: &dyn Fn(usize) -> String| (0..PIXELS).map(cell).collect::<Vec<_>>().join(",");
    for (name, text, expected) in [
        (
            "0 to 16",
            row(&|i| (i % 17).to_string()),
            (0..PIXELS).map(|i| ((i % 17) as f64 * 255.0 / 16.0).round() as u8).collect::<Vec<_>>(),
        ),
        ("0 or 1", row(&|i| (i % 2).to_string()), (0..PIXELS).map(|i| (i % 2 * 255) as u8).collect()),
        ("0 to 1", row(&|i| format!("{}", i as f64 / 255.0)), (0..PIXELS).map(|i| i as u8).collect()),
        (
            "0 to 1, ones first",
            row(&|i| if i < 9 { "1".into() } else { ".5".into() }),
            (0..PIXELS).map(|i| if i < 9 { 255 } else { 128 }).collect(),
        ),
    ] {
        let table = read(text).unwrap();
        assert_eq!(table.pixels, expected, "{name}");
        assert_eq!(table.notes.len(), 1, "{name}: {:?}", table.notes);
        assert!(table.notes[0].text.contains("scaled"), "{name}: {:?}", table.notes);
    }
    // One pixel over 16, and nothing is scaled; nor is an empty image.
    for text in [row(&|i| i.min(17).to_string()), row(&|_| "0".into())] {
        assert_eq!(read(text).unwrap().notes, []);
    }
}

#[test]
fn sizes_that_are_not_square_are_said() {
    let row = vec!["20"; 70].join(",");
    fails(
        format!("{row}\n"),
        "line 1: expected the pixels of a square image of 8 x 8 or more, with or without a label, found 70 columns",
    );
    let sized = Options { size: Some((10, 7)), ..Options::default() };
    let table = read_with(format!("{row}\n{row}\n"), &sized).unwrap();
    assert_eq!((table.width, table.height, table.rows(), table.labels), (10, 7, 2, None));
    assert_eq!(read_with(format!("4,{row}\n"), &sized).unwrap().labels, Some(vec![4]));
    let error = read_with(format!("4,4,{row}\n"), &sized).unwrap_err().to_string();
    assert_eq!(error, "line 1: expected the 10 x 7 pixels of an image, with or without a label, found 72 columns");
}

#[test]
fn sizes_that_no_image_has_are_refused() {
    for size in [(0, 0), (0, 7), (usize::MAX, 2), (usize::MAX, usize::MAX)] {
        let sized = Options { size: Some(size), transpose: true, ..Options::default() };
        for text in ["5\n", "5,1\n", "label\n5\n"] {
            read_with(text, &sized).unwrap_err();
        }
    }
}

#[test]
fn transposed_images_are_turned() {
    // 3 wide and 2 high, stored column by column.
    let options = Options { size: Some((3, 2)), transpose: true, label: LabelColumn::None, ..Options::default() };
    let table = read_with("10,40,20,50,30,60\n", &options).unwrap();
    assert_eq!(table.pixels, [10, 20, 30, 40, 50, 60]);
}

#[test]
fn a_bad_cell_is_shown_with_its_place() {
    let pixel = "line 3, column 12: expected a pixel from 0 to 255, found ";
    for (cell, found) in [
        ("abc", "\"abc\""),
        ("-1", "\"-1\": undo the normalisation that made it negative"),
        ("256", "\"256\": scale the pixels to 0 to 255"),
        ("99999999999999999999999", "\"99999999999999999999999\": scale the pixels to 0 to 255"),
        ("1e3", "\"1e3\": scale the pixels to 0 to 255"),
        ("nan", "\"nan\": fill in the missing value or delete the row"),
        ("-nan", "\"-nan\": fill in the missing value or delete the row"),
        ("<NA>", "\"<NA>\": fill in the missing value or delete the row"),
        ("inf", "\"inf\": it is infinite, as a division by 0 leaves it: write the pixel or delete the row"),
        ("-Infinity", "\"-Infinity\": it is infinite, as a division by 0 leaves it: write the pixel or delete the row"),
        ("1e999", "\"1e999\": it is infinite, as a division by 0 leaves it: write the pixel or delete the row"),
        ("-1.#IND", "\"-1.#IND\": fill in the missing value or delete the row"),
        ("1.#QNAN", "\"1.#QNAN\": fill in the missing value or delete the row"),
        ("1.#INF", "\"1.#INF\": it is infinite, as a division by 0 leaves it: write the pixel or delete the row"),
        ("", "an empty cell: fill in the missing value or delete the row"),
        ("1 2", "\"1 2\": the row has two delimiters: put commas in the place of the other one"),
        ("\"1\"2", "\"\\\"1\\\"2\""),
        ("\u{1b}[31m", "\"\\u{1b}[31m\""),
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "\"aaaaaaaaaaaaaaaaaaaaaaaa...\""),
    ] {
        fails(with_cell(12, cell), &format!("{pixel}{found}"));
    }
    // The last column is no other.
    fails(with_cell(65, "x"), "line 3, column 65: expected a pixel from 0 to 255, found \"x\"");
    let number = "write the number, or delete the line if it is no row of an image";
    let missing = "write the label or delete the row";
    for cell in ["x", "O", "Total", "1.5", "", "NaN", "3000000000"] {
        let found = match cell {
            "" => format!("an empty cell: {missing}"),
            "NaN" => format!("{cell:?}: {missing}"),
            "x" | "O" | "Total" => format!("{cell:?}: {number}"),
            _ => format!("{cell:?}"),
        };
        fails(
            with_cell(1, cell),
            &format!("line 3, column 1: expected a label, a whole number such as 7, found {found}"),
        );
    }
    // The first row of a file without a header is data as well.
    let text = lines(labelled, none).join("\n");
    fails(text.replacen("7,", "x,", 1), "line 1, column 1: expected a label or a pixel, found \"x\"");
}

#[test]
fn a_file_is_whole_numbers_or_fractions() {
    let whole = "expected a whole pixel from 0 to 255";
    fails(
        with_cell(12, "0.5"),
        &format!(
            "line 3, column 12: {whole}, like those before, found \"0.5\": round the pixels to whole numbers, or bring all rows to one scale"
        ),
    );
    let row = |cell: &str| vec![cell; PIXELS].join(",");
    fails(
        format!("{}\n{}\n", row("0.5"), row("12")),
        "line 2, column 1: expected a pixel from 0 to 1, like the fractions before, found \"12\": round the pixels to whole \
         numbers if they go to 255, else bring all rows to one scale",
    );
    fails(
        row("1.5"),
        &format!(
            "line 1, column 1: {whole}, or a fraction from 0 to 1, found \"1.5\": round the pixels to whole numbers"
        ),
    );
}

#[test]
fn a_broken_row_is_shown_with_its_place() {
    let file = train();
    let text = file.join("\n") + "\n";
    let short = format!("{}\n{}\n{}\n", file[0], file[1], &file[2][..file[2].rfind(',').unwrap()]);
    fails(short, "line 3, column 65: expected 65 cells, as in line 1, found 64");
    fails(
        text.replace(&file[2], &(file[2].clone() + ",1,2")),
        "line 3, column 66: expected 65 cells, as in line 1, found 67",
    );
    fails(with_cell(12, "\"5"), "line 3, column 12: expected a closing quote before the end of the line, found none");
    fails(with_cell(12, "5\0"), "line 3, column 12: expected text, found a NUL byte: the file is damaged or no CSV");
    fails(
        format!("{text}{text}"),
        "line 5, column 1: expected a row of numbers, found a header again, \"label,pixel0,pixel1,pixe...\": \
         delete this line",
    );
    let cut = "expected 65 cells, found the end of the file in the middle of the row: \
               the file is cut off, copy or download it again";
    let third = text.find(&file[2]).unwrap();
    fails(&text[..third + 8], &format!("line 3, column 4: {cut}"));
    fails(&text[..text.rfind(',').unwrap() + 1], &format!("line 4, column 65: {cut}"));
    fails(&text[..text.rfind(',').unwrap()], &format!("line 4, column 64: {cut}"));
}

#[test]
fn what_is_no_csv_is_named() {
    for (start, message) in [
        (&b"\x89PNG\r\n\x1a\n"[..], "a PNG picture: a row of pixel values for each image is needed"),
        (b"\xff\xd8\xff\xe0", "a JPEG picture: a row of pixel values for each image is needed"),
        (
            b"\n <!DOCTYPE html>\n<html>",
            "a web page (HTML): download the file itself; the site may want you to sign in first",
        ),
        (b"-- MySQL dump 10.13\n", "an SQL dump: load it into its database, and export the table as CSV"),
        (
            b"INSERT INTO digits VALUES (7,0,0);\n",
            "an SQL dump: load it into its database, and export the table as CSV",
        ),
    ] {
        fails(start, &format!("expected CSV text, found {message}"));
    }
    fails("", "expected rows of pixels, found an empty file");
    fails("\n\n", "expected rows of pixels, found an empty file");
    fails(train()[0].clone() + "\n", "line 1: expected rows of pixels behind the header, found none");
    fails(
        "ImageId,Label\n1,2\n",
        "line 1: expected pixels, found labels alone: this is a submission, or the labels without their images",
    );
}

#[test]
fn a_label_column_that_is_not_there_is_an_error() {
    let named = label(LabelColumn::Named("what".into()));
    let error = |text: &str| read_with(text, &named).unwrap_err().to_string();
    assert_eq!(
        error(&train().join("\n")),
        "line 1: expected a column \"what\" for the labels, found the columns \"label\" to \"pixel63\""
    );
    assert_eq!(
        error(&lines(labelled, none).join("\n")),
        "line 1: expected a header with a column \"what\", found numbers"
    );
}

#[test]
fn bad_rows_can_be_skipped() {
    let file = train();
    let bad = ["oops", "1,2", "x", "y"];
    let text = [&file[..2], &bad.map(String::from), &file[2..]].concat().join("\n");
    fails(&text, "line 3, column 2: expected 65 cells, as in line 1, found 1");
    let skipping = Options { skip_bad_rows: true, ..Options::default() };
    let table = loads("skipping", &text, &skipping, Some([7, 0, 3]));
    let errors: Vec<String> = table.skipped.first.iter().map(Error::to_string).collect();
    assert_eq!(table.skipped.rows, [2, 3, 4, 5]);
    assert_eq!(table.numbers().collect::<Vec<_>>(), [1, 6, 7]);
    assert_eq!(
        errors,
        [(3, 2, 1), (4, 3, 2), (5, 2, 1)].map(|(line, column, found)| format!(
            "line {line}, column {column}: expected 65 cells, as in line 1, found {found}"
        ))
    );
    // Nothing good at all is still an error.
    let error = read_with(format!("{}\noops\n", file[0]), &skipping).unwrap_err();
    assert_eq!(error.line, Some(2));
}

/// A reader that gives one byte at a time and then fails.
struct Failing<'a>(&'a [u8]);

impl Read for Failing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let (&byte, rest) = self.0.split_first().ok_or_else(|| io::Error::other("the disk is on fire"))?;
        (buffer[0], self.0) = (byte, rest);
        Ok(1)
    }
}

#[test]
fn an_input_that_fails_is_an_error() {
    let text = train().join("\n");
    let error = csv::read(Failing(text.as_bytes()), None, &Options::default(), &mut |_| ()).unwrap_err();
    assert_eq!(error.to_string(), "cannot be read: the disk is on fire");
}

#[test]
fn a_line_without_end_is_an_error_and_takes_little_memory() {
    let error = csv::read(io::repeat(b'1'), None, &Options::default(), &mut |_| ()).unwrap_err();
    assert_eq!(error.to_string(), "line 1: expected a row of pixels, found a line without end: this is no CSV");
}

/// Files of many blocks: the same table and the same first error on any number of threads.
#[test]
fn threads_and_lengths_change_nothing() {
    let image = |i: usize| (0..784).map(|p| (i * p % 256).to_string()).collect::<Vec<_>>().join(",");
    let mut rows: Vec<String> = (0..1500).map(|i| format!("{},{}", i % 10, image(i))).collect();
    let load = |rows: &[String], threads, length| {
        let mut last = None;
        let options = Options { threads, label: LabelColumn::First, ..Options::default() };
        let text = rows.join("\n");
        let table = csv::read(text.as_bytes(), length, &options, &mut |progress| {
            assert!(last.is_none_or(|last: Progress| last.bytes < progress.bytes && last.rows <= progress.rows));
            last = Some(progress);
        });
        (table, last.map(|last| last.bytes) == Some(text.len() as u64))
    };
    let (one, complete) = load(&rows, 1, None);
    let one = one.unwrap();
    assert!(complete, "the last progress is the whole file");
    assert_eq!(one.pixels[784 * 1499 + 5], (1499 * 5 % 256) as u8);
    for threads in [0, 2, 3, 8] {
        for length in [None, Some(0), Some(4_000_000), Some(u64::MAX)] {
            assert!(load(&rows, threads, length).0.unwrap() == one, "{threads} threads, length {length:?}");
        }
    }
    for length in [None, Some(rows.join("\n").len() as u64)] {
        let pixels = load(&rows, 2, length).0.unwrap().pixels;
        let spare = pixels.capacity() - pixels.len();
        assert!(spare <= pixels.len() / 8, "{spare} of {} bytes to spare", pixels.len());
    }
    rows[700] += ",1";
    rows[701] = "x".into();
    rows[1400] = "y".into();
    for threads in [1, 2, 8] {
        let error = load(&rows, threads, None).0.unwrap_err();
        assert_eq!(error.to_string(), "line 701, column 786: expected 785 cells, as in line 1, found 786");
    }
}

/// Only late in the file do fractions say that the ones before were 255.
#[test]
fn fractions_may_come_late() {
    let row = |cell: &str| vec![cell; PIXELS].join(",") + "\n";
    let text = row("0") + &row("1").repeat(9_000) + &row("0.2") + &row("1").repeat(9_000);
    for threads in [1, 2, 5] {
        let options = Options { threads, ..Options::default() };
        let table = read_with(&text, &options).unwrap();
        let (first, rest) = table.pixels.split_at(PIXELS);
        let (ones, rest) = rest.split_at(9_000 * PIXELS);
        let (fifths, ones_again) = rest.split_at(PIXELS);
        assert!(first.iter().all(|&pixel| pixel == 0), "{threads} threads");
        assert!(fifths.iter().all(|&pixel| pixel == 51), "{threads} threads");
        assert!([ones, ones_again].concat().iter().all(|&pixel| pixel == 255), "{threads} threads");
    }
    // And a whole number behind them contradicts, or before them.
    for (text, error) in [
        (
            text.clone() + &row("2"),
            "line 18003, column 1: expected a pixel from 0 to 1, like the fractions before, found \"2\": round the pixels to whole \
             numbers if they go to 255, else bring all rows to one scale",
        ),
        (
            row("2") + &text,
            "line 9003, column 1: expected a whole pixel from 0 to 255, like those before, found \"0.2\": round the pixels to whole \
             numbers, or bring all rows to one scale",
        ),
    ] {
        for threads in [1, 2, 5] {
            let options = Options { threads, ..Options::default() };
            assert_eq!(read_with(&text, &options).unwrap_err().to_string(), error);
        }
    }
}

/// What is said of a file that loads, a line each.
fn notes(table: &Table) -> Vec<&str> {
    table.notes.iter().map(|note| note.text.as_str()).collect()
}

/// A file's text: its header, if it has one, and the images with their labels at `place`, all cells joined by
/// `delimiter`.
fn file(header: Option<String>, place: usize, delimiter: &str) -> String {
    let rows = images().into_iter().map(|(label, pixels)| {
        let mut cells: Vec<String> = pixels.iter().map(u8::to_string).collect();
        cells.insert(place, label.to_string());
        cells.join(delimiter)
    });
    header.into_iter().chain(rows).map(|line| line + "\n").collect()
}

#[test]
fn a_label_of_an_unknown_name_is_the_column_unlike_the_others() {
    for name in ["y_class", "solution", "lbl", "0", "what is it", "label_of_pixel"] {
        for place in [0, 20, PIXELS] {
            let mut names: Vec<String> = (0..PIXELS).map(|i| format!("pixel_{}_{}", i / SIDE, i % SIDE)).collect();
            names.insert(place, name.into());
            let text = file(Some(names.join(",")), place, ",");
            let table = loads(name, text, &Options::default(), Some([7, 0, 3]));
            assert_eq!(notes(&table), [format!("the column \"{name}\" is unlike the others: taken for the label")]);
        }
    }
    // Beside a label that is known, such a column of numbers is refused by its name.
    let names = header(&["label", "age", "..."], |i| format!("pixel{i}"));
    let text = names + "\n" + &lines(|label| vec![label.to_string(), "40".into()], none).join("\n");
    let error = read(&text).unwrap_err();
    let message = "line 1, column 2: expected pixels beside the label, found the column \"age\"";
    assert_eq!((error.to_string().as_str(), &error.mend), (message, &Some(Mend::Ignore("age".into()))));
    // Without one, too, if its numbers are no labels.
    let names = header(&["mean", "..."], |i| format!("pixel{i}"));
    let error = read(names + "\n" + &lines(|label| vec![format!("{label}.5")], none).join("\n")).unwrap_err();
    let message = "expected whole numbers as labels, found \"7.5\" in the column \"mean\"";
    assert_eq!((error.to_string().as_str(), &error.mend), (message, &Some(Mend::Ignore("mean".into()))));
    let ignoring = Options { ignore: vec!["age".into()], ..Options::default() };
    loads("age", text, &ignoring, Some([7, 0, 3]));
}

/// Files sorted by class, of which the first blocks hold one class alone: all of the file decides.
#[test]
fn a_label_without_a_name_is_found_by_all_values_of_the_file() {
    let row = |row: usize, last: bool| {
        let label = (row / 2000).to_string();
        // The corners of the image are not always empty.
        let mut cells: Vec<String> =
            (0..PIXELS).map(|i| (if i % 63 == 0 { 250 + row % 4 } else { row % 200 }).to_string()).collect();
        cells.insert(if last { PIXELS } else { 0 }, label);
        cells.join(",") + "\n"
    };
    for last in [false, true] {
        let text: String = (0..6000).map(|number| row(number, last)).collect();
        for threads in [1, 3] {
            let table = read_with(&text, &Options { threads, ..Options::default() }).unwrap();
            let place = if last { "last" } else { "first" };
            assert_eq!(notes(&table), [format!("the {place} column is taken for the label, by its values")]);
            assert_eq!(table.labels, Some((0..6000).map(|row| row / 2000).collect()));
            let told =
                Options { label: if last { LabelColumn::Last } else { LabelColumn::First }, ..Options::default() };
            assert_eq!(table.pixels, read_with(&text, &told).unwrap().pixels);
        }
    }
}

#[test]
fn where_first_and_last_column_are_alike_neither_is_guessed() {
    let text: String = (0..30).map(|row| format!("{},{}{}\n", row % 3, "9,".repeat(PIXELS - 1), row % 3)).collect();
    let error = read(&text).unwrap_err();
    let message = "expected the labels in the first or the last column, found values that leave it open which";
    assert_eq!((error.to_string().as_str(), &error.mend), (message, &Some(Mend::LabelNumber)));
    assert_eq!(read_with(&text, &label(LabelColumn::Last)).unwrap().rows(), 30);
    // A column between them does not count then.
    let text: String = (0..30)
        .map(|row| format!("{},{}{},{}{}\n", row % 3, "9,".repeat(40), row % 7, "9,".repeat(22), row % 3))
        .collect();
    assert_eq!(read(&text).unwrap_err().mend, Some(Mend::LabelNumber));
    // Neither is one, where a corner is seldom inked.
    let text: String = (0..60_usize)
        .map(|row| format!("0,{}{},{}{}\n", "0,".repeat(20), row % 10, "0,".repeat(42), (row % 12).saturating_sub(9)))
        .collect();
    let mend = read(text).map(|table| table.label).map_err(|error| error.mend);
    assert_eq!(mend, Err(Some(Mend::Label(LabelColumn::Named("22".into())))));
}

/// Rows that turn out to be broken when the label's place is known are left out, or named with their place.
#[test]
fn broken_rows_of_a_guessed_label_have_their_place() {
    let row = |row: usize| format!("{},{}0\n", row % 10, "9,".repeat(PIXELS - 1));
    let mut rows: Vec<String> = (0..300).map(row).collect();
    rows[200] = rows[200].replacen("0,", "0.5,", 1);
    rows[250] = rows[250].replace(",0\n", ",300\n");
    let text = rows.concat();
    fails(&text, "line 201, column 1: expected a label, a whole number such as 7, found \"0.5\"");
    let table = read_with(&text, &Options { skip_bad_rows: true, ..Options::default() }).unwrap();
    assert_eq!((table.rows(), &table.skipped.rows), (298, &vec![201, 251]));
    assert_eq!(
        table.skipped.first[1].to_string(),
        "line 251, column 65: expected a pixel from 0 to 255, found \"300\": scale the pixels to 0 to 255"
    );
}

#[test]
fn headers_of_numbers_are_no_images() {
    let labels = Some([7, 0, 3]);
    let count = |from: usize, to: usize| (from..to).map(|i| i.to_string()).collect::<Vec<_>>().join(",");
    for (header, place) in [
        ("0,".to_owned() + &count(0, 64), 0),
        ("label,".to_owned() + &count(0, 64), 0),
        ("y_class,".to_owned() + &count(1, 65), 0),
        (count(0, 65), 0),
        (count(0, 65), 64),
        (count(0, 64) + ",0", 64),
        // The same once more, written and read by pandas and by R.
        ("0,0.1,".to_owned() + &count(1, 64), 0),
        (count(0, 64) + ",0.1", 64),
        ("X0,X0.1".to_owned() + &(1..64).map(|i| format!(",X{i}")).collect::<String>(), 0),
        // Of all columns, the label's alone has a name.
        ("label".to_owned() + &",".repeat(64), 0),
        (",".repeat(64) + "label", 64),
        (count(1, 65) + ",digit", 64),
        (count(0, 64) + ",", 64),
    ] {
        let text = file(Some(header.clone()), place, ",");
        if header.ends_with("63,") {
            // A column without a name is no label.
            assert_eq!(read(text).unwrap().labels, None);
            continue;
        }
        loads(&header, &text, &Options::default(), labels);
        // Again in the middle, it is no image either.
        let error = read(text.clone() + &text).unwrap_err().to_string();
        assert!(error.starts_with("line 5, column 1: expected a row of numbers, found a header again"), "{error}");
    }
}

/// Of equal names, pandas gives the second one `.1`.
#[test]
fn a_row_that_was_read_as_a_header_is_left_out_and_said() {
    for header in [
        "7".to_owned() + &(0..PIXELS).map(|i| if i == 0 { ",0".into() } else { format!(",0.{i}") }).collect::<String>(),
        "0".to_owned() + &(1..=PIXELS).map(|i| format!(",0.{i}")).collect::<String>(),
        "7.0".to_owned()
            + &(0..PIXELS).map(|i| if i == 0 { ",0.0".into() } else { format!(",0.0.{i}") }).collect::<String>(),
        "label,X5".to_owned() + &(1..PIXELS).map(|i| format!(",X5.{i}")).collect::<String>(),
    ] {
        let table = loads(&header, file(Some(header.clone()), 0, ","), &Options::default(), Some([7, 0, 3]));
        assert!(notes(&table)[0].contains("was once read as a header"), "{:?}", table.notes);
    }
}

#[test]
fn columns_are_put_in_the_order_of_the_numbers_in_their_names() {
    type Name = fn(usize) -> String;
    let names: [(&str, Name); 8] = [
        ("pixel0", |i| format!("pixel{i}")),
        ("px_12_v1", |i| format!("px_{}_v1", i + 1)),
        ("1x1", |i| format!("{}x{}", i / SIDE + 1, i % SIDE + 1)),
        ("pixel_r_c", |i| format!("pixel_{}_{}", i / SIDE, i % SIDE)),
        ("x0y0", |i| format!("x{}y{}", i % SIDE, i / SIDE)),
        ("numbers", |i| i.to_string()),
        ("numbers from 1960", |i| (i + 1960).to_string()),
        ("by column", |i| format!("r{:02}c{:02}", i / SIDE, i % SIDE)),
    ];
    for (kind, name) in names {
        let mut order: Vec<usize> = (0..PIXELS).collect();
        match kind {
            "by column" => order.sort_by_key(|i| (i % SIDE, i / SIDE)),
            _ => order.sort_by_key(|&i| (i * 37) % PIXELS),
        }
        let put = |cells: Vec<String>| order.iter().map(|&i| cells[i].clone()).collect::<Vec<_>>().join(",");
        let mut text = format!("label,{}\n", put((0..PIXELS).map(name).collect()));
        for (label, pixels) in images() {
            text += &format!("{label},{}\n", put(pixels.iter().map(u8::to_string).collect()));
        }
        let table = loads(kind, &text, &Options::default(), Some([7, 0, 3]));
        let note = "the columns are out of order: put in order by the numbers in their names";
        // Of two numbers, not everybody takes the same one for the row's.
        let two = name(1).matches(|c: char| c.is_ascii_digit()).count() > 1
            && kind != "px_12_v1"
            && !kind.starts_with("numbers");
        let beside = if two { format!(", \"{}\" right of \"{}\"", name(1), name(0)) } else { String::new() };
        assert_eq!(notes(&table), [note.to_owned() + &beside], "{kind}");
        assert_eq!(table.notes[0].mend, two.then_some(Mend::Transpose), "{kind}");
    }
    // Names that tell an order, but none that is known: said, unless they are in order of some kind.
    type Letters = fn(usize) -> String;
    let letters: [Letters; 5] = [
        |i| format!("{}{}", char::from(b'a' + (i / SIDE) as u8), i % SIDE),
        |i| format!("{}{}", char::from(b'A' + (i % SIDE) as u8), i / SIDE),
        |i| format!("{i:#x}"),
        |i| (i as i32 - 32).to_string(),
        |i| [b"", &b"A"[..], b"B"][i / 26].iter().chain(&[b'A' + (i % 26) as u8]).map(|&b| char::from(b)).collect(),
    ];
    for name in letters {
        for step in [1, 37] {
            let names: Vec<String> = (0..PIXELS).map(|i| name(i * step % PIXELS)).collect();
            let text = file(Some("label,".to_owned() + &names.join(",")), 0, ",");
            let table = loads(&names[1], text, &Options::default(), Some([7, 0, 3]));
            let said = notes(&table).iter().any(|note| note.starts_with("the columns' names tell no order"));
            assert_eq!(said, step > 1, "{}: {:?}", names[1], table.notes);
            if step == 1 {
                loads(
                    &names[1],
                    file(Some("lbl,".to_owned() + &names.join(",")), 0, ","),
                    &Options::default(),
                    Some([7, 0, 3]),
                );
            }
        }
    }
    // A number twice: as they stand, and said.
    let twice = header(&["label", "..."], |i| format!("pixel{}", if i == 9 { 2 } else { i }));
    let table = loads("twice", file(Some(twice), 0, ","), &Options::default(), Some([7, 0, 3]));
    assert_eq!(table.notes.len(), 1, "{:?}", table.notes);
    // Rows and columns in the names also tell the size.
    let names: Vec<String> = (0..PIXELS).map(|i| format!("{}x{}", i / 16, i % 16)).collect();
    let table = read(file(Some("label,".to_owned() + &names.join(",")), 0, ",")).unwrap();
    assert_eq!((table.width, table.height), (16, 4));
}

/// `0.0` or `0000` and so on are numbers, and no image for all that.
#[test]
fn rows_and_columns_that_make_numbers_are_names() {
    for (from, ahead) in [(0, ""), (1, ""), (0, "0,"), (1, "lbl,"), (0, "y,"), (0, "z,")] {
        for step in [1, 37] {
            let order: Vec<usize> = (0..PIXELS).map(|i| i * step % PIXELS).collect();
            let name = |i: usize| match ahead {
                "y," => format!("{:02}{:02}", i / SIDE, i % SIDE),
                "z," => format!("\"[{},{}]\"", i / SIDE, i % SIDE),
                _ => format!("{}.{}", i / SIDE + from, i % SIDE + from),
            };
            let put = |cell: &dyn Fn(usize) -> String| order.iter().map(|&i| cell(i)).collect::<Vec<_>>().join(",");
            let mut text = format!("{ahead}{}\n", put(&name));
            for (label, pixels) in images() {
                let label = if ahead.is_empty() { String::new() } else { format!("{label},") };
                text += &format!("{label}{}\n", put(&|i| pixels[i].to_string()));
            }
            let labels = (!ahead.is_empty()).then_some([7, 0, 3]);
            let table = loads(&format!("{ahead}{} by {step}", name(0)), text, &Options::default(), labels);
            let is_said = notes(&table).iter().any(|note| note.starts_with("the columns are out of order"));
            assert_eq!(is_said, step > 1, "{:?}", table.notes);
        }
    }
}

#[test]
fn other_delimiters_and_line_ends_are_recognised() {
    let labels = Some([7, 0, 3]);
    let names = |delimiter: &str| Some(header(&["label", "..."], |i| format!("pixel{i}")).replace(',', delimiter));
    for delimiter in [";", "\t", "|", " ", "; ", "   ", ":", "^", "~", "\u{1f}"] {
        for header in [None, names(delimiter)] {
            for line_end in ["\n", "\r\n", "\r"] {
                let text = file(header.clone(), 0, delimiter).replace('\n', line_end);
                loads(&format!("{delimiter:?} {line_end:?}"), text, &Options::default(), labels);
            }
        }
    }
    for delimiter in [",", ";", "\t"] {
        let text = format!("sep={delimiter}\n{}", file(names(delimiter), 0, delimiter));
        loads("a line that tells it", text, &Options::default(), labels);
    }
    // NumPy writes spaces, exponents, and the header as a comment.
    let header = header(&["...", "label"], |i| format!("p{i}")).replace(',', " ");
    let text = file(None, PIXELS, " ").lines().fold(format!("# {header}\n"), |text, line| {
        let cells: Vec<String> = line.split(' ').map(|cell| format!("{:e}", cell.parse::<f64>().unwrap())).collect();
        text + " " + &cells.join(" ") + " \n"
    });
    loads("numpy.savetxt", text, &Options::default(), labels);
}

#[test]
fn numbers_are_read_as_they_are_written() {
    type Write = fn(u8) -> String;
    let with = |write: Write| {
        let rows = images().into_iter().map(|(label, pixels)| {
            let cells: Vec<String> = pixels.iter().map(|&pixel| write(pixel)).collect();
            format!("{label};{}\n", cells.join(";"))
        });
        rows.collect::<String>()
    };
    let writes: [(&str, Write); 13] = [
        ("hexadecimal", |pixel| format!("0x{pixel:02X}")),
        ("Python's bytes", |pixel| format!("b'{pixel}'")),
        ("single quotes", |pixel| format!("'{pixel}'")),
        ("lists", |pixel| format!("[{pixel}.]")),
        ("PyTorch", |pixel| format!("tensor([{pixel}])")),
        ("NumPy", |pixel| format!("np.float64({pixel}.0)")),
        ("spaces that do not break", |pixel| format!("\u{a0}{pixel}")),
        ("exponents", |pixel| format!("{:E}", f64::from(pixel))),
        ("nearly whole", |pixel| format!("{pixel}.000000000000001")),
        ("nearly whole, below", |pixel| format!("{}", f64::from(pixel) - 1e-13)),
        ("fractions", |pixel| format!("{}", f64::from(pixel) / 255.0)),
        ("small fractions", |pixel| format!("{:e}", f64::from(pixel) / 255.0)),
        ("decimal commas", |pixel| format!("{:.6}", f64::from(pixel) / 255.0).replace('.', ",")),
    ];
    for (name, write) in writes {
        loads(name, with(write), &label(LabelColumn::First), Some([7, 0, 3]));
    }
    let ink = |write: fn(u8) -> String| read_with(with(write), &label(LabelColumn::First)).unwrap().pixels;
    let expected: Vec<u8> = pixels().iter().map(|&pixel| if pixel > 99 { 255 } else { 0 }).collect();
    assert_eq!(ink(|pixel| if pixel > 99 { "True".into() } else { "False".into() }), expected);
    assert_eq!(ink(|pixel| if pixel > 99 { "TRUE".into() } else { "FALSE".into() }), expected);
}

#[test]
fn what_is_no_row_and_no_pixel_is_left_out() {
    let auto = Options::default();
    let labels = Some([7, 0, 3]);
    let commas = ",".repeat(PIXELS) + "\n";
    let train = train().join("\n") + "\n";
    loads("comments", format!("# digits, 8 x 8\n{train}# the end\n"), &auto, labels);
    loads("empty rows", train.replacen('\n', &format!("\n{commas}"), 2) + &commas + "\"\",\"\"\n", &auto, labels);
    loads("a comma at each line's end", train.replace('\n', ",\n"), &auto, labels);
    let headless = file(None, 0, ",").replace('\n', ",\n");
    loads("the same without a header", headless, &label(LabelColumn::First), labels);
    let rows = file(None, 0, ",");
    let names = train.lines().next().unwrap();
    loads("in the rows alone", format!("{names}\n{}", rows.replace('\n', ",\n")), &auto, labels);
    loads("in the header alone", format!("{names},\n{rows}"), &auto, labels);
    for (name, cell) in
        [("index", "12"), ("Usage", "Training"), ("filename", "7/img_1.png"), ("Unnamed: 0", "3"), ("", "3")]
    {
        for front in [true, false] {
            let beside =
                |line: &str, cell: &str| if front { format!("{cell},{line}\n") } else { format!("{line},{cell}\n") };
            let text = beside(names, name) + &rows.lines().map(|line| beside(line, cell)).collect::<String>();
            assert_eq!(loads(name, text, &auto, labels).notes.len(), 1, "{name}");
        }
    }
    loads("the end of a file in DOS", train.clone() + "\u{1a}", &auto, labels);
    // R writes names of rows, and none above them.
    let text =
        rows.lines().enumerate().fold(format!("{names}\n"), |text, (row, line)| text + &format!("\"{row}\",{line}\n"));
    loads("write.table", text, &auto, labels);
}

#[test]
fn row_numbers_and_ids_that_are_no_numbers_are_left_out() {
    let auto = Options::default();
    let numbered: String =
        file(None, 0, ",").lines().enumerate().map(|(row, line)| format!("{row},{line}\n")).collect();
    let table = loads("row numbers without a name", numbered, &label(LabelColumn::First), Some([7, 0, 3]));
    assert_eq!(notes(&table)[0], "the first column counts the rows: left out, and column 2 taken for the label");
    let numbered: String =
        file(None, 0, ",").lines().enumerate().map(|(row, line)| format!("{line},{row}\n")).collect();
    let table = loads("the same at the end", numbered, &label(LabelColumn::First), Some([7, 0, 3]));
    assert_eq!(notes(&table), ["the last column counts the rows: left out"]);
    let unknown = |cell: &str| {
        format!(
            "{}\n{}",
            header(&["label", "..."], |i| format!("pixel{i}")),
            lines(|_| vec![cell.into()], none).join("\n")
        )
    };
    for cell in ["?", "NaN", "NA"] {
        let table = loads("labels to come", unknown(cell), &auto, None);
        assert_eq!(notes(&table), ["column 1 has no values: left out"]);
    }
    let dated = file(None, 0, ",").replace('\n', ",1 May\n");
    let table = loads("text without a name", dated, &label(LabelColumn::First), Some([7, 0, 3]));
    assert_eq!(notes(&table), ["column 66 holds text: left out"]);
    let train = train();
    let with_ids = |names: &str, ids: [&str; 3]| {
        let rows = train[1..].iter().zip(ids).map(|(line, id)| format!("{id},{line}\n"));
        format!("{names},{}\n{}", train[0], rows.collect::<String>())
    };
    let table = loads("no ids", with_ids("id", ["", "", ""]), &auto, Some([7, 0, 3]));
    assert_eq!(table.ids, None);
    assert_eq!(notes(&table)[0], "the column \"id\" is empty: left out, and the rows are counted from 1");
    let error = read(with_ids("id", ["1", "", "3"])).unwrap_err();
    assert_eq!(error.to_string(), "line 3, column 1: expected an id, found an empty cell");
    assert_eq!(error.mend, Some(Mend::Ignore("id".into())));
}

/// Of two columns of ids, the first decides.
#[test]
fn ids_are_the_text_of_the_file() {
    for (names, ids, expected) in [
        ("id", ["00007", "7", "7.0"], ["00007", "7", "7.0"]),
        ("id", ["img_7.png", "001eef", "nan"], ["img_7.png", "001eef", "nan"]),
        ("id", ["\"a,1\"", " b ", "\"the \"\"c\"\", or d\""], ["a,1", "b", "the \"c\", or d"]),
        ("id,ImageId", ["8,1", "9,2", "9b,3"], ["8", "9", "9b"]),
        ("ImageId,id", ["8,1", "9,2", "9b,3"], ["8", "9", "9b"]),
    ] {
        let rows = lines(labelled, none).into_iter().zip(ids).map(|(line, id)| format!("{id},{line}\n"));
        let text = format!("{names},{}\n{}", train()[0], rows.collect::<String>());
        let table = loads(names, text, &Options::default(), Some([7, 0, 3]));
        let column = names.split(',').next().unwrap_or_default().to_owned();
        assert_eq!(table.ids, Some(Ids { column, texts: expected.map(String::from).into() }));
    }
}

/// A header may have no name for the label, and letters for the pixels.
#[test]
fn a_label_is_found_among_names_that_say_little() {
    let four = |header: String| {
        let rows = file(None, 0, ",").replace("\n3,", "\n0,");
        let fourth = rows.lines().last().unwrap_or_default().to_owned();
        header + "\n" + &rows + &fourth + "\n"
    };
    for name in ["", "Unnamed: 0"] {
        let table = read(four(header(&[name, "..."], |i| format!("pixel{i}")))).unwrap();
        assert_eq!(table.labels, Some(vec![7, 0, 0, 0]), "{name}");
        assert_eq!(notes(&table), ["column 1 has no name, and its values repeat: taken for the label"]);
        assert_eq!(table.notes[0].mend, Some(Mend::Label(LabelColumn::None)));
        // It is the column that is told, too, and not the one beside it.
        let told =
            read_with(four(header(&[name, "..."], |i| format!("pixel{i}"))), &label(LabelColumn::First)).unwrap();
        assert_eq!((told.labels, told.pixels), (table.labels, table.pixels));
    }
    // Row numbers of tables put one below the other repeat as well.
    let rows: String = (0..60).map(|row| format!("{}{}\n", row % 20, ",90".repeat(PIXELS))).collect();
    let table = read(header(&["", "..."], |i| format!("pixel{i}")) + "\n" + &rows).unwrap();
    assert_eq!(table.labels, None);
    assert_eq!(notes(&table), ["the first column has no name: taken for row numbers and left out"]);
    // Where hardly any column has a name, they stand in order.
    let names = header(&["label", "..."], |i| format!("Unnamed: {}", i + 1));
    loads("no names", file(Some(names), 0, ","), &Options::default(), Some([7, 0, 3]));
    let letter = |i: usize| {
        let last = char::from(b'A' + (i % 26) as u8);
        if i < 26 { last.to_string() } else { format!("{}{last}", char::from(b'A' + (i / 26 - 1) as u8)) }
    };
    for name in ["label", "Ziffer"] {
        for place in [0, 30, PIXELS] {
            let mut names: Vec<String> = (0..PIXELS).map(letter).collect();
            names.insert(place, name.to_owned());
            loads(name, file(Some(names.join(",")), place, ","), &Options::default(), Some([7, 0, 3]));
        }
    }
    // Two levels of names in pandas give fractions; the label's name tells that this is a header.
    let table = loads(
        "0.1",
        file(Some(header(&["label", "..."], |i| format!("0.{i}"))), 0, ","),
        &Options::default(),
        Some([7, 0, 3]),
    );
    assert!(table.notes.is_empty(), "{:?}", table.notes);
}

#[test]
fn what_cannot_be_read_is_told_with_its_mend() {
    let mut train_file = train();
    train_file[2] = format!("7,{}", ["NA"; PIXELS].join(","));
    fails(
        train_file.join("\n"),
        "line 3, column 2: expected a pixel from 0 to 255, found \"NA\": fill in the missing value or delete the row",
    );
    let mut train_file = train();
    train_file[2] = format!("7,{}", ["\"1,024\""; PIXELS].join(","));
    fails(
        train_file.join("\n"),
        "line 3, column 2: expected a whole pixel from 0 to 255, like those before, found \"1,024\": if this comma \
         is one between thousands, write the number without it",
    );
    fails(
        train().join("\n").replacen(',', ";", PIXELS),
        "line 2, column 2: expected 65 cells, as in line 1, found 1: the rows have another delimiter",
    );
    let train_file = train().join("\n");
    fails(
        train_file.clone() + &train_file,
        "line 4, column 66: expected 65 cells, found 129: a line end is missing between two rows",
    );
    let mixed = "the row has two delimiters: put commas in the place of the other one";
    fails(
        file(None, 0, ",").replacen("7,", "7;", 1).replacen("\n0,", "\n0;", 1).replacen("\n3,", "\n3;", 1),
        &format!("line 1, column 1: expected a pixel from 0 to 255, found \"7;0\": {mixed}"),
    );
    fails(
        train().join("\n").replacen("\n7,", "\n7;,", 1),
        &format!("line 2, column 1: expected a label, a whole number such as 7, found \"7;\": {mixed}"),
    );
    fails(
        format!("{}\n", ["0", "9"].repeat(14).join(",")).repeat(28),
        "line 1: expected the pixels of a square image of 8 x 8 or more, with or without a label, found 28 columns (if a line \
         is one row of an image, join the lines of each image)",
    );
    let names: Vec<String> = (1..=PIXELS + 1).map(|column| format!("V{column}")).collect();
    let mut sorted = names.clone();
    sorted.sort();
    let rows = file(None, 0, ",");
    fails(
        format!("{}\n{rows}", sorted.join(",")),
        "line 1: expected columns in order, or one whose name tells that it is the label, found \"V1\" to \"V9\" out of \
         order: call the label's column label",
    );
    let image = "12 ".repeat(PIXELS);
    fails(
        format!("emotion,pixels\n3,{image}\n5,\"{image}\"\n"),
        "line 1: expected a cell for each pixel, found all pixels of an image in one cell: write them as columns of their own",
    );
    let cell = |text: &str| with_cell(3, text);
    for (text, end) in [
        ("300", "found \"300\": scale the pixels to 0 to 255"),
        ("31.88", "found \"31.88\": round the pixels to whole numbers"),
        ("?", "found \"?\": fill in the missing value or delete the row"),
        ("#N/A", "found \"#N/A\": fill in the missing value or delete the row"),
        ("12.5%", "found \"12.5%\": write the pixels as fractions, 0.5 for 50%"),
        ("0a", "found \"0a\": if it is hexadecimal, write all pixels in decimal, or with 0x before each, such as 0x0a"),
        (
            "#00",
            "found \"#00\": if it is hexadecimal, write all pixels in decimal, or with 0x before each, such as 0x0a",
        ),
    ] {
        let error = read(cell(text)).unwrap_err().to_string();
        assert!(error.ends_with(end), "{error}");
    }
}

/// A comment is left out; a row whose first cell is a spreadsheet's error is not.
#[test]
fn a_spreadsheets_error_is_no_comment() {
    for error in ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#n/a"] {
        let mend = "write the label or delete the row";
        let expected = "expected a label, a whole number such as 7, found";
        fails(with_cell(1, error), &format!("line 3, column 1: {expected} \"{error}\": {mend}"));
    }
    assert_eq!(read(with_cell(1, "#Nothing")).unwrap().rows(), 2);
}

/// Spreadsheets call the columns by letters: `Y` is no label then, and `ID` no id.
#[test]
fn letters_are_no_names() {
    let letter = |i: usize| {
        let last = char::from(b'A' + (i % 26) as u8);
        if i < 26 { last.to_string() } else { format!("{}{last}", char::from(b'A' + (i / 26 - 1) as u8)) }
    };
    let names = |count| (0..count).map(letter).collect::<Vec<_>>().join(",");
    let row = (0..256).map(|i| i.to_string()).collect::<Vec<_>>().join(",");
    let table = read(format!("{}\n{row}\n{row}\n", names(256))).unwrap();
    assert_eq!((table.width, table.labels, table.ids), (16, None, None));
    assert_eq!(table.pixels[..256], (0..=255).collect::<Vec<u8>>());
    let rows: String = (0..20).map(|label| format!("{},{}\n", label % 5, "0,".repeat(255) + "9")).collect();
    let table = read(format!("{}\n{rows}", names(257))).unwrap();
    assert_eq!((table.width, table.labels, table.ids), (16, Some((0..20).map(|label| label % 5).collect()), None));
}

/// One digit and the rest: nine labels of ten are 0, as paper is.
#[test]
fn a_label_of_one_class_and_the_rest_is_found() {
    let row = |row: usize, last: bool| {
        let label = usize::from(row % 10 == 3).to_string();
        let mut cells: Vec<String> =
            (0..PIXELS).map(|i| (if i % 63 == 0 || i % 2 == 0 { 0 } else { 50 + row % 200 }).to_string()).collect();
        cells.insert(if last { PIXELS } else { 0 }, label);
        cells.join(",") + "\n"
    };
    for last in [false, true] {
        let table = read((0..200).map(|number| row(number, last)).collect::<String>()).unwrap();
        let place = if last { "last" } else { "first" };
        assert_eq!(notes(&table), [format!("the {place} column is taken for the label, by its values")]);
        assert_eq!(table.labels.unwrap().iter().sum::<i32>(), 20);
    }
    // A few rows are none, and black and white corners may be so.
    assert_eq!(
        read((0..40).map(|number| row(number, false)).collect::<String>()).unwrap_err().mend,
        Some(Mend::LabelNumber)
    );
}

/// The advice works when it is followed to the letter.
#[test]
fn a_label_between_the_pixels_is_told_by_its_number() {
    let row = |row: usize| {
        let mut cells: Vec<String> =
            (0..PIXELS).map(|i| (if i % 63 == 0 { 0 } else { row * i % 251 }).to_string()).collect();
        cells.insert(20, (row % 10).to_string());
        cells.join(",") + "\n"
    };
    let text: String = (0..200).map(row).collect();
    let error = read(&text).unwrap_err();
    let message = "expected the labels in the first or the last column, found values that leave it open which, and such as \
                   labels have in column 21";
    assert_eq!(
        (error.to_string().as_str(), &error.mend),
        (message, &Some(Mend::Label(LabelColumn::Named("21".into()))))
    );
    let table = read_with(&text, &label(LabelColumn::Named("21".into()))).unwrap();
    assert_eq!(table.labels, Some((0..200).map(|row| row % 10).collect()));
}

#[test]
fn a_label_that_was_told_where_there_is_none_is_no_pixel() {
    let names = header(&["id", "..."], |i| format!("pixel{i}"));
    let text = names + "\n" + &lines(labelled, none).join("\n");
    let error = read_with(&text, &label(LabelColumn::First)).unwrap_err();
    let message = "line 1: expected a label beside the pixels of an image, found these alone";
    assert_eq!((error.to_string().as_str(), &error.mend), (message, &Some(Mend::Label(LabelColumn::None))));
    loads("--label none", text, &label(LabelColumn::None), None);
    // Behind row numbers, the first column is the second.
    let text: String = (0..20).map(|row| format!("{row},{},{}0\n", row % 10, "90,".repeat(PIXELS - 1))).collect();
    let table = read_with(text, &label(LabelColumn::First)).unwrap();
    assert_eq!(notes(&table), ["the first column counts the rows: left out, and column 2 taken for the label"]);
}

#[test]
fn names_of_columns_may_have_line_ends_in_them() {
    for (line_end, names) in [
        ("\n", header(&["\"label\n(0 to 9)\"", "..."], |i| format!("pixel{i}"))),
        ("\r\n", header(&["label", "..."], |i| format!("\"pixel\r\n{i}\""))),
    ] {
        let text = file(Some(names), 0, ",").replace("\r\n", "\n").replace('\n', line_end);
        let table = loads("line ends", &text, &Options::default(), Some([7, 0, 3]));
        assert!(notes(&table).iter().all(|note| !note.contains('\n')));
        let places = text.lines().count();
        let broken = text.trim_end().rsplit_once(',').unwrap().0;
        assert_eq!(read(broken.to_owned() + ",x\n").unwrap_err().line, Some(places as u64));
    }
    let open = "line 1: expected a closing quote before the end of the line, found none: a cell must not go over several lines";
    fails(train().join("\n").replacen("label", "\"label", 1), open);
    fails(file(None, 0, ",").replacen('7', "\"7", 1).replacen("\n0,", "\n0\",", 1), open);
}

#[test]
fn decimal_commas_that_cut_numbers_in_two_are_named() {
    let row = |cell: &str| format!("7,{}\n", [cell; PIXELS].join(","));
    let names = train().swap_remove(0) + "\n";
    let mend = "these look like decimal commas: write decimal points, or put another delimiter between the cells";
    fails(names.clone() + &row("0,05"), &format!("line 2, column 66: expected 65 cells, found 129: {mend}"));
    fails(
        names + &row("12,0").replace("7,", "7,0,"),
        &format!("line 2, column 66: expected 65 cells, found 130: {mend}"),
    );
    fails(
        row("0,05"),
        &format!("line 1: expected a number in each cell, found 129 columns and cells such as 05: {mend}"),
    );
}

/// A column for each image, as some write it: the labels in the first row, below the images' numbers, or nowhere.
#[test]
fn tables_with_a_column_for_each_image_are_named() {
    let line = |cells: Vec<String>| cells.join(",") + "\n";
    for images in [90, 101, 100] {
        let count = |of: fn(usize) -> usize| line((0..images).map(|image| of(image).to_string()).collect());
        let labels = count(|image| image * 7 % 10);
        let blank = line(vec!["0".into(); images]);
        let ink = count(|image| image * 37 % 256);
        let pixels = blank.repeat(8) + &ink.repeat(56);
        let named: String = pixels.lines().enumerate().map(|(pixel, line)| format!("pixel{pixel},{line}\n")).collect();
        for text in [
            labels.clone() + &pixels,
            count(|image| image) + &labels + &pixels,
            format!(",{}label,{labels}{named}", count(|image| image)),
            format!("label,{labels}{named}"),
        ] {
            let error = read(&text).unwrap_err().to_string();
            assert!(error.contains("expected a row for each image, found a column for each: "), "{error}");
        }
        let longer = |line: &str| format!("{}\n", [line.trim_end(); 1000].join(","));
        let error = read(longer(&labels) + &longer(&blank).repeat(2)).unwrap_err().to_string();
        assert!(error.contains("found a column for each: "), "{error}");
        // As many rows as fit into the first look are blank.
        if images == 90 {
            let error = read(blank.repeat(100) + &ink).unwrap_err().to_string();
            assert!(error.contains("found a column for each: "), "{error}");
        }
    }
}

#[test]
fn few_rows_are_no_evidence_of_the_label() {
    // Three labels that look like pixels, and three pixels that look like labels.
    let row = |first: u8, last: u8| format!("{first}{},{last}\n", ",9".repeat(PIXELS - 1));
    let error = read(row(3, 0) + &row(6, 0) + &row(8, 1)).unwrap_err();
    assert_eq!(error.mend, Some(Mend::LabelNumber), "{error}");
}

/// A label whose column has no name is found beside other columns, or it is said how to tell of it.
#[test]
fn a_column_without_a_name_may_be_the_label() {
    let text = |rows: usize, classes: usize| {
        let row = |row: usize| format!("{},{}train\n", row * classes / rows, "90,".repeat(PIXELS));
        header(&["", "...", "split"], |i| format!("pixel{i}")) + "\n" + &(0..rows).map(row).collect::<String>()
    };
    assert_eq!(read(text(40, 4)).unwrap().labels, Some((0..40).map(|row| row / 10).collect()));
    let table = read(text(12, 10)).unwrap();
    let left_out = Note {
        text: "the first column has no name: taken for row numbers and left out".into(),
        mend: Some(Mend::Label(LabelColumn::First)),
    };
    assert!(table.labels.is_none() && table.notes.contains(&left_out), "{:?}", table.notes);
    assert_eq!(read_with(text(12, 10), &label(LabelColumn::First)).unwrap().labels.unwrap()[11], 9);
}

#[test]
fn a_one_hot_label_is_a_column_a_class() {
    let hot = |label: i32| (0..10).map(|class| u8::from(class == label).to_string()).collect::<Vec<_>>();
    let first = lines(hot, none).join("\n");
    let last = lines(none, hot).join("\n");
    let labels = Some([7, 0, 3]);
    for (text, told) in [(&first, LabelColumn::First), (&last, LabelColumn::Last)] {
        loads("told", text, &label(told), labels);
        let table = loads("guessed", text, &Options::default(), labels);
        let end = "have a single 1 in each row: taken for the label, numbered 0 to 9 in the order of the columns";
        assert!(notes(&table)[0].ends_with(end), "{:?}", table.notes);
    }
    let names: Vec<String> = (0..10).map(|class| format!("digit_{}", class + 20)).collect();
    let names = header(&["...", &names.join(",")], |i| format!("pixel{i}"));
    loads("numbers in the names", format!("{names}\n{last}"), &Options::default(), Some([27, 20, 23]));
    let words = ["nine", "eight", "seven", "six", "five", "four", "three", "two", "one", "zero"];
    for (names, found, numbered) in [
        (words.map(|word| format!("label_{word}")), [2, 9, 6], "by their names"),
        (
            words.map(|word| format!("{word}teen")),
            [7, 0, 3],
            "0 to 9 in the order of the columns, \"nineteen\", \"eightteen\", \"seventeen\"",
        ),
    ] {
        let header = header(&["...", &names.join(",")], |i| format!("pixel{i}"));
        let table = loads(numbered, format!("{header}\n{last}"), &Options::default(), Some(found));
        assert!(notes(&table)[0].contains(&format!("numbered {numbered}")), "{:?}", table.notes);
    }
    // Numbers as the names of pixels, in any order.
    let mut pixels: Vec<usize> = (0..PIXELS).collect();
    pixels.sort_by_key(|&i| (i * 37) % PIXELS);
    let header = header(&["...", &(0..10).map(|k| format!("label_{k}")).collect::<Vec<_>>().join(",")], |i| {
        pixels[i].to_string()
    });
    assert_eq!(read(format!("{header}\n{last}")).unwrap().labels, Some(vec![7, 0, 3]));
    let many = (last.clone() + "\n").repeat(40);
    fails(
        many + &last.replacen(",0\n", ",1\n", 1),
        "line 121: expected a single 1 in the one-hot columns 65 to 74, found 2 of them: write 1 in the column of the row's \
         class and 0 in the others, or delete the row",
    );
}

/// One bad row does not make two columns of classes out of ten.
#[test]
fn a_row_of_a_one_hot_label_has_a_single_1() {
    let names = ["label_0", "label_1", "label_2", "..."];
    let mend = "write 1 in the column of the row's class and 0 in the others, or delete the row";
    let with = |hot: [&str; 3]| {
        let bad = |label: i32| if label == 0 { hot } else { ["0", "0", "1"] }.map(String::from).into();
        header(&names, |i| format!("pixel{i}")) + "\n" + &lines(bad, none).join("\n")
    };
    for (hot, place, expected, found) in [
        (["0", "0", "0"], "", "a single 1", "none"),
        (["1", "0", "1"], "", "a single 1", "2 of them"),
        (["0.1", "0.9", "0"], ", column 1", "0 or 1", "\"0.1\""),
        (["0", "", "0"], ", column 2", "0 or 1", "an empty cell"),
    ] {
        let one_hot = "in the one-hot columns \"label_0\" to \"label_2\"";
        fails(with(hot), &format!("line 3{place}: expected {expected} {one_hot}, found {found}: {mend}"));
    }
    let told = Options { skip_bad_rows: true, ..Options::default() };
    assert_eq!(read_with(with(["0", "0", "0"]), &told).unwrap().labels, Some(vec![2, 2]));
    // Without such names, many rows say it.
    let hot = |label: i32| (0..10).map(|class| u8::from(class == label).to_string()).collect::<Vec<_>>();
    let many = (lines(hot, none).join("\n") + "\n").repeat(10);
    let error = read(many.replacen('1', "0", 1)).unwrap_err().to_string();
    assert_eq!(error, format!("line 1: expected a single 1 in the one-hot columns 1 to 10, found none: {mend}"));
}

#[test]
fn the_range_of_the_training_images_settles_what_a_file_leaves_open() {
    let row = |most: usize| (0..PIXELS).map(|i| (i % (most + 1)).to_string()).collect::<Vec<_>>().join(",");
    for (most, known, ink) in [
        (16, None, 255),
        (16, Some(Range::Sixteen), 255),
        (16, Some(Range::Byte), 16),
        (9, Some(Range::Byte), 9),
        (17, Some(Range::Sixteen), 17),
        (1, Some(Range::Sixteen), 255),
    ] {
        let table = read_with(row(most), &Options { range: known, ..Options::default() }).unwrap();
        assert_eq!(table.pixels.iter().max(), Some(&ink), "{most} {known:?}");
        assert_eq!(table.notes.len(), usize::from(most <= 16));
    }
}

#[test]
fn images_can_be_inverted() {
    let mut table = read(train().join("\n")).unwrap();
    table.invert();
    assert_eq!(table.pixels, pixels().iter().map(|pixel| 255 - pixel).collect::<Vec<_>>());
}

#[test]
fn tables_of_something_else_are_named() {
    let said = |text: &str, word: &str| {
        let error = read(text).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    };
    let quoted: String = file(None, 0, ",").lines().map(|line| format!("\"{line}\"\n")).collect();
    said(&quoted, "all of a row in one pair of quotes");
    let names = header(&["label", "..."], |i| format!("pixel{i}"));
    said(&format!("{names}\n{quoted}"), "the row is in one pair of quotes");
    let ruled = file(Some(names.clone()), 0, ",").replacen('\n', &format!("\n---{}\n", "+---".repeat(PIXELS)), 1);
    said(&ruled.replace(',', " | "), "this is a ruled line, delete it");
    let list = format!("\"[{}]\"", ["12"; PIXELS].join(", "));
    said(&format!("4,{list}\n7,{list}\n"), "all pixels of an image in one cell");
    said(&quoted.replace(',', "\"\",\"\""), "take these quotes away");
    said(&format!("digits of 8 x 8\n{}", train().join("\n")), "delete this line");
    said("filename,label\na/1.png,7\na/2.png,1\n", "the names of pictures");
    said("1.jpg,7\n2.jpg,1\n", "the names of pictures");
    let row = "a row of pixel values for each image is needed";
    said(
        "image,label\nimg1,7\nimg2,1\n",
        &format!("found text in the column \"image\", \"img1\" in the first row: {row}"),
    );
    said(
        "label,note\n7,good\n1,bad\n",
        &format!("found text in the column \"note\", \"good\" in the first row: {row}"),
    );
    said("id,label\n1,7\n2,1\n", "found labels alone");
    for shortened in
        ["[0 0 0 ... 0 0 0]", "\"[0, 0, 0, ..., 0, 0, 0]\"", "tensor([0 0 ... 0])", "\"[[0 0 ... 0]\n [0 ... 0]]\""]
    {
        let rows = format!("label,pixels\n7,{shortened}\n1,{shortened}\n");
        said(&rows, "...");
        said(&rows, "the pixels were lost when the file was written");
    }
    let colours = |count: usize| format!("7,{}\n", ["9"; 3 * PIXELS].join(",")).repeat(count);
    said(&colours(2), "3 for each of 8 x 8: these are colour images");
    said(
        &file(None, 0, ",").replace("\n0,", "\nB,").replacen("7,", "A,", 1).replace("\n3,", "\nC,"),
        "found \"A\": number the classes",
    );
    for (text, what) in [
        ("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n", "a Git LFS pointer"),
        ("404: Not Found", "(404: Not Found)"),
        ("{\"label\": 7}\n", "JSON"),
        ("[[0, 1], [2, 3]]", "JSON"),
        ("%PDF-1.7\n", "a PDF document"),
        ("MATLAB 5.0 MAT-file, Platform", "a MATLAB file"),
        ("PAR1\u{15}", "a Parquet file"),
        ("X\n\0\0\0\u{3}", "an R data file"),
        ("$FL2@(#) SPSS DATA FILE", "an SPSS file"),
        ("<stata_dta><header>", "a Stata file"),
        ("$FL3@(#) SPSS DATA FILE", "an SPSS file"),
        ("\u{72}\u{1}\u{1}\0\u{5}", "a Stata file"),
        ("P5\n28 28\n255\n", "a PBM, PGM or PPM picture: save it as PNG"),
        ("P5 28 28 255\n", "a PBM, PGM or PPM picture"),
        ("P3\r\n# GIMP\r\n28 28\r\n", "a PBM, PGM or PPM picture"),
        ("7 153:3 154:18 155:126\n", "LIBSVM text"),
        ("\u{7f}ELF\u{2}\0\0\0\0", "binary data"),
        ("hello\nworld\n", "no CSV of digits"),
    ] {
        said(text, what);
    }
}

/// Grey images with opacity have as many columns as grey ones of twice their width and height.
#[test]
fn colour_images_with_opacity_are_refused() {
    let grey = |row: usize, at: usize| if at % 9 < 4 { 0 } else { (row * 60 + at) % 250 };
    let of = |value: &dyn Fn(usize, usize) -> usize| {
        let row = |row: usize| (0..4 * PIXELS).map(|at| value(row, at).to_string()).collect::<Vec<_>>().join(",");
        [row(0), row(1), row(2)]
    };
    let by_pixel = of(&|row, at| if at % 4 == 3 { 255 } else { grey(row, at / 4) });
    let by_plane = of(&|row, at| if at >= 3 * PIXELS { 255 } else { grey(row, at % PIXELS) });
    let of_grey = of(&|row, at| grey(row, at % PIXELS));
    for rows in [&by_pixel, &by_plane, &of_grey] {
        for text in [rows.join("\n"), format!("7,{}", rows.join("\n7,")), format!("{},7\n", rows.join(",7\n"))] {
            fails(
                text,
                "line 1: expected a grey value for each pixel, found 256 columns of pixels, 4 for each of 8 x 8: these are \
                 colour images (red, green, blue and opacity), make them grey first",
            );
        }
    }
    // A size that is told is believed; and a small image made four times as large has no opacity, nor have blank ones.
    let told = Options { size: Some((16, 16)), ..Options::default() };
    assert_eq!(read_with(by_pixel.join("\n"), &told).unwrap().rows(), 3);
    let large = of(&|row, at| grey(row, at / 64 * 4 + at % 16 / 4));
    let blank = of(&|_, _| 0);
    for rows in [large, blank] {
        assert_eq!(read(rows.join("\n")).unwrap().width, 16);
    }
}

/// A label's column never becomes a pixel, whatever is told of another one.
#[test]
fn a_label_is_no_pixel() {
    let name = |i: usize| format!("pixel{i}");
    for (names, place) in [(["label", "..."], 0), (["...", "label"], PIXELS), (["y_class", "..."], 0)] {
        let text = file(Some(header(&names, name)), place, ",");
        let known = names[usize::from(place > 0)];
        let wrong = if place == 0 { LabelColumn::Last } else { LabelColumn::First };
        for told in [wrong, LabelColumn::Named("pixel40".into())] {
            let error = read_with(&text, &label(told)).unwrap_err();
            let message = format!("expected pixels beside the label, found the column \"{known}\"");
            assert_eq!(error.to_string(), format!("line 1, column {}: {message}", place + 1));
            assert_eq!(error.mend, Some(Mend::Label(LabelColumn::Named(known.into()))));
        }
        let table = loads(known, &text, &Options::default(), Some([7, 0, 3]));
        assert_eq!(table.label, LabelColumn::Named(known.into()));
    }
    for (lines, place) in [(lines(labelled, none), LabelColumn::First), (lines(none, labelled), LabelColumn::Last)] {
        // Enough rows to guess from.
        let table = read((lines.join("\n") + "\n").repeat(20)).unwrap();
        assert_eq!(table.label, place);
    }
}

#[test]
fn of_two_columns_that_may_be_the_label_none_is_thrown_away_unsaid() {
    let name = |i: usize| format!("pixel{i}");
    let both = |names: [&str; 3], cell: fn(i32) -> String| {
        header(&names, name) + "\n" + &lines(|label| vec![cell(label), label.to_string()], none).join("\n")
    };
    // The numbers are the label, and the words are named.
    let table = loads(
        "class",
        both(["class", "label", "..."], |label| if label == 0 { "zero".into() } else { "more".into() }),
        &Options::default(),
        Some([7, 0, 3]),
    );
    assert_eq!(notes(&table), ["the column \"class\" holds text: left out"]);
    for names in [["class", "label", "..."], ["foo", "bar", "..."]] {
        let text = both(names, |label| (label + 1).to_string());
        let error = read(&text).unwrap_err();
        assert_eq!(error.mend, Some(Mend::LabelOrIgnore), "{error}");
        let told = Options { ignore: vec![names[0].into()], ..label(LabelColumn::Named(names[1].into())) };
        loads("told", text, &told, Some([7, 0, 3]));
    }
}

#[test]
fn a_name_that_is_no_pixels_does_not_hide_that_columns_are_out_of_order() {
    for stray in ["Pixel_ten", "pixel10.0", "\u{feff}pixel10"] {
        let mut names: Vec<String> = (0..PIXELS).map(|i| format!("pixel{i}")).collect();
        names.sort();
        names[2] = stray.into();
        let text = file(Some(format!("label,{}", names.join(","))), 0, ",");
        let error = read(text).unwrap_err().to_string();
        assert!(error.starts_with("line 1, column 4: expected a name with a number like the other pixels'"), "{error}");
        assert!(error.ends_with(&format!("found {stray:?}: correct this name")), "{error}");
    }
    // In order, one name does not matter, whatever signs it has.
    for odd in ["ten", "pixel#"] {
        let names = header(&["label", "..."], |i| if i == 10 { odd.into() } else { format!("pixel{i}") });
        loads("in order", file(Some(names), 0, ","), &Options::default(), Some([7, 0, 3]));
    }
}

#[test]
fn columns_are_left_out_as_they_are_told() {
    let ignoring = |name: &str| Options { ignore: vec![name.into()], ..Options::default() };
    let extra = |names: &[&str]| {
        let rows = lines(|label| vec![label.to_string(), "40".into(), "41".into()], none).join("\n");
        header(names, |i| format!("pixel{i}")) + "\n" + &rows
    };
    loads("twice", extra(&["label", "extra", "extra", "..."]), &ignoring("extra"), Some([7, 0, 3]));
    // Text of Windows in its old spelling.
    let text = extra(&["label", "Gr\u{f6}\u{df}e", "Usage", "..."]);
    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let error = read(&latin).unwrap_err();
    assert!(error.to_string().ends_with("found the column \"Größe\""), "{error}");
    assert_eq!(error.mend, Some(Mend::Ignore("Größe".into())));
    loads("Latin-1", latin, &ignoring("Größe"), Some([7, 0, 3]));
    // Without a header, by its number.
    let text = lines(|label| vec!["40".into(), label.to_string()], none).join("\n");
    assert_eq!(read(&text).unwrap_err().mend, Some(Mend::SizeOrNumber));
    loads("by its number", text, &Options { label: LabelColumn::First, ..ignoring("1") }, Some([7, 0, 3]));
}

#[test]
fn labels_may_be_words_or_missing() {
    let with = |cell: &dyn Fn(usize) -> String| {
        let rows = (0..150).map(|row| format!("{}{}\n", cell(row), ",90".repeat(PIXELS)));
        header(&["label", "..."], |i| format!("pixel{i}")) + "\n" + &rows.collect::<String>()
    };
    let table = read(with(&|row| ["Zero", "nine", "two"][row % 3].into())).unwrap();
    assert_eq!(table.labels.unwrap()[..3], [0, 9, 2]);
    assert_eq!(table.notes[0].text, "the labels are words: zero to nine are read as 0 to 9");
    let error = read(with(&|row| ["cat", "dog"][row % 2].into())).unwrap_err().to_string();
    assert!(error.contains("found \"cat\": number the classes"), "{error}");
    // Rows of a test in front of those to learn from.
    for missing in ["", "NaN"] {
        let text = with(&|row| if row < 120 { missing.into() } else { (row % 10).to_string() });
        let error = read(&text).unwrap_err();
        assert_eq!(error.to_string(), "line 122, column 1: expected an empty cell, as in the first rows, found \"0\"");
        assert_eq!(error.mend, Some(Mend::LabelOfSome("label".into())));
        let told = Options { skip_bad_rows: true, ..label(LabelColumn::Named("label".into())) };
        let table = read_with(&text, &told).unwrap();
        assert_eq!((table.rows(), &table.labels.unwrap()[..2], table.notes.len()), (30, &[0, 1][..], 0));
        let ignoring = Options { ignore: vec!["label".into()], ..Options::default() };
        assert_eq!(read_with(&text, &ignoring).unwrap().rows(), 150);
    }
}

/// A header in the middle has no number: those of the rows behind it stay.
#[test]
fn a_header_again_is_no_row() {
    let file = train();
    let text = [&file[..2], &file[..1], &["oops".to_owned()], &file[2..]].concat().join("\n");
    let table = read_with(&text, &Options { skip_bad_rows: true, ..Options::default() }).unwrap();
    assert_eq!((table.skipped.rows.as_slice(), table.skipped.first.len()), (&[2][..], 2));
    assert_eq!(table.numbers().collect::<Vec<_>>(), [1, 3, 4]);
}

#[test]
fn a_row_of_empty_cells_is_not_passed_over_where_rows_are_counted() {
    let auto = Options::default();
    let mut file = vec![header(&["..."], |i| format!("pixel{i}"))];
    file.extend(lines(none, none));
    let empty = ",".repeat(PIXELS - 1);
    // Behind the last row it is a spreadsheet's.
    loads("at the end", file.join("\n") + "\n" + &empty + "\n", &auto, None);
    file.insert(2, empty.clone());
    fails(
        file.join("\n"),
        "line 3: expected a row of pixels, found empty cells: delete the line if it is no row of an image, else write its \
         pixels",
    );
    let skip = Options { skip_bad_rows: true, ..Options::default() };
    let table = loads("left out", file.join("\n"), &skip, None);
    assert_eq!(table.numbers().collect::<Vec<_>>(), [1, 3, 4]);
    // Labels and ids stand in the rows themselves.
    let mut file = train();
    file.insert(2, ",".to_owned() + &empty);
    loads("with labels", file.join("\n"), &auto, Some([7, 0, 3]));
}

#[test]
fn a_comma_in_a_cell_stays_where_another_delimiter_is_used() {
    let ids = |label: i32| vec![format!("a;{label}")];
    for delimiter in ["\t", "|", ";"] {
        let text = [vec![header(&["id", "..."], |i| format!("pixel{i}"))], lines(ids, none)].concat().join("\n");
        let table = loads(delimiter, text.replace(',', delimiter).replace("a;", "a,"), &Options::default(), None);
        assert_eq!(table.ids.unwrap().texts, ["a,7", "a,0", "a,3"], "{delimiter:?}");
    }
}

#[test]
fn below_another_header_no_row_is_taken() {
    let mut file = train();
    let other = lines(none, labelled);
    file.push(header(&["...", "label"], |i| format!("pixel{i}")));
    file.extend(other);
    for skip_bad_rows in [false, true] {
        let error =
            read_with(file.join("\n"), &Options { skip_bad_rows, ..Options::default() }).unwrap_err().to_string();
        let start =
            "line 5, column 1: expected a row of numbers, found a header unlike that of line 1, \"pixel0,pixel1,";
        assert!(error.starts_with(start), "{error}");
    }
    fails(
        train().join("\n").replace("label,", "label,label,").replace("\n7,", "\n7,7,"),
        "line 1, column 2: expected one column \"label\", found another: rename or delete one",
    );
}

#[test]
fn columns_that_count_the_rows_or_never_change_are_no_labels() {
    let pixels = lines(none, none);
    let counted: Vec<String> = (0..24).map(|row| format!("{},{}", row + 1, pixels[row % 3])).collect();
    let said = |table: Table| table.notes.into_iter().map(|note| note.text).collect::<Vec<_>>();
    let table = read(counted.join("\n")).unwrap();
    assert_eq!((table.labels.as_ref(), table.rows()), (None, 24));
    assert_eq!(said(table), ["the first column counts the rows: left out"]);
    let told = read_with(counted.join("\n"), &label(LabelColumn::First)).unwrap();
    assert_eq!(told.labels, Some((1..=24).collect()), "as it was told");
    let named = header(&["no", "..."], |i| format!("pixel{i}")) + "\n" + &counted.join("\n");
    assert_eq!(said(read(named).unwrap()), ["the column \"no\" counts the rows: left out"]);
    // A blank pixel and a column of ones.
    let ones: Vec<String> = (0..24).map(|row| format!("{},{},0,1", row % 3, pixels[row % 3])).collect();
    let error = read(ones.join("\n")).unwrap_err().to_string();
    assert!(error.starts_with("line 1: expected the pixels of a square image"), "{error}");
}

#[test]
fn a_row_that_became_a_header_is_named_whoever_wrote_it() {
    // Distinct names by pandas, Julia, polars, MATLAB and readr.
    let row = |name: &dyn Fn(usize, usize) -> String| {
        let values = [0, 0, 0, 9, 9, 128, 0, 0];
        let mut seen = [0; 256];
        let names = (0..PIXELS).map(|column| {
            let value = values[column % 8];
            seen[value] += 1;
            match seen[value] - 1 {
                0 => name(value, 0).split(['.', '_']).next().unwrap().to_owned(),
                again => name(value, again).replace('#', &(column + 1).to_string()),
            }
        });
        names.collect::<Vec<_>>().join(",")
    };
    for first in [
        row(&|value, again| format!("{value}.{again}")),
        row(&|value, again| format!("{value}_{again}")),
        row(&|value, again| format!("{value}_duplicated_{}", again.saturating_sub(1))),
        row(&|value, again| format!("x{value}_{again}")),
        row(&|value, _| format!("{value}...#")),
    ] {
        let table = loads(&first, first.clone() + "\n" + &lines(none, none).join("\n"), &Options::default(), None);
        let note = &table.notes[0].text;
        assert!(note.starts_with("line 1 is a row of digits that was once read as a header"), "{note}");
    }
    // Rows and columns of an image.
    let names = header(&["..."], |i| format!("{}_{}", i / 8, i % 8));
    let table = loads("rows and columns", names + "\n" + &lines(none, none).join("\n"), &Options::default(), None);
    assert_eq!(table.notes.len(), 0, "{:?}", table.notes);
}

#[test]
fn tables_of_a_column_of_images_are_named_as_such() {
    // Hugging Face's, and NumPy's arrays, as pandas writes them.
    let bytes = "\"{'bytes': b'\\x89PNG\\r\\n\\x1a\\n/x00.x', 'path': None}\"";
    let error = read(format!("image,label\n{bytes},7\n{bytes},0\n")).unwrap_err().to_string();
    assert!(error.starts_with("line 1: expected pixels, found text in the column \"image\", \"{'bytes': "), "{error}");
    let array = "\"[[0 0 0]\n [0 9 0]]\"";
    fails(
        format!("image,label\n{array},7\n{array},0\n"),
        "line 2: expected a closing quote before the end of the line, found none: a cell must not go over several lines",
    );
}

/// Rows of a column before the pixels, the pixels, and ten columns of a one-hot label, in this order: `X`, `P` and `H`.
fn with_one_hot(rows: usize, order: &str, column: impl Fn(usize) -> String) -> String {
    let row = |row: usize| {
        let cells = |part: char| match part {
            'X' => column(row),
            'P' => (0..PIXELS)
                .map(|i| if i % 63 < 2 { 0 } else { row % 200 + 17 }.to_string())
                .collect::<Vec<_>>()
                .join(","),
            _ => (0..10).map(|class| u8::from(class == row * 3 % 10).to_string()).collect::<Vec<_>>().join(","),
        };
        order.chars().map(cells).collect::<Vec<_>>().join(",") + "\n"
    };
    (0..rows).map(row).collect()
}

#[test]
fn a_one_hot_label_takes_no_pixel_for_a_class() {
    let numbered = |columns: usize| (0..columns).map(|i| i.to_string()).collect::<Vec<_>>().join(",") + "\n";
    let labels: Vec<i32> = (0..300).map(|row| row * 3 % 10).collect();
    for order in ["XPH", "PHX", "XHP", "HPX"] {
        for header in [String::new(), numbered(PIXELS + 11)] {
            let (first, place) = (order.starts_with('X'), if order.starts_with('X') { "first" } else { "last" });
            // Row numbers.
            let table = read(header.clone() + &with_one_hot(300, order, |row| row.to_string())).unwrap();
            assert_eq!(table.labels.as_ref(), Some(&labels), "{order}");
            assert_eq!((table.pixels[PIXELS + 2], table.pixels[2 * PIXELS - 2]), (18, 18), "{order}");
            assert_eq!(notes(&table)[0], format!("the {place} column counts the rows: left out"));
            // The label once more: its numbers may be others.
            let table = read(header.clone() + &with_one_hot(300, order, |row| (row * 3 % 10 + 1).to_string())).unwrap();
            assert_eq!(table.labels, Some(labels.iter().map(|label| label + 1).collect()), "{order}");
            assert_eq!((table.pixels[PIXELS + 2], table.pixels[2 * PIXELS - 2]), (18, 18), "{order}");
            let hot = match (order.find('H'), first) {
                (Some(0), _) => "1 to 10",
                (Some(1), true) => "2 to 11",
                (Some(1), false) => "65 to 74",
                _ => "66 to 75",
            };
            let column = if first { 1 } else { PIXELS + 11 };
            let text = format!(
                "column {column} says the same as the one-hot columns {hot}: taken for the label, these are left out"
            );
            assert_eq!(notes(&table), [text]);
        }
    }
    // Numbers in no order are no pixel either, and what else it is, nobody knows.
    for (order, column) in [("XPH", "1"), ("HPX", "75")] {
        let error = read(with_one_hot(60, order, |row| (row * 7 % 61).to_string())).unwrap_err();
        assert_eq!(error.mend, Some(Mend::Ignore(column.into())), "{error}");
        let text = with_one_hot(60, order, |row| (row * 7 % 61).to_string());
        let told = Options { ignore: vec![column.into()], ..Options::default() };
        assert_eq!(read_with(text, &told).unwrap().labels.unwrap()[..3], [0, 3, 6]);
    }
    // A file in the order of its classes shows at its end that the first of eleven never comes.
    let sorted = |class: usize| {
        let text = with_one_hot(300, "XPH", |_| class.to_string());
        text.lines()
            .filter(|line| line.split(',').nth(65 + class) == Some("1"))
            .map(|line| line.to_owned() + "\n")
            .collect::<String>()
    };
    let text: String = (0..10).map(|class| sorted(class).repeat(5)).collect();
    let error = read(text).unwrap_err();
    assert_eq!(
        error.to_string(),
        "expected a 1 in each of the one-hot columns 65 to 75 in some row, found 0 alone in column 65, as in a blank pixel, \
         and in column 1 what is no blank pixel"
    );
    assert_eq!(error.mend, Some(Mend::Ignore("1".into())));
}

#[test]
fn a_line_that_says_little_is_a_row_where_rows_are_counted() {
    let skip = Options { skip_bad_rows: true, ..Options::default() };
    let pixels = lines(none, none);
    let names = header(&["..."], |i| format!("pixel{i}"));
    for line in [",,,", "\"", "\"\"", "\t", "\u{1a}", ",\",\""] {
        let file = [std::slice::from_ref(&names), &pixels[..1], &[line.to_owned()], &pixels[1..]].concat();
        fails(
            file.join("\n"),
            "line 3: expected a row of pixels, found empty cells: delete the line if it is no row of an image, else write its \
             pixels",
        );
        let table = loads(line, file.join("\n"), &skip, None);
        assert_eq!((table.numbers().collect::<Vec<_>>(), table.skipped.rows.len()), (vec![1, 3, 4], 1), "{line:?}");
        // Above the first row, too.
        assert!(read([&[line.to_owned()], &pixels[..]].concat().join("\n")).is_err(), "{line:?}");
        let above = [&["# digits".to_owned(), line.to_owned()], &pixels[..]].concat().join("\n");
        assert_eq!(read_with(above, &skip).unwrap().numbers().collect::<Vec<_>>(), [2, 3, 4], "{line:?}");
        // Behind the last one, it is a spreadsheet's, or DOS's.
        for options in [&Options::default(), &skip] {
            let text = format!("{names}\n{}\n{line}\n\n{line}", pixels.join("\n"));
            for size in [1, 300] {
                let text = text.replace("\n\n", &"\n".repeat(size * 1000));
                assert_eq!(loads(line, text, options, None).skipped, Skipped::default(), "{line:?}");
            }
        }
        // Labels stand in the rows themselves.
        let mut file = train();
        file.insert(2, line.to_owned());
        loads(line, file.join("\n"), &Options::default(), Some([7, 0, 3]));
    }
    let text = format!("{names}\n{}", pixels.join("\n\n  \n"));
    loads("blank lines", text, &skip, None);
}

#[test]
fn names_that_count_rows_or_columns_again_and_again_are_no_image() {
    let pixels = lines(none, none).join("\n");
    let first = lines(labelled, none).join("\n");
    let grids: [fn(usize) -> usize; 4] = [|i| i % 8, |i| i / 8, |i| i % 8 + 1, |i| i / 8 + 1];
    for name in grids {
        let said = "line 1 counts the rows or the columns of an image: taken for names, not for pixels";
        let names = header(&["..."], |i| name(i).to_string());
        let table = loads("alone", format!("{names}\n{pixels}"), &Options::default(), None);
        assert_eq!(notes(&table)[0], said);
        let names = header(&["0", "..."], |i| name(i).to_string());
        assert_eq!(read(format!("{names}\n{first}")).unwrap().labels, Some(vec![7, 0, 3]));
    }
    // An image may be blank.
    for value in ["0", "1"] {
        let table = read(format!("{}\n{pixels}", vec![value; PIXELS].join(","))).unwrap();
        assert_eq!(table.rows(), 4);
        let said = format!("line 1 is {value} in all columns: taken for a blank image; delete it if it is none");
        assert_eq!(notes(&table), [said]);
    }
    assert!(notes(&read(format!("{pixels}\n{}", vec!["0"; PIXELS].join(","))).unwrap()).is_empty());
}

#[test]
fn a_line_that_tells_the_delimiter_is_followed_where_it_is_true() {
    let auto = Options::default();
    let labels = Some([7, 0, 3]);
    // Tabs alone separate, where a tab is told: empty cells count, and spaces are text.
    let names = header(&["image id", "label", "...", "note"], |i| format!("pixel{i}"));
    let rows =
        lines(|label| vec![format!("Public test {label}"), label.to_string()], |_| vec![String::new()]).join("\n");
    for told in ["sep=\t", "sep=\\t", "\"sep=\t\"", "sep="] {
        let text = format!("{told}\n{}", format!("{names}\n{rows}").replace(',', "\t"));
        let table = loads(told, text, &Options { ignore: vec!["note".into()], ..Options::default() }, labels);
        assert!(table.notes.iter().all(|note| !note.text.contains("sep")), "{:?}", table.notes);
    }
    // What separates nothing is not the delimiter.
    let text = train().join("\n");
    for (told, delimiter) in [(";", ","), (",", ";"), ("\t", ","), ("\\t", ","), ("|", "\t"), (";", " ")] {
        let table = loads(told, format!("sep={told}\n{}", text.replace(',', delimiter)), &auto, labels);
        let said = format!("the line \"sep={}\" is passed over: no row has this delimiter", told.replace('\t', "\\t"));
        assert_eq!(notes(&table)[0], said);
        // Without a header, too, where rows are counted.
        let rows = lines(none, none).join("\n").replace(',', delimiter);
        loads(told, format!("sep={told}\n{rows}"), &auto, None);
        loads("followed", format!("sep={delimiter}\n{rows}"), &auto, None);
    }
}

#[test]
fn labels_that_were_scaled_with_the_pixels_are_named() {
    let scaled = |label: usize| format!("{:.4}", label as f64 / 9.0);
    let file = |first: bool| -> String {
        let row = |row: usize| {
            let pixels: Vec<String> = (0..PIXELS)
                .map(|i| if i % 63 < 2 { "0.0000".into() } else { format!("{:.4}", (row * i % 200) as f64 / 255.0) })
                .collect();
            let label = scaled(row * 3 % 10);
            if first { format!("{label},{}\n", pixels.join(",")) } else { format!("{},{label}\n", pixels.join(",")) }
        };
        (0..60).map(row).collect()
    };
    let mend = "scale the pixels alone, without the labels, as df.drop(columns=LABEL) / 255 does in pandas";
    for (first, place) in [(true, "first"), (false, "last")] {
        fails(
            file(first),
            &format!(
                "expected whole numbers as labels in the first or the last column, found fractions in the {place} and a blank \
                 pixel in the other: {mend}"
            ),
        );
        let names = header(if first { &["label", "..."] } else { &["...", "label"] }, |i| format!("pixel{i}"));
        let column = if first { 1 } else { 65 };
        let message = |line, column, what: &str| {
            format!(
                "line {line}, column {column}: expected whole numbers as labels, found \"0.3333\" in {what}: {mend}"
            )
        };
        fails(format!("{names}\n{}", file(first)), &message(1, column, "the column \"label\""));
        let told = label(if first { LabelColumn::First } else { LabelColumn::Last });
        let error = read_with(file(first), &told).unwrap_err().to_string();
        assert_eq!(error, message(1, column, &format!("column {column}")));
    }
    // One such label is a fault of its row.
    let error = read(with_cell(1, "0.5")).unwrap_err();
    assert_eq!((error.line, error.mend), (Some(3), Some(Mend::LeaveOut)));
}

#[test]
fn a_header_that_fits_no_row_is_named() {
    let names = |names: &[&str]| header(names, |i| format!("pixel{i}"));
    let short = format!("{}\n{}", names(&["..."]), lines(|_| vec!["7".into()], none).join("\n"));
    let long = format!("{}\n{}", names(&["label", "..."]), lines(none, none).join("\n"));
    for skip_bad_rows in [false, true] {
        let said = |text: &str| {
            read_with(text, &Options { skip_bad_rows, ..Options::default() })
                .map_err(|error| error.to_string())
                .unwrap_err()
        };
        assert_eq!(
            said(&short),
            "line 1: expected a name for each of the 65 cells of the rows, found 64: write the missing name, such as label, \
             where its column stands"
        );
        assert_eq!(
            said(&long),
            "line 1: expected a name for each of the 64 cells of the rows, found 65: delete the name whose column is missing"
        );
    }
}

#[test]
fn files_put_together_may_have_a_mark_each() {
    let with_ids = |id: &str| lines(|label| vec![id.to_owned(), label.to_string()], none).join("\n");
    let rows = lines(labelled, none).join("\n");
    let table = read(format!("\u{feff}{rows}\n\u{feff}{rows}\n")).unwrap();
    assert_eq!((table.rows(), table.pixels), (6, pixels().repeat(2)));
    let names = header(&["id", "label", "..."], |i| format!("pixel{i}"));
    let table = read(format!("\u{feff}{names}\n{}\n\u{feff}{}", with_ids("a"), with_ids("b"))).unwrap();
    assert_eq!(table.ids.unwrap().texts, ["a", "a", "a", "b", "b", "b"]);
    let text = format!("\u{feff}{}\n", train().join("\n")).repeat(2);
    let error = read(&text).unwrap_err().to_string();
    assert!(error.starts_with("line 5, column 1: expected a row of numbers, found a header again"), "{error}");
    let table = read_with(text, &Options { skip_bad_rows: true, ..Options::default() }).unwrap();
    assert_eq!((table.rows(), table.skipped.rows.len()), (6, 0));
}

#[test]
fn of_two_headers_one_is_to_be_deleted() {
    let above = header(&["y", "..."], |_| "x".to_owned());
    fails(
        format!("{above}\n{}", train().join("\n")),
        "line 2: expected rows of pixels below the header, found another header, \"label,pixel0,pixel1,pixe...\": delete \
         the one of both that does not name the columns",
    );
}
