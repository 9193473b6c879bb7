//! Optimisers: how a weight w follows its gradient g, at learning rate η.
//!
//! ```text
//! sgd        w -= η g
//! momentum   m = μ m + g                w -= η m             Polyak 1964
//! nesterov   m = μ m + g                w -= η (g + μ m)     Sutskever et al., ICML 2013, as PyTorch writes it
//! adam       m = β1 m + (1 - β1) g      v = β2 v + (1 - β2) g²
//!            w -= η m' / (√v' + ε)      m' = m / (1 - β1^t), v' = v / (1 - β2^t)
//!                                       Kingma and Ba, ICLR 2015, algorithm 1
//! adamw      the same, and w -= η λ w   Loshchilov and Hutter, ICLR 2019, algorithm 2
//! ```
//!
//! A moment below 1e-30 in size becomes 0: see [`flushed`].
//!
//! L2 regularisation adds λ w to g, except in adamw, where the decay is decoupled; biases are spared.
//! The moving average of the weights is `a += (1 - d) (w - a)`, d the decay; early on d is held at (1 + t) / (10 + t),
//! so that the average forgets where the weights began.

use super::parameters::{CELL, Place};
use crate::engine::elementary::{flushed, power};
use crate::engine::pack::pack;
use crate::engine::simd::Simd;
use crate::engine::view::Strided;
use std::ops::Range;

/// μ
pub(super) const MOMENTUM: f32 = 0.9;
/// β1
pub(super) const BETA_1: f64 = 0.9;
/// β2
pub(super) const BETA_2: f64 = 0.999;
/// ε
pub(super) const EPSILON: f32 = 1e-8;

/// How weights follow their gradients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Optimizer {
    /// Gradient descent.
    Sgd,
    /// Heavy-ball momentum.
    Momentum,
    /// Nesterov's momentum.
    Nesterov,
    /// Adaptive moments.
    Adam,
    /// Adaptive moments with decoupled weight decay.
    AdamW,
}

impl Optimizer {
    /// All of them, by the names that users type.
    pub const NAMES: [(&str, Optimizer); 5] = [
        ("sgd", Optimizer::Sgd),
        ("momentum", Optimizer::Momentum),
        ("nesterov", Optimizer::Nesterov),
        ("adam", Optimizer::Adam),
        ("adamw", Optimizer::AdamW),
    ];

    /// Moments that it keeps of each weight: m, or m and v.
    pub fn moments(self) -> usize {
        match self {
            Optimizer::Sgd => 0,
            Optimizer::Momentum | Optimizer::Nesterov => 1,
            Optimizer::Adam | Optimizer::AdamW => 2,
        }
    }
}

/// One step of an optimiser, for all weights.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    optimizer: Optimizer,
    /// η; adam's is corrected by 1 / (1 - β1^t).
    rate: f32,
    /// 1 / √(1 - β2^t)
    second_correction: f32,
    /// λ added to the gradient.
    l2: f32,
    /// 1 - η λ, the decoupled decay.
    keep: f32,
    /// 1 - d.
    average: f32,
}

/// What stays the same from step to step.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The rule.
    pub optimizer: Optimizer,
    /// λ.
    pub l2: f32,
    /// The decay d of the moving average, 0 for none.
    pub average: f32,
}

impl Settings {
    /// Planes of a cell: the weights, the same transposed, their average, the moments.
    pub fn planes(&self) -> usize {
        2 + usize::from(self.averages()) + self.optimizer.moments()
    }

    /// Whether a moving average is kept.
    pub fn averages(&self) -> bool {
        self.average > 0.0
    }

    /// Step `t`, counted from 1, at the learning rate `rate`.
    pub fn step(&self, t: u64, rate: f32) -> Step {
        let Settings { optimizer, l2, average } = *self;
        let decoupled = optimizer == Optimizer::AdamW;
        let adaptive = optimizer.moments() == 2;
        let correction = |beta| 1.0 - power(beta, t);
        let warm = (1.0 + t as f32) / (10.0 + t as f32);
        Step {
            optimizer,
            rate: if adaptive { (f64::from(rate) / correction(BETA_1)) as f32 } else { rate },
            second_correction: (1.0 / correction(BETA_2).sqrt()) as f32,
            l2: if decoupled { 0.0 } else { l2 },
            keep: if decoupled { 1.0 - rate * l2 } else { 1.0 },
            average: if average > 0.0 { 1.0 - average.min(warm) } else { 0.0 },
        }
    }
}

