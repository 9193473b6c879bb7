//! Ranges of numbers, round ticks for them, and a frame to plot in.

use super::canvas::{Align, Point};
use super::font::CAPITAL;
use super::image::Image;
use super::page::{BODY, FAINT, NOTE, RULE};
use crate::engine::elementary::ln;
use crate::engine::simd::Portable;

/// The numbers from `low` to `high` along one side of a plot.
#[derive(Clone, Copy)]
pub(super) struct Axis {
    pub(super) low: f64,
    pub(super) high: f64,
    scale: Scale,
}

#[derive(Clone, Copy)]
enum Scale {
    /// Ticks at whole multiples of this step.
    Linear(f64),
    /// Ticks at [`ROUND`] numbers. Where 0 is among the values, the lowest tick stands for it.
    Logarithmic { with_0: bool },
}

/// 1, 2 and 5 times the powers of ten that errors in percent can have.
#[rustfmt::skip]
const ROUND: [f64; 19] = [
    0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0,
];

impl Axis {
    /// Ticks at whole numbers only.
    pub(super) fn whole(low: f64, high: f64, most: f64) -> Self {
        Self { low, high, scale: Scale::Linear(round_step((high - low) / most).max(1.0)) }
    }

    /// One whole number alone, in the middle.
    pub(super) fn only(number: f64) -> Self {
        Self { low: number - 0.5, high: number + 0.5, scale: Scale::Linear(1.0) }
    }

    /// Ticks at 1, 2 or 5 times a power of ten, `most` steps at most; the ends are moved outwards to the next ticks.
    pub(super) fn rounded(low: f64, high: f64, most: f64) -> Self {
        let step = round_step((high - low) / most);
        let (low, high) = ((low / step + 1e-6).floor() * step, (high / step - 1e-6).ceil() * step);
        Self { low, high, scale: Scale::Linear(step) }
    }

    /// Numbers from 0 to 100 on a logarithmic scale. Zeros are at its lower end, apart from the others.
    pub(super) fn logarithmic(values: impl Iterator<Item = f64> + Clone) -> Self {
        let with_0 = values.clone().any(|value| value <= 0.0);
        let above_0 = values.filter(|&value| value > 0.0);
        let least = above_0.clone().reduce(f64::min).unwrap_or(1.0);
        let most = above_0.reduce(f64::max).unwrap_or(1.0);
        let last = ROUND.len() - 1;
        let low = ROUND.iter().rposition(|&tick| tick <= least).unwrap_or(0);
        let low = low.saturating_sub(usize::from(with_0)).min(last - 1);
        let high = ROUND.iter().position(|&tick| tick >= most).unwrap_or(last).max(low + 1);
        Self { low: ROUND[low], high: ROUND[high], scale: Scale::Logarithmic { with_0 } }
    }

    /// The numbers with a tick.
    pub(super) fn ticks(&self) -> Vec<f64> {
        let Scale::Linear(step) = self.scale else {
            return ROUND.into_iter().filter(|tick| (self.low..=self.high).contains(tick)).collect();
        };
        let first = (self.low / step - 1e-6).ceil();
        let count = (self.high / step + 1e-6).floor() - first;
        (0..=count as i32).map(|i| (first + f64::from(i)) * step).collect()
    }

    /// A tick's number with the decimals that the step needs, and those of the very large and small by their exponent.
    pub(super) fn label(&self, tick: f64) -> String {
        let step = match self.scale {
            Scale::Linear(step) => step,
            Scale::Logarithmic { with_0: true } if tick <= self.low => return "0".to_owned(),
            Scale::Logarithmic { .. } => return tick.to_string(),
        };
        let largest = self.low.abs().max(self.high.abs());
        if largest >= 1e6 || step < 1e-4 {
            return format!("{tick:.1e}");
        }
        let decimals = [1.0, 10.0, 100.0, 1000.0].iter().position(|power| power * step > 0.99).unwrap_or(4);
        format!("{tick:.decimals$}")
    }

    /// Where a number is, as a share of the axis.
    pub(super) fn share(&self, value: f64) -> f64 {
        let place = |value: f64| match self.scale {
            Scale::Linear(_) => value,
            Scale::Logarithmic { .. } => f64::from(ln(Portable, value.max(self.low) as f32)),
        };
        (place(value) - place(self.low)) / (place(self.high) - place(self.low))
    }
}

