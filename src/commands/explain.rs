//! One digit's way through the network, as a picture.

use super::error::{Error, Result, within};
use super::input::Peeked;
use super::terminal::Progress;
use super::{input, load, machine, output, read, train};
use crate::cli::{Arguments, options};
use crate::data::formats::Table;
use crate::engine::Engine;
use crate::model::Model;
use crate::names::{joined, name_of};
use crate::nn::activation::Activation;
use crate::nn::attribution::Attribution;
use crate::picture::{self, Evidence, Explanation, Unit};
use crate::picture_file::{self, Picture};
use std::path::Path;

/// Units of the first layer that are shown.
const UNITS: usize = 10;

pub fn run(arguments: &Arguments) -> Result<()> {
    let mut engine = machine::engine(arguments)?;
    let (file, out) = (arguments.file.as_deref().unwrap_or_default(), arguments.path(options::OUT));
    let mut progress = Progress::new(arguments.flag(options::QUIET), output::takes_stdout(arguments));
    output::check(arguments)?;
    // What can't be read needs no network, which may have to learn first.
    let data = input::peek(file)?;
    let (model, images) = if picture_file::is_picture(&data.start) {
        let picture = picture(arguments, data)?;
        let model = train::model_for_pictures(arguments, &mut progress)?;
        let images = of_picture(&picture, file, &model, &mut engine, &mut progress)?;
        (model, images)
    } else {
        let model = train::model_or_learn(arguments, &mut progress)?;
        let images = of_table(load::any(arguments, data, Some(&model), &mut progress)?);
        (model, images)
    };
    let Images { pixels: images, labels, left_out } = images;
    let (row, size) = (arguments.get(options::ROW).unwrap_or(1), model.width * model.height);
    let count = images.len() / size + left_out.len();
    if row > count {
        return Err(Error::new(format!("--row: expected 1 to {count}, the images of {file}, found {row}")));
    }
    let before = left_out.partition_point(|&broken| broken < row as u64);
    if left_out.get(before) == Some(&(row as u64)) {
        return Err(Error::new(format!("--row: {row} is a broken row of {file}, which was left out: name another")));
    }
    let number = row - 1 - before;
    let pixels = &images[number * size..][..size];
    let label = labels.map(|labels| labels[number]);
    let network = &model.network;
    let found = Attribution::new(network, pixels, &mut engine);

    let labels: Vec<String> = model.labels.iter().map(i32::to_string).collect();
    let [answer, second] = [found.answer, found.second].map(|class| labels[class].as_str());
    let truth = label.map(|label| model.labels.binary_search(&label).map_err(|_| label)).transpose();
    let truth = truth.map_err(|label| format!("row {row}: label {label} is none that the weights know"));
    let truth = truth.map_err(within(input::name(file)))?;
    let mut strongest: Vec<usize> = (0..found.units.len()).collect();
    strongest.sort_by(|&a, &b| found.units[b].abs().total_cmp(&found.units[a].abs()));
    strongest.truncate(UNITS);
    let first = &network.layers[0].weights;
    let unit = |unit: usize| Unit {
        number: unit + 1,
        weights: (0..first.rows()).map(|pixel| first.row(pixel)[unit]).collect(),
        contribution: found.units[unit],
    };
    let read = match truth {
        Some(truth) if truth != found.answer => format!("Read as {answer}, labelled {}", labels[truth]),
        _ => format!("Read as {answer}"),
    };
    let explanation = Explanation {
        title: read.clone(),
        caption: format!(
            "image {row} of {}, network {}, {}",
            Path::new(input::name(file)).file_name().unwrap_or_default().display(),
            joined(&network.sizes(), "-"),
            name_of(&Activation::NAMES, network.activation)
        ),
        size: model.size(),
        pixels,
        layers: found.activations,
        classes: labels.iter().map(String::as_str).zip(found.probabilities.iter().copied()).collect(),
        truth,
        evidence: vec![
            Evidence { title: format!("what spoke for {answer}"), shares: found.for_answer },
            Evidence { title: format!("for {answer} rather than {second}"), shares: found.against_second },
        ],
        units: strongest.into_iter().map(unit).collect(),
    };
    output::write(out, &picture::explain(&explanation).png())?;
    progress.note(&format!("{}; wrote {}", read.to_lowercase(), output::name(out)));
    Ok(())
}

struct Images {
    /// One after another.
    pixels: Vec<u8>,
    /// Where the file has some.
    labels: Option<Vec<i32>>,
    /// The numbers of the file's rows that are broken, ascending.
    left_out: Vec<u64>,
}

/// Reads a picture. An option that tells how to read a table has no effect then, and is refused.
fn picture(arguments: &Arguments, data: Peeked) -> Result<Picture> {
    match arguments.first_of_group(options::LABEL) {
        Some(option) => Err(Error::usage(format!(
            "--{option} has no effect: {} is a picture, no table of digits",
            input::name(data.file)
        ))),
        None => read::picture(data.file, data.open()?),
    }
}

fn of_picture(
    picture: &Picture,
    file: &str,
    model: &Model,
    engine: &mut Engine,
    progress: &mut Progress,
) -> Result<Images> {
    let digits = read::digits_of(model, picture, file, engine, progress)?.digits;
    if digits.is_empty() {
        return Err(read::without_digits(file));
    }
    let pixels = digits.into_iter().flat_map(|digit| digit.image).collect();
    Ok(Images { pixels, labels: None, left_out: Vec::new() })
}

fn of_table(table: Table) -> Images {
    Images { pixels: table.pixels, labels: table.labels, left_out: table.skipped.rows }
}
