//! An interrupted run <-> a file from which it goes on as if nothing had happened.
//!
//! The file is safetensors too: the planes of the parameters and the best network so far as tensors; where the run
//! stands, its history, and what makes it this run and no other (options, seed, data, program) as metadata. Numbers in
//! the metadata are decimal with as many digits as it takes to read them back to the bit.

use super::error::{Error, Result, within};
use super::history;
use super::model::{self, joined};
use super::recipe::Recipe;
use crate::cli;
use crate::data::dataset::Digits;
use crate::nn::network::Network;
use crate::safetensors::{self, Archive, Tensor};
use crate::train::{Score, State, Trainer};
use std::collections::BTreeMap;
use std::str::FromStr;

/// What a run that goes on must have in common with the one that was interrupted: names and values.
pub type Identity = BTreeMap<String, String>;

/// The identity of a run.
pub fn identity(recipe: &Recipe, seed: u64, digits: &Digits) -> Identity {
    let (width, height) = (digits.width(), digits.height());
    let options = recipe.options((width, height));
    let options = options
        .into_iter()
        .map(|(name, text)| (format!("--{name}"), text));
    let rest = [
        ("--seed", seed.to_string()),
        ("the program", cli::VERSION.to_owned()),
        ("the number of rows", digits.len().to_string()),
        ("the image size", format!("{width}x{height}")),
        ("the labels", joined(digits.labels(), ",")),
        (
            "the data's fingerprint",
            format!("{:016x}", fingerprint(digits)),
        ),
    ];
    options
        .chain(rest.map(|(name, text)| (name.to_owned(), text)))
        .collect()
}

