//! A batch on all threads: layer by layer forward and back, then the weights.
//!
//! Each pass over a layer deals its tiles or cells to the threads, always in the same way: a thread computes the
//! units of a panel for all images, and updates the weights that lead to them. So weights, and what the optimiser
//! keeps with them, stay in the cache of one core; what goes from core to core between the passes is the
//! activations, and they are few.
//!
//! Were the images dealt to the threads instead, every core would read all weights, and to write a weight
//! that another core has read costs far more than to compute it. `src/engine/measurements.md` has the
//! figures and what else was tried.

use super::block::{Block, Finish, Goal};
use super::dense::{self, Input};
use super::hidden::{Backward, Forward, Hidden, Pass, Tile};
use super::optimizer::Step;
use super::parameters::{CELL, Layer, Parameters, Place};
use crate::engine::Engine;
use crate::engine::aligned::Aligned;
use crate::engine::pool::{Deal, Pool};
use crate::engine::product::Start;
use crate::engine::simd::{Simd, Task};
use std::sync::Mutex;

/// A batch of images, and all that the network makes of them.
pub struct Batch {
    layers: Vec<Layer>,
    blocks: Vec<Block>,
    /// Blocks that hold images now.
    used: usize,
    /// Images of a block.
    rows: usize,
    /// The outputs of the hidden layers, up to the last one that has several panels.
    wide: Vec<Hidden>,
    /// The cells of each layer, dealt as its tiles are.
    cells: Deal,
    /// Each thread's room for the gradient of a cell, or a tile of dH.
    scratch: Vec<Mutex<Aligned>>,
}

impl Batch {
    /// Room for `capacity` images, to be worked on by `threads` threads.
    pub fn new(layers: &[Layer], capacity: usize, threads: usize) -> Self {
        // The more images a block has, the more share each weight that is fetched; but a tile of activations is
        // to stay in the first-level cache, as a cell of weights does (128 images instead of 64 by 32 units made
        // the full batch of 784-64-32-16-10 a tenth faster). And there are as many blocks as threads at least,
        // where the batch is that large.
        let widest = layers.iter().map(|layer| layer.width).max();
        let most = CELL / widest.expect("a network has a layer");
        let rows = capacity.div_ceil(threads).min(most);
        let blocks = capacity.div_ceil(rows);
        let (_, hidden) = layers.split_last().expect("a network has a layer");
        let wide = hidden.iter().rposition(|layer| layer.across() > 1);
        let wide = wide.map_or(0, |last| last + 1);
        let block = |_| Block::new(layers, wide, rows);
        let hidden = |layer: &Layer| Hidden::new(layer.outputs, layer.width, blocks, rows);
        Batch {
            layers: layers.to_vec(),
            blocks: (0..blocks).map(block).collect(),
            used: 0,
            rows,
            wide: layers[..wide].iter().map(hidden).collect(),
            cells: Deal::new(layers.iter().map(Layer::cells), threads),
            scratch: (0..threads).map(|_| Mutex::new(Aligned::zeros(CELL))).collect(),
        }
    }

    /// Takes in the images `numbers`: `load` gets the thread's number, a block and its images.
    pub fn load(&mut self, pool: &mut Pool, numbers: &[u32], load: impl Fn(usize, &mut Block, &[u32]) + Sync) {
        let rows = self.rows;
        self.used = numbers.len().div_ceil(rows);
        pool.for_each(&mut self.blocks[..self.used], 1, |thread, index, block| {
            let numbers = &numbers[index * rows..numbers.len().min((index + 1) * rows)];
            load(thread, &mut block[0], numbers);
        });
    }

    /// Images that there is room for.
    pub fn capacity(&self) -> usize {
        self.blocks.len() * self.rows
    }

