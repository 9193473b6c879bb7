//! Digits on their way into a batch, on all threads: as they are, or deformed.

use crate::data::augment::{Augmenter, Deformations, Scratch};
use crate::data::dataset::Digits;
use crate::engine::Engine;
use crate::engine::aligned::LINE;
use crate::engine::simd::{Simd, Task, prefetch};
use crate::engine::sparse::{Ink, inked};
use crate::nn::batch::Batch;
use crate::nn::block::Block;
use crate::nn::order::Ordered;
use std::sync::Mutex;

/// Loads digits.
pub(super) struct Loader<'a> {
    pub(super) digits: &'a Digits,
    /// All their ink, where they are taken in as they are, epoch after epoch: found once, and 784-64-32-16-10 trains 6%
    /// faster for it. MNIST's needs two fifths of the room of its pixels.
    ink: Option<Ink>,
    /// Each thread's, where images are deformed, with room for one.
    pub(super) scratches: Vec<Mutex<(Scratch, Vec<u8>)>>,
}

impl<'a> Loader<'a> {
    /// For so many threads. `keep` says whether to keep the ink of all images.
    pub fn new(digits: &'a Digits, augmenter: Option<Augmenter>, keep: bool, threads: usize) -> Self {
        let size = digits.width() * digits.height();
        let scratches = augmenter.into_iter().flat_map(|augmenter| {
            let scratch = move |_| Mutex::new((augmenter.scratch(), vec![0; size]));
            (0..threads).map(scratch)
        });
        let ink = keep.then(|| {
            let (mut ordered, mut ink) = (Ordered::new(size), Ink::default());
            (0..digits.len()).for_each(|number| ink.push(inked(ordered.arrange(digits.image(number)))));
            ink
        });
        Loader { digits, ink, scratches: scratches.collect() }
    }

    /// Takes the images `numbers` into the batch.
    pub fn load(&self, engine: &mut Engine, batch: &mut Batch, numbers: &[u32], deformations: Option<&Deformations>) {
        let Engine { kernel, pool } = engine;
        batch.load(pool, numbers, |thread, block, numbers| {
            if deformations.is_none() && block.images.numbers() == numbers {
                // A full batch is in it already.
                return block.images.compact();
            }
            let scratch = self.scratches.get(thread);
            let mut scratch = scratch.map(|scratch| scratch.lock().expect("no other thread has it"));
            let deform = deformations.zip(scratch.as_deref_mut());
            kernel.run(Take { loader: self, deform, block, numbers });
        });
    }
}

/// Takes images into a block, as they are or deformed.
struct Take<'a> {
    loader: &'a Loader<'a>,
    deform: Option<(&'a Deformations, &'a mut (Scratch, Vec<u8>))>,
    block: &'a mut Block,
    numbers: &'a [u32],
}

impl Task for Take<'_> {
    type Output = ();

    #[inline(always)]
    fn call<S: Simd>(self, _: S) {
        let Take { loader: Loader { digits, ink, .. }, deform, block, numbers } = self;
        block.images.open(numbers, |number| digits.class(number as usize));
        let numbers = || numbers.iter().map(|&number| number as usize);
        if let Some((deformations, (scratch, room))) = deform {
            for number in numbers() {
                deformations.draw(digits.image(number), number as u64, scratch, room);
                block.images.push(room);
            }
            return;
        }
        // An epoch takes images from all over memory: they are fetched together, so that the waiting times overlap.
        if let Some(ink) = ink {
            numbers().for_each(|number| prefetch_all(ink.image(number)));
            numbers().for_each(|number| block.images.push_ink(ink.image(number)));
        } else {
            numbers().for_each(|number| prefetch_all(digits.image(number)));
            numbers().for_each(|number| block.images.push(digits.image(number)));
        }
    }
}

/// Asks for all cache lines of a slice.
#[inline(always)]
fn prefetch_all<T>(slice: &[T]) {
    slice.chunks(LINE / size_of::<T>()).for_each(|line| prefetch(line.as_ptr()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::builtin;
    use crate::data::dataset::{Draw, generator};
    use crate::engine::Kernel;
    use crate::nn::activation::Activation;
    use crate::nn::block::Goal;
    use crate::nn::hidden::Pass;
    use crate::nn::parameters::{Parameters, Plane};
    use crate::nn::reference::initialize_parameters;

    #[test]
    fn kept_ink_gives_what_pixels_give() {
        let digits = builtin::digits();
        let mut random = generator(1, Draw::Weights);
        let network = initialize_parameters(&[784, 40, 10], Activation::Tanh, &mut random);
        let parameters = Parameters::new(&network, 2);
        let pass = Pass::evaluation(Plane::WEIGHTS);
        let engine = &mut Engine::new(Kernel::best(), 2);
        let expected = network.probabilities(digits.pixels(), engine);
        let numbers: Vec<u32> = (0..150).map(|place| place * 61 % 10_000).collect();
        for keep in [false, true] {
            let loader = Loader::new(&digits, None, keep, 2);
            let mut batch = Batch::new(parameters.layers(), numbers.len(), 2);
            // Twice: what was taken in before is gone, and what stays is the same when it lies together.
            for _ in 0..2 {
                loader.load(engine, &mut batch, &numbers[..70], None);
                for _ in 0..2 {
                    loader.load(engine, &mut batch, &numbers, None);
                    let goal = Goal::Probabilities;
                    batch.forward(engine, &parameters, &pass, goal);
                    let found: Vec<&[f32]> = batch.blocks().iter().flat_map(Block::outputs).collect();
                    let expected: Vec<&[f32]> = numbers.iter().map(|&number| expected.row(number as usize)).collect();
                    assert!(found == expected, "kept {keep}");
                }
            }
        }
    }
}