/// A number that two different data sets hardly share.
fn fingerprint(digits: &Digits) -> u64 {
    // A multiplication spreads what came in upwards, the rotation brings it back down.
    let stir =
        |hash: u64, word: u64| (hash.rotate_left(29) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let image = |hash: u64, number: usize| {
        let (words, rest) = digits.image(number).as_chunks();
        let hash = words
            .iter()
            .fold(hash, |hash, &word| stir(hash, u64::from_le_bytes(word)));
        let hash = rest
            .iter()
            .fold(hash, |hash, &byte| stir(hash, u64::from(byte)));
        stir(hash, u64::from(digits.class(number)))
    };
    (0..digits.len()).fold(0, image)
}

/// The keys of the metadata beside the identity's.
const STATE: &str = "state";
const BEST: &str = "best";
const HISTORY: &str = "history";

/// The beginnings of tensors' names.
const PLANE: &str = "plane";

/// The run's file.
///
/// # Errors
/// Where a number is not finite: the run diverges.
pub fn to_bytes(
    identity: &Identity,
    trainer: &Trainer,
    history: &str,
) -> std::result::Result<Vec<u8>, safetensors::Error> {
    let State {
        epoch,
        batch,
        images,
        loss,
        correct,
        seconds,
        best,
    } = trainer.state();
    let mut metadata = identity.clone();
    metadata.insert(
        STATE.to_owned(),
        format!("{epoch} {batch} {images} {loss} {correct} {seconds}"),
    );
    metadata.insert(HISTORY.to_owned(), history.to_owned());
    if let Some((epoch, Score { wrong, images })) = best {
        metadata.insert(BEST.to_owned(), format!("{epoch} {wrong} {images}"));
    }
    let planes = trainer
        .planes()
        .flat_map(|(plane, network)| model::tensors(&format!("{PLANE}{plane}."), &network));
    let best = trainer
        .best()
        .map(|network| model::tensors(&format!("{BEST}."), network));
    let tensors = planes.chain(best.into_iter().flatten()).collect();
    Archive { tensors, metadata }.to_bytes()
}

/// Takes up the run of `file`, which must be the one that `trainer` is made for, and returns its history.
pub fn resume(file: &str, identity: &Identity, trainer: &mut Trainer) -> Result<String> {
    let Archive {
        tensors,
        mut metadata,
    } = model::read_archive(file)?;
    compare(identity, &metadata).map_err(within(file))?;
    let damaged = |what: &str| Error::new(format!("{file}: the checkpoint is damaged: {what}"));

    let state =
        state(&metadata, trainer).ok_or_else(|| damaged("it says not where the run stands"))?;
    let history = metadata.remove(HISTORY).unwrap_or_default();
    if !history::is_sound(&history, state.epoch) {
        return Err(damaged("its history does not fit its epoch"));
    }
    let mut groups: BTreeMap<String, Vec<Tensor>> = BTreeMap::new();
    for mut tensor in tensors {
        let (group, name) = tensor
            .name
            .split_once('.')
            .ok_or_else(|| damaged("a tensor's name"))?;
        let group = group.to_owned();
        tensor.name = name.to_owned();
        groups.entry(group).or_default().push(tensor);
    }
    let expected = trainer.network();
    let take = |groups: &mut BTreeMap<String, Vec<Tensor>>, group: &str| {
        let layers = model::layers(groups.remove(group).unwrap_or_default());
        let layers = layers.map_err(|error| damaged(&error))?;
        let network = Network {
            activation: expected.activation,
            layers,
        };
        if network.sizes() != expected.sizes() {
            return Err(damaged(&format!(
                "{group}: expected the layers {}, found {}",
                joined(&expected.sizes(), "-"),
                joined(&network.sizes(), "-")
            )));
        }
        Ok(network)
    };
    let numbers: Vec<usize> = trainer.planes().map(|(plane, _)| plane).collect();
    let planes = numbers
        .into_iter()
        .map(|plane| Ok((plane, take(&mut groups, &format!("{PLANE}{plane}"))?)));
    let planes = planes.collect::<Result<Vec<_>>>()?;
    let keeps_best = trainer.settings().patience.is_some() && state.best.is_some();
    let best = keeps_best.then(|| take(&mut groups, BEST)).transpose()?;
    if let Some(name) = groups.keys().next() {
        return Err(damaged(&format!(
            "nothing is called {:?}",
            model::shortened(name)
        )));
    }
    trainer.restore(state, planes, best);
    Ok(history)
}

/// Refuses another run's checkpoint.
fn compare(
    identity: &Identity,
    found: &BTreeMap<String, String>,
) -> std::result::Result<(), String> {
    let nothing = String::new();
    let then = |name: &String| found.get(name).unwrap_or(&nothing);
    if identity.keys().all(|name| !found.contains_key(name)) {
        return Err("expected a checkpoint, found another safetensors file".to_owned());
    }
    let differences = identity.iter().filter(|(name, now)| then(name) != *now);
    let told: Vec<String> = differences
        .map(|(name, now)| format!("{name} was {} and is {now}", model::shortened(then(name))))
        .collect();
    if told.is_empty() {
        return Ok(());
    }
    Err(format!(
        "--resume wants the options and the data of the interrupted run: {}",
        told.join("; ")
    ))
}

/// Where the run stands, if that is a place where it can stand.
fn state(metadata: &BTreeMap<String, String>, trainer: &Trainer) -> Option<State> {
    let mut words = metadata.get(STATE)?.split(' ');
    let mut state = State {
        epoch: next(&mut words)?,
        batch: next(&mut words)?,
        images: next(&mut words)?,
        loss: next(&mut words)?,
        correct: next(&mut words)?,
        seconds: next(&mut words)?,
        best: None,
    };
    if let Some(text) = metadata.get(BEST) {
        let mut words = text.split(' ');
        let epoch = next(&mut words)?;
        let score = Score {
            wrong: next(&mut words)?,
            images: next(&mut words)?,
        };
        state.best = Some((epoch, score));
    }
    let best_fits = state.best.is_none_or(|(epoch, score)| {
        (1..=state.epoch).contains(&epoch) && score.wrong <= score.images
    });
    let fits = state.epoch < trainer.settings().epochs
        && state.batch <= trainer.batches()
        && state.images == trainer.seen(state.batch)
        && state.correct <= state.images
        && state.loss.is_finite()
        && state.seconds.is_finite()
        && best_fits;
    fits.then_some(state)
}

fn next<'a, T: FromStr>(words: &mut impl Iterator<Item = &'a str>) -> Option<T> {
    words.next()?.parse().ok()
}
