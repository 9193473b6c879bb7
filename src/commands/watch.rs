//! What happens beside the training: progress, report lines, history, checkpoints, and the ear for Ctrl-C.

use super::error::{Error, Result};
use super::format::{duration, percent, time_left};
use super::history::History;
use super::saver::Saver;
use super::terminal::{self, Progress};
use crate::names::{counted, thousands};
use crate::system::signal;
use crate::train::{Diverged, Event, Outcome, Report, Score, Trainer};
use std::io;
use std::ops::ControlFlow;
use std::time::Instant;

/// Watches a run.
pub struct Watch<'a> {
    progress: &'a mut Progress,
    history: History,
    saver: &'a mut Saver,
    began: Instant,
    /// Steps that were done before.
    first: u64,
    /// The validation score of the last epoch that was measured.
    score: Option<Score>,
}

impl<'a> Watch<'a> {
    /// From here on.
    pub fn new(trainer: &Trainer, progress: &'a mut Progress, history: History, saver: &'a mut Saver) -> Self {
        Watch { progress, history, saver, began: Instant::now(), first: steps(trainer), score: None }
    }

    /// Called after every step and every epoch.
    pub fn observe(&mut self, trainer: &Trainer, event: Event) -> ControlFlow<()> {
        match event {
            Event::Step => {
                self.show(trainer);
                // Between epochs a run is not saved: whether it goes on then is not decided.
                if signal::stop_requested().is_some() {
                    return ControlFlow::Break(());
                }
                self.saver.remind(trainer, &self.history, self.progress);
            }
            Event::Epoch(report) => {
                self.score = report.validation.map(|(score, _)| score).or(self.score);
                let pushed = self.history.push(&report);
                let told = self.tell(trainer, &report);
                // No reason to end hours of training.
                for error in [pushed, told].into_iter().filter_map(io::Result::err) {
                    self.progress.note(&format!("{error}; training goes on"));
                }
            }
        }
        ControlFlow::Continue(())
    }

    fn show(&mut self, trainer: &Trainer) {
        let (began, first) = (self.began, self.first);
        self.progress.update(|| {
            let (state, settings) = (trainer.state(), trainer.settings());
            let share = steps(trainer) as f64 / (settings.epochs * trainer.batches()) as f64;
            let mut fields =
                vec![format!("epoch {}/{}", state.epoch + 1, settings.epochs), format!("{:.0}%", 100.0 * share)];
            fields.extend(left(trainer, began, first));
            fields.push(format!("loss {:.4}", state.loss / state.images as f64));
            fields.extend(state.best.map(|(_, score)| format!("best {}", percent(Some(score.accuracy())))));
            fields.push(speed(state.images, state.seconds));
            fields.push(counted(trainer.threads(), "thread"));
            fields
        });
    }

    fn tell(&mut self, trainer: &Trainer, report: &Report) -> io::Result<()> {
        let settings = trainer.settings();
        let last = report.epoch == settings.epochs;
        if !report.epoch.is_multiple_of(settings.report_every) && !last {
            return Ok(());
        }
        let mut fields = vec![
            format!("epoch {}/{}", report.epoch, settings.epochs),
            format!("loss {:.4}", report.loss),
            format!("train {}", percent(Some(report.train.accuracy()))),
        ];
        fields.extend(report.validation.map(|(score, _)| format!("validation {}", percent(Some(score.accuracy())))));
        let mut line = fields.join("  ");
        let left = left(trainer, self.began, self.first).filter(|_| !last);
        let more = [Some(speed(report.train.images, report.seconds)), left];
        for field in more.into_iter().flatten() {
            // On a terminal, nothing more than fits.
            if terminal::stdout_width().is_none_or(|width| line.len() + 2 + field.len() <= width) {
                line += &format!("  {field}");
            }
        }
        self.progress.report(&line)
    }

    /// The history of a run that has ended, and the validation score of what it leaves. `mend` is what may help
    /// one that diverged.
    ///
    /// # Errors
    /// Where it leaves nothing.
    pub fn end(
        self,
        trainer: &Trainer,
        outcome: std::result::Result<Outcome, Diverged>,
        again: &str,
        mend: &str,
    ) -> Result<(History, Option<Score>)> {
        self.progress.clear();
        let settings = trainer.settings();
        match outcome {
            Err(diverged) => {
                // It would do so again.
                self.saver.remove();
                return Err(Error::new(format!("{diverged}; {mend}")));
            }
            Ok(Outcome::Interrupted) => {
                let place = format!("interrupted in epoch {} of {}", trainer.state().epoch + 1, settings.epochs);
                let line = match self.saver.save(trainer, &self.history) {
                    Ok(Some(file)) => {
                        format!("{place}: {again} goes on from {file}")
                    }
                    Ok(None) => format!("{place}: without a weights file there is no checkpoint, nothing is saved"),
                    Err(error) => format!("{place}, and no checkpoint could be saved: {error}"),
                };
                return Err(Error::interrupted(line, signal::stop_requested()));
            }
            Ok(Outcome::Stopped) => {
                let (state, patience) = (trainer.state(), settings.patience.unwrap_or(0));
                let best = state.best.map_or(0, |(epoch, _)| epoch);
                self.progress.report(&format!(
                    "stopped after epoch {}: none was better than epoch {best} for {}",
                    state.epoch,
                    counted(patience as usize, "epoch")
                ))?;
            }
            Ok(Outcome::Finished) => {}
        }
        let best = trainer.state().best.map(|(_, score)| score).filter(|_| settings.patience.is_some());
        Ok((self.history, best.or(self.score)))
    }
}

/// Steps done.
fn steps(trainer: &Trainer) -> u64 {
    trainer.state().epoch * trainer.batches() + trainer.state().step
}

fn left(trainer: &Trainer, began: Instant, first: u64) -> Option<String> {
    let all = trainer.settings().epochs * trainer.batches();
    let share = (steps(trainer) - first) as f64 / (all - first) as f64;
    time_left(began.elapsed(), share).map(|left| format!("{} left", duration(left)))
}

fn speed(images: usize, seconds: f64) -> String {
    format!("{} images/s", thousands((images as f64 / seconds) as u64))
}
