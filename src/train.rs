//! Training: epochs of batches, each a step of the optimiser.
//!
//! Everything random is a function of the seed, the epoch and the image's number, so a run depends on nothing that its
//! [`State`] does not hold: not on threads, not on the processor, not on whether it was interrupted.

mod load;
mod pace;
mod reference;
mod report;

use crate::data::augment::{Augmenter, Deformations};
use crate::data::dataset::{Digits, Draw, generator};
use crate::engine::Engine;
use crate::nn::batch::Batch;
use crate::nn::block::{Block, Goal};
use crate::nn::dropout::Dropout;
use crate::nn::hidden::Pass;
use crate::nn::loss::MeanLoss;
use crate::nn::network::Network;
use crate::nn::optimizer;
use crate::nn::parameters::{Parameters, Plane};
use crate::nn::schedule::Schedule;
use load::Loader;
use pace::Pace;
use rand::seq::SliceRandom;
pub use report::{Diverged, Event, Outcome, Report, Score, State};
use std::ops::{ControlFlow, Range};
use std::time::Instant;

/// How to train.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The rule by which weights follow their gradients.
    pub optimizer: optimizer::Settings,
    /// η, before the schedule.
    pub rate: f64,
    /// How η moves.
    pub schedule: Schedule,
    /// Images of a batch.
    pub batch: usize,
    /// Passes over the images.
    pub epochs: u64,
    /// The dropout probability of a hidden unit.
    pub dropout: f32,
    /// Label smoothing.
    pub smoothing: f32,
    /// Deforms every image afresh in every epoch.
    pub augmenter: Option<Augmenter>,
    /// Ends the run after so many epochs without a better validation accuracy, with the best weights.
    pub patience: Option<u64>,
    /// Epochs from one measurement of the validation accuracy to the next; the last epoch is always measured, and with
    /// patience every one.
    pub report_every: u64,
    /// What everything random is drawn from.
    pub seed: u64,
    /// Whether each step is the plain algorithm's: the same bits, slowly.
    pub reference: bool,
}

/// A run of training.
pub struct Trainer<'a> {
    training: Vec<u32>,
    validation: Vec<u32>,
    settings: Settings,
    parameters: Parameters,
    /// The evaluated weights of the best epoch, kept where patience may come back to them.
    best: Option<Network>,
    engine: Engine,
    pace: Pace,
    loader: Loader<'a>,
    batch: Batch,
    /// The images in the epoch's order.
    order: Vec<u32>,
    deformations: Option<Deformations>,
    state: State,
}

impl<'a> Trainer<'a> {
    /// A run that starts from `network`, learns from the images `training` and validates with `validation`.
    ///
    /// # Panics
    /// Where the network's inputs and classes are not those of the digits, nothing is to be learned
    /// from, or an image is in both parts.
    pub fn new(
        digits: &'a Digits,
        (training, validation): (Vec<u32>, Vec<u32>),
        network: &Network,
        settings: Settings,
        engine: Engine,
    ) -> Self {
        assert_eq!(network.sizes()[0], digits.width() * digits.height(), "an input a pixel");
        assert_eq!(network.classes(), digits.labels().len(), "an output a class");
        assert!(!training.is_empty(), "an image to learn from");
        let mut parts = [training.as_slice(), &validation].concat();
        parts.sort_unstable();
        assert!(parts.windows(2).all(|pair| pair[0] < pair[1]), "no image is learned from and validated with");
        let mut parameters = Parameters::new(network, settings.optimizer.planes());
        if settings.optimizer.averages() {
            parameters.put(Plane::AVERAGE, network);
        }
        let settings = Settings { batch: settings.batch.min(training.len()), ..settings };
        let threads = engine.pool.threads();
        // Ink is kept for images that are listed afresh in every epoch: not for deformed ones, and not for a full
        // batch, whose lists stay.
        let keep = settings.augmenter.is_none() && settings.batch < training.len();
        Trainer {
            order: training.clone(),
            training,
            validation,
            settings,
            best: None,
            loader: Loader::new(digits, settings.augmenter, keep, threads),
            batch: Batch::new(parameters.layers(), settings.batch, threads),
            parameters,
            engine,
            pace: Pace::new(threads),
            deformations: None,
            state: State::default(),
        }
    }

