//! The fast path against the strict path, on files of every dialect, whole and broken.

use rand::rngs::ChaCha12Rng;
use rand::seq::IndexedRandom;
use rand::{Rng, RngExt, SeedableRng};

use super::*;
use crate::data::formats::LabelColumn;

/// A file's text, and the options that leave nothing about it to guess.
struct File {
    text: Vec<u8>,
    options: Options,
}

/// A small file of a dialect drawn at random.
fn file(rng: &mut ChaCha12Rng) -> File {
    let side = rng.random_range(8..=10);
    let (pixels, rows) = (side * side, rng.random_range(1..14));
    let label = [LabelColumn::First, LabelColumn::Last, LabelColumn::None].choose(rng).unwrap().clone();
    let one_hot = rng.random_bool(0.1);
    let names = rng.random_bool(0.5);
    let id = names && rng.random_bool(0.3);
    let picture = names && rng.random_bool(0.2);
    let empty = rng.random_bool(0.1);
    let values: [fn(u8) -> String; 8] = [
        |value| value.to_string(),
        |value| value.to_string(),
        |value| (value % 17).to_string(),
        |value| (value % 2).to_string(),
        |value| if value % 2 == 1 { "True".into() } else { "False".into() },
        |value| format!("{:.5}", f32::from(value) / 255.0),
        |value| format!("{}", f32::from(value) / 255.0),
        |value| format!("{:e}", f64::from(value) / 255.0),
    ];
    let write = *values.choose(rng).unwrap();
    let spellings: [fn(String) -> String; 5] = [
        |cell| cell,
        |cell| cell,
        |cell| format!(" {cell}"),
        |cell| format!("\"{cell}\""),
        |cell| {
            if cell.contains(['.', 'e']) { cell } else { cell + ".0" }
        },
    ];
    // One spelling for all cells, or for some rows another.
    let usual = *spellings.choose(rng).unwrap();
    let other = *spellings.choose(rng).unwrap();
    let delimiter = if rng.random_bool(0.5) { "," } else { *[";", "\t", "|", " "].choose(rng).unwrap() };
    let around = |mut cells: Vec<String>, label_cells: Vec<String>, id_cell: String, picture_cell: String| {
        match label {
            LabelColumn::First => drop(cells.splice(0..0, label_cells)),
            LabelColumn::Last => cells.extend(label_cells),
            _ => {}
        }
        if id {
            cells.insert(0, id_cell);
        }
        if picture {
            cells.push(picture_cell);
        }
        if empty && delimiter != " " {
            cells.push(String::new());
        }
        let line = cells.join(delimiter);
        if delimiter == ";" { line.replace('.', ",") } else { line }
    };

    let line_end = *["\n", "\n", "\r\n", "\n\n", "\r"].choose(rng).unwrap();
    let mut lines = Vec::new();
    if rng.random_bool(0.1) {
        lines.push("# digits".into());
    }
    if names {
        let over_lines = rng.random_bool(0.1);
        let name = |i| if over_lines { format!("\"pixel{line_end}{i}\"") } else { format!("pixel{i}") };
        let mut names: Vec<String> = (0..pixels).map(name).collect();
        if rng.random_bool(0.2) {
            names.sort();
        }
        let labels =
            if one_hot { (0..10).map(|class| format!("label{class}")).collect() } else { vec!["label".into()] };
        lines.push(around(names, labels, "id".into(), "filename".into()));
    }
    // Where rows are known by their numbers, an empty one is a fault.
    let is_counted = label == LabelColumn::None && !id;
    for row in 0..rows {
        let spelling = if rng.random_bool(0.8) { usual } else { other };
        let mut ink = false;
        let cells = (0..pixels)
            .map(|_| {
                // Runs of ink and of paper, as in digits.
                ink ^= rng.random_bool(0.1);
                let digits = rng.random_range(1..=3);
                spelling(write(if ink { (rng.next_u32() % 10_u32.pow(digits)) as u8 } else { 0 }))
            })
            .collect();
        let class = row * 3 % 10;
        let labels = if one_hot {
            (0..10).map(|other| spelling(u8::from(other == class).to_string())).collect()
        } else {
            vec![spelling(class.to_string())]
        };
        let id = [row.to_string(), format!("{row:05}"), format!("{row:x}ee")].choose(rng).unwrap().clone();
        lines.push(around(cells, labels, id, format!("digits-{row}")));
        if rng.random_bool(0.02) {
            let nothing = ["# a comment, and more".into(), delimiter.repeat(9), "\"\"".into()];
            lines.push(nothing[..if is_counted { 1 } else { 3 }].choose(rng).unwrap().clone());
        }
    }
    let mut text = lines.join(line_end);
    if rng.random_bool(0.7) {
        text += line_end;
    }
    if rng.random_bool(0.2) {
        text.insert(0, '\u{feff}');
    }
    // Without a header, a column is told by its number.
    let is_numbered = label == LabelColumn::First && !names && !one_hot;
    let label = if is_numbered { LabelColumn::Named("1".into()) } else { label };
    File { text: text.into(), options: Options { label, ..Options::default() } }
}

fn load(text: &[u8], options: &Options, block: usize, fast: impl rows::FastPath) -> Result<Table, Error> {
    let (layout, rows, notes) = blocks::load(text, None, options, &mut |_| (), block, fast)?;
    finish(layout, rows, notes, options)
}

