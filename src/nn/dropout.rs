//! Dropout: N. Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", JMLR 15, 2014, in
//! its inverted form: while training a unit is silenced with probability p, and the others are divided by 1 - p, so that
//! nothing needs to change afterwards.

use crate::random::Stream;

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
        let threshold = (p * 65536.0).round() as u32;
        Dropout {
            threshold,
            scale: 65536.0 / (65536 - threshold.min(65535)) as f32,
        }
    }

    /// Silences units of one image: their values and, since what is silent passes no gradient, their slopes.
    #[inline(always)]
    pub fn apply(&self, random: &mut Stream, values: &mut [f32], slopes: &mut [f32]) {
        for (values, slopes) in values.chunks_mut(4).zip(slopes.chunks_mut(4)) {
            let bits = random.next_u64();
            for (place, (value, slope)) in values.iter_mut().zip(slopes).enumerate() {
                let draw = (bits >> (16 * place)) as u32 & 0xffff;
                let mask = if draw < self.threshold {
                    0.0
                } else {
                    self.scale
                };
                *value *= mask;
                *slope *= mask;
            }
        }
    }
}
