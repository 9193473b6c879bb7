//! How well a run's network reads the images held out.

use super::{Score, Trainer};
use crate::nn::batch::Batch;
use crate::nn::block::{Block, Goal};
use crate::nn::hidden::Pass;
use crate::nn::loss::MeanLoss;
use crate::nn::parameters::{Parameters, Plane};

impl Trainer<'_> {
    /// How the network as it stands reads the images held out, and their mean loss, without label smoothing.
    pub fn validate(&mut self) -> (Score, f64) {
        // A committee is asked as the network that would be saved.
        let mut committee = (self.committee() > 1).then(|| {
            let whole = Parameters::new(&self.network(), 2);
            let batch = Batch::new(whole.layers(), self.batch.capacity(), self.engine.pool.threads());
            (whole, batch)
        });
        let plane = if committee.is_some() { Plane::WEIGHTS } else { self.evaluated() };
        let pass = Pass::evaluation(plane);
        let (parameters, batch) = match &mut committee {
            Some((whole, batch)) => (&*whole, batch),
            None => (&self.parameters[0], &mut self.batch),
        };
        let (mut correct, mut loss) = (0, 0.0);
        for numbers in self.validation.chunks(batch.capacity()) {
            let engine = &mut self.engine;
            self.loader.load(engine, batch, numbers, None);
            let mean = MeanLoss { images: numbers.len(), smoothing: 0.0 };
            batch.forward(engine, parameters, &pass, Goal::Losses(mean));
            correct += batch.blocks().iter().map(Block::correct).sum::<usize>();
            let losses = batch.blocks().iter().flat_map(Block::losses);
            loss = losses.fold(loss, |sum, &loss| sum + f64::from(loss));
        }
        let images = self.validation.len();
        (Score { wrong: images - correct, images }, loss / images as f64)
    }
}
