//! Smooth Gaussian noise: what elastic deformation displaces pixels by.

use crate::engine::elementary::exp_negative;
use crate::random::Stream;

/// A sheet of smooth noise, `height` rows of `width`.
///
/// White noise, uniform in [-1, 1], is convolved with a Gaussian window in x and in y. Each value is then a weighted
/// sum of some hundred independent numbers, so close to normal, with mean 0 and the variance
///
/// ```text
/// (1/3) (sum of w[i]^2)^2        1/3 = the variance of the white noise
/// ```
///
/// and is divided by the root of this to have the root mean square `rms` (pixels). The white noise has a margin as wide
/// as the window's half, so this holds up to the borders.
pub(super) fn smooth(width: usize, height: usize, rms: f32, sigma: f32, stream: &mut Stream) -> Vec<f32> {
    let window = gaussian(sigma);
    let margin = window.len() - 1;

    let mut white = vec![0.0; width + margin];
    let mut smooth_in_x = vec![0.0; width * (height + margin)];
    for smooth_row in smooth_in_x.chunks_exact_mut(width) {
        white.fill_with(|| stream.symmetric());
        for (k, &weight) in window.iter().enumerate() {
            add_scaled(smooth_row, weight, &white[k..]);
        }
    }

    let energy: f32 = window.iter().map(|w| w * w).sum();
    let gain = rms * 3.0_f32.sqrt() / energy;
    let mut sheet = vec![0.0; width * height];
    for (y, sheet_row) in sheet.chunks_exact_mut(width).enumerate() {
        for (k, &weight) in window.iter().enumerate() {
            add_scaled(sheet_row, gain * weight, &smooth_in_x[(y + k) * width..]);
        }
    }
    sheet
}

/// sum += weight * row, for as many as the sum has.
fn add_scaled(sum: &mut [f32], weight: f32, row: &[f32]) {
    for (sum, value) in sum.iter_mut().zip(row) {
        *sum += weight * value;
    }
}

/// The Gaussian window w(k) = exp(-k^2 / 2 sigma^2) for k = -r, ..., r, where r is the first whole
/// number from 3 sigma on (w < 0.011).
///
/// With q = w(1), w(k) = q^(k^2), and since (k+1)^2 - k^2 = 2k + 1, each is the one before times an odd power of q: the
/// only exponential needed is q itself.
fn gaussian(sigma: f32) -> Vec<f32> {
    let sigma = f64::from(sigma);
    let q = exp_negative(0.5 / (sigma * sigma));
    let (mut weight, mut odd_power) = (1.0, q);
    let mut half = vec![1.0];
    while (half.len() as f64) < 3.0 * sigma + 1.0 {
        weight *= odd_power;
        odd_power *= q * q;
        half.push(weight as f32);
    }
    let left = half[1..].iter().rev();
    left.chain(&half).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Purpose;

    #[test]
    fn the_window_is_a_gaussian() {
        for sigma in [0.5_f32, 1.4, 5.0, 40.0] {
            let window = gaussian(sigma);
            let middle = window.len() / 2;
            assert!(middle as f32 >= 3.0 * sigma, "sigma {sigma}: {} weights", window.len());
            for (i, &weight) in window.iter().enumerate() {
                let z = (i as f64 - middle as f64) / f64::from(sigma);
                let expected = (-0.5 * z * z).exp();
                assert!((f64::from(weight) - expected).abs() < 1e-6, "sigma {sigma}, {i}: {weight}, {expected}");
            }
        }
    }
    #[test]
    fn a_sheet_has_the_stated_strength_up_to_its_corners() {
        let (width, height) = (40, 25);
        let sheets: Vec<_> = (0..2000)
            .map(|index| {
                let mut stream = Stream::new(0, Purpose::ElasticNoise, 0, index);
                smooth(width, height, 1.5, 3.0, &mut stream)
            })
            .collect();
        for (x, y) in [(0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1), (20, 0), (0, 12), (20, 12)] {
            let square = |sheet: &Vec<f32>| f64::from(sheet[y * width + x]).powi(2);
            let rms = (sheets.iter().map(square).sum::<f64>() / sheets.len() as f64).sqrt();
            assert!((rms - 1.5).abs() < 0.08, "at {x}, {y}: {rms}");
        }
    }
}