    /// Where the run stands.
    pub fn state(&self) -> State {
        self.state
    }

    /// The images that it learns from, by their numbers.
    pub fn training(&self) -> &[u32] {
        &self.training
    }

    /// How it trains; a batch larger than the images it learns from was taken as all of them.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The threads that it has found to be fastest, of those that the pool has.
    pub fn threads(&self) -> usize {
        self.pace.settled()
    }

    /// Steps of an epoch.
    pub fn batches(&self) -> u64 {
        self.training.len().div_ceil(self.settings.batch) as u64
    }

    /// Images that the first `batches` steps of an epoch see.
    pub fn seen(&self, batches: u64) -> usize {
        let images = batches.saturating_mul(self.settings.batch as u64);
        images.min(self.training.len() as u64) as usize
    }

    /// The network as it would be saved now: the moving average where one is kept.
    pub fn network(&self) -> Network {
        self.parameters.network(self.evaluated())
    }

    /// The network that the run leaves: the best one where patience asks for it.
    pub fn result(&self) -> Network {
        self.best.clone().unwrap_or_else(|| self.network())
    }

    /// The planes of the parameters that a run needs to go on: the weights, their average, the moments.
    pub fn kept(&self) -> impl Iterator<Item = Plane> {
        (0..self.settings.optimizer.planes()).map(Plane).filter(|&plane| plane != Plane::TRANSPOSED)
    }

    /// Those planes with what they hold.
    pub fn planes(&self) -> impl Iterator<Item = (Plane, Network)> {
        self.kept().map(|plane| (plane, self.parameters.network(plane)))
    }

    /// The best network so far, where patience keeps one.
    pub fn best(&self) -> Option<&Network> {
        self.best.as_ref()
    }

    /// Takes up a run where another one stood.
    ///
    /// # Panics
    /// Where a plane's shapes are not the network's.
    pub fn restore(&mut self, state: State, planes: impl IntoIterator<Item = (Plane, Network)>, best: Option<Network>) {
        for (plane, network) in planes {
            self.parameters.put(plane, &network);
        }
        self.state = state;
        self.best = best;
    }

    /// Trains to the end, or until `observe` breaks it off: it is called after every step and every epoch.
    ///
    /// # Errors
    /// Where the loss is no longer finite, or the weights at the end are not.
    pub fn run(&mut self, mut observe: impl FnMut(&Trainer, Event) -> ControlFlow<()>) -> Result<Outcome, Diverged> {
        while self.state.epoch < self.settings.epochs && !self.out_of_patience() {
            self.arrange();
            while self.state.step < self.batches() {
                self.step()?;
                if observe(self, Event::Step).is_break() {
                    return Ok(Outcome::Interrupted);
                }
            }
            let report = self.close_epoch();
            if observe(self, Event::Epoch(report)).is_break() {
                return Ok(Outcome::Interrupted);
            }
        }
        // No loss has shown yet what the last step did to the weights.
        if !self.result().is_finite() {
            return Err(Diverged { epoch: self.state.epoch });
        }
        Ok(if self.out_of_patience() { Outcome::Stopped } else { Outcome::Finished })
    }

    /// Whether the best epoch is further back than patience allows.
    fn out_of_patience(&self) -> bool {
        let waited = |(best, _)| self.state.epoch - best;
        self.settings.patience.is_some_and(|patience| self.state.best.map_or(0, waited) >= patience)
    }

    /// The plane of the weights that are evaluated and saved.
    fn evaluated(&self) -> Plane {
        if self.settings.optimizer.averages() { Plane::AVERAGE } else { Plane::WEIGHTS }
    }

    /// Puts the images into the epoch's order.
    fn arrange(&mut self) {
        let Settings { batch, seed, augmenter, .. } = self.settings;
        self.deformations = augmenter.map(|augmenter| augmenter.epoch(seed, self.state.epoch));
        // A full batch is the same in any order, and its lists need not be made again.
        if batch < self.training.len() {
            self.order.copy_from_slice(&self.training);
            self.order.shuffle(&mut generator(seed, Draw::Order(self.state.epoch)));
        }
    }

