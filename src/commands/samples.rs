//! Random digits as the network reads them, or as training deforms them.

use super::deformation::{Augment, Deformation};
use super::error::{Error, Result};
use super::output::DEFAULT_WEIGHTS;
use super::terminal::Progress;
use super::{input, load, machine, network, output};
use crate::cli::{Arguments, options};
use crate::data::augment::{Augmenter, Strength};
use crate::data::dataset::{Draw, generator};
use crate::data::formats::Table;
use crate::engine::Engine;
use crate::model::Model;
use crate::nn::reference::largest;
use crate::picture::{self, Image, Sample};
use rand::seq::SliceRandom;

/// How often each digit is deformed for the picture.
const DEFORMED: u64 = 9;

pub fn run(arguments: &Arguments) -> Result<()> {
    let mut engine = machine::engine(arguments)?;
    let (file, out) = (arguments.file.as_deref().unwrap_or_default(), arguments.path(options::OUT));
    let mut progress = Progress::new(arguments.flag(options::QUIET), output::takes_stdout(arguments));
    output::check(arguments)?;
    let seed = arguments.get(options::SEED).unwrap_or_default();
    let deformation = Deformation::new(Augment::None, Strength::ELASTIC).with(arguments)?;
    if deformation.deforms() && arguments.path(options::WEIGHTS) != DEFAULT_WEIGHTS {
        return Err(Error::usage("--weights has no effect beside --augment: no network reads the deformed digits"));
    }
    if deformation.deforms() && arguments.get(options::ACTIVATION).is_some() {
        return Err(Error::usage("--activation has no effect beside --augment: no network reads the deformed digits"));
    }
    // A deformed digit fills a row of the picture.
    let count = arguments.get(options::COUNT).unwrap_or(if deformation.deforms() { 5 } else { 25 });

    let picture = if !deformation.deforms() {
        let model = network::model(arguments, &mut progress)?;
        let table = load::any(arguments, input::peek(file)?, Some(&model), &mut progress)?;
        let size = table.width * table.height;
        let numbers: Vec<u64> = table.numbers().collect();
        let digit = |number: usize| {
            (
                numbers[number],
                &table.pixels[number * size..][..size],
                table.labels.as_ref().map(|labels| labels[number]),
            )
        };
        let digits: Vec<_> = choose(rows(&table), count, seed).into_iter().map(digit).collect();
        draw(&model, &digits, &mut engine)
    } else {
        let table = load::any(arguments, input::peek(file)?, None, &mut progress)?;
        let augmenter = deformation.augmenter(table.width, table.height)?;
        deformed(&table, &choose(rows(&table), count, seed), &augmenter, seed)
    };
    output::write(out, &picture.png())?;
    progress.note(&format!("wrote {}", output::name(out)));
    Ok(())
}

fn rows(table: &Table) -> Vec<u32> {
    (0..table.rows() as u32).collect()
}

/// Some of the images, at random.
pub fn choose(mut numbers: Vec<u32>, count: usize, seed: u64) -> Vec<usize> {
    let (chosen, _) = numbers.partial_shuffle(&mut generator(seed, Draw::Samples), count);
    chosen.iter().map(|&number| number as usize).collect()
}

/// Digits with their rows in the file and their true labels where those are known, and what the model reads.
pub fn draw(model: &Model, digits: &[(u64, &[u8], Option<i32>)], engine: &mut Engine) -> Image {
    let all: Vec<u8> = digits.iter().flat_map(|(_, pixels, _)| *pixels).copied().collect();
    let probabilities = model.network.probabilities(&all, engine);
    let read = |row: usize| {
        let row = probabilities.row(row);
        let class = largest(row);
        (model.labels[class].to_string(), row[class])
    };
    let truths: Vec<_> = digits.iter().map(|(_, _, truth)| truth.map(|label| label.to_string())).collect();
    let read: Vec<_> = (0..digits.len()).map(read).collect();
    let samples = (0..digits.len()).map(|row| Sample {
        pixels: digits[row].1,
        truth: truths[row].as_deref(),
        predicted: &read[row].0,
        confidence: read[row].1,
        row: digits[row].0 as usize,
    });
    picture::samples(model.size(), &samples.collect::<Vec<_>>())
}

/// Each image as it is, and as training sees it in its first epochs.
fn deformed(table: &Table, numbers: &[usize], augmenter: &Augmenter, seed: u64) -> Image {
    let size = table.width * table.height;
    let epochs: Vec<_> = (0..DEFORMED).map(|epoch| augmenter.epoch(seed, epoch)).collect();
    let mut scratch = augmenter.scratch();
    let mut images = Vec::new();
    for &number in numbers {
        let original = &table.pixels[number * size..][..size];
        images.push(original.to_vec());
        for deformations in &epochs {
            let mut out = vec![0; size];
            deformations.draw(original, number as u64, &mut scratch, &mut out);
            images.push(out);
        }
    }
    picture::augmented((table.width, table.height), &images, 1 + epochs.len())
}
