//! When a run is saved while it goes on, and where.

use super::error::{Error, Result, within};
use super::history::{self, History};
use super::network;
use super::output::STREAM;
use super::recipe::Recipe;
use super::terminal::Progress;
use crate::checkpoint::{self, Identity};
use crate::cli::{self, Arguments, options};
use crate::data::dataset::Digits;
use crate::file::{self, Lock, NoLock};
use crate::names::joined;
use crate::train::Trainer;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

/// Before a checkpoint lies at least this time, ...
const LEAST: Duration = Duration::from_millis(200);
/// ... and a twentieth of the run so far, as long as that is not more than a minute, ...
const SHARE: u32 = 20;
const MOST: Duration = Duration::from_secs(60);
/// ... and the whole run is at least so many times as long as what all checkpoints cost, this one included.
const COST: u32 = 100;

/// The checkpoint that lies beside these weights.
pub fn checkpoint(weights: &str) -> String {
    format!("{weights}.checkpoint")
}

/// What helps a run that does not end or cannot go on.
#[derive(Clone, Copy)]
pub struct Ways {
    /// What goes on with it where it was interrupted.
    pub again: &'static str,
    /// What helps where the checkpoint is another run's, or there is none.
    pub instead: &'static str,
    /// What helps where the file is no sound checkpoint.
    pub unsound: &'static str,
}

/// Saves a run now and then.
pub struct Saver {
    /// The weights that the run is to end with.
    weights: String,
    /// Beside the weights; none where those are not an ordinary file.
    file: Option<String>,
    resume: bool,
    /// What helps where the run cannot be resumed.
    ways: Ways,
    identity: Identity,
    began: Instant,
    due: Instant,
    /// What saving took so far.
    spent: Duration,
    /// Whether the file is this run's.
    ours: bool,
    /// Keeps other runs from the same weights, from the beginning of the training.
    lock: Option<Lock>,
}

impl Saver {
    /// Looks whether the checkpoint can be written, and read where a run is to be resumed. `ways` are what helps
    /// where that cannot be.
    pub fn new(arguments: &Arguments, ways: Ways) -> Result<Saver> {
        let weights = arguments.path(options::WEIGHTS);
        let ordinary = weights != STREAM && fs::metadata(weights).map_or(true, |found| found.is_file());
        let file = ordinary.then(|| checkpoint(weights));
        let resume = arguments.flag(options::RESUME);
        match &file {
            None if resume => {
                return Err(Error::usage("--resume needs --weights FILE: the checkpoint is beside that"));
            }
            None => {}
            Some(file) => {
                file::check_writable(Path::new(file))?;
                if resume && !Path::new(file).exists() {
                    return Err(Error::new(format!(
                        "{file}: there is no interrupted run to go on with; {}",
                        ways.instead
                    )));
                }
            }
        }
        let began = Instant::now();
        Ok(Saver {
            weights: weights.to_owned(),
            file,
            resume,
            ways,
            identity: Identity::new(),
            began,
            due: began + LEAST,
            spent: Duration::ZERO,
            ours: resume,
            lock: None,
        })
    }

    /// Keeps other runs from the same weights, takes up the interrupted run where that is wanted, and returns its
    /// history. `from` is the hash of the network that the run started from.
    pub fn begin(
        &mut self,
        recipe: &Recipe,
        digits: &Digits,
        trainer: &mut Trainer,
        from: Option<u64>,
        progress: &mut Progress,
    ) -> Result<Option<String>> {
        let Some(file) = &self.file else {
            return Ok(None);
        };
        self.lock = lock(&self.weights, progress)?;
        self.identity = identity(recipe, trainer.settings().seed, digits, from);
        self.began = Instant::now();
        self.due = self.began + LEAST;
        if !self.resume {
            // Before the lock, it could be that of a run that lives.
            if Path::new(file).exists() {
                progress.note(&format!(
                    "{file} holds an interrupted run: --resume goes on with it, as long as this new run has not replaced it \
                     with a checkpoint of its own"
                ));
            }
            return Ok(None);
        }
        let Ways { instead, unsound, .. } = self.ways;
        let refused = |error, mend| Error::new(format!("{error}; {mend}"));
        let archive = network::archive(file).map_err(|error| refused(error, unsound))?;
        let past = checkpoint::restore(archive, &self.identity, trainer).map_err(|error| {
            let is_others = matches!(error, checkpoint::Error::Other(_));
            refused(within(file)(error), if is_others { instead } else { unsound })
        })?;
        if !history::is_sound(&past, trainer.state().epoch) {
            return Err(refused(within(file)("the checkpoint is damaged: its history does not fit"), unsound));
        }
        Ok(Some(past))
    }

