//! A hidden layer: a square for each unit, as strong as it is active.

use super::image::Image;
use super::page::{INK, RULE};
use super::weights::signed;
use crate::names::counted;

/// Units drawn of a layer at most, and framed as its strongest.
const MOST: usize = 1024;
const FRAMED: usize = 8;
/// The side of a unit, in pixels: the least and the most.
const STEP: [usize; 2] = [4, 28];

/// A hidden layer as a grid of its units.
pub(super) struct Layer {
    /// The activations that are drawn, in the order of the units.
    values: Vec<f32>,
    /// The places of the strongest.
    framed: Vec<usize>,
    columns: usize,
    /// From a unit to the next, in pixels.
    step: usize,
    /// The largest size of an activation.
    limit: f32,
}

impl Layer {
    /// About `side` pixels wide.
    pub fn new(values: &[f32], side: usize) -> Self {
        let strongest_first = |values: &[f32]| {
            let mut order: Vec<usize> = (0..values.len()).collect();
            order.sort_by(|&a, &b| values[b].abs().total_cmp(&values[a].abs()));
            order
        };
        let mut shown = strongest_first(values);
        shown.truncate(MOST);
        shown.sort_unstable();
        let values: Vec<f32> = shown.into_iter().map(|unit| values[unit]).collect();
        let mut framed = strongest_first(&values);
        framed.truncate(FRAMED);
        let columns = values.len().isqrt() + usize::from(values.len().isqrt().pow(2) < values.len());
        let limit = values.iter().fold(0.0, |most: f32, value| most.max(value.abs()));
        Layer { step: (side / columns).clamp(STEP[0], STEP[1]), values, framed, columns, limit }
    }

    pub fn width(&self) -> i32 {
        (self.columns * self.step) as i32
    }

    pub fn height(&self) -> i32 {
        (self.values.len().div_ceil(self.columns) * self.step) as i32
    }

    pub fn draw(&self, image: &mut Image, (x, y): (i32, i32)) {
        let inner = self.step as i32 - 1;
        let place = |unit: usize| {
            let (row, column) = (unit / self.columns, unit % self.columns);
            (x + (column * self.step) as i32, y + (row * self.step) as i32)
        };
        for (unit, value) in self.values.iter().enumerate() {
            let (x, y) = place(unit);
            image.fill(x, y, inner, inner, signed(if self.limit > 0.0 { value / self.limit } else { 0.0 }));
        }
        image.frame(x, y, self.width() - 1, self.height() - 1, 1, RULE);
        for &unit in &self.framed {
            let (x, y) = place(unit);
            image.frame(x, y, inner, inner, 1, INK);
        }
    }
}

/// What stands above a layer.
pub(super) fn heading(number: usize, units: usize) -> String {
    if units > MOST {
        format!("layer {number}: {MOST} strongest of {units}")
    } else {
        format!("layer {number}: {}", counted(units, "unit"))
    }
}
