//! The outputs of a hidden layer for a batch, as tiles of some images by some units.
//!
//! A tile has as many units as a cell of the layer's weights is wide, and as many images as a block has. It holds the
//! units' values and, beside them, the derivatives by Z. One tile is one task, forward and backward.

use super::dense::{self, Input};
use super::dropout::Dropout;
use super::parameters::{Parameters, Plane};
use crate::engine::aligned::Aligned;
use crate::engine::masked;
use crate::engine::simd::{LANES, Simd, Task};
use crate::engine::view::{Rows, Strided, Tiled};
use crate::random::{Purpose, Stream};

/// What a forward pass depends on besides the weights.
#[derive(Clone, Copy, Debug)]
pub struct Pass {
    /// Which weights are used: the trained ones, or their average.
    pub plane: Plane,
    /// Used while training only.
    pub dropout: Option<Dropout>,
    /// The seed of the dropout. Each image has its own random stream: of the seed, the epoch and the image's number.
    pub seed: u64,
    /// The epoch, from 0.
    pub epoch: u64,
}

impl Pass {
    /// A pass without dropout, to evaluate and to predict.
    pub fn evaluation(plane: Plane) -> Self {
        Pass { plane, dropout: None, seed: 0, epoch: 0 }
    }
}

/// A hidden layer's outputs. Its tiles lie panel by panel, so that neighbours read the same weights.
pub struct Hidden {
    tiles: Aligned,
    grid: Grid,
}

/// The layout of a layer's tiles.
#[derive(Clone, Copy)]
pub struct Grid {
    /// Images in a tile.
    pub rows: usize,
    /// Units in a tile.
    pub width: usize,
    /// Units of the layer.
    units: usize,
    /// Blocks of images: the number of tiles in a panel.
    blocks: usize,
}

impl Grid {
    /// Floats in a tile: H = f(Z), then f'(Z). The backward pass overwrites f'(Z) with dZ.
    pub fn size(&self) -> usize {
        2 * self.rows * self.width
    }

    /// The block of images of tile `index`, and its first unit.
    pub fn place(&self, index: usize) -> (usize, usize) {
        (index % self.blocks, index / self.blocks * self.width)
    }
}

impl Hidden {
    /// Room for `blocks` blocks of `rows` images, in tiles of `width` units.
    pub fn new(units: usize, width: usize, blocks: usize, rows: usize) -> Self {
        let grid = Grid { rows, width, units, blocks };
        Hidden { tiles: Aligned::zeros(units.div_ceil(width) * blocks * grid.size()), grid }
    }

    /// All tiles, to be dealt out in parts of [`Grid::size`].
    pub fn tiles_mut(&mut self) -> (Grid, &mut [f32]) {
        (self.grid, &mut self.tiles)
    }

    /// The only tile of a layer of one tile.
    pub fn tile(&mut self, number: usize) -> Tile<'_> {
        Tile { number, grid: self.grid, unit: 0, floats: &mut self.tiles }
    }

    /// H for a block of images: what the next layer receives.
    pub fn values(&self, block: usize) -> Tiled<'_> {
        self.tiled(block * self.grid.size())
    }

    /// dZ for a block of images.
    pub fn deltas(&self, block: usize) -> Tiled<'_> {
        self.tiled(block * self.grid.size() + self.grid.rows * self.grid.width)
    }

    /// The tiles of a block from the float `at` on.
    fn tiled(&self, at: usize) -> Tiled<'_> {
        let Grid { width, blocks, .. } = self.grid;
        Tiled {
            first: Strided { data: &self.tiles[at..], row: width, column: 1 },
            columns: width,
            segment: blocks * self.grid.size(),
        }
    }
}

/// A tile of layer `number`, from its first unit on.
pub struct Tile<'a> {
    /// The layer.
    pub number: usize,
    /// Where its tiles are.
    pub grid: Grid,
    /// The tile's first unit.
    pub unit: usize,
    /// The tile.
    pub floats: &'a mut [f32],
}

/// Forward: `H = f(X·W + b)` and `f'`, for a tile.
pub struct Forward<'a> {
    /// The tile to fill.
    pub tile: Tile<'a>,
    /// The layer's input.
    pub x: Input<'a>,
    /// The images, by their numbers.
    pub numbers: &'a [u32],
    /// W and b.
    pub parameters: &'a Parameters,
    /// f and the dropout.
    pub pass: &'a Pass,
}

impl Task for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn call<S: Simd>(self, simd: S) {
        let Forward { tile, x, numbers, parameters, pass } = self;
        let Tile { number, grid: Grid { rows, width, units, .. }, unit, floats } = tile;
        let (values, slopes) = floats.split_at_mut(rows * width);
        let column = parameters.column(number, pass.plane, unit);
        dense::forward(simd, x, column, numbers.len(), Rows { data: values, row: width });
        let columns = (units - unit).min(width).next_multiple_of(LANES);
        let rows = values.chunks_exact_mut(width).zip(slopes.chunks_exact_mut(width));
        for ((values, slopes), &image) in rows.zip(numbers) {
            let (values, slopes) = (&mut values[..columns], &mut slopes[..columns]);
            parameters.activation().forward(simd, values, slopes);
            if let Some(dropout) = pass.dropout {
                let index = (number as u64) << 32 | u64::from(image);
                let random = Stream::new(pass.seed, Purpose::Dropout, pass.epoch, index);
                dropout.apply(random, unit, values, slopes);
            }
        }
    }
}

/// Backward: `dZ = dH ∘ f'(Z)`, for a tile that [`Forward`] filled: `dH = dZ'·W'ᵀ`, with dZ' and W' of the next layer.
pub struct Backward<'a> {
    /// The tile, in which f'(Z) becomes dZ.
    pub tile: Tile<'a>,
    /// The next layer's dZ.
    pub dz: Tiled<'a>,
    /// Images of the tile.
    pub images: usize,
    /// W and b.
    pub parameters: &'a Parameters,
    /// Room for the tile's dH.
    pub dh: &'a mut [f32],
}

impl Task for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn call<S: Simd>(self, simd: S) {
        let Backward { tile, dz, images, parameters, dh } = self;
        let Grid { rows, width, units, .. } = tile.grid;
        let units = (units - tile.unit).min(width);
        let next = tile.number + 1;
        let sizes = [images, parameters.layers()[next].outputs, units];
        let w = parameters.transposed_panel(next, tile.unit);
        masked::multiply(simd, sizes, dz, w, Rows { data: dh, row: width });
        let deltas = tile.floats[rows * width..].chunks_exact_mut(width);
        for (deltas, dh) in deltas.zip(dh.chunks_exact(width)).take(images) {
            let deltas = deltas[..units].iter_mut();
            deltas.zip(dh).for_each(|(delta, dh)| *delta *= dh);
        }
    }
}
