//! How far each pixel is from the paper around it.
//!
//! The paper is one colour (a drawing, a scan), or what is left where everything thin is taken away (a photograph,
//! whose light falls off to one side).

use super::grid::{Grid, quantile};

/// Differences that paper of one colour may have, of 255 grey levels.
const FLAT: f32 = 12.0;
/// The same, as a part of the largest difference: where ink is faint, a little shade is much.
const SHADE: f32 = 0.2;
/// The side at which the local paper is looked for: light changes slowly.
const SMALL: usize = 200;
/// Strokes are thinner than this part of the shorter side.
const THINNER: usize = 4;
/// Where nothing differs by more than so many of 255 grey levels, a fold of the paper may be as dark as ink, but for
/// pictures too small to be of a sheet. It is wider than strokes, which are thinner than this part of the shorter side.
const WEAK: f32 = 50.0;
const MUCH_THINNER: usize = 15;
/// Smaller differences, where the light falls unevenly, are no ink.
const SHADES: f32 = 16.0;

/// Each plane less the paper.
pub fn from_paper(planes: &[Grid]) -> Vec<Grid> {
    let frames: Vec<Vec<f32>> = planes.iter().map(frame).collect();
    let colour: Vec<f32> = frames.iter().map(|frame| quantile(frame.clone(), 0.5)).collect();
    let share = |count: usize, near: &dyn Fn(usize, usize) -> bool| {
        let all_near = |&pixel: &usize| (0..planes.len()).all(|plane| near(plane, pixel));
        (0..count).filter(all_near).count() as f32 / count as f32
    };
    let from_colour = |(plane, colour): (&Grid, &f32)| {
        quantile(plane.data.iter().map(|value| (value - colour).abs()).collect(), 0.998)
    };
    let most = planes.iter().zip(&colour).map(from_colour).fold(0.0, f32::max);
    let near = |value: f32, plane: usize| (value - colour[plane]).abs() < FLAT.min(SHADE * most);
    let flat = share(planes[0].data.len(), &|plane, pixel| near(planes[plane].data[pixel], plane)) > 0.5
        && share(frames[0].len(), &|plane, pixel| near(frames[plane][pixel], plane)) > 0.6;
    if flat {
        let less = |(plane, colour): (&Grid, &f32)| Grid {
            data: plane.data.iter().map(|value| value - colour).collect(),
            ..*plane
        };
        return planes.iter().zip(&colour).map(less).collect();
    }
    // Ink is the long tail of what a smooth surface leaves.
    let small = small_grey(planes);
    let light = fitted(&small, |_| true);
    let share = |(value, light): (&f32, &f32)| f64::from(value / light - 1.0).powi(3);
    let dark = small.data.iter().zip(&light.data).map(share).sum::<f64>() < 0.0;
    let less =
        |thinner: usize| planes.iter().map(|plane| less_local_paper(plane, dark, thinner)).collect::<Vec<Grid>>();
    // A little ink is above any quantile.
    let large = |plane: &Grid| {
        let sizes: Vec<f32> = plane.data.iter().map(|value| value.abs()).collect();
        (0.5 * sizes.iter().fold(0.0f32, |most, &size| most.max(size))).max(quantile(sizes, 0.998))
    };
    let most = |planes: &[Grid]| planes.iter().map(large).fold(0.0, f32::max);
    let mut left = less(THINNER);
    if planes[0].width.max(planes[0].height) > SMALL && most(&left) < WEAK {
        left = less(MUCH_THINNER);
        if most(&left) < SHADES {
            left.iter_mut().for_each(|plane| plane.data.fill(0.0));
        }
    }
    left
}

/// The pixels of the picture's outermost fortieth.
fn frame(plane: &Grid) -> Vec<f32> {
    let (width, height) = (plane.width, plane.height);
    let thick = (width.min(height) / 40).max(1);
    let outer = |&i: &usize| {
        let (x, y) = (i % width, i / width);
        x < thick || y < thick || x + thick >= width || y + thick >= height
    };
    (0..width * height).filter(outer).map(|i| plane.data[i]).collect()
}

/// One of two values.
type Choice = fn(f32, f32) -> f32;

