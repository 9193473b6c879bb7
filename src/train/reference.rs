//! A step of training by the plain algorithm of [`crate::nn::reference`].
//!
//! The weights and all that is kept with them stay where the engine has them, and are taken from there and put back: so
//! everything around the step, evaluation, checkpoints and pictures, serves both. The engine's first layer sums over
//! the pixels square by square ([`Ordered`]); to give the same bits, X's columns and W's rows are put in that order.

use super::Settings;
use super::load::Loader;
use crate::data::augment::Deformations;
use crate::engine::Engine;
use crate::matrix::Matrix;
use crate::nn::images::value;
use crate::nn::network::Network;
use crate::nn::optimizer;
use crate::nn::order::{Order, Ordered};
use crate::nn::parameters::{self, Plane};
use crate::nn::reference::{
    Dropout, Parameters, backward_propagation, cross_entropy, forward_propagation, largest, update_parameters,
};

/// What a step depends on besides the images and the weights.
pub(super) struct Step<'a> {
    pub settings: &'a Settings,
    /// From 0.
    pub epoch: u64,
    /// The number of the step, from 1.
    pub t: u64,
    /// η
    pub rate: f32,
}

impl Step<'_> {
    /// Forward, backward, update. Returns each image's loss, and how many were read rightly. Where a loss
    /// is not finite the weights stay.
    pub fn run(
        &self,
        parameters: &mut parameters::Parameters,
        (x, labels, numbers): (Matrix, &[u16], &[u32]),
        engine: &mut Engine,
    ) -> (Vec<f32>, usize) {
        let Settings { dropout: p, smoothing, seed, ref optimizer, .. } = *self.settings;
        let mut plain = Parameters::new(parameters.network(Plane::WEIGHTS));
        for (plane, kept) in kept(&mut plain, optimizer) {
            *kept = parameters.network(plane);
            move_rows(kept, |order, pixel| (pixel, order.place(pixel)));
        }
        let dropout = (p > 0.0).then_some(Dropout { p, seed, epoch: self.epoch, numbers });
        let forward = forward_propagation(&plain.network, x, dropout, engine);
        let (losses, dz) = cross_entropy(&forward.logits, labels, smoothing);
        let correct = |&(image, &label): &(usize, &u16)| largest(forward.logits.row(image)) == usize::from(label);
        let correct = labels.iter().enumerate().filter(correct).count();
        if losses.iter().all(|loss| loss.is_finite()) {
            let gradients = backward_propagation(&plain.network, &forward, dz, engine);
            update_parameters(&mut plain, &gradients, optimizer, self.t, self.rate);
            for (plane, kept) in kept(&mut plain, optimizer) {
                move_rows(kept, |order, pixel| (order.place(pixel), pixel));
                parameters.put(plane, kept);
            }
        }
        (losses, correct)
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

impl Loader<'_> {
    /// X (B x I) of the images `numbers`, deformed or not, its columns in the order of the first layer's sums.
    pub(super) fn matrix(&self, numbers: &[u32], deformations: Option<&Deformations>) -> Matrix {
        let size = self.digits.width() * self.digits.height();
        let mut ordered = Ordered::new(size);
        let mut scratch = self.scratches.first().map(|scratch| scratch.lock().expect("no other thread has it"));
        let mut x = Matrix::zeros(numbers.len(), size);
        for (row, &number) in numbers.iter().enumerate() {
            let mut image = self.digits.image(number as usize);
            if let (Some(deformations), Some(scratch)) = (deformations, &mut scratch) {
                let (scratch, room) = &mut **scratch;
                deformations.draw(image, u64::from(number), scratch, room);
                image = room;
            }
            x.row_mut(row).iter_mut().zip(ordered.arrange(image)).for_each(|(x, &byte)| *x = value(byte));
        }
        x
    }
}