    /// η at step `t`, counted from 1.
    fn learning_rate(&self, t: u64) -> f64 {
        let steps = self.settings.epochs * self.batches();
        self.settings.rate * self.settings.schedule.factor(t - 1, steps)
    }

    /// One step: the images forward and back, then the weights.
    fn step(&mut self) -> Result<(), Diverged> {
        let began = Instant::now();
        self.engine.pool.set_threads(self.pace.threads());
        let begin = self.state.step as usize * self.settings.batch;
        let places = begin..self.order.len().min(begin + self.settings.batch);
        let images = places.len();
        let t = self.state.epoch * self.batches() + self.state.step + 1;
        let rate = self.learning_rate(t) as f32;
        if self.settings.reference {
            self.reference_step(places, t, rate)?;
        } else {
            self.engine_step(places, t, rate)?;
        }
        self.state.images += images;
        self.state.step += 1;
        let seconds = began.elapsed().as_secs_f64();
        self.state.seconds += seconds;
        self.pace.note(images, seconds);
        Ok(())
    }

    /// Step `t`, counted from 1, at the learning rate η, of the images at these places of the epoch's order.
    fn engine_step(&mut self, places: Range<usize>, t: u64, rate: f32) -> Result<(), Diverged> {
        let Settings { optimizer, dropout, smoothing, seed, .. } = self.settings;
        let dropout = (dropout > 0.0).then(|| Dropout::new(dropout));
        let pass = Pass { plane: Plane::WEIGHTS, dropout, seed, epoch: self.state.epoch };
        let mean = MeanLoss { images: places.len(), smoothing };
        let (batch, engine, parameters) = (&mut self.batch, &mut self.engine, &mut self.parameters);
        self.loader.load(engine, batch, &self.order[places], self.deformations.as_ref());
        batch.forward(engine, parameters, &pass, Goal::Losses(mean));
        for block in batch.blocks() {
            self.state.add(block.losses(), block.correct())?;
        }
        batch.backward(engine, parameters);
        batch.update(engine, parameters, &optimizer.step(t, rate));
        Ok(())
    }

    /// Sums the epoch up and measures it where that is due.
    fn close_epoch(&mut self) -> Report {
        let State { images, loss, correct, seconds, best, .. } = self.state;
        let epoch = self.state.epoch + 1;
        let learning_rate = self.learning_rate(epoch * self.batches());
        // Patience looks at every epoch.
        let Settings { epochs, report_every, patience, .. } = self.settings;
        let due = patience.is_some() || epoch.is_multiple_of(report_every) || epoch == epochs;
        let validation = (due && !self.validation.is_empty()).then(|| self.validate());
        self.state = State { epoch, best, ..State::default() };
        if let Some((score, _)) = validation
            && best.is_none_or(|(_, best)| score.wrong < best.wrong)
        {
            self.state.best = Some((epoch, score));
            if self.settings.patience.is_some() {
                self.best = Some(self.network());
            }
        }
        let train = Score { wrong: images - correct, images };
        let loss = loss / images as f64;
        Report { epoch, loss, train, validation, learning_rate, seconds }
    }

    /// How the network as it stands reads the images held out, and their mean loss, without label smoothing.
    pub fn validate(&mut self) -> (Score, f64) {
        let pass = Pass::evaluation(self.evaluated());
        let (mut correct, mut loss) = (0, 0.0);
        for numbers in self.validation.chunks(self.batch.capacity()) {
            let (batch, engine) = (&mut self.batch, &mut self.engine);
            self.loader.load(engine, batch, numbers, None);
            let mean = MeanLoss { images: numbers.len(), smoothing: 0.0 };
            batch.forward(engine, &self.parameters, &pass, Goal::Losses(mean));
            correct += batch.blocks().iter().map(Block::correct).sum::<usize>();
            let losses = batch.blocks().iter().flat_map(Block::losses);
            loss = losses.fold(loss, |sum, &loss| sum + f64::from(loss));
        }
        let images = self.validation.len();
        (Score { wrong: images - correct, images }, loss / images as f64)
    }
}
