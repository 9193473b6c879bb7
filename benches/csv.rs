//! Loading CSV: megabytes a second for each dialect, on one thread and on all.
//!
//! `cargo bench --bench csv [-- [--quick] [FILE]]`: FILE is measured in the place of generated digits.
//! The best of several runs is shown, for whatever else the machine does only makes a run slower.

use std::fs::File;
use std::io::{Cursor, Read};
use std::num::NonZero;
use std::path::Path;
use std::thread;
use std::time::Instant;

use mnist::data::formats::{LabelColumn, Options, Table, csv};
use rand::rngs::ChaCha12Rng;
use rand::{RngExt, SeedableRng};

fn main() {
    // cargo adds --bench.
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let quick = args.iter().any(|arg| arg == "--quick");
    let runs = if quick { 5 } else { 15 };
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    println!("{:24} {:>8} {:>14} {:>14}", "MB/s", "MB", "1 thread", format!("{threads} threads"));

    if let Some(path) = args.iter().find(|arg| !arg.starts_with("--")).map(Path::new) {
        let open = || File::open(path).expect("FILE can be opened");
        let bytes = open().metadata().expect("FILE has a length").len();
        let on = |threads| best(runs, bytes, open, &Options { threads, ..Options::default() });
        let (one, all) = (on(1), on(threads));
        assert!(one.1 == all.1, "the table depends on the number of threads");
        row(&path.display().to_string(), bytes, one.0, all.0);
        return;
    }

    let rows = if quick { 2_000 } else { 42_000 };
    let (pixels, labels) = digits(rows);
    let plain = |value: u8| value.to_string();
    type Cell<'a> = &'a dyn Fn(u8) -> String;
    let dialects: [(&str, Cell, &str); 5] = [
        ("whole numbers", &plain, "\n"),
        ("CRLF", &plain, "\r\n"),
        ("spaces", &|value| format!(" {value}"), "\n"),
        ("quotes", &|value| format!("\"{value}\""), "\n"),
        ("12.0", &|value| format!("{value}.0"), "\n"),
    ];
    for (name, cell, line_end) in dialects {
        let cells: Vec<String> = (0..=255).map(cell).collect();
        let mut text = String::new();
        for (label, image) in labels.iter().zip(pixels.chunks_exact(784)) {
            text += &label.to_string();
            for &pixel in image {
                text.push(',');
                text += &cells[usize::from(pixel)];
            }
            text += line_end;
        }
        let bytes = text.len() as u64;
        let on = |threads| {
            let options = Options { label: LabelColumn::First, threads, ..Options::default() };
            let (speed, table) = best(runs, bytes, || Cursor::new(&text), &options);
            assert!(table.pixels == pixels, "{name}: the pixels differ");
            assert!(table.labels.as_ref() == Some(&labels), "{name}: the labels differ");
            speed
        };
        row(name, bytes, on(1), on(threads));
    }
}

fn row(name: &str, bytes: u64, one: f64, all: f64) {
    println!("{name:24} {:>8.1} {one:>14.0} {all:>14.0}", bytes as f64 / 1e6);
}

/// The best speed of `runs` loads, and the table.
fn best<R: Read + Send>(runs: usize, bytes: u64, open: impl Fn() -> R, options: &Options) -> (f64, Table) {
    let mut speed = 0.0_f64;
    let mut last = None;
    for _ in 0..runs {
        // The last table goes before the next comes: its memory is no part of the load.
        drop(last.take());
        let started = Instant::now();
        let table = csv::read(open(), Some(bytes), options, &mut |_| ()).expect("the file loads");
        speed = speed.max(bytes as f64 / 1e6 / started.elapsed().as_secs_f64());
        last = Some(table);
    }
    (speed, last.expect("at least one run"))
}

/// Images like MNIST's in what counts here: a fifth of the pixels in short runs, soft at their ends, the rest 0.
fn digits(rows: usize) -> (Vec<u8>, Vec<i32>) {
    let mut rng = ChaCha12Rng::seed_from_u64(1);
    let mut pixels = vec![0; rows * 784];
    for image in pixels.chunks_exact_mut(784) {
        for line in image.chunks_exact_mut(28).skip(4).take(20) {
            let start = rng.random_range(4..14);
            let length = rng.random_range(2..13);
            for pixel in &mut line[start..start + length] {
                *pixel = rng.random_range(240..=255);
            }
            line[start] = rng.random_range(1..=255);
            line[start + length - 1] = rng.random_range(1..=255);
        }
    }
    let labels = (0..rows).map(|_| rng.random_range(0..10)).collect();
    (pixels, labels)
}