impl Step {
    /// Updates a cell by its gradient.
    #[inline(always)]
    pub fn update<S: Simd>(&self, simd: S, place: &Place, gradient: &[f32; CELL], cell: &mut [f32]) {
        let weights = place.inputs * place.width;
        self.update_range(simd, 0..weights, gradient, cell, self.l2, self.keep);
        if place.bias {
            let bias = weights..weights + place.width;
            self.update_range(simd, bias, gradient, cell, 0.0, 1.0);
        }
        // The first layer's inputs are pixels: no gradient goes back to them.
        if place.layer > 0
            && let [weights, transposed, ..] = cell.as_chunks_mut::<CELL>().0
        {
            let columns = Strided { data: weights, row: 1, column: place.width };
            pack(simd, [place.width, CELL / place.width], columns, transposed);
        }
    }

    /// Updates the weights of `range`.
    #[inline(always)]
    fn update_range<S: Simd>(
        &self,
        simd: S,
        range: Range<usize>,
        gradient: &[f32; CELL],
        cell: &mut [f32],
        l2: f32,
        keep: f32,
    ) {
        let (planes, _) = cell.as_chunks_mut::<CELL>();
        let (network, moments) = planes.split_at_mut(if self.average > 0.0 { 3 } else { 2 });
        let w = network[0][range.clone()].iter_mut();
        let weights = w.zip(&gradient[range.clone()]).map(|(w, &g)| {
            let g = simd.fma(l2, *w, g);
            (w, g)
        });
        match (self.optimizer, moments) {
            (Optimizer::Sgd, _) => weights.for_each(|(w, g)| *w = simd.fma(-self.rate, g, *w)),
            (Optimizer::Momentum, [m]) => {
                for ((w, g), m) in weights.zip(&mut m[range.clone()]) {
                    *m = flushed(simd.fma(MOMENTUM, *m, g));
                    *w = simd.fma(-self.rate, *m, *w);
                }
            }
            (Optimizer::Nesterov, [m]) => {
                for ((w, g), m) in weights.zip(&mut m[range.clone()]) {
                    *m = flushed(simd.fma(MOMENTUM, *m, g));
                    *w = simd.fma(-self.rate, simd.fma(MOMENTUM, *m, g), *w);
                }
            }
            (_, [m, v]) => {
                for (((w, g), m), v) in weights.zip(&mut m[range.clone()]).zip(&mut v[range.clone()]) {
                    *m = flushed(simd.fma((1.0 - BETA_1) as f32, g - *m, *m));
                    *v = flushed(simd.fma((1.0 - BETA_2) as f32, simd.fma(g, g, -*v), *v));
                    let root = simd.fma(v.sqrt(), self.second_correction, EPSILON);
                    *w = keep * *w - self.rate * (*m / root);
                }
            }
            (optimizer, moments) => unreachable!("{optimizer:?} with {} moments", moments.len()),
        }
        if let [w, _, average] = network {
            for (a, w) in average[range.clone()].iter_mut().zip(&w[range]) {
                *a = simd.fma(self.average, *w - *a, *a);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::simd::Portable;

    #[test]
    fn small_moments_become_0() {
        for (optimizer, average) in
            [(Optimizer::Momentum, 0.0), (Optimizer::Nesterov, 0.5), (Optimizer::Adam, 0.0), (Optimizer::AdamW, 0.5)]
        {
            let settings = Settings { optimizer, l2: 0.0, average };
            let mut cell = vec![1e-30; settings.planes() * CELL];
            settings.step(1, 0.1).update_range(Portable, 0..CELL, &[0.0; CELL], &mut cell, 0.0, 1.0);
            let moments = &cell[(settings.planes() - optimizer.moments()) * CELL..];
            assert!(moments.iter().all(|&moment| moment == 0.0), "{optimizer:?}");
        }
    }
}