/// Loads the file in many ways, all of which have to agree with the strict path alone.
fn agreed(File { text, options }: &File, rng: &mut ChaCha12Rng) -> Result<Table, Error> {
    let strict = |size| load(text, options, size, |_, _, _, _, _| None);
    let strictly = strict(blocks::BLOCK);
    let shown = || String::from_utf8_lossy(text).into_owned();
    assert_eq!(load(text, options, blocks::BLOCK, fast::row), strictly, "fast path: {options:?}\n{}", shown());
    let threads = if rng.random_bool(0.1) { 3 } else { 1 };
    let threaded = Options { threads, ..options.clone() };
    let small = load(text, &threaded, SMALL, fast::row);
    // What the columns are is recognised from the first block alone: where it is shorter, other faults may be named.
    let same = small.is_ok() == strictly.is_ok() && (small.is_err() || small == strictly) || small == strict(SMALL);
    assert!(same, "small blocks: {threaded:?}\n{small:?}\n{strictly:?}\n{}", shown());
    strictly
}

/// Bytes of a block that holds a few rows.
const SMALL: usize = 6000;

#[test]
fn both_paths_agree_on_every_dialect() {
    let mut rng = ChaCha12Rng::seed_from_u64(4);
    for _ in 0..1000 {
        let file = file(&mut rng);
        let table =
            agreed(&file, &mut rng).unwrap_or_else(|error| panic!("{error}\n{}", String::from_utf8_lossy(&file.text)));
        assert!(table.rows() > 0);
        assert_eq!(load(&file.text, &file.options, SMALL, fast::row), Ok(table));
        // What is to be guessed: the path must not matter either.
        let guessing = Options::default();
        let strictly = load(&file.text, &guessing, blocks::BLOCK, |_, _, _, _, _| None);
        assert_eq!(load(&file.text, &guessing, blocks::BLOCK, fast::row), strictly);
    }
}

#[test]
fn usual_rows_take_the_fast_path() {
    let row: String = (0..100).map(|i| if i % 40 < 20 { ",0".into() } else { format!(",{}", i * 2) }).collect();
    let first = LabelColumn::First;
    for (before, behind, label) in [
        ("7", "\n", &first),
        ("7", "\r\n", &first),
        ("7", "\r", &first),
        ("7", ",\n", &first),
        ("0,0,0,1", "\n", &first),
        ("a.png,7", "\n", &first),
        ("7", "\n", &LabelColumn::Auto),
    ] {
        let options = Options { label: label.clone(), ..Options::default() };
        for delimiter in [",", ";", "\t", "|", " "] {
            let text = format!("{before}{row}{behind}").repeat(3).replace(',', delimiter).into_bytes();
            assert_eq!(fast_rows(&text, &options), 3, "{}", String::from_utf8_lossy(&text));
        }
    }
}

/// How many rows took the fast path.
fn fast_rows(text: &[u8], options: &Options) -> usize {
    let rows = std::sync::atomic::AtomicUsize::new(0);
    load(text, options, blocks::BLOCK, |layout: &_, text: &_, start, pixels: &mut _, marks: &mut _| {
        let next = fast::row(layout, text, start, pixels, marks)?;
        rows.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Some(next)
    })
    .unwrap();
    rows.into_inner()
}

/// Every byte in every place of a short run of cells: the fast path reads what is there, or refuses.
#[test]
fn the_fast_path_accepts_digits_and_commas_alone() {
    let row: String = (0..64).map(|i| ["0", "7", "25", "198"][i % 4].to_string() + ",").collect();
    let row = row.trim_end_matches(',').to_string() + "\n";
    let mut rng = ChaCha12Rng::seed_from_u64(5);
    let options = Options { label: LabelColumn::None, ..Options::default() };
    for place in 0..40 {
        for byte in 0..=255 {
            let mut text = row.clone().into_bytes();
            text.extend_from_slice(row.as_bytes());
            text[row.len() + place] = byte;
            let _ = agreed(&File { text, options: options.clone() }, &mut rng);
        }
    }
}

/// Breaks files in up to four places. Nothing panics or hangs, and what is accepted, refused and skipped, and why,
/// is the same on every way.
fn mutate(files: usize, seed: u64) {
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    let mut accepted = 0;
    for _ in 0..files {
        let mut file = file(&mut rng);
        for _ in 0..rng.random_range(1..=4) {
            let text = &mut file.text;
            let at = rng.random_range(0..text.len().max(1)).min(text.len());
            let end = (at + rng.random_range(1..40)).min(text.len());
            let byte = if rng.random_bool(0.8) {
                *b"0123456789,,,;|\t#\"\n\r .-+exna\0".choose(&mut rng).unwrap()
            } else {
                rng.random()
            };
            match rng.random_range(0..4) {
                0 if at < text.len() => text[at] = byte,
                1 => drop(text.drain(at..end)),
                2 => {
                    let piece = text[at..end].to_vec();
                    text.splice(at..at, piece);
                }
                _ => text.insert(at, byte),
            }
        }
        file.options.skip_bad_rows = rng.random_bool(0.3);
        accepted += usize::from(agreed(&file, &mut rng).is_ok());
    }
    // The test tests something: some broken files are still files, and some are not.
    assert!((files / 20..files * 19 / 20).contains(&accepted), "{accepted} of {files}");
}

#[test]
fn mutations() {
    mutate(2_000, 6);
}

#[test]
#[ignore = "takes a quarter of a minute"]
fn a_hundred_thousand_mutations() {
    mutate(100_000, 7);
}
