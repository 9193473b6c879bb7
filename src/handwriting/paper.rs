//! How far each pixel is from the paper around it.
//!
//! The paper is one colour (a drawing, a scan), or what is left where everything thin is taken away (a photograph,
//! whose light falls off to one side).

use super::grid::{Grid, quantile};
use super::ink::otsu;

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
/// Papers are unlike where one has so much more light than the other, as a part; in more than so few pixels of the
/// picture's edges.
const UNLIKE: f32 = 0.1;
const FEW: f32 = 0.1;
/// A picture may be cut out around a digit where its longer side is no longer than this, in pixels. It has two colours
/// where no more than this part of its variance is left within them.
const TIGHT: usize = 400;
const MIXED: f32 = 0.15;
/// Smaller differences, where the light falls unevenly, are no ink.
const SHADES: f32 = 16.0;

/// Each plane less the paper; if strokes are known to be `thin`, whatever is thicker is paper.
pub fn from_paper(planes: &[Grid], thin: bool) -> Vec<Grid> {
    if let Some(colour) = one_colour(planes).filter(|_| !thin) {
        let less = |(plane, colour): (&Grid, &f32)| Grid {
            data: plane.data.iter().map(|value| value - colour).collect(),
            ..*plane
        };
        return planes.iter().zip(&colour).map(less).collect();
    }
    let dark = is_dark(&small_grey(planes));
    let less =
        |thinner: usize| planes.iter().map(|plane| less_local_paper(plane, dark, thinner)).collect::<Vec<Grid>>();
    if thin {
        return less(MUCH_THINNER);
    }
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

/// Whether it decides what is ink how thick strokes may be: where the paper has another light between thin strokes than
/// between thick ones, there is a bold stroke, or a shadow. A shadow falls over the edge of the picture.
pub fn is_in_doubt(planes: &[Grid]) -> bool {
    let small = small_grey(planes);
    let dark = is_dark(&small);
    let paper = |thinner: usize| {
        let (light, shares) = local_paper(&small, dark, thinner);
        let paper = shares.data.iter().zip(&light.data).map(|(share, light)| (share * light).max(DIMMEST));
        Grid { data: paper.collect(), ..shares }
    };
    let first = match one_colour(planes) {
        Some(colour) => {
            let grey = (colour.iter().sum::<f32>() / colour.len() as f32).max(DIMMEST);
            Grid { data: vec![grey; small.data.len()], ..small }
        }
        None => paper(THINNER),
    };
    let (thin, first) = (frame(&paper(MUCH_THINNER)), frame(&first));
    let unlike = thin.iter().zip(&first).filter(|(thin, first)| (*thin / *first - 1.0).abs() > UNLIKE);
    unlike.count() as f32 > FEW * thin.len() as f32
}

/// The colour of the paper, where it has but one.
fn one_colour(planes: &[Grid]) -> Option<Vec<f32>> {
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
    if flat { Some(colour) } else { of_two(planes) }
}

/// The colour of the paper in a small picture that has but two: that of most of its edges. Ink may cover more of it
/// than the paper does, where it was cut out around a digit.
pub fn of_two(planes: &[Grid]) -> Option<Vec<f32>> {
    if planes[0].width.max(planes[0].height) > TIGHT {
        return None;
    }
    let grey = small_grey(planes);
    let [least, most] = [f32::min as Choice, f32::max].map(|choice| grey.data.iter().copied().reduce(choice));
    let (least, span) = (least?, (most? - least?).max(1.0));
    let grey = Grid { data: grey.data.iter().map(|value| (value - least) / span).collect(), ..grey };
    let parted = otsu(&grey);
    let moments = |values: Vec<f32>| {
        let mean = values.iter().sum::<f32>() / (values.len() as f32).max(1.0);
        values.iter().map(|value| (value - mean).powi(2)).sum::<f32>()
    };
    let class = |light: bool| grey.data.iter().copied().filter(|value| (*value > parted) == light).collect();
    let within = moments(class(false)) + moments(class(true));
    if within > MIXED * moments(grey.data.clone()) {
        return None;
    }
    let frame = frame(&grey);
    let light = 2 * frame.iter().filter(|value| **value > parted).count() > frame.len();
    let paper = |plane: &Grid| {
        let plane = smaller(plane);
        let paper = plane.data.iter().zip(&grey.data).filter(|(_, grey)| (**grey > parted) == light);
        quantile(paper.map(|(value, _)| *value).collect(), 0.5)
    };
    Some(planes.iter().map(paper).collect())
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

/// A plane less its local paper, as a share of it: what ink takes away is in proportion to the light.
fn less_local_paper(plane: &Grid, dark: bool, thinner: usize) -> Grid {
    let small = smaller(plane);
    let (light, shares) = local_paper(&small, dark, thinner);
    // The edge of a shadow is sharper than the small picture: near it, the paper may have any of the shares that are
    // next to it there.
    let reach = if plane.width > small.width { 3 } else { 1 };
    let [least, most] = [f32::min as Choice, f32::max]
        .map(|choice| shares.extreme(reach, choice).interpolated(plane.width, plane.height));
    let light = light.interpolated(plane.width, plane.height);
    let share = |i: usize| {
        let [least, most] = [&least, &most].map(|share| (share.data[i] * light.data[i]).max(DIMMEST));
        255.0 * (plane.data[i] / plane.data[i].clamp(least, most) - 1.0)
    };
    let data: Vec<f32> = (0..plane.data.len()).map(share).collect();
    // The texture of paper lies on both sides of it.
    let middle = quantile(data.clone(), 0.5);
    Grid { data: data.into_iter().map(|value| value - middle).collect(), ..*plane }
}

/// The light on the paper, a smooth surface, and the share of it that the paper has: what is left of a plane without
/// anything that is thin and dark (or thin and light), its closing (or opening).
///
/// A closing is never darker than the paper. That of the plane itself is exact at the even edge of a shadow, but not
/// where the light is rounded; that of the plane's shares of the smooth surface is, but not at an edge. So the nearer
/// of both is taken.
fn local_paper(small: &Grid, dark: bool, thinner: usize) -> (Grid, Grid) {
    let thick = (small.width.min(small.height) / thinner).max(3) | 1;
    let [first, second] = if dark { [f32::max as Choice, f32::min] } else { [f32::min as Choice, f32::max] };
    // Far from what it is fitted to, the surface may fall below black.
    let mut light = surface(small, dark, |_| true);
    light.data.iter_mut().for_each(|value| *value = value.max(DIMMEST));
    let shares = small.data.iter().zip(&light.data).map(|(value, light)| value / light).collect();
    let closed = |plane: Grid| plane.blurred(3).extreme(thick, first).extreme(thick, second);
    let (shares, plain) = (closed(Grid { data: shares, ..*small }), closed(small.clone()));
    let nearer = |i: usize| second(shares.data[i], plain.data[i] / light.data[i]);
    let shares = Grid { data: (0..small.data.len()).map(nearer).collect(), ..*small };
    (light, shares)
}

/// Whether ink is darker than the paper: it is the long tail of the differences from the median around each pixel,
/// which is paper on either side of a shadow's edge. Differences are as large for a part as for its inverse: else what
/// a shadow takes away would be less than what the light beside it adds.
fn is_dark(small: &Grid) -> bool {
    let coarse = small.averaged(small.width.div_ceil(2), small.height.div_ceil(2));
    let (width, height) = (coarse.width, coarse.height);
    let reach = (width.min(height) / (2 * THINNER)).max(1);
    let difference = |(x, y): (usize, usize)| {
        let [left, top] = [x, y].map(|at| at.saturating_sub(reach));
        let [right, bottom] = [(x + reach + 1).min(width), (y + reach + 1).min(height)];
        let around = coarse.part([left, top], right - left, bottom - top).quantile(0.5);
        let share = coarse.at(x, y).max(DIMMEST) / around.max(DIMMEST);
        f64::from(share - 1.0 / share).powi(3)
    };
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    places.map(difference).sum::<f64>() < 0.0
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
