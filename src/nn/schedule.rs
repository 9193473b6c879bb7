//! Learning-rate schedules: the rate at a share of the training.
//!
//! One-cycle: L. N. Smith and N. Topin, "Super-Convergence", arXiv 1708.07120. Cosine: I. Loshchilov and F. Hutter,
//! "SGDR", ICLR 2017, equation 5, without restarts, after a linear warm-up.

use crate::engine::elementary::fall;

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
                if done <= warm_up { done / warm_up } else { fall((step as f64 - warm_up) / (steps as f64 - warm_up)) }
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::PI;

    /// The factors at all of `steps` steps.
    fn factors(schedule: Schedule, steps: u64) -> Vec<f64> {
        (0..steps).map(|step| schedule.factor(step, steps)).collect()
    }

    fn assert_close(expected: f64, found: f64) {
        assert!((expected - found).abs() < 1e-12, "expected {expected}, found {found}");
    }

    fn rises(factors: &[f64]) -> bool {
        factors.is_sorted_by(|a, b| a < b)
    }

    fn falls(factors: &[f64]) -> bool {
        factors.is_sorted_by(|a, b| a > b)
    }

    #[test]
    fn every_factor_is_positive_and_at_most_1() {
        for (name, schedule) in Schedule::NAMES {
            for steps in [1, 2, 3, 49, 50, 51, 1000] {
                for (step, factor) in factors(schedule, steps).into_iter().enumerate() {
                    let within = 0.0 < factor && factor <= 1.0;
                    assert!(within, "{name}, step {step} of {steps}: {factor}");
                }
            }
        }
    }

    #[test]
    fn constant_stays() {
        assert_eq!(factors(Schedule::Constant, 7), [1.0; 7]);
    }

    #[test]
    fn step_drops_to_a_tenth_at_a_half_and_three_quarters() {
        let expected = [1.0, 1.0, 1.0, 1.0, 0.1, 0.1, 0.01, 0.01];
        assert_eq!(factors(Schedule::Step, 8), expected);
    }

    #[test]
    fn cosine_warms_up_in_a_line_and_falls_to_nearly_0() {
        let factors = factors(Schedule::Cosine, 1000);
        // A warm-up of 2% of 1000 steps: 1/20, 2/20, ..., 1; from there half a cosine over the 980 others.
        for (step, &factor) in factors[..20].iter().enumerate() {
            assert_close((step as f64 + 1.0) / 20.0, factor);
        }
        for (step, &factor) in factors[20..].iter().enumerate() {
            assert_close(0.5 * (1.0 + (PI * step as f64 / 980.0).cos()), factor);
        }
        assert_close(0.5, factors[20 + 490]);
        assert!(rises(&factors[..20]) && falls(&factors[20..]));
    }

    #[test]
    fn one_cycle_rises_from_a_25th_and_falls_to_nearly_0() {
        let factors = factors(Schedule::OneCycle, 1000);
        assert_close(1.0 / 25.0, factors[0]);
        // Half way up and half way down a half cosine is half way between its ends.
        assert_close((1.0 / 25.0 + 1.0) / 2.0, factors[150]);
        assert_close(1.0, factors[300]);
        assert_close((1.0 + 1e-5) / 2.0, factors[650]);
        assert!(factors[999] < 2e-5);
        assert!(rises(&factors[..=300]) && falls(&factors[300..]));
    }
}