/// A plane less its local paper, as a share of it: what ink takes away is in proportion to the light. The paper is a
/// smooth surface, times what is left of the plane without anything that is thin and dark (or thin and light).
fn less_local_paper(plane: &Grid, dark: bool, thinner: usize) -> Grid {
    let small = smaller(plane);
    let thick = (small.width.min(small.height) / thinner).max(3) | 1;
    let [first, second] = if dark { [f32::max as Choice, f32::min] } else { [f32::min as Choice, f32::max] };
    let light = surface(&small, dark, |_| true);
    let shares = small.data.iter().zip(&light.data).map(|(value, light)| value / light).collect();
    let shares = Grid { data: shares, ..small }.blurred(3);
    let shares = shares.extreme(thick, first).extreme(thick, second);
    let paper = shares.data.iter().zip(&light.data).map(|(share, light)| (share * light).max(DIMMEST)).collect();
    let paper = Grid { data: paper, ..shares }.interpolated(plane.width, plane.height);
    let shares = plane.data.iter().zip(&paper.data).map(|(value, paper)| 255.0 * (value / paper - 1.0));
    let data: Vec<f32> = shares.collect();
    // The texture of paper lies on both sides of it.
    let middle = quantile(data.clone(), 0.5);
    Grid { data: data.into_iter().map(|value| value - middle).collect(), ..*plane }
}

/// The mean of the planes, at the size at which the paper is looked for.
pub(super) fn small_grey(planes: &[Grid]) -> Grid {
    smaller(&Grid::from_fn(planes[0].width, planes[0].height, |x, y| {
        planes.iter().map(|plane| plane.at(x, y)).sum::<f32>() / planes.len() as f32
    }))
}

/// A plane at the size at which the paper is looked for.
pub(super) fn smaller(plane: &Grid) -> Grid {
    let side = plane.width.max(plane.height).max(SMALL);
    let [width, height] = [plane.width, plane.height].map(|length| (length * SMALL / side).max(1));
    plane.averaged(width, height)
}

/// The light on the paper: a polynomial through the pixels that are not much darker (or lighter) than the one before,
/// again and again, until ink has no say; of those `within` alone.
pub(super) fn surface(plane: &Grid, dark: bool, within: impl Fn(usize) -> bool) -> Grid {
    let mut light = fitted(plane, &within);
    for _ in 0..8 {
        let above = |i: usize, light: &Grid| {
            let above = plane.data[i] - light.data[i];
            if dark { above } else { -above }
        };
        let squares: Vec<f32> =
            (0..plane.data.len()).filter(|&i| within(i)).map(|i| above(i, &light).powi(2)).collect();
        let limit = -0.7 * (squares.iter().sum::<f32>() / squares.len() as f32).sqrt();
        light = fitted(plane, |i| within(i) && above(i, &light) >= limit);
    }
    light
}

/// The polynomial of the second degree in x and y that is nearest to the pixels that `choose` takes, by least squares.
fn fitted(plane: &Grid, choose: impl Fn(usize) -> bool) -> Grid {
    const TERMS: usize = 6;
    let terms = |i: usize| {
        let [x, y] = [(i % plane.width, plane.width), (i / plane.width, plane.height)]
            .map(|(at, side)| 2.0 * (at as f64 + 0.5) / side as f64 - 1.0);
        [1.0, x, y, x * x, x * y, y * y]
    };
    let mut equations = [[0.0; TERMS + 1]; TERMS];
    for (i, &light) in plane.data.iter().enumerate().filter(|(i, _)| choose(*i)) {
        let terms = terms(i);
        for (row, term) in equations.iter_mut().zip(terms) {
            row.iter_mut().zip(terms).for_each(|(sum, other)| *sum += term * other);
            row[TERMS] += term * f64::from(light);
        }
    }
    let factors = solved(equations);
    let value = |i: usize| terms(i).iter().zip(factors).map(|(term, factor)| term * factor).sum::<f64>() as f32;
    Grid { data: (0..plane.data.len()).map(|i| value(i).max(DIMMEST)).collect(), ..*plane }
}

/// Paper is lighter than this: nothing is divided by less.
const DIMMEST: f32 = 8.0;

/// The solution of linear equations, a row each with its right side, by Gaussian elimination; a term that they leave
/// open is 0.
fn solved<const N: usize, const M: usize>(mut rows: [[f64; M]; N]) -> [f64; N] {
    for pivot in 0..N {
        let best = (pivot..N).max_by(|&a, &b| rows[a][pivot].abs().total_cmp(&rows[b][pivot].abs()));
        rows.swap(pivot, best.unwrap_or(pivot));
        if rows[pivot][pivot].abs() < 1e-9 {
            continue;
        }
        let row = rows[pivot];
        for (_, other) in rows.iter_mut().enumerate().filter(|(number, _)| *number != pivot) {
            let factor = other[pivot] / row[pivot];
            other.iter_mut().zip(row).for_each(|(value, of_row)| *value -= factor * of_row);
        }
    }
    std::array::from_fn(|i| if rows[i][i].abs() < 1e-9 { 0.0 } else { rows[i][M - 1] / rows[i][i] })
}
