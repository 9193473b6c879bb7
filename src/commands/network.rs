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
    let model = weights(arguments, file, progress)?;
    if let Some(told) = arguments.get(options::ACTIVATION) {
        let (file, found) = (name(file), name_of(&Activation::NAMES, model.network.activation));
        if model.network.layers.len() == 1 {
            return Err(Error::usage(format!("--activation has no effect: {file} has no hidden layer")));
        }
        if found != told {
            return Err(Error::new(format!(
                "{file}: its metadata say {found}, and --activation says {told}: leave that out"
            )));
        }
    }
    Ok(model)
}

/// A weights file; `-` is standard input. The command line settles what it leaves open, or a line says what is assumed.
pub fn weights(arguments: &Arguments, file: &str, progress: &mut Progress) -> Result<Model> {
    let mut model = model_of(archive(file)?, file)?;
    if model.origin.turned {
        let text = "weights of [inputs, outputs] by their shapes: turned to [outputs, inputs]";
        progress.note(&format!("{}: {text}", name(file)));
    }
    if !model.origin.described {
        let told = arguments.get(options::ACTIVATION).and_then(|name| named(&Activation::NAMES, name));
        match told {
            Some(activation) => model.network.activation = activation,
            None => progress.note(&format!("{}: {}", name(file), assumed(&model))),
        }
    }
    Ok(model)
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

/// What is assumed of weights whose metadata leave it open.
fn assumed(model: &Model) -> String {
    let labels = format!("labels 0 to {}", model.network.classes() - 1);
    let mend = "; --activation NAME says otherwise";
    match (model.network.layers.len() > 1, model.origin.counted) {
        (true, true) => format!("no metadata: relu, {labels} and pixels / 255 are assumed{mend}"),
        (true, false) => format!("no activation in its metadata: relu and pixels / 255 are assumed{mend}"),
        (false, true) => format!("no metadata: {labels} and pixels / 255 are assumed"),
        (false, false) => "pixels / 255 are assumed".to_owned(),
    }
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
