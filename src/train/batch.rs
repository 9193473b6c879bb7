//! A batch on all threads: its images in blocks, forward and back, then the weights in cells.

use crate::data::augment::{Augmenter, Deformations, Scratch};
use crate::data::dataset::Digits;
use crate::engine::Kernel;
use crate::engine::aligned::Aligned;
use crate::engine::pool::Pool;
use crate::engine::simd::{LANES, Simd, Task};
use crate::nn::block::{BLOCK, Block, Pass};
use crate::nn::optimizer::Step;
use crate::nn::parameters::{CELL, Layer, Parameters};
use std::sync::Mutex;

/// A thread takes one cell at a time, so that its gradient stays in the nearest cache, unless a
/// batch has more blocks than this: then it takes several, so that each block is fetched once for
/// all of them.
const FEW_BLOCKS: usize = 8;

/// How many those are.
const CELLS_AT_ONCE: usize = 4;

/// A block, and what deforming its images needs.
struct Slot {
    block: Block,
    scratch: Option<Scratch>,
}

/// A batch, and who works on it.
pub(super) struct Batch {
    kernel: Kernel,
    pool: Pool,
    slots: Vec<Slot>,
    /// Slots that hold images now.
    used: usize,
    /// Images of a block.
    rows: usize,
    /// The layers, which the parameters can't be asked for while their cells change.
    layers: Vec<Layer>,
    /// Each thread's gradients of the cells at hand.
    gradients: Vec<Mutex<Aligned>>,
}

impl Batch {
    /// Room for `capacity` images; `dense` says how the first layer reads them.
    pub fn new(
        layers: &[Layer],
        capacity: usize,
        dense: bool,
        augmenter: Option<Augmenter>,
        kernel: Kernel,
        pool: Pool,
    ) -> Self {
        // As many blocks as threads at least, where the batch is that large.
        let rows = capacity.div_ceil(pool.threads()).min(BLOCK);
        let slot = |_| Slot {
            block: Block::new(layers, rows, dense),
            scratch: augmenter.map(|augmenter| augmenter.scratch()),
        };
        let gradients = |_| Mutex::new(Aligned::zeros(CELLS_AT_ONCE * CELL));
        Batch {
            kernel,
            slots: (0..capacity.div_ceil(rows)).map(slot).collect(),
            used: 0,
            rows,
            layers: layers.to_vec(),
            gradients: (0..pool.threads()).map(gradients).collect(),
            pool,
        }
    }

    /// The images `numbers` forward and back.
    pub fn learn(&mut self, numbers: &[u32], learn: Learn) {
        let (kernel, rows) = (self.kernel, self.rows);
        self.for_each_block(numbers.len(), |index, slot| {
            let numbers = &numbers[index * rows..numbers.len().min((index + 1) * rows)];
            kernel.run(Images {
                slot,
                numbers,
                learn,
            });
        });
    }

    /// The weights a step along the gradient over the images that were learned from.
    pub fn update(&mut self, parameters: &mut Parameters, step: &Step) {
        let (kernel, size, layers) = (self.kernel, parameters.cell_size(), &self.layers);
        let (slots, gradients) = (&self.slots[..self.used], &self.gradients);
        let cells = if slots.len() > FEW_BLOCKS {
            CELLS_AT_ONCE
        } else {
            1
        };
        let part = cells * size;
        self.pool
            .for_each(parameters.cells_mut(), part, |thread, index, part| {
                let mut gradients = gradients[thread].lock().expect("no other thread has it");
                let first = index * cells;
                kernel.run(Weights {
                    part,
                    size,
                    first,
                    layers,
                    slots,
                    gradients: gradients.as_chunks_mut().0,
                    step,
                });
            });
    }

    /// How many of the images `numbers` are read rightly.
    pub fn score(&mut self, numbers: &[u32], evaluate: Evaluate) -> usize {
        let (kernel, rows) = (self.kernel, self.rows);
        let stretches = numbers.chunks(self.slots.len() * rows);
        let score = |numbers: &[u32]| {
            self.for_each_block(numbers.len(), |index, slot| {
                let numbers = &numbers[index * rows..numbers.len().min((index + 1) * rows)];
                kernel.run(Read {
                    block: &mut slot.block,
                    numbers,
                    evaluate,
                });
            });
            self.blocks().map(Block::correct).sum::<usize>()
        };
        stretches.map(score).sum()
    }

