//! Learning-rate schedules: the rate at a share of the training.
//!
//! One-cycle: L. N. Smith and N. Topin, "Super-Convergence", arXiv 1708.07120. Cosine: I. Loshchilov and F. Hutter,
//! "SGDR", ICLR 2017, equation 5, without restarts, after a linear warm-up.

use std::f64::consts::PI;

/// How the learning rate moves while training goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schedule {
    /// The same throughout.
    Constant,
    /// A tenth after half of the steps, a hundredth after three quarters.
    Step,
    /// Up in a line over the first [`WARM_UP`] of the steps, then down to 0 along half a cosine.
    Cosine,
    /// Up along half a cosine, from a 25th over the first 30% of the steps, then down likewise to nearly 0.
    OneCycle,
}

/// The share of the steps in which the cosine schedule warms up.
pub const WARM_UP: f64 = 0.02;

impl Schedule {
    /// All of them, by the names that users type.
    pub const NAMES: [(&str, Schedule); 4] = [
        ("constant", Schedule::Constant),
        ("step", Schedule::Step),
        ("cosine", Schedule::Cosine),
        ("one-cycle", Schedule::OneCycle),
    ];

    /// The factor on the learning rate at `step` (from 0) of `steps`.
    pub fn factor(self, step: u64, steps: u64) -> f64 {
        let share = step as f64 / steps as f64;
        match self {
            Schedule::Constant => 1.0,
            Schedule::Step if share < 0.5 => 1.0,
            Schedule::Step if share < 0.75 => 0.1,
            Schedule::Step => 0.01,
            Schedule::Cosine => {
                // The first step counts as one, or it would teach nothing.
                let warm_up = (steps as f64 * WARM_UP).ceil();
                let done = step as f64 + 1.0;
                if done <= warm_up {
                    done / warm_up
                } else {
                    fall((step as f64 - warm_up) / (steps as f64 - warm_up))
                }
            }
            Schedule::OneCycle => {
                let (low, end, peak) = (1.0 / 25.0, 1e-5, 0.3);
                if share < peak {
                    low + (1.0 - low) * (1.0 - fall(share / peak))
                } else {
                    end + (1.0 - end) * fall((share - peak) / (1.0 - peak))
                }
            }
        }
    }
}

/// Half a cosine from 1 down to 0 as `t` goes from 0 to 1: `(1 + cos πt) / 2`.
fn fall(t: f64) -> f64 {
    // cos πt = -sin π(t - 1/2), and within ±π/2 Taylor's series to x^21 is exact to the last bits of a double.
    let x = PI * (t - 0.5);
    let mut term = x;
    let mut sine = x;
    for k in 1..=10 {
        term *= -x * x / f64::from(2 * k * (2 * k + 1));
        sine += term;
    }
    (1.0 - sine) / 2.0
}
