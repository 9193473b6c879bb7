//! Where weights lie in memory.
//!
//! A layer's weights are an `(I + 1) x O` matrix whose last row is the bias: the weight of an input that is always 1.
//! It is cut into *cells* of 4096 weights, and everything about those weights lies together in their cell, in *planes*
//! one after another: the weights, the same transposed (for the backward product), their moving average, the moments
//! that the optimiser keeps. So a cell is one task: whoever computes its gradient updates it, all in its own cache. And
//! a column of cells is a panel of the forward product, as a row of transposed ones is of the backward product.
//!
//! A cell is 64 x 64, but higher and narrower where a layer has few outputs, so that the threads may share its columns.

use super::activation::Activation;
use super::network::{Dense, Network};
use super::order::Order;
use crate::engine::aligned::Aligned;
use crate::engine::view::{PANEL, Panel};
use crate::matrix::Matrix;

/// Weights in a plane of a cell.
pub const CELL: usize = PANEL * PANEL;

/// A plane of the cells, by its place in each of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plane(pub usize);

impl Plane {
    /// The weights.
    pub const WEIGHTS: Plane = Plane(0);
    /// The same, transposed.
    pub const TRANSPOSED: Plane = Plane(1);
    /// Their moving average, where one is kept. The optimiser's moments lie behind.
    pub const AVERAGE: Plane = Plane(2);
}

/// A layer's place among the cells. Its cells lie column of cells by column of cells.
#[derive(Clone, Copy, Debug)]
pub struct Layer {
    /// I, without the bias.
    pub inputs: usize,
    /// O.
    pub outputs: usize,
    /// Columns of a cell.
    pub width: usize,
    /// Its first cell.
    first: usize,
    /// Cells from top to bottom, the row of the bias included.
    down: usize,
}

impl Layer {
    /// A layer whose cells begin at number `first`.
    fn new(inputs: usize, outputs: usize, first: usize) -> Self {
        let width = match outputs {
            0..=16 => 16,
            17..128 => 32,
            _ => PANEL,
        };
        Layer { inputs, outputs, width, first, down: (inputs + 1).div_ceil(CELL / width) }
    }

    /// Rows of a cell.
    fn height(&self) -> usize {
        CELL / self.width
    }

    /// Cells from left to right: the number of panels.
    pub fn across(&self) -> usize {
        self.outputs.div_ceil(self.width)
    }

    /// The number of its cells.
    pub fn cells(&self) -> usize {
        self.down * self.across()
    }

    /// The cell that holds the weight (i, o), and where in it.
    fn find(&self, i: usize, o: usize) -> (usize, usize) {
        let cell = self.first + o / self.width * self.down + i / self.height();
        (cell, i % self.height() * self.width + o % self.width)
    }
}

/// A cell's place in its layer.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The layer's number, from 0.
    pub layer: usize,
    /// The first row (input) of the layer that the cell holds.
    pub input: usize,
    /// The rows that it holds, the bias not counted.
    pub inputs: usize,
    /// Whether the row after those is the bias.
    pub bias: bool,
    /// The first column (output).
    pub output: usize,
    /// The columns.
    pub outputs: usize,
    /// From a row to the next.
    pub width: usize,
}

/// A column of cells: some outputs of a layer, at most a panel.
#[derive(Clone, Copy)]
pub struct Column<'a> {
    /// I.
    pub inputs: usize,
    /// The outputs.
    pub outputs: usize,
    /// W (I x outputs).
    pub w: Panel<'a>,
    /// b (1 x outputs).
    pub bias: &'a [f32],
}

/// All weights of a network, and what the optimiser keeps with them.
#[derive(Clone)]
pub struct Parameters {
    activation: Activation,
    layers: Vec<Layer>,
    /// In which order the first layer has its inputs.
    order: Order,
    planes: usize,
    cells: Aligned,
}

impl Parameters {
    /// The weights of a network, and zeros in all other of `planes` planes, at least 2.
    pub fn new(network: &Network, planes: usize) -> Self {
        let sizes = network.sizes();
        let mut cells = 0;
        let place = |pair: &[usize]| {
            let layer = Layer::new(pair[0], pair[1], cells);
            cells += layer.cells();
            layer
        };
        let layers = sizes.windows(2).map(place).collect();
        let (activation, order) = (network.activation, Order::new(sizes[0]));
        let cells = Aligned::zeros(cells * planes * CELL);
        let mut parameters = Parameters { activation, layers, order, planes, cells };
        parameters.put(Plane::WEIGHTS, network);
        parameters
    }

    /// The function between the layers.
    pub fn activation(&self) -> Activation {
        self.activation
    }

