//! What a run of training reports.

use std::fmt;

/// The number of images that were read wrongly, and the number of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Score {
    /// Images that were read wrongly.
    pub wrong: usize,
    /// All images.
    pub images: usize,
}

impl Score {
    /// The share that was read rightly.
    pub fn accuracy(&self) -> f64 {
        (self.images - self.wrong) as f64 / self.images as f64
    }
}

/// The results of an epoch.
#[derive(Clone, Copy, Debug)]
pub struct Report {
    /// The epoch, from 1.
    pub epoch: u64,
    /// The mean loss of its images, each as its batch saw it.
    pub loss: f64,
    /// The images as their batches saw them: deformed, with units silenced.
    pub train: Score,
    /// The images held out, where there are any and this epoch was measured, and their mean
    /// cross-entropy, without label smoothing.
    pub validation: Option<(Score, f64)>,
    /// η at its last step.
    pub learning_rate: f64,
    /// Its training steps alone.
    pub seconds: f64,
}

/// What a run tells its observer.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    /// A step was made.
    Step,
    /// An epoch is over.
    Epoch(Report),
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All epochs are done.
    Finished,
    /// The validation accuracy was no better for as long as patience lasts.
    Stopped,
    /// The observer broke it off.
    Interrupted,
}

/// The loss is no longer a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Diverged {
    /// The epoch, from 1.
    pub epoch: u64,
}

impl fmt::Display for Diverged {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "training diverged in epoch {}: the loss is no longer a finite number", self.epoch)
    }
}

impl std::error::Error for Diverged {}

/// Where a run stands: with the weights and the moments, all that it takes to go on.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct State {
    /// Epochs done.
    pub epoch: u64,
    /// Steps done of the epoch under way.
    pub step: u64,
    /// Images that those steps saw.
    pub images: usize,
    /// The sum of those images' losses.
    pub loss: f64,
    /// How many of them were read rightly.
    pub correct: usize,
    /// How long those steps took.
    pub seconds: f64,
    /// The epoch that validated best so far, and its score.
    pub best: Option<(u64, Score)>,
}

impl State {
    /// Counts the images of a step, or of a part of it, by their losses and how many were read rightly.
    ///
    /// # Errors
    /// Where the sum of the losses is no longer finite.
    pub(super) fn add(&mut self, losses: &[f32], correct: usize) -> Result<(), Diverged> {
        self.loss = losses.iter().fold(self.loss, |sum, &loss| sum + f64::from(loss));
        self.correct += correct;
        if self.loss.is_finite() { Ok(()) } else { Err(Diverged { epoch: self.epoch + 1 }) }
    }
}