/// The least of 1, 2, 5 times a power of ten that is not below `least`.
fn round_step(least: f64) -> f64 {
    let mut power = 1.0;
    while power * 10.0 <= least {
        power *= 10.0;
    }
    while power > least && power > 1e-30 {
        power /= 10.0;
    }
    [1.0, 2.0, 5.0, 10.0].map(|times| times * power).into_iter().find(|&step| step >= least).unwrap_or(10.0 * power)
}

/// A rectangle to plot in, with its two axes.
pub(super) struct Plot {
    pub(super) left: i32,
    pub(super) top: i32,
    pub(super) width: i32,
    pub(super) height: i32,
    pub(super) x: Axis,
    pub(super) y: Axis,
}

impl Plot {
    /// Where the numbers are on the page.
    pub(super) fn at(&self, x: f64, y: f64) -> Point {
        let right = self.left as f64 + self.x.share(x) * f64::from(self.width);
        let down = self.top as f64 + (1.0 - self.y.share(y)) * f64::from(self.height);
        (right as f32, down as f32)
    }

    /// Lines across at the ticks of y, short ones below at those of x, and their numbers.
    pub(super) fn axes(&self, image: &mut Image, x_name: &str) {
        let (right, bottom) = (self.left + self.width, self.top + self.height);
        for tick in self.y.ticks() {
            let y = self.at(self.x.low, tick).1.round() as i32;
            image.fill(self.left, y - 1, self.width, 2, RULE);
            let label = self.y.label(tick);
            image.text(self.left - 12, y - CAPITAL * BODY / 2, Align::Right, NOTE, &label);
        }
        image.fill(self.left, bottom - 1, self.width, 2, FAINT);
        for tick in self.x.ticks() {
            let x = self.at(tick, self.y.low).0.round() as i32;
            image.fill(x - 1, bottom + 1, 2, 8, FAINT);
            image.text(x, bottom + 18, Align::Centre, NOTE, &self.x.label(tick));
        }
        image.text(right, bottom + 46, Align::Right, NOTE, x_name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: Axis) -> Vec<String> {
        axis.ticks().into_iter().map(|tick| axis.label(tick)).collect()
    }

    #[test]
    fn ticks_are_round_numbers() {
        assert_eq!(labels(Axis::rounded(0.0, 2.31, 5.0)), ["0.0", "0.5", "1.0", "1.5", "2.0", "2.5"]);
        assert_eq!(labels(Axis::rounded(97.13, 99.4, 5.0)), ["97.0", "97.5", "98.0", "98.5", "99.0", "99.5"]);
        assert_eq!(labels(Axis::rounded(0.0, 0.0003, 5.0)), ["0.0000", "0.0001", "0.0002", "0.0003"]);
        assert_eq!(labels(Axis::rounded(0.0, 3e9, 5.0)), ["0.0e0", "1.0e9", "2.0e9", "3.0e9"]);
    }

    #[test]
    fn errors_have_a_logarithmic_scale() {
        let errors = |values: &[f64]| Axis::logarithmic(values.iter().copied());
        assert_eq!(labels(errors(&[12.3, 0.6])), ["0.5", "1", "2", "5", "10", "20"]);
        assert_eq!(labels(errors(&[0.0, 0.6])), ["0", "0.5", "1"]);
        assert_eq!(labels(errors(&[0.0])), ["0", "1"]);
        assert_eq!(labels(errors(&[100.0])), ["50", "100"]);
        assert_eq!(labels(errors(&[])), ["1", "2"]);
        let axis = errors(&[10.0, 0.1]);
        // From 0.1 to 10 are two factors of ten.
        assert!((axis.share(1.0) - 0.5).abs() < 1e-6 && axis.share(0.0) == 0.0 && axis.share(10.0) == 1.0);
    }

    #[test]
    fn epochs_are_whole_numbers() {
        assert_eq!(labels(Axis::only(1.0)), ["1"]);
        assert_eq!(labels(Axis::whole(1.0, 3.0, 6.0)), ["1", "2", "3"]);
        assert_eq!(labels(Axis::whole(1.0, 1000.0, 6.0)), ["200", "400", "600", "800", "1000"]);
    }
}