    /// Saves the run if it is time. What goes wrong is no reason to end it.
    pub fn remind(&mut self, trainer: &Trainer, history: &History, progress: &mut Progress) {
        let now = Instant::now();
        if now < self.due {
            return;
        }
        if let Err(error) = self.save(trainer, history) {
            progress.note(&format!("no checkpoint: {error}"));
            self.due = now + MOST;
            return;
        }
        let cost = now.elapsed();
        self.spent += cost;
        let pause = LEAST.max(MOST.min(self.began.elapsed() / SHARE));
        self.due = (now + pause).max(self.began + (self.spent + cost) * COST);
    }

    /// Saves the run, and says where.
    pub fn save(&mut self, trainer: &Trainer, history: &History) -> Result<Option<&str>> {
        let Some(file) = &self.file else {
            return Ok(None);
        };
        let archive = checkpoint::save(&self.identity, trainer, history.text());
        let bytes = archive.to_bytes().map_err(within(file))?;
        file::replace(Path::new(file), &bytes)?;
        self.ours = true;
        Ok(Some(file))
    }

    /// Removes the checkpoint of a run that needs none any more.
    pub fn remove(&self) {
        if let Some(file) = self.file.as_ref().filter(|_| self.ours) {
            // What is left over is told of by the next run.
            let _ = fs::remove_file(file);
        }
    }
}

/// Refuses weights that another run is about to write.
fn lock(weights: &str, progress: &mut Progress) -> Result<Option<Lock>> {
    // By whatever link a run names these weights, it asks for the same lock.
    let mut file = file::end_of_links(Path::new(weights)).into_os_string();
    file.push(".lock");
    let lock = Lock::take(Path::new(&file));
    let file = file.display();
    match lock {
        Ok(lock) => Ok(Some(lock)),
        Err(NoLock::Held(owner)) => {
            let owner = owner.map_or("another process".to_owned(), |number| format!("process {number}"));
            Err(Error::new(format!(
                "{weights}: {owner} is training these weights ({file}): wait until it ends, or give another --weights"
            )))
        }
        Err(NoLock::Unavailable(cause)) => {
            progress.note(&format!("{file}: no lock is to be had ({cause}): start no second run with these weights"));
            Ok(None)
        }
    }
}

/// What makes a run this one and no other.
fn identity(recipe: &Recipe, seed: u64, digits: &Digits, from: Option<u64>) -> Identity {
    let (width, height) = (digits.width(), digits.height());
    let options = recipe.options((width, height)).into_iter();
    let options = options.map(|(name, text)| (format!("--{name}"), text));
    let rest = [
        ("--seed", seed.to_string()),
        ("--from", from.map_or("none".to_owned(), |hash| format!("a network with the hash {hash:016x}"))),
        ("the program", cli::VERSION.to_owned()),
        ("the number of rows", digits.len().to_string()),
        ("the image size", format!("{width}x{height}")),
        ("the list of labels", joined(digits.labels(), ",")),
        ("the fingerprint of the data", format!("{:016x}", checkpoint::fingerprint(digits))),
    ];
    options.chain(rest.map(|(name, text)| (name.to_owned(), text))).collect()
}
