//! Dropout: N. Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", JMLR 15, 2014,
//! in its inverted form: while training a unit is silenced with probability p, and the others are divided by 1 - p, so
//! that nothing needs to change afterwards.

use crate::random::Stream;

/// Units that one random number decides on, by 16 bits each.
const DRAWS: usize = 4;

/// Silences a share of the units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dropout {
    /// A unit is silenced where 16 random bits are below this.
    threshold: u32,
    /// 1 / (1 - p)
    scale: f32,
}

impl Dropout {
    /// Silences a unit with probability `p`, below 1, to the next 65,536th.
    pub fn new(p: f32) -> Self {
        let threshold = ((p * 65536.0).round() as u32).min(65535);
        Dropout { threshold, scale: 65536.0 / (65536 - threshold) as f32 }
    }

    /// Silences units of one image and layer, from number `first` on, a multiple of 4: their values, and their slopes
    /// too, since a silenced unit passes no gradient back. `random` is the layer's stream.
    #[inline(always)]
    pub fn apply(&self, mut random: Stream, first: usize, values: &mut [f32], slopes: &mut [f32]) {
        random.skip((first / DRAWS) as u64);
        for (values, slopes) in values.chunks_mut(DRAWS).zip(slopes.chunks_mut(DRAWS)) {
            let bits = random.next_u64();
            for (place, (value, slope)) in values.iter_mut().zip(slopes).enumerate() {
                let draw = (bits >> (16 * place)) as u32 & 0xffff;
                let mask = if draw < self.threshold { 0.0 } else { self.scale };
                *value *= mask;
                *slope *= mask;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Purpose;

    /// What units of value 1 and slope 1 become for an image.
    fn dropped(p: f32, [seed, epoch, image]: [u64; 3], units: usize) -> Vec<f32> {
        let random = Stream::new(seed, Purpose::Dropout, epoch, image);
        let (mut values, mut slopes) = (vec![1.0; units], vec![1.0; units]);
        Dropout::new(p).apply(random, 0, &mut values, &mut slopes);
        assert_eq!(values, slopes, "a silenced unit passes no gradient back, the others are scaled");
        values
    }

    #[test]
    fn units_are_silenced_at_their_rate_and_the_others_scaled() {
        const UNITS: usize = 100_000;
        for p in [0.05, 0.1, 0.25, 0.5, 0.9] {
            let values = dropped(p, [1, 2, 3], UNITS);
            let silent = values.iter().filter(|&&value| value == 0.0).count() as f64;
            let (n, p) = (UNITS as f64, f64::from(p));
            let error = (n * p * (1.0 - p)).sqrt();
            assert!((silent - n * p).abs() < 4.0 * error, "p {p}: {silent} of {n}");
            let scale = 1.0 / (1.0 - p);
            for &value in values.iter().filter(|&&value| value != 0.0) {
                // p is kept to the next 65,536th.
                assert!((f64::from(value) - scale).abs() < scale * scale / 65536.0, "{value}");
            }
        }
    }

    #[test]
    fn every_place_of_four_is_silenced_alike() {
        let values = dropped(0.5, [1, 2, 3], 40_000);
        for place in 0..4 {
            let silent = values.iter().skip(place).step_by(4).filter(|&&value| value == 0.0).count();
            assert!((4800..5200).contains(&silent), "place {place}: {silent}");
        }
    }

    #[test]
    fn the_mask_is_a_function_of_seed_epoch_and_image() {
        let one = dropped(0.5, [1, 2, 3], 64);
        assert_eq!(one, dropped(0.5, [1, 2, 3], 64));
        for other in [[2, 2, 3], [1, 3, 3], [1, 2, 4]] {
            assert_ne!(one, dropped(0.5, other, 64), "{other:?}");
        }
    }

    #[test]
    fn a_part_of_a_layer_is_silenced_as_in_the_whole() {
        let random = Stream::new(1, Purpose::Dropout, 2, 3);
        let (mut values, mut slopes) = ([1.0; 32], [1.0; 32]);
        Dropout::new(0.5).apply(random, 32, &mut values, &mut slopes);
        assert_eq!(values, dropped(0.5, [1, 2, 3], 64)[32..]);
    }

    #[test]
    fn some_are_left_at_almost_1() {
        let values = dropped(0.999_999, [1, 2, 3], 1 << 20);
        let left: Vec<&f32> = values.iter().filter(|&&value| value != 0.0).collect();
        assert!((1..40).contains(&left.len()), "16 expected, {} found", left.len());
        assert!(left.iter().all(|&&value| value == 65536.0), "{left:?}");
    }

    #[test]
    fn none_are_silenced_at_0() {
        assert_eq!(dropped(0.0, [1, 2, 3], 1000), vec![1.0; 1000]);
    }
}