    /// The blocks that hold images now.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks[..self.used]
    }

    /// From the pixels to the goal.
    pub fn forward(&mut self, Engine { kernel, pool }: &mut Engine, parameters: &Parameters, pass: &Pass, goal: Goal) {
        let (blocks, scratch) = (&self.blocks[..self.used], &self.scratch);
        for number in 0..self.wide.len() {
            let (before, rest) = self.wide.split_at_mut(number);
            let (grid, tiles) = rest[0].tiles_mut();
            pool.for_each(tiles, grid.size(), |_, index, floats| {
                let (block, unit) = grid.place(index);
                // The last batch of an epoch may be a small one.
                let Some(Block { images, .. }) = blocks.get(block) else {
                    return;
                };
                kernel.run(Forward {
                    tile: Tile { number, grid, unit, floats },
                    x: before.last().map_or_else(|| images.input(), |before| Input::Dense(before.values(block))),
                    numbers: images.numbers(),
                    parameters,
                    pass,
                });
            });
        }
        let wide = self.wide.last();
        pool.for_each(&mut self.blocks[..self.used], 1, |thread, index, block| {
            kernel.run(Finish {
                block: &mut block[0],
                x: wide.map(|wide| wide.values(index)),
                parameters,
                pass,
                goal,
                dh: &mut scratch[thread].lock().expect("no other thread has it"),
            });
        });
    }

    /// From the derivatives of the last layer to those of the first.
    pub fn backward(&mut self, Engine { kernel, pool }: &mut Engine, parameters: &Parameters) {
        let (blocks, scratch) = (&self.blocks[..self.used], &self.scratch);
        for number in (0..self.wide.len()).rev() {
            let (before, after) = self.wide.split_at_mut(number + 1);
            let (grid, tiles) = before[number].tiles_mut();
            pool.for_each(tiles, grid.size(), |thread, index, floats| {
                let (block, unit) = grid.place(index);
                let Some(last) = blocks.get(block) else {
                    return;
                };
                kernel.run(Backward {
                    tile: Tile { number, grid, unit, floats },
                    dz: after.first().map_or_else(|| last.deltas(0), |after| after.deltas(block)),
                    images: last.images.numbers().len(),
                    parameters,
                    dh: &mut scratch[thread].lock().expect("no other thread has it"),
                });
            });
        }
    }

    /// One step of the optimiser: every weight against its gradient over the images.
    pub fn update(&mut self, Engine { kernel, pool }: &mut Engine, parameters: &mut Parameters, step: &Step) {
        let batch = &*self;
        let size = parameters.cell_size();
        pool.for_each_dealt(&self.cells, parameters.cells_mut(), size, |thread, index, cell| {
            let mut gradient = batch.scratch[thread].lock().expect("no other thread has it");
            kernel.run(Update {
                cell,
                place: Parameters::place(&batch.layers, index),
                batch,
                gradient: &mut gradient,
                step,
            });
        });
    }
}

/// The gradient of a cell over all images, and its update.
struct Update<'a> {
    cell: &'a mut [f32],
    place: Place,
    batch: &'a Batch,
    gradient: &'a mut [f32],
    step: &'a Step,
}

impl Task for Update<'_> {
    type Output = ();

    #[inline(always)]
    fn call<S: Simd>(self, simd: S) {
        let Update { cell, place, batch, gradient, step } = self;
        let Some((gradient, _)) = gradient.split_first_chunk_mut::<CELL>() else {
            unreachable!("there is room for a cell");
        };
        // Columns beyond the outputs hold zeros; nothing else writes them.
        if place.outputs < place.width {
            gradient.fill(0.0);
        }
        let wide = &batch.wide;
        for (index, block) in batch.blocks().iter().enumerate() {
            let x = match place.layer.checked_sub(1) {
                None => block.images.input(),
                Some(before) if before < wide.len() => Input::Dense(wide[before].values(index)),
                Some(before) => Input::Dense(block.values(before - wide.len())),
            };
            let dz = match wide.get(place.layer) {
                Some(layer) => layer.deltas(index),
                None => block.deltas(place.layer - wide.len()),
            };
            let images = block.images.numbers().len();
            let start = if index == 0 { Start::Zero } else { Start::Continue };
            dense::gradient(simd, x, images, dz.from_column(place.output), &place, gradient, start);
        }
        step.update(simd, &place, gradient, cell);
    }
}
