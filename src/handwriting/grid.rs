//! A picture of floats, and what is done to all of its pixels alike.

/// `height` x `width` values, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid<T = f32> {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// All pixels.
    pub data: Vec<T>,
}

impl<T: Copy> Grid<T> {
    /// A grid whose pixel (x, y) is `at(x, y)`.
    pub fn from_fn(width: usize, height: usize, at: impl Fn(usize, usize) -> T) -> Self {
        let data = (0..width * height).map(|i| at(i % width, i / width)).collect();
        Grid { width, height, data }
    }

    /// The pixel (x, y).
    pub fn at(&self, x: usize, y: usize) -> T {
        self.data[y * self.width + x]
    }

    /// The part of `width` x `height` pixels from (x, y) on.
    pub fn part(&self, [x, y]: [usize; 2], width: usize, height: usize) -> Self {
        Grid::from_fn(width, height, |dx, dy| self.at(x + dx, y + dy))
    }

    /// Rows and columns exchanged.
    pub fn transposed(&self) -> Self {
        Grid::from_fn(self.height, self.width, |x, y| self.at(y, x))
    }
}

impl Grid {
    /// Resized to `width` x `height`: each pixel is the mean of what it covers. For a smaller grid.
    pub fn averaged(&self, width: usize, height: usize) -> Grid {
        self.averaged_across(width).transposed().averaged_across(height).transposed()
    }

    fn averaged_across(&self, width: usize) -> Grid {
        let spans = spans(self.width, width);
        Grid::from_fn(width, self.height, |x, y| {
            let (begin, weights) = &spans[x];
            let row = &self.data[y * self.width + begin..][..weights.len()];
            row.iter().zip(weights).map(|(value, weight)| value * weight).sum()
        })
    }

    /// Resized to `width` x `height` by straight lines between the pixels' centres. For a larger grid.
    pub fn interpolated(&self, width: usize, height: usize) -> Grid {
        let place = |at: usize, to: usize, from: usize| {
            let at = ((at as f32 + 0.5) * from as f32 / to as f32 - 0.5).clamp(0.0, from as f32 - 1.0);
            let first = (at as usize).min(from.saturating_sub(2));
            (first, (first + 1).min(from - 1), at - first as f32)
        };
        let columns: Vec<_> = (0..width).map(|x| place(x, width, self.width)).collect();
        Grid::from_fn(width, height, |x, y| {
            let ((left, right, across), (top, bottom, down)) = (columns[x], place(y, height, self.height));
            let between = |y: usize| self.at(left, y) + across * (self.at(right, y) - self.at(left, y));
            between(top) + down * (between(bottom) - between(top))
        })
    }

    /// The largest, or whatever `choose` takes of two, in a square of `side` pixels (made odd) around each pixel.
    pub fn extreme(&self, side: usize, choose: impl Fn(f32, f32) -> f32 + Copy) -> Grid {
        self.extreme_across(side, choose).transposed().extreme_across(side, choose).transposed()
    }

    /// The same in a row of `length` pixels. By doubling: of 2, 4, 8 pixels together.
    pub fn extreme_across(&self, length: usize, choose: impl Fn(f32, f32) -> f32) -> Grid {
        let reach = length / 2;
        let mut data = Vec::with_capacity(self.data.len());
        for row in self.data.chunks(self.width) {
            let at = |x: isize| row[x.clamp(0, row.len() as isize - 1) as usize];
            let mut window: Vec<f32> = (0..row.len() + 2 * reach).map(|x| at(x as isize - reach as isize)).collect();
            let mut covered = 1;
            while covered < 2 * reach + 1 {
                let step = covered.min(2 * reach + 1 - covered);
                window = window.iter().zip(&window[step..]).map(|(&a, &b)| choose(a, b)).collect();
                covered += step;
            }
            data.extend(window);
        }
        Grid { data, ..*self }
    }

    /// The mean of a square of `side` pixels (made odd) around each pixel; the border is continued.
    pub fn blurred(&self, side: usize) -> Grid {
        self.blurred_across(side).transposed().blurred_across(side).transposed()
    }

    fn blurred_across(&self, length: usize) -> Grid {
        let reach = (length / 2) as isize;
        let mut data = Vec::with_capacity(self.data.len());
        for row in self.data.chunks(self.width) {
            let at = |x: isize| f64::from(row[x.clamp(0, row.len() as isize - 1) as usize]);
            let mut sum: f64 = (-reach..=reach).map(at).sum();
            for x in 0..row.len() as isize {
                data.push((sum / (2 * reach + 1) as f64) as f32);
                sum += at(x + reach + 1) - at(x - reach);
            }
        }
        Grid { data, ..*self }
    }

    /// The largest mean of `length` pixels (made odd) in a straight line through each pixel: smooth along strokes,
    /// however thin they are. Of eight directions; the border is continued.
    pub fn along(&self, length: usize) -> Grid {
        const DIRECTIONS: [[isize; 2]; 8] = [[2, 0], [2, 1], [2, 2], [1, 2], [0, 2], [-1, 2], [-2, 2], [-2, 1]];
        let reach = (length / 2) as isize;
        let inside = |at: usize, step: isize, side: usize| (at as isize + step).clamp(0, side as isize - 1) as usize;
        Grid::from_fn(self.width, self.height, |x, y| {
            let mean = |[dx, dy]: [isize; 2]| {
                let pixel =
                    |step: isize| self.at(inside(x, step * dx / 2, self.width), inside(y, step * dy / 2, self.height));
                (-reach..=reach).map(pixel).sum::<f32>() / (2 * reach + 1) as f32
            };
            DIRECTIONS.into_iter().map(mean).fold(f32::MIN, f32::max)
        })
    }

    /// The value that a share of the pixels do not exceed.
    pub fn quantile(&self, share: f32) -> f32 {
        quantile(self.data.clone(), share)
    }
}

/// The value that a share of the values do not exceed; 0 of none.
pub fn quantile(mut values: Vec<f32>, share: f32) -> f32 {
    if values.is_empty() {
        return 0.0;
    }
    let place = (share * (values.len() - 1) as f32).round() as usize;
    *values.select_nth_unstable_by(place, f32::total_cmp).1
}

/// For each of `to` pixels that divide `from` evenly: the first that it covers, and the share of each covered one.
pub fn spans(from: usize, to: usize) -> Vec<(usize, Vec<f32>)> {
    let span = |at: usize| {
        // In units of 1/to of a pixel, all whole numbers.
        let (begin, end) = (at * from, (at + 1) * from);
        let (first, last) = (begin / to, end.div_ceil(to));
        let covered = |pixel: usize| (end.min((pixel + 1) * to) - begin.max(pixel * to)) as f32 / from as f32;
        (first, (first..last).map(covered).collect())
    };
    (0..to).map(span).collect()
}