    /// The blocks that hold images now.
    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.slots[..self.used].iter().map(|slot| &slot.block)
    }

    /// Calls `work` with each block's number and slot, for so many images.
    fn for_each_block(&mut self, images: usize, work: impl Fn(usize, &mut Slot) + Sync) {
        self.used = images.div_ceil(self.rows);
        let slots = &mut self.slots[..self.used];
        self.pool
            .for_each(slots, 1, |_, index, slot| work(index, &mut slot[0]));
    }
}

/// What a step does to every block of images.
#[derive(Clone, Copy)]
pub(super) struct Learn<'a> {
    pub digits: &'a Digits,
    pub deformations: Option<&'a Deformations>,
    pub parameters: &'a Parameters,
    pub pass: Pass,
    /// Classes, and images of the batch.
    pub sizes: [usize; 2],
    pub smoothing: f32,
}

/// The first half of a step: a block of images forward and back.
struct Images<'a> {
    slot: &'a mut Slot,
    numbers: &'a [u32],
    learn: Learn<'a>,
}

impl Task for Images<'_> {
    type Output = ();

    #[inline(always)]
    fn call<S: Simd>(self, simd: S) {
        let Images {
            slot: Slot { block, scratch },
            numbers,
            learn,
        } = self;
        let digits = learn.digits;
        let size = digits.width() * digits.height();
        match (learn.deformations, scratch) {
            (Some(deformations), Some(scratch)) => block.load(numbers, |number, row| {
                let image = digits.image(number as usize);
                deformations.draw(image, u64::from(number), scratch, &mut row[..size]);
                digits.class(number as usize)
            }),
            _ if block.numbers() == numbers => {}
            _ => copy(block, digits, numbers),
        }
        block.forward(simd, learn.parameters, &learn.pass);
        block.loss(simd, learn.sizes, learn.smoothing);
        block.backward(simd, learn.parameters);
    }
}

/// Takes images in as they are.
#[inline(always)]
fn copy(block: &mut Block, digits: &Digits, numbers: &[u32]) {
    let size = digits.width() * digits.height();
    block.load(numbers, |number, row| {
        row[..size].copy_from_slice(digits.image(number as usize));
        digits.class(number as usize)
    });
}

/// The second half of a step: the gradient of some cells over all images, and their update.
struct Weights<'a> {
    /// The cells, of `size` floats each.
    part: &'a mut [f32],
    size: usize,
    /// The number of the first.
    first: usize,
    layers: &'a [Layer],
    slots: &'a [Slot],
    gradients: &'a mut [[f32; CELL]],
    step: &'a Step,
}

impl Task for Weights<'_> {
    type Output = ();

    #[inline(always)]
    fn call<S: Simd>(self, simd: S) {
        let Weights {
            part,
            size,
            first,
            layers,
            slots,
            gradients,
            step,
        } = self;
        let gradients = &mut gradients[..part.len() / size];
        // The optimiser will want the cells when their gradient is done: they are fetched meanwhile.
        part.iter()
            .step_by(LANES)
            .for_each(|float| simd.prefetch(float));
        gradients.as_flattened_mut().fill(0.0);
        for slot in slots {
            for (number, gradient) in (first..).zip(&mut *gradients) {
                slot.block
                    .gradient(simd, &Parameters::place(layers, number), gradient);
            }
        }
        let cells = part.chunks_exact_mut(size).zip(gradients);
        for (number, (cell, gradient)) in (first..).zip(cells) {
            step.update(simd, &Parameters::place(layers, number), gradient, cell);
        }
    }
}

/// What reads a block of images.
#[derive(Clone, Copy)]
pub(super) struct Evaluate<'a> {
    pub digits: &'a Digits,
    pub parameters: &'a Parameters,
    pub pass: Pass,
    pub classes: usize,
}

/// A block of images forward alone.
struct Read<'a> {
    block: &'a mut Block,
    numbers: &'a [u32],
    evaluate: Evaluate<'a>,
}

impl Task for Read<'_> {
    type Output = ();

    #[inline(always)]
    fn call<S: Simd>(self, simd: S) {
        let Evaluate {
            digits,
            parameters,
            pass,
            classes,
        } = self.evaluate;
        copy(self.block, digits, self.numbers);
        self.block.forward(simd, parameters, &pass);
        self.block.score(classes);
    }
}
