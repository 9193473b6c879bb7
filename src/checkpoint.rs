//! An interrupted run <-> a file from which it goes on as if nothing had happened.
//!
//! The file is safetensors too: the planes of the parameters and the best network so far as tensors; where the run
//! stands, its history, and what makes it this run and no other (options, seed, data, program) as metadata. Numbers in
//! the metadata are decimal with as many digits as it takes to read them back to the bit.

use crate::data::dataset::Digits;
use crate::data::sketch;
use crate::model;
use crate::names::{joined, shortened};
use crate::nn::network::Network;
use crate::nn::parameters::Plane;
use crate::random::hashed;
use crate::safetensors::{Archive, Tensor};
use crate::train::{Score, State, Trainer};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// What a run that goes on must have in common with the one that was interrupted: names, as messages tell them, and
/// values.
pub type Identity = BTreeMap<String, String>;

/// Why a run can't go on from a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The file holds no checkpoint.
    Foreign,
    /// It holds another run's: names, and values then and now.
    Other(Vec<[String; 3]>),
    /// It is damaged, and how.
    Damaged(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Error::Foreign => write!(f, "expected a checkpoint, found another safetensors file"),
            Error::Other(differences) => {
                let told = differences.iter().map(|[name, then, now]| format!("{name} was {then} and is {now}"));
                let told = told.collect::<Vec<_>>().join("; ");
                write!(f, "expected the options and the data of the interrupted run: {told}")
            }
            Error::Damaged(how) => write!(f, "the checkpoint is damaged: {how}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<model::Error> for Error {
    fn from(error: model::Error) -> Self {
        Error::Damaged(error.to_string())
    }
}

fn damaged(how: impl Into<String>) -> Error {
    Error::Damaged(how.into())
}

/// A hash of the images and labels: two different data sets hardly ever have the same.
pub fn fingerprint(digits: &Digits) -> u64 {
    (0..digits.len()).map(|number| sketch::hash(digits.image(number), digits.label(number))).fold(0, hashed)
}

/// The keys of the metadata beside the identity's, and the beginning of the names of the best network's tensors.
const STATE: &str = "state";
const HISTORY: &str = "history";
const BEST: &str = "best";
/// The key of a checksum of all the rest: on a disk, bits may change.
const SUM: &str = "checksum";

/// What the names of a plane's tensors begin with.
fn name(Plane(number): Plane) -> String {
    format!("plane{number}")
}

/// The run as it stands, with its history so far.
pub fn save(identity: &Identity, trainer: &Trainer, history: &str) -> Archive {
    let State { epoch, step, images, loss, correct, seconds, best } = trainer.state();
    let mut metadata = identity.clone();
    metadata.insert(STATE.to_owned(), format!("{epoch} {step} {images} {loss} {correct} {seconds}"));
    metadata.insert(HISTORY.to_owned(), history.to_owned());
    if let Some((epoch, Score { wrong, images })) = best {
        metadata.insert(BEST.to_owned(), format!("{epoch} {wrong} {images}"));
    }
    let mut tensors = Vec::new();
    for (plane, network) in trainer.planes() {
        tensors.extend(model::tensors(&format!("{}.", name(plane)), &network));
    }
    if let Some(network) = trainer.best() {
        tensors.extend(model::tensors(&format!("{BEST}."), network));
    }
    let mut archive = Archive { tensors, metadata };
    let sum = sum(&archive);
    archive.metadata.insert(SUM.to_owned(), sum);
    archive
}

/// The checksum of an archive, in whatever order its tensors stand.
fn sum(archive: &Archive) -> String {
    let text = |hash: u64, text: &str| text.bytes().fold(hash, |hash, byte| hashed(hash, byte.into()));
    let tensor = |tensor: &Tensor| {
        tensor.data.iter().fold(text(0, &tensor.name), |hash, number| hashed(hash, number.to_bits().into()))
    };
    let metadata = archive.metadata.iter().fold(0, |hash, (key, value)| text(text(hash, key), value));
    format!("{:016x}", archive.tensors.iter().map(tensor).fold(metadata, |sum, hash| sum ^ hash))
}

/// Takes up the run of an archive, which must be the one that `trainer` is made for, and returns its history.
///
/// # Errors
/// Where it is another one or can't be; the trainer is then as it was.
pub fn restore(mut archive: Archive, identity: &Identity, trainer: &mut Trainer) -> Result<String, Error> {
    // Those of earlier versions have none.
    let told = archive.metadata.remove(SUM);
    if is_one(&archive.metadata) && told.is_some_and(|told| told != sum(&archive)) {
        return Err(damaged("its bytes have changed since it was written"));
    }
    let Archive { tensors, mut metadata } = archive;
    compare(identity, &metadata)?;
    let state = state(&metadata, trainer).ok_or_else(|| damaged("it does not tell where the run stands"))?;

    let mut groups: BTreeMap<String, Vec<Tensor>> = BTreeMap::new();
    for mut tensor in tensors {
        let (group, name) = tensor.name.split_once('.').unwrap_or((&tensor.name, ""));
        let group = group.to_owned();
        tensor.name = name.to_owned();
        groups.entry(group).or_default().push(tensor);
    }
    let expected = trainer.network();
    let mut take = |group: &str| {
        let (layers, _) = model::layers(groups.remove(group).unwrap_or_default())?;
        let network = Network { activation: expected.activation, layers };
        let [expected, found] = [&expected, &network].map(|network| joined(&network.sizes(), "-"));
        if expected != found {
            return Err(damaged(format!("{group}: expected the layers {expected}, found {found}")));
        }
        Ok(network)
    };
    let mut planes = Vec::new();
    for plane in trainer.kept() {
        planes.push((plane, take(&name(plane))?));
    }
    let keeps_best = trainer.settings().patience.is_some() && state.best.is_some();
    let best = keeps_best.then(|| take(BEST)).transpose()?;
    if let Some(name) = groups.keys().next() {
        return Err(damaged(format!("expected no tensors called \"{}\"", shortened(name))));
    }
    trainer.restore(state, planes, best);
    Ok(metadata.remove(HISTORY).unwrap_or_default())
}

/// Whether a file of tensors is a checkpoint, by its metadata.
pub fn is_one(metadata: &BTreeMap<String, String>) -> bool {
    [STATE, HISTORY].iter().all(|key| metadata.contains_key(*key))
}

/// Refuses another run's checkpoint.
fn compare(identity: &Identity, found: &BTreeMap<String, String>) -> Result<(), Error> {
    if !is_one(found) {
        return Err(Error::Foreign);
    }
    let nothing = "nothing".to_owned();
    let pairs = identity.iter().map(|(name, now)| (name, found.get(name).unwrap_or(&nothing), now));
    let differences = pairs.filter(|(_, then, now)| then != now).map(|(name, then, now)| {
        let [then, now] = from_difference(then, now);
        [name.clone(), then, now]
    });
    let told: Vec<_> = differences.collect();
    if told.is_empty() { Ok(()) } else { Err(Error::Other(told)) }
}

/// Two texts that differ, shortened: where they begin alike for long, without that.
fn from_difference(one: &str, other: &str) -> [String; 2] {
    const ALIKE: usize = 20;
    let same = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let skipped = if same > 2 * ALIKE { same - ALIKE } else { 0 };
    let before = if skipped > 0 { "..." } else { "" };
    [one, other].map(|text| before.to_owned() + &shortened(&text.chars().skip(skipped).collect::<String>()))
}

/// Where the run stands, if that is a place where it can stand.
fn state(metadata: &BTreeMap<String, String>, trainer: &Trainer) -> Option<State> {
    let mut words = metadata.get(STATE)?.split(' ');
    let mut state = State {
        epoch: next(&mut words)?,
        step: next(&mut words)?,
        images: next(&mut words)?,
        loss: next(&mut words)?,
        correct: next(&mut words)?,
        seconds: next(&mut words)?,
        best: None,
    };
    if let Some(text) = metadata.get(BEST) {
        let mut words = text.split(' ');
        let epoch = next(&mut words)?;
        let score = Score { wrong: next(&mut words)?, images: next(&mut words)? };
        state.best = Some((epoch, score));
    }
    let best_fits =
        state.best.is_none_or(|(epoch, score)| (1..=state.epoch).contains(&epoch) && score.wrong <= score.images);
    let fits = state.epoch < trainer.settings().epochs
        && state.step <= trainer.batches()
        && state.images == trainer.seen(state.step)
        && state.correct <= state.images
        && state.loss.is_finite()
        && state.seconds.is_finite()
        && best_fits;
    fits.then_some(state)
}

/// The next word as a number.
fn next<'a, T: FromStr>(words: &mut impl Iterator<Item = &'a str>) -> Option<T> {
    words.next()?.parse().ok()
}
