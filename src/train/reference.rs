//! A step of training by the plain algorithm of [`crate::nn::reference`].
//!
//! The weights and all that is kept with them stay where the engine has them, and are taken from there and put back: so
//! everything around the step, evaluation, checkpoints and pictures, serves both. The engine's first layer sums over
//! the pixels square by square ([`Ordered`]); to give the same bits, X's columns and W's rows are put in that order.

use super::load::Loader;
use super::{Diverged, Settings, Trainer};
use crate::matrix::Matrix;
use crate::nn::images::value;
use crate::nn::network::Network;
use crate::nn::optimizer;
use crate::nn::order::{Order, Ordered};
use crate::nn::parameters::Plane;
use crate::nn::reference::{
    Dropout, Parameters, backward_propagation, cross_entropy, forward_propagation, largest, update_parameters,
};
use std::ops::Range;

impl Trainer<'_> {
    /// Step `t`, counted from 1, at the learning rate η, of the images at these places of the epoch's order: forward,
    /// backward, update. Where a loss is not finite the weights stay.
    pub(super) fn reference_step(&mut self, places: Range<usize>, t: u64, rate: f32) -> Result<(), Diverged> {
        let Settings { dropout: p, smoothing, seed, ref optimizer, .. } = self.settings;
        let numbers = &self.order[places];
        let labels: Vec<u16> = numbers.iter().map(|&number| self.loader.digits.class(number as usize)).collect();
        let x = self.matrix(numbers);
        let mut plain = Parameters::new(self.parameters.network(Plane::WEIGHTS));
        for (plane, kept) in kept(&mut plain, optimizer) {
            *kept = self.parameters.network(plane);
            move_rows(kept, |order, pixel| (pixel, order.place(pixel)));
        }
        let dropout = (p > 0.0).then_some(Dropout { p, seed, epoch: self.state.epoch, numbers });
        let forward = forward_propagation(&plain.network, x, dropout, &mut self.engine);
        let (losses, dz) = cross_entropy(&forward.logits, &labels, smoothing);
        let correct = |&(image, &label): &(usize, &u16)| largest(forward.logits.row(image)) == usize::from(label);
        self.state.add(&losses, labels.iter().enumerate().filter(correct).count())?;
        let gradients = backward_propagation(&plain.network, &forward, dz, &mut self.engine);
        update_parameters(&mut plain, &gradients, optimizer, t, rate);
        for (plane, kept) in kept(&mut plain, optimizer) {
            move_rows(kept, |order, pixel| (order.place(pixel), pixel));
            self.parameters.put(plane, kept);
        }
        Ok(())
    }

    /// X (B x I) of the images `numbers`, deformed or not, its columns in the order of the first layer's sums.
    fn matrix(&self, numbers: &[u32]) -> Matrix {
        let Loader { digits, scratches, .. } = &self.loader;
        let size = digits.width() * digits.height();
        let mut ordered = Ordered::new(size);
        let mut scratch = scratches.first().map(|scratch| scratch.lock().expect("no other thread has it"));
        let mut x = Matrix::zeros(numbers.len(), size);
        for (row, &number) in numbers.iter().enumerate() {
            let mut image = digits.image(number as usize);
            if let (Some(deformations), Some(scratch)) = (&self.deformations, &mut scratch) {
                let (scratch, room) = &mut **scratch;
                deformations.draw(image, u64::from(number), scratch, room);
                image = room;
            }
            x.row_mut(row).iter_mut().zip(ordered.arrange(image)).for_each(|(x, &byte)| *x = value(byte));
        }
        x
    }
}

/// Moves the rows of the first layer's weights: of each pixel, from the one place to the other.
fn move_rows(network: &mut Network, places: impl Fn(&Order, usize) -> (usize, usize)) {
    let rows = network.layers[0].weights.clone();
    let order = Order::new(rows.rows());
    for pixel in 0..rows.rows() {
        let (from, to) = places(&order, pixel);
        network.layers[0].weights.row_mut(to).copy_from_slice(rows.row(from));
    }
}

/// What the engine keeps too, and in which plane.
fn kept<'a>(
    plain: &'a mut Parameters,
    optimizer: &optimizer::Settings,
) -> impl Iterator<Item = (Plane, &'a mut Network)> {
    let Parameters { network, average, first_moment, second_moment } = plain;
    let average = optimizer.averages().then_some((Plane::AVERAGE, average));
    let moments =
        (Plane::AVERAGE.0 + usize::from(optimizer.averages())..).map(Plane).zip([first_moment, second_moment]);
    [(Plane::WEIGHTS, network)].into_iter().chain(average).chain(moments.take(optimizer.optimizer.moments()))
}
