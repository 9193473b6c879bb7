//! Weights files, loaded with notes and the file's name in front of what is wrong.

use super::error::{Error, Result, within};
use super::input::{name, open};
use super::output::STREAM;
use super::terminal::Progress;
use crate::checkpoint;
use crate::cli::{Arguments, options};
use crate::model::Model;
use crate::names::{name_of, named, thousands};
use crate::nn::activation::Activation;
use crate::safetensors::{Archive, LONGEST_HEADER};
use std::io::Read;
use std::path::Path;

/// The weights that the command line names; `-` is standard input. What they leave open is said.
pub fn model(arguments: &Arguments, progress: &mut Progress) -> Result<Model> {
    let file = arguments.path(options::WEIGHTS);
    let model = model_of(archive(file)?, file)?;
    let told = arguments.get(options::ACTIVATION);
    if told.is_some() && model.network.layers.len() == 1 {
        return Err(Error::usage(format!("--activation has no effect: {} has no hidden layer", name(file))));
    }
    let model = settled(arguments, model, file, progress);
    let found = name_of(&Activation::NAMES, model.network.activation);
    match told.filter(|told| *told != found) {
        None => Ok(model),
        Some(told) => Err(Error::new(format!(
            "{}: its metadata say {found}, and --activation says {told}: leave that out",
            name(file)
        ))),
    }
}

/// A weights file; `-` is standard input. The command line settles what it leaves open, or a line says what is assumed.
pub fn weights(arguments: &Arguments, file: &str, progress: &mut Progress) -> Result<Model> {
    Ok(settled(arguments, model_of(archive(file)?, file)?, file, progress))
}

/// The model of a file, with what that leaves open.
fn settled(arguments: &Arguments, mut model: Model, file: &str, progress: &mut Progress) -> Model {
    if model.origin.turned {
        let text = "weights of [inputs, outputs] by their shapes: turned to [outputs, inputs]";
        progress.note(&format!("{}: {text}", name(file)));
    }
    let told = arguments.get(options::ACTIVATION).and_then(|name| named(&Activation::NAMES, name));
    let told = told.filter(|_| !model.origin.described);
    model.network.activation = told.unwrap_or(model.network.activation);
    if let Some(line) = assumed(&model, told.is_some()) {
        progress.note(&format!("{}: {line}", name(file)));
    }
    model
}

/// The model of a weights file that was read.
pub fn model_of(archive: Archive, file: &str) -> Result<Model> {
    if checkpoint::is_one(&archive.metadata) {
        return Err(Error::new(format!(
            "{}: expected weights, found the checkpoint of an interrupted run: finish that by its command with --resume, which \
             writes the weights",
            name(file)
        )));
    }
    Model::from_archive(archive).map_err(within(name(file)))
}

/// What is assumed of weights whose metadata leave it open; `told` where the command line says the activation.
fn assumed(model: &Model, told: bool) -> Option<String> {
    let origin = &model.origin;
    let guessed = !origin.described && !told && model.network.layers.len() > 1;
    let labels = format!("labels 0 to {}", model.network.classes() - 1);
    let all = [
        (guessed, "activation", "relu"),
        (origin.counted, "class_labels", &labels),
        (origin.unscaled, "pixel_scale", "pixels / 255"),
    ];
    let (keys, values): (Vec<_>, Vec<_>) =
        all.into_iter().filter(|(lacks, ..)| *lacks).map(|(_, key, value)| (key, value)).unzip();
    let mend = if guessed { "; --activation NAME says otherwise" } else { "" };
    let [listed, assumed] = [keys, values].map(|list| list.join(", "));
    (!listed.is_empty()).then(|| format!("no {listed} in its metadata: {assumed} assumed{mend}"))
}

/// Reads a safetensors file; `-` is standard input.
pub fn archive(file: &str) -> Result<Archive> {
    if file != STREAM && !Path::new(file).exists() {
        return Err(Error::new(format!("{file}: there is no such weights file: train first, or name another one")));
    }
    let name = name(file);
    let (mut input, length) = open(file)?;
    let mut bytes = Vec::new();
    // With the first name in a zip archive.
    input.by_ref().take(64).read_to_end(&mut bytes).map_err(within(name))?;
    // By its first bytes almost anything else is refused before the rest is read, however long it is.
    let header = bytes.first_chunk().map(|&length| u64::from_le_bytes(length));
    if header.is_some_and(|header| header <= LONGEST_HEADER as u64) {
        // Room for all at once: growing would take twice as much.
        let length = length.unwrap_or(0);
        let room = bytes.try_reserve_exact(length as usize);
        room.map_err(|_| Error::new(format!("{name}: expected {} bytes of memory, found less", thousands(length))))?;
        input.read_to_end(&mut bytes).map_err(within(name))?;
    }
    Archive::from_bytes(&bytes).map_err(within(name))
}
