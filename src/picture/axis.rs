//! Ranges of numbers, round ticks for them, and a frame to plot in.

use super::canvas::{Align, Point};
use super::font::CAPITAL;
use super::image::Image;
use super::page::{BODY, FAINT, NOTE, RULE};

/// The numbers from `low` to `high` along one side of a plot, with ticks at whole multiples of `step`.
#[derive(Clone, Copy)]
pub(super) struct Axis {
    pub(super) low: f64,
    pub(super) high: f64,
    step: f64,
}

impl Axis {
    /// Ticks at 1, 2 or 5 times a power of ten, `most` steps at most; the ends are as given.
    pub(super) fn new(low: f64, high: f64, most: f64) -> Self {
        Self { low, high, step: round_step((high - low) / most) }
    }

    /// Ticks at whole numbers only.
    pub(super) fn whole(low: f64, high: f64, most: f64) -> Self {
        Self { low, high, step: round_step((high - low) / most).max(1.0) }
    }

    /// One whole number alone, in the middle.
    pub(super) fn only(number: f64) -> Self {
        Self { low: number - 0.5, high: number + 0.5, step: 1.0 }
    }

    /// The ends moved outwards to the next ticks.
    pub(super) fn rounded(low: f64, high: f64, most: f64) -> Self {
        let Self { step, .. } = Self::new(low, high, most);
        Self { low: (low / step + 1e-6).floor() * step, high: (high / step - 1e-6).ceil() * step, step }
    }

    /// The numbers with a tick.
    pub(super) fn ticks(&self) -> impl Iterator<Item = f64> {
        let (first, step) = ((self.low / self.step - 1e-6).ceil(), self.step);
        let count = (self.high / step + 1e-6).floor() - first;
        (0..=count as i32).map(move |i| (first + f64::from(i)) * step)
    }

    /// A tick's number with the decimals that the step needs, and those of the very large and small by their exponent.
    pub(super) fn label(&self, tick: f64) -> String {
        let largest = self.low.abs().max(self.high.abs());
        if largest >= 1e6 || self.step < 1e-4 {
            return format!("{tick:.1e}");
        }
        let decimals = [1.0, 10.0, 100.0, 1000.0].iter().position(|power| power * self.step > 0.99).unwrap_or(4);
        format!("{tick:.decimals$}")
    }

    /// Where a number is, as a share of the axis.
    pub(super) fn share(&self, value: f64) -> f64 {
        (value - self.low) / (self.high - self.low)
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
        axis.ticks().map(|tick| axis.label(tick)).collect()
    }

    #[test]
    fn ticks_are_round_numbers() {
        assert_eq!(labels(Axis::rounded(0.0, 2.31, 5.0)), ["0.0", "0.5", "1.0", "1.5", "2.0", "2.5"]);
        assert_eq!(labels(Axis::rounded(97.13, 99.4, 5.0)), ["97.0", "97.5", "98.0", "98.5", "99.0", "99.5"]);
        assert_eq!(labels(Axis::rounded(0.0, 0.0003, 5.0)), ["0.0000", "0.0001", "0.0002", "0.0003"]);
        assert_eq!(labels(Axis::rounded(0.0, 3e9, 5.0)), ["0.0e0", "1.0e9", "2.0e9", "3.0e9"]);
    }

    #[test]
    fn epochs_are_whole_numbers() {
        assert_eq!(labels(Axis::only(1.0)), ["1"]);
        assert_eq!(labels(Axis::whole(1.0, 3.0, 6.0)), ["1", "2", "3"]);
        assert_eq!(labels(Axis::whole(1.0, 1000.0, 6.0)), ["200", "400", "600", "800", "1000"]);
    }
}