    /// The layers, inputs to outputs.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// Floats of a cell in all planes.
    pub fn cell_size(&self) -> usize {
        self.planes * CELL
    }

    /// All cells, to be dealt out in parts of [`Parameters::cell_size`].
    pub fn cells_mut(&mut self) -> &mut [f32] {
        &mut self.cells
    }

    /// The place of cell number `cell`.
    pub fn place(layers: &[Layer], cell: usize) -> Place {
        let number = layers.partition_point(|layer| layer.first <= cell) - 1;
        let layer = &layers[number];
        let (width, height) = (layer.width, layer.height());
        let (input, output) = ((cell - layer.first) % layer.down * height, (cell - layer.first) / layer.down * width);
        let inputs = (layer.inputs - input).min(height);
        Place {
            layer: number,
            input,
            inputs,
            bias: inputs < height,
            output,
            outputs: (layer.outputs - output).min(width),
            width,
        }
    }

    /// A layer's column of cells from `output` on.
    pub fn column(&self, layer: usize, plane: Plane, output: usize) -> Column<'_> {
        let layer = &self.layers[layer];
        let Layer { inputs, outputs, width, .. } = *layer;
        let (top, _) = layer.find(0, output);
        let w = Panel { data: self.plane(top, plane), row: width, rows: layer.height(), segment: self.cell_size() };
        let (bottom, at) = layer.find(inputs, output);
        let outputs = (outputs - output).min(width);
        Column { inputs, outputs, w, bias: &self.plane(bottom, plane)[at..][..outputs] }
    }

    /// The rows of a layer's weights from `input` on that are in the same cell, as a panel of Wᵀ.
    pub fn transposed_panel(&self, layer: usize, input: usize) -> Panel<'_> {
        let layer = &self.layers[layer];
        let (cell, _) = layer.find(input, 0);
        Panel {
            data: &self.plane(cell, Plane::TRANSPOSED)[input % layer.height()..],
            row: layer.height(),
            rows: layer.width,
            segment: layer.down * self.cell_size(),
        }
    }

    /// The network of a plane.
    pub fn network(&self, plane: Plane) -> Network {
        let dense = |(number, layer): (usize, &Layer)| {
            let mut dense =
                Dense { weights: Matrix::zeros(layer.inputs, layer.outputs), bias: Matrix::zeros(1, layer.outputs) };
            for i in 0..=layer.inputs {
                let row = if i < layer.inputs { dense.weights.row_mut(i) } else { dense.bias.row_mut(0) };
                // A panel's outputs lie side by side.
                for (panel, part) in row.chunks_mut(layer.width).enumerate() {
                    let (cell, at) = self.find(number, i, panel * layer.width);
                    part.copy_from_slice(&self.plane(cell, plane)[at..][..part.len()]);
                }
            }
            dense
        };
        Network { activation: self.activation, layers: self.layers.iter().enumerate().map(dense).collect() }
    }

    /// Fills a plane. Where it is the weights' plane, the transposed one follows.
    ///
    /// # Panics
    /// Where the shapes are not the layers'.
    pub fn put(&mut self, plane: Plane, network: &Network) {
        for (number, Dense { weights, bias }) in network.layers.iter().enumerate() {
            let Layer { inputs, outputs, width, .. } = self.layers[number];
            assert_eq!(
                (weights.rows(), weights.columns(), bias.columns()),
                (inputs, outputs, outputs),
                "another shape"
            );
            for i in 0..=inputs {
                let row = if i < inputs { weights.row(i) } else { bias.row(0) };
                // A panel's outputs lie side by side. To find each by itself took nearly half of the time of `read`.
                for (panel, part) in row.chunks(width).enumerate() {
                    let (cell, at) = self.find(number, i, panel * width);
                    let begin = cell * self.cell_size();
                    self.cells[begin + plane.0 * CELL + at..][..part.len()].copy_from_slice(part);
                    if plane == Plane::WEIGHTS {
                        let column = self.cells[begin + Plane::TRANSPOSED.0 * CELL + at / width..].iter_mut();
                        column.step_by(CELL / width).zip(part).for_each(|(to, &value)| *to = value);
                    }
                }
            }
        }
    }

    /// The cell that holds the weight (i, o) of a layer, and where in it.
    fn find(&self, layer: usize, i: usize, o: usize) -> (usize, usize) {
        let ordered = layer == 0 && i < self.layers[0].inputs;
        let i = if ordered { self.order.place(i) } else { i };
        self.layers[layer].find(i, o)
    }

    /// The floats from a plane of a cell on.
    fn plane(&self, cell: usize, plane: Plane) -> &[f32] {
        &self.cells[cell * self.cell_size() + plane.0 * CELL..]
    }
}
